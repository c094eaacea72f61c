//! The plain twin: one operation at a time into a new array, with the bits of the fused kernels.
//!
//! What works on floats is compiled here, so that a plain twin costs its user no kernels. What works on integers and complex
//! numbers has one loop a type and is inline: compiled with the user, who has two or three of these types and not all twelve.
//!
//! One file: a function or a row for each kind of operation, and nothing else.

use crate::array::number::{Arithmetic, Inexact};
use crate::array::vector::{self, Vector};
use crate::kernel::elementary::{Bits, Elementary, Fractional, Parts, Power};
use crate::kernel::function::Functions;
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::map::to_write;
use crate::kernel::{Element, Number, Site};
use ndarray::{Array, Array0, ArrayD, ArrayView, ArrayViewD, ArrayViewMut, Dimension, IxDyn, arr0};
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

/// An operand's elements in row-major order.
enum Elements<'a, T> {
    InPlace(&'a [T]),
    Copied(Vec<T>),
}

impl<T> std::ops::Deref for Elements<'_, T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match self {
            Elements::InPlace(elements) => elements,
            Elements::Copied(elements) => elements,
        }
    }
}

fn made<U>(shape: &[usize], elements: Vec<U>) -> ArrayD<U> {
    ArrayD::from_shape_vec(IxDyn(shape), elements).unwrap_or_else(|error| panic!("{error}"))
}

