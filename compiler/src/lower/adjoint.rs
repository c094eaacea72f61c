//! Products of adjoints, in the order that takes less work.
//!
//! In `h · r` the adjoint of `h` is `g · rᵀ`, a matrix of low rank where few outputs follow. What is multiplied with it, or summed along
//! its rows, need not wait for it: `xᵀ (g rᵀ)` is `(xᵀ g) rᵀ`. Products that the user wrote keep their order.

use super::Lowering;
use crate::ir::graph::{Bound, Call, NodeId, NodeKind};
use crate::ir::operation::{Operation, Reduction};
use crate::ir::types::Rank;
use proc_macro2::Span;
use syn::{Expr, ExprCall};

/// An adjoint that is a product.
enum Factors {
    /// Of two matrices.
    Dot(NodeId, NodeId),
    /// Of two vectors.
    Outer(NodeId, NodeId),
}

impl Lowering<'_> {
    /// `adjoint::dot(a, b)`.
    pub(super) fn adjoint_dot(&mut self, a: &Expr, b: &Expr, call: &ExprCall) -> Option<NodeId> {
        let (a, b) = (self.array(a)?, self.array(b)?);
        let node = match self.reordered(a, b, call) {
            Some(node) => node,
            None => self.dot(a, b, call)?,
        };
        self.adjoint_products.insert(node);
        Some(node)
    }

    /// `adjoint::outer(a, b)`.
    pub(super) fn adjoint_outer(&mut self, a: &Expr, b: &Expr, span: Span) -> Option<NodeId> {
        let (a, b) = (self.array(a)?, self.array(b)?);
        Some(self.outer_of(a, b, span))
    }

    fn outer_of(&mut self, a: NodeId, b: NodeId, span: Span) -> NodeId {
        let dtype = self.graph.node(a).dtype.clone();
        let kind = NodeKind::Call {
            call: Call::Outer,
            args: vec![a, b],
        };
        let node = self.graph.add(kind, dtype, Rank::Static(2), span);
        self.adjoint_products.insert(node);
        node
    }

    /// `adjoint::sum_axis(g, 0)`.
    pub(super) fn adjoint_sum(&mut self, g: &Expr, span: Span, call: &ExprCall) -> Option<NodeId> {
        let g = self.array(g)?;
        match self.factors(g) {
            Some(Factors::Dot(left, right)) => {
                let left = self.sum_rows(left, span)?;
                self.dot(left, right, call)
            }
            Some(Factors::Outer(left, right)) => {
                let left = self.reduce(Reduction::Sum, left, span);
                Some(self.elementwise(Operation::Multiply, vec![right, left], span))
            }
            None => self.sum_rows(g, span),
        }
    }

    /// `adjoint::total(x, a, b)`, the sum of contributions to the adjoint of `x`. One that the others broadcast is divided by how often
    /// each of its elements comes then: the sum is yet to be summed along the axes of length one that `x` has.
    pub(super) fn adjoint_total(
        &mut self,
        like: &Expr,
        parts: &[&Expr],
        span: Span,
    ) -> Option<NodeId> {
        let like = self.array(like)?;
        let parts: Option<Vec<NodeId>> = parts.iter().map(|part| self.array(part)).collect();
        let parts = parts?;
        // The product of a matrix and a vector has the shape of `x`, and need not be there for it.
        let shape = |lowering: &Self, part: NodeId| match lowering.graph.node(part) {
            found if found.rank == Rank::Static(1) => match found.kind {
                NodeKind::Call {
                    call: Call::Dot, ..
                } => like,
                _ => part,
            },
            _ => part,
        };
        let add =
            |lowering: &mut Self, a, b| lowering.elementwise(Operation::Add, vec![a, b], span);
        let whole = parts.iter().fold(None, |whole, part| {
            let shape = shape(self, *part);
            Some(whole.map_or(shape, |whole| add(self, whole, shape)))
        })?;
        let leaves = |lowering: &Self, node| {
            let leaves = lowering.graph.shape_leaves(node).into_iter();
            leaves.collect::<std::collections::BTreeSet<NodeId>>()
        };
        let all = leaves(self, whole);
        let parts: Vec<NodeId> = parts
            .into_iter()
            .map(|part| {
                let shape = shape(self, part);
                if leaves(self, shape) == all {
                    return part;
                }
                let counts = vec![self.count(shape, span), self.count(whole, span)];
                let share = self.elementwise(Operation::Divide, counts, span);
                self.elementwise(Operation::Multiply, vec![part, share], span)
            })
            .collect();
        parts.into_iter().reduce(|sum, part| add(self, sum, part))
    }

    /// The number of elements, in their own type.
    pub(super) fn count(&mut self, x: NodeId, span: Span) -> NodeId {
        let dtype = self.graph.node(x).dtype.clone();
        self.graph
            .add(NodeKind::Count(x), dtype, Rank::Static(0), span)
    }

    fn sum_rows(&mut self, x: NodeId, span: Span) -> Option<NodeId> {
        self.reduce_axis(Reduction::Sum, x, Bound::Literal(0), false, span)
    }

    /// The product of two matrices of which one is a product.
    fn reordered(&mut self, a: NodeId, b: NodeId, call: &ExprCall) -> Option<NodeId> {
        let matrix = Rank::Static(2);
        if self.graph.node(a).rank != matrix || self.graph.node(b).rank != matrix {
            return None;
        }
        let span = self.graph.node(a).span;
        let args = match (self.factors(a), self.factors(b)) {
            (_, Some(Factors::Outer(left, right))) => {
                let left = self.dot(a, left, call)?;
                return Some(self.outer_of(left, right, span));
            }
            (Some(Factors::Outer(left, right)), _) => {
                let right = self.dot(right, b, call)?;
                return Some(self.outer_of(left, right, span));
            }
            (_, Some(Factors::Dot(left, right))) => vec![a, left, right],
            (Some(Factors::Dot(left, right)), _) => vec![left, right, b],
            (None, None) => return None,
        };
        let dtype = self.graph.node(a).dtype.clone();
        let kind = NodeKind::Call {
            call: Call::Chain,
            args,
        };
        Some(self.graph.add(kind, dtype, matrix, span))
    }

    /// What an adjoint is the product of, if the factors can still be read.
    fn factors(&self, node: NodeId) -> Option<Factors> {
        let NodeKind::Call { call, args } = &self.graph.node(node).kind else {
            return None;
        };
        let current = self.graph.dependencies(node).into_iter().all(|read| {
            match self.graph.node(read).kind {
                NodeKind::Read { place, version } => self.graph.place(place).version == version,
                _ => true,
            }
        });
        if !current || !self.adjoint_products.contains(&node) {
            return None;
        }
        match (call, args.as_slice()) {
            (Call::Dot, [a, b]) if self.graph.node(node).rank == Rank::Static(2) => {
                Some(Factors::Dot(*a, *b))
            }
            (Call::Outer, [a, b]) => Some(Factors::Outer(*a, *b)),
            _ => None,
        }
    }
}
