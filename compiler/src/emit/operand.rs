//! Operands of a launch: their types, and what they are made of.

use super::buffer;
use crate::ir::graph::Graph;
use crate::ir::kernel::{Access, Operand};
use crate::ir::operation::Reduction;
use crate::ir::types::Rank;
use crate::passes::step::Launch;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

pub(super) fn slice_type(operand: &Operand) -> TokenStream {
    let dtype = operand.dtype.tokens();
    match operand.access {
        Access::Read | Access::Source | Access::RowProduct => quote!(&[#dtype]),
        Access::Write | Access::ReadWrite => quote!(&mut [#dtype]),
        _ => quote!(&mut [::core::mem::MaybeUninit<#dtype>]),
    }
}

pub(super) fn operand_type(operand: &Operand) -> TokenStream {
    let dtype = operand.dtype.tokens();
    let kernel = quote!(::brain_jit::__private::kernel);
    match operand.access {
        Access::Read => quote!(#kernel::In<'_, #dtype>),
        Access::Source => {
            let source = format_ident!("S{}", operand.buffer);
            quote!(#kernel::Computed<#source>)
        }
        Access::ReadWrite => quote!(#kernel::InOut<'_, #dtype>),
        Access::Write => quote!(#kernel::Out<'_, #dtype>),
        Access::New => {
            let dimension = dimension(operand.rank);
            quote!(#kernel::New<#dtype, #dimension>)
        }
        Access::Scratch => {
            let dimension = dimension(operand.rank);
            quote!(#kernel::Scratch<#dtype, #dimension>)
        }
        Access::RowProduct => quote!(#kernel::Computed<#kernel::RowProduct<'_, #dtype>>),
        Access::RowSum => quote!(#kernel::RowSum<'_, #dtype>),
        Access::Reduce(reduction) => match reduction_operand(reduction) {
            (name, true) => quote!(#kernel::#name<#dtype>),
            (name, false) => quote!(#kernel::#name),
        },
    }
}

fn reduction_operand(reduction: Reduction) -> (Ident, bool) {
    let (name, generic) = match reduction {
        Reduction::Product => ("Product", true),
        Reduction::Maximum => ("Maximum", true),
        Reduction::Minimum => ("Minimum", true),
        Reduction::Any => ("Any", false),
        Reduction::All => ("All", false),
        _ => ("Sum", true),
    };
    (format_ident!("{name}"), generic)
}

/// The ndarray dimension type of a rank.
pub fn dimension(rank: Rank) -> TokenStream {
    match rank {
        Rank::Static(rank) => {
            let name = format_ident!("Ix{rank}");
            quote!(::brain_jit::__private::ndarray::#name)
        }
        Rank::Dynamic => quote!(::brain_jit::__private::ndarray::IxDyn),
    }
}

pub(super) fn operand_value(
    operand: &Operand,
    launch: &Launch,
    graph: &Graph,
    method: &str,
) -> TokenStream {
    let kernel = quote!(::brain_jit::__private::kernel);
    match operand.access {
        Access::Source => {
            let source = buffer::view(&launch.buffers[operand.buffer], graph, method);
            quote!(#kernel::Computed::new(#source))
        }
        Access::Read => {
            let view = buffer::view(&launch.buffers[operand.buffer], graph, method);
            quote!(#kernel::In::array(#view))
        }
        Access::RowProduct => {
            let matrix = buffer::view(&launch.buffers[operand.buffer], graph, method);
            let vector = buffer::view(&launch.buffers[operand.buffer + 1], graph, method);
            quote!(#kernel::RowProduct::new(&__SITE, #matrix, #vector))
        }
        Access::RowSum => {
            let matrix = buffer::view(&launch.buffers[operand.buffer], graph, method);
            quote!(#kernel::RowSum::new(#matrix))
        }
        Access::ReadWrite => {
            let view = buffer::view_mut(&launch.buffers[operand.buffer], graph, method);
            quote!(#kernel::InOut::array(#view))
        }
        Access::Write => {
            let view = buffer::view_mut(&launch.buffers[operand.buffer], graph, method);
            quote!(#kernel::Out::array(#view))
        }
        _ => {
            let ty = operand_type(operand);
            quote!(<#ty>::new())
        }
    }
}
