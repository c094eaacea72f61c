use brain_jit::prelude::*;

#[brain_jit(integrate(rk4))]
fn decay(x: f64, t: f64) -> f64 {
    leak(x) * 0.1
}

fn leak(x: f64) -> f64 {
    -x
}

fn main() {
    decay_step(1.0, 0.0, 0.1);
}
