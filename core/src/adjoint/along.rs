//! Tangents of functions that work along an axis: of a lane, from its elements and their tangents.

use super::lanes::{is_nan, order};
use crate::kernel::Real;

/// The product and its tangent grow together, so that zeros need no care.
pub fn cumprod<T: Real>(a: &[T], moved: &[T], out: &mut [T]) {
    let (mut product, mut tangent) = (T::from_f64(1.0), T::from_f64(0.0));
    for ((out, &x), &dx) in out.iter_mut().zip(a).zip(moved) {
        tangent = tangent * x + product * dx;
        product *= x;
        *out = tangent;
    }
}

pub fn nancumprod<T: Real>(a: &[T], moved: &[T], out: &mut [T]) {
    cumprod(
        &present(a, a, T::from_f64(1.0)),
        &present(a, moved, T::from_f64(0.0)),
        out,
    );
}

pub fn nancumsum<T: Real>(a: &[T], moved: &[T], out: &mut [T]) {
    let mut sum = T::from_f64(0.0);
    for (out, dx) in out.iter_mut().zip(present(a, moved, T::from_f64(0.0))) {
        sum += dx;
        *out = sum;
    }
}

/// `values`, with `other` where `a` is NaN.
fn present<T: Real>(a: &[T], values: &[T], other: T) -> Vec<T> {
    let pairs = a.iter().zip(values);
    pairs
        .map(|(a, &value)| if is_nan(*a) { other } else { value })
        .collect()
}

pub fn sorted<T: Real>(a: &[T], moved: &[T], out: &mut [T]) {
    for (out, place) in out.iter_mut().zip(order(a)) {
        *out = moved[place];
    }
}
