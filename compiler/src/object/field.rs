//! The attributes of a struct's field: what the field is to the compiled methods.

use super::payload::{Described, PayloadKind, child_type};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::{DType, ValueType};
use crate::syntax::attributes::{self, last_name};
use crate::syntax::static_values;
use crate::syntax::types::TypeScope;
use quote::ToTokens;
use syn::{Attribute, Expr, Ident, Lit, LitInt, Meta, Type};

const ROLES: [&str; 4] = ["variable", "train_var", "child", "static_arg"];

/// One field, its attributes read.
pub struct DerivedField {
    pub name: Ident,
    pub written: Type,
    pub kind: PayloadKind,
    /// Not `skip_save`.
    pub saved: bool,
}

/// Who asks: the struct's name and generics.
pub struct Owner<'a> {
    pub name: &'a Ident,
    pub scope: &'a TypeScope,
    pub generics: &'a syn::Generics,
}

pub fn read(field: &syn::Field, owner: &Owner, errors: &mut Errors) -> Option<DerivedField> {
    let name = field.ident.clone()?;
    let mut ours = field.attrs.iter().filter_map(|a| {
        ROLES
            .into_iter()
            .find(|role| attributes::is(a, role))
            .map(|r| (r, a))
    });
    let first = ours.next();
    for (role, again) in ours {
        let (before, _) = first.expect("there is a second one");
        errors.report(
            Code::DuplicateOption,
            again,
            format!("the field `{name}` is `#[{before}]` and `#[{role}]`"),
            "a field is one of `#[variable]`, `#[train_var]` (which is a variable, too), `#[child]`, `#[static_arg(values(..))]`",
        );
    }
    let mut saved = true;
    let kind = match first {
        None => PayloadKind::Constant,
        Some((role @ ("variable" | "train_var"), attribute)) => {
            refuse_cfg(field, errors);
            let described = variable(attribute, owner, &mut saved, errors);
            PayloadKind::Variable {
                train: role == "train_var",
                described,
            }
        }
        Some(("child", attribute)) => {
            refuse_cfg(field, errors);
            attributes::options(attribute, &[], errors);
            match is_possible_child(&name, &field.ty, owner, errors) {
                true => PayloadKind::Child(None),
                false => PayloadKind::Constant,
            }
        }
        Some((_, attribute)) => {
            PayloadKind::Static(static_field(&name, &field.ty, attribute, owner, errors))
        }
    };
    Some(DerivedField {
        name,
        written: field.ty.clone(),
        kind,
        saved,
    })
}

fn refuse_cfg(field: &syn::Field, errors: &mut Errors) {
    for attribute in field.attrs.iter().filter(|a| attributes::is(a, "cfg")) {
        errors.report(
            Code::CfgOnVariable,
            attribute,
            "`#[cfg]` on a variable",
            "keep the variable in every configuration, or write two structs",
        );
    }
}

fn variable(
    attribute: &Attribute,
    owner: &Owner,
    saved: &mut bool,
    errors: &mut Errors,
) -> Option<Described> {
    let (mut dtype, mut rank) = (None, None);
    for option in attributes::options(attribute, &["skip_save", "dtype", "rank"], errors) {
        match last_name(option.path()).as_str() {
            "skip_save" => {
                attributes::expect_flag(&option, errors);
                *saved = false;
            }
            "dtype" => dtype = element_type(&option, owner, errors),
            _ => rank = Some((number_of_axes(&option, errors), option)),
        }
    }
    match (dtype, rank) {
        (Some(dtype), rank) => Some(Described {
            dtype,
            rank: rank.and_then(|(rank, _)| rank),
        }),
        (None, Some((Some(_), option))) => {
            errors.report(
                Code::UnusedOption,
                option,
                "`rank` without `dtype` says nothing",
                "write both: `dtype = f32, rank = 1`",
            );
            None
        }
        _ => None,
    }
}

