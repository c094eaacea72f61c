use brain_jit::prelude::*;

#[brain_jit(grad(x))]
fn loss(x: &Array1<f64>) -> f64 {
    let rows: Array2<f64> = bm::vstack(&[x, x]).into_dimensionality().unwrap();
    bm::sum(bm::square(rows))
}

fn main() {
    assert_eq!(loss_grad(&array![1.0, 2.0]).1.x, array![4.0, 8.0]);
}
