//! The plain twin: one operation at a time into a new array, with the bits of the fused kernels.
//!
//! Everything is compiled here, once for each element type, so that a plain twin costs its user no kernels. What has the same
//! bits at every SIMD level is compiled for one: there are hundreds of these loops, and they are a reference, not for speed.

use crate::kernel::elementary::{Bits, Elementary, Fractional};
use crate::kernel::function::{self, Functions};
use crate::kernel::level::Level;
use crate::kernel::{Element, In, Kernel, New, Number, Out, Site, launch};
use ndarray::{Array, Array0, ArrayD, ArrayView, ArrayViewD, ArrayViewMut, Dimension, IxDyn, arr0};
use num_complex::{Complex32, Complex64};
use std::mem::MaybeUninit;

/// An operand: an array, or a number for all elements.
pub enum Argument<'a, T> {
    /// Elements.
    Array(ArrayViewD<'a, T>),
    /// One value.
    Scalar(Array0<T>),
}

impl<'a, T: Element> Argument<'a, T> {
    /// An array.
    pub fn array<D: Dimension>(array: ArrayView<'a, T, D>) -> Self {
        Argument::Array(array.into_dyn())
    }

    /// A number.
    pub fn scalar(value: T) -> Self {
        Argument::Scalar(arr0(value))
    }

    fn view(&self) -> ArrayViewD<'_, T> {
        match self {
            Argument::Array(array) => array.view(),
            Argument::Scalar(value) => value.view().into_dyn(),
        }
    }
}

/// The result with its static rank.
pub fn typed<T, D: Dimension>(array: ArrayD<T>) -> Array<T, D> {
    let rank = array.ndim();
    array
        .into_dimensionality()
        .unwrap_or_else(|_| panic!("a result of {rank} axes where another rank was expected"))
}

/// A scalar operation of one operand.
trait Scalar1<T, U>: Sync {
    const BASELINE_ONLY: bool = false;
    fn apply<L: Level>(&self, x: T) -> U;
}

/// A scalar operation of two operands.
trait Scalar2<T, U>: Sync {
    const BASELINE_ONLY: bool = false;
    fn apply<L: Level>(&self, x: T, y: T) -> U;
}

struct Each<F>(F);

impl<T: Element, U: Element, F: Scalar1<T, U>> Kernel<(In<'_, T>, New<U, IxDyn>)> for Each<F> {
    const BASELINE_ONLY: bool = F::BASELINE_ONLY;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, out): (&[T], &mut [MaybeUninit<U>])) {
        let (x, out) = (&x[..n], &mut out[..n]);
        for i in 0..n {
            out[i].write(self.0.apply::<L>(x[i]));
        }
    }
}

impl<T: Element, U: Element, F: Scalar2<T, U>> Kernel<(In<'_, T>, In<'_, T>, New<U, IxDyn>)> for Each<F> {
    const BASELINE_ONLY: bool = F::BASELINE_ONLY;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, y, out): (&[T], &[T], &mut [MaybeUninit<U>])) {
        let (x, y, out) = (&x[..n], &y[..n], &mut out[..n]);
        for i in 0..n {
            out[i].write(self.0.apply::<L>(x[i], y[i]));
        }
    }
}

const COST: usize = 8;

fn run1<T: Element, U: Element>(site: &'static Site, x: &Argument<'_, T>, operation: impl Scalar1<T, U>) -> ArrayD<U> {
    launch(site, COST, (In::array(x.view()), New::<U, IxDyn>::new()), &Each(operation)).1
}

fn run2<T: Element, U: Element>(
    site: &'static Site,
    x: &Argument<'_, T>,
    y: &Argument<'_, T>,
    operation: impl Scalar2<T, U>,
) -> ArrayD<U> {
    let operands = (In::array(x.view()), In::array(y.view()), New::<U, IxDyn>::new());
    launch(site, COST, operands, &Each(operation)).2
}

