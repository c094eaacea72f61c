//! Window functions of a number of points.

use ndarray::Array1;
use std::f64::consts::PI;

use super::number::Float;

/// `shape` at the points from −1 to 1; a single point is 1.
fn window<T: Float>(count: usize, shape: impl Fn(f64) -> f64) -> Array1<T> {
    (0..count)
        .map(|i| {
            let value = if count == 1 {
                1.0
            } else {
                shape((2.0 * i as f64 + 1.0 - count as f64) / (count as f64 - 1.0))
            };
            T::from_f64(value)
        })
        .collect()
}

/// A triangle that reaches 0 at both ends.
pub fn bartlett<T: Float>(count: usize) -> Array1<T> {
    window(count, |x| 1.0 - x.abs())
}

/// `0.42 + 0.5 cos πx + 0.08 cos 2πx`
pub fn blackman<T: Float>(count: usize) -> Array1<T> {
    window(count, |x| {
        0.42 + 0.5 * (PI * x).cos() + 0.08 * (2.0 * PI * x).cos()
    })
}

/// `0.54 + 0.46 cos πx`
pub fn hamming<T: Float>(count: usize) -> Array1<T> {
    window(count, |x| 0.54 + 0.46 * (PI * x).cos())
}

/// `0.5 + 0.5 cos πx`
pub fn hanning<T: Float>(count: usize) -> Array1<T> {
    window(count, |x| 0.5 + 0.5 * (PI * x).cos())
}

/// `I₀(β √(1 − x²)) / I₀(β)`
pub fn kaiser<T: Float>(count: usize, beta: f64) -> Array1<T> {
    let scale = super::special::i0(beta);
    window(count, |x| {
        super::special::i0(beta * (1.0 - x * x).max(0.0).sqrt()) / scale
    })
}
