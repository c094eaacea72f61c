//! Functions of the library that do not fuse: host calls with a rule of their own.

use super::rules;
use super::sweep::{Step, Sweep};
use super::value::{self, Value};
use crate::ir::types::DType;
use crate::lower::operand::literal;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

impl Sweep<'_> {
    /// A function that does not fuse.
    pub(super) fn library(&mut self, name: &str, call: &ExprCall) -> Value {
        let whole = Expr::Call(call.clone());
        if !self.depends(&whole) {
            let known = self.created(name, call);
            let tokens = self.verbatim(&whole);
            let (dtype, rank) = known.map_or((None, 0), |(dtype, rank)| (Some(dtype), rank));
            return Value::constant(tokens, dtype, rank);
        }
        let span = call.span();
        if name == "concatenate"
            && let Some(value) = self.concatenated(call)
        {
            return value;
        }
        let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg)).collect();
        let Some(first) = args.first().cloned() else {
            return self.opaque(&whole);
        };
        let (Some(target), Some(dtype)) = (first.active, first.dtype.clone()) else {
            return self.opaque(&whole);
        };
        if args[1..].iter().any(|arg| arg.active.is_some()) {
            return self.opaque(&whole);
        }
        let rank = first.rank;
        let a = &first.tokens;
        let rest: Vec<TokenStream> = args[1..].iter().map(|arg| arg.tokens.clone()).collect();
        let func = &call.func;
        if let Some((_, rule)) = rules::FUNCTIONS.iter().find(|(known, _)| *known == name) {
            let result = self.host_result(quote!(#func(#a.view() #(, #rest)*)), &dtype, rank, span);
            let adjoint = quote!(__g);
            let mut names = vec![("g", &adjoint), ("a", a), ("y", &result.tokens)];
            names.extend(["b", "c"].into_iter().zip(&rest));
            let tokens = value::rule(rule, &names, span);
            self.record(&result, vec![(target, tokens)], span);
            return result;
        }
        let g = quote!(__g);
        let bm = quote!(::brain_jit::bm);
        let shape = || {
            let lengths = (0..rank).map(|axis| quote!(#a.shape()[#axis]));
            match rank {
                1 => quote!(#(#lengths)*),
                _ => quote!((#(#lengths),*)),
            }
        };
        let (rank_of_result, adjoint) = match (name, rank) {
            ("cumsum", 1) => (
                1,
                quote!(#bm::flip(#bm::cumsum(#bm::flip(#g.view()).view()).view())),
            ),
            ("sort", 1) => (
                1,
                quote!({
                    let order = #bm::argsort(#a.view());
                    #bm::take(#g.view(), #bm::argsort(order.view()).view())
                }),
            ),
            ("flip" | "flipud" | "fliplr", _) => (rank, quote!(#func(#g.view()))),
            ("reshape", _) => {
                let shape = shape();
                let rank = match call.args.iter().nth(1) {
                    Some(Expr::Tuple(shape)) => shape.elems.len(),
                    _ => 1,
                };
                (rank, quote!(#bm::reshape(#g.view(), #shape)))
            }
            ("ravel" | "flatten", _) => {
                let shape = shape();
                (1, quote!(#bm::reshape(#g.view(), #shape)))
            }
            _ => return self.opaque(&whole),
        };
        let forward = quote!(#func(#a.view() #(, #rest)*));
        self.host_call(
            forward,
            &dtype,
            rank_of_result,
            vec![(adjoint, first)],
            span,
        )
    }

    /// A value of host code; each operand's adjoint is what its tokens make of `g`.
    pub(super) fn host_call(
        &mut self,
        forward: TokenStream,
        dtype: &DType,
        rank: usize,
        operands: Vec<(TokenStream, Value)>,
        span: Span,
    ) -> Value {
        let result = self.host_result(forward, dtype, rank, span);
        let y = &result.tokens;
        let mut pullback = Vec::new();
        let mut arguments = Vec::new();
        for (adjoint, operand) in operands {
            let Some(target) = operand.active else {
                continue;
            };
            let ty = value::owned(dtype, operand.rank);
            let adjoint = value::substitute(adjoint, &[("__y", y)]);
            arguments.push((pullback.len(), target));
            pullback.push(quote!({ let value: #ty = #adjoint; value }));
        }
        self.steps.push(Step::Call {
            result: result.active.unwrap_or_default(),
            pullback: quote!((#(#pullback,)*)),
            arguments,
            span,
        });
        result
    }

    /// `bm::concatenate(&[x, y], axis)`.
    fn concatenated(&mut self, call: &ExprCall) -> Option<Value> {
        let span = call.span();
        let list = match call.args.first()? {
            Expr::Reference(reference) => &*reference.expr,
            other => other,
        };
        let Expr::Array(list) = list else {
            return None;
        };
        let axis = call
            .args
            .iter()
            .nth(1)
            .and_then(|axis| literal(axis)?.parse::<i64>().ok())?;
        let parts: Vec<Value> = list
            .elems
            .iter()
            .map(|part| {
                let part = self.value(part);
                self.settle(part, span)
            })
            .collect();
        let dtype = parts.iter().find_map(|part| part.dtype.clone())?;
        let rank = parts.first()?.rank;
        let axis = usize::try_from(if axis < 0 { axis + rank as i64 } else { axis }).ok()?;
        let views = parts.iter().map(|part| {
            let tokens = &part.tokens;
            quote!(#tokens.view())
        });
        let func = &call.func;
        let forward = quote!(#func(&[#(#views),*], #axis));
        let axis_of = quote!(::brain_jit::__private::ndarray::Axis(#axis));
        let mut start = quote!(0);
        let mut operands = Vec::new();
        for part in parts {
            let tokens = &part.tokens;
            let end = quote!(#start + #tokens.shape()[#axis]);
            operands.push((
                quote!(__g.slice_axis(#axis_of, (#start..#end).into()).to_owned()),
                part,
            ));
            start = end;
        }
        Some(self.host_call(forward, &dtype, rank, operands, span))
    }

    /// `bm::linalg::f(&a, …)`; `unwrap` is what takes the value out of the `Result`.
    pub(super) fn linalg(&mut self, name: &str, call: &ExprCall, unwrap: &TokenStream) -> Value {
        let whole = Expr::Call(call.clone());
        let span = call.span();
        let args: Vec<Value> = call
            .args
            .iter()
            .map(|arg| {
                let arg = self.value(arg);
                self.settle(arg, span)
            })
            .collect();
        let func = &call.func;
        let (bm, linalg) = (quote!(::brain_jit::bm), quote!(::brain_jit::bm::linalg));
        let holds = ".expect(\"the forward sweep has solved it\")"
            .parse::<TokenStream>()
            .unwrap_or_default();
        let Some((dtype, rank)) = args.first().and_then(|a| Some((a.dtype.clone()?, a.rank)))
        else {
            return self.opaque(&whole);
        };
        let a = args[0].clone();
        let matrix = &a.tokens;
        let passed = args.iter().map(|arg| {
            let tokens = &arg.tokens;
            quote!(&#tokens)
        });
        let forward = quote!(#func(#(#passed),*) #unwrap);
        match (name, rank, args.as_slice()) {
            ("inv", 2, [_]) => {
                let adjoint = quote!(-#bm::dot(&__y.t(), &#bm::dot(&__g, &__y.t())));
                self.host_call(forward, &dtype, 2, vec![(adjoint, a)], span)
            }
            ("det", 2, [_]) => {
                let adjoint = quote!(#linalg::inv(&#matrix.t())#holds * (__g * __y));
                self.host_call(forward, &dtype, 0, vec![(adjoint, a)], span)
            }
            ("norm", _, [_]) => {
                let adjoint = quote!(&#matrix * (__g / __y));
                self.host_call(forward, &dtype, 0, vec![(adjoint, a)], span)
            }
            ("solve", 2, [_, b]) => {
                let solved = quote!(#linalg::solve(&#matrix.t(), &__g)#holds);
                let outer = match b.rank {
                    1 => quote!(-#bm::outer(&#solved, &__y)),
                    _ => quote!(-#bm::dot(&#solved, &__y.t())),
                };
                let operands = vec![(outer, a), (solved, b.clone())];
                self.host_call(forward, &dtype, b.rank, operands, span)
            }
            ("cholesky", 2, [_]) => {
                // Murray (2016), "Differentiation of the Cholesky decomposition": L⁻ᵀ Φ(Lᵀ g) L⁻¹, symmetric.
                let adjoint = quote!({
                    let inverse = #linalg::inv(&__y)#holds;
                    let mut middle = #bm::dot(&__y.t(), &__g);
                    for ((i, j), element) in middle.indexed_iter_mut() {
                        if i < j { *element = *element * 0.0; }
                        if i == j { *element = *element * 0.5; }
                    }
                    let full = #bm::dot(&inverse.t(), &#bm::dot(&middle, &inverse));
                    (&full + &full.t()) * 0.5
                });
                self.host_call(forward, &dtype, 2, vec![(adjoint, a)], span)
            }
            _ => self.opaque(&whole),
        }
    }

    /// An active value that host code computes.
    pub(super) fn host_result(
        &mut self,
        tokens: TokenStream,
        dtype: &DType,
        rank: usize,
        span: Span,
    ) -> Value {
        let name = self.fresh("t", span);
        let ty = value::owned(dtype, rank);
        self.emit(quote!(let #name: #ty = #tokens;));
        self.activate(quote!(#name), dtype.clone(), rank)
    }

    /// The type of what a creation function makes.
    fn created(&self, name: &str, call: &ExprCall) -> Option<(DType, usize)> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
        else {
            return None;
        };
        let Some(syn::GenericArgument::Type(ty)) = arguments.args.first() else {
            return None;
        };
        let dtype = self.types.dtype(ty)?;
        let rank = match name {
            "arange" | "linspace" => 1,
            "eye" | "identity" => 2,
            "zeros" | "ones" | "full" | "empty" => match call.args.first()? {
                Expr::Tuple(tuple) => tuple.elems.len(),
                Expr::Array(list) => list.elems.len(),
                _ => 1,
            },
            _ => return None,
        };
        Some((dtype, rank))
    }
}

/// The name in `bm::linalg::NAME`.
pub(super) fn linalg_function(function: &Expr) -> Option<String> {
    let Expr::Path(path) = function else {
        return None;
    };
    let mut segments = path.path.segments.iter().rev();
    let last = segments.next()?;
    (segments.next()?.ident == "linalg").then(|| last.ident.to_string())
}
