//! The rows of the documents that brain_jit re-does, each a test named after it.

use brain_jit::prelude::*;

#[derive(BrainObject)]
struct LogisticRegression {
    dimension: usize,
    #[variable]
    w: Array1<f32>,
}

#[brain_jit]
impl LogisticRegression {
    fn new(dimension: usize) -> Self {
        LogisticRegression {
            dimension,
            w: Array1::from_elem(dimension, 2.0 * 1.0 - 1.3),
        }
    }

    fn call(&mut self, x: &Array2<f32>, y: &Array1<f32>) {
        let u = bm::dot(
            (1.0 / (1.0 + bm::exp(-y * bm::dot(x, &self.w))) - 1.0) * y,
            x,
        );
        self.w[..] = &self.w - u;
    }
}

#[test]
fn logistic_regression() {
    let x = Array2::from_shape_fn((50, 3), |(i, j)| ((i * 7 + j * 3) % 11) as f32 / 11.0);
    let y = Array1::from_shape_fn(50, |i| if i % 3 == 0 { 1.0 } else { -1.0 });
    let mut model = LogisticRegression::new(3);
    assert_eq!(model.dimension, 3);
    let mut expected = model.w.mapv(f64::from);
    let (x64, y64) = (x.mapv(f64::from), y.mapv(f64::from));
    for _ in 0..3 {
        model.call(&x, &y);
        let s = (-&y64 * x64.dot(&expected)).mapv(|v| 1.0 / (1.0 + v.exp()) - 1.0) * &y64;
        expected = &expected - s.dot(&x64);
    }
    for (got, expected) in model.w.iter().zip(&expected) {
        assert!(
            (f64::from(*got) - expected).abs() < 1e-4,
            "{got} {expected}"
        );
    }
}
