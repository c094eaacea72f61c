//! Vector math by type, for code that is generic over [`Real`](super::Real).
//!
//! `VectorMath` cannot be a supertrait of `Real`: `x.exp()` on a generic `x` would then be ambiguous with
//! `num_traits::Float`. So each function is a type here, and `Real` calls it.

#[cfg(target_arch = "x86_64")]
use super::lanes::{self, Doubles, Singles};
use super::level::{Dispatch, Level, dispatch, has_registers};
use super::map::to_write;
#[cfg(target_arch = "x86_64")]
use crate::math::RegisterMath;
use crate::math::VectorMath;
use std::mem::MaybeUninit;

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

/// A function of one number that is written for AVX-512's registers, too: with the same bits.
pub trait InRegisters1: Function1 {
    /// Writes the function of each number, in registers where the level has them.
    fn each_f32<L: Level>(x: &[f32], out: &mut [MaybeUninit<f32>]);
    /// As above.
    fn each_f64<L: Level>(x: &[f64], out: &mut [MaybeUninit<f64>]);
}

/// A function of two numbers that is written for AVX-512's registers, too: with the same bits.
pub trait InRegisters2: Function2 {
    /// Writes the function of each pair, in registers where the level has them.
    fn each_f32<L: Level>(x: &[f32], y: &[f32], out: &mut [MaybeUninit<f32>]);
    /// As above.
    fn each_f64<L: Level>(x: &[f64], y: &[f64], out: &mut [MaybeUninit<f64>]);
}

/// Vector math on a generic float.
pub trait Functions: Copy {
    /// One argument.
    fn call1<L: Level, F: Function1>(self) -> Self;
    /// Two arguments.
    fn call2<L: Level, F: Function2>(self, other: Self) -> Self;
    /// Writes a function of each number.
    fn each1<L: Level, F: InRegisters1>(x: &[Self], out: &mut [MaybeUninit<Self>]);
    /// Writes a function of each pair of numbers.
    fn each2<L: Level, F: InRegisters2>(x: &[Self], y: &[Self], out: &mut [MaybeUninit<Self>]);
    /// Whether `sin`, `cos` and `tan` have their short way: see [`Near`](super::level::Near).
    fn is_near(self) -> bool;
    /// An integer power.
    fn power_integer<L: Level>(self, exponent: i32) -> Self;
}

macro_rules! functions {
    ($($type:ident $each:ident)*) => {$(
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
            fn each1<L: Level, F: InRegisters1>(x: &[Self], out: &mut [MaybeUninit<Self>]) {
                F::$each::<L>(x, out)
            }
            #[inline(always)]
            fn each2<L: Level, F: InRegisters2>(x: &[Self], y: &[Self], out: &mut [MaybeUninit<Self>]) {
                F::$each::<L>(x, y, out)
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
functions!(f32 each_f32 f64 each_f64);

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

macro_rules! in_registers {
    ($trait:ident by $map:ident $operands:tt: $($name:ident)*) => {$(
        impl $trait for $name {
            in_registers!(@ $name $map $operands each_f32 f32 Singles);
            in_registers!(@ $name $map $operands each_f64 f64 Doubles);
        }
    )*};
    (@ $name:ident map1 ($x:ident) $each:ident $t:ident $register:ident) => {
        #[inline(always)]
        fn $each<L: Level>($x: &[$t], out: &mut [MaybeUninit<$t>]) {
            #[cfg(target_arch = "x86_64")]
            if has_registers::<L>() {
                return lanes::map1(
                    $x,
                    out,
                    #[inline(always)]
                    |x: $register| RegisterMath::$name::<L>(x),
                );
            }
            for (x, out) in $x.iter().zip(out) {
                out.write(Self::$t::<L>(*x));
            }
        }
    };
    (@ $name:ident map2 ($x:ident $y:ident) $each:ident $t:ident $register:ident) => {
        #[inline(always)]
        fn $each<L: Level>($x: &[$t], $y: &[$t], out: &mut [MaybeUninit<$t>]) {
            #[cfg(target_arch = "x86_64")]
            if has_registers::<L>() {
                return lanes::map2(
                    $x,
                    $y,
                    out,
                    #[inline(always)]
                    |x: $register, y| RegisterMath::$name::<L>(x, y),
                    #[inline(always)]
                    |x, y| Self::$t::<L>(x, y),
                );
            }
            for ((x, y), out) in $x.iter().zip($y).zip(out) {
                out.write(Self::$t::<L>(*x, *y));
            }
        }
    };
}

in_registers!(InRegisters1 by map1 (x): exp2 log log2 log10 log1p asinh acosh);
in_registers!(InRegisters2 by map2 (x y): power);

/// Whether a loop at this level should be cut into parts, between which functions run in registers.
#[inline(always)]
pub fn in_parts<L: Level>(n: usize) -> bool {
    const FEW: usize = 64;
    n >= FEW && has_registers::<L>()
}

/// Writes a function of each number.
#[inline(always)]
pub fn each1<L: Level, F: InRegisters1, T: Functions>(x: &[T], out: &mut [T]) {
    T::each1::<L, F>(x, to_write(out));
}

/// Writes a function of each pair of numbers.
#[inline(always)]
pub fn each2<L: Level, F: InRegisters2, T: Functions>(x: &[T], y: &[T], out: &mut [T]) {
    T::each2::<L, F>(x, y, to_write(out));
}

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
