//! brain_jit: NumPy-like arrays and ahead-of-time compiled model methods.
extern crate self as brain_jit;

#[cfg(feature = "fft")]
pub mod fft;
pub mod linalg;
pub mod random;
