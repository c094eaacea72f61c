//! Steps to Rust. Nothing here can fail: what could was refused before.

pub mod block;
pub mod buffer;
pub mod diverging;
pub mod entry;
pub mod extension;
pub mod function;
pub mod kernel;
pub mod listing;
pub mod operand;
mod parts;
pub mod plain;
mod readable;
pub mod repeat;
pub mod scalar;
pub mod wrapper;
