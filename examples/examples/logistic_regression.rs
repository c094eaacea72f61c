//! Logistic regression by gradient descent on real data; the loss curve goes to `logistic_regression.png`.
//!
//!     cargo run --release -p brain-jit-examples --example logistic_regression

use brain_jit::prelude::*;
use brain_jit::with_backend;
use brain_jit_examples::{breast_cancer, picture};
use std::time::Instant;

#[derive(BrainObject)]
struct LogisticRegression {
    learning_rate: f32,
    #[variable]
    w: Array1<f32>,
}

#[brain_jit]
impl LogisticRegression {
    fn new(dimension: usize, learning_rate: f32) -> Self {
        LogisticRegression {
            learning_rate,
            w: Array1::zeros(dimension),
        }
    }

    fn update(&mut self, x: &Array2<f32>, y: &Array1<f32>) {
        let u = bm::dot(
            (1.0 / (1.0 + bm::exp(-y * bm::dot(x, &self.w))) - 1.0) * y,
            x,
        );
        self.w[..] = &self.w - self.learning_rate * u;
    }

    fn loss(&self, x: &Array2<f32>, y: &Array1<f32>) -> f32 {
        bm::mean(bm::log1p(bm::exp(-y * bm::dot(x, &self.w))))
    }

    fn accuracy(&self, x: &Array2<f32>, y: &Array1<f32>) -> f32 {
        bm::mean((y == bm::where_(bm::dot(x, &self.w) > 0.0, 1.0, -1.0)) as f32)
    }
}

const ITERATIONS: usize = 1000;

fn main() {
    let (x, y) = breast_cancer::load();
    println!(
        "{} samples, {} features and a bias",
        x.nrows(),
        x.ncols() - 1
    );

    let mut model = LogisticRegression::new(x.ncols(), 1e-3);
    let mut losses = Vec::new();
    println!("iteration   loss   accuracy");
    for iteration in 0..=ITERATIONS {
        let loss = model.loss(&x, &y);
        losses.push((iteration as f64, f64::from(loss)));
        if iteration % 100 == 0 {
            println!("{iteration:9}  {loss:.4}  {:8.4}", model.accuracy(&x, &y));
        }
        model.update(&x, &y);
    }
    picture::curve(
        "logistic_regression.png",
        "loss",
        ("iteration", "mean log-loss"),
        &losses,
    );

    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        let mut model = LogisticRegression::new(x.ncols(), 1e-3);
        let start = Instant::now();
        with_backend(backend, || {
            for _ in 0..ITERATIONS {
                model.update(&x, &y);
            }
        });
        let microseconds = start.elapsed().as_secs_f64() * 1e6 / ITERATIONS as f64;
        println!("{:>8}: {microseconds:7.1} µs an update", backend.name());
    }
}
