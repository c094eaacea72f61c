//! What is written of the types of host values: arrays in lists, tuples and `Option`s are arrays where a pattern or an index takes
//! them out.

use super::Lowering;
use super::field::FieldPath;
use super::scope::Local;
use crate::ir::types::{ArrayType, Container, DType, Rank, ValueType};
use crate::model::object::{FieldKind, Object};
use quote::quote;
use std::collections::BTreeSet;
use syn::{Expr, ExprMethodCall, Member, Pat, RangeLimits, Type, parse_quote};

impl Lowering<'_> {
    /// Declares what `pattern` binds of a value that has the written type `ty`.
    pub(crate) fn declare_written(&mut self, pattern: &Pat, ty: Option<&Type>) {
        let Some(ty) = ty else {
            return self.scopes.declare_pattern(pattern);
        };
        let (inner, reference) = dereferenced(ty);
        match pattern {
            Pat::Ident(name) if name.subpat.is_none() => {
                let ty = match (&name.by_ref, &name.mutability) {
                    (Some(_), Some(_)) => parse_quote!(&mut #ty),
                    (Some(_), None) => parse_quote!(&#ty),
                    _ => ty.clone(),
                };
                self.declare_part(pattern, &ty);
            }
            Pat::Type(typed) => self.declare_written(&typed.pat, Some(&typed.ty)),
            Pat::Paren(paren) => self.declare_written(&paren.pat, Some(ty)),
            Pat::Guard(guarded) => self.declare_written(&guarded.pat, Some(ty)),
            Pat::Reference(pattern) => {
                self.declare_written(&pattern.pat, reference.is_some().then_some(inner))
            }
            Pat::Tuple(tuple) => {
                let Type::Tuple(types) = inner else {
                    return self.scopes.declare_pattern(pattern);
                };
                if types.elems.len() != tuple.elems.len() {
                    return self.scopes.declare_pattern(pattern);
                }
                for (pattern, ty) in tuple.elems.iter().zip(&types.elems) {
                    self.declare_written(pattern, Some(&like(ty, reference)));
                }
            }
            Pat::TupleStruct(case) if case.elems.len() == 1 => {
                let case_name = case.path.segments.last().map(|last| last.ident.to_string());
                let held = match case_name.as_deref() {
                    Some("Some") => held(inner, "Option", 0),
                    Some("Ok") => held(inner, "Result", 0),
                    Some("Err") => held(inner, "Result", 1),
                    _ => None,
                };
                let held = held.map(|ty| like(ty, reference));
                self.declare_written(&case.elems[0], held.as_ref());
            }
            Pat::Slice(list) => {
                let element = element(inner).map(|ty| like(ty, reference));
                for pattern in &list.elems {
                    match pattern {
                        Pat::Rest(_) => {}
                        Pat::Ident(name) if name.subpat.is_some() => {
                            self.scopes.declare_pattern(pattern)
                        }
                        pattern => self.declare_written(pattern, element.as_ref()),
                    }
                }
            }
            _ => self.scopes.declare_pattern(pattern),
        }
    }

    /// Declares a name of an array, or of what may hold some; the type of anything else is rustc's to find.
    fn declare_part(&mut self, pattern: &Pat, ty: &Type) {
        let value = self.types.recognise(ty);
        if !matches!(value, ValueType::Array(_) | ValueType::Other) {
            return self.scopes.declare_pattern(pattern);
        }
        self.declare_parameter(pattern, ty);
        for name in super::scope::bound_names(pattern) {
            self.scopes.bump(&name);
            if let Some(Local::Place(place)) = self.scopes.get(&name) {
                let place = &mut self.graph.places[place.0];
                (place.at_entry, place.donated) = (false, false);
            }
        }
    }

    /// The written type of a host expression, as far as it is known.
    pub(crate) fn written_type(&mut self, expr: &Expr) -> Option<Type> {
        match expr {
            Expr::Paren(e) => self.written_type(&e.expr),
            Expr::Group(e) => self.written_type(&e.expr),
            Expr::Reference(e) => {
                let ty = self.written_type(&e.expr)?;
                Some(match e.mutability {
                    Some(_) => parse_quote!(&mut #ty),
                    None => parse_quote!(&#ty),
                })
            }
            Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => {
                match self.written_type(&e.expr)? {
                    Type::Reference(reference) => Some(*reference.elem),
                    _ => None,
                }
            }
            Expr::Path(path) => match self.scopes.get(&path.path.get_ident()?.to_string())? {
                Local::Written { ty, .. } => Some(ty.clone()),
                _ => None,
            },
            Expr::Field(access) => match &access.member {
                Member::Named(_) if super::field::is_self(&access.base) => {
                    self.field(expr).map(|path| path.written)
                }
                Member::Named(name) => match self.written_type(&access.base) {
                    Some(ty) if self.object_of(&ty).is_some() => {
                        Some(self.object_of(&ty)?.field(name)?.written.clone())
                    }
                    _ => {
                        let base = self.field(&access.base)?;
                        Some(base.child?.field(name)?.written.clone())
                    }
                },
                Member::Unnamed(position) => {
                    let ty = self.written_type(&access.base)?;
                    match dereferenced(&ty).0 {
                        Type::Tuple(types) => types.elems.get(position.index as usize).cloned(),
                        _ => None,
                    }
                }
            },
            Expr::Index(index) => {
                let ty = self.written_type(&index.expr)?;
                let element = element(dereferenced(&ty).0)?.clone();
                Some(match &*index.index {
                    Expr::Range(_) => parse_quote!([#element]),
                    _ => element,
                })
            }
            Expr::MethodCall(call) => self.written_type_of_call(call),
            Expr::Range(range) => match (&range.start, &range.end, &range.limits) {
                (Some(_), Some(_), RangeLimits::HalfOpen(_)) => Some(parse_quote!(Range<_>)),
                (Some(_), Some(_), RangeLimits::Closed(_)) => Some(parse_quote!(RangeInclusive<_>)),
                (Some(_), None, _) => Some(parse_quote!(RangeFrom<_>)),
                (None, Some(_), RangeLimits::HalfOpen(_)) => Some(parse_quote!(RangeTo<_>)),
                _ => None,
            },
            _ => None,
        }
    }

    fn written_type_of_call(&mut self, call: &ExprMethodCall) -> Option<Type> {
        let ty = self.written_type(&call.receiver)?;
        let (inner, reference) = dereferenced(&ty);
        let shared = |ty: &Type| -> Type { parse_quote!(&#ty) };
        let exclusive = |ty: &Type| -> Type { parse_quote!(&mut #ty) };
        let option = |ty: Type| -> Type { parse_quote!(Option<#ty>) };
        match call.method.to_string().as_str() {
            "as_ref" => Some(option(shared(held(inner, "Option", 0)?))),
            "as_mut" => Some(option(exclusive(held(inner, "Option", 0)?))),
            "take" | "clone" | "cloned" | "copied" => {
                held(inner, "Option", 0)?;
                Some(inner.clone())
            }
            "unwrap" | "expect" | "unwrap_or_else" | "unwrap_or" | "unwrap_or_default" => {
                let held = held(inner, "Option", 0).or_else(|| held(inner, "Result", 0));
                held.map(|ty| like(ty, reference))
            }
            "first" | "last" | "get" => Some(option(shared(element(inner)?))),
            "first_mut" | "last_mut" | "get_mut" => Some(option(exclusive(element(inner)?))),
            "as_slice" | "as_mut_slice" => Some(ty),
            _ => None,
        }
    }

    /// The type that a loop over a range counts in, as far as its ends tell.
    pub(crate) fn counted(&mut self, expr: &Expr) -> Option<DType> {
        match expr {
            Expr::Paren(e) => self.counted(&e.expr),
            Expr::Range(range) => {
                let mut ends = range.start.iter().chain(&range.end);
                ends.find_map(|end| self.scalar_type(end))
            }
            Expr::MethodCall(call) if call.method == "rev" || call.method == "step_by" => {
                self.counted(&call.receiver)
            }
            _ => None,
        }
    }

    /// The written type of what a loop over the expression binds.
    pub(crate) fn item_type(&mut self, expr: &Expr) -> Option<Type> {
        match expr {
            Expr::Paren(e) => return self.item_type(&e.expr),
            Expr::Group(e) => return self.item_type(&e.expr),
            _ => {}
        }
        if let Some(ty) = self.written_type(expr) {
            let (inner, reference) = dereferenced(&ty);
            return element(inner).map(|ty| like(ty, reference));
        }
        let Expr::MethodCall(call) = expr else {
            return None;
        };
        let item = |lowering: &mut Self| lowering.item_type(&call.receiver);
        match call.method.to_string().as_str() {
            "iter" | "iter_mut" | "into_iter" => {
                let ty = self.written_type(&call.receiver)?;
                let (inner, reference) = dereferenced(&ty);
                let element = element(inner)?;
                Some(match call.method.to_string().as_str() {
                    "iter" => parse_quote!(&#element),
                    "iter_mut" => parse_quote!(&mut #element),
                    _ => like(element, reference),
                })
            }
            "enumerate" => {
                let item = item(self)?;
                Some(parse_quote!((_, #item)))
            }
            "zip" => {
                let first = item(self);
                let second = self.item_type(call.args.first()?);
                let part = |ty: Option<Type>| ty.unwrap_or_else(|| parse_quote!(_));
                (first.is_some() || second.is_some()).then(|| {
                    let (first, second) = (part(first), part(second));
                    parse_quote!((#first, #second))
                })
            }
            "rev" | "skip" | "take" | "step_by" | "chain" | "cycle" => item(self),
            "rows" | "outer_iter" | "axis_iter" | "columns" | "rows_mut" | "outer_iter_mut"
            | "axis_iter_mut" | "columns_mut" => self.lane_type(call),
            _ => None,
        }
    }

    /// What ndarray's iterators over the rows of an array give.
    fn lane_type(&mut self, call: &ExprMethodCall) -> Option<Type> {
        let place = self.place(&call.receiver)?;
        let ArrayType { dtype, rank, .. } = self.graph.place(place).ty.clone();
        let Rank::Static(rank) = rank else {
            return None;
        };
        let method = call.method.to_string();
        let rank = match method.contains("iter") {
            true => rank.checked_sub(1)?,
            false => 1,
        };
        let kind = match method.ends_with("_mut") {
            true => "ArrayViewMut",
            false => "ArrayView",
        };
        let (name, dtype) = (quote::format_ident!("{kind}{rank}"), dtype.tokens());
        Some(parse_quote!(#name<#dtype>))
    }

    /// The fields of an object of this type: of one like `self`, or of a child's type.
    fn object_of(&self, ty: &Type) -> Option<&Object> {
        fn child<'a>(object: &'a Object, spelled: &str) -> Option<&'a Object> {
            object.fields.iter().find_map(|field| match &field.kind {
                FieldKind::Child { object, .. } => {
                    let ty = element(&field.written).unwrap_or(&field.written);
                    let same = quote!(#ty).to_string() == spelled;
                    same.then_some(&**object).or_else(|| child(object, spelled))
                }
                _ => None,
            })
        }
        let (inner, _) = dereferenced(ty);
        let (own, spelled) = (self.object?, quote!(#inner).to_string());
        let own_type = &own.ty;
        match spelled == "Self" || spelled == quote!(#own_type).to_string() {
            true => Some(own),
            false => child(own, &spelled),
        }
    }

    /// The field of a local object.
    fn field_of_local(&mut self, access: &syn::ExprField) -> Option<bool> {
        let Member::Named(name) = &access.member else {
            return Some(true);
        };
        let ty = self.written_type(&access.base)?;
        Some(self.object_of(&ty)?.field(name)?.is_variable())
    }

    /// `xs[i]` of a list of arrays and `pair.0` of a tuple with one: a place.
    pub(crate) fn part(&mut self, expr: &Expr) -> Option<FieldPath> {
        let (base, position) = match expr {
            Expr::Index(index) => (&*index.expr, Some(&*index.index)),
            Expr::Field(access) => (&*access.base, None),
            _ => return None,
        };
        let changes = match expr {
            Expr::Field(access) => self.field_of_local(access)?,
            _ => true,
        };
        let ty = self.written_type(expr)?;
        let value = self.types.recognise(&ty);
        // A list of lists of numbers is host code's.
        if !matches!(&value, ValueType::Array(array) if array.container != Container::Slice) {
            return None;
        }
        let whole = match base {
            Expr::Path(path) => {
                let name = path.path.get_ident()?;
                let Local::Written { writable, .. } = self.scopes.get(&name.to_string())? else {
                    return None;
                };
                FieldPath {
                    name: name.to_string(),
                    tokens: quote!(#name),
                    value: ValueType::Other,
                    written: ty.clone(),
                    variable: *writable || quote!(#ty).to_string().starts_with("& mut"),
                    root: None,
                    child: None,
                    reads: BTreeSet::from([name.to_string()]),
                }
            }
            _ => self.field(base)?,
        };
        let (tokens, name) = (&whole.tokens, &whole.name);
        let mut reads = whole.reads.clone();
        let (name, tokens) = match (position, expr) {
            (Some(position), _) => {
                let position = self.host_expr(position);
                if !position.holes.is_empty() || !position.effects.pure {
                    return None;
                }
                reads.extend(position.effects.reads);
                let position = position.tokens;
                (format!("{name}[{position}]"), quote!(#tokens[#position]))
            }
            (None, Expr::Field(access)) => {
                let member = &access.member;
                (
                    format!("{name}.{}", quote!(#member)),
                    quote!(#tokens.#member),
                )
            }
            _ => return None,
        };
        Some(FieldPath {
            name,
            tokens,
            value,
            written: ty,
            reads,
            variable: whole.variable && changes,
            ..whole
        })
    }
}

/// The type without its references, and the outermost of them.
fn dereferenced(ty: &Type) -> (&Type, Option<&syn::TypeReference>) {
    match ty {
        Type::Reference(reference) => (dereferenced(&reference.elem).0, Some(reference)),
        Type::Paren(paren) => dereferenced(&paren.elem),
        Type::Group(group) => dereferenced(&group.elem),
        other => (other, None),
    }
}

/// A part of what `reference` names, by reference as well.
fn like(ty: &Type, reference: Option<&syn::TypeReference>) -> Type {
    match reference {
        Some(reference) if reference.mutability.is_some() => parse_quote!(&mut #ty),
        Some(_) => parse_quote!(&#ty),
        None => ty.clone(),
    }
}

/// The element type of a `Vec`, a slice or a Rust array.
fn element(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Slice(list) => Some(&list.elem),
        Type::Array(list) => Some(&list.elem),
        ty => held(ty, "Vec", 0),
    }
}

/// The argument at `position` of the generic type called `name`.
fn held<'a>(ty: &'a Type, name: &str, position: usize) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.get(position)? {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
