//! The targets of each presynaptic neuron, in compressed rows.

use ndarray::{ArrayRef1, ArrayView1};
use std::fmt::Display;
use std::ops::Range;

use super::{Connectivity, Count, Incoming, Weights};
use crate::array::number::Integer;
use crate::array::operand::Operand;
use crate::backend;
use crate::delay::SynapseDelay;
use crate::kernel::call::{Synapses, deliver};
use crate::kernel::parallel::{Sharing, for_parts, sharing};
use crate::kernel::{Number, Ordered};

/// What a synapse costs in scalar operations of a kernel: its target is somewhere in memory. Where kernels share the targets, a delivery
/// on one thread would take half of them away from the cache of another, so it is shared not much later than those.
const COST: usize = 512;

/// How many rows a thread makes at a time: enough that their memory goes back to the system when they have been copied.
const ROWS: usize = 1024;

/// What making a row costs, roughly: a microsecond, in which kernels do some ten thousands of operations.
const ROW_COST: usize = 20_000;

/// # Panics
/// If a neuron of `spikes` is not below `count`.
pub(super) fn known(method: &dyn Display, spikes: &[u32], which: &str, count: usize) {
    if let Some(neuron) = spikes.iter().find(|&&neuron| neuron as usize >= count) {
        panic!(
            "{method}: a spike of neuron {neuron}, of {count} {which} neurons; spikes of a population have the numbers of the \
             whole group, as the rows of `Csr::from_parts` do"
        );
    }
}

/// # Panics
/// Unless weights can lie between them.
pub(super) fn bounds<T: Ordered>(method: &str, w_min: T, w_max: T) {
    assert!(
        w_min <= w_max,
        "{method}: weights cannot lie between {w_min:?} and {w_max:?}"
    );
}

/// Connections in compressed rows: for each presynaptic neuron its targets, in ascending order.
///
/// Synapses are numbered row by row, which is the order of per-synapse weights. Takes 4 bytes a synapse and 8 a presynaptic neuron.
///
/// ```
/// use brain_jit::connect::{Connectivity, Csr};
/// use brain_jit::prelude::*;
/// // Neuron 0 projects to 1 and 2, neuron 1 to 2.
/// let synapses = Csr::new([0, 2, 3], [1, 2, 2], 3);
/// assert_eq!(synapses.targets(0), [1, 2]);
/// let mut g = array![0.0, 0.0, 0.0];
/// synapses.deliver(&[0, 1], 0.5, &mut g);
/// assert_eq!(g, array![0.0, 0.5, 1.0]);
/// synapses.deliver(&[1], &array![1.0, 2.0, 3.0], &mut g);
/// assert_eq!(g, array![0.0, 0.5, 4.0]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Csr {
    indptr: Vec<usize>,
    // All are below `post`, and those of a row ascend.
    targets: Vec<u32>,
    post: usize,
}

impl Csr {
    /// Connections from their parts, as in [`crate::sparse`]: where the row of each presynaptic neuron begins in `indices`, with
    /// the number of synapses at the end, and the targets, in ascending order in a row (a repeated one is two synapses).
    ///
    /// # Panics
    /// If `indptr` does not ascend from 0 to the number of indices, a target is not below `post`, or the targets of a row do not
    /// ascend.
    pub fn new<I: Integer, J: Integer>(
        indptr: impl Operand<I>,
        indices: impl Operand<J>,
        post: usize,
    ) -> Csr {
        let indptr: Vec<usize> = indptr
            .view()
            .iter()
            .map(|&start| usize::try_from(start.to_i64()).unwrap_or(usize::MAX))
            .collect();
        let targets: Vec<u32> = indices
            .view()
            .iter()
            .map(|&target| {
                let place = u32::try_from(target.to_i64());
                place
                    .ok()
                    .filter(|&place| (place as usize) < post)
                    .unwrap_or_else(|| {
                        panic!(
                            "Csr::new: target {target:?} is out of range for {post} postsynaptic neurons"
                        )
                    })
            })
            .collect();
        let ends = (indptr.first(), indptr.last());
        if ends != (Some(&0), Some(&targets.len())) || !indptr.is_sorted() {
            panic!(
                "Csr::new: indptr must ascend from 0 to the number of indices, {}",
                targets.len()
            );
        }
        let csr = Csr {
            indptr,
            targets,
            post,
        };
        if let Some(pre) = (0..csr.pre()).find(|&pre| !csr.targets(pre).is_sorted()) {
            panic!("Csr::new: the targets of row {pre} do not ascend");
        }
        csr
    }

