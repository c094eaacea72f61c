//! Vector products.

use ndarray::{ArrayD, Axis, IxDyn, Zip};

use crate::array::number::Arithmetic;
use crate::array::operand::{Both, Join, Kind, Operand, dynamic};
use crate::array::shape::broadcast;

/// NumPy's `cross`: the vector products of the vectors along the last axes, which broadcast otherwise. Vectors of two components
/// are not taken; give them a third one of 0.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let (x, y) = (array![1.0, 0.0, 0.0], array![[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
/// assert_eq!(bm::cross(&x, &y), array![[0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]);
/// ```
///
/// # Panics
/// If a last axis has not length 3, or the shapes do not broadcast.
pub fn cross<T: Arithmetic, A: Operand<T>, B: Operand<T>>(
    a: A,
    b: B,
) -> <Both<T, A, T, B> as Kind>::Of<T>
where
    A::Kind: Join<B::Kind>,
{
    let (a, b) = (dynamic(&a), dynamic(&b));
    if a.shape().last() != Some(&3) || b.shape().last() != Some(&3) {
        panic!(
            "bm::cross: shapes {:?} and {:?}: the last axis must have length 3",
            a.shape(),
            b.shape()
        );
    }
    let shape = broadcast("cross", &[a.shape(), b.shape()]);
    let (a, b) = (
        a.broadcast(&shape[..]).expect("the common shape"),
        b.broadcast(&shape[..]).expect("the common shape"),
    );
    let last = Axis(shape.len() - 1);
    let mut out = ArrayD::from_elem(IxDyn(&shape), T::ZERO);
    for i in 0..3 {
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        Zip::from(out.index_axis_mut(last, i))
            .and(a.index_axis(last, j))
            .and(b.index_axis(last, k))
            .for_each(|out, &x, &y| *out = x.times(y));
        Zip::from(out.index_axis_mut(last, i))
            .and(a.index_axis(last, k))
            .and(b.index_axis(last, j))
            .for_each(|out, &x, &y| *out = out.minus(x.times(y)));
    }
    <Both<T, A, T, B> as Kind>::evaluate(|| unreachable!("a vector is no scalar"), || out)
}
