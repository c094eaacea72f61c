//! Products of matrices of any layout, into memory that nothing has been written to.

use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};
use ndarray::{Array2, ArrayView2, s};

use crate::kernel::parallel::Sharing;
use crate::kernel::unwritten::made_in_parts;

/// The product of two matrices whose shapes agree.
pub(crate) fn product<T: ComplexField + Copy>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    threads: Par,
) -> Array2<T> {
    let (rows, columns) = (a.nrows(), b.ncols());
    debug_assert_eq!(a.ncols(), b.nrows());
    if a.ncols() == 0 {
        return Array2::from_elem((rows, columns), T::zero_impl());
    }
    let mut out = Array2::uninit((rows, columns));
    if out.is_empty() {
        return Array2::from_shape_vec((rows, columns), Vec::new()).expect("no elements");
    }
    // SAFETY: `out` is in row-major order, and `matmul` writes it before it reads anything there.
    unsafe {
        let place = out.as_mut_ptr().cast::<T>();
        let place = MatMut::from_raw_parts_mut(place, rows, columns, columns as isize, 1);
        matmul(
            place,
            Accum::Replace,
            matrix(&a),
            matrix(&b),
            T::one_impl(),
            threads,
        );
    }
    // SAFETY: `Accum::Replace` has written every element.
    unsafe { out.assume_init() }
}

/// As [`product`], in parts of some rows each, which the library's own threads share.
pub(crate) fn product_in_parts<T: ComplexField + Copy>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    rows: usize,
    sharing: Sharing,
) -> Array2<T> {
    let columns = b.ncols();
    let elements = made_in_parts(
        a.nrows() * columns,
        rows * columns,
        sharing,
        &|part, out| {
            let first = part * rows;
            let height = out.len() / columns;
            let a = a.slice(s![first..first + height, ..]);
            // SAFETY: `out` has `height` rows in row-major order, and `matmul` writes it before it reads anything there.
            let place = unsafe {
                MatMut::from_raw_parts_mut(
                    out.as_mut_ptr().cast::<T>(),
                    height,
                    columns,
                    columns as isize,
                    1,
                )
            };
            matmul(
                place,
                Accum::Replace,
                matrix(&a),
                matrix(&b),
                T::one_impl(),
                Par::Seq,
            );
        },
    );
    Array2::from_shape_vec((a.nrows(), columns), elements).expect("all rows")
}

/// faer's view of an array.
pub(super) fn matrix<'a, T>(a: &'a ArrayView2<'_, T>) -> MatRef<'a, T> {
    let (rows, columns) = a.dim();
    // SAFETY: shape and strides are those of the view, which lives as long as the reference.
    unsafe { MatRef::from_raw_parts(a.as_ptr(), rows, columns, a.strides()[0], a.strides()[1]) }
}
