//! brain_jit: NumPy-like arrays and ahead-of-time compiled model methods.
extern crate self as brain_jit;

pub mod backend;
#[doc(hidden)]
pub mod kernel;
#[doc(hidden)]
pub mod math;

pub use backend::{Backend, backend, set_backend, set_num_threads, with_backend};
