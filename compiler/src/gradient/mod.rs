//! Reverse mode at compile time: from a method with `#[grad]` to the method that computes its value and gradients.
//!
//! The transformation works on the checked syntax, before lowering: host scalars, arrays and control flow are one
//! language there, and what comes out is a method like any other, which is lowered, fused and scheduled as the user's
//! own code is. The *forward sweep* (`sweep`, `expression`, `call`, `child`, `index`, `statement`, `branch`,
//! `repeat`, `walked`) writes the method as single assignments and records what it did with values that depend on what the
//! gradient is asked for; the *reverse sweep* (`reverse`, `repeat_back`) runs that record backwards, and `unread` takes out
//! what was kept for it in vain. `rules` is the table of derivatives. Variables of the
//! object are written at the very end, so that nothing needs to be saved before it is overwritten; a loop keeps what
//! each pass starts from on a tape, and the reverse sweep runs the pass again from there.

mod assignment;
mod branch;
mod call;
mod child;
mod complex;
mod contraction;
mod decomposition;
pub mod derivative;
mod expression;
mod forward;
mod forward_call;
pub mod functions;
mod index;
pub mod items;
mod jacobian;
mod join;
mod just_in_time;
mod leaves;
mod library;
pub mod nested;
mod reduction;
mod repeat;
mod repeat_back;
mod reverse;
pub mod rules;
mod second;
mod sparse;
mod statement;
mod sweep;
mod tangents;
mod unread;
pub(crate) mod value;
mod walked;
mod writes;

use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::DType;
use crate::model::block::CustomGradient;
use crate::model::method::{Method, Parameter, ParameterKind, Receiver};
use crate::model::object::{FieldKind, Object};
use crate::syntax::types::TypeScope;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use reverse::Adjoints;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use sweep::{Environment, Step, Sweep, known};
use syn::{Generics, Pat, ReturnType, Type};

/// What a gradient is taken with respect to.
#[derive(Clone, Debug)]
pub struct Target {
    /// The field's or argument's name.
    pub name: Ident,
    pub field: bool,
    /// The element type and rank, `None` for a child.
    pub ty: Option<(DType, usize)>,
    /// The parameter that takes the gradient.
    pub adjoint: Ident,
    /// Which argument it is.
    pub position: Option<usize>,
}

/// A method made from another one.
pub struct Derived {
    /// Computes the value, and writes the gradients to its last parameters.
    pub method: Method,
    pub targets: Vec<Target>,
    /// All trained variables, and the children's: the type that the derive made.
    pub trained: bool,
    /// Whether this is a child's pullback.
    pub pullback: bool,
    /// `grad` of `NAME_grad`.
    pub ending: &'static str,
    /// The same work as statements, for calls inside compiled methods.
    pub inline: nested::Inline,
}

/// What the sweeps are made for.
struct Purpose {
    targets: Vec<Target>,
    trained: bool,
    pullback: bool,
    /// `grad` of `NAME_grad`.
    ending: &'static str,
}

impl Purpose {
    /// Whether the adjoint of the result is a parameter.
    fn seeded(&self) -> bool {
        self.pullback || self.ending.starts_with("jac")
    }

    /// What the derived method's name ends in.
    fn suffix(&self) -> &'static str {
        match self.ending {
            "grad" => "backward",
            "vector_grad" => "vector_backward",
            "vjp" => "pullback",
            "hessian" => "hessian_backward",
            "jacobian" => "jacobian_row",
            _ => "jacrev_row",
        }
    }
}

/// The methods that `#[grad]` and `#[differentiable]` ask for.
pub fn derived(
    object: Option<&Object>,
    methods: &[Method],
    custom: &[CustomGradient],
    scope: &[&Generics],
    errors: &mut Errors,
) -> Vec<(usize, Derived)> {
    let mut made = Vec::new();
    for (position, method) in methods.iter().enumerate() {
        let types = TypeScope::new(scope.iter().copied().chain([&method.signature.generics]));
        if let Some(names) = &method.gradient {
            let (trained, targets) = targets(object, method, "grad", names, &types, errors);
            let purpose = Purpose {
                targets,
                trained,
                pullback: false,
                ending: "grad",
            };
            made.extend(
                derive(
                    (object, methods, custom),
                    method,
                    types.clone(),
                    purpose,
                    errors,
                )
                .map(|d| (position, d)),
            );
        }
        for wanted in &method.derivatives {
            if wanted.kind == derivative::Kind::VectorGradient {
                let (trained, targets) =
                    targets(object, method, "vector_grad", &wanted.names, &types, errors);
                let purpose = Purpose {
                    targets,
                    trained,
                    pullback: false,
                    ending: "vector_grad",
                };
                let context = (object, methods, custom);
                let made_one = derive(context, method, types.clone(), purpose, errors);
                made.extend(made_one.map(|derived| (position, derived)));
            }
        }
        if method.differentiable && method.receiver == Some(Receiver::Exclusive) {
            errors.report(
                Code::NotDifferentiable,
                method.name(),
                format!(
                    "`{}` is `#[differentiable]` and takes `&mut self`: a parent's gradient runs it again, when its variables have changed",
                    method.name()
                ),
                "take `&self`, and let the parent keep and write the state",
            );
            continue;
        }
        if method.differentiable {
            let mut targets = trained(object);
            targets.extend(arguments(method, &types));
            let purpose = Purpose {
                targets,
                trained: true,
                pullback: true,
                ending: "vjp",
            };
            made.extend(
                derive((object, methods, custom), method, types, purpose, errors)
                    .map(|d| (position, d)),
            );
        }
    }
    made
}

