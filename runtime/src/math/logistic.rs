//! The logistic function and its relatives: sigmoid, softplus, log_sigmoid, logaddexp and logaddexp2.

use super::arithmetic::select;
use crate::kernel::level::Level;

macro_rules! logistic {
    ($module:ident, $float:ident) => {
        pub(in crate::math) mod $module {
            use super::super::exp::$module::exp;
            use super::*;

            /// 1 / (1 + e^-x), from z = e^-|x|, so that nothing overflows and the far left tail stays exact.
            #[inline(always)]
            pub fn sigmoid<L: Level>(x: $float) -> $float {
                let z = exp::<L>(-x.abs());
                select(x < 0.0, z, 1.0) / (1.0 + z)
            }
        }
    };
}
logistic!(single, f32);
logistic!(double, f64);
