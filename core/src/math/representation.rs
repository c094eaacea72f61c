//! Functions of a float's representation: nextafter, ldexp and frexp.

use super::arithmetic::select;
use crate::kernel::level::Level;

macro_rules! representation {
    ($module:ident, $float:ident, $bits:ident, bias: $bias:literal, limit: $limit:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::extremum::$module::clip;
            use super::super::log::$module::exponent_and_mantissa;
            use super::*;

            #[inline(always)]
            pub fn nextafter<L: Level>(x: $float, towards: $float) -> $float {
                let away = (x < towards) == (x > 0.0);
                let bits = x.to_bits();
                let moved =
                    $float::from_bits(select(away, bits.wrapping_add(1), bits.wrapping_sub(1)));
                let moved = select(x == 0.0, with_sign($float::from_bits(1), towards), moved);
                let moved = select(x == towards, towards, moved);
                select(x.is_nan() || towards.is_nan(), $float::NAN, moved)
            }

            /// The value in [½, 1) or its negative and the exponent, as a float; 0, ±inf and NaN with 0.
            #[inline(always)]
            fn parts(x: $float) -> ($float, $float) {
                let (k, m) = exponent_and_mantissa(x.abs());
                // m lies in [√½, √2)
                let halve = m >= 1.0;
                let value = with_sign(select(halve, 0.5 * m, m), x);
                let regular = x.abs() > 0.0 && x.abs() < $float::INFINITY;
                (
                    select(regular, value, x),
                    select(regular, select(halve, k + 1.0, k), 0.0),
                )
            }

            #[inline(always)]
            pub fn frexp<L: Level>(x: $float) -> ($float, i32) {
                let (value, exponent) = parts(x);
                let n = (exponent + MAGIC).to_bits().wrapping_sub(MAGIC.to_bits());
                (value, n as i32)
            }

            /// x 2^n with one rounding.
            #[inline(always)]
            pub fn ldexp<L: Level>(x: $float, n: i32) -> $float {
                let (value, exponent) = parts(x);
                let exponent = clip::<L>(exponent + n as $float, -$limit, $limit);
                scale(value, exponent + MAGIC)
            }
        }
    };
}
representation!(single, f32, u32, bias: 127, limit: 200.0);
representation!(double, f64, u64, bias: 1023, limit: 1200.0);
