//! Finds what a variable's type can do: has it a saved form, a shape, or only a name?
//!
//! Method resolution prefers fewer dereferences, so `(&&&Kind::of(&x)).kind()` finds the first of the traits below whose
//! condition the type meets, also for types whose generics are still open.

use super::State;
use super::state::short_name;
use super::vars::{Exclusive, Looks, Shared};
use ndarray::{ArrayBase, Dimension, LayoutRef, RawData};
use std::any::{Any, type_name};
use std::marker::PhantomData;

/// Something with axes, whatever its elements are.
pub trait Shaped {
    fn axes(&self) -> Vec<usize>;
}

impl<S: RawData, D: Dimension> Shaped for ArrayBase<S, D> {
    fn axes(&self) -> Vec<usize> {
        self.shape().to_vec()
    }
}

impl<T, D: Dimension> Shaped for LayoutRef<T, D> {
    fn axes(&self) -> Vec<usize> {
        self.shape().to_vec()
    }
}

impl<T> Shaped for [T] {
    fn axes(&self) -> Vec<usize> {
        vec![self.len()]
    }
}

impl<T> Shaped for Vec<T> {
    fn axes(&self) -> Vec<usize> {
        vec![self.len()]
    }
}

impl<T, const N: usize> Shaped for [T; N] {
    fn axes(&self) -> Vec<usize> {
        vec![N]
    }
}

impl<T: Shaped + ?Sized> Shaped for &T {
    fn axes(&self) -> Vec<usize> {
        (**self).axes()
    }
}

impl<T: Shaped + ?Sized> Shaped for &mut T {
    fn axes(&self) -> Vec<usize> {
        (**self).axes()
    }
}

fn looks<T>(shape: Vec<usize>) -> Looks {
    Looks {
        shape,
        type_name: short_name(type_name::<T>()),
    }
}

/// Stands for the type of a variable that holds no borrow.
pub struct Kind<T>(PhantomData<T>);

impl<T> Kind<T> {
    pub fn of(_: &T) -> Self {
        Kind(PhantomData)
    }
}

/// Has a saved form.
pub struct StateKind;
/// Has a shape.
pub struct ShapedKind;
/// Has a type.
pub struct OtherKind;

pub trait IsState {
    fn kind(&self) -> StateKind {
        StateKind
    }
}
impl<T: State> IsState for &&Kind<T> {}

pub trait IsShaped {
    fn kind(&self) -> ShapedKind {
        ShapedKind
    }
}
impl<T: Shaped> IsShaped for &Kind<T> {}

pub trait IsOther {
    fn kind(&self) -> OtherKind {
        OtherKind
    }
}
impl<T> IsOther for Kind<T> {}

impl StateKind {
    pub fn shared<T: State>(self, value: &T) -> Shared<'_> {
        Shared::State(value)
    }
    pub fn exclusive<T: State>(self, value: &mut T) -> Exclusive<'_> {
        Exclusive::State(value)
    }
}

impl ShapedKind {
    pub fn shared<T: Shaped + Any>(self, value: &T) -> Shared<'_> {
        Shared::Other(shaped_looks::<T>, value)
    }
    pub fn exclusive<T: Shaped + Any>(self, value: &mut T) -> Exclusive<'_> {
        Exclusive::Other(shaped_looks::<T>, value)
    }
}

impl OtherKind {
    pub fn shared<T: Any>(self, value: &T) -> Shared<'_> {
        Shared::Other(other_looks::<T>, value)
    }
    pub fn exclusive<T: Any>(self, value: &mut T) -> Exclusive<'_> {
        Exclusive::Other(other_looks::<T>, value)
    }
}

fn shaped_looks<T: Shaped + Any>(value: &dyn Any) -> Looks {
    let axes = value.downcast_ref::<T>().map(Shaped::axes);
    looks::<T>(axes.unwrap_or_default())
}

fn other_looks<T>(_: &dyn Any) -> Looks {
    looks::<T>(Vec::new())
}

/// Stands for the type of a variable that holds a borrow.
pub struct Borrowing<T>(PhantomData<T>);

impl<T> Borrowing<T> {
    pub fn of(_: &T) -> Self {
        Borrowing(PhantomData)
    }
}

/// Borrows something with a shape.
pub struct BorrowingShapedKind;
/// Borrows something else.
pub struct BorrowingOtherKind;

pub trait BorrowsShaped {
    fn kind(&self) -> BorrowingShapedKind {
        BorrowingShapedKind
    }
}
impl<T: Shaped> BorrowsShaped for &Borrowing<T> {}

pub trait BorrowsOther {
    fn kind(&self) -> BorrowingOtherKind {
        BorrowingOtherKind
    }
}
impl<T> BorrowsOther for Borrowing<T> {}

impl BorrowingShapedKind {
    pub fn shared<'a, T: Shaped>(self, value: &T) -> Shared<'a> {
        Shared::Borrowing(looks::<T>(value.axes()))
    }
    pub fn exclusive<'a, T: Shaped>(self, value: &mut T) -> Exclusive<'a> {
        Exclusive::Borrowing(looks::<T>(value.axes()))
    }
}

impl BorrowingOtherKind {
    pub fn shared<'a, T>(self, _: &T) -> Shared<'a> {
        Shared::Borrowing(looks::<T>(Vec::new()))
    }
    pub fn exclusive<'a, T>(self, _: &mut T) -> Exclusive<'a> {
        Exclusive::Borrowing(looks::<T>(Vec::new()))
    }
}
