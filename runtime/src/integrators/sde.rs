//! Stochastic differential equations `dy = f(y, t) dt + g(y, t) dW`, each number with a Wiener process of its own.
//!
//! Methods are functions of one step, `method(f, g, &y, t, dt, &mut rng)`; [`sdeint`] makes an integral of those whose name it gets.

use super::variables::Variables;
use crate::random::RandomState;

/// The method of an [`SdeIntegral`].
type Step<F, G, V> = fn(&F, &G, &V, f64, f64, &mut RandomState) -> V;

/// Drift and diffusion with a method and the length of its step: [`sdeint`].
#[derive(Clone, Copy, Debug)]
pub struct SdeIntegral<F, G> {
    f: F,
    g: G,
    method: Method,
    dt: f64,
}

/// The methods of [`sdeint`].
#[derive(Clone, Copy, Debug)]
enum Method {
    Euler,
    Heun,
    MilsteinGradFree,
}

/// The integral of the drift `f` and the diffusion `g` with steps of length `dt`; the method is `"euler"`, `"heun"` or
/// `"milstein_grad_free"` (also `"milstein2"`).
///
/// # Panics
/// If there is no such method, or `dt` is not greater than 0 and finite.
///
/// ```
/// use brain_jit::{integrators::sdeint, prelude::*};
/// // 1,000 Ornstein–Uhlenbeck processes: deviation 0.5 in the long run
/// let integral = sdeint(|x: &Array1<f64>, _| -x, |x, _| Array1::from_elem(x.len(), 0.5_f64.sqrt()), "euler", 0.01);
/// let (mut x, mut rng) = (Array1::zeros(1000), RandomState::new(1));
/// for i in 0..500 {
///     x = integral.step(&x, 0.01 * i as f64, &mut rng);
/// }
/// assert!((bm::std(&x) - 0.5).abs() < 0.05);
/// ```
pub fn sdeint<V: Variables, F: Fn(&V, f64) -> V, G: Fn(&V, f64) -> V>(
    f: F,
    g: G,
    method: &str,
    dt: f64,
) -> SdeIntegral<F, G> {
    let method = match method {
        "euler" => Method::Euler,
        "heun" => Method::Heun,
        "milstein_grad_free" | "milstein2" => Method::MilsteinGradFree,
        _ => panic!(
            "sdeint: there is no method \"{method}\"; there are euler, heun and milstein_grad_free. Methods that take \
             derivatives are sde::milstein and sde::exponential_euler"
        ),
    };
    super::check_dt("sdeint", dt);
    SdeIntegral { f, g, method, dt }
}

impl<F, G> SdeIntegral<F, G> {
    /// The state at time `t + dt`, `y` being that at `t`.
    pub fn step<V: Variables>(&self, y: &V, t: f64, rng: &mut RandomState) -> V
    where
        F: Fn(&V, f64) -> V,
        G: Fn(&V, f64) -> V,
    {
        let method: Step<F, G, V> = match self.method {
            Method::Euler => |f, g, y, t, dt, rng| euler(f, g, y, t, dt, rng),
            Method::Heun => |f, g, y, t, dt, rng| heun(f, g, y, t, dt, rng),
            Method::MilsteinGradFree => {
                |f, g, y, t, dt, rng| milstein_grad_free(f, g, y, t, dt, rng)
            }
        };
        method(&self.f, &self.g, y, t, self.dt, rng)
    }

    /// The length of a step.
    pub fn dt(&self) -> f64 {
        self.dt
    }
}

/// `x + factor · y`
fn plus<V: Variables>(mut x: V, factor: f64, y: &V) -> V {
    x.add_scaled(factor, y);
    x
}

fn times<V: Variables>(mut x: V, y: &V) -> V {
    x.multiply(y);
    x
}

/// The increment of the Wiener processes in a step.
fn increment<V: Variables>(y: &V, dt: f64, rng: &mut RandomState) -> V {
    y.normal_like(dt.sqrt(), rng)
}

