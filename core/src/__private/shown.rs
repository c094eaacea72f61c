//! Values as text where their type can show them, else the type's name.

use crate::object::BrainObject;
use crate::object::short_name;
use std::fmt::Debug;

/// A value for `show_namespace`; which trait answers is decided by autoref.
pub struct Shown<'a, T: ?Sized>(pub &'a T);

/// Types with `Debug`.
pub trait ShowDebug {
    /// The value as text.
    fn show(&self) -> String;
}

/// Objects without it.
pub trait ShowObject {
    /// The type's name and its variables with their types and shapes.
    fn show(&self) -> String;
}

/// All other types.
pub trait ShowType {
    /// The type's name.
    fn show(&self) -> String;
}

impl<T: Debug + ?Sized> ShowDebug for &&Shown<'_, T> {
    fn show(&self) -> String {
        format!("{:?}", self.0)
    }
}

impl<T: BrainObject> ShowObject for &Shown<'_, T> {
    fn show(&self) -> String {
        let vars = self.0.vars();
        let items: Vec<String> = vars.iter().map(|item| format!("{item:?}")).collect();
        format!(
            "{} {{ {} }}",
            short_name(std::any::type_name::<T>()),
            items.join(", ")
        )
    }
}

impl<T: ?Sized> ShowType for Shown<'_, T> {
    fn show(&self) -> String {
        format!("<{}>", std::any::type_name::<T>())
    }
}
