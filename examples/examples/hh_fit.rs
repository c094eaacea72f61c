//! The conductances of the Hodgkin–Huxley neuron, recovered from voltage traces by gradient descent through the integrator.
//!
//!     cargo run --release -p brain-jit-examples --example hh_fit
//!
//! A spike train is a hard landscape for a fit: with wrong conductances the spikes fall at other times, and the squared error has
//! no slope towards the right ones. So the model is coupled to the recording while it is fitted, C dV/dt = … + k (V_recorded − V),
//! which keeps it in step (Abarbanel et al. 2009, SIAM J Appl Dyn Syst 8:1341–1381); at the right conductances the coupling has
//! nothing to do. The traces are synthetic: the same equations and step, with noise on the voltage.

use brain_jit::optim::{Adam, CosineAnnealingLR};
use brain_jit::prelude::*;
use brain_jit_examples::flags::Flags;
use brain_jit_examples::picture::{self, Marks, Panel, Series};
use std::time::Instant;

/// The squid's axon at 6.3 °C, Hodgkin and Huxley (1952), J Physiol 117:500–544, with the rest at −65 mV. In ms, mV, mS/cm² and
/// µA/cm²; the membrane has 1 µF/cm². The logarithms are fitted, so that conductances stay positive and move by shares.
#[derive(BrainObject)]
struct HodgkinHuxley {
    dt: f64,
    e_na: f64,
    e_k: f64,
    e_l: f64,
    v_rest: f64,
    m_rest: f64,
    h_rest: f64,
    n_rest: f64,
    #[train_var]
    log_g_na: f64,
    #[train_var]
    log_g_k: f64,
    #[train_var]
    log_g_l: f64,
    #[variable]
    v: f64,
    #[variable]
    m: f64,
    #[variable]
    h: f64,
    #[variable]
    n: f64,
}

#[brain_jit]
impl HodgkinHuxley {
    fn new([g_na, g_k, g_l]: [f64; 3], dt: f64) -> Self {
        HodgkinHuxley {
            dt,
            e_na: 50.0,
            e_k: -77.0,
            e_l: -54.387,
            v_rest: -65.0,
            m_rest: 0.05293,
            h_rest: 0.59612,
            n_rest: 0.31768,
            log_g_na: g_na.ln(),
            log_g_k: g_k.ln(),
            log_g_l: g_l.ln(),
            v: -65.0,
            m: 0.0,
            h: 0.0,
            n: 0.0,
        }
    }

    /// The state at rest.
    fn rest(&mut self) {
        *self.v = self.v_rest;
        *self.m = self.m_rest;
        *self.h = self.h_rest;
        *self.n = self.n_rest;
    }

    /// One step of exponential Euler under an injected current.
    fn step(&mut self, current: f64) {
        let v = self.v;
        let a_m = 1.0 / bm::exprel(-(v + 40.0) / 10.0);
        let b_m = 4.0 * (-(v + 65.0) / 18.0).exp();
        let a_h = 0.07 * (-(v + 65.0) / 20.0).exp();
        let b_h = 1.0 / (1.0 + (-(v + 35.0) / 10.0).exp());
        let a_n = 0.1 / bm::exprel(-(v + 55.0) / 10.0);
        let b_n = 0.125 * (-(v + 65.0) / 80.0).exp();
        let na = self.log_g_na.exp() * self.m.powi(3) * self.h;
        let k = self.log_g_k.exp() * self.n.powi(4);
        let l = self.log_g_l.exp();
        let g = na + k + l;
        let v_inf = (na * self.e_na + k * self.e_k + l * self.e_l + current) / g;
        let (m_inf, h_inf, n_inf) = (a_m / (a_m + b_m), a_h / (a_h + b_h), a_n / (a_n + b_n));
        self.v += (v_inf - v) * (1.0 - (-self.dt * g).exp());
        self.m += (m_inf - self.m) * (1.0 - (-self.dt * (a_m + b_m)).exp());
        self.h += (h_inf - self.h) * (1.0 - (-self.dt * (a_h + b_h)).exp());
        self.n += (n_inf - self.n) * (1.0 - (-self.dt * (a_n + b_n)).exp());
    }

    /// The mean squared distance from the recording, whose rows are steps and whose columns are currents.
    #[grad]
    fn loss(&mut self, currents: &Array1<f64>, recorded: &Array2<f64>, coupling: f64) -> f64 {
        let mut error = 0.0;
        for trace in 0..currents.len() {
            self.rest();
            for t in 1..recorded.nrows() {
                self.step(currents[trace]);
                let miss = recorded[(t, trace)] - self.v;
                error += miss * miss;
                self.v += coupling * self.dt * miss;
            }
        }
        error / recorded.len() as f64
    }

