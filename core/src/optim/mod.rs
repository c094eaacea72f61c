//! Optimizers: they move parameters against their gradients, in place.
//!
//! Names, settings and their defaults are BrainPy's (`brainpy.optim`). Parameters are anything [`Trained`] by its gradients: an array, a
//! scalar, a tuple of `&mut` arrays with a tuple of gradients, or an object with the gradients that the macros make for it.
//!
//! ```
//! use brain_jit::{bm::optim, prelude::*};
//! let (x, y) = (array![[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], array![1.0, 3.0, 5.0]);
//! let mut w = Array1::zeros(2);
//! let rate = optim::CosineAnnealingLR::new(0.5, 200);
//! let mut optimizer = optim::Adam::new(rate).clip_by_global_norm(10.0);
//! for _ in 0..200 {
//!     let error: Array1<f64> = x.dot(&w) - &y;
//!     let gradient = x.t().dot(&error) * (2.0 / 3.0);
//!     optimizer.update(&mut w, &gradient);
//!     optimizer.step_epoch();
//! }
//! assert!((w[0] - 1.0).abs() < 0.01 && (w[1] - 2.0).abs() < 0.01);
//! ```
//!
//! The learning rate is a number or a [`Schedule`].

mod adadelta;
mod adagrad;
mod adam;
mod adamw;
mod adan;
mod lars;
mod momentum;
mod nesterov;
mod optimizer;
mod rmsprop;
mod rule;
mod saved;
mod schedule;
mod sgd;
mod slot;
mod trained;

pub use adadelta::Adadelta;
pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use adan::Adan;
pub use lars::LARS;
pub use momentum::Momentum;
pub use nesterov::{MomentumNesterov, NesterovMomentum};
pub use optimizer::Optimizer;
pub use rmsprop::RMSProp;
pub use rule::{Memory, Rule, Step};
pub use schedule::{
    CosineAnnealingLR, CosineAnnealingWarmRestarts, ExponentialDecayLR, ExponentialLR,
    InverseTimeDecayLR, MultiStepLR, PiecewiseConstantLR, PolynomialDecayLR, Schedule, StepLR,
};
pub use sgd::SGD;
pub use trained::{Trained, Visitor};
