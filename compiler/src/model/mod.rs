//! The checked model of the user's struct and impl block.

pub mod method;
pub mod object;
