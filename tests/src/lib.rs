//! Support code of the brain_jit tests, and the conformance runner.

pub mod binary;
pub mod conformance;
pub mod double_references;
pub mod ulp;
pub mod unary;
