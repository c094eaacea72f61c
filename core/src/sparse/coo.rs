//! Lists of coordinates: their products, and between them and compressed rows.

use ndarray::Array1;

use super::csr::{flat, place, weights};
use crate::array::number::{Integer, Number};
use crate::array::operand::Operand;

/// Adds weight times `from[column]` to `to[row]` for each element.
fn multiply<T: Number, I: Integer, J: Integer>(
    function: &str,
    data: &impl Operand<T>,
    (to, rows): (&impl Operand<I>, usize),
    (from, columns): (&impl Operand<J>, usize),
    vector: &impl Operand<T>,
) -> Array1<T> {
    let to = flat(function, "an index", to);
    let from = flat(function, "an index", from);
    if to.len() != from.len() {
        panic!(
            "bm::{function}: {} row indices and {} column indices",
            to.len(),
            from.len()
        );
    }
    let data = weights(function, data, to.len());
    let x = flat(function, "the vector", vector);
    if x.len() != columns {
        panic!(
            "bm::{function}: a vector of length {}, not {columns}",
            x.len()
        );
    }
    let mut out = vec![T::ZERO; rows];
    for (k, (&to, &from)) in to.iter().zip(&*from).enumerate() {
        let weight = if data.len() == 1 { data[0] } else { data[k] };
        let out = &mut out[place(function, to, rows)];
        *out = out.plus(weight.times(x[place(function, from, columns)]));
    }
    out.into()
}

/// The product of the matrix with `data[k]` at (`row[k]`, `col[k]`) with a vector.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let x = array![1.0, 2.0];
/// assert_eq!(bm::sparse::coomv(array![3.0, 4.0], [2, 0], [0, 1], &x, (3, 2)), array![8.0, 0.0, 3.0]);
/// ```
///
/// # Panics
/// If numbers of elements differ, an index is out of range, or the vector's length is not the number of columns.
pub fn coomv<T: Number, I: Integer, J: Integer>(
    data: impl Operand<T>,
    row: impl Operand<I>,
    col: impl Operand<J>,
    vector: impl Operand<T>,
    shape: (usize, usize),
) -> Array1<T> {
    multiply(
        "sparse::coomv",
        &data,
        (&row, shape.0),
        (&col, shape.1),
        &vector,
    )
}

/// [`coomv`] with the transposed matrix; the vector has one element a row.
///
/// # Panics
/// If numbers of elements differ, an index is out of range, or the vector's length is not the number of rows.
pub fn coomv_transpose<T: Number, I: Integer, J: Integer>(
    data: impl Operand<T>,
    row: impl Operand<I>,
    col: impl Operand<J>,
    vector: impl Operand<T>,
    shape: (usize, usize),
) -> Array1<T> {
    multiply(
        "sparse::coomv_transpose",
        &data,
        (&col, shape.1),
        (&row, shape.0),
        &vector,
    )
}

/// The row of each element of compressed rows, and its column.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let (row, col) = bm::sparse::csr_to_coo([4, 5, 6], [0, 2, 2, 3]);
/// assert_eq!((row, col), (array![0, 0, 2], array![4, 5, 6]));
/// ```
///
/// # Panics
/// If the row lengths that `indptr` gives are negative or do not sum up to the number of elements.
pub fn csr_to_coo<I: Integer, J: Integer>(
    indices: impl Operand<I>,
    indptr: impl Operand<J>,
) -> (Array1<usize>, Array1<I>) {
    let function = "sparse::csr_to_coo";
    let columns = flat(function, "indices", &indices);
    let mut rows = Vec::with_capacity(columns.len());
    for (row, ends) in flat(function, "indptr", &indptr).windows(2).enumerate() {
        let Ok(length) = usize::try_from(ends[1].to_i64() - ends[0].to_i64()) else {
            panic!("bm::{function}: row {row} has a negative length")
        };
        rows.extend(std::iter::repeat_n(row, length));
    }
    if rows.len() != columns.len() {
        panic!(
            "bm::{function}: rows of {} elements, {} columns",
            rows.len(),
            columns.len()
        );
    }
    (rows.into(), columns.iter().copied().collect())
}

/// Columns and row starts of the compressed rows of synapses, ordered by row and otherwise as they were.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let (indices, indptr) = bm::sparse::coo_to_csr([2, 0, 2], [7, 8, 9], 3);
/// assert_eq!((indices, indptr), (array![8, 7, 9], array![0, 1, 1, 3]));
/// ```
///
/// # Panics
/// If lengths differ or a row is out of range.
pub fn coo_to_csr<I: Integer, J: Integer>(
    pre_ids: impl Operand<I>,
    post_ids: impl Operand<J>,
    num_row: usize,
) -> (Array1<J>, Array1<usize>) {
    let function = "sparse::coo_to_csr";
    let (rows, columns) = (
        flat(function, "pre_ids", &pre_ids),
        flat(function, "post_ids", &post_ids),
    );
    if rows.len() != columns.len() {
        panic!(
            "bm::{function}: {} rows and {} columns",
            rows.len(),
            columns.len()
        );
    }
    let rows: Vec<usize> = rows
        .iter()
        .map(|&row| place(function, row, num_row))
        .collect();
    let mut indptr = vec![0; num_row + 1];
    rows.iter().for_each(|&row| indptr[row + 1] += 1);
    for row in 0..num_row {
        indptr[row + 1] += indptr[row];
    }
    let mut next = indptr.clone();
    let mut indices = columns.to_vec();
    for (&row, &column) in rows.iter().zip(&*columns) {
        indices[next[row]] = column;
        next[row] += 1;
    }
    (indices.into(), indptr.into())
}
