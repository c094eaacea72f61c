use brain_jit::prelude::*;

#[brain_jit(grad(x))]
fn coherence(x: &Array1<f64>, turns: &Array1<Complex64>) -> f64 {
    let z = x * turns;
    bm::hypot(bm::sum(bm::real(&z)), bm::sum(bm::imag(&z)))
}

fn main() {}
