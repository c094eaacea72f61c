//! A balanced network spike for spike against a scalar simulation, on all backends and numbers of threads.

use brain_jit::connect::{Connectivity, Connector, Csr, FixedProb, Rows};
use brain_jit::delay::SpikeDelay;
use brain_jit::prelude::*;
use brain_jit::{set_num_threads, with_backend};

const NEURONS: usize = 400;
const EXCITATORY: usize = 320;
const DT: f64 = 0.1;
const STEPS: usize = 1000;

/// The conductance-based benchmark of Brette et al. (2007), as in `examples/coba_lif.rs`.
#[derive(BrainObject)]
struct CobaLif<C: Connectivity> {
    refractory: i32,
    synapses: C,
    #[variable]
    v: Array1<f64>,
    #[variable]
    g_e: Array1<f64>,
    #[variable]
    g_i: Array1<f64>,
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
impl<C: Connectivity> CobaLif<C> {
    fn new(synapses: C, v: Array1<f64>, delay: usize) -> Self {
        let neurons = v.len();
        CobaLif {
            refractory: 50,
            synapses,
            v,
            g_e: Array1::zeros(neurons),
            g_i: Array1::zeros(neurons),
            last_spike: Array1::from_elem(neurons, -1000),
            spike: Array1::from_elem(neurons, false),
            delay: SpikeDelay::new(neurons, delay),
            step: 0,
        }
    }

    fn update(&mut self) {
        let active = self.step - &self.last_spike >= self.refractory;
        let g = 1.0 + &self.g_e + &self.g_i;
        let v_inf = (-60.0 - 80.0 * &self.g_i + 20.0) / &g;
        let v = &v_inf + (&self.v - &v_inf) * bm::exp(-DT / 20.0 * &g);
        let v = bm::where_(&active, v, &self.v);
        self.spike[..] = active & (&v > -50.0);
        self.v[..] = bm::where_(&self.spike, -60.0, v);
        self.last_spike[..] = bm::where_(&self.spike, self.step, &self.last_spike);
        self.g_e *= bm::exp(-DT / 5.0);
        self.g_i *= bm::exp(-DT / 10.0);
        self.delay.update(&self.spike);
        self.synapses
            .deliver(self.delay.arriving(..EXCITATORY), 0.6, &mut self.g_e);
        self.synapses
            .deliver(self.delay.arriving(EXCITATORY..), 6.7, &mut self.g_i);
        self.step += 1;
    }
}

fn network() -> (FixedProb, Array1<f64>) {
    let v = RandomState::new(5).uniform(-60.0, -50.0, NEURONS);
    (FixedProb::new(80.0 / NEURONS as f64, 3), v)
}

/// The spikes as (step, neuron).
fn spikes<C: Connectivity>(synapses: C, v: Array1<f64>, delay: usize) -> Vec<(usize, u32)> {
    let mut model = CobaLif::new(synapses, v, delay);
    let mut spikes = Vec::new();
    for step in 0..STEPS {
        model.update();
        spikes.extend(model.delay.sent(..).iter().map(|&neuron| (step, neuron)));
    }
    spikes
}

/// The same model neuron by neuron.
fn scalar(synapses: &Csr, v: &Array1<f64>, delay: usize) -> Vec<(usize, u32)> {
    let mut v = v.to_vec();
    let (mut g_e, mut g_i) = (vec![0.0; NEURONS], vec![0.0; NEURONS]);
    let mut last = vec![None; NEURONS];
    let mut sent: Vec<Vec<usize>> = Vec::new();
    for step in 0..STEPS {
        let mut now = Vec::new();
        for i in 0..NEURONS {
            let active = last[i].is_none_or(|last| step - last >= 50);
            let g: f64 = 1.0 + g_e[i] + g_i[i];
            let v_inf = (-60.0 - 80.0 * g_i[i] + 20.0) / g;
            if active {
                v[i] = v_inf + (v[i] - v_inf) * (-DT / 20.0 * g).exp();
                if v[i] > -50.0 {
                    now.push(i);
                    v[i] = -60.0;
                    last[i] = Some(step);
                }
            }
            g_e[i] *= (-DT / 5.0).exp();
            g_i[i] *= (-DT / 10.0).exp();
        }
        sent.push(now);
        if let Some(arrived) = step.checked_sub(delay) {
            for &from in &sent[arrived] {
                for &to in synapses.targets(from) {
                    match from < EXCITATORY {
                        true => g_e[to as usize] += 0.6,
                        false => g_i[to as usize] += 6.7,
                    }
                }
            }
        }
    }
    let steps = sent.iter().enumerate();
    steps
        .flat_map(|(step, now)| now.iter().map(move |&i| (step, i as u32)))
        .collect()
}

#[test]
fn spike_for_spike() {
    let (rule, v) = network();
    for delay in [0, 1, 15] {
        let csr = rule.csr(NEURONS, NEURONS);
        let expected = scalar(&csr, &v, delay);
        assert!(expected.len() > 300, "{} spikes", expected.len());
        for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
            let kept = with_backend(backend, || spikes(csr.clone(), v.clone(), delay));
            assert!(kept == expected, "{backend:?}, delay {delay}");
        }
        let made = spikes(rule.just_in_time(NEURONS, NEURONS), v.clone(), delay);
        assert!(made == expected, "just in time, delay {delay}");
    }
}

