//! Connections that depend on distance.

use super::Rows;
use super::grid::{square, window};
use crate::random::{RandomState, distributions};

/// Beyond this many standard deviations the probability is below 2⁻⁵³, the least that a draw knows.
const REACH: f64 = 8.6;

/// Connects neurons on a grid with a probability that falls with their distance, `p = exp(−½ (d / sigma)²)`: neuron `i` stands at
/// row `i / width` and column `i % width` of the grid, whose spacing is the unit of distance. Pre- and postsynaptic neurons are on
/// the same grid.
///
/// A row takes time in proportion to the pairs within `8.6 sigma`, beyond which none is connected.
///
/// ```
/// use brain_jit::connect::{Connector, GaussianProb};
/// let synapses = GaussianProb::new(2.0, 30, 1).csr(900, 900);
/// let near = synapses.targets(465).contains(&465);
/// let far = synapses.targets(465).contains(&0);
/// assert!(near && !far);
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GaussianProb {
    sigma: f64,
    width: usize,
    include_self: bool,
    seed: u64,
}

impl GaussianProb {
    /// The rule on a grid with rows of `width` neurons; with as many as there are neurons they stand on a line. Self-connections,
    /// whose probability is 1, are included.
    ///
    /// # Panics
    /// Unless `sigma` and `width` are greater than 0 and finite.
    pub fn new(sigma: f64, width: usize, seed: u64) -> Self {
        assert!(
            sigma > 0.0 && sigma.is_finite() && width > 0,
            "GaussianProb::new: sigma is {sigma} and width {width}, but both must be greater than 0 and finite"
        );
        GaussianProb {
            sigma,
            width,
            include_self: true,
            seed,
        }
    }

    /// Whether neuron `i` is connected to neuron `i`.
    pub fn include_self(self, include_self: bool) -> Self {
        GaussianProb {
            include_self,
            ..self
        }
    }
}

impl Rows for GaussianProb {
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
        let [rows, columns] = window(pre, self.width, post, (REACH * self.sigma) as usize);
        let mut rng = RandomState::new(self.seed).fork(pre as u64);
        let mut chances = vec![0.0; columns.len()];
        for row in rows {
            let draw = rng.draw(distributions::random::<f64>(), chances.len());
            draw.fill_parallel(&mut chances);
            for (column, chance) in columns.clone().zip(&chances) {
                let target = row * self.width + column;
                let square = square(pre, self.width, row, column);
                let prob = crate::bm::exp(-0.5 * square / (self.sigma * self.sigma));
                if target < post && *chance < prob && (self.include_self || target != pre) {
                    targets.push(target as u32);
                }
            }
        }
    }
}
