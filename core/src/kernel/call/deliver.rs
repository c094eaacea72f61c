//! Delivery of spikes along compressed rows.

use crate::connect::Weights;
use crate::kernel::Number;

/// The targets of each presynaptic neuron, in ascending order in a row.
pub(crate) struct Synapses<'a> {
    pub indptr: &'a [usize],
    pub targets: &'a [u32],
}

/// Adds the weights of the synapses of `spikes` whose targets are `first..first + to.len()` to `to`.
pub(crate) fn deliver<T: Number, W: Weights<T>>(
    synapses: &Synapses<'_>,
    spikes: &[u32],
    weight: W,
    first: usize,
    to: &mut [T],
) {
    for &neuron in spikes {
        let neuron = neuron as usize;
        let (start, end) = (synapses.indptr[neuron], synapses.indptr[neuron + 1]);
        let row = &synapses.targets[start..end];
        // Of a part of the targets: those of the row that lie in it.
        let skipped = match first {
            0 => 0,
            _ => row.partition_point(|&target| (target as usize) < first),
        };
        for (synapse, &target) in row[skipped..].iter().enumerate() {
            match to.get_mut(target as usize - first) {
                Some(to) => *to = to.plus(weight.at(neuron, start + skipped + synapse)),
                None => break,
            }
        }
    }
}
