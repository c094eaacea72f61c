//! The rules that user code must keep, and the errors that teach them.

pub mod catalogue;
pub mod errors;
