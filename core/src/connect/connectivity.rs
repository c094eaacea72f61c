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
    /// `weight` is one number for all synapses, an array with one for each, or [`PerNeuron`]. Takes time in proportion to the synapses of
    /// these neurons, on several threads where that pays; every target gets its sums in the order of `spikes`, so the result does
    /// not depend on threads.
    ///
    /// # Panics
    /// If a neuron of `spikes` is not below [`pre`](Self::pre), or `to` and the weights have other lengths than the postsynaptic
    /// neurons and the synapses (or presynaptic neurons). Nothing has been added then.
    fn deliver<T: Number, W: Weights<T>>(&self, spikes: &[u32], weight: W, to: &mut ArrayRef1<T>);
}

/// The weights of synapses: one number for all, an array with one for each ([`Array1`] or slice), or one a presynaptic neuron
/// ([`PerNeuron`]).
pub trait Weights<T>: Copy + Send + Sync {
    /// How many there are, and of what.
    fn count(self) -> Count;
    /// That of synapse number `synapse`, in the order of the rows, which is one of the presynaptic neuron `neuron`.
    fn at(self, neuron: usize, synapse: usize) -> T;
}

/// What weights are of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// One for all synapses.
    One,
    /// One for each of so many presynaptic neurons.
    Neurons(usize),
    /// One for each of so many synapses.
    Synapses(usize),
}

/// A weight a presynaptic neuron, in force at all its synapses: what a synapse with short-term plasticity releases, for example.
///
/// ```
/// use brain_jit::connect::{Connectivity, Csr, PerNeuron};
/// use brain_jit::prelude::*;
/// // Neuron 0 projects to 1 and 2, neuron 1 to 2.
/// let synapses = Csr::new([0, 2, 3], [1, 2, 2], 3);
/// let release = array![0.5, 0.25];
/// let mut g = array![0.0, 0.0, 0.0];
/// synapses.deliver(&[0, 1], PerNeuron(&release), &mut g);
/// assert_eq!(g, array![0.0, 0.5, 0.75]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PerNeuron<'a, T>(pub &'a ArrayRef1<T>);

impl<T: Number> Weights<T> for PerNeuron<'_, T> {
    #[inline(always)]
    fn count(self) -> Count {
        Count::Neurons(self.0.len())
    }
    #[inline(always)]
    fn at(self, neuron: usize, _: usize) -> T {
        self.0[neuron]
    }
}

impl<T: Number> Weights<T> for T {
    #[inline(always)]
    fn count(self) -> Count {
        Count::One
    }
    #[inline(always)]
    fn at(self, _: usize, _: usize) -> T {
        self
    }
}

impl<T: Number> Weights<T> for &[T] {
    #[inline(always)]
    fn count(self) -> Count {
        Count::Synapses(self.len())
    }
    #[inline(always)]
    fn at(self, _: usize, synapse: usize) -> T {
        self[synapse]
    }
}

impl<T: Number> Weights<T> for &Array1<T> {
    #[inline(always)]
    fn count(self) -> Count {
        Count::Synapses(self.len())
    }
    #[inline(always)]
    fn at(self, _: usize, synapse: usize) -> T {
        self[synapse]
    }
}
