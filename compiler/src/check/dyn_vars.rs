//! BJ0017: `dyn_vars` naming something that is no variable.

use super::Block;
use super::catalogue::Code;
use super::errors::Errors;
use super::suggestion::closest;

pub(super) fn check(block: &Block, errors: &mut Errors) {
    let Some(object) = block.object else {
        return;
    };
    let variables = object.variable_names();
    let list = if variables.is_empty() {
        format!("`{}` has no `#[variable]`", object.name)
    } else {
        let all = variables.join("`, `");
        format!("the variables of `{}` are `{all}`", object.name)
    };
    for method in block.methods {
        let names = method.dyn_vars.as_deref().unwrap_or_default();
        for name in names {
            let (what, help) = match object.field(name) {
                Some(field) if field.is_variable() => continue,
                Some(_) => (
                    format!(
                        "`dyn_vars` names `{name}`, which is no variable of `{}`",
                        object.name
                    ),
                    format!("{list}; fields without `#[variable]` are constants already"),
                ),
                None => (
                    format!(
                        "`dyn_vars` names `{name}`, which `{}` does not have",
                        object.name
                    ),
                    match closest(&name.to_string(), &variables) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => list.clone(),
                    },
                ),
            };
            errors.report(Code::DynVars, name, what, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{codes, neuron, texts};
    use syn::parse_quote;

    #[test]
    fn only_variables() {
        let block: syn::ItemImpl = parse_quote!(
            impl Neuron {
                #[brain_jit(dyn_vars(v, tau, moed, e))]
                fn f(&self) {}
                #[brain_jit(dyn_vars(v, t))]
                fn g(&self) {}
            }
        );
        assert_eq!(codes(&neuron(), block.clone()), [DynVars; 3]);
        let texts = texts(&neuron(), block);
        assert!(
            texts[0].contains("`tau`, which is no variable"),
            "{texts:?}"
        );
        assert!(texts[1].contains("did you mean `mode`?"), "{texts:?}");
    }
}
