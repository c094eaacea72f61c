//! Broadcasting undone at run time.

use ndarray::{Array, ArrayRef, Axis, Dimension};

use crate::array::operand::with_rank;
use crate::kernel::Real;

/// `g` summed over the axes along which `like` was broadcast; mostly there are none.
pub fn fitted<T: Real, U, D: Dimension>(g: Array<T, D>, like: &ArrayRef<U, D>) -> Array<T, D> {
    if g.shape() == like.shape() {
        return g;
    }
    let mut g = g.into_dyn();
    for (axis, &length) in like.shape().iter().enumerate() {
        if length == 1 && g.len_of(Axis(axis)) != 1 {
            g = g.sum_axis(Axis(axis)).insert_axis(Axis(axis));
        }
    }
    with_rank(g)
}

/// The same of an array that is read again.
pub fn refitted<T: Real, U, D: Dimension>(
    g: &ArrayRef<T, D>,
    like: &ArrayRef<U, D>,
) -> Array<T, D> {
    fitted(g.to_owned(), like)
}

/// A product of a Hessian and vectors, in the shape of `like`, or a panic.
pub fn exact<T: Real, U, D: Dimension>(
    product: &ArrayRef<T, D>,
    like: &ArrayRef<U, D>,
) -> Array<T, D> {
    assert!(
        product.shape() == like.shape(),
        "a Hessian's product has shape {:?} where what it is by has {:?}: an axis of length 1 is broadcast in one place and not in \
         another; write it with a lower rank, or index it",
        product.shape(),
        like.shape()
    );
    product.to_owned()
}

/// Panics if an array that a branch or a pass of a loop has bound again has another shape than before.
pub fn same_shape(name: &str, before: &[usize], after: &[usize]) {
    assert!(
        before == after,
        "`{name}` has shape {before:?} and is bound again with shape {after:?} in a branch or a loop, where a gradient needs it to keep \
         its shape: give the result a name of its own, or write `{name}[..] = …`, which broadcasts"
    );
}
