//! NumPy's and BrainPy's functions under their names.

#[doc(inline)]
pub use brain_jit_core::bm::*;

pub use crate::integrators;
