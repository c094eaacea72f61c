//! The compiled function: its parameters from the object, and its body.

use super::block;
use crate::ir::graph::Graph;
use crate::lower::field::{self, Use};
use crate::model::method::{Method, ParameterKind, Receiver};
use crate::model::object::{FieldKind, Object};
use crate::passes::step::Block;
use crate::syntax::walk::{self, Visit, VisitMut};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;
use syn::{Lifetime, ReturnType, Type};

/// A parameter that stands for a field.
#[derive(Clone, Debug)]
pub struct Captured {
    pub name: syn::Ident,
    /// The type as passed, for instance `&mut Array1<f32>`.
    pub ty: TokenStream,
    /// What the wrapper passes, for instance `&mut self.v`.
    pub argument: TokenStream,
    pub variable: bool,
}

/// The fields that a method uses, variables and children first, each group in field order.
pub fn captured(
    object: Option<&Object>,
    fields: &BTreeMap<String, Use>,
    lifetime: Option<&Lifetime>,
) -> Vec<Captured> {
    let Some(object) = object else {
        return Vec::new();
    };
    let mut variables = Vec::new();
    let mut constants = Vec::new();
    for field in &object.fields {
        let Some(used) = fields.get(&field.name.to_string()) else {
            continue;
        };
        let (name, written) = (&field.name, &field.written);
        let variable = !matches!(field.kind, FieldKind::Constant | FieldKind::Static { .. });
        let by_value = !variable && field::by_value(written);
        let (ty, argument) = match (by_value, used.written && variable) {
            (true, _) => (quote!(#written), quote!(self.#name)),
            (false, true) => (quote!(&#lifetime mut #written), quote!(&mut self.#name)),
            (false, false) => (quote!(&#lifetime #written), quote!(&self.#name)),
        };
        let captured = Captured {
            name: field::parameter(name),
            ty,
            argument,
            variable,
        };
        if variable {
            variables.push(captured);
        } else {
            constants.push(captured);
        }
    }
    variables.extend(constants);
    variables
}

/// The generics of a method with its const generics for static arguments.
pub fn generics(method: &Method) -> syn::Generics {
    let mut generics = method.signature.generics.clone();
    for parameter in &method.parameters {
        if let ParameterKind::ConstGeneric(name) = &parameter.kind {
            let ty = &parameter.ty;
            generics.params.push(syn::parse_quote!(const #name: #ty));
        }
    }
    generics
}

/// The dynamic parameters as written.
pub fn parameters(method: &Method) -> Vec<TokenStream> {
    method
        .parameters
        .iter()
        .filter(|p| !matches!(p.kind, ParameterKind::ConstGeneric(_)))
        .map(|p| {
            let (pattern, ty) = (&p.pattern, &p.ty);
            quote!(#pattern: #ty)
        })
        .collect()
}

/// `let (a, b) = __argument0;` and `let mut x = x;`: what a function's plain parameter names leave to bind.
pub fn patterns(method: &Method) -> TokenStream {
    let parameters = method.parameters.iter().enumerate();
    parameters
        .filter(|(_, p)| {
            let plain = matches!(&p.pattern, syn::Pat::Ident(name)
                if name.mutability.is_none() && name.by_ref.is_none() && name.subpat.is_none());
            !plain && !matches!(p.kind, ParameterKind::ConstGeneric(_))
        })
        .map(|(k, p)| {
            let (pattern, name) = (&p.pattern, argument_name(k, &p.pattern));
            quote!(let #pattern = #name;)
        })
        .collect()
}

/// `let n: usize = N;` for each static argument.
pub fn statics(method: &Method) -> TokenStream {
    method
        .parameters
        .iter()
        .filter_map(|p| match &p.kind {
            ParameterKind::ConstGeneric(name) => {
                let (pattern, ty) = (&p.pattern, &p.ty);
                Some(quote!(let #pattern: #ty = #name;))
            }
            _ => None,
        })
        .collect()
}

/// Whether the return type borrows from the object without naming a lifetime.
pub fn elided_output(method: &Method) -> bool {
    struct Elided(bool);
    impl Visit for Elided {
        fn visit_type_reference(&mut self, node: &syn::TypeReference) {
            self.0 |= node.lifetime.is_none();
            walk::visit_type_reference(self, node);
        }
        fn visit_lifetime(&mut self, node: &Lifetime) {
            self.0 |= node.ident == "_";
        }
    }
    let mut elided = Elided(false);
    if let (ReturnType::Type(_, ty), Some(_)) = (&method.signature.output, method.receiver) {
        elided.visit_type(ty);
    }
    elided.0
}

/// The `'a` of `&'a self`.
pub fn receiver_lifetime(method: &Method) -> Option<&Lifetime> {
    let receiver = method.signature.receiver()?;
    match &receiver.kind {
        syn::ReceiverKind::Reference(_, lifetime, _) => lifetime.as_ref(),
        syn::ReceiverKind::Typed(_, ty) => match &**ty {
            syn::Type::Reference(reference) => reference.lifetime.as_ref(),
            _ => None,
        },
        _ => None,
    }
}

/// The return type with elided lifetimes named.
pub fn output(method: &Method, lifetime: Option<&Lifetime>) -> ReturnType {
    struct Name<'a>(&'a Lifetime);
    impl VisitMut for Name<'_> {
        fn visit_type_reference_mut(&mut self, node: &mut syn::TypeReference) {
            node.lifetime.get_or_insert_with(|| self.0.clone());
            walk::visit_type_reference_mut(self, node);
        }
        fn visit_lifetime_mut(&mut self, node: &mut Lifetime) {
            if node.ident == "_" {
                *node = self.0.clone();
            }
        }
    }
    let mut output = method.signature.output.clone();
    if let Some(lifetime) = lifetime {
        Name(lifetime).visit_return_type_mut(&mut output);
    }
    output
}

/// The body of the compiled function.
pub fn body(method: &Method, steps: &Block, entry: &TokenStream, graph: &Graph) -> TokenStream {
    let path = &method.path;
    let statics = statics(method);
    let inner = block::block(steps, graph, path);
    quote! {
        #[allow(dead_code)]
        const __METHOD: &str = #path;
        #statics
        #entry
        #inner
    }
}

/// The lints that generated code may meet and a user cannot mend.
pub fn allowances() -> TokenStream {
    quote! {
        #[allow(
            unused_variables, unused_mut, unused_parens, unused_braces, unused_assignments, non_snake_case,
            unreachable_code, clippy::all, clippy::pedantic, clippy::nursery
        )]
    }
}

/// The type behind a receiver, for calls of associated functions.
pub fn receiver_tokens(method: &Method) -> Option<TokenStream> {
    let lifetime = receiver_lifetime(method);
    Some(match method.receiver? {
        Receiver::Shared => quote!(&#lifetime self),
        Receiver::Exclusive => quote!(&#lifetime mut self),
    })
}

/// The argument expressions that pass a method's parameters on.
pub fn arguments(method: &Method) -> Vec<TokenStream> {
    method
        .parameters
        .iter()
        .enumerate()
        .filter(|(_, p)| !matches!(p.kind, ParameterKind::ConstGeneric(_)))
        .map(|(k, p)| {
            let name = argument_name(k, &p.pattern);
            quote!(#name)
        })
        .collect()
}

/// The name under which a wrapper takes its `k`th parameter.
pub fn argument_name(k: usize, pattern: &syn::Pat) -> syn::Ident {
    match pattern {
        syn::Pat::Ident(name) => name.ident.clone(),
        _ => quote::format_ident!("__argument{k}"),
    }
}

/// The wrapper's own parameters: plain names instead of patterns.
pub fn wrapper_parameters(method: &Method) -> Vec<TokenStream> {
    method
        .parameters
        .iter()
        .enumerate()
        .filter(|(_, p)| !matches!(p.kind, ParameterKind::ConstGeneric(_)))
        .map(|(k, p)| {
            let (name, ty): (syn::Ident, &Type) = (argument_name(k, &p.pattern), &p.ty);
            quote!(#name: #ty)
        })
        .collect()
}
