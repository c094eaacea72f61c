//! Hyperbolic functions.

use crate::kernel::level::Level;

macro_rules! hyperbolic {
    ($module:ident, $float:ident, tanh: $tanh_limit:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::super::exp::$module::expm1;
            use super::*;

            /// t / (t + 2) with t = e^(2 |x|) - 1, which loses no digits anywhere.
            #[inline(always)]
            pub fn tanh<L: Level>(x: $float) -> $float {
                let t = expm1::<L>(2.0 * clamp(x.abs(), 0.0, $tanh_limit));
                with_sign(t / (t + 2.0), x)
            }
        }
    };
}
hyperbolic!(single, f32, tanh: 10.0);
hyperbolic!(double, f64, tanh: 22.0);
