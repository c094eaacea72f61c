use brain_jit::prelude::*;

#[brain_jit(jvp(x))]
fn both(x: &Array1<f32>) -> (f32, f32) {
    (bm::sum(x), bm::max(x))
}

fn main() {}
