//! Synapses with delays of their own: a weight that is sent at step t along a synapse of delay d arrives at step t + d, exactly.

use brain_jit::connect::{Connector, Csr, FixedProb, FixedTotalNum};
use brain_jit::delay::{SpikeDelay, SynapseDelay};
use brain_jit::object::{Mismatch, State};
use brain_jit::prelude::*;
use brain_jit::{set_num_threads, with_backend};

#[derive(BrainObject)]
struct Projection {
    synapses: Csr,
    weight: Array1<f64>,
    #[variable]
    spikes: SpikeDelay,
    #[variable]
    delay: SynapseDelay<f64>,
    #[variable]
    g: Array1<f64>,
}

#[brain_jit]
impl Projection {
    fn update(&mut self, spike: &Array1<bool>) {
        self.g *= 0.5;
        self.spikes.update(spike);
        self.synapses
            .send(self.spikes.sent(..), &self.weight, &mut self.delay);
        self.delay.arrive(&mut self.g);
    }
}

fn trains(neurons: usize, steps: usize, seed: u64) -> Vec<Array1<bool>> {
    let mut rng = RandomState::new(seed);
    let draw = |_| rng.bernoulli(0.1, neurons);
    (0..steps).map(draw).collect()
}

fn listed(spike: &Array1<bool>) -> Vec<u32> {
    let ids = (0..).zip(spike).filter(|(_, spike)| **spike);
    ids.map(|(neuron, _)| neuron).collect()
}

/// One neuron, one synapse, one spike: for each delay and step.
#[test]
fn a_spike_at_t_arrives_at_t_plus_d() {
    for d in [0, 1, 2, 3, 7, 64, 65, 1000, 65_535] {
        let synapses = Csr::from_pairs([0], [0], 1, 1);
        let mut delay = SynapseDelay::new(&synapses, [d]);
        assert_eq!(delay.longest(), d);
        for t in [0, 1, 5] {
            let start = t;
            let mut arrived = Vec::new();
            for step in 0..start + d + 3 {
                if step == t {
                    synapses.send(&[0], 3, &mut delay);
                }
                let mut g = array![0];
                delay.arrive(&mut g);
                if g[0] != 0 {
                    arrived.push((step, g[0]));
                }
            }
            assert_eq!(arrived, [(t + d, 3)]);
        }
    }
}

/// Random connections, delays, weights and spikes, against a list of what is to come; integers, so that sums are exact. More neurons
/// than a block of sums, on any number of threads.
#[test]
fn all_arrives_once_at_its_time() {
    for (pre, post, longest, seed) in [
        (1, 1, 4, 1),
        (30, 20, 0, 2),
        (50, 70, 13, 3),
        (40, 9000, 40, 4),
    ] {
        let synapses = FixedTotalNum::new((pre * post / 3).min(20_000), seed)
            .allow_multi_conn(true)
            .csr(pre, post);
        let mut rng = RandomState::new(seed);
        let steps: Array1<i32> = rng.randint(0, longest + 1, synapses.synapses());
        let weights: Array1<i64> = rng.randint(-100, 100, synapses.synapses());
        let trains = trains(pre, 60, seed);
        let mut expected = vec![Array1::<i64>::zeros(post); trains.len() + longest as usize];
        for (t, spike) in trains.iter().enumerate() {
            for neuron in listed(spike) {
                for synapse in synapses.row(neuron as usize) {
                    let target = synapses.indices()[synapse] as usize;
                    expected[t + steps[synapse] as usize][target] += weights[synapse];
                }
            }
        }
        for threads in [1, 2, 3, 7] {
            set_num_threads(threads);
            for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
                with_backend(backend, || {
                    let mut delay = SynapseDelay::new(&synapses, &steps);
                    for (t, spike) in trains.iter().enumerate() {
                        synapses.send(&listed(spike), &weights, &mut delay);
                        let mut g = Array1::zeros(post);
                        delay.arrive(&mut g);
                        assert_eq!(
                            g, expected[t],
                            "{post} neurons, step {t}, {threads} threads"
                        );
                    }
                });
            }
        }
    }
}

/// Floats, with so many spikes that threads share them: the same bits.
#[test]
fn threads_do_not_matter() {
    let (pre, post) = (400, 10_000);
    let synapses = FixedProb::new(0.05, 5).csr(pre, post);
    let mut rng = RandomState::new(6);
    let steps: Array1<u16> = rng.randint(0, 8, synapses.synapses());
    let weights: Array1<f32> = rng.normal(0.0, 1.0, synapses.synapses());
    let spikes: Vec<u32> = (0..pre as u32).step_by(2).collect();
    let sums = || {
        let mut delay = SynapseDelay::new(&synapses, &steps);
        let mut g: Array2<f32> = Array2::zeros((12, post));
        for mut row in g.rows_mut() {
            synapses.send(&spikes, &weights, &mut delay);
            synapses.send(&spikes[..9], 0.3, &mut delay);
            delay.arrive(&mut row);
        }
        g
    };
    let expected = with_backend(Backend::Serial, sums);
    for threads in [1, 2, 3, 7] {
        set_num_threads(threads);
        assert_eq!(with_backend(Backend::Parallel, sums), expected, "{threads}");
    }
}

