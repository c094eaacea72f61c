//! Delays as ring buffers: what was written at step `t` is read at step `t + d`, exactly.
//!
//! [`SpikeDelay`] keeps lists of the neurons that spiked, [`LengthDelay`] the values of an array.

mod length;
mod spikes;

pub use length::LengthDelay;
pub use spikes::SpikeDelay;
