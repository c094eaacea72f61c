//! The payload: a struct's description as tokens, as it travels between macro calls.
//!
//! ```text
//! struct Net<T: Real> {
//!     variable v: Array1<T>,
//!     train_var(f32, 2) w: Weights,
//!     child e: Vec<Exp<T>> = struct Exp { variable g: Array1<T>, constant tau: f32, },
//!     static_arg(Mode::A, Mode::B) mode: Mode,
//!     constant dt: f32,
//! }
//! ```
//!
//! A `child` without `= …` is one whose companion has not been asked yet. `invalid struct …` is one whose errors the
//! derive has reported. `from "…" struct …` says which crate the struct is of.

use crate::ir::types::{ArrayType, DType, Rank, ValueType};
use crate::model::object::{Field, FieldKind, Object};
use crate::syntax::types::TypeScope;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Expr, Generics, Ident, LitInt, LitStr, Result, Token, Type, braced, parenthesized, token,
};

mod keyword {
    syn::custom_keyword!(invalid);
    syn::custom_keyword!(from);
}

#[derive(Clone)]
pub struct Payload {
    pub invalid: bool,
    /// The struct's crate, if the derive said it.
    pub origin: Option<LitStr>,
    pub name: Ident,
    pub generics: Generics,
    pub fields: Vec<PayloadField>,
}

#[derive(Clone)]
pub struct PayloadField {
    pub name: Ident,
    pub written: Type,
    pub kind: PayloadKind,
}

#[derive(Clone)]
pub enum PayloadKind {
    Variable {
        train: bool,
        described: Option<Described>,
    },
    Child(Option<Box<Payload>>),
    Static(Vec<Expr>),
    Constant,
}

/// `variable(dtype = f32, rank = 1)`: what a type alias hides; without a rank it is a scalar.
#[derive(Clone)]
pub struct Described {
    pub dtype: Ident,
    pub rank: Option<LitInt>,
}

impl Parse for Payload {
    fn parse(input: ParseStream) -> Result<Self> {
        let origin = match input.parse::<Option<keyword::from>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        let invalid = input.parse::<Option<keyword::invalid>>()?.is_some();
        input.parse::<Token![struct]>()?;
        let name = input.parse().map(seen_from_here)?;
        let mut generics: Generics = input.parse()?;
        generics.where_clause = input.parse()?;
        let content;
        braced!(content in input);
        let fields = Punctuated::<PayloadField, Token![,]>::parse_terminated(&content)?;
        Ok(Payload {
            invalid,
            origin,
            name,
            generics,
            fields: fields.into_iter().collect(),
        })
    }
}

impl Parse for PayloadField {
    fn parse(input: ParseStream) -> Result<Self> {
        let role: Ident = input.parse()?;
        let options = match input.peek(token::Paren) {
            true => {
                let content;
                parenthesized!(content in input);
                content.parse()?
            }
            false => TokenStream::new(),
        };
        let name = input.parse().map(seen_from_here)?;
        input.parse::<Token![:]>()?;
        let written = input.parse()?;
        let kind = match role.to_string().as_str() {
            "constant" => PayloadKind::Constant,
            "child" => PayloadKind::Child(match input.parse::<Option<Token![=]>>()? {
                Some(_) => Some(Box::new(input.parse()?)),
                None => None,
            }),
            "static_arg" => {
                let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
                let values = syn::parse::Parser::parse2(parser, options)?;
                PayloadKind::Static(values.into_iter().collect())
            }
            other => PayloadKind::Variable {
                train: other == "train_var",
                described: match options.is_empty() {
                    true => None,
                    false => Some(syn::parse2(options)?),
                },
            },
        };
        Ok(PayloadField {
            name,
            written,
            kind,
        })
    }
}

/// Keeps the place of a name, but lets it mean what it means in the macro call that reads the payload: the companion's
/// hygiene must not keep a generated local `v` apart from another.
fn seen_from_here(mut name: Ident) -> Ident {
    name.set_span(name.span().resolved_at(Span::call_site()));
    name
}

impl Parse for Described {
    fn parse(input: ParseStream) -> Result<Self> {
        let dtype = input.parse()?;
        let comma = input.parse::<Option<Token![,]>>()?;
        Ok(Described {
            dtype,
            rank: comma.map(|_| input.parse()).transpose()?,
        })
    }
}

