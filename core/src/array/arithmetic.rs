//! Sums, products, quotients, remainders, signs, powers.

use super::elementwise::{map2, map3, table::*};

binary! {
    /// Sum; integers wrap, of `bool` "or".
    ///
    /// ```
    /// use brain_jit::{bm, prelude::*};
    /// assert_eq!(bm::add(array![[1.0], [2.0]], array![10.0, 20.0]), array![[11.0, 21.0], [12.0, 22.0]]);
    /// let mut v = array![1.0f32, 2.0];
    /// bm::add_inplace(&mut v, 0.5);
    /// assert_eq!(v, array![1.5, 2.5]);
    /// ```
    add [add_inplace: Number] add_into <T: Number> -> T, |x, y| x.plus(y), own Add;
    /// Difference; integers wrap.
    subtract [subtract_inplace: Arithmetic] subtract_into <T: Arithmetic> -> T, |x, y| x.minus(y), own Subtract;
    /// Product; integers wrap, of `bool` "and".
    multiply [multiply_inplace: Number] multiply_into <T: Number> -> T, |x, y| x.times(y), own Multiply;
    /// Quotient; of integers in `f64`.
    divide [divide_inplace: Inexact] divide_into <T: Number> -> T::Float, |x, y| x.to_float().divide(y.to_float()), float Divide;
    /// The same as [`divide`].
    true_divide [true_divide_inplace: Inexact] true_divide_into <T: Number> -> T::Float,
        |x, y| x.to_float().divide(y.to_float()), float Divide;
    /// Quotient rounded towards −∞; an integer divided by 0 gives 0.
    floor_divide [floor_divide_inplace: RealNumber] floor_divide_into <T: RealNumber> -> T, |x, y| x.floor_divide(y), own FloorDivide;
    /// Remainder with the sign of the divisor; of an integer by 0 it is 0. (Rust's `%` is [`fmod`].)
    remainder [remainder_inplace: RealNumber] remainder_into <T: RealNumber> -> T, |x, y| x.remainder(y), own Remainder;
    /// The same as [`remainder`].
    mod_ [mod_inplace: RealNumber] mod_into <T: RealNumber> -> T, |x, y| x.remainder(y), own Remainder;
    /// Remainder with the sign of the dividend, Rust's `%`.
    fmod [fmod_inplace: RealNumber] fmod_into <T: RealNumber> -> T, |x, y| x.fmod(y), own Fmod;
    /// `x` to the power `y`. Integers wrap; a negative integer exponent of an integer panics.
    power [power_inplace: Arithmetic] power_into <T: Arithmetic> -> T, |x, y| x.power(y), own Power;
    /// `x` to the power `y` in floating point.
    float_power [float_power_inplace: Inexact] float_power_into <T: Number> -> T::Float,
        |x, y| x.to_float().power(y.to_float()), float Power;
    /// The larger; NaN if one is.
    maximum [maximum_inplace: Number] maximum_into <T: Number> -> T, |x, y| larger(x, y), own Maximum;
    /// The smaller; NaN if one is.
    minimum [minimum_inplace: Number] minimum_into <T: Number> -> T, |x, y| smaller(x, y), own Minimum;
    /// The larger; a NaN loses.
    fmax [fmax_inplace: Number] fmax_into <T: Number> -> T,
        |x, y| if x.is_nan() { y } else if y.is_nan() { x } else { larger(x, y) }, own Fmax;
    /// The smaller; a NaN loses.
    fmin [fmin_inplace: Number] fmin_into <T: Number> -> T,
        |x, y| if x.is_nan() { y } else if y.is_nan() { x } else { smaller(x, y) }, own Fmin;
    /// Greatest common divisor.
    gcd [gcd_inplace: Integer] gcd_into <T: Integer> -> T, |x, y| x.gcd(y);
    /// Least common multiple.
    lcm [lcm_inplace: Integer] lcm_into <T: Integer> -> T, |x, y| x.lcm(y);
    /// 0 for negative `x`, `y` at 0, 1 for positive `x`.
    heaviside [heaviside_inplace: Float] heaviside_into <T: Float> -> T,
        |x, y| if x.is_nan() { x } else if x < T::ZERO { T::ZERO } else if x > T::ZERO { T::ONE } else { y };
    /// Magnitude of `x` with the sign of `y`.
    copysign [copysign_inplace: Float] copysign_into <T: Number<Float: Float>> -> T::Float,
        |x, y| x.to_float().copysign(y.to_float()), float Copysign;
    /// The next number after `x` towards `y`.
    nextafter [nextafter_inplace: Float] nextafter_into <T: Float> -> T, |x, y| x.nextafter(y);
}

