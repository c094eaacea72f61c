//! How elementwise functions run: over scalars, arrays and views that broadcast, into new arrays or given ones.
//!
//! A family of functions is a table; each row makes the function, its in-place twin and its `_into` form.

use ndarray::{
    ArrayBase, ArrayD, ArrayRef, ArrayViewD, ArrayViewMut, ArrayViewMutD, DataMut, Dimension, Ix1,
    IxDyn, Zip,
};

use super::shape::broadcast;
use crate::kernel::map::{each1, each2, to_write, update_each1, update_each2};
use crate::kernel::unwritten::made;

/// A place to write to: `&mut` arrays, slices and vectors, and mutable views by value.
pub trait OperandMut<T> {
    /// Its rank.
    type Dim: Dimension;
    /// The elements.
    fn view_mut(&mut self) -> ArrayViewMut<'_, T, Self::Dim>;
}

impl<T, S: DataMut<Elem = T>, D: Dimension> OperandMut<T> for &mut ArrayBase<S, D> {
    type Dim = D;
    fn view_mut(&mut self) -> ArrayViewMut<'_, T, D> {
        ArrayRef::view_mut(self)
    }
}

impl<T, D: Dimension> OperandMut<T> for &mut ArrayRef<T, D> {
    type Dim = D;
    fn view_mut(&mut self) -> ArrayViewMut<'_, T, D> {
        ArrayRef::view_mut(self)
    }
}

impl<T, D: Dimension> OperandMut<T> for ArrayViewMut<'_, T, D> {
    type Dim = D;
    fn view_mut(&mut self) -> ArrayViewMut<'_, T, D> {
        ArrayRef::view_mut(self)
    }
}

impl<T> OperandMut<T> for &mut [T] {
    type Dim = Ix1;
    fn view_mut(&mut self) -> ArrayViewMut<'_, T, Ix1> {
        ArrayViewMut::from(&mut **self)
    }
}

impl<T> OperandMut<T> for &mut Vec<T> {
    type Dim = Ix1;
    fn view_mut(&mut self) -> ArrayViewMut<'_, T, Ix1> {
        ArrayViewMut::from(&mut self[..])
    }
}

/// `x` broadcast to a shape that is known to fit.
pub(crate) fn stretch<'a, T>(
    function: &str,
    x: &'a ArrayViewD<'_, T>,
    shape: &[usize],
) -> ArrayViewD<'a, T> {
    x.broadcast(IxDyn(shape)).unwrap_or_else(|| {
        panic!(
            "bm::{function}: shape {:?} does not broadcast to {shape:?}",
            x.shape()
        )
    })
}

pub(crate) fn map1<T: Copy, U>(x: ArrayViewD<'_, T>, f: impl Fn(T) -> U) -> ArrayD<U> {
    match x.as_slice() {
        Some(elements) => {
            let results = made(elements.len(), |out| each1(elements, out, f));
            ArrayD::from_shape_vec(x.raw_dim(), results).expect("one result an element")
        }
        None => strided1(x, &f),
    }
}

// What is strided or broadcasts calls the function indirectly, so that the loops over such layouts are compiled once a
// type and not once a function.
fn strided1<T: Copy, U>(x: ArrayViewD<'_, T>, f: &dyn Fn(T) -> U) -> ArrayD<U> {
    x.map(|&value| f(value))
}

fn strided2<T: Copy, U: Copy, V>(
    function: &str,
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, U>,
    f: &dyn Fn(T, U) -> V,
) -> ArrayD<V> {
    let shape = broadcast(function, &[a.shape(), b.shape()]);
    let (a, b) = (stretch(function, &a, &shape), stretch(function, &b, &shape));
    Zip::from(&a).and(&b).map_collect(|&a, &b| f(a, b))
}

pub(crate) fn map2<T: Copy, U: Copy, V>(
    function: &str,
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, U>,
    f: impl Fn(T, U) -> V,
) -> ArrayD<V> {
    if a.shape() == b.shape()
        && let (Some(left), Some(right)) = (a.as_slice(), b.as_slice())
    {
        let results = made(left.len(), |out| each2(left, right, out, f));
        return ArrayD::from_shape_vec(a.raw_dim(), results).expect("one result an element");
    }
    if b.ndim() == 0 {
        let b = *b.first().expect("a scalar has one element");
        return map1(a, |a| f(a, b));
    }
    if a.ndim() == 0 {
        let a = *a.first().expect("a scalar has one element");
        return map1(b, |b| f(a, b));
    }
    strided2(function, a, b, &f)
}

/// How many elements of three operands are taken at a time.
const PART: usize = 256;

