//! `#[integrate(method)]`: steps that are made of right-hand sides at build time.
//!
//! One file, since all methods of integration go over the same models.

use brain_jit::integrators::ode;
use brain_jit::prelude::*;
use brain_jit::with_backend;

const BACKENDS: [Backend; 3] = [Backend::Plain, Backend::Serial, Backend::Parallel];

/// `y' = y cos t` and `z' = t − z²`, with each method.
macro_rules! problem {
    ($type:ident $method:ident) => {
        #[derive(BrainObject)]
        struct $type {
            #[variable]
            y: Array1<f64>,
            #[variable]
            z: Array1<f64>,
            #[variable]
            t: f64,
        }

        #[brain_jit]
        impl $type {
            #[integrate($method)]
            fn derivative(&self, y: f64, z: f64, t: f64, k: f64) -> (f64, f64) {
                (y * bm::cos(t), k * t - z * z)
            }

            fn update(&mut self, dt: f64) {
                let (y, z) = self.derivative_step(&self.y, &self.z, self.t, 1.0, dt);
                self.y[..] = y;
                self.z[..] = z;
                self.t += dt;
            }
        }

        impl $type {
            fn new() -> Self {
                $type {
                    y: array![1.0, 2.0],
                    z: array![0.5, 0.5],
                    t: 0.0,
                }
            }

            /// The errors at time 1 with `n` steps.
            fn error(n: usize, z: f64) -> f64 {
                let mut model = $type::new();
                (0..n).for_each(|_| model.update(1.0 / n as f64));
                let y = 1.0_f64.sin().exp();
                (model.y[0] - y).abs() + (model.y[1] - 2.0 * y).abs() + (model.z[0] - z).abs()
            }

            fn check(order: f64, z: f64) {
                let n = if order >= 4.0 { 32 } else { 64 };
                let found = ($type::error(n, z) / $type::error(2 * n, z)).log2();
                assert!((found - order).abs() < 0.25, stringify!($method: {}), found);
                let states = BACKENDS.map(|backend| {
                    with_backend(backend, || {
                        let mut model = $type::new();
                        (0..5).for_each(|_| model.update(0.1));
                        (model.y, model.z)
                    })
                });
                assert_eq!(states[0], states[1]);
                assert_eq!(states[0], states[2]);
            }
        }
    };
}

macro_rules! convergence {
    ($($type:ident $method:ident $order:literal)*) => {
        $(problem!($type $method);)*

        #[test]
        fn each_method_converges_with_its_order() {
            let fine = brain_jit::integrators::odeint(|&z: &f64, t| t - z * z, "rkdp", 1e-3);
            let z = (0..1000).fold(0.5, |z, i| fine.step(&z, i as f64 * 1e-3));
            $($type::check($order, z);)*
        }
    };
}

convergence! {
    Euler euler 1.0
    Midpoint midpoint 2.0
    Heun2 heun2 2.0
    Heun heun 2.0
    Ralston2 ralston2 2.0
    Rk2 rk2 2.0
    Rk3 rk3 3.0
    Heun3 heun3 3.0
    Ralston3 ralston3 3.0
    Ssprk3 ssprk3 3.0
    Rk4 rk4 4.0
    Ralston4 ralston4 4.0
    Rk438 rk4_38 4.0
    Rkf12 rkf12 2.0
    Rkf45 rkf45 5.0
    Dopri dopri 5.0
    Ck ck 5.0
    Bs bs 3.0
    BoSh3 BoSh3 3.0
    HeunEuler heun_euler 2.0
    ExpEuler exp_euler 1.0
    ExpAuto exp_auto 1.0
    ExpEulerAuto exp_euler_auto 1.0
}

