//! An impl block, or a free function, taken apart: what is compiled and what is left as written.

use super::method::{Context, Method};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::gradient::derivative::{Derivative, KINDS};
use crate::syntax::attributes::{self, last_name};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, FnArg, Generics, ImplItem, ImplItemFn, ItemFn, ItemImpl, Path, Type};

/// An impl block with our attributes taken off.
#[derive(Clone)]
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
    /// The scalar functions with `#[custom_grad(..)]`.
    pub custom: Vec<CustomGradient>,
    /// The right-hand sides, marked `#[integrate(method)]`.
    pub integrals: Vec<Integral>,
}

/// `#[integrate(rk4)] fn dv(&self, v: f64, t: f64) -> f64`.
#[derive(Clone)]
pub struct Integral {
    pub function: syn::Ident,
    /// What stands in the parentheses.
    pub method: Path,
}

/// `#[custom_grad(derivative)] fn function(x: f32) -> f32`: one derivative an argument.
#[derive(Clone, Debug)]
pub struct CustomGradient {
    pub function: syn::Ident,
    pub derivatives: Vec<syn::Ident>,
}

impl Block {
    pub fn parse(mut item: ItemImpl, errors: &mut Errors) -> Block {
        super::associated::write_in(&mut item);
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
        let mut custom = Vec::new();
        let mut integrals = Vec::new();
        for item in item.items {
            match item {
                ImplItem::Fn(mut method) => {
                    custom.extend(custom_gradient(&mut method, errors));
                    if let Some(integral) = integral(&mut method.attrs, &method.sig.ident, errors) {
                        // The step takes its text, and perhaps nothing calls it.
                        let unused = syn::parse_quote!(#[allow(dead_code, unused_variables)]);
                        method.attrs.push(unused);
                        integrals.push(integral);
                    }
                    match read(method, &context, errors) {
                        Reading::Compiled(method) => methods.push(*method),
                        Reading::AsWritten(method) => others.push(ImplItem::Fn(*method)),
                    }
                }
                mut other => {
                    refuse_on(&mut other, errors);
                    others.push(other);
                }
            }
        }
        // A derivative may be called by nothing but what is made of it.
        for item in &mut others {
            if let ImplItem::Fn(function) = item
                && custom
                    .iter()
                    .any(|rule: &CustomGradient| rule.derivatives.contains(&function.sig.ident))
            {
                function.attrs.push(syn::parse_quote!(#[allow(dead_code)]));
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
            custom,
            integrals,
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

/// A free function with `#[brain_jit(options)]`, and whether it is a right-hand side.
pub fn parse_function(
    options: TokenStream,
    function: ItemFn,
    errors: &mut Errors,
) -> (Method, Option<Integral>) {
    let context = Context {
        owner: String::new(),
        in_trait: false,
    };
    let known: Vec<&str> = ["grad", "integrate"]
        .into_iter()
        .chain(KINDS.iter().map(|(name, _)| *name))
        .collect();
    let options = attributes::options_of(options, "brain_jit", &known, errors);
    let named = |name: &str| {
        let mut options = options.iter();
        options.find(|option| last_name(option.path()) == name)
    };
    let mut checkpoint = None;
    let mut gradient = None;
    let mut derivatives = Vec::new();
    for option in &options {
        let attribute = last_name(option.path());
        if attribute == "integrate" {
            continue;
        }
        let names = if attribute == "grad" {
            let (names, every) = attributes::gradient(option, errors);
            checkpoint = every;
            names
        } else {
            attributes::names(option, errors)
        };
        if names.is_empty() && matches!(option, syn::Meta::List(_)) {
            errors.report(
                Code::GradientTarget,
                option,
                format!("`{attribute}()` names no argument"),
                format!("name the arguments: `#[brain_jit({attribute}(x))]`"),
            );
        }
        match KINDS.iter().find(|(name, _)| *name == attribute) {
            Some((_, kind)) => derivatives.push(Derivative { kind: *kind, names }),
            None => gradient = Some(names),
        }
    }
    let mut attributes = function.attrs;
    for again in attributes::take(&mut attributes, "brain_jit") {
        errors.report(
            Code::DuplicateOption,
            again,
            "`#[brain_jit]` is given twice",
            "write it once",
        );
    }
    let mut integral = integral(&mut attributes, &function.sig.ident, errors);
    if let Some(option) = named("integrate") {
        integral = scheme(option, &function.sig.ident, errors);
    }
    if integral.is_some() {
        attributes.push(syn::parse_quote!(#[allow(dead_code)]));
    }
    let method = ImplItemFn {
        attrs: attributes,
        vis: function.vis,
        modifiers: function.modifiers,
        sig: function.sig,
        block: *function.block,
    };
    let method = Method {
        gradient,
        checkpoint,
        derivatives,
        ..Method::parse(method, None, &context, errors)
    };
    (method, integral)
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
            format!(
                "`dyn_vars` has no effect on the skipped method `{}`",
                method.sig.ident
            ),
            "take `skip` or `dyn_vars(..)` away",
        );
    }
    if skip && !has_receiver {
        errors.report(
            Code::UnusedOption,
            &ours,
            format!(
                "`{}` has no receiver: it is left as written anyway",
                method.sig.ident
            ),
            "take the attribute away",
        );
    }
    if has_receiver && ours.is_some() && options.is_empty() && no_list(ours.as_ref()) {
        errors.report(
            Code::UnusedOption,
            &ours,
            format!(
                "`#[brain_jit]` on the method `{}` has no effect",
                method.sig.ident
            ),
            "take it away: every method with a receiver of this block is compiled",
        );
    }
    let compiled = !skip && (has_receiver || ours.is_some());
    let (gradient, checkpoint, derivatives, differentiable) =
        gradients(&mut method.attrs, compiled, errors);
    if compiled {
        let dyn_vars = dyn_vars.map(|(names, _)| names);
        let parsed = Method::parse(method, dyn_vars, context, errors);
        return Reading::Compiled(Box::new(Method {
            gradient,
            checkpoint,
            derivatives,
            differentiable,
            ..parsed
        }));
    }
    refuse_static(&mut method, errors);
    Reading::AsWritten(Box::new(method))
}

/// `#[custom_grad(derivative)]` on a scalar function.
fn custom_gradient(function: &mut ImplItemFn, errors: &mut Errors) -> Option<CustomGradient> {
    let attribute = attributes::take_one(&mut function.attrs, "custom_grad", errors)?;
    let derivatives = attributes::names(&attribute.meta, errors);
    let arguments = function.sig.inputs.len();
    if function.sig.receiver().is_some() || derivatives.len() != arguments {
        errors.report(
            Code::GradientTarget,
            &attribute,
            format!(
                "`#[custom_grad]` is for scalar functions without a receiver, with one derivative an argument: `{}` has {arguments}, and {} named",
                function.sig.ident,
                match derivatives.len() {
                    1 => "1 is".to_string(),
                    count => format!("{count} are"),
                }
            ),
            "write `#[custom_grad(slope)] fn f(x: f32) -> f32`, and beside it `fn slope(x: f32) -> f32`",
        );
        return None;
    }
    Some(CustomGradient {
        function: function.sig.ident.clone(),
        derivatives,
    })
}

/// `#[integrate(method)]` on the function of this name.
fn integral(
    attributes: &mut Vec<Attribute>,
    function: &syn::Ident,
    errors: &mut Errors,
) -> Option<Integral> {
    let attribute = attributes::take_one(attributes, "integrate", errors)?;
    scheme(&attribute.meta, function, errors)
}

/// The one name in `integrate(method)`.
fn scheme(option: &syn::Meta, function: &syn::Ident, errors: &mut Errors) -> Option<Integral> {
    let method = match option {
        syn::Meta::List(list) => list.parse_args::<Path>().ok(),
        _ => None,
    };
    if method.is_none() {
        errors.report(
            Code::IntegrationMethod,
            option,
            "`integrate` takes the name of one method of integration",
            "write for instance `#[integrate(rk4)]` or `#[integrate(exp_euler)]`; of a function, `#[brain_jit(integrate(rk4))]`",
        );
    }
    Some(Integral {
        function: function.clone(),
        method: method?,
    })
}

/// `#[grad]`, `#[grad(w, x)]`, the other derivatives, and `#[differentiable]`.
fn gradients(
    attributes: &mut Vec<Attribute>,
    compiled: bool,
    errors: &mut Errors,
) -> (
    Option<Vec<syn::Ident>>,
    Option<(syn::Ident, usize)>,
    Vec<Derivative>,
    bool,
) {
    let grad = attributes::take_one(attributes, "grad", errors);
    let differentiable = attributes::take_one(attributes, "differentiable", errors);
    let mut others = Vec::new();
    for (name, kind) in KINDS {
        let found = attributes::take_one(attributes, name, errors);
        others.extend(found.map(|attribute| (*kind, attribute)));
    }
    let all = grad
        .iter()
        .chain(&differentiable)
        .chain(others.iter().map(|(_, attribute)| attribute));
    for attribute in all.filter(|_| !compiled) {
        errors.report(
            Code::UnusedOption,
            attribute,
            "this attribute has no effect on a function that is not compiled",
            "take it away; or, on a function without a receiver, write `#[brain_jit]` above it",
        );
    }
    if let Some(attribute) = &differentiable {
        attributes::options(attribute, &[], errors);
    }
    let mut checkpoint = None;
    let grad = grad.map(|attribute| match &attribute.meta {
        syn::Meta::Path(_) => Vec::new(),
        meta => {
            let (names, every) = attributes::gradient(meta, errors);
            checkpoint = every;
            names
        }
    });
    let others = others.iter().map(|(kind, attribute)| Derivative {
        kind: *kind,
        names: match &attribute.meta {
            syn::Meta::Path(_) => Vec::new(),
            meta => attributes::names(meta, errors),
        },
    });
    let others = others.collect();
    (grad, checkpoint, others, differentiable.is_some())
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

#[cfg(test)]
mod tests;
