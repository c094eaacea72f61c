//! The frequencies of a transform's elements, and their order.

use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, Slice};

use super::options::axis_number;
use super::plan::FftFloat;

/// The frequencies of [`fft`](super::fft)'s elements, for `n` samples at distance `d`: `0, 1, …, −2, −1` over `n d`. Panics if `n` is 0.
pub fn fftfreq<T: FftFloat>(n: usize, d: T) -> Array1<T> {
    assert!(n > 0, "fft::fftfreq: n = 0 must be at least 1");
    let unit = unit(n, d);
    (0..n)
        .map(|k| {
            if k < n.div_ceil(2) {
                number::<T>(k) * unit
            } else {
                -number::<T>(n - k) * unit
            }
        })
        .collect()
}

/// The frequencies of [`rfft`](super::rfft)'s elements, for `n` samples at distance `d`: `0, 1, …, n / 2` over `n d`. Panics if `n` is 0.
pub fn rfftfreq<T: FftFloat>(n: usize, d: T) -> Array1<T> {
    assert!(n > 0, "fft::rfftfreq: n = 0 must be at least 1");
    let unit = unit(n, d);
    (0..=n / 2).map(|k| number::<T>(k) * unit).collect()
}

fn unit<T: FftFloat>(n: usize, d: T) -> T {
    (number::<T>(n) * d).recip()
}

fn number<T: FftFloat>(k: usize) -> T {
    T::from_usize(k).expect("a length is a number")
}

/// Moves frequency 0 to the middle of every axis.
pub fn fftshift<T: Clone, D: Dimension>(a: &ArrayRef<T, D>) -> Array<T, D> {
    roll("fftshift", a, &all_axes(a), |n| n / 2)
}

/// [`fftshift`] of some axes. Panics if one is out of bounds.
pub fn fftshift_axes<T: Clone, D: Dimension>(a: &ArrayRef<T, D>, axes: &[isize]) -> Array<T, D> {
    roll("fftshift", a, axes, |n| n / 2)
}

/// The inverse of [`fftshift`].
pub fn ifftshift<T: Clone, D: Dimension>(a: &ArrayRef<T, D>) -> Array<T, D> {
    roll("ifftshift", a, &all_axes(a), |n| n.div_ceil(2))
}

/// [`ifftshift`] of some axes. Panics if one is out of bounds.
pub fn ifftshift_axes<T: Clone, D: Dimension>(a: &ArrayRef<T, D>, axes: &[isize]) -> Array<T, D> {
    roll("ifftshift", a, axes, |n| n.div_ceil(2))
}

fn all_axes<T, D: Dimension>(a: &ArrayRef<T, D>) -> Vec<isize> {
    (0..a.ndim() as isize).collect()
}

/// A copy whose axes are turned towards greater indices by `by(length)`.
#[track_caller]
fn roll<T: Clone, D: Dimension>(
    function: &str,
    a: &ArrayRef<T, D>,
    axes: &[isize],
    by: impl Fn(usize) -> usize,
) -> Array<T, D> {
    let mut out = a.to_owned();
    for &axis in axes {
        let axis = axis_number(function, axis, a.ndim());
        let n = out.shape()[axis];
        let shift = by(n);
        let from = out.clone();
        let mut move_part = |to: Slice, part: Slice| {
            out.slice_axis_mut(Axis(axis), to)
                .assign(&from.slice_axis(Axis(axis), part));
        };
        move_part(Slice::from(shift..n), Slice::from(0..n - shift));
        move_part(Slice::from(0..shift), Slice::from(n - shift..n));
    }
    out
}
