//! Sparse matrices: compressed rows (`csr`) and lists of coordinates (`coo`), with BrainPy's names.
//!
//! A matrix is its parts: `data`, one weight an element or one for all; `indices`, the column of each element; `indptr`, where
//! each row begins, and the number of elements at the end. Indices may have any integer type; those out of range panic. Sums are
//! taken in the order of the elements, so results do not depend on threads. An element that is listed twice counts twice.
//!
//! ```
//! use brain_jit::{bm, prelude::*};
//! // 1 0 2
//! // 0 0 3
//! let (data, indices, indptr) = (array![1.0, 2.0, 3.0], array![0, 2, 2], array![0, 2, 3]);
//! let x = array![1.0, 1.0, 10.0];
//! assert_eq!(bm::sparse::csrmv(&data, &indices, &indptr, &x, (2, 3)), array![21.0, 30.0]);
//! assert_eq!(bm::sparse::csrmv(0.5, &indices, &indptr, &x, (2, 3)), array![5.5, 5.0]);
//! let y = array![1.0, 2.0];
//! assert_eq!(bm::sparse::csrmv_transpose(&data, &indices, &indptr, &y, (2, 3)), array![1.0, 0.0, 8.0]);
//! ```

mod coo;
mod csr;

pub use coo::{coo_to_csr, coomv, coomv_transpose, csr_to_coo};
pub(crate) use csr::{Csr, Events, Product, Rule};

use ndarray::{Array1, Array2};

use crate::array::number::{Integer, Number};
use crate::array::operand::Operand;

/// The product of a matrix of this shape with a vector.
///
/// # Panics
/// If the parts do not make a matrix of this shape, or the vector's length is not its number of columns.
pub fn csrmv<T: Number, I: Integer, J: Integer>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    vector: impl Operand<T>,
    shape: (usize, usize),
) -> Array1<T> {
    Csr::new("sparse::csrmv", &data, &indices, &indptr, shape).vector::<T, Product, _>(&vector)
}

/// The product of the transposed of a matrix of this shape with a vector, which has one element a row.
///
/// # Panics
/// If the parts do not make a matrix of this shape, or the vector's length is not its number of rows.
pub fn csrmv_transpose<T: Number, I: Integer, J: Integer>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    vector: impl Operand<T>,
    shape: (usize, usize),
) -> Array1<T> {
    Csr::new("sparse::csrmv_transpose", &data, &indices, &indptr, shape)
        .transposed_vector::<T, Product, _>(&vector)
}

/// The product of a matrix of this shape with a dense matrix.
///
/// # Panics
/// If the parts do not make a matrix of this shape, or the dense one has not a row for each of its columns.
pub fn csrmm<T: Number, I: Integer, J: Integer>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    matrix: impl Operand<T>,
    shape: (usize, usize),
) -> Array2<T> {
    Csr::new("sparse::csrmm", &data, &indices, &indptr, shape)
        .matrix::<T, Product, _>(&matrix, false)
}

/// The product of the transposed of a matrix of this shape with a dense matrix, which has one row a row.
///
/// # Panics
/// If the parts do not make a matrix of this shape, or the dense one has not a row for each of its rows.
pub fn csrmm_transpose<T: Number, I: Integer, J: Integer>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    matrix: impl Operand<T>,
    shape: (usize, usize),
) -> Array2<T> {
    Csr::new("sparse::csrmm_transpose", &data, &indices, &indptr, shape)
        .matrix::<T, Product, _>(&matrix, true)
}

/// The matrix of this shape with all its zeros.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let dense = bm::sparse::csr_to_dense(array![1.0, 2.0], [2, 0], [0, 1, 2], (2, 3));
/// assert_eq!(dense, array![[0.0, 0.0, 1.0], [2.0, 0.0, 0.0]]);
/// ```
///
/// # Panics
/// If the parts do not make a matrix of this shape.
pub fn csr_to_dense<T: Number, I: Integer, J: Integer>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    shape: (usize, usize),
) -> Array2<T> {
    let csr = Csr::new("sparse::csr_to_dense", &data, &indices, &indptr, shape);
    let mut dense = Array2::from_elem(shape, T::ZERO);
    for row in 0..shape.0 {
        csr.each(row, |column, weight| {
            dense[(row, column)] = dense[(row, column)].plus(weight);
        });
    }
    dense
}

/// The derivative of `csrmv`, `csrmm` or one of the transposed matrix by `data`, from that by the result, `g`; for generated code.
#[doc(hidden)]
pub fn csr_weights<T: Number, I: Integer, J: Integer>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    vector: impl Operand<T>,
    g: impl Operand<T>,
    shape: (usize, usize),
    transposed: bool,
) -> Array1<T> {
    Csr::new("sparse::csrmv", &data, &indices, &indptr, shape)
        .weights::<T, Product, _, _>(&vector, &g, transposed)
}

/// As [`csr_weights`], of a product with events.
#[doc(hidden)]
pub fn csr_event_weights<T: Number, I: Integer, J: Integer, E: Number>(
    data: impl Operand<T>,
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
    events: impl Operand<E>,
    g: impl Operand<T>,
    shape: (usize, usize),
    transposed: bool,
) -> Array1<T> {
    Csr::new("event::csrmv", &data, &indices, &indptr, shape)
        .weights::<E, Events, _, _>(&events, &g, transposed)
}
