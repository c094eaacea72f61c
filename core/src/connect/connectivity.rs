//! What delivers spikes, and the weights that it adds.

use ndarray::{Array1, ArrayRef1};

use crate::kernel::Number;

/// Connections from `pre` neurons to `post` neurons along which spikes are delivered.
pub trait Connectivity: Send + Sync {
    /// How many presynaptic neurons there are.
    fn pre(&self) -> usize;

    /// How many postsynaptic neurons there are.
    fn post(&self) -> usize;

    /// Adds the weight of each synapse of the neurons `spikes` to its target: `to[target] += weight`.
    ///
    /// `weight` is one number for all synapses or an array with one for each. Takes time in proportion to the synapses of
    /// these neurons, on several threads where that pays; every target gets its sums in the order of `spikes`, so the result does
    /// not depend on threads.
    ///
    /// # Panics
    /// If a neuron of `spikes` is not below [`pre`](Self::pre), or `to` and the weights have other lengths than the postsynaptic
    /// neurons and the synapses.
    fn deliver<T: Number, W: Weights<T>>(&self, spikes: &[u32], weight: W, to: &mut ArrayRef1<T>);
}

/// The weights of synapses: one number for all, or a contiguous array with one for each.
pub trait Weights<T>: Copy + Send + Sync {
    /// How many there are; `None` for one that is common to all.
    fn count(self) -> Option<usize>;
    /// That of synapse number `synapse`, in the order of the rows.
    fn at(self, synapse: usize) -> T;
}

impl<T: Number> Weights<T> for T {
    #[inline(always)]
    fn count(self) -> Option<usize> {
        None
    }
    #[inline(always)]
    fn at(self, _: usize) -> T {
        self
    }
}

impl<T: Number> Weights<T> for &[T] {
    #[inline(always)]
    fn count(self) -> Option<usize> {
        Some(self.len())
    }
    #[inline(always)]
    fn at(self, synapse: usize) -> T {
        self[synapse]
    }
}

impl<T: Number> Weights<T> for &Array1<T> {
    #[inline(always)]
    fn count(self) -> Option<usize> {
        Some(self.len())
    }
    #[inline(always)]
    fn at(self, synapse: usize) -> T {
        self[synapse]
    }
}
