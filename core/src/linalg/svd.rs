//! Singular values, and what is computed from them.

use faer::diag::Diag;
use faer::dyn_stack::MemStack;
use faer::linalg::svd::{ComputeSvdVectors, SvdError, svd as faer_svd, svd_scratch};
use faer::{Mat, MatMut, Spec};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef2, ArrayView2};
use num_traits::{Float, Zero};

use super::bidiagonal::Bidiagonal;
use super::bridge::{MEDIUM, array, columns, on_threads_from, transposed, workspace};
use super::decomposition::Scalar;
use super::error::LinalgError;
use super::norm::{NormOrder, matrix_norm};
use super::rank::{ResultRank, Stack};
use super::solve::inv;
use super::stack::{matrices, stack, stack_vectors};

/// A singular value decomposition `a = u diag(s) vh`.
#[derive(Clone, Debug, PartialEq)]
pub struct Svd<U, S> {
    /// Left singular vectors, as columns.
    pub u: U,
    /// Singular values, descending.
    pub s: S,
    /// Right singular vectors, as conjugated rows.
    pub vh: U,
}

type RealOf<T> = <T as Scalar>::Real;
type Scalars<T, D> = <<D as Stack>::Scalars as ResultRank>::Output<T>;

pub(super) fn conjugate_transpose<T: Scalar>(a: &Array2<T>) -> Array2<T> {
    a.t()
        .mapv(|x| x.conjugate())
        .as_standard_layout()
        .into_owned()
}

pub(super) fn decompose<T: Scalar>(
    function: &'static str,
    a: ArrayView2<'_, T>,
    full: bool,
) -> Result<Svd<Array2<T>, Array1<RealOf<T>>>, LinalgError> {
    let failed = LinalgError::NoConvergence { function };
    if !a.iter().all(|x| x.is_finite()) {
        return Err(failed);
    }
    let (m, n) = a.dim();
    let k = m.min(n);
    let (left, right) = if full { (m, n) } else { (k, k) };
    let (mut u, mut v) = (Mat::<T>::zeros(m, left), Mat::<T>::zeros(n, right));
    let s = factorize(a, u.as_mut(), v.as_mut(), full).map_err(|_| failed)?;
    let mut vh = transposed(&v);
    vh.mapv_inplace(|x| x.conjugate());
    Ok(Svd {
        u: array(u.as_ref()),
        s,
        vh,
    })
}

/// Writes the singular vectors to `u` and `v`, and gives the singular values.
fn factorize<T: Scalar>(
    a: ArrayView2<'_, T>,
    u: MatMut<'_, T>,
    v: MatMut<'_, T>,
    full: bool,
) -> Result<Array1<RealOf<T>>, SvdError> {
    let (m, n) = a.dim();
    let a = columns(a);
    let mut s = Diag::<T>::zeros(m.min(n));
    let compute = match full {
        false => ComputeSvdVectors::Thin,
        true => ComputeSvdVectors::Full,
    };
    on_threads_from(MEDIUM, m * n, |threads| {
        let parameters = Spec::default();
        let size = svd_scratch::<T>(m, n, compute, compute, threads, parameters);
        let mut memory = workspace(size);
        let stack = MemStack::new(&mut memory);
        let (a, s) = (a.as_ref(), s.as_mut());
        faer_svd(a, s, Some(u), Some(v), threads, stack, parameters)
    })?;
    let s = s.column_vector().iter().map(|x| T::real_part_impl(x));
    Ok(s.collect())
}

/// The singular value decomposition with square `u` and `vh`. Errors if the iteration does not converge, as it does not for
/// infinities and NaN.
#[allow(clippy::type_complexity)]
pub fn svd<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Svd<Array<T, D>, Array<RealOf<T>, D::Smaller>>, LinalgError> {
    svd_with(a, true)
}

/// [`svd`], with only the first `min(m, n)` columns of `u` and rows of `vh` unless `full_matrices`.
#[allow(clippy::type_complexity)]
pub fn svd_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    full_matrices: bool,
) -> Result<Svd<Array<T, D>, Array<RealOf<T>, D::Smaller>>, LinalgError> {
    let a = matrices("svd", a)?;
    let (m, n) = a.dim;
    let k = m.min(n);
    let (mut us, mut ss, mut vhs) = (Vec::new(), Vec::new(), Vec::new());
    for a in a.all {
        let Svd { u, s, vh } = decompose("svd", a, full_matrices)?;
        us.push(u);
        ss.push(s);
        vhs.push(vh);
    }
    let (columns, rows) = if full_matrices { (m, n) } else { (k, k) };
    Ok(Svd {
        u: stack(&a.outer, (m, columns), us),
        s: stack_vectors(&a.outer, k, ss),
        vh: stack(&a.outer, (rows, n), vhs),
    })
}

pub(super) fn singular_values<T: Scalar>(
    function: &'static str,
    a: ArrayView2<'_, T>,
) -> Result<Array1<RealOf<T>>, LinalgError> {
    let failed = LinalgError::NoConvergence { function };
    if !a.iter().all(|x| x.is_finite()) {
        return Err(failed);
    }
    // Those of the transpose are the same.
    let tall = if a.nrows() < a.ncols() {
        a.reversed_axes()
    } else {
        a
    };
    Bidiagonal::new(tall).singular_values().ok_or(failed)
}

