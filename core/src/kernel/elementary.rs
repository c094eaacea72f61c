//! The operations that need no SIMD level: exact on every element type.

use num_complex::{Complex32, Complex64};

/// Elementwise operations as generated kernels name them. Integers wrap; NaN propagates.
pub trait Elementary: Copy {
    /// The greater, as NumPy's `maximum`.
    fn maximum(self, other: Self) -> Self;
    /// The lesser, as NumPy's `minimum`.
    fn minimum(self, other: Self) -> Self;
    /// The modulus.
    fn absolute(self) -> Self;
    /// -1, 0 or 1.
    fn sign(self) -> Self;
    /// The product with itself.
    fn square(self) -> Self;
    /// The quotient; an integer divided by zero panics in the name of `method`.
    fn divide(self, other: Self, method: &str) -> Self;
    /// Rust's `%`.
    fn rem(self, other: Self, method: &str) -> Self;
    /// NumPy's `remainder`: the sign of the divisor; of an integer by zero it is 0.
    fn remainder(self, other: Self) -> Self;
    /// NumPy's `floor_divide`; an integer by zero is 0.
    fn floor_divide(self, other: Self) -> Self;
    /// The complex conjugate; a real number itself.
    #[inline(always)]
    fn conjugate(self) -> Self {
        self
    }
}

/// Powers of integers by integers.
pub trait Power: Copy {
    /// NumPy's `power`: wraps; a negative exponent panics in the name of `method`.
    fn integer_power(self, exponent: Self, method: &str) -> Self;
}

/// The parts of a complex number, of which a real one has them too.
pub trait Parts: Copy {
    /// Their type.
    type Part;
    /// The real part.
    fn real_part(self) -> Self::Part;
    /// The imaginary part, 0 for a real number.
    fn imaginary_part(self) -> Self::Part;
    /// The principal argument: 0 or π for a real number.
    fn angle_of(self) -> Self::Part;
    /// The absolute value.
    fn modulus(self) -> Self::Part;
}

/// Operations of integers alone.
pub trait Bits: Copy {
    /// `<<` with the amount taken modulo the width.
    fn shift_left(self, amount: Self) -> Self;
    /// `>>` with the amount taken modulo the width.
    fn shift_right(self, amount: Self) -> Self;
    /// NumPy's `left_shift`: 0 where the amount is negative or not below the width.
    fn left_shift(self, amount: Self) -> Self;
    /// NumPy's `right_shift`: the sign alone where the amount is negative or not below the width.
    fn right_shift(self, amount: Self) -> Self;
}

/// Tests of floats, real and complex.
pub trait Fractional: Copy {
    /// Whether it is NaN.
    fn tests_nan(self) -> bool;
    /// Whether it is infinite.
    fn tests_infinite(self) -> bool;
    /// Whether it is neither.
    fn tests_finite(self) -> bool;
    /// Rust's `signum`.
    fn signum_of(self) -> Self;
}

#[cold]
fn by_zero(method: &str) -> ! {
    panic!("{method}: division of an integer by zero")
}

#[cold]
fn negative_exponent(method: &str) -> ! {
    panic!("{method}: an integer to a negative power; cast the base to a float")
}

macro_rules! float {
    ($($type:ident)*) => {$(
        impl Elementary for $type {
            #[inline(always)]
            fn maximum(self, other: Self) -> Self {
                if self > other || self.is_nan() { self } else { other }
            }
            #[inline(always)]
            fn minimum(self, other: Self) -> Self {
                if self < other || self.is_nan() { self } else { other }
            }
            #[inline(always)]
            fn absolute(self) -> Self {
                self.abs()
            }
            #[inline(always)]
            fn sign(self) -> Self {
                let sign = if self > 0.0 { 1.0 } else if self < 0.0 { -1.0 } else { 0.0 };
                if self.is_nan() { self } else { sign }
            }
            #[inline(always)]
            fn square(self) -> Self {
                self * self
            }
            #[inline(always)]
            fn divide(self, other: Self, _: &str) -> Self {
                self / other
            }
            #[inline(always)]
            fn rem(self, other: Self, _: &str) -> Self {
                self % other
            }
            #[inline(always)]
            fn remainder(self, other: Self) -> Self {
                use crate::math::VectorMath;
                VectorMath::remainder::<super::level::Baseline>(self, other)
            }
            #[inline(always)]
            fn floor_divide(self, other: Self) -> Self {
                use crate::math::VectorMath;
                VectorMath::floor_divide::<super::level::Baseline>(self, other)
            }
        }

        impl Parts for $type {
            type Part = $type;
            #[inline(always)]
            fn real_part(self) -> Self {
                self
            }
            #[inline(always)]
            fn imaginary_part(self) -> Self {
                0.0
            }
            #[inline(always)]
            fn angle_of(self) -> Self {
                if self.is_nan() {
                    self
                } else if self.is_sign_negative() {
                    num_traits::FloatConst::PI()
                } else {
                    0.0
                }
            }
            #[inline(always)]
            fn modulus(self) -> Self {
                self.abs()
            }
        }
    )*};
}

