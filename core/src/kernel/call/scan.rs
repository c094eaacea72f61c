//! Running sums and products.

use super::{axis_of, check_out, fixed, with_standard, with_standard_mut};
use crate::kernel::element::Number;
use crate::kernel::site::Site;
use ndarray::{ArrayView, ArrayViewMut, Dimension};

/// Calls `combine` along `axis`, or along the row-major order of all elements.
fn scan_into<T: Number, D: Dimension, E: Dimension>(
    site: &Site,
    array: ArrayView<'_, T, D>,
    axis: Option<isize>,
    out: ArrayViewMut<'_, T, E>,
    combine: impl Fn(T, T) -> T,
) {
    let (len, inner) = match axis {
        None => {
            check_out(site, &[array.len()], out.shape());
            (array.len(), 1)
        }
        Some(axis) => {
            check_out(site, array.shape(), out.shape());
            let axis = axis_of(site, axis, array.ndim());
            (
                array.shape()[axis],
                array.shape()[axis + 1..].iter().product(),
            )
        }
    };
    if array.is_empty() {
        return;
    }
    with_standard(array, |x| {
        with_standard_mut(out, |out| {
            out.copy_from_slice(x);
            for out in out.chunks_exact_mut(len * inner) {
                if inner == 1 {
                    let mut total = out[0];
                    for out in &mut out[1..] {
                        total = combine(total, *out);
                        *out = total;
                    }
                    continue;
                }
                let mut rows = out.chunks_exact_mut(inner);
                let mut before = rows.next().expect("the axis is not empty");
                for row in rows {
                    for (out, &before) in row.iter_mut().zip(&*before) {
                        *out = combine(before, *out);
                    }
                    before = row;
                }
            }
        });
    });
}

macro_rules! scans {
    ($($name:literal, $into:ident, $shape:ident, $flat_into:ident, $flat_shape:ident, $combine:ident;)*) => {$(
        /// The shape of the array.
        ///
        /// # Panics
        /// If there is no such axis.
        pub fn $shape<const N: usize>(site: &Site, shape: &[usize], axis: isize) -> [usize; N] {
            axis_of(site, axis, shape.len());
            fixed(shape)
        }

        #[doc = concat!("The running ", $name, " along an axis.")]
        pub fn $into<T: Number, D: Dimension, E: Dimension>(
            site: &Site,
            array: ArrayView<'_, T, D>,
            axis: isize,
            out: ArrayViewMut<'_, T, E>,
        ) {
            scan_into(site, array, Some(axis), out, T::$combine);
        }

        /// The number of elements.
        pub fn $flat_shape(_site: &Site, shape: &[usize]) -> [usize; 1] {
            [shape.iter().product()]
        }

        #[doc = concat!("The running ", $name, " of all elements in row-major order.")]
        pub fn $flat_into<T: Number, D: Dimension, E: Dimension>(
            site: &Site,
            array: ArrayView<'_, T, D>,
            out: ArrayViewMut<'_, T, E>,
        ) {
            scan_into(site, array, None, out, T::$combine);
        }
    )*};
}

scans! {
    "sum", cumsum_axis_into, cumsum_axis_shape, cumsum_into, cumsum_shape, plus;
    "product", cumprod_axis_into, cumprod_axis_shape, cumprod_into, cumprod_shape, times;
}
