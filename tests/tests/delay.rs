//! What is sent at step t arrives at step t + d, exactly.

use brain_jit::delay::{self, LengthDelay, SpikeDelay};
use brain_jit::object::{Mismatch, State};
use brain_jit::prelude::*;

/// Random spikes of `neurons` neurons in `steps` steps.
fn trains(neurons: usize, steps: usize, seed: u64) -> Vec<Array1<bool>> {
    let mut rng = RandomState::new(seed);
    let draw = |_| {
        let chance: Array1<f32> = rng.uniform(0.0, 1.0, neurons);
        chance.mapv(|chance| chance < 0.1)
    };
    (0..steps).map(draw).collect()
}

fn listed(spike: &Array1<bool>) -> Vec<u32> {
    (0..)
        .zip(spike)
        .filter(|(_, spike)| **spike)
        .map(|(neuron, _)| neuron)
        .collect()
}

#[test]
fn a_spike_at_t_arrives_at_t_plus_d() {
    for neurons in [1, 7, 8, 63, 64, 65, 1000] {
        for d in [0, 1, 2, 5, 30] {
            let trains = trains(neurons, 100, (neurons * 100 + d) as u64);
            let mut delay = SpikeDelay::new(neurons, d);
            for (t, spike) in trains.iter().enumerate() {
                delay.update(spike);
                assert_eq!(delay.sent(..), listed(spike));
                let sent = t.checked_sub(d).map_or(Vec::new(), |t| listed(&trains[t]));
                assert_eq!(
                    delay.arriving(..),
                    sent,
                    "{neurons} neurons, delay {d}, step {t}"
                );
                let (low, high) = (neurons / 3, 2 * neurons / 3);
                let within = |list: &[u32], from: usize, to: usize| -> Vec<u32> {
                    let inside = |i: &&u32| (from..to).contains(&(**i as usize));
                    list.iter().filter(inside).copied().collect()
                };
                assert_eq!(delay.arriving(low..high), within(&sent, low, high));
                assert_eq!(delay.arriving(..=low), within(&sent, 0, low + 1));
            }
        }
    }
}

#[test]
fn a_saved_delay_goes_on_as_it_would_have() {
    let trains = trains(50, 40, 3);
    let mut delay = SpikeDelay::new(50, 7);
    trains[..20].iter().for_each(|spike| delay.update(spike));
    let saved = delay.save();
    let mut other = SpikeDelay::new(50, 7);
    assert_eq!(other.check(&saved), Ok(()));
    other.load(saved.clone());
    for spike in &trains[20..] {
        delay.update(spike);
        other.update(spike);
        assert_eq!(delay.arriving(..), other.arriving(..));
    }
    for (neurons, steps) in [(50, 6), (50, 8), (20, 7)] {
        let check = SpikeDelay::new(neurons, steps).check(&saved);
        assert!(
            matches!(check, Err(Mismatch::Value(_))),
            "{neurons} neurons, {steps} steps"
        );
    }
}

#[test]
#[should_panic(expected = "SpikeDelay::update: spikes of 2 neurons, not 3")]
fn spikes_of_other_neurons_are_refused() {
    SpikeDelay::new(3, 1).update(&array![true, false]);
}

#[test]
fn a_value_of_t_is_read_at_t_plus_d() {
    let value = |t: usize| Array1::from_shape_fn(5, |i| (10 * t + i) as f64);
    for length in [0, 1, 4, 9] {
        let mut delay = LengthDelay::new(&value(0), length);
        let mut restored = LengthDelay::new(&value(0), length);
        for t in 1..30 {
            delay.update(&value(t));
            for d in 0..=length {
                assert_eq!(delay.at(d), value(t.saturating_sub(d)), "{length} {t} {d}");
            }
            let steps = Array1::from_shape_fn(5, |i| i.min(length));
            let mut mixed = Array1::zeros(5);
            delay.at_each(&steps, &mut mixed);
            let expected = Array1::from_shape_fn(5, |i| value(t.saturating_sub(steps[i]))[i]);
            assert_eq!(mixed, expected);
            let saved = delay.save();
            assert_eq!(restored.check(&saved), Ok(()));
            restored.load(saved);
            assert!((0..=length).all(|d| restored.at(d) == delay.at(d)));
        }
    }
}

brain_jit_tests::panics! {
    negative_delay: delay::steps(-1.0, 0.1) => "delay::steps: the delay is -1 and dt 0.1, but must be at least 0 and greater than 0";
    no_step: delay::steps(1.0, 0.0) => "delay::steps: the delay is 1 and dt 0";
    between_steps: delay::steps(0.25, 0.1) => "delay::steps: the delay 0.25 is no multiple of dt, 0.1";
    spikes_of_others: SpikeDelay::new(3, 1).update(&array![true]) => "SpikeDelay::update: spikes of 1 neurons, not 3";
    values_of_others: LengthDelay::new(&array![1.0, 2.0], 1).update(&array![1.0]) => "LengthDelay::update: an array of length 1, not 2";
    endless_delay: SpikeDelay::new(3, usize::MAX) => "SpikeDelay::new: 3 neurons or a delay of 18446744073709551615 steps are too many";
    endless_past: LengthDelay::new(&array![1.0], usize::MAX) => "LengthDelay::new: a past of 18446744073709551615 steps is too long";
    longer_ago: LengthDelay::new(&array![1.0, 2.0], 1).at(2)[0] => "LengthDelay: 2 steps ago, of which 1 are kept";
}
