//! Model objects: their variables by name, and saving and loading them.
//!
//! `#[derive(BrainObject)]` on a struct with named fields says which of them change while the model runs:
//!
//! | attribute | the field is |
//! |---|---|
//! | `#[variable]` | state, of any type: an array, a scalar, an enum, a random generator, a buffer |
//! | `#[variable(skip_save)]` | state that [`save_state`](BrainObject::save_state) leaves out |
//! | `#[variable(dtype = f32, rank = 1)]` | state whose type is an alias, which the compiler cannot see through |
//! | `#[train_var]` | a variable that gradients and optimizers act on |
//! | `#[child]` | another BrainObject, or a `Vec` or array of them |
//! | `#[static_arg(values(a, b))]` | a constant for each value of which the methods are compiled once |
//! | none | a constant of the compiled methods |
//!
//! ```
//! use brain_jit::prelude::*;
//!
//! #[derive(BrainObject)]
//! struct Synapse {
//!     tau: f32,
//!     #[variable] g: Array1<f32>,
//! }
//!
//! #[derive(BrainObject)]
//! struct Net {
//!     #[child] e: Synapse,
//!     #[variable] t: f32,
//! }
//!
//! let net = Net { e: Synapse { tau: 5.0, g: Array1::zeros(3) }, t: 0.0 };
//! let names: Vec<String> = net.vars().iter().map(|v| v.name().to_string()).collect();
//! assert_eq!(names, ["e.g", "t"]);
//! assert_eq!(net.vars().get("e.g").unwrap().shape(), [3]);
//! assert_eq!(net.e.tau, 5.0);
//! ```

mod collect;
mod error;
mod file;
mod kind;
mod state;
mod vars;

pub use collect::{Collector, CollectorMut};
pub use error::StateError;
pub use state::{Element, Elements, Mismatch, Saved, State};
pub use vars::{Var, VarMut, Vars, VarsMut};

/// The traits behind a variable's place in [`Vars`], for generated code.
#[doc(hidden)]
pub mod variable_kind {
    pub use super::kind::*;
}

use std::path::Path;

/// A struct whose variables are known by name; derive it.
pub trait BrainObject {
    #[doc(hidden)]
    fn collect<'a>(&'a self, into: &mut Collector<'a>);

    #[doc(hidden)]
    fn collect_mut<'a>(&'a mut self, into: &mut CollectorMut<'a>);

    /// All variables, those of the children under dotted names (`"e.v"`, `"cells.0.v"`).
    fn vars(&self) -> Vars<'_> {
        let mut collector = Collector::default();
        self.collect(&mut collector);
        Vars {
            items: collector.items,
        }
    }

    /// All variables, to change.
    fn vars_mut(&mut self) -> VarsMut<'_> {
        let mut collector = CollectorMut::default();
        self.collect_mut(&mut collector);
        VarsMut {
            items: collector.items,
        }
    }

    /// The variables marked `#[train_var]`.
    fn train_vars(&self) -> Vars<'_> {
        let mut vars = self.vars();
        vars.items.retain(Var::is_trained);
        vars
    }

    /// The variables marked `#[train_var]`, to change.
    fn train_vars_mut(&mut self) -> VarsMut<'_> {
        let mut vars = self.vars_mut();
        vars.items.retain(VarMut::is_trained);
        vars
    }

    /// Writes the variables to an `.npz` file, which `numpy.load` reads: one array each, under its dotted name.
    ///
    /// # Errors
    /// If a variable's type has no saved form (mark it `#[variable(skip_save)]` or implement [`State`]), or the file
    /// cannot be written; an older file is left as it is then.
    fn save_state(&self, path: impl AsRef<Path>) -> Result<(), StateError>
    where
        Self: Sized,
    {
        file::save(&self.vars(), path.as_ref())
    }

    /// Reads the variables from a file of [`save_state`](BrainObject::save_state).
    ///
    /// # Errors
    /// If the file cannot be read, or does not hold exactly this object's variables with their shapes and element
    /// types. Nothing is changed then.
    fn load_state(&mut self, path: impl AsRef<Path>) -> Result<(), StateError>
    where
        Self: Sized,
    {
        file::load(self.vars_mut(), path.as_ref())
    }
}

/// The items are known by their index: `"cells.0.v"`.
impl<C: BrainObject> BrainObject for [C] {
    fn collect<'a>(&'a self, into: &mut Collector<'a>) {
        for (index, child) in self.iter().enumerate() {
            into.child(&index.to_string(), child);
        }
    }

    fn collect_mut<'a>(&'a mut self, into: &mut CollectorMut<'a>) {
        for (index, child) in self.iter_mut().enumerate() {
            into.child(&index.to_string(), child);
        }
    }
}

impl<C: BrainObject> BrainObject for Vec<C> {
    fn collect<'a>(&'a self, into: &mut Collector<'a>) {
        self.as_slice().collect(into);
    }

    fn collect_mut<'a>(&'a mut self, into: &mut CollectorMut<'a>) {
        self.as_mut_slice().collect_mut(into);
    }
}

impl<C: BrainObject, const N: usize> BrainObject for [C; N] {
    fn collect<'a>(&'a self, into: &mut Collector<'a>) {
        self.as_slice().collect(into);
    }

    fn collect_mut<'a>(&'a mut self, into: &mut CollectorMut<'a>) {
        self.as_mut_slice().collect_mut(into);
    }
}
