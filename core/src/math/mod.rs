//! Vector math: NumPy's elementwise functions for f32 and f64 as branch-free scalar code.
//!
//! Every function is inlined into the loop that calls it, and LLVM vectorises that loop at the SIMD level `L` that the
//! loop was compiled for. A function gives the same bits at one level wherever it is called, in vector lanes or not;
//! between levels with and without FMA the bits may differ within the stated bound.
//!
//! A family a file. `derive/` holds the scripts that computed the constants.

mod arithmetic;
mod constants;
mod degrees;
mod error_function;
mod exp;
mod extremum;
mod hyperbolic;
mod inverse_trigonometric;
mod lanes;
mod log;
mod logistic;
mod power;
mod remainder;
mod representation;
mod rounding;
mod sign;
pub mod surrogate;
mod trigonometric;

pub(crate) use lanes::Lanes;

use crate::kernel::level::Level;

/// Calls a macro with the names of all functions of one argument: `callback! { arguments… name name … }`.
#[macro_export]
#[doc(hidden)]
macro_rules! __for_each_unary_function {
    ($callback:ident!($($arguments:tt)*)) => {
        $callback! {
            $($arguments)*
            exp exp2 exp10 expm1 exprel log log2 log10 log1p sin cos tan sinc deg2rad rad2deg asin
            acos atan sinh cosh tanh asinh acosh atanh sigmoid softplus log_sigmoid erf erfc sqrt
            rsqrt cbrt square reciprocal abs sign floor ceil trunc rint
        }
    };
}

/// Calls a macro with the names of all functions of two arguments of one type.
#[macro_export]
#[doc(hidden)]
macro_rules! __for_each_binary_function {
    ($callback:ident!($($arguments:tt)*)) => {
        $callback! {
            $($arguments)*
            power atan2 hypot logaddexp logaddexp2 minimum maximum fmin fmax fmod remainder
            floor_divide copysign heaviside nextafter
        }
    };
}
pub use crate::{
    __for_each_binary_function as for_each_binary, __for_each_unary_function as for_each_unary,
};

/// Functions whose result is the exact one, rounded once.
pub const CORRECTLY_ROUNDED: [&str; 9] = [
    "sqrt",
    "square",
    "reciprocal",
    "abs",
    "sign",
    "floor",
    "ceil",
    "trunc",
    "rint",
];

/// Functions within 1 ULP of the exact result.
pub const WITHIN_ONE_ULP: [&str; 5] = ["exp", "exp2", "exp10", "log", "cbrt"];

/// The bound of all other functions in ULP; of `logaddexp` and `logaddexp2` in ULP of the larger operand, since their
/// terms may cancel. `powi` errs by up to half an ULP a multiplication.
pub const MAX_ULP: f64 = 2.0;

