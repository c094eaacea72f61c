//! Gamma oscillation of interneurons that inhibit each other, after Wang and Buzsáki (1996), J Neurosci 16:6402–6413: 100 neurons,
//! connected all to all, fire in synchrony at some 40 Hz, and lose it as their drives differ more.
//!
//!     cargo run --release -p brain-jit-examples --example gamma_oscillation -- --plot gamma_oscillation.png

use brain_jit::measure;
use brain_jit::prelude::*;
use brain_jit_examples::flags::{Flags, fail};
use brain_jit_examples::picture::{self, Marks, Panel, Series};
use brain_jit_examples::report::Report;
use std::time::Instant;

/// Fast-spiking neurons with GABA synapses between all of them. In ms, mV, µF/cm², mS/cm² and µA/cm².
#[derive(BrainObject)]
struct Interneurons {
    dt: f64,
    /// The greatest conductance that all synapses of a neuron have together.
    g_syn: f64,
    input: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    h: Array1<f64>,
    #[variable]
    n: Array1<f64>,
    /// The share of open channels at the synapses of each presynaptic neuron.
    #[variable]
    s: Array1<f64>,
    #[variable]
    spike: Array1<bool>,
}

#[brain_jit]
impl Interneurons {
    fn new(input: Array1<f64>, dt: f64, seed: u64) -> Self {
        let neurons = input.len();
        let mut rng = RandomState::new(seed);
        let mut start = |low: f64, high: f64| rng.uniform(low, high, neurons);
        Interneurons {
            dt,
            g_syn: 0.1,
            input,
            v: start(-70.0, -50.0),
            h: start(0.6, 0.9),
            n: start(0.05, 0.25),
            s: Array1::zeros(neurons),
            spike: Array1::from_elem(neurons, false),
        }
    }

    /// One step of exponential Euler; the sodium channels open at once.
    fn update(&mut self) {
        let open = self.g_syn * bm::mean(&self.s);
        let v = &self.v + 0.0;
        let alpha_m = 1.0 / bm::exprel(-0.1 * (&v + 35.0));
        let beta_m = 4.0 * bm::exp(-(&v + 60.0) / 18.0);
        let m = &alpha_m / (&alpha_m + beta_m);
        let g_na = 35.0 * m.powi(3) * &self.h;
        let g_k = 9.0 * self.n.powi(4);
        let g = 0.1 + &g_na + &g_k + open;
        let v_inf = (0.1 * -65.0 + &g_na * 55.0 - &g_k * 90.0 - open * 75.0 + &self.input) / &g;
        self.v[..] = &v_inf + (&v - &v_inf) * bm::exp(-self.dt * &g);
        self.spike[..] = (&self.v > 0.0) & (&v <= 0.0);

        let alpha_h = 5.0 * 0.07 * bm::exp(-(&v + 58.0) / 20.0);
        let beta_h = 5.0 / (1.0 + bm::exp(-0.1 * (&v + 28.0)));
        self.h[..] = self.gate(&self.h, &alpha_h, &beta_h);
        let alpha_n = 5.0 * 0.1 / bm::exprel(-0.1 * (&v + 34.0));
        let beta_n = 5.0 * 0.125 * bm::exp(-(&v + 44.0) / 80.0);
        self.n[..] = self.gate(&self.n, &alpha_n, &beta_n);
        let alpha_s = 12.0 / (1.0 + bm::exp(-0.5 * &v));
        let beta_s = 0.1 + 0.0 * &v;
        self.s[..] = self.gate(&self.s, &alpha_s, &beta_s);
    }

    /// The solution of x' = alpha (1 - x) - beta x after a step.
    fn gate(&self, x: &Array1<f64>, alpha: &Array1<f64>, beta: &Array1<f64>) -> Array1<f64> {
        let x_inf = alpha / (alpha + beta);
        &x_inf + (x - &x_inf) * bm::exp(-self.dt * (alpha + beta))
    }
}

/// Spikes of a run, as times in ms and neurons.
struct Spikes {
    times: Vec<f64>,
    ids: Vec<u32>,
}

fn simulate(mut model: Interneurons, t: f64, dt: f64) -> Spikes {
    let (mut times, mut ids) = (Vec::new(), Vec::new());
    for step in 0..(t / dt).round() as usize {
        model.update();
        for (neuron, _) in (0..).zip(&model.spike).filter(|(_, spike)| **spike) {
            times.push(step as f64 * dt);
            ids.push(neuron);
        }
    }
    Spikes { times, ids }
}

