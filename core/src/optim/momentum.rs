//! Gradient descent with momentum.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Gradient descent with momentum: `v ← μ v − η g`, `θ ← θ + v` (Polyak 1964; Qian 1999).
    ///
    /// ```
    /// use brain_jit::{bm::optim::Momentum, prelude::*};
    /// let (mut w, mut optimizer) = (array![1.0], Momentum::new(0.5).momentum(0.5));
    /// optimizer.update(&mut w, &array![1.0]);
    /// optimizer.update(&mut w, &array![1.0]);
    /// assert_eq!(w, array![1.0 - 0.5 - 0.75]);
    /// ```
    Momentum: MomentumRule {
        /// The part `μ` of its velocity that a parameter keeps; 0.9.
        momentum: f64 = 0.9,
    }
}

impl Rule for MomentumRule {
    const NAME: &'static str = "Momentum";
    type Memory<T: Real> = [T; 1];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 1]) -> (T, [T; 1]) + Sync {
        let values = [1.0 - step.weight_decay, step.learning_rate, self.momentum];
        let [keep, lr, momentum] = constants::<T, _>(values);
        move |p, g, [v]| {
            let v = momentum * v - lr * g;
            (keep * p + v, [v])
        }
    }
}
