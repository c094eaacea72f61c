//! Hyperbolic functions and their inverses.

use super::arithmetic::select;
use super::constants;
use crate::kernel::level::Level;

macro_rules! hyperbolic {
    ($module:ident, $float:ident, $bits:ident, limit: $limit:literal, tanh: $tanh_limit:literal, tiny: $tiny:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::exp::$module::{half_expm1_of_double, quarter_exp, quarter_expm1};
            use super::super::log::$module::{BASE, log1p_sum};
            use super::constants::$module::*;
            use super::*;

            /// Beyond it, 1 + x = x and x² + 1 = x² in floats of either width, and x² does not overflow.
            const LARGE: $float = (1_u64 << 60) as $float;

            /// (E + t) / 2 with E = e^|x| - 1 and t = E / (E + 1), or E - E t / 2 where errors of t count less in that. In quarters, so
            /// that nothing overflows but the result: where E does, t no longer counts.
            #[inline(always)]
            pub fn sinh<L: Level>(x: $float) -> $float {
                let a = x.abs();
                let quarter = quarter_expm1::<L>(clamp(a, 0.0, $limit));
                let whole = 4.0 * quarter;
                let quotient = quarter / (whole + 1.0);
                let twice = quotient + quotient;
                let near = mul_add::<L>(-twice, whole, whole);
                let far = mul_add::<L>(2.0, quarter, twice);
                let value = with_sign(select(a < 0.45, near, far), x);
                select(a < $tiny, x, value)
            }

            /// 2 q + 1 / (8 q) with q = e^|x| / 4.
            #[inline(always)]
            pub fn cosh<L: Level>(x: $float) -> $float {
                let quarter = quarter_exp::<L>(clamp(x.abs(), 0.0, $limit));
                mul_add::<L>(2.0, quarter, 0.125 / quarter)
            }

            /// t = H / (H + 1) with H = (e^(2 |x|) - 1) / 2, or H (1 - t) where errors of t count less in that.
            #[inline(always)]
            pub fn tanh<L: Level>(x: $float) -> $float {
                let a = clamp(x.abs(), 0.0, $tanh_limit);
                let half = half_expm1_of_double::<L>(a);
                let far = half / (half + 1.0);
                let near = mul_add::<L>(-half, far, half);
                with_sign(select(a < 0.3, near, far), x)
            }

            /// log(1 + high + low) of a positive argument, or log(2 high) where that is large.
            #[inline(always)]
            fn log1p_or_log_of_double<L: Level>(high: $float, low: $float, large: bool) -> $float {
                let value = log1p_sum::<L>(high, low);
                select(large, value + LN_2_HI, value)
            }

            /// log(1 + a + a² / (1 + √(1 + a²))) with a = |x|.
            #[inline(always)]
            pub fn asinh<L: Level>(x: $float) -> $float {
                let a = x.abs();
                let large = a > LARGE;
                let square = a * a;
                let part = square / (1.0 + mul_add::<L>(a, a, 1.0).sqrt());
                let (high, low) = fast_two_sum(a, part);
                let value = log1p_or_log_of_double::<L>(
                    select(large, a, high),
                    select(large, 0.0, low),
                    large,
                );
                with_sign(select(a < $tiny, a, value), x)
            }

            /// log(1 + t + √(2 t + t²)) with t = x - 1.
            #[inline(always)]
            pub fn acosh<L: Level>(x: $float) -> $float {
                let t = x - 1.0;
                let large = t > LARGE;
                let (high, low) = two_sum(t, mul_add::<L>(t, t, 2.0 * t).sqrt());
                let value = log1p_or_log_of_double::<L>(
                    select(large, t, high),
                    select(large, 0.0, low),
                    large,
                );
                select(x < 1.0, $float::NAN, value)
            }

            /// With a = |x| and 2^k near (1 + a) / (1 - a): k log(2) / 2 plus the inverse hyperbolic tangent of what the quotient leaves,
            /// s = (1 + a - 2^k (1 - a)) / (1 + a + 2^k (1 - a)), which is a itself where k is 0.
            #[inline(always)]
            pub fn atanh<L: Level>(x: $float) -> $float {
                const HALF: $bits = 1 << (MANTISSA_BITS - 1);
                let a = x.abs();
                let (above, below) = (1.0 + a, 1.0 - a);
                // The bits of a float are, but for an error below 0.09 of an exponent, its logarithm.
                let bits = above
                    .to_bits()
                    .wrapping_sub(below.to_bits())
                    .wrapping_add(HALF)
                    & (!0 << MANTISSA_BITS);
                let power = $float::from_bits((1.0 as $float).to_bits().wrapping_add(bits));
                let k = $float::from_bits((bits >> MANTISSA_BITS) | BASE.to_bits()) - BASE;
                // Of two ways to write each, one is exact or nearly so where a is small, the other where it is near 1.
                let (sum, difference) = (1.0 + power, 1.0 - power);
                let small = a < 0.5;
                let numerator = select(
                    small,
                    mul_add::<L>(a, sum, difference),
                    mul_add::<L>(-power, below, above),
                );
                let denominator = select(
                    small,
                    mul_add::<L>(a, difference, sum),
                    mul_add::<L>(power, below, above),
                );
                let s = numerator / denominator;
                let z = s * s;
                let tail = s * z * polynomial::<L, _>(z, ATANH);
                let (sum, error) = fast_two_sum(k * (0.5 * LN_2_HEAD), s);
                let value = sum + (error + mul_add::<L>(k, 0.5 * LN_2_TAIL, tail));
                let value = select(
                    a < 1.0,
                    value,
                    select(a == 1.0, $float::INFINITY, $float::NAN),
                );
                with_sign(select(a < $tiny, a, value), x)
            }
        }
    };
}
hyperbolic!(single, f32, u32, limit: 89.5, tanh: 10.0, tiny: 1e-9);
hyperbolic!(double, f64, u64, limit: 710.6, tanh: 22.0, tiny: 1e-18);
