//! Steps in order.

use super::{buffer, kernel, operand, plain, repeat, scalar};
use crate::ir::graph::{Call, Graph};
use crate::ir::region::Scatter;
use crate::ir::types::Rank;
use crate::passes::repeat::Repeat;
use crate::passes::step::{Block, Buffer, PlainArgument, Site, Step, Watched};
use proc_macro2::{Group, LineColumn, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// The statements and the value of a block, without braces.
pub fn block(block: &Block, graph: &Graph, method: &str) -> TokenStream {
    let mut place = None;
    let mut out = TokenStream::new();
    for one in &block.steps {
        if let Step::At(span) = one {
            place = Some(*span);
        }
        out.extend(located(step(one, graph, method), place));
    }
    out.extend(block.tail.clone().map(|tail| located(tail, place)));
    out
}

/// Moves what the compiler wrote to the user's statement, so that rustc's errors point there.
fn located(tokens: TokenStream, place: Option<Span>) -> TokenStream {
    fn moved(tokens: TokenStream, own: LineColumn, place: Span) -> TokenStream {
        let trees = tokens.into_iter().map(|mut tree| {
            let span = tree.span();
            let ours = span.start() == own;
            if let TokenTree::Group(group) = tree {
                let mut inner = Group::new(group.delimiter(), moved(group.stream(), own, place));
                inner.set_span(span);
                tree = TokenTree::Group(inner);
            }
            if ours {
                tree.set_span(span.located_at(place));
            }
            tree
        });
        trees.collect()
    }
    match place {
        Some(place) => moved(tokens, Span::call_site().start(), place),
        None => tokens,
    }
}

pub(super) fn step(step: &Step, graph: &Graph, method: &str) -> TokenStream {
    match step {
        Step::Source(_) | Step::At(_) => TokenStream::new(),
        Step::Host { tokens, holes, .. } => {
            if let Some(found) = Repeat::of(tokens, holes, graph) {
                return repeat::repeat(&found, graph, method);
            }
            let holes: Vec<(String, TokenStream)> = holes
                .iter()
                .map(|(name, inner)| {
                    let inner = block(inner, graph, method);
                    (name.to_string(), quote!({ #inner }))
                })
                .collect();
            fill(tokens.clone(), &holes)
        }
        Step::Let {
            name,
            mutable,
            dtype,
            value,
        } => {
            let mutable = mutable.then(|| quote!(mut));
            let ty = dtype.as_ref().map(|d| {
                let d = d.tokens();
                quote!(: #d)
            });
            quote!(let #mutable #name #ty = #value;)
        }
        Step::Kernel(launch) => kernel::launch(launch, graph, method),
        Step::Operation {
            out,
            operation,
            args,
            source,
            dtype,
            rank,
            site,
        } => plain::operation(
            out, operation, args, source, dtype, *rank, site, graph, method,
        ),
        Step::Call {
            out,
            call,
            args,
            dtype,
            rank,
            owned,
            site,
        } => {
            let routine = routine(call, args, graph, *rank);
            let site = kernel::site(site, method);
            let dtype = dtype.tokens();
            let views: Vec<TokenStream> = args
                .iter()
                .map(|a| buffer::view(a, graph, method))
                .collect();
            let names: Vec<_> = (0..views.len()).map(|k| format_ident!("__a{k}")).collect();
            let Routine {
                name,
                shape,
                parameters,
            } = routine;
            let function = format_ident!("{name}");
            if *rank == Rank::Static(0) {
                return quote! {
                    let #out: #dtype = {
                        #site
                        ::brain_jit::__private::kernel::call::#function(&__SITE, #(#views,)* #(#parameters),*)
                    };
                };
            }
            let dimension = operand::dimension(*rank);
            let into = format_ident!("{name}_into");
            let make = if *owned {
                quote!(::brain_jit::__private::array::<#dtype, #dimension, _>)
            } else {
                quote!(::brain_jit::__private::kernel::scratch::<#dtype, #dimension>)
            };
            quote! {
                let #out = {
                    #site
                    #(let #names = #views;)*
                    let mut __out = #make(#shape);
                    ::brain_jit::__private::kernel::call::#into(
                        &__SITE, #(#names,)* #(#parameters,)* __out.view_mut());
                    __out
                };
            }
        }
        Step::CallInto {
            add,
            target,
            call,
            args,
            dtype,
            rank,
            site,
        } => {
            let Routine {
                name,
                shape,
                parameters,
            } = routine(call, args, graph, *rank);
            let dtype = dtype.tokens();
            // The routine names its operands, the copy its target.
            let (first, rest) = site.operands.split_at(site.operands.len().min(1));
            let of = |operands: &[String]| {
                let site = Site {
                    statement: site.statement.clone(),
                    operands: operands.to_vec(),
                };
                kernel::site(&site, method)
            };
            let (stored, site) = (of(first), of(rest));
            let views = args.iter().map(|a| buffer::view(a, graph, method));
            let names: Vec<_> = (0..args.len()).map(|k| format_ident!("__a{k}")).collect();
            let (into, dimension) = (format_ident!("{name}_into"), operand::dimension(*rank));
            let (there, store) = match add {
                true => (format_ident!("{name}_add"), quote!(add)),
                false => (into.clone(), quote!(store)),
            };
            let target = buffer::view_mut(target, graph, method);
            quote! {{
                #site
                #(let #names = #views;)*
                let __shape = #shape;
                let __out = #target;
                if __out.shape() == &__shape[..] {
                    ::brain_jit::__private::kernel::call::#there(&__SITE, #(#names,)* #(#parameters,)* __out);
                } else {
                    let mut __copy = ::brain_jit::__private::kernel::scratch::<#dtype, #dimension>(__shape);
                    ::brain_jit::__private::kernel::call::#into(
                        &__SITE, #(#names,)* #(#parameters,)* __copy.view_mut());
                    #stored
                    ::brain_jit::__private::plain::#store(&__SITE, __out, __copy.view());
                }
            }}
        }
        Step::Store {
            target,
            value,
            added,
            site,
        } => {
            let site = kernel::site(site, method);
            let summed =
                matches!(target, Buffer::Place { place, .. } if graph.place(*place).summed);
            let target = buffer::view_mut(target, graph, method);
            let value = match value {
                PlainArgument::Array(b) => {
                    let view = buffer::view(b, graph, method);
                    let store = match (summed, added) {
                        (_, true) => quote!(add_summed),
                        (true, _) => quote!(store_summed),
                        _ => quote!(store),
                    };
                    quote!(::brain_jit::__private::plain::#store(&__SITE, #target, #view))
                }
                PlainArgument::Scalar(tokens, _) => {
                    quote!(let __value = #tokens; ::brain_jit::__private::plain::fill(#target, __value))
                }
            };
            quote!({ #site #value; })
        }
        Step::AssignHost {
            target,
            value,
            site,
        } => {
            let site = kernel::site(site, method);
            let target = buffer::view_mut(target, graph, method);
            quote!({ #site ::brain_jit::__private::assign(&__SITE, #target, #value); })
        }
        Step::Scatter {
            place,
            kind,
            index,
            value,
            dtype,
            site,
        } => {
            let site = kernel::site(site, method);
            let target = Buffer::Place {
                place: *place,
                views: Vec::new(),
            };
            let target = buffer::view_mut(&target, graph, method);
            let index = buffer::view(index, graph, method);
            let mut first = TokenStream::new();
            let value = match value {
                PlainArgument::Array(b) => buffer::view(b, graph, method),
                PlainArgument::Scalar(tokens, _) => {
                    let dtype = dtype.tokens();
                    first = quote!(let __value = ::brain_jit::__private::ndarray::arr0::<#dtype>(#tokens););
                    quote!(__value.view())
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
            let owner = match kind {
                Scatter::Update(_) => quote!(index),
                _ => quote!(kernel::call),
            };
            quote!({ #site #first ::brain_jit::__private::#owner::#call; })
        }
        Step::Watch { watch, target } => {
            let view = watched(target, graph, method);
            quote!(let #watch = ::brain_jit::__private::watch::before(#view);)
        }
        Step::Watched {
            watch,
            target,
            line,
            site,
        } => {
            let site = kernel::site(site, method);
            let view = watched(target, graph, method);
            quote!({ #site ::brain_jit::__private::watch::after(
                &__SITE, ::core::file!(), #line, #watch, #view); })
        }
        Step::CheckMask { target, mask, site } => {
            let site = kernel::site(site, method);
            let target = buffer::shape(target, graph, method);
            quote!({ #site ::brain_jit::__private::check_mask(&__SITE, &#target[..], &#mask[..]); })
        }
    }
}

/// A view of what `check_nan` looks at.
fn watched(target: &Watched, graph: &Graph, method: &str) -> TokenStream {
    match target {
        Watched::Array(buffer) => buffer::view(buffer, graph, method),
        Watched::Scalar(tokens) => quote!(::brain_jit::__private::ndarray::aview0(&#tokens)),
    }
}

/// A routine of the runtime: its name, the shape of its result, its further parameters.
struct Routine {
    name: String,
    shape: TokenStream,
    parameters: Vec<TokenStream>,
}

fn routine(call: &Call, args: &[Buffer], graph: &Graph, rank: Rank) -> Routine {
    let calls = quote!(::brain_jit::__private::kernel::call);
    let fixed = |k: usize, rank: usize| {
        let name = format_ident!("__a{k}");
        quote!(&::brain_jit::__private::fixed_shape::<#rank, _, _>(&#name))
    };
    match call {
        Call::Dot => {
            let ranks: Vec<usize> = args.iter().map(|a| buffer::rank(a, graph)).collect();
            let (left, right) = (ranks[0], ranks[1]);
            let name = match (left, right) {
                (1, 1) => "inner",
                (2, 1) => "matvec",
                (1, _) => "vecmat",
                _ => "matmul",
            };
            let shape = format_ident!("{name}_shape");
            let (a, b) = (fixed(0, left), fixed(1, right));
            Routine {
                name: name.into(),
                shape: quote!(#calls::#shape(&__SITE, #a, #b)),
                parameters: Vec::new(),
            }
        }
        Call::Outer => {
            let (a, b) = (fixed(0, 1), fixed(1, 1));
            Routine {
                name: "outer".into(),
                shape: quote!(#calls::outer_shape(&__SITE, #a, #b)),
                parameters: Vec::new(),
            }
        }
        Call::Chain => {
            let (a, b, c) = (fixed(0, 2), fixed(1, 2), fixed(2, 2));
            Routine {
                name: "chain".into(),
                shape: quote!(#calls::chain_shape(&__SITE, #a, #b, #c)),
                parameters: Vec::new(),
            }
        }
        Call::ReduceAxis {
            reduction,
            axis,
            keepdims,
        } => {
            let axis = scalar::bound(axis, graph);
            let name = format!("{}_axis", reduction.name());
            let shape = format_ident!("{name}_shape");
            let Rank::Static(rank) = rank else {
                return Routine {
                    name,
                    shape: quote!([]),
                    parameters: Vec::new(),
                };
            };
            Routine {
                shape: quote!(#calls::#shape::<#rank>(&__SITE, __a0.shape(), #axis, #keepdims)),
                parameters: vec![axis, quote!(#keepdims)],
                name,
            }
        }
        Call::ReduceWhole(reduction) => Routine {
            name: reduction.name().into(),
            shape: quote!([]),
            parameters: Vec::new(),
        },
        Call::Take => {
            let rank = match rank {
                Rank::Static(rank) => rank,
                Rank::Dynamic => 1,
            };
            Routine {
                name: "take".into(),
                shape: quote!(#calls::take_shape::<#rank>(&__SITE, __a0.shape(), __a1.len())),
                parameters: Vec::new(),
            }
        }
        Call::Select => Routine {
            name: "mask_select".into(),
            shape: quote!(#calls::mask_select_shape(&__SITE, __a0.shape(), __a1.view())),
            parameters: Vec::new(),
        },
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
