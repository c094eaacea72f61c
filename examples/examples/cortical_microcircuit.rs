//! The cortical microcircuit of Potjans and Diesmann (2014), Cereb Cortex 24:785–806: four layers of excitatory and inhibitory neurons
//! below 1 mm² of cortex, 77,169 neurons and 0.3 billion synapses at `--scale 1`. Smaller networks have fewer neurons and fewer inputs a
//! neuron; weights and a constant current make up for it, so that the mean and the variance of the input stay (van Albada, Helias and
//! Diesmann 2015, PLoS Comput Biol 11:e1004490). The rates of the populations are printed beside those of the reference
//! implementation at full scale.
//!
//!     cargo run --release -p brain-jit-examples --example cortical_microcircuit -- --plot cortical_microcircuit.png

use brain_jit::connect::{Connector, Csr, FixedTotalNum};
use brain_jit::delay::{SpikeDelay, SynapseDelay};
use brain_jit::prelude::*;
use brain_jit_examples::flags::{Flags, fail};
use brain_jit_examples::memory::check_memory;
use brain_jit_examples::picture::{self, Marks, Panel, Series};
use brain_jit_examples::report::Report;
use std::ops::Range;
use std::time::Instant;

const POPULATIONS: usize = 8;
const NAMES: [&str; POPULATIONS] = ["L2/3E", "L2/3I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"];
const NEURONS: [usize; POPULATIONS] = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948];
/// The chance that at least one synapse connects a pair of neurons, for each target (row) and source (column).
const CHANCE: [[f64; POPULATIONS]; POPULATIONS] = [
    [
        0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0000, 0.0076, 0.0000,
    ],
    [
        0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0000, 0.0042, 0.0000,
    ],
    [
        0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0000,
    ],
    [
        0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0000, 0.1057, 0.0000,
    ],
    [
        0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0000,
    ],
    [
        0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0000,
    ],
    [
        0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252,
    ],
    [
        0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443,
    ],
];
/// Inputs a neuron from outside, each of which fires at `BACKGROUND` Hz.
const EXTERNAL: [f64; POPULATIONS] = [
    1600.0, 1500.0, 2100.0, 1900.0, 2000.0, 1900.0, 2900.0, 2100.0,
];
const BACKGROUND: f64 = 8.0;
/// The rates of the full network in Hz, in the reference implementation with NEST (INM-6, microcircuit-PD14-model).
const RATES: [f64; POPULATIONS] = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829];

/// Time constants of the membrane and of synaptic currents in ms, the capacitance in pF.
const TAU_M: f64 = 10.0;
const TAU_S: f64 = 0.5;
const C_M: f64 = 250.0;
/// The current of an excitatory synapse, in pA, which lets the potential rise by 0.15 mV.
const W_E: f64 = 87.8;
const W_I: f64 = -4.0 * W_E;

/// The mean weight of the synapses from `source` to `target`, and the mean of their delays in ms; standard deviations are a tenth and a
/// half of that.
fn weight_and_delay(target: usize, source: usize) -> (f64, f64) {
    match (source, target) {
        (2, 0) => (2.0 * W_E, 1.5),
        _ if source % 2 == 0 => (W_E, 1.5),
        _ => (W_I, 0.75),
    }
}

/// The number of synapses of the full network from `source` to `target`: pairs are drawn with replacement.
fn synapses(target: usize, source: usize) -> f64 {
    let pairs = NEURONS[target] as f64 * NEURONS[source] as f64;
    (-CHANCE[target][source]).ln_1p() / (-1.0 / pairs).ln_1p()
}

/// Leaky integrate-and-fire neurons with exponential currents, integrated exactly; potentials are above rest. In ms, mV and pA.
#[derive(BrainObject)]
struct Microcircuit {
    refractory: i32, // in steps
    v_decay: f32,
    v_from_current: f32,
    current_decay: f32,
    /// Each neuron's change of the potential in a step by a constant current.
    drive: Array1<f32>,
    w_external: f32,
    /// The mean number of spikes from outside in a step, and the chance of none.
    external: Array1<f32>,
    no_external: Array1<f32>,
    synapses: Csr,
    weight: Array1<f32>,
    #[variable]
    v: Array1<f32>,
    #[variable]
    current: Array1<f32>,
    #[variable]
    last_spike: Array1<i32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    spikes: SpikeDelay,
    #[variable]
    delay: SynapseDelay<f32>,
    #[variable]
    rng: RandomState,
    #[variable]
    step: i32,
}

