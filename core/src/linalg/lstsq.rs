//! Least squares.

use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef2, ArrayView2, Axis, Dimension};
use num_traits::Zero;

use super::bidiagonal::Bidiagonal;
use super::decomposition::Scalar;
use super::error::LinalgError;
use super::svd::{Svd, conjugate_transpose, decompose, default_tolerance, reciprocal};

type RealOf<T> = <T as Scalar>::Real;

/// What [`lstsq`] finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Lstsq<X, R> {
    /// The `x` of least length among those that minimise `‖a x − b‖`.
    pub solution: X,
    /// Sums of the squared residuals, one for each column of `b`; empty if the rank of `a` is below its number of columns, or `a`
    /// has no more rows than columns.
    pub residuals: Array1<R>,
    /// The rank of `a`.
    pub rank: usize,
    /// The singular values of `a`, descending.
    pub singular_values: Array1<R>,
}

/// The least-squares solution of `a x = b` for a vector or matrix `b`. Singular values up to `max(m, n) ε` of the greatest count as
/// zero. Errors if the shapes do not fit or the iteration does not converge.
///
/// ```
/// use brain_jit::linalg;
/// use ndarray::array;
/// let fit = linalg::lstsq(&array![[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]], &array![1.0f64, 3.0, 5.0]).unwrap();
/// assert!((fit.solution[0] - 2.0).abs() < 1e-12 && fit.rank == 2);
/// ```
pub fn lstsq<T: Scalar, E: Dimension>(
    a: &ArrayRef2<T>,
    b: &ArrayRef<T, E>,
) -> Result<Lstsq<Array<T, E>, RealOf<T>>, LinalgError> {
    lstsq_with(a, b, default_tolerance(a.dim()))
}

/// [`lstsq`], where singular values up to `rcond` times the greatest count as zero.
pub fn lstsq_with<T: Scalar, E: Dimension>(
    a: &ArrayRef2<T>,
    b: &ArrayRef<T, E>,
    rcond: RealOf<T>,
) -> Result<Lstsq<Array<T, E>, RealOf<T>>, LinalgError> {
    let function = "lstsq";
    let (m, n) = a.dim();
    if !(1..=2).contains(&b.ndim()) || b.shape()[0] != m {
        return Err(LinalgError::ShapeMismatch {
            function,
            left: a.shape().to_vec(),
            right: b.shape().to_vec(),
        });
    }
    let columns = b.shape().get(1).copied().unwrap_or(1);
    let right = b.to_shape((m, columns)).expect("b has m rows");
    if !a.iter().all(|x| x.is_finite()) {
        return Err(LinalgError::NoConvergence { function });
    }
    let reduced = match m >= n {
        true => Bidiagonal::new(a.view()),
        false => Bidiagonal::new(a.t().mapv(|x| x.conjugate()).view()),
    };
    let singular_values = reduced.singular_values();
    let singular_values = singular_values.ok_or(LinalgError::NoConvergence { function })?;
    let greatest = singular_values.first().copied();
    let limit = greatest.map_or(Zero::zero(), |greatest| rcond * greatest);
    let rank = singular_values.iter().filter(|&&s| s > limit).count();
    // Of full rank the reduction does; else the directions that count as zero must be known.
    let x = if rank < m.min(n) {
        by_singular_vectors(function, a.view(), right.view(), limit)?
    } else if rank == 0 {
        Array2::zeros((n, columns))
    } else if m >= n {
        reduced.least_squares(right.view())
    } else {
        reduced.least_length(right.view())
    };
    let residuals = if rank == n && m > n {
        let off = T::multiply(a.view(), x.view()) - &right;
        let square = |x: &T| x.modulus() * x.modulus();
        off.columns()
            .into_iter()
            .map(|column| column.iter().map(square).fold(Zero::zero(), |a, b| a + b))
            .collect()
    } else {
        Array1::from(vec![])
    };
    let solution = if b.ndim() == 1 {
        x.index_axis_move(Axis(1), 0).into_dyn()
    } else {
        x.into_dyn()
    };
    let solution = solution
        .into_dimensionality()
        .expect("the solution has the rank of b");
    Ok(Lstsq {
        solution,
        residuals,
        rank,
        singular_values,
    })
}

/// The least-squares solution of least length, where singular values up to `limit` count as zero.
fn by_singular_vectors<T: Scalar>(
    function: &'static str,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    limit: RealOf<T>,
) -> Result<Array2<T>, LinalgError> {
    let Svd { u, s, vh } = decompose(function, a, false)?;
    let mut coefficients = T::multiply(conjugate_transpose(&u).view(), b);
    for (mut row, &s) in coefficients.rows_mut().into_iter().zip(&s) {
        let factor: T = reciprocal(s, limit);
        row.mapv_inplace(|x| x * factor);
    }
    Ok(T::multiply(
        conjugate_transpose(&vh).view(),
        coefficients.view(),
    ))
}
