use brain_jit::prelude::*;

#[brain_jit(grad(x))]
fn power(x: &Array1<f64>, cosines: &Array2<f64>, sines: &Array2<f64>) -> f64 {
    bm::sum(bm::square(bm::dot(cosines, x)) + bm::square(bm::dot(sines, x)))
}

fn main() {}
