//! The product of three matrices.

use super::{matmul_add, matmul_into, matmul_shape};
use crate::kernel::element::Number;
use crate::kernel::scratch::scratch;
use crate::kernel::site::Site;
use ndarray::{ArrayView2, ArrayViewMut2, Ix2};

/// The shape of the product of three matrices.
///
/// # Panics
/// If the lengths that are summed over differ.
pub fn chain_shape(site: &Site, a: &[usize; 2], b: &[usize; 2], c: &[usize; 2]) -> [usize; 2] {
    matmul_shape(site, &matmul_shape(site, a, b), c)
}

/// The product of three matrices, in the order that takes fewer multiplications.
pub fn chain_into<T: Number>(
    site: &'static Site,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    c: ArrayView2<'_, T>,
    out: ArrayViewMut2<'_, T>,
) {
    chain(site, a, b, c, |a, b| matmul_into(site, a, b, out));
}

/// Adds the product of three matrices to `out`.
pub fn chain_add<T: Number>(
    site: &'static Site,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    c: ArrayView2<'_, T>,
    out: ArrayViewMut2<'_, T>,
) {
    chain(site, a, b, c, |a, b| matmul_add(site, a, b, out));
}

/// Calls `last` with the two matrices whose product is that of all three.
fn chain<T: Number>(
    site: &'static Site,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    c: ArrayView2<'_, T>,
    last: impl FnOnce(ArrayView2<'_, T>, ArrayView2<'_, T>),
) {
    let ((rows, first), (second, columns)) = (a.dim(), c.dim());
    chain_shape(
        site,
        &[rows, first],
        &[b.nrows(), b.ncols()],
        &[second, columns],
    );
    let left = rows * second * (first + columns);
    let right = first * columns * (rows + second);
    if left <= right {
        let mut product = scratch::<T, Ix2>([rows, second]);
        matmul_into(site, a, b, product.view_mut());
        last(product.view(), c);
    } else {
        let mut product = scratch::<T, Ix2>([first, columns]);
        matmul_into(site, b, c, product.view_mut());
        last(a, product.view());
    }
}