/// Operations by name, as the compiler's table spells them.
macro_rules! names {
    ($(#[$doc:meta])* $enum:ident: $($name:ident)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)]
        pub enum $enum { $($name,)* }

        impl $enum {
            /// Every name, for the test that holds it against the compiler's table.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)*];
        }
    };
}

names!(/// Operations of one operand.
    Unary: Copy Negative Not Absolute Sign Square Signum Reciprocal Sqrt Floor Ceil Trunc Rint Exp Exp2 Expm1 Log Log2
    Log10 Log1p Sin Cos Tan Arcsin Arccos Arctan Sinh Cosh Tanh Arcsinh Arccosh Arctanh Sigmoid Softplus Erf Erfc Cbrt
    Exprel);
names!(/// Operations of two operands.
    Binary: Add Subtract Multiply Divide Rem And Or Xor ShiftLeft ShiftRight Maximum Minimum Arctan2 Power Hypot
    Copysign Remainder FloorDivide Logaddexp);
names!(/// Comparisons.
    Compare: Less LessEqual Greater GreaterEqual Equal NotEqual);
names!(/// Tests of one float.
    Predicate: IsNan IsInfinite IsFinite);

/// An element type with its operations.
pub trait Plain: Element {
    #[doc(hidden)]
    fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self>;
    #[doc(hidden)]
    fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self>;
    #[doc(hidden)]
    fn compare(
        operation: Compare,
        site: &'static Site,
        x: &Argument<'_, Self>,
        y: &Argument<'_, Self>,
    ) -> ArrayD<bool>;
}

struct By<F>(F);

impl<T: Element, U: Element, F: Fn(T) -> U + Sync> Scalar1<T, U> for By<F> {
    const BASELINE_ONLY: bool = true;

    #[inline(always)]
    fn apply<L: Level>(&self, x: T) -> U {
        (self.0)(x)
    }
}

impl<T: Element, U: Element, F: Fn(T, T) -> U + Sync> Scalar2<T, U> for By<F> {
    const BASELINE_ONLY: bool = true;

    #[inline(always)]
    fn apply<L: Level>(&self, x: T, y: T) -> U {
        (self.0)(x, y)
    }
}

struct Math<F>(std::marker::PhantomData<fn() -> F>);

impl<T: Element + Functions, F: function::Function1> Scalar1<T, T> for Math<F> {
    #[inline(always)]
    fn apply<L: Level>(&self, x: T) -> T {
        x.call1::<L, F>()
    }
}

struct Math2<F>(std::marker::PhantomData<fn() -> F>);

impl<T: Element + Functions, F: function::Function2> Scalar2<T, T> for Math2<F> {
    #[inline(always)]
    fn apply<L: Level>(&self, x: T, y: T) -> T {
        x.call2::<L, F>(y)
    }
}

fn math1<T: Element + Functions, F: function::Function1>(site: &'static Site, x: &Argument<'_, T>, _: F) -> ArrayD<T> {
    run1(site, x, Math::<F>(std::marker::PhantomData))
}

fn math2<T: Element + Functions, F: function::Function2>(
    site: &'static Site,
    x: &Argument<'_, T>,
    y: &Argument<'_, T>,
    _: F,
) -> ArrayD<T> {
    run2(site, x, y, Math2::<F>(std::marker::PhantomData))
}

fn missing(site: &Site, name: &str, ty: &str) -> ! {
    panic!("{}: `{name}` is not defined on {ty}", site.method)
}

macro_rules! compare {
    ($type:ident) => {
        fn compare(
            operation: Compare,
            site: &'static Site,
            x: &Argument<'_, Self>,
            y: &Argument<'_, Self>,
        ) -> ArrayD<bool> {
            match operation {
                Compare::Less => run2(site, x, y, By(|a: $type, b: $type| a < b)),
                Compare::LessEqual => run2(site, x, y, By(|a: $type, b: $type| a <= b)),
                Compare::Greater => run2(site, x, y, By(|a: $type, b: $type| a > b)),
                Compare::GreaterEqual => run2(site, x, y, By(|a: $type, b: $type| a >= b)),
                Compare::Equal => run2(site, x, y, By(|a: $type, b: $type| a == b)),
                Compare::NotEqual => run2(site, x, y, By(|a: $type, b: $type| a != b)),
            }
        }
    };
}

macro_rules! float {
    ($($type:ident)*) => {$(
        impl Plain for $type {
            fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self> {
                match operation {
                    Unary::Copy => run1(site, x, By(|a: $type| a)),
                    Unary::Negative => run1(site, x, By(|a: $type| -a)),
                    Unary::Absolute => run1(site, x, By(<$type>::absolute)),
                    Unary::Sign => run1(site, x, By(<$type as Elementary>::sign)),
                    Unary::Square => run1(site, x, By(<$type as Elementary>::square)),
                    Unary::Signum => run1(site, x, By(<$type>::signum_of)),
                    Unary::Reciprocal => math1(site, x, function::reciprocal),
                    Unary::Sqrt => math1(site, x, function::sqrt),
                    Unary::Floor => math1(site, x, function::floor),
                    Unary::Ceil => math1(site, x, function::ceil),
                    Unary::Trunc => math1(site, x, function::trunc),
                    Unary::Rint => math1(site, x, function::rint),
                    Unary::Exp => math1(site, x, function::exp),
                    Unary::Exp2 => math1(site, x, function::exp2),
                    Unary::Expm1 => math1(site, x, function::expm1),
                    Unary::Log => math1(site, x, function::log),
                    Unary::Log2 => math1(site, x, function::log2),
                    Unary::Log10 => math1(site, x, function::log10),
                    Unary::Log1p => math1(site, x, function::log1p),
                    Unary::Sin => math1(site, x, function::sin),
                    Unary::Cos => math1(site, x, function::cos),
                    Unary::Tan => math1(site, x, function::tan),
                    Unary::Arcsin => math1(site, x, function::asin),
                    Unary::Arccos => math1(site, x, function::acos),
                    Unary::Arctan => math1(site, x, function::atan),
                    Unary::Sinh => math1(site, x, function::sinh),
                    Unary::Cosh => math1(site, x, function::cosh),
                    Unary::Tanh => math1(site, x, function::tanh),
                    Unary::Arcsinh => math1(site, x, function::asinh),
                    Unary::Arccosh => math1(site, x, function::acosh),
                    Unary::Arctanh => math1(site, x, function::atanh),
                    Unary::Sigmoid => math1(site, x, function::sigmoid),
                    Unary::Softplus => math1(site, x, function::softplus),
                    Unary::Erf => math1(site, x, function::erf),
                    Unary::Erfc => math1(site, x, function::erfc),
                    Unary::Cbrt => math1(site, x, function::cbrt),
                    Unary::Exprel => math1(site, x, function::exprel),
                    Unary::Not => missing(site, "!", stringify!($type)),
                }
            }

            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                match operation {
                    Binary::Add => run2(site, x, y, By(|a: $type, b: $type| a + b)),
                    Binary::Subtract => run2(site, x, y, By(|a: $type, b: $type| a - b)),
                    Binary::Multiply => run2(site, x, y, By(|a: $type, b: $type| a * b)),
                    Binary::Divide => run2(site, x, y, By(|a: $type, b: $type| a / b)),
                    Binary::Rem => run2(site, x, y, By(|a: $type, b: $type| a % b)),
                    Binary::Maximum => run2(site, x, y, By(<$type as Elementary>::maximum)),
                    Binary::Minimum => run2(site, x, y, By(<$type as Elementary>::minimum)),
                    Binary::Remainder => run2(site, x, y, By(|a: $type, b: $type| Elementary::remainder(a, b, ""))),
                    Binary::FloorDivide => run2(site, x, y, By(|a: $type, b: $type| Elementary::floor_divide(a, b, ""))),
                    Binary::Arctan2 => math2(site, x, y, function::atan2),
                    Binary::Power => math2(site, x, y, function::power),
                    Binary::Hypot => math2(site, x, y, function::hypot),
                    Binary::Copysign => math2(site, x, y, function::copysign),
                    Binary::Logaddexp => math2(site, x, y, function::logaddexp),
                    Binary::And | Binary::Or | Binary::Xor | Binary::ShiftLeft | Binary::ShiftRight => {
                        missing(site, "a bit operation", stringify!($type))
                    }
                }
            }

            compare!($type);
        }
    )*};
}

