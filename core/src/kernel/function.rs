//! Vector math by type, for code that is generic over [`Real`](super::Real).
//!
//! `VectorMath` cannot be a supertrait of `Real`: `x.exp()` on a generic `x` would then be ambiguous with
//! `num_traits::Float`. So each function is a type here, and `Real` calls it.

use super::level::{Dispatch, Level, dispatch};
use crate::math::VectorMath;

/// A function of one number.
pub trait Function1 {
    /// For `f32`.
    fn f32<L: Level>(x: f32) -> f32;
    /// For `f64`.
    fn f64<L: Level>(x: f64) -> f64;
}

/// A function of two numbers.
pub trait Function2 {
    /// For `f32`.
    fn f32<L: Level>(x: f32, y: f32) -> f32;
    /// For `f64`.
    fn f64<L: Level>(x: f64, y: f64) -> f64;
}

/// Vector math on a generic float.
pub trait Functions: Copy {
    /// One argument.
    fn call1<L: Level, F: Function1>(self) -> Self;
    /// Two arguments.
    fn call2<L: Level, F: Function2>(self, other: Self) -> Self;
    /// Whether `sin`, `cos` and `tan` have their short way: see [`Near`](super::level::Near).
    fn is_near(self) -> bool;
    /// An integer power.
    fn power_integer<L: Level>(self, exponent: i32) -> Self;
}

macro_rules! functions {
    ($($type:ident)*) => {$(
        impl Functions for $type {
            #[inline(always)]
            fn call1<L: Level, F: Function1>(self) -> Self {
                F::$type::<L>(self)
            }
            #[inline(always)]
            fn call2<L: Level, F: Function2>(self, other: Self) -> Self {
                F::$type::<L>(self, other)
            }
            #[inline(always)]
            fn is_near(self) -> bool {
                VectorMath::is_near(self)
            }
            #[inline(always)]
            fn power_integer<L: Level>(self, exponent: i32) -> Self {
                VectorMath::powi::<L>(self, exponent)
            }
        }
    )*};
}
functions!(f32 f64);

macro_rules! unary {
    ($($name:ident)*) => {$(
        #[allow(non_camel_case_types)]
        #[doc = concat!("`", stringify!($name), "` of `VectorMath`.")]
        pub struct $name;
        impl Function1 for $name {
            #[inline(always)]
            fn f32<L: Level>(x: f32) -> f32 {
                VectorMath::$name::<L>(x)
            }
            #[inline(always)]
            fn f64<L: Level>(x: f64) -> f64 {
                VectorMath::$name::<L>(x)
            }
        }
    )*};
}

macro_rules! binary {
    ($($name:ident)*) => {$(
        #[allow(non_camel_case_types)]
        #[doc = concat!("`", stringify!($name), "` of `VectorMath`.")]
        pub struct $name;
        impl Function2 for $name {
            #[inline(always)]
            fn f32<L: Level>(x: f32, y: f32) -> f32 {
                VectorMath::$name::<L>(x, y)
            }
            #[inline(always)]
            fn f64<L: Level>(x: f64, y: f64) -> f64 {
                VectorMath::$name::<L>(x, y)
            }
        }
    )*};
}

crate::math::for_each_unary!(unary!());
crate::math::for_each_binary!(binary!());

/// One scalar through a function, at the SIMD level of this process: the bits that a kernel would give.
pub fn scalar1<F: Function1, T: Functions>(x: T) -> T {
    struct Call<F, T>(T, std::marker::PhantomData<F>);
    impl<F: Function1, T: Functions> Dispatch for Call<F, T> {
        type Output = T;
        #[inline(always)]
        fn run<L: Level>(self) -> T {
            self.0.call1::<L, F>()
        }
    }
    dispatch(Call::<F, T>(x, std::marker::PhantomData))
}

/// Two scalars through a function.
pub fn scalar2<F: Function2, T: Functions>(x: T, y: T) -> T {
    struct Call<F, T>(T, T, std::marker::PhantomData<F>);
    impl<F: Function2, T: Functions> Dispatch for Call<F, T> {
        type Output = T;
        #[inline(always)]
        fn run<L: Level>(self) -> T {
            self.0.call2::<L, F>(self.1)
        }
    }
    dispatch(Call::<F, T>(x, y, std::marker::PhantomData))
}

/// A scalar to an integer power.
pub fn scalar_powi<T: Functions>(x: T, exponent: i32) -> T {
    struct Call<T>(T, i32);
    impl<T: Functions> Dispatch for Call<T> {
        type Output = T;
        #[inline(always)]
        fn run<L: Level>(self) -> T {
            self.0.power_integer::<L>(self.1)
        }
    }
    dispatch(Call(x, exponent))
}
