//! Steps in order.

use super::{buffer, kernel, plain, scalar};
use crate::ir::graph::{Call, Graph};
use crate::ir::region::Scatter;
use crate::ir::types::Rank;
use crate::passes::step::{Block, Buffer, PlainArgument, Step};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// The statements and the value of a block, without braces.
pub fn block(block: &Block, graph: &Graph, method: &str) -> TokenStream {
    let steps = block.steps.iter().map(|s| step(s, graph, method));
    let tail = &block.tail;
    quote!(#(#steps)* #tail)
}

fn step(step: &Step, graph: &Graph, method: &str) -> TokenStream {
    match step {
        Step::Source(_) => TokenStream::new(),
        Step::Host { tokens, holes } => {
            let holes: Vec<(String, TokenStream)> = holes
                .iter()
                .map(|(name, inner)| {
                    let inner = block(inner, graph, method);
                    (name.to_string(), quote!({ #inner }))
                })
                .collect();
            fill(tokens.clone(), &holes)
        }
        Step::Let { name, mutable, dtype, value } => {
            let mutable = mutable.then(|| quote!(mut));
            let ty = dtype.as_ref().map(|d| {
                let d = d.tokens();
                quote!(: #d)
            });
            quote!(let #mutable #name #ty = #value;)
        }
        Step::Kernel(launch) => kernel::launch(launch, graph, method),
        Step::Tile(tile) => kernel::tile(tile, graph, method),
        Step::Operation { out, operation, args, dtype, rank, site } => {
            plain::operation(out, operation, args, dtype, *rank, site, graph, method)
        }
        Step::Call { out, call, args, dtype, rank, owned, site } => {
            let name = call.name();
            let site = kernel::site(site, method);
            let views: Vec<TokenStream> = args.iter().map(|a| buffer::view(a, graph, method)).collect();
            let parameters = call_parameters(call, graph);
            let dtype = dtype.tokens();
            if *rank == Rank::Static(0) {
                let function = format_ident!("{name}");
                return quote! {
                    let #out: #dtype = {
                        #site
                        ::brain_jit::__private::kernel::call::#function(&__SITE, #(#views,)* #(#parameters),*)
                    };
                };
            }
            let dimension = kernel::dimension(*rank);
            let (shape, into) = (format_ident!("{name}_shape"), format_ident!("{name}_into"));
            let names: Vec<_> = (0..views.len()).map(|k| format_ident!("__a{k}")).collect();
            let make = if *owned {
                quote!(::brain_jit::__private::kernel::array::<#dtype, #dimension>)
            } else {
                quote!(::brain_jit::__private::kernel::scratch::<#dtype, #dimension>)
            };
            quote! {
                let #out = {
                    #site
                    #(let #names = #views;)*
                    let __shape = ::brain_jit::__private::kernel::call::#shape(
                        &__SITE, #(&#names,)* #(#parameters),*);
                    let mut __out = #make(&__shape[..]);
                    ::brain_jit::__private::kernel::call::#into(
                        &__SITE, #(#names,)* #(#parameters,)* __out.view_mut());
                    __out
                };
            }
        }
        Step::Store { target, value, site } => {
            let site = kernel::site(site, method);
            let target = buffer::view_mut(target, graph, method);
            let value = match value {
                PlainArgument::Array(b) => {
                    let view = buffer::view(b, graph, method);
                    quote!(::brain_jit::__private::plain::store(&__SITE, #target, #view))
                }
                PlainArgument::Scalar(tokens, _) => {
                    quote!(::brain_jit::__private::plain::fill(#target, #tokens))
                }
            };
            quote!({ #site #value; })
        }
        Step::AssignHost { target, value, site } => {
            let site = kernel::site(site, method);
            let target = buffer::view_mut(target, graph, method);
            quote!({ #site ::brain_jit::__private::assign(&__SITE, #target, #value); })
        }
        Step::Scatter { place, kind, index, value, dtype, site } => {
            let site = kernel::site(site, method);
            let target = Buffer::Place { place: *place, views: Vec::new() };
            let target = buffer::view_mut(&target, graph, method);
            let index = buffer::view(index, graph, method);
            let value = match value {
                PlainArgument::Array(b) => buffer::view(b, graph, method),
                PlainArgument::Scalar(tokens, _) => {
                    let dtype = dtype.tokens();
                    quote!(::brain_jit::__private::ndarray::arr0::<#dtype>(#tokens).view())
                }
            };
            let call = match kind {
                Scatter::Put => quote!(index_put(&__SITE, #target, #index, #value)),
                Scatter::AddAt => quote!(add_at(&__SITE, #target, #index, #value)),
                Scatter::Mask => quote!(mask_put(&__SITE, #target, #index, #value)),
                Scatter::Update(operation) => {
                    let args = [quote!(a), quote!(b)];
                    let text = scalar::operation(*operation, &args, dtype, None);
                    let dtype = dtype.tokens();
                    quote!(index_update(&__SITE, #target, #index, #value, |a: #dtype, b: #dtype| -> #dtype { #text }))
                }
            };
            quote!({ #site ::brain_jit::__private::kernel::call::#call; })
        }
        Step::CheckMask { target, mask, site } => {
            let site = kernel::site(site, method);
            let target = buffer::shape(target, graph, method);
            quote!({ #site ::brain_jit::__private::kernel::check_mask(&__SITE, &#target[..], &#mask[..]); })
        }
    }
}

fn call_parameters(call: &Call, graph: &Graph) -> Vec<TokenStream> {
    match call {
        Call::ReduceAxis { axis, keepdims, .. } => {
            let axis = scalar::bound(axis, graph);
            vec![axis, quote!(#keepdims)]
        }
        _ => Vec::new(),
    }
}

/// Puts the blocks where their identifiers stand.
fn fill(tokens: TokenStream, holes: &[(String, TokenStream)]) -> TokenStream {
    if holes.is_empty() {
        return tokens;
    }
    tokens
        .into_iter()
        .flat_map(|tree| match tree {
            TokenTree::Ident(name) => {
                let text = name.to_string();
                match holes.iter().find(|(hole, _)| *hole == text) {
                    Some((_, block)) => block.clone(),
                    None => TokenTree::Ident(name).into(),
                }
            }
            TokenTree::Group(group) => {
                let mut new = Group::new(group.delimiter(), fill(group.stream(), holes));
                new.set_span(group.span());
                TokenTree::Group(new).into()
            }
            other => TokenStream::from(other),
        })
        .collect()
}
