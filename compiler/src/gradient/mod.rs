//! Reverse mode at compile time: from a method with `#[grad]` to the method that computes its value and gradients.
//!
//! The transformation works on the checked syntax, before lowering: host scalars, arrays and control flow are one
//! language there, and what comes out is a method like any other, which is lowered, fused and scheduled as the user's
//! own code is. The *forward sweep* ([`sweep`], [`expression`], [`call`], [`index`], [`statement`], [`control`]) writes
//! the method as single assignments and records what it did with values that depend on what the gradient is asked for;
//! the *reverse sweep* ([`reverse`]) runs that record backwards. [`rules`] is the table of derivatives. Variables of the
//! object are written at the very end, so that nothing needs to be saved before it is overwritten; a loop keeps what
//! each pass starts from on a tape, and the reverse sweep runs the pass again from there.

mod call;
mod control;
mod expression;
mod index;
pub mod items;
mod library;
pub mod nested;
mod reverse;
pub mod rules;
mod statement;
mod sweep;
mod value;

use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::DType;
use crate::model::block::CustomGradient;
use crate::model::method::{Method, Parameter, ParameterKind};
use crate::model::object::{FieldKind, Object};
use crate::syntax::types::TypeScope;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use reverse::Adjoints;
use std::collections::BTreeMap;
use sweep::{Environment, Sweep, known};
use syn::{Expr, Generics, Pat, ReturnType, Stmt, Type};

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
#[derive(Debug)]
pub struct Derived {
    /// Computes the value, and writes the gradients to its last parameters.
    pub method: Method,
    pub targets: Vec<Target>,
    /// All trained variables, and the children's: the type that the derive made.
    pub trained: bool,
    /// Whether this is a child's pullback.
    pub pullback: bool,
    /// The same work as statements, for calls inside compiled methods.
    pub inline: nested::Inline,
}