#[brain_jit]
impl Microcircuit {
    fn update(&mut self) {
        let active = self.step - &self.last_spike > self.refractory;
        let v = &self.v * self.v_decay + &self.current * self.v_from_current + &self.drive;
        let v = bm::where_(&active, v, 0.0);
        self.spike[..] = active & (&v >= 15.0);
        self.v[..] = bm::where_(&self.spike, 0.0, v);
        self.last_spike[..] = bm::where_(&self.spike, self.step, &self.last_spike);

        // A Poisson number by inversion: how many sums of the first probabilities the uniform number reaches. That there are more
        // than 14 has a chance below 1e-7.
        let draw: Array1<f32> = self.rng.uniform(0.0, 1.0, self.v.len());
        let mut chance = &self.no_external + 0.0;
        let mut sum = &chance + 0.0;
        let mut events = (&draw >= &sum) as f32;
        for k in 1..15 {
            chance = &chance * &self.external / k as f32;
            sum = &sum + &chance;
            events = &events + (&draw >= &sum) as f32;
        }
        self.current[..] = &self.current * self.current_decay + self.w_external * events;

        self.spikes.update(&self.spike);
        self.synapses
            .send(self.spikes.sent(..), &self.weight, &mut self.delay);
        self.delay.arrive(&mut self.current);
        self.step += 1;
    }
}

/// The ranges of the populations' neurons in a network of this scale.
fn ranges(scale: f64) -> Vec<Range<usize>> {
    let mut start = 0;
    let range = |neurons: usize| {
        let range = start..start + (neurons as f64 * scale).round() as usize;
        start = range.end;
        range
    };
    NEURONS.map(range).to_vec()
}

/// The connections, with weights for this scale, and delays.
fn connect(
    ranges: &[Range<usize>],
    scale: f64,
    dt: f64,
    rng: &RandomState,
) -> (Csr, Array1<f32>, SynapseDelay<f32>) {
    let neurons = ranges[POPULATIONS - 1].end;
    let mut parts = Vec::new();
    for target in 0..POPULATIONS {
        for source in 0..POPULATIONS {
            let number = (synapses(target, source) * scale * scale).round() as usize;
            let seed = rng.fork((target * POPULATIONS + source) as u64).to_words()[0];
            let rule = FixedTotalNum::new(number, seed).allow_multi_conn(true);
            let part = rule.csr(ranges[source].len(), ranges[target].len());
            parts.push((ranges[source].start, ranges[target].start, part));
        }
    }
    let csr = Csr::from_parts(neurons, neurons, &parts);
    drop(parts);

    let population = |neuron: usize| ranges.partition_point(|range| range.end <= neuron);
    let populations: Vec<u8> = (0..neurons)
        .map(|neuron| population(neuron) as u8)
        .collect();
    let mut weight = Array1::zeros(csr.synapses());
    let mut steps: Array1<u16> = Array1::zeros(csr.synapses());
    for pre in 0..neurons {
        let mut rng = rng.fork(1000 + pre as u64);
        let row = csr.row(pre);
        let draws: Array2<f32> = rng.standard_normal((2, row.len()));
        for (k, (synapse, &post)) in row.zip(csr.targets(pre)).enumerate() {
            let (mean, delay) =
                weight_and_delay(populations[post as usize].into(), populations[pre].into());
            weight[synapse] = (mean / scale.sqrt()) as f32 * (1.0 + 0.1 * draws[(0, k)]);
            // Delays shorter than a step are drawn again.
            let mut time = delay * (1.0 + 0.5 * f64::from(draws[(1, k)]));
            while time < dt {
                time = delay * (1.0 + 0.5 * rng.standard_normal::<f64, _>(()));
            }
            steps[synapse] = (time / dt).round() as u16;
        }
    }
    let delay = SynapseDelay::new(&csr, &steps);
    (csr, weight, delay)
}

fn build(ranges: &[Range<usize>], scale: f64, dt: f64, seed: u64) -> Microcircuit {
    let mut rng = RandomState::new(seed);
    let (synapses_kept, weight, delay) = connect(ranges, scale, dt, &rng.fork(0));
    let neurons = ranges[POPULATIONS - 1].end;
    let refractory = (2.0 / dt).round() as i32;
    let v_decay = (-dt / TAU_M).exp();
    let (mut drive, mut external) = (Array1::zeros(neurons), Array1::zeros(neurons));
    for target in 0..POPULATIONS {
        // With weights divided by the root of the scale the variance of the input is that of the full network; this is what its mean
        // lacks, in pA.
        let from = |source: usize| {
            weight_and_delay(target, source).0 * synapses(target, source) / NEURONS[target] as f64
                * RATES[source]
        };
        let full = (0..POPULATIONS).map(from).sum::<f64>() + W_E * EXTERNAL[target] * BACKGROUND;
        let lacking = (1.0 - scale.sqrt()) * full * TAU_S / 1000.0;
        for neuron in ranges[target].clone() {
            drive[neuron] = (lacking * TAU_M / C_M * (1.0 - v_decay)) as f32;
            external[neuron] = (EXTERNAL[target] * scale * BACKGROUND * dt / 1000.0) as f32;
        }
    }
    Microcircuit {
        refractory,
        v_decay: v_decay as f32,
        v_from_current: (TAU_S * TAU_M / (C_M * (TAU_M - TAU_S)) * (v_decay - (-dt / TAU_S).exp()))
            as f32,
        current_decay: (-dt / TAU_S).exp() as f32,
        drive,
        w_external: (W_E / scale.sqrt()) as f32,
        no_external: external.mapv(|mean: f32| (-mean).exp()),
        external,
        synapses: synapses_kept,
        weight,
        v: rng.normal(7.0, 10.0, neurons),
        current: Array1::zeros(neurons),
        last_spike: Array1::from_elem(neurons, -refractory - 1),
        spike: Array1::from_elem(neurons, false),
        spikes: SpikeDelay::new(neurons, 0),
        delay,
        rng,
        step: 0,
    }
}

