//! Rules that make connections.

use super::{Csr, JustInTime};

/// A rule that connects neurons; BrainPy's names. Rules are reproducible: the same seed gives the same connections, at any number of
/// threads and on any processor.
pub trait Connector {
    /// The connections from `pre` neurons to `post` neurons.
    ///
    /// # Panics
    /// If the rule cannot connect so many neurons, or they cannot be numbered by 32 bits.
    fn csr(&self, pre: usize, post: usize) -> Csr;
}

/// A rule that makes the targets of each presynaptic neuron on their own, so that rows can be made in parallel, or again and again
/// instead of being kept.
pub trait Rows: Send + Sync {
    /// Appends the targets of presynaptic neuron `pre`, all below `post`, in ascending order.
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>);

    /// Connections without memory for synapses: the row of a neuron is made when it spikes.
    ///
    /// # Panics
    /// If the rule cannot connect so many neurons, or they cannot be numbered by 32 bits.
    fn just_in_time(self, pre: usize, post: usize) -> JustInTime<Self>
    where
        Self: Sized,
    {
        JustInTime::new(self, pre, post)
    }
}

impl<R: Rows> Connector for R {
    fn csr(&self, pre: usize, post: usize) -> Csr {
        Csr::from_rows(pre, post, |row, targets| self.row(row, post, targets))
    }
}
