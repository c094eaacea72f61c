//! The typed intermediate representation between parsing and emission.

pub mod types;
