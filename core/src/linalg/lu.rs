//! The LU decomposition with partial pivoting, which solves, inverts and gives determinants.

use faer::dyn_stack::MemStack;
use faer::linalg::lu::partial_pivoting::{factor, inverse, solve};
use faer::perm::PermRef;
use faer::{Mat, Spec};
use ndarray::{Array2, ArrayView2};

use super::bridge::{array, columns, on_threads, workspace};
use super::decomposition::Scalar;

/// A square matrix as a product of triangles, both in one matrix, and a permutation of rows.
pub(super) struct Lu<T> {
    factors: Mat<T>,
    order: Vec<usize>,
    inverse_order: Vec<usize>,
    /// Whether the permutation is odd.
    pub odd: bool,
}

impl<T: Scalar> Lu<T> {
    pub fn new(a: ArrayView2<'_, T>) -> Self {
        let n = a.nrows();
        let mut factors = columns(a);
        let (mut order, mut inverse_order) = (vec![0; n], vec![0; n]);
        let swaps = on_threads(n * n, |threads| {
            let parameters = Spec::default();
            let size = factor::lu_in_place_scratch::<usize, T>(n, n, threads, parameters);
            let (info, _) = factor::lu_in_place(
                factors.as_mut(),
                &mut order,
                &mut inverse_order,
                threads,
                MemStack::new(&mut workspace(size)),
                parameters,
            );
            info.transposition_count
        });
        Lu {
            factors,
            order,
            inverse_order,
            odd: swaps % 2 == 1,
        }
    }

    /// The diagonal of U.
    pub fn diagonal(&self) -> impl Iterator<Item = T> + '_ {
        (0..self.factors.nrows()).map(|i| self.factors[(i, i)])
    }

    /// A zero on the diagonal of U: the matrix has no inverse.
    pub fn is_singular(&self) -> bool {
        self.diagonal()
            .any(|x| x == <T as num_traits::Zero>::zero())
    }

    fn permutation(&self) -> PermRef<'_, usize> {
        let n = self.factors.nrows();
        PermRef::new_checked(&self.order, &self.inverse_order, n)
    }

    /// The solution of `a x = b`.
    pub fn solve(&self, b: ArrayView2<'_, T>) -> Array2<T> {
        let mut x = columns(b);
        let (lu, permutation) = (self.factors.as_ref(), self.permutation());
        on_threads(lu.nrows() * lu.ncols(), |threads| {
            let size = solve::solve_in_place_scratch::<usize, T>(lu.nrows(), x.ncols(), threads);
            let mut memory = workspace(size);
            let stack = MemStack::new(&mut memory);
            solve::solve_in_place(lu, lu, permutation, x.as_mut(), threads, stack);
        });
        array(x.as_ref())
    }

    /// The inverse matrix.
    pub fn inverse(&self) -> Array2<T> {
        let n = self.factors.nrows();
        let mut out = Mat::zeros(n, n);
        let (lu, permutation) = (self.factors.as_ref(), self.permutation());
        on_threads(n * n, |threads| {
            let size = inverse::inverse_scratch::<usize, T>(n, threads);
            let mut memory = workspace(size);
            let stack = MemStack::new(&mut memory);
            inverse::inverse(out.as_mut(), lu, lu, permutation, threads, stack);
        });
        array(out.as_ref())
    }
}
