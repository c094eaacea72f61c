//! Seconds a call of functions of `bm` on 1,000,000 elements, on one thread: what `peers/arrays.py` sets beside NumPy.
//!
//! For each line `FUNCTION DTYPE FORM` of the input it prints the least seconds of some calls. FORM is `eager`, or
//! `fused` for elementwise functions in a compiled function, `std` for a loop over the standard library's; `read` for the sum of as
//! many bytes.

use brain_jit::ndarray::Zip;
use brain_jit::prelude::*;
use brain_jit::set_backend;
use std::collections::HashMap;
use std::hint::black_box;
use std::io::BufRead;
use std::time::{Duration, Instant};

/// Elements of each operand.
const N: usize = 1_000_000;

/// How long a function is called.
const PATIENCE: Duration = Duration::from_millis(40);

type Cases = HashMap<String, Box<dyn FnMut() -> Duration>>;

/// The time of one call; what it gives is dropped outside.
fn timed<R>(call: impl FnOnce() -> R) -> Duration {
    let start = Instant::now();
    let result = black_box(call());
    let time = start.elapsed();
    drop(result);
    time
}

/// The least time of a call: of as many as `PATIENCE` allows, at least three.
fn least(call: &mut dyn FnMut() -> Duration) -> Duration {
    call();
    let start = Instant::now();
    let mut least = Duration::MAX;
    for calls in 0.. {
        if calls >= 3 && start.elapsed() > PATIENCE {
            break;
        }
        least = least.min(call());
    }
    least
}

macro_rules! elementwise {
    ($cases:ident $t:ident, $($x:ident: $($name:ident)*;)*) => {$($(
        {
            let x = bm::copy(&$x);
            let call = move || timed(|| bm::$name(black_box(&x)));
            $cases.insert(format!("{} {} eager", stringify!($name), stringify!($t)), Box::new(call));
        }
    )*)*};
}

macro_rules! binary {
    ($cases:ident $t:ident, $x:ident $y:ident: $($name:ident)*) => {$(
        {
            let (x, y) = (bm::copy(&$x), bm::copy(&$y));
            let call = move || timed(|| bm::$name(black_box(&x), black_box(&y)));
            $cases.insert(format!("{} {} eager", stringify!($name), stringify!($t)), Box::new(call));
        }
    )*};
}

macro_rules! fused {
    ($cases:ident $t:ident, $($x:ident: $($name:ident)*;)*) => {$($(
        {
            #[brain_jit]
            fn $name(x: &Array1<$t>) -> Array1<$t> {
                bm::$name(x)
            }
            let x = bm::copy(&$x);
            let call = move || timed(|| $name(black_box(&x)));
            $cases.insert(format!("{} {} fused", stringify!($name), stringify!($t)), Box::new(call));
        }
    )*)*};
}

macro_rules! fused_binary {
    ($cases:ident $t:ident, $x:ident $y:ident: $($name:ident)*) => {$(
        {
            #[brain_jit]
            fn $name(x: &Array1<$t>, y: &Array1<$t>) -> Array1<$t> {
                bm::$name(x, y)
            }
            let (x, y) = (bm::copy(&$x), bm::copy(&$y));
            let call = move || timed(|| $name(black_box(&x), black_box(&y)));
            $cases.insert(format!("{} {} fused", stringify!($name), stringify!($t)), Box::new(call));
        }
    )*};
}

/// A loop over a function of the standard library.
macro_rules! standard {
    ($cases:ident $t:ident, $($x:ident: $($name:ident $method:ident),*;)*) => {$($(
        {
            let x = bm::copy(&$x);
            let call = move || timed(|| black_box(&x).mapv(|x| x.$method()));
            $cases.insert(concat!(stringify!($name), " ", stringify!($t), " std").into(), Box::new(call));
        }
    )*)*};
}

macro_rules! standard_binary {
    ($cases:ident $t:ident, $x:ident $y:ident: $($name:ident $method:ident),*) => {$(
        {
            let (x, y) = (bm::copy(&$x), bm::copy(&$y));
            let call = move || {
                timed(|| Zip::from(black_box(&x)).and(&y).map_collect(|x, y| x.$method(*y)))
            };
            $cases.insert(concat!(stringify!($name), " ", stringify!($t), " std").into(), Box::new(call));
        }
    )*};
}

macro_rules! axes {
    ($cases:ident $t:ident $matrix:ident: $($name:ident)*) => {$(
        for axis in [0, 1] {
            let x = bm::copy(&$matrix);
            let call = move || timed(|| bm::$name(black_box(&x), axis));
            $cases.insert(format!("{}{axis} {} eager", stringify!($name), stringify!($t)), Box::new(call));
        }
    )*};
}

