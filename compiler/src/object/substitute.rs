//! Writes a child's payload in its parent's terms: the child's generics replaced by the arguments at the field.

use super::payload::{Payload, PayloadKind};
use crate::syntax::walk::{self, VisitMut};
use std::collections::HashMap;
use syn::{Expr, GenericArgument, GenericParam, Generics, Lifetime, PathArguments, QSelf, Type};

/// Substitutes the generics of `child` by those written at `path`, a type such as `Exp<T, 3>`.
pub fn substitute(mut child: Payload, path: &syn::TypePath) -> Payload {
    let arguments = match path.path.segments.last().map(|s| &s.arguments) {
        Some(PathArguments::AngleBracketed(list)) => list.args.iter().cloned().collect(),
        _ => Vec::new(),
    };
    let mut substitution = Substitution::new(&child.generics, arguments);
    child.generics = Generics::default();
    substitution.payload(&mut child);
    child
}

struct Substitution {
    lifetimes: HashMap<String, Lifetime>,
    others: HashMap<String, GenericArgument>,
}

impl Substitution {
    fn new(generics: &Generics, arguments: Vec<GenericArgument>) -> Self {
        let (lifetimes, others): (Vec<_>, Vec<_>) = arguments
            .into_iter()
            .partition(|a| matches!(a, GenericArgument::Lifetime(_)));
        let (mut lifetimes, mut others) = (lifetimes.into_iter(), others.into_iter());
        let mut result = Substitution {
            lifetimes: HashMap::new(),
            others: HashMap::new(),
        };
        for parameter in &generics.params {
            match parameter {
                GenericParam::Lifetime(parameter) => {
                    if let Some(GenericArgument::Lifetime(given)) = lifetimes.next() {
                        let name = parameter.lifetime.to_string();
                        result.lifetimes.insert(name, given);
                    }
                }
                GenericParam::Type(parameter) => {
                    let default = parameter.default.clone().map(|(_, mut ty)| {
                        result.visit_type_mut(&mut ty);
                        GenericArgument::Type(ty)
                    });
                    if let Some(given) = others.next().or(default) {
                        result.others.insert(parameter.ident.to_string(), given);
                    }
                }
                GenericParam::Const(parameter) => {
                    let default = parameter.default.clone().map(|(_, mut value)| {
                        result.visit_expr_mut(&mut value);
                        GenericArgument::Const(value)
                    });
                    if let Some(given) = others.next().or(default) {
                        result.others.insert(parameter.ident.to_string(), given);
                    }
                }
            }
        }
        result
    }

    fn payload(&mut self, payload: &mut Payload) {
        for field in &mut payload.fields {
            self.visit_type_mut(&mut field.written);
            match &mut field.kind {
                PayloadKind::Child(Some(child)) => self.payload(child),
                PayloadKind::Static(values) => {
                    values.iter_mut().for_each(|v| self.visit_expr_mut(v));
                }
                PayloadKind::Variable {
                    described: Some(described),
                    ..
                } => {
                    if let Some(GenericArgument::Type(Type::Path(given))) =
                        self.others.get(&described.dtype.to_string())
                        && let Some(ident) = given.path.get_ident()
                    {
                        described.dtype = ident.clone();
                    }
                }
                _ => {}
            }
        }
    }

    fn replacement(&self, path: &syn::TypePath) -> Option<&GenericArgument> {
        let only = path.path.get_ident().filter(|_| path.qself.is_none())?;
        self.others.get(&only.to_string())
    }
}

impl VisitMut for Substitution {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if let Some(given) = self.lifetimes.get(&lifetime.to_string()) {
            *lifetime = given.clone();
        }
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        // `N` in `Grid<N>` parses as a type, whatever it is.
        if let GenericArgument::Type(Type::Path(path)) = argument
            && let Some(given) = self.replacement(path)
        {
            *argument = given.clone();
            return;
        }
        walk::visit_generic_argument_mut(self, argument);
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty {
            if let Some(GenericArgument::Type(given)) = self.replacement(path) {
                *ty = given.clone();
                return;
            }
            // `T::Element` with `T` replaced is `<f32>::Element`.
            let segments = &path.path.segments;
            if path.qself.is_none()
                && path.path.leading_colon.is_none()
                && segments.len() > 1
                && segments[0].arguments.is_none()
                && let Some(GenericArgument::Type(given)) =
                    self.others.get(&segments[0].ident.to_string())
            {
                let rest = segments.iter().skip(1).cloned().collect();
                path.qself = Some(QSelf {
                    lt_token: Default::default(),
                    ty: Box::new(given.clone()),
                    position: 0,
                    as_token: None,
                    gt_token: Default::default(),
                });
                path.path.leading_colon = Some(Default::default());
                path.path.segments = rest;
                return;
            }
        }
        walk::visit_type_mut(self, ty);
    }

    fn visit_expr_mut(&mut self, value: &mut Expr) {
        if let Expr::Path(path) = value
            && path.qself.is_none()
            && let Some(only) = path.path.get_ident()
        {
            match self.others.get(&only.to_string()) {
                Some(GenericArgument::Const(given)) => {
                    *value = given.clone();
                    return;
                }
                Some(GenericArgument::Type(Type::Path(given))) => {
                    path.path = given.path.clone();
                    return;
                }
                _ => {}
            }
        }
        walk::visit_expr_mut(self, value);
    }
}
