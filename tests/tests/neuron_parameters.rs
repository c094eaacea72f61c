//! A parameter is one number for all neurons or one for each: of every kind of model on the page of models, a neuron among others that
//! have parameters of their own is the neuron with these numbers, bit for bit.

use brain_jit::prelude::*;
use brain_jit::with_backend;

/// A model of neurons that do not see each other.
trait Model<P> {
    /// What each neuron gets from outside.
    const INPUT: f64;
    /// With parameters that `of` makes of their usual values, of `n` neurons.
    fn new(of: &dyn Fn(f64) -> P, n: usize) -> Self;
    fn step(&mut self, t: f64, dt: f64, input: &Array1<f64>, spike: &Array1<bool>);
    /// The variables, an array each.
    fn state(&self) -> Vec<Array1<f64>>;
}

/// The struct of a model: its input, its parameters and its variables with their usual values.
macro_rules! model {
    ($p:ty, $name:ident, $input:literal, [$($parameter:ident $value:literal),*], [$($variable:ident $start:literal),*]) => {
        #[derive(BrainObject)]
        pub(super) struct $name {
            $($parameter: $p,)*
            $(#[variable] $variable: Array1<f64>,)*
        }

        impl super::Model<$p> for $name {
            const INPUT: f64 = $input;

            fn new(of: &dyn Fn(f64) -> $p, n: usize) -> Self {
                $name {
                    $($parameter: of($value),)*
                    $($variable: Array1::from_elem(n, $start),)*
                }
            }

            fn step(&mut self, t: f64, dt: f64, input: &Array1<f64>, spike: &Array1<bool>) {
                self.update(t, dt, input, spike);
            }

            fn state(&self) -> Vec<Array1<f64>> {
                vec![$(self.$variable.clone()),*]
            }
        }
    };
}

/// The models with parameters of one type.
macro_rules! models {
    ($module:ident, $p:ty) => {
        mod $module {
            use brain_jit::prelude::*;

            model!($p, Lif, 15.0, [tau 10.0, v_rest -65.0, v_th -55.0, v_reset -65.0], [v -65.0, fired 0.0]);

            #[brain_jit]
            impl Lif {
                #[integrate(exp_euler)]
                fn dv(&self, v: f64, t: f64, ri: f64) -> f64 {
                    (self.v_rest - v + ri) / self.tau
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let v = self.dv_step(&self.v, t, input, dt);
                    let spike = &v >= self.v_th;
                    self.v[..] = bm::where_(&spike, self.v_reset, v);
                    self.fired += bm::where_(spike, 1.0, 0.0);
                }
            }

            model!($p, LifRef, 30.0, [tau 10.0, v_rest -65.0, v_th -55.0, v_reset -65.0, t_ref 2.0], [v -65.0, t_last -10000000.0, fired 0.0]);

            #[brain_jit]
            impl LifRef {
                #[integrate(exp_euler)]
                fn dv(&self, v: f64, t: f64, ri: f64) -> f64 {
                    (self.v_rest - v + ri) / self.tau
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let free = t - &self.t_last > self.t_ref - 0.5 * dt;
                    let v = self.dv_step(&self.v, t, input, dt);
                    let v = bm::where_(free, v, &self.v);
                    let spike = &v >= self.v_th;
                    self.v[..] = bm::where_(&spike, self.v_reset, v);
                    self.t_last[..] = bm::where_(&spike, t, &self.t_last);
                    self.fired += bm::where_(spike, 1.0, 0.0);
                }
            }

            model!($p, ExpIF, 20.0, [tau 10.0, v_rest -65.0, v_t -50.0, delta_t 3.0, v_peak 0.0, v_reset -68.0], [v -65.0, fired 0.0]);

            #[brain_jit]
            impl ExpIF {
                #[integrate(euler)]
                fn dv(&self, v: f64, t: f64, ri: f64) -> f64 {
                    (self.v_rest - v + self.delta_t * bm::exp((v - self.v_t) / self.delta_t) + ri) / self.tau
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let v = self.dv_step(&self.v, t, input, dt);
                    let spike = &v > self.v_peak;
                    self.v[..] = bm::where_(&spike, self.v_reset, v);
                    self.fired += bm::where_(spike, 1.0, 0.0);
                }
            }

            model!($p, AdEx, 500.0, [c 200.0, g_l 10.0, e_l -70.0, v_t -50.0, delta_t 2.0, a 2.0, tau_w 100.0, b 60.0, v_peak 0.0, v_reset -58.0], [v -70.0, w 0.0]);

            #[brain_jit]
            impl AdEx {
                #[integrate(euler)]
                fn derivative(&self, v: f64, w: f64, t: f64, i: f64) -> (f64, f64) {
                    let rise = self.delta_t * bm::exp((v - self.v_t) / self.delta_t);
                    let dv = (self.g_l * (self.e_l - v + rise) - w + i) / self.c;
                    let dw = (self.a * (v - self.e_l) - w) / self.tau_w;
                    (dv, dw)
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let (v, w) = self.derivative_step(&self.v, &self.w, t, input, dt);
                    let spike = &v > self.v_peak;
                    self.v[..] = bm::where_(&spike, self.v_reset, v);
                    self.w[..] = w + bm::where_(spike, self.b, 0.0);
                }
            }

            model!($p, Qif, 1.0, [tau 10.0, v_peak 50.0], [v -50.0]);

            #[brain_jit]
            impl Qif {
                #[integrate(rk4)]
                fn dv(&self, v: f64, t: f64, i: f64) -> f64 {
                    (v * v + i) / self.tau
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let v = self.dv_step(&self.v, t, input, dt);
                    self.v[..] = bm::where_(&v > self.v_peak, -self.v_peak, v);
                }
            }

            model!($p, Izhikevich, 10.0, [a 0.02, b 0.2, c -65.0, d 8.0], [v -65.0, u -13.0]);

            #[brain_jit]
            impl Izhikevich {
                #[integrate(midpoint)]
                fn derivative(&self, v: f64, u: f64, t: f64, i: f64) -> (f64, f64) {
                    (0.04 * v * v + 5.0 * v + 140.0 - u + i, self.a * (self.b * v - u))
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let (v, u) = self.derivative_step(&self.v, &self.u, t, input, dt);
                    let spike = &v > 30.0;
                    self.v[..] = bm::where_(&spike, self.c, v);
                    self.u[..] = u + bm::where_(spike, self.d, 0.0);
                }
            }

            model!($p, FitzHughNagumo, 0.5, [a 0.7, b 0.8, tau 12.5], [v -1.2, w -0.6]);

            #[brain_jit]
            impl FitzHughNagumo {
                #[integrate(rk4)]
                fn derivative(&self, v: f64, w: f64, t: f64, i: f64) -> (f64, f64) {
                    (v - v * v * v / 3.0 - w + i, (v + self.a - self.b * w) / self.tau)
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let (v, w) = self.derivative_step(&self.v, &self.w, t, input, dt);
                    self.v[..] = v;
                    self.w[..] = w;
                }
            }

            model!($p, MorrisLecar, 120.0, [v1 -1.2, v2 18.0, v3 2.0, v4 30.0, phi 0.04, g_ca 4.4, g_k 8.0, c 20.0], [v -60.0, w 0.0]);

            #[brain_jit]
            impl MorrisLecar {
                #[integrate(exp_euler)]
                fn derivative(&self, v: f64, w: f64, t: f64, i: f64) -> (f64, f64) {
                    let m_inf = 0.5 * (1.0 + bm::tanh((v - self.v1) / self.v2));
                    let w_inf = 0.5 * (1.0 + bm::tanh((v - self.v3) / self.v4));
                    let rate = self.phi * bm::cosh((v - self.v3) / (2.0 * self.v4));
                    let current = 2.0 * (v + 60.0) + self.g_ca * m_inf * (v - 120.0) + self.g_k * w * (v + 84.0);
                    ((i - current) / self.c, rate * (w_inf - w))
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let (v, w) = self.derivative_step(&self.v, &self.w, t, input, dt);
                    self.v[..] = v;
                    self.w[..] = w;
                }
            }

            model!($p, HodgkinHuxley, 10.0, [g_na 120.0, g_k 36.0, g_l 0.3, e_na 50.0, e_k -77.0, e_l -54.387, c 1.0], [v -65.0, m 0.0529, h 0.596, n 0.3177]);

            #[brain_jit]
            impl HodgkinHuxley {
                #[integrate(exp_euler)]
                fn derivative(&self, v: f64, m: f64, h: f64, n: f64, t: f64, i: f64) -> (f64, f64, f64, f64) {
                    let alpha_m = 1.0 / bm::exprel(-0.1 * (v + 40.0));
                    let beta_m = 4.0 * bm::exp(-(v + 65.0) / 18.0);
                    let alpha_h = 0.07 * bm::exp(-0.05 * (v + 65.0));
                    let beta_h = 1.0 / (1.0 + bm::exp(-0.1 * (v + 35.0)));
                    let alpha_n = 0.1 / bm::exprel(-0.1 * (v + 55.0));
                    let beta_n = 0.125 * bm::exp(-0.0125 * (v + 65.0));
                    let i_na = self.g_na * m.powi(3) * h * (v - self.e_na);
                    let i_k = self.g_k * n.powi(4) * (v - self.e_k);
                    (
                        (i - i_na - i_k - self.g_l * (v - self.e_l)) / self.c,
                        alpha_m * (1.0 - m) - beta_m * m,
                        alpha_h * (1.0 - h) - beta_h * h,
                        alpha_n * (1.0 - n) - beta_n * n,
                    )
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let (v, m, h, n) = self.derivative_step(&self.v, &self.m, &self.h, &self.n, t, input, dt);
                    self.v[..] = v;
                    self.m[..] = m;
                    self.h[..] = h;
                    self.n[..] = n;
                }
            }

            model!($p, TraubMiles, 2.0, [v_t -63.0, g_na 100.0, g_k 30.0], [v -65.0, m 0.05, h 0.6, n 0.3]);

            #[brain_jit]
            impl TraubMiles {
                #[integrate(exp_euler)]
                fn derivative(&self, v: f64, m: f64, h: f64, n: f64, t: f64, i: f64) -> (f64, f64, f64, f64) {
                    let u = v - self.v_t;
                    let alpha_m = 1.28 / bm::exprel((13.0 - u) / 4.0);
                    let beta_m = 1.4 / bm::exprel((u - 40.0) / 5.0);
                    let alpha_h = 0.128 * bm::exp((17.0 - u) / 18.0);
                    let beta_h = 4.0 / (1.0 + bm::exp((40.0 - u) / 5.0));
                    let alpha_n = 0.16 / bm::exprel((15.0 - u) / 5.0);
                    let beta_n = 0.5 * bm::exp((10.0 - u) / 40.0);
                    let i_na = self.g_na * m.powi(3) * h * (v - 50.0);
                    let i_k = self.g_k * n.powi(4) * (v + 90.0);
                    (
                        i - i_na - i_k - 0.05 * (v + 60.0),
                        alpha_m * (1.0 - m) - beta_m * m,
                        alpha_h * (1.0 - h) - beta_h * h,
                        alpha_n * (1.0 - n) - beta_n * n,
                    )
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let (v, m, h, n) = self.derivative_step(&self.v, &self.m, &self.h, &self.n, t, input, dt);
                    self.v[..] = v;
                    self.m[..] = m;
                    self.h[..] = h;
                    self.n[..] = n;
                }
            }

            model!($p, WilsonCowan, 1.25, [tau 8.0, slope 1.3, threshold 4.0], [e 0.1, i 0.05]);

            #[brain_jit]
            impl WilsonCowan {
                fn response(x: f64, slope: f64, threshold: f64) -> f64 {
                    bm::sigmoid(slope * (x - threshold)) - bm::sigmoid(-slope * threshold)
                }

                #[integrate(rk4)]
                fn derivative(&self, e: f64, i: f64, t: f64, input: f64) -> (f64, f64) {
                    let x = 16.0 * e - 12.0 * i + input;
                    let de = -e + (1.0 - e) * Self::response(x, self.slope, self.threshold);
                    let di = -i + (1.0 - i) * Self::response(15.0 * e - 3.0 * i, 2.0, 3.7);
                    (de / self.tau, di / self.tau)
                }

                fn update(&mut self, t: f64, dt: f64, input: &Array1<f64>, _spike: &Array1<bool>) {
                    let (e, i) = self.derivative_step(&self.e, &self.i, t, input, dt);
                    self.e[..] = e;
                    self.i[..] = i;
                }
            }

            model!($p, Exponential, 0.0, [tau 5.0, weight 0.5], [g 0.0]);

            #[brain_jit]
            impl Exponential {
                fn update(&mut self, _t: f64, dt: f64, _input: &Array1<f64>, spike: &Array1<bool>) {
                    self.g *= bm::exp(-dt / self.tau);
                    self.g += bm::where_(spike, self.weight, 0.0);
                }
            }

            model!($p, DualExponential, 0.0, [tau_rise 1.0, tau_decay 4.0], [h 0.0, g 0.0]);

            #[brain_jit]
            impl DualExponential {
                fn update(&mut self, _t: f64, dt: f64, _input: &Array1<f64>, spike: &Array1<bool>) {
                    let rise = bm::exp(-dt / self.tau_rise);
                    let decay = bm::exp(-dt / self.tau_decay);
                    let from_h = (&decay - &rise) / (1.0 / self.tau_rise - 1.0 / self.tau_decay);
                    self.g[..] = &self.g * &decay + &self.h * from_h;
                    self.h *= rise;
                    self.h += bm::where_(spike, 1.0, 0.0);
                }
            }

            model!($p, Alpha, 0.0, [tau 2.0], [h 0.0, g 0.0]);

            #[brain_jit]
            impl Alpha {
                fn update(&mut self, _t: f64, dt: f64, _input: &Array1<f64>, spike: &Array1<bool>) {
                    let decay = bm::exp(-dt / self.tau);
                    self.g[..] = (&self.g + &self.h * dt) * &decay;
                    self.h *= decay;
                    self.h += bm::where_(spike, 1.0, 0.0);
                }
            }

            model!($p, Receptors, 0.0, [alpha 1.1, beta 0.19, duration 1.0], [s 0.0, left 0.0]);

            #[brain_jit]
            impl Receptors {
                fn update(&mut self, _t: f64, dt: f64, _input: &Array1<f64>, spike: &Array1<bool>) {
                    self.left[..] = bm::where_(spike, self.duration, &self.left);
                    let opening = bm::where_(&self.left > 0.5 * dt, self.alpha, 0.0);
                    let rate = &opening + self.beta;
                    let s_inf = opening / &rate;
                    self.s[..] = &s_inf + (&self.s - &s_inf) * bm::exp(-dt * rate);
                    self.left -= dt;
                }
            }

            model!($p, ConductanceBased, 0.0, [tau_m 20.0, v_rest -70.0, tau_ampa 2.0, tau_gaba 5.0, e_ampa 0.0, e_gaba -70.0], [v -70.0, g_ampa 0.0, g_gaba 0.3]);

            #[brain_jit]
            impl ConductanceBased {
                fn update(&mut self, _t: f64, dt: f64, _input: &Array1<f64>, spike: &Array1<bool>) {
                    let g = 1.0 + &self.g_ampa + &self.g_gaba;
                    let v_inf = (self.v_rest + &self.g_ampa * self.e_ampa + &self.g_gaba * self.e_gaba) / &g;
                    self.v[..] = &v_inf + (&self.v - &v_inf) * bm::exp(-dt / self.tau_m * &g);
                    self.g_ampa *= bm::exp(-dt / self.tau_ampa);
                    self.g_gaba *= bm::exp(-dt / self.tau_gaba);
                    self.g_ampa += bm::where_(spike, 0.1, 0.0);
                }
            }

            model!($p, CurrentBased, 0.0, [tau_m 20.0, r 100.0, tau_ampa 2.0, tau_gaba 5.0], [v 0.0, i_ampa 0.0, i_gaba 0.1]);

            #[brain_jit]
            impl CurrentBased {
                fn update(&mut self, _t: f64, dt: f64, _input: &Array1<f64>, spike: &Array1<bool>) {
                    let (m, ampa, gaba) = (
                        bm::exp(-dt / self.tau_m),
                        bm::exp(-dt / self.tau_ampa),
                        bm::exp(-dt / self.tau_gaba),
                    );
                    let from_ampa = self.r * self.tau_ampa / (self.tau_m - self.tau_ampa) * (&m - &ampa);
                    let from_gaba = self.r * self.tau_gaba / (self.tau_m - self.tau_gaba) * (&m - &gaba);
                    self.v[..] = &self.v * &m + &self.i_ampa * from_ampa - &self.i_gaba * from_gaba;
                    self.i_ampa *= ampa;
                    self.i_gaba *= gaba;
                    self.i_ampa += bm::where_(spike, 0.1, 0.0);
                }
            }

            model!($p, Nmda, 0.0, [tau_rise 2.0, tau_decay 100.0, alpha 0.5, mg 1.0, e 0.0], [x 0.0, s 0.0, v -60.0]);

            #[brain_jit]
            impl Nmda {
                fn update(&mut self, _t: f64, dt: f64, _input: &Array1<f64>, spike: &Array1<bool>) {
                    let rate = self.alpha * &self.x + 1.0 / self.tau_decay;
                    let s_inf = self.alpha * &self.x / &rate;
                    self.s[..] = &s_inf + (&self.s - &s_inf) * bm::exp(-dt * rate);
                    self.x *= bm::exp(-dt / self.tau_rise);
                    self.x += bm::where_(spike, 1.0, 0.0);
                    let free = 1.0 / (1.0 + self.mg / 3.57 * bm::exp(-0.062 * &self.v));
                    self.v += &self.s * free * (self.e - &self.v) * dt;
                }
            }

            model!($p, Stp, 0.0, [u_rest 0.5, tau_f 100.0, tau_d 200.0], [u 0.5, x 1.0, g 0.0]);

            #[brain_jit]
            impl Stp {
                fn update(&mut self, _t: f64, dt: f64, _input: &Array1<f64>, spike: &Array1<bool>) {
                    let u = self.u_rest + (&self.u - self.u_rest) * bm::exp(-dt / self.tau_f);
                    let x = 1.0 + (&self.x - 1.0) * bm::exp(-dt / self.tau_d);
                    let u = bm::where_(spike, &u + self.u_rest * (1.0 - &u), u);
                    let release = bm::where_(spike, &u * &x, 0.0);
                    self.x[..] = x - &release;
                    self.u[..] = u;
                    self.g += release;
                }
            }

            model!($p, Stdp, 0.0, [tau_plus 20.0, tau_minus 25.0, a_plus 0.01, a_minus 0.012], [pre 0.0, post 0.0, w 0.5]);

            #[brain_jit]
            impl Stdp {
                fn update(&mut self, _t: f64, dt: f64, input: &Array1<f64>, spike: &Array1<bool>) {
                    self.pre *= bm::exp(-dt / self.tau_plus);
                    self.post *= bm::exp(-dt / self.tau_minus);
                    let w = &self.w + bm::where_(spike, &self.post, 0.0);
                    self.w[..] = bm::clip(w, 0.0, 1.0);
                    self.pre += bm::where_(spike, self.a_plus, 0.0);
                    self.post -= bm::where_(input > 0.5, self.a_minus, 0.0);
                }
            }
        }
    };
}

models!(common, f64);
models!(own, Array1<f64>);

/// The variables after some steps.
fn run<P, M: Model<P>>(of: &dyn Fn(f64) -> P, n: usize) -> Vec<Array1<f64>> {
    let (mut model, dt) = (M::new(of, n), 0.02);
    for step in 0..1500 {
        let input = if step < 1200 { M::INPUT } else { 0.0 };
        let spike = step % 400 == 7;
        model.step(
            step as f64 * dt,
            dt,
            &Array1::from_elem(n, input),
            &Array1::from_elem(n, spike),
        );
    }
    model.state()
}

fn compare<C: Model<f64>, O: Model<Array1<f64>>>(name: &str) {
    let factors = [1.0, 0.97, 1.04];
    let expected = factors.map(|factor| run::<_, C>(&|value| value * factor, 1));
    let each = |value: f64| factors.iter().map(|factor| value * factor).collect();
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        let found = with_backend(backend, || run::<_, O>(&each, factors.len()));
        for (k, expected) in expected.iter().enumerate() {
            for (found, expected) in found.iter().zip(expected) {
                assert_eq!(found[k], expected[0], "{name}, neuron {k}, {backend:?}");
                assert!(found[k].is_finite());
            }
        }
        // They have not all come to the same.
        assert!(
            found
                .iter()
                .any(|state| state[0] != state[1] && state[1] != state[2]),
            "{name}"
        );
    }
}

