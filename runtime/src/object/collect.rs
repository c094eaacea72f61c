//! Walks an object and its children, keeping the dotted prefix.

use super::BrainObject;
use super::vars::{Exclusive, Shared, Var, VarMut};

macro_rules! collector {
    ($(#[$doc:meta])* $name:ident, $item:ident, $value:ident, $collect:ident, $($reference:tt)+) => {
        $(#[$doc])*
        #[derive(Default)]
        pub struct $name<'a> {
            prefix: String,
            pub(super) items: Vec<$item<'a>>,
        }

        impl<'a> $name<'a> {
            /// Adds a variable of the object that is being walked.
            pub fn variable(&mut self, name: &str, trained: bool, saved: bool, value: $value<'a>) {
                self.items.push($item {
                    name: format!("{}{name}", self.prefix),
                    trained,
                    saved,
                    value,
                });
            }

            /// Adds the variables of a child.
            pub fn child(&mut self, name: &str, child: $($reference)+ (impl BrainObject + ?Sized)) {
                let length = self.prefix.len();
                self.prefix.push_str(name);
                self.prefix.push('.');
                child.$collect(self);
                self.prefix.truncate(length);
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
