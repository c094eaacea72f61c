//! The functions of one argument of `brain_jit::math`, with references and bounds.

use brain_jit::kernel::level::{Baseline, Dispatch, Level, dispatch};
use brain_jit::math::{CORRECTLY_ROUNDED, MAX_ULP, VectorMath, WITHIN_ONE_ULP, for_each_unary};

/// A function over slices at a level: `output[i] = f(input[i])`.
pub type Apply<T> = fn(&[T], &mut [T]);

/// A function of one argument.
pub struct Unary {
    pub name: &'static str,
    /// Without SIMD extensions.
    pub baseline_f32: Apply<f32>,
    pub baseline_f64: Apply<f64>,
    /// At the level of this process.
    pub best_f32: Apply<f32>,
    pub best_f64: Apply<f64>,
}

macro_rules! unary_functions {
    ($($name:ident)*) => {
        /// Every function of one argument.
        pub fn unary_functions() -> Vec<Unary> {
            vec![$({
                struct Loop<'a, T>(&'a [T], &'a mut [T]);
                impl<T: VectorMath> Dispatch for Loop<'_, T> {
                    type Output = ();
                    #[inline(always)]
                    fn run<L: Level>(self) {
                        // Separate parameters, as in kernels: LLVM then knows that the slices do not overlap.
                        #[inline(always)]
                        fn body<L: Level, T: VectorMath>(x: &[T], y: &mut [T]) {
                            let x = &x[..y.len()];
                            for i in 0..y.len() {
                                y[i] = x[i].$name::<L>();
                            }
                        }
                        body::<L, T>(self.0, self.1);
                    }
                }
                Unary {
                    name: stringify!($name),
                    baseline_f32: |x, y| Loop(x, y).run::<Baseline>(),
                    baseline_f64: |x, y| Loop(x, y).run::<Baseline>(),
                    best_f32: |x, y| dispatch(Loop(x, y)),
                    best_f64: |x, y| dispatch(Loop(x, y)),
                }
            }),*]
        }
    };
}
for_each_unary!(unary_functions!());

/// The largest error allowed, in ULP: the bound that the function's documentation states.
pub fn bound(name: &str) -> f64 {
    if CORRECTLY_ROUNDED.contains(&name) {
        0.501 // the reference's own error
    } else if WITHIN_ONE_ULP.contains(&name) {
        1.0
    } else {
        MAX_ULP
    }
}

/// The function in double precision, to judge the single-precision one by. Accurate to a few ULP of double precision.
pub fn reference(name: &str) -> fn(f64) -> f64 {
    match name {
        "exp" => f64::exp,
        "exp2" => f64::exp2,
        "exp10" => |x| 10_f64.powf(x),
        "expm1" => f64::exp_m1,
        "exprel" => |x| {
            if x == 0.0 {
                1.0
            } else if x == f64::INFINITY {
                x
            } else {
                x.exp_m1() / x
            }
        },
        "log" => f64::ln,
        "log2" => f64::log2,
        "log10" => f64::log10,
        "log1p" => f64::ln_1p,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "sinc" => |x| {
            let within = x - 2.0 * (0.5 * x).round_ties_even();
            // sin(π x) by symmetry from an argument that is small where the value is
            let fold = if within.abs() > 0.5 {
                (1.0 - within.abs()).copysign(within)
            } else {
                within
            };
            if x == 0.0 {
                1.0
            } else if x.is_infinite() {
                f64::NAN
            } else if x.fract() == 0.0 {
                0.0
            } else {
                (std::f64::consts::PI * fold).sin() / (std::f64::consts::PI * x)
            }
        },
        "deg2rad" => f64::to_radians,
        "rad2deg" => |x| x * (180.0 / std::f64::consts::PI),
        "asin" => f64::asin,
        "acos" => f64::acos,
        "atan" => f64::atan,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        "asinh" => |x| {
            let a = x.abs();
            if a == f64::INFINITY {
                x
            } else {
                (a + a * a / (1.0 + a.hypot(1.0))).ln_1p().copysign(x)
            }
        },
        "acosh" => |x| {
            let t = if x < 1.0 { f64::NAN } else { x - 1.0 };
            (t + (2.0 * t + t * t).sqrt()).ln_1p()
        },
        "atanh" => |x| (0.5 * (2.0 * x.abs() / (1.0 - x.abs())).ln_1p()).copysign(x),
        "sigmoid" => |x| 1.0 / (1.0 + (-x).exp()),
        "softplus" => |x| {
            x.max(0.0)
                + if x.is_nan() {
                    x
                } else {
                    (-x.abs()).exp().ln_1p()
                }
        },
        "log_sigmoid" => |x| {
            -((-x).max(0.0)
                + if x.is_nan() {
                    x
                } else {
                    (-x.abs()).exp().ln_1p()
                })
        },
        "erf" => error_function,
        "erfc" => complementary_error_function,
        "sqrt" => f64::sqrt,
        "rsqrt" => |x| 1.0 / x.sqrt(),
        "cbrt" => f64::cbrt,
        "square" => |x| x * x,
        "reciprocal" => |x| 1.0 / x,
        "abs" => f64::abs,
        "sign" => |x| {
            if x == 0.0 {
                0.0
            } else if x.is_nan() {
                x
            } else {
                x.signum()
            }
        },
        "floor" => f64::floor,
        "ceil" => f64::ceil,
        "trunc" => f64::trunc,
        "rint" => f64::round_ties_even,
        _ => panic!("no reference for {name}"),
    }
}

/// By the series 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms are all positive (Abramowitz and Stegun, 7.1.6).
fn error_function(x: f64) -> f64 {
    if x.is_nan() || x == 0.0 {
        return x;
    }
    if x.abs() > 2.5 {
        return (1.0 - complementary_error_function(x.abs())).copysign(x);
    }
    let (mut term, mut sum, mut n) = (x, x, 0.0);
    while term.abs() > 1e-18 * sum.abs() {
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
    }
    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum
}

/// By the continued fraction (Abramowitz and Stegun, 7.1.14) where it converges fast.
fn complementary_error_function(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < 2.0 {
        return 1.0 - error_function(x);
    }
    let mut tail = 0.0;
    for k in (1..=if x > 5.0 { 40 } else { 150 }).rev() {
        tail = 0.5 * f64::from(k) / (x + tail);
    }
    (-x * x).exp() / ((x + tail) * std::f64::consts::PI.sqrt())
}
