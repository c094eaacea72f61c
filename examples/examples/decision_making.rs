//! A decision between two alternatives, after Wang (2002), Neuron 36:955–968: two populations of neurons get input of different strength and
//! compete by shared inhibition; slow NMDA receptors integrate the input until one of them wins. The stronger the difference, the
//! more often wins the population that gets more.
//!
//!     cargo run --release -p brain-jit-examples --example decision_making -- --plot decision_making.png

use brain_jit::delay::SpikeDelay;
use brain_jit::prelude::*;
use brain_jit::runner::sweep;
use brain_jit_examples::flags::{Flags, fail};
use brain_jit_examples::picture::{self, Marks, Panel, Series};
use brain_jit_examples::report::Report;
use std::time::Instant;

/// The populations: A and B, which are selective, other excitatory neurons, and inhibitory ones; their shares of the neurons.
const SHARES: [f64; 4] = [0.12, 0.12, 0.56, 0.2];
/// Synapses within A and within B have this times the weight; those from other excitatory neurons to them have less instead, so that the
/// sum stays.
const W_PLUS: f64 = 1.7;
const F: f64 = 0.15;

/// Leaky integrate-and-fire neurons, all connected to all. In ms, mV, nS, pF and Hz. All synapses of a population have the same gating
/// variables in common, but for NMDA receptors, which saturate: each presynaptic neuron has its own.
#[derive(BrainObject)]
struct Decision {
    dt: f32,
    /// The first neurons of B, of the other excitatory ones, and of the inhibitory ones.
    starts: [usize; 3],
    population: Array1<usize>,
    /// The weights from each excitatory population (columns) to each population.
    weights: Array2<f32>,
    capacitance: Array1<f32>,
    g_leak: Array1<f32>,
    refractory: Array1<i32>,
    g_external: Array1<f32>,
    g_ampa: Array1<f32>,
    g_nmda: Array1<f32>,
    g_gaba: Array1<f32>,
    /// The rate of each neuron's input from outside.
    #[variable]
    rate: Array1<f32>,
    #[variable]
    v: Array1<f32>,
    #[variable]
    external: Array1<f32>,
    /// Open AMPA channels by excitatory population, and open GABA channels.
    #[variable]
    ampa: Array1<f32>,
    #[variable]
    gaba: f32,
    /// NMDA channels of the excitatory neurons.
    #[variable]
    x: Array1<f32>,
    #[variable]
    s: Array1<f32>,
    #[variable]
    last_spike: Array1<i32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    delay: SpikeDelay,
    #[variable]
    rng: RandomState,
    #[variable]
    step: i32,
}

#[brain_jit]
impl Decision {
    fn new(neurons: usize, dt: f64, seed: u64) -> Self {
        let sizes = SHARES.map(|share| (share * neurons as f64).round() as usize);
        let starts = [sizes[0], sizes[0] + sizes[1], neurons - sizes[3]];
        let population: Array1<usize> = (0..neurons)
            .map(|neuron| starts.iter().filter(|start| **start <= neuron).count())
            .collect();
        let w_minus = 1.0 - F * (W_PLUS - 1.0) / (1.0 - F);
        let weights = Array2::from_shape_fn((4, 3), |(to, from)| match (to, from) {
            (0 | 1, _) if to == from => W_PLUS as f32,
            (0 | 1, _) => w_minus as f32,
            _ => 1.0,
        });
        // Of an excitatory neuron and of an inhibitory one.
        let each = |e: f64, i: f64| {
            population.mapv(|population| if population < 3 { e } else { i } as f32)
        };
        let refractory = each(2.0 / dt, 1.0 / dt).mapv(|steps| steps.round() as i32);
        let last_spike = refractory.mapv(|steps: i32| -steps - 1);
        // Fewer neurons than the paper's have stronger synapses.
        let synapses = 2000.0 / neurons as f64;
        Decision {
            dt: dt as f32,
            starts,
            weights,
            capacitance: each(500.0, 200.0),
            g_leak: each(25.0, 20.0),
            refractory,
            g_external: each(2.1, 1.62),
            g_ampa: each(0.05 * synapses, 0.04 * synapses),
            g_nmda: each(0.165 * synapses, 0.13 * synapses),
            g_gaba: each(1.3 * synapses, 1.0 * synapses),
            rate: Array1::from_elem(neurons, 2400.0),
            v: Array1::from_elem(neurons, -55.0),
            external: Array1::zeros(neurons),
            ampa: Array1::zeros(3),
            gaba: 0.0,
            x: Array1::zeros(starts[2]),
            s: Array1::zeros(starts[2]),
            last_spike,
            spike: Array1::from_elem(neurons, false),
            delay: SpikeDelay::new(neurons, (0.5 / dt).round() as usize),
            rng: RandomState::new(seed),
            step: 0,
            population,
        }
    }

