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
