//! Delays as ring buffers: what was written at step `t` is read at step `t + d`, exactly.
//!
//! [`SpikeDelay`] keeps lists of the neurons that spiked.

mod spikes;

pub use spikes::SpikeDelay;
