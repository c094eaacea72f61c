//! Matrices reduced to two diagonals by reflections from both sides: singular values and least squares without singular vectors.
//!
//! For real matrices a step applies the reflections of the one before together with the products that the next one needs, so that the matrix
//! is read once a step (Howell, Demmel, Fulton, Hammarling, Marmol, "Cache efficient bidiagonalization using BLAS 2.5 operators", 2008).
//! Steps are short: the library's own threads share them, which find each other awake.

use faer::dyn_stack::MemStack;
use faer::linalg::svd::bidiag::{bidiag_in_place, bidiag_in_place_scratch};
use faer::{Conj, Mat, Spec};
use ndarray::{Array1, Array2, ArrayView2};
use num_traits::Float;

use super::bridge::{MEDIUM, array, columns, on_threads_from, workspace};
use super::column_major::ColumnMajor;
use super::decomposition::Scalar;
use super::householder::{COST, PARTS, Reflection, Sequence, TOGETHER, block_factors, dot, sum};
use super::quotient_difference;
use super::reflections::Reflections;
use crate::kernel::Real;
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::parallel::{for_parts, sharing};

/// Columns below which a step is not cut.
const SHORT: usize = 96;

/// A matrix with no fewer rows than columns is reduced to its triangle first if it has so many times as many rows: two thirds of its
/// operations are those of products then.
const TALL: f64 = 11.0 / 6.0;

/// A matrix with no fewer rows than columns as `u b vᴴ`, of which `b` has two diagonals.
pub struct Bidiagonal<T> {
    /// What leaves the triangle of a tall matrix, of which the rest is then the reduction.
    first: Option<Reflections<T>>,
    /// The vectors of the reflections that make `u`, as columns, below the diagonal.
    left: ColumnMajor<T>,
    left_taus: Vec<T>,
    /// Those of `v`, conjugated, in the rows from 1 on.
    right: ColumnMajor<T>,
    right_taus: Vec<T>,
    diagonal: Vec<T>,
    above: Vec<T>,
}

impl<T: Scalar> Bidiagonal<T> {
    pub fn new(a: ArrayView2<'_, T>) -> Self {
        let (m, n) = a.dim();
        if n == 0 || (m as f64) < TALL * n as f64 {
            return T::bidiagonal(ColumnMajor::of(a));
        }
        let first = Reflections::new(a);
        let mut reduced = T::bidiagonal(ColumnMajor::of(first.r(n).view()));
        reduced.first = Some(first);
        reduced
    }

    /// By faer's routine.
    pub fn general(mut left: ColumnMajor<T>) -> Self {
        let (m, n) = (left.rows(), left.columns());
        let mut taus = [
            Mat::<T>::zeros(1, n),
            Mat::<T>::zeros(1, n.saturating_sub(1)),
        ];
        on_threads_from(MEDIUM, m * n, |threads| {
            let size = bidiag_in_place_scratch::<T>(m, n, threads, Spec::default());
            let mut memory = workspace(size);
            let stack = MemStack::new(&mut memory);
            let [left_taus, right_taus] = &mut taus;
            let (left_taus, right_taus) = (left_taus.as_mut(), right_taus.as_mut());
            bidiag_in_place(
                left.as_mat_mut(),
                left_taus,
                right_taus,
                threads,
                stack,
                Spec::default(),
            );
        });
        let mut right = ColumnMajor::zeros(n, n.saturating_sub(1));
        let stride = right.stride;
        let (a, to) = (left.as_mat(), right.elements());
        for k in 0..n.saturating_sub(1) {
            for j in k + 1..n {
                to[k * stride + j] = a[(k, j)];
            }
        }
        let [left_taus, right_taus] =
            taus.map(|row| (0..row.ncols()).map(|k| row[(0, k)]).collect());
        let (diagonal, above) = (
            (0..n).map(|k| a[(k, k)]).collect(),
            (1..n).map(|k| a[(k - 1, k)]).collect(),
        );
        Bidiagonal {
            first: None,
            left,
            left_taus,
            right,
            right_taus,
            diagonal,
            above,
        }
    }

