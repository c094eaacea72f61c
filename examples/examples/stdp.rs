//! Spike-timing-dependent plasticity: the window of a pair of spikes, and the competition of a neuron's synapses, after Song, Miller and
//! Abbott (2000), Nat Neurosci 3:919–926. Plastic synapses that are driven by uncorrelated Poisson spikes end at one of the two bounds
//! of their weights, most of them.
//!
//!     cargo run --release -p brain-jit-examples --example stdp -- --plot stdp.png

use brain_jit::connect::{All2All, Connectivity, Connector, Csr, Incoming, One2One};
use brain_jit::delay::SpikeDelay;
use brain_jit::prelude::*;
use brain_jit_examples::flags::Flags;
use brain_jit_examples::picture::{self, Marks, Panel, Series};
use brain_jit_examples::report::Report;
use std::time::Instant;

/// The amplitudes and time constants (ms) of the window, in shares of the greatest weight.
const A_PLUS: f64 = 0.005;
const A_MINUS: f64 = 1.05 * A_PLUS;
const TAU_PLUS: f64 = 20.0;
const TAU_MINUS: f64 = 20.0;

/// Plastic synapses: all pairs of a presynaptic and a postsynaptic spike count, by one trace a neuron.
#[derive(BrainObject)]
struct Stdp {
    a_plus: f64,
    a_minus: f64,
    w_max: f64,
    outgoing: Csr,
    incoming: Incoming,
    #[variable]
    weight: Array1<f64>,
    #[variable]
    pre_trace: Array1<f64>,
    #[variable]
    post_trace: Array1<f64>,
}

#[brain_jit]
impl Stdp {
    fn new(synapses: Csr, weight: Array1<f64>, w_max: f64) -> Self {
        Stdp {
            a_plus: A_PLUS * w_max,
            a_minus: A_MINUS * w_max,
            w_max,
            weight,
            pre_trace: Array1::zeros(synapses.pre()),
            post_trace: Array1::zeros(synapses.post()),
            incoming: synapses.incoming(),
            outgoing: synapses,
        }
    }

    /// One step with the neurons that spike in it: depression at presynaptic spikes, potentiation at postsynaptic ones.
    fn update(&mut self, dt: f64, pre: &[u32], post: &[u32]) {
        self.pre_trace *= bm::exp(-dt / TAU_PLUS);
        self.post_trace *= bm::exp(-dt / TAU_MINUS);
        let (w_max, a_plus, a_minus) = (self.w_max, self.a_plus, self.a_minus);
        self.outgoing
            .on_pre(pre, &self.post_trace, 0.0, w_max, &mut self.weight);
        self.incoming
            .on_post(post, &self.pre_trace, 0.0, w_max, &mut self.weight);
        for neuron in pre {
            self.pre_trace[*neuron as usize] += a_plus;
        }
        for neuron in post {
            self.post_trace[*neuron as usize] -= a_minus;
        }
    }
}