macro_rules! integer {
    ($($type:ident)*) => {$(
        impl Plain for $type {
            fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self> {
                match operation {
                    Unary::Copy => run1(site, x, By(|a: $type| a)),
                    Unary::Negative => run1(site, x, By(<$type>::wrapping_neg)),
                    Unary::Not => run1(site, x, By(|a: $type| !a)),
                    Unary::Absolute => run1(site, x, By(<$type>::absolute)),
                    Unary::Sign => run1(site, x, By(<$type as Elementary>::sign)),
                    Unary::Square => run1(site, x, By(<$type as Elementary>::square)),
                    _ => missing(site, "a function of floats", stringify!($type)),
                }
            }

            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                let method = site.method;
                match operation {
                    Binary::Add => run2(site, x, y, By(<$type>::wrapping_add)),
                    Binary::Subtract => run2(site, x, y, By(<$type>::wrapping_sub)),
                    Binary::Multiply => run2(site, x, y, By(<$type>::wrapping_mul)),
                    Binary::Divide => run2(site, x, y, By(|a: $type, b: $type| a.divide(b, method))),
                    Binary::Rem => run2(site, x, y, By(|a: $type, b: $type| Elementary::rem(a, b, method))),
                    Binary::And => run2(site, x, y, By(|a: $type, b: $type| a & b)),
                    Binary::Or => run2(site, x, y, By(|a: $type, b: $type| a | b)),
                    Binary::Xor => run2(site, x, y, By(|a: $type, b: $type| a ^ b)),
                    Binary::ShiftLeft => run2(site, x, y, By(<$type>::shift_left)),
                    Binary::ShiftRight => run2(site, x, y, By(<$type>::shift_right)),
                    Binary::Maximum => run2(site, x, y, By(<$type as Elementary>::maximum)),
                    Binary::Minimum => run2(site, x, y, By(<$type as Elementary>::minimum)),
                    Binary::Remainder => run2(site, x, y, By(|a: $type, b: $type| a.remainder(b, method))),
                    Binary::FloorDivide => run2(site, x, y, By(|a: $type, b: $type| a.floor_divide(b, method))),
                    _ => missing(site, "a function of floats", stringify!($type)),
                }
            }

            compare!($type);
        }
    )*};
}

