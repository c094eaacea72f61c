//! A network of two layers learns to read handwritten digits; the learning curve goes to `mlp_digits.png`.
//!
//!     cargo run --release -p brain-jit-examples --example mlp_digits

use brain_jit::optim::Adam;
use brain_jit::prelude::*;
use brain_jit_examples::{digits, picture};
use std::io::Write;
use std::time::Instant;

#[derive(BrainObject)]
struct Dense {
    #[train_var]
    w: Array2<f32>,
    #[train_var]
    b: Array1<f32>,
}

#[brain_jit]
impl Dense {
    /// Weights as He et al. (2015) start them.
    fn new(n_in: usize, n_out: usize, rng: &mut RandomState) -> Self {
        Dense {
            w: rng.normal(0.0, (2.0 / n_in as f32).sqrt(), (n_in, n_out)),
            b: Array1::zeros(n_out),
        }
    }

    #[differentiable]
    fn update(&self, x: &Array2<f32>) -> Array2<f32> {
        bm::dot(x, &self.w) + &self.b
    }
}

#[derive(BrainObject)]
struct Mlp {
    #[child]
    hidden: Dense,
    #[child]
    output: Dense,
}

#[brain_jit]
impl Mlp {
    fn new(rng: &mut RandomState) -> Self {
        Mlp {
            hidden: Dense::new(64, 128, rng),
            output: Dense::new(128, 10, rng),
        }
    }

    fn scores(&self, x: &Array2<f32>) -> Array2<f32> {
        let h: Array2<f32> = self.hidden.update(x);
        let h = bm::maximum(&h, 0.0);
        let scores: Array2<f32> = self.output.update(&h);
        scores * 1.0
    }

    /// The mean cross entropy; a row of `target` is one at its digit.
    #[grad]
    fn loss(&self, x: &Array2<f32>, target: &Array2<f32>) -> f32 {
        let scores = self.scores(x);
        let shifted = &scores - bm::max_axis_keepdims(&scores, 1);
        let log_sums = bm::log(bm::sum_axis_keepdims(bm::exp(&shifted), 1));
        bm::sum(target * (log_sums - shifted)) / x.nrows() as f32
    }
}

const EPOCHS: usize = 30;
const BATCH: usize = 32;
const TRAINED: usize = 1437;

/// The share of images whose digit has the highest score.
fn accuracy(net: &Mlp, x: &Array2<f32>, digits: &[usize]) -> f32 {
    let found = bm::argmax_axis(&net.scores(x), 1);
    let right = found.iter().zip(digits).filter(|(a, b)| a == b).count();
    right as f32 / digits.len() as f32
}

fn main() {
    let mut rng = RandomState::new(7);
    let (x, digits) = digits::load();
    let order: Vec<usize> = rng.permutation(digits.len()).to_vec();
    let (train, test) = order.split_at(TRAINED);
    let rows = |rows: &[usize]| Array2::from_shape_fn((rows.len(), 64), |(i, j)| x[(rows[i], j)]);
    let test_x = rows(test);
    let test_digits: Vec<usize> = test.iter().map(|row| digits[*row]).collect();

    let mut net = Mlp::new(&mut rng);
    let mut optimizer = Adam::new(0.003);
    let mut grads = net.loss_grad(&test_x, &Array2::zeros((test.len(), 10))).1;
    let mut curve = Vec::new();
    let start = Instant::now();
    for epoch in 0..EPOCHS {
        let shuffled: Vec<usize> = rng.permutation(TRAINED).iter().map(|k| train[*k]).collect();
        let mut total = 0.0;
        for batch in shuffled.chunks(BATCH) {
            let target = Array2::from_shape_fn((batch.len(), 10), |(i, digit)| {
                if digits[batch[i]] == digit { 1.0 } else { 0.0 }
            });
            total += net.loss_grad_into(&rows(batch), &target, &mut grads) * batch.len() as f32;
            optimizer.update(&mut net, &grads);
        }
        let right = accuracy(&net, &test_x, &test_digits);
        curve.push((epoch as f64 + 1.0, f64::from(right)));
        let done = (epoch + 1) * 30 / EPOCHS;
        print!(
            "\r[{}{}] epoch {:2}  loss {:.4}  test accuracy {right:.4}",
            "#".repeat(done),
            " ".repeat(30 - done),
            epoch + 1,
            total / TRAINED as f32
        );
        std::io::stdout().flush().expect("the terminal takes text");
    }
    println!(
        "\n{EPOCHS} epochs in {:.2} s",
        start.elapsed().as_secs_f64()
    );
    picture::curve(
        "mlp_digits.png",
        "handwritten digits",
        ("epoch", "test accuracy"),
        &curve,
    );
}
