//! Hyperbolic functions and their inverses.

use super::arithmetic::select;
use super::constants;
use crate::kernel::level::Level;

macro_rules! hyperbolic {
    ($module:ident, $float:ident, limit: $limit:literal, tanh: $tanh_limit:literal, tiny: $tiny:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::exp::$module::{quarter_exp, quarter_expm1};
            use super::super::log::$module::log1p_sum;
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

            /// t = E / (E + 2) with E = e^(2 |x|) - 1, or E (1 - t) / 2 where errors of t count less in that.
            #[inline(always)]
            pub fn tanh<L: Level>(x: $float) -> $float {
                let a = clamp(x.abs(), 0.0, $tanh_limit);
                let quarter = quarter_expm1::<L>(a + a);
                let half = quarter + quarter;
                let far = quarter / (quarter + 0.5);
                let near = mul_add::<L>(-half, far, half);
                let value = select(a < 0.3, near, far);
                with_sign(select(a < $tiny, a, value), x)
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

            /// log(1 + 2 a / (1 - a)) / 2 with a = |x|, the quotient with its rounding error.
            #[inline(always)]
            pub fn atanh<L: Level>(x: $float) -> $float {
                let a = x.abs();
                let (d, d_error) = two_sum(1.0, -a);
                let quotient = 2.0 * a / d;
                let (product, product_error) = two_product::<L>(quotient, d);
                // 1 / d = 1 + quotient / 2
                let error = ((2.0 * a - product) - product_error - quotient * d_error)
                    * mul_add::<L>(0.5, quotient, 1.0);
                let inside = a < 1.0;
                let value =
                    0.5 * log1p_sum::<L>(select(inside, quotient, 0.0), select(inside, error, 0.0));
                let outside = select(a == 1.0, $float::INFINITY, $float::NAN);
                with_sign(select(inside, select(a < $tiny, a, value), outside), x)
            }
        }
    };
}
hyperbolic!(single, f32, limit: 89.5, tanh: 10.0, tiny: 1e-9);
hyperbolic!(double, f64, limit: 710.6, tanh: 22.0, tiny: 1e-18);