/// An operand that is read in order: elements that lie so, or one that is repeated.
enum Stream<'a, T> {
    Elements(&'a [T]),
    Repeated([T; PART]),
}

impl<'a, T: Copy> Stream<'a, T> {
    /// None if the operand broadcasts or is strided.
    fn new(x: &'a ArrayViewD<'_, T>, shape: &[usize]) -> Option<Self> {
        if x.shape() == shape {
            return x.as_slice().map(Stream::Elements);
        }
        (x.ndim() == 0)
            .then(|| Stream::Repeated([*x.first().expect("a scalar has one element"); PART]))
    }

    #[inline]
    fn part(&self, start: usize, end: usize) -> &[T] {
        match self {
            Stream::Elements(elements) => &elements[start..end],
            Stream::Repeated(elements) => &elements[..end - start],
        }
    }
}

pub(crate) fn map3<T: Copy, U: Copy, V: Copy, W>(
    function: &str,
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, U>,
    c: ArrayViewD<'_, V>,
    f: impl Fn(T, U, V) -> W,
) -> ArrayD<W> {
    let shape = broadcast(function, &[a.shape(), b.shape(), c.shape()]);
    if let (Some(a), Some(b), Some(c)) = (
        Stream::new(&a, &shape),
        Stream::new(&b, &shape),
        Stream::new(&c, &shape),
    ) {
        let n = shape.iter().product();
        let mut results = Vec::with_capacity(n);
        for start in (0..n).step_by(PART) {
            let end = n.min(start + PART);
            let pairs = a.part(start, end).iter().zip(b.part(start, end));
            let triples = pairs.zip(c.part(start, end));
            results.extend(triples.map(|((&a, &b), &c)| f(a, b, c)));
        }
        return ArrayD::from_shape_vec(IxDyn(&shape), results).expect("one result an element");
    }
    let (a, b, c) = (
        stretch(function, &a, &shape),
        stretch(function, &b, &shape),
        stretch(function, &c, &shape),
    );
    let f: &dyn Fn(T, U, V) -> W = &f;
    Zip::from(&a)
        .and(&b)
        .and(&c)
        .map_collect(|&a, &b, &c| f(a, b, c))
}

pub(crate) fn update1<T: Copy>(mut x: ArrayViewMutD<'_, T>, f: impl Fn(T) -> T) {
    match x.as_slice_mut() {
        Some(elements) => update_each1(elements, f),
        None => {
            let f: &dyn Fn(T) -> T = &f;
            x.map_inplace(|value| *value = f(*value))
        }
    }
}

pub(crate) fn update2<T: Copy, U: Copy>(
    function: &str,
    mut x: ArrayViewMutD<'_, T>,
    y: ArrayViewD<'_, U>,
    f: impl Fn(T, U) -> T,
) {
    if x.shape() == y.shape()
        && let (Some(left), Some(right)) = (x.as_slice_mut(), y.as_slice())
    {
        return update_each2(left, right, f);
    }
    update_strided(function, x, y, &f);
}

fn update_strided<T: Copy, U: Copy>(
    function: &str,
    mut x: ArrayViewMutD<'_, T>,
    y: ArrayViewD<'_, U>,
    f: &dyn Fn(T, U) -> T,
) {
    let shape = x.shape().to_vec();
    let y = stretch(function, &y, &shape);
    Zip::from(&mut x).and(&y).for_each(|a, &b| *a = f(*a, b));
}

pub(crate) fn into1<T: Copy, U>(
    function: &str,
    x: ArrayViewD<'_, T>,
    mut out: ArrayViewMutD<'_, U>,
    f: impl Fn(T) -> U,
) {
    if x.shape() == out.shape()
        && let (Some(from), Some(to)) = (x.as_slice(), out.as_slice_mut())
    {
        return each1(from, to_write(to), f);
    }
    let f: &dyn Fn(T) -> U = &f;
    let shape = out.shape().to_vec();
    let x = stretch(function, &x, &shape);
    Zip::from(&mut out).and(&x).for_each(|out, &x| *out = f(x));
}

pub(crate) fn into2<T: Copy, U: Copy, V>(
    function: &str,
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, U>,
    mut out: ArrayViewMutD<'_, V>,
    f: impl Fn(T, U) -> V,
) {
    if a.shape() == out.shape()
        && b.shape() == out.shape()
        && let (Some(left), Some(right), Some(to)) =
            (a.as_slice(), b.as_slice(), out.as_slice_mut())
    {
        return each2(left, right, to_write(to), f);
    }
    let f: &dyn Fn(T, U) -> V = &f;
    let shape = out.shape().to_vec();
    let (a, b) = (stretch(function, &a, &shape), stretch(function, &b, &shape));
    Zip::from(&mut out)
        .and(&a)
        .and(&b)
        .for_each(|out, &a, &b| *out = f(a, b));
}

