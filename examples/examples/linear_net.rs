//! The documents' LinearNet: 30 steps of gradient descent; the loss curve goes to `linear_net.png`.
//!
//!     cargo run --release -p brain-jit-examples --example linear_net

use brain_jit::prelude::*;
use brain_jit_examples::picture;
use std::time::Instant;

#[derive(BrainObject)]
struct LinearNet {
    learning_rate: f32,
    #[train_var]
    w: Array2<f32>,
    #[train_var]
    b: Array1<f32>,
    #[train_var]
    r: Array2<f32>,
}

#[brain_jit]
impl LinearNet {
    fn new(n_in: usize, n_out: usize, learning_rate: f32, rng: &mut RandomState) -> Self {
        LinearNet {
            learning_rate,
            w: rng.normal(0.0, 0.1, (n_in, n_out)),
            b: Array1::zeros(n_out),
            r: rng.normal(0.0, 0.1, (n_out, 1)),
        }
    }

    fn update(&self, x: &Array2<f32>) -> Array2<f32> {
        let h = bm::dot(x, &self.w) + &self.b;
        bm::dot(h, &self.r)
    }

    #[grad]
    fn loss(&self, x: &Array2<f32>, y: &Array2<f32>) -> f32 {
        let predict = self.update(x);
        bm::mean(bm::square(predict - y))
    }

    /// One step of gradient descent: the loss before it.
    fn train(&mut self, x: &Array2<f32>, y: &Array2<f32>) -> f32 {
        let (loss, grads) = self.loss_grad(x, y);
        self.w -= self.learning_rate * grads.w;
        self.b -= self.learning_rate * grads.b;
        self.r -= self.learning_rate * grads.r;
        loss
    }
}

/// The mean squared error that no linear function with a constant falls below, by conjugate gradients on the normal equations.
fn least_squares(x: &Array2<f32>, y: &Array2<f32>) -> f64 {
    let y = y.column(0).mapv(f64::from);
    let ones = Array2::<f64>::ones((x.nrows(), 1));
    let x = bm::concatenate(&[x.mapv(f64::from), ones], 1);
    let mut solution = Array1::<f64>::zeros(x.ncols());
    let mut residual = bm::dot(&x.t(), &y);
    let mut direction = residual.clone();
    for _ in 0..2 * x.ncols() {
        let image = bm::dot(&x.t(), &bm::dot(&x, &direction));
        let length = bm::dot(&residual, &residual);
        if length < 1e-18 {
            break;
        }
        let step = length / bm::dot(&direction, &image);
        solution = solution + step * &direction;
        residual = residual - step * image;
        direction = &residual + bm::dot(&residual, &residual) / length * direction;
    }
    bm::mean(bm::square(bm::dot(&x, &solution) - y))
}

fn main() {
    let mut rng = RandomState::new(1);
    let x: Array2<f32> = rng.uniform(0.0, 1.0, (1000, 100));
    let y: Array2<f32> = rng.uniform(0.0, 1.0, (1000, 1));
    let mut net = LinearNet::new(100, 200, 0.01, &mut rng);
    let mut losses = Vec::new();
    for step in 0..30 {
        let loss = net.train(&x, &y);
        println!("step {step:2}   loss {loss:.4}");
        losses.push((f64::from(step), f64::from(loss)));
    }
    println!("least squares: {:.4}", least_squares(&x, &y));

    let start = Instant::now();
    for _ in 0..200 {
        net.train(&x, &y);
    }
    let microseconds = start.elapsed().as_secs_f64() * 1e6 / 200.0;
    println!(
        "after 200 more steps: {:.4}; {microseconds:.0} µs a step",
        net.loss(&x, &y)
    );
    picture::curve(
        "linear_net.png",
        "LinearNet",
        ("step", "mean squared error"),
        &losses,
    );
}
