//! A recurrent spiking network learns, through time, to tell patterns of spike times apart; accuracy and a sample go to
//! `snn_surrogate.png`.
//!
//!     cargo run --release -p brain-jit-examples --example snn_surrogate
//!
//! The task is that of Zenke and Vogels (2021), Neural Computation 33:899–925: each class is a smooth random curve in the space of
//! spike times, each sample a random point on it, so only the times of the spikes, one for each input, tell the classes apart. The gradient runs
//! back through all time steps with the slope of SuperSpike, 1 / (1 + β |V − V_th|)², in the place of the spike's (Zenke and
//! Ganguli 2018, Neural Computation 30:1514–1541). The accuracy is that on samples that were not trained on.

use brain_jit::optim::{Adam, CosineAnnealingLR};
use brain_jit::prelude::*;
use brain_jit_examples::flags::Flags;
use brain_jit_examples::picture::{self, Marks, Panel, Series};
use std::time::Instant;

/// Leaky integrate-and-fire neurons with exponential currents that drive each other and leaky ones that only integrate: the class is
/// the one whose neuron reaches the highest potential. A row is a sample.
#[derive(BrainObject)]
struct Network {
    decay_current: f32,
    decay_v: f32,
    #[train_var]
    w_in: Array2<f32>,
    #[train_var]
    w_rec: Array2<f32>,
    #[train_var]
    w_out: Array2<f32>,
}

#[brain_jit]
impl Network {
    /// Time constants of 5 and 10 steps.
    fn new(inputs: usize, hidden: usize, classes: usize, rng: &mut RandomState) -> Self {
        let mut weights = |rows: usize, columns: usize, scale: f32| -> Array2<f32> {
            rng.normal(0.0, scale / (rows as f32).sqrt(), (rows, columns))
        };
        Network {
            decay_current: (-1.0_f32 / 5.0).exp(),
            decay_v: (-1.0_f32 / 10.0).exp(),
            w_in: weights(inputs, hidden, 1.0),
            w_rec: weights(hidden, hidden, 0.2),
            w_out: weights(hidden, classes, 0.5),
        }
    }

    /// The mean cross entropy, and the highest potential of each class. `input` has a matrix of samples and inputs for each step.
    #[grad]
    fn loss(&self, input: &Array3<f32>, target: &Array2<f32>) -> (f32, Array2<f32>) {
        let hidden = self.w_rec.nrows();
        let mut current: Array2<f32> = bm::zeros((target.nrows(), hidden));
        let mut v: Array2<f32> = bm::zeros((target.nrows(), hidden));
        let mut spikes: Array2<f32> = bm::zeros((target.nrows(), hidden));
        let mut out = target * 0.0;
        let mut peak = target * 0.0;
        for t in 0..input.shape()[0] {
            v[..] = self.decay_v * &v * (1.0 - &spikes) + &current;
            current[..] = self.decay_current * &current
                + bm::dot(input[t], &self.w_in)
                + bm::dot(&spikes, &self.w_rec);
            spikes[..] = bm::surrogate::inv_square_grad(&v - 1.0, 10.0);
            out[..] = self.decay_v * &out + bm::dot(&spikes, &self.w_out);
            peak[..] = bm::maximum(&peak, &out);
        }
        let shifted = &peak - bm::max_axis_keepdims(&peak, 1);
        let log_sums = bm::log(bm::sum_axis_keepdims(bm::exp(&shifted), 1));
        let loss = bm::sum(target * (log_sums - shifted)) / target.nrows() as f32;
        (loss, peak)
    }

    /// The spikes of the hidden neurons: for each step a matrix of samples and neurons.
    fn spikes(&self, input: &Array3<f32>) -> Array3<f32> {
        let (samples, hidden) = (input.shape()[1], self.w_rec.nrows());
        let mut all: Array3<f32> = bm::zeros((input.shape()[0], samples, hidden));
        let mut current: Array2<f32> = bm::zeros((samples, hidden));
        let mut v: Array2<f32> = bm::zeros((samples, hidden));
        let mut spikes: Array2<f32> = bm::zeros((samples, hidden));
        for t in 0..input.shape()[0] {
            v[..] = self.decay_v * &v * (1.0 - &spikes) + &current;
            current[..] = self.decay_current * &current
                + bm::dot(input[t], &self.w_in)
                + bm::dot(&spikes, &self.w_rec);
            spikes[..] = bm::surrogate::inv_square_grad(&v - 1.0, 10.0);
            all[t] = &spikes;
        }
        all
    }
}

