//! Draws from a RandomState: `self.rng.normal(0.0, 1.0, n)` is an array expression.
//!
//! The state jumps behind the draw where the draw stands in the program; the numbers are computed by the
//! kernel that uses them, because element i depends on the state and i alone.

use super::Lowering;
use super::scope::Local;
use crate::ir::graph::{NodeId, NodeKind};
use crate::ir::region::{HostCode, StatementKind};
use crate::ir::types::{ArrayType, DType, Rank, ValueType};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

/// Draws that fuse, with the number of their parameters before the size.
const FUSED: &[(&str, usize)] = &[
    ("random", 0),
    ("rand", 0),
    ("random_sample", 0),
    ("uniform", 2),
    ("normal", 2),
    ("standard_normal", 0),
    ("randn", 0),
];

/// Draws of floats that run as a routine.
const FLOATS: &[&str] = &[
    "exponential",
    "gamma",
    "beta",
    "gumbel",
    "laplace",
    "logistic",
    "lognormal",
    "truncated_normal",
    "weibull",
    "pareto",
    "rayleigh",
    "chisquare",
    "standard_exponential",
    "standard_gamma",
    "standard_cauchy",
    "standard_t",
];

/// Draws of counts.
const COUNTS: &[&str] = &["poisson", "binomial", "geometric", "negative_binomial"];

