//! BJ0001: `self.v = e` puts a new array in the place of the buffer that the compiled function works on, and `let mut a = self.v` makes a
//! copy, in which writes stay.

use super::catalogue::Code;
use super::place::{Step, Target};
use super::uses::Action;
use super::{Finding, Site};
use crate::ir::types::ValueType;
use syn::{Ident, Type};

pub(super) fn rule(site: &Site) -> Option<Finding> {
    if let Some(name) = &site.usage.copied_to {
        return copy(site, name);
    }
    if !matches!(site.usage.action, Action::Assign) {
        return None;
    }
    let (what, mut help) = match &site.target {
        Target::Field {
            field, path, rest, ..
        } if field.is_variable() => variable(&field.name, &field.value, path, rest)?,
        Target::Parameter { name, rest } => parameter(site, name, rest)?,
        _ => return None,
    };
    if site.takes_shared_self() && site.usage.place.is_self() {
        help.push_str(", in a method that takes `&mut self`");
    }
    Some(Finding {
        code: Code::LostWrite,
        what,
        help,
    })
}

/// A copy of an array that can be written, where plain Rust would not let it be moved.
fn copy(site: &Site, name: &Ident) -> Option<Finding> {
    let Target::Field {
        field, path, rest, ..
    } = &site.target
    else {
        return None;
    };
    if !field.is_variable() || !rest.is_empty() || !matches!(field.value, ValueType::Array(_)) {
        return None;
    }
    Some(Finding {
        code: Code::LostWrite,
        what: format!(
            "`let mut {name} = {path}` would be a copy of the variable `{}`: what is written to `{name}` would not reach it",
            field.name
        ),
        help: format!(
            "borrow it, `let {name} = &mut {path}`, to write into the variable, or say that a copy is meant: `{path}.clone()`"
        ),
    })
}

fn variable(
    name: &Ident,
    value: &ValueType,
    path: &str,
    rest: &[Step],
) -> Option<(String, String)> {
    let is_array = matches!(value, ValueType::Array(_));
    let written = match rest {
        [] => format!("{path} = …"),
        [Step::Deref] if is_array => format!("*{path} = …"),
        _ => return None,
    };
    let what = format!(
        "`{written}` on the variable `{name}` would be lost: a compiled method writes into the variable that it was given, \
         and does not put another in its place"
    );
    let help = if is_array {
        format!("write into it: `{path}[..] = …`")
    } else {
        format!("write into it: `*{path} = …` or `{path}[..] = …`")
    };
    Some((what, help))
}

/// A `&mut` array parameter stands for a variable of the caller.
fn parameter(site: &Site, name: &Ident, rest: &[Step]) -> Option<(String, String)> {
    let parameter = site
        .method
        .parameters
        .iter()
        .find(|p| matches!(&p.pattern, syn::Pat::Ident(p) if p.ident == *name))?;
    if !is_mutable_array(site, &parameter.ty) {
        return None;
    }
    let written = match rest {
        [] => format!("{name} = …"),
        [Step::Deref] => format!("*{name} = …"),
        _ => return None,
    };
    Some((
        format!(
            "`{written}` on the `&mut` array `{name}` would be lost: the caller's array is written in place, not replaced"
        ),
        format!("write into it: `{name}[..] = …`"),
    ))
}

fn is_mutable_array(site: &Site, ty: &Type) -> bool {
    match ty {
        Type::Paren(t) => is_mutable_array(site, &t.elem),
        Type::Group(t) => is_mutable_array(site, &t.elem),
        Type::Reference(t) => {
            t.mutability.is_some() && matches!(site.types().recognise(&t.elem), ValueType::Array(_))
        }
        Type::Path(t) => t
            .path
            .segments
            .last()
            .is_some_and(|s| s.ident.to_string().starts_with("ArrayViewMut")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{neuron_codes, neuron_text};
    use syn::parse_quote;

    #[test]
    fn a_copy_that_can_be_written_is_one() {
        assert_eq!(
            neuron_codes(parse_quote!({
                let mut v = self.v;
                v += 1.0;
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                let mut v: Array1<f32> = (self.v);
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                let (mut v, t) = (self.v, self.t);
            })),
            [LostWrite]
        );
        // Numbers are copied in plain Rust, too, and so are these.
        for body in [
            parse_quote!({
                let mut t = self.t;
                let mut x = x[self.v];
                let mut u = self.v[self.v];
            }),
            parse_quote!({
                let mut v = self.v.clone();
                let v = &mut self.v;
                let v = self.v;
            }),
        ] {
            assert_eq!(neuron_codes(body), []);
        }
    }

    #[test]
    fn a_plain_assignment_is_lost() {
        assert_eq!(
            neuron_codes(parse_quote!({
                self.v = x;
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                *self.v = x;
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                self.t = 1.0;
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                self.rng = x;
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                self.e.g = x;
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                (self.v, self.t) = x;
            })),
            [LostWrite, LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                x.map(|y| {
                    if y {
                        self.v = y
                    }
                })
            })),
            [LostWrite]
        );
    }

    #[test]
    fn writes_in_place_are_kept() {
        assert_eq!(
            neuron_codes(parse_quote!({
                self.v[..] = &self.v + x;
                self.v += x;
                *self.v *= x;
                self.v[0] = 1.0;
                *self.t = 1.0;
                self.t[..] = 1.0;
                self.t += 1.0;
                self.mode.gain = 1.0;
                *self.mode = x;
                self.e.g[..] = x;
                std::mem::swap(&mut self.v, &mut self.e.g);
                let old = std::mem::replace(&mut self.t, 0.0);
            })),
            []
        );
    }

    #[test]
    fn mutable_array_parameters_are_variables_of_the_caller() {
        assert_eq!(
            neuron_codes(parse_quote!({
                *w = x;
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                w = &mut y;
            })),
            [LostWrite]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                w += x;
                *w += x;
                w[..] = x;
                *s = 1.0;
                let mut w = x;
                w = y;
            })),
            []
        );
    }

    #[test]
    fn the_text_says_what_to_write() {
        let text = neuron_text(parse_quote!({
            self.v = x;
        }));
        assert!(
            text.contains("`v`") && text.contains("`self.v[..] = …`"),
            "{text}"
        );
        let text = neuron_text(parse_quote!({
            self.t = x;
        }));
        assert!(text.contains("`*self.t = …`"), "{text}");
        let text = neuron_text(parse_quote!({
            self.e.g = x;
        }));
        assert!(text.contains("`self.e.g[..] = …`"), "{text}");
    }
}
