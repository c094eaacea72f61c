//! An object's variables, by name.

use super::{State, open};
use std::any::Any;
use std::fmt;

/// A variable's value: what can be asked of it depends on its type.
pub enum Shared<'a> {
    State(&'a dyn State),
    Other(LooksOf, &'a dyn Any),
    /// Holds a borrow, so that nobody can ask for it by its type.
    Borrowing(Looks),
}

/// The same, to change.
pub enum Exclusive<'a> {
    State(&'a mut dyn State),
    Other(LooksOf, &'a mut dyn Any),
    Borrowing(Looks),
}

impl Shared<'_> {
    /// With a saved form, if the type at hand has one.
    pub(super) fn opened(self) -> Self {
        match self {
            Shared::Other(looks, any) => match open::state(any) {
                Some(state) => Shared::State(state),
                None => Shared::Other(looks, any),
            },
            known => known,
        }
    }
}

impl Exclusive<'_> {
    /// With a saved form, if the type at hand has one.
    pub(super) fn opened(self) -> Self {
        match self {
            Exclusive::Other(looks, any) => match open::state_mut(any) {
                Ok(state) => Exclusive::State(state),
                Err(any) => Exclusive::Other(looks, any),
            },
            known => known,
        }
    }
}

/// Looks at a value, when somebody asks: nothing is allocated for those that nobody asks for.
pub type LooksOf = fn(&dyn Any) -> Looks;

/// What is shown of a type without a saved form.
pub struct Looks {
    pub shape: Vec<usize>,
    pub type_name: String,
}

macro_rules! variable {
    ($(#[$doc:meta])* $item:ident, $list:ident, $value:ident) => {
        $(#[$doc])*
        pub struct $item<'a> {
            pub(super) name: String,
            pub(super) trained: bool,
            pub(super) saved: bool,
            pub(super) value: $value<'a>,
        }

        impl $item<'_> {
            /// The field's name, after those of the objects that it lies in: `"e.v"`, `"cells.0.v"`.
            pub fn name(&self) -> &str {
                &self.name
            }

            /// The lengths of the axes; empty for a scalar and for what is no array.
            pub fn shape(&self) -> Vec<usize> {
                match &self.value {
                    $value::State(state) => state.shape(),
                    $value::Other(looks, any) => looks(&**any).shape,
                    $value::Borrowing(looks) => looks.shape.clone(),
                }
            }

            /// The type without module paths: `"Array1<f32>"`, `"f64"`, `"Mode"`.
            pub fn type_name(&self) -> String {
                match &self.value {
                    $value::State(state) => state.type_name(),
                    $value::Other(looks, any) => looks(&**any).type_name,
                    $value::Borrowing(looks) => looks.type_name.clone(),
                }
            }

            /// Whether it is marked `#[train_var]`.
            pub fn is_trained(&self) -> bool {
                self.trained
            }

            /// Whether `save_state` writes it: it is not marked `skip_save`.
            pub fn is_saved(&self) -> bool {
                self.saved
            }

            /// The value, if it is of type `T`.
            pub fn downcast_ref<T: Any>(&self) -> Option<&T> {
                let any: &dyn Any = match &self.value {
                    $value::State(state) => &**state,
                    $value::Other(_, any) => &**any,
                    $value::Borrowing(_) => return None,
                };
                any.downcast_ref()
            }
        }

        impl fmt::Debug for $item<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}: {} {:?}", self.name, self.type_name(), self.shape())
            }
        }

        impl<'a> $list<'a> {
            /// In the order of the fields.
            pub fn iter(&self) -> std::slice::Iter<'_, $item<'a>> {
                self.items.iter()
            }

            pub fn len(&self) -> usize {
                self.items.len()
            }

            pub fn is_empty(&self) -> bool {
                self.items.is_empty()
            }

            /// The variable of that dotted name.
            pub fn get(&self, name: &str) -> Option<&$item<'a>> {
                self.items.iter().find(|item| item.name == name)
            }
        }

        impl<'a> IntoIterator for $list<'a> {
            type Item = $item<'a>;
            type IntoIter = std::vec::IntoIter<$item<'a>>;

            fn into_iter(self) -> Self::IntoIter {
                self.items.into_iter()
            }
        }

        impl<'s, 'a> IntoIterator for &'s $list<'a> {
            type Item = &'s $item<'a>;
            type IntoIter = std::slice::Iter<'s, $item<'a>>;

            fn into_iter(self) -> Self::IntoIter {
                self.items.iter()
            }
        }

        impl fmt::Debug for $list<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(&self.items).finish()
            }
        }

        /// Those of two objects together: `net.vars() + optimizer.vars()`.
        impl std::ops::Add for $list<'_> {
            type Output = Self;

            fn add(mut self, other: Self) -> Self {
                self.items.extend(other.items);
                self
            }
        }
    };
}

/// The variables of an object: [`BrainObject::vars`](super::BrainObject::vars).
pub struct Vars<'a> {
    pub(super) items: Vec<Var<'a>>,
}

/// The variables of an object, to change: [`BrainObject::vars_mut`](super::BrainObject::vars_mut).
pub struct VarsMut<'a> {
    pub(super) items: Vec<VarMut<'a>>,
}

variable! {
    /// One variable.
    Var, Vars, Shared
}
variable! {
    /// One variable, to change.
    VarMut, VarsMut, Exclusive
}

impl VarMut<'_> {
    /// The value to change, if it is of type `T`.
    pub fn downcast_mut<T: Any>(&mut self) -> Option<&mut T> {
        let any: &mut dyn Any = match &mut self.value {
            Exclusive::State(state) => &mut **state,
            Exclusive::Other(_, any) => &mut **any,
            Exclusive::Borrowing(_) => return None,
        };
        any.downcast_mut()
    }
}

impl<'a> VarsMut<'a> {
    /// In the order of the fields.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, VarMut<'a>> {
        self.items.iter_mut()
    }

    /// The variable of that dotted name, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut VarMut<'a>> {
        self.items.iter_mut().find(|item| item.name == name)
    }
}