/// What the sweeps are made for.
struct Purpose {
    targets: Vec<Target>,
    trained: bool,
    pullback: bool,
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
            let (trained, targets) = targets(object, method, names, &types, errors);
            let purpose = Purpose {
                targets,
                trained,
                pullback: false,
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
        if method.differentiable {
            let mut targets = trained(object);
            targets.extend(arguments(method, &types));
            let purpose = Purpose {
                targets,
                trained: true,
                pullback: true,
            };
            made.extend(
                derive((object, methods, custom), method, types, purpose, errors)
                    .map(|d| (position, d)),
            );
        }
    }
    made
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
    names: &[Ident],
    types: &TypeScope,
    errors: &mut Errors,
) -> (bool, Vec<Target>) {
    if names.is_empty() {
        let targets = trained(object);
        if targets.is_empty() {
            errors.report(
                Code::GradientTarget,
                method.name(),
                format!("`#[grad]` on `{}` has nothing to differentiate by", method.name()),
                "mark fields with `#[train_var]`, or name fields or arguments: `#[grad(w, x)]`; of a function, `#[brain_jit(grad(x))]`",
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
    let result = returned(method, &types);
    let Some((dtype, rank)) = result.clone() else {
        let (what, help) = match purpose.pullback {
            true => (
                "the result of a `#[differentiable]` method",
                "return an array or scalar of a floating point type whose rank is visible",
            ),
            false => (
                "the result of a `#[grad]` method",
                "return a scalar, `f32` or `f64`, or a tuple whose first value is one",
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
    if rank != 0 && !purpose.pullback {
        errors.report(
            Code::GradientTarget,
            &method.signature.output,
            format!(
                "`#[grad]` is for methods that return a scalar, and `{}` returns an array",
                method.name()
            ),
            "reduce it, for instance with `bm::sum(..)` or `bm::mean(..)`",
        );
        return None;
    }
    let mut sweep = Sweep {
        object,
        methods,
        types,
        errors,
        environment: Environment::default(),
        actives: Vec::new(),
        steps: Vec::new(),
        out: Vec::new(),
        counter: 0,
        guarded: chooses(methods),
        replay: false,
        expected: None,
        annotated: None,
        draws: false,
        custom,
        inlining: vec![method.name().to_string()],
        children: BTreeMap::new(),
        gradients: BTreeMap::new(),
        adds: purpose.pullback,
        inherited: Vec::new(),
    };
    sweep.environment.scopes.push(Default::default());
    let leaves = sweep.leaves(method, &purpose);
    let body = control::without_returns(&method.body);
    let aux = sweep.forward(&body.stmts, &dtype, rank);
    let (value, others) = aux;
    let mut adjoints = Adjoints::default();
    if let Some(id) = value.active {
        let seed = match purpose.pullback {
            true => quote!(__seed),
            false => quote!(1.0),
        };
        adjoints.seed(id, seed);
    }
    let steps = std::mem::take(&mut sweep.steps);
    sweep.reverse(steps, &mut adjoints);
    let common = sweep.out.clone();
    let inline = sweep.inline(&leaves, &mut adjoints.clone());
    sweep.states(method);
    let inline = nested::Inline {
        statements: std::mem::replace(&mut sweep.out, common),
        gradients: inline,
        value: items::tail(&value, &others, &leaves, false),
    };
    sweep.finish(&leaves, &mut adjoints, &purpose);
    sweep.states(method);
    let failed = sweep.errors.len() > before;
    let statements = std::mem::take(&mut sweep.out);
    if failed {
        return None;
    }
    let tail = items::tail(&value, &others, &leaves, purpose.pullback);
    let tokens = quote!({ #(#statements)* #tail });
    if std::env::var_os("BRAIN_JIT_SHOW_GRADIENT").is_some() {
        eprintln!("{tokens}");
    }
    let block: syn::Block = match syn::parse2(tokens) {
        Ok(block) => block,
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
            return None;
        }
    };
    let method = items::method(
        object,
        method,
        &purpose.targets,
        block,
        purpose.pullback,
        result,
    );
    Some(Derived {
        method,
        targets: purpose.targets,
        trained: purpose.trained,
        pullback: purpose.pullback,
        inline,
    })
}

/// A value that the gradient is asked for.
struct Leaf {
    target: Target,
    active: Option<usize>,
}

impl Sweep<'_> {
    /// Declares the arguments, and makes what the gradient is asked for active.
    fn leaves(&mut self, method: &Method, purpose: &Purpose) -> Vec<Leaf> {
        for parameter in &method.parameters {
            let Pat::Ident(pattern) = &parameter.pattern else {
                continue;
            };
            let name = &pattern.ident;
            let known = self.type_of(&parameter.ty);
            let reference = matches!(&parameter.ty, Type::Reference(_));
            let scalar = known.as_ref().is_some_and(|(_, rank)| *rank == 0);
            let tokens = match reference && scalar {
                true => quote!((*#name)),
                false => quote!(#name),
            };
            let (dtype, rank) = known.map_or((None, 0), |(dtype, rank)| (Some(dtype), rank));
            let value = value::Value::constant(tokens, dtype, rank).stable();
            self.declare(&name.to_string(), value);
        }
        let mut leaves = Vec::new();
        for target in &purpose.targets {
            let name = &target.name;
            let Some((dtype, rank)) = target.ty.clone() else {
                self.children
                    .insert(name.to_string(), target.adjoint.clone());
                let adjoint = &target.adjoint;
                let child = self.object.and_then(|object| object.field(name));
                if let Some(FieldKind::Child {
                    object,
                    sequence: false,
                }) = child.map(|field| &field.kind)
                {
                    self.child_leaves(object, quote!(self.#name), quote!(#adjoint));
                }
                leaves.push(Leaf {
                    target: target.clone(),
                    active: None,
                });
                continue;
            };
            let (key, tokens) = match target.field {
                true => (format!("self.{name}"), quote!(self.#name)),
                false => {
                    let present = self
                        .get(&name.to_string())
                        .map(|value| value.tokens.clone());
                    (name.to_string(), present.unwrap_or_else(|| quote!(#name)))
                }
            };
            let value = self.activate(tokens, dtype, rank);
            if rank > 0
                && (target.field || !purpose.pullback)
                && let Some(id) = value.active
            {
                self.gradients.insert(id, target.adjoint.clone());
            }
            leaves.push(Leaf {
                target: target.clone(),
                active: value.active,
            });
            self.set(&key, value);
        }
        leaves
    }

    /// Makes the trained variables of a child active, which the parent may name itself.
    fn child_leaves(&mut self, child: &Object, place: TokenStream, gradients: TokenStream) {
        for field in &child.fields {
            let name = &field.name;
            let (place, gradients) = (quote!(#place.#name), quote!(#gradients.#name));
            match &field.kind {
                FieldKind::Variable { train: true } => {
                    let Some((dtype, rank)) =
                        known(&field.value).filter(|(dtype, _)| dtype.is_float())
                    else {
                        continue;
                    };
                    let key = value::text(&place);
                    let value = self.activate(place, dtype, rank);
                    self.inherited
                        .extend(value.active.map(|id| (id, gradients)));
                    self.set(&key, value);
                }
                FieldKind::Child {
                    object,
                    sequence: false,
                } => {
                    self.child_leaves(object, place, gradients);
                }
                _ => {}
            }
        }
    }

    /// The forward sweep: the value, and what is returned with it.
    fn forward(
        &mut self,
        statements: &[Stmt],
        dtype: &DType,
        rank: usize,
    ) -> (value::Value, Vec<TokenStream>) {
        let span = Span::mixed_site();
        let (first, tail) = match statements.split_last() {
            Some((Stmt::Expr(Expr::Tuple(tuple), None), first)) => (first, Some(tuple)),
            _ => (statements, None),
        };
        let (value, others) = match tail {
            Some(tuple) => {
                let all: Vec<Stmt> = first.to_vec();
                let unit: Stmt = syn::parse_quote!((););
                self.statements(&[all, vec![unit]].concat());
                let mut values = tuple
                    .elems
                    .iter()
                    .map(|expr| self.value(expr))
                    .collect::<Vec<_>>();
                let rest = values.split_off(values.len().min(1));
                let others = rest
                    .into_iter()
                    .map(|value| {
                        let value = self.settle(value, span);
                        let tokens = &value.tokens;
                        match value.rank {
                            0 => quote!(#tokens),
                            _ => quote!((#tokens).clone()),
                        }
                    })
                    .collect();
                (values.pop(), others)
            }
            None => (self.statements(first), Vec::new()),
        };
        let zero = || value::Value::constant(quote!(0.0), Some(dtype.clone()), rank);
        let mut value = value.unwrap_or_else(zero);
        value.dtype.get_or_insert_with(|| dtype.clone());
        (self.settle(value, span), others)
    }

    /// The gradients of the leaves as values, by the names of the parameters that would take them.
    fn inline(&mut self, leaves: &[Leaf], adjoints: &mut Adjoints) -> Vec<nested::Gradient> {
        self.inherit(adjoints);
        leaves
            .iter()
            .map(|leaf| {
                let name = &leaf.target.name;
                let accumulated = leaf.active.is_some_and(|id| {
                    adjoints.accumulators.contains_key(&id) && self.gradients.contains_key(&id)
                });
                let like = leaf.active.map(|id| self.actives[id].clone());
                let (start, total) = match (&leaf.target.ty, leaf.active) {
                    (Some((dtype, rank)), Some(id)) if !accumulated => {
                        let total = match adjoints.accumulators.get(&id) {
                            Some(name) => Some(quote!(#name)),
                            None => self.sum(adjoints, id),
                        };
                        let zero = || like.as_ref().map_or(quote!(0.0), sweep::zeros_like);
                        let element = dtype.tokens();
                        let total = total.unwrap_or_else(zero);
                        let total = match rank {
                            0 => quote!(: #element = #total),
                            _ => quote!(= #total),
                        };
                        (None, Some(total))
                    }
                    (Some(_), _) => (like.as_ref().map(sweep::zeros_like), None),
                    (None, _) => (
                        Some(quote!(::brain_jit::adjoint::Differentiable::gradients(&self.#name))),
                        None,
                    ),
                };
                nested::Gradient {
                    name: name.clone(),
                    parameter: leaf.target.adjoint.clone(),
                    child: leaf.target.ty.is_none(),
                    start,
                    total,
                }
            })
            .collect()
    }

    /// Adds to the gradients of children's variables that are named here.
    fn inherit(&mut self, adjoints: &mut Adjoints) {
        let span = Span::mixed_site();
        for (id, gradient) in self.inherited.clone() {
            let Some(total) = self.take(adjoints, id, span) else {
                continue;
            };
            let active = self.actives[id].clone();
            let total = self.held(total, &active, span);
            let total = match active.rank {
                0 => total,
                _ => quote!(&#total),
            };
            self.emit(quote!(#gradient += #total;));
        }
    }

    /// Writes the gradients of the leaves.
    fn finish(&mut self, leaves: &[Leaf], adjoints: &mut Adjoints, purpose: &Purpose) {
        self.inherit(adjoints);
        for leaf in leaves {
            let (Some(id), Some((_, rank))) = (leaf.active, &leaf.target.ty) else {
                continue;
            };
            let adjoint = &leaf.target.adjoint;
            if self.gradients.contains_key(&id) && adjoints.accumulators.contains_key(&id) {
                // Contributions went there at once.
                continue;
            }
            // Not under a name: a product is computed where it is to stand.
            let total = match adjoints.accumulators.get(&id) {
                Some(name) => Some(quote!(#name)),
                None => self.sum(adjoints, id),
            };
            let owned = purpose.pullback && !leaf.target.field;
            let like = self.actives[id].tokens.clone();
            let total = total.unwrap_or_else(|| quote!(0.0));
            match (owned, rank) {
                (true, 0) => self.emit(quote!(let #adjoint = #total;)),
                (true, _) => {
                    let (dtype, rank) = (self.actives[id].dtype.clone(), self.actives[id].rank);
                    let ty = value::owned(&dtype, rank);
                    let spread = sweep::spread(&total, &like);
                    self.emit(quote!(let #adjoint: #ty = #spread;));
                }
                (false, 0) if purpose.pullback => self.emit(quote!(*#adjoint += #total;)),
                (false, 0) => self.emit(quote!(*#adjoint = #total;)),
                (false, _) if purpose.pullback => self.emit(quote!(#adjoint[..] += &#total;)),
                (false, _) => self.emit(quote!(#adjoint[..] = #total;)),
            }
        }
    }

    /// Writes the variables that the method changes.
    fn states(&mut self, method: &Method) {
        let fields = self.environment.fields.clone();
        for (key, value) in &fields {
            let place: TokenStream = key.parse().unwrap_or_default();
            let tokens = &value.tokens;
            if value::text(tokens) == *key {
                continue;
            }
            match value.rank {
                0 => self.emit(quote!(*#place = #tokens;)),
                _ => self.emit(quote!(#place[..] = &#tokens;)),
            }
        }
        for parameter in &method.parameters {
            let (Pat::Ident(pattern), Type::Reference(reference)) =
                (&parameter.pattern, &parameter.ty)
            else {
                continue;
            };
            let name = &pattern.ident;
            let Some(value) = self.get(&name.to_string()).cloned() else {
                continue;
            };
            let tokens = &value.tokens;
            let text = value::text(tokens);
            let own = text == name.to_string() || text == format!("(*{name})");
            if reference.mutability.is_none() || own {
                continue;
            }
            match value.rank {
                0 => self.emit(quote!(*#name = #tokens;)),
                _ => self.emit(quote!(#name[..] = &#tokens;)),
            }
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
