//! Products of matrices of any layout, into memory that nothing has been written to.

use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};
use ndarray::{Array2, ArrayView2};

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

/// faer's view of an array.
pub(super) fn matrix<'a, T>(a: &'a ArrayView2<'_, T>) -> MatRef<'a, T> {
    let (rows, columns) = a.dim();
    // SAFETY: shape and strides are those of the view, which lives as long as the reference.
    unsafe { MatRef::from_raw_parts(a.as_ptr(), rows, columns, a.strides()[0], a.strides()[1]) }
}
