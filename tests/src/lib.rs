//! Support code of the brain_jit tests.

pub mod ulp;
pub mod unary;
