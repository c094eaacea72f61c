//! Derivatives beside the gradient: `#[jvp]`, `#[vector_grad]`, `#[jacobian]`, `#[jacrev]`, `#[jacfwd]`, `#[hessian]`.
//!
//! `NAME_jvp` is the method in forward mode. A Jacobian in reverse mode calls a pullback once a number of the result, one
//! in forward mode a `NAME_jvp` once a number of the operand. A Hessian is forward over reverse: the method that writes
//! the gradient, in forward mode, gives the product of the Hessian and a vector (`NAME_hvp`).

use super::items::{self, Items, typed};
use super::sweep::{Sweep, known, spread};
use super::value::{self, Value};
use super::{Purpose, Target, derive, jacobian, sweep, targets, written};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::DType;
use crate::model::block::CustomGradient;
use crate::model::method::{Method, Parameter, Receiver};
use crate::model::object::{FieldKind, Object};
use crate::syntax::types::TypeScope;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Expr, Generics, ReturnType, Stmt, Type};

/// One attribute, with the names in its parentheses.
#[derive(Clone, Debug)]
pub struct Derivative {
    pub kind: Kind,
    pub names: Vec<Ident>,
}

/// Which derivative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Jvp,
    VectorGradient,
    Jacobian,
    Jacrev,
    Jacfwd,
    Hessian,
}

/// The attributes, with BrainPy's and JAX's names.
pub const KINDS: &[(&str, Kind)] = &[
    ("jvp", Kind::Jvp),
    ("vector_grad", Kind::VectorGradient),
    ("jacobian", Kind::Jacobian),
    ("jacrev", Kind::Jacrev),
    ("jacfwd", Kind::Jacfwd),
    ("hessian", Kind::Hessian),
];

impl Kind {
    /// The attribute, and the ending of what it makes.
    pub fn name(self) -> &'static str {
        let found = KINDS.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(name, _)| *name)
    }

    /// The endings of all that is generated.
    pub fn endings(self) -> Vec<&'static str> {
        match self {
            Kind::Jvp => vec!["jvp"],
            Kind::VectorGradient => vec!["vector_grad", "vector_grad_into", "vector_backward"],
            Kind::Jacobian => vec!["jacobian", "jacobian_row"],
            Kind::Jacrev => vec!["jacrev", "jacrev_row"],
            Kind::Jacfwd => vec!["jacfwd", "jacfwd_column"],
            Kind::Hessian => vec!["hessian", "hvp"],
        }
    }

    /// The endings of what a compiled method may call.
    pub fn callable(self) -> Vec<&'static str> {
        match self {
            Kind::Jvp => vec!["jvp"],
            Kind::VectorGradient => vec!["vector_grad"],
            Kind::Hessian => vec!["hvp"],
            _ => Vec::new(),
        }
    }
}

/// What is made from one attribute.
pub struct Made {
    /// To compile.
    pub methods: Vec<Method>,
    pub items: Items,
}

/// The block around a method.
pub(super) type Context<'a> = (Option<&'a Object>, &'a [Method], &'a [CustomGradient]);

/// What the attributes ask for, but for `#[vector_grad]`, which is a gradient.
pub fn derivatives(
    object: Option<&Object>,
    methods: &[Method],
    custom: &[CustomGradient],
    scope: &[&Generics],
    errors: &mut Errors,
) -> Vec<Made> {
    let context = (object, methods, custom);
    let mut made: Vec<Made> = Vec::new();
    for method in methods {
        let types = TypeScope::new(scope.iter().copied().chain([&method.signature.generics]));
        for wanted in &method.derivatives {
            if wanted.kind == Kind::VectorGradient {
                continue;
            }
            let names = &wanted.names;
            let (trained, targets) =
                targets(object, method, wanted.kind.name(), names, &types, errors);
            // What has been refused is made all the same: its callers are no error.
            if trained {
                refuse_children(object, wanted.kind, method, errors);
            }
            let targets: Vec<Target> = targets.into_iter().filter(|t| t.ty.is_some()).collect();
            if targets.is_empty() {
                continue;
            }
            made.extend(one(context, method, wanted.kind, &types, targets, errors));
        }
    }
    made
}

