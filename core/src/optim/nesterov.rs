//! Gradient descent with Nesterov's momentum.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Gradient descent with Nesterov's momentum: `v ← μ v − η g`, `θ ← θ + μ v − η g` (Nesterov 1983; Sutskever et al. 2013).
    ///
    /// ```
    /// use brain_jit::{bm::optim::MomentumNesterov, prelude::*};
    /// let mut w = array![1.0];
    /// MomentumNesterov::new(0.5).momentum(0.5).update(&mut w, &array![1.0]);
    /// assert_eq!(w, array![1.0 - 0.5 * 1.5]);
    /// ```
    MomentumNesterov: MomentumNesterovRule {
        /// The part `μ` of its velocity that a parameter keeps; 0.9.
        momentum: f64 = 0.9,
    }
}

/// The same as [`MomentumNesterov`].
pub type NesterovMomentum = MomentumNesterov;

impl Rule for MomentumNesterovRule {
    const NAME: &'static str = "MomentumNesterov";
    type Memory<T: Real> = [T; 1];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 1]) -> (T, [T; 1]) + Sync {
        let values = [1.0 - step.weight_decay, step.learning_rate, self.momentum];
        let [keep, lr, momentum] = constants::<T, _>(values);
        move |p, g, [v]| {
            let v = momentum * v - lr * g;
            (keep * p + (momentum * v - lr * g), [v])
        }
    }
}
