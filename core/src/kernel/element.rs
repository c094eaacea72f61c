//! The types of array elements, and what can be computed with each.

use super::call::{AddRows, Rows, TimesRows};
use super::level::{Level, dispatch};
use super::registers::{self, Operation};
use super::scratch::Pool;
use super::space::{Cursor, Form};
use num_complex::{Complex32, Complex64};
use num_traits::{Float, FloatConst, NumAssign};
use std::cell::RefCell;
use std::fmt::{Debug, Display, LowerExp};

/// A type that arrays hold: the floats, the integers, `bool`, `Complex32` and `Complex64`.
///
/// # Safety
/// Every value is plain data, and the alignment is at most that of the staging blocks.
pub unsafe trait Element:
    Copy + Send + Sync + PartialEq + Debug + Default + 'static
{
    /// The type as the user writes it.
    const NAME: &'static str;

    /// Lends this thread's pool of buffers.
    #[doc(hidden)]
    fn with_pool<R>(body: impl FnOnce(&mut Pool<Self>) -> R) -> R;

    /// Copies the elements of a block into `block`. Compiled once a type, in this crate.
    ///
    /// # Safety
    /// `source` is the operand that `form` describes, and `block` has room for the block.
    #[doc(hidden)]
    unsafe fn load(source: *const Self, form: &Form, cursor: &Cursor<'_>, block: *mut Self);

    /// Copies `block` to the elements of a block of the operand.
    ///
    /// # Safety
    /// As [`Element::load`], and the operand may be written.
    #[doc(hidden)]
    unsafe fn store(target: *mut Self, form: &Form, cursor: &Cursor<'_>, block: *const Self);

    /// The fold of a run of a reduction in registers, where the type and the level have them; of extremes none if one is NaN.
    #[doc(hidden)]
    #[inline(always)]
    fn fold_run<L: Level>(_operation: Operation, _run: &[Self]) -> Option<Self> {
        None
    }

    /// Folds rows that begin `stride` apart into `sums`, in their order, as above.
    #[doc(hidden)]
    #[inline(always)]
    fn fold_down<L: Level>(
        _operation: Operation,
        _x: &[Self],
        _stride: usize,
        _sums: &mut [Self],
    ) -> Option<()> {
        None
    }
}

/// An element with arithmetic. Integers wrap.
pub trait Number: Element {
    const ZERO: Self;
    const ONE: Self;
    /// What changes nothing when it is added: negative zero for floats.
    const NOTHING: Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;

    /// `self * factor + addend`, rounded once where the level can.
    #[inline(always)]
    fn times_plus<L: Level>(self, factor: Self, addend: Self) -> Self {
        self.times(factor).plus(addend)
    }

    /// `out[i] = sum_k rows[i, k] vector[k]`. For floats compiled in this crate, once.
    #[doc(hidden)]
    #[inline]
    fn times_rows(rows: &[Self], vector: &[Self], out: &mut [Self]) {
        dispatch(Rows {
            a: rows,
            b: vector,
            out,
        })
    }

    /// Adds rows times weights to the sums of their columns. For floats compiled in this crate, once.
    #[doc(hidden)]
    #[inline]
    fn add_rows(rows: AddRows<'_, Self>) {
        dispatch(rows)
    }
}

/// An element with an order.
pub trait Ordered: Element + PartialOrd {
    /// No value is less.
    const LOWEST: Self;
    /// No value is greater.
    const HIGHEST: Self;
    /// The greater of the two, `other` if one of them is NaN: an instruction of the processor.
    fn over(self, other: Self) -> Self;
    /// The lesser of the two, `other` if one of them is NaN.
    fn under(self, other: Self) -> Self;
    /// Whether it is NaN.
    #[inline(always)]
    fn is_unordered(self) -> bool {
        false
    }
    /// The least and the greatest element in registers, where the level has them and no element is NaN.
    #[doc(hidden)]
    #[inline(always)]
    fn extremes_of<L: Level>(_line: &[Self]) -> Option<(Self, Self)> {
        None
    }
    /// The place of the greatest or the least element, the first of equals, as above, of a line that is not short.
    #[doc(hidden)]
    #[inline(always)]
    fn place_of<L: Level>(_greatest: bool, _line: &[Self]) -> Option<usize> {
        None
    }
    /// The rows of the greatest or the least elements of columns, as above.
    #[doc(hidden)]
    #[inline(always)]
    fn places_of<L: Level>(
        _greatest: bool,
        _x: &[Self],
        _stride: usize,
        _out: &mut [usize],
    ) -> Option<()> {
        None
    }
    /// The greater of the two; NaN if one of them is NaN.
    #[inline(always)]
    fn greater(self, other: Self) -> Self {
        let greater = self.over(other);
        if self.is_unordered() { self } else { greater }
    }
    /// The lesser of the two; NaN if one of them is NaN.
    #[inline(always)]
    fn lesser(self, other: Self) -> Self {
        let lesser = self.under(other);
        if self.is_unordered() { self } else { lesser }
    }
}

/// An integer element, which can be an index.
pub trait Integer: Number + Ordered {
    /// The value as an index, or `i64::MAX` where it is too large for one.
    fn to_index(self) -> i64;
}

/// `f32` or `f64`: what a generic model is written for.
///
/// ```
/// use brain_jit::kernel::Real;
/// fn relu<T: Real>(x: T) -> T {
///     if x > T::zero() { x } else { T::from_f64(0.0) }
/// }
/// assert_eq!(relu(-1.0f32), 0.0);
/// ```
pub trait Real:
    Number
    + Ordered
    + Float
    + FloatConst
    + NumAssign
    + Display
    + LowerExp
    + super::elementary::Elementary
    + super::elementary::Fractional
    + super::function::Functions
    + crate::__private::plain::Plain
    + crate::array::number::Constants
    + crate::random::RandomFloat
    + crate::adjoint::Differentiable<Gradients = Self>
{
    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// The value as `f64`, exactly.
    fn into_f64(self) -> f64;
    /// The sums of the deviations from `centre` and of their squares in registers, where the level has them.
    #[doc(hidden)]
    fn deviations<L: Level>(line: &[Self], centre: Self) -> Option<(Self, Self)>;
    /// The sum of what is not NaN in a run of a reduction, and how much that is, as above.
    #[doc(hidden)]
    fn present<L: Level>(run: &[Self]) -> Option<(Self, usize)>;
    /// Adds to the sums of the deviations of columns of rows that begin `stride` apart from their centres, and of their squares, as above.
    #[doc(hidden)]
    fn deviations_down<L: Level>(
        x: &[Self],
        stride: usize,
        centres: &[Self],
        sums: &mut [Self],
        squares: &mut [Self],
    ) -> Option<()>;
}

macro_rules! element {
    ($($type:ident $(in $registers:ident)?),*) => {$(
        // SAFETY: a primitive or a pair of them, aligned to at most 8 bytes.
        unsafe impl Element for $type {
            const NAME: &'static str = stringify!($type);

            fn with_pool<R>(body: impl FnOnce(&mut Pool<Self>) -> R) -> R {
                thread_local! {
                    static POOL: RefCell<Pool<$type>> = const { RefCell::new(Pool::new()) };
                }
                POOL.with_borrow_mut(body)
            }

            #[inline(never)]
            unsafe fn load(source: *const Self, form: &Form, cursor: &Cursor<'_>, block: *mut Self) {
                // SAFETY: the caller's promise.
                unsafe { super::staging::load(source, form, cursor, block) }
            }

            #[inline(never)]
            unsafe fn store(target: *mut Self, form: &Form, cursor: &Cursor<'_>, block: *const Self) {
                // SAFETY: the caller's promise.
                unsafe { super::staging::store(target, form, cursor, block) }
            }

            $(
                #[inline(always)]
                fn fold_run<L: Level>(operation: Operation, run: &[Self]) -> Option<Self> {
                    $registers::$type::run::<L>(operation, run)
                }

                #[inline(always)]
                fn fold_down<L: Level>(operation: Operation, x: &[Self], stride: usize, sums: &mut [Self]) -> Option<()> {
                    $registers::$type::down::<L>(operation, x, stride, sums)
                }
            )?
        }
    )*};
}

element!(f32 in registers, f64 in registers, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, bool, Complex32, Complex64);

macro_rules! number {
    ($($type:ident: $zero:expr, $one:expr, $nothing:expr, $plus:expr, $minus:expr, $times:expr $(, $mul_add:ident)?;)*) => {$(
        impl Number for $type {
            const ZERO: Self = $zero;
            const ONE: Self = $one;
            const NOTHING: Self = $nothing;
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                $plus(self, other)
            }
            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                $minus(self, other)
            }
            #[inline(always)]
            fn times(self, other: Self) -> Self {
                $times(self, other)
            }
            $(
                #[inline(always)]
                fn times_plus<L: Level>(self, factor: Self, addend: Self) -> Self {
                    L::$mul_add(self, factor, addend)
                }
                #[inline(never)]
                fn times_rows(rows: &[Self], vector: &[Self], out: &mut [Self]) {
                    <$type as TimesRows>::times_rows(rows, vector, out)
                }
                #[inline(never)]
                fn add_rows(rows: AddRows<'_, Self>) {
                    dispatch(rows)
                }
            )?
        }
    )*};
}

