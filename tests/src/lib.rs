//! Integration tests and the conformance runner.
pub mod conformance;
