//! Stacks of matrices: the last two axes are the matrix, the others count.

use ndarray::{Array, Array1, Array2, ArrayRef, ArrayView2, Axis, Dimension, Ix2, IxDyn};

use super::error::LinalgError;

/// The matrices of a stack, and the shape in which they are stacked.
pub(super) struct Matrices<'a, T> {
    pub outer: Vec<usize>,
    pub all: Vec<ArrayView2<'a, T>>,
    /// Shape of one of them.
    pub dim: (usize, usize),
}

/// The matrices of `a`.
pub(super) fn matrices<'a, T, D: Dimension>(
    function: &'static str,
    a: &'a ArrayRef<T, D>,
) -> Result<Matrices<'a, T>, LinalgError> {
    let rank = a.ndim();
    if rank < 2 {
        return Err(LinalgError::NotAMatrix { function, rank });
    }
    let (outer, inner) = a.shape().split_at(rank - 2);
    let at = |index: &[usize]| {
        let matrix = index.iter().fold(a.view().into_dyn(), |view, &i| {
            view.index_axis_move(Axis(0), i)
        });
        matrix
            .into_dimensionality::<Ix2>()
            .expect("two axes are left")
    };
    let all = ndarray::indices(IxDyn(outer))
        .into_iter()
        .map(|index| at(index.slice()))
        .collect();
    Ok(Matrices {
        outer: outer.to_vec(),
        all,
        dim: (inner[0], inner[1]),
    })
}

/// The matrices of `a`, which must be square.
pub(super) fn square<'a, T, D: Dimension>(
    function: &'static str,
    a: &'a ArrayRef<T, D>,
) -> Result<Matrices<'a, T>, LinalgError> {
    let matrices = matrices(function, a)?;
    if matrices.dim.0 != matrices.dim.1 {
        return Err(LinalgError::NotSquare {
            function,
            shape: a.shape().to_vec(),
        });
    }
    Ok(matrices)
}

/// Matrices, each of shape `dim` and in row-major order, as a stack.
pub(super) fn stack<T, D: Dimension>(
    outer: &[usize],
    dim: (usize, usize),
    all: Vec<Array2<T>>,
) -> Array<T, D> {
    debug_assert!(all.iter().all(|a| a.is_standard_layout()));
    let mut all = all.into_iter().map(|a| a.into_raw_vec_and_offset().0);
    let mut elements = all.next().unwrap_or_default();
    all.for_each(|matrix| elements.extend(matrix));
    arrange(&[outer, &[dim.0, dim.1]].concat(), elements)
}

/// Vectors, each of length `n`, as a stack.
pub(super) fn stack_vectors<T, D: Dimension>(
    outer: &[usize],
    n: usize,
    all: Vec<Array1<T>>,
) -> Array<T, D> {
    let elements: Vec<T> = all.into_iter().flatten().collect();
    arrange(&[outer, &[n]].concat(), elements)
}

fn arrange<T, D: Dimension>(shape: &[usize], elements: Vec<T>) -> Array<T, D> {
    Array::from_shape_vec(IxDyn(shape), elements)
        .and_then(Array::into_dimensionality)
        .expect("a result fills its shape")
}
