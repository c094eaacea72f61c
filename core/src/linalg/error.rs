//! What can go wrong with a matrix.

use std::fmt;

/// Why a function of [`crate::linalg`] has no result; the cases are those in which NumPy raises `LinAlgError`, and shapes that
/// do not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinalgError {
    /// An array of too low a rank where a matrix is needed.
    NotAMatrix {
        /// The function.
        function: &'static str,
        /// The array's rank.
        rank: usize,
    },
    /// A matrix that must be square is not.
    NotSquare {
        /// The function.
        function: &'static str,
        /// The array's shape.
        shape: Vec<usize>,
    },
    /// Two operands whose shapes do not fit.
    ShapeMismatch {
        /// The function.
        function: &'static str,
        /// The first operand's shape.
        left: Vec<usize>,
        /// The second operand's shape.
        right: Vec<usize>,
    },
    /// A singular matrix has no inverse.
    Singular {
        /// The function.
        function: &'static str,
    },
    /// A matrix that must be positive definite is not.
    NotPositiveDefinite {
        /// The function.
        function: &'static str,
    },
    /// An iteration did not converge.
    NoConvergence {
        /// The function.
        function: &'static str,
    },
    /// Infinities or NaN where numbers are needed.
    NotFinite {
        /// The function.
        function: &'static str,
    },
    /// An argument has a value without meaning.
    InvalidArgument {
        /// The function.
        function: &'static str,
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for LinalgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAMatrix { function, rank } => {
                write!(
                    f,
                    "linalg::{function}: an array of rank {rank} was given, a matrix or a stack of matrices is needed"
                )
            }
            Self::NotSquare { function, shape } => {
                write!(
                    f,
                    "linalg::{function}: the last two axes of an array of shape {shape:?} are not a square matrix"
                )
            }
            Self::ShapeMismatch {
                function,
                left,
                right,
            } => {
                write!(
                    f,
                    "linalg::{function}: shapes {left:?} and {right:?} do not fit"
                )
            }
            Self::Singular { function } => write!(f, "linalg::{function}: the matrix is singular"),
            Self::NotPositiveDefinite { function } => {
                write!(f, "linalg::{function}: the matrix is not positive definite")
            }
            Self::NoConvergence { function } => {
                write!(f, "linalg::{function}: the iteration did not converge")
            }
            Self::NotFinite { function } => write!(
                f,
                "linalg::{function}: the array contains infinities or NaN"
            ),
            Self::InvalidArgument { function, reason } => write!(f, "linalg::{function}: {reason}"),
        }
    }
}

impl std::error::Error for LinalgError {}
