//! Adjoints of the losses that compare classes.

use ndarray::{Array, ArrayD, ArrayRef, Axis, Dimension, IxDyn};

use crate::array::activation::softmax;
use crate::array::number::Float;
use crate::array::operand::{Operand, dynamic, with_rank};
use crate::kernel::Real;
use crate::losses::Target;

/// What the logits receive, one number of `g` a row.
pub fn cross_entropy<T: Real + Float, D: Dimension, E: Dimension, U: Target<T>, B: Operand<U>>(
    g: &ArrayRef<T, E>,
    logits: &ArrayRef<T, D>,
    targets: B,
) -> Array<T, D> {
    let logits = logits.view().into_dyn();
    let wanted = U::probabilities(dynamic(&targets), logits.shape());
    let mut adjoint: ArrayD<T> = softmax(logits.view(), -1);
    // The weights of a row add up to 1 for classes, to anything for probabilities.
    let last = Axis(adjoint.ndim() - 1);
    for ((mut row, wanted), &g) in adjoint
        .lanes_mut(last)
        .into_iter()
        .zip(wanted.lanes(last))
        .zip(g.iter())
    {
        let total = wanted
            .iter()
            .fold(<T as Real>::from_f64(0.0), |sum: T, &p| sum + p);
        row.zip_mut_with(&wanted, |q, &p| *q = g * (*q * total - p));
    }
    with_rank(adjoint)
}

/// The same for the mean of the rows.
pub fn mean_cross_entropy<T: Real + Float, D: Dimension, U: Target<T>, B: Operand<U>>(
    g: T,
    logits: &ArrayRef<T, D>,
    targets: B,
) -> Array<T, D> {
    cross_entropy(&shares(g, logits), logits, targets)
}

/// What logarithms of probabilities receive from the mean of the negative ones that are wanted.
pub fn nll<T: Real + Float, D: Dimension, U: Target<T>, B: Operand<U>>(
    g: T,
    input: &ArrayRef<T, D>,
    targets: B,
) -> Array<T, D> {
    let share = shares(g, input).iter().next().copied().unwrap_or(g);
    let wanted = U::probabilities(dynamic(&targets), input.shape());
    with_rank(wanted.mapv(|p: T| -share * p))
}

/// What probabilities as targets receive.
pub fn targets<T: Real + Float, D: Dimension, E: Dimension>(
    g: &ArrayRef<T, E>,
    logits: &ArrayRef<T, D>,
) -> Array<T, D> {
    let mut adjoint: ArrayD<T> =
        crate::array::activation::log_softmax(logits.view().into_dyn(), -1);
    let last = Axis(adjoint.ndim() - 1);
    for (mut row, &g) in adjoint.lanes_mut(last).into_iter().zip(g.iter()) {
        row.mapv_inplace(|log| -g * log);
    }
    with_rank(adjoint)
}

/// A row's part of a mean's adjoint, a row each.
pub fn shares<T: Real, D: Dimension>(g: T, logits: &ArrayRef<T, D>) -> ArrayD<T> {
    let shape = &logits.shape()[..logits.ndim().saturating_sub(1)];
    let rows: usize = shape.iter().product();
    ArrayD::from_elem(IxDyn(shape), g / <T as Real>::from_f64(rows as f64))
}
