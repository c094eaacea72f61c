//! The compiler behind brain_jit: a plain library from tokens to tokens.
//!
//! parse → model → check → IR → passes → emit; see ARCHITECTURE.md.

pub mod check;
pub mod compile;
pub mod emit;
pub mod entry;
pub mod gradient;
pub mod integrate;
pub mod ir;
pub mod lower;
pub mod model;
pub mod object;
pub mod passes;
pub mod syntax;