#[test]
fn the_steps_are_those_of_the_runtimes_table() {
    let rhs = |&(y, z): &(f64, f64), t: f64| (y * bm::cos(t), 1.0 * t - z * z);
    let at = (1.2, 0.3);
    let (t, dt) = (0.4, 0.1);
    assert_eq!(
        Euler::new().derivative_step(at.0, at.1, t, 1.0, dt),
        ode::euler(rhs, &at, t, dt)
    );
    assert_eq!(
        Rk3::new().derivative_step(at.0, at.1, t, 1.0, dt),
        ode::rk3(rhs, &at, t, dt)
    );
    assert_eq!(
        Rk4::new().derivative_step(at.0, at.1, t, 1.0, dt),
        ode::rk4(rhs, &at, t, dt)
    );
    assert_eq!(
        Rk438::new().derivative_step(at.0, at.1, t, 1.0, dt),
        ode::rk4_38rule(rhs, &at, t, dt)
    );
    assert_eq!(
        Dopri::new().derivative_step(at.0, at.1, t, 1.0, dt),
        ode::rkdp(rhs, &at, t, dt)
    );
    assert_eq!(
        Ck::new().derivative_step(at.0, at.1, t, 1.0, dt),
        ode::ck(rhs, &at, t, dt)
    );
    assert_eq!(
        Bs::new().derivative_step(at.0, at.1, t, 1.0, dt),
        ode::bs(rhs, &at, t, dt)
    );
}

/// A linear equation, generic over the float type; the step must be exact at any length.
#[derive(BrainObject)]
struct Linear<T: Real> {
    tau: T,
    rest: T,
    #[variable]
    v: Array1<T>,
    #[variable]
    x: T,
    #[variable]
    t: T,
}

#[brain_jit]
impl<T: Real> Linear<T> {
    #[integrate(exp_euler)]
    fn dv(&self, v: T, t: T, i: T) -> T {
        let leak = self.rest - v;
        (leak + 2.0 * i) / self.tau
    }

    #[integrate(rk4)]
    fn dx(&self, x: T, t: T, i: T) -> T {
        if x > 0.5 {
            i - x
        } else {
            bm::exp(-x) * t.clone()
        }
    }

    #[integrate(exp_euler)]
    fn dz(&self, z: T, t: T) -> T {
        let gate: T = if z > 2.0 {
            1.0
        } else {
            bm::where_(z > -1.0, 0.5, z)
        };
        gate * bm::power(z, 3.0) + bm::maximum(z.powi(2), 0.25) - bm::abs(z) + bm::exprel(-0.5 * z)
    }

    fn nonlinear(&self, x: &Array1<T>, dt: T) -> Array1<T> {
        self.dz_step(x, 0.0, dt)
    }

    fn update(&mut self, i: &Array1<T>, dt: T) {
        self.v[..] = self.dv_step(&self.v, self.t, i, dt);
        self.x[..] = self.dx_step(self.x, self.t, i[0], dt);
        self.t += dt;
    }
}

fn linear<T: Real + Copy>(number: impl Fn(f64) -> T) -> Linear<T> {
    Linear {
        tau: number(10.0),
        rest: number(-60.0),
        v: Array1::from(vec![number(-60.0), number(-50.0)]),
        x: number(0.25),
        t: number(0.0),
    }
}

#[test]
fn exponential_euler_is_exact_for_linear_equations() {
    for backend in BACKENDS {
        with_backend(backend, || {
            let mut wide = linear(|x| x);
            wide.update(&array![5.0, 0.0], 25.0);
            let decay = (-2.5_f64).exp();
            assert!((wide.v[0] - (-50.0 - 10.0 * decay)).abs() < 1e-13);
            assert!((wide.v[1] - (-60.0 + 10.0 * decay)).abs() < 1e-13);
            let mut narrow = linear(|x| x as f32);
            narrow.update(&array![5.0, 0.0], 25.0);
            assert!((f64::from(narrow.v[0]) - wide.v[0]).abs() < 1e-5);
            let x = array![0.3, 1.2, 2.5];
            let (single, double) = (
                narrow.nonlinear(&x.mapv(|x| x as f32), 0.1),
                wide.nonlinear(&x, 0.1),
            );
            for k in 0..3 {
                assert!((f64::from(single[k]) - double[k]).abs() < 1e-5 * double[k].abs());
                assert_eq!(double[k], wide.dz_step(x[k], 0.0, 0.1));
                let slope = (wide.dz(x[k] + 1e-6, 0.0) - wide.dz(x[k] - 1e-6, 0.0)) / 2e-6;
                let rhs = |x: &f64, t: f64| (wide.dz(*x, t), slope);
                let expected = ode::exponential_euler(rhs, &x[k], 0.0, 0.1);
                assert!((double[k] - expected).abs() < 1e-8);
            }
            let rhs = |&x: &f64, t: f64| if x > 0.5 { 5.0 - x } else { bm::exp(-x) * t };
            let mut model = linear(|x| x);
            model.t = 1.0;
            model.update(&array![5.0, 0.0], 0.1);
            assert_eq!(model.x, ode::rk4(rhs, &0.25, 1.0, 0.1));
        });
    }
}

