use brain_jit::prelude::*;

#[brain_jit(hessian(m))]
fn energy(m: &Array2<f32>) -> f32 {
    // The squares of the factor add up to the trace.
    let mut trace = 0.0;
    for i in 0..m.nrows() {
        trace += m[(i, i)];
    }
    trace * trace
}

fn main() {}
