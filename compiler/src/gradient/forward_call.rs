//! Forward mode through calls: functions of the library, decompositions, methods of children.

use super::rules;
use super::sweep::Sweep;
use super::value::{self, Value};
use crate::ir::types::DType;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

impl Sweep<'_> {
    /// A function of the library whose tangent is not what its pullback's rule says: the linear ones are applied to the
    /// tangent.
    pub(super) fn push_library(
        &mut self,
        name: &str,
        call: &ExprCall,
        args: &[Value],
    ) -> Option<Value> {
        let span = call.span();
        let x = args.first()?.clone();
        let (a, dtype, rank) = (&x.tokens, x.dtype.clone()?, x.rank);
        let tangent = self.tangent(&x)?;
        let rest: Vec<TokenStream> = args[1..].iter().map(|arg| arg.tokens.clone()).collect();
        let func = &call.func;
        if let Some((_, rule)) = rules::FORWARD.iter().find(|(known, _)| *known == name) {
            let result = self.host_result(quote!(#func(#a.view() #(, #rest)*)), &dtype, rank, span);
            let mut names = vec![("g", &tangent), ("a", a), ("y", &result.tokens)];
            names.extend(["b", "c"].into_iter().zip(&rest));
            let tokens = value::rule(rule, &names, span);
            self.set_tangent(&result, tokens, span);
            return Some(result);
        }
        let bm = quote!(::brain_jit::bm);
        let linear = quote!(#func(#tangent.view() #(, #rest)*));
        let (rank_of_result, pushed) = match (name, rank) {
            ("cumsum" | "take", 1) | ("ravel" | "flatten", _) => (1, linear),
            ("flip" | "flipud" | "fliplr", _) => (rank, linear),
            ("reshape", _) => {
                let rank = match call.args.iter().nth(1) {
                    Some(Expr::Tuple(shape)) => shape.elems.len(),
                    _ => 1,
                };
                (rank, linear)
            }
            ("sort", 1) => (
                1,
                quote!(#bm::take(#tangent.view(), #bm::argsort(#a.view()).view())),
            ),
            _ => return None,
        };
        let result = self.host_result(
            quote!(#func(#a.view() #(, #rest)*)),
            &dtype,
            rank_of_result,
            span,
        );
        self.set_host_tangent(&result, pushed, span);
        Some(result)
    }

    /// `bm::concatenate(&[x, y], axis)`.
    pub(super) fn push_concatenated(
        &mut self,
        call: &ExprCall,
        forward: TokenStream,
        parts: &[Value],
        axis: usize,
    ) -> Value {
        let span = call.span();
        let first = &parts[0];
        let dtype = parts.iter().find_map(|part| part.dtype.clone());
        let dtype = dtype.unwrap_or(DType::F64);
        let result = self.host_result(forward, &dtype, first.rank, span);
        let tangents: Vec<TokenStream> = parts
            .iter()
            .map(|part| {
                let tangent = self.tangent_or_zeros(part, span);
                quote!(#tangent.view())
            })
            .collect();
        let func = &call.func;
        self.set_host_tangent(&result, quote!(#func(&[#(#tangents),*], #axis)), span);
        result
    }

    /// `bm::linalg::f(&a, …)`.
    pub(super) fn push_linalg(
        &mut self,
        name: &str,
        call: &ExprCall,
        args: &[Value],
        unwrap: &TokenStream,
    ) -> Option<Value> {
        let span = call.span();
        let a = args.first()?;
        let (dtype, rank) = (a.dtype.clone()?, a.rank);
        let func = &call.func;
        let passed = args.iter().map(|arg| {
            let tokens = &arg.tokens;
            quote!(&#tokens)
        });
        let forward = quote!(#func(#(#passed),*) #unwrap);
        let (bm, linalg) = (quote!(::brain_jit::bm), quote!(::brain_jit::bm::linalg));
        let holds = ".expect(\"the value was computed before its tangent\")"
            .parse::<TokenStream>()
            .unwrap_or_default();
        let matrix = &a.tokens;
        let tangent = self.tangent(a);
        let of_one = tangent.clone().filter(|_| args.len() == 1);
        match (name, rank, of_one, args) {
            ("inv", 2, Some(t), _) => {
                let result = self.host_result(forward, &dtype, 2, span);
                let y = &result.tokens;
                self.set_host_tangent(&result, quote!(-#bm::dot(&#y, &#bm::dot(&#t, &#y))), span);
                Some(result)
            }
            // Jacobi's formula.
            ("det", 2, Some(t), _) => {
                let result = self.host_result(forward, &dtype, 0, span);
                let y = &result.tokens;
                let trace = quote!(#bm::dot(&#linalg::inv(&#matrix)#holds, &#t).diag().sum());
                self.set_host_tangent(&result, quote!(#trace * #y), span);
                Some(result)
            }
            ("norm", _, Some(t), _) => {
                let result = self.host_result(forward, &dtype, 0, span);
                let y = &result.tokens;
                self.set_tangent(&result, quote!(#bm::sum(#matrix * #t) / #y), span);
                Some(result)
            }
            // With L the factor: L Φ(L⁻¹ A' L⁻ᵀ), Φ being the lower triangle with half of the diagonal (Murray 2016).
            ("cholesky", 2, Some(t), _) => {
                let result = self.host_result(forward, &dtype, 2, span);
                let y = &result.tokens;
                let pushed = quote!({
                    let inverse = #linalg::inv(&#y)#holds;
                    let symmetric = (&#t + &#t.t()) * 0.5;
                    let mut middle = #bm::dot(&inverse, &#bm::dot(&symmetric, &inverse.t()));
                    for ((i, j), element) in middle.indexed_iter_mut() {
                        if i < j { *element = *element * 0.0; }
                        if i == j { *element = *element * 0.5; }
                    }
                    #bm::dot(&#y, &middle)
                });
                self.set_host_tangent(&result, pushed, span);
                Some(result)
            }
            ("solve", 2, _, [_, b]) => {
                let result = self.host_result(forward, &dtype, b.rank, span);
                let y = &result.tokens;
                let right = match (tangent, self.tangent(b)) {
                    (Some(t), Some(b)) => quote!((&#b - &#bm::dot(&#t, &#y))),
                    (Some(t), None) => quote!((-#bm::dot(&#t, &#y))),
                    (None, Some(b)) => quote!(#b),
                    (None, None) => return None,
                };
                let pushed = quote!(#linalg::solve(&#matrix, &#right)#holds);
                self.set_host_tangent(&result, pushed, span);
                Some(result)
            }
            _ => None,
        }
    }

    /// `self.child.f(x)`: the child's `f_jvp` takes the tangents of its floating point arguments.
    pub(super) fn push_child(
        &mut self,
        call: &ExprMethodCall,
        written: &[TokenStream],
        args: &[Value],
        (dtype, rank): (&DType, usize),
        span: Span,
    ) -> Value {
        let mut tangents = Vec::new();
        for (arg, expr) in args.iter().zip(&call.args) {
            let number = matches!(expr, Expr::Lit(lit) if matches!(lit.lit, syn::Lit::Float(_)));
            if arg
                .dtype
                .as_ref()
                .map_or(!number, |dtype| !dtype.is_float())
            {
                continue;
            }
            let tangent = self.tangent_or_zeros(arg, span);
            tangents.push(match arg.rank {
                0 => tangent,
                _ => quote!(&#tangent),
            });
        }
        let (receiver, pair) = (&call.receiver, self.fresh("pair", span));
        let jvp = format_ident!("{}_jvp", call.method, span = call.method.span());
        self.emit(quote!(let #pair = #receiver.#jvp(#(#written,)* #(#tangents),*);));
        let result = self.host_result(quote!(#pair.0), dtype, rank, span);
        self.set_host_tangent(&result, quote!(#pair.1), span);
        result
    }
}