/// The neurons of the balanced Hodgkin–Huxley network (Brette et al. 2007), by `#[integrate]` and by hand.
#[derive(BrainObject)]
struct Traub {
    #[variable]
    v: Array1<f64>,
    #[variable]
    m: Array1<f64>,
    #[variable]
    h: Array1<f64>,
    #[variable]
    n: Array1<f64>,
    #[variable]
    t: f64,
}

#[brain_jit]
impl Traub {
    fn alpha_m(v: f64) -> f64 {
        0.32 * 4.0 / bm::exprel((13.0 - v) / 4.0)
    }

    fn beta_m(&self, v: f64) -> f64 {
        let x = (v - 40.0) / 5.0;
        0.28 * 5.0 / bm::exprel(x)
    }

    fn alpha_n(v: f64) -> f64 {
        0.032 * 5.0 / bm::exprel((15.0 - v) / 5.0)
    }

    #[integrate(exp_euler)]
    fn derivative(&self, v: f64, m: f64, h: f64, n: f64, t: f64, i: f64) -> (f64, f64, f64, f64) {
        let u = v + 63.0;
        let dv = 0.05 * (-60.0 - v)
            + 100.0 * m.powi(3) * h * (50.0 - v)
            + 30.0 * n.powi(4) * (-90.0 - v)
            + i;
        let dm = Self::alpha_m(u) * (1.0 - m) - self.beta_m(u) * m;
        let dh = 0.128 * bm::exp((17.0 - u) / 18.0) * (1.0 - h)
            - 4.0 / (1.0 + bm::exp((40.0 - u) / 5.0)) * h;
        let dn = Traub::alpha_n(u) * (1.0 - n) - 0.5 * bm::exp((10.0 - u) / 40.0) * n;
        (dv, dm, dh, dn)
    }

    fn update(&mut self, i: &Array1<f64>, dt: f64) {
        let (v, m, h, n) = self.derivative_step(&self.v, &self.m, &self.h, &self.n, self.t, i, dt);
        self.v[..] = v;
        self.m[..] = m;
        self.h[..] = h;
        self.n[..] = n;
        self.t += dt;
    }
}

/// `x' = a x + b` over one step.
fn exact(x: f64, a: f64, b: f64, dt: f64) -> f64 {
    (x + b / a) * (a * dt).exp() - b / a
}

fn by_hand([v, m, h, n]: [f64; 4], i: f64, dt: f64) -> [f64; 4] {
    let u = v + 63.0;
    let exprel = |x: f64| if x == 0.0 { 1.0 } else { x.exp_m1() / x };
    let gate = |x, alpha: f64, beta: f64| exact(x, -(alpha + beta), alpha, dt);
    let (na, k) = (100.0 * m * m * m * h, 30.0 * n * n * n * n);
    [
        exact(
            v,
            -(0.05 + na + k),
            0.05 * -60.0 + na * 50.0 + k * -90.0 + i,
            dt,
        ),
        gate(
            m,
            1.28 / exprel((13.0 - u) / 4.0),
            1.4 / exprel((u - 40.0) / 5.0),
        ),
        gate(
            h,
            0.128 * ((17.0 - u) / 18.0).exp(),
            4.0 / (1.0 + ((40.0 - u) / 5.0).exp()),
        ),
        gate(
            n,
            0.16 / exprel((15.0 - u) / 5.0),
            0.5 * ((10.0 - u) / 40.0).exp(),
        ),
    ]
}

