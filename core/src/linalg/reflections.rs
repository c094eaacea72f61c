//! The QR decomposition in its factored form: a product of Householder's reflections, and a triangle.

use faer::dyn_stack::MemStack;
use faer::linalg::qr::no_pivoting::factor;
use faer::{Conj, Mat, Spec};
use ndarray::{Array2, ArrayView2};
use num_traits::Zero;

use super::bridge::{LARGE, array, columns, on_threads, workspace};
use super::decomposition::Scalar;
use super::householder::Sequence;

/// A matrix as reflections, below the diagonal of `factors`, times the triangle above.
pub(super) struct Reflections<T> {
    factors: Mat<T>,
    blocks: Mat<T>,
}

impl<T: Scalar> Reflections<T> {
    pub fn new(a: ArrayView2<'_, T>) -> Self {
        let (m, n) = a.dim();
        let size = m.min(n);
        let mut factors = columns(a);
        if size == 0 {
            let blocks = Mat::zeros(0, 0);
            return Reflections { factors, blocks };
        }
        let block = factor::recommended_block_size::<T>(m, n);
        let mut blocks = Mat::zeros(block, size);
        on_threads(m * n, |threads| {
            let parameters = Spec::default();
            let size = factor::qr_in_place_scratch::<T>(m, n, block, threads, parameters);
            let mut memory = workspace(size);
            let stack = MemStack::new(&mut memory);
            factor::qr_in_place(
                factors.as_mut(),
                blocks.as_mut(),
                threads,
                stack,
                parameters,
            );
        });
        Reflections { factors, blocks }
    }

    pub fn rows(&self) -> usize {
        self.factors.nrows()
    }

    /// `q`, as what is applied to matrices.
    pub fn sequence(&self) -> Sequence<'_, T> {
        Sequence {
            basis: self.factors.as_ref().subcols(0, self.blocks.ncols()),
            factors: self.blocks.as_ref(),
            conjugated: Conj::No,
        }
    }

    /// The first columns of `q`.
    pub fn q(&self, columns: usize) -> Array2<T> {
        let mut q = Mat::identity(self.factors.nrows(), columns);
        if self.blocks.nrows() > 0 {
            self.sequence().apply(LARGE, q.as_mut());
        }
        array(q.as_ref())
    }

    /// The first rows of `r`.
    pub fn r(&self, rows: usize) -> Array2<T> {
        let mut r = array(self.factors.as_ref().subrows(0, rows));
        for (i, mut row) in r.rows_mut().into_iter().enumerate() {
            row.iter_mut()
                .take(i)
                .for_each(|x| *x = <T as Zero>::zero());
        }
        r
    }
}
