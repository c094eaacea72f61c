//! The QR decomposition in its factored form: a product of Householder's reflections, and a triangle.

use faer::dyn_stack::MemStack;
use faer::linalg::householder;
use faer::linalg::qr::no_pivoting::{factor, solve};
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Conj, Mat, MatRef, Spec};
use ndarray::{Array2, ArrayView2};
use num_traits::Zero;

use super::bridge::{array, columns, on_threads, workspace};
use super::decomposition::Scalar;

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

    fn size(&self) -> usize {
        self.blocks.ncols()
    }

    /// The reflections: one a column.
    fn basis(&self) -> MatRef<'_, T> {
        self.factors.as_ref().subcols(0, self.size())
    }

    fn triangle(&self) -> MatRef<'_, T> {
        let size = self.size();
        self.factors.as_ref().submatrix(0, 0, size, size)
    }

    /// `q x`.
    fn apply(&self, x: &mut Mat<T>) {
        let (m, block) = (self.factors.nrows(), self.blocks.nrows());
        if block == 0 {
            return;
        }
        on_threads(self.factors.ncols() * m, |threads| {
            let size = householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<
                T,
            >(m, block, x.ncols());
            householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
                self.basis(),
                self.blocks.as_ref(),
                Conj::No,
                x.as_mut(),
                threads,
                MemStack::new(&mut workspace(size)),
            );
        });
    }

    /// The first columns of `q`.
    pub fn q(&self, columns: usize) -> Array2<T> {
        let mut q = Mat::identity(self.factors.nrows(), columns);
        self.apply(&mut q);
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

    /// The `x` that minimises `‖a x − b‖`, for as many columns as rows at most, and independent ones.
    pub fn least_squares(&self, b: ArrayView2<'_, T>) -> Array2<T> {
        let (m, n) = (self.factors.nrows(), self.factors.ncols());
        let mut x = columns(b);
        on_threads(m * n, |threads| {
            let columns = x.ncols();
            let block = self.blocks.nrows();
            let size = solve::solve_lstsq_in_place_scratch::<T>(m, n, block, columns, threads);
            let mut memory = workspace(size);
            let stack = MemStack::new(&mut memory);
            let blocks = self.blocks.as_ref();
            solve::solve_lstsq_in_place(
                self.basis(),
                blocks,
                self.triangle(),
                x.as_mut(),
                threads,
                stack,
            );
        });
        array(x.as_ref().subrows(0, n))
    }

    /// The `x` of least length with `aᴴ x = b`, for as many columns as rows at most, and independent ones.
    pub fn least_length(&self, b: ArrayView2<'_, T>) -> Array2<T> {
        let (m, n) = (self.factors.nrows(), self.factors.ncols());
        let mut y = columns(b);
        on_threads(m * n, |threads| {
            solve_lower_triangular_in_place(self.triangle().adjoint(), y.as_mut(), threads)
        });
        let mut x = Mat::zeros(m, y.ncols());
        x.as_mut().subrows_mut(0, n).copy_from(y.as_ref());
        self.apply(&mut x);
        array(x.as_ref())
    }
}
