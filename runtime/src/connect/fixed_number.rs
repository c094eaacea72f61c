//! A fixed number of synapses a neuron.

use rand::TryRng;

use super::{Connector, Csr, Rows};
use crate::random::RandomState;

/// Appends `count` distinct numbers below `n` in ascending order, each set with the same probability.
fn distinct(rng: &mut RandomState, count: usize, n: usize, numbers: &mut Vec<u32>) {
    let first = numbers.len();
    // Of more than a half, those that are left out.
    let drawn = count.min(n - count);
    while numbers.len() - first < drawn {
        for _ in numbers.len() - first..drawn {
            let Ok(word) = rng.try_next_u64();
            numbers.push(((u128::from(word) * n as u128) >> 64) as u32);
        }
        // Repeated ones are drawn again.
        numbers[first..].sort_unstable();
        let mut kept = first;
        for i in first..numbers.len() {
            if i == first || numbers[i] != numbers[kept - 1] {
                numbers[kept] = numbers[i];
                kept += 1;
            }
        }
        numbers.truncate(kept);
    }
    if drawn < count {
        let left_out = numbers.split_off(first);
        let mut left_out = left_out.into_iter().peekable();
        numbers.extend((0..n as u32).filter(|&number| left_out.next_if_eq(&number).is_none()));
    }
}

/// Connects each presynaptic neuron to `num` distinct postsynaptic ones, each set with the same probability; self-connections
/// included.
///
/// ```
/// use brain_jit::connect::{Connector, FixedPostNum};
/// let synapses = FixedPostNum::new(5, 1).csr(10, 100);
/// assert!((0..10).all(|pre| synapses.targets(pre).len() == 5));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedPostNum {
    num: usize,
    seed: u64,
}

impl FixedPostNum {
    /// The rule. `num` must not be greater than the number of postsynaptic neurons that it will be used for.
    pub fn new(num: usize, seed: u64) -> Self {
        FixedPostNum { num, seed }
    }
}

impl Rows for FixedPostNum {
    /// # Panics
    /// If there are fewer than `num` postsynaptic neurons.
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
        assert!(
            self.num <= post,
            "FixedPostNum: {} targets of {post} neurons",
            self.num
        );
        let mut rng = RandomState::new(self.seed).fork(pre as u64);
        distinct(&mut rng, self.num, post, targets);
    }
}

/// Connects each postsynaptic neuron to `num` distinct presynaptic ones, each set with the same probability; self-connections
/// included.
///
/// ```
/// use brain_jit::connect::{Connector, FixedPreNum};
/// let synapses = FixedPreNum::new(5, 1).csr(100, 10);
/// assert!((0..10).all(|post| synapses.indices().iter().filter(|&&target| target == post).count() == 5));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedPreNum {
    num: usize,
    seed: u64,
}

impl FixedPreNum {
    /// The rule. `num` must not be greater than the number of presynaptic neurons that it will be used for.
    pub fn new(num: usize, seed: u64) -> Self {
        FixedPreNum { num, seed }
    }
}

impl Connector for FixedPreNum {
    /// # Panics
    /// If there are fewer than `num` presynaptic neurons.
    fn csr(&self, pre: usize, post: usize) -> Csr {
        assert!(
            self.num <= pre,
            "FixedPreNum: {} sources of {pre} neurons",
            self.num
        );
        let sources = Csr::from_rows(post, pre, |neuron, sources| {
            let mut rng = RandomState::new(self.seed).fork(neuron as u64);
            distinct(&mut rng, self.num, pre, sources);
        });
        sources.transpose().0
    }
}
