//! The reverse sweep: the record run backwards, each step handing its result's adjoint on to its operands.

use super::index::{accumulate, named};
use super::sweep::{Index, Step, Sweep, spread, zeros_like};
use super::value;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, HashMap};

/// The adjoints that are known so far.
#[derive(Clone, Default, Debug)]
pub(super) struct Adjoints {
    /// Contributions that have not been added yet.
    pending: HashMap<usize, Vec<TokenStream>>,
    /// Adjoints that are variables, which contributions are added to at once.
    pub accumulators: HashMap<usize, Ident>,
    /// Values with smaller numbers belong to the code around.
    pub boundary: usize,
    /// Values of the code around that contributions were made to.
    pub needed: BTreeMap<usize, Ident>,
    /// In a loop, the outer products that its passes add to the code around.
    pub rows: Option<Rows>,
}

/// Outer products of a loop's passes. Their sum is one product of two matrices, which have a row for each pass.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// Which pass it is.
    pub pass: Ident,
    /// The value of the code around, and the two matrices.
    pub products: Vec<(usize, Ident, Ident)>,
}

impl Adjoints {
    /// For a block inside the code whose adjoints these are.
    pub fn inside(&self, boundary: usize) -> Adjoints {
        Adjoints {
            accumulators: self.accumulators.clone(),
            boundary,
            ..Adjoints::default()
        }
    }

    /// Whether contributions to a value are yet to be added.
    pub fn awaits(&self, id: usize) -> bool {
        self.pending.contains_key(&id)
    }

    pub fn seed(&mut self, id: usize, adjoint: TokenStream) {
        self.pending.entry(id).or_default().push(adjoint);
    }
}

