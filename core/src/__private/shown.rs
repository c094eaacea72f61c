//! Values as text where their type can show them, else the type's name.

use std::fmt::Debug;

/// A value for `show_namespace`; which trait answers is decided by autoref.
pub struct Shown<'a, T: ?Sized>(pub &'a T);

/// Types with `Debug`.
pub trait ShowDebug {
    /// The value as text.
    fn show(&self) -> String;
}

/// All other types.
pub trait ShowType {
    /// The type's name.
    fn show(&self) -> String;
}

impl<T: Debug + ?Sized> ShowDebug for &Shown<'_, T> {
    fn show(&self) -> String {
        format!("{:?}", self.0)
    }
}

impl<T: ?Sized> ShowType for Shown<'_, T> {
    fn show(&self) -> String {
        format!("<{}>", std::any::type_name::<T>())
    }
}