    /// The singular values, descending; `None` if the iteration does not converge.
    pub fn singular_values(&self) -> Option<Array1<<T as Scalar>::Real>> {
        let moduli = |x: &[T]| -> Vec<f64> {
            let modulus = |x: &T| num_traits::cast(x.modulus()).unwrap_or(f64::NAN);
            x.iter().map(modulus).collect()
        };
        let values =
            quotient_difference::singular_values(&moduli(&self.diagonal), &moduli(&self.above))?;
        let real = |x: f64| num_traits::cast(x).unwrap_or_else(Float::nan);
        Some(values.into_iter().map(real).collect())
    }

    /// Calls `work` with what leads from `b` to the matrix, or to its triangle, from the left.
    fn with_u(&self, work: impl FnOnce(Sequence<'_, T>)) {
        let basis = self.left.as_mat();
        let factors = block_factors(basis, &self.left_taus);
        let (factors, conjugated) = (factors.as_ref(), Conj::No);
        work(Sequence {
            basis,
            factors,
            conjugated,
        });
    }

    /// As [`Bidiagonal::with_u`], from the right, for the rows from 1 on.
    fn with_v(&self, work: impl FnOnce(Sequence<'_, T>)) {
        let size = self.above.len();
        if size > 0 {
            let basis = self.right.as_mat().subrows(1, size);
            let factors = block_factors(basis, &self.right_taus);
            let (factors, conjugated) = (factors.as_ref(), Conj::Yes);
            work(Sequence {
                basis,
                factors,
                conjugated,
            });
        }
    }

    /// The `x` that minimises `‖a x − b‖`, if no singular value is 0.
    pub fn least_squares(&self, b: ArrayView2<'_, T>) -> Array2<T> {
        let (rows, n) = (self.left.rows(), self.diagonal.len());
        let mut x = columns(b);
        if let Some(first) = &self.first {
            first.sequence().apply_adjoint(MEDIUM, x.as_mut());
        }
        self.with_u(|u| u.apply_adjoint(MEDIUM, x.as_mut().subrows_mut(0, rows)));
        for j in 0..x.ncols() {
            let x = x.col_as_slice_mut(j);
            for k in (0..n).rev() {
                if k + 1 < n {
                    x[k] -= self.above[k] * x[k + 1];
                }
                x[k] /= self.diagonal[k];
            }
        }
        self.with_v(|v| v.apply(MEDIUM, x.as_mut().subrows_mut(1, n - 1)));
        array(x.as_ref().subrows(0, n))
    }

    /// The `x` of least length with `aᴴ x = b`, if no singular value is 0.
    pub fn least_length(&self, b: ArrayView2<'_, T>) -> Array2<T> {
        let (rows, n) = (self.left.rows(), self.diagonal.len());
        let m = self.first.as_ref().map_or(rows, Reflections::rows);
        let mut x = Mat::zeros(m, b.ncols());
        x.as_mut().subrows_mut(0, n).copy_from(columns(b));
        self.with_v(|v| v.apply_adjoint(MEDIUM, x.as_mut().subrows_mut(1, n - 1)));
        for j in 0..x.ncols() {
            let x = x.col_as_slice_mut(j);
            for k in 0..n {
                if k > 0 {
                    x[k] -= self.above[k - 1].conjugate() * x[k - 1];
                }
                x[k] /= self.diagonal[k].conjugate();
            }
        }
        self.with_u(|u| u.apply(MEDIUM, x.as_mut().subrows_mut(0, rows)));
        if let Some(first) = &self.first {
            first.sequence().apply(MEDIUM, x.as_mut());
        }
        array(x.as_ref())
    }
}

/// The reduction of a real matrix; `N` elements fill a cache line.
pub(super) fn real<T: Real + Scalar, const N: usize>(mut a: ColumnMajor<T>) -> Bidiagonal<T> {
    let back = a.scale();
    let mut result = dispatch(Reduction::<T, N>(a));
    let numbers = result.diagonal.iter_mut().chain(&mut result.above);
    numbers.for_each(|x| *x *= back);
    result
}

struct Reduction<T, const N: usize>(ColumnMajor<T>);

impl<T: Real + Scalar, const N: usize> Dispatch for Reduction<T, N> {
    type Output = Bidiagonal<T>;

    #[inline(always)]
    fn run<L: Level>(self) -> Bidiagonal<T> {
        let mut left = self.0;
        let (m, n, stride) = (left.rows(), left.columns(), left.stride);
        let mut right = ColumnMajor::zeros(n, n.saturating_sub(1));
        let right_stride = right.stride;
        let (mut left_taus, mut right_taus) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let (mut diagonal, mut above) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut work = ColumnMajor::zeros(m, 3 + PARTS);
        let (vectors, sums) = work.elements().split_at_mut(3 * stride);
        let (mut u, vectors) = vectors.split_at_mut(stride);
        let (mut new_u, z) = vectors.split_at_mut(stride);
        let (mut y, mut row, mut v) = (vec![T::ZERO; n], vec![T::ZERO; n], vec![T::ZERO; n]);
        let a = left.elements();
        // What the step before takes off the matrix, u y + z vᵀ, is still to be done.
        for k in 0..n {
            let (column, rest) = a[k * stride..].split_at_mut(stride);
            let (y_k, v_k) = (y[k], v[k]);
            for (x, (&u, &z)) in column[k..m].iter_mut().zip(u[k..m].iter().zip(&z[k..m])) {
                *x -= u * y_k + z * v_k;
            }
            let reflection = Reflection::new::<L, N>(&mut column[k..m]);
            diagonal.push(reflection.beta);
            left_taus.push(reflection.tau());
            if k + 1 == n {
                break;
            }
            new_u[k..m].copy_from_slice(&column[k..m]);
            if k > 0 {
                (u[k - 1], z[k - 1], new_u[k - 1]) = (T::ZERO, T::ZERO, T::ZERO);
            }
            let above_k = k + 1..n;
            let rows = Rows {
                y: &mut y[above_k.clone()],
                row: &mut row[above_k.clone()],
                v: &v[above_k.clone()],
            };
            let count = step::<T, N>(
                rest,
                k,
                stride,
                rows,
                [&*u, &*z, &*new_u],
                reflection.inverse_tau,
                sums,
            );
            let (first, next) = (&rest[..stride], &mut row[above_k.clone()]);
            let reflection = Reflection::new::<L, N>(next);
            above.push(reflection.beta);
            right_taus.push(reflection.tau());
            v[above_k.clone()].copy_from_slice(next);
            right.elements()[k * right_stride..][above_k.clone()].copy_from_slice(next);
            // (a − u y) v, where v is (row − β e₁) times a number.
            let along = dot::<L, T, N>(&y[above_k.clone()], next);
            let (beta, scale, inverse) =
                (reflection.beta, reflection.scale, reflection.inverse_tau);
            let below = k + 1..m;
            let z = &mut z[below.clone()];
            z.copy_from_slice(&sums[below.clone()]);
            for sums in sums.chunks_exact(stride).take(count).skip(1) {
                z.iter_mut()
                    .zip(&sums[below.clone()])
                    .for_each(|(z, &sum)| *z += sum);
            }
            let others = first[below.clone()].iter().zip(&new_u[below]);
            for (z, (&first, &u)) in z.iter_mut().zip(others) {
                *z = ((*z - beta * first) * scale - along * u) * inverse;
            }
            std::mem::swap(&mut u, &mut new_u);
        }
        Bidiagonal {
            first: None,
            left,
            left_taus,
            right,
            right_taus,
            diagonal,
            above,
        }
    }
}

/// Pieces of rows: of `y`, the new one in the place of the old one, of what the new reflection makes of the matrix's row, and of `v`.
struct Rows<'a, T> {
    y: &'a mut [T],
    row: &'a mut [T],
    v: &'a [T],
}

/// Takes `u y + z vᵀ` off the rest of a matrix, and finds what the reflection of `new_u` makes of row `k`, and the rest times that row before
/// the reflection: it is the sum of as many of `sums` as is returned.
fn step<T: Real, const N: usize>(
    rest: &mut [T],
    k: usize,
    stride: usize,
    rows: Rows<'_, T>,
    vectors: [&[T]; 3],
    inverse_tau: T,
    sums: &mut [T],
) -> usize {
    let left = rows.v.len();
    let count = if left < SHORT { 1 } else { PARTS };
    let width = left.div_ceil(count);
    let pieces = rows
        .y
        .chunks_mut(width)
        .zip(rows.row.chunks_mut(width))
        .zip(rows.v.chunks(width));
    let parts = rest
        .chunks_mut(width * stride)
        .zip(sums.chunks_exact_mut(stride));
    let mut parts: Vec<_> = parts
        .zip(pieces)
        .map(|((columns, sums), ((y, row), v))| Part::<T, N> {
            columns,
            k,
            stride,
            rows: Rows { y, row, v },
            vectors,
            inverse_tau,
            sums,
        })
        .collect();
    for_parts(
        &mut parts,
        1,
        sharing(left * (stride - k), COST),
        &|_, part| {
            part.iter_mut().for_each(dispatch);
        },
    );
    parts.len()
}

/// Some columns.
struct Part<'a, T, const N: usize> {
    columns: &'a mut [T],
    k: usize,
    stride: usize,
    rows: Rows<'a, T>,
    vectors: [&'a [T]; 3],
    inverse_tau: T,
    sums: &'a mut [T],
}

impl<T: Real, const N: usize> Dispatch for &mut Part<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        self.sums[self.k / N * N..].fill(T::ZERO);
        let whole = self.rows.v.len() / TOGETHER;
        for group in 0..whole {
            self.columns::<L, TOGETHER>(group * TOGETHER);
        }
        for j in whole * TOGETHER..self.rows.v.len() {
            self.columns::<L, 1>(j);
        }
    }
}

