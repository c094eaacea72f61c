//! Elementwise functions of `f32` and `f64`: one loop a function and SIMD level, compiled once in this crate.
//!
//! The scalar functions are those of `crate::math`, which compiled methods use too; a scalar argument goes through the
//! same level as an array.

use ndarray::{Array1, ArrayD, ArrayViewD, ArrayViewMutD, Ix1, IxDyn};

use super::elementwise::stretch;
use super::shape::broadcast;
use crate::kernel::function::{self, Functions};
use crate::kernel::level::{Dispatch, Level, Near, dispatch, has_registers};
use crate::kernel::map::{Loop1, Loop2, Map1, Map2, to_write};
use crate::kernel::{In, InOut, Kernel, MAX_RANK, New, Out, Real, Site, launch};
use crate::math::VectorMath;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// `f32` and `f64`: the loops of each function.
pub trait Vector: Real {
    /// The loop of a function of one number.
    #[doc(hidden)]
    fn loop1(function: Unary) -> Loop1<Self>;
    /// The loop of a function of two numbers.
    #[doc(hidden)]
    fn loop2(function: Binary) -> Loop2<Self>;
}

/// A function of one number, at a SIMD level.
trait Function1<T> {
    /// Whether [`Near`] arguments have a short way.
    const NEAR: bool = false;
    fn call<L: Level>(x: T) -> T;
    /// Whether the level has registers that the function is written for; writes its values if so, the same bits.
    #[inline(always)]
    fn on_registers<L: Level>(_x: &[T], _out: &mut [MaybeUninit<T>]) -> bool {
        false
    }
}

/// A function of two numbers, at a SIMD level.
trait Function2<T> {
    fn call<L: Level>(x: T, y: T) -> T;
    /// As [`Function1::on_registers`].
    #[inline(always)]
    fn on_registers<L: Level>(_x: &[T], _y: &[T], _out: &mut [MaybeUninit<T>]) -> bool {
        false
    }
}

struct Slices1<'a, T, F>(&'a [T], &'a mut [MaybeUninit<T>], PhantomData<F>);

impl<T: Real, F: Function1<T>> Dispatch for Slices1<'_, T, F> {
    type Output = ();
    #[inline(always)]
    fn run<L: Level>(self) {
        if F::on_registers::<L>(self.0, self.1) {
            return;
        }
        if !F::NEAR {
            return map::<L, T, F>(self.0, self.1);
        }
        for (x, out) in self.0.chunks(PART).zip(self.1.chunks_mut(PART)) {
            if x.iter().fold(true, |near, x| near & Functions::is_near(*x)) {
                map::<Near<L>, T, F>(x, out);
            } else {
                map::<L, T, F>(x, out);
            }
        }
    }
}

/// Elements whose arguments are looked at together.
const PART: usize = 512;

// Parameters and not fields: LLVM knows then that the slices do not overlap.
#[inline(always)]
fn map<L: Level, T: Copy, F: Function1<T>>(x: &[T], out: &mut [MaybeUninit<T>]) {
    for (x, out) in x.iter().zip(out) {
        out.write(F::call::<L>(*x));
    }
}

struct Slices2<'a, T, F>(&'a [T], &'a [T], &'a mut [MaybeUninit<T>], PhantomData<F>);

impl<T: Real, F: Function2<T>> Dispatch for Slices2<'_, T, F> {
    type Output = ();
    #[inline(always)]
    fn run<L: Level>(self) {
        #[inline(always)]
        fn map<L: Level, T: Copy, F: Function2<T>>(x: &[T], y: &[T], out: &mut [MaybeUninit<T>]) {
            for ((x, y), out) in x.iter().zip(y).zip(out) {
                out.write(F::call::<L>(*x, *y));
            }
        }
        if !F::on_registers::<L>(self.0, self.1, self.2) {
            map::<L, T, F>(self.0, self.1, self.2);
        }
    }
}

/// Scalar operations an element, for the decision whether threads are worth their while.
const COST: usize = 20;

static SITE: Site = Site {
    method: "bm",
    statement: "an elementwise function",
    operands: &["out", "x", "y"],
};

/// A function of one number.
pub fn unary<T: Vector>(function: Unary, x: T) -> T {
    let mut out = [T::ZERO];
    T::loop1(function)(&[x], to_write(&mut out));
    out[0]
}

/// A function of each element.
pub fn unary_array<T: Vector>(function: Unary, x: ArrayViewD<'_, T>) -> ArrayD<T> {
    let kernel = Map1(T::loop1(function));
    if let Some(elements) = x.as_slice() {
        let operands = (New::<T, Ix1>::new(), In::slice(elements));
        return shaped(launch(&SITE, COST, operands, &kernel).0, x.shape());
    }
    if x.ndim() > MAX_RANK {
        return unary_array(function, x.as_standard_layout().view());
    }
    let operands = (New::<T, IxDyn>::new(), In::array(x));
    launch(&SITE, COST, operands, &kernel).0
}