    /// Connections from pairs: `pre_ids[k]` projects to `post_ids[k]`. A pair that is listed twice is two synapses.
    ///
    /// # Panics
    /// If the lists differ in length or a neuron is out of range.
    pub fn from_pairs<I: Integer, J: Integer>(
        pre_ids: impl Operand<I>,
        post_ids: impl Operand<J>,
        pre: usize,
        post: usize,
    ) -> Csr {
        let (pre_ids, post_ids) = (pre_ids.view(), post_ids.view());
        if pre_ids.len() != post_ids.len() {
            panic!(
                "Csr::from_pairs: {} presynaptic and {} postsynaptic neurons",
                pre_ids.len(),
                post_ids.len()
            );
        }
        let place = |which: &str, id: i64, count: usize| match u32::try_from(id) {
            Ok(place) if (place as usize) < count => place,
            _ => panic!("Csr::from_pairs: {which} neuron {id} is out of range for {count} neurons"),
        };
        let mut pairs: Vec<(u32, u32)> = pre_ids
            .iter()
            .zip(&post_ids)
            .map(|(from, to)| {
                let from = place("presynaptic", from.to_i64(), pre);
                (from, place("postsynaptic", to.to_i64(), post))
            })
            .collect();
        pairs.sort_unstable();
        let start = |row: usize| pairs.partition_point(|pair| (pair.0 as usize) < row);
        Csr::from_rows(pre, post, |row, targets| {
            let row = &pairs[start(row)..start(row + 1)];
            targets.extend(row.iter().map(|pair| pair.1));
        })
    }

    /// Connections whose rows are made in any order, in parallel: `row(pre, targets)` appends the targets of `pre` in ascending
    /// order.
    pub(super) fn from_rows(
        pre: usize,
        post: usize,
        row: impl Fn(usize, &mut Vec<u32>) + Sync,
    ) -> Csr {
        assert!(
            u32::try_from(pre.max(post)).is_ok(),
            "Csr: {pre} and {post} neurons are too many"
        );
        // Blocks of rows, each with the end of each row in its targets.
        let mut blocks = vec![(Vec::new(), Vec::new()); pre.div_ceil(ROWS)];
        let sharing = sharing(pre, ROW_COST);
        for_parts(&mut blocks, 1, sharing, &|block, part| {
            let (targets, ends) = &mut part[0];
            for pre in block * ROWS..pre.min((block + 1) * ROWS) {
                row(pre, targets);
                ends.push(targets.len());
            }
            assert!(targets.iter().all(|&target| (target as usize) < post));
        });
        let mut targets = Vec::with_capacity(blocks.iter().map(|block| block.0.len()).sum());
        let mut indptr = Vec::with_capacity(pre + 1);
        indptr.push(0);
        for (part, ends) in blocks {
            let before = targets.len();
            indptr.extend(ends.iter().map(|end| before + end));
            targets.extend(part);
        }
        Csr {
            indptr,
            targets,
            post,
        }
    }

    /// The connections in the other direction, and for each of their synapses its number in this one.
    pub(super) fn transpose(&self) -> (Csr, Vec<usize>) {
        let mut indptr = vec![0; self.post + 1];
        self.targets
            .iter()
            .for_each(|&target| indptr[target as usize + 1] += 1);
        for post in 0..self.post {
            indptr[post + 1] += indptr[post];
        }
        let mut next = indptr.clone();
        let mut sources = vec![0; self.synapses()];
        let mut numbers = vec![0; self.synapses()];
        for pre in 0..self.pre() {
            for synapse in self.row(pre) {
                let place = &mut next[self.targets[synapse] as usize];
                (sources[*place], numbers[*place]) = (pre as u32, synapse);
                *place += 1;
            }
        }
        let transposed = Csr {
            indptr,
            targets: sources,
            post: self.pre(),
        };
        (transposed, numbers)
    }

