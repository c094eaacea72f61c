//! Time-varying inputs against BrainPy's numbers (brainpy 2.8.2), groups of neurons, and what they refuse.

use brain_jit::inputs::{self, PoissonGroup, SpikeTimeGroup, TimedArray};
use brain_jit::prelude::*;
use brain_jit::with_backend;
use ndarray::Axis;

fn close(found: &Array1<f64>, expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-14, "{found}, not {expected}");
    }
}

#[test]
fn sections() {
    let current = inputs::section_input([0.0, 1.0, 2.0], [1.0, 0.5, 0.25], 0.1);
    let expected = [[0.0; 10].as_slice(), &[1.0; 5], &[2.0; 3]].concat();
    assert_eq!(current.to_vec(), expected);
    let current = inputs::section_input(array![[0.0f32, 1.0], [2.0, 2.0]], [0.3, 0.2], 0.1);
    assert_eq!(
        current,
        array![[0.0, 1.0], [0.0, 1.0], [0.0, 1.0], [2.0, 2.0], [2.0, 2.0]]
    );
    let (current, duration) = inputs::constant_input(&[(0.0, 0.3), (1.5, 0.25)], 0.1);
    assert_eq!(current, array![0.0, 0.0, 0.0, 1.5, 1.5, 1.5]);
    assert!((duration - 0.55).abs() < 1e-15);
    let arrays = [(array![0.0, 1.0], 0.1), (array![2.0, 3.0], 0.2)];
    let (current, _) = inputs::constant_input(&arrays, 0.1);
    assert_eq!(current, array![[0.0, 1.0], [2.0, 3.0], [2.0, 3.0]]);
}

// A time is taken for a step where it is one but for rounding, which grows with the number of steps.
#[test]
fn long_inputs_have_the_steps_of_their_times() {
    let current = inputs::section_input([0.0, 1.0], [300_000.1, 0.1], 0.1);
    assert_eq!(current.len(), 3_000_002);
    assert_eq!(current.iter().sum::<f64>(), 1.0);
    let current = inputs::constant_input(&[(1.0, 1e5)], 0.025).0;
    assert_eq!(current.len(), 4_000_000);
}

#[test]
fn pulses_and_ramps() {
    let current = inputs::spike_input([0.1, 0.55, 0.9, 3.0], 0.2, [0.5, 1.0, 2.0, 9.0], 1.0, 0.1);
    assert_eq!(
        current,
        array![0.0, 0.5, 0.5, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 2.0]
    );
    let ramp: Vec<f64> = (0..10).map(|i| i as f64 / 9.0).collect();
    close(&inputs::ramp_input(0.0, 1.0, 1.0, 0.0, 1.0, 0.1), &ramp);
    let expected = [0.0, 0.0, 0.0, 2.0, 1.25, 0.5, -0.25, -1.0, 0.0, 0.0];
    close(
        &inputs::ramp_input(2.0, -1.0, 1.0, 0.25, 0.8, 0.1),
        &expected,
    );
}

#[test]
fn waves() {
    let sine = inputs::sinusoidal_input(2.0, 100.0, 20.0, 1.0, 3.0, 15.0, false);
    let expected = [
        0.0,
        0.0,
        0.0,
        0.0,
        1.1755705045849463,
        1.902113032590307,
        1.9021130325903073,
        1.1755705045849465,
        2.4492935982947064e-16,
        -1.175570504584946,
        -1.902113032590307,
        -1.9021130325903073,
        -1.1755705045849467,
        -4.898587196589413e-16,
        1.1755705045849458,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ];
    close(&sine, &expected);
    let expected = [
        2.0,
        2.374762629171449,
        2.736249105369356,
        3.071653589957993,
        3.3690942118573775,
        3.618033988749895,
        3.809654104932039,
        3.937166322257262,
        3.996053456856543,
        3.984229402628956,
    ];
    close(
        &inputs::sinusoidal_input(2.0, 30.0, 10.0, 1.0, 0.0, 10.0, true),
        &expected,
    );
    let square = inputs::square_input(2.0f32, 100.0, 20.0, 1.0, false, 3.0, 18.0);
    let expected = [
        [0.0; 3].as_slice(),
        &[2.0; 5],
        &[-2.0; 5],
        &[2.0; 5],
        &[0.0; 2],
    ]
    .concat();
    assert_eq!(square.to_vec(), expected);
    let square = inputs::square_input(2.0, 30.0, 40.0, 1.0, true, 0.0, 40.0);
    assert_eq!(
        square.to_vec(),
        [[4.0; 17].as_slice(), &[0.0; 17], &[4.0; 6]].concat()
    );
}