#[test]
fn the_linear_part_of_hodgkin_huxley_is_that_found_by_hand() {
    let states = BACKENDS.map(|backend| {
        with_backend(backend, || {
            let start = array![-65.0, -40.0, 20.0];
            let mut model = Traub {
                v: start.clone(),
                m: array![0.05, 0.3, 0.9],
                h: array![0.6, 0.4, 0.1],
                n: array![0.3, 0.5, 0.8],
                t: 0.0,
            };
            let mut expected: Vec<[f64; 4]> = (0..3)
                .map(|k| [model.v[k], model.m[k], model.h[k], model.n[k]])
                .collect();
            let input = array![2.0, 0.0, -1.0];
            for _ in 0..200 {
                model.update(&input, 0.05);
                for (k, state) in expected.iter_mut().enumerate() {
                    *state = by_hand(*state, input[k], 0.05);
                }
            }
            for (k, [v, m, h, n]) in expected.into_iter().enumerate() {
                assert!((model.v[k] - v).abs() < 1e-8, "{} {v}", model.v[k]);
                assert!((model.m[k] - m).abs() < 1e-9);
                assert!((model.h[k] - h).abs() < 1e-9);
                assert!((model.n[k] - n).abs() < 1e-9);
            }
            (model.v, model.m, model.h, model.n)
        })
    });
    assert_eq!(states[0], states[1]);
    assert_eq!(states[0], states[2]);
}

/// Each operation's derivative, as exponential Euler takes it, against that of the runtime with a difference quotient.
#[derive(BrainObject)]
struct Nonlinear {
    k: f64,
    #[variable]
    x: Array1<f64>,
}

#[brain_jit]
impl Nonlinear {
    #[custom_grad(slope)]
    fn cubic(x: f64) -> f64 {
        x * x * x
    }

    fn slope(x: f64) -> f64 {
        3.0 * x * x
    }

    #[integrate(exp_euler)]
    fn f0(&self, x: f64, t: f64) -> f64 {
        bm::sin(x) * bm::exp(-x) / (1.0 + x * x) - bm::tanh(self.k * x)
    }

    #[integrate(exp_euler)]
    fn f1(&self, x: f64, t: f64) -> f64 {
        if x > 0.5 && t < 1.0 {
            x.powi(3) - bm::sqrt(x)
        } else {
            bm::power(x, 2.5) + t
        }
    }

    #[integrate(exp_euler)]
    fn f2(&self, x: f64, t: f64) -> f64 {
        bm::where_(x < self.k, bm::exprel(x), bm::log(x)) * x.max(0.3).min(2.0) + x.ln().abs()
    }

    #[integrate(exp_euler)]
    fn f3(&self, x: f64, t: f64) -> f64 {
        let y = Self::cubic(x);
        if y > 1.0 {
            return y - x;
        }
        let (a, b) = if t > 0.0 { (x, y) } else { (y, x) };
        a * bm::sigmoid(b) - bm::clip(x, 0.2, 0.8)
    }

    #[integrate(exp_euler)]
    fn f4(&self, x: f64, t: f64) -> f64 {
        // Its derivative is zero: Euler's method.
        bm::floor(x * 3.0) + t
    }

    fn steps(&mut self, dt: f64) -> [Array1<f64>; 5] {
        let a = self.f0_step(&self.x, 0.25, dt);
        let b = self.f1_step(&self.x, 0.25, dt);
        let c = self.f2_step(&self.x, 0.25, dt);
        let d = self.f3_step(&self.x, 0.25, dt);
        let e = self.f4_step(&self.x, 0.25, dt);
        [a, b, c, d, e]
    }
}

#[test]
fn the_linear_part_is_the_derivative() {
    let mut model = Nonlinear {
        k: 0.7,
        x: array![0.15, 0.45, 0.61, 0.9, 1.3, 2.4],
    };
    let functions: [fn(&Nonlinear, f64, f64) -> f64; 5] = [
        Nonlinear::f0,
        Nonlinear::f1,
        Nonlinear::f2,
        Nonlinear::f3,
        Nonlinear::f4,
    ];
    for backend in BACKENDS {
        let found = with_backend(backend, || model.steps(0.3));
        for (f, found) in functions.into_iter().zip(found) {
            for (x, found) in model.x.iter().zip(found) {
                let rhs = |x: &f64, t: f64| {
                    let (here, h) = (f(&model, *x, t), 1e-6);
                    (
                        here,
                        (f(&model, x + h, t) - f(&model, x - h, t)) / (2.0 * h),
                    )
                };
                let expected = ode::exponential_euler(rhs, x, 0.25, 0.3);
                assert!(
                    (found - expected).abs() < 1e-8 * (1.0 + expected.abs()),
                    "{x}: {found} {expected}"
                );
            }
        }
    }
}

/// A parameter is one number or one a neuron, by the type of its field or as an argument.
#[derive(BrainObject)]
struct Leaky {
    tau: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array2<f32>,
}

