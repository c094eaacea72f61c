//! The typed intermediate representation between parsing and emission.

pub mod graph;
pub mod kernel;
pub mod operation;
pub mod print;
pub mod region;
pub mod types;
pub mod verify;
