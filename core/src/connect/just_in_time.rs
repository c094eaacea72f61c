//! Connections that are made again when they are needed.

use ndarray::ArrayRef1;
use std::cell::Cell;

use super::{Connectivity, Count, Rows, Weights, csr::known};
use crate::kernel::Number;

thread_local! {
    /// The row at hand; kept, so that a step allocates nothing.
    static ROW: Cell<Vec<u32>> = const { Cell::new(Vec::new()) };
}

/// Connections whose rows are made from the rule's seed whenever their neuron spikes: the same as those of
/// [`csr`](super::Connector::csr), and no memory for synapses. They cannot have weights of their own but for those of
/// [`crate::jitconn`], which draws them too.
///
/// ```
/// use brain_jit::connect::{Connectivity, Connector, FixedProb, Rows};
/// use brain_jit::prelude::*;
/// let rule = FixedProb::new(0.1, 1);
/// let (kept, made) = (rule.csr(100, 100), rule.just_in_time(100, 100));
/// let (mut a, mut b): (Array1<f32>, Array1<f32>) = (Array1::zeros(100), Array1::zeros(100));
/// kept.deliver(&[3, 50], 0.5, &mut a);
/// made.deliver(&[3, 50], 0.5, &mut b);
/// assert_eq!(a, b);
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct JustInTime<R> {
    rule: R,
    pre: usize,
    post: usize,
}

impl<R: Rows> JustInTime<R> {
    pub(super) fn new(rule: R, pre: usize, post: usize) -> Self {
        assert!(
            u32::try_from(pre.max(post)).is_ok(),
            "JustInTime::new: {pre} and {post} neurons are too many"
        );
        if let Some(last) = pre.checked_sub(1) {
            // A rule that cannot connect so many refuses its last row, here and not when its neuron spikes.
            rule.row(last, post, &mut Vec::new());
        }
        JustInTime { rule, pre, post }
    }
}

impl<R: Rows> Connectivity for JustInTime<R> {
    fn pre(&self) -> usize {
        self.pre
    }

    fn post(&self) -> usize {
        self.post
    }

    /// # Panics
    /// As [`Connectivity::deliver`], and if each synapse has a weight of its own.
    fn deliver<T: Number, W: Weights<T>>(&self, spikes: &[u32], weight: W, to: &mut ArrayRef1<T>) {
        assert!(
            to.len() == self.post,
            "JustInTime::deliver: an array of length {} for {} postsynaptic neurons",
            to.len(),
            self.post
        );
        match weight.count() {
            Count::One => {}
            Count::Neurons(count) => assert!(
                count == self.pre,
                "JustInTime::deliver: {count} weights for {} presynaptic neurons",
                self.pre
            ),
            Count::Synapses(_) => panic!(
                "JustInTime::deliver: synapses that are not kept have one weight in common, or one a presynaptic neuron"
            ),
        }
        known(&"JustInTime::deliver", spikes, "presynaptic", self.pre);
        let mut row = ROW.take();
        for &neuron in spikes {
            row.clear();
            self.rule.row(neuron as usize, self.post, &mut row);
            for &target in &row {
                let to = &mut to[target as usize];
                *to = to.plus(weight.at(neuron as usize, 0));
            }
        }
        ROW.set(row);
    }
}