macro_rules! integer {
    ($($type:ident: $absolute:expr, $sign:expr, $floor:expr;)*) => {$(
        impl Elementary for $type {
            #[inline(always)]
            fn maximum(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn minimum(self, other: Self) -> Self {
                if self < other { self } else { other }
            }
            #[inline(always)]
            fn absolute(self) -> Self {
                $absolute(self)
            }
            #[inline(always)]
            fn sign(self) -> Self {
                $sign(self)
            }
            #[inline(always)]
            fn square(self) -> Self {
                self.wrapping_mul(self)
            }
            #[inline(always)]
            fn divide(self, other: Self, method: &str) -> Self {
                if other == 0 { by_zero(method) } else { self.wrapping_div(other) }
            }
            #[inline(always)]
            fn rem(self, other: Self, method: &str) -> Self {
                if other == 0 { by_zero(method) } else { self.wrapping_rem(other) }
            }
            #[inline(always)]
            fn remainder(self, other: Self) -> Self {
                if other == 0 {
                    return 0;
                }
                let rest = self.wrapping_rem(other);
                if rest != 0 && $floor(self, other) { rest.wrapping_add(other) } else { rest }
            }
            #[inline(always)]
            fn floor_divide(self, other: Self) -> Self {
                if other == 0 {
                    return 0;
                }
                let quotient = self.wrapping_div(other);
                let exact = self.wrapping_rem(other) == 0;
                if !exact && $floor(self, other) { quotient.wrapping_sub(1) } else { quotient }
            }
        }

        impl Power for $type {
            #[inline(always)]
            #[allow(unused_comparisons)]
            fn integer_power(self, exponent: Self, method: &str) -> Self {
                if exponent < 0 {
                    negative_exponent(method)
                }
                let (mut power, mut base, mut exponent) = (1, self, exponent);
                while exponent > 0 {
                    if exponent & 1 == 1 {
                        power = base.wrapping_mul(power);
                    }
                    base = base.wrapping_mul(base);
                    exponent >>= 1;
                }
                power
            }
        }

        impl Bits for $type {
            #[inline(always)]
            fn shift_left(self, amount: Self) -> Self {
                self.wrapping_shl(amount as u32)
            }
            #[inline(always)]
            fn shift_right(self, amount: Self) -> Self {
                self.wrapping_shr(amount as u32)
            }
            #[inline(always)]
            fn left_shift(self, amount: Self) -> Self {
                crate::array::number::Integer::left_shift(self, amount)
            }
            #[inline(always)]
            fn right_shift(self, amount: Self) -> Self {
                crate::array::number::Integer::right_shift(self, amount)
            }
        }
    )*};
}

macro_rules! complex {
    ($($type:ident)*) => {$(
        impl Elementary for $type {
            #[inline(always)]
            fn maximum(self, other: Self) -> Self {
                if (self.re, self.im) >= (other.re, other.im) || self.is_nan() { self } else { other }
            }
            #[inline(always)]
            fn minimum(self, other: Self) -> Self {
                if (self.re, self.im) <= (other.re, other.im) || self.is_nan() { self } else { other }
            }
            #[inline(always)]
            fn absolute(self) -> Self {
                $type::new(self.norm(), 0.0)
            }
            #[inline(always)]
            fn sign(self) -> Self {
                let modulus = self.norm();
                if modulus == 0.0 { self } else { self / modulus }
            }
            #[inline(always)]
            fn square(self) -> Self {
                self * self
            }
            #[inline(always)]
            fn divide(self, other: Self, _: &str) -> Self {
                self / other
            }
            #[inline(always)]
            fn rem(self, other: Self, _: &str) -> Self {
                self % other
            }
            #[inline(always)]
            fn remainder(self, other: Self) -> Self {
                self % other
            }
            #[inline(always)]
            fn floor_divide(self, other: Self) -> Self {
                self / other
            }
            #[inline(always)]
            fn conjugate(self) -> Self {
                self.conj()
            }
        }

        impl Parts for $type {
            type Part = <$type as crate::array::number::Number>::Real;
            #[inline(always)]
            fn real_part(self) -> Self::Part {
                self.re
            }
            #[inline(always)]
            fn imaginary_part(self) -> Self::Part {
                self.im
            }
            #[inline(always)]
            fn angle_of(self) -> Self::Part {
                self.arg()
            }
            #[inline(always)]
            fn modulus(self) -> Self::Part {
                crate::array::number::Inexact::modulus(self)
            }
        }
    )*};
}

macro_rules! fractional {
    ($signum:ident: $($type:ident)*) => {$(
        impl Fractional for $type {
            #[inline(always)]
            fn tests_nan(self) -> bool {
                self.is_nan()
            }
            #[inline(always)]
            fn tests_infinite(self) -> bool {
                self.is_infinite()
            }
            #[inline(always)]
            fn tests_finite(self) -> bool {
                self.is_finite()
            }
            #[inline(always)]
            fn signum_of(self) -> Self {
                self.$signum()
            }
        }
    )*};
}

float!(f32 f64);
fractional!(signum: f32 f64);
fractional!(sign: Complex32 Complex64);
integer! {
    i8: i8::wrapping_abs, i8::signum, |a: i8, b: i8| (a < 0) != (b < 0);
    i16: i16::wrapping_abs, i16::signum, |a: i16, b: i16| (a < 0) != (b < 0);
    i32: i32::wrapping_abs, i32::signum, |a: i32, b: i32| (a < 0) != (b < 0);
    i64: i64::wrapping_abs, i64::signum, |a: i64, b: i64| (a < 0) != (b < 0);
    isize: isize::wrapping_abs, isize::signum, |a: isize, b: isize| (a < 0) != (b < 0);
    u8: |x| x, |x: u8| x.min(1), |_, _| false;
    u16: |x| x, |x: u16| x.min(1), |_, _| false;
    u32: |x| x, |x: u32| x.min(1), |_, _| false;
    u64: |x| x, |x: u64| x.min(1), |_, _| false;
    usize: |x| x, |x: usize| x.min(1), |_, _| false;
}
complex!(Complex32 Complex64);
