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
mod tests {
    use super::*;
    use crate::model::method::{ParameterKind, Receiver};
    use syn::parse_quote;

    fn parse(item: ItemImpl) -> (Block, Vec<Code>) {
        let mut errors = Errors::default();
        let block = Block::parse(item, &mut errors);
        (block, errors.codes())
    }

    fn codes(item: ItemImpl) -> Vec<Code> {
        parse(item).1
    }

    #[test]
    fn a_block_is_taken_apart() {
        let (block, codes) = parse(parse_quote! {
            #[allow(dead_code)]
            impl<T: Real> Step for models::Lif<T> where T: Copy {
                const N: usize = 3;
                fn new() -> Self { todo() }
                #[brain_jit]
                fn scale(x: f32) -> f32 { x }
                /// Doc.
                pub fn read(&self, x: &Array1<T>) -> T { x[0] }
                #[brain_jit(dyn_vars(v, w))]
                fn update(&mut self, #[static_arg(values(1, -2))] order: i32) {}
                #[brain_jit(skip)]
                fn left(self) {}
            }
        });
        assert_eq!(codes, []);
        let seen: Vec<_> = block
            .methods
            .iter()
            .map(|m| (m.path.as_str(), m.receiver))
            .collect();
        assert_eq!(
            seen,
            [
                ("Lif::scale", None),
                ("Lif::read", Some(Receiver::Shared)),
                ("Lif::update", Some(Receiver::Exclusive)),
            ]
        );
        assert_eq!(block.others.len(), 3);
        assert!(block.trait_path.is_some());
        let update = &block.methods[2];
        assert_eq!(update.dyn_vars.as_ref().map(Vec::len), Some(2));
        assert!(matches!(&update.parameters[0].kind, ParameterKind::Values(v) if v.len() == 2));
        let written = block.as_written().to_string();
        assert!(
            !written.contains("brain_jit") && !written.contains("static_arg"),
            "{written}"
        );
    }

    #[test]
    fn static_arguments() {
        let (block, codes) = parse(parse_quote! {
            impl Lif {
                fn f(&self, #[static_arg] n_steps: usize, #[static_arg] wide: bool, #[static_arg()] c: char) {}
            }
        });
        assert_eq!(codes, []);
        let names: Vec<_> = block.methods[0]
            .parameters
            .iter()
            .map(|p| match &p.kind {
                ParameterKind::ConstGeneric(name) => name.to_string(),
                _ => String::new(),
            })
            .collect();
        assert_eq!(names, ["N_STEPS", "WIDE", "C"]);
    }

    #[test]
    fn types_that_cannot_be_static() {
        for ty in [
            "f32",
            "&'static str",
            "Array1<f32>",
            "String",
            "Mode",
            "Complex32",
        ] {
            let ty: Type = syn::parse_str(ty).unwrap();
            let found = codes(parse_quote!(impl Lif { fn f(&self, #[static_arg] x: #ty) {} }));
            assert_eq!(found, [Code::StaticType]);
        }
        for ty in ["Array1<f32>", "String", "&[f32]", "(u8, u8)"] {
            let ty: Type = syn::parse_str(ty).unwrap();
            let found =
                codes(parse_quote!(impl Lif { fn f(&self, #[static_arg(values(A))] x: #ty) {} }));
            assert_eq!(found, [Code::StaticType]);
        }
        let pattern =
            codes(parse_quote!(impl Lif { fn f(&self, #[static_arg] (a, b): (u8, u8)) {} }));
        assert_eq!(pattern, [Code::StaticType]);
        let in_trait =
            codes(parse_quote!(impl Step for Lif { fn f(&self, #[static_arg] n: u8) {} }));
        assert_eq!(in_trait, [Code::UnsupportedSignature]);
    }

    #[test]
    fn values_of_every_type() {
        for (ty, values) in [
            ("bool", "true, false"),
            ("char", "'a', 'b'"),
            ("u8", "0, 255u8, LIMIT"),
            ("i8", "-128, 127"),
            ("f32", "0.5, -1.0, 1e3, consts::PI"),
            ("&'static str", "\"euler\", \"rk4\""),
            ("Mode", "Mode::A, Mode::B"),
        ] {
            assert_eq!(listed(ty, values), [], "{ty}: {values}");
        }
    }

    #[test]
    fn bad_lists_of_values() {
        for (ty, values) in [
            ("bool", ""),
            ("bool", "1"),
            ("u8", "256"),
            ("u8", "-1"),
            ("u8", "1i8"),
            ("u8", "1.0"),
            ("u8", "1 + 1"),
            ("f32", "1"),
            ("&'static str", "'a'"),
            ("Mode", "1"),
            ("i32", "1_000, 1000"),
            ("f32", "1.0, 1.00"),
            ("u8", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"),
        ] {
            assert_eq!(listed(ty, values), [Code::StaticValues], "{ty}: {values}");
        }
        let assigned =
            codes(parse_quote!(impl Lif { fn f(&self, #[static_arg(values = 3)] n: u8) {} }));
        assert_eq!(assigned, [Code::StaticValues]);
    }

    fn listed(ty: &str, values: &str) -> Vec<Code> {
        let ty: Type = syn::parse_str(ty).unwrap();
        let values: TokenStream = values.parse().unwrap();
        codes(parse_quote!(impl Lif { fn f(&self, #[static_arg(values(#values))] x: #ty) {} }))
    }

    #[test]
    fn options_unknown_unused_or_doubled() {
        use Code::*;
        let method =
            |attributes: TokenStream| codes(parse_quote!(impl Lif { #attributes fn f(&self) {} }));
        assert_eq!(method(quote!(#[brain_jit(skipp)])), [UnknownOption]);
        assert_eq!(method(quote!(#[brain_jit(skip, skip)])), [DuplicateOption]);
        assert_eq!(
            method(quote!(#[brain_jit(skip)] #[brain_jit(skip)])),
            [DuplicateOption]
        );
        assert_eq!(method(quote!(#[brain_jit(skip = true)])), [Syntax]);
        assert_eq!(method(quote!(#[brain_jit("skip")])), [UnknownOption]);
        assert_eq!(
            method(quote!(#[brain_jit(skip, dyn_vars(v))])),
            [UnusedOption]
        );
        assert_eq!(method(quote!(#[brain_jit(dyn_vars)])), [Syntax]);
        assert_eq!(
            method(quote!(#[brain_jit(dyn_vars(v, v))])),
            [DuplicateOption]
        );
        assert_eq!(method(quote!(#[brain_jit])), [UnusedOption]);
        assert_eq!(
            codes(parse_quote!(impl L { #[brain_jit(skip)] fn f() {} })),
            [UnusedOption]
        );
        assert_eq!(
            codes(parse_quote!(impl L { #[brain_jit] const N: u8 = 1; })),
            [UnusedOption]
        );
        assert_eq!(
            codes(parse_quote!(impl L { fn f(#[static_arg] n: u8) {} })),
            [UnusedOption]
        );
        assert_eq!(
            codes(parse_quote!(impl L { fn f(&self, #[static_arg(value(1))] n: u8) {} })),
            [UnknownOption]
        );
        assert_eq!(
            codes(parse_quote!(
                #[brain_jit]
                impl L {}
            )),
            [DuplicateOption]
        );
    }

    #[test]
    fn signatures_that_cannot_be_compiled() {
        for signature in [
            "const fn f(&self)",
            "async fn f(&self)",
            "unsafe fn f(&self)",
            "extern \"C\" fn f(&self)",
            "fn f(self)",
            "fn f(mut self)",
            "fn f(self: Box<Self>)",
            "fn f(self: Rc<Self>)",
            "fn f(self: Pin<&mut Self>)",
        ] {
            let method = format!("impl Lif {{ {signature} {{}} }}");
            let found = codes(syn::parse_str(&method).unwrap());
            assert_eq!(found, [Code::UnsupportedSignature], "{signature}");
        }
        let typed =
            codes(parse_quote!(impl Lif { fn f(self: &mut Self) {} fn g<'a>(&'a self) {} }));
        assert_eq!(typed, []);
        let clash = codes(
            parse_quote!(impl Lif { fn f<const N: usize>(&self, #[static_arg] n: usize) {} }),
        );
        assert_eq!(clash, [Code::NameClash]);
    }

    #[test]
    fn free_functions() {
        let mut errors = Errors::default();
        let function = parse_quote!(
            pub fn f(x: &mut Array1<f32>, #[static_arg] n: usize) {}
        );
        let (method, _) = parse_function(TokenStream::new(), function, &mut errors);
        assert_eq!(
            (method.path.as_str(), method.receiver, errors.codes()),
            ("f", None, vec![])
        );
        let function = parse_quote!(
            fn f() {}
        );
        parse_function(quote!(skip), function, &mut errors);
        assert_eq!(errors.codes(), [Code::UnknownOption]);
    }
}
