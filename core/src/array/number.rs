//! Element types: what NumPy's rules say about each of them.
//!
//! One file, since it is one table: a row an element type.

// `Number::abs` wraps the smallest integer to itself; its cast to unsigned is then right.
#![allow(clippy::cast_abs_to_unsigned)]

use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, CowArray, Ix0, IxDyn};
use num_complex::{Complex, Complex32, Complex64};
use std::cmp::Ordering;
use std::fmt::Debug;

use super::dtype::DType;
use super::fold::{self, Extreme, Fold};
use super::operand::{Operand, Scalar};
use super::radix;
use super::reduction::{fold_from, fold_line, pairwise, present, present_count};
use super::vector::{self, Binary, Test, Unary};
use crate::kernel::level::{Baseline, at_level};
use crate::kernel::{call, reduce};
use crate::math::VectorMath;

/// How many elements are looked through before the place of an extreme one is searched among them.
const PART: usize = 8192;

/// A type whose arrays can be filled with 0 and 1: each element type, and a generic `T: Real`.
pub trait Constants: Copy {
    /// 0, or `false`.
    fn nought() -> Self;
    /// 1, or `true`.
    fn unit() -> Self;
}

macro_rules! constants {
    ($($t:ident)*) => {$(
        impl Constants for $t {
            fn nought() -> Self {
                <$t as Number>::ZERO
            }
            fn unit() -> Self {
                <$t as Number>::ONE
            }
        }
    )*};
}
constants!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize bool Complex32 Complex64);

