//! The logistic function and its relatives: sigmoid, softplus, log_sigmoid, logaddexp and logaddexp2.

use super::arithmetic::select;
use super::constants;
use crate::kernel::level::Level;

macro_rules! logistic {
    ($module:ident, $float:ident) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::{fast_two_sum, mul_add};
            use super::super::exp::$module::{exp, exp2};
            use super::super::log::$module::log1p;
            use super::constants::$module::INV_LN_2_HI;
            use super::*;

            /// 1 / (1 + e^-x), from z = e^-|x|, so that nothing overflows and the far left tail stays exact.
            #[inline(always)]
            pub fn sigmoid<L: Level>(x: $float) -> $float {
                let z = exp::<L>(-x.abs());
                let (d, error) = fast_two_sum(1.0, z);
                let quotient = select(x < 0.0, z, 1.0) / d;
                // Less the denominator's rounding error times q / d; 1 / d is q or 1 - q.
                let inverse = select(x < 0.0, 1.0 - quotient, quotient);
                mul_add::<L>(-error * inverse, quotient, quotient)
            }

            /// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
            #[inline(always)]
            pub fn softplus<L: Level>(x: $float) -> $float {
                select(x < 0.0, 0.0, x) + log1p::<L, _>(exp::<L>(-x.abs()))
            }

            /// log(1 / (1 + e^-x))
            #[inline(always)]
            pub fn log_sigmoid<L: Level>(x: $float) -> $float {
                -softplus::<L>(-x)
            }

            /// The larger operand and minus the distance to the smaller: 0 also between equal infinities.
            #[inline(always)]
            fn larger_and_distance(a: $float, b: $float) -> ($float, $float) {
                (select(a > b, a, b), select(a == b, 0.0, -(a - b).abs()))
            }

            /// log(e^a + e^b)
            #[inline(always)]
            pub fn logaddexp<L: Level>(a: $float, b: $float) -> $float {
                let (larger, distance) = larger_and_distance(a, b);
                larger + log1p::<L, _>(exp::<L>(distance))
            }

            /// log2(2^a + 2^b)
            #[inline(always)]
            pub fn logaddexp2<L: Level>(a: $float, b: $float) -> $float {
                let (larger, distance) = larger_and_distance(a, b);
                larger + log1p::<L, _>(exp2::<L, _>(distance)) * INV_LN_2_HI
            }
        }
    };
}
logistic!(single, f32);
logistic!(double, f64);
