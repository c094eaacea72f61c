//! Adan.

use super::optimizer::optimizer;
use super::rule::{Rule, Step, constants};
use crate::kernel::Real;

optimizer! {
    /// Adan, adaptive Nesterov momentum (Xie et al. 2022): averages `m` of the gradients, `v` of their changes `g − g′` and `n` of
    /// `(g + (1 − β₂) (g − g′))²`, corrected for their start at 0;
    /// `θ ← (θ − η (m + (1 − β₂) v) / (√n + ε)) / (1 + η λ)`.
    ///
    /// ```
    /// use brain_jit::{bm::optim::Adan, prelude::*};
    /// let mut w = array![1.0];
    /// Adan::new(0.5).weight_decay(0.0).update(&mut w, &array![2.0]);
    /// assert!(bm::allclose(&w, &array![0.5]));
    /// ```
    Adan: AdanRule {
        /// The weights of what is new in the three averages; (0.02, 0.08, 0.01).
        betas: (f64, f64, f64) = (0.02, 0.08, 0.01),
        /// Keeps the denominator above 0; 10⁻⁸.
        eps: f64 = 1e-8,
        /// Whether decay is `(1 − η λ) θ − …` as in AdamW, rather than the division; `false`.
        no_prox: bool = false,
    }
    /// The rate `λ` of the decay; 0.02.
    ///
    /// # Panics
    /// Unless it is in 0 … 1.
    weight_decay = 0.02
}

impl Rule for AdanRule {
    const NAME: &'static str = "Adan";
    type Memory<T: Real> = [T; 4];

    fn rule<T: Real>(&self, step: &Step) -> impl Fn(T, T, [T; 4]) -> (T, [T; 4]) + Sync {
        let (b1, b2, b3) = self.betas;
        let corrected = |beta: f64| 1.0 / (1.0 - (1.0 - beta).powi(step.count));
        let decay = step.learning_rate * step.weight_decay;
        let (before, after) = match self.no_prox {
            true => (1.0 - decay, 1.0),
            false => (1.0, 1.0 + decay),
        };
        let [before, after, lr, eps] =
            constants::<T, _>([before, after, step.learning_rate, self.eps]);
        let [b1, b2, b3, rest1, rest2, rest3] =
            constants::<T, _>([b1, b2, b3, 1.0 - b1, 1.0 - b2, 1.0 - b3]);
        let [to_m, to_v, to_n] =
            constants::<T, _>([self.betas.0, self.betas.1, self.betas.2].map(corrected));
        let first = step.count == 1;
        move |p, g, [m, v, n, last]| {
            let change = if first { T::ZERO } else { g - last };
            let ahead = g + rest2 * change;
            let m = rest1 * m + b1 * g;
            let v = rest2 * v + b2 * change;
            let n = rest3 * n + b3 * (ahead * ahead);
            let rate = lr / ((n * to_n).sqrt() + eps);
            let p = (before * p - rate * (m * to_m + rest2 * v * to_v)) / after;
            (p, [m, v, n, g])
        }
    }
}
