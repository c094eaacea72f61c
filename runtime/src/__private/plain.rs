//! The plain twin: one operation at a time into a new array, with the bits of the fused kernels.
//!
//! Everything is compiled here, once for each element type, so that a plain twin costs its user no kernels.

use crate::array::number::{Arithmetic, Inexact};
use crate::kernel::elementary::{Bits, Elementary, Fractional, Parts, Power};
use crate::kernel::function::{self, Functions};
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::{Element, Number, Site};
use ndarray::{
    Array, Array0, ArrayD, ArrayView, ArrayViewD, ArrayViewMut, CowArray, Dimension, IxDyn, arr0,
};
use num_complex::{Complex32, Complex64};

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

/// The operands in row-major order, broadcast to one shape: each operation is then one loop over slices.
///
/// Compiled once for each pair of types; the operations are closures behind `dyn`.
fn broadcast_to_slices<T: Element, U: Element>(
    site: &'static Site,
    views: &[ArrayViewD<'_, T>],
    compute: &mut dyn FnMut(&[&[T]], &mut Vec<U>),
) -> ArrayD<U> {
    let shape = common_shape(site, views.iter().map(|v| v.shape()));
    let whole: Vec<CowArray<'_, T, IxDyn>> = views.iter().map(|v| standard(v, &shape)).collect();
    let slices: Vec<&[T]> = whole
        .iter()
        .map(|w| w.as_slice().unwrap_or_default())
        .collect();
    let mut out = Vec::with_capacity(shape.iter().product());
    compute(&slices, &mut out);
    made(&shape, out)
}

fn made<U>(shape: &[usize], elements: Vec<U>) -> ArrayD<U> {
    ArrayD::from_shape_vec(IxDyn(shape), elements).unwrap_or_else(|error| panic!("{error}"))
}

fn common_shape<'s>(
    site: &'static Site,
    shapes: impl Iterator<Item = &'s [usize]> + Clone,
) -> Vec<usize> {
    let list: Vec<&[usize]> = shapes.collect();
    let rank = list.iter().map(|s| s.len()).max().unwrap_or(0);
    let mut out = vec![1; rank];
    for shape in &list {
        for (place, &length) in out[rank - shape.len()..].iter_mut().zip(shape.iter()) {
            if *place == 1 {
                *place = length;
            } else if length != 1 && length != *place {
                let texts: Vec<String> = list
                    .iter()
                    .enumerate()
                    .map(|(k, shape)| format!("{} has shape {shape:?}", site.operand(k)))
                    .collect();
                site.fail(&format!("shapes do not match: {}", texts.join(", ")));
            }
        }
    }
    out
}

fn standard<'v, T: Element>(
    view: &'v ArrayViewD<'_, T>,
    shape: &[usize],
) -> CowArray<'v, T, IxDyn> {
    if view.shape() == shape && view.is_standard_layout() {
        return view.view().into();
    }
    match view.broadcast(IxDyn(shape)) {
        Some(wide) => wide.as_standard_layout().into_owned().into(),
        None => view.to_owned().into(),
    }
}

fn run1<T: Element, U: Element>(
    site: &'static Site,
    x: &Argument<'_, T>,
    operation: impl Fn(T) -> U,
) -> ArrayD<U> {
    broadcast_to_slices(site, &[x.view()], &mut |slices, out| {
        out.extend(slices[0].iter().map(|&x| operation(x)))
    })
}

fn run2<T: Element, U: Element>(
    site: &'static Site,
    x: &Argument<'_, T>,
    y: &Argument<'_, T>,
    operation: impl Fn(T, T) -> U,
) -> ArrayD<U> {
    broadcast_to_slices(site, &[x.view(), y.view()], &mut |slices, out| {
        out.extend(
            slices[0]
                .iter()
                .zip(slices[1])
                .map(|(&x, &y)| operation(x, y)),
        );
    })
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
    Exprel Conjugate);
names!(/// Parts of complex numbers.
    Part: Absolute RealPart ImaginaryPart Angle);
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
    fn binary(
        operation: Binary,
        site: &'static Site,
        x: &Argument<'_, Self>,
        y: &Argument<'_, Self>,
    ) -> ArrayD<Self>;
    #[doc(hidden)]
    fn compare(
        operation: Compare,
        site: &'static Site,
        x: &Argument<'_, Self>,
        y: &Argument<'_, Self>,
    ) -> ArrayD<bool>;
}

/// A function of one number over a slice, at the SIMD level of the process.
struct Loop1<'a, T, F>(&'a [T], &'a mut Vec<T>, std::marker::PhantomData<fn() -> F>);

