//! BJ0018: a name that a generated item needs.

use super::Block;
use super::catalogue::Code;
use super::errors::Errors;
use crate::model::method::{Method, ParameterKind};
use syn::{GenericParam, Generics, Ident};

pub(super) fn check(block: &Block, errors: &mut Errors) {
    items(block, errors);
    for method in block.methods {
        const_generics(block, method, errors);
    }
}

/// The names of what is generated beside `method`.
fn generated(method: &Method) -> Vec<String> {
    let name = method.name().to_string();
    let name = name.trim_start_matches("r#");
    let mut endings = vec!["jit", "plain", "show_code", "show_namespace"];
    if method.dyn_vars.is_some() {
        endings.push("frozen");
    }
    if method.gradient.is_some() {
        endings.extend(["grad", "grad_into", "backward"]);
    }
    if method.differentiable {
        endings.extend(["vjp", "pullback"]);
    }
    let derivatives = method.derivatives.iter();
    endings.extend(derivatives.flat_map(|derivative| derivative.kind.endings()));
    endings.iter().map(|e| format!("{name}_{e}")).collect()
}

fn items(block: &Block, errors: &mut Errors) {
    let written: Vec<&Ident> = block
        .methods
        .iter()
        .map(Method::name)
        .chain(block.as_written())
        .collect();
    for method in block.methods {
        let from = method.name();
        let generated = generated(method);
        for &name in &written {
            if generated.contains(&name.to_string()) {
                errors.report(
                    Code::NameClash,
                    name,
                    format!("`{name}` is also the name of what is generated for `{from}`"),
                    format!("rename this function, or leave `{from}` as written with `#[brain_jit(skip)]`"),
                );
            }
        }
    }
    // `NAME_frozen` returns a struct, whose name joins the words of the method's name.
    let frozen = |m: &Method| m.dyn_vars.as_ref().map(|_| camel_case(m.name()));
    for (i, method) in block.methods.iter().enumerate() {
        let earlier = block.methods[..i].iter();
        let same = |m: &&Method| frozen(m).is_some() && frozen(m) == frozen(method);
        if let Some(other) = earlier.into_iter().find(same) {
            errors.report(
                Code::NameClash,
                method.name(),
                format!(
                    "`dyn_vars` on `{}` and on `{}` would generate the same struct, `…{}Frozen`",
                    other.name(),
                    method.name(),
                    camel_case(method.name())
                ),
                "rename one of the two methods",
            );
        }
    }
}

pub fn camel_case(name: &Ident) -> String {
    let name = name.to_string();
    let words = name.trim_start_matches("r#").split('_');
    words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            first.unwrap_or_default() + letters.as_str()
        })
        .collect()
}

/// `#[static_arg] n` becomes the const generic `N`, which must be free in the impl.
///
/// The constants of the method itself are compared where its signature is read.
fn const_generics(block: &Block, method: &Method, errors: &mut Errors) {
    let taken: Vec<String> = names(block.generics, true)
        .chain(names(&method.signature.generics, false))
        .collect();
    for parameter in &method.parameters {
        let ParameterKind::ConstGeneric(name) = &parameter.kind else {
            continue;
        };
        if taken.contains(&name.to_string()) {
            errors.report(
                Code::NameClash,
                &parameter.pattern,
                format!(
                    "this static argument becomes the const generic `{name}`, but `{name}` is taken"
                ),
                "rename the argument or the generic parameter",
            );
        }
    }
}

/// The names of type parameters, and of const parameters where `constants`.
fn names(generics: &Generics, constants: bool) -> impl Iterator<Item = String> + '_ {
    generics.params.iter().filter_map(move |p| match p {
        GenericParam::Type(t) => Some(t.ident.to_string()),
        GenericParam::Const(c) if constants => Some(c.ident.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{codes, neuron};
    use syn::parse_quote;

    #[test]
    fn generated_functions() {
        for other in ["jit", "plain", "show_code", "show_namespace"] {
            let name = quote::format_ident!("update_{other}");
            let block = parse_quote!(impl Neuron { fn update(&self) {} fn #name() {} });
            assert_eq!(codes(&neuron(), block), [NameClash], "{other}");
        }
        let block = parse_quote!(
            impl Neuron {
                fn update(&self) {}
                fn update_all(&self) {}
                fn update_frozen(&self) {}
            }
        );
        assert_eq!(codes(&neuron(), block), []);
        let block = parse_quote!(
            impl Neuron {
                #[brain_jit(dyn_vars(v))]
                fn update(&self) {}
                fn update_frozen(&self) {}
            }
        );
        assert_eq!(codes(&neuron(), block), [NameClash]);
        let block = parse_quote!(
            impl Neuron {
                #[brain_jit(dyn_vars(v))]
                fn run_it(&self) {}
                #[brain_jit(dyn_vars(v))]
                fn run_It(&self) {}
            }
        );
        assert_eq!(codes(&neuron(), block), [NameClash]);
    }

    #[test]
    fn const_generics_of_static_arguments() {
        let block = parse_quote!(
            impl<const N: usize> Neuron {
                fn f(&self, #[static_arg] n: usize) {}
                fn g<M>(&self, #[static_arg] m: usize, #[static_arg] k: usize) {}
                fn i(&self, #[static_arg] k: usize, n: usize) {}
            }
        );
        assert_eq!(codes(&neuron(), block), [NameClash; 2]);
    }
}
