//! BJ0002: a write to a field that is no variable.

use super::catalogue::Code;
use super::place::Target;
use super::uses::Action;
use super::{Finding, Site, mark_it, what_it_is};

pub(super) fn rule(site: &Site) -> Option<Finding> {
    if !matches!(site.usage.action, Action::Assign | Action::Augment) {
        return None;
    }
    if let Some((field, owner, path)) = site.constant() {
        return Some(Finding {
            code: Code::NotAVariable,
            what: format!(
                "`{path}` is written, but {}: compiled methods take it as a constant",
                what_it_is(field)
            ),
            help: mark_it(field, owner),
        });
    }
    match &site.target {
        Target::Field { field, path, .. } if field.is_child() => Some(Finding {
            code: Code::NotAVariable,
            what: format!(
                "`{path}` is written, but `{}` is a child, whose variables are written one by one",
                field.name
            ),
            help: format!(
                "write to the `#[variable]` fields of the child, as in `{path}.name[..] = …`, or call a method of it"
            ),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{neuron_codes, neuron_text};
    use syn::parse_quote;

    #[test]
    fn every_write_to_a_constant() {
        for write in [
            parse_quote!({
                self.tau = 1.0;
            }),
            parse_quote!({
                self.tau += 1.0;
            }),
            parse_quote!({
                *self.tau = 1.0;
            }),
            parse_quote!({
                self.table[0] = 1.0;
            }),
            parse_quote!({
                self.table[..] -= 1.0;
            }),
            parse_quote!({
                self.flag = true;
            }),
            parse_quote!({
                let f = |x| {
                    if x {
                        self.tau = x;
                    }
                };
            }),
            parse_quote!({
                (a, self.tau) = x;
            }),
            parse_quote!({
                self.e.scale = 1.0;
            }),
            parse_quote!({
                self.e = x;
            }),
            parse_quote!({
                *self.e = x;
            }),
            parse_quote!({
                self.layers[0] = x;
            }),
            parse_quote!({ run!(self.tau = 1.0) }),
        ] {
            let shown = quote::quote!(#write).to_string();
            assert_eq!(neuron_codes(write), [NotAVariable], "{shown}");
        }
    }

    #[test]
    fn variables_and_locals_may_be_written() {
        assert_eq!(
            neuron_codes(parse_quote!({
                let mut tau = self.tau;
                tau += 1.0;
                self.e.g[..] = tau;
                self.layers[0].g += 1.0;
            })),
            []
        );
    }

    #[test]
    fn the_text_names_field_and_variables() {
        let text = neuron_text(parse_quote!({
            self.tau = x;
        }));
        assert!(text.contains("`tau` is no variable"), "{text}");
        assert!(text.contains("#[variable]"), "{text}");
        assert!(text.contains("`v`, `t`"), "{text}");
        let text = neuron_text(parse_quote!({
            self.e.scale = x;
        }));
        assert!(text.contains("`Synapse`") && text.contains("`g`"), "{text}");
    }
}
