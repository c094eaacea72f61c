//! Adam.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Adam: averages `m` of the gradients and `v` of their squares, corrected for their start at 0 (Kingma and Ba 2015).
    ///
    /// `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, `θ ← θ − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)`.
    ///
    /// ```
    /// use brain_jit::{bm::optim::Adam, prelude::*};
    /// let (mut w, mut adam) = (array![1.0_f32], Adam::new(0.05).beta1(0.8));
    /// for _ in 0..200 {
    ///     let gradient = 2.0 * &w;
    ///     adam.update(&mut w, &gradient);
    /// }
    /// assert!(w[0].abs() < 1e-3);
    /// ```
    Adam: AdamRule {
        /// The decay rate of the average of gradients; 0.9.
        beta1: f64 = 0.9,
        /// The decay rate of the average of their squares; 0.999.
        beta2: f64 = 0.999,
        /// Keeps the denominator above 0; 10⁻⁸.
        eps: f64 = 1e-8,
    }
}

/// The factor of the learning rate that undoes the start of both averages at 0.
pub(super) fn correction(beta1: f64, beta2: f64, count: i32) -> f64 {
    (1.0 - beta2.powi(count)).sqrt() / (1.0 - beta1.powi(count))
}

impl Rule for AdamRule {
    const NAME: &'static str = "Adam";
    type Memory<T: Real> = [T; 2];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 2]) -> (T, [T; 2]) + Sync {
        let lr = step.learning_rate * correction(self.beta1, self.beta2, step.count);
        let [keep, lr, eps] = constants::<T, _>([1.0 - step.weight_decay, lr, self.eps]);
        let [beta1, rest1] = constants::<T, _>([self.beta1, 1.0 - self.beta1]);
        let [beta2, rest2] = constants::<T, _>([self.beta2, 1.0 - self.beta2]);
        move |p, g, [m, v]| {
            let m = beta1 * m + rest1 * g;
            let v = beta2 * v + rest2 * (g * g);
            (keep * p - lr * m / (v.sqrt() + eps), [m, v])
        }
    }
}
