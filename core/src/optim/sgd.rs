//! Stochastic gradient descent.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Stochastic gradient descent: `θ ← θ − η g`.
    ///
    /// ```
    /// use brain_jit::{bm::optim::SGD, prelude::*};
    /// let mut w = array![1.0, 2.0];
    /// SGD::new(0.5).update(&mut w, &array![1.0, -1.0]);
    /// assert_eq!(w, array![0.5, 2.5]);
    /// ```
    SGD: SgdRule {}
}

impl Rule for SgdRule {
    const NAME: &'static str = "SGD";
    type Memory<T: Real> = [T; 0];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 0]) -> (T, [T; 0]) + Sync {
        let [keep, lr] = constants::<T, _>([1.0 - step.weight_decay, step.learning_rate]);
        move |p, g, []| (keep * p - lr * g, [])
    }
}
