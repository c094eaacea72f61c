//! Options of our attributes: `#[variable(skip_save, dtype = f32)]`, `#[brain_jit(dyn_vars(w))]`.

use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Lit, Meta, Token};

/// What may stand in an attribute's parentheses.
enum Item {
    Option(Box<Meta>),
    Literal(Lit),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) {
            return input.parse().map(Item::Literal);
        }
        Ok(Item::Option(Box::new(input.parse()?)))
    }
}

/// Whether `attribute` is ours under `name`; it may be written with a path (`brain_jit::brain_jit`).
pub fn is(attribute: &Attribute, name: &str) -> bool {
    let segments = &attribute.path().segments;
    let ours = segments.len() == 1 || segments.first().is_some_and(|s| s.ident == "brain_jit");
    ours && segments.last().is_some_and(|s| s.ident == name)
}

/// Takes the attributes called `name` out of `attributes`.
pub fn take(attributes: &mut Vec<Attribute>, name: &str) -> Vec<Attribute> {
    attributes.extract_if(.., |a| is(a, name)).collect()
}

/// Takes the one attribute called `name`; a second one is an error.
pub fn take_one(
    attributes: &mut Vec<Attribute>,
    name: &str,
    errors: &mut Errors,
) -> Option<Attribute> {
    let mut found = take(attributes, name).into_iter();
    let first = found.next();
    for again in found {
        errors.report(
            Code::DuplicateOption,
            &again,
            format!("`#[{name}]` is given twice"),
            "write it once, with all options in one list",
        );
    }
    first
}

/// The options in the attribute's parentheses, each known and given once.
pub fn options(attribute: &Attribute, known: &[&str], errors: &mut Errors) -> Vec<Meta> {
    let tokens = match &attribute.meta {
        Meta::Path(_) => return Vec::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => {
            let name = last_name(attribute.path());
            errors.report(
                Code::Syntax,
                pair,
                format!("`#[{name}]` takes no value"),
                format!("write `#[{name}]` or `#[{name}(..)]`"),
            );
            return Vec::new();
        }
    };
    options_of(tokens, &last_name(attribute.path()), known, errors)
}

/// The same for a list without its attribute, as the attribute macro itself gets it.
pub fn options_of(
    tokens: TokenStream,
    attribute: &str,
    known: &[&str],
    errors: &mut Errors,
) -> Vec<Meta> {
    let list = match Punctuated::<Item, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(list) => list,
        Err(error) => {
            errors.syntax(error);
            return Vec::new();
        }
    };
    let mut seen: Vec<Meta> = Vec::new();
    for item in list {
        let option = match item {
            Item::Option(option) => *option,
            Item::Literal(literal) => {
                errors.report(
                    Code::UnknownOption,
                    literal,
                    format!("`#[{attribute}]` takes no bare literal"),
                    known_options(attribute, known),
                );
                continue;
            }
        };
        let name = last_name(option.path());
        if !known.contains(&name.as_str()) {
            errors.report(
                Code::UnknownOption,
                option.path(),
                format!("`#[{attribute}]` has no option `{name}`"),
                known_options(attribute, known),
            );
        } else if seen.iter().any(|s| last_name(s.path()) == name) {
            errors.report(
                Code::DuplicateOption,
                option.path(),
                format!("the option `{name}` is given twice"),
                "write it once",
            );
        } else {
            seen.push(option);
        }
    }
    seen
}

fn known_options(attribute: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return format!("write `#[{attribute}]` without options");
    }
    let list: Vec<_> = known.iter().map(|k| format!("`{k}`")).collect();
    format!("the options are {}", list.join(", "))
}

/// A flag takes no value: `skip`, not `skip = true`.
pub fn expect_flag(option: &Meta, errors: &mut Errors) {
    if !matches!(option, Meta::Path(_)) {
        let name = last_name(option.path());
        errors.report(
            Code::Syntax,
            option,
            format!("the option `{name}` takes no value"),
            format!("write `{name}`"),
        );
    }
}

/// The last segment of a path, for messages and comparisons.
pub fn last_name(path: &syn::Path) -> String {
    path.segments
        .last()
        .map(|s| s.ident.to_string())
        .unwrap_or_default()
}

/// The names in `dyn_vars(a, b)`.
pub fn names(option: &Meta, errors: &mut Errors) -> Vec<Ident> {
    use syn::punctuated::Punctuated;
    let name = last_name(option.path());
    let parsed = match option {
        Meta::List(list) => list
            .parse_args_with(Punctuated::<Ident, syn::Token![,]>::parse_terminated)
            .map(|names| names.into_iter().collect::<Vec<_>>()),
        other => Err(syn::Error::new_spanned(
            other,
            format!("`{name}` takes a list: write `{name}(a, b)`"),
        )),
    };
    let list = parsed.unwrap_or_else(|error| {
        errors.syntax(error);
        Vec::new()
    });
    let mut seen: Vec<Ident> = Vec::new();
    for item in list {
        if seen.contains(&item) {
            errors.report(
                Code::DuplicateOption,
                &item,
                format!("`{item}` is listed twice in `{name}`"),
                "list each name once",
            );
        } else {
            seen.push(item);
        }
    }
    seen
}

/// `grad(w, x, checkpoint = 32)`: the names, and how many passes of a loop lie between two states that are kept.
pub fn gradient(option: &Meta, errors: &mut Errors) -> (Vec<Ident>, Option<(Ident, usize)>) {
    use syn::punctuated::Punctuated;
    let Meta::List(list) = option else {
        return (names(option, errors), None);
    };
    let parse = Punctuated::<Meta, syn::Token![,]>::parse_terminated;
    let items = list.parse_args_with(parse).unwrap_or_else(|error| {
        errors.syntax(error);
        Punctuated::new()
    });
    let (mut names, mut checkpoint): (Vec<Ident>, _) = (Vec::new(), None);
    for item in items {
        let Some(name) = item.path().get_ident().cloned() else {
            errors.syntax(syn::Error::new_spanned(&item, "expected a name"));
            continue;
        };
        let again = match &item {
            Meta::Path(_) => names.contains(&name),
            _ => checkpoint.is_some(),
        };
        if again {
            errors.report(
                Code::DuplicateOption,
                &name,
                format!("`{name}` is listed twice in `grad`"),
                "list each name once",
            );
            continue;
        }
        match &item {
            Meta::Path(_) => names.push(name),
            Meta::NameValue(pair) if name == "checkpoint" => match passes(&pair.value) {
                Some(every) => checkpoint = Some((name, every)),
                None => errors.report(
                    Code::Checkpoint,
                    &pair.value,
                    "`checkpoint` is the number of passes between two states of a loop that are kept, a positive integer literal",
                    "write, for instance, `checkpoint = 32`: about the square root of the number of passes takes the least memory",
                ),
            },
            _ => errors.report(
                Code::UnknownOption,
                &item,
                format!("`grad` has no option `{name}`"),
                "name fields and arguments, and perhaps `checkpoint = 32`",
            ),
        }
    }
    (names, checkpoint)
}

/// A positive integer literal.
fn passes(value: &syn::Expr) -> Option<usize> {
    let syn::Expr::Lit(literal) = value else {
        return None;
    };
    let syn::Lit::Int(number) = &literal.lit else {
        return None;
    };
    number.base10_parse().ok().filter(|every| *every > 0)
}
