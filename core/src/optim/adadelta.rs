//! Adadelta.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Adadelta: `c ← ρ c + (1 − ρ) g²`, `u = g √(d + ε) / √(c + ε)`, `d ← ρ d + (1 − ρ) u²`, `θ ← θ − η u` (Zeiler 2012).
    ///
    /// The paper has no learning rate: take 1.
    ///
    /// ```
    /// use brain_jit::{bm::optim::Adadelta, prelude::*};
    /// let (mut w, mut optimizer) = (array![1.0], Adadelta::new(1.0));
    /// for _ in 0..500 {
    ///     let gradient = 2.0 * &w;
    ///     optimizer.update(&mut w, &gradient);
    /// }
    /// assert!(w[0] < 0.1);
    /// ```
    Adadelta: AdadeltaRule {
        /// The decay rate `ρ` of both averages; 0.95.
        rho: f64 = 0.95,
        /// Keeps the roots above 0; 10⁻⁶.
        epsilon: f64 = 1e-6,
    }
}

impl Default for Adadelta {
    /// With the paper's learning rate 1.
    fn default() -> Self {
        Adadelta::new(1.0)
    }
}

impl Rule for AdadeltaRule {
    const NAME: &'static str = "Adadelta";
    type Memory<T: Real> = [T; 2];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 2]) -> (T, [T; 2]) + Sync {
        let [keep, lr] = constants::<T, _>([1.0 - step.weight_decay, step.learning_rate]);
        let [rho, rest, epsilon] = constants::<T, _>([self.rho, 1.0 - self.rho, self.epsilon]);
        move |p, g, [c, d]| {
            let c = rho * c + rest * (g * g);
            let update = g * (d + epsilon).sqrt() / (c + epsilon).sqrt();
            let d = rho * d + rest * (update * update);
            (keep * p - lr * update, [c, d])
        }
    }
}
