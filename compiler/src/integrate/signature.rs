//! The signatures of right-hand sides and steps.

use super::scheme::Scheme;
use super::step;
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::{DType, Rank, ValueType};
use crate::model::block::Integral;
use crate::model::method::{Context, Method, ParameterKind, Receiver};
use crate::syntax::types::TypeScope;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Block, FnArg, ImplItem, Pat, ReturnType, Signature, Type, Visibility};

/// A right-hand side as it is written.
pub(super) struct Source {
    pub name: Ident,
    pub visibility: Visibility,
    pub signature: Signature,
    /// The parameters.
    pub names: Vec<Ident>,
    pub types: Vec<Type>,
    pub body: Block,
    pub path: String,
}

impl Source {
    /// What reads the parameter as a value.
    pub fn read(&self, parameter: usize, types: &TypeScope) -> TokenStream {
        let name = &self.names[parameter];
        match &self.types[parameter] {
            Type::Reference(reference) if types.dtype(&reference.elem).is_some() => {
                quote!((*#name))
            }
            _ => quote!(#name),
        }
    }
}

/// What the signature says.
pub(super) struct Form {
    /// How many states there are.
    pub states: usize,
    /// How many numbers the right-hand side gives.
    pub results: usize,
    /// Their element type.
    pub dtype: DType,
    /// The element type of each parameter.
    pub dtypes: Vec<Option<DType>>,
    /// The states are arrays by their types.
    pub takes_arrays: bool,
    pub dt: Ident,
    pub noise: Vec<Ident>,
}

/// The function that is marked.
pub(super) fn source(
    methods: &[Method],
    others: &[ImplItem],
    integral: &Integral,
    errors: &mut Errors,
) -> Option<Source> {
    let method = methods
        .iter()
        .find(|method| *method.name() == integral.function);
    let written = others.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == integral.function => Some(function),
        _ => None,
    });
    let (signature, visibility, body, path) = match (method, written) {
        (Some(method), _) => (
            &method.signature,
            &method.visibility,
            &method.body,
            method.path.clone(),
        ),
        (None, Some(function)) if function.sig.receiver().is_none() => (
            &function.sig,
            &function.vis,
            &function.block,
            integral.function.to_string(),
        ),
        _ => {
            errors.report(
                Code::UnusedOption,
                &integral.method,
                format!(
                    "`#[integrate(..)]` has no effect on the skipped method `{}`",
                    integral.function
                ),
                "take `#[integrate(..)]` or `#[brain_jit(skip)]` away",
            );
            return None;
        }
    };
    let refuse = |tokens: &dyn ToTokens, what: String, help: &str, errors: &mut Errors| {
        errors.report(Code::RightHandSide, tokens.to_token_stream(), what, help);
        None
    };
    let fixed = method.is_some_and(|method| {
        method
            .parameters
            .iter()
            .any(|parameter| !matches!(parameter.kind, ParameterKind::Dynamic))
    });
    if fixed {
        return refuse(
            &integral.function,
            format!(
                "`{}` has static arguments, and a right-hand side takes none",
                integral.function
            ),
            "make them fields, or plain arguments",
            errors,
        );
    }
    let mut names = Vec::new();
    let mut types = Vec::new();
    for input in &signature.inputs {
        let FnArg::Typed(typed) = input else {
            if method.is_some_and(|method| method.receiver == Some(Receiver::Exclusive)) {
                return refuse(
                    input,
                    format!(
                        "`{}` takes `&mut self`: a right-hand side is a formula, and changes nothing",
                        integral.function
                    ),
                    "take `&self`",
                    errors,
                );
            }
            continue;
        };
        match &*typed.pat {
            Pat::Ident(pattern) if pattern.subpat.is_none() && pattern.by_ref.is_none() => {
                names.push(pattern.ident.clone());
                types.push((*typed.ty).clone());
            }
            other => {
                return refuse(
                    other,
                    "a right-hand side's parameters are plain names".into(),
                    "write each state as a parameter of its own: `v: f64, m: f64`",
                    errors,
                );
            }
        }
    }
    Some(Source {
        name: integral.function.clone(),
        visibility: visibility.clone(),
        signature: signature.clone(),
        names,
        types,
        body: body.clone(),
        path,
    })
}

/// Reads the signature; what is wrong with it is reported.
pub(super) fn form(
    source: &Source,
    scheme: Scheme,
    types: &TypeScope,
    errors: &mut Errors,
) -> Option<Form> {
    let name = &source.name;
    let mut refuse = |tokens: &dyn ToTokens, what: String, help: &str| {
        errors.report(Code::RightHandSide, tokens.to_token_stream(), what, help);
        None
    };
    let example = match scheme.is_stochastic() {
        true => {
            "write the states, then the time `t`, then what else it depends on: `fn dv(&self, v: f64, t: f64, i: f64) -> (f64, f64)`, which gives drift and diffusion"
        }
        false => {
            "write the states, then the time `t`, then what else it depends on: `fn dv(&self, v: f64, t: f64, i: f64) -> f64`"
        }
    };
    let states = match source
        .names
        .iter()
        .position(|name| name == "t" || name == "_t")
    {
        Some(0) => {
            return refuse(
                name,
                format!("`{name}` has no state: the states are the parameters before the time `t`"),
                example,
            );
        }
        Some(states) => states,
        None => {
            return refuse(
                name,
                format!("`{name}` has no parameter `t`, the time, which the states stand before"),
                example,
            );
        }
    };
    let dtypes: Vec<Option<DType>> = source
        .types
        .iter()
        .map(|ty| match types.recognise(ty) {
            ValueType::Scalar(dtype) => Some(dtype),
            ValueType::Array(array) if array.rank != Rank::Dynamic => Some(array.dtype),
            _ => None,
        })
        .collect();
    let Some(dtype) = dtypes[0].clone().filter(DType::is_float) else {
        return refuse(
            &source.types[0],
            "a state is a floating point number".into(),
            "write `f32`, `f64` or a generic `T: Real`; arrays stand in for numbers where the step is called",
        );
    };
    for state in 0..states {
        if dtypes[state].as_ref() != Some(&dtype) {
            return refuse(
                &source.types[state],
                format!("the states of `{name}` have different types"),
                "give all states one floating point type",
            );
        }
    }
    if !dtypes[states].as_ref().is_some_and(DType::is_float) {
        return refuse(
            &source.types[states],
            "the time `t` is a floating point number".into(),
            "write `t: f64`, or the type of the states",
        );
    }
    let given = match &source.signature.output {
        ReturnType::Type(_, ty) => numbers(ty),
        ReturnType::Default => 0,
    };
    let results = states * if scheme.is_stochastic() { 2 } else { 1 };
    let nested = |ty: &Type| match ty {
        Type::Tuple(tuple) => tuple.elems.iter().any(|ty| matches!(ty, Type::Tuple(_))),
        _ => false,
    };
    let shaped = match &source.signature.output {
        ReturnType::Type(_, ty) => nested(ty) == (scheme.is_stochastic() && states > 1),
        ReturnType::Default => false,
    };
    if given != results || !shaped {
        let counted = |count: usize| match count {
            1 => "1 number".to_string(),
            count => format!("{count} numbers"),
        };
        let (what, help) = match (scheme.is_stochastic(), states) {
            (false, _) => (
                format!(
                    "`{name}` has {}, and gives {}: it gives the derivative of each state",
                    stated(states),
                    counted(given)
                ),
                "return one number a state, in the order of the parameters: `-> (f64, f64)` for two",
            ),
            (true, 1) => (
                format!(
                    "`{name}` has 1 state, and gives {}: it gives drift and diffusion",
                    counted(given)
                ),
                "return both as a tuple: `-> (f64, f64)`",
            ),
            (true, _) => (
                format!(
                    "`{name}` has {}, and gives {}: it gives drift and diffusion of each",
                    stated(states),
                    counted(given)
                ),
                "return a tuple of the drifts and a tuple of the diffusions: `-> ((f64, f64), (f64, f64))` for two states",
            ),
        };
        return match &source.signature.output {
            ReturnType::Type(_, ty) => refuse(ty, what, help),
            ReturnType::Default => refuse(name, what, help),
        };
    }
    let dt = Ident::new("dt", name.span());
    let noise = match scheme.is_stochastic() {
        true => step::noise_names(&source.names[..states]),
        false => Vec::new(),
    };
    if let Some(clash) = source
        .names
        .iter()
        .find(|name| **name == dt || noise.contains(name))
    {
        return refuse(
            clash,
            format!("the step of `{name}` takes an argument `{clash}` of its own"),
            "give this parameter another name",
        );
    }
    Some(Form {
        states,
        results,
        dtype,
        dtypes,
        takes_arrays: matches!(types.recognise(&source.types[0]), ValueType::Array(_)),
        dt,
        noise,
    })
}

fn stated(states: usize) -> String {
    match states {
        1 => "1 state".into(),
        states => format!("{states} states"),
    }
}

/// How many numbers a type holds.
fn numbers(ty: &Type) -> usize {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().map(numbers).sum(),
        Type::Paren(paren) => numbers(&paren.elem),
        _ => 1,
    }
}

