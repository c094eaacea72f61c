//! `self.field` and `self.child.field`: which field, and the tokens that stand for it.

use super::Lowering;
use crate::check::catalogue::Code;
use crate::ir::graph::{Place, PlaceId};
use crate::ir::types::ValueType;
use crate::model::method::Receiver;
use crate::model::object::{Field, FieldKind, Object};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use syn::{Expr, Ident, Member};

/// How a method uses a field of its object.
#[derive(Clone, Copy, Default, Debug)]
pub struct Use {
    pub written: bool,
}

/// The fields a method uses, and their places.
#[derive(Default, Debug)]
pub struct Fields {
    pub uses: BTreeMap<String, Use>,
    places: HashMap<String, PlaceId>,
}

/// A field expression, resolved.
#[derive(Clone)]
pub struct FieldPath {
    /// As the user wrote it, `self.e.g`.
    pub name: String,
    pub tokens: TokenStream,
    pub value: ValueType,
    pub written: syn::Type,
    pub variable: bool,
    /// The field of `self` it starts at; none for a part of a local value.
    pub root: Option<String>,
    pub child: Option<Box<Object>>,
    /// The names that positions of children read.
    pub reads: BTreeSet<String>,
}

/// The identifier of a field's parameter: it cannot clash with a user's local of the same name.
pub fn parameter(name: &Ident) -> Ident {
    let mut parameter = name.clone();
    parameter.set_span(Span::mixed_site().located_at(name.span()));
    parameter
}

/// Whether a constant of this type is passed by value.
pub fn by_value(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => path.path.get_ident().is_some_and(|name| {
            matches!(
                name.to_string().as_str(),
                "f32"
                    | "f64"
                    | "i8"
                    | "i16"
                    | "i32"
                    | "i64"
                    | "i128"
                    | "isize"
                    | "u8"
                    | "u16"
                    | "u32"
                    | "u64"
                    | "u128"
                    | "usize"
                    | "bool"
                    | "char"
            )
        }),
        syn::Type::Reference(r) => {
            r.mutability.is_none()
                && matches!(&*r.elem, syn::Type::Path(p) if p.path.is_ident("str"))
                && r.lifetime.as_ref().is_some_and(|l| l.ident == "static")
        }
        _ => false,
    }
}

/// Whether the expression is `self`.
pub fn is_self(expr: &Expr) -> bool {
    match expr {
        Expr::Path(path) => path.path.is_ident("self"),
        Expr::Paren(p) => is_self(&p.expr),
        Expr::Group(g) => is_self(&g.expr),
        Expr::Reference(r) => is_self(&r.expr),
        Expr::Unary(u) => matches!(u.op, syn::UnOp::Deref(_)) && is_self(&u.expr),
        _ => false,
    }
}

impl Lowering<'_> {
    /// Resolves `self.f`, `self.child.f`, `self.children[i].f`.
    pub(crate) fn field(&mut self, expr: &Expr) -> Option<FieldPath> {
        match expr {
            Expr::Paren(p) => self.field(&p.expr),
            Expr::Group(g) => self.field(&g.expr),
            Expr::Field(access) => {
                let Member::Named(name) = &access.member else {
                    return self.part(expr);
                };
                if is_self(&access.base) {
                    return self.own_field(name);
                }
                let Some(base) = self.field(&access.base) else {
                    return self.part(expr);
                };
                let object = base.child?;
                let field = object.field(name)?;
                let tokens = &base.tokens;
                Some(FieldPath {
                    name: format!("{}.{name}", base.name),
                    tokens: quote!(#tokens.#name),
                    value: field.value.clone(),
                    written: field.written.clone(),
                    variable: field.is_variable(),
                    root: base.root,
                    child: child_of(field),
                    reads: base.reads,
                })
            }
            Expr::Index(index) => {
                let base = match &*index.expr {
                    Expr::Field(access) => self.field(&index.expr).zip(Some(access)),
                    _ => None,
                };
                let of_children = |access: &syn::ExprField| {
                    let Member::Named(name) = &access.member else {
                        return false;
                    };
                    let field = self.object.and_then(|object| object.field(name));
                    is_self(&access.base)
                        && field.is_some_and(|field| {
                            matches!(field.kind, FieldKind::Child { sequence: true, .. })
                        })
                };
                let Some((base, _)) = base.filter(|(_, access)| of_children(access)) else {
                    return self.part(expr);
                };
                let position = self.host_expr(&index.index);
                if !position.holes.is_empty() {
                    return None;
                }
                let reads = position.effects.reads;
                let (tokens, position) = (&base.tokens, &position.tokens);
                Some(FieldPath {
                    reads,
                    name: format!("{}[{position}]", base.name),
                    tokens: quote!(#tokens[#position]),
                    ..base
                })
            }
            _ => None,
        }
    }

    fn own_field(&mut self, name: &Ident) -> Option<FieldPath> {
        let field = self.object?.field(name)?.clone();
        self.fields.uses.entry(name.to_string()).or_default();
        let parameter = parameter(name);
        let value_parameter = matches!(field.kind, FieldKind::Constant | FieldKind::Static { .. })
            && by_value(&field.written);
        Some(FieldPath {
            name: format!("self.{name}"),
            tokens: if value_parameter {
                quote!(#parameter)
            } else {
                quote_spanned!(parameter.span()=> (*#parameter))
            },
            value: field.value.clone(),
            written: field.written.clone(),
            variable: field.is_variable(),
            root: Some(name.to_string()),
            child: child_of(&field),
            reads: BTreeSet::new(),
        })
    }

    /// The place of an array field.
    pub(crate) fn field_place(&mut self, path: &FieldPath) -> Option<PlaceId> {
        let ValueType::Array(ty) = &path.value else {
            return None;
        };
        let versions: Vec<String> = path
            .reads
            .iter()
            .map(|name| self.scopes.version(name))
            .collect();
        let key = format!("{} {} {}", path.name, path.tokens, versions.join(" "));
        if let Some(place) = self.fields.places.get(&key) {
            return Some(*place);
        }
        let place = self.graph.add_place(Place {
            name: path.name.clone(),
            tokens: path.tokens.clone(),
            ty: ty.clone(),
            writable: path.variable
                && (path.root.is_none() || self.receiver == Some(Receiver::Exclusive)),
            donated: false,
            summed: false,
            origin: None,
            at_entry: path.root.is_some() && !path.name.contains('['),
            reads: path.reads.clone(),
            version: 0,
            writes: 0,
        });
        self.fields.places.insert(key, place);
        Some(place)
    }

    /// The field (or its root) is written.
    pub(crate) fn mark_written(&mut self, root: &str) {
        if self.receiver == Some(Receiver::Exclusive) {
            self.fields
                .uses
                .entry(root.to_string())
                .or_default()
                .written = true;
        }
    }

    /// Reports the use of a borrow after its place was written.
    pub(crate) fn check_borrow(&mut self, name: &Ident, places: &[(PlaceId, usize)]) {
        for (place, writes) in places {
            if self.graph.place(*place).writes == *writes {
                continue;
            }
            let variable = self.graph.place(*place).name.clone();
            self.errors.report(
                Code::BorrowedWhileWritten,
                name,
                format!("`{name}` borrows `{variable}`, which was written in between"),
                format!("for the old values write `let {name} = {variable}.clone();`, for the new ones use `{variable}` here"),
            );
        }
    }
}

fn child_of(field: &Field) -> Option<Box<Object>> {
    match &field.kind {
        FieldKind::Child { object, .. } => Some(object.clone()),
        _ => None,
    }
}