unary! {
    /// `x` itself.
    positive [positive_inplace: Arithmetic] positive_into <T: Arithmetic> -> T, |x| x;
    /// `−x`; integers wrap.
    negative [negative_inplace: Arithmetic] negative_into <T: Arithmetic> -> T, |x| x.negative(), own Negative;
    /// Absolute value; modulus of complex numbers.
    abs [abs_inplace: RealNumber] abs_into <T: Number> -> T::Real, |x| x.abs();
    /// The same as [`abs`].
    absolute [absolute_inplace: RealNumber] absolute_into <T: Number> -> T::Real, |x| x.abs();
    /// Absolute value in floating point.
    fabs [fabs_inplace: Float] fabs_into <T: Number<Float: Float>> -> T::Float, |x| x.to_float().modulus(), float Fabs;
    /// −1, 0 or 1; `x / |x|` of complex numbers; NaN stays.
    sign [sign_inplace: Arithmetic] sign_into <T: Arithmetic> -> T, |x| x.sign(), own Sign;
    /// `x²`
    square [square_inplace: Number] square_into <T: Number> -> T, |x| x.times(x), own Square;
    /// `1 / x`, truncated for integers.
    reciprocal [reciprocal_inplace: Arithmetic] reciprocal_into <T: Arithmetic> -> T, |x| x.reciprocal(), own Reciprocal;
}

/// Quotient and remainder of [`floor_divide`] and [`remainder`].
#[allow(clippy::type_complexity)] // the result's type follows from the operands' kinds
pub fn divmod<T: RealNumber, A: Operand<T>, B: Operand<T>>(
    x: A,
    y: B,
) -> (
    <Both<T, A, T, B> as Kind>::Of<T>,
    <Both<T, A, T, B> as Kind>::Of<T>,
)
where
    A::Kind: Join<B::Kind>,
{
    let divide = |x: T, y: T| x.floor_divide(y);
    let rest = |x: T, y: T| x.remainder(y);
    (
        <Both<T, A, T, B> as Kind>::evaluate(
            || divide(item(&x), item(&y)),
            || map2("divmod", dynamic(&x), dynamic(&y), divide),
        ),
        <Both<T, A, T, B> as Kind>::evaluate(
            || rest(item(&x), item(&y)),
            || map2("divmod", dynamic(&x), dynamic(&y), rest),
        ),
    )
}

/// `x` limited to the interval from `low` to `high`; `high` wins where it is below `low`.
#[allow(clippy::type_complexity)] // the result's type follows from the operands' kinds
pub fn clip<T: Number, A: Operand<T>, B: Operand<T>, C: Operand<T>>(
    x: A,
    low: B,
    high: C,
) -> <<Both<T, A, T, B> as Join<C::Kind>>::Joined as Kind>::Of<T>
where
    A::Kind: Join<B::Kind>,
    Both<T, A, T, B>: Join<C::Kind>,
{
    let limit = |x: T, low: T, high: T| smaller(larger(x, low), high);
    <<Both<T, A, T, B> as Join<C::Kind>>::Joined as Kind>::evaluate(
        || limit(item(&x), item(&low), item(&high)),
        || {
            let (x, low, high) = (dynamic(&x), dynamic(&low), dynamic(&high));
            if low.ndim() == 0
                && high.ndim() == 0
                && let (Some(&low), Some(&high)) = (low.first(), high.first())
                && let Some(result) = T::limited(&x, low, high)
            {
                return result;
            }
            map3("clip", x, low, high, limit)
        },
    )
}

/// [`clip`] in place, between scalars.
pub fn clip_inplace<T: Number, O: OperandMut<T>>(mut x: O, low: T, high: T) {
    super::elementwise::update1(x.view_mut().into_dyn(), |x| smaller(larger(x, low), high));
}

/// Scaled down so that its Euclidean norm is at most `norm`.
pub fn clip_by_norm<T: Float, A: Operand<T>>(x: A, norm: T) -> ndarray::Array<T, A::Dim> {
    let length = super::reduction::reduce_euclidean_norm(x.view());
    let factor = if length > norm {
        norm.divide(length)
    } else {
        T::ONE
    };
    x.view().mapv(|value| value.times(factor))
}

/// Each line along an axis scaled down so that its Euclidean norm is at most `norm`.
pub fn clip_by_norm_axis<T: Float, A: Operand<T>>(
    x: A,
    norm: T,
    axis: impl super::axis::AxisIndex,
) -> ndarray::Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = super::axis::resolve("clip_by_norm_axis", axis, view.shape());
    let lengths = super::reduction::reduce_euclidean_norm_axis_keepdims(view.view(), axis);
    let factors = lengths.mapv(|length: T| {
        if length > norm {
            norm.divide(length)
        } else {
            T::ONE
        }
    });
    super::operand::with_rank(multiply(view, &factors))
}

/// `x + value · a · b`
pub fn addcmul<T: Number, A: Operand<T>, B: Operand<T>, C: Operand<T>>(
    x: A,
    a: B,
    b: C,
    value: T,
) -> ndarray::ArrayD<T> {
    map3(
        "addcmul",
        dynamic(&x),
        dynamic(&a),
        dynamic(&b),
        |x: T, a: T, b: T| x.plus(value.times(a).times(b)),
    )
}

/// `x + value · a / b`
pub fn addcdiv<T: Inexact, A: Operand<T>, B: Operand<T>, C: Operand<T>>(
    x: A,
    a: B,
    b: C,
    value: T,
) -> ndarray::ArrayD<T> {
    map3(
        "addcdiv",
        dynamic(&x),
        dynamic(&a),
        dynamic(&b),
        |x: T, a: T, b: T| x.plus(value.times(a).divide(b)),
    )
}