impl<T: Element + Functions, F: function::Function1> Dispatch for Loop1<'_, T, F> {
    type Output = ();
    #[inline(always)]
    fn run<L: Level>(self) {
        self.1.extend(self.0.iter().map(|x| x.call1::<L, F>()));
    }
}

struct Loop2<'a, T, F>(
    &'a [T],
    &'a [T],
    &'a mut Vec<T>,
    std::marker::PhantomData<fn() -> F>,
);

impl<T: Element + Functions, F: function::Function2> Dispatch for Loop2<'_, T, F> {
    type Output = ();
    #[inline(always)]
    fn run<L: Level>(self) {
        self.2
            .extend(self.0.iter().zip(self.1).map(|(x, y)| x.call2::<L, F>(*y)));
    }
}

fn math1<T: Element + Functions, F: function::Function1>(
    site: &'static Site,
    x: &Argument<'_, T>,
    _: F,
) -> ArrayD<T> {
    broadcast_to_slices(site, &[x.view()], &mut |slices, out| {
        dispatch(Loop1::<T, F>(slices[0], out, std::marker::PhantomData));
    })
}

fn math2<T: Element + Functions, F: function::Function2>(
    site: &'static Site,
    x: &Argument<'_, T>,
    y: &Argument<'_, T>,
    _: F,
) -> ArrayD<T> {
    broadcast_to_slices(site, &[x.view(), y.view()], &mut |slices, out| {
        dispatch(Loop2::<T, F>(
            slices[0],
            slices[1],
            out,
            std::marker::PhantomData,
        ));
    })
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
                Compare::Less => run2(site, x, y, |a: $type, b: $type| a < b),
                Compare::LessEqual => run2(site, x, y, |a: $type, b: $type| a <= b),
                Compare::Greater => run2(site, x, y, |a: $type, b: $type| a > b),
                Compare::GreaterEqual => run2(site, x, y, |a: $type, b: $type| a >= b),
                Compare::Equal => run2(site, x, y, |a: $type, b: $type| a == b),
                Compare::NotEqual => run2(site, x, y, |a: $type, b: $type| a != b),
            }
        }
    };
}

