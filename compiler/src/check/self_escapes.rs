//! BJ0005: `self` used whole, which a compiled function does not have.

use super::catalogue::Code;
use super::place::Target;
use super::uses::Action;
use super::{Finding, Site};
use syn::Ident;

pub(super) fn rule(site: &Site) -> Option<Finding> {
    if !matches!(site.target, Target::Whole) {
        return None;
    }
    let caller = site.method.name();
    let (what, help) = match &site.usage.action {
        Action::Call(name) => call(site, name)?,
        _ => {
            let own = site.usage.passed_to.as_ref();
            let own = own.filter(|name| site.block.method(name).is_some());
            match own {
                Some(name) => (
                    format!("`self` is passed whole to `{name}`, which is compiled with this method"),
                    format!("call it as a method: `self.{name}(…)`"),
                ),
                None => (
                    "`self` is used whole, but a compiled method has no `self`: it takes the fields that it uses as arguments"
                        .to_string(),
                    format!(
                        "name the fields that are meant (`self.field`), or leave the method as written with `#[brain_jit(skip)]` on `{caller}`"
                    ),
                ),
            }
        }
    };
    Some(Finding {
        code: Code::SelfEscapes,
        what,
        help,
    })
}

fn call(site: &Site, name: &Ident) -> Option<(String, String)> {
    let caller = site.method.name();
    let block = site.block;
    let gradient = |method: &crate::model::method::Method| {
        method.gradient.is_some() && *name == format!("{}_grad", method.name())
    };
    let derivative = |method: &crate::model::method::Method| {
        let callable = method.derivatives.iter().flat_map(|d| d.kind.callable());
        callable
            .into_iter()
            .any(|ending| *name == format!("{}_{ending}", method.name()))
    };
    if block.methods.iter().any(|m| gradient(m) || derivative(m)) {
        return None;
    }
    if let Some(method) = block.method(name) {
        return method.receiver.is_none().then(|| {
            (
                format!("`{name}` has no receiver, so that it is no method of `self`"),
                format!("write `Self::{name}(…)`"),
            )
        });
    }
    let skipped = block.as_written().any(|written| written == name);
    if !skipped && block.object.and_then(|o| o.field(name)).is_some() {
        return Some((
            format!("`{name}` is a field, not a method, so that this call needs all of `self`"),
            format!("to call what the field holds write `(self.{name})(…)`"),
        ));
    }
    let which = if skipped {
        "is left as written in this block"
    } else {
        "is not in this `#[brain_jit]` block"
    };
    let elsewhere = match skipped {
        true => String::new(),
        false => format!(
            "if it is compiled in another block, call `Self::{name}_jit(…)` with the fields that it uses (`{name}_show_code()` lists them); otherwise "
        ),
    };
    Some((
        format!(
            "`self.{name}(..)` takes `self` whole, because `{name}` {which}: a compiled method has only the fields that it uses"
        ),
        format!(
            "{elsewhere}move `{name}` into this block without `#[brain_jit(skip)]`, make it an associated function that takes the fields that it uses, \
             or leave the caller as written with `#[brain_jit(skip)]` on `{caller}`"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{neuron_codes, neuron_text};
    use syn::parse_quote;

    #[test]
    fn self_does_not_leave() {
        for escape in [
            parse_quote!({ helper(self) }),
            parse_quote!({
                return self;
            }),
            parse_quote!({
                let this = &mut *self;
            }),
            parse_quote!({ dbg!(self) }),
            parse_quote!({ println!("{self:?}") }),
            parse_quote!({ self.helper(x) }),
            parse_quote!({ self.skipped(x) }),
            parse_quote!({ self.clone() }),
            parse_quote!({ Self::g(self) }),
            parse_quote!({ self == other }),
            parse_quote!({
                let Neuron { v, .. } = self;
            }),
            parse_quote!({ Neuron { t: 1.0, ..*self } }),
            parse_quote!({ self[0] }),
            parse_quote!({ *self = other }),
            parse_quote!({
                let f = || self.helper();
            }),
            parse_quote!({ self.strange(1) }),
        ] {
            let shown = quote::quote!(#escape).to_string();
            assert_eq!(neuron_codes(escape), [SelfEscapes], "{shown}");
        }
    }

    #[test]
    fn fields_methods_of_the_block_and_of_children_are_fine() {
        assert_eq!(
            neuron_codes(parse_quote!({
                let y = self.g(&self.v);
                self.e.update(x);
                self.layers[0].update(x);
                Self::new();
                (self.strange)(1);
                println!("{}", self.tau);
                stringify!(self);
            })),
            []
        );
    }

    #[test]
    fn the_text_says_what_to_do() {
        let text = neuron_text(parse_quote!({ self.skipped(x) }));
        assert!(text.contains("left as written"), "{text}");
        assert!(text.contains("#[brain_jit(skip)]` on `f`"), "{text}");
        let text = neuron_text(parse_quote!({ Self::g(self) }));
        assert!(text.contains("`self.g(…)`"), "{text}");
        let text = neuron_text(parse_quote!({ Self::g(&mut *self, x) }));
        assert!(text.contains("`self.g(…)`"), "{text}");
    }
}
