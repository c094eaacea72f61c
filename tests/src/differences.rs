//! Gradients by central differences.

use brain_jit::prelude::*;

/// Whether two gradients are equal to a millionth.
pub fn close(a: &Array1<f64>, b: &Array1<f64>) -> bool {
    let scale = b.iter().fold(1.0f64, |most, b| most.max(b.abs()));
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-6 * scale;
    a.len() == b.len() && a.iter().zip(b).all(near)
}

/// Panics with `what` unless two gradients are [`close`].
pub fn assert_close(a: &Array1<f64>, b: &Array1<f64>, what: &str) {
    assert!(close(a, b), "{what}: {a} is not {b}");
}

/// The gradient of `f` at `x`, by differences of fourth order, so that the error of a rule is what is seen.
pub fn differences(x: &Array1<f64>, f: impl Fn(&Array1<f64>) -> f64) -> Array1<f64> {
    let h = 1e-5;
    let slope = |i: usize| {
        let at = |h: f64| {
            let mut x = x.clone();
            x[i] += h;
            f(&x)
        };
        (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h)
    };
    (0..x.len()).map(slope).collect()
}