#[brain_jit]
impl Leaky {
    #[integrate(exp_euler)]
    fn dv(&self, v: f64, t: f64) -> f64 {
        -v / self.tau
    }

    #[integrate(exp_euler)]
    fn dw(&self, w: f32, _t: f64, tau: f32) -> f32 {
        -w / tau
    }

    fn update(&mut self, tau: &Array1<f32>, dt: f64) {
        self.v[..] = self.dv_step(&self.v, 0.0, dt);
        self.w[..] = self.dw_step(&self.w, 0.0, tau, dt as f32);
    }
}

#[test]
fn parameters_are_one_number_or_one_a_neuron() {
    for backend in BACKENDS {
        let mut model = Leaky {
            tau: array![1.0, 2.0],
            v: array![1.0, 1.0],
            w: Array2::ones((3, 2)),
        };
        with_backend(backend, || model.update(&array![1.0, 4.0], 0.5));
        assert!((model.v[0] - (-0.5_f64).exp()).abs() < 1e-15);
        assert!((model.v[1] - (-0.25_f64).exp()).abs() < 1e-15);
        assert!((model.w[(2, 1)] - (-0.125_f32).exp()).abs() < 1e-7);
    }
}

/// Geometric Brownian motion, and two states with noise.
#[derive(BrainObject)]
struct Noisy {
    #[variable]
    y: Array1<f64>,
    #[variable]
    z: Array1<f64>,
    #[variable]
    a: Array1<f64>,
    #[variable]
    b: Array1<f64>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Noisy {
    #[integrate(euler_maruyama)]
    fn dy(&self, y: f64, t: f64) -> (f64, f64) {
        (0.5 * y, y)
    }

    #[integrate(milstein)]
    fn dz(&self, z: f64, t: f64) -> (f64, f64) {
        (0.5 * z, z)
    }

    #[integrate(euler_maruyama)]
    fn pair(&self, a: f64, b: f64, t: f64) -> ((f64, f64), (f64, f64)) {
        ((-a, a - b), (0.1, 0.2 * b))
    }

    fn update(&mut self, noise: &Array1<f64>, dt: f64) {
        self.y[..] = self.dy_step(&self.y, 0.0, dt, noise);
        self.z[..] = self.dz_step(&self.z, 0.0, dt, noise);
    }

    fn update_pair(&mut self, dt: f64) {
        let (a, b) = self.pair_step(
            &self.a,
            &self.b,
            0.0,
            dt,
            self.rng.normal(0.0, 1.0, self.a.len()),
            self.rng.normal(0.0, 1.0, self.b.len()),
        );
        self.a[..] = a;
        self.b[..] = b;
    }
}

#[test]
fn noise_is_integrated_with_the_strong_orders() {
    let errors = |n: usize| {
        let (paths, dt) = (4000, 1.0 / n as f64);
        let mut model = Noisy {
            y: Array1::ones(paths),
            z: Array1::ones(paths),
            a: array![0.0],
            b: array![0.0],
            rng: RandomState::new(7),
        };
        let mut w = Array1::<f64>::zeros(paths);
        for _ in 0..n {
            let noise: Array1<f64> = model.rng.normal(0.0, 1.0, paths);
            w = w + &noise * dt.sqrt();
            model.update(&noise, dt);
        }
        let exact = w.mapv(f64::exp);
        [
            bm::mean(bm::abs(&model.y - &exact)),
            bm::mean(bm::abs(&model.z - &exact)),
        ]
    };
    let (coarse, fine) = (errors(16), errors(256));
    for (k, order) in [0.5, 1.0].into_iter().enumerate() {
        let found = (coarse[k] / fine[k]).log2() / 4.0;
        assert!((found - order).abs() < 0.2, "{found} {order}");
    }
}

#[test]
fn each_state_has_noise_of_its_own() {
    let mut model = Noisy {
        y: array![0.0],
        z: array![0.0],
        a: Array1::from_elem(3, 1.0),
        b: Array1::from_elem(3, 2.0),
        rng: RandomState::new(3),
    };
    let mut rng = RandomState::new(3);
    let (first, second): (Array1<f64>, Array1<f64>) =
        (rng.normal(0.0, 1.0, 3), rng.normal(0.0, 1.0, 3));
    model.update_pair(0.25);
    for k in 0..3 {
        assert!((model.a[k] - (1.0 - 0.25 + 0.1 * 0.5 * first[k])).abs() < 1e-15);
        assert!((model.b[k] - (2.0 - 0.25 + 0.4 * 0.5 * second[k])).abs() < 1e-15);
    }
}

/// The gradient of what a neuron does over time, by its parameters, through the steps.
#[derive(BrainObject)]
struct Fit {
    #[train_var]
    g: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    n: Array1<f64>,
}

#[brain_jit]
impl Fit {
    #[integrate(exp_euler)]
    fn derivative(&self, v: f64, n: f64, t: f64, g: f64, i: f64) -> (f64, f64) {
        let gate = if v > -1.0 {
            bm::sigmoid(v)
        } else {
            0.2 + 0.01 * v
        };
        (i - g * n * n * (v + 2.0), (gate - n) / 2.0)
    }

