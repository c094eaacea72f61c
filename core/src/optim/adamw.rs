//! Adam with decoupled weight decay.

use super::adam::correction;
use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Adam with decoupled weight decay: [`Adam`](super::Adam), and `θ ← (1 − η λ) θ` (Loshchilov and Hutter 2019).
    ///
    /// ```
    /// use brain_jit::{bm::optim::AdamW, prelude::*};
    /// let mut w = array![1.0];
    /// AdamW::new(0.5).weight_decay(0.1).update(&mut w, &array![2.0]);
    /// assert!(bm::allclose(&w, &array![0.95 - 0.5]));
    /// ```
    AdamW: AdamWRule {
        /// The decay rate of the average of gradients; 0.9.
        beta1: f64 = 0.9,
        /// The decay rate of the average of their squares; 0.999.
        beta2: f64 = 0.999,
        /// Keeps the denominator above 0; 10⁻⁸.
        eps: f64 = 1e-8,
        /// Whether the largest average of squares so far is taken rather than the present one (Reddi et al. 2018); `false`.
        amsgrad: bool = false,
    }
    /// The rate `λ`; an update takes away the part `η λ` of a parameter. 0.01.
    ///
    /// # Panics
    /// Unless it is in 0 … 1.
    weight_decay = 0.01
}

impl Rule for AdamWRule {
    const NAME: &'static str = "AdamW";
    type Memory<T: Real> = [T; 3];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 3]) -> (T, [T; 3]) + Sync {
        let keep = 1.0 - step.learning_rate * step.weight_decay;
        let lr = step.learning_rate * correction(self.beta1, self.beta2, step.count);
        let [keep, lr, eps] = constants::<T, _>([keep, lr, self.eps]);
        let [beta1, rest1] = constants::<T, _>([self.beta1, 1.0 - self.beta1]);
        let [beta2, rest2] = constants::<T, _>([self.beta2, 1.0 - self.beta2]);
        let amsgrad = self.amsgrad;
        move |p, g, [m, v, greatest]| {
            let m = beta1 * m + rest1 * g;
            let v = beta2 * v + rest2 * (g * g);
            let greatest = if amsgrad && v < greatest { greatest } else { v };
            (
                keep * p - lr * m / (greatest.sqrt() + eps),
                [m, v, greatest],
            )
        }
    }
}
