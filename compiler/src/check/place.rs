//! Places: `self.e.v[i]`, `*w` and the like, and the fields that they lie in.

use crate::model::object::{Field, FieldKind, Object};
use syn::{Expr, Ident, Member, UnOp};

/// An expression that names a place: a root and the steps from it.
#[derive(Clone)]
pub struct Place {
    pub root: Root,
    pub steps: Vec<Step>,
}

/// Where a place starts.
#[derive(Clone, Debug)]
pub enum Root {
    SelfValue,
    /// A parameter of the method that no local shadows here.
    Parameter(Ident),
}

#[derive(Clone)]
pub enum Step {
    Field(Member),
    Index,
    Deref,
}

impl Place {
    /// Reads `expr` as a place; `is_parameter` says which names are parameters.
    pub fn of(expr: &Expr, is_parameter: &dyn Fn(&Ident) -> bool) -> Option<Place> {
        let with = |base: &Expr, step| {
            let mut place = Place::of(base, is_parameter)?;
            place.steps.push(step);
            Some(place)
        };
        match expr {
            Expr::Path(path) => {
                let name = path.path.get_ident().filter(|_| path.qself.is_none())?;
                let root = if name == "self" {
                    Root::SelfValue
                } else if is_parameter(name) {
                    Root::Parameter(name.clone())
                } else {
                    return None;
                };
                let steps = Vec::new();
                Some(Place { root, steps })
            }
            Expr::Paren(e) => Place::of(&e.expr, is_parameter),
            Expr::Group(e) => Place::of(&e.expr, is_parameter),
            Expr::Field(e) => with(&e.base, Step::Field(e.member.clone())),
            Expr::Index(e) => with(&e.expr, Step::Index),
            Expr::Unary(e) if matches!(e.op, UnOp::Deref(_)) => {
                match without_parentheses(&e.expr) {
                    Expr::Reference(reference) => Place::of(&reference.expr, is_parameter),
                    base => with(base, Step::Deref),
                }
            }
            _ => None,
        }
    }

    pub fn is_self(&self) -> bool {
        matches!(self.root, Root::SelfValue)
    }

    /// The field that the place lies in, looked up through children.
    pub fn resolve<'a>(&'a self, object: Option<&'a Object>) -> Target<'a> {
        if let Root::Parameter(name) = &self.root {
            return Target::Parameter {
                name,
                rest: &self.steps,
            };
        }
        let derefs = self.steps.iter().take_while(|s| matches!(s, Step::Deref));
        let mut rest = &self.steps[derefs.count()..];
        let Some(mut owner) = object else {
            return match rest.first() {
                Some(Step::Field(_)) => Target::NotVisible,
                _ => Target::Whole,
            };
        };
        let mut path = "self".to_string();
        loop {
            let name = match rest.first() {
                Some(Step::Field(Member::Named(name))) => name,
                Some(Step::Field(Member::Unnamed(_))) => return Target::NotVisible,
                _ => return Target::Whole,
            };
            rest = &rest[1..];
            let Some(field) = owner.field(name) else {
                return Target::Unknown { name, owner, path };
            };
            path = format!("{path}.{name}");
            if let FieldKind::Child { object, sequence } = &field.kind {
                let skipped = rest
                    .iter()
                    .take_while(|step| match step {
                        Step::Deref => true,
                        Step::Index => *sequence,
                        Step::Field(_) => false,
                    })
                    .count();
                if let Some(Step::Field(Member::Named(_))) = rest.get(skipped) {
                    if rest[..skipped].iter().any(|s| matches!(s, Step::Index)) {
                        path.push_str("[..]");
                    }
                    owner = object;
                    rest = &rest[skipped..];
                    continue;
                }
            }
            return Target::Field {
                field,
                owner,
                path,
                rest,
            };
        }
    }
}

/// What a place lies in.
#[derive(Clone)]
pub enum Target<'a> {
    /// `self` itself.
    Whole,
    /// A field (a child only if the place goes no deeper), and the steps into it.
    Field {
        field: &'a Field,
        owner: &'a Object,
        /// For messages: `self.e.v`.
        path: String,
        rest: &'a [Step],
    },
    Unknown {
        name: &'a Ident,
        owner: &'a Object,
        path: String,
    },
    Parameter {
        name: &'a Ident,
        rest: &'a [Step],
    },
    /// The struct is not known here.
    NotVisible,
}

/// `expr` without the parentheses around it.
pub fn without_parentheses(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(e) => without_parentheses(&e.expr),
        Expr::Group(e) => without_parentheses(&e.expr),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::fixture::object;
    use syn::parse_quote;

    fn described(expr: Expr) -> String {
        let network = object(
            parse_quote!(
                struct Network {
                    #[child]
                    layers: Vec<Layer>,
                    #[child]
                    e: Layer,
                    n: usize,
                }
            ),
            &[parse_quote!(
                struct Layer {
                    #[variable]
                    v: Array1<f32>,
                    tau: f32,
                }
            )],
        );
        let place = Place::of(&expr, &|name| name == "w");
        match place.as_ref().map(|p| p.resolve(Some(&network))) {
            None => "no place".into(),
            Some(Target::Whole) => "self".into(),
            Some(Target::Field { path, rest, .. }) => format!("{path} and {}", rest.len()),
            Some(Target::Unknown { name, owner, .. }) => format!("no {name} in {}", owner.name),
            Some(Target::Parameter { name, rest }) => format!("{name} and {}", rest.len()),
            Some(Target::NotVisible) => "not visible".into(),
        }
    }

    #[test]
    fn places_resolve_through_children() {
        assert_eq!(described(parse_quote!(self.n)), "self.n and 0");
        assert_eq!(described(parse_quote!((*self).n)), "self.n and 0");
        assert_eq!(described(parse_quote!(*self.e.v)), "self.e.v and 1");
        assert_eq!(
            described(parse_quote!(self.layers[i].v[0])),
            "self.layers[..].v and 1"
        );
        assert_eq!(described(parse_quote!(self.layers[i])), "self.layers and 1");
        assert_eq!(described(parse_quote!(self.e.x)), "no x in Layer");
        assert_eq!(described(parse_quote!(*&mut self.n)), "self.n and 0");
        assert_eq!(described(parse_quote!(*self)), "self");
        assert_eq!(described(parse_quote!(*w)), "w and 1");
        assert_eq!(described(parse_quote!(u)), "no place");
        assert_eq!(described(parse_quote!(self.f())), "no place");
    }
}
