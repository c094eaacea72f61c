//! The decompositions of Cholesky and QR.

use faer::Spec;
use faer::dyn_stack::MemStack;
use faer::linalg::cholesky::llt::factor as llt;
use ndarray::{Array, Array2, ArrayRef, ArrayView2};
use num_traits::Zero;

use super::bridge::{array, columns, on_threads, transposed, workspace};
use super::decomposition::Scalar;
use super::eigen::Triangle;
use super::error::LinalgError;
use super::rank::Stack;
use super::reflections::Reflections;
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
    let factor = |a: ArrayView2<'_, T>| {
        factorize(a, triangle).map_err(|_| LinalgError::NotPositiveDefinite { function })
    };
    let factors = a.all.into_iter().map(factor).collect::<Result<_, _>>()?;
    Ok(stack(&a.outer, a.dim, factors))
}

/// The triangle that `triangle` of the matrix is the square of.
fn factorize<T: Scalar>(
    a: ArrayView2<'_, T>,
    triangle: Triangle,
) -> Result<Array2<T>, llt::LltError> {
    let n = a.nrows();
    // faer reads and writes the lower triangle of a matrix by columns: of the transpose for the upper one, which for a Hermitian
    // matrix is the conjugate, as is then the factor's transpose.
    let mut l = match triangle {
        Triangle::Lower => columns(a),
        Triangle::Upper => columns(a.t()),
    };
    on_threads(n * n, |threads| {
        let parameters = Spec::default();
        let size = llt::cholesky_in_place_scratch::<T>(n, threads, parameters);
        let mut memory = workspace(size);
        let stack = MemStack::new(&mut memory);
        llt::cholesky_in_place(l.as_mut(), Default::default(), threads, stack, parameters)
    })?;
    for j in 1..n {
        l.col_as_slice_mut(j)[..j].fill(<T as Zero>::zero());
    }
    Ok(match triangle {
        Triangle::Lower => array(l.as_ref()),
        Triangle::Upper => transposed(&l),
    })
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
        let reflections = Reflections::new(a);
        qs.push(reflections.q(inner));
        rs.push(reflections.r(inner));
    }
    Ok(Qr {
        q: stack(&a.outer, (m, inner), qs),
        r: stack(&a.outer, (inner, n), rs),
    })
}
