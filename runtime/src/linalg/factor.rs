//! The decompositions of Cholesky and QR.

use ndarray::{Array, Array2, ArrayRef, ArrayView2};
use num_traits::Zero;

use super::bridge;
use super::decomposition::Scalar;
use super::eigen::Triangle;
use super::error::LinalgError;
use super::rank::Stack;
use super::stack::{matrices, square, stack};

/// A decomposition `a = q r`.
#[derive(Clone, Debug, PartialEq)]
pub struct Qr<A> {
    /// Orthonormal columns.
    pub q: A,
    /// Upper triangular.
    pub r: A,
}

/// How many columns `q` has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QrMode {
    /// `min(m, n)`.
    #[default]
    Reduced,
    /// `m`.
    Complete,
}

/// The factor `l` of `a = l lᴴ`, lower triangular; the lower triangle of `a` is read. Errors if a matrix is not square or not
/// positive definite.
pub fn cholesky<T: Scalar, D: Stack>(a: &ArrayRef<T, D>) -> Result<Array<T, D>, LinalgError> {
    cholesky_with(a, Triangle::Lower)
}

/// [`cholesky`], or from the upper triangle of `a` the upper triangular `u` of `a = uᴴ u`.
pub fn cholesky_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    triangle: Triangle,
) -> Result<Array<T, D>, LinalgError> {
    let function = "cholesky";
    let a = square(function, a)?;
    let factor = |a: ArrayView2<'_, T>| -> Result<Array2<T>, LinalgError> {
        let llt = bridge::matrix(&bridge::readable(&a)).llt(triangle.side());
        let llt = llt.map_err(|_| LinalgError::NotPositiveDefinite { function })?;
        let l = bridge::array(llt.L());
        let element = |(i, j): (usize, usize)| {
            if j > i {
                <T as Zero>::zero()
            } else {
                l[(i, j)]
            }
        };
        Ok(match triangle {
            Triangle::Lower => Array2::from_shape_fn(l.dim(), element),
            Triangle::Upper => Array2::from_shape_fn(l.dim(), |(i, j)| element((j, i)).conjugate()),
        })
    };
    let factors = a.all.into_iter().map(factor).collect::<Result<_, _>>()?;
    Ok(stack(&a.outer, a.dim, factors))
}

/// The decomposition into orthonormal columns and a triangle, both with `min(m, n)` between them. Errors unless `a` is a matrix
/// or a stack of matrices.
pub fn qr<T: Scalar, D: Stack>(a: &ArrayRef<T, D>) -> Result<Qr<Array<T, D>>, LinalgError> {
    qr_with(a, QrMode::Reduced)
}

/// [`qr`] with the number of columns of `q` chosen.
pub fn qr_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    mode: QrMode,
) -> Result<Qr<Array<T, D>>, LinalgError> {
    let a = matrices("qr", a)?;
    let (m, n) = a.dim;
    let inner = if mode == QrMode::Complete {
        m
    } else {
        m.min(n)
    };
    let (mut qs, mut rs) = (Vec::new(), Vec::new());
    for a in a.all {
        let qr = bridge::matrix(&bridge::readable(&a)).qr();
        let q = if mode == QrMode::Complete {
            qr.compute_Q()
        } else {
            qr.compute_thin_Q()
        };
        let r = if mode == QrMode::Complete {
            qr.R()
        } else {
            qr.thin_R()
        };
        qs.push(bridge::array(q.as_ref()));
        rs.push(Array2::from_shape_fn((inner, n), |(i, j)| {
            if i > j {
                <T as Zero>::zero()
            } else {
                r[(i, j)]
            }
        }));
    }
    Ok(Qr {
        q: stack(&a.outer, (m, inner), qs),
        r: stack(&a.outer, (inner, n), rs),
    })
}
