//! The numbers that a function computes at once: one float, of which LLVM makes vectors where it vectorises the loop
//! around, or a register of them ([`kernel::lanes`](crate::kernel)), for which AVX-512 has instructions that LLVM
//! does not find by itself. Functions that are written over [`Lanes`] give the same bits for both, since the methods do.

use super::arithmetic::select;
use crate::kernel::level::Level;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// One float, or several of one type.
pub trait Lanes:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// `f32` or `f64`.
    type Float: Copy;
    /// A condition a lane.
    type Mask: Copy;
    /// A number in all lanes.
    fn of(x: Self::Float) -> Self;
    /// `self * factor + summand`, as [`Level::mul_add_f32`].
    fn fused<L: Level>(self, factor: Self, summand: Self) -> Self;
    /// `self * other` exactly, as a double-word number.
    fn product<L: Level>(self, other: Self) -> (Self, Self);
    /// The square root, correctly rounded.
    fn root(self) -> Self;
    /// The number without its sign.
    fn magnitude(self) -> Self;
    /// The magnitude with the sign of another number.
    fn signed_as(self, sign: Self) -> Self;
    /// Where it is less.
    fn less(self, other: Self) -> Self::Mask;
    /// One of two numbers, by a condition.
    fn select(condition: Self::Mask, then: Self, otherwise: Self) -> Self;
    /// `low` where it is below that, `high` where above, NaN stays.
    fn between(self, low: Self::Float, high: Self::Float) -> Self;
    /// The number of a table, by the first four bits of the mantissa.
    fn entry(self, table: &[Self::Float; 16]) -> Self;
    /// Half of self times 2^n with one rounding, for a number in [1, 4) and n as `arithmetic::scale_half` takes it.
    fn half_times_power<L: Level>(self, n_plus_magic: Self) -> Self;
    /// Self times 2^n, for n plus MAGIC, where that is a normal number.
    fn times_power(self, n_plus_magic: Self) -> Self;
    /// (k, m) with x = 2^k m, ¾ ≤ m < 1½, for positive finite x.
    fn exponent_and_mantissa(self) -> (Self, Self);
    /// With the k of self: (k, 2^(2 - k), `x` 2^-k), for positive finite numbers where the last is a normal number or k is 0.
    fn scaled_to(self, x: Self) -> (Self, Self, Self);
    /// The logarithm: itself for a positive finite `x`, and what a logarithm gives elsewhere.
    fn or_logarithm_of_special(self, x: Self) -> Self;
}

