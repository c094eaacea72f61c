//! Adjoints of products that do not fuse.

use ndarray::{Array, Array2, ArrayRef, ArrayRef1, Dimension, IxDyn};

use crate::array::number::Number;
use crate::array::operand::with_rank;
use crate::kernel::Real;

pub fn trace<T: Real>(g: T, a: &ArrayRef<T, ndarray::Ix2>, offset: isize) -> Array2<T> {
    let mut adjoint = Array2::from_elem(a.raw_dim(), T::from_f64(0.0));
    for i in 0..a.nrows() {
        let place = i
            .checked_add_signed(offset)
            .and_then(|j| adjoint.get_mut((i, j)));
        if let Some(element) = place {
            *element = g;
        }
    }
    adjoint
}

/// What the factors of a Kronecker product receive: the blocks of `g` times `b`, or added up with `a` as weights.
pub fn kron<T: Real, D: Dimension>(
    g: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, D>,
) -> (Array<T, D>, Array<T, D>) {
    let zeros = |like: &ArrayRef<T, D>| Array::from_elem(IxDyn(like.shape()), T::from_f64(0.0));
    let (mut to_a, mut to_b) = (zeros(a), zeros(b));
    let (a, b) = (a.view().into_dyn(), b.view().into_dyn());
    for (at, &g) in g.view().into_dyn().indexed_iter() {
        let at = at.as_array_view();
        let outer: Vec<usize> = at.iter().zip(b.shape()).map(|(i, n)| i / n).collect();
        let inner: Vec<usize> = at.iter().zip(b.shape()).map(|(i, n)| i % n).collect();
        to_a[&outer[..]] += g * b[&inner[..]];
        to_b[&inner[..]] += g * a[&outer[..]];
    }
    (with_rank(to_a), with_rank(to_b))
}

/// What the coefficients of a polynomial at `x` receive.
pub fn polyval<T: Real, D: Dimension>(
    g: &ArrayRef<T, D>,
    p: usize,
    x: &ArrayRef<T, D>,
) -> ndarray::Array1<T> {
    let mut adjoint = ndarray::Array1::from_elem(p, T::from_f64(0.0));
    for (&g, &x) in g.iter().zip(x) {
        let mut power = g;
        for element in adjoint.iter_mut().rev() {
            *element += power;
            power *= x;
        }
    }
    adjoint
}

/// `g` times the slope of an elementwise function, element by element. Where `g` is zero nothing was chosen, and the slope, which need not
/// be a number there, does not count.
pub fn scaled<T: Real, D: Dimension>(g: &ArrayRef<T, D>, slope: &ArrayRef<T, D>) -> Array<T, D> {
    let mut adjoint = g.to_owned();
    adjoint.zip_mut_with(slope, |g, &slope| {
        if *g != T::from_f64(0.0) {
            *g *= slope;
        }
    });
    adjoint
}

/// What a matrix receives whose product with events has the adjoint `g`: that of its row, in the columns with an event.
pub fn event_outer<T: Real, E: Number>(g: &ArrayRef1<T>, events: &ArrayRef1<E>) -> Array2<T> {
    Array2::from_shape_fn((g.len(), events.len()), |(i, j)| {
        if events[j].is_true() {
            g[i]
        } else {
            T::from_f64(0.0)
        }
    })
}

/// The same where the transposed matrix was multiplied: that of its column, in the rows with an event.
pub fn event_outer_transpose<T: Real, E: Number>(
    g: &ArrayRef1<T>,
    events: &ArrayRef1<E>,
) -> Array2<T> {
    Array2::from_shape_fn((events.len(), g.len()), |(i, j)| {
        if events[i].is_true() {
            g[j]
        } else {
            T::from_f64(0.0)
        }
    })
}

/// A number of the type that is asked for.
pub fn number<T: Real>(value: f64) -> T {
    T::from_f64(value)
}
