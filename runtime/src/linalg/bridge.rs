//! Between ndarray's arrays, which are mostly row-major, and faer's matrices, which are column-major.

use faer::dyn_stack::{MemBuffer, StackReq};
use faer::traits::ComplexField;
use faer::{Mat, MatRef, Par};
use ndarray::{Array2, ArrayView2, s};
use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::sync::OnceLock;

use super::decomposition::Scalar;
use crate::backend::{self, Backend};
use crate::kernel::call::product;
use crate::kernel::parallel::sharing;
use crate::kernel::unwritten::from_columns;

/// Products below this many multiplications are left to one thread.
const PARALLEL: usize = 1 << 20;

/// Side of the squares that are transposed in one piece.
const TILE: usize = 32;

/// In how many parts faer cuts what threads share.
const PARTS: usize = 4;

/// Elements of a matrix from which on threads are worth their waking, which faer does for each step of a factorisation.
const LARGE: usize = 1 << 18;

/// The same where most of the work is done in few steps.
pub(super) const MEDIUM: usize = 1 << 16;

/// Calls `work` with the threads that faer may use for a large matrix of `elements` elements: those of the backend.
pub(super) fn on_threads<R: Send>(elements: usize, work: impl FnOnce(Par) -> R + Send) -> R {
    on_threads_from(LARGE, elements, work)
}

/// As [`on_threads`], from a given number of elements on.
///
/// How faer cuts its work decides the last bits of results, so that this depends on the size alone: on one thread the same parts run
/// one after another.
pub(super) fn on_threads_from<R: Send>(
    least: usize,
    elements: usize,
    work: impl FnOnce(Par) -> R + Send,
) -> R {
    if elements < least {
        return work(Par::Seq);
    }
    let parts = Par::rayon(PARTS);
    if backend::backend() == Backend::Parallel && backend::num_threads() > 1 {
        return work(parts);
    }
    static ONE: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let one = ONE.get_or_init(|| ThreadPoolBuilder::new().num_threads(1).build().ok());
    match one {
        Some(pool) => pool.install(|| work(parts)),
        None => work(parts),
    }
}

/// Memory for a routine's intermediate results.
pub(super) fn workspace(size: StackReq) -> MemBuffer {
    MemBuffer::new(size)
}

/// A copy of a matrix, by columns.
pub(super) fn columns<T: ComplexField + Copy>(a: ArrayView2<'_, T>) -> Mat<T> {
    let (m, n) = a.dim();
    let mut out = Mat::zeros(m, n);
    for top in (0..m).step_by(TILE) {
        let rows = top..m.min(top + TILE);
        for left in (0..n).step_by(TILE) {
            for j in left..n.min(left + TILE) {
                let to = out.col_as_slice_mut(j);
                let from = a.slice(s![rows.clone(), j]);
                to[rows.clone()]
                    .iter_mut()
                    .zip(from)
                    .for_each(|(to, &x)| *to = x);
            }
        }
    }
    out
}

/// An array with the elements of a matrix.
pub(super) fn array<T: Scalar>(a: MatRef<'_, T>) -> Array2<T> {
    let (m, n) = (a.nrows(), a.ncols());
    let column = |j: usize| {
        let column = a.col(j).try_as_col_major();
        column.expect("columns are contiguous").as_slice()
    };
    let rows = from_columns(m, n, sharing(m * n, 4), &column);
    Array2::from_shape_vec((m, n), rows).expect("a matrix has m n elements")
}

/// An array with the elements of a matrix's transpose.
pub(super) fn transposed<T: Scalar>(a: &Mat<T>) -> Array2<T> {
    let (m, n) = (a.nrows(), a.ncols());
    let mut rows = Vec::with_capacity(m * n);
    (0..n).for_each(|j| rows.extend_from_slice(a.col_as_slice(j)));
    Array2::from_shape_vec((n, m), rows).expect("a matrix has m n elements")
}

/// The product of two matrices whose shapes agree.
pub(super) fn multiply<T: Scalar>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Array2<T> {
    if a.len() * b.ncols() < PARALLEL {
        product(a, b, Par::Seq)
    } else {
        on_threads(usize::MAX, |threads| product(a, b, threads))
    }
}