/// An element type: every integer, `f32`, `f64`, `bool`, `Complex32`, `Complex64`.
pub trait Number:
    Operand<Self, Dim = Ix0, Kind = Scalar> + Copy + PartialEq + Default + Debug + Send + Sync + 'static
{
    /// The type as a value.
    const DTYPE: DType;
    /// Additive identity.
    const ZERO: Self;
    /// Multiplicative identity.
    const ONE: Self;
    /// What `exp`, `mean` and true division give: the type itself if inexact, else `f64`.
    type Float: Inexact;
    /// What `sum` and `prod` give: small integers and `bool` widen to 64 bits.
    type Sum: Number;
    /// The type of a modulus.
    type Real: Number;
    /// Conversion to [`Number::Float`].
    fn to_float(self) -> Self::Float;
    /// Conversion to [`Number::Sum`].
    fn to_sum(self) -> Self::Sum;
    /// NumPy's order for sorting: NaN last, complex numbers by real, then imaginary part.
    fn order(self, other: Self) -> Ordering;
    /// Sum; integers wrap, `bool` is "or".
    fn plus(self, other: Self) -> Self;
    /// Product; integers wrap, `bool` is "and".
    fn times(self, other: Self) -> Self;
    /// Modulus; the smallest integer wraps to itself.
    fn abs(self) -> Self::Real;
    /// Real part.
    fn real(self) -> Self::Real;
    /// Imaginary part, 0 for real types.
    fn imag(self) -> Self::Real;
    /// Complex conjugate.
    fn conj(self) -> Self {
        self
    }
    /// Whether a part is NaN.
    fn is_nan(self) -> bool {
        false
    }
    /// Whether a part is infinite.
    fn is_infinite(self) -> bool {
        false
    }
    /// Whether it counts as true.
    fn is_true(self) -> bool {
        self != Self::ZERO
    }
    /// Whether it stands before the other in [`Number::order`].
    #[inline]
    fn precedes(self, other: Self) -> bool {
        self.order(other).is_lt()
    }
    /// `self < other`; false if one is NaN.
    #[inline]
    fn is_less(self, other: Self) -> bool {
        !self.is_nan() && !other.is_nan() && self.order(other).is_lt()
    }
    /// `self <= other`; false if one is NaN.
    #[inline]
    fn is_at_most(self, other: Self) -> bool {
        !self.is_nan() && !other.is_nan() && self.order(other).is_le()
    }
    /// Sorts a line in [`Number::order`].
    #[inline]
    fn sort_line(line: &mut [Self]) {
        line.sort_unstable_by(|a, b| a.order(*b));
    }
    /// The places of a line in [`Number::order`]; equal elements keep theirs.
    #[inline]
    fn order_line(line: &[Self]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..line.len()).collect();
        order.sort_by(|&i, &j| line[i].order(line[j]));
        order
    }
    /// A test of all elements by a SIMD loop, for types and layouts that have it.
    #[inline]
    fn test1(_: Test, _: &ArrayViewD<'_, Self>) -> Option<ArrayD<bool>> {
        None
    }
    /// All elements limited by a SIMD loop, for types and layouts that have it.
    #[inline]
    fn limited(_: &ArrayViewD<'_, Self>, _: Self, _: Self) -> Option<ArrayD<Self>> {
        None
    }
    /// A reduction of all elements by SIMD loops, for types that have them.
    #[inline]
    fn fold(_: Fold, _: &ArrayViewD<'_, Self>) -> Option<Self> {
        None
    }
    /// A reduction along axes by SIMD loops, for types that have them.
    #[inline]
    fn fold_axes(_: Fold, _: &ArrayViewD<'_, Self>, _: &[usize]) -> Option<ArrayD<Self>> {
        None
    }
    /// The sum of a line.
    #[inline]
    fn sum_of_line(line: &[Self]) -> Self::Sum {
        pairwise(line, &Self::to_sum)
    }
    /// The sum of what is not NaN in a line.
    #[inline]
    fn sum_of_present(line: &[Self]) -> Self::Sum {
        pairwise(line, &|value: Self| {
            present(value, value.to_sum(), Self::Sum::ZERO)
        })
    }
    /// The mean of what is not NaN in a line.
    #[inline]
    fn mean_of_present(line: &[Self]) -> Self::Float {
        let sum = pairwise(line, &|value: Self| {
            present(value, value.to_float(), Self::Float::ZERO)
        });
        sum.divide(Inexact::constant(present_count(line.into())))
    }
    /// The smallest and the largest element of a line that is not empty; NaN if one is.
    #[inline]
    fn extremes(line: &[Self]) -> (Self, Self) {
        (
            Self::extreme(Extreme::Smallest, line),
            Self::extreme(Extreme::Largest, line),
        )
    }
    /// The extreme element of a line that is not empty; NaN if one is.
    #[inline]
    fn extreme(extreme: Extreme, line: &[Self]) -> Self {
        match extreme {
            Extreme::Largest => fold_line(line, maximum),
            Extreme::Smallest => fold_line(line, minimum),
        }
    }
    /// The extreme element of a line that is not empty among what is not NaN; NaN if nothing else is there.
    #[inline]
    fn extreme_present(extreme: Extreme, line: &[Self]) -> Self {
        let of_two = match extreme {
            Extreme::Largest => maximum,
            Extreme::Smallest => minimum,
        };
        fold_line(line, |a: Self, b: Self| {
            if b.is_nan() {
                a
            } else if a.is_nan() {
                b
            } else {
                of_two(a, b)
            }
        })
    }
    /// The place of the extreme element of a line that is not empty, for types with SIMD loops.
    #[inline]
    fn place_of_extreme(_: Extreme, _: &[Self]) -> Option<usize> {
        None
    }
    /// The places of extreme elements along an axis by SIMD loops, for types that have them.
    #[inline]
    fn places_of_extremes(
        _: Extreme,
        _: &ArrayViewD<'_, Self>,
        _: &[usize],
    ) -> Option<ArrayD<usize>> {
        None
    }
    /// An array converted to [`Number::Float`]; a view where that is the type itself.
    // Inline, as all that only some users need: compiled with them, and not for every type here.
    #[inline]
    fn floats(x: ArrayViewD<'_, Self>) -> CowArray<'_, Self::Float, IxDyn> {
        x.mapv(Self::to_float).into()
    }
    /// The function of one number by the loop that arrays have, if there is one.
    #[doc(hidden)]
    fn vector_of(_function: Unary, _x: Self) -> Option<Self> {
        None
    }
    /// The function on all elements by SIMD loops, for types that have them.
    fn vector1(_: Unary, _: &ArrayViewD<'_, Self>) -> Option<ArrayD<Self>> {
        None
    }
    /// The function on all pairs of elements by SIMD loops, for types that have them.
    fn vector2(
        _: Binary,
        _: &ArrayViewD<'_, Self>,
        _: &ArrayViewD<'_, Self>,
    ) -> Option<ArrayD<Self>> {
        None
    }
    /// [`Number::vector1`] in place; whether there is one.
    fn vector1_inplace(_: Unary, _: &mut ArrayViewMutD<'_, Self>) -> bool {
        false
    }
    /// [`Number::vector1`] into an array of the type's own; whether there is one.
    #[inline]
    fn vector1_into(_: Unary, _: &ArrayViewD<'_, Self>, _: ArrayViewMutD<'_, Self>) -> bool {
        false
    }
    /// [`Number::vector2`] into an array of the type's own; whether there is one.
    #[inline]
    fn vector2_into(
        _: Binary,
        _: &ArrayViewD<'_, Self>,
        _: &ArrayViewD<'_, Self>,
        _: ArrayViewMutD<'_, Self>,
    ) -> bool {
        false
    }
    /// [`Number::vector2`] over the first operand; whether there is one.
    fn vector2_inplace(
        _: Binary,
        _: &mut ArrayViewMutD<'_, Self>,
        _: &ArrayViewD<'_, Self>,
    ) -> bool {
        false
    }
}

/// A number that can be subtracted and negated: all but `bool`.
pub trait Arithmetic: Number {
    /// Difference; integers wrap.
    fn minus(self, other: Self) -> Self;
    /// Negation; integers wrap.
    fn negative(self) -> Self;
    /// NumPy's `power`: wraps for integers, panics on a negative integer exponent of an integer.
    fn power(self, exponent: Self) -> Self;
    /// −1, 0 or 1; `x / |x|` for complex numbers.
    fn sign(self) -> Self;
    /// `1 / x`, truncated for integers.
    fn reciprocal(self) -> Self;
}

