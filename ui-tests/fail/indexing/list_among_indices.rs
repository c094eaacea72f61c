use brain_jit::prelude::*;

#[brain_jit]
fn picked(m: &Array2<f64>, rows: &Array1<usize>) -> f64 {
    bm::sum(m[(&[0, 1], 2)]) + bm::sum(m[(rows, 1)])
}

fn main() {}