    /// The rates of the input to A and to B beside that of all.
    fn stimulate(&mut self, a: f32, b: f32) {
        let [b_starts, others, _] = self.starts;
        self.rate[..b_starts] = 2400.0 + a;
        self.rate[b_starts..others] = 2400.0 + b;
    }

    /// One step of exponential Euler.
    fn update(&mut self) {
        let [b_starts, others, inhibitory] = self.starts;
        let open = array![
            bm::sum(&self.s[..b_starts]),
            bm::sum(&self.s[b_starts..others]),
            bm::sum(&self.s[others..])
        ];
        let ampa: Array1<f32> = bm::dot(&self.weights, &self.ampa);
        let nmda: Array1<f32> = bm::dot(&self.weights, &open);
        let free = 1.0 / (1.0 + bm::exp(-0.062 * &self.v) / 3.57);
        let excitation = &self.g_external * &self.external
            + &self.g_ampa * ampa[&self.population]
            + &self.g_nmda * free * nmda[&self.population];
        let to_rest = &self.g_leak + &self.g_gaba * self.gaba;
        let g = excitation + &to_rest;
        let v_inf = -70.0 * to_rest / &g;
        let v = &v_inf + (&self.v - &v_inf) * bm::exp(-self.dt * g / &self.capacitance);
        let active = self.step - &self.last_spike > &self.refractory;
        let v = bm::where_(&active, v, -55.0);
        self.spike[..] = active & (&v > -50.0);
        self.v[..] = bm::where_(&self.spike, -55.0, v);
        self.last_spike[..] = bm::where_(&self.spike, self.step, &self.last_spike);

        // A Poisson number by inversion; more than 6 have a chance below 1e-7.
        let draw: Array1<f32> = self.rng.uniform(0.0, 1.0, self.v.len());
        let mean = &self.rate * (self.dt / 1000.0);
        let mut chance = bm::exp(-&mean);
        let mut sum = &chance + 0.0;
        let mut events = (&draw >= &sum) as f32;
        for k in 1..7 {
            chance = &chance * &mean / k as f32;
            sum = &sum + &chance;
            events = &events + (&draw >= &sum) as f32;
        }
        self.external[..] = &self.external * bm::exp(-self.dt / 2.0) + events;

        let rate = 0.5 * &self.x + 0.01;
        let s_inf = 0.5 * &self.x / &rate;
        self.s[..] = &s_inf + (&self.s - &s_inf) * bm::exp(-self.dt * rate);
        self.x *= bm::exp(-self.dt / 2.0);
        self.ampa *= bm::exp(-self.dt / 2.0);
        self.gaba *= bm::exp(-self.dt / 5.0);

        self.delay.update(&self.spike);
        self.ampa[0] += self.delay.arriving(..b_starts).len() as f32;
        self.ampa[1] += self.delay.arriving(b_starts..others).len() as f32;
        self.ampa[2] += self.delay.arriving(others..inhibitory).len() as f32;
        self.gaba += self.delay.arriving(inhibitory..).len() as f32;
        for neuron in self.delay.arriving(..inhibitory) {
            self.x[*neuron as usize] += 1.0;
        }
        self.step += 1;
    }
}

