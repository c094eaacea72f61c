//! Functions of a float's representation: nextafter, ldexp and frexp.

use super::arithmetic::select;
use crate::kernel::level::Level;

macro_rules! representation {
    ($module:ident, $float:ident, $bits:ident, bias: $bias:literal, subnormal: 2^$shift:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
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

            #[inline(always)]
            pub fn frexp<L: Level>(x: $float) -> ($float, i32) {
                const EXPONENT: $bits = 2 * $bias + 1;
                let a = x.abs();
                let subnormal = a < $float::MIN_POSITIVE;
                let bits = select(subnormal, x * (1_u64 << $shift) as $float, x).to_bits();
                let value = $float::from_bits(
                    bits & !(EXPONENT << MANTISSA_BITS) | (($bias - 1) << MANTISSA_BITS),
                );
                let n = (bits >> MANTISSA_BITS & EXPONENT) as i32
                    - select(subnormal, $bias - 1 + $shift, $bias - 1);
                let regular = a > 0.0 && a < $float::INFINITY;
                (select(regular, value, x), select(regular, n, 0))
            }

            /// x 2^n with one rounding: three factors, of which each is a normal number. Where the first is not 2^n itself and rounds,
            /// the result is 0.
            #[inline(always)]
            pub fn ldexp<L: Level>(x: $float, n: i32) -> $float {
                const LEAST: i32 = 1 - $bias;
                let factor = |n: i32| {
                    let part = select(n < LEAST, LEAST + MANTISSA_BITS as i32 + 1, n.min($bias));
                    (power(part), n - part)
                };
                let (first, n) = factor(n);
                let (second, n) = factor(n);
                x * first * second * power(n.clamp(LEAST, $bias))
            }

            /// 2^n for an n whose power is a normal number.
            #[inline(always)]
            fn power(n: i32) -> $float {
                $float::from_bits(((n + $bias) as $bits) << MANTISSA_BITS)
            }
        }
    };
}
representation!(single, f32, u32, bias: 127, subnormal: 2^25);
representation!(double, f64, u64, bias: 1023, subnormal: 2^54);
