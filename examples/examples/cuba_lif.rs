//! A balanced network of leaky integrate-and-fire neurons with current-based synapses: benchmark 2 of Brette et al. (2007),
//! J Comput Neurosci 23:349–398, after Vogels and Abbott (2005).
//!
//!     cargo run --release -p brain-jit-examples --example cuba_lif -- --plot cuba_lif.png

use brain_jit::connect::Connectivity;
use brain_jit::delay::SpikeDelay;
use brain_jit::prelude::*;
use brain_jit_examples::benchmark::{Network, Setup};

const V_REST: f64 = -49.0;

/// τ_m dV/dt = (V_rest − V) + g_e + g_i; at V > V_th a spike, V ← V_reset, and no change of V for t_ref. In ms and mV; `v` is V − V_rest, whose
/// numbers are small, so that f32 has more digits of it.
#[derive(BrainObject)]
struct CubaLif<T: Real, C: Connectivity> {
    tau_m: T,
    tau_e: T,
    tau_i: T,
    v_th: T,
    v_reset: T,
    w_e: T,
    w_i: T,
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
impl<T: Real, C: Connectivity> CubaLif<T, C> {
    fn new(mut setup: Setup<C>) -> Self {
        let (neurons, refractory) = (setup.neurons, setup.steps(5.0));
        CubaLif {
            tau_m: T::from_f64(20.0),
            tau_e: T::from_f64(5.0),
            tau_i: T::from_f64(10.0),
            v_th: T::from_f64(-50.0 - V_REST),
            v_reset: T::from_f64(-60.0 - V_REST),
            w_e: T::from_f64(1.62),
            w_i: T::from_f64(-9.0),
            dt: T::from_f64(setup.dt),
            refractory,
            excitatory: setup.excitatory(),
            v: setup.start_above("V", V_REST, |rng| rng.uniform(-60.0, -50.0, neurons)),
            g_e: setup.start("g_e", |_| Array1::zeros(neurons)),
            g_i: setup.start("g_i", |_| Array1::zeros(neurons)),
            last_spike: Array1::from_elem(neurons, -refractory),
            spike: Array1::from_elem(neurons, false),
            delay: SpikeDelay::new(neurons, setup.delay),
            step: 0,
            synapses: setup.synapses,
        }
    }

    /// One step of the exact solution: the equations are linear between spikes.
    fn update(&mut self) {
        // Differences of exponentials near 1, without cancellation.
        let leak = bm::expm1(-self.dt / self.tau_m);
        let from_e =
            self.tau_e / (self.tau_e - self.tau_m) * (bm::expm1(-self.dt / self.tau_e) - leak);
        let from_i =
            self.tau_i / (self.tau_i - self.tau_m) * (bm::expm1(-self.dt / self.tau_i) - leak);

        let active = self.step - &self.last_spike >= self.refractory;
        let v = &self.v + (&self.v * leak + &self.g_e * from_e + &self.g_i * from_i);
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

impl<T: Real, C: Connectivity> Network for CubaLif<T, C> {
    fn update(&mut self) {
        CubaLif::update(self);
    }
    fn spikes(&self) -> &[u32] {
        self.delay.sent(..)
    }
}

brain_jit_examples::balanced_network!("cuba-lif", CubaLif);
