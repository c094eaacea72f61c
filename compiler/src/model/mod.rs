//! The checked model of the user's struct and impl block.

pub mod associated;
pub mod block;
pub mod closure;
pub mod instance;
pub mod method;
pub mod object;
