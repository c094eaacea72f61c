//! Forward mode over what reverse mode has written: tapes and tuples of adjoints, for second derivatives.

use super::sweep::Sweep;
use super::value::{self, Value};
use crate::ir::operation::Operation;
use crate::ir::types::DType;
use proc_macro2::{Ident, Span, TokenStream};
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

    /// What gradients call: `adjoint::NAME(..)`, and the derivatives of sparse products by their weights.
    pub(super) fn adjoint(&mut self, call: &ExprCall) -> Option<Value> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let segments: Vec<String> = path
            .path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let module = segments
            .iter()
            .position(|segment| segment == "adjoint" || segment == "sparse")?;
        let name = segments[module..].join("::");
        self.tangents.as_ref()?;
        let (func, span) = (&call.func, call.span());
        if name == "adjoint::sum_axis" {
            let args: Vec<&Expr> = call.args.iter().collect();
            return self.reduction(
                "sum_axis",
                &args,
                &syn::parse_quote!(::brain_jit::bm::sum_axis()),
            );
        }
        let plain = [
            "dot", "outer", "spread", "count", "length", "guard", "fitted", "view",
        ];
        if !plain
            .iter()
            .any(|plain| name.strip_prefix("adjoint::") == Some(plain))
        {
            return self.pushed_adjoint(&name, call);
        }
        let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg)).collect();
        match (name.as_str(), args.as_slice()) {
            ("adjoint::dot", [a, b]) => Some(self.product(a.clone(), b.clone(), span)),
            ("adjoint::outer", [a, b]) => Some(self.outer(a.clone(), b.clone(), span)),
            ("adjoint::spread", [value, like]) => {
                // Only the shape is wanted.
                let like = Value {
                    active: None,
                    ..like.clone()
                };
                let args = vec![value.clone(), like];
                let build = |args: &[TokenStream]| quote!(#func(#(#args),*));
                Some(self.operation(Operation::Spread, args, span, build))
            }
            ("adjoint::count" | "adjoint::length", [like, rest @ ..]) => {
                let (like_tokens, rest) = (&like.tokens, rest.iter().map(|arg| &arg.tokens));
                let tokens = quote!(#func(#like_tokens #(, #rest)*));
                Some(Value::constant(tokens, like.dtype.clone(), 0))
            }
            ("adjoint::guard", [g, rule]) => {
                Some(self.guarded_again(g.clone(), rule.clone(), span))
            }
            ("adjoint::view", [array]) => Some(array.clone()),
            ("adjoint::fitted", [g, like]) => Some(self.fitted(g.clone(), like.clone(), span)),
            _ => None,
        }
    }

    /// `adjoint::guard(g, rule)`: zero where nothing comes in, whatever the rule multiplies that with. An adjoint that is zero
    /// and moves does come in.
    fn guarded_again(&mut self, g: Value, rule: Value, span: Span) -> Value {
        let (g, rule) = (self.settle(g, span), self.settle(rule, span));
        let (at, tokens) = (&g.tokens, &rule.tokens);
        let bm = quote!(::brain_jit::bm);
        let value = quote!(#bm::where_(#at == 0.0, 0.0, #tokens));
        let (Some(tangent), Some(dtype)) = (self.tangent(&rule), rule.dtype.clone()) else {
            return Value::constant(value, rule.dtype, rule.rank);
        };
        let result = self.result(value, dtype, rule.rank, span);
        let none = match self.tangent(&g) {
            Some(moved) => quote!((#at == 0.0) & (#moved == 0.0)),
            None => quote!(#at == 0.0),
        };
        self.set_tangent(&result, quote!(#bm::where_(#none, 0.0, #tangent)), span);
        result
    }

    /// `adjoint::fitted(g, &like)`: broadcasting undone.
    fn fitted(&mut self, g: Value, like: Value, span: Span) -> Value {
        let g = self.settle(g, span);
        let (tokens, like) = (&g.tokens, &like.tokens);
        let fitted = |g: &TokenStream| quote!(::brain_jit::adjoint::refitted(&*#g, &*#like));
        match (self.tangent(&g), g.dtype.clone()) {
            (Some(tangent), Some(dtype)) => {
                let result = self.host_result(fitted(tokens), &dtype, g.rank, span);
                self.set_host_tangent(&result, fitted(&tangent), span);
                result
            }
            (_, dtype) => {
                let (name, ty) = (self.fresh("t", span), dtype.as_ref());
                let ty = ty.map(|dtype| value::owned(dtype, g.rank));
                let ty = ty.map(|ty| quote!(: #ty));
                let fitted = fitted(tokens);
                self.emit(quote!(let #name #ty = #fitted;));
                Value::constant(quote!(#name), dtype, g.rank).stable()
            }
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
