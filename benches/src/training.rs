//! Steps of training: the documents' LinearNet, the two layers that read digits, a recurrent spiking network through time.

use brain_jit::optim::Adam;
use brain_jit::prelude::*;

#[derive(BrainObject)]
pub struct LinearNet {
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
    pub fn new(n_in: usize, n_out: usize, rng: &mut RandomState) -> Self {
        LinearNet {
            learning_rate: 1e-6,
            w: rng.uniform(0.0, 1.0, (n_in, n_out)),
            b: Array1::zeros(n_out),
            r: rng.uniform(0.0, 1.0, (n_out, 1)),
        }
    }

    #[grad]
    fn loss(&self, x: &Array2<f32>, y: &Array2<f32>) -> f32 {
        let h = bm::dot(x, &self.w) + &self.b;
        bm::mean(bm::square(bm::dot(h, &self.r) - y))
    }

    /// A step of gradient descent: the loss before it.
    pub fn train(&mut self, x: &Array2<f32>, y: &Array2<f32>) -> f32 {
        let (loss, grads) = self.loss_grad(x, y);
        self.w -= self.learning_rate * grads.w;
        self.b -= self.learning_rate * grads.b;
        self.r -= self.learning_rate * grads.r;
        loss
    }
}

#[derive(BrainObject)]
pub struct Dense {
    #[train_var]
    w: Array2<f32>,
    #[train_var]
    b: Array1<f32>,
}

#[brain_jit]
impl Dense {
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

/// The network of the example `mlp_digits`.
#[derive(BrainObject)]
pub struct Mlp {
    #[child]
    hidden: Dense,
    #[child]
    output: Dense,
}

#[brain_jit]
impl Mlp {
    pub fn new(rng: &mut RandomState) -> Self {
        Mlp {
            hidden: Dense::new(64, 128, rng),
            output: Dense::new(128, 10, rng),
        }
    }

    /// The mean cross entropy; a row of `target` is one at its digit.
    #[grad]
    pub fn loss(&self, x: &Array2<f32>, target: &Array2<f32>) -> f32 {
        let h: Array2<f32> = self.hidden.update(x);
        let h = bm::maximum(&h, 0.0);
        let scores: Array2<f32> = self.output.update(&h);
        let shifted = &scores - bm::max_axis_keepdims(&scores, 1);
        let log_sums = bm::log(bm::sum_axis_keepdims(bm::exp(&shifted), 1));
        bm::sum(target * (log_sums - shifted)) / x.nrows() as f32
    }
}

/// A network with its gradients and its optimizer.
pub struct MlpTraining {
    net: Mlp,
    grads: MlpLossGrads,
    optimizer: Adam,
}

impl MlpTraining {
    pub fn new(rng: &mut RandomState) -> Self {
        let net = Mlp::new(rng);
        let grads = net
            .loss_grad(&Array2::zeros((1, 64)), &Array2::zeros((1, 10)))
            .1;
        MlpTraining {
            net,
            grads,
            optimizer: Adam::new(0.003),
        }
    }

    pub fn step(&mut self, x: &Array2<f32>, target: &Array2<f32>) -> f32 {
        let loss = self.net.loss_grad_into(x, target, &mut self.grads);
        self.optimizer.update(&mut self.net, &self.grads);
        loss
    }
}

/// Leaky integrate-and-fire neurons, each with a gain of its input: the gradient runs back through all steps.
#[derive(BrainObject)]
pub struct Gains {
    #[train_var]
    gain: Array1<f32>,
}

#[brain_jit]
impl Gains {
    pub fn new(neurons: usize) -> Self {
        Gains {
            gain: Array1::ones(neurons),
        }
    }

    /// How far the rates of the neurons are from the `target`; a row of `input` is a time step.
    #[grad]
    pub fn loss(&self, input: &Array2<f32>, target: &Array1<f32>) -> f32 {
        let mut v = target * 0.0;
        let mut spikes = target * 0.0;
        let mut rate = target * 0.0;
        for t in 0..input.nrows() {
            v[..] = 0.95 * &v + &self.gain * input[t] - &spikes;
            spikes[..] = bm::surrogate::sigmoid(&v - 1.0, 4.0);
            rate += &spikes;
        }
        bm::mean(bm::square(rate / input.nrows() as f32 - target))
    }
}

/// Leaky integrate-and-fire neurons that drive each other: the gradient runs back through all steps.
#[derive(BrainObject)]
pub struct Spiking {
    #[train_var]
    w: Array2<f32>,
}

#[brain_jit]
impl Spiking {
    pub fn new(neurons: usize, rng: &mut RandomState) -> Self {
        Spiking {
            w: rng.normal(0.0, 0.5 / (neurons as f32).sqrt(), (neurons, neurons)),
        }
    }

    /// How far the rates of the neurons are from the `target`; a row of `input` is a time step.
    #[grad]
    pub fn loss(&self, input: &Array2<f32>, target: &Array1<f32>) -> f32 {
        let mut v = target * 0.0;
        let mut spikes = target * 0.0;
        let mut rate = target * 0.0;
        for t in 0..input.nrows() {
            v[..] = 0.95 * &v + input[t] + bm::dot(&spikes, &self.w) - &spikes;
            spikes[..] = bm::surrogate::sigmoid(&v - 1.0, 4.0);
            rate += &spikes;
        }
        bm::mean(bm::square(rate / input.nrows() as f32 - target))
    }
}
