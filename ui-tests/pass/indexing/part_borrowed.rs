use brain_jit::prelude::*;

fn normalize(part: &mut ArrayViewMut1<f32>) {
    part[0] = 1.0;
}

#[brain_jit]
fn tail(x: &Array1<f32>) -> Array1<f32> {
    let mut y = x * 2.0;
    y[1..] += 1.0;
    normalize(&mut y.slice_mut(s![..2]));
    y
}

fn main() {}
