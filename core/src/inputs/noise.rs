//! Inputs drawn from stochastic processes, a column each.

use ndarray::{Array1, Array2, s};

use super::steps::{floor_steps, window};
use crate::bm;
use crate::kernel::Real;
use crate::random::RandomState;

/// The increments of `n` Wiener processes: independent normal numbers with deviation √dt from `t_start` to `t_end`, 0 elsewhere.
/// Shape (steps, n).
///
/// ```
/// use brain_jit::{inputs, prelude::*};
/// let noise: Array2<f64> = inputs::wiener_process(1000.0, 0.1, 2, 0.0, 1000.0, 1);
/// assert_eq!(noise.dim(), (10_000, 2));
/// assert!((bm::std(&noise) - 0.1_f64.sqrt()).abs() < 0.01);
/// ```
///
/// # Panics
/// Unless `0 <= t_start <= t_end <= duration` and dt is greater than 0.
pub fn wiener_process<T: Real>(
    duration: f64,
    dt: f64,
    n: usize,
    t_start: f64,
    t_end: f64,
    seed: u64,
) -> Array2<T> {
    let (part, steps) = window(
        "wiener_process",
        duration,
        (t_start, t_end),
        dt,
        floor_steps,
    );
    let mut noise = Array2::from_elem((steps, n), T::from_f64(0.0));
    let deviation = T::from_f64(dt.sqrt());
    let drawn = RandomState::new(seed).normal(T::from_f64(0.0), deviation, (part.len(), n));
    noise.slice_mut(s![part, ..]).assign(&drawn);
    noise
}

/// `n` Ornstein–Uhlenbeck processes `dX = (mean - X) / tau dt + sigma √(2 / tau) dW` from `t_start` to `t_end`, 0 elsewhere. Shape
/// (steps, n).
///
/// They begin one step from `mean`; in the long run their deviation is `sigma`, their correlation at a lag `exp(-lag / tau)`. Steps are
/// exact at any dt. That is what BrainPy 2.8 computes; its documentation has `sigma dW`, with which the deviation would be
/// `sigma √(tau / 2)`.
///
/// ```
/// use brain_jit::{inputs, prelude::*};
/// let current: Array2<f64> = inputs::ou_process(1.0, 0.5, 10.0, 1000.0, 0.1, 100, 0.0, 1000.0, 1);
/// let late = current.slice(s![1000.., ..]);
/// assert!((bm::mean(&late) - 1.0).abs() < 0.05 && (bm::std(&late) - 0.5).abs() < 0.05);
/// ```
///
/// # Panics
/// Unless `0 <= t_start <= t_end <= duration`, and dt and tau are greater than 0.
#[allow(clippy::too_many_arguments, reason = "BrainPy's")]
pub fn ou_process<T: Real>(
    mean: T,
    sigma: T,
    tau: f64,
    duration: f64,
    dt: f64,
    n: usize,
    t_start: f64,
    t_end: f64,
    seed: u64,
) -> Array2<T> {
    assert!(
        tau > 0.0,
        "inputs::ou_process: tau is {tau}, but must be greater than 0"
    );
    let (part, steps) = window("ou_process", duration, (t_start, t_end), dt, floor_steps);
    let decay = bm::exp(-dt / tau);
    let scale = sigma * T::from_f64((1.0 - decay * decay).sqrt());
    let decay = T::from_f64(decay);
    let mut current = Array2::from_elem((steps, n), T::from_f64(0.0));
    let mut rng = RandomState::new(seed);
    let mut x = Array1::from_elem(n, mean);
    for step in part {
        let noise: Array1<T> = rng.normal(T::from_f64(0.0), scale, n);
        x.zip_mut_with(&noise, |x, noise| *x = mean + (*x - mean) * decay + *noise);
        current.row_mut(step).assign(&x);
    }
    current
}
