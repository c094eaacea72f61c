//! Calls: `bm::f(…)`, methods on arrays, methods and scalar functions of the same block.

use super::Lowering;
use super::expression::broadcast_rank;
use crate::check::catalogue::Code;
use crate::ir::graph::{Call, NodeId, NodeKind, View};
use crate::ir::operation::{OPERATIONS, Operation, REDUCTIONS, Reduction, Rule};
use crate::ir::types::{DType, Rank};
use proc_macro2::Span;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall, Ident};

/// The name of a `bm` function that an expression names.
pub(crate) fn bm_function(function: &Expr) -> Option<&Ident> {
    let Expr::Path(path) = function else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev();
    let last = &segments.next()?.ident;
    (segments.next()?.ident == "bm").then_some(last)
}

/// The name in `bm::surrogate::NAME`.
pub(crate) fn surrogate(function: &Expr) -> Option<String> {
    let Expr::Path(path) = function else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev();
    let last = segments.next()?;
    (segments.next()?.ident == "surrogate").then(|| last.ident.to_string())
}

/// The name in `brain_jit::adjoint::NAME`.
pub(crate) fn adjoint_function(function: &Expr) -> Option<String> {
    let Expr::Path(path) = function else {
        return None;
    };
    let segments: Vec<String> = path
        .path
        .segments
        .iter()
        .map(|s| s.ident.to_string())
        .collect();
    match segments.as_slice() {
        [first, second, name] if first == "brain_jit" && second == "adjoint" => Some(name.clone()),
        _ => None,
    }
}

