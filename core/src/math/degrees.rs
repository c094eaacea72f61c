//! Conversions between degrees and radians.

use crate::kernel::level::Level;

macro_rules! degrees {
    ($module:ident, $float:ident) => {
        pub(in crate::math) mod $module {
            use super::*;

            #[inline(always)]
            pub fn deg2rad<L: Level>(x: $float) -> $float {
                x * (core::f64::consts::PI / 180.0) as $float
            }

            #[inline(always)]
            pub fn rad2deg<L: Level>(x: $float) -> $float {
                x * (180.0 / core::f64::consts::PI) as $float
            }
        }
    };
}
degrees!(single, f32);
degrees!(double, f64);
