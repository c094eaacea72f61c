//! Reductions: whole, along an axis, and those composed of others.

use super::Lowering;
use crate::check::catalogue::Code;
use crate::ir::graph::{Bound, Call, NodeId, NodeKind};
use crate::ir::operation::{Operation, REDUCTIONS, Reduction};
use crate::ir::types::{DType, Rank};
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

impl Lowering<'_> {
    /// `sum(x)`, `sum_axis(x, axis)`, `sum_axis_keepdims(x, axis)` and the same for every reduction.
    pub(super) fn reduction_call(
        &mut self,
        name: &str,
        args: &[&Expr],
        call: &ExprCall,
    ) -> Option<NodeId> {
        let (stem, keepdims) = match name.strip_suffix("_axis_keepdims") {
            Some(stem) => (stem, true),
            None => (name.strip_suffix("_axis").unwrap_or(name), false),
        };
        let (_, reduction) = *REDUCTIONS.iter().find(|(known, _)| *known == stem)?;
        let along_axis = stem != name;
        let x = self.operand(args.first()?)?;
        if reduction.orders() && self.graph.node(x).dtype.is_complex() {
            self.errors.report(
                Code::DTypeMismatch,
                args[0],
                format!("`bm::{name}` does not take complex numbers, which have no order"),
                "reduce the absolute values, `bm::abs(z)`, or one part, `bm::real(z)`",
            );
            return None;
        }
        let wanted = 1 + usize::from(along_axis);
        if args.len() != wanted {
            self.wrong_count(name, wanted, args.len(), call);
            return None;
        }
        if along_axis {
            let axis = self.axis(x, args[1])?;
            let x = self.summed(reduction, x, call.span());
            return self.reduce_axis(reduction, x, axis, keepdims, call.span());
        }
        let x = self.summed(reduction, x, call.span());
        Some(self.reduce(reduction, x, call.span()))
    }

    /// NumPy's types: sums of narrow integers and bools are 64 bits wide, means are floats.
    fn summed(&mut self, reduction: Reduction, x: NodeId, span: Span) -> NodeId {
        let dtype = &self.graph.node(x).dtype;
        let wide = match reduction {
            Reduction::Sum | Reduction::Product => dtype.sum(),
            Reduction::Mean | Reduction::Variance | Reduction::StandardDeviation
                if *dtype == DType::Bool || dtype.is_integer() =>
            {
                DType::F64
            }
            _ => return x,
        };
        self.cast(x, wide, span)
    }

    pub(super) fn axis(&mut self, x: NodeId, axis: &Expr) -> Option<Bound> {
        let rank = self.static_rank(x, "a reduction along an axis", axis)?;
        let Some(text) = super::operand::literal(axis) else {
            return Some(Bound::Host(self.host_scalar(axis)));
        };
        let written: i64 = text.parse().ok()?;
        let axis_number = if written < 0 {
            written + rank as i64
        } else {
            written
        };
        if !(0..rank as i64).contains(&axis_number) {
            self.errors.report(
                Code::AxisOutOfRange,
                axis,
                format!("axis {written} of an array of rank {rank}"),
                format!(
                    "axes go from 0 to {}, or from -{rank} to -1",
                    rank as i64 - 1
                ),
            );
            return None;
        }
        Some(Bound::Literal(axis_number))
    }

    /// A whole reduction.
    pub(crate) fn reduce(&mut self, reduction: Reduction, x: NodeId, span: Span) -> NodeId {
        let scalar = Rank::Static(0);
        let dtype = self.graph.node(x).dtype.clone();
        match reduction {
            Reduction::Mean => {
                let sum = self.reduce(Reduction::Sum, x, span);
                let count = self
                    .graph
                    .add(NodeKind::Count(x), dtype.part(), scalar, span);
                self.elementwise(Operation::Divide, vec![sum, count], span)
            }
            Reduction::Variance => {
                let mean = self.reduce(Reduction::Mean, x, span);
                let square = self.squared_deviation(x, mean, span);
                self.reduce(Reduction::Mean, square, span)
            }
            Reduction::StandardDeviation => {
                let variance = self.reduce(Reduction::Variance, x, span);
                self.elementwise(Operation::Sqrt, vec![variance], span)
            }
            _ => {
                let dtype = reduction.dtype(&dtype);
                let x = if dtype == DType::Bool {
                    self.truth(x, span)
                } else {
                    x
                };
                let kind = if reduction.fuses() {
                    NodeKind::Reduce { reduction, arg: x }
                } else {
                    NodeKind::Call {
                        call: Call::ReduceWhole(reduction),
                        args: vec![x],
                    }
                };
                self.graph.add(kind, dtype, scalar, span)
            }
        }
    }

    /// `|x - mean|²`, real for complex numbers.
    fn squared_deviation(&mut self, x: NodeId, mean: NodeId, span: Span) -> NodeId {
        let mut deviation = self.elementwise(Operation::Subtract, vec![x, mean], span);
        if self.graph.node(deviation).dtype.is_complex() {
            deviation = self.elementwise(Operation::Absolute, vec![deviation], span);
        }
        self.elementwise(Operation::Square, vec![deviation], span)
    }

    /// `any` and `all` of numbers test for not zero.
    fn truth(&mut self, x: NodeId, span: Span) -> NodeId {
        let dtype = self.graph.node(x).dtype.clone();
        if dtype == DType::Bool {
            return x;
        }
        let zero = self
            .graph
            .add(NodeKind::Literal("0".into()), dtype, Rank::Static(0), span);
        self.elementwise(Operation::NotEqual, vec![x, zero], span)
    }

    pub(super) fn reduce_axis(
        &mut self,
        reduction: Reduction,
        x: NodeId,
        axis: Bound,
        keepdims: bool,
        span: Span,
    ) -> Option<NodeId> {
        let Rank::Static(rank) = self.graph.node(x).rank else {
            return None;
        };
        let dtype = self.graph.node(x).dtype.clone();
        match reduction {
            Reduction::Mean => {
                let sum = self.reduce_axis(Reduction::Sum, x, axis.clone(), keepdims, span)?;
                let length = self.graph.add(
                    NodeKind::AxisLength { arg: x, axis },
                    dtype.part(),
                    Rank::Static(0),
                    span,
                );
                Some(self.elementwise(Operation::Divide, vec![sum, length], span))
            }
            Reduction::Variance => {
                let mean = self.reduce_axis(Reduction::Mean, x, axis.clone(), true, span)?;
                let square = self.squared_deviation(x, mean, span);
                self.reduce_axis(Reduction::Mean, square, axis, keepdims, span)
            }
            Reduction::StandardDeviation => {
                let variance = self.reduce_axis(Reduction::Variance, x, axis, keepdims, span)?;
                Some(self.elementwise(Operation::Sqrt, vec![variance], span))
            }
            _ => {
                let dtype = reduction.dtype(&dtype);
                let x = if dtype == DType::Bool {
                    self.truth(x, span)
                } else {
                    x
                };
                let call = Call::ReduceAxis {
                    reduction,
                    axis,
                    keepdims,
                };
                let rank = Rank::Static(if keepdims { rank } else { rank - 1 });
                Some(self.graph.add(
                    NodeKind::Call {
                        call,
                        args: vec![x],
                    },
                    dtype,
                    rank,
                    span,
                ))
            }
        }
    }
}
