//! The value lists of `#[static_arg(values(..))]`, and which types a static argument may have.

use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::{DType, ValueType};
use crate::syntax::types::TypeScope;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprUnary, Lit, Meta, Token, Type, UnOp};

/// More instances than this would cost too much build time.
pub const MAX_VALUES: usize = 16;

/// Parses `values(a, b)` of an argument or field called `name`, of type `ty`.
pub fn parse(option: &Meta, name: &str, ty: &Type, errors: &mut Errors) -> Vec<Expr> {
    let list = match option {
        Meta::List(list) => list,
        other => {
            errors.report(
                Code::StaticValues,
                other,
                format!("`{name}` has no list of values"),
                "write `values(a, b)`",
            );
            return Vec::new();
        }
    };
    let values: Vec<Expr> =
        match list.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            Ok(values) => values.into_iter().collect(),
            Err(error) => {
                errors.syntax(error);
                return Vec::new();
            }
        };
    if values.is_empty() {
        errors.report(
            Code::StaticValues,
            option,
            format!("`{name}` has an empty list of values"),
            "list every value that may be passed: `values(a, b)`",
        );
    }
    if values.len() > MAX_VALUES {
        errors.report(
            Code::StaticValues,
            &values[MAX_VALUES],
            format!(
                "`{name}` has {} values; one instance is compiled for each, and at most {MAX_VALUES} are allowed",
                values.len()
            ),
            "take an ordinary argument, or `#[static_arg]` without `values(..)` for a const generic",
        );
    }
    let kind = Kind::of(ty);
    let mut seen: Vec<String> = Vec::new();
    for value in &values {
        if let Some(wrong) = kind.refuses(value) {
            errors.report(
                Code::StaticValues,
                value,
                format!("`{}` is no value of `{name}`: {wrong}", text(value)),
                kind.advice(),
            );
            continue;
        }
        let key = canonical(value);
        if seen.contains(&key) {
            errors.report(
                Code::StaticValues,
                value,
                format!("`{}` is listed twice in the values of `{name}`", text(value)),
                "list each value once",
            );
        }
        seen.push(key);
    }
    values
}

/// Whether a parameter of this type can be a const generic.
pub fn can_be_const_generic(ty: &Type) -> bool {
    match TypeScope::default().recognise(ty) {
        _ if matches!(ty, Type::Reference(_)) => false,
        ValueType::Scalar(dtype) => dtype == DType::Bool || dtype.is_integer(),
        ValueType::Other => is_named(ty, "char"),
        _ => false,
    }
}

/// Whether a value of this type can be compared with a list of values.
pub fn can_be_listed(ty: &Type, scope: &TypeScope) -> bool {
    match ty {
        Type::Group(group) => can_be_listed(&group.elem, scope),
        Type::Paren(paren) => can_be_listed(&paren.elem, scope),
        Type::Reference(reference) => is_named(&reference.elem, "str"),
        Type::Path(_) => {
            matches!(scope.recognise(ty), ValueType::Scalar(_) | ValueType::Other)
                && !["String", "Vec", "Box"].iter().any(|name| is_named(ty, name))
        }
        _ => false,
    }
}

/// What the literals in a list must be.
enum Kind {
    Bool,
    Char,
    Text,
    Float,
    Integer(DType),
    Named,
}

impl Kind {
    fn of(ty: &Type) -> Kind {
        match ty {
            Type::Group(group) => return Kind::of(&group.elem),
            Type::Paren(paren) => return Kind::of(&paren.elem),
            Type::Reference(reference) if is_named(&reference.elem, "str") => return Kind::Text,
            _ => {}
        }
        match TypeScope::default().recognise(ty) {
            ValueType::Scalar(DType::Bool) => Kind::Bool,
            ValueType::Scalar(DType::F32 | DType::F64) => Kind::Float,
            ValueType::Scalar(dtype) if dtype.is_integer() => Kind::Integer(dtype),
            _ if is_named(ty, "char") => Kind::Char,
            _ => Kind::Named,
        }
    }

    /// Why `value` cannot be in the list; a path to a constant or a variant always can.
    fn refuses(&self, value: &Expr) -> Option<String> {
        let (literal, negative) = match value {
            Expr::Lit(literal) => (&literal.lit, false),
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
                Expr::Lit(literal) => (&literal.lit, true),
                Expr::Path(_) => return None,
                _ => return Some("it is neither a literal nor a path".into()),
            },
            Expr::Path(_) => return None,
            Expr::Group(group) => return self.refuses(&group.expr),
            _ => return Some("it is neither a literal nor a path".into()),
        };
        let fits = match (self, literal) {
            (Kind::Bool, Lit::Bool(_)) | (Kind::Char, Lit::Char(_)) | (Kind::Text, Lit::Str(_)) => {
                !negative
            }
            (Kind::Float, Lit::Float(_)) => true,
            (Kind::Float, Lit::Int(_)) => {
                return Some("it is an integer, the type is a float".into());
            }
            (Kind::Integer(dtype), Lit::Int(integer)) => {
                if !matches!(integer.suffix(), "") && integer.suffix() != dtype.to_string() {
                    return Some(format!("its type is `{}`", integer.suffix()));
                }
                let digits: i128 = integer.base10_parse().unwrap_or(i128::MAX);
                let number = if negative { -digits } else { digits };
                if !range(dtype).contains(&number) {
                    return Some(format!("it does not fit `{dtype}`"));
                }
                true
            }
            _ => false,
        };
        (!fits).then(|| "it has another type".into())
    }

    fn advice(&self) -> String {
        match self {
            Kind::Bool => "write `values(false, true)`".into(),
            Kind::Char => "write characters: `values('a', 'b')`".into(),
            Kind::Text => "write strings: `values(\"a\", \"b\")`".into(),
            Kind::Float => "write floats: `values(0.0, 1.0)`".into(),
            Kind::Integer(dtype) => format!("write values of `{dtype}`: `values(0, 1)`"),
            Kind::Named => "write paths to variants or constants: `values(Mode::A, Mode::B)`".into(),
        }
    }
}

fn range(dtype: &DType) -> std::ops::RangeInclusive<i128> {
    match dtype {
        DType::I8 => i8::MIN.into()..=i8::MAX.into(),
        DType::I16 => i16::MIN.into()..=i16::MAX.into(),
        DType::I32 => i32::MIN.into()..=i32::MAX.into(),
        DType::U8 => 0..=u8::MAX.into(),
        DType::U16 => 0..=u16::MAX.into(),
        DType::U32 => 0..=u32::MAX.into(),
        DType::U64 | DType::Usize => 0..=u64::MAX.into(),
        _ => i64::MIN.into()..=i64::MAX.into(),
    }
}

/// Equal for equal literals in different spellings (`1_000` and `1000`).
fn canonical(value: &Expr) -> String {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(integer) => integer.base10_digits().to_string(),
            Lit::Float(float) => float
                .base10_parse::<f64>()
                .map_or_else(|_| float.to_string(), |number| number.to_string()),
            other => other.to_token_stream().to_string(),
        },
        Expr::Unary(unary) => format!("-{}", canonical(&unary.expr)),
        Expr::Group(group) => canonical(&group.expr),
        other => other.to_token_stream().to_string(),
    }
}

fn text(value: &Expr) -> String {
    value.to_token_stream().to_string().replace(' ', "")
}

/// Whether the type is a path that ends in `name`.
pub fn is_named(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|s| s.ident == name),
        Type::Group(group) => is_named(&group.elem, name),
        Type::Paren(paren) => is_named(&paren.elem, name),
        _ => false,
    }
}
