//! brain_jit: NumPy-like arrays and ahead-of-time compiled model methods.
//!
//! What users name: the library (`brain-jit-core`), the macros, and what of the library is written with them.
extern crate self as brain_jit;

pub mod bm;
pub mod inputs;
pub mod integrators;
pub mod prelude;

// Of what both have, the modules above are the ones that users see.
#[doc(inline)]
pub use brain_jit_core::*;

#[doc(hidden)]
pub use brain_jit_macros::{__compile, __derive_step};
pub use brain_jit_macros::{BrainObject, brain_jit, jit};
pub use ndarray;
