//! Procedural macros of brain_jit: entry points only, the work is done in `brain-jit-compiler`.
//!
//! Users name these through the crate `brain_jit`, which documents them.

use brain_jit_compiler::entry;
use proc_macro::TokenStream;

/// Makes a struct with named fields a model: see `brain_jit::object`.
#[proc_macro_derive(BrainObject, attributes(variable, train_var, child, static_arg))]
pub fn derive_brain_object(input: TokenStream) -> TokenStream {
    entry::derive(input.into()).into()
}

/// Compiles the methods of an impl block, or a free function.
#[proc_macro_attribute]
pub fn brain_jit(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::attribute(options.into(), item.into()).into()
}

/// Compiles a closure.
#[proc_macro]
pub fn jit(input: TokenStream) -> TokenStream {
    entry::jit(input.into()).into()
}

/// A child's companion answers its parent's derive.
#[doc(hidden)]
#[proc_macro]
pub fn __derive_step(input: TokenStream) -> TokenStream {
    entry::derive_step(input.into()).into()
}

/// A struct's companion answers an impl block.
#[doc(hidden)]
#[proc_macro]
pub fn __compile(input: TokenStream) -> TokenStream {
    entry::compile(input.into()).into()
}

/// Hands the table of Runge–Kutta methods to the macro that is named.
#[doc(hidden)]
#[proc_macro]
pub fn __tableaux(receiver: TokenStream) -> TokenStream {
    entry::tableaux(receiver.into()).into()
}