    #[integrate(rk4)]
    fn dv(&self, v: f64, t: f64, g: f64) -> f64 {
        -g * v * v * v
    }

    #[grad]
    fn loss(&self, input: &Array1<f64>) -> f64 {
        let mut v: Array1<f64> = bm::zeros_like(input);
        let mut n: Array1<f64> = bm::zeros_like(input);
        let mut total = 0.0;
        for k in 0..6 {
            let (next_v, next_n) = self.derivative_step(&v, &n, 0.0, &self.g, input, 0.3);
            v[..] = next_v;
            n[..] = next_n;
            v[..] = self.dv_step(&v, 0.0, &self.g, 0.1);
            total += bm::sum(bm::square(&v - 0.5));
        }
        total
    }
}

#[test]
fn gradients_run_through_steps() {
    let model = |g: Array1<f64>| Fit {
        g,
        v: array![0.0, 0.0],
        n: array![0.0, 0.0],
    };
    let (g, input) = (array![0.6, 1.4], array![0.5, -0.8]);
    let (loss, grads) = model(g.clone()).loss_grad(&input);
    assert!((loss - model(g.clone()).loss(&input)).abs() < 1e-14);
    for k in 0..2 {
        let at = |h: f64| {
            let mut g = g.clone();
            g[k] += h;
            model(g).loss(&input)
        };
        let expected = (at(1e-5) - at(-1e-5)) / 2e-5;
        let found = grads.g[k];
        assert!(
            (found - expected).abs() < 1e-8 * (1.0 + expected.abs()),
            "{found} {expected}"
        );
    }
}

#[brain_jit(integrate(rk4))]
fn growth(x: f64, t: f64, rate: f64) -> f64 {
    rate * x * (1.0 - x)
}

#[brain_jit]
#[integrate(exp_euler)]
fn decay(x: f32, t: f32) -> f32 {
    -x
}

#[test]
fn free_functions_have_steps() {
    let (mut x, dt) = (0.1, 0.01);
    for k in 0..100 {
        x = growth_step(x, k as f64 * dt, 2.0, dt);
    }
    let exact = 1.0 / (1.0 + 9.0 * (-2.0_f64).exp());
    assert!((x - exact).abs() < 1e-8);
    assert!((decay_step(1.0, 0.0, 3.0) - (-3.0_f32).exp()).abs() < 1e-7);
    let many = array![0.1, 0.5].mapv(|x| growth_step(x, 0.0, 2.0, 0.01));
    assert_eq!(many[1], growth_step(0.5, 0.0, 2.0, 0.01));
}

#[test]
fn the_listing_shows_the_step() {
    let code = Traub::update_show_code();
    assert!(
        code.contains("derivative_step") && code.contains("exprel("),
        "{code}"
    );
    assert_eq!(code.matches("in every index").count(), 1, "{code}");
    assert!(Traub::derivative_step_show_code().contains("fn derivative_step_jit"));
}

/// A drawn argument of a step in an expression, and constants beside the states.
#[derive(BrainObject)]
struct Process {
    tau: f64,
    #[variable]
    x: Array1<f64>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Process {
    #[integrate(euler_maruyama)]
    fn dx(&self, x: f64, t: f64) -> (f64, f64) {
        (-x / self.tau, bm::sqrt(2.0 / self.tau))
    }

    fn update(&mut self, dt: f64) {
        self.x[..] = 1.0 * self.dx_step(&self.x, 0.0, dt, self.rng.normal(0.0, 1.0, self.x.len()));
    }
}

#[test]
fn draws_can_be_arguments() {
    for backend in BACKENDS {
        let mut process = Process {
            tau: 5.0,
            x: Array1::zeros(3),
            rng: RandomState::new(4),
        };
        let noise: Array1<f64> = RandomState::new(4).normal(0.0, 1.0, 3);
        with_backend(backend, || process.update(0.1));
        let expected = noise * (0.4_f64.sqrt() * 0.1_f64.sqrt());
        assert!(bm::allclose(&process.x, &expected));
    }
}

/// Two rates.
#[derive(Clone, Copy)]
struct Rates {
    k: f64,
    l: f64,
}

/// Right-hand sides of parts: names of helpers beside names of callers, tuples, conversions, several precisions.
#[derive(BrainObject)]
struct Parts {
    rates: Rates,
    wide: f64,
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array1<f32>,
}

#[brain_jit]
impl Parts {
    fn rate(p: Rates, x: f64) -> f64 {
        p.k * x
    }