/// The elements in a shape of as many.
fn shaped<T>(elements: Array1<T>, shape: &[usize]) -> ArrayD<T> {
    elements
        .into_shape_with_order(IxDyn(shape))
        .expect("one result an element")
}

/// A function of each element, in place.
pub fn unary_inplace<T: Vector>(function: Unary, mut x: ArrayViewMutD<'_, T>) {
    if x.ndim() > MAX_RANK {
        let result = unary_array(function, x.view());
        x.assign(&result);
        return;
    }
    launch(&SITE, COST, (InOut::array(x),), &Map1(T::loop1(function)));
}

/// A function of each element, written into `out`, whose shape `x` has.
pub fn unary_into<T: Vector>(function: Unary, x: ArrayViewD<'_, T>, mut out: ArrayViewMutD<'_, T>) {
    if out.ndim() > MAX_RANK {
        out.assign(&unary_array(function, x));
        return;
    }
    let operands = (Out::array(out), In::array(x));
    launch(&SITE, COST, operands, &Map1(T::loop1(function)));
}

/// A function of two numbers.
pub fn binary<T: Vector>(function: Binary, x: T, y: T) -> T {
    let mut out = [T::ZERO];
    T::loop2(function)(&[x], &[y], to_write(&mut out));
    out[0]
}

/// A function of each pair of elements; the arrays broadcast.
pub fn binary_array<T: Vector>(
    function: Binary,
    x: ArrayViewD<'_, T>,
    y: ArrayViewD<'_, T>,
) -> ArrayD<T> {
    let kernel = Map2(T::loop2(function));
    if x.shape() == y.shape()
        && let (Some(left), Some(right)) = (x.as_slice(), y.as_slice())
    {
        let operands = (New::<T, Ix1>::new(), In::slice(left), In::slice(right));
        return shaped(launch(&SITE, COST, operands, &kernel).0, x.shape());
    }
    let shape = broadcast(&function.name(), &[x.shape(), y.shape()]);
    if shape.len() > MAX_RANK {
        let (x, y) = (stretch("", &x, &shape), stretch("", &y, &shape));
        let (x, y) = (x.as_standard_layout(), y.as_standard_layout());
        return binary_array(function, x.view(), y.view());
    }
    let operands = (New::<T, IxDyn>::new(), In::array(x), In::array(y));
    launch(&SITE, COST, operands, &kernel).0
}

/// A function of each pair of elements, written into `out`, whose shape both have.
pub fn binary_into<T: Vector>(
    function: Binary,
    x: ArrayViewD<'_, T>,
    y: ArrayViewD<'_, T>,
    mut out: ArrayViewMutD<'_, T>,
) {
    if out.ndim() > MAX_RANK {
        out.assign(&binary_array(function, x, y));
        return;
    }
    let operands = (Out::array(out), In::array(x), In::array(y));
    launch(&SITE, COST, operands, &Map2(T::loop2(function)));
}

/// A function of each pair of elements, written over the first, to which the second broadcasts.
pub fn binary_inplace<T: Vector>(
    function: Binary,
    mut x: ArrayViewMutD<'_, T>,
    y: ArrayViewD<'_, T>,
) {
    stretch(&function.name(), &y, x.shape());
    if x.ndim() > MAX_RANK {
        let result = binary_array(function, x.view(), y);
        x.assign(&result);
        return;
    }
    launch(
        &SITE,
        COST,
        (InOut::array(x), In::array(y)),
        &Map2(T::loop2(function)),
    );
}

/// A test of each number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Test {
    /// Whether it is NaN.
    Nan,
    /// Whether it is infinite.
    Infinite,
    /// Whether it is neither.
    Finite,
}

impl<T: Real> Kernel<(New<bool, Ix1>, In<'_, T>)> for Test {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x): (&mut [MaybeUninit<bool>], &[T])) {
        let pairs = out[..n].iter_mut().zip(&x[..n]);
        match self {
            Test::Nan => pairs.for_each(|(out, x)| {
                out.write(x.tests_nan());
            }),
            Test::Infinite => pairs.for_each(|(out, x)| {
                out.write(x.tests_infinite());
            }),
            Test::Finite => pairs.for_each(|(out, x)| {
                out.write(x.tests_finite());
            }),
        }
    }
}

/// A test of each element of an array whose elements lie in order.
pub(crate) fn test_array<T: Vector>(test: Test, x: &ArrayViewD<'_, T>) -> Option<ArrayD<bool>> {
    let operands = (New::<bool, Ix1>::new(), In::slice(x.as_slice()?));
    Some(shaped(launch(&SITE, 1, operands, &test).0, x.shape()))
}

/// Limits each number to an interval.
struct Limits<T>(T, T);

