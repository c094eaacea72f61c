//! Butcher tableaux of explicit Runge–Kutta methods.

use super::variables::Variables;

/// An explicit Runge–Kutta method: stage `i` is the derivative at `y + h Σ a[i][j] k[j]` and time `t + c[i] h`, the step
/// `y + h Σ b[i] k[i]`.
///
/// ```
/// use brain_jit::integrators::ode::method;
/// let rk4 = method("rk4").unwrap();
/// let y = rk4.step(|y: &f64, _| -y, &1.0, 0.0, 0.1);
/// assert!((y - (-0.1_f64).exp()).abs() < 1e-7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tableau<'a> {
    /// BrainPy's name of the method.
    pub name: &'a str,
    /// The order: a step errs by the order of `h^(order + 1)`.
    pub order: i32,
    /// The weights of the stages before, a row a stage.
    pub a: &'a [&'a [f64]],
    /// The weights of the step.
    pub b: &'a [f64],
    /// The weights of the embedded method, whose distance estimates the error; none for a method without.
    pub embedded: &'a [f64],
    /// The time of each stage.
    pub c: &'a [f64],
}

impl Tableau<'_> {
    /// The derivatives at all stages.
    fn stages<V: Variables>(&self, f: impl Fn(&V, f64) -> V, y: &V, t: f64, dt: f64) -> Vec<V> {
        let mut stages: Vec<V> = Vec::with_capacity(self.c.len());
        for (row, c) in self.a.iter().zip(self.c) {
            let stage = if row.is_empty() {
                f(y, t)
            } else {
                f(&combined(y, dt, row, &stages), t + c * dt)
            };
            stages.push(stage);
        }
        stages
    }

    /// The state one step of length `dt` after `y`, the state at time `t`.
    pub fn step<V: Variables>(&self, f: impl Fn(&V, f64) -> V, y: &V, t: f64, dt: f64) -> V {
        combined(y, dt, self.b, &self.stages(f, y, t, dt))
    }

    /// The state one step after `y`, and the estimated errors.
    pub(super) fn step_and_estimate<V: Variables>(
        &self,
        f: impl Fn(&V, f64) -> V,
        y: &V,
        t: f64,
        dt: f64,
    ) -> (V, V) {
        if self.embedded.is_empty() {
            panic!("integrators: {} does not estimate its error", self.name);
        }
        let stages = self.stages(f, y, t, dt);
        let weights = self.b.iter().zip(self.embedded);
        let difference: Vec<f64> = weights.map(|(b, e)| b - e).collect();
        let error = combined(&y.zeros_like(), dt, &difference, &stages);
        (combined(y, dt, self.b, &stages), error)
    }

    /// The state one step after `y`, and the sum of the magnitudes of the estimated errors.
    ///
    /// # Panics
    /// If there is no embedded method.
    pub fn step_with_error<V: Variables>(
        &self,
        f: impl Fn(&V, f64) -> V,
        y: &V,
        t: f64,
        dt: f64,
    ) -> (V, f64) {
        let (y, error) = self.step_and_estimate(f, y, t, dt);
        (y, error.absolute_sum())
    }

    /// The state one step after `y`, and the length of the next step for errors of about `tol`: `dt` times
    /// `0.9 (tol / error)^(1/5)`, between a fifth and five times as long.
    ///
    /// # Panics
    /// If there is no embedded method.
    pub fn step_adaptive<V: Variables>(
        &self,
        f: impl Fn(&V, f64) -> V,
        y: &V,
        t: f64,
        dt: f64,
        tol: f64,
    ) -> (V, f64) {
        let (y, error) = self.step_with_error(f, y, t, dt);
        let factor = 0.9 * (tol / (error + 1e-12)).powf(0.2);
        (y, dt * factor.clamp(0.2, 5.0))
    }
}

/// `y + h Σ w[i] k[i]`
fn combined<V: Variables>(y: &V, h: f64, weights: &[f64], stages: &[V]) -> V {
    let mut sum = y.clone();
    for (weight, stage) in weights.iter().zip(stages) {
        if *weight != 0.0 {
            sum.add_scaled(h * weight, stage);
        }
    }
    sum
}
