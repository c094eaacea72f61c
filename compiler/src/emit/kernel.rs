//! A kernel as a struct with its loop, and its launch.

use super::operand::{operand_type, operand_value, slice_type};
use super::{block, parts, scalar};
use crate::ir::graph::Graph;
use crate::ir::kernel::{Access, Argument, InstructionKind, Kernel, Scalar, Store};
use crate::ir::types::DType;
use crate::passes::step::{Launch, Site};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// The statement that launches a kernel and binds its results.
pub fn launch(launch: &Launch, graph: &Graph, method: &str) -> TokenStream {
    let expression = launch_expression(launch, graph, method);
    let patterns = launch.results.iter().map(|result| match result {
        Some(name) if launch.mutable.contains(name) => quote!(mut #name),
        Some(name) => quote!(#name),
        None => quote!(_),
    });
    let Some(fallback) = &launch.fallback else {
        return quote!(let (#(#patterns,)*) = #expression;);
    };
    let inner = launch.results.iter().map(|result| match result {
        Some(name) => quote!(#name),
        None => quote!(_),
    });
    let names: Vec<&Ident> = launch.results.iter().flatten().collect();
    let outer = names.iter().map(|name| {
        if launch.mutable.contains(name) {
            quote!(mut #name)
        } else {
            quote!(#name)
        }
    });
    let guard = &launch.guard;
    let fallback = block::block(fallback, graph, method);
    quote! {
        let (#(#outer,)*) = if ::brain_jit::__private::same_shape(&[#(&#guard[..]),*]) {
            let (#(#inner,)*) = #expression;
            (#(#names,)*)
        } else {
            #fallback
        };
    }
}

fn launch_expression(launch: &Launch, graph: &Graph, method: &str) -> TokenStream {
    let kernel = &launch.kernel;
    let types = kernel.operands.iter().map(operand_type);
    let definition = definition(kernel, types.collect());
    let site = site(&launch.site, method);
    let operands = kernel
        .operands
        .iter()
        .map(|o| operand_value(o, launch, graph, method));
    // Made before the operands, which may lend what the scalars look at.
    let construct = construct(launch);
    let cost = kernel.cost();
    quote! {{
        #site
        #definition
        let __kernel = #construct;
        ::brain_jit::__private::kernel::launch(&__SITE, #cost, (#(#operands,)*), &__kernel)
    }}
}

pub(super) fn site(site: &Site, method: &str) -> TokenStream {
    let Site {
        statement,
        operands,
    } = site;
    quote! {
        static __SITE: ::brain_jit::__private::kernel::Site = ::brain_jit::__private::kernel::Site {
            method: #method,
            statement: #statement,
            operands: &[#(#operands),*],
        };
    }
}

fn generics(kernel: &Kernel) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut note = |dtype: &DType| {
        if let DType::Generic(name) = dtype {
            names.insert(name.clone());
        }
    };
    kernel.operands.iter().for_each(|o| note(&o.dtype));
    kernel.body.iter().for_each(|i| note(&i.dtype));
    kernel
        .scalars
        .iter()
        .filter_map(|s| s.dtype.as_ref())
        .for_each(note);
    names
}

/// The struct with the scalar parameters, and its loop over operands of these types.
pub(super) fn definition(kernel: &Kernel, operand_types: Vec<TokenStream>) -> TokenStream {
    let types: Vec<Ident> = generics(kernel)
        .iter()
        .map(|n| format_ident!("{n}"))
        .collect();
    let maps = function_bounds(kernel);
    let functions: Vec<&Ident> = maps.iter().map(|(name, _)| name).collect();
    let bounds = maps.iter().map(|(name, bound)| quote!(#name: #bound));
    let fields: Vec<TokenStream> = kernel
        .scalars
        .iter()
        .enumerate()
        .map(|(k, s)| {
            let name = format_ident!("c{k}");
            match &s.dtype {
                Some(dtype) => {
                    let dtype = dtype.tokens();
                    quote!(#name: #dtype)
                }
                None => {
                    let function = format_ident!("F{k}");
                    quote!(#name: #function)
                }
            }
        })
        .collect();
    let parameters: Vec<TokenStream> = kernel
        .scalars
        .iter()
        .enumerate()
        .map(|(k, s)| {
            let name = format_ident!("c{k}");
            match &s.dtype {
                Some(dtype) => {
                    let dtype = dtype.tokens();
                    quote!(#name: #dtype)
                }
                None => {
                    let function = format_ident!("F{k}");
                    quote!(#name: &#function)
                }
            }
        })
        .collect();
    let given: Vec<TokenStream> = kernel
        .scalars
        .iter()
        .enumerate()
        .map(|(k, s)| {
            let name = format_ident!("c{k}");
            if s.dtype.is_some() {
                quote!(self.#name)
            } else {
                quote!(&self.#name)
            }
        })
        .collect();
    let phantom =
        (!types.is_empty()).then(|| quote!(__types: ::core::marker::PhantomData<(#(#types,)*)>,));
    let names: Vec<Ident> = (0..kernel.operands.len())
        .map(|k| format_ident!("o{k}"))
        .collect();
    let slices: Vec<TokenStream> = kernel.operands.iter().map(slice_type).collect();
    let bound_types: Vec<TokenStream> = types
        .iter()
        .map(|t| quote!(#t: ::brain_jit::__private::Real))
        .chain(bounds)
        .collect();
    let cut = names.iter().zip(&kernel.operands).map(|(name, operand)| {
        if !operand.access.is_output() {
            quote!(let #name = &#name[..n];)
        } else {
            quote!(let #name = &mut #name[..n];)
        }
    });
    let (values, stores) = body(kernel);
    let parts = parts::parts(kernel, &names);
    let sources: Vec<TokenStream> = kernel
        .operands
        .iter()
        .filter(|o| o.access == Access::Source)
        .map(|o| {
            let (name, dtype) = (format_ident!("S{}", o.buffer), o.dtype.tokens());
            quote!(#name: ::brain_jit::__private::kernel::Source<Element = #dtype>)
        })
        .collect();
    let all: Vec<TokenStream> = types
        .iter()
        .map(|t| quote!(#t))
        .chain(functions.iter().map(|f| quote!(#f)))
        .collect();
    let near = near(kernel).map(|tests| {
        let is_read = |k: usize| kernel.body.iter().any(|i| i.kind == InstructionKind::Load(k));
        let read: Vec<usize> = (0..names.len()).filter(|&k| is_read(k)).collect();
        let dtypes = read.iter().map(|&k| kernel.operands[k].dtype.tokens());
        let read: Vec<&Ident> = read.iter().map(|&k| &names[k]).collect();
        quote! {
            #[inline(always)]
            fn near<__L: ::brain_jit::__private::kernel::Level, #(#bound_types),*>(
                n: usize,
                #(#read: &[#dtypes],)*
                #(#parameters,)*
            ) -> bool {
                #(let #read = &#read[..n];)*
                let mut near = true;
                for i in 0..n { #values #(near &= #tests;)* }
                near
            }
            if __L::FMA && near::<__L, #(#all),*>(n, #(&*#read,)* #(#given,)*) {
                return body::<::brain_jit::__private::kernel::Near<__L>, #(#all),*>(n, #(#names,)* #(#given,)*);
            }
        }
    });
    // A clone for shares of 1 leaves their products out.
    let ones: Vec<Option<TokenStream>> = kernel.scalars.iter().map(one).collect();
    let whole = ones.iter().any(Option::is_some).then(|| {
        let pairs = || given.iter().zip(&ones);
        let tests = pairs()
            .filter_map(|(given, one)| Some(quote!(#given == #one)).filter(|_| one.is_some()));
        let given = pairs().map(|(given, one)| one.as_ref().unwrap_or(given));
        quote! {
            if #(#tests)&&* {
                return body::<__L, #(#all),*>(n, #(#names,)* #(#given,)*);
            }
        }
    });
    let sync = maps
        .iter()
        .map(|(name, _)| quote!(#name: Sync))
        .collect::<Vec<_>>();
    quote! {
        struct __Kernel<#(#all),*> { #(#fields,)* #phantom }
        impl<#(#bound_types,)* #(#sources),*> ::brain_jit::__private::kernel::Kernel<(#(#operand_types,)*)> for __Kernel<#(#all),*>
        where #(#sync,)*
        {
            #[inline(always)]
            fn run<__L: ::brain_jit::__private::kernel::Level>(&self, n: usize, (#(#names,)*): (#(#slices,)*)) {
                #[inline(always)]
                fn body<__L: ::brain_jit::__private::kernel::Level, #(#bound_types),*>(
                    n: usize,
                    #(#names: #slices,)*
                    #(#parameters,)*
                ) {
                    #(#cut)*
                    #parts
                    for i in 0..n { #values #stores }
                }
                #near
                #whole
                body::<__L, #(#all),*>(n, #(#names,)* #(#given,)*)
            }
        }
    }
}

/// 1, for a share.
fn one(scalar: &Scalar) -> Option<TokenStream> {
    let dtype = scalar.dtype.as_ref().filter(|_| scalar.share)?;
    Some(scalar::literal(
        "1.0",
        dtype,
        proc_macro2::Span::mixed_site(),
    ))
}

/// The type parameter and bound of each scalar that is a function.
fn function_bounds(kernel: &Kernel) -> Vec<(Ident, TokenStream)> {
    kernel
        .body
        .iter()
        .filter_map(|instruction| match instruction.kind {
            InstructionKind::Map(scalar) => {
                let args = instruction.args.iter().map(|a| {
                    let dtype = argument_type(a, kernel).tokens();
                    quote!(#dtype)
                });
                let result = instruction.dtype.tokens();
                Some((
                    format_ident!("F{scalar}"),
                    quote!(Fn(#(#args),*) -> #result + Sync),
                ))
            }
            _ => None,
        })
        .fold(Vec::new(), |mut list, (name, bound)| {
            if !list
                .iter()
                .any(|(other, _): &(Ident, TokenStream)| *other == name)
            {
                list.push((name, bound));
            }
            list
        })
}

pub(super) fn argument_type(argument: &Argument, kernel: &Kernel) -> DType {
    match argument {
        Argument::Register(r) => kernel.body[*r].dtype.clone(),
        Argument::Scalar(s) => kernel.scalars[*s].dtype.clone().unwrap_or(DType::F64),
        Argument::Literal(_, dtype) => dtype.clone(),
    }
}

pub(super) fn construct(launch: &Launch) -> TokenStream {
    let kernel = &launch.kernel;
    let fields = kernel.scalars.iter().enumerate().map(|(k, s)| {
        let name = format_ident!("c{k}");
        let value = &launch.values[s.value];
        match &s.dtype {
            Some(_) => quote!(#name: #value),
            None => {
                let map = kernel
                    .body
                    .iter()
                    .find(|i| i.kind == InstructionKind::Map(k));
                let (args, result) = match map {
                    Some(i) => (
                        i.args
                            .iter()
                            .map(|a| argument_type(a, kernel).tokens())
                            .collect::<Vec<_>>(),
                        i.dtype.tokens(),
                    ),
                    None => (Vec::new(), quote!(())),
                };
                let helper = format_ident!("function{}", args.len());
                quote!(#name: ::brain_jit::__private::#helper::<#(#args,)* #result, _>(#value))
            }
        }
    });
    let phantom =
        (!generics(kernel).is_empty()).then(|| quote!(__types: ::core::marker::PhantomData,));
    quote!(__Kernel { #(#fields,)* #phantom })
}

/// An argument in a kernel's loop.
pub(super) fn value(argument: &Argument) -> TokenStream {
    match argument {
        Argument::Register(r) => {
            let name = format_ident!("t{r}");
            quote!(#name)
        }
        Argument::Scalar(s) => {
            let name = format_ident!("c{s}");
            quote!(#name)
        }
        Argument::Literal(text, dtype) => {
            scalar::literal(text, dtype, proc_macro2::Span::mixed_site())
        }
    }
}

/// Whether the arguments of the trigonometric functions have the short way: a test of each, after which a loop is run that takes no
/// other. None for a kernel without them, and for one that calls the user's functions, which must not be called twice.
fn near(kernel: &Kernel) -> Option<Vec<TokenStream>> {
    use crate::ir::operation::Operation::{Cos, Sin, Tan};
    if kernel
        .body
        .iter()
        .any(|i| matches!(i.kind, InstructionKind::Map(_)))
    {
        return None;
    }
    let tests: Vec<TokenStream> = kernel
        .body
        .iter()
        .filter(|i| matches!(i.kind, InstructionKind::Operation(Sin | Cos | Tan)))
        .filter(|i| !i.dtype.is_complex())
        .flat_map(|i| &i.args)
        .map(|argument| {
            let argument = value(argument);
            quote!(::brain_jit::__private::Functions::is_near(#argument))
        })
        .collect();
    (!tests.is_empty()).then_some(tests)
}

/// What a kernel computes of each element, and how it stores that.
fn body(kernel: &Kernel) -> (TokenStream, TokenStream) {
    let values = (0..kernel.body.len())
        .map(|k| computed(kernel, k))
        .collect();
    let stores = kernel.stores.iter().map(|store| stored(kernel, store));
    (values, stores.collect())
}

/// The statement that binds register `k`.
pub(super) fn computed(kernel: &Kernel, k: usize) -> TokenStream {
    let instruction = &kernel.body[k];
    let name = format_ident!("t{k}");
    let args: Vec<TokenStream> = instruction.args.iter().map(value).collect();
    let dtype = instruction.dtype.tokens();
    let expression = match &instruction.kind {
        InstructionKind::Load(operand) => {
            let operand = format_ident!("o{operand}");
            quote!(#operand[i])
        }
        InstructionKind::Operation(operation) => {
            let operand = instruction
                .args
                .last()
                .map(|a| argument_type(a, kernel))
                .unwrap_or(instruction.dtype.clone());
            let operand = if *operation == crate::ir::operation::Operation::PowerInteger {
                instruction.dtype.clone()
            } else {
                operand
            };
            scalar::operation(*operation, &args, &operand, Some(&quote!(__L)))
        }
        InstructionKind::Cast => {
            let from = instruction.args.first().map(|a| argument_type(a, kernel));
            let from = from.unwrap_or(instruction.dtype.clone());
            scalar::cast(
                args.into_iter().next().unwrap_or_default(),
                &from,
                &instruction.dtype,
            )
        }
        InstructionKind::Map(function) => {
            let function = format_ident!("c{function}");
            quote!(#function(#(#args),*))
        }
    };
    quote!(let #name: #dtype = #expression;)
}

/// The statement that stores an element's result.
pub(super) fn stored(kernel: &Kernel, store: &Store) -> TokenStream {
    let operand = format_ident!("o{}", store.operand);
    let value = value(&store.value);
    match kernel.operands[store.operand].access {
        Access::Write | Access::ReadWrite => quote!(#operand[i] = #value;),
        _ => quote!(#operand[i].write(#value);),
    }
}
