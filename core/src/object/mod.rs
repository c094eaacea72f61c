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
pub(crate) mod file;
mod kind;
mod open;
mod state;
mod state_dict;
mod vars;

pub use collect::{Collector, CollectorMut};
pub use error::StateError;
pub(crate) use state::short_name;
pub use state::{Element, Elements, Mismatch, Saved, State};
pub use state_dict::StateDict;
pub(crate) use vars::Shared;
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

    /// A copy of the variables in memory, but for those marked `skip_save`; BrainPy's `state_dict`.
    ///
    /// ```
    /// use brain_jit::prelude::*;
    ///
    /// #[derive(BrainObject)]
    /// struct Decay {
    ///     #[variable] v: Array1<f64>,
    ///     #[variable] rng: RandomState,
    /// }
    ///
    /// let mut model = Decay { v: array![1.0, 2.0], rng: RandomState::new(1) };
    /// let start = model.state_dict()?;
    /// model.v *= 0.5;
    /// let drawn: f64 = model.rng.uniform(0.0, 1.0, ());
    /// model.reset_state(&start);
    /// assert_eq!(model.v, array![1.0, 2.0]);
    /// let again: f64 = model.rng.uniform(0.0, 1.0, ());
    /// assert_eq!(again, drawn);
    /// # Ok::<(), brain_jit::object::StateError>(())
    /// ```
    ///
    /// # Errors
    /// If a variable's type has no saved form (mark it `#[variable(skip_save)]` or implement [`State`]).
    fn state_dict(&self) -> Result<StateDict, StateError>
    where
        Self: Sized,
    {
        StateDict::of(&self.vars())
    }

    /// Gives the variables the values of a copy; BrainPy's `load_state_dict`.
    ///
    /// # Errors
    /// If it does not hold exactly this object's variables with their shapes and element types. Nothing is changed then.
    fn load_state_dict(&mut self, state: &StateDict) -> Result<(), StateError>
    where
        Self: Sized,
    {
        state.check(&self.vars_mut())?;
        state.clone().load(self.vars_mut());
        Ok(())
    }

    /// Sets the variables back to what they were when `start` was taken by [`state_dict`](BrainObject::state_dict): generators draw
    /// the same again, and nothing is on its way in delays that was not then.
    ///
    /// # Panics
    /// If `start` is not of this object. Nothing is changed then.
    fn reset_state(&mut self, start: &StateDict)
    where
        Self: Sized,
    {
        if let Err(error) = self.load_state_dict(start) {
            panic!("reset_state: {error}");
        }
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
        file::save(self.state_dict()?.iter(), path.as_ref())
    }

    /// Reads the variables from a file of [`save_state`](BrainObject::save_state), or from a checkpoint of a
    /// [`Runner`](crate::runner::Runner).
    ///
    /// # Errors
    /// If the file cannot be read, or does not hold exactly this object's variables with their shapes and element
    /// types. Nothing is changed then.
    fn load_state(&mut self, path: impl AsRef<Path>) -> Result<(), StateError>
    where
        Self: Sized,
    {
        let state = file::Reader::open(path.as_ref())?.state_dict(&self.vars_mut())?;
        state.load(self.vars_mut());
        Ok(())
    }
}

/// Loads values that have been checked against the object's variables.
pub(crate) fn load_checked(object: &mut impl BrainObject, state: StateDict) {
    state.load(object.vars_mut());
}

/// The variable of that number, in the order of the fields, without an allocation.
pub(crate) fn nth<O: BrainObject + ?Sized>(object: &O, number: usize) -> Option<Shared<'_>> {
    let mut collector = Collector::default();
    let only = collect::Only {
        left: number,
        found: None,
    };
    collector.only = Some(only);
    object.collect(&mut collector);
    collector.only?.found
}

/// The items are known by their index: `"cells.0.v"`.
impl<C: BrainObject> BrainObject for [C] {
    fn collect<'a>(&'a self, into: &mut Collector<'a>) {
        for (index, child) in self.iter().enumerate() {
            into.item(index, child);
        }
    }

    fn collect_mut<'a>(&'a mut self, into: &mut CollectorMut<'a>) {
        for (index, child) in self.iter_mut().enumerate() {
            into.item(index, child);
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
