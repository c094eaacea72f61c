//! Householder's reflections, `1 − v vᴴ / τ`: one of a real vector, sequences of many, and the loops along vectors that reductions share.

use faer::dyn_stack::MemStack;
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as apply_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as apply,
    apply_block_householder_sequence_transpose_on_the_left_in_place_scratch as apply_transpose_scratch,
    apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj as apply_transpose,
    upgrade_householder_factor,
};
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;
use faer::{Conj, Mat, MatMut, MatRef, Par};
use num_traits::Float;

use super::bridge::{on_threads_from, workspace};
use super::decomposition::Scalar;
use crate::kernel::level::Level;
use crate::kernel::{Number, Real};

/// In how many parts a step of a reduction is cut, whatever the threads are: the cuts decide the last bits.
pub(super) const PARTS: usize = 4;

/// Columns that a step goes through together.
pub(super) const TOGETHER: usize = 2;

/// What an element of a step costs. More than its eight operations: nobody has to be woken for a step.
pub(super) const COST: usize = 64;

/// The product of as many reflections as `basis` has columns: each column's vector lies below the diagonal, where it has a 1.
pub(super) struct Sequence<'a, T> {
    pub basis: MatRef<'a, T>,
    /// By blocks, as faer has them.
    pub factors: MatRef<'a, T>,
    /// Whether the vectors are conjugated.
    pub conjugated: Conj,
}

impl<T: Scalar> Sequence<'_, T> {
    /// Multiplies `x` from the left, on threads if the basis has `least` elements.
    pub fn apply(&self, least: usize, x: MatMut<'_, T>) {
        let (m, block) = (self.basis.nrows(), self.factors.nrows());
        on_threads_from(least, m * self.basis.ncols(), |threads| {
            let mut memory = workspace(apply_scratch::<T>(m, block, x.ncols()));
            let stack = MemStack::new(&mut memory);
            apply(self.basis, self.factors, self.conjugated, x, threads, stack);
        });
    }

    /// As [`Sequence::apply`], with the adjoint.
    pub fn apply_adjoint(&self, least: usize, x: MatMut<'_, T>) {
        let (m, block) = (self.basis.nrows(), self.factors.nrows());
        let conjugated = self.conjugated.compose(Conj::Yes);
        on_threads_from(least, m * self.basis.ncols(), |threads| {
            let mut memory = workspace(apply_transpose_scratch::<T>(m, block, x.ncols()));
            let stack = MemStack::new(&mut memory);
            apply_transpose(self.basis, self.factors, conjugated, x, threads, stack);
        });
    }
}

/// The factors of a sequence.
pub(super) fn block_factors<T: Scalar>(basis: MatRef<'_, T>, taus: &[T]) -> Mat<T> {
    let (m, n) = (basis.nrows(), taus.len());
    let block = recommended_block_size::<T>(m, n);
    let mut factors = Mat::zeros(block, n);
    for first in (0..n).step_by(block) {
        let width = block.min(n - first);
        let mut factor = factors.as_mut().submatrix_mut(0, first, width, width);
        for k in 0..width {
            factor[(k, k)] = taus[first + k];
        }
        let basis = basis.submatrix(first, first, m - first, width);
        upgrade_householder_factor(factor, basis, width, 1, Par::Seq);
    }
    factors
}

/// A reflection `1 − v vᵀ / τ` that turns a vector to `β` times the first direction; the first element of `v` is 1.
pub(super) struct Reflection<T> {
    pub beta: T,
    /// `1 / τ`, which is 0 for a vector that has that direction already.
    pub inverse_tau: T,
    /// What the other elements of the vector are multiplied by to get those of `v`.
    pub scale: T,
}

impl<T: Real> Reflection<T> {
    /// The reflection for `x`, in the place of which comes `v`.
    #[inline(always)]
    pub fn new<L: Level, const N: usize>(x: &mut [T]) -> Self {
        let head = x[0];
        let tail = dot::<L, T, N>(&x[1..], &x[1..]);
        x[0] = T::ONE;
        if tail == T::ZERO {
            x[1..].fill(T::ZERO);
            return Reflection {
                beta: head,
                inverse_tau: T::ZERO,
                scale: T::ZERO,
            };
        }
        let length = Float::sqrt(head * head + tail);
        let beta = if head > T::ZERO { -length } else { length };
        let scale = T::ONE / (head - beta);
        x[1..].iter_mut().for_each(|x| *x *= scale);
        let two = T::ONE + T::ONE;
        Reflection {
            beta,
            inverse_tau: two / (T::ONE + tail * scale * scale),
            scale,
        }
    }

    pub fn tau(&self) -> T {
        T::ONE / self.inverse_tau
    }
}

/// The sum of products, in blocks of `N` elements.
#[inline(always)]
pub(super) fn dot<L: Level, T: Number, const N: usize>(a: &[T], b: &[T]) -> T {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<N>(), b.as_chunks::<N>());
    let ((a, a_last), (b, b_last)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut sums = [[T::ZERO; N]; 4];
    for (a, b) in a.iter().zip(b) {
        for k in 0..4 {
            for i in 0..N {
                sums[k][i] = a[k][i].times_plus::<L>(b[k][i], sums[k][i]);
            }
        }
    }
    for (a, b) in a_last.iter().zip(b_last) {
        for i in 0..N {
            sums[0][i] = a[i].times_plus::<L>(b[i], sums[0][i]);
        }
    }
    let mut total = T::ZERO;
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        total = a.times_plus::<L>(b, total);
    }
    let [x, y, z, w] = sums;
    let sums: [T; N] = std::array::from_fn(|i| x[i].plus(y[i]).plus(z[i].plus(w[i])));
    total.plus(sum(sums))
}

/// The sum of a block, pair by pair.
#[inline(always)]
pub(super) fn sum<T: Number, const N: usize>(block: [T; N]) -> T {
    // In memory: else the elements may become scalars of the loop that adds them up, which is then not vectorised.
    let mut block = std::hint::black_box(block);
    let mut width = N / 2;
    while width > 0 {
        for i in 0..width {
            block[i] = block[i].plus(block[i + width]);
        }
        width /= 2;
    }
    block[0]
}
