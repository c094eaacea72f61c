//! `#[derive(BrainObject)]`: the trait's implementation and the companion macro.
//!
//! An attribute on an impl block cannot see the struct. So the derive leaves a companion: a `macro_rules!` under the
//! struct's own name (macros live in a namespace of their own) that hands the struct's description, the [`payload`],
//! to whoever asks: `Lif! { {callback} rest }` becomes `callback! { [payload] rest }`.
//!
//! A parent asks the companions of its children at the derive's site, one after the other, and keeps their payloads in
//! its own; see [`companion`].

pub mod companion;
pub mod derive;
pub mod field;
mod gradients;
pub mod payload;
pub mod substitute;