fn element_type(option: &Meta, owner: &Owner, errors: &mut Errors) -> Option<Ident> {
    if let Meta::NameValue(pair) = option
        && let Expr::Path(path) = &pair.value
        && let Some(name) = path.path.get_ident()
    {
        let ty: Type = syn::parse_quote!(#name);
        if DType::from_name(&name.to_string()).is_some() || owner.scope.dtype(&ty).is_some() {
            return Some(name.clone());
        }
    }
    errors.report(
        Code::DTypeMismatch,
        option,
        "`dtype` names no element type",
        "write a number type, `bool`, `Complex32` or `Complex64`: `dtype = f32`",
    );
    None
}

fn number_of_axes(option: &Meta, errors: &mut Errors) -> Option<LitInt> {
    if let Meta::NameValue(pair) = option
        && let Expr::Lit(value) = &pair.value
        && let Lit::Int(rank) = &value.lit
        && rank.base10_parse::<usize>().is_ok_and(|rank| rank <= 6)
    {
        return Some(rank.clone());
    }
    errors.report(
        Code::RankMismatch,
        option,
        "`rank` is no number of axes",
        "write a number from 0 to 6: `rank = 1`",
    );
    None
}

fn is_possible_child(name: &Ident, ty: &Type, owner: &Owner, errors: &mut Errors) -> bool {
    let Some((path, _)) = child_type(ty) else {
        errors.report(
            Code::UnsupportedItem,
            ty,
            format!(
                "`{}` cannot be the type of the child `{name}`",
                spelling(ty)
            ),
            "a child is a struct with `#[derive(BrainObject)]`, a `Vec` or an array of one",
        );
        return false;
    };
    if owner.scope.is_value(&Type::Path(path.clone())) {
        let what = spelling(&Type::Path(path.clone()));
        errors.report(
            Code::UnsupportedItem,
            ty,
            format!("`{what}` of the child `{name}` is no BrainObject"),
            format!("a child is a struct with `#[derive(BrainObject)]`; a value that changes is marked `#[variable] {name}`"),
        );
        return false;
    }
    let Some(only) = path.path.get_ident() else {
        let last = path.path.segments.last().map(|s| s.ident.to_string());
        if matches!(last.as_deref(), Some("Option" | "Box" | "Rc" | "Arc")) {
            errors.report(
                Code::UnsupportedItem,
                ty,
                format!(
                    "the child `{name}` is wrapped in `{}`",
                    last.unwrap_or_default()
                ),
                "hold the child itself, or a `Vec` of children",
            );
            return false;
        }
        return !is_itself(name, path, owner, errors);
    };
    if owner.generics.type_params().any(|p| p.ident == *only) {
        errors.report(
            Code::UnsupportedItem,
            ty,
            format!(
                "the child `{name}` is of the type parameter `{only}`, whose fields cannot be seen"
            ),
            "write the struct's name here; its own generic arguments may be parameters: `Exp<T>`",
        );
        return false;
    }
    !is_itself(name, path, owner, errors)
}

fn is_itself(name: &Ident, path: &syn::TypePath, owner: &Owner, errors: &mut Errors) -> bool {
    let only = path.path.segments.len() == 1;
    let itself = path
        .path
        .segments
        .last()
        .is_some_and(|s| only && (s.ident == *owner.name || s.ident == "Self"));
    if itself {
        errors.report(
            Code::UnsupportedItem,
            path,
            format!("the child `{name}` is of the struct's own type"),
            "an object cannot contain itself; keep such a field without `#[child]`",
        );
    }
    itself
}

fn static_field(
    name: &Ident,
    ty: &Type,
    attribute: &Attribute,
    owner: &Owner,
    errors: &mut Errors,
) -> Vec<Expr> {
    if !static_values::can_be_listed(ty, owner.scope)
        || matches!(owner.scope.recognise(ty), ValueType::Array(_))
    {
        errors.report(
            Code::StaticType,
            ty,
            format!("the field `{name}` of type `{}` cannot be a static argument", spelling(ty)),
            "its type must be `Copy + PartialEq + Debug`: a number, bool, char, `&'static str` or a fieldless enum",
        );
        return Vec::new();
    }
    let options = attributes::options(attribute, &["values"], errors);
    match options.first() {
        Some(option) => static_values::parse(option, &name.to_string(), ty, errors),
        None => {
            errors.report(
                Code::StaticValues,
                attribute,
                format!("the static field `{name}` has no list of values"),
                "list every value it may have: `#[static_arg(values(a, b))]`",
            );
            Vec::new()
        }
    }
}

/// A type as a person writes it, for messages.
pub fn spelling(ty: &Type) -> String {
    let tokens = ty.to_token_stream().to_string();
    let mut text = String::new();
    let mut rest = tokens.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ' ' {
            let before = text.chars().last().unwrap_or(' ');
            let after = rest.peek().copied().unwrap_or(' ');
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
            if !(word(before) && word(after) || matches!(before, ',' | ';' | '+')) {
                continue;
            }
        }
        text.push(c);
    }
    text
}
