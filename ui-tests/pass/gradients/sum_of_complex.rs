use brain_jit::prelude::*;

#[brain_jit(grad(x))]
fn coherence(x: &Array1<f64>) -> f64 {
    let spectrum = bm::fft::rfft(x);
    bm::hypot(bm::sum(bm::real(&spectrum)), bm::sum(bm::imag(&spectrum)))
}

fn main() {}
