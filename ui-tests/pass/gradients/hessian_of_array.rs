use brain_jit::prelude::*;

#[brain_jit(hessian(x))]
fn energy(x: &Array1<f32>) -> f32 {
    bm::sum(x * x)
}

fn main() {}
