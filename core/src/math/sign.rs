//! Signs: abs, sign, copysign and heaviside.

use super::arithmetic::select;
use crate::kernel::level::Level;

macro_rules! signs {
    ($module:ident, $float:ident) => {
        pub(in crate::math) mod $module {
            use super::*;

            #[inline(always)]
            pub fn abs<L: Level>(x: $float) -> $float {
                x.abs()
            }

            #[inline(always)]
            pub fn sign<L: Level>(x: $float) -> $float {
                select(
                    x > 0.0,
                    1.0,
                    select(x < 0.0, -1.0, select(x == 0.0, 0.0, x)),
                )
            }

            #[inline(always)]
            pub fn copysign<L: Level>(x: $float, sign: $float) -> $float {
                x.copysign(sign)
            }

            #[inline(always)]
            pub fn heaviside<L: Level>(x: $float, at_zero: $float) -> $float {
                select(
                    x > 0.0,
                    1.0,
                    select(x < 0.0, 0.0, select(x == 0.0, at_zero, x)),
                )
            }
        }
    };
}
signs!(single, f32);
signs!(double, f64);
