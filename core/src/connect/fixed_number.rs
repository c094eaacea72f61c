//! A fixed number of synapses a neuron.

use num_traits::FromPrimitive;
use rand::TryRng;

use super::{Connector, Csr, Rows};
use crate::random::RandomState;

/// Appends `count` numbers below `n`, each drawn on its own.
fn uniform<N: FromPrimitive>(rng: &mut RandomState, count: usize, n: usize, numbers: &mut Vec<N>) {
    let draw = |_| {
        let Ok(word) = rng.try_next_u64();
        let number = N::from_u64(((u128::from(word) * n as u128) >> 64) as u64);
        number.expect("what is numbered has this type")
    };
    numbers.extend((0..count).map(draw));
}

/// Appends `count` distinct numbers below `n` in ascending order, each set with the same probability.
fn distinct<N: FromPrimitive + Copy + Ord>(
    rng: &mut RandomState,
    count: usize,
    n: usize,
    numbers: &mut Vec<N>,
) {
    let first = numbers.len();
    // Of more than a half, those that are left out.
    let drawn = count.min(n - count);
    while numbers.len() - first < drawn {
        uniform(rng, drawn - (numbers.len() - first), n, numbers);
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
        let all = (0..n).filter_map(N::from_usize);
        numbers.extend(all.filter(|number| left_out.next_if_eq(number).is_none()));
    }
}

/// Appends `count` distinct numbers below `n` in ascending order; of all but `without`, if it is one.
fn distinct_without(
    rng: &mut RandomState,
    count: usize,
    n: usize,
    without: Option<usize>,
    numbers: &mut Vec<u32>,
) {
    let Some(without) = without.filter(|&without| without < n) else {
        return distinct(rng, count, n, numbers);
    };
    let first = numbers.len();
    distinct(rng, count, n - 1, numbers);
    // Those behind it move up by one.
    for number in &mut numbers[first..] {
        *number += u32::from(*number as usize >= without);
    }
}

/// Connects each presynaptic neuron to `num` distinct postsynaptic ones, each set with the same probability.
///
/// ```
/// use brain_jit::connect::{Connector, FixedPostNum};
/// let synapses = FixedPostNum::new(5, 1).csr(10, 100);
/// assert!((0..10).all(|pre| synapses.targets(pre).len() == 5));
/// let others = FixedPostNum::new(9, 1).include_self(false).csr(10, 10);
/// assert_eq!(others.targets(3), [0, 1, 2, 4, 5, 6, 7, 8, 9]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedPostNum {
    num: usize,
    include_self: bool,
    seed: u64,
}

impl FixedPostNum {
    /// The rule; self-connections included. `num` must not be greater than the number of postsynaptic neurons that it will be used for.
    pub fn new(num: usize, seed: u64) -> Self {
        FixedPostNum {
            num,
            include_self: true,
            seed,
        }
    }

    /// Whether neuron `i` may be connected to neuron `i`.
    pub fn include_self(self, include_self: bool) -> Self {
        FixedPostNum {
            include_self,
            ..self
        }
    }
}

impl Rows for FixedPostNum {
    /// # Panics
    /// If there are fewer than `num` postsynaptic neurons, the neuron itself not counted where it must not be one.
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
        let without = (!self.include_self && pre < post).then_some(pre);
        let others = post - usize::from(without.is_some());
        assert!(
            self.num <= others,
            "FixedPostNum: {} targets of {others} neurons",
            self.num
        );
        let mut rng = RandomState::new(self.seed).fork(pre as u64);
        distinct_without(&mut rng, self.num, post, without, targets);
    }
}

/// Connects each postsynaptic neuron to `num` distinct presynaptic ones, each set with the same probability.
///
/// ```
/// use brain_jit::connect::{Connector, FixedPreNum};
/// let synapses = FixedPreNum::new(5, 1).csr(100, 10);
/// assert!((0..10).all(|post| synapses.indices().iter().filter(|&&target| target == post).count() == 5));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedPreNum {
    num: usize,
    include_self: bool,
    seed: u64,
}