/// An integer or a real floating point number.
pub trait RealNumber: Arithmetic<Real = Self> + PartialOrd {
    /// Quotient rounded towards −∞; 0 for an integer division by zero.
    fn floor_divide(self, other: Self) -> Self;
    /// Remainder with the sign of the divisor (Python's `%`); 0 for an integer division by zero.
    fn remainder(self, other: Self) -> Self;
    /// Remainder with the sign of the dividend (C's `fmod`).
    fn fmod(self, other: Self) -> Self;
    /// Largest integer that is not greater.
    fn floor(self) -> Self;
    /// Smallest integer that is not less.
    fn ceil(self) -> Self;
    /// Integer part.
    fn trunc(self) -> Self;
    /// The function that rounds half to even at `decimals` digits after the point.
    fn rounding(decimals: i32) -> impl Fn(Self) -> Self;
    /// Whether the sign bit is set.
    fn signbit(self) -> bool;
    /// Conversion to `f64`, for bins, weights and quantiles.
    fn to_f64(self) -> f64;
    /// Conversion from `f64` as `as` does it.
    fn from_f64(value: f64) -> Self;
}

/// An integer type or `bool`: what bitwise functions work on.
pub trait Bits: Number {
    /// Bitwise and.
    fn and(self, other: Self) -> Self;
    /// Bitwise or.
    fn or(self, other: Self) -> Self;
    /// Bitwise exclusive or.
    fn xor(self, other: Self) -> Self;
    /// Bitwise complement.
    fn invert(self) -> Self;
}

/// An integer type.
pub trait Integer: RealNumber + Bits + Ord {
    /// `x << n`; 0 where `n` is negative or at least the number of bits.
    fn left_shift(self, count: Self) -> Self;
    /// `x >> n`, keeping the sign; 0 or −1 where `n` is negative or at least the number of bits.
    fn right_shift(self, count: Self) -> Self;
    /// Greatest common divisor, not negative.
    fn gcd(self, other: Self) -> Self;
    /// Least common multiple, not negative.
    fn lcm(self, other: Self) -> Self;
    /// Conversion to `i64`, wrapping.
    fn to_i64(self) -> i64;
    /// Conversion from `i64`, wrapping.
    fn from_i64(value: i64) -> Self;
}