/// An adjoint in the shape of its value, where it is differentiated again: broadcasting undone.
pub(super) fn fitted(g: &TokenStream, like: &TokenStream) -> TokenStream {
    let whole = spread(g, like);
    quote!(::brain_jit::adjoint::fitted(#whole, &*#like))
}

impl Sweep<'_> {
    /// Runs the record backwards.
    pub fn reverse(&mut self, steps: Vec<Step>, adjoints: &mut Adjoints) {
        for step in steps.into_iter().rev() {
            match step {
                Step::Operation {
                    result,
                    contributions,
                    exact,
                    span,
                } => {
                    let Some(mut g) = self.take(adjoints, result, span) else {
                        continue;
                    };
                    if exact {
                        g = self.exact(g, result, span);
                    }
                    for (target, tokens) in contributions {
                        // A written adjoint is not zero, and beside numbers alone `where_` would not know their type.
                        let tokens = match value::is_literal(&g) {
                            true => value::unguarded(tokens),
                            false => tokens,
                        };
                        let tokens = value::substitute(tokens, &[("__g", &g)]);
                        self.contribute(adjoints, target, tokens, span);
                    }
                }
                Step::Read {
                    result,
                    source,
                    index,
                    span,
                } => {
                    let Some(g) = self.take(adjoints, result, span) else {
                        continue;
                    };
                    let whole = index.added.iter().fold(
                        g.clone(),
                        |g, axis| quote!(::brain_jit::bm::sum_axis_keepdims(#g, #axis)),
                    );
                    self.scatter(adjoints, source, &index, &whole, span);
                }
                Step::Put {
                    result,
                    source,
                    index,
                    value,
                    span,
                } => self.unput(adjoints, result, source, &index, value, span),
                Step::Call {
                    results,
                    pullback,
                    types,
                    arguments,
                    span,
                } => {
                    let taken: Vec<Option<TokenStream>> = results
                        .iter()
                        .map(|result| self.take(adjoints, *result, span))
                        .collect();
                    if taken.iter().all(Option::is_none) {
                        continue;
                    }
                    let mut pullback = pullback;
                    for (k, (result, g)) in results.iter().zip(taken).enumerate() {
                        let g = g.unwrap_or(quote!(0.0));
                        let g = self.held(g, *result, span);
                        let name = match results.len() {
                            1 => "__g".to_string(),
                            _ => format!("__g{k}"),
                        };
                        pullback = value::substitute(pullback, &[(&name, &g)]);
                    }
                    let all = self.fresh("pullback", span);
                    self.emit(quote!(let #all #types = #pullback;));
                    for (position, target) in arguments {
                        let active = self.actives[target].clone();
                        let ty = value::owned(&active.dtype, active.rank);
                        let name = self.fresh("g", span);
                        let position = syn::Index::from(position);
                        self.emit(quote!(let #name: #ty = #all.#position;));
                        self.contribute(adjoints, target, quote!(#name), span);
                    }
                }
                Step::Inherited {
                    result,
                    gradient,
                    span,
                } => {
                    let Some(g) = self.take(adjoints, result, span) else {
                        continue;
                    };
                    let rank = self.actives[result].rank;
                    let g = self.held(g, result, span);
                    match rank {
                        0 => self.emit(quote!(#gradient += #g;)),
                        _ => self.emit(quote!(#gradient += &#g;)),
                    }
                }
                Step::Branch(branch) => self.reverse_branch(*branch, adjoints),
                Step::Loop(step) => self.reverse_loop(*step, adjoints),
            }
        }
    }

    /// An adjoint under a name of the array's own shape, for host code.
    pub fn held(&mut self, g: TokenStream, id: usize, span: Span) -> TokenStream {
        let like = self.actives[id].clone();
        // What complex numbers receive has their shape.
        if like.dtype.is_complex() {
            return g;
        }
        let name = self.fresh("g", span);
        let ty = value::owned(&like.dtype, like.rank);
        match like.rank {
            0 => self.emit(quote!(let #name: #ty = #g;)),
            _ => {
                let (spread, like) = (spread(&g, &like.tokens), &like.tokens);
                let whole = self.fresh("g", span);
                self.emit(quote!(let #whole: #ty = #spread;));
                self.emit(quote!(let #name: #ty = ::brain_jit::adjoint::fitted(#whole, &*#like);));
            }
        }
        quote!(#name)
    }

    /// The adjoint of a value, under a name or as a literal. `None` if nothing contributed.
    pub fn take(&mut self, adjoints: &mut Adjoints, id: usize, span: Span) -> Option<TokenStream> {
        if let Some(name) = adjoints.accumulators.get(&id) {
            return Some(quote!(#name));
        }
        let sum = self.sum(adjoints, id)?;
        if named(&sum) {
            return Some(sum);
        }
        let name = self.fresh("g", span);
        let active = &self.actives[id];
        let annotation = (active.rank == 0).then(|| {
            let ty = active.dtype.tokens();
            quote!(: #ty)
        });
        self.emit(quote!(let #name #annotation = #sum;));
        Some(quote!(#name))
    }

    /// The sum of what is pending.
    pub fn sum(&mut self, adjoints: &mut Adjoints, id: usize) -> Option<TokenStream> {
        let contributions = adjoints.pending.remove(&id)?;
        if contributions.len() > 1 && self.longer(id) && !self.again {
            return Some(self.shares(id, contributions));
        }
        let like = self.actives[id].tokens.clone();
        let fit = self.again
            && self.longer(id)
            && (contributions.len() > 1 || self.gradients.contains_key(&id));
        let contributions = contributions.into_iter().map(|tokens| match fit {
            true => fitted(&tokens, &like),
            false => tokens,
        });
        contributions.reduce(|sum, next| quote!(#sum + (#next)))
    }

    /// The sum of contributions that may be of several shapes: the sum of a shorter one, which the others broadcast, stays what it is if
    /// it is divided by how often each of its elements comes.
    fn shares(&mut self, id: usize, contributions: Vec<TokenStream>) -> TokenStream {
        let span = Span::mixed_site();
        let mut names = Vec::new();
        for tokens in contributions {
            let name = match named(&tokens) && !value::is_literal(&tokens) {
                true => tokens,
                false => {
                    let name = self.fresh("part", span);
                    self.emit(quote!(let #name = #tokens;));
                    quote!(#name)
                }
            };
            names.push(name);
        }
        // What a loop hands back has the value's shape, and the value need not be there then.
        let seed = names
            .iter()
            .find(|name| value::text(name).starts_with("__seed"));
        let like = seed.unwrap_or(&self.actives[id].tokens);
        quote!(::brain_jit::adjoint::total(#like, #(#names),*))
    }

    /// The adjoint of a value in its own shape.
    pub fn exact(&mut self, g: TokenStream, id: usize, span: Span) -> TokenStream {
        match (self.longer(id), self.again) {
            (false, _) => g,
            (true, true) => self.held(g, id, span),
            (true, false) => {
                let name = self.summed(id, &[g], span);
                quote!(#name)
            }
        }
    }

    /// A variable with the sum of contributions in the shape of the value.
    fn summed(&mut self, id: usize, parts: &[TokenStream], span: Span) -> Ident {
        let name = self.fresh("adjoint", span);
        let zeros = zeros_like(&self.actives[id]);
        self.emit(quote!(let mut #name = #zeros;));
        self.write_parts(parts, &name);
        name
    }

    /// Adds what may be longer to an adjoint that has its value's shape.
    pub fn add_to(&mut self, name: &Ident, id: usize, tokens: TokenStream) {
        match (self.longer(id), self.again) {
            (true, false) => self.emit(quote!(::brain_jit::adjoint::add(#name, #tokens);)),
            (true, true) => {
                let tokens = fitted(&tokens, &self.actives[id].tokens);
                self.emit(quote!(#name += #tokens;));
            }
            (false, _) => self.emit(quote!(#name += #tokens;)),
        }
    }

    /// Writes the sum of what is pending to a gradient, which has the shape of what it is by.
    pub fn write_gradient(&mut self, adjoints: &mut Adjoints, id: usize, gradient: &Ident) {
        let parts = adjoints.pending.remove(&id).unwrap_or_default();
        self.write_parts(&parts, gradient);
    }

    /// Takes the sum of what is pending into a variable.
    pub fn collect(&mut self, adjoints: &mut Adjoints, id: usize, span: Span) {
        let parts = adjoints.pending.remove(&id).unwrap_or_default();
        let name = self.summed(id, &parts, span);
        adjoints.accumulators.insert(id, name);
    }

    fn write_parts(&mut self, parts: &[TokenStream], place: &Ident) {
        for (k, part) in parts.iter().enumerate() {
            match k {
                0 => self.emit(quote!(::brain_jit::adjoint::put(#place, #part);)),
                _ => self.emit(quote!(::brain_jit::adjoint::add(#place, #part);)),
            }
        }
    }

    /// Adds to a value's adjoint.
    pub fn contribute(
        &mut self,
        adjoints: &mut Adjoints,
        id: usize,
        tokens: TokenStream,
        span: Span,
    ) {
        if id < adjoints.boundary || adjoints.accumulators.contains_key(&id) {
            let name = self.accumulator(adjoints, id, span);
            if id < adjoints.boundary
                && self.gradients.contains_key(&id)
                && let Some((left, right)) = value::outer(&tokens)
                && let Some(rows) = &mut adjoints.rows
            {
                let matrices = [self.fresh("rows", span), self.fresh("rows", span)];
                let pass = rows.pass.clone();
                // The right factor has just been computed.
                for (matrix, factor) in matrices.iter().zip([left, right]).rev() {
                    self.emit(quote!(#matrix[#pass] = &#factor;));
                }
                let [left, right] = matrices;
                rows.products.push((id, left, right));
                return;
            }
            self.add_to(&name, id, tokens);
            return;
        }
        adjoints.pending.entry(id).or_default().push(tokens);
    }

    /// Adds to some elements of a value's adjoint.
    fn scatter(
        &mut self,
        adjoints: &mut Adjoints,
        id: usize,
        index: &Index,
        g: &TokenStream,
        span: Span,
    ) {
        let name = self.accumulator(adjoints, id, span);
        let adjoint = match index.rank > 0 && !value::is_literal(g) && !index.list {
            true => quote!(&#g),
            false => g.clone(),
        };
        self.emit(accumulate(&quote!(#name), index, &adjoint));
    }

    /// The variable that holds a value's adjoint.
    pub fn accumulator(&mut self, adjoints: &mut Adjoints, id: usize, span: Span) -> Ident {
        if let Some(name) = adjoints.accumulators.get(&id) {
            return name.clone();
        }
        let name = match self.gradients.get(&id) {
            Some(parameter) => parameter.clone(),
            None => self.fresh("adjoint", span),
        };
        adjoints.accumulators.insert(id, name.clone());
        if id < adjoints.boundary {
            adjoints.needed.insert(id, name.clone());
        } else {
            let start = self.sum(adjoints, id);
            self.declare_accumulator(&name, id, start);
        }
        name
    }

    fn declare_accumulator(&mut self, name: &Ident, id: usize, start: Option<TokenStream>) {
        let active = self.actives[id].clone();
        if self.gradients.contains_key(&id) {
            match (start, self.adds) {
                (Some(start), true) => self.add_to(name, id, start),
                (Some(start), false) if self.longer(id) && !self.again => {
                    self.emit(quote!(::brain_jit::adjoint::put(#name, #start);));
                }
                (Some(start), false) => self.emit(quote!(#name[..] = #start;)),
                (None, true) => {}
                (None, false) => self.emit(quote!(#name[..] = 0.0;)),
            }
            return;
        }
        if active.dtype.is_complex() {
            let ty = value::owned(&active.dtype, active.rank);
            let start = start.unwrap_or_else(|| zeros_like(&active));
            self.emit(quote!(let mut #name: #ty = (#start).clone();));
            return;
        }
        let ty = active.dtype.tokens();
        if let Some(start) = start.as_ref().filter(|_| self.longer(id) && !self.again) {
            let zeros = zeros_like(&active);
            self.emit(quote!(let mut #name = #zeros;));
            self.write_parts(std::slice::from_ref(start), name);
            return;
        }
        let start = start.map(|start| self.exact(start, id, Span::mixed_site()));
        let start = match (start, active.rank) {
            (None, _) => zeros_like(&active),
            (Some(sum), 0) => sum,
            (Some(sum), _) => {
                let sum = match named(&sum) {
                    true => sum,
                    false => quote!((#sum)),
                };
                spread(&sum, &active.tokens)
            }
        };
        match active.rank {
            0 => self.emit(quote!(let mut #name: #ty = #start;)),
            _ => self.emit(quote!(let mut #name = #start;)),
        }
    }

    /// Declares what a block inside has contributed to, before that block is emitted.
    pub fn declare_needed(&mut self, adjoints: &mut Adjoints, inside: Adjoints) {
        for (id, name) in inside.needed {
            if id < adjoints.boundary {
                adjoints.accumulators.insert(id, name.clone());
                adjoints.needed.insert(id, name);
            } else {
                let start = self.sum(adjoints, id);
                self.declare_accumulator(&name, id, start);
                adjoints.accumulators.insert(id, name);
            }
        }
    }

    /// Undoes `result = source` with `[index]` replaced.
    fn unput(
        &mut self,
        adjoints: &mut Adjoints,
        result: usize,
        source: Option<usize>,
        index: &Index,
        value: Option<(usize, usize)>,
        span: Span,
    ) {
        let Some(g) = self.take(adjoints, result, span) else {
            return;
        };
        let g = self.exact(g, result, span);
        let positions = &index.tokens;
        if let Some((target, rank)) = value {
            let name = self.fresh("g", span);
            let picked = match index.rank {
                0 => quote!(#g[#positions]),
                _ => quote!(#g[#positions] * 1.0),
            };
            self.emit(quote!(let #name = #picked;));
            let tokens = value::sum_to(quote!(#name), index.rank, rank);
            self.contribute(adjoints, target, tokens, span);
        }
        if let Some(source) = source {
            let name = match syn::parse2::<Ident>(g.clone()) {
                // A copy of its own.
                Ok(own) if self.longer(result) && !self.again => own,
                _ => {
                    let name = self.fresh("adjoint", span);
                    self.emit(quote!(let mut #name = #g.clone();));
                    name
                }
            };
            self.emit(quote!(#name[#positions] = 0.0;));
            if adjoints.accumulators.contains_key(&source) || source < adjoints.boundary {
                self.contribute(adjoints, source, quote!(#name), span);
                return;
            }
            if let Some(sum) = self.sum(adjoints, source) {
                self.add_to(&name, source, sum);
            }
            adjoints.accumulators.insert(source, name);
        }
    }
}
