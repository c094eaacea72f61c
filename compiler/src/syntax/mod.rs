//! Reading the user's tokens: attributes, type spellings, what macros leave.

pub mod attributes;
pub mod groups;
pub mod recovery;
pub mod static_values;
pub mod text;
pub mod types;
pub mod walk;