impl<T: Real, const N: usize> Part<'_, T, N> {
    /// Columns from number `j` on.
    #[inline(always)]
    fn columns<L: Level, const C: usize>(&mut self, j: usize) {
        let Part {
            k,
            stride,
            ref mut rows,
            ref vectors,
            ..
        } = *self;
        // Whole blocks, from the one that holds row k on, above which all vectors are 0.
        let start = k / N * N;
        let count = (stride - start) / N;
        let [u, z, new_u] = vectors.map(|x| &x[start..].as_chunks::<N>().0[..count]);
        let sums = &mut self.sums[start..].as_chunks_mut::<N>().0[..count];
        let mut chunks = self.columns[j * stride..].chunks_exact_mut(stride);
        let a: [&mut [[T; N]]; C] = std::array::from_fn(|_| {
            let column = chunks.next().expect("as many columns");
            &mut column[start..].as_chunks_mut::<N>().0[..count]
        });
        let y: [T; C] = std::array::from_fn(|c| -rows.y[j + c]);
        let v: [T; C] = std::array::from_fn(|c| -rows.v[j + c]);
        let mut products = [[T::ZERO; N]; C];
        for b in 0..count {
            let (u, z, new_u) = (u[b], z[b], new_u[b]);
            for c in 0..C {
                let mut x = a[c][b];
                for i in 0..N {
                    x[i] = u[i].times_plus::<L>(y[c], x[i]);
                    x[i] = z[i].times_plus::<L>(v[c], x[i]);
                    products[c][i] = x[i].times_plus::<L>(new_u[i], products[c][i]);
                }
                a[c][b] = x;
            }
        }
        let mut row = [T::ZERO; C];
        for c in 0..C {
            let y = sum(products[c]) * self.inverse_tau;
            row[c] = a[c][0][k - start] - y;
            (rows.y[j + c], rows.row[j + c]) = (y, row[c]);
        }
        for b in 0..count {
            let mut sum = sums[b];
            for c in 0..C {
                let x = a[c][b];
                for i in 0..N {
                    sum[i] = x[i].times_plus::<L>(row[c], sum[i]);
                }
            }
            sums[b] = sum;
        }
    }
}