/// The singular values alone, descending. Errors as [`svd`].
pub fn svdvals<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Array<RealOf<T>, D::Smaller>, LinalgError> {
    let a = matrices("svdvals", a)?;
    let values = a
        .all
        .into_iter()
        .map(|a| singular_values("svdvals", a))
        .collect::<Result<_, _>>()?;
    Ok(stack_vectors(&a.outer, a.dim.0.min(a.dim.1), values))
}

fn real<R: Float>(x: f64) -> R {
    R::from(x).expect("a number")
}

/// Singular values up to this part of the greatest count as zero, unless told otherwise: `max(m, n) ε`.
pub(super) fn default_tolerance<R: Float>((m, n): (usize, usize)) -> R {
    real::<R>(m.max(n) as f64) * R::epsilon()
}

/// The pseudoinverse of Moore and Penrose. Singular values up to `max(m, n) ε` of the greatest count as zero. Errors as [`svd`].
pub fn pinv<T: Scalar, D: Stack>(a: &ArrayRef<T, D>) -> Result<Array<T, D>, LinalgError> {
    let dim = (
        a.shape().iter().rev().nth(1).copied().unwrap_or(0),
        a.shape().last().copied().unwrap_or(0),
    );
    pinv_with(a, default_tolerance(dim))
}

/// [`pinv`], where singular values up to `rcond` times the greatest count as zero.
pub fn pinv_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    rcond: RealOf<T>,
) -> Result<Array<T, D>, LinalgError> {
    let a = matrices("pinv", a)?;
    let inverse = |a: ArrayView2<'_, T>| -> Result<Array2<T>, LinalgError> {
        let Svd { u, s, vh } = decompose("pinv", a, false)?;
        let limit = s.first().map_or(Zero::zero(), |&greatest| rcond * greatest);
        let mut v = conjugate_transpose(&vh);
        for (mut column, &s) in v.columns_mut().into_iter().zip(&s) {
            let factor: T = reciprocal(s, limit);
            column.mapv_inplace(|x| x * factor);
        }
        Ok(T::multiply(v.view(), conjugate_transpose(&u).view()))
    };
    let inverses = a.all.into_iter().map(inverse).collect::<Result<_, _>>()?;
    Ok(stack(&a.outer, (a.dim.1, a.dim.0), inverses))
}

/// The number of singular values above `max(m, n) ε` times the greatest. Errors as [`svd`].
pub fn matrix_rank<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Scalars<usize, D>, LinalgError> {
    ranks(a, |greatest, dim| {
        default_tolerance::<RealOf<T>>(dim) * greatest
    })
}

/// The number of singular values above `tolerance`. Errors as [`svd`].
pub fn matrix_rank_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    tolerance: RealOf<T>,
) -> Result<Scalars<usize, D>, LinalgError> {
    ranks(a, |_, _| tolerance)
}

fn ranks<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    limit: impl Fn(RealOf<T>, (usize, usize)) -> RealOf<T>,
) -> Result<Scalars<usize, D>, LinalgError> {
    let a = matrices("matrix_rank", a)?;
    let mut ranks = Vec::new();
    for matrix in a.all {
        let s = singular_values("matrix_rank", matrix)?;
        let limit = limit(s.first().copied().unwrap_or(Zero::zero()), a.dim);
        ranks.push(s.iter().filter(|&&s| s > limit).count());
    }
    Ok(D::Scalars::arrange(&a.outer, ranks))
}

/// The condition number in the norm of order 2: the greatest singular value over the least; infinite for a singular matrix.
/// Errors as [`svd`].
pub fn cond<T: Scalar, D: Stack>(a: &ArrayRef<T, D>) -> Result<Scalars<RealOf<T>, D>, LinalgError> {
    let a = matrices("cond", a)?;
    let condition = |a: ArrayView2<'_, T>| -> Result<RealOf<T>, LinalgError> {
        let s = singular_values("cond", a)?;
        let (Some(&greatest), Some(&least)) = (s.first(), s.last()) else {
            return Err(LinalgError::InvalidArgument {
                function: "cond",
                reason: "the matrix is empty".into(),
            });
        };
        Ok(if least == Zero::zero() {
            Float::infinity()
        } else {
            greatest / least
        })
    };
    let conditions = a.all.into_iter().map(condition).collect::<Result<_, _>>()?;
    Ok(D::Scalars::arrange(&a.outer, conditions))
}

/// The condition number of a square matrix in any matrix norm: `‖a‖ ‖a⁻¹‖`; infinite for a singular matrix. Errors if the matrix
/// is not square or has no such norm.
pub fn cond_with<T: Scalar>(
    a: &ArrayRef2<T>,
    order: impl Into<NormOrder>,
) -> Result<RealOf<T>, LinalgError> {
    let order = order.into();
    match inv(a) {
        Ok(inverse) => {
            Ok(matrix_norm("cond", a.view(), order)? * matrix_norm("cond", inverse.view(), order)?)
        }
        Err(LinalgError::Singular { .. }) => Ok(Float::infinity()),
        Err(other) => Err(other),
    }
}

/// `1 / s`, or 0 where `s` counts as zero: up to `limit`.
pub(super) fn reciprocal<T: Scalar>(s: RealOf<T>, limit: RealOf<T>) -> T {
    if s > limit {
        T::of_real(Float::recip(s))
    } else {
        <T as Zero>::zero()
    }
}