/// The functions of floats.
macro_rules! floats {
    ($cases:ident $t:ident) => {{
        let mut seed = 0;
        let mut array = |low, high| {
            seed += 1;
            numbers(seed, low, high).mapv(|value| value as $t)
        };
        let (around, unit, positive, above, wide) =
            (array(-3.0, 3.0), array(-0.9, 0.9), array(0.1, 10.0), array(1.1, 10.0), array(-100.0, 100.0));
        let (other, mask) = (array(0.5, 4.0), around.mapv(|value| value > 0.0));
        elementwise! { $cases $t,
            around: exp exp2 expm1 exprel sinh cosh tanh erf erfc sigmoid softplus abs fabs absolute square negative
                positive sign floor ceil trunc fix rint round reciprocal cbrt arctan arcsinh isnan isinf isfinite isposinf
                isneginf signbit logical_not deg2rad rad2deg nan_to_num sinc real conj relu silu gelu;
            unit: arcsin arccos arctanh;
            positive: log log2 log10 log1p sqrt;
            above: arccosh;
            wide: sin cos tan;
        }
        binary! { $cases $t, around other: add subtract multiply divide maximum minimum fmax fmin less less_equal greater
            greater_equal equal not_equal logical_and logical_or logical_xor floor_divide remainder fmod arctan2 hypot
            logaddexp logaddexp2 copysign heaviside nextafter }
        binary! { $cases $t, positive other: power float_power }
        {
            let (x, y, mask) = (bm::copy(&around), bm::copy(&other), bm::copy(&mask));
            let call = move || timed(|| bm::where_(black_box(&mask), &x, &y));
            $cases.insert(concat!("where ", stringify!($t), " eager").into(), Box::new(call));
        }
        {
            let x = bm::copy(&around);
            let call = move || timed(|| bm::clip(black_box(&x), -1.0, 1.0));
            $cases.insert(concat!("clip ", stringify!($t), " eager").into(), Box::new(call));
        }
        {
            let x = bm::copy(&around);
            let call = move || timed(|| bm::round_decimals(black_box(&x), 2));
            $cases.insert(concat!("round_decimals ", stringify!($t), " eager").into(), Box::new(call));
        }
        {
            let x = bm::copy(&around);
            let call = move || timed(|| bm::modf(black_box(&x)));
            $cases.insert(concat!("modf ", stringify!($t), " eager").into(), Box::new(call));
        }
        {
            let x = bm::copy(&around);
            let call = move || timed(|| bm::frexp(black_box(&x)));
            $cases.insert(concat!("frexp ", stringify!($t), " eager").into(), Box::new(call));
        }
        {
            let (x, e) = (bm::copy(&around), bm::astype::<i32, _, _>(&around));
            let call = move || timed(|| bm::ldexp(black_box(&x), &e));
            $cases.insert(concat!("ldexp ", stringify!($t), " eager").into(), Box::new(call));
        }
        fused! { $cases $t,
            around: exp exp2 expm1 exprel sinh cosh tanh erf erfc sigmoid softplus abs square negative sign floor ceil trunc
                rint reciprocal cbrt arctan arcsinh;
            unit: arcsin arccos arctanh;
            positive: log log2 log10 log1p sqrt;
            above: arccosh;
            wide: sin cos tan;
        }
        fused_binary! { $cases $t, around other: add subtract multiply divide maximum minimum floor_divide remainder arctan2
            hypot logaddexp copysign }
        fused_binary! { $cases $t, positive other: power }
        standard! { $cases $t,
            around: exp exp, exp2 exp2, expm1 exp_m1, sinh sinh, cosh cosh, tanh tanh, cbrt cbrt, arctan atan, arcsinh asinh;
            unit: arcsin asin, arccos acos, arctanh atanh;
            positive: log ln, log2 log2, log10 log10, log1p ln_1p, sqrt sqrt;
            above: arccosh acosh;
            wide: sin sin, cos cos, tan tan;
        }
        standard_binary! { $cases $t, around other: arctan2 atan2, hypot hypot }
        standard_binary! { $cases $t, positive other: power powf }

        elementwise! { $cases $t,
            around: sum prod max min ptp mean var std any all count_nonzero argmax argmin nansum nanmax nanmean cumsum
                sort argsort unique;
        }
        let matrix = around.clone().into_shape_with_order((1000, 1000)).expect("as many");
        axes! { $cases $t matrix: sum_axis prod_axis max_axis min_axis mean_axis var_axis std_axis any_axis all_axis
            argmax_axis argmin_axis }
        {
            let (x, y) = (bm::sort(&around), bm::copy(&around));
            let call = move || timed(|| bm::searchsorted(black_box(&x), &y));
            $cases.insert(concat!("searchsorted ", stringify!($t), " eager").into(), Box::new(call));
        }
        {
            let x: Array1<i64> = bm::ones(N * size_of::<$t>() / 8);
            let sum = |x: &[i64]| x.iter().fold(0_i64, |sum, &x| sum.wrapping_add(x));
            let call = move || timed(|| sum(black_box(x.as_slice().expect("a vector"))));
            $cases.insert(concat!("read ", stringify!($t), " read").into(), Box::new(call));
        }
    }};
}

/// Functions of integers.
macro_rules! integers {
    ($cases:ident $t:ident) => {{
        let x = numbers(1, -1e9, 1e9).mapv(|value| value as $t);
        let y = numbers(2, 1.0, 30.0).mapv(|value| value as $t);
        elementwise! { $cases $t,
            x: abs negative square sign invert sum max min argmax sort argsort unique;
        }
        binary! { $cases $t, x y: add subtract multiply maximum minimum less equal bitwise_and bitwise_or bitwise_xor left_shift
            right_shift floor_divide remainder gcd }
        {
            let (x, y) = (bm::sort(&x), x.clone());
            let call = move || timed(|| bm::searchsorted(black_box(&x), &y));
            $cases.insert(concat!("searchsorted ", stringify!($t), " eager").into(), Box::new(call));
        }
    }};
}

/// Numbers evenly spread in [`low`, `high`), in all bits of a double (Steele, Lea and Flood's SplitMix), others for each `seed`.
fn numbers(seed: u64, low: f64, high: f64) -> Array1<f64> {
    let mut state = seed << 32;
    Array1::from_shape_simple_fn(N, || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        low + (high - low) * ((z ^ z >> 31) >> 11) as f64 / (1_u64 << 53) as f64
    })
}

fn main() {
    set_backend(Backend::Serial);
    let mut cases = Cases::new();
    floats!(cases f32);
    floats!(cases f64);
    integers!(cases i32);
    integers!(cases i64);
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line of text");
        match cases.get_mut(line.trim()) {
            Some(call) => println!("{:e}", least(call).as_secs_f64()),
            None => println!("nan"),
        }
    }
}