/// Functions of one operand: `name name_inplace name_into`. The in-place twin exists for types that the function
/// maps to themselves (`inplace` bound); `_` leaves it out.
macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $inplace:tt $into:ident
        <$t:ident: $bound:path> -> $u:ty, |$x:ident| $value:expr $(, $how:ident $vector:ident)?;)*) => {$(
        $(#[$doc])*
        pub fn $name<$t: $bound, A: Operand<$t>>(x: A) -> Mapped<$t, A, $u> {
            let function = |$x: $t| -> $u { $value };
            <A::Kind as Kind>::evaluate(
                || {
                    $(unary!(@scalar $how $vector $t item(&x));)?
                    function(item(&x))
                },
                || {
                    $(unary!(@$how $vector $t dynamic(&x));)?
                    $crate::array::elementwise::map1(dynamic(&x), function)
                },
            )
        }

        #[doc = concat!("[`", stringify!($name), "`] written into `out`, to whose shape `x` broadcasts.")]
        pub fn $into<$t: $bound, A: Operand<$t>, O: OperandMut<$u>>(x: A, mut out: O) {
            let function = |$x: $t| -> $u { $value };
            $(unary!(@into $how $vector $into $t x, out);)?
            $crate::array::elementwise::into1(stringify!($into), dynamic(&x), out.view_mut().into_dyn(), function)
        }

        unary!(@inplace $name $inplace <$t: $bound> |$x| $value $(, $vector)?);
    )*};
    // A scalar has the bits of an array's element.
    (@scalar float $vector:ident $t:ident $x:expr) => {
        if let Some(result) = <<$t as Number>::Float as Number>::vector_of(Unary::$vector, $x.to_float()) {
            return result;
        }
    };
    (@scalar $how:ident $vector:ident $t:ident $x:expr) => {};
    // Functions of `T::Float`.
    (@float $vector:ident $t:ident $x:expr) => {
        let floats = <$t as Number>::floats($x);
        if let Some(result) = <<$t as Number>::Float as Number>::vector1(Unary::$vector, &floats.view()) {
            return result;
        }
    };
    (@into float $vector:ident $into:ident $t:ident $x:ident, $out:ident) => {
        let (x, out) = (dynamic(&$x), $out.view_mut().into_dyn());
        let floats = <$t as Number>::floats($crate::array::elementwise::stretch(stringify!($into), &x, &out.shape().to_vec()));
        if <<$t as Number>::Float as Number>::vector1_into(Unary::$vector, &floats.view(), out) {
            return;
        }
    };
    (@into own $vector:ident $into:ident $t:ident $x:ident, $out:ident) => {
        let (x, out) = (dynamic(&$x), $out.view_mut().into_dyn());
        let x = $crate::array::elementwise::stretch(stringify!($into), &x, &out.shape().to_vec());
        if <$t as Number>::vector1_into(Unary::$vector, &x, out) {
            return;
        }
    };
    // Tests, into `bool`.
    (@test $test:ident $t:ident $x:expr) => {
        if let Some(result) = <$t as Number>::test1(Test::$test, &$x) {
            return result;
        }
    };
    (@into test $test:ident $into:ident $t:ident $x:ident, $out:ident) => {};
    // Functions of `T` itself.
    (@own $vector:ident $t:ident $x:expr) => {
        if let Some(result) = <$t as Number>::vector1(Unary::$vector, &$x) {
            return result;
        }
    };
    (@inplace $name:ident _ <$t:ident: $bound:path> |$x:ident| $value:expr $(, $vector:ident)?) => {};
    (@inplace $name:ident [$inplace:ident: $same:path] <$t:ident: $bound:path>
        |$x:ident| $value:expr $(, $vector:ident)?) => {
        #[doc = concat!("[`", stringify!($name), "`] in place.")]
        pub fn $inplace<$t: $same, O: OperandMut<$t>>(mut x: O) {
            let function = |$x: $t| -> $t { $value };
            $(if <$t as Number>::vector1_inplace(Unary::$vector, &mut x.view_mut().into_dyn()) {
                return;
            })?
            $crate::array::elementwise::update1(x.view_mut().into_dyn(), function)
        }
    };
}
pub(crate) use unary;

