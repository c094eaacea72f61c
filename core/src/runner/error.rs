//! Why a run ended early.

use std::fmt;
use std::path::PathBuf;

use crate::object::StateError;

/// Why a run did not begin or did not end.
#[derive(Debug)]
#[non_exhaustive]
pub enum RunError {
    /// The model's variables cannot be saved, or a file cannot be read or written.
    State(StateError),
    /// A monitor cannot record.
    Monitor {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// The checkpoint is not one of this run.
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The run was interrupted; its state is in the checkpoint.
    Interrupted {
        /// How many steps were made.
        step: usize,
        /// The file.
        checkpoint: PathBuf,
    },
}

impl From<StateError> for RunError {
    fn from(error: StateError) -> Self {
        RunError::State(error)
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::State(error) => error.fmt(f),
            RunError::Monitor { name, reason } => {
                write!(f, "the monitor `{name}` cannot record: {reason}")
            }
            RunError::Checkpoint { path, reason } => {
                write!(
                    f,
                    "{} is no checkpoint of this run: {reason}",
                    path.display()
                )
            }
            RunError::Interrupted { step, checkpoint } => write!(
                f,
                "interrupted after {step} steps; {} has the state, from which a runner with `resume` goes on",
                checkpoint.display()
            ),
        }
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            RunError::State(error) => Some(error),
            _ => None,
        }
    }
}
