use brain_jit::prelude::*;

#[brain_jit]
fn picked(m: &Array2<f64>, rows: &Array1<usize>) -> f64 {
    bm::sum(m[(.., 2)][&[0, 1]]) + bm::sum(m[(.., 1)][rows])
}

fn main() {
    let m = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    assert_eq!(picked(&m, &array![1, 1]), 9.0 + 10.0);
}
