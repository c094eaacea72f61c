//! The plain twin: one operation at a time, through routines compiled once in the runtime.

use super::{buffer, kernel, operand, scalar};
use crate::ir::graph::Graph;
use crate::ir::operation::{Operation, Rule};
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
    source: &DType,
    dtype: &DType,
    rank: Rank,
    site: &Site,
    graph: &Graph,
    method: &str,
) -> TokenStream {
    let plain = quote!(::brain_jit::__private::plain);
    let site = kernel::site(site, method);
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
        PlainOperation::Reduce(reduction) => {
            let name = format_ident!("{}", reduction.name());
            return quote!(let #out: #result = { #site #plain::reduce::#name(&__SITE, #(#values),*) };);
        }
        PlainOperation::Cast => {
            let from = match args {
                [PlainArgument::Array(_), ..] | [] => source.clone(),
                [PlainArgument::Scalar(_, dtype), ..] => dtype.clone(),
            };
            let (from_type, value) = (from.tokens(), quote!(x));
            let convert = scalar::cast(value, &from, dtype);
            quote!(#plain::cast::<#from_type, #result>(&__SITE, #(#values,)* |x: #from_type| -> #result { #convert }))
        }
        PlainOperation::Map(function) => {
            let (helper, map) = (
                format_ident!("function{}", args.len()),
                format_ident!("map{}", args.len()),
            );
            let inputs = args.iter().map(|_| quote!(_));
            quote!(#plain::#map(&__SITE, ::brain_jit::__private::#helper::<#(#inputs,)* #result, _>(#function), #(#values),*))
        }
        PlainOperation::Elementwise(operation) => elementwise(*operation, source, args, &values),
    };
    let dimension = operand::dimension(rank);
    quote!(let #out = { #site #plain::typed::<#result, #dimension>(#expression) };)
}

fn elementwise(
    operation: Operation,
    source: &DType,
    args: &[PlainArgument],
    values: &[TokenStream],
) -> TokenStream {
    let plain = quote!(::brain_jit::__private::plain);
    let row = operation.row();
    let name = format_ident!("{}", row.name);
    let part = quote!(#plain::part(#plain::Part::#name, &__SITE, #(#values),*));
    match (row.rule, row.arity) {
        (Rule::Compare, _) => {
            quote!(#plain::compare(#plain::Compare::#name, &__SITE, #(#values),*))
        }
        (Rule::Predicate, _) => {
            quote!(#plain::predicate(#plain::Predicate::#name, &__SITE, #(#values),*))
        }
        (Rule::Part, _) => part,
        (Rule::Number, 1) if operation == Operation::Absolute && source.is_complex() => part,
        (Rule::Select, _) => quote!(#plain::select(&__SITE, #(#values),*)),
        (Rule::IntegerPower, _) => {
            let exponent = match &args[1] {
                PlainArgument::Scalar(tokens, _) => tokens.clone(),
                PlainArgument::Array(_) => {
                    scalar::literal("0", &DType::I32, proc_macro2::Span::mixed_site())
                }
            };
            let base = &values[0];
            quote!(#plain::powi(&__SITE, #base, #exponent))
        }
        (_, 1) => quote!(#plain::unary(#plain::Unary::#name, &__SITE, #(#values),*)),
        _ => quote!(#plain::binary(#plain::Binary::#name, &__SITE, #(#values),*)),
    }
}