impl ToTokens for Payload {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Payload {
            invalid,
            origin,
            name,
            generics,
            fields,
        } = self;
        let invalid = invalid.then(|| quote!(invalid));
        let origin = origin.as_ref().map(|origin| quote!(from #origin));
        let where_clause = &generics.where_clause;
        tokens
            .extend(quote!(#origin #invalid struct #name #generics #where_clause { #(#fields,)* }));
    }
}

impl ToTokens for PayloadField {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (name, written) = (&self.name, &self.written);
        tokens.extend(match &self.kind {
            PayloadKind::Variable { train, described } => {
                let role = Ident::new(
                    if *train { "train_var" } else { "variable" },
                    Span::call_site(),
                );
                let described = described.as_ref().map(|Described { dtype, rank }| {
                    let rank = rank.as_ref().map(|rank| quote!(, #rank));
                    quote!((#dtype #rank))
                });
                quote!(#role #described #name: #written)
            }
            PayloadKind::Child(payload) => {
                let payload = payload.as_ref().map(|payload| quote!(= #payload));
                quote!(child #name: #written #payload)
            }
            PayloadKind::Static(values) => quote!(static_arg(#(#values),*) #name: #written),
            PayloadKind::Constant => quote!(constant #name: #written),
        });
    }
}

impl Payload {
    /// The object that this payload describes, types recognised.
    pub fn resolve(self) -> Object {
        let scope = TypeScope::new([&self.generics]);
        self.resolve_in(&scope)
    }

    fn resolve_in(self, scope: &TypeScope) -> Object {
        let fields = self.fields.into_iter().map(|f| f.resolve_in(scope));
        let (name, (_, with, _)) = (&self.name, self.generics.split_for_impl());
        Object {
            ty: syn::parse_quote!(#name #with),
            fields: fields.collect(),
            name: self.name,
            generics: self.generics,
            invalid: self.invalid,
            foreign: self
                .origin
                .is_some_and(|origin| origin.value() != super::companion::origin()),
        }
    }
}

impl PayloadField {
    fn resolve_in(self, scope: &TypeScope) -> Field {
        let value = match &self.kind {
            PayloadKind::Child(_) => ValueType::Other,
            PayloadKind::Variable {
                described: Some(described),
                ..
            } => described.value(scope),
            _ => scope.recognise(&self.written),
        };
        let kind = match self.kind {
            PayloadKind::Variable { train, .. } => FieldKind::Variable { train },
            PayloadKind::Child(Some(payload)) => FieldKind::Child {
                sequence: child_type(&self.written).is_some_and(|(_, sequence)| sequence),
                object: Box::new(payload.resolve_in(scope)),
            },
            PayloadKind::Child(None) | PayloadKind::Constant => FieldKind::Constant,
            PayloadKind::Static(values) => FieldKind::Static { values },
        };
        Field {
            name: self.name,
            written: self.written,
            kind,
            value,
        }
    }
}

impl Described {
    fn value(&self, scope: &TypeScope) -> ValueType {
        let name = self.dtype.to_string();
        let ident = &self.dtype;
        let ty = syn::parse_quote!(#ident);
        let Some(dtype) = DType::from_name(&name).or_else(|| scope.dtype(&ty)) else {
            return ValueType::Other;
        };
        match self.rank.as_ref().map(LitInt::base10_parse) {
            None => ValueType::Scalar(dtype),
            Some(rank) => ValueType::Array(ArrayType::owned(
                dtype,
                rank.map_or(Rank::Dynamic, Rank::Static),
            )),
        }
    }
}

/// The path of a child's type, and whether the field holds a sequence (`Vec` or `[T; N]`) of it.
pub fn child_type(written: &Type) -> Option<(&syn::TypePath, bool)> {
    match written {
        Type::Group(group) => child_type(&group.elem),
        Type::Paren(paren) => child_type(&paren.elem),
        Type::Array(array) => only_one(&array.elem),
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            if last.ident != "Vec" {
                return Some((path, false));
            }
            let syn::PathArguments::AngleBracketed(list) = &last.arguments else {
                return None;
            };
            match list.args.first()? {
                syn::GenericArgument::Type(element) => only_one(element),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The element of a sequence: a type of its own, no further sequence.
fn only_one(element: &Type) -> Option<(&syn::TypePath, bool)> {
    match child_type(element)? {
        (path, false) => Some((path, true)),
        _ => None,
    }
}
