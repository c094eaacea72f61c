//! What `bm` functions accept: scalars, arrays, views and slices, by reference or by value.

use ndarray::{
    Array, ArrayBase, ArrayD, ArrayRef, ArrayView, Data, DimMax, Dimension, Ix0, Ix1, IxDyn, aview0,
};
use num_complex::{Complex32, Complex64};
use std::marker::PhantomData;

/// An argument of element type `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number, array or view of `{T}`",
    note = "write a number as the elements are: `2.0` beside floats, not `2`; convert arrays by `bm::astype::<{T}, _, _>(..)`"
)]
pub trait Operand<T> {
    /// Its rank; a scalar has rank 0.
    type Dim: Dimension;
    /// Whether results are scalars or arrays.
    type Kind: Kind<Dim = Self::Dim>;
    /// The elements.
    fn view(&self) -> ArrayView<'_, T, Self::Dim>;
}

/// Whether an elementwise result is a scalar or an array of some rank.
pub trait Kind {
    /// The rank of the result.
    type Dim: Dimension;
    /// The result with elements `U`.
    type Of<U>;
    /// Computes the result by the way that fits.
    fn evaluate<U>(scalar: impl FnOnce() -> U, array: impl FnOnce() -> ArrayD<U>) -> Self::Of<U>;
    /// Computes two results by the way that fits.
    fn evaluate_both<U, V>(
        scalar: impl FnOnce() -> (U, V),
        arrays: impl FnOnce() -> (ArrayD<U>, ArrayD<V>),
    ) -> (Self::Of<U>, Self::Of<V>);
}

/// The kind of scalars.
pub struct Scalar;

/// The kind of arrays of rank `D`.
pub struct Ranked<D>(PhantomData<D>);

impl Kind for Scalar {
    type Dim = Ix0;
    type Of<U> = U;
    #[inline(always)]
    fn evaluate<U>(scalar: impl FnOnce() -> U, _: impl FnOnce() -> ArrayD<U>) -> U {
        scalar()
    }
    #[inline(always)]
    fn evaluate_both<U, V>(
        scalar: impl FnOnce() -> (U, V),
        _: impl FnOnce() -> (ArrayD<U>, ArrayD<V>),
    ) -> (U, V) {
        scalar()
    }
}

impl<D: Dimension> Kind for Ranked<D> {
    type Dim = D;
    type Of<U> = Array<U, D>;
    fn evaluate<U>(_: impl FnOnce() -> U, array: impl FnOnce() -> ArrayD<U>) -> Array<U, D> {
        with_rank(array())
    }
    fn evaluate_both<U, V>(
        _: impl FnOnce() -> (U, V),
        arrays: impl FnOnce() -> (ArrayD<U>, ArrayD<V>),
    ) -> (Array<U, D>, Array<V, D>) {
        let (first, second) = arrays();
        (with_rank(first), with_rank(second))
    }
}

/// The kind of an elementwise function of two operands.
pub trait Join<K: Kind>: Kind {
    /// Scalar if both are, else an array of the larger rank.
    type Joined: Kind;
}

impl Join<Scalar> for Scalar {
    type Joined = Scalar;
}

impl<D: Dimension> Join<Ranked<D>> for Scalar {
    type Joined = Ranked<D>;
}

impl<D: Dimension> Join<Scalar> for Ranked<D> {
    type Joined = Ranked<D>;
}

impl<D: Dimension + DimMax<E>, E: Dimension> Join<Ranked<E>> for Ranked<D> {
    type Joined = Ranked<<D as DimMax<E>>::Output>;
}

/// The result of an elementwise function with elements `U` on one operand.
pub type Mapped<T, A, U> = <<A as Operand<T>>::Kind as Kind>::Of<U>;

/// The kind of an elementwise function on operands `A` and `B`.
pub type Both<T, A, U, B> = <<A as Operand<T>>::Kind as Join<<B as Operand<U>>::Kind>>::Joined;

/// The array with its rank known statically.
pub(crate) fn with_rank<U, D: Dimension>(array: ArrayD<U>) -> Array<U, D> {
    array
        .into_dimensionality()
        .expect("the rank follows from the types")
}

/// The array in row-major order, as NumPy's results are: ndarray selects and joins in the order of its operands' memory.
pub(crate) fn row_major<U: Clone>(array: ArrayD<U>) -> ArrayD<U> {
    match array.is_standard_layout() {
        true => array,
        false => array.as_standard_layout().into_owned(),
    }
}

/// The value of a scalar operand.
#[inline(always)]
pub(crate) fn item<T: Copy, A: Operand<T>>(operand: &A) -> T {
    *operand.view().first().expect("a scalar has one element")
}

macro_rules! scalars {
    ($($t:ty)*) => {$(
        impl Operand<$t> for $t {
            type Dim = Ix0;
            type Kind = Scalar;
            #[inline(always)]
            fn view(&self) -> ArrayView<'_, $t, Ix0> { aview0(self) }
        }
        impl Operand<$t> for &$t {
            type Dim = Ix0;
            type Kind = Scalar;
            #[inline(always)]
            fn view(&self) -> ArrayView<'_, $t, Ix0> { aview0(*self) }
        }
    )*};
}

scalars!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize bool Complex32 Complex64);

impl<T, S: Data<Elem = T>, D: Dimension> Operand<T> for ArrayBase<S, D> {
    type Dim = D;
    type Kind = Ranked<D>;
    fn view(&self) -> ArrayView<'_, T, D> {
        ArrayRef::view(self)
    }
}

impl<T, S: Data<Elem = T>, D: Dimension> Operand<T> for &ArrayBase<S, D> {
    type Dim = D;
    type Kind = Ranked<D>;
    fn view(&self) -> ArrayView<'_, T, D> {
        ArrayRef::view(self)
    }
}

impl<T, S: Data<Elem = T>, D: Dimension> Operand<T> for &mut ArrayBase<S, D> {
    type Dim = D;
    type Kind = Ranked<D>;
    fn view(&self) -> ArrayView<'_, T, D> {
        ArrayRef::view(self)
    }
}

impl<T, D: Dimension> Operand<T> for &ArrayRef<T, D> {
    type Dim = D;
    type Kind = Ranked<D>;
    fn view(&self) -> ArrayView<'_, T, D> {
        ArrayRef::view(self)
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $t:ty;)*) => {$(
        impl<T, $($generics)*> Operand<T> for $t {
            type Dim = Ix1;
            type Kind = Ranked<Ix1>;
            fn view(&self) -> ArrayView<'_, T, Ix1> { ArrayView::from(&self[..]) }
        }
    )*};
}

lists! {
    [] &[T];
    [] Vec<T>;
    [] &Vec<T>;
    [const N: usize] [T; N];
    [const N: usize] &[T; N];
}

/// The operand as a view of dynamic rank.
pub(crate) fn dynamic<T, A: Operand<T>>(operand: &A) -> ArrayView<'_, T, IxDyn> {
    operand.view().into_dyn()
}
