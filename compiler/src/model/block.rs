//! An impl block, or a free function, taken apart: what is compiled and what is left as written.

use super::method::{Context, Method};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::syntax::attributes::{self, last_name};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, FnArg, Generics, ImplItem, ImplItemFn, ItemFn, ItemImpl, Path, Type};

/// An impl block with our attributes taken off.
#[derive(Clone, Debug)]
pub struct Block {
    pub attributes: Vec<Attribute>,
    pub generics: Generics,
    pub self_ty: Type,
    pub trait_path: Option<Path>,
    pub unsafety: Option<syn::Token![unsafe]>,
    /// To compile.
    pub methods: Vec<Method>,
    /// To emit as they are: constants, types, skipped methods, functions without a receiver.
    pub others: Vec<ImplItem>,
}

impl Block {
    pub fn parse(item: ItemImpl, errors: &mut Errors) -> Block {
        let mut attributes = item.attrs;
        for again in attributes::take(&mut attributes, "brain_jit") {
            errors.report(
                Code::DuplicateOption,
                again,
                "`#[brain_jit]` is given twice",
                "write it once",
            );
        }
        let context = Context {
            owner: type_name(&item.self_ty),
            in_trait: item.trait_.is_some(),
        };
        let (mut methods, mut others) = (Vec::new(), Vec::new());
        for item in item.items {
            match item {
                ImplItem::Fn(method) => match read(method, &context, errors) {
                    Reading::Compiled(method) => methods.push(*method),
                    Reading::AsWritten(method) => others.push(ImplItem::Fn(*method)),
                },
                mut other => {
                    refuse_on(&mut other, errors);
                    others.push(other);
                }
            }
        }
        Block {
            attributes,
            generics: item.generics,
            self_ty: *item.self_ty,
            trait_path: item.trait_.map(|(path, _)| path),
            unsafety: item.unsafety,
            methods,
            others,
        }
    }

    /// `Lif` of `impl<T> models::Lif<T>`, for messages and generated names.
    pub fn type_name(&self) -> String {
        type_name(&self.self_ty)
    }

    /// The block, uncompiled.
    pub fn as_written(&self) -> TokenStream {
        let Block {
            attributes,
            generics,
            self_ty,
            unsafety,
            others,
            ..
        } = self;
        let methods = self.methods.iter().map(Method::as_written);
        let of_trait = self.trait_path.as_ref().map(|path| quote!(#path for));
        let (of, _, conditions) = generics.split_for_impl();
        quote! {
            #(#attributes)*
            #unsafety impl #of #of_trait #self_ty #conditions {
                #(#others)*
                #(#methods)*
            }
        }
    }
}

/// The last name in a type's path.
pub fn type_name(ty: &Type) -> String {
    match ty {
        Type::Group(group) => type_name(&group.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        Type::Path(path) => last_name(&path.path),
        _ => String::new(),
    }
}

/// A free function with `#[brain_jit(options)]`.
pub fn parse_function(options: TokenStream, function: ItemFn, errors: &mut Errors) -> Method {
    let context = Context {
        owner: String::new(),
        in_trait: false,
    };
    attributes::options_of(options, "brain_jit", &[], errors);
    let mut attributes = function.attrs;
    for again in attributes::take(&mut attributes, "brain_jit") {
        errors.report(
            Code::DuplicateOption,
            again,
            "`#[brain_jit]` is given twice",
            "write it once",
        );
    }
    let method = ImplItemFn {
        attrs: attributes,
        vis: function.vis,
        modifiers: function.modifiers,
        sig: function.sig,
        block: *function.block,
    };
    Method::parse(method, None, &context, errors)
}

enum Reading {
    Compiled(Box<Method>),
    AsWritten(Box<ImplItemFn>),
}

fn read(mut method: ImplItemFn, context: &Context, errors: &mut Errors) -> Reading {
    let has_receiver = method.sig.receiver().is_some();
    let ours = attributes::take_one(&mut method.attrs, "brain_jit", errors);
    let known: &[&str] = match has_receiver {
        true => &["skip", "dyn_vars"],
        false => &["skip"],
    };
    let options = ours
        .as_ref()
        .map(|a| attributes::options(a, known, errors))
        .unwrap_or_default();
    let mut dyn_vars = None;
    let mut skip = false;
    for option in &options {
        match last_name(option.path()).as_str() {
            "skip" => {
                attributes::expect_flag(option, errors);
                skip = true;
            }
            _ => dyn_vars = Some((attributes::names(option, errors), option)),
        }
    }
    if skip && let Some((_, option)) = &dyn_vars {
        errors.report(
            Code::UnusedOption,
            option,
            format!("`dyn_vars` has no effect on the skipped method `{}`", method.sig.ident),
            "take `skip` or `dyn_vars(..)` away",
        );
    }
    if skip && !has_receiver {
        errors.report(
            Code::UnusedOption,
            &ours,
            format!("`{}` has no receiver: it is left as written anyway", method.sig.ident),
            "take the attribute away",
        );
    }
    if has_receiver && ours.is_some() && options.is_empty() && no_list(ours.as_ref()) {
        errors.report(
            Code::UnusedOption,
            &ours,
            format!("`#[brain_jit]` on the method `{}` has no effect", method.sig.ident),
            "take it away: every method with a receiver of this block is compiled",
        );
    }
    let compiled = !skip && (has_receiver || ours.is_some());
    if compiled {
        let dyn_vars = dyn_vars.map(|(names, _)| names);
        return Reading::Compiled(Box::new(Method::parse(method, dyn_vars, context, errors)));
    }
    refuse_static(&mut method, errors);
    Reading::AsWritten(Box::new(method))
}

/// Whether the attribute is written without parentheses.
fn no_list(attribute: Option<&Attribute>) -> bool {
    attribute.is_some_and(|a| matches!(a.meta, syn::Meta::Path(_)))
}

/// `#[static_arg]` in a function that is not compiled.
fn refuse_static(method: &mut ImplItemFn, errors: &mut Errors) {
    let name = method.sig.ident.clone();
    for input in &mut method.sig.inputs {
        let attributes = match input {
            FnArg::Receiver(receiver) => &mut receiver.attrs,
            FnArg::Typed(parameter) => &mut parameter.attrs,
        };
        for attribute in attributes::take(attributes, "static_arg") {
            errors.report(
                Code::UnusedOption,
                attribute,
                format!("`#[static_arg]` has no effect: `{name}` is not compiled"),
                "take it away; or, on a function without a receiver, write `#[brain_jit]` above it",
            );
        }
    }
}

/// Our attributes on a constant or a type of the block.
fn refuse_on(item: &mut ImplItem, errors: &mut Errors) {
    let attributes = match item {
        ImplItem::Const(item) => &mut item.attrs,
        ImplItem::Type(item) => &mut item.attrs,
        ImplItem::Macro(item) => &mut item.attrs,
        _ => return,
    };
    for attribute in attributes::take(attributes, "brain_jit") {
        errors.report(
            Code::UnusedOption,
            attribute,
            "`#[brain_jit]` has no effect here",
            "write it on functions",
        );
    }
}