    #[integrate(exp_euler)]
    fn dv(&self, v: f64, t: f64, p: Rates, n: i32) -> f64 {
        let q = (v * f64::from(n), Self::rate(self.rates, v));
        q.1 + q.0 * p.l + t * f64::from(0.5_f32)
    }

    #[integrate(exp_euler)]
    fn dw(&self, w: f32, t: f32) -> f32 {
        let x = f64::from(w) * self.wide;
        let y = bm::exp(-x) * x * (w as f64);
        (y - f64::abs(x)) as f32
    }

    fn update(&mut self, p: Rates, dt: f64) {
        self.v[..] = self.dv_step(&self.v, 0.0, p, 3, dt);
        self.w[..] = self.dw_step(&self.w, 0.0, 0.25);
    }
}

#[test]
fn parts_of_values_and_conversions() {
    for backend in BACKENDS {
        with_backend(backend, || {
            let mut parts = Parts {
                rates: Rates { k: -2.0, l: 0.0 },
                wide: 1.5,
                v: array![1.0, 2.0],
                w: array![0.5, 1.25],
            };
            parts.update(Rates { k: 100.0, l: 0.5 }, 0.1);
            // v' = -2 v + 3 v / 2
            for (k, v) in [1.0, 2.0].into_iter().enumerate() {
                assert!((parts.v[k] - exact(v, -0.5, 0.0, 0.1)).abs() < 1e-15);
            }
            for (k, w) in [0.5_f64, 1.25].into_iter().enumerate() {
                let rhs = |w: &f64, _: f64| {
                    let x = 1.5 * w;
                    let slope = (-x).exp() * (2.0 * x - x * x) - 1.5;
                    ((-x).exp() * x * w - x, slope)
                };
                let expected = ode::exponential_euler(rhs, &w, 0.0, 0.25);
                assert!(
                    (f64::from(parts.w[k]) - expected).abs() < 1e-6,
                    "{expected}"
                );
            }
        });
    }
}

type Wide = f64;

/// Generic states with a clock of another type, and given by reference.
#[derive(BrainObject)]
struct Clocked<T: Real> {
    #[variable]
    v: Array1<T>,
}

#[brain_jit]
impl<T: Real> Clocked<T> {
    #[integrate(rk4)]
    fn dv(&self, v: &T, t: f64) -> T {
        T::from_f64(2.0 * t) * *v + T::from_f64(0.5)
    }

    #[integrate(midpoint)]
    fn aliased(&self, v: f64, t: f64) -> f64 {
        t as Wide - v as Wide
    }