/// Elementwise functions at the SIMD level `L`; their bounds are [`CORRECTLY_ROUNDED`], [`WITHIN_ONE_ULP`] and
/// [`MAX_ULP`], for every argument.
///
/// ```
/// use brain_jit::kernel::level::Baseline;
/// use brain_jit::math::VectorMath;
/// // By path: `x.exp()` on a float is the standard library's.
/// assert_eq!(VectorMath::exp::<Baseline>(0.0_f32), 1.0);
/// ```
pub trait VectorMath: Copy {
    /// e^x.
    fn exp<L: Level>(self) -> Self;
    /// 2^x.
    fn exp2<L: Level>(self) -> Self;
    /// 10^x.
    fn exp10<L: Level>(self) -> Self;
    /// e^x - 1, exact near 0.
    fn expm1<L: Level>(self) -> Self;
    /// (e^x - 1) / x, 1 at 0 (SciPy's exprel).
    fn exprel<L: Level>(self) -> Self;
    /// The natural logarithm.
    fn log<L: Level>(self) -> Self;
    /// The logarithm to base 2.
    fn log2<L: Level>(self) -> Self;
    /// The logarithm to base 10.
    fn log10<L: Level>(self) -> Self;
    /// log(1 + x), exact near 0.
    fn log1p<L: Level>(self) -> Self;
    /// The sine.
    fn sin<L: Level>(self) -> Self;
    /// The cosine.
    fn cos<L: Level>(self) -> Self;
    /// The tangent.
    fn tan<L: Level>(self) -> Self;
    /// Whether `sin`, `cos` and `tan` take the short way that [`Near`](crate::kernel::level::Near) has them take: a magnitude below 2^15 in
    /// `f32`, 2^30 in `f64`.
    fn is_near(self) -> bool;
    /// sin(π x) / (π x), 1 at 0 (NumPy's sinc).
    fn sinc<L: Level>(self) -> Self;
    /// Degrees to radians.
    fn deg2rad<L: Level>(self) -> Self;
    /// Radians to degrees.
    fn rad2deg<L: Level>(self) -> Self;
    /// The inverse sine (NumPy's arcsin).
    fn asin<L: Level>(self) -> Self;
    /// The inverse cosine (NumPy's arccos).
    fn acos<L: Level>(self) -> Self;
    /// The inverse tangent (NumPy's arctan).
    fn atan<L: Level>(self) -> Self;
    /// The hyperbolic sine.
    fn sinh<L: Level>(self) -> Self;
    /// The hyperbolic cosine.
    fn cosh<L: Level>(self) -> Self;
    /// The hyperbolic tangent.
    fn tanh<L: Level>(self) -> Self;
    /// The inverse hyperbolic sine (NumPy's arcsinh).
    fn asinh<L: Level>(self) -> Self;
    /// The inverse hyperbolic cosine (NumPy's arccosh).
    fn acosh<L: Level>(self) -> Self;
    /// The inverse hyperbolic tangent (NumPy's arctanh).
    fn atanh<L: Level>(self) -> Self;
    /// 1 / (1 + e^-x).
    fn sigmoid<L: Level>(self) -> Self;
    /// log(1 + e^x).
    fn softplus<L: Level>(self) -> Self;
    /// log(1 / (1 + e^-x)).
    fn log_sigmoid<L: Level>(self) -> Self;
    /// The error function.
    fn erf<L: Level>(self) -> Self;
    /// 1 - erf(x), without cancellation.
    fn erfc<L: Level>(self) -> Self;
    /// The square root, correctly rounded.
    fn sqrt<L: Level>(self) -> Self;
    /// 1 / √x.
    fn rsqrt<L: Level>(self) -> Self;
    /// The cube root.
    fn cbrt<L: Level>(self) -> Self;
    /// x².
    fn square<L: Level>(self) -> Self;
    /// 1 / x.
    fn reciprocal<L: Level>(self) -> Self;
    /// The magnitude.
    fn abs<L: Level>(self) -> Self;
    /// -1, 0 or 1 (0 for -0 too), NaN for NaN.
    fn sign<L: Level>(self) -> Self;
    /// The largest integer not above x.
    fn floor<L: Level>(self) -> Self;
    /// The smallest integer not below x.
    fn ceil<L: Level>(self) -> Self;
    /// The integer part.
    fn trunc<L: Level>(self) -> Self;
    /// The nearest integer, ties to even.
    fn rint<L: Level>(self) -> Self;
    /// x^y with NumPy's and IEEE 754's special cases.
    fn power<L: Level>(self, exponent: Self) -> Self;
    /// The angle of the point (x, y), with y = self (NumPy's arctan2).
    fn atan2<L: Level>(self, x: Self) -> Self;
    /// √(x² + y²), without overflow.
    fn hypot<L: Level>(self, y: Self) -> Self;
    /// log(e^a + e^b).
    fn logaddexp<L: Level>(self, other: Self) -> Self;
    /// log2(2^a + 2^b).
    fn logaddexp2<L: Level>(self, other: Self) -> Self;
    /// The smaller; NaN where one is NaN.
    fn minimum<L: Level>(self, other: Self) -> Self;
    /// The larger; NaN where one is NaN.
    fn maximum<L: Level>(self, other: Self) -> Self;
    /// The smaller; the other where one is NaN.
    fn fmin<L: Level>(self, other: Self) -> Self;
    /// The larger; the other where one is NaN.
    fn fmax<L: Level>(self, other: Self) -> Self;
    /// The remainder of a / b with the sign of a, exact. Not vectorised.
    fn fmod<L: Level>(self, divisor: Self) -> Self;
    /// The remainder of a / b with the sign of b (Python's `%`). Not vectorised.
    fn remainder<L: Level>(self, divisor: Self) -> Self;
    /// ⌊a / b⌋ (Python's `//`). Not vectorised.
    fn floor_divide<L: Level>(self, divisor: Self) -> Self;
    /// The magnitude of self with the sign of the other.
    fn copysign<L: Level>(self, sign: Self) -> Self;
    /// 0 below 0, 1 above, `at_zero` at 0.
    fn heaviside<L: Level>(self, at_zero: Self) -> Self;
    /// The next float towards another.
    fn nextafter<L: Level>(self, towards: Self) -> Self;
    /// x^n for an integer n, by squaring; 1 / x^|n| where n < 0.
    fn powi<L: Level>(self, n: i32) -> Self;
    /// x between two limits, `minimum(maximum(x, low), high)`.
    fn clip<L: Level>(self, low: Self, high: Self) -> Self;
    /// x 2^n with one rounding.
    fn ldexp<L: Level>(self, n: i32) -> Self;
    /// (f, n) with x = f 2^n and ½ ≤ |f| < 1; 0, infinities and NaN with n = 0.
    fn frexp<L: Level>(self) -> (Self, i32);
}

/// Methods that forward to a family's function.
macro_rules! forward {
    ($($name:ident($($argument:ident)?) => $($path:ident)::+ $(<$lanes:tt>)?;)*) => {
        $(
            #[inline(always)]
            fn $name<L: Level>(self $(, $argument: Self)?) -> Self {
                $($path)::+::<L $(, $lanes)?>(self $(, $argument)?)
            }
        )*
    };
}

