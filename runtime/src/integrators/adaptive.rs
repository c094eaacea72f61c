//! Integration with steps whose length follows from tolerances.

use super::ode::{METHODS, method};
use super::tableau::Tableau;
use super::variables::Variables;

/// A right-hand side with a method and tolerances: [`odeint_adaptive`].
#[derive(Clone, Copy, Debug)]
pub struct AdaptiveIntegral<F> {
    f: F,
    method: Tableau<'static>,
    relative: f64,
    absolute: f64,
}

/// How many steps an integration took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    pub taken: usize,
    /// Tried, and taken again shorter.
    pub rejected: usize,
}

/// The integral of `f` by the method of this name, one with an estimate of its error: `rkf12`, `rkf45`, `rkdp` (also `dopri` and
/// `rk45`), `ck`, `bs` or `heun_euler`. The tolerances are 1e-3 (relative) and 1e-6 (absolute) unless
/// [`tolerances`](AdaptiveIntegral::tolerances) says otherwise.
///
/// # Panics
/// If there is no such method, or it does not estimate its error.
///
/// ```
/// use brain_jit::integrators::odeint_adaptive;
/// let integral = odeint_adaptive(|y: &f64, t| y * t.cos(), "rkf45").tolerances(1e-8, 1e-10);
/// let y = integral.integrate(&1.0, 0.0, 10.0, &mut 0.1);
/// assert!((y - 10.0_f64.sin().exp()).abs() < 1e-6);
/// ```
pub fn odeint_adaptive<V: Variables, F: Fn(&V, f64) -> V>(
    f: F,
    method: &str,
) -> AdaptiveIntegral<F> {
    let found = self::method(method).filter(|found| !found.embedded.is_empty());
    let method = found.unwrap_or_else(|| {
        let estimate = METHODS.iter().filter(|method| !method.embedded.is_empty());
        let names: Vec<&str> = estimate.map(|method| method.name).collect();
        panic!(
            "odeint_adaptive: \"{method}\" is no method that estimates its error; there are {}",
            names.join(", ")
        )
    });
    AdaptiveIntegral {
        f,
        method,
        relative: 1e-3,
        absolute: 1e-6,
    }
}

impl<F> AdaptiveIntegral<F> {
    /// The same integral with other tolerances: the estimated error of a step's number `y` is at most `absolute + relative · |y|`.
    ///
    /// # Panics
    /// If one of them is negative, or both are zero.
    pub fn tolerances(self, relative: f64, absolute: f64) -> Self {
        if !(relative >= 0.0 && absolute >= 0.0 && relative + absolute > 0.0) {
            panic!(
                "odeint_adaptive: tolerances of {relative} and {absolute}: both are at least 0, and one is more"
            );
        }
        AdaptiveIntegral {
            relative,
            absolute,
            ..self
        }
    }

    /// The state at time `end`, `y` being that at time `start`. The first step has the length `dt`, in which the length that
    /// the next one should have is left.
    ///
    /// # Panics
    /// If `dt` is not greater than 0 and finite, if `end` is before `start`, and if no step is short enough, as at a singularity.
    pub fn integrate<V: Variables>(&self, y: &V, start: f64, end: f64, dt: &mut f64) -> V
    where
        F: Fn(&V, f64) -> V,
    {
        self.integrate_counted(y, start, end, dt).0
    }

    /// The same, and how many steps that took.
    ///
    /// # Panics
    /// As [`integrate`](Self::integrate).
    pub fn integrate_counted<V: Variables>(
        &self,
        y: &V,
        start: f64,
        end: f64,
        dt: &mut f64,
    ) -> (V, Steps)
    where
        F: Fn(&V, f64) -> V,
    {
        super::check_dt("odeint_adaptive", *dt);
        if end < start || start.is_nan() || end.is_nan() {
            panic!("odeint_adaptive: integration from time {start} back to {end}");
        }
        let (mut y, mut t, mut steps) = (y.clone(), start, Steps::default());
        while t < end {
            let h = f64::min(*dt, end - t);
            if t + h == t {
                panic!("odeint_adaptive: at time {t} no step is short enough for the tolerances");
            }
            let (next, estimate) = self.method.step_and_estimate(&self.f, &y, t, h);
            let error = estimate.largest_ratio(&y, &next, self.relative, self.absolute);
            // The estimate is of the order of the method itself.
            let factor = 0.9 * error.max(1e-10).powf(-1.0 / f64::from(self.method.order));
            if error <= 1.0 {
                let last = h >= end - t;
                (y, t) = (next, if last { end } else { t + h });
                steps.taken += 1;
                let proposed = h * factor.clamp(0.2, 5.0);
                // A last step that was cut says little of the length of the next one.
                *dt = if h < *dt { dt.max(proposed) } else { proposed };
            } else {
                steps.rejected += 1;
                *dt = h * if error.is_nan() {
                    0.2
                } else {
                    factor.clamp(0.2, 0.9)
                };
            }
        }
        (y, steps)
    }
}
