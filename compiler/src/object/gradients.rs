//! The struct of an object's gradients: one field a trained variable, one a child.

use super::field::DerivedField;
use super::payload::PayloadKind;
use crate::ir::types::ValueType;
use crate::syntax::types::TypeScope;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::DeriveInput;

pub(super) fn implementation(input: &DeriveInput, fields: &[DerivedField]) -> TokenStream {
    let name = &input.ident;
    let scope = TypeScope::new([&input.generics]);
    let gradient = quote!(::brain_jit::adjoint::Differentiable);
    let taken: Vec<&DerivedField> = fields
        .iter()
        .filter(|field| match &field.kind {
            PayloadKind::Variable { train: true, .. } => match scope.recognise(&field.written) {
                ValueType::Array(array) => array.dtype.is_float(),
                ValueType::Scalar(dtype) => dtype.is_float(),
                ValueType::RandomState | ValueType::Other => false,
            },
            PayloadKind::Child(_) => true,
            _ => false,
        })
        .collect();
    // An array's gradients are an array of its type.
    let gradients_of = |field: &DerivedField| {
        let ty = &field.written;
        match field.kind {
            PayloadKind::Child(_) => quote!(<#ty as #gradient>::Gradients),
            _ => quote!(#ty),
        }
    };
    let (of, arguments, _) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    for field in &taken {
        let ty = &field.written;
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.push(match field.kind {
            PayloadKind::Child(_) => syn::parse_quote!(#ty: #gradient),
            _ => syn::parse_quote!(#ty: #gradient<Gradients = #ty>),
        });
    }
    let conditions = &generics.where_clause;
    if taken.is_empty() {
        let conditions = &input.generics.where_clause;
        return quote! {
            #[automatically_derived]
            impl #of #gradient for #name #arguments #conditions {
                type Gradients = ();
                fn gradients(&self) {}
                fn clear(_: &mut ()) {}
            }

            #[automatically_derived]
            impl #of ::brain_jit::optim::Trained<()> for #name #arguments #conditions {
                fn visit(&mut self, _: &(), _: &mut impl ::brain_jit::optim::Visitor) {}
            }
        };
    }
    let grads = format_ident!("{name}Gradients", span = name.span());
    let marker = Ident::new("__generics", Span::mixed_site());
    let parameters: Vec<TokenStream> = input
        .generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            syn::GenericParam::Type(p) => {
                let name = &p.ident;
                Some(quote!(fn() -> #name))
            }
            syn::GenericParam::Lifetime(p) => {
                let name = &p.lifetime;
                Some(quote!(&#name ()))
            }
            syn::GenericParam::Const(_) => None,
        })
        .collect();
    let has_marker = !parameters.is_empty();
    let marked = has_marker.then(
        || quote!(#[doc(hidden)] pub #marker: ::core::marker::PhantomData<(#(#parameters,)*)>,),
    );
    let marked_value = has_marker.then(|| quote!(#marker: ::core::marker::PhantomData,));
    let definitions = taken.iter().map(|field| {
        let (name, ty) = (&field.name, gradients_of(field));
        let doc = format!("By `{name}`.");
        quote!(#[doc = #doc] pub #name: #ty,)
    });
    let zeros = taken.iter().map(|field| {
        let name = &field.name;
        quote!(#name: #gradient::gradients(&self.#name),)
    });
    let cleared = taken.iter().map(|field| {
        let (name, ty) = (&field.name, &field.written);
        quote!(<#ty as #gradient>::clear(&mut gradients.#name);)
    });
    let visited = taken.iter().map(|field| {
        let name = &field.name;
        quote!(::brain_jit::optim::Trained::visit(&mut self.#name, &gradients.#name, visitor);)
    });
    let mut trained = generics.clone();
    for field in &taken {
        let (ty, gradients) = (&field.written, gradients_of(field));
        let predicates = &mut trained.make_where_clause().predicates;
        predicates.push(syn::parse_quote!(#ty: ::brain_jit::optim::Trained<#gradients>));
    }
    let trained = &trained.where_clause;
    let visibility = &input.vis;
    let doc = format!(
        "The gradients by the trained variables of [`{name}`], and by those of its children."
    );
    quote! {
        #[doc = #doc]
        #[allow(dead_code, private_interfaces)]
        #visibility struct #grads #of #conditions { #(#definitions)* #marked }

        #[automatically_derived]
        impl #of #gradient for #name #arguments #conditions {
            type Gradients = #grads #arguments;
            fn gradients(&self) -> Self::Gradients {
                #grads { #(#zeros)* #marked_value }
            }
            fn clear(gradients: &mut Self::Gradients) {
                #(#cleared)*
            }
        }

        #[automatically_derived]
        impl #of ::brain_jit::optim::Trained<#grads #arguments> for #name #arguments #trained {
            fn visit(&mut self, gradients: &#grads #arguments, visitor: &mut impl ::brain_jit::optim::Visitor) {
                #(#visited)*
            }
        }
    }
}
