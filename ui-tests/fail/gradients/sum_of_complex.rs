use brain_jit::prelude::*;

#[brain_jit(grad(x))]
fn coherence(x: &Array1<f64>) -> f64 {
    let spectrum = bm::fft::rfft(x);
    bm::abs(bm::sum(&spectrum))
}

fn main() {}
