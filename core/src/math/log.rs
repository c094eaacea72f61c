//! Logarithms: log, log2, log10 and log1p.
//!
//! Method: x = 2^k m with √½ ≤ m < √2, and log m = f + tail(f) with f = m - 1, where the large part f is exact.

use super::arithmetic::{double as wide, select, single as narrow};
use super::constants;
use crate::kernel::level::Level;

macro_rules! logarithms {
    ($module:ident, $float:ident, $bits:ident, bias: $bias:literal, subnormal: 2^$shift:literal, sqrt_half: $sqrt_half:literal, tail: $tail:ident) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::constants::$module::*;
            use super::*;

            /// Or'ed into a small integer, it makes the float of that size above BASE.
            pub const BASE: $float = (1_u64 << MANTISSA_BITS) as $float;

            /// (k, m) with x = 2^k m, √½ ≤ m < √2, for positive finite x.
            #[inline(always)]
            pub fn exponent_and_mantissa(x: $float) -> ($float, $float) {
                const SHIFT: $float = (1_u64 << $shift) as $float;
                const ONE: $bits = (1.0 as $float).to_bits();
                let subnormal = x < $float::MIN_POSITIVE;
                let bits = select(subnormal, x * SHIFT, x)
                    .to_bits()
                    .wrapping_add(ONE - $sqrt_half);
                // The exponent as the mantissa of a float of 2^MANTISSA_BITS: no conversion of integers needed.
                let biased = $float::from_bits((bits >> MANTISSA_BITS) | BASE.to_bits());
                let k = biased
                    - select(
                        subnormal,
                        BASE + ($bias as $float) + ($shift as $float),
                        BASE + ($bias as $float),
                    );
                let m =
                    $float::from_bits((bits & ((1 << MANTISSA_BITS) - 1)).wrapping_add($sqrt_half));
                (k, m)
            }

            /// `value` for positive finite x, and what a logarithm gives elsewhere.
            #[inline(always)]
            fn or_special(x: $float, value: $float) -> $float {
                let value = select(x < $float::INFINITY, value, x);
                let value = select(x < 0.0, $float::NAN, value);
                select(x == 0.0, -$float::INFINITY, value)
            }

            /// k log 2 + f + low
            #[inline(always)]
            fn sum<L: Level>(k: $float, f: $float, low: $float) -> $float {
                let low = mul_add::<L>(k, LN_2_TAIL, low);
                // k LN_2_HEAD is exact and 0 or larger than f.
                let (sum, error) = fast_two_sum(k * LN_2_HEAD, f);
                sum + (error + low)
            }

            #[inline(always)]
            pub fn log<L: Level>(x: $float) -> $float {
                let (k, m) = exponent_and_mantissa(x);
                let f = m - 1.0;
                or_special(x, sum::<L>(k, f, $tail::<L>(f)))
            }

            /// log(1 + x + low) for a rounding error `low` of x.
            #[inline(always)]
            pub fn log1p_sum<L: Level>(x: $float, low: $float) -> $float {
                let u = 1.0 + x;
                // k in the place of the exponent, for the m of u as in `exponent_and_mantissa`.
                let bits = u.to_bits().wrapping_sub($sqrt_half) & (!0 << MANTISSA_BITS);
                // Added, so that none is negative: k is at least -MANTISSA_BITS - 1.
                const OFFSET: $bits = $bias / 2 + 1;
                let biased = (bits.wrapping_add(OFFSET << MANTISSA_BITS)) >> MANTISSA_BITS;
                let k = $float::from_bits(biased | BASE.to_bits()) - (BASE + OFFSET as $float);
                // 2^(2 - k) is a float for every k, and x 2^-k one for every x where k is not 0.
                let quarters = $float::from_bits((4.0 as $float).to_bits().wrapping_sub(bits));
                let f = $float::from_bits(x.to_bits().wrapping_sub(bits))
                    + mul_add::<L>(0.25, quarters, -1.0);
                // log(1 + f + d) = log(1 + f) + d / (1 + f), and 1 - f is near enough to 1 / (1 + f).
                let low = 0.25 * quarters * low;
                or_special(
                    u,
                    sum::<L>(k, f, $tail::<L>(f) + mul_add::<L>(-f, low, low)),
                )
            }

            #[inline(always)]
            pub fn log1p<L: Level>(x: $float) -> $float {
                select(x.abs() < $float::EPSILON / 4.0, x, log1p_sum::<L>(x, 0.0))
            }

            /// log(x) times `factor`: k times the double-word `unit`, plus f times the near `simple` factor, which is
            /// exact, plus the rest.
            #[inline(always)]
            fn scaled<L: Level>(
                x: $float,
                factor: $float,
                simple: $float,
                rest: $float,
                unit: ($float, $float),
            ) -> $float {
                let (k, m) = exponent_and_mantissa(x);
                let f = m - 1.0;
                let low = mul_add::<L>($tail::<L>(f), factor, rest * f);
                let (sum, error) = fast_two_sum(k * unit.0, simple * f);
                or_special(x, sum + (error + mul_add::<L>(k, unit.1, low)))
            }

            #[inline(always)]
            pub fn log2<L: Level>(x: $float) -> $float {
                scaled::<L>(x, INV_LN_2_HI, 1.5, INV_LN_2_LESS_THREE_HALVES, (1.0, 0.0))
            }

            #[inline(always)]
            pub fn log10<L: Level>(x: $float) -> $float {
                scaled::<L>(
                    x,
                    INV_LN_10_HI,
                    0.5,
                    INV_LN_10_LESS_HALF,
                    (LOG10_2_HEAD, LOG10_2_TAIL),
                )
            }
        }
    };
}
logarithms!(single, f32, u32, bias: 127, subnormal: 2^25, sqrt_half: 0x3f35_04f3, tail: tail_single);
logarithms!(double, f64, u64, bias: 1023, subnormal: 2^54, sqrt_half: 0x3fe6_a09e_667f_3bcd, tail: tail_double);

/// log(1 + f) - f, for 1 + f in [√½, √2].
#[inline(always)]
fn tail_single<L: Level>(f: f32) -> f32 {
    f * f * narrow::paired_polynomial::<L, _>(f, f * f, constants::single::LOG)
}

/// log(1 + f) - f, for 1 + f in [√½, √2]: with s = f / (2 + f), log(1 + f) = 2 atanh s = 2 s + s R(s²), written as
/// f - (f²/2 - s (f²/2 + R)) (as in fdlibm's `e_log.c`, Sun Microsystems, 1993). A polynomial in f would be twice as long.
#[inline(always)]
fn tail_double<L: Level>(f: f64) -> f64 {
    use wide::{mul_add, polynomial};
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    let tail = mul_add::<L>(
        z,
        polynomial::<L, _>(z, constants::double::LOG),
        half_square,
    );
    mul_add::<L>(s, tail, -half_square)
}