/// The mean rate in Hz after the first 200 ms, or half of a shorter time, and the coherence in bins of a tenth of the period.
fn rate_and_coherence(spikes: &Spikes, neurons: usize, t: f64) -> (f64, f64) {
    let from = 200f64.min(t / 2.0);
    let late = spikes
        .times
        .iter()
        .zip(&spikes.ids)
        .filter(|(time, _)| **time >= from);
    let (times, ids): (Vec<f64>, Vec<u32>) = late.unzip();
    let rate = times.len() as f64 * 1000.0 / (neurons as f64 * (t - from));
    let bin = 100.0 / rate.max(1.0);
    (rate, measure::cross_correlation(&times, &ids, neurons, bin))
}

fn main() {
    let flags = Flags::read(&[
        ("--neurons", "neurons", 100.0),
        ("--t", "simulated time in ms", 1500.0),
        ("--dt", "length of a step in ms", 0.02),
        ("--current", "mean drive in µA/cm²", 1.0),
        (
            "--spread",
            "standard deviation of the drive in µA/cm²",
            0.03,
        ),
        ("--seed", "seed of drives and start values", 1.0),
    ]);
    let (t, dt) = (flags.positive("--t"), flags.positive("--dt"));
    let (neurons, seed): (usize, u64) = (flags.neurons(2, 200), flags.get("--seed"));
    let (current, spread): (f64, f64) = (flags.get("--current"), flags.get("--spread"));
    if !(spread >= 0.0 && (spread + current).is_finite()) {
        fail("--spread must be at least 0, and it and --current finite");
    }
    let model = |spread| {
        let mut rng = RandomState::new(seed).fork(1);
        Interneurons::new(rng.normal(current, spread, neurons), dt, seed)
    };

    let start = Instant::now();
    let first = model(spread);
    let build_s = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let spikes = simulate(first, t, dt);
    let run_s = start.elapsed().as_secs_f64();
    let (rate, coherence) = rate_and_coherence(&spikes, neurons, t);
    let spreads = [0.0, 0.02, 0.04, 0.06, 0.1, 0.2, 0.3];
    let measured = spreads.map(|spread| {
        let spikes = simulate(model(spread), t, dt);
        rate_and_coherence(&spikes, neurons, t)
    });
    // Of the paper's network it is known how it behaves.
    if (neurons, current) == (100, 1.0) && t >= 1000.0 && dt <= 0.02 {
        let (first, last) = (measured[0], measured[spreads.len() - 1]);
        assert!(
            (35.0..42.0).contains(&first.0),
            "{} Hz are not the gamma rhythm of this drive",
            first.0
        );
        assert!(
            first.1 > 0.9 && last.1 < 0.2,
            "a coherence of {} for equal drives and of {} for very different ones",
            first.1,
            last.1
        );
    }
    let report = Report {
        work: "gamma-oscillation",
        neurons,
        t,
        dt,
        build_s,
        run_s,
        spikes: spikes.times.len(),
    };
    report.print(flags.json, &[("rate_hz", rate), ("coherence", coherence)]);
    if !flags.json {
        println!("spread of the drive (µA/cm²)  rate (Hz)  coherence");
        for (spread, (rate, coherence)) in spreads.iter().zip(&measured) {
            println!("{spread:28.2}  {rate:9.2}  {coherence:9.3}");
        }
    }
    let curve: Vec<(f64, f64)> = spreads
        .into_iter()
        .zip(measured.map(|measured| measured.1))
        .collect();
    if let Some(path) = &flags.plot {
        let raster: Vec<(f64, f64)> = spikes
            .times
            .iter()
            .zip(&spikes.ids)
            .map(|(time, neuron)| (*time, f64::from(*neuron)))
            .filter(|(time, _)| *time < 500.0)
            .collect();
        picture::panels(
            path,
            (900, 800),
            &[
                Panel {
                    title: "spikes",
                    x: "time (ms)",
                    y: "neuron",
                    series: vec![Series {
                        points: &raster,
                        marks: Marks::Dots(1),
                        color: 0,
                    }],
                },
                Panel {
                    title: "coherence of the population",
                    x: "standard deviation of the drive (µA/cm²)",
                    y: "coherence",
                    series: vec![
                        Series {
                            points: &curve,
                            marks: Marks::Line,
                            color: 2,
                        },
                        Series {
                            points: &curve,
                            marks: Marks::Dots(3),
                            color: 1,
                        },
                    ],
                },
            ],
        );
    }
}
