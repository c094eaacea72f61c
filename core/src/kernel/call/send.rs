//! Delivery of spikes along compressed rows, a number of steps later that each synapse has for itself.

use super::Synapses;
use crate::connect::Weights;
use crate::kernel::Number;

/// A ring of sums for a block of neighbouring targets: `length` rows of `width` elements, of which `now` is that of the present step.
pub(crate) struct Ring<'a, T> {
    pub sums: &'a mut [T],
    pub width: usize,
    pub length: usize,
    pub now: usize,
    /// The target of the first element of a row.
    pub first: usize,
}

/// Adds the weights of the synapses of `spikes` whose targets lie in the block to the sums of the steps in which they arrive. `steps`
/// are the delays of all synapses, each less than the length of the ring.
pub(crate) fn send<T: Number, W: Weights<T>>(
    synapses: &Synapses<'_>,
    spikes: &[u32],
    weight: W,
    steps: &[u16],
    ring: Ring<'_, T>,
) {
    let end = ring.first + ring.width;
    for &neuron in spikes {
        let neuron = neuron as usize;
        let (start, stop) = (synapses.indptr[neuron], synapses.indptr[neuron + 1]);
        let row = &synapses.targets[start..stop];
        let skipped = match ring.first {
            0 => 0,
            first => row.partition_point(|&target| (target as usize) < first),
        };
        let rest = row[skipped..].iter().zip(&steps[start + skipped..stop]);
        for (synapse, (&target, &delay)) in (start + skipped..).zip(rest) {
            let target = target as usize;
            if target >= end {
                break;
            }
            let row = ring.now + usize::from(delay);
            let row = if row < ring.length {
                row
            } else {
                row - ring.length
            };
            let sum = &mut ring.sums[row * ring.width + target - ring.first];
            *sum = sum.plus(weight.at(neuron, synapse));
        }
    }
}