/// A floating point number, real or complex.
pub trait Inexact: Arithmetic<Float = Self, Sum = Self> {
    /// The type of its real and imaginary part.
    type Part: Float;
    /// Modulus.
    fn modulus(self) -> Self::Part;
    /// Square of the modulus.
    fn squared_modulus(self) -> Self::Part;
    /// Conversion from a real constant.
    fn constant(value: f64) -> Self;
    /// Quotient.
    fn divide(self, other: Self) -> Self;
    /// Product with a real factor.
    fn scale(self, factor: Self::Part) -> Self;
    /// Principal argument.
    fn angle(self) -> Self::Part;
    /// `eˣ`
    fn exp(self) -> Self;
    /// `2ˣ`
    fn exp2(self) -> Self;
    /// `eˣ − 1`
    fn expm1(self) -> Self;
    /// Natural logarithm.
    fn log(self) -> Self;
    /// Logarithm to base 2.
    fn log2(self) -> Self;
    /// Logarithm to base 10.
    fn log10(self) -> Self;
    /// `log(1 + x)`
    fn log1p(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Sine.
    fn sin(self) -> Self;
    /// Cosine.
    fn cos(self) -> Self;
    /// Tangent.
    fn tan(self) -> Self;
    /// Inverse sine.
    fn arcsin(self) -> Self;
    /// Inverse cosine.
    fn arccos(self) -> Self;
    /// Inverse tangent.
    fn arctan(self) -> Self;
    /// Hyperbolic sine.
    fn sinh(self) -> Self;
    /// Hyperbolic cosine.
    fn cosh(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// Inverse hyperbolic sine.
    fn arcsinh(self) -> Self;
    /// Inverse hyperbolic cosine.
    fn arccosh(self) -> Self;
    /// Inverse hyperbolic tangent.
    fn arctanh(self) -> Self;
}

/// `f32` or `f64`.
pub trait Float: Inexact<Part = Self> + RealNumber {
    /// Not a number.
    const NAN: Self;
    /// Positive infinity.
    const INFINITY: Self;
    /// Largest finite number.
    const MAX: Self;
    /// Cube root.
    fn cbrt(self) -> Self;
    /// Rounded half to even.
    fn rint(self) -> Self;
    /// Magnitude of `self`, sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// Next number towards `other`.
    fn nextafter(self, other: Self) -> Self;
    /// `√(x² + y²)`
    fn hypot(self, other: Self) -> Self;
    /// Angle of the point (`other`, `self`).
    fn arctan2(self, other: Self) -> Self;
    /// `(eˣ − 1) / x`, 1 at 0.
    fn exprel(self) -> Self;
    /// Error function.
    fn erf(self) -> Self;
    /// Mantissa in [0.5, 1) and exponent.
    fn frexp(self) -> (Self, i32);
    /// Whether it is neither 0 nor subnormal, infinite or NaN.
    fn is_normal(self) -> bool;
    /// [`Float::frexp`] of a normal number.
    fn parts_of_normal(self) -> (Self, i32);
    /// `x · 2ⁿ`
    fn ldexp(self, exponent: i32) -> Self;
    /// The least exponent of a power of two that is a normal number; its opposite is one as well.
    const LEAST_POWER: i32;
    /// `2ⁿ`, where that is a normal number.
    fn power_of_two(exponent: i32) -> Self;
}

/// The magnitude, of the least number too, as an unsigned number.
macro_rules! magnitude {
    ($t:ident $unsigned:ident $x:expr) => {{
        #[allow(unused_comparisons)]
        let negative = $x < 0;
        let x = $x as $unsigned;
        if negative { x.wrapping_neg() } else { x }
    }};
}

macro_rules! integers {
    ($($t:ident $unsigned:ident $sum:ident $dtype:ident $bits:literal $signed:literal $key:ident $sort:ident $places:ident;)*) => {$(
        impl Number for $t {
            const DTYPE: DType = DType::$dtype;
            const ZERO: Self = 0;
            const ONE: Self = 1;
            type Float = f64;
            type Sum = $sum;
            type Real = $t;
            #[inline] fn to_float(self) -> f64 { self as f64 }
            #[inline] fn to_sum(self) -> $sum { self as $sum }
            #[inline] fn order(self, other: Self) -> Ordering { self.cmp(&other) }
            #[inline] fn precedes(self, other: Self) -> bool { self < other }
            #[inline] fn is_less(self, other: Self) -> bool { self < other }
            #[inline] fn is_at_most(self, other: Self) -> bool { self <= other }
            // Inline from here on, as `Number::floats`: few users sort integers, and nobody those of ten types.
            #[inline]
            fn sort_line(line: &mut [Self]) {
                if line.len() >= radix::SHORT {
                    // The smallest number is the key 0.
                    radix::$sort(line, |x| (x.wrapping_sub(<$t>::MIN)) as $unsigned as $key, |key| (key as $t).wrapping_add(<$t>::MIN))
                } else {
                    line.sort_unstable();
                }
            }
            #[inline]
            fn order_line(line: &[Self]) -> Vec<usize> {
                radix::$places(line, |x| (x.wrapping_sub(<$t>::MIN)) as $unsigned as $key)
            }
            // Plain loops: the order does not matter, and so the compiler chooses it.
            #[inline]
            fn sum_of_line(line: &[Self]) -> Self::Sum {
                at_level(#[inline(always)] || line.iter().fold(0, |sum: $sum, &x| sum.wrapping_add(x as $sum)))
            }
            #[inline]
            fn extreme(extreme: Extreme, line: &[Self]) -> Self {
                match extreme {
                    Extreme::Largest => at_level(#[inline(always)] || line.iter().fold(<$t>::MIN, |a, &b| a.max(b))),
                    Extreme::Smallest => at_level(#[inline(always)] || line.iter().fold(<$t>::MAX, |a, &b| a.min(b))),
                }
            }
            #[inline]
            fn extreme_present(extreme: Extreme, line: &[Self]) -> Self {
                Self::extreme(extreme, line)
            }
            #[inline]
            fn places_of_extremes(extreme: Extreme, x: &ArrayViewD<'_, Self>, axes: &[usize]) -> Option<ArrayD<usize>> {
                fold::places_of_extremes(extreme, x, axes)
            }
            fn place_of_extreme(extreme: Extreme, line: &[Self]) -> Option<usize> {
                // The part of the first extreme element, and then the place in it.
                let parts = line.chunks(PART).map(|part| Self::extreme(extreme, part));
                let found = match extreme {
                    Extreme::Largest => parts.enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a }),
                    Extreme::Smallest => parts.enumerate().reduce(|a, b| if b.1 < a.1 { b } else { a }),
                };
                found.map(|(part, value)| part * PART + call::first_place(&line[part * PART..], value))
            }
            #[inline] fn plus(self, other: Self) -> Self { self.wrapping_add(other) }
            #[inline] fn times(self, other: Self) -> Self { self.wrapping_mul(other) }
            #[allow(unused_comparisons)]
            fn abs(self) -> Self { if self < 0 { (0 as $t).wrapping_sub(self) } else { self } }
            fn real(self) -> Self { self }
            fn imag(self) -> Self { 0 }
        }
        impl Arithmetic for $t {
            fn minus(self, other: Self) -> Self { self.wrapping_sub(other) }
            fn negative(self) -> Self { (0 as $t).wrapping_sub(self) }
            #[allow(unused_comparisons)]
            fn power(self, exponent: Self) -> Self {
                assert!(exponent >= 0, "bm::power: integers to negative integer powers are not allowed; convert to a float first");
                let (mut base, mut exponent, mut result) = (self, exponent, 1 as $t);
                while exponent > 0 {
                    if exponent & 1 == 1 { result = result.wrapping_mul(base); }
                    base = base.wrapping_mul(base);
                    exponent >>= 1;
                }
                result
            }
            #[allow(unused_comparisons)]
            fn sign(self) -> Self {
                if self > 0 { 1 } else if self < 0 { (0 as $t).wrapping_sub(1) } else { 0 }
            }
            fn reciprocal(self) -> Self { if self == 0 { if $signed { $t::MIN } else { 0 } } else { 1 / self } }
        }
        impl RealNumber for $t {
            #[allow(unused_comparisons)]
            fn floor_divide(self, other: Self) -> Self {
                if other == 0 { return 0; }
                let quotient = self.wrapping_div(other);
                if self.wrapping_rem(other) != 0 && (self < 0) != (other < 0) { quotient.wrapping_sub(1) } else { quotient }
            }
            #[allow(unused_comparisons)]
            fn remainder(self, other: Self) -> Self {
                if other == 0 { return 0; }
                let rest = self.wrapping_rem(other);
                if rest != 0 && (rest < 0) != (other < 0) { rest.wrapping_add(other) } else { rest }
            }
            fn fmod(self, other: Self) -> Self { if other == 0 { 0 } else { self.wrapping_rem(other) } }
            fn floor(self) -> Self { self }
            fn ceil(self) -> Self { self }
            fn trunc(self) -> Self { self }
            fn rounding(decimals: i32) -> impl Fn(Self) -> Self {
                let unit = 10f64.powi(-decimals);
                move |x| if decimals >= 0 { x } else { ((x as f64 / unit).round_ties_even() * unit) as $t }
            }
            #[allow(unused_comparisons)]
            fn signbit(self) -> bool { self < 0 }
            fn to_f64(self) -> f64 { self as f64 }
            fn from_f64(value: f64) -> Self { value as $t }
        }
        impl Bits for $t {
            fn and(self, other: Self) -> Self { self & other }
            fn or(self, other: Self) -> Self { self | other }
            fn xor(self, other: Self) -> Self { self ^ other }
            fn invert(self) -> Self { !self }
        }
        impl Integer for $t {
            #[allow(unused_comparisons)]
            #[inline]
            fn left_shift(self, count: Self) -> Self {
                let shifted = self.wrapping_shl(count as u32);
                if (0..$bits).contains(&count) { shifted } else { 0 }
            }
            #[allow(unused_comparisons)]
            #[inline]
            fn right_shift(self, count: Self) -> Self {
                let shifted = self.wrapping_shr(count as u32);
                if (0..$bits).contains(&count) { shifted } else if self < 0 { !0 } else { 0 }
            }
            fn gcd(self, other: Self) -> Self {
                let (mut a, mut b) = (magnitude!($t $unsigned self), magnitude!($t $unsigned other));
                while b != 0 { (a, b) = (b, a % b); }
                a as $t
            }
            fn lcm(self, other: Self) -> Self {
                let divisor = self.gcd(other) as $unsigned;
                if divisor == 0 { return 0; }
                (magnitude!($t $unsigned self) / divisor).wrapping_mul(magnitude!($t $unsigned other)) as $t
            }
            fn to_i64(self) -> i64 { self as i64 }
            fn from_i64(value: i64) -> Self { value as $t }
        }
    )*};
}

integers! {
    i8 u8 i64 I8 8 true u32 sort32 order32;
    i16 u16 i64 I16 16 true u32 sort32 order32;
    i32 u32 i64 I32 32 true u32 sort32 order32;
    i64 u64 i64 I64 64 true u64 sort64 order64;
    isize usize isize Isize 64 true u64 sort64 order64;
    u8 u8 u64 U8 8 false u32 sort32 order32;
    u16 u16 u64 U16 16 false u32 sort32 order32;
    u32 u32 u64 U32 32 false u32 sort32 order32;
    u64 u64 u64 U64 64 false u64 sort64 order64;
    usize usize usize Usize 64 false u64 sort64 order64;
}

impl Number for bool {
    const DTYPE: DType = DType::Bool;
    const ZERO: Self = false;
    const ONE: Self = true;
    type Float = f64;
    type Sum = i64;
    type Real = bool;
    fn to_float(self) -> f64 {
        self as u8 as f64
    }
    fn to_sum(self) -> i64 {
        self as i64
    }
    fn order(self, other: Self) -> Ordering {
        self.cmp(&other)
    }
    fn plus(self, other: Self) -> Self {
        self | other
    }
    fn times(self, other: Self) -> Self {
        self & other
    }
    fn abs(self) -> Self {
        self
    }
    fn real(self) -> Self {
        self
    }
    fn imag(self) -> Self {
        false
    }
}

impl Bits for bool {
    fn and(self, other: Self) -> Self {
        self & other
    }
    fn or(self, other: Self) -> Self {
        self | other
    }
    fn xor(self, other: Self) -> Self {
        self ^ other
    }
    fn invert(self) -> Self {
        !self
    }
}

/// A float's bits in the order of numbers: those of negative ones turned round, all NaN last.
macro_rules! sort_key {
    ($bits:ident $x:expr) => {{
        let (x, sign) = ($x, 1 << ($bits::BITS - 1));
        let bits = x.to_bits();
        if x.is_nan() {
            $bits::MAX
        } else if bits & sign == 0 {
            bits | sign
        } else {
            !bits
        }
    }};
}

/// The float of a key.
macro_rules! sort_value {
    ($t:ident $bits:ident $key:expr) => {{
        let (key, sign) = ($key, 1 << ($bits::BITS - 1));
        $t::from_bits(if key == $bits::MAX {
            $t::NAN.to_bits()
        } else if key & sign != 0 {
            key & !sign
        } else {
            !key
        })
    }};
}

macro_rules! floats {
    ($($t:ident $bits:ident $dtype:ident $mantissa:literal $bias:literal $sort:ident $places:ident;)*) => {$(
        impl Number for $t {
            const DTYPE: DType = DType::$dtype;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            type Float = $t;
            type Sum = $t;
            type Real = $t;
            #[inline] fn to_float(self) -> $t { self }
            #[inline] fn to_sum(self) -> $t { self }
            #[inline] fn order(self, other: Self) -> Ordering {
                match self.partial_cmp(&other) {
                    Some(order) => order,
                    None => self.is_nan().cmp(&other.is_nan()),
                }
            }
            #[inline] fn precedes(self, other: Self) -> bool {
                self < other || (other.is_nan() && !self.is_nan())
            }
            #[inline] fn is_less(self, other: Self) -> bool { self < other }
            #[inline] fn is_at_most(self, other: Self) -> bool { self <= other }
            fn sort_line(line: &mut [Self]) {
                if line.len() >= radix::SHORT {
                    radix::$sort(line, |x| sort_key!($bits x), |key| sort_value!($t $bits key))
                } else {
                    line.sort_unstable_by(|a, b| a.order(*b));
                }
            }
            fn order_line(line: &[Self]) -> Vec<usize> {
                // Zeros of both signs are equal.
                radix::$places(line, |x| sort_key!($bits (x + 0.0)))
            }
            fn test1(test: Test, x: &ArrayViewD<'_, Self>) -> Option<ArrayD<bool>> {
                vector::test_array(test, x)
            }
            fn limited(x: &ArrayViewD<'_, Self>, low: Self, high: Self) -> Option<ArrayD<Self>> {
                vector::limit_array(x, low, high)
            }
            fn fold(fold: Fold, x: &ArrayViewD<'_, Self>) -> Option<Self> {
                Some(fold::whole(fold, x))
            }
            fn fold_axes(fold: Fold, x: &ArrayViewD<'_, Self>, axes: &[usize]) -> Option<ArrayD<Self>> {
                fold::along(fold, x, axes)
            }
            fn extreme(extreme: Extreme, line: &[Self]) -> Self {
                fold::extreme(extreme, line)
            }
            fn extremes(line: &[Self]) -> (Self, Self) {
                fold::extremes(line)
            }
            fn sum_of_present(line: &[Self]) -> Self {
                reduce::present(line).0
            }
            fn mean_of_present(line: &[Self]) -> Self {
                let (sum, count) = reduce::present(line);
                sum / count as $t
            }
            fn extreme_present(extreme: Extreme, line: &[Self]) -> Self {
                // A comparison with NaN is false, so that NaN is never taken.
                let (found, none) = match extreme {
                    Extreme::Largest => {
                        (fold_from(line, <$t>::NEG_INFINITY, |a, b| if b > a { b } else { a }), <$t>::NEG_INFINITY)
                    }
                    Extreme::Smallest => {
                        (fold_from(line, <$t>::INFINITY, |a, b| if b < a { b } else { a }), <$t>::INFINITY)
                    }
                };
                if found == none && !line.contains(&none) { <$t>::NAN } else { found }
            }
            fn places_of_extremes(extreme: Extreme, x: &ArrayViewD<'_, Self>, axes: &[usize]) -> Option<ArrayD<usize>> {
                fold::places_of_extremes(extreme, x, axes)
            }
            fn place_of_extreme(extreme: Extreme, line: &[Self]) -> Option<usize> {
                Some(fold::place_of_extreme(extreme, line))
            }
            #[inline] fn plus(self, other: Self) -> Self { self + other }
            #[inline] fn times(self, other: Self) -> Self { self * other }
            #[inline] fn abs(self) -> Self { $t::abs(self) }
            #[inline] fn real(self) -> Self { self }
            #[inline] fn imag(self) -> Self { 0.0 }
            #[inline] fn is_nan(self) -> bool { self != self }
            #[inline] fn is_infinite(self) -> bool { $t::is_infinite(self) }
            fn floats(x: ArrayViewD<'_, Self>) -> CowArray<'_, Self, IxDyn> { x.into() }
            fn vector_of(function: Unary, x: Self) -> Option<Self> {
                Some(vector::unary(function, x))
            }
            fn vector1(function: Unary, x: &ArrayViewD<'_, Self>) -> Option<ArrayD<Self>> {
                Some(vector::unary_array(function, x.view()))
            }
            fn vector2(function: Binary, x: &ArrayViewD<'_, Self>, y: &ArrayViewD<'_, Self>) -> Option<ArrayD<Self>> {
                Some(vector::binary_array(function, x.view(), y.view()))
            }
            fn vector1_inplace(function: Unary, x: &mut ArrayViewMutD<'_, Self>) -> bool {
                vector::unary_inplace(function, x.view_mut());
                true
            }
            fn vector1_into(function: Unary, x: &ArrayViewD<'_, Self>, out: ArrayViewMutD<'_, Self>) -> bool {
                vector::unary_into(function, x.view(), out);
                true
            }
            fn vector2_into(
                function: Binary, x: &ArrayViewD<'_, Self>, y: &ArrayViewD<'_, Self>, out: ArrayViewMutD<'_, Self>,
            ) -> bool {
                vector::binary_into(function, x.view(), y.view(), out);
                true
            }
            fn vector2_inplace(function: Binary, x: &mut ArrayViewMutD<'_, Self>, y: &ArrayViewD<'_, Self>) -> bool {
                vector::binary_inplace(function, x.view_mut(), y.view());
                true
            }
        }
        impl Arithmetic for $t {
            #[inline] fn minus(self, other: Self) -> Self { self - other }
            #[inline] fn negative(self) -> Self { -self }
            fn power(self, exponent: Self) -> Self { vector::binary(Binary::Power, self, exponent) }
            #[inline] fn sign(self) -> Self {
                if self > 0.0 { 1.0 } else if self < 0.0 { -1.0 } else if self == 0.0 { 0.0 } else { self }
            }
            #[inline] fn reciprocal(self) -> Self { 1.0 / self }
        }
        impl RealNumber for $t {
            fn floor_divide(self, other: Self) -> Self {
                if other == 0.0 { return self / other; }
                let rest = self % other;
                let mut quotient = (self - rest) / other;
                if rest != 0.0 && (rest < 0.0) != (other < 0.0) { quotient -= 1.0; }
                if quotient == 0.0 { return $t::copysign(0.0, self / other); }
                let floor = quotient.floor();
                if quotient - floor > 0.5 { floor + 1.0 } else { floor }
            }
            fn remainder(self, other: Self) -> Self {
                let rest = self % other;
                if rest == 0.0 { $t::copysign(0.0, other) }
                else if (rest < 0.0) != (other < 0.0) { rest + other }
                else { rest }
            }
            fn fmod(self, other: Self) -> Self { self % other }
            #[inline] fn floor(self) -> Self { $t::floor(self) }
            #[inline] fn ceil(self) -> Self { $t::ceil(self) }
            #[inline] fn trunc(self) -> Self { $t::trunc(self) }
            fn rounding(decimals: i32) -> impl Fn(Self) -> Self {
                // NumPy's rule: scale, round half to even, scale back.
                let unit = 10f64.powf(decimals.abs() as f64) as $t;
                move |x| if decimals >= 0 {
                    (x * unit).round_ties_even() / unit
                } else {
                    (x / unit).round_ties_even() * unit
                }
            }
            #[inline] fn signbit(self) -> bool { self.is_sign_negative() }
            #[inline] fn to_f64(self) -> f64 { self as f64 }
            #[inline] fn from_f64(value: f64) -> Self { value as $t }
        }
        impl Inexact for $t {
            type Part = $t;
            #[inline] fn modulus(self) -> Self { $t::abs(self) }
            #[inline] fn squared_modulus(self) -> Self { self * self }
            #[inline] fn constant(value: f64) -> Self { value as $t }
            #[inline] fn divide(self, other: Self) -> Self { self / other }
            #[inline] fn scale(self, factor: Self) -> Self { self * factor }
            fn angle(self) -> Self {
                if self.is_nan() { self } else if self.is_sign_negative() { std::$t::consts::PI } else { 0.0 }
            }
            fn exp(self) -> Self { vector::unary(Unary::Exp, self) }
            fn exp2(self) -> Self { vector::unary(Unary::Exp2, self) }
            fn expm1(self) -> Self { vector::unary(Unary::Expm1, self) }
            fn log(self) -> Self { vector::unary(Unary::Log, self) }
            fn log2(self) -> Self { vector::unary(Unary::Log2, self) }
            fn log10(self) -> Self { vector::unary(Unary::Log10, self) }
            fn log1p(self) -> Self { vector::unary(Unary::Log1p, self) }
            #[inline] fn sqrt(self) -> Self { $t::sqrt(self) }
            fn sin(self) -> Self { vector::unary(Unary::Sin, self) }
            fn cos(self) -> Self { vector::unary(Unary::Cos, self) }
            fn tan(self) -> Self { vector::unary(Unary::Tan, self) }
            fn arcsin(self) -> Self { vector::unary(Unary::Arcsin, self) }
            fn arccos(self) -> Self { vector::unary(Unary::Arccos, self) }
            fn arctan(self) -> Self { vector::unary(Unary::Arctan, self) }
            fn sinh(self) -> Self { vector::unary(Unary::Sinh, self) }
            fn cosh(self) -> Self { vector::unary(Unary::Cosh, self) }
            fn tanh(self) -> Self { vector::unary(Unary::Tanh, self) }
            fn arcsinh(self) -> Self { vector::unary(Unary::Arcsinh, self) }
            fn arccosh(self) -> Self { vector::unary(Unary::Arccosh, self) }
            fn arctanh(self) -> Self { vector::unary(Unary::Arctanh, self) }
        }
        impl Float for $t {
            const NAN: Self = $t::NAN;
            const INFINITY: Self = $t::INFINITY;
            const MAX: Self = $t::MAX;
            fn cbrt(self) -> Self { vector::unary(Unary::Cbrt, self) }
            #[inline] fn rint(self) -> Self { self.round_ties_even() }
            #[inline] fn copysign(self, sign: Self) -> Self { $t::copysign(self, sign) }
            #[inline] fn nextafter(self, other: Self) -> Self { VectorMath::nextafter::<Baseline>(self, other) }
            fn hypot(self, other: Self) -> Self { vector::binary(Binary::Hypot, self, other) }
            fn arctan2(self, other: Self) -> Self { vector::binary(Binary::Arctan2, self, other) }
            fn exprel(self) -> Self { vector::unary(Unary::Exprel, self) }
            fn erf(self) -> Self { vector::unary(Unary::Erf, self) }
            #[inline] fn frexp(self) -> (Self, i32) { VectorMath::frexp::<Baseline>(self) }
            #[inline] fn is_normal(self) -> bool {
                // One comparison: the exponent is neither all zeros nor all ones.
                (self.to_bits() << 1).wrapping_sub(2 << $mantissa) < ((2 * $bias) << $mantissa) << 1
            }
            #[inline] fn parts_of_normal(self) -> (Self, i32) {
                const EXPONENT: $bits = (2 * $bias + 1) << $mantissa;
                let bits = self.to_bits();
                let mantissa = $t::from_bits((bits & !EXPONENT) | ($bias - 1) << $mantissa);
                (mantissa, ((bits & EXPONENT) >> $mantissa) as i32 - ($bias - 1))
            }
            #[inline] fn ldexp(self, exponent: i32) -> Self { VectorMath::ldexp::<Baseline>(self, exponent) }
            const LEAST_POWER: i32 = 1 - $bias;
            #[inline] fn power_of_two(exponent: i32) -> Self {
                $t::from_bits(((exponent + $bias) as $bits) << $mantissa)
            }
        }
    )*};
}

