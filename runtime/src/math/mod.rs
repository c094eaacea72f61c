//! Vector math: NumPy's elementwise functions for f32 and f64 as branch-free scalar code.
//!
//! Every function is inlined into the loop that calls it, and LLVM vectorises that loop at the SIMD level `L` that the
//! loop was compiled for. A function gives the same bits at one level wherever it is called, in vector lanes or not;
//! between levels with and without FMA the bits may differ within the stated bound.
//!
//! `derive/` holds the scripts that computed the constants.

mod arithmetic;
mod constants;
mod exp;
mod hyperbolic;
mod log;
mod logistic;
mod trigonometric;

use crate::kernel::level::Level;

/// The elementwise functions of one argument, as `name` in NumPy's spelling; every one is a method of [`VectorMath`].
#[macro_export]
#[doc(hidden)]
macro_rules! __for_each_unary_function {
    ($callback:ident!($($arguments:tt)*)) => {
        $callback! { $($arguments)* exp exp2 exp10 expm1 exprel log log2 log10 log1p tanh sigmoid sin cos sqrt abs }
    };
}

/// Elementwise functions at the SIMD level `L`.
///
/// ```
/// use brain_jit::kernel::level::Baseline;
/// use brain_jit::math::VectorMath;
/// assert_eq!(0.0_f32.exp::<Baseline>(), 1.0);
/// ```
pub trait VectorMath: Copy {
    /// e^x, within 1 ULP.
    fn exp<L: Level>(self) -> Self;
    /// 2^x, within 1 ULP.
    fn exp2<L: Level>(self) -> Self;
    /// 10^x, within 1 ULP.
    fn exp10<L: Level>(self) -> Self;
    /// e^x - 1, exact near 0; within 1 ULP.
    fn expm1<L: Level>(self) -> Self;
    /// (e^x - 1) / x, 1 at 0 (SciPy's exprel); within 2 ULP.
    fn exprel<L: Level>(self) -> Self;
    /// The natural logarithm, within 1 ULP.
    fn log<L: Level>(self) -> Self;
    /// The logarithm to base 2, within 1 ULP.
    fn log2<L: Level>(self) -> Self;
    /// The logarithm to base 10, within 1 ULP.
    fn log10<L: Level>(self) -> Self;
    /// log(1 + x), exact near 0; within 1 ULP.
    fn log1p<L: Level>(self) -> Self;
    /// The hyperbolic tangent, within 2 ULP.
    fn tanh<L: Level>(self) -> Self;
    /// 1 / (1 + e^-x), within 2 ULP.
    fn sigmoid<L: Level>(self) -> Self;
    /// The sine, within 2 ULP for every argument.
    fn sin<L: Level>(self) -> Self;
    /// The cosine, within 2 ULP for every argument.
    fn cos<L: Level>(self) -> Self;
    /// The square root, correctly rounded.
    fn sqrt<L: Level>(self) -> Self;
    /// The magnitude.
    fn abs<L: Level>(self) -> Self;
}

/// Methods of one argument that forward to a family's function at the level.
macro_rules! forward_unary {
    ($($name:ident => $($path:ident)::+;)*) => {
        $(
            #[inline(always)]
            fn $name<L: Level>(self) -> Self {
                $($path)::+::<L>(self)
            }
        )*
    };
}

macro_rules! vector_math {
    ($float:ident, $module:ident) => {
        impl VectorMath for $float {
            forward_unary! {
                exp => exp::$module::exp;
                exp2 => exp::$module::exp2;
                exp10 => exp::$module::exp10;
                expm1 => exp::$module::expm1;
                exprel => exp::$module::exprel;
                log => log::$module::log;
                log2 => log::$module::log2;
                log10 => log::$module::log10;
                log1p => log::$module::log1p;
                tanh => hyperbolic::$module::tanh;
                sigmoid => logistic::$module::sigmoid;
                sin => trigonometric::$module::sin;
                cos => trigonometric::$module::cos;
            }
            #[inline(always)]
            fn sqrt<L: Level>(self) -> Self {
                self.sqrt()
            }
            #[inline(always)]
            fn abs<L: Level>(self) -> Self {
                self.abs()
            }
        }
    };
}
vector_math!(f32, single);
vector_math!(f64, double);
