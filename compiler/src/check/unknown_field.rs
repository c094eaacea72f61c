//! BJ0028: a field that the struct does not have.

use super::catalogue::Code;
use super::place::Target;
use super::suggestion::closest;
use super::{Finding, Site};

pub(super) fn rule(site: &Site) -> Option<Finding> {
    let Target::Unknown { name, owner, path } = &site.target else {
        return None;
    };
    let fields: Vec<String> = owner.fields.iter().map(|f| f.name.to_string()).collect();
    let method = path == "self" && site.block.method(name).is_some();
    let help = if method {
        format!("`{name}` is a method: call it, `{path}.{name}(…)`")
    } else if let Some(near) = closest(&name.to_string(), &fields) {
        format!("did you mean `{path}.{near}`?")
    } else if fields.is_empty() {
        format!("`{}` has no fields", owner.name)
    } else {
        format!(
            "the fields of `{}` are `{}`",
            owner.name,
            fields.join("`, `")
        )
    };
    Some(Finding {
        code: Code::UnknownField,
        what: format!("`{}` has no field `{name}`", owner.name),
        help,
    })
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{neuron_codes, neuron_text};
    use syn::parse_quote;

    #[test]
    fn unknown_fields_have_a_suggestion() {
        assert_eq!(
            neuron_codes(parse_quote!({ self.tua + self.e.gg })),
            [UnknownField, UnknownField]
        );
        let text = neuron_text(parse_quote!({
            self.tabel[0] = 1.0;
        }));
        assert!(text.contains("did you mean `self.table`?"), "{text}");
        let text = neuron_text(parse_quote!({ self.g }));
        assert!(text.contains("call it, `self.g(…)`"), "{text}");
        assert_eq!(neuron_codes(parse_quote!({ self.tau + self.e.g })), []);
    }
}
