//! Forward mode: each active value of the forward sweep has its tangent computed beside it.
//!
//! It is the sweep of reverse mode without its record, and shares the table of derivatives. An elementwise rule says
//! what an operand receives from the adjoint `g`; with the operand's tangent for `g` it says what the result receives
//! from the operand. What is linear is applied to the tangent as it is to the value. There is no tape.

use super::sweep::{Active, Index, Sweep, spread, zeros_like};
use super::value::{self, Value};
use crate::ir::types::DType;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use std::collections::{BTreeMap, HashMap};

/// The tangents of active values, by their numbers: each is the name of something that does not change.
pub(super) type Tangents = HashMap<usize, TokenStream>;

/// What an operand contributes: its number, tokens in which `__g` is the adjoint or tangent, and its rank.
pub(super) type Contribution = (usize, TokenStream, usize);

/// What a condition's arms leave, as tangents.
#[derive(Default)]
pub(super) struct Joined {
    /// The declarations before the condition.
    pub declared: Vec<TokenStream>,
    /// The assignments at the end of each arm.
    pub assigned: Vec<TokenStream>,
    /// The tangent of the condition's own value.
    pub value: Option<TokenStream>,
    /// The tangents of what the arms write.
    pub names: BTreeMap<String, TokenStream>,
}

/// An arm's end: the names that it writes to with their tangents, and its value with the value's tangent.
pub(super) type End = (
    Vec<(Ident, Option<TokenStream>)>,
    Option<(TokenStream, Option<TokenStream>)>,
);

