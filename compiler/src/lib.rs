//! The compiler behind brain_jit: a plain library from tokens to tokens.
//!
//! parse → model → check → IR → passes → emit; see ARCHITECTURE.md.

pub mod check;
pub mod ir;
pub mod lower;
pub mod model;
pub mod syntax;