/// Half of `x ((ΔW)² − dt)`, Milstein's correction for Itô's integral.
fn corrected<V: Variables>(y: V, x: &V, noise: &V, dt: f64) -> V {
    let squares = times(noise.clone(), noise);
    plus(plus(y, 0.5, &times(squares, x)), -0.5 * dt, x)
}

/// The Euler–Maruyama method for Itô's integral: `y + f dt + g ΔW`. Strong order 1/2.
pub fn euler<V: Variables>(
    f: impl Fn(&V, f64) -> V,
    g: impl Fn(&V, f64) -> V,
    y: &V,
    t: f64,
    dt: f64,
    rng: &mut RandomState,
) -> V {
    let noise = times(g(y, t), &increment(y, dt, rng));
    plus(plus(y.clone(), dt, &f(y, t)), 1.0, &noise)
}

/// The Euler–Heun method for Stratonovich's integral: `y + f dt + (g(y) + g(y + g ΔW)) / 2 · ΔW`.
pub fn heun<V: Variables>(
    f: impl Fn(&V, f64) -> V,
    g: impl Fn(&V, f64) -> V,
    y: &V,
    t: f64,
    dt: f64,
    rng: &mut RandomState,
) -> V {
    let noise = increment(y, dt, rng);
    let here = g(y, t);
    let there = g(&plus(y.clone(), 1.0, &times(noise.clone(), &here)), t);
    let sum = plus(here, 1.0, &there);
    plus(plus(y.clone(), dt, &f(y, t)), 0.5, &times(sum, &noise))
}

/// Milstein's method for Itô's integral: `y + f dt + g ΔW + g g′ ((ΔW)² − dt) / 2` (Milstein 1974). Strong order 1.
///
/// `g` gives the diffusion and its derivative `g′`, of each number with respect to itself.
pub fn milstein<V: Variables>(
    f: impl Fn(&V, f64) -> V,
    g: impl Fn(&V, f64) -> (V, V),
    y: &V,
    t: f64,
    dt: f64,
    rng: &mut RandomState,
) -> V {
    let noise = increment(y, dt, rng);
    let (diffusion, slope) = g(y, t);
    let y = plus(
        plus(y.clone(), dt, &f(y, t)),
        1.0,
        &times(noise.clone(), &diffusion),
    );
    corrected(y, &times(slope, &diffusion), &noise, dt)
}

/// Milstein's method without a derivative: in the place of `g g′` stands `(g(y + f dt + g √dt) − g(y)) / √dt` (Kloeden and Platen
/// 1992). Strong order 1.
pub fn milstein_grad_free<V: Variables>(
    f: impl Fn(&V, f64) -> V,
    g: impl Fn(&V, f64) -> V,
    y: &V,
    t: f64,
    dt: f64,
    rng: &mut RandomState,
) -> V {
    let noise = increment(y, dt, rng);
    let diffusion = g(y, t);
    let drifted = plus(y.clone(), dt, &f(y, t));
    let there = g(&plus(drifted.clone(), dt.sqrt(), &diffusion), t);
    let difference = plus(there, -1.0, &diffusion);
    let slope = plus(difference.zeros_like(), 1.0 / dt.sqrt(), &difference);
    let y = plus(drifted, 1.0, &times(noise.clone(), &diffusion));
    corrected(y, &slope, &noise, dt)
}

/// Exponential Euler for Itô's integral: that of [`ode`](super::ode::exponential_euler) plus `g ΔW`.
pub fn exponential_euler<V: Variables>(
    f: impl Fn(&V, f64) -> (V, V),
    g: impl Fn(&V, f64) -> V,
    y: &V,
    t: f64,
    dt: f64,
    rng: &mut RandomState,
) -> V {
    let noise = times(g(y, t), &increment(y, dt, rng));
    plus(super::ode::exponential_euler(f, y, t, dt), 1.0, &noise)
}
