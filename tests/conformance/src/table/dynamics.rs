//! Integrators, optimizers and surrogate spike functions.

use brain_jit::bm::optim::{
    Adadelta, Adagrad, Adam, AdamW, Adan, LARS, Momentum, MomentumNesterov, Optimizer, RMSProp,
    Rule, SGD,
};
use brain_jit::bm::surrogate;
use brain_jit::integrators::{Variables, ode, odeint};
use ndarray::{ArrayD, Axis, IxDyn};

use super::Rows;
use crate::call::{Call, Outcome, Stop, many, one, unsupported};
use crate::value::Array;

/// The states along a first axis.
fn trajectory<T: Clone>(states: Vec<ArrayD<T>>) -> ArrayD<T> {
    let views: Vec<_> = states.iter().map(|state| state.view()).collect();
    ndarray::stack(Axis(0), &views).expect("states of one shape")
}

fn double(c: &Call, place: usize) -> Result<ArrayD<f64>, Stop> {
    match c.array(place)? {
        Array::F64(x) => Ok(x),
        other => Err(crate::call::refused(&other)),
    }
}

fn number(c: &Call, name: &str) -> Result<f64, Stop> {
    match c.float(9, name)? {
        Some(number) => Ok(number),
        None => unsupported(format!("{} without {name}", c.function)),
    }
}

const FITZHUGH_NAGUMO: &str = "dv = v - v**3/3 - w + 0.8; dw = 0.08*(v + 0.7 - 0.8*w)";
const LEAK: &str = "dv = (-v + 3 + 0.1*v)/10";

/// The states after each of `steps` steps.
fn states<V: Variables>(start: V, steps: usize, dt: f64, step: impl Fn(&V, f64) -> V) -> Vec<V> {
    let mut state = start;
    (0..steps)
        .map(|i| {
            state = step(&state, i as f64 * dt);
            state.clone()
        })
        .collect()
}

type Pair = (ArrayD<f64>, ArrayD<f64>);

fn fitzhugh_nagumo((v, w): &Pair, _t: f64) -> Pair {
    (v - v * v * v / 3.0 - w + 0.8, 0.08 * (v + 0.7 - 0.8 * w))
}

fn leak(v: &ArrayD<f64>, _t: f64) -> ArrayD<f64> {
    (3.0 - 0.9 * v) / 10.0
}

fn integrated(c: &Call) -> Outcome {
    c.only(&["dt", "steps", "method", "rhs"])?;
    let (dt, steps) = (number(c, "dt")?, number(c, "steps")? as usize);
    let method = c.text(9, "method").unwrap_or("euler");
    let exponential = method.starts_with("exp_") || method == "exponential_euler";
    // BrainPy has this method twice.
    let method = if method == "BoSh3" { "bs" } else { method };
    match c.text(9, "rhs") {
        Some(FITZHUGH_NAGUMO) => {
            let start = (double(c, 0)?, double(c, 1)?);
            let states = if exponential {
                let rhs = |y: &Pair, t: f64| {
                    let slopes = (y.0.mapv(|v| 1.0 - v * v), y.1.mapv(|_| -0.064));
                    (fitzhugh_nagumo(y, t), slopes)
                };
                states(start, steps, dt, |y, t| {
                    ode::exponential_euler(rhs, y, t, dt)
                })
            } else {
                let integral = odeint(fitzhugh_nagumo, method, dt);
                states(start, steps, dt, |y, t| integral.step(y, t))
            };
            let (v, w) = states.into_iter().unzip();
            many([trajectory(v), trajectory(w)])
        }
        Some(LEAK) => {
            let start = double(c, 0)?;
            let states = if exponential {
                let rhs = |v: &ArrayD<f64>, t: f64| (leak(v, t), v.mapv(|_| -0.09));
                states(start, steps, dt, |y, t| {
                    ode::exponential_euler(rhs, y, t, dt)
                })
            } else {
                let integral = odeint(leak, method, dt);
                states(start, steps, dt, |y, t| integral.step(y, t))
            };
            one(trajectory(states))
        }
        other => unsupported(format!("the right-hand side {other:?}")),
    }
}

const PARABOLA: &str = "gradient of sum([1,2,3] * (x - 1)**2); defaults of brainpy.optim";

fn trained<R: Rule>(c: &Call, mut optimizer: Optimizer<R>) -> Outcome {
    let steps = number(c, "steps")? as usize;
    macro_rules! train {
        ($x:expr, $t:ty) => {{
            let mut x: ArrayD<$t> = $x;
            let weights = ArrayD::from_shape_fn(IxDyn(&[3]), |i| (i[0] + 1) as $t);
            let states = (0..steps)
                .map(|_| {
                    let gradient = &weights * 2.0 * (&x - 1.0);
                    optimizer.update(&mut x, &gradient);
                    x.clone()
                })
                .collect();
            one(trajectory(states))
        }};
    }
    match c.array(0)? {
        Array::F64(x) => train!(x, f64),
        Array::F32(x) => train!(x, f32),
        other => Err(crate::call::refused(&other)),
    }
}