#[test]
fn wiener_increments() {
    let noise: Array2<f64> = inputs::wiener_process(2000.0, 0.1, 3, 200.0, 1800.0, 1);
    assert_eq!(noise.dim(), (20_000, 3));
    let (before, inside, after) = (
        noise.slice(s![..2000, ..]),
        noise.slice(s![2000..18_000, ..]),
        noise.slice(s![18_000.., ..]),
    );
    assert!(before.iter().chain(&after).all(|&x| x == 0.0));
    // 48,000 numbers: five standard errors of mean and variance.
    let n = 48_000f64;
    assert!(bm::mean(inside).abs() < 5.0 * (0.1 / n).sqrt());
    assert!((bm::var(inside) - 0.1).abs() < 5.0 * 0.1 * (2.0 / n).sqrt());
    assert_eq!(
        noise,
        inputs::wiener_process(2000.0, 0.1, 3, 200.0, 1800.0, 1)
    );
    assert_ne!(
        noise,
        inputs::wiener_process(2000.0, 0.1, 3, 200.0, 1800.0, 2)
    );
}

#[test]
fn ornstein_uhlenbeck() {
    let (tau, dt, n) = (5.0, 0.5, 400);
    let x: Array2<f64> = inputs::ou_process(1.0, 0.5, tau, 600.0, dt, n, 0.0, 600.0, 1);
    assert_eq!(x.dim(), (1200, n));
    // After the first step the variance is sigma² (1 - exp(-2 dt / tau)).
    let first = bm::var(x.row(0));
    let expected = 0.25 * (1.0 - (-2.0 * dt / tau).exp());
    assert!(
        (first - expected).abs() < 5.0 * expected * (2.0 / n as f64).sqrt(),
        "{first}"
    );
    let late = x.slice(s![200.., ..]);
    // About 400 * 500 / (2 * 5) independent values.
    assert!((bm::mean(late) - 1.0).abs() < 5.0 * 0.5 / 20_000f64.sqrt());
    assert!((bm::std(late) - 0.5).abs() < 0.5 * 5.0 / 20_000f64.sqrt());
    let lag = 10;
    let (now, then) = (
        late.slice(s![lag.., ..]).mapv(|x| x - 1.0),
        late.slice(s![..-10, ..]).mapv(|x| x - 1.0),
    );
    let correlation = bm::mean(&(now * then)) / 0.25;
    assert!(
        (correlation - (-(lag as f64) * dt / tau).exp()).abs() < 0.03,
        "{correlation}"
    );
    let part: Array2<f32> = inputs::ou_process(1.0, 0.5, tau, 10.0, 1.0, 2, 2.0, 8.0, 1);
    assert!(
        part.sum_axis(Axis(1))
            .iter()
            .enumerate()
            .all(|(k, x)| (*x == 0.0) != (2..8).contains(&k))
    );
}

#[derive(BrainObject)]
struct Driven {
    #[child]
    poisson: PoissonGroup,
    #[child]
    times: SpikeTimeGroup,
    #[variable]
    counts: Array1<i32>,
    #[variable]
    last: Array1<f64>,
}

#[brain_jit]
impl Driven {
    fn new() -> Self {
        Driven {
            poisson: PoissonGroup::new(4, [0.0, 20.0, 100.0, 1000.0], 7),
            times: SpikeTimeGroup::new(4, [3, 1, 3], [5.0, 0.3, 0.7]),
            counts: Array1::zeros(4),
            last: Array1::zeros(4),
        }
    }

    fn update(&mut self, t: f64, dt: f64) {
        self.poisson.update(dt);
        self.times.update(t);
        self.counts += bm::where_(&self.poisson.spike, 1, 0);
        self.last[..] = bm::where_(&self.times.spike, t, &self.last);
    }
}

