use brain_jit::prelude::*;

#[brain_jit(grad(x))]
fn loss(x: &Array1<f64>) -> f64 {
    let rows = bm::vstack(&[x, x]);
    bm::sum(bm::square(rows))
}

fn main() {}
