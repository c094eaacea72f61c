//! What every family builds on: fused multiply-add of the level, selects, polynomials, double-word arithmetic
//! and powers of two. A double-word number is an unevaluated sum `(high, low)` of two floats.
//!
//! Everything here is straight-line code, so that a loop over it vectorises.

use crate::kernel::level::Level;

/// The two values of an `if` on elements, as a select: both were computed before.
#[inline(always)]
pub(super) fn select<T>(condition: bool, then: T, otherwise: T) -> T {
    core::hint::select_unpredictable(condition, then, otherwise)
}

macro_rules! arithmetic {
    ($module:ident, $float:ident, $bits:ident, $mul_add:ident, $mantissa:literal, $bias:literal, $split:literal) => {
        pub(in crate::math) mod $module {
            pub use super::super::lanes::{fast_two_sum, paired_polynomial, polynomial, two_sum};
            use super::*;

            pub const MANTISSA_BITS: u32 = $mantissa;
            pub const SIGN: $bits = 1 << ($bits::BITS - 1);
            /// Adding it to a small number leaves the nearest integer, ties to even, in the lowest bits.
            pub const MAGIC: $float = 1.5 * (1_u64 << $mantissa) as $float;
            /// Or'ed into a small integer, it makes the float of that size above BASE.
            pub const BASE: $float = (1_u64 << MANTISSA_BITS) as $float;
            /// Keeps exponents positive while they are shifted as unsigned integers.
            const OFFSET: $bits = 4 * ($bias + 1);

            #[inline(always)]
            pub fn mul_add<L: Level>(a: $float, b: $float, c: $float) -> $float {
                L::$mul_add(a, b, c)
            }

            /// `a * b` exactly: by FMA, or by Dekker's splitting, which overflows for factors above 2^(E/2).
            #[inline(always)]
            pub fn two_product<L: Level>(a: $float, b: $float) -> ($float, $float) {
                let product = a * b;
                if L::FMA {
                    return (product, mul_add::<L>(a, b, -product));
                }
                let (a1, a2) = halves(a);
                let (b1, b2) = halves(b);
                (product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
            }

            /// `a` as a sum of two floats with half the significant bits.
            #[inline(always)]
            fn halves(a: $float) -> ($float, $float) {
                let c = $split * a;
                let high = c - (c - a);
                (high, a - high)
            }

            /// 2^n from the result of adding the integer n to [`MAGIC`]; n + the bias must be a valid exponent.
            #[inline(always)]
            pub fn power_of_two(n_plus_magic: $float) -> $float {
                let n = n_plus_magic.to_bits().wrapping_sub(MAGIC.to_bits());
                $float::from_bits(n.wrapping_add($bias) << $mantissa)
            }

            /// `value` 2^n with one rounding, for n from -4 times to 4 times the bias of the exponent, given as
            /// [`power_of_two`] takes it. Two factors, since 2^n itself may be no normal number.
            #[inline(always)]
            pub fn scale(value: $float, n_plus_magic: $float) -> $float {
                let n = n_plus_magic
                    .to_bits()
                    .wrapping_sub(MAGIC.to_bits().wrapping_sub(OFFSET));
                let half = n >> 1;
                let rest = n.wrapping_sub(half);
                let power = |k: $bits| {
                    $float::from_bits(k.wrapping_sub(OFFSET / 2).wrapping_add($bias) << $mantissa)
                };
                value * power(half) * power(rest)
            }

            /// `twice` / 2 times 2^n with one rounding, for a `twice` in [1, 4) and n from -2 times the bias of the exponent
            /// to one more than the bias, given as [`power_of_two`] takes it.
            ///
            /// No operation here has a subnormal result, which processors take a hundred cycles for: what will be
            /// subnormal is computed 2^SHIFT times as large, and rounded by adding the number in whose unit in the last
            /// place the smallest float would then be counted. The sum's bits beyond that number's are the result's.
            #[inline(always)]
            pub fn scale_half<L: Level>(twice: $float, n_plus_magic: $float) -> $float {
                const SHIFT: $bits = 2 * $mantissa;
                const UNIT: $bits = (SHIFT + 1) << $mantissa;
                let small = n_plus_magic < MAGIC - ($bias - 1) as $float;
                let unit = select(small, UNIT, 0);
                let offset = select(small, SHIFT + $bias - 1, $bias - 1) << $mantissa;
                // The bits of MAGIC are shifted out. Of the powers, the smallest, 2^-bias, is itself subnormal.
                let power = (n_plus_magic.to_bits() << $mantissa).wrapping_add(offset);
                let power = $float::from_bits(power.max(1 << ($mantissa - 1)));
                let sum = mul_add::<L>(twice, power, $float::from_bits(unit));
                $float::from_bits(sum.to_bits().wrapping_sub(unit))
            }

            /// `low` where `x` is below it, `high` where above, NaN stays.
            #[inline(always)]
            pub fn clamp(x: $float, low: $float, high: $float) -> $float {
                let x = select(x < low, low, x);
                select(x > high, high, x)
            }

            /// The magnitude of `x` with the sign of `sign`.
            #[inline(always)]
            pub fn with_sign(x: $float, sign: $float) -> $float {
                $float::from_bits((x.to_bits() & !SIGN) | (sign.to_bits() & SIGN))
            }
        }
    };
}
arithmetic!(single, f32, u32, mul_add_f32, 23, 127, 4097.0);
arithmetic!(double, f64, u64, mul_add_f64, 52, 1023, 134_217_729.0);
