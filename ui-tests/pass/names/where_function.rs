use brain_jit::prelude::*;

#[brain_jit]
fn clipped(x: &Array1<f32>) -> Array1<f32> {
    bm::where_(x > 0.0, x, 0.0)
}

fn main() {
    clipped(&array![1.0]);
}
