//! From regions to steps: what is computed when, in which kernel, into which buffer.

pub mod component;
pub mod group;
pub mod repeat;
pub mod schedule;
pub mod step;
pub mod uses;
pub mod visible;