impl<T: Vector + VectorMath> Kernel<(New<T, Ix1>, In<'_, T>)> for Limits<T> {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x): (&mut [MaybeUninit<T>], &[T])) {
        for (out, &x) in out[..n].iter_mut().zip(&x[..n]) {
            let raised = VectorMath::maximum::<L>(x, self.0);
            out.write(VectorMath::minimum::<L>(raised, self.1));
        }
    }
}

/// Each element, limited, of an array whose elements lie in order.
pub(crate) fn limit_array<T: Vector + VectorMath>(
    x: &ArrayViewD<'_, T>,
    low: T,
    high: T,
) -> Option<ArrayD<T>> {
    let operands = (New::<T, Ix1>::new(), In::slice(x.as_slice()?));
    Some(shaped(
        launch(&SITE, 2, operands, &Limits(low, high)).0,
        x.shape(),
    ))
}

macro_rules! functions {
    (
        unary { $($one:ident $($near:ident)? $([$one_register:ident])? |$x:ident, $t:ident, $l:ident| $value:expr;)* }
        binary { $($two:ident $([$two_register:ident])? |$x2:ident, $y2:ident, $t2:ident, $l2:ident| $value2:expr;)* }
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
            impl<$t: Real + VectorMath> Function1<$t> for one::$one {
                $(const $near: bool = true;)?
                #[inline(always)]
                fn call<$l: Level>($x: $t) -> $t { $value }
                $(
                    #[inline(always)]
                    fn on_registers<$l: Level>(x: &[$t], out: &mut [MaybeUninit<$t>]) -> bool {
                        let there = has_registers::<$l>();
                        if there {
                            $t::each1::<$l, function::$one_register>(x, out);
                        }
                        there
                    }
                )?
            }
        )*
        $(
            impl<$t2: Real + VectorMath> Function2<$t2> for two::$two {
                #[inline(always)]
                fn call<$l2: Level>($x2: $t2, $y2: $t2) -> $t2 { $value2 }
                $(
                    #[inline(always)]
                    fn on_registers<$l2: Level>(x: &[$t2], y: &[$t2], out: &mut [MaybeUninit<$t2>]) -> bool {
                        let there = has_registers::<$l2>();
                        if there {
                            $t2::each2::<$l2, function::$two_register>(x, y, out);
                        }
                        there
                    }
                )?
            }
        )*
        impl Binary {
            /// `floor_divide` for `FloorDivide`.
            fn name(self) -> String {
                let mut name = String::new();
                for letter in format!("{self:?}").chars() {
                    if letter.is_uppercase() && !name.is_empty() {
                        name.push('_');
                    }
                    name.extend(letter.to_lowercase());
                }
                name
            }
        }
        functions!(@type f32: $($one)*; $($two)*);
        functions!(@type f64: $($one)*; $($two)*);
    };
    (@type $t:ident: $($one:ident)*; $($two:ident)*) => {
        impl Vector for $t {
            fn loop1(function: Unary) -> Loop1<$t> {
                match function {
                    $(Unary::$one => |x, out| dispatch(Slices1(x, out, PhantomData::<one::$one>)),)*
                }
            }
            fn loop2(function: Binary) -> Loop2<$t> {
                match function {
                    $(Binary::$two => |x, y, out| dispatch(Slices2(x, y, out, PhantomData::<two::$two>)),)*
                }
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
    Exp2 [exp2] |x, T, L| VectorMath::exp2::<L>(x);
    Expm1 |x, T, L| VectorMath::expm1::<L>(x);
    Exprel |x, T, L| VectorMath::exprel::<L>(x);
    Log [log] |x, T, L| VectorMath::log::<L>(x);
    Log2 [log2] |x, T, L| VectorMath::log2::<L>(x);
    Log10 [log10] |x, T, L| VectorMath::log10::<L>(x);
    Log1p [log1p] |x, T, L| VectorMath::log1p::<L>(x);
    Sin NEAR |x, T, L| VectorMath::sin::<L>(x);
    Cos NEAR |x, T, L| VectorMath::cos::<L>(x);
    Tan NEAR |x, T, L| VectorMath::tan::<L>(x);
    Sinc |x, T, L| VectorMath::sinc::<L>(x);
    Deg2rad |x, T, L| VectorMath::deg2rad::<L>(x);
    Rad2deg |x, T, L| VectorMath::rad2deg::<L>(x);
    Arcsin |x, T, L| VectorMath::asin::<L>(x);
    Arccos |x, T, L| VectorMath::acos::<L>(x);
    Arctan |x, T, L| VectorMath::atan::<L>(x);
    Sinh |x, T, L| VectorMath::sinh::<L>(x);
    Cosh |x, T, L| VectorMath::cosh::<L>(x);
    Tanh |x, T, L| VectorMath::tanh::<L>(x);
    Arcsinh [asinh] |x, T, L| VectorMath::asinh::<L>(x);
    Arccosh [acosh] |x, T, L| VectorMath::acosh::<L>(x);
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
    Power [power] |x, y, T, L| VectorMath::power::<L>(x, y);
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
