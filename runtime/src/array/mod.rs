//! Functions on `ndarray`'s types with NumPy's names and meaning; `bm` re-exports them.

pub mod axis;
pub mod cast;
mod complex;
pub mod creation;
pub mod dtype;
pub mod joining;
pub mod number;
pub mod operand;
pub mod rearrange;
pub mod reduction;
pub mod scan;
pub mod shape;
mod special;