#[test]
fn parameters_are_one_number_or_one_for_each_neuron() {
    compare::<common::Lif, own::Lif>("Lif");
    compare::<common::LifRef, own::LifRef>("LifRef");
    compare::<common::ExpIF, own::ExpIF>("ExpIF");
    compare::<common::AdEx, own::AdEx>("AdEx");
    compare::<common::Qif, own::Qif>("Qif");
    compare::<common::Izhikevich, own::Izhikevich>("Izhikevich");
    compare::<common::FitzHughNagumo, own::FitzHughNagumo>("FitzHughNagumo");
    compare::<common::MorrisLecar, own::MorrisLecar>("MorrisLecar");
    compare::<common::HodgkinHuxley, own::HodgkinHuxley>("HodgkinHuxley");
    compare::<common::TraubMiles, own::TraubMiles>("TraubMiles");
    compare::<common::WilsonCowan, own::WilsonCowan>("WilsonCowan");
    compare::<common::Exponential, own::Exponential>("Exponential");
    compare::<common::DualExponential, own::DualExponential>("DualExponential");
    compare::<common::Alpha, own::Alpha>("Alpha");
    compare::<common::Receptors, own::Receptors>("Receptors");
    compare::<common::ConductanceBased, own::ConductanceBased>("ConductanceBased");
    compare::<common::CurrentBased, own::CurrentBased>("CurrentBased");
    compare::<common::Nmda, own::Nmda>("Nmda");
    compare::<common::Stp, own::Stp>("Stp");
    compare::<common::Stdp, own::Stdp>("Stdp");
}