macro_rules! vector_math {
    ($float:ident, $module:ident, $hypot:ident, $near:ident) => {
        impl VectorMath for $float {
            #[inline(always)]
            fn is_near(self) -> bool {
                self.abs() < trigonometric::$near
            }
            forward! {
                exp() => exp::$module::exp;
                exp2() => exp::$module::exp2 <_>;
                exp10() => exp::$module::exp10;
                expm1() => exp::$module::expm1;
                exprel() => exp::$module::exprel;
                log() => log::$module::log <_>;
                log2() => log::$module::log2 <_>;
                log10() => log::$module::log10 <_>;
                log1p() => log::$module::log1p <_>;
                sin() => trigonometric::$module::sin;
                cos() => trigonometric::$module::cos;
                tan() => trigonometric::$module::tan;
                sinc() => trigonometric::$module::sinc;
                deg2rad() => degrees::$module::deg2rad;
                rad2deg() => degrees::$module::rad2deg;
                asin() => inverse_trigonometric::$module::asin;
                acos() => inverse_trigonometric::$module::acos;
                atan() => inverse_trigonometric::$module::atan;
                sinh() => hyperbolic::$module::sinh;
                cosh() => hyperbolic::$module::cosh;
                tanh() => hyperbolic::$module::tanh;
                asinh() => hyperbolic::$module::asinh <_>;
                acosh() => hyperbolic::$module::acosh <_>;
                atanh() => hyperbolic::$module::atanh;
                sigmoid() => logistic::$module::sigmoid;
                softplus() => logistic::$module::softplus;
                log_sigmoid() => logistic::$module::log_sigmoid;
                erf() => error_function::$module::erf;
                erfc() => error_function::$module::erfc;
                sqrt() => power::$module::sqrt;
                rsqrt() => power::$module::rsqrt;
                cbrt() => power::$module::cbrt;
                square() => power::$module::square;
                reciprocal() => power::$module::reciprocal;
                abs() => sign::$module::abs;
                sign() => sign::$module::sign;
                floor() => rounding::$module::floor;
                ceil() => rounding::$module::ceil;
                trunc() => rounding::$module::trunc;
                rint() => rounding::$module::rint;
                power(exponent) => power::$module::power;
                atan2(x) => inverse_trigonometric::$module::atan2;
                hypot(y) => power::$hypot;
                logaddexp(other) => logistic::$module::logaddexp;
                logaddexp2(other) => logistic::$module::logaddexp2;
                minimum(other) => extremum::$module::minimum;
                maximum(other) => extremum::$module::maximum;
                fmin(other) => extremum::$module::fmin;
                fmax(other) => extremum::$module::fmax;
                fmod(divisor) => remainder::$module::fmod;
                remainder(divisor) => remainder::$module::remainder;
                floor_divide(divisor) => remainder::$module::floor_divide;
                copysign(sign) => sign::$module::copysign;
                heaviside(at_zero) => sign::$module::heaviside;
                nextafter(towards) => representation::$module::nextafter;
            }
            #[inline(always)]
            fn powi<L: Level>(self, n: i32) -> Self {
                power::$module::powi::<L>(self, n)
            }
            #[inline(always)]
            fn clip<L: Level>(self, low: Self, high: Self) -> Self {
                extremum::$module::clip::<L>(self, low, high)
            }
            #[inline(always)]
            fn ldexp<L: Level>(self, n: i32) -> Self {
                representation::$module::ldexp::<L>(self, n)
            }
            #[inline(always)]
            fn frexp<L: Level>(self) -> (Self, i32) {
                representation::$module::frexp::<L>(self)
            }
        }
    };
}
vector_math!(f32, single, hypot_single, NEAR_SINGLE);
vector_math!(f64, double, hypot_double, NEAR_DOUBLE);

/// Functions that are written over [`Lanes`], on registers; `power` for what `are_regular` says.
#[cfg(target_arch = "x86_64")]
pub(crate) trait RegisterMath: Copy {
    fn log<L: Level>(self) -> Self;
    fn log2<L: Level>(self) -> Self;
    fn log10<L: Level>(self) -> Self;
    fn log1p<L: Level>(self) -> Self;
    fn asinh<L: Level>(self) -> Self;
    fn acosh<L: Level>(self) -> Self;
    fn exp2<L: Level>(self) -> Self;
    fn power<L: Level>(self, exponent: Self) -> Self;
}

#[cfg(target_arch = "x86_64")]
macro_rules! register_math {
    ($register:ident, $module:ident) => {
        impl RegisterMath for crate::kernel::lanes::$register {
            forward! {
                log() => log::$module::log <_>;
                log2() => log::$module::log2 <_>;
                log10() => log::$module::log10 <_>;
                log1p() => log::$module::log1p <_>;
                asinh() => hyperbolic::$module::asinh <_>;
                acosh() => hyperbolic::$module::acosh <_>;
                exp2() => exp::$module::exp2 <_>;
                power(exponent) => power::$module::regular_power <_>;
            }
        }
    };
}
#[cfg(target_arch = "x86_64")]
register_math!(Singles, single);
#[cfg(target_arch = "x86_64")]
register_math!(Doubles, double);
