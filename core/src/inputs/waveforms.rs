//! Inputs without chance. The definitions are BrainPy's (`brainpy.inputs`, version 2.8).

use ndarray::{Array, Array1, Axis, Dimension, Ix1, RemoveAxis, stack};

use super::steps::{ceil_steps, floor_steps, length, window};
use crate::array::operand::{Operand, dynamic};
use crate::bm;
use crate::kernel::Real;

/// An input that is `values[k]` for `durations[k]`, one after the other. Values are numbers or, as rows of a matrix, arrays.
///
/// ```
/// use brain_jit::{inputs, prelude::*};
/// assert_eq!(inputs::section_input([0.0, 1.0], [0.2, 0.1], 0.1), array![0.0, 0.0, 1.0]);
/// let two = inputs::section_input(array![[0.0, 1.0], [2.0, 3.0]], [0.1, 0.1], 0.1);
/// assert_eq!(two, array![[0.0, 1.0], [2.0, 3.0]]);
/// ```
///
/// # Panics
/// If there is not one duration a value, or a duration is negative or dt not greater than 0.
pub fn section_input<T: Real, A: Operand<T>>(
    values: A,
    durations: impl Operand<f64, Dim = Ix1>,
    dt: f64,
) -> Array<T, A::Dim>
where
    A::Dim: RemoveAxis,
{
    let (values, durations) = (values.view(), durations.view());
    assert!(
        values.len_of(Axis(0)) == durations.len(),
        "inputs::section_input: {} values and {} durations",
        values.len_of(Axis(0)),
        durations.len()
    );
    let rows = rows("section_input", durations.iter().copied(), dt);
    values.select(Axis(0), &rows)
}

/// The number of each duration as often as it has steps.
fn rows(function: &str, durations: impl Iterator<Item = f64>, dt: f64) -> Vec<usize> {
    let repeated = |(row, duration)| std::iter::repeat_n(row, length(function, duration, dt));
    durations.enumerate().flat_map(repeated).collect()
}

/// An input of sections, each a value (a number or an array) and its duration, with their total duration.
///
/// ```
/// use brain_jit::{inputs, prelude::*};
/// let (current, duration) = inputs::constant_input(&[(0.0, 0.2), (1.5, 0.1)], 0.1);
/// assert_eq!(current, array![0.0, 0.0, 1.5]);
/// assert!((duration - 0.3).abs() < 1e-12);
/// ```
///
/// # Panics
/// If there is no section, values differ in shape, or a duration is negative or dt not greater than 0.
pub fn constant_input<T: Real, V: Operand<T>>(
    sections: &[(V, f64)],
    dt: f64,
) -> (Array<T, <V::Dim as Dimension>::Larger>, f64)
where
    <V::Dim as Dimension>::Larger: RemoveAxis,
{
    let values: Vec<_> = sections.iter().map(|(value, _)| value.view()).collect();
    let values = stack(Axis(0), &values).unwrap_or_else(|_| {
        let shapes: Vec<&[usize]> = values.iter().map(|value| value.shape()).collect();
        panic!("inputs::constant_input: values must have one shape, and are {shapes:?}")
    });
    let durations = || sections.iter().map(|(_, duration)| *duration);
    let rows = rows("constant_input", durations(), dt);
    (values.select(Axis(0), &rows), durations().sum())
}

/// Pulses: from each of the times on, for its length, the input has its size, and is 0 elsewhere. Lengths and sizes are one for all or
/// one a pulse; a later pulse takes the place of an earlier one.
///
/// ```
/// use brain_jit::{inputs, prelude::*};
/// let current = inputs::spike_input([0.1, 0.4], 0.2, [1.0, 2.0], 0.5, 0.1);
/// assert_eq!(current, array![0.0, 1.0, 1.0, 0.0, 2.0]);
/// ```
///
/// # Panics
/// If there is neither one length or size nor one a time, a time, length or duration is negative, or dt not greater than 0.
pub fn spike_input<T: Real>(
    sp_times: impl Operand<f64, Dim = Ix1>,
    sp_lens: impl Operand<f64>,
    sp_sizes: impl Operand<T>,
    duration: f64,
    dt: f64,
) -> Array1<T> {
    let steps = length("spike_input", duration, dt);
    let times = sp_times.view();
    let (lens, sizes) = (dynamic(&sp_lens), dynamic(&sp_sizes));
    for (what, count) in [("lengths", lens.len()), ("sizes", sizes.len())] {
        assert!(
            count == 1 || count == times.len(),
            "inputs::spike_input: {count} {what} for {} times",
            times.len()
        );
    }
    let lens = lens.iter().copied().cycle();
    let sizes = sizes.iter().copied().cycle();
    let mut current = Array1::from_elem(steps, T::from_f64(0.0));
    for ((&time, len), size) in times.iter().zip(lens).zip(sizes) {
        assert!(
            time >= 0.0 && len >= 0.0,
            "inputs::spike_input: a pulse at {time} of length {len}, which must be at least 0"
        );
        let pulse = floor_steps(time, dt)..floor_steps(time + len, dt);
        (pulse.start.min(steps)..pulse.end.min(steps)).for_each(|step| current[step] = size);
    }
    current
}

