//! Adjoints of library functions for a gradient that is differentiated again: written with functions that have tangents.

use super::sweep::Sweep;
use super::value::Value;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

impl Sweep<'_> {
    /// A function whose adjoint has a tangent. `None` for all others.
    pub(super) fn twice(
        &mut self,
        name: &str,
        call: &ExprCall,
        args: &[Value],
        unwrap: &TokenStream,
    ) -> Option<Value> {
        let span = call.span();
        let first = args.first()?.clone();
        let (dtype, rank) = (first.dtype.clone()?, first.rank);
        let (a, func) = (&first.tokens, &call.func);
        let (bm, linalg) = (quote!(::brain_jit::bm), quote!(::brain_jit::bm::linalg));
        let holds = quote!(.expect("the forward sweep has solved it"));
        let shape = || {
            let lengths = (0..rank).map(|axis| quote!(#a.shape()[#axis]));
            match rank {
                1 => quote!(#(#lengths)*),
                _ => quote!((#(#lengths),*)),
            }
        };
        let of_one = (args.len() == 1).then_some(rank);
        let (rank_of_result, adjoint) = match (name, rank, of_one) {
            ("cumsum", 1, _) => (
                1,
                quote!(#bm::flip(#bm::cumsum(#bm::flip(__g.view()).view()).view())),
            ),
            ("flip" | "flipud" | "fliplr", _, _) => (rank, quote!(#func(__g.view()))),
            ("reshape", _, _) => {
                let shape = shape();
                let rank = match call.args.iter().nth(1) {
                    Some(Expr::Tuple(shape)) => shape.elems.len(),
                    _ => 1,
                };
                (rank, quote!(#bm::reshape(__g.view(), #shape)))
            }
            ("ravel" | "flatten", _, _) => {
                let shape = shape();
                (1, quote!(#bm::reshape(__g.view(), #shape)))
            }
            ("linalg::inv", 2, Some(_)) => {
                (2, quote!(-#bm::dot(&__y.t(), &#bm::dot(&__g, &__y.t()))))
            }
            ("linalg::det", 2, Some(_)) => (0, quote!(#linalg::inv(&#a.t())#holds * (__g * __y))),
            ("linalg::norm", _, Some(_)) => (0, quote!(&#a * (__g / __y))),
            ("linalg::solve", 2, _) => {
                let b = args.get(1)?.clone();
                let solved = quote!(#linalg::solve(&#a.t(), &__g)#holds);
                let outer = match b.rank {
                    1 => quote!(-#bm::outer(&#solved, &__y)),
                    _ => quote!(-#bm::dot(&#solved, &__y.t())),
                };
                let passed = args.iter().map(|arg| &arg.tokens);
                let forward = quote!(#func(#(&#passed),*) #unwrap);
                let (rank, operands) = (b.rank, vec![(outer, first), (solved, b)]);
                return Some(self.host_call(forward, &dtype, rank, operands, span));
            }
            _ => return None,
        };
        if args[1..].iter().any(|arg| arg.active.is_some()) {
            return None;
        }
        let rest = args[1..].iter().map(|arg| &arg.tokens);
        let forward = match unwrap.is_empty() && !name.starts_with("linalg::") {
            true => quote!(#func(#a.view() #(, #rest)*)),
            false => quote!(#func(&#a) #unwrap),
        };
        let operands = vec![(adjoint, first)];
        Some(self.host_call(forward, &dtype, rank_of_result, operands, span))
    }
}
