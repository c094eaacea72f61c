//! A loop that is one launch.

use super::{block, buffer, kernel, operand, scalar};
use crate::ir::graph::{AxisIndex, Bound, Graph, View};
use crate::ir::kernel::{Access, Operand};
use crate::passes::repeat::Repeat;
use crate::passes::step::Buffer;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The loop, pass by pass where its statements cannot share a kernel.
pub fn repeat(repeat: &Repeat<'_>, graph: &Graph, method: &str) -> TokenStream {
    let Repeat {
        name,
        range,
        before,
        launch,
    } = repeat;
    let before = before.iter().map(|step| block::step(step, graph, method));
    let operands = launch.kernel.operands.iter().map(|operand| {
        let lies = &launch.buffers[operand.buffer];
        match repeat.moves(lies, graph).flatten() {
            Some(axis) => moving(operand, lies, axis, name, graph, method),
            None => (
                operand::operand_type(operand),
                operand::operand_value(operand, launch, graph, method),
            ),
        }
    });
    let (types, operands): (Vec<_>, Vec<_>) = operands.unzip();
    let site = kernel::site(&launch.site, method);
    let definition = kernel::definition(&launch.kernel, types);
    let construct = kernel::construct(launch);
    let cost = launch.kernel.cost();
    let mut all = quote! {{
        #site
        #definition
        let __kernel = #construct;
        ::brain_jit::__private::kernel::launch_passes(&__SITE, #cost, __passes, (#(#operands,)*), &__kernel);
    }};
    if let Some(fallback) = &launch.fallback {
        let guard = &launch.guard;
        let fallback = block::block(fallback, graph, method);
        all = quote! {
            if ::brain_jit::__private::same_shape(&[#(&#guard[..]),*]) #all else {
                for #name in __range { #fallback }
            }
        };
    }
    quote! {{
        let __range = #range;
        let __passes = __range.size_hint().0;
        if let (Some(__first), Some(__last)) = (__range.clone().next(), __range.clone().next_back()) {
            #[allow(unused_variables)]
            let #name = __first;
            #(#before)*
            #all
        }
    }}
}

/// The type and the value of an operand that is another place of its array in each pass.
fn moving(
    operand: &Operand,
    lies: &Buffer,
    axis: usize,
    name: &Ident,
    graph: &Graph,
    method: &str,
) -> (TokenStream, TokenStream) {
    let (mut whole, array) = (lies.clone(), &operand.name);
    let mut position = TokenStream::new();
    // The axis of the array, and of the view.
    let (mut counted, mut place) = (0_usize, 0_usize);
    if let Buffer::Place { views, .. } | Buffer::Local { views, .. } = &mut whole
        && let Some(View::Index(axes)) = views.first_mut()
    {
        for before in &axes[..axis] {
            counted += usize::from(!matches!(before, AxisIndex::NewAxis));
            place += usize::from(!matches!(before, AxisIndex::At(_)));
        }
        if let AxisIndex::At(bound @ Bound::Host(_)) = &axes[axis] {
            position = scalar::bound(bound, graph);
        }
        axes[axis] = AxisIndex::Range {
            start: None,
            end: None,
            step: None,
        };
    }
    let dtype = operand.dtype.tokens();
    let (operand, view) = match operand.access {
        Access::Read => (quote!(In), buffer::view(&whole, graph, method)),
        Access::Write => (quote!(Out), buffer::view_mut(&whole, graph, method)),
        _ => (quote!(InOut), buffer::view_mut(&whole, graph, method)),
    };
    let kernel = quote!(::brain_jit::__private::kernel);
    let at = |pass: TokenStream| {
        quote!({
            let #name = #pass;
            ::brain_jit::__private::index::position(#method, #array, #counted, __view.shape()[#place], #position)
        })
    };
    let (first, last) = (at(quote!(__first)), at(quote!(__last)));
    let value = quote! {{
        let __view = #view;
        let __rows = #kernel::Rows { first: #first, last: #last, passes: __passes };
        #kernel::#operand::rows(__view, #place, __rows)
    }};
    (quote!(#kernel::#operand<'_, #dtype, true>), value)
}