/// Refuses what would leave out trained variables of children.
fn refuse_children(object: Option<&Object>, kind: Kind, method: &Method, errors: &mut Errors) {
    let fields = object.map_or(&[][..], |object| &object.fields);
    let child = fields
        .iter()
        .find(|field| matches!(field.kind, FieldKind::Child { .. }));
    let Some(child) = child else {
        return;
    };
    errors.report(
        Code::GradientTarget,
        method.name(),
        format!(
            "`#[{}]` on `{}` would leave out the variables of `{}`",
            kind.name(),
            method.name(),
            child.name
        ),
        format!(
            "name what to differentiate by, fields of this object or arguments: `#[{}(x)]`",
            kind.name()
        ),
    );
}

fn one(
    context: Context,
    method: &Method,
    kind: Kind,
    types: &TypeScope,
    targets: Vec<Target>,
    errors: &mut Errors,
) -> Option<Made> {
    if kind != Kind::Jvp && !pure(method, kind, errors) {
        return None;
    }
    let object = context.0;
    match kind {
        Kind::Jvp => {
            let method = jvp(context, method, types, &targets, "jvp", errors)?;
            Some(Made {
                methods: vec![method],
                items: Items::default(),
            })
        }
        Kind::Jacfwd => {
            let result = single(method, kind, types, errors)?;
            jacobian::ranks(method, &targets, result.1, kind, errors)?;
            let column = jvp(context, method, types, &targets, "jacfwd_column", errors)?;
            let items = jacobian::forward(object, method, kind, &targets, &result);
            Some(Made {
                methods: vec![column],
                items,
            })
        }
        // A vector gradient is made where gradients are.
        Kind::VectorGradient => None,
        Kind::Jacobian | Kind::Jacrev => {
            let result = single(method, kind, types, errors)?;
            jacobian::ranks(method, &targets, result.1, kind, errors)?;
            let purpose = Purpose {
                targets: targets.clone(),
                trained: false,
                pullback: false,
                ending: kind.name(),
            };
            let row = derive(context, method, types.clone(), purpose, errors)?;
            let items = jacobian::reverse(object, method, kind, &targets, &result);
            Some(Made {
                methods: vec![row.method],
                items,
            })
        }
        Kind::Hessian => {
            let purpose = Purpose {
                targets: targets.clone(),
                trained: false,
                pullback: false,
                ending: "hessian",
            };
            let largest = targets.iter().filter_map(|t| t.ty.as_ref()).map(|ty| ty.1);
            jacobian::ranks(method, &targets, largest.max()?, kind, errors)?;
            let gradient = derive(context, method, types.clone(), purpose, errors)?;
            let product = hvp(context, method, &gradient.method, types, &targets, errors)?;
            let items = jacobian::hessian(object, method, &targets);
            Some(Made {
                methods: vec![product],
                items,
            })
        }
    }
}

/// Whether a method can be called again and again with the same effect.
fn pure(method: &Method, kind: Kind, errors: &mut Errors) -> bool {
    let writes = method
        .parameters
        .iter()
        .find(|parameter| matches!(&parameter.ty, Type::Reference(ty) if ty.mutability.is_some()));
    let (place, what, help) = match (method.receiver, writes) {
        (Some(Receiver::Exclusive), _) => (
            quote::ToTokens::to_token_stream(&method.signature.inputs.first()),
            "takes `&mut self`",
            "take `&self`, and compute from the variables without writing them",
        ),
        (_, Some(parameter)) => (
            quote::ToTokens::to_token_stream(&parameter.ty),
            "writes to an argument",
            "return the array instead",
        ),
        _ => return true,
    };
    errors.report(
        Code::GradientTarget,
        place,
        format!(
            "`#[{}]` computes `{}` once a number, and it {what}",
            kind.name(),
            method.name()
        ),
        help,
    );
    false
}

/// The types of what a method returns, if all are numbers or arrays with a derivative.
fn results(
    method: &Method,
    kind: &str,
    types: &TypeScope,
    errors: &mut Errors,
) -> Option<(Vec<(DType, usize)>, bool)> {
    let all: Option<(Vec<&Type>, bool)> = match &method.signature.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => match &**ty {
            Type::Tuple(tuple) if !tuple.elems.is_empty() => {
                Some((tuple.elems.iter().collect(), true))
            }
            other => Some((vec![other], false)),
        },
    };
    let found = all.and_then(|(types_of, tuple)| {
        let found = types_of
            .iter()
            .map(|ty| known(&types.recognise(ty)).filter(|(dtype, _)| dtype.is_float()));
        Some((found.collect::<Option<Vec<_>>>()?, tuple))
    });
    if found.is_none() {
        errors.report(
            Code::GradientTarget,
            method.name(),
            format!(
                "the result of a `#[{kind}]` method must be made of floating point numbers: `{}` returns something else",
                method.name()
            ),
            "return `f32`, `f64`, an array of them whose rank is visible, or a tuple of such values",
        );
    }
    found
}

