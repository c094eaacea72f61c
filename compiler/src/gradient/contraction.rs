//! Products of several arrays: `einsum` and `multi_dot`. Each factor's adjoint is a product of the others.

use super::functions;
use super::sweep::Sweep;
use super::value::{self, Value};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

impl Sweep<'_> {
    /// `bm::einsum("ij,jk->ik", (&a, &b))` or `bm::multi_dot(&[a, b])`.
    pub(super) fn contraction(
        &mut self,
        name: &str,
        call: &ExprCall,
        unwrap: &TokenStream,
    ) -> Option<Value> {
        let span = call.span();
        let args: Vec<&Expr> = call.args.iter().collect();
        let (subscripts, operands) = match args[..] {
            [subscripts, operands] => (Some(subscripts), operands),
            [operands] => (None, operands),
            _ => return None,
        };
        let parts: Vec<Value> = factors(operands)
            .into_iter()
            .map(|part| {
                let part = self.value(part);
                self.settle(part, span)
            })
            .collect();
        if parts.iter().any(|part| part.rank == 0) {
            return None;
        }
        let contractions = functions::CONTRACTIONS.iter();
        let (_, rank) = contractions.clone().find(|(known, _)| *known == name)?;
        let rank = self.result_rank(*rank, &[], parts.first()?, call)?;
        let dtype = parts.iter().find_map(|part| part.dtype.clone())?;
        let func = &call.func;
        let product = |factors: &[TokenStream]| match subscripts {
            Some(subscripts) => quote!(#func(#subscripts, (#(&#factors,)*)) #unwrap),
            None => quote!(#func(&[#(#factors),*])),
        };
        let views: Vec<TokenStream> = parts.iter().map(|part| view(&part.tokens)).collect();
        let forward = product(&views);
        if self.tangents.is_some() {
            let ty = value::owned(&dtype, rank);
            let tangent = self.product_tangent(&parts, product, &ty, span);
            let result = self.host_result(forward, &dtype, rank, span);
            self.set_host_tangent(&result, tangent?, span);
            return Some(result);
        }
        let adjoint = quote!(::brain_jit::adjoint);
        let operands = parts.into_iter().enumerate().map(|(k, part)| {
            let adjoint = match subscripts {
                Some(subscripts) => quote!(
                    #adjoint::einsum(&*__g, #subscripts, &[#(#views.into_dyn()),*], #k)
                ),
                None => quote!(#adjoint::multi_dot(&*__g, &[#(#views),*], #k)),
            };
            (adjoint, part)
        });
        let operands = operands.collect();
        Some(self.host_call(forward, &dtype, rank, operands, span))
    }

    /// The tangent of a product: the sum of those with one factor's tangent in its place.
    fn product_tangent(
        &mut self,
        parts: &[Value],
        product: impl Fn(&[TokenStream]) -> TokenStream,
        ty: &TokenStream,
        span: Span,
    ) -> Option<TokenStream> {
        let views: Vec<TokenStream> = parts.iter().map(|part| view(&part.tokens)).collect();
        let mut terms = Vec::new();
        for (k, part) in parts.iter().enumerate() {
            if part.active.is_none() {
                continue;
            }
            let tangent = self.tangent_or_zeros(part, span);
            let mut factors = views.clone();
            factors[k] = view(&tangent);
            let term = product(&factors);
            terms.push(quote!({ let term: #ty = #term; term }));
        }
        (!terms.is_empty()).then(|| quote!((#(#terms)+*)))
    }
}

/// What stands in a list, a tuple or alone.
fn factors(operands: &Expr) -> Vec<&Expr> {
    match operands {
        Expr::Tuple(tuple) => tuple.elems.iter().collect(),
        Expr::Array(list) => list.elems.iter().collect(),
        Expr::Reference(reference) if matches!(*reference.expr, Expr::Array(_)) => {
            factors(&reference.expr)
        }
        one => vec![one],
    }
}

fn view(tokens: &TokenStream) -> TokenStream {
    quote!(::brain_jit::adjoint::view(&*#tokens))
}
