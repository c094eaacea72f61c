//! A balanced network of Hodgkin–Huxley neurons (Traub–Miles) with conductance-based synapses: benchmark 3 of Brette et al. (2007),
//! J Comput Neurosci 23:349–398.
//!
//!     cargo run --release -p brain-jit-examples --example coba_hh -- --plot coba_hh.png

use brain_jit::connect::Connectivity;
use brain_jit::delay::SpikeDelay;
use brain_jit::prelude::*;
use brain_jit_examples::benchmark::{Network, Setup};

/// C_m dV/dt = g_L (E_L − V) + g_e (E_e − V) + g_i (E_i − V) + g_Na m³ h (E_Na − V) + g_K n⁴ (E_K − V), and
/// dx/dt = α_x (1 − x) − β_x x for the gates x = m, h, n. A spike is V > V_spike, not again within t_ref. In ms, mV, mS/cm², µF/cm².
#[derive(BrainObject)]
struct CobaHh<T: Real, C: Connectivity> {
    c_m: T,
    g_l: T,
    g_na: T,
    g_k: T,
    e_l: T,
    e_na: T,
    e_k: T,
    e_e: T,
    e_i: T,
    v_t: T,
    v_spike: T,
    tau_e: T,
    tau_i: T,
    w_e: T,
    w_i: T,
    dt: T,
    refractory: i32, // in steps
    excitatory: usize,
    synapses: C,
    #[variable]
    v: Array1<T>,
    #[variable]
    m: Array1<T>,
    #[variable]
    h: Array1<T>,
    #[variable]
    n: Array1<T>,
    #[variable]
    g_e: Array1<T>,
    #[variable]
    g_i: Array1<T>,
    #[variable]
    last_spike: Array1<i32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    delay: SpikeDelay,
    #[variable]
    step: i32,
}

#[brain_jit]
impl<T: Real, C: Connectivity> CobaHh<T, C> {
    fn new(mut setup: Setup<C>) -> Self {
        let (neurons, refractory) = (setup.neurons, setup.steps(3.0));
        // Conductances are drawn in units of 10 nS, of a cell of 20,000 µm².
        let conductance = |g: Array1<f64>| g.mapv(|g| g.max(0.0) * 10.0 / 200.0);
        CobaHh {
            c_m: T::from_f64(1.0),
            g_l: T::from_f64(0.05),
            g_na: T::from_f64(100.0),
            g_k: T::from_f64(30.0),
            e_l: T::from_f64(-60.0),
            e_na: T::from_f64(50.0),
            e_k: T::from_f64(-90.0),
            e_e: T::from_f64(0.0),
            e_i: T::from_f64(-80.0),
            v_t: T::from_f64(-63.0),
            v_spike: T::from_f64(-20.0),
            tau_e: T::from_f64(5.0),
            tau_i: T::from_f64(10.0),
            w_e: T::from_f64(0.03),
            w_i: T::from_f64(0.335),
            dt: T::from_f64(setup.dt),
            refractory,
            excitatory: setup.excitatory(),
            v: setup.start("V", |rng| rng.normal(-65.0, 5.0, neurons)),
            m: Array1::zeros(neurons),
            h: Array1::zeros(neurons),
            n: Array1::zeros(neurons),
            g_e: setup.start("g_e", |rng| conductance(rng.normal(4.0, 1.5, neurons))),
            g_i: setup.start("g_i", |rng| conductance(rng.normal(20.0, 12.0, neurons))),
            last_spike: Array1::from_elem(neurons, -refractory),
            spike: Array1::from_elem(neurons, false),
            delay: SpikeDelay::new(neurons, setup.delay),
            step: 0,
            synapses: setup.synapses,
        }
    }

    /// One step of exponential Euler: with all else held fixed, each of V, m, h, n approaches its limit exponentially.
    fn update(&mut self) {
        let g_na = self.g_na * self.m.powi(3) * &self.h;
        let g_k = self.g_k * self.n.powi(4);
        let g = self.g_l + &self.g_e + &self.g_i + &g_na + &g_k;
        let v_inf = (self.g_l * self.e_l
            + &self.g_e * self.e_e
            + &self.g_i * self.e_i
            + &g_na * self.e_na
            + &g_k * self.e_k)
            / &g;

        let v = &self.v - self.v_t;
        let alpha_m = 1.28 / bm::exprel(0.25 * (13.0 - &v));
        let beta_m = 1.4 / bm::exprel(0.2 * (&v - 40.0));
        let alpha_h = 0.128 * bm::exp((17.0 - &v) / 18.0);
        let beta_h = 4.0 / (1.0 + bm::exp(0.2 * (40.0 - &v)));
        let alpha_n = 0.16 / bm::exprel(0.2 * (15.0 - &v));
        let beta_n = 0.5 * bm::exp(0.025 * (10.0 - &v));
        self.v[..] = &v_inf + (&self.v - &v_inf) * bm::exp(-self.dt / self.c_m * &g);
        self.m[..] = self.gate(&self.m, &alpha_m, &beta_m);
        self.h[..] = self.gate(&self.h, &alpha_h, &beta_h);
        self.n[..] = self.gate(&self.n, &alpha_n, &beta_n);

        let active = self.step - &self.last_spike >= self.refractory;
        self.spike[..] = active & (&self.v > self.v_spike);
        self.last_spike[..] = bm::where_(&self.spike, self.step, &self.last_spike);
        self.g_e *= bm::exp(-self.dt / self.tau_e);
        self.g_i *= bm::exp(-self.dt / self.tau_i);

        self.delay.update(&self.spike);
        let (excitatory, inhibitory) = (..self.excitatory, self.excitatory..);
        self.synapses
            .deliver(self.delay.arriving(excitatory), self.w_e, &mut self.g_e);
        self.synapses
            .deliver(self.delay.arriving(inhibitory), self.w_i, &mut self.g_i);
        self.step += 1;
    }

    /// A gate after a step.
    fn gate(&self, x: &Array1<T>, alpha: &Array1<T>, beta: &Array1<T>) -> Array1<T> {
        let x_inf = alpha / (alpha + beta);
        &x_inf + (x - &x_inf) * bm::exp(-self.dt * (alpha + beta))
    }
}

impl<T: Real, C: Connectivity> Network for CobaHh<T, C> {
    fn update(&mut self) {
        CobaHh::update(self);
    }
    fn spikes(&self) -> &[u32] {
        self.delay.sent(..)
    }
}

brain_jit_examples::balanced_network!("coba-hh", CobaHh);
