//! Each pair with a fixed probability.

use super::Rows;
use crate::random::{RandomState, distributions};

/// Connects each ordered pair of neurons with probability `prob`, independently of all others.
///
/// The distances between the targets of a neuron are geometric, so a row takes time in proportion to its targets. (BrainPy's
/// `FixedProb` gives each neuron exactly `prob * post` targets; that is [`FixedPostNum`](super::FixedPostNum) here.)
///
/// ```
/// use brain_jit::connect::{Connector, FixedProb};
/// let synapses = FixedProb::new(0.02, 1).csr(1000, 1000);
/// assert!((18_500..21_500).contains(&synapses.synapses()));
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FixedProb {
    prob: f64,
    include_self: bool,
    seed: u64,
}

/// Distances that are drawn together.
const GROUP: usize = 32;

impl FixedProb {
    /// The rule; self-connections included.
    ///
    /// # Panics
    /// Unless `prob` is between 0 and 1.
    pub fn new(prob: f64, seed: u64) -> Self {
        assert!(
            (0.0..=1.0).contains(&prob),
            "FixedProb::new: prob is {prob}, but must be between 0 and 1"
        );
        FixedProb {
            prob,
            include_self: true,
            seed,
        }
    }

    /// Whether neuron `i` may be connected to neuron `i`.
    pub fn include_self(self, include_self: bool) -> Self {
        FixedProb {
            include_self,
            ..self
        }
    }
}

impl Rows for FixedProb {
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
        if self.prob == 0.0 {
            return;
        }
        // The number of failures before a success is ⌊E / −ln(1 − p)⌋ with a standard exponential E.
        let scale = -1.0 / (-self.prob).ln_1p();
        let mut rng = RandomState::new(self.seed).fork(pre as u64);
        let mut distances = [0.0; GROUP];
        let mut next = 0;
        loop {
            let draw = rng.draw(distributions::standard_exponential::<f64>(), GROUP);
            draw.fill_parallel(&mut distances);
            for distance in distances {
                // The cast rounds down, and large numbers to the largest one.
                let target = ((distance * scale) as usize).saturating_add(next);
                if target >= post {
                    return;
                }
                if self.include_self || target != pre {
                    targets.push(target as u32);
                }
                next = target + 1;
            }
        }
    }
}
