//! Writes in the forward sweep: a place gets another value.

use super::expression::place_key;
use super::sweep::{Step, Sweep, known, spread};
use super::value::Value;
use crate::check::without_parentheses;
use crate::ir::operation::Operation;
use crate::ir::types::ValueType;
use crate::lower::index::{join, positions};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

impl Sweep<'_> {
    /// `place = e`, `place op= e`, `place[index] = e`, `place[index] op= e`.
    pub(super) fn assign(
        &mut self,
        left: &Expr,
        operation: Option<Operation>,
        right: &Expr,
        whole: &Expr,
    ) {
        if let Some(joined) = self.joined_index(left) {
            return self.assign(&joined, operation, right, whole);
        }
        let span = whole.span();
        let (base, index) = match without_parentheses(left) {
            Expr::Index(e) => match is_whole(&e.index) {
                true => (&*e.expr, None),
                false => (&*e.expr, Some(&*e.index)),
            },
            other => (other, None),
        };
        let target = place_key(base).and_then(|key| Some((self.target(&key, base)?, key)));
        let Some((old, key)) = target else {
            if self.depends(right) {
                self.refuse(
                    left,
                    "the gradient cannot follow a write to this place",
                    "write to a variable or to a local array",
                );
            }
            self.effect(&quote!(#whole;));
            return;
        };
        self.expected = old.dtype.clone();
        let called = matches!(without_parentheses(right), Expr::MethodCall(_));
        if called && index.is_none() && operation.is_none() {
            self.annotated = old.dtype.clone().map(|dtype| (dtype, old.rank));
        }
        let value = self.value(right);
        (self.expected, self.annotated) = (None, None);
        let value = match (index, operation) {
            // A name that is bound again may get another shape.
            (None, None) if matches!(without_parentheses(left), Expr::Index(_)) => {
                self.whole(&old, value, span)
            }
            (None, None) => self.settle(value, span),
            (None, Some(operation)) => {
                let op = symbol(operation);
                let old_value = old.clone();
                let new = self.operation(operation, vec![old_value, value], span, |args| {
                    let (a, b) = (&args[0], &args[1]);
                    quote!((#a #op #b))
                });
                self.settle(new, span)
            }
            (Some(index), operation) => {
                let old = self.settle(old, span);
                let index = self.positions(index, old.rank, span);
                let value = match operation {
                    None => value,
                    Some(operation) => {
                        let present = self.picked(&old, &index, span);
                        let op = symbol(operation);
                        self.operation(operation, vec![present, value], span, |args| {
                            let (a, b) = (&args[0], &args[1]);
                            quote!((#a #op #b))
                        })
                    }
                };
                self.put(old, index, value, span)
            }
        };
        self.set(&key, value);
    }

    /// `m[i][j]` as `m[(i, j)]`: what is written to `m[i]` is written to `m`.
    fn joined_index(&mut self, left: &Expr) -> Option<Expr> {
        let Expr::Index(outer) = without_parentheses(left) else {
            return None;
        };
        let base = self.joined_index(&outer.expr);
        let Expr::Index(inner) = base.as_ref().unwrap_or(without_parentheses(&outer.expr)) else {
            return None;
        };
        let rank = place_key(&inner.expr)
            .and_then(|key| self.target(&key, &inner.expr))?
            .rank;
        let parts = positions(&inner.index)?;
        let number = |part: &Expr| self.apart(|sweep| sweep.value(part).rank).0 == 0;
        if !parts.iter().all(number) {
            return None;
        }
        join(&inner.expr, parts, &outer.index, rank).map(Expr::Index)
    }

    /// What a place holds, if the sweep can follow it.
    fn target(&mut self, key: &str, base: &Expr) -> Option<Value> {
        if let Some(value) = self.get(key) {
            return Some(value.clone());
        }
        let (value, _) = self.field_type(key)?;
        known(&value)?;
        // A child's own arrays stay with the child.
        (key.matches('.').count() == 1 && value != ValueType::RandomState).then(|| self.value(base))
    }

    /// The whole of `old` becomes `value`, in the shape of `old`.
    fn whole(&mut self, old: &Value, value: Value, span: Span) -> Value {
        if old.rank == 0 {
            return self.settle(value, span);
        }
        let value = self.settle(value, span);
        let tokens = spread(&value.tokens, &old.tokens);
        let dtype = value.dtype.clone().or(old.dtype.clone());
        match (value.active, dtype) {
            (Some(target), Some(dtype)) => {
                let result = self.result(tokens, dtype, old.rank, span);
                let old = Value {
                    active: None,
                    ..old.clone()
                };
                self.trace(&result, &[value.clone(), old]);
                self.record_elementwise(
                    &result,
                    vec![(target, quote!(__g), value.rank)],
                    false,
                    span,
                );
                result
            }
            _ => self.settle(Value::constant(tokens, old.dtype.clone(), old.rank), span),
        }
    }

    /// `old[index]`, read.
    fn picked(&mut self, old: &Value, index: &super::sweep::Index, span: Span) -> Value {
        let (a, positions) = (&old.tokens, &index.tokens);
        let read = quote!(#a[#positions]);
        match (old.active, old.dtype.clone()) {
            (Some(source), Some(dtype)) => {
                let result = self.result(read, dtype, index.rank, span);
                self.record_read(&result, source, index.clone(), span);
                result
            }
            (_, dtype) => Value::constant(read, dtype, index.rank),
        }
    }

    /// `v.fill(e)` and `v.assign(&e)`.
    pub(super) fn array_write(&mut self, call: &ExprMethodCall, whole: &Expr) -> bool {
        let (true, 1) = (
            call.method == "fill" || call.method == "assign",
            call.args.len(),
        ) else {
            return false;
        };
        let Some(key) = place_key(&call.receiver) else {
            return false;
        };
        let Some(old) = self.target(&key, &call.receiver).filter(|old| old.rank > 0) else {
            return false;
        };
        let value = self.value(&call.args[0]);
        let value = self.whole(&old, value, whole.span());
        self.set(&key, value);
        true
    }

    /// `bm::add_at(&mut v, index, w)`.
    pub(super) fn add_at(&mut self, call: &syn::ExprCall) {
        let span = call.span();
        let (target, index, value) = (&call.args[0], &call.args[1], &call.args[2]);
        let found = place_key(target).and_then(|key| Some((self.target(&key, target)?, key)));
        let Some((old, key)) = found else {
            self.effect(&quote!(#call;));
            return;
        };
        let old = self.settle(old, span);
        let value = self.value(value);
        let value = self.settle(value, span);
        let index = match index {
            Expr::Array(_) => Value::constant(self.verbatim(index), None, 1),
            _ => {
                let index = self.value(index);
                self.settle(index, span)
            }
        };
        let name = self.fresh("t", span);
        let (a, positions, w) = (&old.tokens, &index.tokens, &value.tokens);
        self.emit(quote!(let mut #name = (#a).clone();));
        self.emit(quote!(::brain_jit::bm::add_at(&mut #name, #positions, #w);));
        let active = old.active.is_some() || value.active.is_some();
        let Some(dtype) = old.dtype.clone().filter(|_| active) else {
            self.set(
                &key,
                Value::constant(quote!(#name), old.dtype, old.rank).stable(),
            );
            return;
        };
        let result = self.activate(quote!(#name), dtype, old.rank);
        if self.tangents.is_some() {
            self.push_add_at(&result, &old, positions, &value, span);
            self.set(&key, result);
            return;
        }
        let mut contributions = Vec::new();
        contributions.extend(old.active.map(|id| (id, quote!(__g))));
        contributions.extend(value.active.map(|id| {
            (
                id,
                super::value::sum_to(quote!(__g[#positions]), 1, value.rank),
            )
        }));
        self.steps.push(Step::Operation {
            result: result.active.unwrap_or_default(),
            contributions,
            exact: true,
            span,
        });
        self.set(&key, result);
    }
}

/// `[..]`, or no index at all.
fn is_whole(index: &Expr) -> bool {
    matches!(index, Expr::Range(range) if range.start.is_none() && range.end.is_none())
}

/// The operator of an augmented assignment.
fn symbol(operation: Operation) -> TokenStream {
    match operation.row().text {
        crate::ir::operation::Text::Infix { symbol, .. }
        | crate::ir::operation::Text::Checked { symbol, .. } => symbol.parse().unwrap_or_default(),
        _ => quote!(+),
    }
}
