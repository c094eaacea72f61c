//! A method that did not compile: its signatures with diverging bodies, so that callers still type-check and no
//! second wave of errors buries the first.

use super::function;
use super::wrapper::{Items, Source, angle, turbofish};
use crate::ir::operation::Operation;
use crate::lower::call::bm_function;
use crate::model::method::ParameterKind;
use crate::syntax::walk::{self, Visit};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;
use syn::{Block, Expr, ExprCall, GenericParam, Generics, PathArguments};

/// The names in use in the impl that a method stands in.
#[derive(Default, Debug)]
pub struct Taken {
    /// Functions and constants, written or generated.
    pub items: BTreeSet<String>,
    /// The generic parameters of the block.
    pub generics: BTreeSet<String>,
}

impl Taken {
    /// Claims the name of a generated item; false if it has an owner already.
    fn claim(&mut self, name: &Ident) -> bool {
        self.items.insert(name.to_string())
    }
}

impl Source<'_> {
    /// The items without bodies. One whose name is taken is left out: that clash has its own error.
    pub fn diverging(&self, plain: bool, taken: &mut Taken) -> Items {
        let method = self.method;
        if crate::model::method::opaque_result(&method.signature).is_some() {
            // No body that diverges has such a type.
            return Items {
                method: method.as_written(),
                ..Items::default()
            };
        }
        let (attributes, visibility) = (&method.attributes, &method.visibility);
        let mut generics = method.signature.generics.clone();
        for parameter in &method.parameters {
            if let ParameterKind::ConstGeneric(name) = &parameter.kind
                && !taken.generics.contains(&name.to_string())
                && !names(&generics).any(|known| *known == *name)
            {
                let ty = &parameter.ty;
                generics.params.push(syn::parse_quote!(const #name: #ty));
            }
        }
        let mut jit_generics = generics.clone();
        if let Some(lifetime) = &self.lifetime {
            jit_generics.params.insert(0, syn::parse_quote!(#lifetime));
        }
        let (params, jit_params, conditions) = (
            angle(&generics),
            angle(&jit_generics),
            &generics.where_clause,
        );
        let output = &method.signature.output;
        let jit_output = function::output(method, self.lifetime.as_ref());
        let parameters = function::wrapper_parameters(method);
        let captured = self.captured.iter().map(|c| {
            let (name, ty) = (&c.name, &c.ty);
            quote!(#name: #ty)
        });
        let receiver = function::receiver_tokens(method);
        let comma = receiver.as_ref().map(|_| quote!(,));
        let name = method.name();
        let fail = quote!({ ::core::unreachable!() });
        let allow = quote!(#[allow(dead_code, unused_variables, clippy::all)]);
        let mut make = |wanted: bool, suffix: &str, rest: TokenStream| {
            let name = self.name(suffix);
            (wanted && taken.claim(&name)).then(|| quote!(#allow #visibility fn #name #rest #fail))
        };
        let functions = functions(&method.body);
        let itself = quote! {
            #(#attributes)*
            #allow
            #visibility fn #name #params (#receiver #comma #(#parameters),*) #output #conditions {
                #functions
                ::core::unreachable!()
            }
        };
        let signature = quote!(#params (#receiver #comma #(#parameters),*) #output #conditions);
        let plain_item = make(plain, "plain", signature);
        let show = make(true, "show_code", quote!(() -> &'static str));
        if method.receiver.is_none() {
            return Items {
                method: itself,
                inherent: quote!(),
                beside: quote!(#plain_item #show),
            };
        }
        let jit_parameters = captured.chain(parameters.iter().cloned());
        let jit = make(
            true,
            "jit",
            quote!(#jit_params (#(#jit_parameters),*) #jit_output #conditions),
        );
        let namespace = make(
            true,
            "show_namespace",
            quote!((&self) -> ::std::string::String),
        );
        let frozen = self
            .frozen(&self.name("jit"), &turbofish(&generics))
            .filter(|frozen| taken.claim(&self.name("frozen")) && taken.claim(&frozen.name));
        let (frozen, beside) = frozen.map(|f| (f.method, f.items)).unzip();
        Items {
            method: itself,
            inherent: quote!(#jit #plain_item #show #namespace #frozen),
            beside: quote!(#beside),
        }
    }
}

/// Names the functions of `bm` that a body calls: one that does not exist is reported with the other errors.
fn functions(body: &Block) -> TokenStream {
    struct Functions(TokenStream);
    impl Visit for Functions {
        fn visit_expr_call(&mut self, call: &ExprCall) {
            // `bm::map` is the compiler's alone, and names of methods have their own error.
            if let Some(name) = bm_function(&call.func)
                && name != "map"
                && Operation::from_method(&name.to_string()).is_none()
                && let Expr::Path(function) = &*call.func
            {
                let span = Span::call_site().located_at(name.span());
                let mut path = function.path.clone();
                for segment in &mut path.segments {
                    segment.arguments = PathArguments::None;
                }
                self.0
                    .extend(quote_spanned!(span=> #[allow(unused_imports)] use #path as _;));
            }
            walk::visit_expr_call(self, call);
        }
    }
    let mut functions = Functions(TokenStream::new());
    functions.visit_block(body);
    functions.0
}

/// The names of the type and const parameters.
pub fn names(generics: &Generics) -> impl Iterator<Item = &Ident> {
    generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(t) => Some(&t.ident),
            GenericParam::Const(c) => Some(&c.ident),
            GenericParam::Lifetime(_) => None,
        })
}
