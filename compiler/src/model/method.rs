//! One method or function to compile: signature and body, attributes taken off.

use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::gradient::derivative::Derivative;
use crate::object::field::spelling;
use crate::syntax::types::TypeScope;
use crate::syntax::{attributes, groups, static_values};
use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{
    Attribute, Block, Expr, FnArg, Ident, ImplItemFn, Pat, PatType, ReceiverKind, Safety,
    Signature, Type,
};

/// A method with a receiver, an associated function, or a free function.
#[derive(Clone)]
pub struct Method {
    /// `Type::name`, or the name of a free function: for messages.
    pub path: String,
    pub attributes: Vec<syn::Attribute>,
    pub visibility: syn::Visibility,
    /// As written, without the attributes of the parameters that are ours.
    pub signature: Signature,
    pub body: Block,
    pub receiver: Option<Receiver>,
    pub parameters: Vec<Parameter>,
    /// `#[brain_jit(dyn_vars(a, b))]`: the variables that stay dynamic in `NAME_frozen`.
    pub dyn_vars: Option<Vec<Ident>>,
    /// `#[grad]`, or `#[grad(w, x)]` with the names.
    pub gradient: Option<Vec<Ident>>,
    /// `#[grad(checkpoint = K)]`, with the option's name.
    pub checkpoint: Option<(Ident, usize)>,
    /// `#[jvp(x)]`, `#[vector_grad]`, `#[jacobian(w, x)]`, …
    pub derivatives: Vec<Derivative>,
    /// `#[differentiable]`
    pub differentiable: bool,
}

/// How a method takes `self`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    Shared,
    Exclusive,
}

/// One argument after the receiver.
#[derive(Clone)]
pub struct Parameter {
    pub pattern: Pat,
    pub ty: Type,
    pub kind: ParameterKind,
}

/// Whether an argument is dynamic or known to the compiler.
#[derive(Clone)]
pub enum ParameterKind {
    Dynamic,
    /// What a closure of `jit!` captures: it is there at the next call, too.
    Captured,
    /// `#[static_arg]`: becomes the const generic of this name.
    ConstGeneric(Ident),
    /// `#[static_arg(values(..))]`: one compiled instance a value.
    Values(Vec<Expr>),
}

/// Where a function stands.
pub struct Context {
    /// The type of the impl block, empty for a free function.
    pub owner: String,
    pub in_trait: bool,
}

impl Method {
    /// Takes a function apart; `#[brain_jit(..)]` has been taken off before.
    pub fn parse(
        function: ImplItemFn,
        dyn_vars: Option<Vec<Ident>>,
        context: &Context,
        errors: &mut Errors,
    ) -> Method {
        let mut signature = function.sig;
        check_qualifiers(&signature, errors);
        let scope = TypeScope::new([&signature.generics]);
        let mut receiver = None;
        let mut parameters = Vec::new();
        let mut constants: Vec<Ident> = signature
            .generics
            .const_params()
            .map(|p| p.ident.clone())
            .collect();
        let name = signature.ident.clone();
        for input in &mut signature.inputs {
            match input {
                FnArg::Receiver(written) => {
                    for attribute in attributes::take(&mut written.attrs, "static_arg") {
                        errors.report(
                            Code::StaticType,
                            attribute,
                            "`self` cannot be a static argument",
                            "mark a field with `#[static_arg(values(..))]` instead",
                        );
                    }
                    receiver = read_receiver(written, &name, errors);
                }
                FnArg::Typed(written) => {
                    let kind = read_kind(written, &scope, context, errors);
                    refuse_attributes(&written.attrs, errors);
                    if let ParameterKind::ConstGeneric(constant) = &kind {
                        if constants.contains(constant) {
                            errors.report(
                                Code::NameClash,
                                &written.pat,
                                format!("`{name}` has a const generic `{constant}` already"),
                                "give the static argument another name",
                            );
                        }
                        constants.push(constant.clone());
                    }
                    parameters.push(Parameter {
                        pattern: (*written.pat).clone(),
                        ty: (*written.ty).clone(),
                        kind,
                    });
                }
            }
        }
        let path = match context.owner.is_empty() {
            true => name.to_string(),
            false => format!("{}::{name}", context.owner),
        };
        let mut body = function.block;
        groups::open(&mut body);
        Method {
            path,
            attributes: function.attrs,
            visibility: function.vis,
            signature,
            body,
            receiver,
            parameters,
            dyn_vars,
            gradient: None,
            checkpoint: None,
            derivatives: Vec::new(),
            differentiable: false,
        }
    }

