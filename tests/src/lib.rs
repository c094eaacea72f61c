//! Support code of the brain_jit tests.

pub mod binary;
pub mod double_references;
pub mod ulp;
pub mod unary;
