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

    /// A number between 0 and 1.
    fn chance(&mut self) -> f64 {
        self.rng.random(())
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
                if graph.chance() >= self.prob || degree[neuron] + 1 >= pre {
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

/// A scale-free graph being made.
struct Growth {
    graph: Graph,
    neurons: usize,
    /// Each neuron as often as it has connections.
    ends: Vec<u32>,
    /// The chance of a connection to be to a neighbour of the neuron that was drawn last.
    triangle: f64,
    /// The neighbours of each neuron, where there is such a chance.
    near: Vec<Vec<u32>>,
}

impl Growth {
    /// A star of the first `star + 1` neurons.
    fn new(
        rule: &str,
        (pre, post): (usize, usize),
        seed: u64,
        star: usize,
        triangle: f64,
    ) -> Growth {
        let graph = Graph::new(rule, pre, post, seed);
        assert!(pre > star, "{rule}: {star} connections among {pre} neurons");
        let mut growth = Growth {
            graph,
            neurons: pre,
            ends: Vec::with_capacity(2 * star * pre),
            triangle,
            near: vec![Vec::new(); if triangle > 0.0 { pre } else { 0 }],
        };
        (1..=star as u32).for_each(|neuron| growth.connect(0, neuron));
        growth
    }

    fn connect(&mut self, a: u32, b: u32) {
        self.graph.add(a, b);
        self.ends.extend([a, b]);
        if self.triangle > 0.0 {
            self.near[a as usize].push(b);
            self.near[b as usize].push(a);
        }
    }

    /// A neighbour of `to` to which `neuron` is not connected yet, if there is one and chance wants it.
    fn neighbour(&mut self, neuron: u32, to: u32) -> Option<u32> {
        if self.graph.chance() >= self.triangle {
            return None;
        }
        let near = self.near[to as usize].iter().copied();
        let open: Vec<u32> = near
            .filter(|&other| other != neuron && !self.graph.has(neuron, other))
            .collect();
        (!open.is_empty()).then(|| open[self.graph.below(open.len())])
    }

    /// Each further neuron is connected to as many earlier ones as `number` says.
    fn grow(mut self, mut number: impl FnMut(&mut Graph) -> usize) -> Csr {
        let star = self.ends.len() / 2;
        for neuron in star as u32 + 1..self.neurons as u32 {
            let present = self.ends.len();
            let wanted = number(&mut self.graph);
            let mut drawn = None;
            while self.ends.len() < present + 2 * wanted {
                let beside = match drawn {
                    Some(to) if self.triangle > 0.0 => self.neighbour(neuron, to),
                    _ => None,
                };
                let to = beside.unwrap_or_else(|| self.ends[self.graph.below(present)]);
                if !self.graph.has(neuron, to) {
                    self.connect(neuron, to);
                    drawn = beside.map_or(Some(to), |_| drawn);
                }
            }
        }
        self.graph.csr(self.neurons)
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
        Growth::new("ScaleFreeBA", (pre, post), self.seed, self.m, 0.0).grow(|_| self.m)
    }
}

/// The dual graph of Barabási and Albert (Moshiri 2018, arXiv:1810.10538): as [`ScaleFreeBA`], but a neuron is connected to `m1` earlier
/// ones with probability `p`, else to `m2`. The first `max(m1, m2) + 1` make a star.
///
/// ```
/// use brain_jit::connect::{Connector, ScaleFreeBADual};
/// let synapses = ScaleFreeBADual::new(1, 4, 0.5, 1).csr(1000, 1000);
/// assert!((4600..5400).contains(&synapses.synapses()));
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ScaleFreeBADual {
    m1: usize,
    m2: usize,
    p: f64,
    seed: u64,
}

impl ScaleFreeBADual {
    /// The rule.
    ///
    /// # Panics
    /// If `m1` or `m2` is 0, or `p` not between 0 and 1.
    pub fn new(m1: usize, m2: usize, p: f64, seed: u64) -> Self {
        assert!(
            m1.min(m2) > 0 && (0.0..=1.0).contains(&p),
            "ScaleFreeBADual::new: m1 is {m1}, m2 {m2} and p {p}, but must be at least 1, at least 1, and between 0 and 1"
        );
        ScaleFreeBADual { m1, m2, p, seed }
    }
}

impl Connector for ScaleFreeBADual {
    /// # Panics
    /// If `pre` and `post` differ or are not greater than `m1` and `m2`.
    fn csr(&self, pre: usize, post: usize) -> Csr {
        let star = self.m1.max(self.m2);
        let growth = Growth::new("ScaleFreeBADual", (pre, post), self.seed, star, 0.0);
        growth.grow(|graph| match graph.chance() < self.p {
            true => self.m1,
            false => self.m2,
        })
    }
}

/// The scale-free graph of Holme and Kim (2002, Phys Rev E 65:026107), whose neighbours are often neighbours of each other: as
/// [`ScaleFreeBA`], but after a connection that was drawn the next one is, with probability `p`, to a neighbour of the neuron drawn.
///
/// ```
/// use brain_jit::connect::{Connector, PowerLaw};
/// let synapses = PowerLaw::new(3, 0.8, 1).csr(100, 100);
/// assert_eq!(synapses.synapses(), 2 * 3 * 97);
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PowerLaw {
    m: usize,
    p: f64,
    seed: u64,
}

impl PowerLaw {
    /// The rule.
    ///
    /// # Panics
    /// If `m` is 0 or `p` not between 0 and 1.
    pub fn new(m: usize, p: f64, seed: u64) -> Self {
        assert!(
            m > 0 && (0.0..=1.0).contains(&p),
            "PowerLaw::new: m is {m} and p {p}, but must be at least 1 and between 0 and 1"
        );
        PowerLaw { m, p, seed }
    }
}

impl Connector for PowerLaw {
    /// # Panics
    /// If `pre` and `post` differ or are not greater than `m`.
    fn csr(&self, pre: usize, post: usize) -> Csr {
        Growth::new("PowerLaw", (pre, post), self.seed, self.m, self.p).grow(|_| self.m)
    }
}
