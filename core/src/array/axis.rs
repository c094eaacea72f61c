//! Axis arguments: any integer, negative from the end, or a list of them.

use ndarray::{Dimension, IxDyn};

/// One axis: any integer type; negative values count from the end.
pub trait AxisIndex: Copy {
    /// The value; what does not fit is out of bounds for every array.
    fn to_isize(self) -> isize;
}

/// What a reduction removes: one axis or a list of axes.
pub trait Axes<D: Dimension> {
    /// The rank that is left.
    type Smaller: Dimension;
    /// The axes as they were written.
    fn list(&self) -> Vec<isize>;
}

macro_rules! integers {
    ($($t:ty)*) => {$(
        impl AxisIndex for $t {
            fn to_isize(self) -> isize { isize::try_from(self).unwrap_or(isize::MAX) }
        }
        impl<D: Dimension> Axes<D> for $t {
            type Smaller = D::Smaller;
            fn list(&self) -> Vec<isize> { vec![self.to_isize()] }
        }
    )*};
}

integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl<D: Dimension, I: AxisIndex> Axes<D> for [I; 1] {
    type Smaller = D::Smaller;
    fn list(&self) -> Vec<isize> {
        self.iter().map(|axis| axis.to_isize()).collect()
    }
}

impl<D: Dimension, I: AxisIndex> Axes<D> for [I; 2] {
    type Smaller = <D::Smaller as Dimension>::Smaller;
    fn list(&self) -> Vec<isize> {
        self.iter().map(|axis| axis.to_isize()).collect()
    }
}

impl<D: Dimension, I: AxisIndex> Axes<D> for [I; 3] {
    type Smaller = <<D::Smaller as Dimension>::Smaller as Dimension>::Smaller;
    fn list(&self) -> Vec<isize> {
        self.iter().map(|axis| axis.to_isize()).collect()
    }
}

impl<D: Dimension, I: AxisIndex> Axes<D> for &[I] {
    type Smaller = IxDyn;
    fn list(&self) -> Vec<isize> {
        self.iter().map(|axis| axis.to_isize()).collect()
    }
}

/// What axes are counted in: an array's shape, or a rank where there is no array yet.
pub(crate) trait Extent: Copy {
    /// The number of axes.
    fn rank(self) -> usize;
    /// The words for it in a message.
    fn words(self) -> String;
}

impl Extent for usize {
    fn rank(self) -> usize {
        self
    }
    fn words(self) -> String {
        format!("rank {self}")
    }
}

impl Extent for &[usize] {
    fn rank(self) -> usize {
        self.len()
    }
    fn words(self) -> String {
        format!("shape {self:?}")
    }
}

/// The axis as an index below the rank.
///
/// # Panics
/// If it is out of bounds, naming function and shape.
pub(crate) fn resolve(function: &str, axis: impl AxisIndex, extent: impl Extent) -> usize {
    let (axis, rank) = (axis.to_isize(), extent.rank());
    let place = if axis < 0 {
        axis.saturating_add(rank as isize)
    } else {
        axis
    };
    if place < 0 || place >= rank as isize {
        panic!(
            "bm::{function}: axis {axis} is out of bounds for an array of {}",
            extent.words()
        );
    }
    place as usize
}

/// The axes that a reduction removes, as [`resolve_all`]. An array without axes is reduced along 0 or -1 to itself, as in NumPy.
pub(crate) fn resolve_reduced(function: &str, axes: &[isize], shape: &[usize]) -> Vec<usize> {
    match (shape, axes) {
        ([], [0 | -1]) => Vec::new(),
        _ => resolve_all(function, axes, shape),
    }
}

/// The axes as indices below the rank, in the order written.
///
/// # Panics
/// If one is out of bounds or appears twice.
pub(crate) fn resolve_all(function: &str, axes: &[isize], extent: impl Extent) -> Vec<usize> {
    let mut places = Vec::with_capacity(axes.len());
    for &axis in axes {
        let place = resolve(function, axis, extent);
        if places.contains(&place) {
            panic!("bm::{function}: axis {axis} is given twice in {axes:?}");
        }
        places.push(place);
    }
    places
}

/// An index along an axis as a place; negative values count from the end.
///
/// # Panics
/// If it is out of bounds, naming the function.
pub(crate) fn checked_place(function: &str, index: isize, length: usize) -> usize {
    let place = if index < 0 {
        index.saturating_add(length as isize)
    } else {
        index
    };
    if place < 0 || place >= length as isize {
        panic!("bm::{function}: index {index} is out of bounds for an axis of length {length}");
    }
    place as usize
}
