//! Layer-wise adaptive rate scaling.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Layer-wise adaptive rate scaling (You et al. 2017): momentum with a learning rate for each array.
    ///
    /// `v ← μ v + η r (g + λ θ)`, `θ ← θ − v` with `r = tc ‖θ‖ / (‖g‖ + λ ‖θ‖ + ε)`, 1 where one of the norms is 0.
    ///
    /// ```
    /// use brain_jit::{bm::optim::LARS, prelude::*};
    /// let mut w = array![3.0, 4.0];
    /// LARS::new(1.0).tc(0.1).eps(0.0).weight_decay(0.0).update(&mut w, &array![0.0, 100.0]);
    /// assert!(bm::allclose(&w, &array![3.0, 3.5])); // a tenth of its norm, whatever the gradient's
    /// ```
    LARS: LarsRule {
        /// The part `μ` of its velocity that a parameter keeps; 0.9.
        momentum: f64 = 0.9,
        /// The part of its norm that an array moves by at the rate 1; 0.001.
        tc: f64 = 1e-3,
        /// Keeps the denominator above 0; 10⁻⁵.
        eps: f64 = 1e-5,
    }
    /// The rate `λ`, part of the gradient here; 10⁻⁴.
    ///
    /// # Panics
    /// Unless it is in 0 … 1.
    weight_decay = 1e-4
}

impl Rule for LarsRule {
    const NAME: &'static str = "LARS";
    const NORMS: bool = true;
    type Memory<T: Real> = [T; 1];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 1]) -> (T, [T; 1]) + Sync {
        let (parameter, gradient) = step.norms;
        let ratio = if parameter == 0.0 || gradient == 0.0 {
            1.0
        } else {
            self.tc * parameter / (gradient + step.weight_decay * parameter + self.eps)
        };
        let values = [step.learning_rate * ratio, step.weight_decay, self.momentum];
        let [lr, decay, momentum] = constants::<T, _>(values);
        move |p, g, [v]| {
            let v = momentum * v + lr * (g + decay * p);
            (p - v, [v])
        }
    }
}
