use brain_jit::prelude::*;

#[brain_jit]
fn decay(v: &mut Array1<f32>, w: &Array1<f32>, factor: f32) {
    v *= factor;
    v[1..] = w;
    v[0] = 1.0;
}

#[brain_jit]
fn owned(mut v: Array1<f32>) -> Array1<f32> {
    v[..] = 1.0;
    v
}

#[brain_jit]
fn local(v: &Array1<f32>) -> Array1<f32> {
    let mut twice = v * 2.0;
    twice[[0, 1]] = 0.0;
    twice
}

fn main() {}
