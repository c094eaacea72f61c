//! Logarithms: log, log2, log10 and log1p.
//!
//! Method: x = 2^k m with √½ ≤ m < √2. With f = m - 1 and s = f / (2 + f), log m = 2 atanh s = 2 s + s R(s²), written
//! as f - (f²/2 - s (f²/2 + R)) so that the large part f is exact (as in fdlibm's `e_log.c`, Sun Microsystems, 1993).

use super::arithmetic::select;
use super::constants;
use crate::kernel::level::Level;

macro_rules! logarithms {
    ($module:ident, $float:ident, $bits:ident, bias: $bias:literal, subnormal: 2^$shift:literal, sqrt_half: $sqrt_half:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::constants::$module::*;
            use super::*;

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
                const BASE: $float = (1_u64 << MANTISSA_BITS) as $float;
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

            /// log(1 + f) - f, for 1 + f in [√½, √2].
            #[inline(always)]
            fn tail<L: Level>(f: $float) -> $float {
                let s = f / (2.0 + f);
                let z = s * s;
                let half_square = 0.5 * f * f;
                mul_add::<L>(
                    s,
                    mul_add::<L>(z, polynomial::<L, _>(z, LOG), half_square),
                    -half_square,
                )
            }

            /// `value` for positive finite x, and what a logarithm gives elsewhere.
            #[inline(always)]
            fn or_special(x: $float, value: $float) -> $float {
                let special = select(x == 0.0, -$float::INFINITY, select(x < 0.0, $float::NAN, x));
                select(x > 0.0 && x < $float::INFINITY, value, special)
            }

            #[inline(always)]
            pub fn log<L: Level>(x: $float) -> $float {
                let (k, m) = exponent_and_mantissa(x);
                let f = m - 1.0;
                let low = mul_add::<L>(k, LN_2_TAIL, tail::<L>(f));
                // k LN_2_HEAD is exact and 0 or larger than f.
                let (sum, error) = fast_two_sum(k * LN_2_HEAD, f);
                or_special(x, sum + (error + low))
            }

            /// log(1 + x + low) for a rounding error `low` of x.
            #[inline(always)]
            pub fn log1p_sum<L: Level>(x: $float, low: $float) -> $float {
                let (u, rounding) = two_sum(1.0, x);
                let (k, m) = exponent_and_mantissa(u);
                let f = m - 1.0;
                // log(u + rounding) = log u + rounding / u
                let low = mul_add::<L>(k, LN_2_TAIL, tail::<L>(f)) + (rounding + low) / u;
                let (sum, error) = fast_two_sum(k * LN_2_HEAD, f);
                or_special(u, sum + (error + low))
            }

            #[inline(always)]
            pub fn log1p<L: Level>(x: $float) -> $float {
                select(x.abs() < $float::EPSILON / 4.0, x, log1p_sum::<L>(x, 0.0))
            }

            /// log(x) times the double-word `(high, low)`, plus k times the double-word `unit`.
            #[inline(always)]
            fn scaled<L: Level>(
                x: $float,
                factor: ($float, $float),
                unit: ($float, $float),
            ) -> $float {
                let (k, m) = exponent_and_mantissa(x);
                let f = m - 1.0;
                let (log, log_error) = fast_two_sum(f, tail::<L>(f));
                let (high, error) = two_product::<L>(log, factor.0);
                let low = mul_add::<L>(log, factor.1, mul_add::<L>(log_error, factor.0, error));
                let (sum, sum_error) = fast_two_sum(k * unit.0, high);
                or_special(x, sum + (sum_error + mul_add::<L>(k, unit.1, low)))
            }

            #[inline(always)]
            pub fn log2<L: Level>(x: $float) -> $float {
                scaled::<L>(x, (INV_LN_2_HI, INV_LN_2_LO), (1.0, 0.0))
            }

            #[inline(always)]
            pub fn log10<L: Level>(x: $float) -> $float {
                scaled::<L>(
                    x,
                    (INV_LN_10_HI, INV_LN_10_LO),
                    (LOG10_2_HEAD, LOG10_2_TAIL),
                )
            }
        }
    };
}
logarithms!(single, f32, u32, bias: 127, subnormal: 2^25, sqrt_half: 0x3f35_04f3);
logarithms!(double, f64, u64, bias: 1023, subnormal: 2^54, sqrt_half: 0x3fe6_a09e_667f_3bcd);
