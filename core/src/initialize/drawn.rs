//! Independent draws from one distribution.

use super::Initializer;
use crate::kernel::Real;
use crate::random::{RandomState, Shape};

/// Normal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// The mean; 0.
    pub mean: f64,
    /// The standard deviation; 1.
    pub scale: f64,
}

impl Default for Normal {
    fn default() -> Self {
        Normal {
            mean: 0.0,
            scale: 1.0,
        }
    }
}

impl Initializer for Normal {
    fn initialize<T: Real, S: Shape>(&self, shape: S, rng: &mut RandomState) -> S::Output<T> {
        rng.normal(T::from_f64(self.mean), T::from_f64(self.scale), shape)
    }
}

/// Normal, restricted to an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedNormal {
    /// The mean before the restriction; 0.
    pub loc: f64,
    /// The standard deviation before the restriction; 1.
    pub scale: f64,
    /// The least value; −2.
    pub lower: f64,
    /// The greatest value; 2.
    pub upper: f64,
}

impl Default for TruncatedNormal {
    fn default() -> Self {
        TruncatedNormal {
            loc: 0.0,
            scale: 1.0,
            lower: -2.0,
            upper: 2.0,
        }
    }
}

impl Initializer for TruncatedNormal {
    fn initialize<T: Real, S: Shape>(&self, shape: S, rng: &mut RandomState) -> S::Output<T> {
        let [lower, upper, loc, scale] =
            [self.lower, self.upper, self.loc, self.scale].map(T::from_f64);
        rng.truncated_normal_with(lower, upper, loc, scale, shape)
    }
}

/// Uniform.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    /// The least value; 0.
    pub min_val: f64,
    /// The limit that is not reached; 1.
    pub max_val: f64,
}

impl Default for Uniform {
    fn default() -> Self {
        Uniform {
            min_val: 0.0,
            max_val: 1.0,
        }
    }
}

impl Initializer for Uniform {
    fn initialize<T: Real, S: Shape>(&self, shape: S, rng: &mut RandomState) -> S::Output<T> {
        rng.uniform(T::from_f64(self.min_val), T::from_f64(self.max_val), shape)
    }
}
