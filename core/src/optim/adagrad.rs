//! Adagrad.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Adagrad: `c ← c + g²`, `θ ← θ − η g / √(c + ε)` (Duchi et al. 2011).
    ///
    /// ```
    /// use brain_jit::{bm::optim::Adagrad, prelude::*};
    /// let mut w = array![1.0, 1.0];
    /// Adagrad::new(0.5).epsilon(0.0).update(&mut w, &array![10.0, -0.1]);
    /// assert!(bm::allclose(&w, &array![0.5, 1.5]));
    /// ```
    Adagrad: AdagradRule {
        /// Keeps the denominator above 0; 10⁻⁶.
        epsilon: f64 = 1e-6,
    }
}

impl Rule for AdagradRule {
    const NAME: &'static str = "Adagrad";
    type Memory<T: Real> = [T; 1];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 1]) -> (T, [T; 1]) + Sync {
        let values = [1.0 - step.weight_decay, step.learning_rate, self.epsilon];
        let [keep, lr, epsilon] = constants::<T, _>(values);
        move |p, g, [c]| {
            let c = c + g * g;
            (keep * p - lr * g / (c + epsilon).sqrt(), [c])
        }
    }
}
