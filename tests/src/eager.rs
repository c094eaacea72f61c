//! Eager functions beside the loops of `brain_jit::math`: some are written for registers, and all give the same bits.

use brain_jit::bm;
use ndarray::Array1;

/// A function of `bm`, over slices.
pub type Eager<T> = fn(&[T], &mut [T]);

macro_rules! eager_functions {
    ($($name:ident = $math:literal;)*) => {
        /// The functions of one argument: their names in `brain_jit::math`, and loops for each precision.
        pub fn eager_functions() -> Vec<(&'static str, Eager<f32>, Eager<f64>)> {
            vec![$((
                $math,
                |x, y| y.copy_from_slice(bm::$name(&Array1::from(x.to_vec())).as_slice().expect("in order")),
                |x, y| y.copy_from_slice(bm::$name(&Array1::from(x.to_vec())).as_slice().expect("in order")),
            )),*]
        }
    };
}
eager_functions! {
    exp = "exp"; exp2 = "exp2"; expm1 = "expm1"; exprel = "exprel"; log = "log"; log2 = "log2"; log10 = "log10";
    log1p = "log1p"; sin = "sin"; cos = "cos"; tan = "tan"; sinc = "sinc"; arcsin = "asin"; arccos = "acos";
    arctan = "atan"; sinh = "sinh"; cosh = "cosh"; tanh = "tanh"; arcsinh = "asinh"; arccosh = "acosh";
    arctanh = "atanh"; sigmoid = "sigmoid"; softplus = "softplus"; erf = "erf"; erfc = "erfc"; sqrt = "sqrt"; cbrt = "cbrt";
}
