//! Shapes at run time.

use crate::kernel::{Dims, Real, Site};
use ndarray::{ArrayRef, Dimension};

/// The NumPy broadcast of the shapes of named operands.
///
/// # Panics
/// If they do not go together.
pub fn broadcast_shape(method: &str, operands: &[(&str, &[usize])]) -> Dims {
    let rank = operands.iter().map(|(_, s)| s.len()).max().unwrap_or(0);
    let mut out = [1usize; crate::kernel::MAX_RANK];
    for (_, shape) in operands {
        let offset = rank - shape.len();
        for (k, &length) in shape.iter().enumerate() {
            let place = &mut out[offset + k];
            if *place == 1 {
                *place = length;
            } else if length != 1 && length != *place {
                let all: Vec<String> = operands
                    .iter()
                    .map(|(name, shape)| format!("{name} has shape {shape:?}"))
                    .collect();
                panic!("{method}: shapes do not match: {}", all.join(", "));
            }
        }
    }
    Dims::new(&out[..rank])
}

/// Whether all shapes are equal.
pub fn same_shape(shapes: &[&[usize]]) -> bool {
    shapes.windows(2).all(|pair| pair[0] == pair[1])
}

/// The shape of a view that does not live on.
pub fn shape_of<T, D: Dimension>(array: &ArrayRef<T, D>) -> Dims {
    Dims::new(array.shape())
}

/// The shape as an array of static length.
pub fn fixed_shape<const N: usize, T, D: Dimension>(array: &ArrayRef<T, D>) -> [usize; N] {
    let shape = array.shape();
    shape
        .try_into()
        .unwrap_or_else(|_| panic!("an array of {} axes where {N} were expected", shape.len()))
}

/// The number of elements of the NumPy broadcast of the shapes of named operands, as a float.
///
/// # Panics
/// If they do not go together.
#[inline]
pub fn count<T: Real>(method: &str, operands: &[(&str, &[usize])]) -> T {
    let alike = operands.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let count: usize = match operands {
        [(_, shape), ..] if alike => shape.iter().product(),
        _ => broadcast_shape(method, operands).len(),
    };
    T::from_f64(count as f64)
}

/// The length of one axis, as a float.
pub fn axis_length<T: Real>(shape: &[usize], axis: isize) -> T {
    let axis = if axis < 0 {
        axis + shape.len() as isize
    } else {
        axis
    };
    T::from_f64(shape.get(axis as usize).copied().unwrap_or(0) as f64)
}

/// The broadcast of operands, in the order in which `site` names them.
///
/// # Panics
/// If they do not go together.
pub fn check_broadcast(site: &Site, operands: &[&Dims]) -> Dims {
    let mut out = *operands[0];
    for (k, operand) in operands.iter().enumerate().skip(1) {
        out = out.broadcast(operand).unwrap_or_else(|| {
            let clashes = |other: &&Dims| other.broadcast(operand).is_none();
            let other = operands.iter().position(clashes).unwrap_or(0);
            mismatch(site, operands, other, k)
        });
    }
    out
}

/// The first operand is a target, to whose shape the others broadcast.
///
/// # Panics
/// If they do not.
pub fn check_fit(site: &Site, operands: &[&Dims]) {
    for (k, operand) in operands.iter().enumerate().skip(1) {
        if operand.broadcast(operands[0]) != Some(*operands[0]) {
            mismatch(site, operands, 0, k);
        }
    }
}

#[cold]
fn mismatch(site: &Site, operands: &[&Dims], one: usize, other: usize) -> ! {
    panic!(
        "{}: shapes do not match in `{}`: {} has shape {:?}, {} has shape {:?}",
        site.method,
        site.statement,
        site.operand(one),
        operands[one].as_slice(),
        site.operand(other),
        operands[other].as_slice(),
    )
}

/// The shape of a transpose.
pub fn transposed(shape: &Dims) -> Dims {
    let mut lens = *shape;
    lens.reverse();
    lens
}

/// A mask must have exactly the shape of its target.
pub fn check_mask(site: &Site, target: &[usize], mask: &[usize]) {
    if target != mask {
        site.fail(&format!(
            "shapes do not match: {} has shape {target:?}, the mask has shape {mask:?}",
            site.operand(0)
        ));
    }
}
