//! Powers and roots: power, powi, square, reciprocal, rsqrt, cbrt and hypot.

use super::arithmetic::{double as wide, select};
use super::constants;
use crate::kernel::level::Level;

macro_rules! powers {
    ($module:ident, $float:ident, $bits:ident, shift: $shift:literal, guess: $guess:expr, small: $small:literal, scale: 2^$scale:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::rounding::$module::rint;
            use super::constants::$module::*;
            use super::*;

            /// NumPy's and IEEE 754's cases of x^y around `value` = |x|^y, which is right where |x| is positive and
            /// finite and y is not NaN.
            #[inline(always)]
            pub fn special_cases<L: Level>(x: $float, y: $float, value: $float) -> $float {
                let a = x.abs();
                let integer = rint::<L>(y) == y;
                let odd = integer && rint::<L>(0.5 * y) != 0.5 * y;
                let limit = select((a == 0.0) == (y > 0.0), 0.0, $float::INFINITY);
                let value = select(a == 0.0 || a == $float::INFINITY, limit, value);
                let value = select(x.is_sign_negative() && odd, -value, value);
                let undefined = x < 0.0 && a < $float::INFINITY && !integer;
                let value = select(undefined || x.is_nan() || y.is_nan(), $float::NAN, value);
                select(y == 0.0 || x == 1.0, 1.0, value)
            }

            #[inline(always)]
            pub fn square<L: Level>(x: $float) -> $float {
                x * x
            }

            #[inline(always)]
            pub fn reciprocal<L: Level>(x: $float) -> $float {
                1.0 / x
            }

            #[inline(always)]
            pub fn sqrt<L: Level>(x: $float) -> $float {
                x.sqrt()
            }

            #[inline(always)]
            pub fn rsqrt<L: Level>(x: $float) -> $float {
                1.0 / x.sqrt()
            }

            /// x^n by squaring, the same multiplications at every level; 1 / x^|n| for negative n.
            /// The steps are fixed in number so that a loop with a variable n vectorises; a constant n folds them.
            #[inline(always)]
            pub fn powi<L: Level>(x: $float, n: i32) -> $float {
                let magnitude = n.unsigned_abs();
                let mut value = 1.0;
                let mut square = x;
                let mut bit = 0;
                while bit < 32 {
                    value = select(magnitude >> bit & 1 == 1, value * square, value);
                    square *= square;
                    bit += 1;
                }
                select(n < 0, 1.0 / value, value)
            }

            /// A third of the exponent as a first guess of x^(-1/3), within 4 %; corrected by a polynomial in the error of its cube,
            /// then x times its square, and a step of Newton's method. No division.
            #[inline(always)]
            pub fn cbrt<L: Level>(x: $float) -> $float {
                // Small numbers are scaled up, so that the rounding errors below are no subnormal numbers.
                const SCALE: $float = (1_u64 << ($scale / 3)) as $float;
                let small = x.abs() < $small;
                let a = select(small, x * (SCALE * SCALE * SCALE), x).abs();
                // The leading bits as an integer-valued float, divided by -3.
                const BASE: $float = (1_u64 << MANTISSA_BITS) as $float;
                let leading = $float::from_bits((a.to_bits() >> $shift) | BASE.to_bits()) - BASE;
                let third = mul_add::<L>(leading, -1.0 / 3.0, $guess + MAGIC);
                let guess =
                    $float::from_bits(third.to_bits().wrapping_sub(MAGIC.to_bits()) << $shift);
                let error = mul_add::<L>(-(guess * guess), guess * a, 1.0);
                let inverse = guess * polynomial::<L, _>(error, CBRT);
                let square = inverse * inverse;
                let t = a * square;
                // A quarter of t³, which does not overflow where a is the largest float.
                let residual = mul_add::<L>(-0.25 * t * t, t, 0.25 * a);
                let value = mul_add::<L>(residual, square * (4.0 / 3.0), t);
                let value = with_sign(select(small, value * (1.0 / SCALE), value), x);
                select(a > 0.0 && a < $float::INFINITY, value, x)
            }
        }
    };
}
powers!(single, f32, u32, shift: 9, guess: ((0x1f_c000 as f32) * (4.0 / 3.0) - 1110.0), small: 1e-28, scale: 2^48);
powers!(double, f64, u64, shift: 32, guess: ((0x3ff0_0000 as f64) * (4.0 / 3.0) - 71040.0), small: 1e-265, scale: 2^162);

