//! Eigenvalues and eigenvectors.

use faer::Side;
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayView2};
use num_complex::Complex;
use num_traits::{Float, Zero};

use super::bridge;
use super::decomposition::Scalar;
use super::error::LinalgError;
use super::rank::Stack;
use super::stack::{square, stack, stack_vectors};

/// Eigenvalues, and the eigenvectors as columns: `a v[:, i] = w[i] v[:, i]`.
///
/// ```
/// use brain_jit::linalg::{Eig, eig};
/// use ndarray::array;
/// let Eig { values, vectors } = eig(&array![[2.0, 0.0], [0.0, 3.0]]).unwrap();
/// assert_eq!(values.mapv(|w| w.re), array![2.0, 3.0]);
/// assert_eq!(vectors[(0, 0)].re, 1.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Eig<W, V> {
    /// The eigenvalues.
    pub values: W,
    /// The eigenvectors, of length 1.
    pub vectors: V,
}

/// Which triangle of a matrix is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Triangle {
    /// On and below the diagonal.
    #[default]
    Lower,
    /// On and above the diagonal.
    Upper,
}

impl Triangle {
    pub(super) fn side(self) -> Side {
        match self {
            Triangle::Lower => Side::Lower,
            Triangle::Upper => Side::Upper,
        }
    }
}

type ComplexOf<T> = Complex<<T as Scalar>::Real>;

fn finite<T: Scalar>(function: &'static str, a: &ArrayView2<'_, T>) -> Result<(), LinalgError> {
    if a.iter().all(|x| x.is_finite()) {
        Ok(())
    } else {
        Err(LinalgError::NotFinite { function })
    }
}

/// Eigenvalues and eigenvectors of a general matrix, always complex. Vectors have length 1, and their greatest element is real.
/// Errors if a matrix is not square, not finite, or the iteration does not converge.
pub fn eig<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Eig<Array<ComplexOf<T>, D::Smaller>, Array<ComplexOf<T>, D>>, LinalgError> {
    let a = square("eig", a)?;
    let (mut values, mut vectors) = (Vec::new(), Vec::new());
    for a in &a.all {
        finite("eig", a)?;
        if a.is_empty() {
            continue;
        }
        let eigen = bridge::matrix(&bridge::readable(a))
            .eigen()
            .map_err(|_| LinalgError::NoConvergence { function: "eig" })?;
        values.push(
            eigen
                .S()
                .column_vector()
                .iter()
                .copied()
                .collect::<Array1<_>>(),
        );
        let u = eigen.U();
        vectors.push(normalized(Array2::from_shape_fn(a.dim(), |(i, j)| {
            u[(i, j)]
        })));
    }
    Ok(Eig {
        values: stack_vectors(&a.outer, a.dim.0, values),
        vectors: stack(&a.outer, a.dim, vectors),
    })
}

/// LAPACK's convention: columns of length 1, whose greatest element is real.
fn normalized<R: Scalar<Real = R> + Float>(mut vectors: Array2<Complex<R>>) -> Array2<Complex<R>> {
    for mut column in vectors.columns_mut() {
        if column.iter().all(|x| x.im == Zero::zero()) {
            let length = column
                .iter()
                .fold(<R as Zero>::zero(), |sum, x| Float::hypot(sum, x.re));
            column.mapv_inplace(|x| x / length);
            continue;
        }
        let length = column.iter().fold(<R as Zero>::zero(), |sum, x| {
            Float::hypot(sum, Float::hypot(x.re, x.im))
        });
        let modulus = |x: &Complex<R>| Float::hypot(x.re, x.im);
        let greatest = column.iter().enumerate().fold(0, |best, (i, x)| {
            if modulus(x) > modulus(&column[best]) {
                i
            } else {
                best
            }
        });
        let pivot = column[greatest];
        let turn = pivot.conj() / (modulus(&pivot) * length);
        column.mapv_inplace(|x| x * turn);
        column[greatest].im = Zero::zero();
    }
    vectors
}

/// The eigenvalues of a general matrix, always complex. Errors as [`eig`].
pub fn eigvals<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Array<ComplexOf<T>, D::Smaller>, LinalgError> {
    let a = square("eigvals", a)?;
    let mut values = Vec::new();
    for a in &a.all {
        finite("eigvals", a)?;
        if a.is_empty() {
            continue;
        }
        let eigenvalues = bridge::matrix(&bridge::readable(a)).eigenvalues();
        values.push(Array1::from(eigenvalues.map_err(|_| {
            LinalgError::NoConvergence {
                function: "eigvals",
            }
        })?));
    }
    Ok(stack_vectors(&a.outer, a.dim.0, values))
}

/// Eigenvalues, ascending, and eigenvectors of a symmetric or Hermitian matrix, of which the lower triangle is read. Errors if a
/// matrix is not square or the iteration does not converge.
#[allow(clippy::type_complexity)]
pub fn eigh<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Eig<Array<<T as Scalar>::Real, D::Smaller>, Array<T, D>>, LinalgError> {
    eigh_with(a, Triangle::Lower)
}

/// [`eigh`] of a matrix of which `triangle` is read.
#[allow(clippy::type_complexity)]
pub fn eigh_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    triangle: Triangle,
) -> Result<Eig<Array<<T as Scalar>::Real, D::Smaller>, Array<T, D>>, LinalgError> {
    let a = square("eigh", a)?;
    let (mut values, mut vectors) = (Vec::new(), Vec::new());
    for a in &a.all {
        let eigen = bridge::matrix(&bridge::readable(a))
            .self_adjoint_eigen(triangle.side())
            .map_err(|_| LinalgError::NoConvergence { function: "eigh" })?;
        values.push(
            eigen
                .S()
                .column_vector()
                .iter()
                .map(|x| T::real_part_impl(x))
                .collect::<Array1<_>>(),
        );
        vectors.push(bridge::array(eigen.U()));
    }
    Ok(Eig {
        values: stack_vectors(&a.outer, a.dim.0, values),
        vectors: stack(&a.outer, a.dim, vectors),
    })
}

/// The eigenvalues, ascending, of a symmetric or Hermitian matrix, of which the lower triangle is read. Errors as [`eigh`].
pub fn eigvalsh<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Array<<T as Scalar>::Real, D::Smaller>, LinalgError> {
    eigvalsh_with(a, Triangle::Lower)
}

/// [`eigvalsh`] of a matrix of which `triangle` is read.
pub fn eigvalsh_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    triangle: Triangle,
) -> Result<Array<<T as Scalar>::Real, D::Smaller>, LinalgError> {
    let a = square("eigvalsh", a)?;
    let values = |a: &ArrayView2<'_, T>| {
        let values = bridge::matrix(&bridge::readable(a)).self_adjoint_eigenvalues(triangle.side());
        Ok(Array1::from(values.map_err(|_| {
            LinalgError::NoConvergence {
                function: "eigvalsh",
            }
        })?))
    };
    let values = a.all.iter().map(values).collect::<Result<_, _>>()?;
    Ok(stack_vectors(&a.outer, a.dim.0, values))
}
