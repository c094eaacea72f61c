//! What generated code calls; not public API.

pub use crate::object::variable_kind;
pub use brain_jit_macros::{__compile as compile, __derive_step as derive_step};
pub use num_complex::{Complex32, Complex64};