#[test]
fn groups_are_children_of_compiled_models() {
    let mut expected = None;
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        let mut model = Driven::new();
        let start = model.state_dict().unwrap();
        let mut go = || {
            let mut last = Vec::new();
            with_backend(backend, || {
                for step in 0..20_000 {
                    model.update(step as f64 * 0.1, 0.1);
                    last.push(model.last.clone());
                }
            });
            let counts = model.counts.clone();
            model.reset_state(&start);
            (counts, last)
        };
        let (counts, last) = go();
        // 2 s at each rate: five standard deviations.
        assert_eq!(counts[0], 0);
        for (neuron, mean) in [(1, 40.0), (2, 200.0), (3, 2000.0f64)] {
            assert!(
                (f64::from(counts[neuron]) - mean).abs() < 5.0 * mean.sqrt(),
                "{counts}"
            );
        }
        // At the step of the time, though 0.1 * 3 and 0.1 * 7 are not 0.3 and 0.7 as numbers.
        assert_eq!((last[2][1], last[3][1]), (0.0, 3.0 * 0.1));
        assert_eq!((last[6][3], last[7][3]), (0.0, 7.0 * 0.1));
        assert_eq!((last[49][3], last[50][3]), (7.0 * 0.1, 5.0));
        assert_eq!(last[19_999], array![0.0, 3.0 * 0.1, 0.0, 5.0]);
        assert_eq!(go().0, counts);
        assert_eq!(*expected.get_or_insert(counts.clone()), counts);
    }
}

brain_jit_tests::panics! {
    no_step: inputs::section_input([1.0], [1.0], 0.0) => "inputs::section_input: dt is 0, but must be greater than 0 and finite";
    step_backwards: inputs::ramp_input(0.0, 1.0, 1.0, 0.0, 1.0, -0.1) => "inputs::ramp_input: dt is -0.1";
    no_number: inputs::sinusoidal_input(1.0, 1.0, 1.0, f64::NAN, 0.0, 1.0, false) => "inputs::sinusoidal_input: dt is NaN";
    negative_duration: inputs::section_input([1.0], [-1.0], 0.1) => "inputs::section_input: a duration is -1, but must be at least 0 and finite";
    durations_for_values: inputs::section_input([1.0, 2.0], [1.0], 0.1) => "inputs::section_input: 2 values and 1 durations";
    shapes_of_values: inputs::constant_input(&[(array![1.0], 1.0), (array![1.0, 2.0], 1.0)], 0.1) => "inputs::constant_input: values must have one shape, and are [[1], [2]]";
    behind_the_end: inputs::ramp_input(0.0, 1.0, 1.0, 0.5, 1.5, 0.1) => "inputs::ramp_input: from t_start 0.5 to t_end 1.5 is no part of the time from 0 to 1";
    end_before_start: inputs::square_input(1.0, 1.0, 1.0, 0.1, false, 0.5, 0.2) => "inputs::square_input: from t_start 0.5 to t_end 0.2";
    lengths_of_pulses: inputs::spike_input([1.0, 2.0, 3.0], [0.1, 0.2], 1.0, 4.0, 0.1) => "inputs::spike_input: 2 lengths for 3 times";
    no_time_constant: inputs::ou_process(0.0, 1.0, 0.0, 1.0, 0.1, 1, 0.0, 1.0, 1) => "inputs::ou_process: tau is 0, but must be greater than 0";
    rates_for_neurons: PoissonGroup::new(3, [1.0, 2.0], 1) => "PoissonGroup::new: rates of shape [2] for 3 neurons";
    negative_rate: PoissonGroup::new(3, -1.0, 1) => "PoissonGroup::new: a rate is -1, but must be at least 0";
    no_step_of_spikes: PoissonGroup::new(3, 1.0, 1).update(0.0) => "PoissonGroup::update: dt is 0, but must be greater than 0";
    step_that_is_no_number: PoissonGroup::new(3, 1.0, 1).update(f64::NAN) => "PoissonGroup::update: dt is NaN";
    no_such_neuron: SpikeTimeGroup::new(3, [3], [1.0]) => "SpikeTimeGroup::new: neuron 3 is out of range for 3 neurons";
    negative_neuron: SpikeTimeGroup::new(3, [-1], [1.0]) => "SpikeTimeGroup::new: neuron -1 is out of range for 3 neurons";
    times_for_neurons: SpikeTimeGroup::new(3, [1], [1.0, 2.0]) => "SpikeTimeGroup::new: 1 indices and 2 times";
    no_samples: TimedArray::new(Array1::<f64>::zeros(0), 1.0) => "TimedArray::new: 0 samples with dt 1";
    no_sampling: TimedArray::new(array![1.0], 0.0) => "TimedArray::new: 1 samples with dt 0";
}
