//! The entry points, one for each procedural macro. None of them panics.

use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::object::{companion, derive as derive_object};
use crate::syntax::types::TypeScope;
use crate::syntax::{attributes, recovery};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::panic::{AssertUnwindSafe, catch_unwind};
use syn::{Item, ItemImpl, Type};

/// `#[derive(BrainObject)]`.
pub fn derive(input: TokenStream) -> TokenStream {
    guarded(|| derive_object::derive(input))
}

/// A child's companion called back while its parent is derived.
pub fn derive_step(input: TokenStream) -> TokenStream {
    guarded(|| companion::step(input).unwrap_or_else(|e| e.to_compile_error()))
}

/// `#[brain_jit]`: an impl block is handed to its struct's companion, which calls [`compile`]; a function is compiled.
pub fn attribute(options: TokenStream, item: TokenStream) -> TokenStream {
    guarded(|| match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(block)) => attribute_of_block(options, block, Errors::default()),
        Ok(Item::Fn(function)) => {
            crate::compile::compile_function(options, function, Errors::default())
        }
        Ok(other) => {
            let mut errors = Errors::default();
            errors.report_at(
                Code::UnsupportedItem,
                Span::call_site(),
                format!("`#[brain_jit]` cannot compile {}", article(&other)),
                "write it on an impl block or a function",
            );
            let errors = errors.finish();
            quote!(#errors #item)
        }
        // A method in a block that is not ours does not parse as an item of a module.
        Err(error) => match syn::parse2::<syn::ImplItemFn>(item.clone()) {
            Ok(method) => {
                let mut errors = Errors::default();
                errors.report(
                    Code::UnsupportedItem,
                    &method.sig.ident,
                    format!("`#[brain_jit]` on the method `{}` alone", method.sig.ident),
                    "write `#[brain_jit]` on the impl block; it compiles every method with a receiver",
                );
                let errors = errors.finish();
                quote!(#errors #item)
            }
            Err(_) => unparsed(options, item, error),
        },
    })
}

fn attribute_of_block(options: TokenStream, block: ItemImpl, mut errors: Errors) -> TokenStream {
    let unparsed = (!errors.is_empty()).then(|| quote!(unparsed));
    attributes::options_of(options, "brain_jit", &[], &mut errors);
    let generics = TypeScope::new([&block.generics]);
    let path = object_path(&block.self_ty).filter(|_| !generics.is_value(&block.self_ty));
    let call = match path {
        Some(path) => companion::call(path, quote!(__compile), quote!(#unparsed #block)),
        None => {
            errors.report(
                Code::UnsupportedItem,
                &block.self_ty,
                "`#[brain_jit]` on an impl block of a type that is no struct's path",
                "write it on the impl block of a struct with `#[derive(BrainObject)]`",
            );
            TokenStream::new()
        }
    };
    let errors = errors.finish();
    quote!(#errors #call)
}

/// An item that does not parse. If only bodies do not, the signatures are there for callers, and no body is compiled.
fn unparsed(options: TokenStream, item: TokenStream, error: syn::Error) -> TokenStream {
    let mut errors = Errors::default();
    let Some(mended) = recovery::mend(item.clone()) else {
        let error = error.to_compile_error();
        return quote!(#error #item);
    };
    for (name, error) in mended.errors {
        let help = match name.as_str() {
            _ if error.to_string().contains("keyword `where`") => {
                "`where` is a word of Rust's: the function is `bm::where_`".to_string()
            }
            "" => "the method is left out until it parses".to_string(),
            name => format!("nothing is compiled until the body of `{name}` parses"),
        };
        errors.report_at(Code::Syntax, error.span(), error, help);
    }
    match mended.item {
        Item::Impl(block) => attribute_of_block(options, block, errors),
        Item::Fn(function) => crate::compile::compile_function(options, function, errors),
        other => other.to_token_stream(),
    }
}

/// A struct's companion called back: `[payload] impl …`.
pub fn compile(input: TokenStream) -> TokenStream {
    guarded(|| match companion::split(input) {
        Ok((payload, item)) => {
            let mut errors = Errors::default();
            let mut tokens = item.clone().into_iter();
            let item = match tokens.next() {
                Some(TokenTree::Ident(word)) if word == "unparsed" => {
                    errors.fail_elsewhere();
                    tokens.collect()
                }
                _ => item,
            };
            crate::compile::compile(payload, item, errors)
        }
        Err(error) => error.to_compile_error(),
    })
}

/// `jit!`.
pub fn jit(input: TokenStream) -> TokenStream {
    guarded(|| crate::compile::compile_closure(input))
}

/// The runtime asks for the table of Runge–Kutta methods.
pub fn tableaux(receiver: TokenStream) -> TokenStream {
    crate::integrate::tableau::hand_over(receiver)
}

/// The path whose companion is asked for the fields.
fn object_path(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Group(group) => object_path(&group.elem),
        Type::Paren(paren) => object_path(&paren.elem),
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

fn article(item: &Item) -> &'static str {
    match item {
        Item::Struct(_) => "a struct (it takes `#[derive(BrainObject)]`)",
        Item::Enum(_) => "an enum",
        Item::Trait(_) => "a trait (compile the impl blocks of it)",
        Item::Mod(_) => "a module",
        _ => "this item",
    }
}

/// A panic of ours becomes an error that says whose fault it is.
pub fn guarded(work: impl FnOnce() -> TokenStream) -> TokenStream {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        let text = format!("this is a bug of brain_jit: {message}");
        quote!(::core::compile_error!(#text);)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_a_struct_of_another_crate_are_refused_and_traits_are_not() {
        let payload = quote!(from "other 1.0.0 other " struct Cell { variable v: Array1<f32>, });
        let methods = quote!({
            fn step(&mut self) {
                self.v += 1.0;
            }
        });
        let own = compile(quote!([#payload] impl Cell #methods)).to_string();
        assert!(
            own.contains("[BJ0019]") && !own.contains("impl Cell"),
            "{own}"
        );
        let of_trait = compile(quote!([#payload] impl Step for Cell #methods)).to_string();
        assert!(of_trait.contains("trait __Step_"), "{of_trait}");
        assert!(!of_trait.contains("impl Cell"), "{of_trait}");
    }
}
