//! Checks at entry: what is known of shapes before the first write is tested before it.

use crate::ir::graph::Graph;
use proc_macro2::TokenStream;

/// Tests that run before the first statement.
pub fn checks(_graph: &Graph, _method: &str) -> TokenStream {
    TokenStream::new()
}
