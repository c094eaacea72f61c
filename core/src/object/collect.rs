//! Walks an object and its children, keeping the dotted prefix.

use super::BrainObject;
use super::vars::{Exclusive, Shared, Var, VarMut};

/// The search for one variable by its number.
pub(super) struct Only<V> {
    /// How many come before it.
    pub left: usize,
    pub found: Option<V>,
}

macro_rules! collector {
    ($(#[$doc:meta])* $name:ident, $item:ident, $value:ident, $collect:ident, $($reference:tt)+) => {
        $(#[$doc])*
        #[derive(Default)]
        pub struct $name<'a> {
            prefix: String,
            pub(super) items: Vec<$item<'a>>,
            /// Set if one variable is looked for: then nothing is gathered, and nothing allocated.
            pub(super) only: Option<Only<$value<'a>>>,
        }

        impl<'a> $name<'a> {
            /// Adds a variable of the object that is being walked.
            pub fn variable(&mut self, name: &str, trained: bool, saved: bool, value: $value<'a>) {
                match &mut self.only {
                    Some(only) if only.left == 0 && only.found.is_none() => only.found = Some(value.opened()),
                    Some(only) => only.left = only.left.saturating_sub(1),
                    None => self.items.push($item {
                        name: format!("{}{name}", self.prefix),
                        trained,
                        saved,
                        value: value.opened(),
                    }),
                }
            }

            /// Adds the variables of a child.
            pub fn child(&mut self, name: &str, child: $($reference)+ (impl BrainObject + ?Sized)) {
                if self.only.is_some() {
                    return child.$collect(self);
                }
                let length = self.prefix.len();
                self.prefix.push_str(name);
                self.prefix.push('.');
                child.$collect(self);
                self.prefix.truncate(length);
            }

            /// Adds the variables of an item of a list of children.
            pub fn item(&mut self, index: usize, child: $($reference)+ (impl BrainObject + ?Sized)) {
                match self.only {
                    Some(_) => child.$collect(self),
                    None => self.child(&index.to_string(), child),
                }
            }
        }
    };
}

collector! {
    /// Gathers references for [`BrainObject::vars`].
    Collector, Var, Shared, collect, &'a
}
collector! {
    /// Gathers exclusive references for [`BrainObject::vars_mut`].
    CollectorMut, VarMut, Exclusive, collect_mut, &'a mut
}
