//! RMSProp.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// RMSProp: `c ← ρ c + (1 − ρ) g²`, `θ ← θ − η g / √(c + ε)` (Tieleman and Hinton 2012).
    ///
    /// ```
    /// use brain_jit::{bm::optim::RMSProp, prelude::*};
    /// let mut w = array![1.0];
    /// RMSProp::new(0.1).rho(0.75).epsilon(0.0).update(&mut w, &array![3.0]);
    /// assert!(bm::allclose(&w, &array![0.8]));
    /// ```
    RMSProp: RmsPropRule {
        /// The decay rate `ρ` of the average; 0.9.
        rho: f64 = 0.9,
        /// Keeps the denominator above 0; 10⁻⁶.
        epsilon: f64 = 1e-6,
    }
}

impl Rule for RmsPropRule {
    const NAME: &'static str = "RMSProp";
    type Memory<T: Real> = [T; 1];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 1]) -> (T, [T; 1]) + Sync {
        let [keep, lr] = constants::<T, _>([1.0 - step.weight_decay, step.learning_rate]);
        let [rho, rest, epsilon] = constants::<T, _>([self.rho, 1.0 - self.rho, self.epsilon]);
        move |p, g, [c]| {
            let c = rho * c + rest * (g * g);
            (keep * p - lr * g / (c + epsilon).sqrt(), [c])
        }
    }
}
