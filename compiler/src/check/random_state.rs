//! BJ0010: drawing from a RandomState that is no variable.

use super::catalogue::Code;
use super::uses::Action;
use super::{Finding, Site};
use crate::ir::types::ValueType;

pub(super) fn rule(site: &Site) -> Option<Finding> {
    let (field, _, path) = site.constant()?;
    if field.value != ValueType::RandomState {
        return None;
    }
    if !matches!(site.usage.action, Action::Call(_) | Action::Borrow) {
        return None;
    }
    let name = &field.name;
    Some(Finding {
        code: Code::RandomStateNotVariable,
        what: format!(
            "`{path}` is drawn from, but `{name}` is no variable: it would not advance, and every call would repeat the same numbers"
        ),
        help: format!("mark the field: `#[variable] {name}: RandomState`"),
    })
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{codes, neuron_codes, object};
    use syn::parse_quote;

    #[test]
    fn a_constant_generator_would_repeat() {
        let noise = object(
            parse_quote!(
                struct Noise {
                    rng: RandomState,
                }
            ),
            &[],
        );
        let draw = parse_quote!(
            impl Noise {
                fn f(&mut self) {
                    self.rng.normal(0.0, 1.0, 3)
                }
                fn g(&self) {
                    sample(&mut self.rng)
                }
            }
        );
        assert_eq!(
            codes(&noise, draw),
            [RandomStateNotVariable, RandomStateNotVariable]
        );
    }

    #[test]
    fn a_variable_advances() {
        assert_eq!(
            neuron_codes(parse_quote!({ self.rng.normal(0.0, 1.0, 3) })),
            []
        );
    }
}
