//! The items made for one method: `f`, `f_jit`, `f_plain`, `f_show_code`, `f_show_namespace`, `f_frozen`.

use super::function::{self, Captured};
use super::listing;
use crate::ir::graph::Graph;
use crate::model::instance::Choice;
use crate::model::method::{Method, Receiver};
use crate::model::object::{FieldKind, Object};
use crate::passes::step::Block;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Lifetime, Pat};

/// One compiled instance of a method.
pub struct Compiled {
    pub choices: Vec<Choice>,
    pub graph: Graph,
    /// Tests before the first statement.
    pub entry: TokenStream,
    pub fused: Block,
    pub plain: Block,
}

/// Everything that the items are made from.
pub struct Source<'a> {
    pub object: Option<&'a Object>,
    pub method: &'a Method,
    pub captured: Vec<Captured>,
    pub lifetime: Option<Lifetime>,
    pub instances: Vec<Compiled>,
}

/// The items of a method.
#[derive(Default)]
pub struct Items {
    /// Stands where the method stood.
    pub method: TokenStream,
    /// Stand in an inherent impl block.
    pub inherent: TokenStream,
    /// Stand beside the impl block.
    pub beside: TokenStream,
}

impl Items {
    /// Under the method's `#[cfg(..)]`s, all of them.
    pub fn under_cfg(mut self, method: &Method) -> Items {
        let attributes = method.attributes.iter();
        let conditions: Vec<_> = attributes.filter(|a| a.path().is_ident("cfg")).collect();
        if conditions.is_empty() {
            return self;
        }
        for items in [&mut self.inherent, &mut self.beside] {
            if let Ok(list) = syn::parse2::<EachItem>(items.clone()) {
                let conditions = quote!(#(#conditions)*);
                let list = list.0.into_iter();
                *items = list.map(|item| quote!(#conditions #item)).collect();
            }
        }
        self
    }
}

/// The items of an impl block or a module, one by one.
struct EachItem(Vec<TokenStream>);

impl syn::parse::Parse for EachItem {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        let mut items = Vec::new();
        while !input.is_empty() {
            let ahead = input.fork();
            items.push(match ahead.parse::<syn::ImplItem>() {
                Ok(_) => input.parse::<syn::ImplItem>()?.into_token_stream(),
                Err(_) => input.parse::<syn::Item>()?.into_token_stream(),
            });
        }
        Ok(EachItem(items))
    }
}

/// `NAME_frozen()` and the type that it returns.
pub(super) struct Frozen {
    /// The type's name.
    pub name: Ident,
    pub method: TokenStream,
    pub items: TokenStream,
}

impl Source<'_> {
    pub(super) fn name(&self, suffix: &str) -> Ident {
        let name = self.method.name();
        let bare = name.to_string();
        let bare = bare.trim_start_matches("r#");
        Ident::new(&format!("{bare}_{suffix}"), name.span())
    }

    fn hidden(&self, suffix: &str) -> Ident {
        let bare = self.method.name().to_string();
        Ident::new(
            &format!("__brain_jit_{}_{suffix}", bare.trim_start_matches("r#")),
            self.method.name().span(),
        )
    }

    fn parameters(&self) -> Vec<TokenStream> {
        self.captured
            .iter()
            .map(|c| {
                let (name, ty) = (&c.name, &c.ty);
                quote!(#name: #ty)
            })
            .chain(function::parameters(self.method))
            .collect()
    }

    /// The body over all instances.
    fn body(&self, plain: bool) -> TokenStream {
        let path = &self.method.path;
        let block = |c: &Compiled| {
            let steps = if plain { &c.plain } else { &c.fused };
            function::body(self.method, steps, &c.entry, &c.graph)
        };
        if let [only] = self.instances.as_slice()
            && only.choices.is_empty()
        {
            return block(only);
        }
        let arms = self.instances.iter().map(|c| {
            let tests = c.choices.iter().map(|choice| {
                let value = &choice.value;
                let name = static_name(choice, self.object);
                quote!(#name == (#value))
            });
            let body = block(c);
            quote!(if #(#tests)&&* { #body } else)
        });
        let refusals = self.refusals(path);
        quote!(#(#arms)* { #refusals })
    }

    /// The panic for a value that is not listed.
    fn refusals(&self, path: &str) -> TokenStream {
        let mut tests = TokenStream::new();
        let Some(first) = self.instances.first() else {
            return tests;
        };
        for choice in &first.choices {
            let mut values: Vec<TokenStream> = Vec::new();
            for instance in &self.instances {
                for other in &instance.choices {
                    if other.name == choice.name && other.field == choice.field {
                        let value = &other.value;
                        let value = quote!(#value);
                        if !values.iter().any(|v| v.to_string() == value.to_string()) {
                            values.push(value);
                        }
                    }
                }
            }
            let name = static_name(choice, self.object);
            let text = if choice.field {
                format!("self.{}", choice.name)
            } else {
                choice.name.to_string()
            };
            tests.extend(quote! {
                if !(false #(|| #name == (#values))*) {
                    ::brain_jit::__private::refuse_static(#path, #text, &#name, &[#(&(#values) as &dyn ::core::fmt::Debug),*])
                }
            });
        }
        quote!(#tests ::core::unreachable!())
    }

    /// Builds all items. `plain` is the feature of that name.
    pub fn items(&self, plain: bool) -> Items {
        let method = self.method;
        let signature = &method.signature;
        let visibility = &method.visibility;
        let attributes = &method.attributes;
        let allow = function::allowances();
        let generics = function::generics(method);
        let mut jit_generics = generics.clone();
        if let Some(lifetime) = &self.lifetime {
            jit_generics.params.insert(0, syn::parse_quote!(#lifetime));
        }
        let conditions = &generics.where_clause;
        let (jit_params, params) = (angle(&jit_generics), angle(&generics));
        let output = &signature.output;
        let jit_output = function::output(method, self.lifetime.as_ref());
        let name = method.name();
        let arguments = function::arguments(method);
        let wrapper_parameters = function::wrapper_parameters(method);
        let turbofish = turbofish(&generics);
        let passed: Vec<TokenStream> = self
            .captured
            .iter()
            .map(|c| c.argument.clone())
            .chain(arguments.iter().cloned())
            .collect();
        let parameters = self.parameters();
        let (fused, plain_body) = (self.body(false), self.body(true));
        let (jit, plain_name, show_code) =
            (self.name("jit"), self.name("plain"), self.name("show_code"));
        let code = self.listing();
        let receiver = function::receiver_tokens(method);
        let comma = receiver.as_ref().map(|_| quote!(,));
        let free = self.object.is_none() && !method.path.contains("::");
        let owner = if free { quote!() } else { quote!(Self::) };
        let is_plain = quote!(::brain_jit::__private::is_plain());
        let show_doc = format!("The compiled form of `{}`, as text.", method.path);
        let jit_doc = format!(
            "The compiled function behind `{}`: its state as explicit parameters.",
            method.path
        );
        let plain_doc = format!(
            "`{}`, operation by operation with temporaries.",
            method.path
        );
        let hidden_plain = self.hidden("plain");

        if method.receiver.is_none() {
            let plain_item = plain.then(|| {
                quote! {
                    #[doc = #plain_doc]
                    #allow
                    #visibility fn #plain_name #params (#(#parameters),*) #output #conditions { #plain_body }
                }
            });
            let switch = plain.then(
                || quote!(if #is_plain { return #owner #plain_name #turbofish (#(#arguments),*); }),
            );
            let patterns = function::patterns(method);
            let show = quote! {
                #[doc = #show_doc]
                #[allow(dead_code)]
                #visibility fn #show_code() -> &'static str { #code }
            };
            return Items {
                method: quote! {
                    #(#attributes)*
                    #allow
                    #visibility fn #name #params (#(#wrapper_parameters),*) #output #conditions {
                        #switch
                        #patterns
                        #fused
                    }
                },
                inherent: quote!(),
                beside: quote!(#plain_item #show),
            };
        }

        let plain_items = plain.then(|| {
            quote! {
                #[doc(hidden)]
                #allow
                #[allow(dead_code)]
                fn #hidden_plain #jit_params (#(#parameters),*) #jit_output #conditions { #plain_body }

                #[doc = #plain_doc]
                #[allow(dead_code, clippy::all)]
                #visibility fn #plain_name #params (#receiver #comma #(#wrapper_parameters),*) #output #conditions {
                    Self::#hidden_plain #turbofish (#(#passed),*)
                }
            }
        });
        let switch = plain.then(
            || quote!(if #is_plain { return Self::#hidden_plain #turbofish (#(#passed),*); }),
        );
        let visibility_in_trait = visibility;
        let namespace = self.namespace();
        let frozen = self.frozen(&jit, &turbofish);
        let (frozen_method, frozen_items) = frozen.map(|f| (f.method, f.items)).unzip();
        Items {
            method: quote! {
                #(#attributes)*
                #[allow(clippy::all)]
                #visibility_in_trait fn #name #params (#receiver #comma #(#wrapper_parameters),*) #output #conditions {
                    #switch
                    Self::#jit #turbofish (#(#passed),*)
                }
            },
            inherent: quote! {
                #[doc = #jit_doc]
                #allow
                #visibility fn #jit #jit_params (#(#parameters),*) #jit_output #conditions { #fused }

                #plain_items

                #[doc = #show_doc]
                #[allow(dead_code)]
                #visibility fn #show_code() -> &'static str { #code }

                #namespace

                #frozen_method
            },
            beside: quote!(#frozen_items),
        }
    }

    fn namespace(&self) -> TokenStream {
        let visibility = &self.method.visibility;
        let name = self.name("show_namespace");
        let entries = self.captured.iter().map(|c| {
            let text = c.name.to_string();
            let argument = &c.argument;
            let shared = quote!(#argument).to_string().replacen("& mut ", "& ", 1);
            let shared: TokenStream = shared.parse().unwrap_or_default();
            let shared = if shared.to_string().starts_with('&') {
                shared
            } else {
                quote!(&#shared)
            };
            quote! {
                __text.push_str(#text);
                __text.push_str(" = ");
                __text.push_str(&(&&&::brain_jit::__private::Shown(#shared)).show());
                __text.push('\n');
            }
        });
        let doc = format!(
            "The values that `{}` captures from this object now.",
            self.method.path
        );
        quote! {
            #[doc = #doc]
            #[allow(dead_code, clippy::all)]
            #visibility fn #name(&self) -> ::std::string::String {
                #[allow(unused_imports)]
                use ::brain_jit::__private::{ShowDebug as _, ShowObject as _, ShowType as _};
                #[allow(unused_mut)]
                let mut __text = ::std::string::String::new();
                #(#entries)*
                __text
            }
        }
    }

    fn listing(&self) -> String {
        let signature = {
            let parameters: Vec<String> = self
                .parameters()
                .into_iter()
                .map(|p| crate::syntax::text::print_type(p).replace("__", ""))
                .collect();
            let output = crate::syntax::text::print_type({
                let output = &self.method.signature.output;
                quote!(#output)
            });
            let output = if output.is_empty() {
                output
            } else {
                format!(" {output}")
            };
            let generics = crate::syntax::text::print_type(angle(&function::generics(self.method)));
            format!("{generics}({}){output}", parameters.join(", "))
        };
        let name = if self.method.receiver.is_some() {
            self.name("jit").to_string()
        } else {
            self.method.name().to_string()
        };
        let bodies: Vec<(String, &Block, &Graph)> = self
            .instances
            .iter()
            .map(|c| {
                let condition: Vec<String> = c
                    .choices
                    .iter()
                    .map(|choice| {
                        let value = &choice.value;
                        format!(
                            "{} == {}",
                            choice.name,
                            crate::syntax::text::print(quote!(#value))
                        )
                    })
                    .collect();
                (condition.join(" && "), &c.fused, &c.graph)
            })
            .collect();
        listing::show_code(&name, &signature, &self.captured, &bodies)
    }

    /// `NAME_frozen()` and the type that it returns.
    pub(super) fn frozen(&self, jit: &Ident, turbofish: &TokenStream) -> Option<Frozen> {
        let dynamic = self.method.dyn_vars.as_ref()?;
        let object = self.object?;
        let visibility = &self.method.visibility;
        let camel: String = self
            .method
            .name()
            .to_string()
            .split('_')
            .map(|part| {
                let mut chars = part.chars();
                chars
                    .next()
                    .map(|c| c.to_uppercase().collect::<String>() + chars.as_str())
                    .unwrap_or_default()
            })
            .collect();
        let owner = &object.ty;
        let ty = format_ident!(
            "{}{camel}Frozen",
            object.name,
            span = self.method.name().span()
        );
        let (of, with, conditions) = object.generics.split_for_impl();
        let generics = &object.generics;
        let name = self.name("frozen");
        let frozen: Vec<_> = object
            .fields
            .iter()
            .filter(|f| f.is_variable() && !dynamic.contains(&f.name))
            .filter(|f| self.captured.iter().any(|c| c.name == f.name))
            .collect();
        let names: Vec<&Ident> = frozen.iter().map(|f| &f.name).collect();
        let types: Vec<_> = frozen.iter().map(|f| &f.written).collect();
        let mut copies = TokenStream::new();
        let passed: Vec<TokenStream> = self
            .captured
            .iter()
            .map(|c| {
                let field = &c.name;
                let mut own = field.clone();
                own.set_span(proc_macro2::Span::call_site());
                let exclusive = c.argument.to_string().starts_with("& mut");
                let reference = c.argument.to_string().starts_with('&');
                if names.contains(&field) {
                    if exclusive {
                        copies.extend(
                            quote!(let mut #own = ::core::clone::Clone::clone(&self.#own);),
                        );
                        return quote!(&mut #own);
                    }
                    return quote!(&self.#own);
                }
                match (reference, exclusive) {
                    (_, true) => quote!(&mut __object.#own),
                    (true, false) => quote!(&__object.#own),
                    _ => quote!(__object.#own),
                }
            })
            .chain(function::arguments(self.method))
            .collect();
        let receiver = match self.method.receiver {
            Some(Receiver::Exclusive) => quote!(&mut #owner),
            _ => quote!(&#owner),
        };
        let parameters = function::wrapper_parameters(self.method);
        let method_generics = function::generics(self.method);
        let params = angle(&method_generics);
        let where_clause = &method_generics.where_clause;
        let output = &self.method.signature.output;
        let doc = format!(
            "`{}` with the other variables fixed at the values of this moment.",
            self.method.path
        );
        let doc_type = format!("Made by `{}`: variables copied when it was made.", name);
        let phantom = quote!(__owner: ::core::marker::PhantomData<fn() -> #owner>);
        let method = quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #visibility fn #name(&self) -> #ty #with {
                #ty {
                    #(#names: ::core::clone::Clone::clone(&self.#names),)*
                    __owner: ::core::marker::PhantomData,
                }
            }
        };
        let items = quote! {
            #[doc = #doc_type]
            #[allow(dead_code)]
            #visibility struct #ty #generics #conditions { #(#names: #types,)* #phantom }
            #[allow(clippy::all)]
            impl #of #ty #with #conditions {
                /// Calls the function on `object`'s dynamic variables and the copied others.
                #visibility fn call #params (&self, __object: #receiver, #(#parameters),*) #output #where_clause {
                    #copies
                    <#owner>::#jit #turbofish (#(#passed),*)
                }
            }
        };
        Some(Frozen {
            name: ty,
            method,
            items,
        })
    }
}

/// The parameter of a choice, as the compiled function sees it.
fn static_name(choice: &Choice, object: Option<&Object>) -> TokenStream {
    let name = &choice.name;
    if !choice.field {
        return quote!(#name);
    }
    let parameter = crate::lower::field::parameter(name);
    let by_value = object.and_then(|o| o.field(name)).is_some_and(|f| {
        matches!(f.kind, FieldKind::Static { .. }) && crate::lower::field::by_value(&f.written)
    });
    if by_value {
        quote!(#parameter)
    } else {
        quote!((*#parameter))
    }
}

/// `<…>` of generics, or nothing.
pub(super) fn angle(generics: &syn::Generics) -> TokenStream {
    let params = &generics.params;
    if params.is_empty() {
        quote!()
    } else {
        quote!(<#params>)
    }
}

/// `::<T, N>`: the type and const parameters of a method, passed on.
pub(crate) fn turbofish(generics: &syn::Generics) -> TokenStream {
    let names: Vec<TokenStream> = generics
        .params
        .iter()
        .filter_map(|p| match p {
            syn::GenericParam::Type(t) => {
                let name = &t.ident;
                Some(quote!(#name))
            }
            syn::GenericParam::Const(c) => {
                let name = &c.ident;
                Some(quote!(#name))
            }
            syn::GenericParam::Lifetime(_) => None,
        })
        .collect();
    if names.is_empty() {
        quote!()
    } else {
        quote!(::<#(#names),*>)
    }
}

/// Whether a parameter's pattern is a plain name.
pub fn is_plain_name(pattern: &Pat) -> bool {
    matches!(pattern, Pat::Ident(name) if name.subpat.is_none())
}
