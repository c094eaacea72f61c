use brain_jit::prelude::*;

#[brain_jit]
fn total(x: &ArrayD<f32>) -> f32 {
    bm::sum(bm::sum_axis(x, 0))
}

fn main() {}