/// Single-precision power, in double precision: 2^(y log2 |x|).
#[inline(always)]
pub(super) fn power_single<L: Level>(x: f32, y: f32) -> f32 {
    use constants::double::{POWER_EXP2, POWER_LOG2};
    let (k, m) = super::log::double::exponent_and_mantissa(f64::from(x.abs()));
    let s = (m - 1.0) / (m + 1.0);
    let log2 = wide::mul_add::<L>(s, wide::polynomial::<L, _>(s * s, POWER_LOG2), k);
    // A finite y, so that 1^inf is no inf * 0.
    let exponent = wide::clamp(f64::from(y), -1e40, 1e40) * log2;
    let exponent = wide::clamp(exponent, -160.0, 160.0);
    let n = exponent + wide::MAGIC;
    let f = exponent - (n - wide::MAGIC);
    let value = wide::mul_add::<L>(f, wide::polynomial::<L, _>(f, POWER_EXP2), 1.0);
    single::special_cases::<L>(x, y, (value * wide::power_of_two(n)) as f32)
}

/// Double-precision power: e^(y log |x|), with the logarithm and the product as double-word numbers. The logarithm's
/// relative error is below 2^-64, so that the largest exponent, 745, is known to 2^-54.
#[inline(always)]
pub(super) fn power_double<L: Level>(x: f64, y: f64) -> f64 {
    use wide::{fast_two_sum, mul_add, two_product};
    let (high, low) = log_double_word::<L>(x.abs());
    // Beyond 2^70 every result but that of x = 1 is 0 or infinite; the bound keeps the product finite.
    const LIMIT: f64 = (1_u128 << 70) as f64;
    let bounded = wide::clamp(y, -LIMIT, LIMIT);
    let (product, error) = two_product::<L>(bounded, high);
    let (exponent, low) = fast_two_sum(product, mul_add::<L>(bounded, low, error));
    let low = select(exponent.abs() < 1000.0, low, 0.0);
    let value = super::exp::double::exp_sum::<L>(exponent, low);
    double::special_cases::<L>(x, y, value)
}

/// log x for positive finite x: with s = (m - 1) / (m + 1), k log 2 + 2 s + 2/3 s³ + s⁵ P(s²).
#[inline(always)]
fn log_double_word<L: Level>(x: f64) -> (f64, f64) {
    use constants::double::{LN_2_HEAD, LN_2_TAIL, LOG_WIDE, TWO_THIRDS_HI, TWO_THIRDS_LO};
    use wide::{fast_two_sum, mul_add, polynomial, two_product, two_sum};
    let (k, m) = super::log::double::exponent_and_mantissa(x);
    let f = m - 1.0;
    let (d, d_low) = two_sum(m, 1.0);
    let s = f / d;
    let (product, product_low) = two_product::<L>(s, d);
    // 1 / d = (1 - s) / 2
    let s_low = ((f - product) - product_low - s * d_low) * mul_add::<L>(-0.5, s, 0.5);
    let (z, z_low) = two_product::<L>(s, s);
    let z_low = mul_add::<L>(2.0 * s, s_low, z_low);
    let (cube, cube_low) = two_product::<L>(z, s);
    let cube_low = cube_low + mul_add::<L>(z, s_low, z_low * s);
    let (third, third_low) = two_product::<L>(cube, TWO_THIRDS_HI);
    let third_low = third_low + mul_add::<L>(cube, TWO_THIRDS_LO, cube_low * TWO_THIRDS_HI);
    let tail = cube * z * polynomial::<L, _>(z, LOG_WIDE);
    let (high, low) = fast_two_sum(2.0 * s, third);
    let low = low + mul_add::<L>(2.0, s_low, third_low + tail);
    let (sum, error) = fast_two_sum(k * LN_2_HEAD, high);
    fast_two_sum(sum, error + mul_add::<L>(k, LN_2_TAIL, low))
}

/// √(x² + y²): the squares are exact in double precision.
#[inline(always)]
pub(super) fn hypot_single<L: Level>(x: f32, y: f32) -> f32 {
    let (a, b) = (f64::from(x), f64::from(y));
    let value = wide::mul_add::<L>(a, a, b * b).sqrt() as f32;
    select(x.is_infinite() || y.is_infinite(), f32::INFINITY, value)
}

/// √(x² + y²), scaled by the exponent of the larger so that nothing overflows.
#[inline(always)]
pub(super) fn hypot_double<L: Level>(x: f64, y: f64) -> f64 {
    let (a, b) = (x.abs(), y.abs());
    let (larger, smaller) = (select(a > b, a, b), select(a > b, b, a));
    // 2^e of the larger, kept where both it and its inverse are normal numbers.
    let exponent =
        wide::clamp(larger, f64::MIN_POSITIVE, 0.25 * f64::MAX).to_bits() & (0x7ff << 52);
    // A NaN's exponent is beyond that; what is made of it stays a NaN.
    let inverse = f64::from_bits((2046_u64 << 52).wrapping_sub(exponent));
    let (larger, smaller) = (larger * inverse, smaller * inverse);
    let value =
        wide::mul_add::<L>(larger, larger, smaller * smaller).sqrt() * f64::from_bits(exponent);
    select(x.is_infinite() || y.is_infinite(), f64::INFINITY, value)
}
