use brain_jit::prelude::*;

#[brain_jit]
fn double(w: &mut Array1<f32>) {
    *w *= 2.0;
}

fn main() {}