fn projection() -> Projection {
    let synapses = FixedProb::new(0.2, 7).csr(40, 60);
    let mut rng = RandomState::new(8);
    let steps: Array1<i64> = rng.randint(0, 12, synapses.synapses());
    Projection {
        weight: rng.uniform(0.0, 1.0, synapses.synapses()),
        spikes: SpikeDelay::new(40, 0),
        delay: SynapseDelay::new(&synapses, &steps),
        g: Array1::zeros(60),
        synapses,
    }
}

#[test]
fn in_compiled_methods_on_all_backends() {
    let trains = trains(40, 60, 9);
    let run = |backend| {
        let mut model = projection();
        let step = |spike: &Array1<bool>| {
            model.update(spike);
            model.g.clone()
        };
        with_backend(backend, || trains.iter().map(step).collect::<Vec<_>>())
    };
    let expected = run(Backend::Plain);
    assert!(expected.iter().any(|g| g.iter().any(|g| *g > 1.0)));
    assert!(run(Backend::Serial) == expected && run(Backend::Parallel) == expected);
}

#[test]
fn what_is_on_its_way_is_saved_with_the_model() {
    let trains = trains(40, 60, 9);
    let mut model = projection();
    trains[..25].iter().for_each(|spike| model.update(spike));
    let path = std::env::temp_dir().join(format!("synapse-delay-{}.npz", std::process::id()));
    model.save_state(&path).unwrap();
    let mut other = projection();
    other.update(&trains[0]);
    other.load_state(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    for spike in &trains[25..] {
        model.update(spike);
        other.update(spike);
        assert_eq!(model.g, other.g);
    }
    let short = SynapseDelay::<f64>::new(&model.synapses, vec![1; model.synapses.synapses()]);
    assert_eq!(
        State::check(&short, &State::save(&model.delay)),
        Err(Mismatch::Shape(vec![2, 60]))
    );
    model.delay.reset();
    let mut g = Array1::zeros(60);
    (0..12).for_each(|_| model.delay.arrive(&mut g));
    assert_eq!(g, Array1::<f64>::zeros(60));
}

fn two() -> Csr {
    Csr::from_pairs([0, 0], [0, 1], 1, 2)
}

#[test]
#[should_panic(
    expected = "SynapseDelay::new: the delay of synapse 1 is -3 steps, but must be from 0 to 65535"
)]
fn negative_delays_are_refused() {
    SynapseDelay::<f32>::new(&two(), [1, -3]);
}

#[test]
#[should_panic(
    expected = "SynapseDelay::new: the delay of synapse 0 is 65536 steps, but must be from 0 to 65535"
)]
fn delays_that_are_too_long_are_refused() {
    SynapseDelay::<f32>::new(&two(), [65_536, 1]);
}

#[test]
#[should_panic(
    expected = "SynapseDelay::in_ms: the delay of synapse 1 is -0.5 ms, but must be from 0 to 65535 steps of 0.1 ms"
)]
fn negative_times_are_refused() {
    SynapseDelay::<f32>::in_ms(&two(), [1.0, -0.5], 0.1);
}

#[test]
#[should_panic(expected = "SynapseDelay::in_ms: the delay of synapse 0 is NaN ms")]
fn times_that_are_no_numbers_are_refused() {
    SynapseDelay::<f32>::in_ms(&two(), [f64::NAN, 1.0], 0.1);
}

#[test]
#[should_panic(expected = "SynapseDelay::in_ms: dt is 0 ms, but must be greater than 0")]
fn steps_without_length_are_refused() {
    SynapseDelay::<f32>::in_ms(&two(), [1.0, 1.0], 0.0);
}

#[test]
#[should_panic(
    expected = "SynapseDelay::new: 3 delays to 2 postsynaptic neurons for 2 synapses to 2"
)]
fn another_number_of_delays_is_refused() {
    SynapseDelay::<f32>::new(&two(), [1, 2, 3]);
}

#[test]
#[should_panic(expected = "Csr::send: 2 delays to 2 postsynaptic neurons for 4 synapses to 2")]
fn delays_of_other_synapses_are_refused() {
    let synapses = Csr::from_pairs([0, 0, 1, 1], [0, 1, 0, 1], 2, 2);
    synapses.send(&[0], 1.0, &mut SynapseDelay::new(&two(), [1, 2]));
}

#[test]
#[should_panic(expected = "Csr::send: 3 weights for 2 synapses")]
fn another_number_of_weights_is_refused() {
    let mut delay = SynapseDelay::new(&two(), [1, 2]);
    two().send(&[0], &array![1.0, 2.0, 3.0], &mut delay);
}

#[test]
#[should_panic(expected = "Csr::send: a spike of neuron 1, of 1 presynaptic neurons")]
fn spikes_out_of_range_are_refused() {
    two().send(&[1], 1.0, &mut SynapseDelay::new(&two(), [1, 2]));
}

#[test]
#[should_panic(expected = "SynapseDelay::arrive: an array of length 3 for 2 postsynaptic neurons")]
fn arrays_of_another_length_are_refused() {
    SynapseDelay::new(&two(), [1, 2]).arrive(&mut array![0.0, 0.0, 0.0]);
}