/// Functions of two operands of one element type that broadcast: `name name_inplace name_into`.
macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $inplace:tt $into:ident
        <$t:ident: $bound:path> -> $u:ty, |$x:ident, $y:ident| $value:expr $(, $how:ident $vector:ident)?;)*) => {$(
        $(#[$doc])*
        pub fn $name<$t: $bound, A: Operand<$t>, B: Operand<$t>>(
            x: A, y: B,
        ) -> <Both<$t, A, $t, B> as Kind>::Of<$u>
        where
            A::Kind: Join<B::Kind>,
        {
            let function = |$x: $t, $y: $t| -> $u { $value };
            <Both<$t, A, $t, B> as Kind>::evaluate(
                || function(item(&x), item(&y)),
                || {
                    $(binary!(@$how $vector $t dynamic(&x), dynamic(&y));)?
                    $crate::array::elementwise::map2(stringify!($name), dynamic(&x), dynamic(&y), function)
                },
            )
        }

        #[doc = concat!("[`", stringify!($name), "`] written into `out`, to whose shape both operands broadcast.")]
        pub fn $into<$t: $bound, A: Operand<$t>, B: Operand<$t>, O: OperandMut<$u>>(x: A, y: B, mut out: O) {
            let function = |$x: $t, $y: $t| -> $u { $value };
            $(binary!(@into $how $vector $into $t x, y, out);)?
            let out = out.view_mut().into_dyn();
            $crate::array::elementwise::into2(stringify!($into), dynamic(&x), dynamic(&y), out, function)
        }

        binary!(@inplace $name $inplace <$t: $bound> |$x, $y| $value $(, $vector)?);
    )*};
    (@float $vector:ident $t:ident $x:expr, $y:expr) => {
        let (x, y) = (<$t as Number>::floats($x), <$t as Number>::floats($y));
        if let Some(result) = <<$t as Number>::Float as Number>::vector2(Binary::$vector, &x.view(), &y.view()) {
            return result;
        }
    };
    (@into float $vector:ident $into:ident $t:ident $x:ident, $y:ident, $out:ident) => {
        let (x, y) = (<$t as Number>::floats(dynamic(&$x)), <$t as Number>::floats(dynamic(&$y)));
        let (x, y, out) = (x.view(), y.view(), $out.view_mut().into_dyn());
        let shape = out.shape().to_vec();
        let (x, y) = (
            $crate::array::elementwise::stretch(stringify!($into), &x, &shape),
            $crate::array::elementwise::stretch(stringify!($into), &y, &shape),
        );
        if <<$t as Number>::Float as Number>::vector2_into(Binary::$vector, &x, &y, out) {
            return;
        }
    };
    (@into own $vector:ident $into:ident $t:ident $x:ident, $y:ident, $out:ident) => {
        let (x, y, out) = (dynamic(&$x), dynamic(&$y), $out.view_mut().into_dyn());
        let shape = out.shape().to_vec();
        let (x, y) = (
            $crate::array::elementwise::stretch(stringify!($into), &x, &shape),
            $crate::array::elementwise::stretch(stringify!($into), &y, &shape),
        );
        if <$t as Number>::vector2_into(Binary::$vector, &x, &y, out) {
            return;
        }
    };
    (@own $vector:ident $t:ident $x:expr, $y:expr) => {
        if let Some(result) = <$t as Number>::vector2(Binary::$vector, &$x, &$y) {
            return result;
        }
    };
    (@inplace $name:ident _ <$t:ident: $bound:path> |$x:ident, $y:ident| $value:expr $(, $vector:ident)?) => {};
    (@inplace $name:ident [$inplace:ident: $same:path] <$t:ident: $bound:path>
        |$x:ident, $y:ident| $value:expr $(, $vector:ident)?) => {
        #[doc = concat!("[`", stringify!($name), "`] written over its first operand, to whose shape `y` broadcasts.")]
        pub fn $inplace<$t: $same, O: OperandMut<$t>, B: Operand<$t>>(mut x: O, y: B) {
            let function = |$x: $t, $y: $t| -> $t { $value };
            $(if <$t as Number>::vector2_inplace(Binary::$vector, &mut x.view_mut().into_dyn(), &dynamic(&y)) {
                return;
            })?
            $crate::array::elementwise::update2(stringify!($inplace), x.view_mut().into_dyn(), dynamic(&y), function)
        }
    };
}
pub(crate) use binary;

/// The imports that rows of a table need.
pub(crate) mod table {
    pub(crate) use super::super::number::{
        Arithmetic, Bits, Float, Inexact, Integer, Number, RealNumber, maximum as larger,
        minimum as smaller,
    };
    pub(crate) use super::super::operand::{Both, Join, Kind, Mapped, Operand, dynamic, item};
    pub(crate) use super::super::vector::{Binary, Test, Unary};
    pub(crate) use super::{OperandMut, binary, unary};
}
