//! Functions that put the arrays of a list together.

use super::functions;
use super::sweep::Sweep;
use super::value::Value;
use crate::lower::operand::literal;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

impl Sweep<'_> {
    /// `bm::concatenate(&[x, y], axis)`, `bm::stack(&[x, y], axis)`, …
    pub(super) fn joined(
        &mut self,
        name: &str,
        call: &ExprCall,
        unwrap: &TokenStream,
    ) -> Option<Value> {
        let span = call.span();
        let list = match call.args.first()? {
            Expr::Reference(reference) => &*reference.expr,
            other => other,
        };
        let Expr::Array(list) = list else {
            return None;
        };
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
        let (_, joined) = functions::JOINS.iter().find(|(known, _)| *known == name)?;
        let result = match joined {
            functions::Rank::More => rank + 1,
            functions::Rank::Fixed(rank) => *rank,
            functions::Rank::Written => self.result_rank(*joined, &[], parts.first()?, call)?,
            _ => rank,
        };
        let views: Vec<TokenStream> = parts
            .iter()
            .map(|part| {
                let tokens = &part.tokens;
                quote!(::brain_jit::adjoint::view(&*#tokens))
            })
            .collect();
        let references: Vec<TokenStream> = parts
            .iter()
            .map(|part| {
                let tokens = &part.tokens;
                quote!(&*#tokens)
            })
            .collect();
        let func = &call.func;
        let rest: Vec<TokenStream> = call
            .args
            .iter()
            .skip(1)
            .map(|arg| self.verbatim(arg))
            .collect();
        let forward = quote!(#func(&[#(#views),*] #(, #rest)*) #unwrap);
        let axis = call
            .args
            .iter()
            .nth(1)
            .and_then(|axis| literal(axis)?.parse::<i64>().ok());
        let axis = axis.and_then(|axis| {
            usize::try_from(if axis < 0 { axis + rank as i64 } else { axis }).ok()
        });
        if self.tangents.is_some() {
            return Some(self.push_joined(call, (forward, unwrap), &parts, (&dtype, result)));
        }
        let mut start = quote!(0);
        let mut operands = Vec::new();
        for (k, part) in parts.into_iter().enumerate() {
            let tokens = &part.tokens;
            let adjoint = match (joined, axis) {
                // Slices, where they are known.
                (functions::Rank::Of(_), Some(axis)) if !self.again => {
                    let axis_of = quote!(::brain_jit::__private::ndarray::Axis(#axis));
                    let end = quote!(#start + #tokens.shape()[#axis]);
                    let slice = quote!(__g.slice_axis(#axis_of, (#start..#end).into()).to_owned());
                    start = end;
                    slice
                }
                _ => quote!(::brain_jit::adjoint::joined(
                    &*__g, &[#(#references),*], #k, |__parts| #func(__parts #(, #rest)*) #unwrap
                )),
            };
            operands.push((adjoint, part));
        }
        Some(self.host_call(forward, &dtype, result, operands, span))
    }
}
