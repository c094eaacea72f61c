//! A balanced network of leaky integrate-and-fire neurons with conductance-based synapses: benchmark 1 of Brette et al. (2007),
//! J Comput Neurosci 23:349–398, after Vogels and Abbott (2005), with a constant drive.
//!
//!     cargo run --release -p brain-jit-examples --example coba_lif -- --plot coba_lif.png

use brain_jit::connect::Connectivity;
use brain_jit::delay::SpikeDelay;
use brain_jit::prelude::*;
use brain_jit_examples::benchmark::{Network, Setup};

/// τ_m dV/dt = (V_rest − V) + g_e (E_e − V) + g_i (E_i − V) + I, conductances in units of the leak's; at V > V_th a spike, V ← V_reset,
/// and no change of V for t_ref. In ms and mV.
#[derive(BrainObject)]
struct CobaLif<T: Real, C: Connectivity> {
    tau_m: T,
    tau_e: T,
    tau_i: T,
    v_rest: T,
    v_th: T,
    v_reset: T,
    e_e: T,
    e_i: T,
    w_e: T,
    w_i: T,
    i: T,
    dt: T,
    refractory: i32, // in steps
    excitatory: usize,
    synapses: C,
    #[variable]
    v: Array1<T>,
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
impl<T: Real, C: Connectivity> CobaLif<T, C> {
    fn new(mut setup: Setup<C>) -> Self {
        let (neurons, refractory) = (setup.neurons, setup.steps(5.0));
        CobaLif {
            tau_m: T::from_f64(20.0),
            tau_e: T::from_f64(5.0),
            tau_i: T::from_f64(10.0),
            v_rest: T::from_f64(-60.0),
            v_th: T::from_f64(-50.0),
            v_reset: T::from_f64(-60.0),
            e_e: T::from_f64(0.0),
            e_i: T::from_f64(-80.0),
            w_e: T::from_f64(0.6),
            w_i: T::from_f64(6.7),
            i: T::from_f64(20.0),
            dt: T::from_f64(setup.dt),
            refractory,
            excitatory: setup.excitatory(),
            v: setup.start("V", |rng| {
                rng.normal(-55.0, 2.0, neurons).clamp(-60.0, -50.0)
            }),
            g_e: setup.start("g_e", |_| Array1::zeros(neurons)),
            g_i: setup.start("g_i", |_| Array1::zeros(neurons)),
            last_spike: Array1::from_elem(neurons, -refractory),
            spike: Array1::from_elem(neurons, false),
            delay: SpikeDelay::new(neurons, setup.delay),
            step: 0,
            synapses: setup.synapses,
        }
    }

    /// One step of exponential Euler: with the conductances held fixed, V approaches V_inf exponentially.
    fn update(&mut self) {
        let active = self.step - &self.last_spike >= self.refractory;
        let g = 1.0 + &self.g_e + &self.g_i;
        let v_inf = (self.v_rest + &self.g_e * self.e_e + &self.g_i * self.e_i + self.i) / &g;
        let v = &v_inf + (&self.v - &v_inf) * bm::exp(-self.dt / self.tau_m * &g);
        let v = bm::where_(&active, v, &self.v);
        self.spike[..] = active & (&v > self.v_th);
        self.v[..] = bm::where_(&self.spike, self.v_reset, v);
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
}

impl<T: Real, C: Connectivity> Network for CobaLif<T, C> {
    fn update(&mut self) {
        CobaLif::update(self);
    }
    fn spikes(&self) -> &[u32] {
        self.delay.sent(..)
    }
}

brain_jit_examples::balanced_network!("coba-lif", CobaLif);