/// The step's signature, with a body that is not written yet.
pub(super) fn step_method(
    source: &Source,
    form: Option<&Form>,
    dtype: &DType,
    method: bool,
    errors: &mut Errors,
) -> Method {
    let mut signature = source.signature.clone();
    signature.ident = format_ident!("{}_step", source.name, span = source.name.span());
    if method && signature.receiver().is_none() {
        signature.inputs.insert(0, syn::parse_quote!(&self));
    }
    let ty = dtype.tokens();
    let dt = form.map_or_else(
        || Ident::new("dt", source.name.span()),
        |form| form.dt.clone(),
    );
    signature.inputs.push(syn::parse_quote!(#dt: #ty));
    if let Some(form) = form {
        for (noise, ty) in form.noise.iter().zip(&source.types) {
            signature.inputs.push(syn::parse_quote!(#noise: #ty));
        }
        if !form.noise.is_empty() {
            let states = &source.types[..form.states];
            let owned = states.iter().map(|ty| match ty {
                Type::Reference(reference) => &*reference.elem,
                other => other,
            });
            signature.output = match form.states {
                1 => syn::parse_quote!(-> #(#owned)*),
                _ => syn::parse_quote!(-> (#(#owned),*)),
            };
        }
    }
    let about = format!(
        "One step of length `dt` of the states whose derivatives [`{0}`](Self::{0}) gives.",
        source.name
    );
    let about = match method {
        true => about,
        false => about.replace(&format!("(Self::{})", source.name), ""),
    };
    let visibility = &source.visibility;
    let function = syn::ImplItemFn {
        attrs: vec![
            syn::parse_quote!(#[doc = #about]),
            syn::parse_quote!(#[allow(dead_code, clippy::all)]),
        ],
        vis: visibility.clone(),
        modifiers: Default::default(),
        sig: signature,
        block: syn::parse_quote!({ ::core::unreachable!() }),
    };
    let owner = source
        .path
        .split("::")
        .next()
        .filter(|_| source.path.contains("::"));
    let context = Context {
        owner: owner.unwrap_or_default().to_string(),
        in_trait: false,
    };
    Method::parse(function, None, &context, errors)
}
