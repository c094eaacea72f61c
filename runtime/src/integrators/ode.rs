//! Ordinary differential equations: Runge–Kutta methods and exponential Euler.
//!
//! Methods are functions of one step, `method(f, &y, t, dt)`, of which [`odeint`] makes an integral by name.

use super::tableau::Tableau;
use super::variables::Variables;

/// A right-hand side with a method and the length of its step: [`odeint`].
#[derive(Clone, Copy, Debug)]
pub struct OdeIntegral<F> {
    f: F,
    method: Tableau<'static>,
    dt: f64,
}

/// The integral of `f` by the method of this name with steps of length `dt`; [`METHODS`] lists the names.
///
/// # Panics
/// If there is no such method, or `dt` is not greater than 0 and finite.
///
/// ```
/// use brain_jit::{integrators::odeint, prelude::*};
/// let integral = odeint(|v: &Array1<f32>, _| -v / 10.0, "rk2", 0.1);
/// let v = integral.step(&array![1.0, 2.0], 0.0);
/// assert!(bm::allclose(&v, &(array![1.0, 2.0] * (-0.01_f32).exp())));
/// ```
pub fn odeint<V: Variables, F: Fn(&V, f64) -> V>(f: F, method: &str, dt: f64) -> OdeIntegral<F> {
    let method = self::method(method).unwrap_or_else(|| {
        let names: Vec<&str> = METHODS.iter().map(|method| method.name).collect();
        panic!(
            "odeint: there is no method \"{method}\"; there are {}. Exponential Euler is ode::exponential_euler",
            names.join(", ")
        )
    });
    super::check_dt("odeint", dt);
    OdeIntegral { f, method, dt }
}

impl<F> OdeIntegral<F> {
    /// The state at time `t + dt`, `y` being that at `t`.
    pub fn step<V: Variables>(&self, y: &V, t: f64) -> V
    where
        F: Fn(&V, f64) -> V,
    {
        self.method.step(&self.f, y, t, self.dt)
    }

    /// The length of a step.
    pub fn dt(&self) -> f64 {
        self.dt
    }
}

/// The method of this name; `heun` is `heun2`, `rk4_38` is `rk4_38rule`, `dopri` and `rk45` are `rkdp`, `BoSh3` is `bs`.
pub fn method(name: &str) -> Option<Tableau<'static>> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, name)| name);
    METHODS.iter().find(|method| method.name == name).copied()
}

macro_rules! methods {
    (aliases [$($alias:ident $of:ident)*]; $(
        $(#[$doc:meta])*
        $name:ident $order:literal
            a [$($row:tt)*] b $b:tt embedded $embedded:tt c $c:tt;
    )*) => {
        $(
            $(#[$doc])*
            pub fn $name<V: Variables>(f: impl Fn(&V, f64) -> V, y: &V, t: f64, dt: f64) -> V {
                const METHOD: Tableau<'static> = methods!(@tableau $name $order [$($row)*] $b $embedded $c);
                METHOD.step(f, y, t, dt)
            }
        )*

        /// Further names, and the methods that they name.
        const ALIASES: &[(&str, &str)] = &[$((stringify!($alias), stringify!($of))),*];

        /// The tableaux of all methods.
        pub static METHODS: &[Tableau<'static>] =
            &[$(methods!(@tableau $name $order [$($row)*] $b $embedded $c)),*];
    };
    (@tableau $name:ident $order:literal [$($row:tt)*] $b:tt $embedded:tt $c:tt) => {
        Tableau {
            name: stringify!($name),
            order: $order,
            a: &[$(&$row),*],
            b: &$b,
            embedded: &$embedded,
            c: &$c,
        }
    };
}

// The table is the compiler's, which makes compiled steps of it: `compiler/src/integrate/tableau.rs`.
brain_jit_macros::__tableaux!(methods);

/// [`rk2`] with its inner point at the part `beta` of the step.
pub fn rk2_with<V: Variables>(f: impl Fn(&V, f64) -> V, y: &V, t: f64, dt: f64, beta: f64) -> V {
    let method = Tableau {
        name: "rk2",
        order: 2,
        a: &[&[], &[beta]],
        b: &[1.0 - 1.0 / (2.0 * beta), 1.0 / (2.0 * beta)],
        embedded: &[],
        c: &[0.0, beta],
    };
    method.step(f, y, t, dt)
}

/// Exponential Euler: exact where each variable's derivative is linear in that variable.
///
/// `f` gives the derivatives, and of each its derivative `a` with respect to its own variable; the step is
/// `y + h (eᵃʰ − 1) / (ah) · f(y)` (Rush and Larsen 1978).
///
/// ```
/// use brain_jit::integrators::ode;
/// // dv/dt = (3 − v) / 10, of any step
/// let v = ode::exponential_euler(|v: &f64, _| ((3.0 - v) / 10.0, -0.1), &0.0, 0.0, 5.0);
/// assert!((v - 3.0 * (1.0 - (-0.5_f64).exp())).abs() < 1e-15);
/// ```
pub fn exponential_euler<V: Variables>(f: impl Fn(&V, f64) -> (V, V), y: &V, t: f64, dt: f64) -> V {
    let (mut derivative, linear) = f(y, t);
    let mut phi = linear.zeros_like();
    phi.add_scaled(dt, &linear);
    phi.exprel();
    derivative.multiply(&phi);
    let mut y = y.clone();
    y.add_scaled(dt, &derivative);
    y
}
