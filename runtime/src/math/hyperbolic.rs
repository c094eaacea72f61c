//! Hyperbolic functions and their inverses.

use super::arithmetic::select;
use super::constants;
use crate::kernel::level::Level;

macro_rules! hyperbolic {
    ($module:ident, $float:ident, tanh: $tanh_limit:literal, tiny: $tiny:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::exp::$module::{expm1_part, simple};
            use super::super::log::$module::log1p_sum;
            use super::constants::$module::*;
            use super::*;

            /// Beyond it, 1 + x = x and x² + 1 = x² in floats of either width, and x² does not overflow.
            const LARGE: $float = (1_u64 << 60) as $float;

            /// (e^|x| - 1) / 2 as a double-word number, inf only where it overflows itself.
            #[inline(always)]
            fn half_expm1<L: Level>(x: $float) -> ($float, $float) {
                let (high, low) = expm1_part::<L>(x.abs());
                (32768.0 * high, 32768.0 * low)
            }

            /// h + h / (2 h + 1) with h = (e^|x| - 1) / 2.
            #[inline(always)]
            pub fn sinh<L: Level>(x: $float) -> $float {
                let (h, low) = half_expm1::<L>(x);
                let quotient = select(h < LARGE, h / (2.0 * h + 1.0), 0.5);
                // The derivative is 1 + 1 / (2 h + 1)², and 1 / (2 h + 1) = 1 - 2 q.
                let inverse = 1.0 - 2.0 * quotient;
                let value = h + mul_add::<L>(low, mul_add::<L>(inverse, inverse, 1.0), quotient);
                select(x.abs() < $tiny, x, with_sign(value, x))
            }

            /// q + 1 / (4 q) with q = e^|x| / 2.
            #[inline(always)]
            pub fn cosh<L: Level>(x: $float) -> $float {
                let (h, low) = half_expm1::<L>(x);
                let (q, error) = two_sum(h, 0.5);
                let value = q + (0.25 / q + (error + low));
                select(q < LARGE, value, q)
            }

            /// 1 - 2 / (e^(2 |x|) + 1), and a polynomial where that is below ½ and so would lose digits.
            #[inline(always)]
            pub fn tanh<L: Level>(x: $float) -> $float {
                let a = x.abs();
                let square = a * a;
                let tail = paired_polynomial::<L, _>(square, square * square, TANH);
                let near = mul_add::<L>(a, square * tail, a);
                let (n, rest) = simple::<L>(2.0 * clamp(a, 0.0, $tanh_limit));
                let power = power_of_two(n);
                let far = 1.0 - 2.0 / mul_add::<L>(power, rest, power + 1.0);
                with_sign(select(a < 0.55, near, far), x)
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
                let error = ((2.0 * a - product) - product_error - quotient * d_error) / d;
                let inside = a < 1.0;
                let value =
                    0.5 * log1p_sum::<L>(select(inside, quotient, 0.0), select(inside, error, 0.0));
                let outside = select(a == 1.0, $float::INFINITY, $float::NAN);
                with_sign(select(inside, select(a < $tiny, a, value), outside), x)
            }
        }
    };
}
hyperbolic!(single, f32, tanh: 10.0, tiny: 1e-9);
hyperbolic!(double, f64, tanh: 22.0, tiny: 1e-18);
