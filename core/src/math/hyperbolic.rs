//! Hyperbolic functions and their inverses.

use super::arithmetic::select;
use super::constants;
use super::lanes::Lanes;
use crate::kernel::level::Level;

macro_rules! hyperbolic {
    ($module:ident, $float:ident, $bits:ident, limit: $limit:literal, tanh: $tanh_limit:literal, tiny: $tiny:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::exp::$module::{half_expm1_of_double, quarter_exp, quarter_expm1};
            use super::super::log::$module::log1p_sum;
            use super::constants::$module::*;
            use super::*;

            /// Beyond it, 1 + x = x and x² + 1 = x² in floats of either width, and x² does not overflow.
            const LARGE: $float = (1_u64 << 60) as $float;

            /// (E + t) / 2 with E = e^|x| - 1 and t = E / (E + 1), or E - E t / 2 where errors of t count less in that. From a quarter of E,
            /// so that nothing overflows but the result.
            #[inline(always)]
            pub fn sinh<L: Level>(x: $float) -> $float {
                let a = x.abs();
                let quarter = quarter_expm1::<L>(select(a > $limit, $limit, a));
                let half = quarter + quarter;
                let t = quarter / (quarter + 0.25);
                let near = a < 0.45;
                let (factor, sum) = (select(near, -half, 0.5), select(near, half + half, half));
                let value = mul_add::<L>(factor, t, sum);
                select(a < $tiny, x, with_sign(value, x))
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
            fn log1p_or_log_of_double<L: Level, V: Lanes<Float = $float>>(
                high: V,
                low: V,
                large: V::Mask,
            ) -> V {
                let value = log1p_sum::<L, V>(high, low);
                V::select(large, value + V::of(LN_2_HI), value)
            }

            /// log(1 + a + (√(1 + a²) - 1)) with a = |x|. What rounding took from the root counts where a is small.
            #[inline(always)]
            pub fn asinh<L: Level, V: Lanes<Float = $float>>(x: V) -> V {
                let a = x.magnitude();
                let large = V::of(LARGE).less(a);
                let one = V::of(1.0);
                let root = a.fused::<L>(a, one).root();
                let part = match L::FMA {
                    true => root - one,
                    false => a * a / (one + root),
                };
                let (high, low) = fast_two_sum(a, part);
                let rest = a.fused::<L>(a, (-root).fused::<L>(root, one));
                let counts = a.less(V::of(if L::FMA { 1.0 } else { 0.0 }));
                let low = V::select(counts, V::of(0.5).fused::<L>(rest, low), low);
                let value = log1p_or_log_of_double::<L, V>(
                    V::select(large, a, high),
                    V::select(large, V::of(0.0), low),
                    large,
                );
                V::select(a.less(V::of($tiny)), a, value).signed_as(x)
            }

            /// log(1 + t + √(2 t + t²)) with t = x - 1.
            #[inline(always)]
            pub fn acosh<L: Level, V: Lanes<Float = $float>>(x: V) -> V {
                let t = x - V::of(1.0);
                let large = V::of(LARGE).less(t);
                let (high, low) = fast_two_sum(t.fused::<L>(t, t + t).root(), t);
                let value = log1p_or_log_of_double::<L, V>(
                    V::select(large, t, high),
                    V::select(large, V::of(0.0), low),
                    large,
                );
                V::select(x.less(V::of(1.0)), V::of($float::NAN), value)
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
                let tail = s * z * polynomial::<L, _, _>(z, ATANH);
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