impl Lowering<'_> {
    /// The node of a draw of an array; scalar draws are host code.
    pub(crate) fn draw(&mut self, call: &ExprMethodCall) -> Option<NodeId> {
        let state = self.random_state(&call.receiver)?;
        let name = call.method.to_string();
        let (stem, like) = match name.strip_suffix("_like") {
            Some(stem) => (stem, true),
            None => (name.as_str(), false),
        };
        let last = call.args.last()?;
        let (rank, model) = if like {
            let (rank, dtype) = self.like(last)?;
            (rank, Some(dtype).filter(DType::is_float))
        } else {
            let rank = match last {
                Expr::Tuple(tuple) if tuple.elems.is_empty() => return None,
                Expr::Tuple(tuple) => Rank::Static(tuple.elems.len()),
                Expr::Array(list) => Rank::Static(list.elems.len()),
                _ => Rank::Static(1),
            };
            (rank, None)
        };
        let parameters: Vec<&Expr> = call.args.iter().take(call.args.len() - 1).collect();
        let written = parameters.iter().find_map(|p| self.scalar_type(p));
        let dtype = written
            .or_else(|| self.expected.clone())
            .or(model)
            .unwrap_or(DType::F32);
        if let Some((_, count)) = FUSED.iter().find(|(known, _)| *known == stem) {
            if parameters.len() != *count || !dtype.is_float() {
                return None;
            }
            return Some(self.fused_draw(&state, stem, &parameters, last, like, dtype, rank, call));
        }
        let dtype = match stem {
            "bernoulli" => DType::Bool,
            "randint" => self.expected.clone().unwrap_or(DType::I64),
            _ if FLOATS.contains(&stem) => dtype,
            _ if COUNTS.contains(&stem) => DType::I64,
            _ => return None,
        };
        Some(self.routine_draw(&state, call, ArrayType::owned(dtype, rank)))
    }

    /// The rank and element type of the array that a draw is like.
    fn like(&mut self, array: &Expr) -> Option<(Rank, DType)> {
        if let Some(ty) = self.array_type(array) {
            return Some((ty.rank, ty.dtype));
        }
        self.open_probe();
        let node = self.array(array);
        self.close_probe();
        let node = self.graph.node(node?);
        (!node.is_scalar()).then(|| (node.rank, node.dtype.clone()))
    }

    /// A draw that runs as a call of the library, before the statement that it stands in.
    fn routine_draw(
        &mut self,
        state: &TokenStream,
        call: &ExprMethodCall,
        ty: ArrayType,
    ) -> NodeId {
        self.mark_state(&call.receiver);
        let mut code = HostCode::default();
        let mut arguments = Vec::new();
        for argument in &call.args {
            let value = self.host_expr(argument);
            code.effects.reads.extend(value.effects.reads);
            code.holes.extend(value.holes);
            arguments.push(value.tokens);
        }
        let (name, written) = (self.fresh("draw"), super::host::array_tokens(&ty));
        let (method, turbofish) = (&call.method, &call.turbofish);
        code.tokens = quote!(let #name #written = #state.#method #turbofish(#(#arguments),*););
        code.effects.writes.insert(name.to_string());
        code.effects
            .writes
            .insert(super::source_text(&call.receiver));
        self.push_host(code, super::source_text(call));
        let place = self.local_place(&name, ty, false, false);
        self.graph.read(place, name.span())
    }

    fn random_state(&mut self, receiver: &Expr) -> Option<TokenStream> {
        match receiver {
            Expr::Field(_) => {
                let path = self.field(receiver)?;
                (path.value == ValueType::RandomState && path.variable).then_some(path.tokens)
            }
            Expr::Path(path) => {
                let name = path.path.get_ident()?;
                matches!(self.scopes.get(&name.to_string()), Some(Local::Random))
                    .then(|| quote!((*#name)))
            }
            _ => None,
        }
    }

    /// A draw of one number beside a written one is an `f32`, as arrays of draws are where nothing else is said.
    pub(crate) fn typed_draw(&mut self, draw: &mut Expr, beside: &Expr) {
        let Expr::MethodCall(call) = draw else {
            return;
        };
        let one = matches!(call.args.first(), Some(Expr::Tuple(size)) if size.elems.is_empty());
        if one
            && call.turbofish.is_none()
            && super::operand::literal(beside).is_some()
            && self.random_state(&call.receiver).is_some()
        {
            call.turbofish = Some(syn::parse_quote!(::<f32, _>));
        }
    }

    fn mark_state(&mut self, receiver: &Expr) {
        if let Some(root) = self.field(receiver).and_then(|path| path.root) {
            self.mark_written(&root);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn fused_draw(
        &mut self,
        state: &TokenStream,
        stem: &str,
        parameters: &[&Expr],
        size: &Expr,
        like: bool,
        dtype: DType,
        rank: Rank,
        call: &ExprMethodCall,
    ) -> NodeId {
        self.mark_state(&call.receiver);
        let mut code = HostCode::default();
        code.effects.pure = true;
        let mut values = Vec::new();
        for parameter in parameters {
            let value = self.parameter(parameter, &dtype);
            code.effects.reads.extend(value.effects.reads);
            code.effects.pure &= value.effects.pure && value.holes.is_empty();
            code.holes.extend(value.holes);
            values.push(value.tokens);
        }
        let size = self.host_expr(size);
        code.effects.reads.extend(size.effects.reads);
        code.effects.pure &= size.effects.pure && size.holes.is_empty();
        code.holes.extend(size.holes);
        let name = self.fresh("draw");
        let (element, function) = (dtype.tokens(), format_ident!("{stem}"));
        let size = size.tokens;
        let draw = if like {
            quote!(draw_like)
        } else {
            quote!(draw)
        };
        code.tokens = quote! {
            let #name = ::brain_jit::__private::#draw(
                &mut #state,
                ::brain_jit::random::distributions::#function::<#element>(#(#values),*),
                #size,
            );
        };
        code.effects.writes.insert(name.to_string());
        code.effects
            .writes
            .insert(super::source_text(&call.receiver));
        self.push(StatementKind::Host(code), super::source_text(call));
        self.draws.push(name);
        let draw = self.draws.len() - 1;
        self.graph
            .add(NodeKind::Draw { draw }, dtype, rank, call.span())
    }

    /// A parameter of a distribution, in the draw's element type.
    fn parameter(&mut self, expr: &Expr, dtype: &DType) -> HostCode {
        if let Some(text) = super::operand::literal(expr) {
            let mut code = HostCode {
                tokens: crate::emit::scalar::literal(&text, dtype, expr.span()),
                ..HostCode::default()
            };
            code.effects.pure = true;
            return code;
        }
        let typed = self.retyped(expr, dtype);
        self.host_expr(&typed)
    }
}