macro_rules! one_lane {
    ($float:ident, $module:ident, $bits:ident, $mul_add:ident, subnormal: 2^$shift:literal, zero: $zero:literal) => {
        const _: () = {
            use super::arithmetic::$module::{
                BASE, MANTISSA_BITS, SIGN, clamp, scale_half, two_product,
            };
            const THREE_QUARTERS: $bits = (0.75 as $float).to_bits();
            const EXPONENT_BITS: $bits = !0 << MANTISSA_BITS;
            const ZERO: $bits = ($zero as $bits) << MANTISSA_BITS;

            /// A signed integer, plus ZERO, in the place of the exponent.
            #[inline(always)]
            fn integer(bits: $bits) -> $float {
                if ZERO == 0 {
                    return (bits as i32 >> MANTISSA_BITS) as $float;
                }
                // Before AVX-512 there is no conversion for vectors of such width: the mantissa of a large float.
                let biased = (bits >> MANTISSA_BITS) | BASE.to_bits();
                $float::from_bits(biased) - (BASE + $zero as $float)
            }

            impl Lanes for $float {
                type Float = $float;
                type Mask = bool;
                #[inline(always)]
                fn of(x: $float) -> $float {
                    x
                }
                #[inline(always)]
                fn fused<L: Level>(self, factor: $float, summand: $float) -> $float {
                    L::$mul_add(self, factor, summand)
                }
                #[inline(always)]
                fn product<L: Level>(self, other: $float) -> ($float, $float) {
                    two_product::<L>(self, other)
                }
                #[inline(always)]
                fn between(self, low: $float, high: $float) -> $float {
                    clamp(self, low, high)
                }
                #[inline(always)]
                fn entry(self, table: &[$float; 16]) -> $float {
                    // Selects: several times as fast as to gather from a table.
                    let mut values = *table;
                    let mut half = 8;
                    while half > 0 {
                        let bit = self.to_bits() & (half as $bits) << (MANTISSA_BITS - 4) != 0;
                        let mut i = 0;
                        while i < half {
                            values[i] = select(bit, values[i + half], values[i]);
                            i += 1;
                        }
                        half /= 2;
                    }
                    values[0]
                }
                #[inline(always)]
                fn half_times_power<L: Level>(self, n_plus_magic: $float) -> $float {
                    scale_half::<L>(self, n_plus_magic)
                }
                #[inline(always)]
                fn times_power(self, n_plus_magic: $float) -> $float {
                    let n = n_plus_magic.to_bits() << MANTISSA_BITS;
                    $float::from_bits(self.to_bits().wrapping_add(n))
                }
                #[inline(always)]
                fn root(self) -> $float {
                    self.sqrt()
                }
                #[inline(always)]
                fn magnitude(self) -> $float {
                    self.abs()
                }
                #[inline(always)]
                fn signed_as(self, sign: $float) -> $float {
                    $float::from_bits((self.to_bits() & !SIGN) | (sign.to_bits() & SIGN))
                }
                #[inline(always)]
                fn less(self, other: $float) -> bool {
                    self < other
                }
                #[inline(always)]
                fn select(condition: bool, then: $float, otherwise: $float) -> $float {
                    select(condition, then, otherwise)
                }
                #[inline(always)]
                fn exponent_and_mantissa(self) -> ($float, $float) {
                    const SHIFT: $float = (1_u64 << $shift) as $float;
                    let subnormal = self < $float::MIN_POSITIVE;
                    let bits = select(subnormal, self * SHIFT, self)
                        .to_bits()
                        .wrapping_add(ZERO.wrapping_sub(THREE_QUARTERS));
                    let k = integer(bits) - select(subnormal, $shift as $float, 0.0);
                    let m = (bits & !EXPONENT_BITS).wrapping_add(THREE_QUARTERS);
                    (k, $float::from_bits(m))
                }
                #[inline(always)]
                fn scaled_to(self, x: $float) -> ($float, $float, $float) {
                    let bits = self.to_bits().wrapping_sub(THREE_QUARTERS) & EXPONENT_BITS;
                    (
                        integer(bits.wrapping_add(ZERO)),
                        $float::from_bits((4.0 as $float).to_bits().wrapping_sub(bits)),
                        $float::from_bits(x.to_bits().wrapping_sub(bits)),
                    )
                }
                #[inline(always)]
                fn or_logarithm_of_special(self, x: $float) -> $float {
                    let value = select(x < $float::INFINITY, self, x);
                    let value = select(x < 0.0, -$float::NAN, value);
                    select(x == 0.0, -$float::INFINITY, value)
                }
            }
        };
    };
}
one_lane!(f32, single, u32, mul_add_f32, subnormal: 2^25, zero: 0);
one_lane!(f64, double, u64, mul_add_f64, subnormal: 2^54, zero: 1023);

/// The polynomial with `coefficients`, lowest power first.
#[inline(always)]
pub fn polynomial<L: Level, V: Lanes, const N: usize>(x: V, coefficients: [V::Float; N]) -> V {
    let mut value = V::of(coefficients[N - 1]);
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        value = value.fused::<L>(x, V::of(coefficients[i]));
    }
    value
}

/// [`polynomial`], given x² too. Neighbouring terms are paired, so that half as many steps wait for each other.
#[inline(always)]
pub fn paired_polynomial<L: Level, V: Lanes, const N: usize>(
    x: V,
    square: V,
    coefficients: [V::Float; N],
) -> V {
    let mut i = (N - 1) / 2 * 2;
    let mut value = V::of(coefficients[i]);
    if i + 1 < N {
        value = V::of(coefficients[i + 1]).fused::<L>(x, value);
    }
    while i > 0 {
        i -= 2;
        let pair = V::of(coefficients[i + 1]).fused::<L>(x, V::of(coefficients[i]));
        value = value.fused::<L>(square, pair);
    }
    value
}

/// `a + b` exactly.
#[inline(always)]
pub fn two_sum<V: Lanes>(a: V, b: V) -> (V, V) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

/// `a + b` exactly, where |a| ≥ |b| or a = 0.
#[inline(always)]
pub fn fast_two_sum<V: Lanes>(a: V, b: V) -> (V, V) {
    let sum = a + b;
    (sum, b - (sum - a))
}