/// Spike times, a row a sample, and the class of each.
struct Samples {
    times: Array2<usize>,
    classes: Vec<usize>,
}

/// `count` samples of each class. The time of an input's spike is a smooth random function of the place on the class's curve, a sum of
/// sines whose amplitudes fall with the square of their frequency.
fn samples(classes: usize, inputs: usize, steps: usize, count: usize, seed: u64) -> [Samples; 2] {
    const FREQUENCIES: usize = 10;
    let mut rng = RandomState::new(seed);
    let shape = (classes, inputs, FREQUENCIES);
    let amplitude: Array3<f64> = rng.uniform(0.0, 1.0, shape);
    let phase: Array3<f64> = rng.uniform(0.0, 1.0, shape);
    let curve = |class: usize, input: usize, place: f64| -> f64 {
        (0..FREQUENCIES)
            .map(|k| {
                let frequency = (k + 1) as f64;
                let at = (class, input, k);
                amplitude[at] / frequency.powi(2)
                    * (2.0 * bm::PI * (frequency * place + phase[at])).sin()
            })
            .sum()
    };
    // Each function is stretched to the whole time.
    let range = Array2::from_shape_fn((classes, inputs), |(class, input)| {
        let values = (0..1000).map(|k| curve(class, input, k as f64 / 1000.0));
        values.fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(least, most), value| (least.min(value), most.max(value)),
        )
    });
    let mut make = || {
        let places: Array1<f64> = rng.uniform(0.0, 1.0, classes * count);
        let times = Array2::from_shape_fn((classes * count, inputs), |(sample, input)| {
            let class = sample % classes;
            let (least, most) = range[(class, input)];
            let place = (curve(class, input, places[sample]) - least) / (most - least);
            (place.clamp(0.0, 1.0) * (steps - 1) as f64) as usize
        });
        let classes = (0..classes * count)
            .map(|sample| sample % classes)
            .collect();
        Samples { times, classes }
    };
    [make(), make()]
}

impl Samples {
    /// Spikes and wanted classes of some samples, as the network takes them.
    fn batch(&self, chosen: &[usize], steps: usize, classes: usize) -> (Array3<f32>, Array2<f32>) {
        let mut input = Array3::zeros((steps, chosen.len(), self.times.ncols()));
        let mut target = Array2::zeros((chosen.len(), classes));
        for (row, sample) in chosen.iter().enumerate() {
            target[(row, self.classes[*sample])] = 1.0;
            for (neuron, time) in self.times.row(*sample).iter().enumerate() {
                input[(*time, row, neuron)] = 1.0;
            }
        }
        (input, target)
    }
}

/// How many rows have their highest score where the target is one.
fn right(scores: &Array2<f32>, target: &Array2<f32>) -> usize {
    let pairs = bm::argmax_axis(scores, 1)
        .into_iter()
        .zip(bm::argmax_axis(target, 1));
    pairs.filter(|(a, b)| a == b).count()
}

const BATCH: usize = 100;

