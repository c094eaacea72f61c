//! Elements and views: reads and writes of a part of an array.

use super::sweep::{Index, Step, Sweep};
use super::value::{self, Value};
use crate::ir::types::DType;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprIndex};

impl Sweep<'_> {
    /// `x[index]`.
    pub(super) fn index(&mut self, expr: &ExprIndex) -> Value {
        let base = self.value(&expr.expr);
        let index = self.positions(&expr.index, base.rank, expr.span());
        let tokens = &index.tokens;
        let array = match base.active.is_some() {
            true => self.settle(base, expr.span()),
            false => base,
        };
        let a = &array.tokens;
        let read = quote!(#a[#tokens]);
        match (array.active, array.dtype.clone()) {
            (Some(source), Some(dtype)) => {
                let result = self.result(read, dtype, index.rank, expr.span());
                self.record_read(&result, source, index, expr.span());
                result
            }
            (_, dtype) => Value::constant(read, dtype, index.rank),
        }
    }

    /// Records `result = source[index]`.
    pub(super) fn record_read(&mut self, result: &Value, source: usize, index: Index, span: Span) {
        if let Some(tangent) = self.tangent_of(source) {
            let positions = &index.tokens;
            self.set_tangent(result, quote!(#tangent[#positions]), span);
            return;
        }
        self.steps.push(Step::Read {
            result: result.active.unwrap_or_default(),
            source,
            index,
            span,
        });
    }

    /// The positions of an index, computed once.
    pub(super) fn positions(&mut self, expr: &Expr, rank: usize, span: Span) -> Index {
        let parts: Vec<&Expr> = match expr {
            Expr::Tuple(tuple) => tuple.elems.iter().collect(),
            one => vec![one],
        };
        let mut left = rank;
        let mut out = 0;
        let mut list = false;
        let mut added = Vec::new();
        let mut tokens = Vec::new();
        for part in &parts {
            let (text, picked) = self.position(part, &mut list, span);
            match picked {
                Picked::One => left = left.saturating_sub(1),
                Picked::Many => {
                    left = left.saturating_sub(1);
                    out += 1;
                }
                Picked::Parts { one, many } => {
                    left = left.saturating_sub(one + many);
                    out += many;
                }
                Picked::New => {
                    added.push(out);
                    out += 1;
                }
                Picked::Mask(mask) => {
                    left = left.saturating_sub(mask);
                    out += 1;
                }
            }
            tokens.push(text);
        }
        let tokens = match (expr, tokens.as_slice()) {
            (Expr::Tuple(_), _) => quote!((#(#tokens),*)),
            (_, [one]) => quote!(#one),
            _ => quote!((#(#tokens),*)),
        };
        Index {
            tokens,
            list,
            rank: out + left,
            added,
        }
    }

    fn position(&mut self, part: &Expr, list: &mut bool, span: Span) -> (TokenStream, Picked) {
        match part {
            Expr::Range(range) => {
                let mut bound = |expr: &Option<Box<Expr>>| {
                    expr.as_ref().map(|expr| {
                        let value = self.value(expr);
                        self.settle_position(value, expr, span)
                    })
                };
                let (start, end) = (bound(&range.start), bound(&range.end));
                let limits = &range.limits;
                (quote!(#start #limits #end), Picked::Many)
            }
            Expr::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|s| s.ident == "NEWAXIS") =>
            {
                (part.to_token_stream(), Picked::New)
            }
            Expr::Macro(mac) => {
                let text = value::text(&mac.mac.tokens);
                let axes = text.split(',').filter(|axis| !axis.is_empty());
                let (many, one): (Vec<_>, Vec<_>) = axes.partition(|axis| axis.contains(".."));
                let (one, many) = (one.len(), many.len());
                (self.verbatim(part), Picked::Parts { one, many })
            }
            Expr::Array(_) | Expr::Reference(_) => {
                *list = true;
                (self.verbatim(part), Picked::Many)
            }
            other => {
                let value = self.value(other);
                let tokens = self.settle_position(value.clone(), other, span);
                match (value.rank, value.dtype) {
                    (0, _) => (tokens, Picked::One),
                    (rank, Some(DType::Bool)) => (tokens, Picked::Mask(rank)),
                    _ => {
                        *list = true;
                        (tokens, Picked::Many)
                    }
                }
            }
        }
    }

    /// A literal stays; what may change later is kept.
    fn settle_position(&mut self, value: Value, expr: &Expr, span: Span) -> TokenStream {
        match crate::lower::operand::literal(expr) {
            Some(_) => expr.to_token_stream(),
            None => self.settle(value, span).tokens,
        }
    }

    /// `base` with `[index]` replaced by `value`.
    pub(super) fn put(&mut self, base: Value, index: Index, value: Value, span: Span) -> Value {
        let value = self.settle(value, span);
        let name = self.fresh("t", span);
        let (old, tokens, new) = (&base.tokens, &index.tokens, &value.tokens);
        let written = match index.rank > 0 && value.rank > 0 {
            true => quote!(&#new),
            false => quote!(#new),
        };
        self.emit(quote!(let mut #name = (#old).clone();));
        self.emit(quote!(#name[#tokens] = #written;));
        let dtype = base.dtype.clone().or(value.dtype.clone());
        let Some(dtype) = dtype.filter(|_| base.active.is_some() || value.active.is_some()) else {
            return Value::constant(quote!(#name), base.dtype, base.rank).stable();
        };
        let result = self.activate(quote!(#name), dtype, base.rank);
        if self.tangents.is_some() {
            self.push_put(&result, &base, &index, &value, span);
            return result;
        }
        let beside = |value: &Value| Value {
            active: None,
            ..value.clone()
        };
        self.trace(&beside(&result), &[value.clone(), beside(&base)]);
        self.steps.push(Step::Put {
            result: result.active.unwrap_or_default(),
            source: base.active,
            value: value.active.map(|id| (id, value.rank)),
            index,
            span,
        });
        result
    }
}

/// What one part of an index does to the axes.
enum Picked {
    One,
    Many,
    New,
    /// Of `s![..]`: single positions, and slices.
    Parts {
        one: usize,
        many: usize,
    },
    /// A mask of so many axes.
    Mask(usize),
}

/// The tokens that add `adjoint` to the elements of `target` that were picked.
pub(super) fn accumulate(
    target: &TokenStream,
    index: &Index,
    adjoint: &TokenStream,
) -> TokenStream {
    let positions = &index.tokens;
    match index.list {
        true => quote!(::brain_jit::bm::add_at(&mut #target, #positions, #adjoint);),
        false => quote!(#target[#positions] += #adjoint;),
    }
}

/// A literal is its own temporary.
pub(super) fn named(tokens: &TokenStream) -> bool {
    value::is_literal(tokens) || tokens.clone().into_iter().count() == 1
}
