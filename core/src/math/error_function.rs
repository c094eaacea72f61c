//! The error function and its complement: erf and erfc.
//!
//! Method: near 0, x + x P(x²). Elsewhere e^(-x²) (5/4 + P(t)) / (1 + 2 x) with t = (x - 4) / (x + 4), after M. M. Shepherd and
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
                let Reduced { n, head, tail } = reduce::<L, _>(-square, -error);
                let t = (x - 4.0) / (x + 4.0);
                let (numerator, numerator_low) = fast_two_sum(1.25, polynomial::<L, _, _>(t, ERFC));
                let (denominator, denominator_low) = two_sum(2.0 * x, 1.0);
                let inverse = 1.0 / denominator;
                let factor = numerator * inverse;
                // The errors of numerator, denominator, inverse and product, to first order.
                let (product, product_low) = two_product::<L>(factor, denominator);
                let residual = (numerator - product)
                    + (numerator_low - product_low - factor * denominator_low);
                let low = mul_add::<L>(residual, inverse, factor * (head + tail));
                scale(factor + low, n)
            }

            #[inline(always)]
            pub fn erf<L: Level>(x: $float) -> $float {
                let near = mul_add::<L>(x, polynomial::<L, _, _>(x * x, ERF), x);
                let far = with_sign(1.0 - complement::<L>(x.abs()), x);
                select(x.abs() < $limit, near, far)
            }

            #[inline(always)]
            pub fn erfc<L: Level>(x: $float) -> $float {
                let (base, error) = fast_two_sum(1.0, -x);
                let near = base + (error - x * polynomial::<L, _, _>(x * x, ERF));
                let complement = complement::<L>(x.abs());
                let far = select(x < 0.0, 2.0 - complement, complement);
                select(x.abs() < $limit, near, far)
            }
        }
    };
}
error_function!(single, f32, limit: 0.75, end: 11.0);
error_function!(double, f64, limit: 0.75, end: 28.0);
