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

/// The method of this name.
pub fn method(name: &str) -> Option<Tableau<'static>> {
    METHODS.iter().find(|method| method.name == name).copied()
}

macro_rules! methods {
    ($(
        $(#[$doc:meta])*
        $name:ident $order:literal
            a [$($row:tt)*] b $b:tt $(embedded $embedded:tt)? c $c:tt;
    )*) => {
        $(
            $(#[$doc])*
            pub fn $name<V: Variables>(f: impl Fn(&V, f64) -> V, y: &V, t: f64, dt: f64) -> V {
                const METHOD: Tableau<'static> = methods!(@tableau $name $order [$($row)*] $b $($embedded)? $c);
                METHOD.step(f, y, t, dt)
            }
        )*

        /// The tableaux of all methods.
        pub static METHODS: &[Tableau<'static>] =
            &[$(methods!(@tableau $name $order [$($row)*] $b $($embedded)? $c)),*];
    };
    (@tableau $name:ident $order:literal $a:tt $b:tt $c:tt) => {
        methods!(@tableau $name $order $a $b [] $c)
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

methods! {
    /// Euler's method, order 1.
    euler 1
        a [[]]
        b [1.0]
        c [0.0];
    /// The midpoint method, order 2.
    midpoint 2
        a [[] [0.5]]
        b [0.0, 1.0]
        c [0.0, 0.5];
    /// Heun's method, order 2.
    heun2 2
        a [[] [1.0]]
        b [0.5, 0.5]
        c [0.0, 1.0];
    /// Ralston's method of order 2 (Ralston 1962).
    ralston2 2
        a [[] [2.0 / 3.0]]
        b [0.25, 0.75]
        c [0.0, 2.0 / 3.0];
    /// The method of order 2 with its inner point at `beta`, BrainPy's default 2/3; [`rk2_with`] takes another.
    rk2 2
        a [[] [2.0 / 3.0]]
        b [0.25, 0.75]
        c [0.0, 2.0 / 3.0];
    /// Kutta's method of order 3.
    rk3 3
        a [[] [0.5] [-1.0, 2.0]]
        b [1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0]
        c [0.0, 0.5, 1.0];
    /// Heun's method of order 3.
    heun3 3
        a [[] [1.0 / 3.0] [0.0, 2.0 / 3.0]]
        b [0.25, 0.0, 0.75]
        c [0.0, 1.0 / 3.0, 2.0 / 3.0];
    /// Ralston's method of order 3 (Ralston 1962).
    ralston3 3
        a [[] [0.5] [0.0, 0.75]]
        b [2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0]
        c [0.0, 0.5, 0.75];
    /// The strong-stability-preserving method of order 3 (Shu and Osher 1988).
    ssprk3 3
        a [[] [1.0] [0.25, 0.25]]
        b [1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0]
        c [0.0, 1.0, 0.5];
    /// The classical method of order 4 (Kutta 1901).
    rk4 4
        a [[] [0.5] [0.0, 0.5] [0.0, 0.0, 1.0]]
        b [1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0]
        c [0.0, 0.5, 0.5, 1.0];
    /// Ralston's method of order 4, with the eight digits of the paper (Ralston 1962).
    ralston4 4
        a [[] [0.4] [0.29697761, 0.15875964] [0.21810040, -3.05096516, 3.83286476]]
        b [0.17476028, -0.55148066, 1.20553560, 0.17118478]
        c [0.0, 0.4, 0.45573725, 1.0];
    /// The 3/8 rule, order 4 (Kutta 1901).
    rk4_38rule 4
        a [[] [1.0 / 3.0] [-1.0 / 3.0, 1.0] [1.0, -1.0, 1.0]]
        b [0.125, 0.375, 0.375, 0.125]
        c [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0];
    /// Fehlberg's method of order 2 with an embedded one of order 1 (Fehlberg 1969).
    rkf12 2
        a [[] [0.5] [1.0 / 256.0, 255.0 / 256.0]]
        b [1.0 / 512.0, 255.0 / 256.0, 1.0 / 512.0]
        embedded [1.0 / 256.0, 255.0 / 256.0, 0.0]
        c [0.0, 0.5, 1.0];
    /// Fehlberg's method of order 5 with an embedded one of order 4 (Fehlberg 1969).
    rkf45 5
        a [
            []
            [0.25]
            [3.0 / 32.0, 9.0 / 32.0]
            [1932.0 / 2197.0, -7200.0 / 2197.0, 7296.0 / 2197.0]
            [439.0 / 216.0, -8.0, 3680.0 / 513.0, -845.0 / 4104.0]
            [-8.0 / 27.0, 2.0, -3544.0 / 2565.0, 1859.0 / 4104.0, -0.275]
        ]
        b [16.0 / 135.0, 0.0, 6656.0 / 12825.0, 28561.0 / 56430.0, -0.18, 2.0 / 55.0]
        embedded [25.0 / 216.0, 0.0, 1408.0 / 2565.0, 2197.0 / 4104.0, -0.2, 0.0]
        c [0.0, 0.25, 0.375, 12.0 / 13.0, 1.0, 0.5];
    /// Dormand and Prince's method of order 5 with an embedded one of order 4 (Dormand and Prince 1980).
    rkdp 5
        a [
            []
            [0.2]
            [3.0 / 40.0, 9.0 / 40.0]
            [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0]
            [19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0]
            [9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0]
            [35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0]
        ]
        b [35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0, 0.0]
        embedded [
            5179.0 / 57600.0, 0.0, 7571.0 / 16695.0, 393.0 / 640.0, -92097.0 / 339200.0, 187.0 / 2100.0, 0.025
        ]
        c [0.0, 0.2, 0.3, 0.8, 8.0 / 9.0, 1.0, 1.0];
    /// Cash and Karp's method of order 5 with an embedded one of order 4 (Cash and Karp 1990).
    ck 5
        a [
            []
            [0.2]
            [3.0 / 40.0, 9.0 / 40.0]
            [0.3, -0.9, 1.2]
            [-11.0 / 54.0, 2.5, -70.0 / 27.0, 35.0 / 27.0]
            [1631.0 / 55296.0, 175.0 / 512.0, 575.0 / 13824.0, 44275.0 / 110592.0, 253.0 / 4096.0]
        ]
        b [37.0 / 378.0, 0.0, 250.0 / 621.0, 125.0 / 594.0, 0.0, 512.0 / 1771.0]
        embedded [2825.0 / 27648.0, 0.0, 18575.0 / 48384.0, 13525.0 / 55296.0, 277.0 / 14336.0, 0.25]
        c [0.0, 0.2, 0.3, 0.6, 1.0, 0.875];
    /// Bogacki and Shampine's method of order 3 with an embedded one of order 2 (Bogacki and Shampine 1989).
    bs 3
        a [[] [0.5] [0.0, 0.75] [2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0]]
        b [2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0, 0.0]
        embedded [7.0 / 24.0, 0.25, 1.0 / 3.0, 0.125]
        c [0.0, 0.5, 0.75, 1.0];
    /// Heun's method of order 2 with Euler's embedded.
    heun_euler 2
        a [[] [1.0]]
        b [0.5, 0.5]
        embedded [1.0, 0.0]
        c [0.0, 1.0];
}

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
