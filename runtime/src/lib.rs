//! brain_jit: NumPy-like arrays and ahead-of-time compiled model methods.
extern crate self as brain_jit;

pub mod object;
pub mod prelude;

pub use brain_jit_macros::{BrainObject, brain_jit, jit};
pub use object::BrainObject;

/// What generated code calls; not public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::object::variable_kind;
    pub use brain_jit_macros::{__compile as compile, __derive_step as derive_step};
    pub use num_complex::{Complex32, Complex64};
}
