//! Seconds a step of training, a JSON line each: what `peers/training.py` sets beside JAX.
//!
//! Arguments: the workloads wanted (`linearnet`, `mlp`, `bptt_lif`, `bptt_recurrent`); without, all.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use brain_jit_benches::timing::{median, row};
use brain_jit_benches::training::{Gains, LinearNet, MlpTraining, Spiking};
use std::hint::black_box;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let on = |name: &str| wanted.is_empty() || wanted.iter().any(|want| want == name);
    let mut rng = RandomState::new(1);
    if on("linearnet") {
        let x: Array2<f32> = rng.uniform(0.0, 1.0, (1000, 100));
        let y: Array2<f32> = rng.uniform(0.0, 1.0, (1000, 1));
        let mut net = LinearNet::new(100, 200, &mut rng);
        backends("linearnet 1000x100x200x1", || {
            black_box(net.train(black_box(&x), black_box(&y)));
        });
    }
    if on("mlp") {
        let x: Array2<f32> = rng.uniform(0.0, 1.0, (32, 64));
        let target = Array2::from_shape_fn((32, 10), |(i, j)| f32::from(i % 10 == j));
        let mut training = MlpTraining::new(&mut rng);
        backends("mlp 32x64x128x10 adam", || {
            black_box(training.step(black_box(&x), black_box(&target)));
        });
    }
    if on("bptt_lif") {
        let input: Array2<f32> = rng.uniform(0.0, 0.12, (1000, 128));
        let target = Array1::from_elem(128, 0.05);
        let net = Gains::new(128);
        let mut grads = net.loss_grad(&input, &target).1;
        backends("bptt 1000 steps 128 lif", || {
            black_box(net.loss_grad_into(black_box(&input), &target, &mut grads));
        });
    }
    if on("bptt_recurrent") {
        let input: Array2<f32> = rng.uniform(0.0, 0.12, (1000, 128));
        let target = Array1::from_elem(128, 0.05);
        let net = Spiking::new(128, &mut rng);
        let mut grads = net.loss_grad(&input, &target).1;
        backends("bptt 1000 steps 128 lif recurrent", || {
            black_box(net.loss_grad_into(black_box(&input), &target, &mut grads));
        });
    }
}

/// The call on each backend but plain.
fn backends(work: &str, mut call: impl FnMut()) {
    for backend in [Backend::Parallel, Backend::Serial] {
        let seconds = with_backend(backend, || median(&mut call));
        row(work, &format!("brain_jit {}", backend.name()), seconds);
    }
}