/// The length of a bin of the rates, and the time before the stimulus, in ms.
const BIN: f64 = 25.0;
const BEFORE: f64 = 500.0;

/// A trial.
struct Trial {
    /// The rates of A and of B in Hz by bins.
    rates: [Vec<f64>; 2],
    /// The spikes of A and of B as (time, neuron), if they are to be shown.
    raster: [Vec<(f64, f64)>; 2],
    spikes: usize,
    build_s: f64,
}

impl Trial {
    /// `coherence` is the difference between the inputs over their sum.
    fn run(neurons: usize, t: f64, dt: f64, coherence: f64, seed: u64, shown: bool) -> Trial {
        let start = Instant::now();
        let mut model = Decision::new(neurons, dt, seed);
        let build_s = start.elapsed().as_secs_f64();
        let [b_starts, others, _] = model.starts;
        let mut stimulus = RandomState::new(seed).fork(1);
        let (mut rates, mut raster) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        let mut spikes = 0;
        let steps = |time: f64| (time / dt).round() as usize;
        for step in 0..steps(BEFORE + t) {
            if step >= steps(BEFORE) && (step - steps(BEFORE)) % steps(50.0) == 0 {
                let mut draw = |sign: f64| -> f64 {
                    stimulus.normal(40.0 * (1.0 + sign * coherence), 10.0, ())
                };
                let (a, b) = (draw(1.0).max(0.0), draw(-1.0).max(0.0));
                model.stimulate(a as f32, b as f32);
            }
            model.update();
            spikes += model.delay.sent(..).len();
            for (k, range) in [0..b_starts, b_starts..others].into_iter().enumerate() {
                let (rates, raster) = (&mut rates[k], &mut raster[k]);
                let sent = model.delay.sent(range.clone());
                if shown {
                    let time = step as f64 * dt;
                    raster.extend(sent.iter().map(|neuron| (time, f64::from(*neuron))));
                }
                if step % steps(BIN) == 0 {
                    rates.push(0.0);
                }
                let share = sent.len() as f64 / range.len() as f64;
                if let Some(rate) = rates.last_mut() {
                    *rate += share * 1000.0 / BIN;
                }
            }
        }
        Trial {
            rates,
            raster,
            spikes,
            build_s,
        }
    }

    /// The mean rates of A and of B in the last 250 ms.
    fn outcome(&self) -> [f64; 2] {
        let last = (250.0 / BIN) as usize;
        let mean = |rates: &Vec<f64>| {
            let rates = &rates[rates.len().saturating_sub(last)..];
            rates.iter().sum::<f64>() / rates.len() as f64
        };
        [mean(&self.rates[0]), mean(&self.rates[1])]
    }
}

