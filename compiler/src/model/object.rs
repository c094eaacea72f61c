//! What the derive told us of a struct: its fields by kind.

use crate::ir::types::ValueType;
use crate::object::payload::Payload;
use crate::object::substitute::substitute;
use proc_macro2::TokenStream;
use syn::{Generics, Ident, ItemImpl, Type};

/// A struct with `#[derive(BrainObject)]`.
#[derive(Clone)]
pub struct Object {
    pub name: Ident,
    /// The generics that are in scope: the struct's, or those of the impl block.
    pub generics: Generics,
    /// The type as it is named where `generics` are in scope.
    pub ty: Type,
    pub fields: Vec<Field>,
    /// The derive has reported errors: emit signatures with diverging bodies and report nothing.
    pub invalid: bool,
    /// Of another crate than the code at hand.
    pub foreign: bool,
}

/// One field of an [`Object`].
#[derive(Clone)]
pub struct Field {
    pub name: Ident,
    /// As written, generic arguments of a child substituted.
    pub written: Type,
    pub kind: FieldKind,
    pub value: ValueType,
}

/// What a field is to the compiled methods.
#[derive(Clone)]
pub enum FieldKind {
    /// `#[variable]`, or `#[train_var]` when `train`.
    Variable { train: bool },
    /// `#[child]`; `sequence` for a `Vec` (or array) of children.
    Child { object: Box<Object>, sequence: bool },
    /// `#[static_arg(values(..))]` with its allowed values.
    Static { values: Vec<syn::Expr> },
    /// Everything else.
    Constant,
}

impl Object {
    /// Reads what the companion macro hands over.
    pub fn parse_payload(payload: TokenStream) -> syn::Result<Object> {
        syn::parse2::<Payload>(payload).map(Payload::resolve)
    }

    /// The same in the terms of an impl block, which may fix or rename the struct's generics.
    pub fn parse_for(payload: TokenStream, block: &ItemImpl) -> syn::Result<Object> {
        let payload = syn::parse2::<Payload>(payload)?;
        let payload = match &*block.self_ty {
            Type::Path(path) => Payload {
                generics: block.generics.clone(),
                ..substitute(payload, path)
            },
            _ => payload,
        };
        Ok(Object {
            ty: (*block.self_ty).clone(),
            ..payload.resolve()
        })
    }

    pub fn field(&self, name: &Ident) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == *name)
    }

    /// The names of the variables, for messages.
    pub fn variable_names(&self) -> Vec<String> {
        self.fields
            .iter()
            .filter(|f| f.is_variable())
            .map(|f| f.name.to_string())
            .collect()
    }
}

impl Field {
    pub fn is_variable(&self) -> bool {
        matches!(self.kind, FieldKind::Variable { .. })
    }

    pub fn is_child(&self) -> bool {
        matches!(self.kind, FieldKind::Child { .. })
    }
}