macro_rules! real {
    ($($type:ident $mul_add:ident,)*) => {$(
        number!($type: 0.0, 1.0, -0.0, |a, b| a + b, |a, b| a - b, |a, b| a * b, $mul_add;);

        impl Ordered for $type {
            const LOWEST: Self = <$type>::NEG_INFINITY;
            const HIGHEST: Self = <$type>::INFINITY;
            #[inline(always)]
            fn over(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn under(self, other: Self) -> Self {
                if self < other { self } else { other }
            }
            #[inline(always)]
            fn is_unordered(self) -> bool {
                self.is_nan()
            }
            #[inline(always)]
            fn extremes_of<L: Level>(line: &[Self]) -> Option<(Self, Self)> {
                registers::$type::extremes::<L>(line)
            }
            #[inline(always)]
            fn place_of<L: Level>(greatest: bool, line: &[Self]) -> Option<usize> {
                registers::$type::place_of::<L>(greatest, line)
            }
            #[inline(always)]
            fn places_of<L: Level>(greatest: bool, x: &[Self], stride: usize, out: &mut [usize]) -> Option<()> {
                registers::$type::places_of::<L>(greatest, x, stride, out)
            }
        }

        impl Real for $type {
            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $type
            }
            #[inline(always)]
            fn into_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn deviations<L: Level>(line: &[Self], centre: Self) -> Option<(Self, Self)> {
                registers::$type::deviations::<L>(line, centre)
            }
            #[inline(always)]
            fn present<L: Level>(run: &[Self]) -> Option<(Self, usize)> {
                registers::$type::present::<L>(run)
            }
            #[inline(always)]
            fn deviations_down<L: Level>(x: &[Self], stride: usize, centres: &[Self], sums: &mut [Self], squares: &mut [Self]) -> Option<()> {
                registers::$type::deviations_down::<L>(x, stride, centres, sums, squares)
            }
        }
    )*};
}

