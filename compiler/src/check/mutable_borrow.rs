//! BJ0003: `&mut` taken of a field that is no variable.

use super::catalogue::Code;
use super::uses::Action;
use super::{Finding, Site, mark_it, what_it_is};

pub(super) fn rule(site: &Site) -> Option<Finding> {
    if !matches!(site.usage.action, Action::Borrow) {
        return None;
    }
    let (field, owner, path) = site.constant()?;
    Some(Finding {
        code: Code::MutableBorrow,
        what: format!(
            "`{path}` is borrowed mutably, but {}: compiled methods take it as a constant",
            what_it_is(field)
        ),
        help: mark_it(field, owner),
    })
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::neuron_codes;
    use syn::parse_quote;

    #[test]
    fn a_constant_is_not_borrowed_mutably() {
        for borrow in [
            parse_quote!({
                let a = &mut self.tau;
            }),
            parse_quote!({
                f(&mut self.table[1..]);
            }),
            parse_quote!({ for x in &mut self.table {} }),
            parse_quote!({
                let ref mut a = self.tau;
            }),
            parse_quote!({ if let Some(ref mut a) = self.label {} }),
            parse_quote!({
                match self.label {
                    Some(ref mut a) => (),
                    None => (),
                }
            }),
            parse_quote!({ std::mem::swap(&mut self.v, &mut self.tau) }),
            parse_quote!({
                azip!((a in &mut self.table, &b in x) *a = b);
            }),
        ] {
            let shown = quote::quote!(#borrow).to_string();
            assert_eq!(neuron_codes(borrow), [MutableBorrow], "{shown}");
        }
    }

    #[test]
    fn variables_and_children_are() {
        assert_eq!(
            neuron_codes(parse_quote!({
                let a = &mut self.v;
                let b = &mut self.e;
                for x in &mut self.layers {}
                for x in &self.table {}
                if let Some(ref a) = self.label {}
            })),
            []
        );
    }
}