fn main() {
    let flags = Flags::read(&[
        (
            "--scale",
            "share of the neurons, and of the inputs a neuron, of the full network",
            0.5,
        ),
        ("--t", "simulated time in ms", 1000.0),
        ("--dt", "length of a step in ms", 0.1),
        (
            "--seed",
            "seed of connections, inputs and start values",
            1.0,
        ),
    ]);
    let (scale, t, dt) = (
        flags.positive("--scale"),
        flags.positive("--t"),
        flags.positive("--dt"),
    );
    if !(0.01..=1.0).contains(&scale) || dt > 0.1 {
        fail("--scale must be from 0.01 to 1, and --dt at most 0.1 ms");
    }
    let ranges = ranges(scale);
    let neurons = ranges[POPULATIONS - 1].end;
    // 0.3 billion synapses of full scale, with target, weight and delay, and what it takes to put them together.
    check_memory("--scale", 0.3e9 * scale * scale * 20.0, "");

    let start = Instant::now();
    let mut model = build(&ranges, scale, dt, flags.get("--seed"));
    let build_s = start.elapsed().as_secs_f64();

    // Rates are those after the start values have been forgotten.
    let from = 500f64.min(t / 4.0);
    let shown = 200.0;
    let every = neurons.div_ceil(4000);
    let (mut counts, mut all, mut raster) = ([0usize; POPULATIONS], 0, [Vec::new(), Vec::new()]);
    let start = Instant::now();
    for step in 0..(t / dt).round() as usize {
        model.update();
        let time = step as f64 * dt;
        let spikes = model.spikes.sent(..);
        all += spikes.len();
        if time < from {
            continue;
        }
        for (population, range) in ranges.iter().enumerate() {
            let spikes = model.spikes.sent(range.clone());
            counts[population] += spikes.len();
            if time < from + shown && flags.plot.is_some() {
                let shown = spikes
                    .iter()
                    .filter(|neuron| **neuron as usize % every == 0);
                // L2/3 on top.
                raster[population % 2]
                    .extend(shown.map(|neuron| (time - from, (neurons - *neuron as usize) as f64)));
            }
        }
    }
    let run_s = start.elapsed().as_secs_f64();

    let rate = |population: usize| {
        counts[population] as f64 / ranges[population].len() as f64 / ((t - from) / 1000.0)
    };
    let rates: Vec<(&str, f64)> = (0..POPULATIONS)
        .map(|population| (NAMES[population], rate(population)))
        .collect();
    let mut results = vec![
        ("scale", scale),
        ("synapses", model.synapses.synapses() as f64),
    ];
    if flags.json {
        results.extend(&rates);
    }
    if scale >= 0.5 && t >= 1000.0 && dt == 0.1 {
        for ((name, rate), full) in rates.iter().zip(RATES) {
            assert!(
                (rate / full - 1.0).abs() < 0.25,
                "{name} fires at {rate} Hz, in the full network at {full}"
            );
        }
    }
    let report = Report {
        work: "cortical-microcircuit",
        neurons,
        t,
        dt,
        build_s,
        run_s,
        spikes: all,
    };
    report.print(flags.json, &results);
    if !flags.json {
        println!("population  neurons  rate (Hz)  full network (Hz)");
        for (population, (name, rate)) in rates.iter().enumerate() {
            println!(
                "{name:<10}  {:7}  {rate:9.3}  {:17.3}",
                ranges[population].len(),
                RATES[population]
            );
        }
    }
    if let Some(path) = &flags.plot {
        let bars = |of: &dyn Fn(usize) -> f64, shift: f64| -> Vec<(f64, f64)> {
            (0..POPULATIONS)
                .map(|population| (population as f64 + 1.0 + shift, of(population)))
                .collect()
        };
        let (here, full) = (
            bars(&rate, -0.2),
            bars(&|population| RATES[population], 0.2),
        );
        picture::panels(
            path,
            (900, 1000),
            &[
                Panel {
                    title: "spikes: L2/3 on top, then L4, L5, L6; excitatory blue, inhibitory red",
                    x: "time (ms)",
                    y: "neurons",
                    series: vec![
                        Series {
                            points: &raster[0],
                            marks: Marks::Dots(1),
                            color: 2,
                        },
                        Series {
                            points: &raster[1],
                            marks: Marks::Dots(1),
                            color: 1,
                        },
                    ],
                },
                Panel {
                    title: "rates: here (blue), full network (black)",
                    x: "population: L2/3E, L2/3I, L4E, L4I, L5E, L5I, L6E, L6I",
                    y: "rate (Hz)",
                    series: vec![
                        Series {
                            points: &here,
                            marks: Marks::Bars(0.35),
                            color: 2,
                        },
                        Series {
                            points: &full,
                            marks: Marks::Bars(0.35),
                            color: 0,
                        },
                    ],
                },
            ],
        );
    }
}
