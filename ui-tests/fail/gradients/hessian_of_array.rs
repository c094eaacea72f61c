use brain_jit::prelude::*;

#[brain_jit(hessian(x))]
fn energy(x: &Array1<f32>) -> Array1<f32> {
    x * x
}

fn main() {}
