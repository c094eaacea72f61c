//! Times as numbers of steps.

/// How far from a whole number of steps a time may be and still count as one, as in BrainPy: what the numbers themselves cannot tell
/// apart comes on top.
const TOLERANCE: f64 = 1e-6;

/// The number of steps, and whether it is whole.
fn ratio(time: f64, dt: f64) -> (f64, bool) {
    let (ratio, whole) = (time / dt, (time / dt).round());
    match (ratio - whole).abs() <= TOLERANCE + 8.0 * f64::EPSILON * ratio.abs() {
        true => (whole, true),
        false => (ratio, false),
    }
}

/// How many steps cover a time.
pub(crate) fn ceil_steps(time: f64, dt: f64) -> usize {
    ratio(time, dt).0.ceil() as usize
}

/// The number of the step in which a time lies.
pub(crate) fn floor_steps(time: f64, dt: f64) -> usize {
    ratio(time, dt).0.floor() as usize
}

/// The number of steps of an input.
///
/// # Panics
/// Unless dt is greater than 0 and the duration at least 0, both finite.
pub(super) fn length(function: &str, duration: f64, dt: f64) -> usize {
    assert!(
        dt > 0.0 && dt.is_finite(),
        "inputs::{function}: dt is {dt}, but must be greater than 0 and finite"
    );
    assert!(
        duration >= 0.0 && duration.is_finite(),
        "inputs::{function}: a duration is {duration}, but must be at least 0 and finite"
    );
    ceil_steps(duration, dt)
}

/// The times from `t_start` to `t_end` as steps, counted by `count`, and the number of all steps.
///
/// # Panics
/// As [`length`], and unless `t_start` and `t_end` lie in this order from 0 to the duration.
pub(super) fn window(
    function: &str,
    duration: f64,
    (t_start, t_end): (f64, f64),
    dt: f64,
    count: fn(f64, f64) -> usize,
) -> (std::ops::Range<usize>, usize) {
    let length = length(function, duration, dt);
    let right = 0.0 <= t_start && t_start <= t_end;
    let window = count(t_start.max(0.0), dt)..count(t_end.max(0.0), dt);
    assert!(
        right && window.end <= length,
        "inputs::{function}: from t_start {t_start} to t_end {t_end} is no part of the time from 0 to {duration}"
    );
    (window, length)
}
