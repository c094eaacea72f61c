//! A steady-state step of a network allocates nothing, serial and parallel.

use brain_jit::connect::{Connectivity, Connector, Csr, FixedProb, Rows};
use brain_jit::delay::{SpikeDelay, SynapseDelay};
use brain_jit::prelude::*;
use brain_jit::set_backend;
use brain_jit_tests::allocations::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(BrainObject)]
struct CubaLif<C: Connectivity> {
    synapses: C,
    #[variable]
    v: Array1<f32>,
    #[variable]
    g: Array1<f32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    delay: SpikeDelay,
}

#[brain_jit]
impl<C: Connectivity> CubaLif<C> {
    fn update(&mut self) {
        self.v += (-49.0 - &self.v + &self.g) * 0.005;
        self.spike[..] = &self.v > -50.0;
        self.v[..] = bm::where_(&self.spike, -60.0, &self.v);
        self.g *= 0.98;
        self.delay.update(&self.spike);
        self.synapses
            .deliver(self.delay.arriving(..800), 1.62, &mut self.g);
        self.synapses
            .deliver(self.delay.arriving(800..), -9.0, &mut self.g);
    }
}

/// How many allocations 500 steps make after 500.
fn of_steps<C: Connectivity>(synapses: C) -> usize {
    let mut model = CubaLif {
        synapses,
        v: RandomState::new(1).uniform(-60.0, -50.0, 1000),
        g: Array1::zeros(1000),
        spike: Array1::from_elem(1000, false),
        delay: SpikeDelay::new(1000, 3),
    };
    let (mut before, mut spikes) = (0, 0);
    for step in 0..1000 {
        if step == 500 {
            before = allocations().count;
        }
        model.update();
        spikes += model.delay.sent(..).len();
    }
    assert!(spikes > 100);
    allocations().count - before
}

/// As `CubaLif`, with a delay for each synapse.
#[derive(BrainObject)]
struct Delayed {
    synapses: Csr,
    weight: Array1<f32>,
    #[variable]
    v: Array1<f32>,
    #[variable]
    g: Array1<f32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    spikes: SpikeDelay,
    #[variable]
    delay: SynapseDelay<f32>,
}

#[brain_jit]
impl Delayed {
    fn update(&mut self) {
        self.v += (-49.0 - &self.v + &self.g) * 0.005;
        self.spike[..] = &self.v > -50.0;
        self.v[..] = bm::where_(&self.spike, -60.0, &self.v);
        self.g *= 0.98;
        self.spikes.update(&self.spike);
        self.synapses
            .send(self.spikes.sent(..), &self.weight, &mut self.delay);
        self.delay.arrive(&mut self.g);
    }
}

#[test]
fn delays_of_synapses_allocate_nothing() {
    let synapses = FixedProb::new(0.08, 1).csr(1000, 1000);
    let mut rng = RandomState::new(1);
    let steps: Array1<u16> = rng.randint(1, 30, synapses.synapses());
    let mut model = Delayed {
        weight: rng.normal(-1.0, 2.0, synapses.synapses()),
        v: rng.uniform(-60.0, -50.0, 1000),
        g: Array1::zeros(1000),
        spike: Array1::from_elem(1000, false),
        spikes: SpikeDelay::new(1000, 0),
        delay: SynapseDelay::new(&synapses, &steps),
        synapses,
    };
    let (mut before, mut spikes) = (0, 0);
    for step in 0..1000 {
        if step == 500 {
            before = allocations().count;
        }
        model.update();
        spikes += model.spikes.sent(..).len();
    }
    assert!(spikes > 100);
    assert_eq!(allocations().count, before);
}

#[test]
fn a_steady_state_step_allocates_nothing() {
    let rule = FixedProb::new(0.08, 1);
    for backend in [Backend::Serial, Backend::Parallel] {
        set_backend(backend);
        assert_eq!(of_steps(rule.csr(1000, 1000)), 0, "{backend:?}");
        assert_eq!(
            of_steps(rule.just_in_time(1000, 1000)),
            0,
            "{backend:?}, just in time"
        );
    }
}