/// The type of the one result of a method.
fn single(
    method: &Method,
    kind: Kind,
    types: &TypeScope,
    errors: &mut Errors,
) -> Option<(DType, usize)> {
    let (mut all, tuple) = results(method, kind.name(), types, errors)?;
    if tuple {
        errors.report(
            Code::GradientTarget,
            &method.signature.output,
            format!(
                "`#[{}]` is for methods with one result, and `{}` returns a tuple",
                kind.name(),
                method.name()
            ),
            "return one array, or write a method for each",
        );
        return None;
    }
    all.pop()
}

/// The parameter that takes the tangent of a target.
pub(super) fn tangent_parameter(target: &Target) -> Ident {
    format_ident!("__{}_dot", target.name)
}

/// Those parameters.
fn tangents(targets: &[Target]) -> Vec<Parameter> {
    let typed = targets.iter().filter_map(|target| {
        let (dtype, rank) = target.ty.as_ref()?;
        let ty = value::owned(dtype, *rank);
        let ty = match rank {
            0 => ty,
            _ => quote!(&#ty),
        };
        Some(typed(&tangent_parameter(target), ty))
    });
    typed.collect()
}

/// Begins a sweep in forward mode with the tangents of the targets.
fn begin<'a>(
    context: Context<'a>,
    method: &Method,
    types: &TypeScope,
    targets: &[Target],
    errors: &'a mut Errors,
) -> Sweep<'a> {
    let mut sweep = sweep(context, method, types.clone(), errors);
    sweep.tangents = Some(Default::default());
    let purpose = Purpose {
        targets: targets.to_vec(),
        trained: false,
        pullback: false,
        ending: "jvp",
    };
    for leaf in sweep.leaves(method, &purpose) {
        if let (Some(id), Some(tangents)) = (leaf.active, sweep.tangents.as_mut()) {
            let parameter = tangent_parameter(&leaf.target);
            tangents.insert(id, quote!(#parameter));
        }
    }
    sweep
}

/// `NAME_jvp(args, tangents) -> (value, tangent)`
fn jvp(
    context: Context,
    method: &Method,
    types: &TypeScope,
    targets: &[Target],
    ending: &str,
    errors: &mut Errors,
) -> Option<Method> {
    let (results, tuple) = results(method, "jvp", types, errors)?;
    let before = errors.len();
    let mut sweep = begin(context, method, types, targets, errors);
    let body = sweep.body(&method.body);
    let values = sweep.results(&body.stmts, tuple);
    let mut pairs = Vec::new();
    for (k, (dtype, rank)) in results.iter().enumerate() {
        let zero = || Value::constant(quote!(0.0), Some(dtype.clone()), *rank);
        let mut value = values.get(k).cloned().unwrap_or_else(zero);
        value.dtype.get_or_insert_with(|| dtype.clone());
        let value = sweep.settle(value, Span::mixed_site());
        let value = sweep.saved(value, method);
        let tangent = sweep.tangent_or_zeros(&value, Span::mixed_site());
        pairs.push((value.tokens, tangent, *rank));
    }
    sweep.states(method);
    sweep.refuse_touched();
    let failed = sweep.errors.len() > before;
    let statements = std::mem::take(&mut sweep.out);
    if failed {
        return None;
    }
    let given = |tokens: &TokenStream, rank: usize| match rank {
        0 => quote!(#tokens),
        _ => quote!((#tokens).clone()),
    };
    let values = pairs.iter().map(|(value, _, rank)| given(value, *rank));
    let tangents_of = pairs.iter().map(|(_, tangent, rank)| given(tangent, *rank));
    let tail = match tuple {
        true => quote!(((#(#values,)*), (#(#tangents_of,)*))),
        false => quote!((#(#values)*, #(#tangents_of)*)),
    };
    let fallbacks = std::mem::take(&mut sweep.fallbacks).into_values();
    let body = written(
        method,
        quote!({ #(#fallbacks)* #(#statements)* #tail }),
        errors,
    )?;
    let types = results
        .iter()
        .map(|(dtype, rank)| value::owned(dtype, *rank));
    let tangent = match tuple {
        true => quote!((#(#types,)*)),
        false => quote!(#(#types)*),
    };
    let ReturnType::Type(_, result) = &method.signature.output else {
        return None;
    };
    let output = syn::parse_quote!(-> (#result, #tangent));
    Some(forward_method(method, ending, targets, output, body))
}

/// The product of the Hessian and the vectors in the tangents' places; `gradient` writes the gradient.
fn hvp(
    context: Context,
    method: &Method,
    gradient: &Method,
    types: &TypeScope,
    targets: &[Target],
    errors: &mut Errors,
) -> Option<Method> {
    let before = errors.len();
    let mut sweep = begin(context, method, types, targets, errors);
    let again = std::slice::from_ref(gradient);
    sweep.guarded = super::chooses(again);
    let span = Span::mixed_site();
    let mut likes = Vec::new();
    for target in targets {
        let (dtype, rank) = target.ty.clone()?;
        let like = match target.field {
            true => sweep.get(&format!("self.{}", target.name)),
            false => sweep.get(&target.name.to_string()),
        };
        let like = like.map(|like| like.tokens.clone())?;
        let zeros = match rank {
            0 => quote!(0.0),
            _ => spread(&quote!(0.0), &like),
        };
        likes.push(like);
        let value = sweep.settle(Value::constant(zeros, Some(dtype), rank), span);
        sweep.declare(&target.adjoint.to_string(), value);
    }
    sweep.statements(&gradient.body.stmts);
    let mut products = Vec::new();
    for (target, like) in targets.iter().zip(likes) {
        let end = sweep.get(&target.adjoint.to_string()).cloned()?;
        let tangent = sweep.tangent_or_zeros(&end, span);
        let (dtype, rank) = target.ty.clone()?;
        products.push(match rank {
            0 => tangent,
            _ => {
                // Its shape is the target's, or it would be a wrong sum.
                let (product, ty) = (sweep.fresh("product", span), value::owned(&dtype, rank));
                let exact = quote!(::brain_jit::adjoint::exact(&*#tangent, &*#like));
                sweep.emit(quote!(let #product: #ty = #exact;));
                quote!(#product)
            }
        });
    }
    sweep.refuse_touched();
    let statements = std::mem::take(&mut sweep.out);
    if let Some((span, what)) = errors.take_back(before) {
        errors.report_at(
            Code::NotDifferentiable,
            span,
            format!(
                "`#[hessian]` of `{}` needs the derivative of this derivative: {what}",
                method.name()
            ),
            "write it with operations that have rules; a derivative of yours, named by `#[custom_grad(..)]`, needs that attribute, too",
        );
        return None;
    }
    let of = targets.iter().filter_map(|target| target.ty.as_ref());
    let owned: Vec<TokenStream> = of.map(|(dtype, rank)| value::owned(dtype, *rank)).collect();
    let (tail, output) = match products.as_slice() {
        [one] => (quote!(#one), quote!(#(#owned)*)),
        _ => (quote!((#(#products),*)), quote!((#(#owned),*))),
    };
    let body = written(method, quote!({ #(#statements)* #tail }), errors)?;
    let output = syn::parse_quote!(-> #output);
    Some(forward_method(method, "hvp", targets, output, body))
}

/// The parameters of `method`, then the tangents.
fn forward_method(
    method: &Method,
    ending: &str,
    targets: &[Target],
    output: ReturnType,
    body: syn::Block,
) -> Method {
    let mut parameters = method.parameters.clone();
    parameters.extend(tangents(targets));
    let mut signature = method.signature.clone();
    signature.ident = format_ident!("{}_{ending}", method.name(), span = method.name().span());
    signature.output = output;
    items::made(method, ending, signature, parameters, body)
}

impl Sweep<'_> {
    /// Runs a body; what it returns, taken apart if it is a tuple.
    fn results(&mut self, statements: &[Stmt], tuple: bool) -> Vec<Value> {
        match statements.split_last() {
            Some((Stmt::Expr(Expr::Tuple(list), None), first)) if tuple => {
                // The unit keeps the last statement from being taken for the value.
                let unit: Stmt = syn::parse_quote!((););
                self.statements(&[first, &[unit]].concat());
                list.elems.iter().map(|expr| self.value(expr)).collect()
            }
            _ if tuple => {
                self.refuse(
                    &quote!(#(#statements)*),
                    "the tuple that is returned is not written as one",
                    "end the method with `(a, b)`",
                );
                Vec::new()
            }
            _ => self.statements(statements).into_iter().collect(),
        }
    }
}