impl Sweep<'_> {
    /// The tangent of an active value, in forward mode.
    pub fn tangent_of(&self, id: usize) -> Option<TokenStream> {
        let missing = || {
            quote!(::core::compile_error!(
                "a tangent is missing here: please report this"
            ))
        };
        let tangents = self.tangents.as_ref()?;
        Some(tangents.get(&id).cloned().unwrap_or_else(missing))
    }

    /// The tangent of a value, if it has one.
    pub fn tangent(&self, value: &Value) -> Option<TokenStream> {
        self.tangent_of(value.active?)
    }

    /// Says what the tangent of `result` is called.
    pub fn name_tangent(&mut self, result: Option<&Value>, tangent: Option<TokenStream>) {
        if let (Some(tangents), Some(tangent), Some(id)) = (
            self.tangents.as_mut(),
            tangent,
            result.and_then(|value| value.active),
        ) {
            tangents.insert(id, tangent);
        }
    }

    /// Computes the tangent of `result`.
    pub fn set_tangent(&mut self, result: &Value, tokens: TokenStream, span: Span) {
        let name = match super::index::named(&tokens) && !value::is_literal(&tokens) {
            true => tokens,
            false => {
                let name = self.fresh("d", span);
                let annotation = (result.rank == 0)
                    .then(|| result.dtype.as_ref().map(DType::tokens))
                    .flatten()
                    .map(|ty| quote!(: #ty));
                self.emit(quote!(let #name #annotation = #tokens;));
                quote!(#name)
            }
        };
        self.name_tangent(Some(result), Some(name));
    }

    /// The same for what host code computes, whose type is written.
    pub fn set_host_tangent(&mut self, result: &Value, tokens: TokenStream, span: Span) {
        let name = self.fresh("d", span);
        let ty = result.dtype.as_ref().map(|dtype| {
            let ty = value::owned(dtype, result.rank);
            quote!(: #ty)
        });
        self.emit(quote!(let #name #ty = #tokens;));
        self.name_tangent(Some(result), Some(quote!(#name)));
    }

    /// The tangent of a value, zeros if it is a constant, under a name.
    pub fn tangent_or_zeros(&mut self, value: &Value, span: Span) -> TokenStream {
        if let Some(tangent) = self.tangent(value) {
            return tangent;
        }
        if value.rank == 0 {
            return quote!(0.0);
        }
        let name = self.fresh("d", span);
        let zeros = spread(&quote!(0.0), &value.tokens);
        self.emit(quote!(let #name = #zeros;));
        quote!(#name)
    }

    /// What elementwise rules give: for the reverse sweep a record, in forward mode the tangent. `whole` says that the
    /// sum of the contributions has the shape of the result.
    pub fn record_elementwise(
        &mut self,
        result: &Value,
        contributions: Vec<Contribution>,
        whole: bool,
        span: Span,
    ) {
        if self.tangents.is_none() {
            let contributions = contributions
                .into_iter()
                .map(|(target, tokens, rank)| (target, value::sum_to(tokens, result.rank, rank)));
            let contributions = contributions.collect();
            self.record(result, contributions, span);
            return;
        }
        let terms: Vec<TokenStream> = contributions
            .into_iter()
            .filter_map(|(target, tokens, _)| {
                let tangent = self.tangent_of(target)?;
                Some(value::substitute(tokens, &[("__g", &tangent)]))
            })
            .collect();
        let empty = terms.is_empty();
        let sum = terms.into_iter().reduce(|sum, next| quote!(#sum + (#next)));
        let sum = sum.unwrap_or(quote!(0.0));
        let tangent = match result.rank > 0 && (empty || !whole) {
            true => spread(&quote!((#sum)), &result.tokens),
            false => sum,
        };
        self.set_tangent(result, tangent, span);
    }

    /// The tangent of `function(a, b)` that is linear in each.
    pub fn push_bilinear(
        &mut self,
        result: &Value,
        function: &TokenStream,
        a: &Value,
        b: &Value,
        span: Span,
    ) {
        let (left, right) = (&a.tokens, &b.tokens);
        let mut terms = Vec::new();
        terms.extend(
            self.tangent(a)
                .map(|tangent| quote!(#function(#tangent, #right))),
        );
        terms.extend(
            self.tangent(b)
                .map(|tangent| quote!(#function(#left, #tangent))),
        );
        let sum = quote!(#(#terms)+*);
        self.set_tangent(result, sum, span);
    }

    /// A copy of the tangent of `base` that can be written to.
    fn copied_tangent(&mut self, base: &Value, span: Span) -> Ident {
        let name = self.fresh("d", span);
        let start = match self.tangent(base) {
            Some(tangent) => quote!((#tangent).clone()),
            None => spread(&quote!(0.0), &base.tokens),
        };
        self.emit(quote!(let mut #name = #start;));
        name
    }

    /// The tangent of `base` with `[index]` replaced by `value`.
    pub fn push_put(
        &mut self,
        result: &Value,
        base: &Value,
        index: &Index,
        value: &Value,
        span: Span,
    ) {
        let name = self.copied_tangent(base, span);
        let positions = &index.tokens;
        let written = match (self.tangent(value), index.rank > 0 && value.rank > 0) {
            (Some(tangent), true) => quote!(&#tangent),
            (Some(tangent), false) => tangent,
            (None, _) => quote!(0.0),
        };
        self.emit(quote!(#name[#positions] = #written;));
        self.name_tangent(Some(result), Some(quote!(#name)));
    }

    /// The tangent of `bm::add_at(&mut base, positions, value)`.
    pub fn push_add_at(
        &mut self,
        result: &Value,
        base: &Value,
        positions: &TokenStream,
        value: &Value,
        span: Span,
    ) {
        let name = self.copied_tangent(base, span);
        if let Some(tangent) = self.tangent(value) {
            self.emit(quote!(::brain_jit::bm::add_at(&mut #name, #positions, #tangent);));
        }
        self.name_tangent(Some(result), Some(quote!(#name)));
    }

    /// The tangents of what the arms of a condition write and give. `storage` are the names that they write to, `kinds`
    /// the types of those that some arm makes active.
    pub fn join_tangents(
        &mut self,
        storage: &BTreeMap<String, (Ident, Value)>,
        kinds: &BTreeMap<String, Option<DType>>,
        ends: &[End],
        (dtype, rank): (Option<DType>, usize),
        span: Span,
    ) -> Joined {
        let mut joined = Joined {
            assigned: vec![TokenStream::new(); ends.len()],
            ..Joined::default()
        };
        if self.tangents.is_none() {
            return joined;
        }
        for (key, (name, before)) in storage {
            let dtype = before.dtype.clone().or(kinds.get(key).cloned().flatten());
            let through = kinds.contains_key(key) || before.active.is_some();
            let (true, Some(dtype)) = (through, dtype) else {
                continue;
            };
            let tangent = carried(name);
            let start = Active {
                tokens: before.tokens.clone(),
                dtype,
                rank: before.rank,
            };
            joined
                .declared
                .push(self.declaration(&tangent, &start, self.tangent(before)));
            for ((written, _), assigned) in ends.iter().zip(&mut joined.assigned) {
                let end = written.iter().find(|(place, _)| place == name);
                let Some((_, end)) = end else { continue };
                assigned.extend(match (end, before.rank) {
                    (Some(end), 0) => quote!(#tangent = #end;),
                    (Some(end), _) => quote!(#tangent[..] = &#end;),
                    (None, 0) => quote!(#tangent = 0.0;),
                    (None, _) => quote!(#tangent[..] = 0.0;),
                });
            }
            joined.names.insert(key.clone(), quote!(#tangent));
        }
        let through = ends
            .iter()
            .any(|(_, last)| matches!(last, Some((_, Some(_)))));
        if let (true, Some(dtype)) = (through, dtype) {
            let name = self.fresh("d", span);
            let ty = value::owned(&dtype, rank);
            let element = dtype.tokens();
            // Its shape is that of the arm that is taken.
            let none = vec![quote!(0); rank];
            joined.declared.push(match rank {
                0 => quote!(let mut #name: #ty = 0.0;),
                1 => quote!(let mut #name: #ty = ::brain_jit::bm::zeros::<#element, _>(0);),
                _ => quote!(let mut #name: #ty = ::brain_jit::bm::zeros::<#element, _>((#(#none),*));),
            });
            for ((_, last), assigned) in ends.iter().zip(&mut joined.assigned) {
                let Some((value, tangent)) = last else {
                    continue;
                };
                assigned.extend(match (tangent, rank) {
                    (Some(tangent), 0) => quote!(#name = #tangent;),
                    (Some(tangent), _) => quote!(#name = (#tangent).clone();),
                    (None, 0) => quote!(#name = 0.0;),
                    (None, _) => {
                        let zeros = spread(&quote!(0.0), value);
                        quote!(#name = #zeros;)
                    }
                });
            }
            joined.value = Some(quote!(#name));
        }
        joined
    }

    /// Declares what holds a tangent that is written to later.
    fn declaration(&self, name: &Ident, of: &Active, start: Option<TokenStream>) -> TokenStream {
        let ty = of.dtype.tokens();
        match (start, of.rank) {
            (Some(start), 0) => quote!(let mut #name: #ty = #start;),
            (Some(start), _) => quote!(let mut #name = (#start).clone();),
            (None, rank) => {
                let zeros = zeros_like(of);
                let annotation = (rank == 0).then(|| quote!(: #ty));
                quote!(let mut #name #annotation = #zeros;)
            }
        }
    }

    /// Declares the tangent that one pass of a loop hands on to the next, in the storage beside `name`.
    pub fn declare_carried_tangent(&mut self, name: &Ident, value: &Value) {
        let (true, Some(dtype)) = (self.tangents.is_some(), value.dtype.clone()) else {
            return;
        };
        let of = Active {
            tokens: value.tokens.clone(),
            dtype,
            rank: value.rank,
        };
        let declaration = self.declaration(&carried(name), &of, self.tangent(value));
        self.emit(declaration);
    }

    /// The tangent that a pass leaves in the storage beside `name`: where, its rank, and its tokens.
    pub fn carried_tangent(
        &mut self,
        name: &Ident,
        value: &Value,
        active: bool,
    ) -> Option<(Ident, usize, TokenStream)> {
        self.tangents.as_ref()?;
        let place = carried(name);
        match self.tangent(value) {
            Some(tangent) if place == value::text(&tangent) => None,
            Some(tangent) => Some((place, value.rank, tangent)),
            None => active.then(|| (place, value.rank, quote!(0.0))),
        }
    }
}

/// The storage of the tangent beside the storage `name`.
pub(super) fn carried(name: &Ident) -> Ident {
    format_ident!("{name}_dot", span = name.span())
}
