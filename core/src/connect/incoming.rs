//! The synapses of each postsynaptic neuron.

use ndarray::ArrayRef1;

use super::{
    Connectivity, Csr,
    csr::{bounds, known},
};
use crate::kernel::{Number, Ordered};

/// The synapses of a [`Csr`] by postsynaptic neuron, for what happens at postsynaptic spikes.
///
/// ```
/// use brain_jit::connect::Csr;
/// use brain_jit::prelude::*;
/// // Neuron 0 projects to 1 and 2, neuron 1 to 2.
/// let outgoing = Csr::new([0, 2, 3], [1, 2, 2], 3);
/// let incoming = outgoing.incoming();
/// assert_eq!(incoming.sources(2), [0, 1]);
/// let mut weight = array![1.0, 1.0, 1.0];
/// incoming.on_post(&[2], &array![0.25, 5.0], 0.0, 2.0, &mut weight);
/// assert_eq!(weight, array![1.0, 1.25, 2.0]);
/// outgoing.on_pre(&[0], &array![9.0, -0.5, -0.5], 0.0, 2.0, &mut weight);
/// assert_eq!(weight, array![0.5, 0.75, 2.0]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incoming {
    sources: Csr,
    // The number that each synapse has among the outgoing ones.
    synapse: Vec<usize>,
}

impl Incoming {
    pub(super) fn new(outgoing: &Csr) -> Self {
        let (sources, synapse) = outgoing.transpose();
        Incoming { sources, synapse }
    }

    /// The presynaptic neurons of a postsynaptic one, in ascending order.
    ///
    /// # Panics
    /// If there is no such neuron.
    pub fn sources(&self, post: usize) -> &[u32] {
        self.sources.targets(post)
    }

    /// The numbers of the synapses of a postsynaptic neuron, in the order of [`sources`](Self::sources).
    ///
    /// # Panics
    /// If there is no such neuron.
    pub fn synapses(&self, post: usize) -> &[usize] {
        &self.synapse[self.sources.row(post)]
    }

    /// Changes the weights of the synapses of the postsynaptic neurons `spikes`: `weight += change[source]`, kept between `w_min` and
    /// `w_max`. That is what a plastic synapse does at a postsynaptic spike, with `change` from the trace of the presynaptic neuron.
    ///
    /// # Panics
    /// If there is not one weight a synapse and one change a presynaptic neuron, a neuron of `spikes` is out of range, or `w_min` greater
    /// than `w_max`.
    pub fn on_post<T: Ordered + Number>(
        &self,
        spikes: &[u32],
        change: &ArrayRef1<T>,
        w_min: T,
        w_max: T,
        weight: &mut ArrayRef1<T>,
    ) {
        assert!(
            weight.len() == self.synapse.len() && change.len() == self.sources.post(),
            "Incoming::on_post: {} weights and {} changes for {} synapses of {} presynaptic neurons",
            weight.len(),
            change.len(),
            self.synapse.len(),
            self.sources.post()
        );
        known(
            &"Incoming::on_post",
            spikes,
            "postsynaptic",
            self.sources.pre(),
        );
        bounds("Incoming::on_post", w_min, w_max);
        for &neuron in spikes {
            let neuron = neuron as usize;
            for (&synapse, &source) in self.synapses(neuron).iter().zip(self.sources(neuron)) {
                let changed = weight[synapse].plus(change[source as usize]);
                weight[synapse] = changed.greater(w_min).lesser(w_max);
            }
        }
    }
}
