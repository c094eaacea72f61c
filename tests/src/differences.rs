//! Gradients by central differences.

use brain_jit::prelude::*;

/// Whether two gradients are equal to a millionth.
pub fn close(a: &Array1<f64>, b: &Array1<f64>) -> bool {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-6 * (1.0 + b.abs());
    a.len() == b.len() && a.iter().zip(b).all(near)
}

/// The gradient of `f` at `x`, by differences of a millionth to both sides.
pub fn central(f: impl Fn(&Array1<f64>) -> f64, x: &Array1<f64>) -> Array1<f64> {
    let step = 1e-6;
    let moved = |i: usize, by: f64| {
        let mut x = x.clone();
        x[i] += by;
        f(&x)
    };
    (0..x.len())
        .map(|i| (moved(i, step) - moved(i, -step)) / (2.0 * step))
        .collect()
}