fn main() {
    let flags = Flags::read(&[
        ("--neurons", "neurons, a fifth of them inhibitory", 2000.0),
        ("--t", "length of the stimulus in ms", 1500.0),
        ("--dt", "length of a step in ms", 0.1),
        ("--trials", "trials for each difference of the inputs", 10.0),
        ("--seed", "seed of all trials", 1.0),
    ]);
    let (t, dt) = (flags.positive("--t"), flags.positive("--dt"));
    let (neurons, trials): (usize, u64) = (flags.neurons(100, 200), flags.get("--trials"));
    if !(1..=1_000_000).contains(&trials) || t < 250.0 || dt > 0.1 {
        fail("--trials must be from 1 to 1000000, --t at least 250 and --dt at most 0.1");
    }
    let seed: u64 = flags.get("--seed");

    let coherences = [0.0, 0.032, 0.064, 0.128, 0.256, 0.512];
    let start = Instant::now();
    let count = coherences.len() as u64 * trials;
    let coherence = |trial: u64| coherences[(trial / trials) as usize];
    // The first trial at 12.8 %.
    let shown = 3 * trials;
    let runs = sweep(0..count, |trial| {
        let seed = seed.wrapping_add(1000 * trial);
        let drawn = trial == shown && flags.plot.is_some();
        Trial::run(neurons, t, dt, coherence(trial), seed, drawn)
    });

    let (mut winner, mut loser) = (0.0, 0.0);
    let mut choices = coherences.map(|coherence| (100.0 * coherence, 0.0));
    for (trial, run) in (0..).zip(&runs) {
        let [a, b] = run.outcome();
        if a > b {
            choices[(trial / trials) as usize].1 += 100.0 / trials as f64;
        }
        winner += a.max(b) / count as f64;
        loser += a.min(b) / count as f64;
    }
    let spikes = runs.iter().map(|run| run.spikes).sum();
    let shown = &runs[shown as usize];
    // Trials are made and run beside each other: of the time of all, that of a thread.
    let build_s: f64 = runs.iter().map(|run| run.build_s).sum();
    let build_s = build_s / brain_jit::backend::num_threads() as f64;
    let run_s = start.elapsed().as_secs_f64() - build_s;
    // Of the paper's network it is known how it behaves.
    if neurons == 2000 && trials >= 10 && t >= 1000.0 && dt <= 0.1 {
        let (equal, different) = (choices[0].1, choices[5].1);
        assert!(
            (10.0..=90.0).contains(&equal) && different >= 90.0,
            "A wins {equal} % with equal inputs and {different} % with very different ones"
        );
        assert!(
            winner > 15.0 && loser < 5.0,
            "the winner fires at {winner} Hz, the loser at {loser} Hz"
        );
    }
    let report = Report {
        work: "decision-making",
        neurons,
        t: (BEFORE + t) * count as f64,
        dt,
        build_s,
        run_s,
        spikes,
    };
    report.print(
        flags.json,
        &[
            ("rate_of_winner_hz", winner),
            ("rate_of_loser_hz", loser),
            ("choices_of_a_at_coherence_0", choices[0].1 / 100.0),
            ("choices_of_a_at_coherence_0.512", choices[5].1 / 100.0),
        ],
    );
    if !flags.json {
        println!("coherence (%)  A wins (%)");
        for (coherence, share) in &choices {
            println!("{coherence:13.1}  {share:10.0}");
        }
    }
    if let Some(path) = &flags.plot {
        let curve = |rates: &[f64]| -> Vec<(f64, f64)> {
            let bins = (0..).zip(rates);
            bins.map(|(bin, rate)| ((f64::from(bin) + 0.5) * BIN, *rate))
                .collect()
        };
        let (a, b) = (curve(&shown.rates[0]), curve(&shown.rates[1]));
        picture::panels(
            path,
            (900, 1200),
            &[
                Panel {
                    title: "spikes in one trial at a coherence of 12.8 %: A (red), B (blue); the stimulus begins at 500 ms",
                    x: "time (ms)",
                    y: "neuron",
                    series: vec![
                        Series {
                            points: &shown.raster[0],
                            marks: Marks::Dots(1),
                            color: 1,
                        },
                        Series {
                            points: &shown.raster[1],
                            marks: Marks::Dots(1),
                            color: 2,
                        },
                    ],
                },
                Panel {
                    title: "rates in this trial",
                    x: "time (ms)",
                    y: "rate (Hz)",
                    series: vec![
                        Series {
                            points: &a,
                            marks: Marks::Line,
                            color: 1,
                        },
                        Series {
                            points: &b,
                            marks: Marks::Line,
                            color: 2,
                        },
                    ],
                },
                Panel {
                    title: "choices",
                    x: "coherence of the inputs (%)",
                    y: "A wins (%)",
                    series: vec![
                        Series {
                            points: &choices,
                            marks: Marks::Line,
                            color: 0,
                        },
                        Series {
                            points: &choices,
                            marks: Marks::Dots(3),
                            color: 1,
                        },
                    ],
                },
            ],
        );
    }
}
