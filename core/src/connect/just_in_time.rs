//! Connections that are made again when they are needed.

use ndarray::ArrayRef1;
use std::cell::Cell;

use super::csr::known;
use super::{Connectivity, Count, Rows, Weights};
use crate::backend;
use crate::kernel::Number;
use crate::kernel::call::{Synapses, deliver};
use crate::kernel::parallel::{Sharing, for_parts, sharing};

/// How many rows a thread makes at a time.
const ROWS: usize = 64;

/// In how many such parts rows are made before they are delivered: no more are there at once.
const PARTS: usize = 64;

/// What making and delivering a row costs in scalar operations of a kernel, roughly: a third of a microsecond for 80 targets. Threads are
/// called together twice, so that fewer rows than some 250 are not worth it.
const COST: usize = 4_000;

/// The numbers of the rows of a part.
const NUMBERS: [u32; ROWS] = {
    let mut numbers = [0; ROWS];
    let mut row = 0;
    while row < ROWS {
        numbers[row] = row as u32;
        row += 1;
    }
    numbers
};

/// Rows that have been made.
#[derive(Default)]
struct Made {
    indptr: Vec<usize>,
    targets: Vec<u32>,
}

impl Made {
    fn make(&mut self, rule: &impl Rows, neurons: &[u32], post: usize) {
        self.indptr.clear();
        self.indptr.push(0);
        self.targets.clear();
        for &neuron in neurons {
            let start = self.targets.len();
            rule.row(neuron as usize, post, &mut self.targets);
            self.indptr.push(self.targets.len());
            // Room for a whole part of rows of this length, so that steps soon allocate nothing.
            let room = (ROWS * (self.targets.len() - start)).next_power_of_two();
            self.targets
                .reserve(room.saturating_sub(self.targets.len()));
        }
    }
}

/// The weights of the rows of some neurons.
#[derive(Clone, Copy)]
struct Of<'a, W>(W, &'a [u32]);

impl<T, W: Weights<T>> Weights<T> for Of<'_, W> {
    fn count(self) -> Count {
        self.0.count()
    }
    #[inline(always)]
    fn at(self, row: usize, synapse: usize) -> T {
        self.0.at(self.1[row] as usize, synapse)
    }
}

thread_local! {
    /// The rows at hand; kept, so that a step allocates nothing.
    static MADE: Cell<Vec<Made>> = const { Cell::new(Vec::new()) };
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
        let mut made = MADE.take();
        for spikes in spikes.chunks(ROWS * PARTS) {
            let sharing = sharing(spikes.len(), COST);
            let parts = spikes.len().div_ceil(ROWS);
            if made.len() < parts {
                made.resize_with(parts, Made::default);
            }
            for_parts(&mut made[..parts], 1, sharing, &|part, made| {
                let neurons = spikes.chunks(ROWS).nth(part).unwrap_or_default();
                made[0].make(&self.rule, neurons, self.post);
            });
            let parts = || spikes.chunks(ROWS).zip(&made);
            let Some(to) = to.as_slice_mut() else {
                for (neurons, made) in parts() {
                    for (row, &neuron) in neurons.iter().enumerate() {
                        for &target in &made.targets[made.indptr[row]..made.indptr[row + 1]] {
                            let to = &mut to[target as usize];
                            *to = to.plus(weight.at(neuron as usize, 0));
                        }
                    }
                }
                continue;
            };
            // Blocks of targets, each with all spikes: no two threads write one target.
            let block = match sharing {
                Sharing::Alone => to.len(),
                _ => to.len().div_ceil(backend::num_threads()),
            };
            let block = block.max(1);
            for_parts(to, block, sharing, &|index, to| {
                for (neurons, made) in parts() {
                    let rows = Synapses {
                        indptr: &made.indptr,
                        targets: &made.targets,
                    };
                    let numbers = &NUMBERS[..neurons.len()];
                    deliver(&rows, numbers, Of(weight, neurons), index * block, to);
                }
            });
        }
        MADE.set(made);
    }
}
