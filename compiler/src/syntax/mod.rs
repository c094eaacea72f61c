//! Reading the user's tokens: attributes and type spellings.

pub mod attributes;
pub mod static_values;
pub mod text;
pub mod types;
