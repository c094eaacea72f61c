//! Elementwise functions of `f32` and `f64`: one loop a function and SIMD level, compiled once in this crate.
//!
//! The scalar functions are those of `crate::math`, which compiled methods use too; a scalar argument goes through the
//! same level as an array.

use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, IxDyn};

use super::elementwise::stretch;
use super::shape::broadcast;
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::{In, InOut, Kernel, New, Real, Site, launch};
use crate::math::VectorMath;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// A function of one number, at a SIMD level.
trait Function<T> {
    fn call<L: Level>(x: T) -> T;
}

/// A function of two numbers, at a SIMD level.
trait Function2<T> {
    fn call<L: Level>(x: T, y: T) -> T;
}

/// Scalar operations an element, for the decision whether threads are worth their while.
const COST: usize = 20;

static SITE: Site = Site { method: "bm", statement: "an elementwise function", operands: &["x", "y"] };

struct Map<F>(PhantomData<F>);

impl<T: Real, F: Function<T> + Sync> Kernel<(New<T, IxDyn>, In<'_, T>)> for Map<F> {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x): (&mut [MaybeUninit<T>], &[T])) {
        let (out, x) = (&mut out[..n], &x[..n]);
        for i in 0..n {
            out[i] = MaybeUninit::new(F::call::<L>(x[i]));
        }
    }
}

impl<T: Real, F: Function<T> + Sync> Kernel<(InOut<'_, T>,)> for Map<F> {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x,): (&mut [T],)) {
        for x in &mut x[..n] {
            *x = F::call::<L>(*x);
        }
    }
}

impl<T: Real, F: Function2<T> + Sync> Kernel<(New<T, IxDyn>, In<'_, T>, In<'_, T>)> for Map<F> {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x, y): (&mut [MaybeUninit<T>], &[T], &[T])) {
        let (out, x, y) = (&mut out[..n], &x[..n], &y[..n]);
        for i in 0..n {
            out[i] = MaybeUninit::new(F::call::<L>(x[i], y[i]));
        }
    }
}

impl<T: Real, F: Function2<T> + Sync> Kernel<(InOut<'_, T>, In<'_, T>)> for Map<F> {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, y): (&mut [T], &[T])) {
        let (x, y) = (&mut x[..n], &y[..n]);
        for i in 0..n {
            x[i] = F::call::<L>(x[i], y[i]);
        }
    }
}

struct Once<F, A>(A, PhantomData<F>);

impl<T, F: Function<T>> Dispatch for Once<F, (T,)> {
    type Output = T;
    #[inline(always)]
    fn run<L: Level>(self) -> T {
        F::call::<L>(self.0.0)
    }
}

impl<T, F: Function2<T>> Dispatch for Once<F, (T, T)> {
    type Output = T;
    #[inline(always)]
    fn run<L: Level>(self) -> T {
        F::call::<L>(self.0.0, self.0.1)
    }
}

fn mapped<T: Real, F: Function<T> + Sync>(x: ArrayViewD<'_, T>) -> ArrayD<T> {
    let shape = x.shape().to_vec();
    launch(&SITE, COST, (New::with_shape(&shape), In::array(x)), &Map::<F>(PhantomData)).0
}

fn updated<T: Real, F: Function<T> + Sync>(x: ArrayViewMutD<'_, T>) {
    launch(&SITE, COST, (InOut::array(x),), &Map::<F>(PhantomData));
}

fn mapped2<T: Real, F: Function2<T> + Sync>(function: &str, x: ArrayViewD<'_, T>, y: ArrayViewD<'_, T>) -> ArrayD<T> {
    let shape = broadcast(function, &[x.shape(), y.shape()]);
    launch(&SITE, COST, (New::with_shape(&shape), In::array(x), In::array(y)), &Map::<F>(PhantomData)).0
}

fn updated2<T: Real, F: Function2<T> + Sync>(function: &str, x: ArrayViewMutD<'_, T>, y: ArrayViewD<'_, T>) {
    stretch(function, &y, x.shape());
    launch(&SITE, COST, (InOut::array(x), In::array(y)), &Map::<F>(PhantomData));
}

