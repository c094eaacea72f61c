//! Delays as ring buffers: what was written at step `t` is read at step `t + d`, exactly.
//!
//! [`SpikeDelay`] keeps lists of the neurons that spiked, [`LengthDelay`] the values of an array, and [`SynapseDelay`], with a delay for
//! each synapse, the sums that are still to arrive.

mod length;
mod spikes;
mod synapses;

pub use length::LengthDelay;
pub use spikes::SpikeDelay;
pub use synapses::SynapseDelay;

/// A delay as a number of steps of length `dt`.
///
/// ```
/// use brain_jit::delay::{SpikeDelay, steps};
/// let delay = SpikeDelay::new(1000, steps(1.5, 0.1));
/// assert_eq!(delay.delay(), 15);
/// ```
///
/// # Panics
/// If the delay is negative or no multiple of `dt`, or `dt` is not greater than 0.
pub fn steps(delay: f64, dt: f64) -> usize {
    assert!(
        dt > 0.0 && dt.is_finite() && delay >= 0.0 && delay.is_finite(),
        "delay::steps: the delay is {delay} and dt {dt}, but must be at least 0 and greater than 0"
    );
    let steps = crate::inputs::floor_steps(delay, dt);
    assert!(
        steps == crate::inputs::ceil_steps(delay, dt),
        "delay::steps: the delay {delay} is no multiple of dt, {dt}"
    );
    steps
}