macro_rules! complex {
    ($($type:ident)*) => {$(
        impl Plain for $type {
            fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self> {
                match operation {
                    Unary::Copy => run1(site, x, By(|a: $type| a)),
                    Unary::Negative => run1(site, x, By(|a: $type| -a)),
                    Unary::Absolute => run1(site, x, By(<$type>::absolute)),
                    Unary::Sign => run1(site, x, By(<$type as Elementary>::sign)),
                    Unary::Square => run1(site, x, By(<$type as Elementary>::square)),
                    _ => missing(site, "this function", stringify!($type)),
                }
            }

            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                match operation {
                    Binary::Add => run2(site, x, y, By(|a: $type, b: $type| a + b)),
                    Binary::Subtract => run2(site, x, y, By(|a: $type, b: $type| a - b)),
                    Binary::Multiply => run2(site, x, y, By(|a: $type, b: $type| a * b)),
                    Binary::Divide => run2(site, x, y, By(|a: $type, b: $type| a / b)),
                    Binary::Maximum => run2(site, x, y, By(<$type as Elementary>::maximum)),
                    Binary::Minimum => run2(site, x, y, By(<$type as Elementary>::minimum)),
                    _ => missing(site, "this operation", stringify!($type)),
                }
            }

            fn compare(
                operation: Compare,
                site: &'static Site,
                x: &Argument<'_, Self>,
                y: &Argument<'_, Self>,
            ) -> ArrayD<bool> {
                match operation {
                    Compare::Equal => run2(site, x, y, By(|a: $type, b: $type| a == b)),
                    Compare::NotEqual => run2(site, x, y, By(|a: $type, b: $type| a != b)),
                    _ => missing(site, "an order", stringify!($type)),
                }
            }
        }
    )*};
}