/// `f32` and `f64`, by the function's name.
pub trait Vector: Sized {
    /// A function of one number.
    fn unary(function: Unary, x: Self) -> Self;
    /// A function of each element.
    fn unary_array(function: Unary, x: ArrayViewD<'_, Self>) -> ArrayD<Self>;
    /// A function of each element, in place.
    fn unary_inplace(function: Unary, x: ArrayViewMutD<'_, Self>);
    /// A function of two numbers.
    fn binary(function: Binary, x: Self, y: Self) -> Self;
    /// A function of each pair of elements; the arrays broadcast.
    fn binary_array(function: Binary, x: ArrayViewD<'_, Self>, y: ArrayViewD<'_, Self>) -> ArrayD<Self>;
    /// A function of each pair of elements, written over the first, to which the second broadcasts.
    fn binary_inplace(function: Binary, x: ArrayViewMutD<'_, Self>, y: ArrayViewD<'_, Self>);
}

macro_rules! functions {
    (
        unary { $($one:ident |$x:ident, $t:ident, $l:ident| $value:expr;)* }
        binary { $($two:ident |$x2:ident, $y2:ident, $t2:ident, $l2:ident| $value2:expr;)* }
    ) => {
        /// The functions of one number.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)]
        pub enum Unary { $($one),* }

        /// The functions of two numbers.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)]
        pub enum Binary { $($two),* }

        mod one {
            $(pub struct $one;)*
        }
        mod two {
            $(pub struct $two;)*
        }
        $(
            impl<$t: Real + VectorMath> Function<$t> for one::$one {
                #[inline(always)]
                fn call<$l: Level>($x: $t) -> $t { $value }
            }
        )*
        $(
            impl<$t2: Real + VectorMath> Function2<$t2> for two::$two {
                #[inline(always)]
                fn call<$l2: Level>($x2: $t2, $y2: $t2) -> $t2 { $value2 }
            }
        )*
        functions!(@type f32: $($one)*; $($two)*);
        functions!(@type f64: $($one)*; $($two)*);
    };
    (@type $t:ident: $($one:ident)*; $($two:ident)*) => {
        impl Vector for $t {
            fn unary(function: Unary, x: $t) -> $t {
                match function { $(Unary::$one => dispatch(Once::<one::$one, _>((x,), PhantomData)),)* }
            }
            fn unary_array(function: Unary, x: ArrayViewD<'_, $t>) -> ArrayD<$t> {
                match function { $(Unary::$one => mapped::<$t, one::$one>(x),)* }
            }
            fn unary_inplace(function: Unary, x: ArrayViewMutD<'_, $t>) {
                match function { $(Unary::$one => updated::<$t, one::$one>(x),)* }
            }
            fn binary(function: Binary, x: $t, y: $t) -> $t {
                match function { $(Binary::$two => dispatch(Once::<two::$two, _>((x, y), PhantomData)),)* }
            }
            fn binary_array(function: Binary, x: ArrayViewD<'_, $t>, y: ArrayViewD<'_, $t>) -> ArrayD<$t> {
                match function { $(Binary::$two => mapped2::<$t, two::$two>(stringify!($two), x, y),)* }
            }
            fn binary_inplace(function: Binary, x: ArrayViewMutD<'_, $t>, y: ArrayViewD<'_, $t>) {
                match function { $(Binary::$two => updated2::<$t, two::$two>(stringify!($two), x, y),)* }
            }
        }
    };
}

fn constant<T: Real>(value: f64) -> T {
    <T as Real>::from_f64(value)
}

functions! {
    unary {
    Exp |x, T, L| VectorMath::exp::<L>(x);
    Exp2 |x, T, L| VectorMath::exp2::<L>(x);
    Expm1 |x, T, L| VectorMath::expm1::<L>(x);
    Exprel |x, T, L| VectorMath::exprel::<L>(x);
    Log |x, T, L| VectorMath::log::<L>(x);
    Log2 |x, T, L| VectorMath::log2::<L>(x);
    Log10 |x, T, L| VectorMath::log10::<L>(x);
    Log1p |x, T, L| VectorMath::log1p::<L>(x);
    Sin |x, T, L| VectorMath::sin::<L>(x);
    Cos |x, T, L| VectorMath::cos::<L>(x);
    Tan |x, T, L| VectorMath::tan::<L>(x);
    Sinc |x, T, L| VectorMath::sinc::<L>(x);
    Deg2rad |x, T, L| VectorMath::deg2rad::<L>(x);
    Rad2deg |x, T, L| VectorMath::rad2deg::<L>(x);
    Arcsin |x, T, L| VectorMath::asin::<L>(x);
    Arccos |x, T, L| VectorMath::acos::<L>(x);
    Arctan |x, T, L| VectorMath::atan::<L>(x);
    Sinh |x, T, L| VectorMath::sinh::<L>(x);
    Cosh |x, T, L| VectorMath::cosh::<L>(x);
    Tanh |x, T, L| VectorMath::tanh::<L>(x);
    Arcsinh |x, T, L| VectorMath::asinh::<L>(x);
    Arccosh |x, T, L| VectorMath::acosh::<L>(x);
    Arctanh |x, T, L| VectorMath::atanh::<L>(x);
    Erf |x, T, L| VectorMath::erf::<L>(x);
    Erfc |x, T, L| VectorMath::erfc::<L>(x);
    Sqrt |x, T, L| VectorMath::sqrt::<L>(x);
    Cbrt |x, T, L| VectorMath::cbrt::<L>(x);
    Rint |x, T, L| VectorMath::rint::<L>(x);
    Fabs |x, T, L| VectorMath::abs::<L>(x);
    Sigmoid |x, T, L| VectorMath::sigmoid::<L>(x);
    Softplus |x, T, L| VectorMath::softplus::<L>(x);
    LogSigmoid |x, T, L| VectorMath::log_sigmoid::<L>(x);
    Relu |x, T, L| VectorMath::maximum::<L>(x, constant(0.0));
    Relu6 |x, T, L| VectorMath::minimum::<L>(VectorMath::maximum::<L>(x, constant(0.0)), constant(6.0));
    Silu |x, T, L| x * VectorMath::sigmoid::<L>(x);
    Elu |x, T, L| exponential_unit::<T, L>(x, constant(1.0));
    Selu |x, T, L| constant::<T>(SELU_SCALE) * exponential_unit::<T, L>(x, constant(SELU_ALPHA));
    Gelu |x, T, L| x * (constant::<T>(0.5) * (constant::<T>(1.0) + VectorMath::tanh::<L>(
        constant::<T>(SQRT_2_OVER_PI) * (x + constant::<T>(0.044715) * (x * x * x)))));
    GeluExact |x, T, L| x * (constant::<T>(0.5) * VectorMath::erfc::<L>(
        constant::<T>(-std::f64::consts::FRAC_1_SQRT_2) * x));
    Mish |x, T, L| x * VectorMath::tanh::<L>(VectorMath::softplus::<L>(x));
    HardSigmoid |x, T, L| hard_sigmoid::<T, L>(x);
    HardSilu |x, T, L| x * hard_sigmoid::<T, L>(x);
    SoftSign |x, T, L| x / (constant::<T>(1.0) + VectorMath::abs::<L>(x));
    TanhShrink |x, T, L| x - VectorMath::tanh::<L>(x);
    LeakyRelu |x, T, L| if x >= constant(0.0) { x } else { constant::<T>(0.01) * x };
    HardTanh |x, T, L| VectorMath::minimum::<L>(VectorMath::maximum::<L>(x, constant(-1.0)), constant(1.0));
    Square |x, T, L| x * x;
    Negative |x, T, L| -x;
    Reciprocal |x, T, L| constant::<T>(1.0) / x;
    Sign |x, T, L| VectorMath::sign::<L>(x);
    Floor |x, T, L| VectorMath::floor::<L>(x);
    Ceil |x, T, L| VectorMath::ceil::<L>(x);
    Trunc |x, T, L| VectorMath::trunc::<L>(x);
    }
    binary {
    Add |x, y, T, L| x + y;
    Subtract |x, y, T, L| x - y;
    Multiply |x, y, T, L| x * y;
    Divide |x, y, T, L| x / y;
    FloorDivide |x, y, T, L| VectorMath::floor_divide::<L>(x, y);
    Remainder |x, y, T, L| VectorMath::remainder::<L>(x, y);
    Fmod |x, y, T, L| VectorMath::fmod::<L>(x, y);
    Power |x, y, T, L| VectorMath::power::<L>(x, y);
    Maximum |x, y, T, L| VectorMath::maximum::<L>(x, y);
    Minimum |x, y, T, L| VectorMath::minimum::<L>(x, y);
    Fmax |x, y, T, L| VectorMath::fmax::<L>(x, y);
    Fmin |x, y, T, L| VectorMath::fmin::<L>(x, y);
    Arctan2 |x, y, T, L| VectorMath::atan2::<L>(x, y);
    Hypot |x, y, T, L| VectorMath::hypot::<L>(x, y);
    Logaddexp |x, y, T, L| VectorMath::logaddexp::<L>(x, y);
    Logaddexp2 |x, y, T, L| VectorMath::logaddexp2::<L>(x, y);
    Copysign |x, y, T, L| VectorMath::copysign::<L>(x, y);
    }
}

/// √(2 / π), for the approximation of the Gaussian error unit.
const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;
/// Scale and slope of the self-normalising unit, Klambauer et al. (2017).
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;

#[inline(always)]
fn exponential_unit<T: Real + VectorMath, L: Level>(x: T, alpha: T) -> T {
    let below = alpha * VectorMath::expm1::<L>(x);
    if x > constant(0.0) { x } else { below }
}

#[inline(always)]
fn hard_sigmoid<T: Real + VectorMath, L: Level>(x: T) -> T {
    let shifted = VectorMath::maximum::<L>(x + constant::<T>(3.0), constant(0.0));
    VectorMath::minimum::<L>(shifted, constant(6.0)) / constant::<T>(6.0)
}
