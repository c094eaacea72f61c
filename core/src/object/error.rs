//! What can go wrong in saving and loading.

use std::fmt;
use std::path::PathBuf;

/// Why variables were not saved or not loaded. Nothing has been changed then.
#[derive(Debug)]
#[non_exhaustive]
pub enum StateError {
    /// The file cannot be read or written.
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A variable of a type without a saved form.
    Unsupported { variable: String, type_name: String },
    /// The saved state has no array of that name.
    Missing { variable: String },
    /// The object has no variable of that name.
    Unknown { variable: String },
    /// The saved array has another shape.
    Shape {
        variable: String,
        expected: Vec<usize>,
        found: Vec<usize>,
    },
    /// The saved array has another element type.
    DType {
        variable: String,
        expected: String,
        found: String,
    },
    /// The variable's type refuses the value, for a reason of its own.
    Value { variable: String, reason: String },
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::Io { path, source } => write!(f, "{}: {source}", path.display()),
            StateError::Unsupported {
                variable,
                type_name,
            } => write!(
                f,
                "the variable `{variable}` of type `{type_name}` cannot be saved: mark it `#[variable(skip_save)]`, or implement `brain_jit::object::State`"
            ),
            StateError::Missing { variable } => {
                write!(f, "the saved state has no variable `{variable}`")
            }
            StateError::Unknown { variable } => write!(
                f,
                "the saved state has a variable `{variable}`, which the object has not"
            ),
            StateError::Shape {
                variable,
                expected,
                found,
            } => write!(
                f,
                "the variable `{variable}` has shape {expected:?}, in the saved state it has shape {found:?}"
            ),
            StateError::DType {
                variable,
                expected,
                found,
            } => write!(
                f,
                "the variable `{variable}` has element type {expected}, in the saved state it has {found}"
            ),
            StateError::Value { variable, reason } => {
                write!(f, "the variable `{variable}` cannot be loaded: {reason}")
            }
        }
    }
}

impl std::error::Error for StateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StateError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
