//! Division with remainder: fmod (the sign of the dividend), remainder and floor_divide (the sign of the divisor).
//!
//! fmod is exact, which takes a loop when the quotient is large: `%` calls libm and does not vectorise.

use super::arithmetic::select;
use crate::kernel::level::Level;

macro_rules! remainders {
    ($module:ident, $float:ident) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::with_sign;
            use super::super::rounding::$module::floor;
            use super::*;

            #[inline(always)]
            pub fn fmod<L: Level>(a: $float, b: $float) -> $float {
                a % b
            }

            #[inline(always)]
            pub fn remainder<L: Level>(a: $float, b: $float) -> $float {
                let r = a % b;
                let moved = select((b < 0.0) != (r < 0.0), r + b, r);
                select(r == 0.0, with_sign(0.0, b), moved)
            }

            /// ⌊a / b⌋ of the exact quotient; a / b where b = 0.
            #[inline(always)]
            pub fn floor_divide<L: Level>(a: $float, b: $float) -> $float {
                let r = a % b;
                let quotient = (a - r) / b;
                let quotient = select(r != 0.0 && (b < 0.0) != (r < 0.0), quotient - 1.0, quotient);
                let down = floor::<L>(quotient);
                let nearest = select(quotient - down > 0.5, down + 1.0, down);
                let value = select(quotient == 0.0, with_sign(0.0, a / b), nearest);
                select(b == 0.0, a / b, value)
            }
        }
    };
}
remainders!(single, f32);
remainders!(double, f64);
