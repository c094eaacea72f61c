//! The library of brain_jit without the macros. Users name all of it through the crate `brain_jit`.
//!
//! It knows neither the macros nor the compiler, so that cargo builds it beside them.

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
#[cfg(feature = "nalgebra")]
pub mod interchange;
pub mod jitconn;
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
pub mod random;
pub mod runner;
pub mod sparse;

pub use backend::{Backend, backend, set_backend, set_num_threads, with_backend};
pub use object::BrainObject;
pub use runner::sweep;
