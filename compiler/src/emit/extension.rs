//! What is generated beside the methods of a trait, for a struct of another crate: no inherent impl may stand here, so that it
//! becomes the implementation of a trait of its own.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::hash::{DefaultHasher, Hash, Hasher};
use syn::{FnArg, Ident, ImplItem, ItemImpl, Pat, Signature, Visibility};

/// The trait and its implementation; `of` is the trait whose methods these items are of.
pub fn extension(inherent: TokenStream, of: &syn::Path) -> syn::Result<TokenStream> {
    let mut block: ItemImpl = syn::parse2(inherent)?;
    let mut hasher = DefaultHasher::new();
    (
        of.to_token_stream().to_string(),
        block.self_ty.to_token_stream().to_string(),
    )
        .hash(&mut hasher);
    let last = of.segments.last().map(|segment| segment.ident.to_string());
    let name = format!("__{}_{:016x}", last.unwrap_or_default(), hasher.finish());
    let name = Ident::new(&name, Span::call_site());
    let mut declared = Vec::new();
    for item in &mut block.items {
        match item {
            ImplItem::Fn(function) => {
                function.vis = Visibility::Inherited;
                let signature = without_patterns(&function.sig);
                declared.push(quote!(#signature;));
            }
            ImplItem::Const(constant) => {
                constant.vis = Visibility::Inherited;
                let (name, ty) = (&constant.ident, &constant.ty);
                declared.push(quote!(const #name: #ty;));
            }
            _ => {}
        }
    }
    let ItemImpl {
        generics,
        self_ty,
        items,
        ..
    } = &block;
    let (with, arguments, conditions) = generics.split_for_impl();
    Ok(quote! {
        #[doc(hidden)]
        #[allow(dead_code, non_camel_case_types, clippy::all)]
        trait #name #with #conditions {
            #(#declared)*
        }
        #[allow(clippy::all)]
        impl #with #name #arguments for #self_ty #conditions {
            #(#items)*
        }
    })
}

/// A signature without a body has names in the place of patterns.
fn without_patterns(signature: &Signature) -> Signature {
    let mut signature = signature.clone();
    for (k, input) in signature.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(typed) = input {
            let name = format_ident!("argument{k}");
            *typed.pat = Pat::Path(syn::parse_quote!(#name));
        }
    }
    signature
}
