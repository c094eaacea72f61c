//! Kernels: elementwise loops, compiled once for each SIMD level.
pub mod level;
