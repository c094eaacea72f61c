use brain_jit::prelude::*;

#[brain_jit(grad(x))]
fn power(x: &Array1<f64>) -> f64 {
    let spectrum = bm::fft::rfft(x);
    bm::sum(bm::square(bm::abs(&spectrum)))
}

fn main() {}
