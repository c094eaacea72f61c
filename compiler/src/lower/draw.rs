//! Draws from a RandomState that is a variable.

use super::Lowering;
use crate::ir::graph::NodeId;
use syn::ExprMethodCall;

impl Lowering<'_> {
    /// `self.rng.normal(…)`: not an array node yet; host code calls the state.
    pub(crate) fn draw(&mut self, _call: &ExprMethodCall) -> Option<NodeId> {
        None
    }
}
