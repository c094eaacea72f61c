//! The rules that user code must keep, and the errors that teach them.
//!
//! A rule is a file: it looks at one use of a field or parameter (or at the block) and says what is wrong with it.
//! What needs types of expressions (conditions, ranks, indices) is reported where types are known, by the lowering.

pub mod catalogue;
pub mod errors;
pub mod suggestion;

mod dyn_vars;
#[cfg(test)]
mod fixture;
mod lost_write;
mod macro_body;
mod mutable_borrow;
mod mutating_method;
pub(crate) mod name_clash;
mod not_a_variable;
mod place;
mod power;
mod random_state;
mod recursion;
mod self_escapes;
mod shared_receiver;
mod unknown_field;
mod uses;

use crate::model::method::{Method, Receiver};
use crate::model::object::{Field, FieldKind, Object};
use crate::syntax::types::TypeScope;
use catalogue::Code;
use errors::Errors;
use place::Target;
pub(crate) use place::without_parentheses;
use syn::{Generics, Ident, ImplItem};
use uses::{PlaceUse, Uses};

/// Checks the methods of one block (or a free function) and reports every mistake.
///
/// `generics` are those of the impl; `others` the items of the impl that are not compiled.
pub fn check(
    object: Option<&Object>,
    generics: &Generics,
    methods: &[Method],
    others: &[ImplItem],
    errors: &mut Errors,
) {
    let block = Block {
        object,
        generics,
        methods,
        others,
    };
    let uses: Vec<Uses> = methods.iter().map(Uses::of).collect();
    name_clash::check(&block, errors);
    dyn_vars::check(&block, errors);
    power::check(&block, errors);
    for (method, uses) in methods.iter().zip(&uses) {
        for usage in &uses.places {
            let site = Site {
                block: &block,
                method,
                usage,
                target: usage.place.resolve(object),
            };
            // The first rule that minds speaks, so that no token has two errors.
            if let Some(finding) = RULES.iter().find_map(|rule| rule(&site)) {
                errors.report(finding.code, &usage.tokens, finding.what, finding.help);
            }
        }
    }
    recursion::check(&block, &uses, errors);
}

/// The rules on single uses, in the order in which they are asked.
const RULES: &[fn(&Site) -> Option<Finding>] = &[
    self_escapes::rule,
    unknown_field::rule,
    random_state::rule,
    lost_write::rule,
    not_a_variable::rule,
    mutable_borrow::rule,
    mutating_method::rule,
    shared_receiver::rule,
];

/// What is checked together.
struct Block<'a> {
    object: Option<&'a Object>,
    generics: &'a Generics,
    methods: &'a [Method],
    others: &'a [ImplItem],
}

impl Block<'_> {
    fn method(&self, name: &Ident) -> Option<&Method> {
        self.methods.iter().find(|m| m.name() == name)
    }

    /// The names of the functions that are left as written.
    fn as_written(&self) -> impl Iterator<Item = &Ident> {
        self.others.iter().filter_map(|item| match item {
            ImplItem::Fn(function) => Some(&function.sig.ident),
            _ => None,
        })
    }

    /// Whether this is a function outside of any impl.
    fn is_free_function(&self) -> bool {
        self.object.is_none() && matches!(self.methods, [only] if only.receiver.is_none())
    }
}

/// One use of a place, with all that a rule needs to judge it.
struct Site<'a> {
    block: &'a Block<'a>,
    method: &'a Method,
    usage: &'a PlaceUse,
    target: Target<'a>,
}

impl<'a> Site<'a> {
    fn takes_shared_self(&self) -> bool {
        self.method.receiver == Some(Receiver::Shared)
    }

    /// The field, if it is one that compiled methods take as a constant.
    fn constant(&self) -> Option<(&'a Field, &'a Object, &str)> {
        match &self.target {
            Target::Field {
                field, owner, path, ..
            } if !field.is_variable() && !field.is_child() => Some((field, owner, path)),
            _ => None,
        }
    }

    /// The types that count as arrays in this method.
    fn types(&self) -> TypeScope {
        TypeScope::new([self.block.generics, &self.method.signature.generics])
    }
}

/// What a rule found.
struct Finding {
    code: Code,
    what: String,
    help: String,
}

/// "`tau` is a static argument …": what the field is instead of a variable.
fn what_it_is(field: &Field) -> String {
    let name = &field.name;
    match &field.kind {
        FieldKind::Static { .. } => format!("`{name}` is a static argument"),
        _ => format!("`{name}` is no variable"),
    }
}

/// How to make the field a variable, and which fields are.
fn mark_it(field: &Field, owner: &Object) -> String {
    let variables = owner.variable_names();
    let have = if variables.is_empty() {
        format!("`{}` has none", owner.name)
    } else {
        let list: Vec<String> = variables.iter().map(|v| format!("`{v}`")).collect();
        format!("those of `{}` are {}", owner.name, list.join(", "))
    };
    format!(
        "mark the field `#[variable] {}` if it changes during methods (variables: {have})",
        field.name
    )
}
