//! A copy of an object's variables.

use super::state::Mismatch;
use super::vars::{Exclusive, Shared};
use super::{Saved, StateError, Vars, VarsMut};

/// A copy of an object's variables in memory, under their dotted names: [`BrainObject::state_dict`](super::BrainObject::state_dict).
#[derive(Clone, PartialEq, Debug)]
pub struct StateDict {
    items: Vec<(String, Saved)>,
}

impl StateDict {
    /// The variables, but for those marked `skip_save`.
    pub(super) fn of(vars: &Vars) -> Result<StateDict, StateError> {
        let mut items = Vec::new();
        for var in vars.iter().filter(|var| var.is_saved()) {
            match &var.value {
                Shared::State(state) => items.push((var.name().to_string(), state.save())),
                _ => return Err(unsupported(var.name(), var.type_name())),
            }
        }
        Ok(StateDict { items })
    }

    pub(super) fn new(items: Vec<(String, Saved)>) -> StateDict {
        StateDict { items }
    }

    /// The names with the values, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Saved)> {
        self.items
            .iter()
            .map(|(name, saved)| (name.as_str(), saved))
    }

    /// The value of the variable of that dotted name.
    pub fn get(&self, name: &str) -> Option<&Saved> {
        self.iter()
            .find(|(other, _)| *other == name)
            .map(|(_, saved)| saved)
    }

    /// Whether these are values of all of these variables and of no others.
    pub(super) fn check(&self, vars: &VarsMut) -> Result<(), StateError> {
        for var in vars.iter().filter(|var| var.is_saved()) {
            let name = var.name();
            let Exclusive::State(state) = &var.value else {
                return Err(unsupported(name, var.type_name()));
            };
            let saved = self.get(name).ok_or_else(|| StateError::Missing {
                variable: name.into(),
            })?;
            state
                .check(saved)
                .map_err(|mismatch| explain(name, mismatch, saved))?;
        }
        let known = |name: &str| vars.get(name).is_some_and(|var| var.is_saved());
        match self.iter().find(|(name, _)| !known(name)) {
            Some((variable, _)) => Err(StateError::Unknown {
                variable: variable.into(),
            }),
            None => Ok(()),
        }
    }

    /// Gives the variables these values, which have been checked.
    pub(super) fn load(self, mut vars: VarsMut) {
        for (name, saved) in self.items {
            if let Some(Exclusive::State(state)) = vars.get_mut(&name).map(|var| &mut var.value) {
                state.load(saved);
            }
        }
    }
}

pub(super) fn unsupported(variable: &str, type_name: String) -> StateError {
    StateError::Unsupported {
        variable: variable.into(),
        type_name,
    }
}

fn explain(name: &str, mismatch: Mismatch, saved: &Saved) -> StateError {
    let variable = name.to_string();
    match mismatch {
        Mismatch::Shape(expected) => StateError::Shape {
            variable,
            expected,
            found: saved.shape.clone(),
        },
        Mismatch::DType(expected) => StateError::DType {
            variable,
            expected: expected.into(),
            found: saved.elements.dtype().into(),
        },
        Mismatch::Value(reason) => StateError::Value { variable, reason },
    }
}
