use brain_jit::prelude::*;

#[brain_jit(hessian(m))]
fn energy(m: &Array2<f32>) -> f32 {
    let l: Array2<f32> = bm::linalg::expm(m).unwrap();
    bm::sum(bm::square(l))
}

fn main() {}