float!(f32 f64);
integer!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
complex!(Complex32 Complex64);

impl Plain for bool {
    fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self> {
        match operation {
            Unary::Copy => run1(site, x, By(|a: bool| a)),
            Unary::Not => run1(site, x, By(|a: bool| !a)),
            _ => missing(site, "this function", "bool"),
        }
    }

    fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
        match operation {
            Binary::And => run2(site, x, y, By(|a: bool, b: bool| a & b)),
            Binary::Or => run2(site, x, y, By(|a: bool, b: bool| a | b)),
            Binary::Xor => run2(site, x, y, By(|a: bool, b: bool| a ^ b)),
            _ => missing(site, "this operation", "bool"),
        }
    }

    compare!(bool);
}

/// One operand.
pub fn unary<T: Plain>(operation: Unary, site: &'static Site, x: Argument<'_, T>) -> ArrayD<T> {
    T::unary(operation, site, &x)
}

/// Two operands.
pub fn binary<T: Plain>(operation: Binary, site: &'static Site, x: Argument<'_, T>, y: Argument<'_, T>) -> ArrayD<T> {
    T::binary(operation, site, &x, &y)
}

/// A comparison.
pub fn compare<T: Plain>(
    operation: Compare,
    site: &'static Site,
    x: Argument<'_, T>,
    y: Argument<'_, T>,
) -> ArrayD<bool> {
    T::compare(operation, site, &x, &y)
}

/// A test of floats.
pub fn predicate<T: Element + Fractional>(operation: Predicate, site: &'static Site, x: Argument<'_, T>) -> ArrayD<bool> {
    match operation {
        Predicate::IsNan => run1(site, &x, By(T::tests_nan)),
        Predicate::IsInfinite => run1(site, &x, By(T::tests_infinite)),
        Predicate::IsFinite => run1(site, &x, By(T::tests_finite)),
    }
}

/// An integer power.
pub fn powi<T: Element + Functions>(site: &'static Site, x: Argument<'_, T>, exponent: i32) -> ArrayD<T> {
    struct Power(i32);
    impl<T: Functions> Scalar1<T, T> for Power {
        #[inline(always)]
        fn apply<L: Level>(&self, x: T) -> T {
            x.power_integer::<L>(self.0)
        }
    }
    run1(site, &x, Power(exponent))
}

struct Choose;

impl<T: Element> Kernel<(In<'_, bool>, In<'_, T>, In<'_, T>, New<T, IxDyn>)> for Choose {
    const BASELINE_ONLY: bool = true;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (c, a, b, out): (&[bool], &[T], &[T], &mut [MaybeUninit<T>])) {
        let (c, a, b, out) = (&c[..n], &a[..n], &b[..n], &mut out[..n]);
        for i in 0..n {
            out[i].write(if c[i] { a[i] } else { b[i] });
        }
    }
}

/// `where_(c, a, b)`.
pub fn select<T: Element>(
    site: &'static Site,
    c: Argument<'_, bool>,
    a: Argument<'_, T>,
    b: Argument<'_, T>,
) -> ArrayD<T> {
    let operands = (
        In::array(c.view()),
        In::array(a.view()),
        In::array(b.view()),
        New::<T, IxDyn>::new(),
    );
    launch(site, COST, operands, &Choose).3
}

/// Converts element by element.
pub fn cast<T: Element, U: Element>(site: &'static Site, x: Argument<'_, T>, convert: impl Fn(T) -> U + Sync) -> ArrayD<U> {
    run1(site, &x, By(convert))
}

/// A user's function of one number.
pub fn map1<T: Element, U: Element>(site: &'static Site, function: impl Fn(T) -> U + Sync, x: Argument<'_, T>) -> ArrayD<U> {
    run1(site, &x, By(function))
}

