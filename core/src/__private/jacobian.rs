//! Jacobians and Hessians from their rows or columns.

use ndarray::{Array, ArrayD, Dimension, IxDyn};

/// Sets the `k`th element, in row-major order.
pub fn set<T, D: Dimension>(array: &mut Array<T, D>, k: usize, value: T) {
    if let Some(element) = array.iter_mut().nth(k) {
        *element = value;
    }
}

/// The array whose first axes are those of the result and whose last ones are those of the operand, from a row for each
/// number of the result.
pub fn from_rows<T, D: Dimension>(
    rows: Vec<T>,
    result: &[usize],
    operand: &[usize],
) -> Array<T, D> {
    shaped(rows, &[result, operand].concat())
}

/// The same from a column for each number of the operand.
pub fn from_columns<T: Clone, D: Dimension>(
    columns: Vec<T>,
    result: &[usize],
    operand: &[usize],
) -> Array<T, D> {
    let (m, n) = (
        result.iter().product::<usize>(),
        operand.iter().product::<usize>(),
    );
    let rows = (0..m).flat_map(|i| (0..n).map(move |k| k * m + i));
    let rows = rows.map(|place| columns[place].clone()).collect();
    shaped(rows, &[result, operand].concat())
}

fn shaped<T, D: Dimension>(elements: Vec<T>, shape: &[usize]) -> Array<T, D> {
    let array = ArrayD::from_shape_vec(IxDyn(shape), elements);
    let array = array.expect("a number for each element of the block");
    array
        .into_dimensionality()
        .expect("as many axes as the block has")
}