    /// The rows for the delivery of `spikes`, which has been checked with `weight`.
    fn checked<T: Number>(
        &self,
        method: &str,
        spikes: &[u32],
        weight: impl Weights<T>,
    ) -> Synapses<'_> {
        let (pre, synapses) = (self.pre(), self.synapses());
        match weight.count() {
            Count::One => {}
            Count::Neurons(count) => assert!(
                count == pre,
                "Csr::{method}: {count} weights for {pre} presynaptic neurons"
            ),
            Count::Synapses(count) => assert!(
                count == synapses,
                "Csr::{method}: {count} weights for {synapses} synapses"
            ),
        }
        known(&format_args!("Csr::{method}"), spikes, "presynaptic", pre);
        Synapses {
            indptr: &self.indptr,
            targets: &self.targets,
        }
    }

    /// Whether threads should share a delivery of `spikes`.
    fn sharing(&self, spikes: &[u32]) -> Sharing {
        let expected = spikes.len().saturating_mul(self.synapses()) / self.pre().max(1);
        sharing(expected, COST)
    }

    /// As [`deliver`](Connectivity::deliver), but the weight of each synapse goes on its way and arrives after the delay that `delay`
    /// has for this synapse.
    ///
    /// # Panics
    /// If a neuron of `spikes` is not below [`pre`](Connectivity::pre), or the weights and the delays are not those of as many
    /// synapses.
    pub fn send<T: Number, W: Weights<T>>(
        &self,
        spikes: &[u32],
        weight: W,
        delay: &mut SynapseDelay<T>,
    ) {
        let rows = self.checked("send", spikes, weight);
        delay.check("Csr::send", self);
        delay.add(&rows, spikes, weight, self.sharing(spikes));
    }

    /// How many synapses there are.
    pub fn synapses(&self) -> usize {
        self.targets.len()
    }

    /// The numbers of the synapses of a presynaptic neuron.
    ///
    /// # Panics
    /// If there is no such neuron.
    pub fn row(&self, pre: usize) -> Range<usize> {
        self.indptr[pre]..self.indptr[pre + 1]
    }

    /// The targets of a presynaptic neuron, in ascending order.
    ///
    /// # Panics
    /// If there is no such neuron.
    pub fn targets(&self, pre: usize) -> &[u32] {
        &self.targets[self.row(pre)]
    }

    /// The synapses of each postsynaptic neuron. Takes 12 bytes a synapse and 8 a postsynaptic neuron.
    pub fn incoming(&self) -> Incoming {
        Incoming::new(self)
    }

    /// Changes the weights of the synapses of the presynaptic neurons `spikes`: `weight += change[target]`, kept between `w_min` and
    /// `w_max`. That is what a plastic synapse does at a presynaptic spike, with `change` from the trace of the postsynaptic neuron.
    ///
    /// # Panics
    /// If there is not one weight a synapse and one change a postsynaptic neuron, a neuron of `spikes` is out of range, or `w_min` greater
    /// than `w_max`.
    pub fn on_pre<T: Ordered + Number>(
        &self,
        spikes: &[u32],
        change: &ArrayRef1<T>,
        w_min: T,
        w_max: T,
        weight: &mut ArrayRef1<T>,
    ) {
        assert!(
            weight.len() == self.synapses() && change.len() == self.post,
            "Csr::on_pre: {} weights and {} changes for {} synapses to {} postsynaptic neurons",
            weight.len(),
            change.len(),
            self.synapses(),
            self.post
        );
        known(&"Csr::on_pre", spikes, "presynaptic", self.pre());
        bounds("Csr::on_pre", w_min, w_max);
        for &neuron in spikes {
            for synapse in self.row(neuron as usize) {
                let changed = weight[synapse].plus(change[self.targets[synapse] as usize]);
                weight[synapse] = changed.greater(w_min).lesser(w_max);
            }
        }
    }

    /// The connections of several populations as one: each part has the number of its first presynaptic neuron among the `pre`, that of
    /// its first postsynaptic one among the `post`, and its connections. Synapses of different parts between the same two neurons
    /// remain different synapses.
    ///
    /// ```
    /// use brain_jit::connect::{All2All, Connector, Csr, One2One};
    /// // Neurons 0 and 1 project to 2, which projects back to 0.
    /// let synapses = Csr::from_parts(3, 3, &[(0, 2, All2All::new().csr(2, 1)), (2, 0, One2One.csr(1, 1))]);
    /// assert_eq!(synapses.indptr(), [0, 1, 2, 3]);
    /// assert_eq!(synapses.indices().to_vec(), [2, 2, 0]);
    /// ```
    ///
    /// # Panics
    /// If a part does not lie within the `pre` and the `post`.
    pub fn from_parts(pre: usize, post: usize, parts: &[(usize, usize, Csr)]) -> Csr {
        for (first_pre, first_post, part) in parts {
            assert!(
                first_pre.saturating_add(part.pre()) <= pre
                    && first_post.saturating_add(part.post) <= post,
                "Csr::from_parts: connections of {} with {} neurons from {first_pre} and {first_post} on, of {pre} and {post}",
                part.pre(),
                part.post
            );
        }
        Csr::from_rows(pre, post, |row, targets| {
            let first = targets.len();
            for (first_pre, first_post, part) in parts {
                if (*first_pre..first_pre + part.pre()).contains(&row) {
                    let moved = part.targets(row - first_pre).iter();
                    targets.extend(moved.map(|target| target + *first_post as u32));
                }
            }
            targets[first..].sort_unstable();
        })
    }

    /// Where each row begins, and the number of synapses.
    pub fn indptr(&self) -> &[usize] {
        &self.indptr
    }

    /// The targets of all synapses.
    pub fn indices(&self) -> ArrayView1<'_, u32> {
        ArrayView1::from(&self.targets)
    }
}

impl Connectivity for Csr {
    fn pre(&self) -> usize {
        self.indptr.len() - 1
    }

    fn post(&self) -> usize {
        self.post
    }

    fn deliver<T: Number, W: Weights<T>>(&self, spikes: &[u32], weight: W, to: &mut ArrayRef1<T>) {
        assert!(
            to.len() == self.post,
            "Csr::deliver: an array of length {} for {} postsynaptic neurons",
            to.len(),
            self.post
        );
        let rows = self.checked("deliver", spikes, weight);
        let Some(to) = to.as_slice_mut() else {
            for &neuron in spikes {
                for synapse in self.row(neuron as usize) {
                    let to = &mut to[self.targets[synapse] as usize];
                    *to = to.plus(weight.at(neuron as usize, synapse));
                }
            }
            return;
        };
        let sharing = self.sharing(spikes);
        if sharing == Sharing::Alone {
            return deliver(&rows, spikes, weight, 0, to);
        }
        // Blocks of targets, each with all spikes: no two threads write one target.
        let block = to.len().div_ceil(backend::num_threads());
        for_parts(to, block, sharing, &|index, part| {
            deliver(&rows, spikes, weight, index * block, part);
        });
    }
}
