//! Surrogate derivatives of the spike function: what stands for the derivative of the step `x ≥ 0` while a spiking network is trained.
//!
//! Branch-free as the other families; the parameters are numbers of the same type. [`crate::array::surrogate`] says what each is.

use super::arithmetic::select;
use crate::kernel::level::Level;
use crate::kernel::{Real, function};

#[inline(always)]
fn constant<T: Real>(value: f64) -> T {
    <T as Real>::from_f64(value)
}

#[inline(always)]
fn exp<T: Real, L: Level>(x: T) -> T {
    x.call1::<L, function::exp>()
}

#[inline(always)]
fn magnitude<T: Real, L: Level>(x: T) -> T {
    x.call1::<L, function::abs>()
}

/// The step: 1 for `x ≥ 0`, else 0; 0 for NaN.
#[inline(always)]
pub fn step<T: Real>(x: T) -> T {
    select(x >= T::ZERO, T::ONE, T::ZERO)
}

/// The derivative of `1 / (1 + e^(−αx))`, from `e^(−α|x|)`, so that both tails are exact.
#[inline(always)]
pub fn sigmoid_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    let z = exp::<T, L>(-magnitude::<T, L>(alpha * x));
    alpha * z / ((T::ONE + z) * (T::ONE + z))
}

/// `α − α² |x|`, 0 for `|x| > 1 / α`.
#[inline(always)]
pub fn piecewise_quadratic_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    let x = magnitude::<T, L>(x);
    select(x > T::ONE / alpha, T::ZERO, alpha - alpha * alpha * x)
}

/// `α / 2 · e^(−α|x|)`
#[inline(always)]
pub fn piecewise_exp_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    constant::<T>(0.5) * alpha * exp::<T, L>(-(alpha * magnitude::<T, L>(x)))
}

/// `α / 2 / (1 + α|x|)²`
#[inline(always)]
pub fn soft_sign_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    let d = T::ONE + magnitude::<T, L>(alpha * x);
    constant::<T>(0.5) * alpha / (d * d)
}

/// `α / 2 / (1 + (π/2 · αx)²)`
#[inline(always)]
pub fn arctan_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    let z = constant::<T>(std::f64::consts::FRAC_PI_2) * alpha * x;
    constant::<T>(0.5) * alpha / (T::ONE + z * z)
}

/// `1 / (1/α + |x|)`
#[inline(always)]
pub fn nonzero_sign_log_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    T::ONE / (T::ONE / alpha + magnitude::<T, L>(x))
}

/// `α / √π · e^(−α²x²)`
#[inline(always)]
pub fn erf_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    let z = alpha * x;
    constant::<T>(std::f64::consts::FRAC_2_SQRT_PI * 0.5) * alpha * exp::<T, L>(-(z * z))
}

/// `1 / 2w` for `|x| ≤ w`, else `c`.
#[inline(always)]
pub fn piecewise_leaky_relu_grad<T: Real, L: Level>(x: T, c: T, w: T) -> T {
    select(
        magnitude::<T, L>(x) > w,
        c,
        T::ONE / (constant::<T>(2.0) * w),
    )
}

/// `4 / p · Σ cos((2i − 1) 2πx / p)` over `i` from 1 to `n`, and over 1 in any case.
#[inline(always)]
pub fn squarewave_fourier_series_grad<T: Real, L: Level>(x: T, n: usize, t_period: T) -> T {
    let angle = constant::<T>(std::f64::consts::TAU) / t_period * x;
    let mut sum = angle.call1::<L, function::cos>();
    let mut harmonic = T::ONE;
    for _ in 1..n {
        harmonic += constant::<T>(2.0);
        sum += (harmonic * angle).call1::<L, function::cos>();
    }
    constant::<T>(4.0) / t_period * sum
}

/// Below 0 the derivative of `1 / (1 + e^(−αx))`, else `β / (x + 1)`. `epsilon` is of the function, not of its derivative.
#[inline(always)]
pub fn s2nn_grad<T: Real, L: Level>(x: T, alpha: T, beta: T, _epsilon: T) -> T {
    let above = beta / (select(x < T::ZERO, T::ZERO, x) + T::ONE);
    select(x < T::ZERO, sigmoid_grad::<T, L>(x, alpha), above)
}

/// `(1 + 2 / (α + 1) · |x|)^(−α)`
#[inline(always)]
pub fn q_pseudo_spike_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    let base = T::ONE + constant::<T>(2.0) / (alpha + T::ONE) * magnitude::<T, L>(x);
    base.call2::<L, function::power>(-alpha)
}

/// `α` below 0, else `β`.
#[inline(always)]
pub fn leaky_relu_grad<T: Real, L: Level>(x: T, alpha: T, beta: T) -> T {
    select(x < T::ZERO, alpha, beta)
}

/// `α` up to 0, 1 up to 1, `1 / x` beyond.
#[inline(always)]
pub fn log_tailed_relu_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    let tail = T::ONE / select(x > T::ONE, x, T::ONE);
    select(x > T::ZERO, tail, alpha)
}

/// `max(α (width − |x|), 0)`
#[inline(always)]
pub fn relu_grad_grad<T: Real, L: Level>(x: T, alpha: T, width: T) -> T {
    (alpha * width - magnitude::<T, L>(x) * alpha).call2::<L, function::maximum>(T::ZERO)
}

/// The density of a normal distribution at `x`.
#[inline(always)]
fn normal_density<T: Real, L: Level>(x: T, sigma: T) -> T {
    let z = x / sigma;
    let scale = constant::<T>(0.398_942_280_401_432_7) / sigma; // 1 / √(2π)
    scale * exp::<T, L>(constant::<T>(-0.5) * (z * z))
}

/// `α` times the normal density of deviation `σ`.
#[inline(always)]
pub fn gaussian_grad_grad<T: Real, L: Level>(x: T, sigma: T, alpha: T) -> T {
    alpha * normal_density::<T, L>(x, sigma)
}

/// `scale · ((1 + h) N(x; 0, σ) − h N(x; σ, sσ) − h N(x; −σ, sσ))`
#[inline(always)]
pub fn multi_gaussian_grad_grad<T: Real, L: Level>(x: T, h: T, s: T, sigma: T, scale: T) -> T {
    let wide = s * sigma;
    let sides = normal_density::<T, L>(x - sigma, wide) + normal_density::<T, L>(x + sigma, wide);
    scale * ((T::ONE + h) * normal_density::<T, L>(x, sigma) - h * sides)
}

/// `1 / (α|x| + 1)²`
#[inline(always)]
pub fn inv_square_grad_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    let d = alpha * magnitude::<T, L>(x) + T::ONE;
    T::ONE / (d * d)
}

/// `e^(−α|x|)`
#[inline(always)]
pub fn slayer_grad_grad<T: Real, L: Level>(x: T, alpha: T) -> T {
    exp::<T, L>(-(alpha * magnitude::<T, L>(x)))
}
