//! Trigonometric and hyperbolic functions and their inverses.

use std::f64::consts::PI;

use super::elementwise::table::*;

unary! {
    /// Sine of radians; integers give `f64`.
    sin [sin_inplace: Inexact] sin_into <T: Number> -> T::Float, |x| x.to_float().sin(), float Sin;
    /// Cosine of radians.
    cos [cos_inplace: Inexact] cos_into <T: Number> -> T::Float, |x| x.to_float().cos(), float Cos;
    /// Tangent of radians.
    tan [tan_inplace: Inexact] tan_into <T: Number> -> T::Float, |x| x.to_float().tan(), float Tan;
    /// Inverse sine, in radians.
    arcsin [arcsin_inplace: Inexact] arcsin_into <T: Number> -> T::Float, |x| x.to_float().arcsin(), float Arcsin;
    /// Inverse cosine, in radians.
    arccos [arccos_inplace: Inexact] arccos_into <T: Number> -> T::Float, |x| x.to_float().arccos(), float Arccos;
    /// Inverse tangent, in radians.
    arctan [arctan_inplace: Inexact] arctan_into <T: Number> -> T::Float, |x| x.to_float().arctan(), float Arctan;
    /// The same as [`arcsin`].
    asin [asin_inplace: Inexact] asin_into <T: Number> -> T::Float, |x| x.to_float().arcsin(), float Arcsin;
    /// The same as [`arccos`].
    acos [acos_inplace: Inexact] acos_into <T: Number> -> T::Float, |x| x.to_float().arccos(), float Arccos;
    /// The same as [`arctan`].
    atan [atan_inplace: Inexact] atan_into <T: Number> -> T::Float, |x| x.to_float().arctan(), float Arctan;
    /// Hyperbolic sine.
    sinh [sinh_inplace: Inexact] sinh_into <T: Number> -> T::Float, |x| x.to_float().sinh(), float Sinh;
    /// Hyperbolic cosine.
    cosh [cosh_inplace: Inexact] cosh_into <T: Number> -> T::Float, |x| x.to_float().cosh(), float Cosh;
    /// Hyperbolic tangent.
    tanh [tanh_inplace: Inexact] tanh_into <T: Number> -> T::Float, |x| x.to_float().tanh(), float Tanh;
    /// Inverse hyperbolic sine.
    arcsinh [arcsinh_inplace: Inexact] arcsinh_into <T: Number> -> T::Float, |x| x.to_float().arcsinh(), float Arcsinh;
    /// Inverse hyperbolic cosine.
    arccosh [arccosh_inplace: Inexact] arccosh_into <T: Number> -> T::Float, |x| x.to_float().arccosh(), float Arccosh;
    /// Inverse hyperbolic tangent.
    arctanh [arctanh_inplace: Inexact] arctanh_into <T: Number> -> T::Float, |x| x.to_float().arctanh(), float Arctanh;
    /// The same as [`arcsinh`].
    asinh [asinh_inplace: Inexact] asinh_into <T: Number> -> T::Float, |x| x.to_float().arcsinh(), float Arcsinh;
    /// The same as [`arccosh`].
    acosh [acosh_inplace: Inexact] acosh_into <T: Number> -> T::Float, |x| x.to_float().arccosh(), float Arccosh;
    /// The same as [`arctanh`].
    atanh [atanh_inplace: Inexact] atanh_into <T: Number> -> T::Float, |x| x.to_float().arctanh(), float Arctanh;
    /// Degrees to radians.
    deg2rad [deg2rad_inplace: Float] deg2rad_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(Inexact::constant(PI / 180.0)), float Deg2rad;
    /// The same as [`deg2rad`].
    radians [radians_inplace: Float] radians_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(Inexact::constant(PI / 180.0)), float Deg2rad;
    /// Radians to degrees.
    rad2deg [rad2deg_inplace: Float] rad2deg_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(Inexact::constant(180.0 / PI)), float Rad2deg;
    /// The same as [`rad2deg`].
    degrees [degrees_inplace: Float] degrees_into <T: Number<Float: Float>> -> T::Float,
        |x| x.to_float().times(Inexact::constant(180.0 / PI)), float Rad2deg;
    /// `sin(πx) / (πx)`, 1 at 0.
    sinc [sinc_inplace: Inexact] sinc_into <T: Number> -> T::Float, |x| {
        let y = x.to_float().times(Inexact::constant(PI));
        if y == Number::ZERO { Number::ONE } else { y.sin().divide(y) }
    }, float Sinc;
}

binary! {
    /// The angle of the point (`y`, `x`) from the positive first axis, from −π to π: `arctan2(sine, cosine)`.
    arctan2 [arctan2_inplace: Float] arctan2_into <T: Number<Float: Float>> -> T::Float,
        |x, y| x.to_float().arctan2(y.to_float()), float Arctan2;
    /// The same as [`arctan2`].
    atan2 [atan2_inplace: Float] atan2_into <T: Number<Float: Float>> -> T::Float,
        |x, y| x.to_float().arctan2(y.to_float()), float Arctan2;
    /// `√(x² + y²)` without overflow.
    hypot [hypot_inplace: Float] hypot_into <T: Number<Float: Float>> -> T::Float,
        |x, y| x.to_float().hypot(y.to_float()), float Hypot;
}