macro_rules! integer {
    ($($type:ident)*) => {$(
        number!($type: 0, 1, 0, <$type>::wrapping_add, <$type>::wrapping_sub, <$type>::wrapping_mul;);

        impl Ordered for $type {
            const LOWEST: Self = <$type>::MIN;
            const HIGHEST: Self = <$type>::MAX;
            #[inline(always)]
            fn over(self, other: Self) -> Self {
                if other > self { other } else { self }
            }
            #[inline(always)]
            fn under(self, other: Self) -> Self {
                if other < self { other } else { self }
            }
        }

        impl Integer for $type {
            #[inline(always)]
            fn to_index(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        }
    )*};
}

macro_rules! complex {
    ($($type:ident)*) => {$(
        number!($type:
            $type::new(0.0, 0.0), $type::new(1.0, 0.0), $type::new(-0.0, -0.0),
            |a: $type, b: $type| $type::new(a.re + b.re, a.im + b.im),
            |a: $type, b: $type| $type::new(a.re - b.re, a.im - b.im),
            |a: $type, b: $type| $type::new(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
        );
    )*};
}

real!(f32 mul_add_f32, f64 mul_add_f64,);
integer!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
complex!(Complex32 Complex64);

impl Ordered for bool {
    const LOWEST: Self = false;
    const HIGHEST: Self = true;
    #[inline(always)]
    fn over(self, other: Self) -> Self {
        self | other
    }
    #[inline(always)]
    fn under(self, other: Self) -> Self {
        self & other
    }
}
