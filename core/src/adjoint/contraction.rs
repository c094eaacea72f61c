//! Adjoints of products of several arrays.

use ndarray::{Array, Array2, ArrayRef, ArrayView2, ArrayViewD, Dimension};

use crate::array::operand::with_rank;
use crate::linalg::{self, ContractedAxes, ProductElement, einsum_adjoint, tensordot_adjoint};

/// What the operand at `part` of `einsum(subscripts, operands)` receives.
pub fn einsum<T: ProductElement, D: Dimension, E: Dimension>(
    g: &ArrayRef<T, E>,
    subscripts: &str,
    operands: &[ArrayViewD<'_, T>],
    part: usize,
) -> Array<T, D> {
    with_rank(einsum_adjoint(
        g.view().into_dyn(),
        subscripts,
        operands,
        part,
    ))
}

/// What both factors of `tensordot(a, b, axes)` receive.
pub fn tensordot<T: ProductElement, D: Dimension, E: Dimension, F: Dimension>(
    g: &ArrayRef<T, F>,
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
    axes: impl ContractedAxes,
) -> (Array<T, D>, Array<T, E>) {
    let [axes_a, axes_b] = linalg::contracted_axes(axes, [a.ndim(), b.ndim()]);
    let operands = [a.view().into_dyn(), b.view().into_dyn()];
    let of = |part| {
        let g = g.view().into_dyn();
        tensordot_adjoint(g, &operands, [&axes_a, &axes_b], part)
    };
    (with_rank(of(0)), with_rank(of(1)))
}

/// What the matrix at `part` of `multi_dot(matrices)` receives: `g` between the transposed products of those before and after it.
pub fn multi_dot<T: ProductElement>(
    g: &ArrayRef<T, ndarray::Ix2>,
    matrices: &[ArrayView2<'_, T>],
    part: usize,
) -> Array2<T> {
    let before = matrices[..part].iter().rev().map(|matrix| matrix.t());
    let after = matrices[part + 1..].iter().rev().map(|matrix| matrix.t());
    let all: Vec<ArrayView2<'_, T>> = before.chain([g.view()]).chain(after).collect();
    linalg::multi_dot(&all)
}