macro_rules! float {
    ($($type:ident)*) => {$(
        impl Plain for $type {
            fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self> {
                match operation {
                    Unary::Copy => run1(site, x, |a: $type| a),
                    Unary::Negative => run1(site, x, |a: $type| -a),
                    Unary::Absolute => run1(site, x, <$type>::absolute),
                    Unary::Sign => run1(site, x, <$type as Elementary>::sign),
                    Unary::Square => run1(site, x, <$type as Elementary>::square),
                    Unary::Signum => run1(site, x, <$type>::signum_of),
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
                    Unary::Conjugate => run1(site, x, |a: $type| a),
                    Unary::Not => missing(site, "!", stringify!($type)),
                }
            }

            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                match operation {
                    Binary::Add => run2(site, x, y, |a: $type, b: $type| a + b),
                    Binary::Subtract => run2(site, x, y, |a: $type, b: $type| a - b),
                    Binary::Multiply => run2(site, x, y, |a: $type, b: $type| a * b),
                    Binary::Divide => run2(site, x, y, |a: $type, b: $type| a / b),
                    Binary::Rem => run2(site, x, y, |a: $type, b: $type| a % b),
                    Binary::Maximum => run2(site, x, y, <$type as Elementary>::maximum),
                    Binary::Minimum => run2(site, x, y, <$type as Elementary>::minimum),
                    Binary::Remainder => run2(site, x, y, |a: $type, b: $type| Elementary::remainder(a, b, "")),
                    Binary::FloorDivide => run2(site, x, y, |a: $type, b: $type| Elementary::floor_divide(a, b, "")),
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
                    Unary::Copy => run1(site, x, |a: $type| a),
                    Unary::Negative => run1(site, x, <$type>::wrapping_neg),
                    Unary::Not => run1(site, x, |a: $type| !a),
                    Unary::Absolute => run1(site, x, <$type>::absolute),
                    Unary::Sign => run1(site, x, <$type as Elementary>::sign),
                    Unary::Square => run1(site, x, <$type as Elementary>::square),
                    Unary::Conjugate => run1(site, x, |a: $type| a),
                    _ => missing(site, "a function of floats", stringify!($type)),
                }
            }

            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                let method = site.method;
                match operation {
                    Binary::Add => run2(site, x, y, <$type>::wrapping_add),
                    Binary::Subtract => run2(site, x, y, <$type>::wrapping_sub),
                    Binary::Multiply => run2(site, x, y, <$type>::wrapping_mul),
                    Binary::Divide => run2(site, x, y, |a: $type, b: $type| a.divide(b, method)),
                    Binary::Rem => run2(site, x, y, |a: $type, b: $type| Elementary::rem(a, b, method)),
                    Binary::And => run2(site, x, y, |a: $type, b: $type| a & b),
                    Binary::Or => run2(site, x, y, |a: $type, b: $type| a | b),
                    Binary::Xor => run2(site, x, y, |a: $type, b: $type| a ^ b),
                    Binary::ShiftLeft => run2(site, x, y, <$type>::shift_left),
                    Binary::ShiftRight => run2(site, x, y, <$type>::shift_right),
                    Binary::Maximum => run2(site, x, y, <$type as Elementary>::maximum),
                    Binary::Minimum => run2(site, x, y, <$type as Elementary>::minimum),
                    Binary::Remainder => run2(site, x, y, |a: $type, b: $type| a.remainder(b, method)),
                    Binary::FloorDivide => run2(site, x, y, |a: $type, b: $type| a.floor_divide(b, method)),
                    Binary::Power => run2(site, x, y, |a: $type, b: $type| a.integer_power(b, method)),
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
                    Unary::Copy => run1(site, x, |a: $type| a),
                    Unary::Negative => run1(site, x, |a: $type| -a),
                    Unary::Absolute => run1(site, x, <$type>::absolute),
                    Unary::Sign => run1(site, x, <$type as Elementary>::sign),
                    Unary::Square => run1(site, x, <$type as Elementary>::square),
                    Unary::Conjugate => run1(site, x, |a: $type| a.conj()),
                    Unary::Reciprocal => run1(site, x, <$type as Arithmetic>::reciprocal),
                    Unary::Sqrt => run1(site, x, <$type as Inexact>::sqrt),
                    Unary::Exp => run1(site, x, <$type as Inexact>::exp),
                    Unary::Exp2 => run1(site, x, <$type as Inexact>::exp2),
                    Unary::Expm1 => run1(site, x, <$type as Inexact>::expm1),
                    Unary::Log => run1(site, x, <$type as Inexact>::log),
                    Unary::Log2 => run1(site, x, <$type as Inexact>::log2),
                    Unary::Log10 => run1(site, x, <$type as Inexact>::log10),
                    Unary::Log1p => run1(site, x, <$type as Inexact>::log1p),
                    Unary::Sin => run1(site, x, <$type as Inexact>::sin),
                    Unary::Cos => run1(site, x, <$type as Inexact>::cos),
                    Unary::Tan => run1(site, x, <$type as Inexact>::tan),
                    Unary::Arcsin => run1(site, x, <$type as Inexact>::arcsin),
                    Unary::Arccos => run1(site, x, <$type as Inexact>::arccos),
                    Unary::Arctan => run1(site, x, <$type as Inexact>::arctan),
                    Unary::Sinh => run1(site, x, <$type as Inexact>::sinh),
                    Unary::Cosh => run1(site, x, <$type as Inexact>::cosh),
                    Unary::Tanh => run1(site, x, <$type as Inexact>::tanh),
                    Unary::Arcsinh => run1(site, x, <$type as Inexact>::arcsinh),
                    Unary::Arccosh => run1(site, x, <$type as Inexact>::arccosh),
                    Unary::Arctanh => run1(site, x, <$type as Inexact>::arctanh),
                    _ => missing(site, "this function", stringify!($type)),
                }
            }

            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                match operation {
                    Binary::Add => run2(site, x, y, |a: $type, b: $type| a + b),
                    Binary::Subtract => run2(site, x, y, |a: $type, b: $type| a - b),
                    Binary::Multiply => run2(site, x, y, |a: $type, b: $type| a * b),
                    Binary::Divide => run2(site, x, y, |a: $type, b: $type| a / b),
                    Binary::Maximum => run2(site, x, y, <$type as Elementary>::maximum),
                    Binary::Minimum => run2(site, x, y, <$type as Elementary>::minimum),
                    Binary::Power => run2(site, x, y, <$type as Arithmetic>::power),
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
                    Compare::Equal => run2(site, x, y, |a: $type, b: $type| a == b),
                    Compare::NotEqual => run2(site, x, y, |a: $type, b: $type| a != b),
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
            Unary::Copy => run1(site, x, |a: bool| a),
            Unary::Not => run1(site, x, |a: bool| !a),
            _ => missing(site, "this function", "bool"),
        }
    }

    fn binary(
        operation: Binary,
        site: &'static Site,
        x: &Argument<'_, Self>,
        y: &Argument<'_, Self>,
    ) -> ArrayD<Self> {
        match operation {
            Binary::And => run2(site, x, y, |a: bool, b: bool| a & b),
            Binary::Or => run2(site, x, y, |a: bool, b: bool| a | b),
            Binary::Xor => run2(site, x, y, |a: bool, b: bool| a ^ b),
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
pub fn binary<T: Plain>(
    operation: Binary,
    site: &'static Site,
    x: Argument<'_, T>,
    y: Argument<'_, T>,
) -> ArrayD<T> {
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
pub fn predicate<T: Element + Fractional>(
    operation: Predicate,
    site: &'static Site,
    x: Argument<'_, T>,
) -> ArrayD<bool> {
    match operation {
        Predicate::IsNan => run1(site, &x, T::tests_nan),
        Predicate::IsInfinite => run1(site, &x, T::tests_infinite),
        Predicate::IsFinite => run1(site, &x, T::tests_finite),
    }
}

/// A part of complex numbers, or of floats.
pub fn part<T: Element + Parts<Part: Element>>(
    operation: Part,
    site: &'static Site,
    x: Argument<'_, T>,
) -> ArrayD<T::Part> {
    match operation {
        Part::Absolute => run1(site, &x, T::modulus),
        Part::RealPart => run1(site, &x, T::real_part),
        Part::ImaginaryPart => run1(site, &x, T::imaginary_part),
        Part::Angle => run1(site, &x, T::angle_of),
    }
}

/// An integer power.
pub fn powi<T: Element + Functions>(
    site: &'static Site,
    x: Argument<'_, T>,
    exponent: i32,
) -> ArrayD<T> {
    struct Loop<'a, T>(&'a [T], &'a mut Vec<T>, i32);
    impl<T: Functions> Dispatch for Loop<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run<L: Level>(self) {
            self.1
                .extend(self.0.iter().map(|x| x.power_integer::<L>(self.2)));
        }
    }
    broadcast_to_slices(site, &[x.view()], &mut |slices, out| {
        dispatch(Loop(slices[0], out, exponent));
    })
}

/// `where_(c, a, b)`.
pub fn select<T: Element>(
    site: &'static Site,
    c: Argument<'_, bool>,
    a: Argument<'_, T>,
    b: Argument<'_, T>,
) -> ArrayD<T> {
    map3(site, |c, a, b| if c { a } else { b }, c, a, b)
}

/// Converts element by element.
pub fn cast<T: Element, U: Element>(
    site: &'static Site,
    x: Argument<'_, T>,
    convert: impl Fn(T) -> U,
) -> ArrayD<U> {
    run1(site, &x, convert)
}

/// A user's function of one number.
pub fn map1<T: Element, U: Element>(
    site: &'static Site,
    function: impl Fn(T) -> U,
    x: Argument<'_, T>,
) -> ArrayD<U> {
    run1(site, &x, function)
}

/// A user's function of two numbers.
pub fn map2<T: Element, S: Element, U: Element>(
    site: &'static Site,
    function: impl Fn(T, S) -> U,
    x: Argument<'_, T>,
    y: Argument<'_, S>,
) -> ArrayD<U> {
    let (x, y) = (x.view(), y.view());
    let shape = common_shape(site, [x.shape(), y.shape()].into_iter());
    let (x, y) = (standard(&x, &shape), standard(&y, &shape));
    made(
        &shape,
        x.iter().zip(&y).map(|(&x, &y)| function(x, y)).collect(),
    )
}

/// A user's function of three numbers.
pub fn map3<T: Element, S: Element, R: Element, U: Element>(
    site: &'static Site,
    function: impl Fn(T, S, R) -> U,
    x: Argument<'_, T>,
    y: Argument<'_, S>,
    z: Argument<'_, R>,
) -> ArrayD<U> {
    let (x, y, z) = (x.view(), y.view(), z.view());
    let shape = common_shape(site, [x.shape(), y.shape(), z.shape()].into_iter());
    let (x, y, z) = (
        standard(&x, &shape),
        standard(&y, &shape),
        standard(&z, &shape),
    );
    let elements = x
        .iter()
        .zip(&y)
        .zip(&z)
        .map(|((&x, &y), &z)| function(x, y, z))
        .collect();
    made(&shape, elements)
}

/// `target[..] = value`.
pub fn store<T: Element, D: Dimension, E: Dimension>(
    site: &'static Site,
    mut target: ArrayViewMut<'_, T, D>,
    value: ArrayView<'_, T, E>,
) {
    match value.broadcast(target.raw_dim()) {
        Some(value) => target.assign(&value),
        None => site.fail(&format!(
            "shapes do not match: {} has shape {:?}, the value has shape {:?}",
            site.operand(0),
            target.shape(),
            value.shape()
        )),
    }
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
