//! Rounding, parts of numbers, replacing what is not finite.

use super::elementwise::{map1, table::*};

unary! {
    /// Largest integer that is not greater.
    floor [floor_inplace: RealNumber] floor_into <T: RealNumber> -> T, |x| x.floor(), own Floor;
    /// Smallest integer that is not less.
    ceil [ceil_inplace: RealNumber] ceil_into <T: RealNumber> -> T, |x| x.ceil(), own Ceil;
    /// Integer part.
    trunc [trunc_inplace: RealNumber] trunc_into <T: RealNumber> -> T, |x| x.trunc(), own Trunc;
    /// The same as [`trunc`].
    fix [fix_inplace: RealNumber] fix_into <T: RealNumber> -> T, |x| x.trunc(), own Trunc;
    /// Nearest integer, half to even; integers give `f64`.
    rint [rint_inplace: Float] rint_into <T: Number<Float: Float>> -> T::Float, |x| x.to_float().rint(), float Rint;
    /// Nearest integer, half to even.
    round [round_inplace: RealNumber] round_into <T: RealNumber> -> T, |x| T::rounding(0)(x), own Rint;
    /// Real part.
    real [real_inplace: RealNumber] real_into <T: Number> -> T::Real, |x| Number::real(x);
    /// Imaginary part, 0 for real types.
    imag [imag_inplace: RealNumber] imag_into <T: Number> -> T::Real, |x| Number::imag(x);
    /// Complex conjugate.
    conj [conj_inplace: Number] conj_into <T: Number> -> T, |x| Number::conj(x);
    /// The same as [`conj`].
    conjugate [conjugate_inplace: Number] conjugate_into <T: Number> -> T, |x| Number::conj(x);
    /// Angle in the complex plane: 0 or π for real numbers.
    angle _ angle_into <T: Number> -> <T::Float as Inexact>::Part, |x| x.to_float().angle();
    /// NaN to 0, infinities to the largest finite numbers.
    nan_to_num [nan_to_num_inplace: Float] nan_to_num_into <T: Float> -> T,
        |x| replaced(x, T::ZERO, T::MAX, T::MAX.negative());
}

fn replaced<T: Float>(x: T, nan: T, infinity: T, minus_infinity: T) -> T {
    if x.is_nan() {
        nan
    } else if x.is_infinite() {
        if x > T::ZERO {
            infinity
        } else {
            minus_infinity
        }
    } else {
        x
    }
}

/// [`nan_to_num`] with chosen replacements for NaN, ∞ and −∞.
pub fn nan_to_num_with<T: Float, A: Operand<T>>(
    x: A,
    nan: T,
    infinity: T,
    minus_infinity: T,
) -> Mapped<T, A, T> {
    let replace = |x: T| replaced(x, nan, infinity, minus_infinity);
    <A::Kind as Kind>::evaluate(|| replace(item(&x)), || map1(dynamic(&x), replace))
}

/// Rounded half to even at `decimals` digits after the point; negative for digits before it.
pub fn round_decimals<T: RealNumber, A: Operand<T>>(x: A, decimals: i32) -> Mapped<T, A, T> {
    <A::Kind as Kind>::evaluate(
        || T::rounding(decimals)(item(&x)),
        || map1(dynamic(&x), T::rounding(decimals)),
    )
}

/// The same as [`round_decimals`].
pub fn around<T: RealNumber, A: Operand<T>>(x: A, decimals: i32) -> Mapped<T, A, T> {
    round_decimals(x, decimals)
}

/// Fractional and integer part, both with the sign of `x`.
pub fn modf<T: Float, A: Operand<T>>(x: A) -> (Mapped<T, A, T>, Mapped<T, A, T>) {
    let fraction = |x: T| {
        let rest = if x.is_infinite() {
            T::ZERO
        } else {
            x.minus(x.trunc())
        };
        if x.is_nan() { x } else { rest.copysign(x) }
    };
    (
        <A::Kind as Kind>::evaluate(|| fraction(item(&x)), || map1(dynamic(&x), fraction)),
        <A::Kind as Kind>::evaluate(|| item(&x).trunc(), || map1(dynamic(&x), |x| x.trunc())),
    )
}
