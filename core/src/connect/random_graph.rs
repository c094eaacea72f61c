//! Random graphs: connections in both directions along the edges of an undirected graph among the neurons of one population.

use rand::TryRng;
use std::collections::HashSet;

use super::{Connector, Csr};
use crate::random::RandomState;

/// A graph being made.
struct Graph {
    edges: HashSet<(u32, u32)>,
    rng: RandomState,
}

impl Graph {
    fn new(rule: &str, pre: usize, post: usize, seed: u64) -> Graph {
        assert!(
            pre == post && u32::try_from(pre).is_ok(),
            "{rule}: connects the neurons of one population, not {pre} to {post}"
        );
        Graph {
            edges: HashSet::new(),
            rng: RandomState::new(seed),
        }
    }

    fn has(&self, a: u32, b: u32) -> bool {
        self.edges.contains(&(a.min(b), a.max(b)))
    }

    fn add(&mut self, a: u32, b: u32) {
        self.edges.insert((a.min(b), a.max(b)));
    }

    fn remove(&mut self, a: u32, b: u32) {
        self.edges.remove(&(a.min(b), a.max(b)));
    }

    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize {
        let Ok(word) = self.rng.try_next_u64();
        ((u128::from(word) * n as u128) >> 64) as usize
    }

    fn csr(self, neurons: usize) -> Csr {
        let both = self.edges.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]);
        let (from, to): (Vec<u32>, Vec<u32>) = both.unzip();
        Csr::from_pairs(from, to, neurons, neurons)
    }
}

/// The small-world graph of Watts and Strogatz (1998, Nature 393:440–442): a ring in which each neuron is connected to its
/// `num_neighbor` nearest ones, half of them on each side; then the far end of each connection moves, with probability `prob`, to a
/// neuron that is drawn from those not yet connected.
///
/// ```
/// use brain_jit::connect::{Connector, SmallWorld};
/// let ring = SmallWorld::new(4, 0.0, 1).csr(10, 10);
/// assert_eq!(ring.targets(0), [1, 2, 8, 9]);
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SmallWorld {
    num_neighbor: usize,
    prob: f64,
    seed: u64,
}

impl SmallWorld {
    /// The rule.
    ///
    /// # Panics
    /// If `num_neighbor` is odd or `prob` not between 0 and 1.
    pub fn new(num_neighbor: usize, prob: f64, seed: u64) -> Self {
        assert!(
            num_neighbor % 2 == 0 && (0.0..=1.0).contains(&prob),
            "SmallWorld::new: num_neighbor is {num_neighbor}, but must be even, and prob {prob}, but must be between 0 and 1"
        );
        SmallWorld {
            num_neighbor,
            prob,
            seed,
        }
    }
}

impl Connector for SmallWorld {
    /// # Panics
    /// If `pre` and `post` differ or are not greater than `num_neighbor`.
    fn csr(&self, pre: usize, post: usize) -> Csr {
        let mut graph = Graph::new("SmallWorld", pre, post, self.seed);
        assert!(
            pre > self.num_neighbor,
            "SmallWorld: {} neighbours among {pre} neurons",
            self.num_neighbor
        );
        let neighbour = |neuron: usize, distance: usize| ((neuron + distance) % pre) as u32;
        for distance in 1..=self.num_neighbor / 2 {
            (0..pre).for_each(|neuron| graph.add(neuron as u32, neighbour(neuron, distance)));
        }
        let mut degree = vec![self.num_neighbor; pre];
        for distance in 1..=self.num_neighbor / 2 {
            for neuron in 0..pre {
                let chance: f64 = graph.rng.random(());
                if chance >= self.prob || degree[neuron] + 1 >= pre {
                    continue;
                }
                let old = neighbour(neuron, distance);
                let new = loop {
                    let new = graph.below(pre);
                    if new != neuron && !graph.has(neuron as u32, new as u32) {
                        break new;
                    }
                };
                graph.remove(neuron as u32, old);
                graph.add(neuron as u32, new as u32);
                degree[old as usize] -= 1;
                degree[new] += 1;
            }
        }
        graph.csr(pre)
    }
}

/// The scale-free graph of Barabási and Albert (1999, Science 286:509–512): neurons come one by one, and each is connected to `m`
/// earlier ones, which are drawn in proportion to the connections that they have. The first `m + 1` make a star.
///
/// ```
/// use brain_jit::connect::{Connector, ScaleFreeBA};
/// let synapses = ScaleFreeBA::new(3, 1).csr(100, 100);
/// assert_eq!(synapses.synapses(), 2 * 3 * 97);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ScaleFreeBA {
    m: usize,
    seed: u64,
}

impl ScaleFreeBA {
    /// The rule.
    ///
    /// # Panics
    /// If `m` is 0.
    pub fn new(m: usize, seed: u64) -> Self {
        assert!(m > 0, "ScaleFreeBA::new: m must be at least 1");
        ScaleFreeBA { m, seed }
    }
}

impl Connector for ScaleFreeBA {
    /// # Panics
    /// If `pre` and `post` differ or are not greater than `m`.
    fn csr(&self, pre: usize, post: usize) -> Csr {
        let mut graph = Graph::new("ScaleFreeBA", pre, post, self.seed);
        assert!(
            pre > self.m,
            "ScaleFreeBA: {} connections among {pre} neurons",
            self.m
        );
        // Each neuron as often as it has connections.
        let mut ends: Vec<u32> = Vec::with_capacity(2 * self.m * pre);
        for neuron in 1..=self.m as u32 {
            graph.add(0, neuron);
            ends.extend([0, neuron]);
        }
        for neuron in self.m as u32 + 1..pre as u32 {
            let present = ends.len();
            while ends.len() < present + 2 * self.m {
                let to = ends[graph.below(present)];
                if !graph.has(neuron, to) {
                    graph.add(neuron, to);
                    ends.extend([neuron, to]);
                }
            }
        }
        graph.csr(pre)
    }
}
