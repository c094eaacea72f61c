//! Symmetric matrices reduced to three diagonals by reflections from both sides.
//!
//! A step's reflection is applied together with the products that the next one needs, so that the matrix is read once a step (Dongarra,
//! Hammarling, Sorensen, "Block reduction of matrices to condensed forms", 1989, in its unblocked form). Steps are short: the library's own
//! threads share them, which find each other awake.

use faer::dyn_stack::MemStack;
use faer::linalg::evd::tridiag::{tridiag_in_place, tridiag_in_place_scratch};
use faer::{Mat, Spec};

use super::bridge::{MEDIUM, on_threads_from, workspace};
use super::column_major::ColumnMajor;
use super::decomposition::Scalar;
use super::householder::{COST, PARTS, Reflection, TOGETHER, dot, sum};
use crate::kernel::Real;
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::parallel::{for_parts, sharing};

/// Columns below which a step is not cut.
const SHORT: usize = 128;

/// A Hermitian matrix, of which the lower triangle is read, as `q t qᴴ`.
pub struct Tridiagonal<T> {
    pub diagonal: Vec<T>,
    pub below: Vec<T>,
    /// Those of the reflections that `q` consists of, whose vectors lie in the columns of the matrix, below the diagonal.
    pub taus: Vec<T>,
}

/// The reduction by faer's routine.
pub(super) fn general<T: Scalar>(a: &mut ColumnMajor<T>) -> Tridiagonal<T> {
    let n = a.columns();
    let mut taus = Mat::<T>::zeros(1, n - 1);
    on_threads_from(MEDIUM, n * n, |threads| {
        let size = tridiag_in_place_scratch::<T>(n, threads, Spec::default());
        let mut memory = workspace(size);
        let stack = MemStack::new(&mut memory);
        tridiag_in_place(
            a.as_mat_mut(),
            taus.as_mut(),
            threads,
            stack,
            Spec::default(),
        );
    });
    let a = a.as_mat();
    Tridiagonal {
        diagonal: (0..n).map(|k| a[(k, k)]).collect(),
        below: (1..n).map(|k| a[(k, k - 1)]).collect(),
        taus: (0..n - 1).map(|k| taus[(0, k)]).collect(),
    }
}

/// The reduction of a real matrix; `N` elements fill a cache line.
pub(super) fn real<T: Real + Scalar, const N: usize>(a: &mut ColumnMajor<T>) -> Tridiagonal<T> {
    let back = a.scale();
    let mut result = dispatch(Reduction::<T, N>(a));
    let numbers = result.diagonal.iter_mut().chain(&mut result.below);
    numbers.for_each(|x| *x *= back);
    result
}

struct Reduction<'a, T, const N: usize>(&'a mut ColumnMajor<T>);

impl<T: Real + Scalar, const N: usize> Dispatch for Reduction<'_, T, N> {
    type Output = Tridiagonal<T>;

    #[inline(always)]
    fn run<L: Level>(self) -> Tridiagonal<T> {
        let (n, stride) = (self.0.columns(), self.0.stride);
        let a = self.0.elements();
        let mut result = Tridiagonal {
            diagonal: Vec::with_capacity(n),
            below: Vec::with_capacity(n),
            taus: Vec::with_capacity(n),
        };
        let mut work = ColumnMajor::zeros(n, 3 + PARTS);
        let (vectors, sums) = work.elements().split_at_mut(3 * stride);
        let (mut u, vectors) = vectors.split_at_mut(stride);
        let (mut v, w) = vectors.split_at_mut(stride);
        // What the step before takes off the matrix, u wᵀ + w uᵀ, is still to be done.
        for k in 0..n {
            let (column, rest) = a[k * stride..].split_at_mut(stride);
            let (u_k, w_k) = (u[k], w[k]);
            for (x, (&u, &w)) in column[k..n].iter_mut().zip(u[k..n].iter().zip(&w[k..n])) {
                *x -= u * w_k + w * u_k;
            }
            result.diagonal.push(column[k]);
            if k + 1 == n {
                break;
            }
            let below = k + 1..n;
            let reflection = Reflection::new::<L, N>(&mut column[below.clone()]);
            result.below.push(reflection.beta);
            result.taus.push(reflection.tau());
            v[below.clone()].copy_from_slice(&column[below.clone()]);
            let firsts = step::<T, N>(rest, k + 1, n, stride, [&*u, &*w, &*v], sums);
            let (v_below, w_below) = (&v[below.clone()], &mut w[below.clone()]);
            w_below.copy_from_slice(&sums[below]);
            for (&first, sums) in firsts.iter().zip(sums.chunks_exact(stride)).skip(1) {
                let from = w_below[first - k - 1..].iter_mut().zip(&sums[first..n]);
                from.for_each(|(w, &sum)| *w += sum);
            }
            let inverse = reflection.inverse_tau;
            let product = dot::<L, T, N>(w_below, v_below);
            let along = product * inverse * inverse / (T::ONE + T::ONE);
            for (w, &v) in w_below.iter_mut().zip(v_below) {
                *w = *w * inverse - along * v;
            }
            std::mem::swap(&mut u, &mut v);
        }
        result
    }
}