struct Pairs<F>(F);

impl<T: Element, S: Element, U: Element, F: Fn(T, S) -> U + Sync> Kernel<(In<'_, T>, In<'_, S>, New<U, IxDyn>)>
    for Pairs<F>
{
    const BASELINE_ONLY: bool = true;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, y, out): (&[T], &[S], &mut [MaybeUninit<U>])) {
        let (x, y, out) = (&x[..n], &y[..n], &mut out[..n]);
        for i in 0..n {
            out[i].write((self.0)(x[i], y[i]));
        }
    }
}

/// A user's function of two numbers.
pub fn map2<T: Element, S: Element, U: Element>(
    site: &'static Site,
    function: impl Fn(T, S) -> U + Sync,
    x: Argument<'_, T>,
    y: Argument<'_, S>,
) -> ArrayD<U> {
    let operands = (In::array(x.view()), In::array(y.view()), New::<U, IxDyn>::new());
    launch(site, COST, operands, &Pairs(function)).2
}

impl<T: Element, S: Element, R: Element, U: Element, F: Fn(T, S, R) -> U + Sync>
    Kernel<(In<'_, T>, In<'_, S>, In<'_, R>, New<U, IxDyn>)> for Pairs<F>
{
    const BASELINE_ONLY: bool = true;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, y, z, out): (&[T], &[S], &[R], &mut [MaybeUninit<U>])) {
        let (x, y, z, out) = (&x[..n], &y[..n], &z[..n], &mut out[..n]);
        for i in 0..n {
            out[i].write((self.0)(x[i], y[i], z[i]));
        }
    }
}

/// A user's function of three numbers.
pub fn map3<T: Element, S: Element, R: Element, U: Element>(
    site: &'static Site,
    function: impl Fn(T, S, R) -> U + Sync,
    x: Argument<'_, T>,
    y: Argument<'_, S>,
    z: Argument<'_, R>,
) -> ArrayD<U> {
    let operands = (
        In::array(x.view()),
        In::array(y.view()),
        In::array(z.view()),
        New::<U, IxDyn>::new(),
    );
    launch(site, COST, operands, &Pairs(function)).3
}

struct Assign;

impl<T: Element> Kernel<(Out<'_, T>, In<'_, T>)> for Assign {
    const BASELINE_ONLY: bool = true;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x): (&mut [T], &[T])) {
        out[..n].copy_from_slice(&x[..n]);
    }
}

/// `target[..] = value`.
pub fn store<T: Element, D: Dimension, E: Dimension>(
    site: &'static Site,
    target: ArrayViewMut<'_, T, D>,
    value: ArrayView<'_, T, E>,
) {
    launch(site, 1, (Out::array(target), In::array(value)), &Assign);
}

/// `target[..] = number`.
pub fn fill<T: Element, D: Dimension>(mut target: ArrayViewMut<'_, T, D>, value: T) {
    target.fill(value);
}

/// Whole reductions.
pub mod reduce {
    use super::{Argument, Number, Site};
    use crate::kernel::{Ordered, reduce};

    /// The sum.
    pub fn sum<T: Number>(site: &'static Site, x: Argument<'_, T>) -> T {
        reduce::sum(site, x.view())
    }

    /// The product.
    pub fn prod<T: Number>(site: &'static Site, x: Argument<'_, T>) -> T {
        reduce::prod(site, x.view())
    }

    /// The greatest element.
    pub fn max<T: Ordered>(site: &'static Site, x: Argument<'_, T>) -> T {
        reduce::max(site, x.view())
    }

    /// The least element.
    pub fn min<T: Ordered>(site: &'static Site, x: Argument<'_, T>) -> T {
        reduce::min(site, x.view())
    }

    /// Whether one is true.
    pub fn any(site: &'static Site, x: Argument<'_, bool>) -> bool {
        reduce::any(site, x.view())
    }

    /// Whether all are true.
    pub fn all(site: &'static Site, x: Argument<'_, bool>) -> bool {
        reduce::all(site, x.view())
    }
}