    /// The voltages from rest on, a row a step.
    fn simulate(&mut self, currents: &Array1<f64>, steps: usize) -> Array2<f64> {
        let mut traces: Array2<f64> = bm::zeros((steps, currents.len()));
        for trace in 0..currents.len() {
            self.rest();
            for t in 0..steps {
                traces[(t, trace)] = self.v;
                self.step(currents[trace]);
            }
        }
        traces
    }

    fn conductances(&self) -> [f64; 3] {
        [self.log_g_na.exp(), self.log_g_k.exp(), self.log_g_l.exp()]
    }
}

fn main() {
    let flags = Flags::read(&[
        ("--updates", "of the conductances", 600.0),
        ("--duration", "length of the traces in ms", 40.0),
        ("--dt", "step in ms", 0.02),
        (
            "--noise",
            "standard deviation of the noise on the voltage in mV",
            1.0,
        ),
        ("--coupling", "of the model to the recording, 1/ms", 1.0),
        ("--seed", "of the noise", 1.0),
    ]);
    let (updates, dt, noise): (usize, f64, f64) = (
        flags.get("--updates"),
        flags.get("--dt"),
        flags.get("--noise"),
    );
    let steps = (flags.get::<f64>("--duration") / dt) as usize;
    let coupling: f64 = flags.get("--coupling");
    let mut rng = RandomState::new(flags.get("--seed"));

    let currents = array![5.0, 10.0, 20.0];
    let mut truth = HodgkinHuxley::new([120.0, 36.0, 0.3], dt);
    let clean = truth.simulate(&currents, steps);
    let recorded = &clean + noise * rng.normal::<f64, _>(0.0, 1.0, clean.dim());

    let mut model = HodgkinHuxley::new([60.0, 60.0, 1.0], dt);
    let mut start = HodgkinHuxley::new(model.conductances(), dt);
    let mut optimizer = Adam::new(CosineAnnealingLR::new(0.05, updates as u64));
    if !flags.json {
        println!("update   error (mV²)      g_Na       g_K       g_L");
    }
    let began = Instant::now();
    for update in 0..=updates {
        let (loss, grads) = model.loss_grad(&currents, &recorded, coupling);
        if !flags.json && update % (updates / 10).max(1) == 0 {
            let [na, k, l] = model.conductances();
            println!("{update:6}   {loss:11.4}   {na:7.3}   {k:7.3}   {l:7.4}");
        }
        if update < updates {
            optimizer.update(&mut model, &grads);
            optimizer.step_epoch();
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let fitted = model.simulate(&currents, steps);
    let started = start.simulate(&currents, steps);
    let distance = |a: &Array2<f64>| bm::mean(bm::square(a - &clean)).sqrt();
    if flags.json {
        let [na, k, l] = model.conductances();
        println!(
            "{{\"work\": \"hh_fit\", \"gradients\": {}, \"steps\": {steps}, \"run_s\": {seconds:.4}, \"g_na\": {na:.4}, \"g_k\": {k:.4}, \
             \"g_l\": {l:.5}, \"rms_mv\": {:.4}}}",
            updates + 1,
            distance(&fitted)
        );
    } else {
        println!(
            "{} gradients through {steps} steps in {seconds:.2} s\n",
            updates + 1
        );
        println!("mS/cm²      true     start  recovered   error");
        let all = [&truth, &start, &model].map(HodgkinHuxley::conductances);
        for (i, name) in ["g_Na", "g_K", "g_L"].into_iter().enumerate() {
            let [truth, start, found] = all.map(|conductances| conductances[i]);
            let error = 100.0 * (found / truth - 1.0).abs();
            println!("{name:6}   {truth:7.3}   {start:7.3}    {found:7.3}   {error:4.1} %");
        }
        println!(
            "root mean square distance of the uncoupled model from the trace without noise: {:.2} mV, at the start {:.2} mV",
            distance(&fitted),
            distance(&started)
        );
    }

    let column = 1;
    let trace = |of: &Array2<f64>| -> Vec<(f64, f64)> {
        let column = of.column(column);
        column
            .iter()
            .enumerate()
            .map(|(t, v)| (t as f64 * dt, *v))
            .collect()
    };
    let traces = [&recorded, &started, &fitted].map(trace);
    let path = flags.plot.unwrap_or_else(|| "hh_fit.png".into());
    picture::panels(
        &path,
        (1000, 500),
        &[Panel {
            title: &format!(
                "Hodgkin-Huxley at {} µA/cm²: recorded (black), start (red), fitted (blue)",
                currents[column]
            ),
            x: "time (ms)",
            y: "potential (mV)",
            series: series(&traces),
        }],
    );
}

/// Lines in the order of the colours.
fn series(lines: &[Vec<(f64, f64)>]) -> Vec<Series<'_>> {
    let lines = lines.iter().enumerate();
    let series = lines.map(|(color, points)| Series {
        points,
        marks: Marks::Line,
        color,
    });
    series.collect()
}
