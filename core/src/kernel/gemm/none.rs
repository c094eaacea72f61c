//! There are no products of our own for this processor.

use super::parallel::Sharing;
use ndarray::{Array2, ArrayView2};

pub(crate) fn product<T>(_a: ArrayView2<'_, T>, _b: ArrayView2<'_, T>) -> Option<Array2<T>> {
    None
}

pub(crate) fn multiply_into<T>(
    _a: ArrayView2<'_, T>,
    _b: ArrayView2<'_, T>,
    _out: &mut [T],
    _add: bool,
    _sharing: Sharing,
) -> bool {
    false
}
