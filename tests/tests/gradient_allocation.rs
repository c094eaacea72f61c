//! `NAME_grad_into` and a training step that takes gradients inside allocate nothing in the steady state.

use brain_jit::optim::Adam;
use brain_jit::prelude::*;
use brain_jit::set_backend;
use brain_jit_tests::allocations::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(BrainObject)]
struct LinearNet {
    #[train_var]
    w: Array2<f32>,
    #[train_var]
    b: Array1<f32>,
    #[train_var]
    r: Array2<f32>,
}

#[brain_jit]
impl LinearNet {
    #[grad]
    fn loss(&self, x: &Array2<f32>, y: &Array2<f32>) -> f32 {
        let h = bm::dot(x, &self.w) + &self.b;
        bm::mean(bm::square(bm::dot(h, &self.r) - y))
    }

    fn train(&mut self, x: &Array2<f32>, y: &Array2<f32>) -> f32 {
        let (loss, grads) = self.loss_grad(x, y);
        self.w -= 0.01 * grads.w;
        self.b -= 0.01 * grads.b;
        self.r -= 0.01 * grads.r;
        loss
    }
}

/// Recurrent spiking neurons with a state that is kept, masks, partial writes and a condition in the loop.
#[derive(BrainObject)]
struct Spiking {
    #[train_var]
    w: Array2<f64>,
    #[train_var]
    gain: f64,
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Spiking {
    #[grad]
    fn loss(&mut self, input: &Array2<f64>) -> f64 {
        let mut spikes = &self.v * 0.0;
        let mut rate = 0.0;
        for t in 0..input.nrows() {
            self.v[..] = 0.9 * &self.v + self.gain * input[t] + bm::dot(&spikes, &self.w);
            if t % 3 == 2 {
                self.v *= 0.5;
            }
            spikes[..] = bm::surrogate::sigmoid(&self.v - 1.0, 4.0);
            self.v -= &spikes;
            self.v[0] = 0.1;
            rate += bm::sum(&spikes);
        }
        bm::square(rate - 10.0)
    }
}

/// A loop that draws: the random states are kept, too.
#[derive(BrainObject)]
struct Noisy {
    #[train_var]
    w: Array1<f64>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Noisy {
    #[grad]
    fn loss(&mut self, passes: usize) -> f64 {
        let mut total = 0.0;
        for _ in 0..passes {
            let noise: Array1<f64> = self.rng.normal(0.0, 1.0, 8);
            total += bm::sum(bm::square(&self.w + noise));
        }
        total
    }
}

/// How many allocations 20 steps make after three.
fn of_steps(mut step: impl FnMut()) -> usize {
    for _ in 0..3 {
        step();
    }
    let before = allocations().count;
    for _ in 0..20 {
        step();
    }
    allocations().count - before
}

#[test]
fn gradients_and_training_steps_allocate_nothing() {
    let x = Array2::from_shape_fn((200, 20), |(i, j)| ((i * 7 + j * 3) % 11) as f32 / 11.0);
    let y = Array2::from_shape_fn((200, 1), |(i, _)| (i % 5) as f32);
    let mut net = LinearNet {
        w: Array2::from_elem((20, 30), 0.01),
        b: Array1::zeros(30),
        r: Array2::from_elem((30, 1), 0.1),
    };
    let input = Array2::from_shape_fn((40, 8), |(t, i)| ((t * 5 + i * 3) % 7) as f64 / 7.0);
    let mut spiking = Spiking {
        w: Array2::from_shape_fn((8, 8), |(i, j)| ((i + 2 * j) % 5) as f64 / 10.0 - 0.2),
        gain: 0.5,
        v: Array1::zeros(8),
    };
    let mut noisy = Noisy {
        w: Array1::zeros(8),
        rng: RandomState::new(1),
    };
    let mut optimizer = Adam::new(0.001);
    for backend in [Backend::Serial, Backend::Parallel] {
        set_backend(backend);
        let mut grads = net.loss_grad(&x, &y).1;
        let count = of_steps(|| {
            net.loss_grad_into(&x, &y, &mut grads);
            optimizer.update(&mut net, &grads);
        });
        assert_eq!(count, 0, "{backend:?}: LinearNet::loss_grad_into");
        let count = of_steps(|| {
            net.train(&x, &y);
        });
        assert_eq!(count, 0, "{backend:?}: LinearNet::train");
        let mut grads = spiking.loss_grad(&input).1;
        let count = of_steps(|| {
            spiking.loss_grad_into(&input, &mut grads);
        });
        assert_eq!(count, 0, "{backend:?}: Spiking::loss_grad_into");
        assert!(grads.w.iter().any(|g| *g != 0.0) && grads.gain != 0.0);
        let mut grads = noisy.loss_grad(10).1;
        let count = of_steps(|| {
            noisy.loss_grad_into(10, &mut grads);
        });
        assert_eq!(count, 0, "{backend:?}: Noisy::loss_grad_into");
    }
    assert!(net.w.iter().all(|w| w.is_finite() && *w != 0.01));
}