/// An input that goes evenly from `c_start`, in the first step from `t_start` on, to `c_end`, in the last one before `t_end`, and is 0
/// elsewhere.
///
/// ```
/// use brain_jit::{inputs, prelude::*};
/// assert_eq!(inputs::ramp_input(0.0, 1.0, 5.0, 1.0, 4.0, 1.0), array![0.0, 0.0, 0.5, 1.0, 0.0]);
/// ```
///
/// # Panics
/// Unless `0 <= t_start <= t_end <= duration` and dt is greater than 0.
pub fn ramp_input<T: Real>(
    c_start: T,
    c_end: T,
    duration: f64,
    t_start: f64,
    t_end: f64,
    dt: f64,
) -> Array1<T> {
    let (ramp, steps) = window("ramp_input", duration, (t_start, t_end), dt, ceil_steps);
    let (start, end) = (c_start.into_f64(), c_end.into_f64());
    let last = ramp.len().saturating_sub(1);
    let slope = (end - start) / last.max(1) as f64;
    let mut current = Array1::from_elem(steps, T::from_f64(0.0));
    for (i, step) in ramp.enumerate() {
        current[step] = match i == last && last > 0 {
            true => c_end,
            false => T::from_f64(i as f64 * slope + start),
        };
    }
    current
}

/// A sine from `t_start` to `t_end`, 0 elsewhere; with `bias` it goes from 0 to twice the amplitude. Times in ms, frequency in Hz.
///
/// ```
/// use brain_jit::{inputs, prelude::*};
/// let current = inputs::sinusoidal_input(2.0, 250.0, 4.0, 1.0, 0.0, 4.0, false);
/// assert!(bm::allclose(&current, array![0.0, 2.0, 0.0, -2.0]));
/// ```
///
/// # Panics
/// Unless `0 <= t_start <= t_end <= duration` and dt is greater than 0.
pub fn sinusoidal_input<T: Real>(
    amplitude: T,
    frequency: f64,
    duration: f64,
    dt: f64,
    t_start: f64,
    t_end: f64,
    bias: bool,
) -> Array1<T> {
    let times = (duration, dt, t_start, t_end);
    wave(
        "sinusoidal_input",
        amplitude,
        frequency,
        times,
        bias,
        bm::sin,
    )
}

/// A square wave from `t_start` to `t_end`, which begins with the amplitude and goes to its negative, 0 elsewhere; with `bias` it goes
/// between twice the amplitude and 0. Times in ms, frequency in Hz.
///
/// ```
/// use brain_jit::{inputs, prelude::*};
/// let current = inputs::square_input(2.0, 250.0, 5.0, 1.0, false, 0.0, 4.0);
/// assert_eq!(current, array![2.0, 2.0, -2.0, -2.0, 0.0]);
/// ```
///
/// # Panics
/// Unless `0 <= t_start <= t_end <= duration` and dt is greater than 0.
pub fn square_input<T: Real>(
    amplitude: T,
    frequency: f64,
    duration: f64,
    dt: f64,
    bias: bool,
    t_start: f64,
    t_end: f64,
) -> Array1<T> {
    let times = (duration, dt, t_start, t_end);
    let square = |phase: f64| match phase.rem_euclid(2.0 * bm::PI) < bm::PI {
        true => 1.0,
        false => -1.0,
    };
    wave("square_input", amplitude, frequency, times, bias, square)
}

fn wave<T: Real>(
    function: &str,
    amplitude: T,
    frequency: f64,
    (duration, dt, t_start, t_end): (f64, f64, f64, f64),
    bias: bool,
    of_phase: impl Fn(f64) -> f64,
) -> Array1<T> {
    let (wave, steps) = window(function, duration, (t_start, t_end), dt, floor_steps);
    let amplitude = amplitude.into_f64();
    let mut current = Array1::from_elem(steps, T::from_f64(0.0));
    for (i, step) in wave.enumerate() {
        let value = amplitude * of_phase(2.0 * bm::PI * (frequency / 1000.0) * (i as f64 * dt));
        current[step] = T::from_f64(if bias { value + amplitude } else { value });
    }
    current
}
