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