    /// The method, uncompiled.
    pub fn as_written(&self) -> TokenStream {
        let Method {
            attributes,
            visibility,
            signature,
            body,
            ..
        } = self;
        quote!(#(#attributes)* #visibility #signature #body)
    }

    pub fn name(&self) -> &Ident {
        &self.signature.ident
    }
}

fn check_qualifiers(signature: &Signature, errors: &mut Errors) {
    let name = &signature.ident;
    let mut refuse = |tokens: &dyn quote::ToTokens, what: &str, help: &str| {
        errors.report(
            Code::UnsupportedSignature,
            tokens.to_token_stream(),
            format!("{what} `{name}` cannot be compiled"),
            help,
        );
    };
    let skip = "take the word away, or leave the method as written with `#[brain_jit(skip)]`";
    if let Some(word) = &signature.constness {
        refuse(word, "the `const fn`", skip);
    }
    if let Some(word) = &signature.asyncness {
        refuse(word, "the `async fn`", skip);
    }
    if let Safety::Unsafe(word) = &signature.safety {
        refuse(word, "the `unsafe fn`", skip);
    }
    if let Some(abi) = &signature.abi {
        refuse(abi, "the `extern fn`", skip);
    }
    if let Some(opaque) = opaque_result(signature) {
        refuse(
            opaque,
            "the result `impl …` of",
            "name the type, or box it: `Box<dyn …>`; two backends compute it, which must give the same type",
        );
    }
    if let Some(variadic) = &signature.variadic {
        refuse(
            variadic,
            "the variadic function",
            "take a slice: `values: &[f32]`",
        );
    }
}

/// The `impl Trait` in a result, whose type would be another one for each backend.
pub fn opaque_result(signature: &Signature) -> Option<&Type> {
    fn is_opaque(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|tree| match tree {
            TokenTree::Ident(word) => word == "impl",
            TokenTree::Group(group) => is_opaque(group.stream()),
            _ => false,
        })
    }
    match &signature.output {
        syn::ReturnType::Type(_, ty) if is_opaque(quote!(#ty)) => Some(ty),
        _ => None,
    }
}

fn read_receiver(written: &syn::Receiver, method: &Ident, errors: &mut Errors) -> Option<Receiver> {
    match &written.kind {
        ReceiverKind::Reference(_, _, None) => return Some(Receiver::Shared),
        ReceiverKind::Reference(_, _, Some(_)) => return Some(Receiver::Exclusive),
        // `self: &Self` says the same as `&self`.
        ReceiverKind::Typed(_, ty) => {
            if let Type::Reference(reference) = &**ty
                && static_values::is_named(&reference.elem, "Self")
            {
                return Some(match reference.mutability {
                    Some(_) => Receiver::Exclusive,
                    None => Receiver::Shared,
                });
            }
        }
        _ => {}
    }
    let how = match &written.kind {
        ReceiverKind::Typed(_, ty) => format!("as `self: {}`", spelling(ty)),
        _ => "by value".into(),
    };
    errors.report(
        Code::UnsupportedSignature,
        written,
        format!("`{method}` takes `self` {how}"),
        "write `&self` or `&mut self`, or leave the method as written with `#[brain_jit(skip)]`",
    );
    // What comes nearest, so that the body is checked too.
    Some(Receiver::Exclusive)
}

fn read_kind(
    written: &mut PatType,
    scope: &TypeScope,
    context: &Context,
    errors: &mut Errors,
) -> ParameterKind {
    let Some(attribute) = attributes::take_one(&mut written.attrs, "static_arg", errors) else {
        return ParameterKind::Dynamic;
    };
    let Pat::Ident(pattern) = &*written.pat else {
        errors.report(
            Code::StaticType,
            &written.pat,
            "a static argument needs a name, not a pattern",
            "write `n: usize`",
        );
        return ParameterKind::Dynamic;
    };
    let (name, ty) = (&pattern.ident, &*written.ty);
    let options = attributes::options(&attribute, &["values"], errors);
    if let Some(option) = options.first() {
        if !static_values::can_be_listed(ty, scope) {
            refuse_type(
                name,
                ty,
                "its type must be `Copy + PartialEq + Debug`: a number, bool, char, `&'static str` or a fieldless enum",
                errors,
            );
            return ParameterKind::Dynamic;
        }
        let values = static_values::parse(option, &name.to_string(), ty, errors);
        return ParameterKind::Values(values);
    }
    if bad_list(&attribute) {
        return ParameterKind::Dynamic;
    }
    if context.in_trait {
        errors.report(
            Code::UnsupportedSignature,
            &attribute,
            format!(
                "the static argument `{name}` would change the signature that the trait asks for"
            ),
            "list its values, which leaves the signature as it is: `#[static_arg(values(a, b))]`",
        );
        return ParameterKind::Dynamic;
    }
    if !static_values::can_be_const_generic(ty) {
        let help = match static_values::can_be_listed(ty, scope) {
            true => {
                "list its values: `#[static_arg(values(a, b))]`; without a list only bool, char and integers can be static"
            }
            false => {
                "without `values(..)` only bool, char and integers can be static; take the attribute away"
            }
        };
        refuse_type(name, ty, help, errors);
        return ParameterKind::Dynamic;
    }
    let bare = name.to_string();
    let upper = bare.trim_start_matches("r#").to_uppercase();
    ParameterKind::ConstGeneric(format_ident!("{upper}", span = name.span()))
}

/// Reports what is no attribute of a parameter here, a misspelt `#[static_arg]` for instance.
fn refuse_attributes(attributes: &[Attribute], errors: &mut Errors) {
    let levels = ["allow", "expect", "warn", "deny", "forbid"];
    for attribute in attributes {
        let path = attribute.path();
        if !levels.iter().any(|level| path.is_ident(level)) {
            errors.report(
                Code::UnusedOption,
                attribute,
                format!("`#[{}]` has no effect on a parameter", quote!(#path)),
                "parameters of compiled methods have the attribute `#[static_arg]`; take others away",
            );
        }
    }
}

/// Whether there is a list of options, none of which was good: that has been reported.
fn bad_list(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, syn::Meta::List(list) if !list.tokens.is_empty())
}

fn refuse_type(name: &Ident, ty: &Type, help: &str, errors: &mut Errors) {
    errors.report(
        Code::StaticType,
        ty,
        format!(
            "`{name}` of type `{}` cannot be a static argument",
            spelling(ty)
        ),
        help,
    );
}
