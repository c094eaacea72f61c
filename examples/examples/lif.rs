//! Leaky integrate-and-fire neurons under constant input: spike raster and f–I curve go to `lif.png`.
//!
//!     cargo run --release -p brain-jit-examples --example lif
//!
//! The rates agree with the closed form 1 / (t_ref + tau ln(RI / (RI - V_th))).

use brain_jit::prelude::*;
use brain_jit_examples::picture;

/// tau dV/dt = -V + RI; at V >= V_th a spike, V <- 0, and no change of V for t_ref. In ms and mV.
#[derive(BrainObject)]
struct Lif {
    tau: f64,
    v_th: f64,
    t_ref: f64,
    #[variable]
    v: Array1<f64>,
    #[variable]
    t_last: Array1<f64>,
    #[variable]
    spike: Array1<bool>,
}

#[brain_jit]
impl Lif {
    fn new(neurons: usize) -> Self {
        Lif {
            tau: 10.0,
            v_th: 20.0,
            t_ref: 5.0,
            v: Array1::zeros(neurons),
            t_last: Array1::from_elem(neurons, f64::NEG_INFINITY),
            spike: Array1::from_elem(neurons, false),
        }
    }

    /// One step of exponential Euler, which is exact while the input is constant.
    fn update(&mut self, t: f64, dt: f64, ri: &Array1<f64>) {
        let refractory = t - &self.t_last <= self.t_ref;
        let v = bm::where_(
            refractory,
            &self.v,
            ri + (&self.v - ri) * bm::exp(-dt / self.tau),
        );
        self.spike[..] = &v >= self.v_th;
        self.t_last[..] = bm::where_(&self.spike, t, &self.t_last);
        self.v[..] = bm::where_(&self.spike, 0.0, v);
    }

    fn expected_rate(&self, ri: f64) -> f64 {
        if ri > self.v_th {
            1.0 / (self.t_ref + self.tau * bm::log(ri / (ri - self.v_th)))
        } else {
            0.0
        }
    }
}

fn main() {
    let (neurons, dt, duration) = (200, 0.01, 2000.0);
    let ri = Array1::linspace(15.0, 60.0, neurons);
    let mut lif = Lif::new(neurons);

    let mut spikes = vec![Vec::new(); neurons];
    for step in 1..=(duration / dt) as usize {
        let t = step as f64 * dt;
        lif.update(t, dt, &ri);
        for (neuron, _) in lif.spike.iter().enumerate().filter(|(_, spike)| **spike) {
            spikes[neuron].push(t);
        }
    }

    let rates: Vec<f64> = spikes.iter().map(|times| rate(times)).collect();
    let expected: Vec<f64> = ri.iter().map(|ri| lif.expected_rate(*ri)).collect();
    println!("RI (mV)  rate (Hz)  closed form (Hz)");
    for neuron in (0..neurons).step_by(20) {
        println!(
            "{:7.1}  {:9.2}  {:16.2}",
            ri[neuron],
            1e3 * rates[neuron],
            1e3 * expected[neuron]
        );
    }
    for (rate, expected) in rates.iter().zip(&expected) {
        assert!(
            (rate - expected).abs() <= 0.01 * expected,
            "{rate} spikes/ms where {expected} are expected"
        );
    }
    println!("all {neurons} rates are within 1 % of the closed form");

    let raster: Vec<(f64, f64)> = spikes
        .iter()
        .enumerate()
        .flat_map(|(neuron, times)| times.iter().map(move |t| (*t, neuron as f64)))
        .filter(|(t, _)| *t < 200.0)
        .collect();
    let curve = |rates: &[f64]| {
        ri.iter()
            .zip(rates)
            .map(|(ri, rate)| (*ri, 1e3 * rate))
            .collect::<Vec<_>>()
    };
    picture::raster_and_rates("lif.png", &raster, &curve(&rates), &curve(&expected));
}

/// Spikes a millisecond: the intervals between the first spike and the last over the time between them.
fn rate(times: &[f64]) -> f64 {
    match times {
        [first, .., last] => (times.len() - 1) as f64 / (last - first),
        _ => 0.0,
    }
}
