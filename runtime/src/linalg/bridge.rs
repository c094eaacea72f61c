//! Between ndarray's arrays and faer's matrices.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use ndarray::{Array2, ArrayView2, CowArray, Ix2, ShapeBuilder};

use super::decomposition::Scalar;

/// Products below this many multiplications are left to one thread.
const PARALLEL: usize = 1 << 18;

/// A matrix that faer can read where it lies: row-major or column-major.
pub(super) fn readable<'a, T: Scalar>(a: &'a ArrayView2<'_, T>) -> CowArray<'a, T, Ix2> {
    if a.is_standard_layout() || a.t().is_standard_layout() {
        a.view().into()
    } else {
        // A copy by `to_owned` would keep negative strides.
        a.as_standard_layout().into_owned().into()
    }
}

/// faer's view of a matrix made [`readable`].
pub(super) fn matrix<'a, T: Scalar>(a: &'a CowArray<'_, T, Ix2>) -> MatRef<'a, T> {
    let (m, n) = a.dim();
    if let Some(rows) = a.as_slice() {
        MatRef::from_row_major_slice(rows, m, n)
    } else {
        let columns = a
            .as_slice_memory_order()
            .expect("a readable matrix is contiguous");
        MatRef::from_column_major_slice(columns, m, n)
    }
}

/// An array with the elements of a matrix.
pub(super) fn array<T: Scalar>(a: MatRef<'_, T>) -> Array2<T> {
    let (m, n) = (a.nrows(), a.ncols());
    let columns: Vec<T> = (0..n).flat_map(|j| a.col(j).iter().copied()).collect();
    let transposed =
        Array2::from_shape_vec((m, n).f(), columns).expect("a matrix has m n elements");
    transposed.as_standard_layout().into_owned()
}

/// The product of two matrices whose shapes agree.
pub(super) fn multiply<T: Scalar>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Array2<T> {
    let (m, k, n) = (a.nrows(), a.ncols(), b.ncols());
    let mut out = Array2::zeros((m, n));
    if m * k * n == 0 {
        return out;
    }
    let parallel = if m * k * n < PARALLEL {
        Par::Seq
    } else {
        faer::get_global_parallelism()
    };
    let (a, b) = (readable(&a), readable(&b));
    let to = out.as_slice_mut().expect("a new array is contiguous");
    matmul(
        MatMut::from_row_major_slice_mut(to, m, n),
        Accum::Replace,
        matrix(&a),
        matrix(&b),
        T::one(),
        parallel,
    );
    out
}