floats! {
    f32 u32 F32 23 127 sort32 order32;
    f64 u64 F64 52 1023 sort64 order64;
}

macro_rules! complexes {
    ($($t:ident $real:ident $dtype:ident;)*) => {$(
        impl Number for $t {
            const DTYPE: DType = DType::$dtype;
            const ZERO: Self = Complex::new(0.0, 0.0);
            const ONE: Self = Complex::new(1.0, 0.0);
            type Float = $t;
            type Sum = $t;
            type Real = $real;
            fn to_float(self) -> Self { self }
            fn to_sum(self) -> Self { self }
            fn order(self, other: Self) -> Ordering {
                let class = |z: Self| 2 * z.re.is_nan() as u8 + z.im.is_nan() as u8;
                class(self).cmp(&class(other))
                    .then(self.re.order(other.re))
                    .then(self.im.order(other.im))
            }
            fn plus(self, other: Self) -> Self { self + other }
            fn times(self, other: Self) -> Self { self * other }
            fn abs(self) -> $real { self.re.hypot(self.im) }
            fn real(self) -> $real { self.re }
            fn imag(self) -> $real { self.im }
            fn conj(self) -> Self { Complex::conj(&self) }
            fn is_nan(self) -> bool { self.re.is_nan() || self.im.is_nan() }
            fn is_infinite(self) -> bool { $real::is_infinite(self.re) || $real::is_infinite(self.im) }
        }
        impl Arithmetic for $t {
            fn minus(self, other: Self) -> Self { self - other }
            fn negative(self) -> Self { -self }
            fn power(self, exponent: Self) -> Self { narrow!($t, super::complex::power(widen(self), widen(exponent))) }
            fn sign(self) -> Self {
                if self == Self::ZERO { self } else { narrow!($t, super::complex::sign(widen(self))) }
            }
            fn reciprocal(self) -> Self { Self::ONE.divide(self) }
        }
        impl Inexact for $t {
            type Part = $real;
            fn modulus(self) -> $real { self.re.hypot(self.im) }
            fn squared_modulus(self) -> $real { self.re * self.re + self.im * self.im }
            fn constant(value: f64) -> Self { Complex::new(value as $real, 0.0) }
            fn divide(self, other: Self) -> Self { narrow!($t, super::complex::divide(widen(self), widen(other))) }
            fn scale(self, factor: $real) -> Self { Complex::new(self.re * factor, self.im * factor) }
            fn angle(self) -> $real { self.im.atan2(self.re) }
            complexes!(@map $t: exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan arcsin arccos arctan
                sinh cosh tanh arcsinh arccosh arctanh);
        }
    )*};
    (@map $t:ident: $($f:ident)*) => {$(
        fn $f(self) -> Self { narrow!($t, super::complex::$f(widen(self))) }
    )*};
}

/// Complex functions are evaluated in double precision for both types.
fn widen<T: Float>(z: Complex<T>) -> Complex64 {
    Complex::new(z.re.to_f64(), z.im.to_f64())
}

macro_rules! narrow {
    (Complex32, $z:expr) => {{
        let z = $z;
        Complex32::new(z.re as f32, z.im as f32)
    }};
    (Complex64, $z:expr) => {
        $z
    };
}
complexes! {
    Complex32 f32 Complex32;
    Complex64 f64 Complex64;
}

/// The larger, the second if they are equal, NaN if one is NaN (NumPy's `maximum`).
#[inline]
pub fn maximum<T: Number>(a: T, b: T) -> T {
    if b.is_less(a) || a.is_nan() { a } else { b }
}

/// The smaller, the second if they are equal, NaN if one is NaN (NumPy's `minimum`).
#[inline]
pub fn minimum<T: Number>(a: T, b: T) -> T {
    if a.is_less(b) || a.is_nan() { a } else { b }
}
