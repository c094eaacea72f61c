//! BJ0031: a variable changed in a method that takes `&self`.

use super::catalogue::Code;
use super::mutating_method::mutates;
use super::place::Target;
use super::uses::Action;
use super::{Finding, Site};
use crate::ir::types::ValueType;

pub(super) fn rule(site: &Site) -> Option<Finding> {
    if !site.takes_shared_self() {
        return None;
    }
    let Target::Field {
        field, path, rest, ..
    } = &site.target
    else {
        return None;
    };
    let changed = match &site.usage.action {
        Action::Read => false,
        Action::Assign | Action::Augment | Action::Borrow => true,
        Action::Call(_) if field.is_child() => false,
        Action::Call(_) if field.value == ValueType::RandomState => true,
        Action::Call(method) => mutates(field, rest, &method.to_string()),
    };
    if !changed {
        return None;
    }
    let name = site.method.name();
    let how = match (&field.value, &site.usage.action) {
        (ValueType::RandomState, Action::Call(_)) => "a draw advances it".to_string(),
        (_, Action::Call(method)) => format!("`.{method}(..)` changes it"),
        (_, Action::Borrow) => "it is borrowed mutably".to_string(),
        _ => "it is written".to_string(),
    };
    Some(Finding {
        code: Code::SharedReceiver,
        what: format!("`{path}` changes here ({how}), but `{name}` takes `&self`"),
        help: format!("let the method take `&mut self`: `fn {name}(&mut self, …)`"),
    })
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{codes, neuron};
    use syn::parse_quote;

    fn shared(body: syn::Block) -> Vec<crate::check::catalogue::Code> {
        codes(&neuron(), parse_quote!(impl Neuron { fn f(&self) #body }))
    }

    #[test]
    fn nothing_changes_behind_a_shared_self() {
        for change in [
            parse_quote!({
                self.v[..] = 1.0;
            }),
            parse_quote!({
                self.v += 1.0;
            }),
            parse_quote!({
                self.v.fill(1.0);
            }),
            parse_quote!({
                let x = &mut self.t;
            }),
            parse_quote!({ self.rng.normal(0.0, 1.0, 3) }),
            parse_quote!({
                self.e.g[0] = 1.0;
            }),
            parse_quote!({
                let x = &mut self.e;
            }),
        ] {
            let shown = quote::quote!(#change).to_string();
            assert_eq!(shared(change), [SharedReceiver], "{shown}");
        }
        assert_eq!(
            shared(parse_quote!({
                self.v = 1.0;
            })),
            [LostWrite]
        );
    }

    #[test]
    fn reading_is_fine() {
        assert_eq!(
            shared(parse_quote!({
                &self.v + self.tau * self.v.sum() + self.e.read(&self.v)
            })),
            []
        );
    }
}
