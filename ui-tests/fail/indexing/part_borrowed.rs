use brain_jit::prelude::*;

fn normalize(part: &mut ArrayViewMut1<f32>) {
    part[0] = 1.0;
}

#[brain_jit]
fn tail(x: &Array1<f32>) -> Array1<f32> {
    let mut y = x * 2.0;
    let part = &mut y[1..];
    *part += 1.0;
    normalize(&mut y[..2]);
    y
}

fn main() {}
