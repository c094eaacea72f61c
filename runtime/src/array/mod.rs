//! Functions on `ndarray`'s types with NumPy's names and meaning; `bm` re-exports them.

pub mod activation;
pub mod arithmetic;
pub mod axis;
pub mod bitwise;
pub mod cast;
pub mod choice;
pub mod comparison;
mod complex;
pub mod creation;
pub mod dtype;
pub mod elementwise;
pub mod exponential;
pub mod joining;
pub mod number;
pub mod operand;
pub mod rearrange;
pub mod reduction;
pub mod rounding;
pub mod scan;
pub mod shape;
mod special;
pub mod trigonometric;
