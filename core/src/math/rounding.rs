//! Rounding to integers: floor, ceil, trunc, and rint (ties to even).

use super::arithmetic::select;
use crate::kernel::level::Level;

macro_rules! rounding {
    ($module:ident, $float:ident) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::*;

            /// rint of a magnitude where the level has no instruction for it: adding 2^MANTISSA_BITS rounds.
            #[inline(always)]
            fn round_magnitude(x: $float) -> $float {
                const LIMIT: $float = (1_u64 << MANTISSA_BITS) as $float;
                select(x < LIMIT, (x + LIMIT) - LIMIT, x)
            }

            /// Levels with FMA have instructions that round; without, `floor` and its like are calls to libm.
            #[inline(always)]
            pub fn rint<L: Level>(x: $float) -> $float {
                if L::FMA {
                    return x.round_ties_even();
                }
                with_sign(round_magnitude(x.abs()), x)
            }

            #[inline(always)]
            pub fn floor<L: Level>(x: $float) -> $float {
                if L::FMA {
                    return x.floor();
                }
                let r = with_sign(round_magnitude(x.abs()), x);
                with_sign(r - select(r > x, 1.0, 0.0), x)
            }

            #[inline(always)]
            pub fn ceil<L: Level>(x: $float) -> $float {
                if L::FMA {
                    return x.ceil();
                }
                let r = with_sign(round_magnitude(x.abs()), x);
                with_sign(r + select(r < x, 1.0, 0.0), x)
            }

            #[inline(always)]
            pub fn trunc<L: Level>(x: $float) -> $float {
                if L::FMA {
                    return x.trunc();
                }
                let r = round_magnitude(x.abs());
                with_sign(r - select(r > x.abs(), 1.0, 0.0), x)
            }
        }
    };
}
rounding!(single, f32);
rounding!(double, f64);
