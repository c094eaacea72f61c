//! Between ndarray's arrays, which are mostly row-major, and faer's matrices, which are column-major.

use faer::dyn_stack::{MemBuffer, StackReq};
use faer::traits::ComplexField;
use faer::{Mat, MatRef, Par};
use ndarray::{Array2, ArrayView1, ArrayView2, s};
use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::decomposition::Scalar;
use crate::backend::{self, Backend};
use crate::kernel::call::{product, product_in_parts};
use crate::kernel::gemm;
use crate::kernel::parallel::sharing;
use crate::kernel::unwritten::from_columns;

/// Products below this many multiplications are left to one thread.
const PARALLEL: usize = 1 << 20;

/// Rows from which on a product is cut by rows: parts need some to be worth what each does for all of them.
const ROWS: usize = 64;

/// Side of the squares that are transposed in one piece.
const TILE: usize = 32;

/// In how many parts faer cuts what threads share.
const PARTS: usize = 4;

/// Elements of a matrix from which on threads are worth their waking, which faer does for each step of a factorisation.
pub(super) const LARGE: usize = 1 << 18;

/// The same where most of the work is done in few steps.
pub(super) const MEDIUM: usize = 1 << 16;

/// Calls `work` with the parts in which faer may cut its work on a matrix of `elements` elements: several if it is large.
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
    let threads = match backend::backend() {
        Backend::Parallel => backend::num_threads().min(PARTS),
        Backend::Serial | Backend::Plain => 1,
    };
    match pool(threads) {
        Some(pool) => pool.install(|| work(Par::rayon(PARTS))),
        // No thread could be started.
        None => work(Par::rayon(PARTS)),
    }
}

/// Threads for faer. One is the calling thread's own, so that serial work of several threads runs side by side.
fn pool(threads: usize) -> Option<Arc<ThreadPool>> {
    thread_local! {
        static ONE: OnceCell<Option<Arc<ThreadPool>>> = const { OnceCell::new() };
    }
    static SHARED: Mutex<Option<Arc<ThreadPool>>> = Mutex::new(None);
    let new = || {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.ok().map(Arc::new)
    };
    if threads == 1 {
        return ONE.with(|one| one.get_or_init(new).clone());
    }
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    let fits = shared
        .as_ref()
        .is_some_and(|pool| pool.current_num_threads() == threads);
    if !fits {
        *shared = new();
    }
    shared.clone()
}

/// Memory for a routine's intermediate results.
pub(super) fn workspace(size: StackReq) -> MemBuffer {
    MemBuffer::new(size)
}

/// A copy of a matrix, by columns.
pub(super) fn columns<T: ComplexField + Copy>(a: ArrayView2<'_, T>) -> Mat<T> {
    let (m, n) = a.dim();
    let mut out = Mat::zeros(m, n);
    for_tiles(a, |j, rows, from| {
        let to = &mut out.col_as_slice_mut(j)[rows];
        to.iter_mut().zip(from).for_each(|(to, &x)| *to = x);
    });
    out
}

/// Calls `put` with pieces of columns: a column's number, which of its rows, and the elements. Pieces beside each other come one after the
/// other.
pub(super) fn for_tiles<T>(
    a: ArrayView2<'_, T>,
    mut put: impl FnMut(usize, Range<usize>, ArrayView1<'_, T>),
) {
    let (m, n) = a.dim();
    for top in (0..m).step_by(TILE) {
        let rows = top..m.min(top + TILE);
        for left in (0..n).step_by(TILE) {
            for j in left..n.min(left + TILE) {
                put(j, rows.clone(), a.slice(s![rows.clone(), j]));
            }
        }
    }
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

/// The product of two matrices whose shapes agree. A large one is cut into parts of some rows; faer's threads do those with few rows.
pub(super) fn multiply<T: Scalar>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Array2<T> {
    if let Some(product) = gemm::product(a, b) {
        return product;
    }
    let (rows, operations) = (a.nrows(), 2 * a.ncols());
    if a.len() * b.ncols() < PARALLEL {
        product(a, b, Par::Seq)
    } else if rows >= ROWS {
        let sharing = sharing(rows * b.ncols(), operations);
        product_in_parts(a, b, rows.div_ceil(PARTS), sharing)
    } else {
        on_threads(usize::MAX, |threads| product(a, b, threads))
    }
}
