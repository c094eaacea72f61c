//! The plain twin: one operation at a time, through routines compiled once in the runtime.

use super::{buffer, kernel, scalar};
use crate::ir::graph::Graph;
use crate::ir::operation::{Operation, Reduction, Rule};
use crate::ir::types::{DType, Rank};
use crate::passes::step::{PlainArgument, PlainOperation, Site};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// `let out = operation(args);`
#[allow(clippy::too_many_arguments)]
pub fn operation(
    out: &Ident,
    operation: &PlainOperation,
    args: &[PlainArgument],
    dtype: &DType,
    rank: Rank,
    _site: &Site,
    graph: &Graph,
    method: &str,
) -> TokenStream {
    let plain = quote!(::brain_jit::__private::plain);
    let values: Vec<TokenStream> = args
        .iter()
        .map(|arg| match arg {
            PlainArgument::Array(b) => {
                let view = buffer::view(b, graph, method);
                quote!(#plain::Argument::array(#view))
            }
            PlainArgument::Scalar(tokens, dtype) => {
                let dtype = dtype.tokens();
                quote!(#plain::Argument::<#dtype>::scalar(#tokens))
            }
        })
        .collect();
    let result = dtype.tokens();
    let expression = match operation {
        PlainOperation::Reduce(reduction) => return reduce(out, *reduction, &values, dtype, method),
        PlainOperation::Cast => quote!(#plain::cast::<_, #result>(#(#values),*)),
        PlainOperation::Map(function) => {
            let (helper, map) = (format_ident!("function{}", args.len()), format_ident!("map{}", args.len()));
            let inputs = args.iter().map(|_| quote!(_));
            quote!(#plain::#map(#method, ::brain_jit::__private::#helper::<#(#inputs,)* #result, _>(#function), #(#values),*))
        }
        PlainOperation::Elementwise(operation) => elementwise(*operation, args, &values, method),
    };
    let dimension = kernel::dimension(rank);
    quote!(let #out = #plain::typed::<#result, #dimension>(#expression);)
}

fn elementwise(operation: Operation, args: &[PlainArgument], values: &[TokenStream], method: &str) -> TokenStream {
    let plain = quote!(::brain_jit::__private::plain);
    let row = operation.row();
    let name = format_ident!("{}", row.name);
    match (row.rule, row.arity) {
        (Rule::Compare, _) => quote!(#plain::compare(#plain::Compare::#name, #method, #(#values),*)),
        (Rule::Predicate, _) => quote!(#plain::predicate(#plain::Predicate::#name, #(#values),*)),
        (Rule::Select, _) => quote!(#plain::select(#method, #(#values),*)),
        (Rule::IntegerPower, _) => {
            let exponent = match &args[1] {
                PlainArgument::Scalar(tokens, _) => tokens.clone(),
                PlainArgument::Array(_) => scalar::literal("0", &DType::I32, proc_macro2::Span::mixed_site()),
            };
            let base = &values[0];
            quote!(#plain::powi(#base, #exponent))
        }
        (_, 1) => quote!(#plain::unary(#plain::Unary::#name, #method, #(#values),*)),
        _ => quote!(#plain::binary(#plain::Binary::#name, #method, #(#values),*)),
    }
}

fn reduce(out: &Ident, reduction: Reduction, values: &[TokenStream], dtype: &DType, method: &str) -> TokenStream {
    let plain = quote!(::brain_jit::__private::plain);
    let dtype = dtype.tokens();
    let name = format_ident!("{}", reduction.name());
    quote!(let #out: #dtype = #plain::reduce::#name(#method, #(#values),*);)
}
