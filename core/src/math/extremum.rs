//! Extrema: minimum and maximum (NaN propagates), fmin and fmax (NaN is ignored), clip.

use super::arithmetic::select;
use crate::kernel::level::Level;

macro_rules! extrema {
    ($module:ident, $float:ident) => {
        pub(in crate::math) mod $module {
            use super::*;

            #[inline(always)]
            pub fn minimum<L: Level>(a: $float, b: $float) -> $float {
                select(a < b || a.is_nan(), a, b)
            }

            #[inline(always)]
            pub fn maximum<L: Level>(a: $float, b: $float) -> $float {
                select(a > b || a.is_nan(), a, b)
            }

            #[inline(always)]
            pub fn fmin<L: Level>(a: $float, b: $float) -> $float {
                select(a < b || b.is_nan(), a, b)
            }

            #[inline(always)]
            pub fn fmax<L: Level>(a: $float, b: $float) -> $float {
                select(a > b || b.is_nan(), a, b)
            }

            #[inline(always)]
            pub fn clip<L: Level>(x: $float, low: $float, high: $float) -> $float {
                minimum::<L>(maximum::<L>(x, low), high)
            }
        }
    };
}
extrema!(single, f32);
extrema!(double, f64);
