//! Steps of differential equations at compile time: from a right-hand side with `#[integrate(method)]` to `NAME_step`.
//!
//! A right-hand side is a function of numbers: the states, the time `t`, then whatever else it depends on; the step takes
//! the same arguments and then `dt`. It is written as straight code (`trace`, `call`), in which a Runge–Kutta method
//! evaluates the right-hand side once a stage (`step`), and exponential Euler takes its derivative by the gradients' table
//! of rules (`derivative`). The step is a method of the block like any other, so that its callers inline it, arrays stand in
//! for numbers, and its operations fuse with theirs. `tableau` is the one table of Runge–Kutta methods, also the runtime's.

mod call;
mod derivative;
mod scheme;
mod signature;
mod step;
pub mod tableau;
mod term;
mod trace;

use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::{DType, ValueType};
use crate::model::block::{CustomGradient, Integral};
use crate::model::method::Method;
use crate::model::object::Object;
use crate::syntax::attributes::last_name;
use crate::syntax::types::TypeScope;
use scheme::Scheme;
use signature::{Form, Source, form, source, step_method};
use std::collections::HashSet;
use syn::{Generics, ImplItem, ReturnType};

/// What a right-hand side can call.
pub(crate) type Functions<'a> = (
    Option<&'a Object>,
    &'a [Method],
    &'a [ImplItem],
    &'a [CustomGradient],
);

/// A step whose signature is known, and whose body is not yet written.
pub(crate) struct Declared {
    source: Source,
    form: Form,
    scheme: Scheme,
    /// Its place among the methods.
    position: usize,
}

/// Adds the steps to `methods`, with bodies that [`fill`] replaces, so that what calls them can be checked.
pub(crate) fn declare(
    methods: &mut Vec<Method>,
    others: &[ImplItem],
    integrals: &[Integral],
    generics: Option<&Generics>,
    errors: &mut Errors,
) -> Vec<Declared> {
    let mut declared = Vec::new();
    for integral in integrals {
        let Some(source) = source(methods, others, integral, errors) else {
            continue;
        };
        let name = last_name(&integral.method);
        let scheme = Scheme::from_name(&name);
        if scheme.is_none() {
            errors.report(
                Code::IntegrationMethod,
                &integral.method,
                format!("there is no method of integration `{name}`"),
                format!("the methods are {}", Scheme::names()),
            );
        }
        let types = TypeScope::new(generics.into_iter().chain([&source.signature.generics]));
        let form = match scheme {
            Some(scheme) => form(&source, scheme, &types, errors),
            None => None,
        };
        let dtype = form.as_ref().map_or(DType::F64, |form| form.dtype.clone());
        let step = step_method(&source, form.as_ref(), &dtype, generics.is_some(), errors);
        let taken = methods
            .iter()
            .map(Method::name)
            .chain(others.iter().filter_map(|item| match item {
                ImplItem::Fn(function) => Some(&function.sig.ident),
                _ => None,
            }));
        if let Some(clash) = taken.into_iter().find(|name| *name == step.name()) {
            errors.report(
                Code::NameClash,
                clash,
                format!(
                    "`{clash}` is also the name of the step that is generated for `{}`",
                    source.name
                ),
                "rename this function",
            );
            continue;
        }
        methods.push(step);
        if let (Some(form), Some(scheme)) = (form, scheme) {
            declared.push(Declared {
                source,
                form,
                scheme,
                position: methods.len() - 1,
            });
        }
    }
    declared
}

/// Writes the bodies of the steps. What comes back are the positions of methods that cannot stand alone: right-hand sides
/// and functions that they call which read an array of the object as a number, and their steps. Of the `others`, those that such
/// methods call may be called by nothing else.
pub(crate) fn fill(
    object: Option<&Object>,
    methods: &mut [Method],
    others: &mut [ImplItem],
    custom: &[CustomGradient],
    generics: Option<&Generics>,
    declared: Vec<Declared>,
    errors: &mut Errors,
) -> HashSet<usize> {
    let (mut inlined_only, mut called) = (HashSet::new(), HashSet::new());
    for declared in declared {
        let Declared {
            source,
            form,
            scheme,
            position,
        } = declared;
        let types = TypeScope::new(generics.into_iter().chain([&source.signature.generics]));
        let functions = (object, &*methods, &*others, custom);
        let mut step = step::Step {
            trace: trace::Trace::new(functions, types, form.dtype.clone(), errors),
            span: source.name.span(),
            source: &source,
            form: &form,
        };
        let Some(body) = step.body(scheme) else {
            continue;
        };
        // What reads an array as a number is no function of numbers.
        let (readers, types) = (step.trace.readers, step.trace.types);
        if !readers.is_empty() {
            called.extend(step.trace.called);
        }
        let gives_number = |method: &Method| match &method.signature.output {
            ReturnType::Type(_, ty) => !matches!(types.recognise(ty), ValueType::Array(_)),
            ReturnType::Default => false,
        };
        let found = methods.iter().enumerate().filter(|(_, method)| {
            readers.contains(&method.name().to_string()) && gives_number(method)
        });
        inlined_only.extend(found.map(|(position, _)| position));
        if !readers.is_empty() && !form.takes_arrays {
            inlined_only.insert(position);
        }
        match syn::parse2(body.clone()) {
            Ok(body) => methods[position].body = body,
            Err(error) => errors.report(
                Code::RightHandSide,
                &source.name,
                format!(
                    "the step of `{}` could not be written: {error}",
                    source.name
                ),
                "please report this",
            ),
        }
    }
    for item in others {
        if let ImplItem::Fn(function) = item
            && called.contains(&function.sig.ident.to_string())
        {
            function.attrs.push(syn::parse_quote!(#[allow(dead_code)]));
        }
    }
    inlined_only
}
