//! Reading the user's tokens: attributes and type spellings.

pub mod text;
pub mod types;