    fn update(&mut self, t: f64, dt: T) {
        self.v[..] = self.dv_step(&self.v, t, dt);
    }
}

#[test]
fn the_clock_of_generic_states_may_be_more_precise() {
    fn check<T: Real>(close: f64) {
        for backend in BACKENDS {
            let mut model = Clocked {
                v: Array1::from_elem(2, T::from_f64(1.5)),
            };
            with_backend(backend, || model.update(0.25, T::from_f64(0.5)));
            let rhs = |v: &f64, t: f64| 2.0 * t * v + 0.5;
            let expected = ode::rk4(rhs, &1.5, 0.25, 0.5);
            assert!((model.v[1].into_f64() - expected).abs() < close);
            let step = ode::midpoint(|v: &f64, t: f64| t - v, &1.0, 0.5, 0.25);
            assert_eq!(model.aliased_step(1.0, 0.5, 0.25), step);
        }
    }
    check::<f32>(1e-6);
    check::<f64>(1e-15);
}

/// Functions that read one number a neuron from the object exist where they are inlined; those that reduce arrays stand alone.
#[derive(BrainObject)]
struct Layered {
    tau: Array1<f64>,
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Layered {
    fn leak(&self, v: f64) -> f64 {
        -v / self.tau
    }

    fn mean(&self) -> f64 {
        bm::mean(&self.tau)
    }

    #[integrate(exp_euler)]
    fn dv(&self, v: f64, t: f64) -> f64 {
        self.leak(v)
    }

    #[integrate(exp_euler)]
    fn du(&self, u: f64, t: f64) -> f64 {
        -u / bm::mean(&self.tau)
    }

    fn update(&mut self, dt: f64) {
        self.v[..] = self.dv_step(&self.v, 0.0, dt);
    }

    fn leaks(&self) -> Array1<f64> {
        self.leak(&self.v)
    }
}

#[test]
fn functions_that_read_arrays_are_inlined() {
    for backend in BACKENDS {
        with_backend(backend, || {
            let mut model = Layered {
                tau: array![1.0, 3.0],
                v: array![1.0, 1.0],
            };
            assert_eq!(model.leaks(), array![-1.0, -1.0 / 3.0]);
            model.update(0.5);
            assert!((model.v[0] - (-0.5_f64).exp()).abs() < 1e-15);
            assert!((model.v[1] - (-0.5_f64 / 3.0).exp()).abs() < 1e-15);
            assert_eq!(model.mean(), 2.0);
            assert!((model.du_step(1.0, 0.0, 1.0) - (-0.5_f64).exp()).abs() < 1e-15);
        });
    }
}

/// A `return` gives the value of the function where that value stands, however deep.
#[derive(BrainObject)]
struct Left {
    #[variable]
    x: Array1<f64>,
}

#[brain_jit]
impl Left {
    fn sorted(x: f64) -> f64 {
        let y = if x > 0.5 { x * 2.0 } else { -x };
        if y > 3.0 {
            if y > 4.0 {
                return 40.0;
            }
            return 30.0 + y;
        } else if y < 0.0 {
            let z = y - 1.0;
            return z;
        }
        y
    }

    #[integrate(euler)]
    fn dx(&self, x: f64, t: f64) -> f64 {
        let a = Self::sorted(x);
        if a > 20.0 {
            return {
                let b = a + 1.0;
                b
            };
        }
        a * 0.5
    }

    fn update(&mut self) {
        self.x[..] = self.dx_step(&self.x, 0.0, 1.0);
    }
}

#[test]
fn returns_give_the_value_of_their_function() {
    for backend in BACKENDS {
        with_backend(backend, || {
            let start = array![2.5, 1.75, 0.25, 1.0];
            let mut left = Left { x: start.clone() };
            left.update();
            let expected = start.mapv(|x| x + left.dx(x, 0.0));
            assert_eq!(left.x, expected);
            assert_eq!(left.dx(2.5, 0.0), 41.0);
            assert_eq!(left.dx(1.75, 0.0), 34.5);
        });
    }
}

#[derive(BrainObject)]
struct Polynomial {
    #[variable]
    x: Array1<f64>,
    order: i32,
}

#[brain_jit]
impl Polynomial {
    #[integrate(exp_euler)]
    fn dx(&self, x: f64, t: f64) -> f64 {
        0.5 - 0.1 * x + x.powi(0) + x.powi(self.order)
    }

    fn step(&mut self) {
        self.x[..] = self.dx_step(&self.x, 0.0, 0.1);
    }
}

// The power below that of zero is infinite at 0, its slope is not.
#[test]
fn the_power_zero_has_a_slope() {
    let mut model = Polynomial {
        x: array![0.0, 1.0],
        order: 0,
    };
    model.step();
    let linear = |x: f64| x + (2.5 - 0.1 * x) * (1.0 - (-0.01_f64).exp()) / 0.1;
    for (found, x) in model.x.iter().zip([0.0, 1.0]) {
        assert!((found - linear(x)).abs() < 1e-14, "{found}");
    }
}