fn main() {
    let flags = Flags::read(&[
        ("--epochs", "passes over the training samples", 30.0),
        ("--classes", "curves to tell apart", 10.0),
        ("--inputs", "input neurons", 20.0),
        ("--hidden", "recurrent neurons", 128.0),
        (
            "--samples",
            "samples of each class to train on, and as many to test",
            200.0,
        ),
        ("--steps", "time steps", 100.0),
        ("--rate", "learning rate at first; it falls to 0", 0.007),
        ("--seed", "of samples, weights and order", 1.0),
    ]);
    let (classes, inputs, steps): (usize, usize, usize) = (
        flags.get("--classes"),
        flags.get("--inputs"),
        flags.get("--steps"),
    );
    let seed: u64 = flags.get("--seed");
    let [train, test] = samples(classes, inputs, steps, flags.get("--samples"), seed);
    let mut rng = RandomState::new(seed + 1);
    let mut net = Network::new(inputs, flags.get("--hidden"), classes, &mut rng);
    let epochs: usize = flags.get("--epochs");
    let mut optimizer = Adam::new(CosineAnnealingLR::new(flags.get("--rate"), epochs as u64));
    let count = train.classes.len();
    let all: Vec<usize> = (0..count).collect();

    let (input, target) = test.batch(&all[..1], steps, classes);
    let mut grads = net.loss_grad(&input, &target).1;
    let (mut seen, mut unseen) = (Vec::new(), Vec::new());
    if !flags.json {
        println!(
            "{count} samples to train on, {count} to test; guessing is right in {:.0} %",
            100.0 / classes as f64
        );
        println!("epoch     loss   trained (%)   test (%)");
    }
    let start = Instant::now();
    for epoch in 1..=epochs {
        let order = rng.permutation(count).to_vec();
        let (mut loss, mut learned) = (0.0, 0);
        for chosen in order.chunks(BATCH) {
            let (input, target) = train.batch(chosen, steps, classes);
            let (value, scores) = net.loss_grad_into(&input, &target, &mut grads);
            optimizer.update(&mut net, &grads);
            loss += value * chosen.len() as f32;
            learned += right(&scores, &target);
        }
        optimizer.step_epoch();
        let known: usize = all
            .chunks(BATCH)
            .map(|chosen| {
                let (input, target) = test.batch(chosen, steps, classes);
                right(&net.loss(&input, &target).1, &target)
            })
            .sum();
        let percent = |right: usize| 100.0 * right as f64 / count as f64;
        seen.push((epoch as f64, percent(learned)));
        unseen.push((epoch as f64, percent(known)));
        if !flags.json && (epoch % (epochs / 10).max(1) == 0 || epoch == 1) {
            println!(
                "{epoch:5}   {:6.4}   {:11.1}   {:8.1}",
                loss / count as f32,
                percent(learned),
                percent(known)
            );
        }
    }
    let seconds = start.elapsed().as_secs_f64();

    let (input, _) = test.batch(&all[..1], steps, classes);
    let spikes = net.spikes(&input);
    let raster: Vec<(f64, f64)> = spikes
        .indexed_iter()
        .filter(|(_, spike)| **spike > 0.0)
        .map(|((t, _, neuron), _)| (t as f64, neuron as f64))
        .collect();
    let rate = raster.len() as f64 / spikes.shape()[2] as f64;
    let last = |curve: &[(f64, f64)]| curve.last().map_or(0.0, |point| point.1);
    if flags.json {
        println!(
            "{{\"work\": \"snn_surrogate\", \"epochs\": {epochs}, \"run_s\": {seconds:.4}, \"training_accuracy\": {:.2}, \
             \"test_accuracy\": {:.2}, \"spikes_a_neuron\": {rate:.2}}}",
            last(&seen),
            last(&unseen)
        );
    } else {
        println!(
            "{epochs} epochs in {seconds:.1} s; test accuracy {:.1} %; {rate:.1} spikes a hidden neuron in the sample drawn",
            last(&unseen)
        );
    }
    let path = flags.plot.unwrap_or_else(|| "snn_surrogate.png".into());
    let line = |points, color| Series {
        points,
        marks: Marks::Line,
        color,
    };
    picture::panels(
        &path,
        (1000, 900),
        &[
            Panel {
                title: "accuracy: training (black), test (red)",
                x: "epoch",
                y: "right (%)",
                series: vec![line(&seen, 0), line(&unseen, 1)],
            },
            Panel {
                title: "spikes of the hidden neurons, one test sample",
                x: "time step",
                y: "neuron",
                series: vec![Series {
                    points: &raster,
                    marks: Marks::Dots(2),
                    color: 0,
                }],
            },
        ],
    );
}
