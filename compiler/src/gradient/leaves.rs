//! Where the sweeps begin and end: the arguments and what the gradient is asked for, the gradients and the state.

use super::reverse::Adjoints;
use super::sweep::{self, Sweep, known};
use super::value::{self, Value};
use super::{Purpose, Target, nested};
use crate::ir::types::DType;
use crate::model::method::Method;
use crate::model::object::{FieldKind, Object};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Pat, Stmt, Type};

/// A value that the gradient is asked for.
pub(super) struct Leaf {
    pub target: Target,
    pub active: Option<usize>,
}

impl Sweep<'_> {
    /// Declares the arguments, and makes what the gradient is asked for active.
    pub(super) fn leaves(&mut self, method: &Method, purpose: &Purpose) -> Vec<Leaf> {
        for parameter in &method.parameters {
            let Pat::Ident(pattern) = &parameter.pattern else {
                continue;
            };
            let name = &pattern.ident;
            if self.tangents.is_none()
                && is_random_state(&parameter.ty)
                && super::writes::in_a_loop(&method.body, name)
            {
                self.refuse(
                    name,
                    format!("a loop draws from the parameter `{name}`: the reverse sweep could not draw the same numbers again"),
                    "make the random state a `#[variable]` of the model, or draw before the loop",
                );
            }
            let known = self.type_of(&parameter.ty);
            let reference = matches!(&parameter.ty, Type::Reference(_));
            let scalar = known.as_ref().is_some_and(|(_, rank)| *rank == 0);
            let tokens = match reference && scalar {
                true => quote!((*#name)),
                false => quote!(#name),
            };
            let (dtype, rank) = known.map_or((None, 0), |(dtype, rank)| (Some(dtype), rank));
            let value = Value::constant(tokens, dtype, rank).stable();
            self.declare(&name.to_string(), value);
        }
        let mut leaves = Vec::new();
        for target in &purpose.targets {
            let name = &target.name;
            let Some((dtype, rank)) = target.ty.clone() else {
                let child = self.object.and_then(|object| object.field(name));
                if child.is_some_and(|field| trains(&field.kind)) {
                    self.children
                        .insert(name.to_string(), target.adjoint.clone());
                }
                let adjoint = &target.adjoint;
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
    pub(super) fn forward(
        &mut self,
        statements: &[Stmt],
        dtype: &DType,
        rank: usize,
    ) -> (Value, Vec<Value>) {
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
                    .map(|value| self.settle(value, span))
                    .collect();
                (values.pop(), others)
            }
            None => (self.statements(first), Vec::new()),
        };
        let zero = || Value::constant(quote!(0.0), Some(dtype.clone()), rank);
        let mut value = value.unwrap_or_else(zero);
        value.dtype.get_or_insert_with(|| dtype.clone());
        (self.settle(value, span), others)
    }

    /// The gradients of the leaves as values, by the names of the parameters that would take them.
    pub(super) fn inline(
        &mut self,
        leaves: &[Leaf],
        adjoints: &mut Adjoints,
    ) -> Vec<nested::Gradient> {
        self.inherit(adjoints);
        leaves
            .iter()
            .map(|leaf| {
                let name = &leaf.target.name;
                let accumulated = leaf.active.is_some_and(|id| {
                    adjoints.accumulators.contains_key(&id) && self.gradients.contains_key(&id)
                });
                let like = leaf.active.map(|id| self.actives[id].clone());
                if let Some(id) = leaf.active
                    && self.longer(id)
                    && adjoints.awaits(id)
                {
                    self.collect(adjoints, id, Span::mixed_site());
                }
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
            let total = self.held(total, id, span);
            let total = match self.actives[id].rank {
                0 => total,
                _ => quote!(&#total),
            };
            self.emit(quote!(#gradient += #total;));
        }
    }

    /// Writes the gradients of the leaves.
    pub(super) fn finish(&mut self, leaves: &[Leaf], adjoints: &mut Adjoints, purpose: &Purpose) {
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
            if self.longer(id) && !self.again && !purpose.pullback && adjoints.awaits(id) {
                self.write_gradient(adjoints, id, adjoint);
                continue;
            }
            // Not under a name: a product is computed where it is to stand.
            let total = match adjoints.accumulators.get(&id) {
                Some(name) => Some(quote!(#name)),
                None => self.sum(adjoints, id),
            };
            let owned = purpose.pullback && !leaf.target.field;
            let like = self.actives[id].tokens.clone();
            if total.is_none() && purpose.pullback && leaf.target.field {
                // Nothing to add.
                continue;
            }
            let total = total.unwrap_or_else(|| quote!(0.0));
            match (owned, rank) {
                (true, 0) => self.emit(quote!(let #adjoint = #total;)),
                (true, _) => {
                    let (dtype, rank) = (self.actives[id].dtype.clone(), self.actives[id].rank);
                    let ty = value::owned(&dtype, rank);
                    let spread = sweep::spread(&total, &like);
                    if !self.longer(id) {
                        self.emit(quote!(let #adjoint: #ty = #spread;));
                        continue;
                    }
                    let whole = self.fresh("g", Span::mixed_site());
                    self.emit(quote!(let #whole: #ty = #spread;));
                    self.emit(
                        quote!(let #adjoint: #ty = ::brain_jit::adjoint::fitted(#whole, &*#like);),
                    );
                }
                (false, 0) if purpose.pullback => self.emit(quote!(*#adjoint += #total;)),
                (false, 0) => self.emit(quote!(*#adjoint = #total;)),
                (false, _) if purpose.pullback && self.longer(id) => {
                    self.add_to(adjoint, id, total)
                }
                (false, _) if purpose.pullback => self.emit(quote!(#adjoint[..] += &#total;)),
                (false, _) => self.emit(quote!(#adjoint[..] = #total;)),
            }
        }
    }

    /// The sweeps read fields where they stand: what a host statement changes must not be read elsewhere.
    pub(super) fn refuse_touched(&mut self) {
        let code: String = self.out.iter().map(value::text).collect();
        for (root, statement) in std::mem::take(&mut self.touched) {
            let named = |text: &str| {
                let places = text.match_indices(&root);
                places
                    .filter(|(at, _)| {
                        let next = text[at + root.len()..].chars().next();
                        !next.is_some_and(|c| c.is_alphanumeric() || c == '_')
                    })
                    .count()
            };
            if root.starts_with("self.") && named(&code) > named(&value::text(&statement)) {
                self.refuse(
                    &statement,
                    format!("the gradient cannot follow how this statement changes `{root}`, which is read elsewhere in the method"),
                    "keep what changes in variables of this object, written by assignments",
                );
            }
        }
    }

    /// What the method leaves in the fields and `&mut` arguments that it changes, by their text.
    fn changed(&self, method: &Method) -> Vec<(String, Value)> {
        let fields = self.environment.fields.iter();
        let mut changed: Vec<(String, Value)> = fields
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        for parameter in &method.parameters {
            if let (Pat::Ident(pattern), Type::Reference(reference)) =
                (&parameter.pattern, &parameter.ty)
                && reference.mutability.is_some()
                && let Some(value) = self.get(&pattern.ident.to_string())
            {
                changed.push((pattern.ident.to_string(), value.clone()));
            }
        }
        changed.retain(|(key, value)| place(value) != *key);
        changed
    }

    /// A value that the method gives, under a name of its own if it is what a place held before the method writes to it.
    pub(super) fn saved(&mut self, value: Value, method: &Method) -> Value {
        let named = place(&value);
        if !self.changed(method).iter().any(|(key, _)| *key == named) {
            return value;
        }
        let (name, tokens) = (self.fresh("kept", Span::mixed_site()), &value.tokens);
        match value.rank {
            0 => self.emit(quote!(let #name = #tokens;)),
            _ => self.emit(quote!(let #name = (#tokens).clone();)),
        }
        Value {
            tokens: quote!(#name),
            ..value
        }
    }

    /// Writes the variables that the method changes.
    pub(super) fn states(&mut self, method: &Method) {
        let changed: Vec<(TokenStream, Value)> = self
            .changed(method)
            .into_iter()
            .map(|(key, value)| (key.parse().unwrap_or_default(), self.saved(value, method)))
            .collect();
        for (place, Value { tokens, rank, .. }) in changed {
            match rank {
                0 => self.emit(quote!(*#place = #tokens;)),
                _ => self.emit(quote!(#place[..] = &#tokens;)),
            }
        }
    }
}

/// The text of the place that a value names, if it names one.
fn place(value: &Value) -> String {
    let text = value::text(&value.tokens);
    let inner = text
        .strip_prefix("(*")
        .and_then(|text| text.strip_suffix(')'));
    inner.unwrap_or(&text).to_string()
}

/// Whether a field is a child with trained variables, its own or its children's.
fn trains(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Child { object, .. } => object.fields.iter().any(|field| {
            matches!(field.kind, FieldKind::Variable { train: true }) || trains(&field.kind)
        }),
        _ => false,
    }
}

fn is_random_state(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_random_state(&reference.elem),
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "RandomState"),
        _ => false,
    }
}