/// Sets the options that the case has.
macro_rules! optimizer {
    ($c:ident, $name:ident($lr:ident) $($option:ident)* $(; $flag:ident)?) => {{
        $c.only(&["lr", "steps", "optimizer", "loss", "weight_decay" $(, stringify!($option))* $(, stringify!($flag))?])?;
        let mut optimizer = $name::new($lr);
        if let Some(decay) = $c.float(9, "weight_decay")? {
            optimizer = optimizer.weight_decay(decay);
        }
        $(if let Some(value) = $c.float(9, stringify!($option))? {
            optimizer = optimizer.$option(value);
        })*
        optimizer
    }};
}

fn optimized(c: &Call) -> Outcome {
    if c.text(9, "loss").is_some_and(|loss| loss != PARABOLA) {
        return unsupported(format!("the loss {:?}", c.text(9, "loss")));
    }
    let lr = number(c, "lr")?;
    match c.text(9, "optimizer").unwrap_or_default() {
        "SGD" => trained(c, optimizer!(c, SGD(lr))),
        "Momentum" => trained(c, optimizer!(c, Momentum(lr) momentum)),
        "MomentumNesterov" => trained(c, optimizer!(c, MomentumNesterov(lr) momentum)),
        "Adagrad" => trained(c, optimizer!(c, Adagrad(lr) epsilon)),
        "Adadelta" => trained(c, optimizer!(c, Adadelta(lr) epsilon rho)),
        "RMSProp" => trained(c, optimizer!(c, RMSProp(lr) epsilon rho)),
        "Adam" => trained(c, optimizer!(c, Adam(lr) beta1 beta2 eps)),
        "AdamW" => {
            let optimizer = optimizer!(c, AdamW(lr) beta1 beta2 eps; amsgrad);
            trained(c, optimizer.amsgrad(c.flag(9, "amsgrad")))
        }
        "LARS" => trained(c, optimizer!(c, LARS(lr) momentum tc eps)),
        "Adan" => trained(c, optimizer!(c, Adan(lr) eps)),
        other => unsupported(format!("the optimizer {other}")),
    }
}

/// The value and the derivative.
macro_rules! surrogates {
    ($rows:ident, $($name:literal $function:ident $grad:ident($($p:literal $default:expr => $type:ident),*);)*) => {$(
        $rows.push((concat!("surrogate.", $name), |c: &Call| {
            c.only(&[$($p),*])?;
            match c.array(0)? {
                Array::F32(x) => many([
                    surrogate::$function(&x $(, surrogates!(@$type f32 c.float(9, $p)?.unwrap_or($default)))*),
                    surrogate::$grad(&x $(, surrogates!(@$type f32 c.float(9, $p)?.unwrap_or($default)))*),
                ]),
                Array::F64(x) => many([
                    surrogate::$function(&x $(, surrogates!(@$type f64 c.float(9, $p)?.unwrap_or($default)))*),
                    surrogate::$grad(&x $(, surrogates!(@$type f64 c.float(9, $p)?.unwrap_or($default)))*),
                ]),
                other => Err(crate::call::refused(&other)),
            }
        }));
    )*};
    (@real $t:ident $value:expr) => { $value as $t };
    (@count $t:ident $value:expr) => { $value as usize };
}

pub fn rows() -> Rows {
    let mut rows: Rows = vec![("odeint", integrated), ("optim", optimized)];
    surrogates! { rows,
        "sigmoid" sigmoid sigmoid_grad("alpha" 4.0 => real);
        "piecewise_quadratic" piecewise_quadratic piecewise_quadratic_grad("alpha" 1.0 => real);
        "piecewise_exp" piecewise_exp piecewise_exp_grad("alpha" 1.0 => real);
        "soft_sign" soft_sign soft_sign_grad("alpha" 1.0 => real);
        "arctan" arctan arctan_grad("alpha" 1.0 => real);
        "nonzero_sign_log" nonzero_sign_log nonzero_sign_log_grad("alpha" 1.0 => real);
        "erf" erf erf_grad("alpha" 1.0 => real);
        "piecewise_leaky_relu" piecewise_leaky_relu piecewise_leaky_relu_grad("c" 0.01 => real, "w" 1.0 => real);
        "squarewave_fourier_series" squarewave_fourier_series squarewave_fourier_series_grad("n" 2.0 => count, "t_period" 8.0 => real);
        "s2nn" s2nn s2nn_grad("alpha" 4.0 => real, "beta" 1.0 => real, "epsilon" 1e-8 => real);
        "q_pseudo_spike" q_pseudo_spike q_pseudo_spike_grad("alpha" 2.0 => real);
        "leaky_relu" leaky_relu leaky_relu_grad("alpha" 0.1 => real, "beta" 1.0 => real);
        "log_tailed_relu" log_tailed_relu log_tailed_relu_grad("alpha" 0.0 => real);
        "relu_grad" relu_grad relu_grad_grad("alpha" 0.3 => real, "width" 1.0 => real);
        "gaussian_grad" gaussian_grad gaussian_grad_grad("sigma" 0.5 => real, "alpha" 0.5 => real);
        "multi_gaussian_grad" multi_gaussian_grad multi_gaussian_grad_grad(
            "h" 0.15 => real, "s" 6.0 => real, "sigma" 0.5 => real, "scale" 0.5 => real);
        "inv_square_grad" inv_square_grad inv_square_grad_grad("alpha" 100.0 => real);
        "slayer_grad" slayer_grad slayer_grad_grad("alpha" 1.0 => real);
    }
    rows
}