/// Takes `u wᵀ + w uᵀ` off the rest of a matrix, whose first column is number `first`, and multiplies it by `v`: the product is the sum of
/// the vectors in `sums`, each from the index on that is returned for it.
fn step<T: Real, const N: usize>(
    mut rest: &mut [T],
    first: usize,
    n: usize,
    stride: usize,
    [u, w, v]: [&[T]; 3],
    sums: &mut [T],
) -> Vec<usize> {
    let left = n - first;
    let count = if left < SHORT { 1 } else { PARTS };
    // Of equal areas, of which the last column's is least.
    let cut = |part: usize| {
        let rest = 1.0 - part as f64 / count as f64;
        first + (left as f64 * (1.0 - rest.sqrt())) as usize
    };
    let mut parts = Vec::with_capacity(count);
    for (part, sums) in (0..count).zip(sums.chunks_exact_mut(stride)) {
        let first = cut(part);
        let columns;
        (columns, rest) = std::mem::take(&mut rest).split_at_mut((cut(part + 1) - first) * stride);
        parts.push(Part::<T, N> {
            columns,
            first,
            stride,
            u,
            w,
            v,
            sums,
        });
    }
    let firsts = parts.iter().map(|part| part.first).collect();
    for_parts(&mut parts, 1, sharing(left * left / 2, COST), &|_, part| {
        part.iter_mut().for_each(dispatch);
    });
    firsts
}

/// Columns from number `first` on, below the diagonal.
struct Part<'a, T, const N: usize> {
    columns: &'a mut [T],
    first: usize,
    stride: usize,
    u: &'a [T],
    w: &'a [T],
    v: &'a [T],
    sums: &'a mut [T],
}

impl<T: Real, const N: usize> Dispatch for &mut Part<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        self.sums[self.first / N * N..].fill(T::ZERO);
        let mut j = self.first;
        let mut groups = self.columns.chunks_exact_mut(TOGETHER * self.stride);
        for group in &mut groups {
            columns::<L, T, N, TOGETHER>(
                group,
                j,
                self.stride,
                [self.u, self.w, self.v],
                self.sums,
            );
            j += TOGETHER;
        }
        for column in groups.into_remainder().chunks_exact_mut(self.stride) {
            columns::<L, T, N, 1>(column, j, self.stride, [self.u, self.w, self.v], self.sums);
            j += 1;
        }
    }
}

/// The step for columns from number `first` on.
#[inline(always)]
fn columns<L: Level, T: Real, const N: usize, const C: usize>(
    columns: &mut [T],
    first: usize,
    stride: usize,
    [u, w, v]: [&[T]; 3],
    sums: &mut [T],
) {
    let at = |x: &[T]| -> [T; C] { std::array::from_fn(|c| x[first + c]) };
    let (u_at, w_at, v_at) = (at(u).map(|x| -x), at(w).map(|x| -x), at(v));
    // Whole blocks, from the one that holds the diagonal on.
    let start = first / N * N;
    let count = (stride - start) / N;
    let u = &u[start..].as_chunks::<N>().0[..count];
    let w = &w[start..].as_chunks::<N>().0[..count];
    let v = &v[start..].as_chunks::<N>().0[..count];
    let sums = &mut sums[start..].as_chunks_mut::<N>().0[..count];
    let mut chunks = columns.chunks_exact_mut(stride);
    let a: [&mut [[T; N]]; C] = std::array::from_fn(|_| {
        let column = chunks.next().expect("as many columns");
        &mut column[start..].as_chunks_mut::<N>().0[..count]
    });
    let mut products = [[T::ZERO; N]; C];
    let with_diagonal = (first + C - start).div_ceil(N);
    for b in 0..with_diagonal {
        let (u, w, v, mut sum) = (u[b], w[b], v[b], sums[b]);
        for c in 0..C {
            let mut x = a[c][b];
            for i in 0..N {
                let (row, column) = (start + b * N + i, first + c);
                let new = u[i].times_plus::<L>(w_at[c], x[i]);
                let new = w[i].times_plus::<L>(u_at[c], new);
                let (here, below) = (row >= column, row > column);
                x[i] = if here { new } else { x[i] };
                sum[i] = if here { new } else { T::ZERO }.times_plus::<L>(v_at[c], sum[i]);
                products[c][i] =
                    if below { new } else { T::ZERO }.times_plus::<L>(v[i], products[c][i]);
            }
            a[c][b] = x;
        }
        sums[b] = sum;
    }
    for b in with_diagonal..count {
        let (u, w, v, mut sum) = (u[b], w[b], v[b], sums[b]);
        for c in 0..C {
            let mut x = a[c][b];
            for i in 0..N {
                x[i] = u[i].times_plus::<L>(w_at[c], x[i]);
                x[i] = w[i].times_plus::<L>(u_at[c], x[i]);
                sum[i] = x[i].times_plus::<L>(v_at[c], sum[i]);
                products[c][i] = x[i].times_plus::<L>(v[i], products[c][i]);
            }
            a[c][b] = x;
        }
        sums[b] = sum;
    }
    let sums = sums.as_flattened_mut();
    for c in 0..C {
        let place = &mut sums[first + c - start];
        *place = place.plus(sum(products[c]));
    }
}