impl FixedPreNum {
    /// The rule; self-connections included. `num` must not be greater than the number of presynaptic neurons that it will be used for.
    pub fn new(num: usize, seed: u64) -> Self {
        FixedPreNum {
            num,
            include_self: true,
            seed,
        }
    }

    /// Whether neuron `i` may be connected to neuron `i`.
    pub fn include_self(self, include_self: bool) -> Self {
        FixedPreNum {
            include_self,
            ..self
        }
    }
}

impl Connector for FixedPreNum {
    /// # Panics
    /// If there are fewer than `num` presynaptic neurons, the neuron itself not counted where it must not be one.
    fn csr(&self, pre: usize, post: usize) -> Csr {
        let without = !self.include_self && pre.min(post) > 0;
        let others = pre - usize::from(without);
        assert!(
            self.num <= others,
            "FixedPreNum: {} sources of {others} neurons",
            self.num
        );
        let sources = Csr::from_rows(post, pre, |neuron, sources| {
            let mut rng = RandomState::new(self.seed).fork(neuron as u64);
            distinct_without(&mut rng, self.num, pre, without.then_some(neuron), sources);
        });
        sources.transpose().0
    }
}

/// Makes `num` synapses in all, between pairs that are drawn uniformly from all pairs; self-connections included.
///
/// ```
/// use brain_jit::connect::{Connector, FixedTotalNum};
/// let synapses = FixedTotalNum::new(5000, 1).allow_multi_conn(true).csr(100, 200);
/// assert_eq!(synapses.synapses(), 5000);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedTotalNum {
    num: usize,
    allow_multi_conn: bool,
    seed: u64,
}

impl FixedTotalNum {
    /// The rule, with at most one synapse a pair. `num` must not be greater than the number of pairs that it will be used for.
    pub fn new(num: usize, seed: u64) -> Self {
        FixedTotalNum {
            num,
            allow_multi_conn: false,
            seed,
        }
    }

    /// Whether a pair may be drawn several times, which makes as many synapses.
    pub fn allow_multi_conn(self, allow_multi_conn: bool) -> Self {
        FixedTotalNum {
            allow_multi_conn,
            ..self
        }
    }

    /// How many synapses each presynaptic neuron gets where pairs may be drawn several times: what is left is shared between it and
    /// those that follow.
    fn counts(&self, pre: usize) -> Vec<usize> {
        let mut rng = RandomState::new(self.seed);
        let mut left = self.num as u64;
        let mut count = |neuron: usize| -> usize {
            let count: i64 = rng.binomial(left, 1.0 / (pre - neuron) as f64, ());
            left -= count as u64;
            count as usize
        };
        (0..pre).map(&mut count).collect()
    }
}

impl Connector for FixedTotalNum {
    /// Rows are made in parallel where pairs may be drawn several times; else all pairs are drawn together, which takes 8 bytes a
    /// synapse meanwhile.
    ///
    /// # Panics
    /// If there are fewer than `num` pairs, or none where a pair may be drawn several times.
    fn csr(&self, pre: usize, post: usize) -> Csr {
        let pairs = pre.saturating_mul(post);
        assert!(
            self.num <= pairs || self.allow_multi_conn && pairs > 0,
            "FixedTotalNum: {} synapses of {pairs} pairs",
            self.num
        );
        let rng = RandomState::new(self.seed);
        if self.allow_multi_conn {
            let counts = self.counts(pre);
            return Csr::from_rows(pre, post, |neuron, targets| {
                let first = targets.len();
                let mut rng = rng.fork(neuron as u64);
                uniform(&mut rng, counts[neuron], post, targets);
                targets[first..].sort_unstable();
            });
        }
        let mut drawn: Vec<u64> = Vec::new();
        distinct(&mut rng.fork(0), self.num, pairs, &mut drawn);
        let start = |row: usize| drawn.partition_point(|&pair| pair < (row * post) as u64);
        Csr::from_rows(pre, post, |neuron, targets| {
            let row = drawn[start(neuron)..start(neuron + 1)].iter();
            targets.extend(row.map(|&pair| (pair - (neuron * post) as u64) as u32));
        })
    }
}
