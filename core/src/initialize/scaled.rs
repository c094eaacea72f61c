//! Draws whose variance depends on how many connections a layer has.

use ndarray::Dimension;

use super::{Initializer, Normal, Uniform};
use crate::kernel::Real;
use crate::random::{RandomState, Shape};

/// The connections that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleMode {
    /// Those into a unit.
    FanIn,
    /// Those out of a unit.
    FanOut,
    /// The mean of both.
    FanAvg,
}

/// The distribution that is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleDistribution {
    /// Normal.
    Normal,
    /// Normal, without what is more than two deviations (before the cut) from 0.
    TruncatedNormal,
    /// Uniform around 0.
    Uniform,
}

/// Mean 0 and variance `scale / connections`.
///
/// The last axis but one of a shape counts what comes in, the last what goes out; each is multiplied by the lengths of the axes before
/// (a convolution's window). A vector of `n` has `n` of both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceScaling {
    /// The variance times the number of connections.
    pub scale: f64,
    /// Which connections count.
    pub mode: ScaleMode,
    /// What is drawn from.
    pub distribution: ScaleDistribution,
}

/// The standard deviation of a standard normal distribution cut at ±2.
const CUT_DEVIATION: f64 = 0.879_625_661_034_239_8;

/// How many connections come into a unit and go out of one.
fn fans(shape: &[usize]) -> (f64, f64) {
    match shape {
        [] => (1.0, 1.0),
        &[n] => (n as f64, n as f64),
        &[ref window @ .., fan_in, fan_out] => {
            let window = window.iter().product::<usize>() as f64;
            (fan_in as f64 * window, fan_out as f64 * window)
        }
    }
}

impl Initializer for VarianceScaling {
    fn initialize<T: Real, S: Shape>(&self, shape: S, rng: &mut RandomState) -> S::Output<T> {
        let (fan_in, fan_out) = fans(shape.dim().slice());
        let connections = match self.mode {
            ScaleMode::FanIn => fan_in,
            ScaleMode::FanOut => fan_out,
            ScaleMode::FanAvg => (fan_in + fan_out) / 2.0,
        };
        let deviation = (self.scale / connections.max(1.0)).sqrt();
        match self.distribution {
            ScaleDistribution::Normal => Normal {
                mean: 0.0,
                scale: deviation,
            }
            .initialize(shape, rng),
            ScaleDistribution::TruncatedNormal => {
                let scale = T::from_f64(deviation / CUT_DEVIATION);
                let two = T::from_f64(2.0);
                let drawn = rng.truncated_normal(-two, two, vec![shape.len()]);
                shape.arrange(drawn.iter().map(|&x| x * scale).collect())
            }
            ScaleDistribution::Uniform => {
                let limit = 3.0_f64.sqrt() * deviation;
                let uniform = Uniform {
                    min_val: -limit,
                    max_val: limit,
                };
                uniform.initialize(shape, rng)
            }
        }
    }
}

macro_rules! scaled {
    ($($(#[$doc:meta])* $name:ident $scale:literal $mode:ident $distribution:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            #[doc = concat!("The variance times the number of connections; ", stringify!($scale), ".")]
            pub scale: f64,
            #[doc = concat!("Which connections count; `", stringify!($mode), "`.")]
            pub mode: ScaleMode,
        }

        impl Default for $name {
            fn default() -> Self {
                $name { scale: $scale, mode: ScaleMode::$mode }
            }
        }

        impl Initializer for $name {
            fn initialize<T: Real, S: Shape>(&self, shape: S, rng: &mut RandomState) -> S::Output<T> {
                let scaling = VarianceScaling {
                    scale: self.scale,
                    mode: self.mode,
                    distribution: ScaleDistribution::$distribution,
                };
                scaling.initialize(shape, rng)
            }
        }
    )*};
}

scaled! {
    /// For rectifiers, truncated normal (He et al. 2015).
    KaimingNormal 2.0 FanIn TruncatedNormal;
    /// For rectifiers, uniform (He et al. 2015).
    KaimingUniform 2.0 FanIn Uniform;
    /// For sigmoids and tanh, truncated normal (Glorot and Bengio 2010).
    XavierNormal 1.0 FanAvg TruncatedNormal;
    /// For sigmoids and tanh, uniform (Glorot and Bengio 2010).
    XavierUniform 1.0 FanAvg Uniform;
    /// For self-normalising units, truncated normal (LeCun et al. 1998).
    LecunNormal 1.0 FanIn TruncatedNormal;
    /// For self-normalising units, uniform (LeCun et al. 1998).
    LecunUniform 1.0 FanIn Uniform;
}
