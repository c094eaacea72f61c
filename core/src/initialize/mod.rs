//! Initial values of parameters, with BrainPy's names and defaults (`brainpy.initialize`).
//!
//! An [`Initializer`] makes an array from a shape and a random generator. In a shape of two or more axes the last but one counts
//! what comes into a layer and the last what goes out, as in `dot(x, w)`.
//!
//! ```
//! use brain_jit::bm::initialize::{Initializer, KaimingNormal, Orthogonal, ZeroInit};
//! use brain_jit::prelude::*;
//! let mut rng = RandomState::new(42);
//! let w: Array2<f32> = KaimingNormal::default().initialize((784, 128), &mut rng);
//! let b: Array1<f32> = ZeroInit.initialize(128, &mut rng);
//! let recurrent: Array2<f64> = Orthogonal { scale: 0.9, ..Default::default() }.initialize((64, 64), &mut rng);
//! assert!((bm::std(&w) - (2.0_f32 / 784.0).sqrt()).abs() < 1e-3 && b.sum() == 0.0);
//! assert!((recurrent.row(0).dot(&recurrent.row(0)) - 0.81).abs() < 1e-12);
//! ```

mod drawn;
mod fixed;
mod orthogonal;
mod scaled;

pub use drawn::{Normal, TruncatedNormal, Uniform};
pub use fixed::{Constant, Identity, OneInit, ZeroInit};
pub use orthogonal::Orthogonal;
pub use scaled::{
    KaimingNormal, KaimingUniform, LecunNormal, LecunUniform, ScaleDistribution, ScaleMode,
    VarianceScaling, XavierNormal, XavierUniform,
};

use crate::kernel::Real;
use crate::random::{RandomState, Shape};

/// What makes initial values.
pub trait Initializer {
    /// An array of this shape: `n`, a tuple or a list of lengths; `()` gives a scalar.
    fn initialize<T: Real, S: Shape>(&self, shape: S, rng: &mut RandomState) -> S::Output<T>;
}
