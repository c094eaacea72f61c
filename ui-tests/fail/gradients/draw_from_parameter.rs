//! The reverse sweep of a loop draws the numbers of the forward sweep again: the state must be one that it can set back.

use brain_jit::prelude::*;

#[brain_jit(grad(w))]
fn noisy(w: &Array1<f64>, n: usize, rng: &mut RandomState) -> f64 {
    let mut s = 0.0;
    for _ in 0..n {
        let k: Array1<f64> = rng.normal(0.0, 1.0, 3);
        s = 0.5 * s * s + bm::sum(k * w);
    }
    s
}

fn main() {}