/// Delivery large enough to be shared.
#[test]
fn threads_do_not_matter() {
    let neurons = 20_000;
    let csr = FixedProb::new(0.01, 1).csr(neurons, neurons);
    let weights: Array1<f32> = RandomState::new(2).normal(0.0, 1.0, csr.synapses());
    let spikes: Vec<u32> = (0..neurons as u32).step_by(7).collect();
    let delivered = || {
        let mut g: Array1<f32> = Array1::ones(neurons);
        csr.deliver(&spikes, &weights, &mut g);
        csr.deliver(&spikes, 0.1, &mut g);
        g
    };
    let expected = with_backend(Backend::Serial, delivered);
    for threads in [1, 2, 3, 7] {
        set_num_threads(threads);
        assert_eq!(
            with_backend(Backend::Parallel, delivered),
            expected,
            "{threads} threads"
        );
        assert_eq!(
            FixedProb::new(0.01, 1).csr(neurons, neurons),
            csr,
            "{threads} threads"
        );
    }
}

#[test]
fn delivery_is_the_product_with_the_dense_matrix() {
    let csr = FixedProb::new(0.2, 8).include_self(false).csr(30, 40);
    let weights: Array1<f64> = RandomState::new(2).normal(0.0, 1.0, csr.synapses());
    let events = Array1::from_shape_fn(30, |i| i % 4 == 1);
    let spikes: Vec<u32> = (0..30).filter(|i| i % 4 == 1).collect();
    let mut g = Array1::zeros(40);
    csr.deliver(&spikes, &weights, &mut g);
    let shape = (30, 40);
    let indptr = Array1::from(csr.indptr().to_vec());
    let expected = bm::event::csrmv_transpose(&weights, csr.indices(), &indptr, &events, shape);
    assert_eq!(g, expected);
    assert!((0..30).all(|i| !csr.targets(i).contains(&(i as u32))));
    // Into every second element of an array.
    let mut wide: Array1<f64> = Array1::zeros(80);
    let mut strided = wide.slice_mut(s![..;2]);
    csr.deliver(&spikes, &weights, &mut strided);
    assert_eq!(strided, expected);
}

#[test]
#[should_panic(expected = "Csr::new: target 3 is out of range for 3 postsynaptic neurons")]
fn targets_out_of_range_are_refused() {
    Csr::new([0, 1], [3], 3);
}

#[test]
#[should_panic(expected = "Csr::new: indptr must ascend from 0 to the number of indices, 1")]
fn rows_that_do_not_fit_are_refused() {
    Csr::new([0, 2], [1], 3);
}

#[test]
#[should_panic(expected = "Csr::new: the targets of row 1 do not ascend")]
fn rows_that_are_not_sorted_are_refused() {
    Csr::new([0, 1, 3], [2, 1, 0], 3);
}

#[test]
#[should_panic(expected = "Csr::deliver: 2 weights for 1 synapses")]
fn weights_of_another_number_are_refused() {
    Csr::new([0, 1], [1], 3).deliver(&[0], &array![1.0, 2.0], &mut array![0.0, 0.0, 0.0]);
}

#[test]
#[should_panic(expected = "Csr::deliver: a spike of neuron 1, of 1 presynaptic neurons")]
fn spikes_out_of_range_are_refused() {
    Csr::new([0, 1], [1], 3).deliver(&[1], 1.0, &mut array![0.0, 0.0, 0.0]);
}
