//! The error function and its complement: erf and erfc.
//!
//! Method: near 0, x + x P(x²). Elsewhere e^(-x²) P(t) / (1 + 2 x) with t = (x - 4) / (x + 4), after M. M. Shepherd and
//! J. G. Laframboise (Chebyshev approximation of (1 + 2x) exp(x²) erfc x, Mathematics of Computation 36, 1981), with
//! the rounding error of x² carried into the exponential.

use super::arithmetic::select;
use super::constants;
use crate::kernel::level::Level;

macro_rules! error_function {
    ($module:ident, $float:ident, limit: $limit:literal, end: $end:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::exp::$module::{Reduced, reduce};
            use super::constants::$module::*;
            use super::*;

            /// erfc of a magnitude.
            #[inline(always)]
            fn complement<L: Level>(x: $float) -> $float {
                let x = clamp(x, 0.0, $end);
                let (square, error) = two_product::<L>(x, x);
                let Reduced { n, head, tail } = reduce::<L>(-square, -error);
                let t = (x - 4.0) / (x + 4.0);
                let factor = polynomial::<L, _>(t, ERFC) / mul_add::<L>(2.0, x, 1.0);
                scale(mul_add::<L>(factor, head + tail, factor), n)
            }

            #[inline(always)]
            pub fn erf<L: Level>(x: $float) -> $float {
                let near = mul_add::<L>(x, polynomial::<L, _>(x * x, ERF), x);
                let far = with_sign(1.0 - complement::<L>(x.abs()), x);
                select(x.abs() < $limit, near, far)
            }

            #[inline(always)]
            pub fn erfc<L: Level>(x: $float) -> $float {
                let complement = complement::<L>(x.abs());
                select(x < 0.0, 2.0 - complement, complement)
            }
        }
    };
}
error_function!(single, f32, limit: 0.75, end: 11.0);
error_function!(double, f64, limit: 0.75, end: 28.0);
