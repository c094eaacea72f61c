//! Vector math on single numbers, with the bits that a kernel gives.

use crate::kernel::function::{self, Functions, scalar_powi, scalar1, scalar2};

macro_rules! unary {
    ($($name:ident)*) => {$(
        #[doc = concat!("`", stringify!($name), "` of one number.")]
        #[inline]
        pub fn $name<T: Functions>(x: T) -> T {
            scalar1::<function::$name, T>(x)
        }
    )*};
}

macro_rules! binary {
    ($($name:ident)*) => {$(
        #[doc = concat!("`", stringify!($name), "` of two numbers.")]
        #[inline]
        pub fn $name<T: Functions>(x: T, y: T) -> T {
            scalar2::<function::$name, T>(x, y)
        }
    )*};
}

crate::math::for_each_unary!(unary!());
crate::math::for_each_binary!(binary!());

/// A number to an integer power.
#[inline]
pub fn powi<T: Functions>(x: T, exponent: i32) -> T {
    scalar_powi(x, exponent)
}
