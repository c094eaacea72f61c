//! Kernels: elementwise loops over arrays of any layout, compiled once a SIMD level. The only `unsafe` of the library.
//!
//! ARCHITECTURE.md says what generated code calls and what each operand means.

pub mod call;
mod element;
pub mod elementary;
pub mod function;
#[cfg_attr(not(target_arch = "x86_64"), path = "gemm/none.rs")]
pub(crate) mod gemm;
#[cfg(target_arch = "x86_64")]
pub(crate) mod lanes;
mod launch;
pub mod level;
pub(crate) mod map;
pub(crate) mod moments;
pub mod operand;
pub(crate) mod pages;
pub(crate) mod parallel;
mod passes;
pub mod reduce;
pub(crate) mod registers;
mod scratch;
mod site;
mod space;
mod staging;
pub(crate) mod team;
mod trial;
pub(crate) mod unwritten;

pub use element::{Element, Integer, Number, Ordered, Real};
pub use launch::{Kernel, launch};
pub use level::{Level, Near};
pub use operand::*;
pub use passes::launch_passes;
pub use scratch::{Pool, Temporary, scratch};
pub use site::Site;
pub use space::{BLOCK, CHUNK, Dims, MAX_RANK};
