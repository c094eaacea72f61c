//! The logarithm of the gamma function and its derivative.
//!
//! Method: Taylor's series around 2, whose coefficients are values of Riemann's zeta function, for 1.25 ≤ x < 2.75; the
//! recurrence Γ(x + 1) = x Γ(x) from there to 10 and down to 0; Stirling's series beyond 10; reflection below −0.5 (NIST Digital
//! Library of Mathematical Functions, 5.5, 5.7 and 5.11). Computed in double precision for `f32` too.

use super::elementwise::table::*;

/// ζ(k) − 1 for k = 2, 3, …: `mpmath.zeta(k) - 1` at 50 digits, rounded. The last one adds less than 2⁻⁵⁷ at the end of the range.
const ZETA: [f64; 42] = [
    0.6449340668482264,
    0.2020569031595943,
    0.08232323371113819,
    0.03692775514336993,
    0.01734306198444914,
    0.008349277381922827,
    0.00407735619794434,
    0.0020083928260822143,
    0.0009945751278180853,
    0.0004941886041194645,
    0.0002460865533080483,
    0.00012271334757848915,
    6.124813505870483e-05,
    3.058823630702049e-05,
    1.528225940865187e-05,
    7.637197637899763e-06,
    3.81729326499984e-06,
    1.908212716553939e-06,
    9.539620338727962e-07,
    4.769329867878064e-07,
    2.38450502727733e-07,
    1.1921992596531106e-07,
    5.960818905125948e-08,
    2.980350351465228e-08,
    1.4901554828365043e-08,
    7.45071178983543e-09,
    3.725334024788457e-09,
    1.862659723513049e-09,
    9.313274324196682e-10,
    4.656629065033784e-10,
    2.3283118336765053e-10,
    1.164155017270052e-10,
    5.820772087902701e-11,
    2.9103850444971e-11,
    1.4551921891041985e-11,
    7.275959835057482e-12,
    3.637979547378651e-12,
    1.818989650307066e-12,
    9.094947840263888e-13,
    4.547473783042154e-13,
    2.2737368458246524e-13,
    1.136868407680228e-13,
];

/// 1 − γ, with Euler's constant.
const ONE_MINUS_EULER: f64 = 0.42278433509846713;

/// log(2π) / 2 − 1/2.
const HALF_LOG_2_PI_LESS_HALF: f64 = 0.4189385332046727;

/// Bernoulli's numbers B₂, B₄, ….
const BERNOULLI: [f64; 8] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2730.0,
    7.0 / 6.0,
    -3617.0 / 510.0,
];

/// From here on Stirling's series: its ninth term is below 2⁻⁵⁵ of the result.
const LARGE: f64 = 10.0;

/// Σ c(k) zᵏ for k = 0, 1, … by Horner's rule.
fn series(coefficients: impl DoubleEndedIterator<Item = f64>, z: f64) -> f64 {
    coefficients.rev().fold(0.0, |sum, c| sum * z + c)
}

/// log Γ(2 + z) for |z| ≤ 0.75.
fn lgamma_near_2(z: f64) -> f64 {
    let tail = series(
        ZETA.iter().enumerate().map(|(i, c)| c / (i as f64 + 2.0)),
        -z,
    );
    z * (ONE_MINUS_EULER + z * tail)
}

/// ψ(2 + z) for |z| ≤ 0.75.
fn digamma_near_2(z: f64) -> f64 {
    ONE_MINUS_EULER + z * series(ZETA.iter().copied(), -z)
}

/// The sine and cosine of πx; what remains of x beside an integer is exact.
fn sin_cos_pi(x: f64) -> (f64, f64) {
    let rest = x - x.round();
    // Near ±1/2 the cosine is small: the sine of the complement.
    let complement = std::f64::consts::PI * (0.5 - rest.abs());
    let (sine, cosine) = ((std::f64::consts::PI * rest).sin(), complement.sin());
    (sine, cosine)
}

fn log_gamma(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x.is_infinite() || (x <= 0.0 && x == x.floor()) {
        return f64::INFINITY;
    }
    if x <= -0.5 {
        let (y, (sine, _)) = (-x, sin_cos_pi(x));
        return (std::f64::consts::PI / (y * sine.abs())).ln() - log_gamma(y);
    }
    if x < 0.5 {
        return lgamma_near_2(x) - x.ln_1p() - x.abs().ln();
    }
    if x < 1.25 {
        return lgamma_near_2(x - 1.0) - (x - 1.0).ln_1p();
    }
    if x < LARGE {
        let (mut x, mut product) = (x, 1.0);
        while x >= 2.75 {
            x -= 1.0;
            product *= x;
        }
        return lgamma_near_2(x - 2.0) + f64::ln(product);
    }
    let inverse = 1.0 / x;
    let terms = BERNOULLI.iter().enumerate().map(|(i, b)| {
        let n = 2.0 * (i as f64 + 1.0);
        b / (n * (n - 1.0))
    });
    let tail = inverse * series(terms, inverse * inverse);
    (x - 0.5) * (x.ln() - 1.0) + (HALF_LOG_2_PI_LESS_HALF + tail)
}

fn psi(x: f64) -> f64 {
    if x == 0.0 {
        return f64::NEG_INFINITY.copysign(-x);
    }
    if x.is_nan() || x == f64::NEG_INFINITY || (x < 0.0 && x == x.floor()) {
        return f64::NAN;
    }
    if x <= -0.5 {
        let (y, (sine, cosine)) = (-x, sin_cos_pi(x));
        return psi(y) + 1.0 / y - std::f64::consts::PI * (cosine / sine);
    }
    if x < 0.5 {
        return digamma_near_2(x) - 1.0 / (1.0 + x) - 1.0 / x;
    }
    if x < 1.25 {
        return digamma_near_2(x - 1.0) - 1.0 / x;
    }
    if x < LARGE {
        let (mut x, mut sum) = (x, 0.0);
        while x >= 2.75 {
            x -= 1.0;
            sum += 1.0 / x;
        }
        return digamma_near_2(x - 2.0) + sum;
    }
    if x.is_infinite() {
        return x;
    }
    let inverse = 1.0 / x;
    let terms = BERNOULLI.iter().enumerate();
    let terms = terms.map(|(i, b)| b / (2.0 * (i as f64 + 1.0)));
    x.ln() - inverse * (0.5 + inverse * series(terms, inverse * inverse))
}

unary! {
    /// The logarithm of the modulus of the gamma function; ∞ at 0 and the negative integers. Off by at most 3 ULP for x > 0, and
    /// for x < 0 except where the result is near 0.
    ///
    /// ```
    /// use brain_jit::bm;
    /// assert!((bm::lgamma(6.0f64) - 120f64.ln()).abs() < 1e-14);
    /// ```
    lgamma [lgamma_inplace: Float] lgamma_into <T: Number<Float: Float>> -> T::Float,
        |x| RealNumber::from_f64(log_gamma(x.to_float().to_f64()));
    /// The derivative of the logarithm of the gamma function; NaN at the negative integers, ∓∞ at ±0. Off by at most 3 ULP for
    /// x > 0 and by 3 · 10⁻¹⁶ near its zero at 1.4616; less exact for x < 0 where the result is near 0.
    ///
    /// ```
    /// use brain_jit::bm;
    /// assert!((bm::digamma(1.0f64) + 0.5772156649015329).abs() < 1e-15);
    /// ```
    digamma [digamma_inplace: Float] digamma_into <T: Number<Float: Float>> -> T::Float,
        |x| RealNumber::from_f64(psi(x.to_float().to_f64()));
}
