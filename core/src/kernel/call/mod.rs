//! Library calls: what is not elementwise, one family a file.
//!
//! Each has `NAME_shape`, which checks and gives the shape of the result, and `NAME_into`, which checks again and
//! writes it.

mod add_rows;
mod axis;
mod chain;
mod contraction;
mod deliver;
mod index;
mod position;
#[cfg(feature = "linalg")]
mod product;
mod scan;
mod send;
mod times_rows;

pub use add_rows::AddRows;
pub(crate) use add_rows::{add_chunks, rows_of_block, sums_of, sums_of_lanes, with_rows};
pub use axis::*;
pub use chain::*;
pub use contraction::*;
pub(crate) use deliver::{Synapses, deliver};
pub use index::*;
pub use position::*;
#[cfg(feature = "linalg")]
pub(crate) use product::{product, product_in_parts};
pub use scan::*;
pub(crate) use send::{Ring, send};
pub(crate) use times_rows::TimesRows;

use super::element::Element;
use super::scratch::scratch;
use super::site::Site;
use ndarray::{ArrayView, ArrayViewMut, Dimension};

/// Position of an axis that may be counted from the end.
///
/// # Panics
/// If there is no such axis.
pub(crate) fn axis_of(site: &Site, axis: isize, rank: usize) -> usize {
    let position = if axis < 0 { axis + rank as isize } else { axis };
    if position < 0 || position >= rank as isize {
        site.fail(&format!(
            "{} has {rank} axes, and axis {axis} is none of them",
            site.operand(0)
        ));
    }
    position as usize
}

/// # Panics
/// If the shapes differ.
pub(crate) fn check_out(site: &Site, expected: &[usize], given: &[usize]) {
    if expected != given {
        site.fail(&format!(
            "the result has shape {expected:?}, its place has shape {given:?}"
        ));
    }
}

/// Calls `body` with the elements in row-major order, copied if they do not lie so.
pub(crate) fn with_standard<T: Element, D: Dimension, R>(
    array: ArrayView<'_, T, D>,
    body: impl FnOnce(&[T]) -> R,
) -> R {
    match array.to_slice() {
        Some(elements) => body(elements),
        None => {
            let mut copy = scratch::<T, D>(array.raw_dim());
            copy.assign(&array);
            body(
                copy.as_slice()
                    .expect("a temporary lies in row-major order"),
            )
        }
    }
}

/// Calls `body` with a place for the elements in row-major order, and sees to it that they get into `out`.
pub(crate) fn with_standard_mut<T: Element, D: Dimension, R>(
    mut out: ArrayViewMut<'_, T, D>,
    body: impl FnOnce(&mut [T]) -> R,
) -> R {
    if let Some(elements) = out.as_slice_mut() {
        return body(elements);
    }
    let mut copy = scratch::<T, D>(out.raw_dim());
    copy.assign(&out);
    let result = body(
        copy.as_slice_mut()
            .expect("a temporary lies in row-major order"),
    );
    out.assign(&copy);
    result
}

/// A shape of static rank from a slice of that length.
pub(crate) fn fixed<const N: usize>(shape: &[usize]) -> [usize; N] {
    let found = shape.len();
    shape
        .try_into()
        .unwrap_or_else(|_| panic!("a result of {found} axes where {N} were expected"))
}
