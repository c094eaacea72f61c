//! Buffers as ndarray views.

use super::scalar::bound;
use crate::ir::graph::{AxisIndex, Graph, View};
use crate::ir::types::{Container, Rank};
use crate::passes::step::Buffer;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// A shared view.
pub fn view(buffer: &Buffer, graph: &Graph, method: &str) -> TokenStream {
    build(buffer, graph, method, false)
}

/// An exclusive view.
pub fn view_mut(buffer: &Buffer, graph: &Graph, method: &str) -> TokenStream {
    build(buffer, graph, method, true)
}

/// An expression of which `[..]` is the shape.
pub fn shape(buffer: &Buffer, graph: &Graph, method: &str) -> TokenStream {
    match buffer {
        Buffer::Place { place, views } if views.is_empty() => {
            let place = graph.place(*place);
            let tokens = &place.tokens;
            match place.ty.container {
                Container::Slice => quote!([(#tokens).len()]),
                _ => quote!((#tokens).shape()),
            }
        }
        Buffer::Draw { name } => quote!(::brain_jit::__private::draw_shape(&#name)),
        Buffer::Local { name, views, .. } if views.is_empty() => quote!(#name.shape()),
        other => {
            let view = view(other, graph, method);
            quote!(::brain_jit::__private::shape_of(&#view))
        }
    }
}

/// The rank of a buffer of static rank.
pub fn rank(buffer: &Buffer, graph: &Graph) -> usize {
    rank_after(buffer, usize::MAX, graph)
}

/// The rank after the first `count` views.
fn rank_after(buffer: &Buffer, count: usize, graph: &Graph) -> usize {
    let (base, views) = match buffer {
        Buffer::Place { place, views } => match graph.place(*place).ty.rank {
            Rank::Static(rank) => (rank, views),
            Rank::Dynamic => (0, views),
        },
        Buffer::Local { rank, views, .. } => (*rank, views),
        Buffer::Draw { .. } => return 0,
    };
    views
        .iter()
        .take(count)
        .fold(base, |rank, view| match view {
            View::Transpose => rank,
            View::Index(axes) => axes.iter().fold(rank, |rank, axis| match axis {
                AxisIndex::At(_) => rank - 1,
                AxisIndex::NewAxis => rank + 1,
                AxisIndex::Range { .. } => rank,
            }),
        })
}

fn build(buffer: &Buffer, graph: &Graph, method: &str, exclusive: bool) -> TokenStream {
    let (base, views, name) = match buffer {
        Buffer::Draw { name } => return quote!(#name),
        Buffer::Place { place, views } => {
            let place = graph.place(*place);
            let tokens = &place.tokens;
            let base = match (place.ty.container, exclusive) {
                (Container::Slice, false) => {
                    quote!(::brain_jit::__private::ndarray::ArrayView1::from(&(#tokens)[..]))
                }
                (Container::Slice, true) => {
                    quote!(::brain_jit::__private::ndarray::ArrayViewMut1::from(&mut (#tokens)[..]))
                }
                (_, false) => quote!((#tokens).view()),
                (_, true) => quote!((#tokens).view_mut()),
            };
            (base, views, place.name.clone())
        }
        Buffer::Local { name, views, .. } => {
            let base = if exclusive {
                quote!(#name.view_mut())
            } else {
                quote!(#name.view())
            };
            (base, views, name.to_string())
        }
    };
    let mut tokens = base;
    for (k, view) in views.iter().enumerate() {
        tokens = match view {
            View::Transpose => quote!(#tokens.reversed_axes()),
            View::Index(axes) => index(
                tokens,
                axes,
                rank_after(buffer, k, graph),
                graph,
                method,
                &name,
            ),
        };
    }
    tokens
}

fn index(
    base: TokenStream,
    axes: &[AxisIndex],
    rank: usize,
    graph: &Graph,
    method: &str,
    name: &str,
) -> TokenStream {
    let mut checks = TokenStream::new();
    let mut parts = Vec::new();
    let mut axis = 0usize;
    for (k, part) in axes.iter().enumerate() {
        let variable = format_ident!("__axis{k}");
        match part {
            AxisIndex::NewAxis => {
                parts.push(quote!(::brain_jit::__private::ndarray::NewAxis));
                continue;
            }
            AxisIndex::At(position) => {
                let position = bound(position, graph);
                checks.extend(quote! {
                    let #variable = ::brain_jit::__private::index::position(
                        #method, #name, #axis, __view.shape()[#axis], #position);
                });
            }
            AxisIndex::Range { start, end, step } => {
                let optional = |b: &Option<_>| match b {
                    Some(b) => {
                        let b = bound(b, graph);
                        quote!(::core::option::Option::Some(#b))
                    }
                    None => quote!(::core::option::Option::None),
                };
                let (start, end) = (optional(start), optional(end));
                let step = step.as_ref().map_or(quote!(1), |s| bound(s, graph));
                checks.extend(quote! {
                    let #variable = ::brain_jit::__private::index::range(
                        #method, #name, #axis, __view.shape()[#axis], #start, #end, #step);
                });
            }
        }
        parts.push(quote!(#variable));
        axis += 1;
    }
    if let ([AxisIndex::At(_)], [row]) = (axes, parts.as_slice()) {
        return quote! {{
            let __view = #base;
            #checks
            __view.index_axis_move(::brain_jit::__private::ndarray::Axis(0), #row)
        }};
    }
    parts.extend((axis..rank).map(|_| quote!(..)));
    quote! {{
        let __view = #base;
        #checks
        __view.slice_move(::brain_jit::__private::ndarray::s![#(#parts),*])
    }}
}