/// What [`derived`] and [`derivative::derivatives`] make of methods with mistakes, as far as signatures tell: for callers.
pub fn signatures(
    object: Option<&Object>,
    methods: &[Method],
    custom: &[CustomGradient],
    scope: &[&Generics],
) -> (Vec<(usize, Derived)>, Vec<derivative::Made>) {
    let hollow = methods.iter().map(|method| {
        let types = TypeScope::new(scope.iter().copied().chain([&method.signature.generics]));
        let value = match &method.signature.output {
            ReturnType::Default => TokenStream::new(),
            ReturnType::Type(_, ty) => some_value(ty, &types),
        };
        Method {
            body: syn::parse_quote!({ #value }),
            checkpoint: None,
            ..method.clone()
        }
    });
    let hollow: Vec<Method> = hollow.collect();
    let mut unheard = Errors::default();
    let gradients = derived(object, &hollow, custom, scope, &mut unheard);
    let others = derivative::derivatives(object, &hollow, custom, scope, &mut unheard);
    (gradients, others)
}

/// A value of the type, which has a derivative if the type allows one.
fn some_value(ty: &Type, types: &TypeScope) -> TokenStream {
    if let Type::Tuple(tuple) = ty {
        let values = tuple.elems.iter().map(|ty| some_value(ty, types));
        return quote!((#(#values,)*));
    }
    match known(&types.recognise(ty)) {
        Some((dtype, 0)) if dtype.is_float() => quote!(0.0),
        Some((dtype, rank)) if dtype.is_float() => {
            let (dtype, shape) = (dtype.tokens(), vec![quote!(0); rank]);
            quote!(bm::zeros::<#dtype, _>((#(#shape,)*)))
        }
        _ => quote!(::core::unreachable!()),
    }
}

/// The trained variables and the children.
fn trained(object: Option<&Object>) -> Vec<Target> {
    let fields = object.map_or(&[][..], |object| &object.fields);
    fields
        .iter()
        .filter_map(|field| {
            let ty = match field.kind {
                FieldKind::Variable { train: true } => {
                    Some(known(&field.value).filter(|(dtype, _)| dtype.is_float())?)
                }
                FieldKind::Child { .. } => None,
                _ => return None,
            };
            Some(Target {
                name: field.name.clone(),
                field: true,
                ty,
                adjoint: format_ident!("__grad_{}", field.name),
                position: None,
            })
        })
        .collect()
}

/// The trained variables whose types are not known to have gradients.
fn untrained(object: &Object) -> Vec<String> {
    let of_field = |field: &crate::model::object::Field| match &field.kind {
        FieldKind::Variable { train: true } => {
            let known = known(&field.value).is_some_and(|(dtype, _)| dtype.is_float());
            match known {
                true => Vec::new(),
                false => vec![field.name.to_string()],
            }
        }
        FieldKind::Child { object, .. } => {
            let names = untrained(object).into_iter();
            names.map(|name| format!("{}.{name}", field.name)).collect()
        }
        _ => Vec::new(),
    };
    object.fields.iter().flat_map(of_field).collect()
}

/// The arguments that have gradients.
fn arguments(method: &Method, types: &TypeScope) -> Vec<Target> {
    let parameters = method
        .parameters
        .iter()
        .enumerate()
        .filter_map(|(position, parameter)| {
            let Pat::Ident(pattern) = &parameter.pattern else {
                return None;
            };
            let ty =
                known(&types.recognise(&parameter.ty)).filter(|(dtype, _)| dtype.is_float())?;
            let dynamic = !matches!(
                parameter.kind,
                ParameterKind::ConstGeneric(_) | ParameterKind::Values(_)
            );
            dynamic.then(|| Target {
                name: pattern.ident.clone(),
                field: false,
                ty: Some(ty),
                adjoint: format_ident!("__grad_{}", pattern.ident),
                position: Some(position),
            })
        });
    parameters.collect()
}

/// What `#[grad]` or `#[grad(w, x)]` asks for, and whether that is all trained variables.
fn targets(
    object: Option<&Object>,
    method: &Method,
    attribute: &str,
    names: &[Ident],
    types: &TypeScope,
    errors: &mut Errors,
) -> (bool, Vec<Target>) {
    if names.is_empty() {
        let targets = trained(object);
        for name in object.iter().flat_map(|object| untrained(object)) {
            errors.report(
                Code::GradientTarget,
                method.name(),
                format!("the trained variable `{name}` has no gradient: it is no `f32` or `f64`, and no array of them whose rank is visible"),
                format!("write its type as `Array2<f32>`; of a list, make an object with a `#[train_var]` and a `#[child]` field `Vec<Layer>`; or name all that the gradient is by: `#[{attribute}(..)]`"),
            );
        }
        if targets.is_empty() {
            errors.report(
                Code::GradientTarget,
                method.name(),
                format!("`#[{attribute}]` on `{}` has nothing to differentiate by", method.name()),
                format!("mark fields with `#[train_var]`, or name fields or arguments: `#[{attribute}(w, x)]`; of a function, `#[brain_jit({attribute}(x))]`"),
            );
        }
        return (true, targets);
    }
    let all = arguments(method, types);
    let mut found = Vec::new();
    for name in names {
        if let Some(argument) = all.iter().find(|argument| argument.name == *name) {
            found.push(argument.clone());
            continue;
        }
        let field = object.and_then(|object| object.field(name));
        let ty = field
            .and_then(|field| known(&field.value))
            .filter(|(dtype, _)| dtype.is_float());
        match (field, ty) {
            (Some(_), Some(ty)) => found.push(Target {
                name: name.clone(),
                field: true,
                ty: Some(ty),
                adjoint: format_ident!("__grad_{name}"),
                position: None,
            }),
            (Some(_), None) => errors.report(
                Code::GradientTarget,
                name,
                format!("`{name}` has no gradient: it is no `f32` or `f64`, and no array of them whose rank is visible"),
                "name a field or argument of a floating point type",
            ),
            (None, _) => {
                let integer = method.parameters.iter().any(|parameter| {
                    matches!(&parameter.pattern, Pat::Ident(pattern) if pattern.ident == *name)
                });
                let what = match integer {
                    true => format!("the argument `{name}` has no gradient: it is no `f32` or `f64`, and no array of them whose rank is visible"),
                    false => format!("`{name}` is neither a field nor an argument of `{}`", method.name()),
                };
                errors.report(
                    Code::GradientTarget,
                    name,
                    what,
                    "name a field or argument of a floating point type",
                );
            }
        }
    }
    (false, found)
}

/// The method that computes the value and the gradients of `method`.
fn derive(
    (object, methods, custom): (Option<&Object>, &[Method], &[CustomGradient]),
    method: &Method,
    types: TypeScope,
    purpose: Purpose,
    errors: &mut Errors,
) -> Option<Derived> {
    let before = errors.len();
    let ending = purpose.ending;
    let result = returned(method, &types);
    let Some((dtype, rank)) = result.clone() else {
        let (what, help) = match purpose.pullback {
            true => (
                "the result of a `#[differentiable]` method".to_string(),
                "return an array or scalar of a floating point type whose rank is visible",
            ),
            false => (
                format!("the result of a `#[{ending}]` method"),
                match ending {
                    "grad" | "hessian" => {
                        "return a scalar, `f32` or `f64`, or a tuple whose first value is one"
                    }
                    _ => "return an array or scalar of a floating point type whose rank is visible",
                },
            ),
        };
        errors.report(
            Code::GradientTarget,
            method.name(),
            format!(
                "{what} must be a floating point number: `{}` returns something else",
                method.name()
            ),
            help,
        );
        return None;
    };
    if rank != 0 && matches!(ending, "grad" | "hessian") {
        errors.report(
            Code::GradientTarget,
            &method.signature.output,
            format!(
                "`#[{ending}]` is for methods that return a scalar, and `{}` returns an array",
                method.name()
            ),
            "reduce it, for instance with `bm::sum(..)` or `bm::mean(..)`",
        );
        return None;
    }
    let mut sweep = sweep((object, methods, custom), method, types, errors);
    sweep.adds = purpose.pullback;
    sweep.again = ending == "hessian";
    if !sweep.again {
        sweep.checkpoint = method.checkpoint.as_ref().map(|(_, every)| *every);
    }
    let leaves = sweep.leaves(method, &purpose);
    let body = sweep.body(&method.body);
    let (value, others) = sweep.forward(&body.stmts, &dtype, rank);
    let mut adjoints = Adjoints::default();
    if let Some(id) = value.active {
        let seed = match (purpose.seeded(), value.rank) {
            (true, _) => quote!(__seed),
            (false, 0) => quote!(1.0),
            (false, _) => sweep::spread(&quote!(1.0), &value.tokens),
        };
        adjoints.seed(id, seed);
    }
    let steps = std::mem::take(&mut sweep.steps);
    if let Some((option, _)) = &method.checkpoint
        && ending == "grad"
        && !steps.iter().any(Step::repeats)
    {
        sweep.errors.report(
            Code::UnusedOption,
            option,
            format!(
                "`checkpoint` has no effect: the gradient of `{}` runs through no loop",
                method.name()
            ),
            "take it away",
        );
    }
    sweep.reverse(steps, &mut adjoints);
    let value = sweep.saved(value, method);
    let others = others
        .into_iter()
        .map(|other| sweep.saved(other, method))
        .collect::<Vec<_>>();
    let common = sweep.out.clone();
    let gradients = sweep.inline(&leaves, &mut adjoints.clone());
    let statements = std::mem::take(&mut sweep.out);
    sweep.states(method);
    let mut inline = nested::Inline {
        statements,
        gradients,
        states: std::mem::replace(&mut sweep.out, common),
        value: items::tail(&value, &others, &leaves, None),
    };
    inline.take_out_unread();
    sweep.finish(&leaves, &mut adjoints, &purpose);
    sweep.states(method);
    sweep.refuse_touched();
    let failed = sweep.errors.len() > before;
    let statements = std::mem::take(&mut sweep.out);
    let fallbacks: Vec<TokenStream> = std::mem::take(&mut sweep.fallbacks).into_values().collect();
    if failed {
        return None;
    }
    let tail = items::tail(&value, &others, &leaves, purpose.pullback.then_some(method));
    let mut block = written(
        method,
        quote!({ #(#fallbacks)* #(#statements)* #tail }),
        errors,
    )?;
    unread::take_out(&mut block, &TokenStream::new());
    let method = items::method(object, method, &purpose, block, result);
    Some(Derived {
        method,
        targets: purpose.targets,
        trained: purpose.trained,
        pullback: purpose.pullback,
        ending,
        inline,
    })
}

/// A sweep over `method` that begins.
fn sweep<'a>(
    (object, methods, custom): (Option<&'a Object>, &'a [Method], &'a [CustomGradient]),
    method: &Method,
    types: TypeScope,
    errors: &'a mut Errors,
) -> Sweep<'a> {
    let environment = Environment {
        scopes: vec![Default::default()],
        ..Environment::default()
    };
    Sweep {
        object,
        methods,
        types,
        errors,
        environment,
        actives: Vec::new(),
        steps: Vec::new(),
        out: Vec::new(),
        counter: 0,
        guarded: chooses(methods),
        replay: false,
        expected: None,
        annotated: None,
        touched: Vec::new(),
        depth: 0,
        custom,
        inlining: vec![method.name().to_string()],
        children: BTreeMap::new(),
        gradients: BTreeMap::new(),
        adds: false,
        broadcast: BTreeSet::new(),
        origins: HashMap::new(),
        fallbacks: BTreeMap::new(),
        checkpoint: None,
        inherited: Vec::new(),
        tangents: None,
        again: false,
        tapes: BTreeMap::new(),
    }
}

/// The body of a derived method.
fn written(method: &Method, tokens: TokenStream, errors: &mut Errors) -> Option<syn::Block> {
    if std::env::var_os("BRAIN_JIT_SHOW_GRADIENT").is_some() {
        eprintln!("{tokens}");
    }
    match syn::parse2(tokens) {
        Ok(block) => Some(block),
        Err(error) => {
            errors.report(
                Code::NotDifferentiable,
                method.name(),
                format!(
                    "the gradient of `{}` could not be written: {error}",
                    method.name()
                ),
                "please report this",
            );
            None
        }
    }
}

/// The type of the value that is differentiated.
fn returned(method: &Method, types: &TypeScope) -> Option<(DType, usize)> {
    let ReturnType::Type(_, ty) = &method.signature.output else {
        return None;
    };
    let first = match &**ty {
        Type::Tuple(tuple) => tuple.elems.first()?,
        other => other,
    };
    known(&types.recognise(first)).filter(|(dtype, _)| dtype.is_float())
}

/// Whether some method chooses between values elementwise.
fn chooses(methods: &[Method]) -> bool {
    methods.iter().any(|method| {
        let body = &method.body;
        quote!(#body).to_string().contains("where_")
    })
}

/// A parameter of generated code.
fn parameter(name: &Ident, ty: TokenStream) -> Parameter {
    Parameter {
        pattern: syn::parse_quote!(#name),
        ty: Type::Verbatim(ty),
        kind: ParameterKind::Dynamic,
    }
}
