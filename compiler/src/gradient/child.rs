//! Children in the forward sweep: their arrays, and methods with a pullback or tangent of their own.

use super::sweep::{Step, Sweep, known};
use super::value::{self, Value};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

impl Sweep<'_> {
    /// `self.e`, or `self.layers[i]` of a list of children.
    pub(super) fn child(&mut self, receiver: &Expr) -> Option<Child> {
        match receiver {
            Expr::Paren(e) => self.child(&e.expr),
            Expr::Group(e) => self.child(&e.expr),
            Expr::Reference(e) => self.child(&e.expr),
            Expr::Index(e) => {
                let list = self.child(&e.expr).filter(|list| list.index.is_none())?;
                let index = self.value(&e.index);
                let index = match crate::lower::operand::literal(&e.index) {
                    Some(_) => index.tokens,
                    None => self.settle(index, e.index.span()).tokens,
                };
                let place = &list.place;
                Some(Child {
                    place: quote!(#place[#index]),
                    index: Some(index),
                    ..list
                })
            }
            Expr::Field(_) => {
                let key = super::expression::field_key(receiver)?;
                let name = key.strip_prefix("self.")?.to_string();
                let fields = &self.object?.fields;
                let known = fields
                    .iter()
                    .any(|field| field.name == name && field.is_child());
                known.then(|| Child {
                    name,
                    place: quote::ToTokens::to_token_stream(receiver),
                    index: None,
                })
            }
            _ => None,
        }
    }

    /// The place of a list of children.
    pub(super) fn children_list(&self, list: &Expr) -> Option<TokenStream> {
        let name = super::expression::field_key(list)?;
        let name = name.strip_prefix("self.")?;
        let fields = &self.object?.fields;
        let known = fields.iter().find(|field| field.name == name)?;
        let sequence = matches!(
            known.kind,
            crate::model::object::FieldKind::Child { sequence: true, .. }
        );
        sequence.then(|| quote::ToTokens::to_token_stream(list))
    }

    /// `self.layers[i].w`: the gradient goes to that child's.
    pub(super) fn child_field(&mut self, field: &syn::ExprField) -> Option<Value> {
        let syn::Member::Named(member) = &field.member else {
            return None;
        };
        if !matches!(&*field.base, Expr::Index(_)) {
            return None;
        }
        let child = self.child(&field.base)?;
        let index = child.index?;
        let object = self
            .object?
            .fields
            .iter()
            .find(|known| known.name == child.name)?;
        let crate::model::object::FieldKind::Child { object, .. } = &object.kind else {
            return None;
        };
        let known_field = object.fields.iter().find(|known| known.name == *member)?;
        let (dtype, rank) = known(&known_field.value)?;
        let train = matches!(
            known_field.kind,
            crate::model::object::FieldKind::Variable { train: true }
        );
        let (place, span) = (&child.place, field.span());
        let tokens = match rank {
            0 => quote!(#place.#member),
            _ => quote!(#place.#member.clone()),
        };
        let gradients = self.children.get(&child.name).cloned();
        let (Some(gradients), true) = (gradients, train && dtype.is_float()) else {
            let name = self.fresh("t", span);
            let ty = value::owned(&dtype, rank);
            self.emit(quote!(let #name: #ty = #tokens;));
            return Some(Value::constant(quote!(#name), Some(dtype), rank).stable());
        };
        let value = self.host_result(tokens, &dtype, rank, span);
        self.steps.push(Step::Inherited {
            result: value.active?,
            gradient: quote!(#gradients[#index].#member),
            span,
        });
        Some(value)
    }

    /// `self.child.f(x)` whose type is written: `let h: Array2<f32> = self.child.f(x);`.
    pub(super) fn pullback(&mut self, child: Child, call: &ExprMethodCall) -> Value {
        let span = call.span();
        let Child { name, place, index } = child;
        let adjoints = self.children.get(&name).cloned();
        let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg)).collect();
        if adjoints.is_none() && args.iter().all(|arg| arg.active.is_none()) {
            if self.depth > 0 && self.tangents.is_none() {
                self.refuse(
                    &call.method,
                    "the reverse sweep runs a loop's and a condition's statements again, and this method of a child may change it",
                    "call it before, and read its result here; or keep what it does in variables of this object",
                );
            }
            let tokens = quote::ToTokens::to_token_stream(call);
            self.touched.push((format!("self.{name}"), tokens));
            let whole = Expr::MethodCall(call.clone());
            let (dtype, rank) = self
                .annotated
                .clone()
                .map_or((None, 0), |(d, r)| (Some(d), r));
            return Value::constant(self.verbatim(&whole), dtype, rank);
        }
        let Some((dtype, rank)) = self.annotated.clone() else {
            self.refuse(
                &call.method,
                "the gradient runs through a child's method whose result has no visible type",
                format!(
                    "bind it with its type: `let h: Array2<f32> = {}.{}(..);`",
                    value::text(&place),
                    call.method
                ),
            );
            return Value::constant(quote!(0.0), None, 0);
        };
        let args: Vec<Value> = args.into_iter().map(|arg| self.settle(arg, span)).collect();
        let (receiver, method) = (&place, &call.method);
        let written: Vec<TokenStream> = call
            .args
            .iter()
            .zip(&args)
            .map(|(written, arg)| {
                let tokens = &arg.tokens;
                match written {
                    Expr::Reference(_) => quote!(&#tokens),
                    // An argument is handed on as it came.
                    Expr::Path(path) if value::text(tokens) == value::text(&quote!(#path)) => {
                        quote!(#tokens)
                    }
                    _ if arg.rank > 0 => quote!(#tokens.to_owned()),
                    _ => quote!(#tokens),
                }
            })
            .collect();
        if self.tangents.is_some() {
            return self.push_child(receiver, call, &written, &args, (&dtype, rank), span);
        }
        let result = self.host_result(quote!(#receiver.#method(#(#written),*)), &dtype, rank, span);
        let vjp = quote::format_ident!("{}_vjp", method, span = method.span());
        let adjoint = match rank {
            0 => quote!(__g),
            _ => quote!(&__g),
        };
        let collected = match (adjoints, &index) {
            (Some(name), None) => quote!(#name),
            (Some(name), Some(index)) => quote!(&mut #name[#index]),
            (None, _) => quote!(&mut ::brain_jit::adjoint::Differentiable::gradients(&#receiver)),
        };
        let arguments = args
            .iter()
            .enumerate()
            .filter_map(|(k, arg)| Some((k, arg.active?)));
        let types = args.iter().map(|arg| match &arg.dtype {
            Some(dtype) if dtype.is_float() => value::owned(dtype, arg.rank),
            Some(_) => quote!(()),
            None => quote!(_),
        });
        let types = quote!(: (#(#types,)*));
        self.fallbacks
            .entry((vjp.to_string(), args.len()))
            .or_insert_with(|| {
                missing(
                    &format!("the gradient runs through `{method}` of `{{Self}}`, which is not `#[differentiable]`"),
                    &format!("write `#[differentiable]` above `fn {method}` in the `#[brain_jit]` block of `{{Self}}`"),
                    &vjp,
                    args.len() + 2,
                )
            });
        let step = Step::Call {
            types,
            results: result.active.into_iter().collect(),
            pullback: quote!(#receiver.#vjp(#(#written,)* #adjoint, #collected)),
            arguments: arguments.collect(),
            span,
        };
        self.steps.push(step);
        result
    }
}

/// A child whose method is called.
pub(super) struct Child {
    name: String,
    /// `self.e`, `self.layers[i]`.
    place: TokenStream,
    index: Option<TokenStream>,
}

/// What `child.NAME_vjp` or `child.NAME_jvp`, the `derived` method, is if the child has none: a function that no type may call, with a
/// message that says why. The macro does not see the child's attributes; a method of the child comes before one of a trait.
pub(super) fn missing(
    what: &str,
    help: &str,
    derived: &syn::Ident,
    arguments: usize,
) -> TokenStream {
    let message = format!(
        "[{}] {what}",
        crate::check::catalogue::Code::NotDifferentiable
    );
    let note = format!("help: {help}");
    let label = "its derivative is not there";
    let parameters = std::iter::repeat_n(quote!(_: impl ::core::marker::Sized), arguments);
    let (marker, fallback) = (
        quote::format_ident!("__Has_{derived}_{arguments}", span = Span::mixed_site()),
        quote::format_ident!("__OrElse_{derived}_{arguments}", span = Span::mixed_site()),
    );
    quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        #[allow(non_camel_case_types)]
        trait #marker {}
        #[allow(dead_code, non_camel_case_types)]
        trait #fallback {
            fn #derived<R>(&self, #(#parameters),*) -> R where Self: #marker {
                ::core::unreachable!()
            }
        }
        impl<T: ?::core::marker::Sized> #fallback for T {}
    }
}
