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
    let (of, arguments, _) = input.generics.split_for_impl();
    let mut generics = input.generics.clone();
    for field in &taken {
        let ty = &field.written;
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.push(syn::parse_quote!(#ty: #gradient));
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
        let (name, ty) = (&field.name, &field.written);
        let doc = format!("By `{name}`.");
        quote!(#[doc = #doc] pub #name: <#ty as #gradient>::Gradients,)
    });
    let zeros = taken.iter().map(|field| {
        let name = &field.name;
        quote!(#name: #gradient::gradients(&self.#name),)
    });
    let cleared = taken.iter().map(|field| {
        let (name, ty) = (&field.name, &field.written);
        quote!(<#ty as #gradient>::clear(&mut gradients.#name);)
    });
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
    }
}
