use brain_jit::prelude::*;

#[brain_jit]
fn add(x: &Array1<f32>, y: &Array1<f64>) -> Array1<f64> {
    x + y
}

fn main() {}
