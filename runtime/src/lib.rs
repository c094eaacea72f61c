//! brain_jit: NumPy-like arrays and ahead-of-time compiled model methods.
extern crate self as brain_jit;

#[doc(hidden)]
pub mod __private;
pub mod adjoint;
pub mod array;
pub mod backend;
pub mod bm;
pub mod connect;
pub mod delay;
pub mod event;
#[cfg(feature = "fft")]
pub mod fft;
pub mod initialize;
pub mod inputs;
pub mod integrators;
#[cfg(feature = "nalgebra")]
pub mod interchange;
#[doc(hidden)]
pub mod kernel;
pub mod linalg;
pub mod losses;
#[doc(hidden)]
pub mod math;
pub mod measure;
pub mod npy;
pub mod object;
pub mod optim;
#[cfg(feature = "plot")]
pub mod plot;
pub mod prelude;
pub mod random;
pub mod runner;
pub mod sparse;

pub use ndarray;

pub use backend::{Backend, backend, set_backend, set_num_threads, with_backend};
pub use brain_jit_macros::{BrainObject, brain_jit, jit};
pub use object::BrainObject;
pub use runner::sweep;
