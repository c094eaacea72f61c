//! Powers and roots: power, powi, square, reciprocal, rsqrt, cbrt and hypot.

use super::arithmetic::{double as wide, select};
use super::constants;
use super::lanes::Lanes;
use crate::kernel::level::Level;

macro_rules! powers {
    ($module:ident, $float:ident, $bits:ident, shift: $shift:literal, guess: $guess:expr, small: $small:literal, scale: 2^$scale:literal, limit: 2^$limit:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::exp::$module::{EXP_LIMITS, exp_sum};
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
            pub fn power<L: Level>(x: $float, y: $float) -> $float {
                // Beyond it every result but that of x = 1 is 0 or infinite; the bound keeps the product finite.
                const LIMIT: $float = (1_u128 << $limit) as $float;
                let (exponent, low) = exponent::<L, _>(x.abs(), clamp(y, -LIMIT, LIMIT));
                let low = select(exponent.abs() < 1000.0, low, 0.0);
                let exponent = clamp(exponent, EXP_LIMITS.0, EXP_LIMITS.1);
                let (n, rest) = exp_sum::<L, _>(exponent, low);
                special_cases::<L>(x, y, scale_half::<L>(mul_add::<L>(2.0, rest, 2.0), n))
            }

            /// x^y where x is positive and finite and the result a normal number.
            #[inline(always)]
            pub fn regular_power<L: Level, V: Lanes<Float = $float>>(x: V, y: V) -> V {
                let (exponent, low) = exponent::<L, V>(x, y);
                let (n, rest) = exp_sum::<L, V>(exponent, low);
                (V::of(1.0) + rest).times_power(n)
            }

            /// y log x as a double-word number, for positive finite x.
            #[inline(always)]
            fn exponent<L: Level, V: Lanes<Float = $float>>(x: V, y: V) -> (V, V) {
                let (high, low) = log_double_word::<L, V>(x);
                let (product, error) = y.product::<L>(high);
                fast_two_sum(product, y.fused::<L>(low, error))
            }

            /// log x for positive finite x: with r near 1 / m from a table, k log 2 - log r + log(1 + f), where f = r m - 1. The
            /// last is f - f²/2 + f³ P(f).
            #[inline(always)]
            fn log_double_word<L: Level, V: Lanes<Float = $float>>(x: V) -> (V, V) {
                let (k, m) = x.exponent_and_mantissa();
                let r = m.entry(&RECIPROCAL);
                let f = if L::FMA {
                    m.fused::<L>(r, V::of(-1.0))
                } else {
                    let (product, error) = m.product::<L>(r);
                    (product - V::of(1.0)) + error
                };
                // Sums of multiples of one unit are exact, and so is f.
                let base = k.fused::<L>(V::of(LN_2_HEAD), m.entry(&LOG_HEAD));
                let base_low = k.fused::<L>(V::of(LN_2_TAIL), m.entry(&LOG_TAIL));
                let (sum, error) = fast_two_sum(base, f);
                let (square, square_low) = f.product::<L>(V::of(-0.5) * f);
                let (high, low) = fast_two_sum(sum, square);
                let low = square_low + ((low + error) + base_low);
                let cubic = polynomial::<L, _, _>(f, LOG_CUBIC.map(|c| -2.0 * c));
                (high, (f * square).fused::<L>(cubic, low))
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

            /// A third of the exponent as a first guess of x^(-1/3), within 4 %; its square, corrected by a polynomial in the error of the
            /// cube, times x, and a step of Newton's method. No division.
            #[inline(always)]
            pub fn cbrt<L: Level>(x: $float) -> $float {
                // Small numbers are scaled up, so that the rounding errors below are no subnormal numbers.
                const SCALE: $float = (1_u64 << ($scale / 3)) as $float;
                // 0 needs none.
                let small = x.abs().to_bits().wrapping_sub(1) < ($small as $float).to_bits() - 1;
                let a = select(small, x * (SCALE * SCALE * SCALE), x).abs();
                // The leading bits as an integer-valued float, divided by -3.
                let leading = $float::from_bits((a.to_bits() >> $shift) | BASE.to_bits()) - BASE;
                let third = mul_add::<L>(leading, -1.0 / 3.0, $guess + MAGIC);
                let guess =
                    $float::from_bits(third.to_bits().wrapping_sub(MAGIC.to_bits()) << $shift);
                let square = guess * guess;
                let error = mul_add::<L>(-square, guess * a, 1.0);
                let square = square * polynomial::<L, _, _>(error, CBRT);
                let t = a * square;
                // t³ may overflow where its product with t is rounded.
                const PART: ($float, $float) = (0.25, 4.0);
                let (part, whole) = if L::FMA { (1.0, 1.0) } else { PART };
                let residual = mul_add::<L>(-part * t * t, t, part * a);
                let value = mul_add::<L>(residual, square * (whole / 3.0), t);
                // Over SCALE, for values that are normal numbers.
                const SHIFT: $bits = $scale / 3 << MANTISSA_BITS;
                let bits = value.to_bits().wrapping_sub(select(small, SHIFT, 0));
                let value = $float::from_bits(bits);
                with_sign(select(a < $float::INFINITY, value, a), x)
            }
        }
    };
}
powers!(single, f32, u32, shift: 9, guess: ((0x1f_c000 as f32) * (4.0 / 3.0) - 1110.0), small: 1e-28, scale: 2^48, limit: 2^40);
powers!(double, f64, u64, shift: 32, guess: ((0x3ff0_0000 as f64) * (4.0 / 3.0) - 71040.0), small: 1e-265, scale: 2^162, limit: 2^70);

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
