//! What generated code calls; not public API.

#[doc(no_inline)]
pub use brain_jit_core::__private::*;
pub use brain_jit_macros::{__compile as compile, __derive_step as derive_step};
