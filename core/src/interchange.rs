//! To and from the vectors and matrices of `nalgebra`; copies, since `nalgebra` stores columns and `ndarray` rows.
//!
//! ```
//! use brain_jit::{bm, prelude::*};
//! let m = array![[1.0, 2.0], [3.0, 4.0]];
//! let inverse = bm::to_dmatrix(&m).try_inverse().unwrap();
//! assert_eq!(bm::from_matrix(&inverse).dim(), (2, 2));
//! assert_eq!(bm::from_vector(&bm::to_dvector([1.0, 2.0])), array![1.0, 2.0]);
//! ```

use nalgebra::{DMatrix, DVector, Dim, Matrix, RawStorage, Scalar, U1};
use ndarray::{Array1, Array2, Ix1, Ix2};

use crate::array::operand::Operand;

/// A vector as one of `nalgebra`.
pub fn to_dvector<T: Scalar, A: Operand<T, Dim = Ix1>>(x: A) -> DVector<T> {
    let view = x.view();
    DVector::from_iterator(view.len(), view.iter().cloned())
}

/// A matrix as one of `nalgebra`.
pub fn to_dmatrix<T: Scalar, A: Operand<T, Dim = Ix2>>(x: A) -> DMatrix<T> {
    let view = x.view();
    DMatrix::from_row_iterator(view.nrows(), view.ncols(), view.iter().cloned())
}

/// A vector of `nalgebra`, of any length and storage, as an array.
pub fn from_vector<T: Scalar, R: Dim, S: RawStorage<T, R, U1>>(
    x: &Matrix<T, R, U1, S>,
) -> Array1<T> {
    x.iter().cloned().collect()
}

/// A matrix of `nalgebra`, of any shape and storage, as an array.
pub fn from_matrix<T: Scalar, R: Dim, C: Dim, S: RawStorage<T, R, C>>(
    x: &Matrix<T, R, C, S>,
) -> Array2<T> {
    Array2::from_shape_fn(x.shape(), |place| x[place].clone())
}
