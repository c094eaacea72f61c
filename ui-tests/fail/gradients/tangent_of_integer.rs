use brain_jit::prelude::*;

#[brain_jit(jvp(x))]
fn both(x: &Array1<f32>) -> (f32, usize) {
    (bm::sum(x), x.len())
}

fn main() {}