/// A leaky integrate-and-fire neuron with plastic excitatory and fixed inhibitory synapses, whose presynaptic neurons are Poisson
/// processes, the excitatory ones first. τ_m dV/dt = V_rest − V + g_e (E_e − V) + g_i (E_i − V); in ms, mV and units of the leak.
#[derive(BrainObject)]
struct Neuron {
    dt: f64,
    excitatory: usize,
    /// The chance of each input to spike in a step.
    chance: Array1<f32>,
    inhibition: Csr,
    #[child]
    stdp: Stdp,
    #[variable]
    v: Array1<f64>,
    #[variable]
    g_e: Array1<f64>,
    #[variable]
    g_i: Array1<f64>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    spikes: SpikeDelay,
    #[variable]
    input: Array1<bool>,
    #[variable]
    inputs: SpikeDelay,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Neuron {
    /// `inputs` excitatory synapses at `rate` Hz, and a fifth as many inhibitory ones at 10 Hz.
    fn new(inputs: usize, rate: f64, dt: f64, seed: u64) -> Self {
        let all = inputs + inputs / 5;
        let hz = |input| if input < inputs { rate } else { 10.0 };
        let mut rng = RandomState::new(seed);
        // The paper's 1,000 synapses have 0.015 times the leak at most.
        let w_max = 15.0 / inputs as f64;
        let weight = rng.uniform(0.0, w_max, inputs);
        Neuron {
            dt,
            excitatory: inputs,
            chance: Array1::from_shape_fn(all, |input| (hz(input) * dt / 1000.0) as f32),
            inhibition: All2All::new().csr(all, 1),
            stdp: Stdp::new(All2All::new().csr(inputs, 1), weight, w_max),
            v: array![-70.0],
            g_e: array![0.0],
            g_i: array![0.0],
            spike: array![false],
            spikes: SpikeDelay::new(1, 0),
            input: Array1::from_elem(all, false),
            inputs: SpikeDelay::new(all, 0),
            rng,
        }
    }

    fn update(&mut self) {
        let draw: Array1<f32> = self.rng.uniform(0.0, 1.0, self.input.len());
        self.input[..] = draw < &self.chance;
        self.inputs.update(&self.input);

        // Exponential Euler: with the conductances held fixed, V approaches V_inf exponentially.
        let g = 1.0 + &self.g_e + &self.g_i;
        let v_inf = (-70.0 - 70.0 * &self.g_i) / &g;
        let v = &v_inf + (&self.v - &v_inf) * bm::exp(-self.dt / 20.0 * &g);
        self.spike[..] = &v > -54.0;
        self.v[..] = bm::where_(&self.spike, -60.0, v);
        self.g_e *= bm::exp(-self.dt / 5.0);
        self.g_i *= bm::exp(-self.dt / 5.0);
        self.spikes.update(&self.spike);

        let excited = self.inputs.sent(..self.excitatory);
        self.stdp.update(self.dt, excited, self.spikes.sent(..));
        self.stdp
            .outgoing
            .deliver(excited, &self.stdp.weight, &mut self.g_e);
        let inhibited = self.inputs.sent(self.excitatory..);
        self.inhibition.deliver(inhibited, 0.05, &mut self.g_i);
    }
}

/// The change of a weight, in shares of the greatest one, by a pair of spikes for each interval from `-range` to `range` ms, of which each
/// is a synapse of its own; the postsynaptic spike comes after a positive interval.
fn window(range: i32) -> Vec<(f64, f64)> {
    let intervals: Vec<i32> = (-range..=range).filter(|interval| *interval != 0).collect();
    let count = intervals.len();
    let mut stdp = Stdp::new(
        One2One.csr(count, count),
        Array1::from_elem(count, 0.5),
        1.0,
    );
    let at = |time: i32, when: &dyn Fn(i32) -> i32| -> Vec<u32> {
        let spiking = (0..)
            .zip(&intervals)
            .filter(|(_, interval)| when(**interval) == time);
        spiking.map(|(synapse, _)| synapse).collect()
    };
    for time in 0..=2 * range {
        let (pre, post) = (at(time, &|_| range), at(time, &|interval| range + interval));
        stdp.update(1.0, &pre, &post);
    }
    let changes = stdp.weight.iter().map(|weight| weight - 0.5);
    intervals.into_iter().map(f64::from).zip(changes).collect()
}

fn main() {
    let flags = Flags::read(&[
        (
            "--neurons",
            "excitatory synapses of the neuron, plastic",
            1000.0,
        ),
        ("--rate", "rate of the excitatory inputs in Hz", 20.0),
        ("--t", "simulated time in ms", 500_000.0),
        ("--dt", "length of a step in ms", 0.2),
        ("--seed", "seed of inputs and start values", 1.0),
    ]);
    let (t, dt) = (flags.positive("--t"), flags.positive("--dt"));
    let inputs = flags.neurons(5, 200);

    let window = window(100);
    for (interval, change) in &window {
        let expected = match *interval > 0.0 {
            true => A_PLUS * f64::exp(-interval / TAU_PLUS),
            false => -A_MINUS * f64::exp(interval / TAU_MINUS),
        };
        assert!(
            (change - expected).abs() < 1e-12,
            "a change of {change} after {interval} ms, not {expected}"
        );
    }

    let start = Instant::now();
    let mut neuron = Neuron::new(inputs, flags.positive("--rate"), dt, flags.get("--seed"));
    let build_s = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let steps = (t / dt).round() as usize;
    // For the picture, the spikes of the inputs in the last second.
    let shown = if flags.plot.is_some() { t - 1000.0 } else { t };
    let (mut spikes, mut raster) = (Vec::new(), Vec::new());
    for step in 0..steps {
        neuron.update();
        let time = step as f64 * dt;
        if neuron.spike[0] {
            spikes.push(time);
        }
        if time >= shown {
            let excited = neuron.inputs.sent(..inputs).iter();
            raster.extend(excited.map(|input| (time, f64::from(*input))));
        }
    }
    let run_s = start.elapsed().as_secs_f64();

    const BINS: usize = 20;
    let mut shares = [0.0; BINS];
    for weight in &neuron.stdp.weight {
        let bin = (weight / neuron.stdp.w_max * BINS as f64) as usize;
        shares[bin.min(BINS - 1)] += 1.0 / inputs as f64;
    }
    let second = |from: f64| {
        spikes
            .iter()
            .filter(|&&time| (from..from + t / 10.0).contains(&time))
            .count() as f64
            / (t / 1e4)
    };
    let (low, high): (f64, f64) = (
        shares[..BINS / 5].iter().sum(),
        shares[BINS - BINS / 5..].iter().sum(),
    );
    // The paper's neuron: most weights are near one of the bounds.
    if inputs == 1000 && t >= 300_000.0 {
        let middle: f64 = shares[2 * BINS / 5..3 * BINS / 5].iter().sum();
        assert!(
            low > 2.0 * middle && high > 2.0 * middle && low + high > 0.6,
            "the weights are not bimodal: {shares:?}"
        );
    }
    let report = Report {
        work: "stdp",
        neurons: 1,
        t,
        dt,
        build_s,
        run_s,
        spikes: spikes.len(),
    };
    report.print(
        flags.json,
        &[
            ("rate_of_first_tenth_hz", second(0.0)),
            ("rate_of_last_tenth_hz", second(0.9 * t)),
            ("share_of_weights_below_a_fifth", low),
            ("share_of_weights_above_four_fifths", high),
        ],
    );
    if !flags.json {
        println!(
            "all {} intervals of the window are as the formula has them",
            window.len()
        );
    }
    if let Some(path) = &flags.plot {
        let width = 1.0 / BINS as f64;
        let weights: Vec<(f64, f64)> = (0..BINS)
            .map(|bin| ((bin as f64 + 0.5) * width, shares[bin]))
            .collect();
        let last: Vec<(f64, f64)> = spikes
            .iter()
            .filter(|time| **time >= shown)
            .map(|time| (*time, 1.03 * inputs as f64))
            .collect();
        let bins = 100;
        let rate = brain_jit::measure::firing_rate(
            Array1::from(spikes.clone()),
            Array1::<u32>::zeros(spikes.len()),
            1,
            t,
            bins,
        );
        let rate: Vec<(f64, f64)> = (0..bins)
            .map(|bin| ((bin as f64 + 0.5) * t / 1000.0 / bins as f64, rate[bin]))
            .collect();
        picture::panels(
            path,
            (800, 1400),
            &[
                Panel {
                    title: "change of a weight by a pair of spikes",
                    x: "postsynaptic spike - presynaptic spike (ms)",
                    y: "change / greatest weight",
                    series: vec![Series {
                        points: &window,
                        marks: Marks::Dots(2),
                        color: 2,
                    }],
                },
                Panel {
                    title: "weights at the end",
                    x: "weight / greatest weight",
                    y: "share of synapses",
                    series: vec![Series {
                        points: &weights,
                        marks: Marks::Bars(0.9 * width),
                        color: 2,
                    }],
                },
                Panel {
                    title: "spikes in the last second: of the plastic inputs (blue), of the neuron (red, on top)",
                    x: "time (ms)",
                    y: "input",
                    series: vec![
                        Series {
                            points: &raster,
                            marks: Marks::Dots(1),
                            color: 2,
                        },
                        Series {
                            points: &last,
                            marks: Marks::Dots(2),
                            color: 1,
                        },
                    ],
                },
                Panel {
                    title: "rate of the neuron",
                    x: "time (s)",
                    y: "rate (Hz)",
                    series: vec![Series {
                        points: &rate,
                        marks: Marks::Line,
                        color: 0,
                    }],
                },
            ],
        );
    }
}