fn common_shape(site: &'static Site, shapes: &[&[usize]]) -> Vec<usize> {
    let rank = shapes.iter().map(|s| s.len()).max().unwrap_or(0);
    let mut out = vec![1; rank];
    for shape in shapes {
        for (place, &length) in out[rank - shape.len()..].iter_mut().zip(shape.iter()) {
            if *place == 1 {
                *place = length;
            } else if length != 1 && length != *place {
                let texts: Vec<String> = shapes
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

/// The elements of the operand broadcast to a shape that is known to fit.
fn standard<'v, T: Element>(view: &'v ArrayViewD<'_, T>, shape: &[usize]) -> Elements<'v, T> {
    if view.shape() == shape
        && let Some(elements) = view.as_slice()
    {
        return Elements::InPlace(elements);
    }
    let count = shape.iter().product();
    if view.len() == 1
        && let Some(&element) = view.first()
    {
        return Elements::Copied(vec![element; count]);
    }
    let mut elements = Vec::with_capacity(count);
    if let Some(wide) = view.broadcast(IxDyn(shape)) {
        wide.iter().for_each(|&element| elements.push(element));
    }
    Elements::Copied(elements)
}

/// Two operands broadcast to one shape.
fn pair<'v, T: Element>(
    site: &'static Site,
    x: &'v ArrayViewD<'_, T>,
    y: &'v ArrayViewD<'_, T>,
) -> (Vec<usize>, Elements<'v, T>, Elements<'v, T>) {
    let shape = common_shape(site, &[x.shape(), y.shape()]);
    let (x, y) = (standard(x, &shape), standard(y, &shape));
    (shape, x, y)
}

/// A loop of its own for the operation.
fn run1<T: Element, U: Element>(x: &Argument<'_, T>, operation: impl Fn(T) -> U) -> ArrayD<U> {
    let x = x.view();
    let elements = standard(&x, x.shape());
    made(x.shape(), elements.iter().map(|&x| operation(x)).collect())
}

/// As [`run1`].
fn run2<T: Element, U: Element>(
    site: &'static Site,
    x: &Argument<'_, T>,
    y: &Argument<'_, T>,
    operation: impl Fn(T, T) -> U,
) -> ArrayD<U> {
    let (x, y) = (x.view(), y.view());
    let (shape, x, y) = pair(site, &x, &y);
    let mut out = vec![U::default(); x.len()];
    for ((out, &x), &y) in out.iter_mut().zip(&*x).zip(&*y) {
        *out = operation(x, y);
    }
    made(&shape, out)
}

/// One loop for all operations of a type, which are called indirectly: three hundred loops over integers and complex
/// numbers would take longer to compile than the rest of the plain twin.
fn each1<T: Element>(x: &Argument<'_, T>, operation: fn(T) -> T) -> ArrayD<T> {
    run1(x, operation)
}

/// As [`each1`]; the operation is given the method's name.
fn each2<T: Element, U: Element>(
    site: &'static Site,
    x: &Argument<'_, T>,
    y: &Argument<'_, T>,
    operation: fn(T, T, &'static str) -> U,
) -> ArrayD<U> {
    run2(site, x, y, |x, y| operation(x, y, site.method))
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
    Binary: Spread Add Subtract Multiply Divide Rem And Or Xor ShiftLeft ShiftRight LeftShift RightShift Maximum Minimum Arctan2 Power Hypot
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

/// A function of floats, by the loop that `bm` runs, too.
fn math1<T: Vector>(x: &Argument<'_, T>, function: vector::Unary) -> ArrayD<T> {
    let x = x.view();
    let elements = standard(&x, x.shape());
    let mut out = vec![T::default(); elements.len()];
    T::loop1(function)(&elements, to_write(&mut out));
    made(x.shape(), out)
}

/// As [`math1`].
fn math2<T: Vector>(
    site: &'static Site,
    x: &Argument<'_, T>,
    y: &Argument<'_, T>,
    function: vector::Binary,
) -> ArrayD<T> {
    let (x, y) = (x.view(), y.view());
    let (shape, x, y) = pair(site, &x, &y);
    let mut out = vec![T::default(); x.len()];
    T::loop2(function)(&x, &y, to_write(&mut out));
    made(&shape, out)
}

fn missing(site: &Site, name: &str, ty: &str) -> ! {
    panic!("{}: `{name}` is not defined on {ty}", site.method)
}

/// The comparisons, by [`run2`] or [`each2`].
macro_rules! compare {
    ($(#[$attribute:meta])? $type:ident, $run:ident, |$a:ident, $b:ident $(, $method:ident)?|) => {
        $(#[$attribute])?
        fn compare(
            operation: Compare,
            site: &'static Site,
            x: &Argument<'_, Self>,
            y: &Argument<'_, Self>,
        ) -> ArrayD<bool> {
            match operation {
                Compare::Less => $run(site, x, y, |$a: $type, $b: $type $(, $method)?| $a < $b),
                Compare::LessEqual => $run(site, x, y, |$a: $type, $b: $type $(, $method)?| $a <= $b),
                Compare::Greater => $run(site, x, y, |$a: $type, $b: $type $(, $method)?| $a > $b),
                Compare::GreaterEqual => $run(site, x, y, |$a: $type, $b: $type $(, $method)?| $a >= $b),
                Compare::Equal => $run(site, x, y, |$a: $type, $b: $type $(, $method)?| $a == $b),
                Compare::NotEqual => $run(site, x, y, |$a: $type, $b: $type $(, $method)?| $a != $b),
            }
        }
    };
}

macro_rules! float {
    ($($type:ident)*) => {$(
        impl Plain for $type {
            fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self> {
                let function = match operation {
                    Unary::Copy => return run1(x, |a: $type| a),
                    Unary::Signum => return run1(x, <$type>::signum_of),
                    Unary::Conjugate => return run1(x, |a: $type| a),
                    Unary::Not => missing(site, "!", stringify!($type)),
                    Unary::Negative => vector::Unary::Negative,
                    Unary::Absolute => vector::Unary::Fabs,
                    Unary::Sign => vector::Unary::Sign,
                    Unary::Square => vector::Unary::Square,
                    Unary::Reciprocal => vector::Unary::Reciprocal,
                    Unary::Sqrt => vector::Unary::Sqrt,
                    Unary::Floor => vector::Unary::Floor,
                    Unary::Ceil => vector::Unary::Ceil,
                    Unary::Trunc => vector::Unary::Trunc,
                    Unary::Rint => vector::Unary::Rint,
                    Unary::Exp => vector::Unary::Exp,
                    Unary::Exp2 => vector::Unary::Exp2,
                    Unary::Expm1 => vector::Unary::Expm1,
                    Unary::Log => vector::Unary::Log,
                    Unary::Log2 => vector::Unary::Log2,
                    Unary::Log10 => vector::Unary::Log10,
                    Unary::Log1p => vector::Unary::Log1p,
                    Unary::Sin => vector::Unary::Sin,
                    Unary::Cos => vector::Unary::Cos,
                    Unary::Tan => vector::Unary::Tan,
                    Unary::Arcsin => vector::Unary::Arcsin,
                    Unary::Arccos => vector::Unary::Arccos,
                    Unary::Arctan => vector::Unary::Arctan,
                    Unary::Sinh => vector::Unary::Sinh,
                    Unary::Cosh => vector::Unary::Cosh,
                    Unary::Tanh => vector::Unary::Tanh,
                    Unary::Arcsinh => vector::Unary::Arcsinh,
                    Unary::Arccosh => vector::Unary::Arccosh,
                    Unary::Arctanh => vector::Unary::Arctanh,
                    Unary::Sigmoid => vector::Unary::Sigmoid,
                    Unary::Softplus => vector::Unary::Softplus,
                    Unary::Erf => vector::Unary::Erf,
                    Unary::Erfc => vector::Unary::Erfc,
                    Unary::Cbrt => vector::Unary::Cbrt,
                    Unary::Exprel => vector::Unary::Exprel,
                };
                math1(x, function)
            }

            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                let function = match operation {
                    Binary::Spread => return run2(site, x, y, |x, _| x),
                    Binary::Add => vector::Binary::Add,
                    Binary::Subtract => vector::Binary::Subtract,
                    Binary::Multiply => vector::Binary::Multiply,
                    Binary::Divide => vector::Binary::Divide,
                    Binary::Rem => vector::Binary::Fmod,
                    Binary::Maximum => vector::Binary::Maximum,
                    Binary::Minimum => vector::Binary::Minimum,
                    Binary::Remainder => vector::Binary::Remainder,
                    Binary::FloorDivide => vector::Binary::FloorDivide,
                    Binary::Arctan2 => vector::Binary::Arctan2,
                    Binary::Power => vector::Binary::Power,
                    Binary::Hypot => vector::Binary::Hypot,
                    Binary::Copysign => vector::Binary::Copysign,
                    Binary::Logaddexp => vector::Binary::Logaddexp,
                    Binary::And | Binary::Or | Binary::Xor | Binary::ShiftLeft | Binary::ShiftRight | Binary::LeftShift | Binary::RightShift => {
                        missing(site, "a bit operation", stringify!($type))
                    }
                };
                math2(site, x, y, function)
            }

            compare!($type, run2, |a, b|);
        }
    )*};
}

macro_rules! integer {
    ($($type:ident)*) => {$(
        impl Plain for $type {
            #[inline]
            fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self> {
                each1(x, match operation {
                    Unary::Copy => |a| a,
                    Unary::Negative => <$type>::wrapping_neg,
                    Unary::Not => |a| !a,
                    Unary::Absolute => <$type>::absolute,
                    Unary::Sign => <$type as Elementary>::sign,
                    Unary::Square => <$type as Elementary>::square,
                    Unary::Conjugate => |a| a,
                    _ => missing(site, "a function of floats", stringify!($type)),
                })
            }

            #[inline]
            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                each2(site, x, y, match operation {
                    Binary::Spread => |a: $type, _, _| a,
                    Binary::Add => |a: $type, b: $type, _| a.wrapping_add(b),
                    Binary::Subtract => |a, b, _| a.wrapping_sub(b),
                    Binary::Multiply => |a, b, _| a.wrapping_mul(b),
                    Binary::Divide => |a, b, method| a.divide(b, method),
                    Binary::Rem => |a, b, method| Elementary::rem(a, b, method),
                    Binary::And => |a, b, _| a & b,
                    Binary::Or => |a, b, _| a | b,
                    Binary::Xor => |a, b, _| a ^ b,
                    Binary::ShiftLeft => |a, b, _| a.shift_left(b),
                    Binary::ShiftRight => |a, b, _| a.shift_right(b),
                    Binary::LeftShift => |a, b, _| crate::kernel::elementary::Bits::left_shift(a, b),
                    Binary::RightShift => |a, b, _| crate::kernel::elementary::Bits::right_shift(a, b),
                    Binary::Maximum => |a, b, _| a.maximum(b),
                    Binary::Minimum => |a, b, _| a.minimum(b),
                    Binary::Remainder => |a, b, _| Elementary::remainder(a, b),
                    Binary::FloorDivide => |a, b, _| Elementary::floor_divide(a, b),
                    Binary::Power => |a, b, method| a.integer_power(b, method),
                    _ => missing(site, "a function of floats", stringify!($type)),
                })
            }

            compare!(#[inline] $type, each2, |a, b, _method|);
        }
    )*};
}

macro_rules! complex {
    ($($type:ident)*) => {$(
        impl Plain for $type {
            #[inline]
            fn unary(operation: Unary, site: &'static Site, x: &Argument<'_, Self>) -> ArrayD<Self> {
                each1(x, match operation {
                    Unary::Copy => |a| a,
                    Unary::Negative => |a| -a,
                    Unary::Absolute => <$type>::absolute,
                    Unary::Sign => <$type as Elementary>::sign,
                    Unary::Square => <$type as Elementary>::square,
                    Unary::Conjugate => |a| a.conj(),
                    Unary::Reciprocal => <$type as Arithmetic>::reciprocal,
                    Unary::Sqrt => <$type as Inexact>::sqrt,
                    Unary::Exp => <$type as Inexact>::exp,
                    Unary::Exp2 => <$type as Inexact>::exp2,
                    Unary::Expm1 => <$type as Inexact>::expm1,
                    Unary::Log => <$type as Inexact>::log,
                    Unary::Log2 => <$type as Inexact>::log2,
                    Unary::Log10 => <$type as Inexact>::log10,
                    Unary::Log1p => <$type as Inexact>::log1p,
                    Unary::Sin => <$type as Inexact>::sin,
                    Unary::Cos => <$type as Inexact>::cos,
                    Unary::Tan => <$type as Inexact>::tan,
                    Unary::Arcsin => <$type as Inexact>::arcsin,
                    Unary::Arccos => <$type as Inexact>::arccos,
                    Unary::Arctan => <$type as Inexact>::arctan,
                    Unary::Sinh => <$type as Inexact>::sinh,
                    Unary::Cosh => <$type as Inexact>::cosh,
                    Unary::Tanh => <$type as Inexact>::tanh,
                    Unary::Arcsinh => <$type as Inexact>::arcsinh,
                    Unary::Arccosh => <$type as Inexact>::arccosh,
                    Unary::Arctanh => <$type as Inexact>::arctanh,
                    _ => missing(site, "this function", stringify!($type)),
                })
            }

            #[inline]
            fn binary(operation: Binary, site: &'static Site, x: &Argument<'_, Self>, y: &Argument<'_, Self>) -> ArrayD<Self> {
                each2(site, x, y, match operation {
                    Binary::Spread => |a: $type, _, _| a,
                    Binary::Add => |a: $type, b: $type, _| a + b,
                    Binary::Subtract => |a, b, _| a - b,
                    Binary::Multiply => |a, b, _| a * b,
                    Binary::Divide => |a, b, _| a / b,
                    Binary::Maximum => |a, b, _| a.maximum(b),
                    Binary::Minimum => |a, b, _| a.minimum(b),
                    Binary::Power => |a, b, _| Arithmetic::power(a, b),
                    _ => missing(site, "this operation", stringify!($type)),
                })
            }

            #[inline]
            fn compare(
                operation: Compare,
                site: &'static Site,
                x: &Argument<'_, Self>,
                y: &Argument<'_, Self>,
            ) -> ArrayD<bool> {
                each2(site, x, y, match operation {
                    Compare::Equal => |a: $type, b: $type, _| a == b,
                    Compare::NotEqual => |a, b, _| a != b,
                    _ => missing(site, "an order", stringify!($type)),
                })
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
            Unary::Copy => run1(x, |a: bool| a),
            Unary::Not => run1(x, |a: bool| !a),
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

    compare!(bool, each2, |a, b, _method|);
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
    _site: &'static Site,
    x: Argument<'_, T>,
) -> ArrayD<bool> {
    match operation {
        Predicate::IsNan => run1(&x, T::tests_nan),
        Predicate::IsInfinite => run1(&x, T::tests_infinite),
        Predicate::IsFinite => run1(&x, T::tests_finite),
    }
}

/// A part of complex numbers, or of floats.
pub fn part<T: Element + Parts<Part: Element>>(
    operation: Part,
    _site: &'static Site,
    x: Argument<'_, T>,
) -> ArrayD<T::Part> {
    match operation {
        Part::Absolute => run1(&x, T::modulus),
        Part::RealPart => run1(&x, T::real_part),
        Part::ImaginaryPart => run1(&x, T::imaginary_part),
        Part::Angle => run1(&x, T::angle_of),
    }
}

/// An integer power.
pub fn powi<T: Element + Functions>(
    _site: &'static Site,
    x: Argument<'_, T>,
    exponent: i32,
) -> ArrayD<T> {
    struct Loop<'a, T>(&'a [T], &'a mut [T], i32);
    impl<T: Functions> Dispatch for Loop<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run<L: Level>(self) {
            for (out, x) in self.1.iter_mut().zip(self.0) {
                *out = x.power_integer::<L>(self.2);
            }
        }
    }
    let x = x.view();
    let elements = standard(&x, x.shape());
    let mut out = vec![T::default(); elements.len()];
    dispatch(Loop(&elements, &mut out, exponent));
    made(x.shape(), out)
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
    _site: &'static Site,
    x: Argument<'_, T>,
    convert: impl Fn(T) -> U,
) -> ArrayD<U> {
    run1(&x, convert)
}

/// A user's function of one number.
pub fn map1<T: Element, U: Element>(
    _site: &'static Site,
    function: impl Fn(T) -> U,
    x: Argument<'_, T>,
) -> ArrayD<U> {
    run1(&x, function)
}

/// A user's function of two numbers.
pub fn map2<T: Element, S: Element, U: Element>(
    site: &'static Site,
    function: impl Fn(T, S) -> U,
    x: Argument<'_, T>,
    y: Argument<'_, S>,
) -> ArrayD<U> {
    let (x, y) = (x.view(), y.view());
    let shape = common_shape(site, &[x.shape(), y.shape()]);
    let (x, y) = (standard(&x, &shape), standard(&y, &shape));
    made(
        &shape,
        x.iter().zip(&*y).map(|(&x, &y)| function(x, y)).collect(),
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
    let shape = common_shape(site, &[x.shape(), y.shape(), z.shape()]);
    let (x, y, z) = (
        standard(&x, &shape),
        standard(&y, &shape),
        standard(&z, &shape),
    );
    let elements = x
        .iter()
        .zip(&*y)
        .zip(&*z)
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

/// `target += value`.
pub fn add<T: Number, D: Dimension, E: Dimension>(
    site: &'static Site,
    mut target: ArrayViewMut<'_, T, D>,
    value: ArrayView<'_, T, E>,
) {
    match value.broadcast(target.raw_dim()) {
        Some(value) => target.zip_mut_with(&value, |target, &value| *target = target.plus(value)),
        None => site.fail(&format!(
            "shapes do not match: {} has shape {:?}, the value has shape {:?}",
            site.operand(0),
            target.shape(),
            value.shape()
        )),
    }
}

/// The same for a gradient: the value is summed over the axes along which the target was broadcast.
pub fn store_summed<T: crate::kernel::Real, D: Dimension>(
    site: &'static Site,
    target: ArrayViewMut<'_, T, D>,
    value: ArrayView<'_, T, D>,
) {
    if target.shape() == value.shape() {
        return store(site, target, value);
    }
    let summed = crate::adjoint::fitted(value.to_owned(), &target);
    store(site, target, summed.view());
}

/// The same, added to what is there.
pub fn add_summed<T: crate::kernel::Real, D: Dimension>(
    site: &'static Site,
    mut target: ArrayViewMut<'_, T, D>,
    value: ArrayView<'_, T, D>,
) {
    let mut summed = target.to_owned();
    store_summed(site, summed.view_mut(), value);
    target.zip_mut_with(&summed, |target, &value| *target += value);
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