impl Lowering<'_> {
    pub(crate) fn call(&mut self, call: &ExprCall) -> Option<NodeId> {
        let spike = surrogate(&call.func).is_some_and(|name| {
            let known = crate::gradient::rules::SURROGATES;
            known.iter().any(|(function, _)| *function == name)
        });
        if spike {
            return self.spike(call);
        }
        if let Some(name) = bm_function(&call.func) {
            let name = name.to_string();
            let args: Vec<&Expr> = call.args.iter().collect();
            return self.function(&name, &args, call);
        }
        if let Some(node) = self.adjoint_call(call) {
            return Some(node);
        }
        self.associated(call)
    }

    /// A spike function is the step, whatever stands for its derivative.
    fn spike(&mut self, call: &ExprCall) -> Option<NodeId> {
        let x = self.operand(call.args.first()?)?;
        let (dtype, span) = (self.graph.node(x).dtype.clone(), call.span());
        let number = |lowering: &mut Self, text: &str| {
            let kind = NodeKind::Literal(text.into());
            lowering
                .graph
                .add(kind, dtype.clone(), Rank::Static(0), span)
        };
        let (zero, one) = (number(self, "0.0"), number(self, "1.0"));
        let spikes = self.elementwise(Operation::GreaterEqual, vec![x, zero], span);
        Some(self.elementwise(Operation::Where, vec![spikes, one, zero], span))
    }

    /// What only generated gradients call: `adjoint::spread(g, x)`, `adjoint::count(x)`, `adjoint::length(x, axis)`, and products of
    /// adjoints.
    fn adjoint_call(&mut self, call: &ExprCall) -> Option<NodeId> {
        let name = adjoint_function(&call.func)?;
        let args: Vec<&Expr> = call.args.iter().collect();
        let span = call.span();
        match (name.as_str(), args.as_slice()) {
            ("spread", [value, like]) => {
                let like = self.array(like)?;
                let dtype = self.graph.node(like).dtype.clone();
                let value = self.scalar_operand(value, &dtype);
                // Only the shape is wanted: what it comes from need not be computed again, and what has it needs nothing.
                let leaves = self.graph.shape_leaves(like);
                let own = self.graph.shape_leaves(value);
                let leaves = leaves.into_iter().filter(|leaf| !own.contains(leaf));
                Some(leaves.fold(value, |value, leaf| {
                    let same = self.graph.node(leaf).dtype == dtype;
                    if dtype == DType::Bool {
                        let mask = match same {
                            true => leaf,
                            false => self.elementwise(Operation::Equal, vec![leaf, leaf], span),
                        };
                        return self.spread_mask(value, mask, span);
                    }
                    let leaf = if same {
                        leaf
                    } else {
                        self.cast(leaf, dtype.clone(), span)
                    };
                    self.elementwise(Operation::Spread, vec![value, leaf], span)
                }))
            }
            ("total", [like, parts @ ..]) => self.adjoint_total(like, parts, span),
            ("dot", [a, b]) => self.adjoint_dot(a, b, call),
            ("outer", [a, b]) => self.adjoint_outer(a, b, span),
            ("sum_axis", [g, _]) => self.adjoint_sum(g, span, call),
            ("count", [x]) => {
                let x = self.array(x)?;
                Some(self.count(x, span))
            }
            ("length", [x, axis]) => {
                let arg = self.array(x)?;
                let axis = self.axis(arg, axis)?;
                let dtype = self.graph.node(arg).dtype.clone();
                let kind = NodeKind::AxisLength { arg, axis };
                Some(self.graph.add(kind, dtype, Rank::Static(0), span))
            }
            _ => None,
        }
    }

    /// A mask in the shape of another one: `mask | (like & false)`.
    fn spread_mask(&mut self, mask: NodeId, like: NodeId, span: Span) -> NodeId {
        let literal = NodeKind::Literal("false".into());
        let never = self.graph.add(literal, DType::Bool, Rank::Static(0), span);
        let never = self.elementwise(Operation::And, vec![like, never], span);
        self.elementwise(Operation::Or, vec![mask, never], span)
    }

    fn function(&mut self, name: &str, args: &[&Expr], call: &ExprCall) -> Option<NodeId> {
        let span = call.span();
        if let Some(operation) = Operation::from_function(name) {
            return self.elementwise_call(operation, args, call);
        }
        if let Some(node) = self.reduction_call(name, args, call) {
            return Some(node);
        }
        match (name, args) {
            // What `bm::relu` is for floats, so that it fuses.
            ("relu", [x]) => {
                let x = self.operand(x)?;
                let dtype = self.graph.node(x).dtype.clone();
                if !dtype.is_float() {
                    return None;
                }
                let zero = NodeKind::Literal("0.0".into());
                let zero = self.graph.add(zero, dtype, Rank::Static(0), span);
                Some(self.elementwise(Operation::Maximum, vec![x, zero], span))
            }
            ("dot" | "matmul", [a, b]) => {
                let (a, b) = (self.operand(a)?, self.operand(b)?);
                self.dot(a, b, call)
            }
            ("outer", [a, b]) => {
                let (a, b) = (self.operand(a)?, self.operand(b)?);
                let dtype = self.graph.node(a).dtype.clone();
                for side in [a, b] {
                    self.expect_rank(side, 1, "bm::outer", call)?;
                }
                let kind = NodeKind::Call {
                    call: Call::Outer,
                    args: vec![a, b],
                };
                Some(self.graph.add(kind, dtype, Rank::Static(2), span))
            }
            ("astype" | "cast", [a]) => {
                let dtype = super::library::written_dtype(&call.func, &self.types)?;
                let a = self.operand(a)?;
                Some(self.cast(a, dtype, span))
            }
            ("transpose", [a]) => {
                let a = self.operand(a)?;
                Some(self.transpose(a, span))
            }
            ("clip", [x, low, high]) => {
                let x = self.operand(x)?;
                let dtype = self.graph.node(x).dtype.clone();
                let (low, high) = (
                    self.scalar_operand(low, &dtype),
                    self.scalar_operand(high, &dtype),
                );
                let raised = self.elementwise(Operation::Maximum, vec![x, low], span);
                Some(self.elementwise(Operation::Minimum, vec![raised, high], span))
            }
            ("map", [function, rest @ ..]) if !rest.is_empty() => {
                let args: Option<Vec<NodeId>> = rest.iter().map(|a| self.operand(a)).collect();
                self.map_function(function, args?, span, false)
            }
            _ => {
                self.not_compiled(name, args, call);
                None
            }
        }
    }

    /// `bm::map(function, …)` and `x.mapv(function)`: a closure learns the types of its parameters, which are `&` in `x.map(…)`.
    pub(crate) fn map_function(
        &mut self,
        function: &Expr,
        args: Vec<NodeId>,
        span: Span,
        by_reference: bool,
    ) -> Option<NodeId> {
        let Expr::Closure(closure) = function else {
            let function = self.host_function(function);
            return self.map(function, args, span);
        };
        let mut closure = closure.clone();
        self.scopes.push();
        for (input, arg) in closure.inputs.iter_mut().zip(&args) {
            if !matches!(input, syn::Pat::Type(_)) {
                let ty = self.graph.node(*arg).dtype.tokens();
                let ty = match by_reference {
                    true => quote!(&#ty),
                    false => ty,
                };
                *input = syn::Pat::Type(syn::PatType {
                    attrs: Vec::new(),
                    pat: Box::new(input.clone()),
                    colon_token: Default::default(),
                    ty: Box::new(syn::parse_quote!(#ty)),
                });
            }
            if let syn::Pat::Type(typed) = input {
                self.declare_parameter(&typed.pat, &typed.ty);
            }
        }
        let dtype = match &closure.output {
            syn::ReturnType::Type(_, ty) => self.types.dtype(ty),
            syn::ReturnType::Default => self.scalar_type(&closure.body),
        };
        self.scopes.pop();
        let mut code = self.host_function(&Expr::Closure(closure));
        if by_reference {
            let (closure, ty) = (&code.tokens, self.graph.node(args[0]).dtype.tokens());
            code.tokens = quote!(|value: #ty| (#closure)(&value));
        }
        let node = self.map(code, args, span)?;
        Some(match (dtype, self.graph.node(node)) {
            (Some(dtype), found) if dtype != found.dtype => {
                let (kind, rank) = (found.kind.clone(), found.rank);
                self.graph.add(kind, dtype, rank, span)
            }
            _ => node,
        })
    }

    pub(crate) fn map(
        &mut self,
        function: crate::ir::region::HostCode,
        args: Vec<NodeId>,
        span: Span,
    ) -> Option<NodeId> {
        let dtype = self.graph.node(*args.first()?).dtype.clone();
        let rank = args
            .iter()
            .map(|a| self.graph.node(*a).rank)
            .reduce(broadcast_rank)?;
        self.functions.push(function);
        let function = self.functions.len() - 1;
        Some(
            self.graph
                .add(NodeKind::Map { function, args }, dtype, rank, span),
        )
    }

    fn elementwise_call(
        &mut self,
        operation: Operation,
        args: &[&Expr],
        call: &ExprCall,
    ) -> Option<NodeId> {
        let row = operation.row();
        let nodes: Vec<Option<NodeId>> = args.iter().map(|a| self.operand(a)).collect();
        if nodes.iter().all(Option::is_none) {
            return None;
        }
        if args.len() != row.arity {
            self.wrong_count(row.functions[0], row.arity, args.len(), call);
            return None;
        }
        // Scalars take the type of the arrays, or of each other in the two sides of a `where_`.
        let values = if row.rule == Rule::Select { 1.. } else { 0.. };
        let mut dtype = nodes[values.clone()]
            .iter()
            .flatten()
            .map(|n| self.graph.node(*n).dtype.clone())
            .next();
        if dtype.is_none() {
            dtype = args[values.clone()]
                .iter()
                .find_map(|a| self.scalar_type(a));
        }
        if dtype.is_none() && row.rule == Rule::Select {
            dtype = self.literal_choice(&args[values], nodes[0]);
        }
        let dtype = dtype.unwrap_or(DType::F32);
        let first_is_condition = row.rule == Rule::Select;
        let mut operands = Vec::new();
        for (k, (arg, node)) in args.iter().zip(nodes).enumerate() {
            let wanted = if first_is_condition && k == 0 {
                DType::Bool
            } else {
                dtype.clone()
            };
            operands.push(match node {
                Some(node) => node,
                None => self.scalar_operand(arg, &wanted),
            });
        }
        let span = call
            .func
            .to_token_stream()
            .into_iter()
            .last()
            .map_or_else(|| call.span(), |name| name.span());
        Some(self.elementwise(operation, operands, span))
    }

    /// The type of `where_(condition, 1.0, 0.0)`: what the code around asks for, or what the condition compares.
    fn literal_choice(&self, literals: &[&Expr], condition: Option<NodeId>) -> Option<DType> {
        let fraction = literals.iter().any(|literal| {
            super::operand::literal(literal).is_none_or(|text| text.contains(['.', 'e']))
        });
        let fits = |dtype: &DType| {
            dtype.is_float() || dtype.is_complex() || (dtype.is_integer() && !fraction)
        };
        let compared = condition.and_then(|condition| {
            let nodes = self.graph.dependencies(condition).into_iter();
            nodes
                .map(|node| self.graph.node(node).dtype.clone())
                .find(fits)
        });
        self.expected.clone().filter(fits).or(compared)
    }

    pub(super) fn wrong_count(
        &mut self,
        name: &str,
        wanted: usize,
        found: usize,
        tokens: &impl ToTokens,
    ) {
        let reduction = REDUCTIONS.iter().any(|(known, _)| *known == name);
        let help = match (name, wanted) {
            ("where_", _) => "write `bm::where_(condition, a, b)`".to_string(),
            ("clip", _) => "write `bm::clip(x, low, high)`".to_string(),
            (_, 1) if reduction && found == 2 => {
                format!("along one axis write `bm::{name}_axis(x, axis)`")
            }
            (_, 1) => format!("write `bm::{name}(x)`"),
            _ if name.contains("_axis") => format!("write `bm::{name}(x, axis)`"),
            _ => format!("write `bm::{name}(x, y)`"),
        };
        self.errors.report(
            Code::ArgumentCount,
            tokens,
            format!(
                "`bm::{name}` takes {wanted} argument{}, not {found}",
                if wanted == 1 { "" } else { "s" }
            ),
            help,
        );
    }

    /// A function that is not compiled, on arrays, is a host call: rustc knows whether it exists. What only is the name of
    /// a method, such as `ln`, gets the name of the function.
    fn not_compiled(&mut self, name: &str, args: &[&Expr], call: &ExprCall) {
        if !args.iter().any(|a| self.array(a).is_some()) {
            return;
        }
        match name {
            "dot" | "matmul" | "outer" => self.wrong_count(name, 2, args.len(), call),
            "clip" => self.wrong_count(name, 3, args.len(), call),
            _ => {
                let Some(row) = OPERATIONS.iter().find(|row| row.methods.contains(&name)) else {
                    return;
                };
                let method = if row.arity == 1 {
                    format!("x.{name}()")
                } else {
                    format!("x.{name}(y)")
                };
                let help = match row.functions.first() {
                    Some(function) => {
                        format!("write `bm::{function}(..)`, or the method: `{method}`")
                    }
                    None => format!("write the method: `{method}`"),
                };
                self.errors.report(
                    Code::UnknownFunction,
                    &call.func,
                    format!("`bm` has no function `{name}`"),
                    help,
                );
            }
        }
    }

    fn expect_rank(
        &mut self,
        node: NodeId,
        wanted: usize,
        what: &str,
        tokens: &impl ToTokens,
    ) -> Option<()> {
        let rank = self.static_rank(node, what, tokens)?;
        if rank == wanted {
            return Some(());
        }
        self.errors.report(
            Code::RankMismatch,
            tokens,
            format!("`{what}` takes arrays of rank {wanted}, and one here has rank {rank}"),
            "index or reshape it first",
        );
        None
    }

    /// The contraction of `bm::dot` and `bm::matmul` for ranks 1 and 2.
    pub(crate) fn dot(&mut self, a: NodeId, b: NodeId, tokens: &impl ToTokens) -> Option<NodeId> {
        let left = self.static_rank(a, "a product", tokens)?;
        let right = self.static_rank(b, "a product", tokens)?;
        if !(1..=2).contains(&left) || !(1..=2).contains(&right) {
            self.errors.report(
                Code::RankMismatch,
                tokens,
                format!("a product of arrays of rank {left} and rank {right}"),
                "compiled products take ranks 1 and 2; for scalars write `*`, for higher ranks call `bm::tensordot` and annotate the result",
            );
            return None;
        }
        let (dtype, other) = (
            self.graph.node(a).dtype.clone(),
            self.graph.node(b).dtype.clone(),
        );
        if dtype != other {
            self.errors.report(
                Code::DTypeMismatch,
                tokens,
                format!("a product of `{dtype}` and `{other}`"),
                format!("cast one of them, for instance `(x as {dtype})`"),
            );
        }
        let kind = NodeKind::Call {
            call: Call::Dot,
            args: vec![a, b],
        };
        let span = tokens.to_token_stream().span();
        Some(
            self.graph
                .add(kind, dtype, Rank::Static(left + right - 2), span),
        )
    }

    pub(crate) fn transpose(&mut self, arg: NodeId, span: Span) -> NodeId {
        let (dtype, rank) = (
            self.graph.node(arg).dtype.clone(),
            self.graph.node(arg).rank,
        );
        if let NodeKind::View {
            arg: inner,
            view: View::Transpose,
        } = self.graph.node(arg).kind
        {
            return inner;
        }
        let kind = NodeKind::View {
            arg,
            view: View::Transpose,
        };
        self.graph.add(kind, dtype, rank, span)
    }

    /// `Type::f(x)` or `Self::f(x)` with a scalar function of the block on array arguments.
    fn associated(&mut self, call: &ExprCall) -> Option<NodeId> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let mut segments = path.path.segments.iter().rev();
        let name = &segments.next()?.ident;
        let owner = &segments.next()?.ident;
        let object = self.object?;
        if owner != "Self" && *owner != object.name {
            return None;
        }
        let args: Vec<Option<NodeId>> = call.args.iter().map(|a| self.operand(a)).collect();
        if args.iter().all(Option::is_none) || self.methods.iter().any(|m| m.name() == name) {
            return None;
        }
        let scalar = self.associated_takes_scalars(name)?;
        if !scalar {
            return None;
        }
        let dtype = args
            .iter()
            .flatten()
            .map(|n| self.graph.node(*n).dtype.clone())
            .next()?;
        let mut operands = Vec::new();
        for (arg, node) in call.args.iter().zip(args) {
            operands.push(match node {
                Some(node) => node,
                None => self.scalar_operand(arg, &dtype),
            });
        }
        let function = crate::ir::region::HostCode {
            tokens: call.func.to_token_stream(),
            ..Default::default()
        };
        self.map(function, operands, call.span())
    }

    fn associated_takes_scalars(&self, name: &Ident) -> Option<bool> {
        let signature = self.associated.iter().find(|s| s.ident == *name)?;
        Some(signature.inputs.iter().all(|input| match input {
            syn::FnArg::Typed(arg) => {
                matches!(
                    self.types.recognise(&arg.ty),
                    crate::ir::types::ValueType::Scalar(_)
                )
            }
            syn::FnArg::Receiver(_) => false,
        }))
    }

    /// Method forms: array methods, and methods of the same block, inlined.
    pub(crate) fn method_call(&mut self, call: &ExprMethodCall) -> Option<NodeId> {
        if super::field::is_self(&call.receiver) {
            return self.inlined_array(call);
        }
        let name = call.method.to_string();
        if let Some(draw) = self.draw(call) {
            return Some(draw);
        }
        let receiver = self.operand(&call.receiver)?;
        if self.graph.node(receiver).is_scalar() {
            return None;
        }
        let span = call.span();
        let args: Vec<&Expr> = call.args.iter().collect();
        if let Some(operation) = Operation::from_method(&name)
            && args.len() + 1 == operation.row().arity
        {
            let dtype = match operation.row().rule {
                Rule::IntegerPower => DType::I32,
                _ => self.graph.node(receiver).dtype.clone(),
            };
            let mut nodes = vec![receiver];
            for arg in args {
                nodes.push(self.scalar_operand(arg, &dtype));
            }
            return Some(self.elementwise(operation, nodes, span));
        }
        match (name.as_str(), args.as_slice()) {
            ("sum", []) => Some(self.reduce(Reduction::Sum, receiver, span)),
            ("product", []) => Some(self.reduce(Reduction::Product, receiver, span)),
            ("dot", [other]) => {
                let other = self.operand(other)?;
                self.dot(receiver, other, call)
            }
            ("t", []) => Some(self.transpose(receiver, span)),
            ("view", []) => Some(receiver),
            ("mapv", [function]) => self.map_function(function, vec![receiver], span, false),
            // What changes things has ndarray's order, one element after the other.
            ("map", [Expr::Closure(closure)])
                if super::purity::of_expression(&closure.body).pure =>
            {
                self.map_function(&call.args[0], vec![receiver], span, true)
            }
            _ => {
                self.refuse_arguments(call);
                None
            }
        }
    }
}
