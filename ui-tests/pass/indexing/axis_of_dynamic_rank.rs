use brain_jit::prelude::*;

#[brain_jit]
fn total(x: &ArrayD<f32>) -> f32 {
    bm::sum(x)
}

fn main() {}
