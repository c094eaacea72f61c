//! Forward mode over what reverse mode has written: tapes and tuples of adjoints, for second derivatives.

use super::sweep::Sweep;
use super::value::{self, Value};
use crate::ir::operation::Operation;
use crate::ir::types::DType;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

/// What a tape keeps.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    dtype: Option<DType>,
    /// Tangents are kept behind their values.
    active: bool,
}

impl Sweep<'_> {
    /// `let mut tape = Tape::new();`
    pub(super) fn tape(&mut self, name: &Ident, init: &Expr) -> bool {
        let new = || value::text(&quote!(#init)).ends_with("adjoint::Tape::new()");
        if self.tangents.is_none() || !new() {
            return false;
        }
        let tape = self.fresh("tape", name.span());
        self.emit(quote!(let mut #tape = #init;));
        let key = name.to_string();
        self.declare(&key, Value::constant(quote!(#tape), None, 0).stable());
        self.tapes.insert(key, None);
        true
    }

    /// The name of a tape that a method is called on.
    fn tape_of(&self, call: &ExprMethodCall) -> Option<String> {
        let Expr::Path(path) = &*call.receiver else {
            return None;
        };
        let key = path.path.get_ident()?.to_string();
        self.tapes.contains_key(&key).then_some(key)
    }

    /// `tape.push(&x);`, `tape.push_scalar(x);` and `tape.pop(&mut x);`
    pub(super) fn tape_step(&mut self, call: &ExprMethodCall) -> bool {
        let (Some(key), Some(argument)) = (self.tape_of(call), call.args.first()) else {
            return false;
        };
        let span = call.span();
        let tape = self.get(&key).map(|value| value.tokens.clone());
        let value = self.value(argument);
        let value = self.settle(value, span);
        let tokens = &value.tokens;
        let borrow = (value.rank > 0).then(|| quote!(&));
        match call.method.to_string().as_str() {
            "push" | "push_scalar" => {
                let push = &call.method;
                self.emit(quote!(#tape.#push(#borrow #tokens);));
                let tangent = self.tangent(&value);
                if let Some(tangent) = &tangent {
                    self.emit(quote!(#tape.#push(#borrow #tangent);));
                }
                let kept = Kept {
                    dtype: value.dtype.clone(),
                    active: tangent.is_some(),
                };
                self.tapes.insert(key, Some(kept));
                true
            }
            "pop" => {
                let Some(place) = super::expression::place_key(argument) else {
                    return false;
                };
                let tangent = self.kept(&key).then(|| self.fresh("d", span));
                if let Some(tangent) = &tangent {
                    self.emit(quote!(let mut #tangent = (#tokens).clone();));
                    self.emit(quote!(#tape.pop(&mut #tangent);));
                }
                let name = self.fresh("t", span);
                self.emit(quote!(let mut #name = (#tokens).clone();));
                self.emit(quote!(#tape.pop(&mut #name);));
                let popped = match (tangent, value.dtype.clone()) {
                    (Some(tangent), Some(dtype)) => {
                        let popped = self.activate(quote!(#name), dtype, value.rank);
                        self.name_tangent(Some(&popped), Some(quote!(#tangent)));
                        popped
                    }
                    (_, dtype) => Value::constant(quote!(#name), dtype, value.rank).stable(),
                };
                self.set(&place, popped);
                true
            }
            _ => false,
        }
    }

    /// `tape.pop_scalar()`
    pub(super) fn popped(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let key = self.tape_of(call).filter(|_| call.method == "pop_scalar")?;
        let span = call.span();
        let tape = self.get(&key)?.tokens.clone();
        let dtype = self.tapes.get(&key)?.as_ref()?.dtype.clone();
        let pop = quote!(#tape.pop_scalar());
        if !self.kept(&key) {
            let value = Value::constant(pop, dtype, 0);
            return Some(self.settle(value, span));
        }
        let tangent = self.fresh("d", span);
        let annotation = dtype.as_ref().map(DType::tokens).map(|ty| quote!(: #ty));
        self.emit(quote!(let #tangent #annotation = #pop;));
        let result = self.result(pop, dtype?, 0, span);
        self.name_tangent(Some(&result), Some(quote!(#tangent)));
        Some(result)
    }

    /// `adjoint::spread(g, x)`, `adjoint::count(x)`, `adjoint::length(x, axis)`, and the products and sums of adjoints.
    pub(super) fn adjoint(&mut self, call: &ExprCall) -> Option<Value> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let mut segments = path.path.segments.iter().rev();
        let name = segments.next()?.ident.to_string();
        if self.tangents.is_none() || segments.next()?.ident != "adjoint" {
            return None;
        }
        let func = &call.func;
        if name == "sum_axis" {
            let args: Vec<&Expr> = call.args.iter().collect();
            return self.reduction(
                &name,
                &args,
                &syn::parse_quote!(::brain_jit::bm::sum_axis()),
            );
        }
        let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg)).collect();
        match (name.as_str(), args.as_slice()) {
            ("dot", [a, b]) => Some(self.product(a.clone(), b.clone(), call.span())),
            ("outer", [a, b]) => Some(self.outer(a.clone(), b.clone(), call.span())),
            ("spread", [value, like]) => {
                // Only the shape is wanted.
                let like = Value {
                    active: None,
                    ..like.clone()
                };
                let args = vec![value.clone(), like];
                let build = |args: &[TokenStream]| quote!(#func(#(#args),*));
                Some(self.operation(Operation::Spread, args, call.span(), build))
            }
            ("count" | "length", [like, rest @ ..]) => {
                let (like_tokens, rest) = (&like.tokens, rest.iter().map(|arg| &arg.tokens));
                let tokens = quote!(#func(#like_tokens #(, #rest)*));
                Some(Value::constant(tokens, like.dtype.clone(), 0))
            }
            _ => None,
        }
    }

    /// Whether a tape keeps tangents.
    fn kept(&self, key: &str) -> bool {
        matches!(self.tapes.get(key), Some(Some(kept)) if kept.active)
    }

    /// `let pullback = (a, b);`: `pullback.0` and `pullback.1` are values of their own.
    pub(super) fn members(&mut self, name: &Ident, init: &Expr) -> bool {
        let Expr::Tuple(tuple) = init else {
            return false;
        };
        if self.tangents.is_none() || !name.to_string().starts_with("__pullback") {
            return false;
        }
        for (position, element) in tuple.elems.iter().enumerate() {
            let value = self.value(element);
            let value = self.settle(value, element.span());
            self.declare(&format!("{name}.{position}"), value);
        }
        true
    }

    /// `pullback.0`
    pub(super) fn member(&self, expr: &Expr) -> Option<Value> {
        let Expr::Field(field) = expr else {
            return None;
        };
        let (Expr::Path(path), syn::Member::Unnamed(index)) = (&*field.base, &field.member) else {
            return None;
        };
        let name = path.path.get_ident()?;
        self.get(&format!("{name}.{}", index.index)).cloned()
    }
}
