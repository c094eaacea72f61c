//! Loops in the reverse sweep: each pass runs again from where it started, and then backwards.

use super::branch::annotation;
use super::repeat::{Carried, Checkpoint, Loop, pop, position, push};
use super::reverse::{Adjoints, Rows};
use super::sweep::Sweep;
use super::value;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeSet;
use syn::{Expr, Stmt};

impl Sweep<'_> {
    pub(super) fn reverse_loop(&mut self, mut step: Loop, adjoints: &mut Adjoints) {
        let span = step.span;
        let mut state = Vec::new();
        let mut ends = Vec::new();
        for carried in &step.carried {
            // The pass starts from what the tape kept.
            let name = self.fresh("start", span);
            if carried.row.is_none() {
                self.emit(carried.storage(&name));
            }
            let adjoint = carried
                .after
                .map(|after| self.accumulator(adjoints, after, span));
            state.push((name, adjoint));
        }
        let finals: Vec<(TokenStream, Ident)> = step
            .random
            .iter()
            .map(|(field, _)| (field.clone(), self.fresh("random", span)))
            .collect();
        for (field, name) in &finals {
            self.emit(quote!(let #name = #field.clone();));
        }
        let around = std::mem::replace(&mut self.environment, step.environment.clone());
        let inlining = std::mem::replace(&mut self.inlining, step.inlining.clone());
        let replay = std::mem::replace(&mut self.replay, true);
        let starts: Vec<Ident> = state.iter().map(|(name, _)| name.clone()).collect();
        let cut = step.checkpoint.is_some();
        let stretch = cut.then(|| self.stretch(&mut step, &starts));
        let boundary = self.actives.len();
        let mut inside = adjoints.inside(boundary);
        // Their matrices would take the memory that checkpoints save, and a Hessian differentiates them again.
        inside.rows = (!cut && !self.again).then(|| Rows {
            pass: self.fresh("pass", span),
            products: Vec::new(),
        });
        let ((), out, _) = self.apart(|sweep| {
            sweep.environment = step.environment.clone();
            sweep.environment.scopes.push(Default::default());
            for name in &step.names {
                sweep.declare(&name.to_string(), position(name));
            }
            for (field, tape) in &step.random {
                sweep.emit(quote!(*#field = #tape.pop_state();));
            }
            let mut starts = Vec::new();
            for (carried, (name, _)) in step.carried.iter().zip(&state) {
                let tape = &carried.tape;
                sweep.emit(match &carried.row {
                    Some(row) => quote!(let #name = #tape[#row];),
                    None => pop(tape, &carried.value, name),
                });
                let start = sweep.carried_value(&carried.value, name, carried.after.is_some());
                starts.push(start.active);
                sweep.set(&carried.key, start);
            }
            sweep.depth += 1;
            sweep.statements(&step.body);
            sweep.depth -= 1;
            // It ends with what the pass after it started from, which need not be computed again.
            for (carried, (start, _)) in step.carried.iter().zip(&state) {
                let end = sweep.fresh("end", span);
                if sweep.again || !sweep.known_end(carried, &end) {
                    continue;
                }
                if let Some(row) = &carried.row {
                    let tape = &carried.tape;
                    sweep.out.insert(0, quote!(let #end = #tape[#row + 1];));
                } else {
                    sweep
                        .out
                        .insert(0, quote!(::std::mem::swap(&mut #start, &mut #end);));
                    ends.push(carried.storage(&end));
                }
            }
            let mut seeds = Vec::new();
            for (carried, (_, adjoint)) in step.carried.iter().zip(&state) {
                let end = sweep
                    .held_value(&carried.key)
                    .and_then(|value| value.active);
                let (Some(adjoint), Some(end)) = (adjoint, end) else {
                    continue;
                };
                let seed = sweep.fresh("seed", span);
                match carried.value.rank {
                    0 => sweep.emit(quote!(let #seed = #adjoint;)),
                    _ => sweep.emit(quote!(let #seed = #adjoint.clone();)),
                }
                seeds.push((adjoint.clone(), seed.to_string()));
                sweep.hand_over(&mut inside, end, quote!(#seed), boundary, span);
            }
            let steps = std::mem::take(&mut sweep.steps);
            sweep.reverse(steps, &mut inside);
            for (carried, (start, (name, adjoint))) in
                step.carried.iter().zip(starts.iter().zip(&state))
            {
                let (Some(adjoint), Some(start)) = (adjoint, start) else {
                    continue;
                };
                let total = sweep.take(&mut inside, *start, span).unwrap_or(quote!(0.0));
                if seeds.contains(&(adjoint.clone(), total.to_string())) {
                    // Handed on as it is.
                    continue;
                }
                match carried.value.rank {
                    0 => sweep.emit(quote!(#adjoint = #total;)),
                    _ => {
                        if step.reshaping {
                            sweep.emit(quote!(::brain_jit::adjoint::take_shape(&mut #adjoint, #name.shape());));
                        }
                        sweep.emit(quote!(#adjoint[..] = #total;));
                    }
                }
            }
        });
        ends.into_iter().for_each(|end| self.emit(end));
        self.replay = replay;
        self.inlining = inlining;
        self.environment = around;
        let rows = inside.rows.take().filter(|rows| !rows.products.is_empty());
        self.declare_needed(adjoints, inside);
        let pattern = step.pattern.clone().unwrap_or_else(|| quote!(_));
        let backwards = &step.backwards;
        match (stretch, &step.checkpoint, rows) {
            (Some(forwards), Some(Checkpoint { every, count, .. }), _) => {
                let (begin, end) = (self.fresh("begin", span), self.fresh("end", span));
                let Stretch {
                    tapes,
                    restore,
                    again,
                } = forwards;
                self.emit(quote!(#(#tapes)*));
                self.emit(quote!(let mut #end: usize = #count;));
                let forwards = &step.checkpoint.as_ref().map(|c| c.forwards.clone());
                self.emit(quote!(while #end > 0 {
                    let #begin: usize = (#end - 1) / #every * #every;
                    #(#restore)*
                    for #pattern in #forwards.skip(#begin).take(#end - #begin) { #(#again)* }
                    for #pattern in (#backwards).skip(#count - #end).take(#end - #begin) { #(#out)* }
                    #end = #begin;
                }));
            }
            (_, _, Some(rows)) => {
                let pass = &rows.pass;
                self.declare_rows(&rows, backwards);
                self.emit(quote!(let mut #pass: usize = 0;));
                self.emit(quote!(for #pattern in #backwards { #(#out)* #pass += 1; }));
                for (id, left, right) in &rows.products {
                    let name = self.accumulator(adjoints, *id, span);
                    self.emit(quote!(#name += ::brain_jit::adjoint::dot(::brain_jit::bm::transpose(#left), #right);));
                }
            }
            _ => self.emit(quote!(for #pattern in #backwards { #(#out)* })),
        }
        for (field, name) in finals {
            self.emit(quote!(*#field = #name;));
        }
        // What the first pass started from.
        for (carried, (_, adjoint)) in step.carried.iter().zip(&state) {
            if let (Some(before), Some(adjoint)) = (carried.before, adjoint) {
                let name = self.fresh("g", span);
                match carried.value.rank {
                    0 => self.emit(quote!(let #name = #adjoint;)),
                    _ => self.emit(quote!(let #name = #adjoint.clone();)),
                }
                self.contribute(adjoints, before, quote!(#name), span);
            }
        }
    }
}

impl Carried {
    /// A variable that has the value after the last pass at first.
    fn storage(&self, name: &Ident) -> TokenStream {
        let last = &self.last;
        match self.value.rank {
            0 => {
                let annotation = annotation(&self.value);
                quote!(let mut #name #annotation = #last;)
            }
            _ => quote!(let mut #name = (#last).clone();),
        }
    }
}

impl Sweep<'_> {
    /// The matrices of outer products: their columns are the rows and columns of the value whose gradient they make.
    fn declare_rows(&mut self, rows: &Rows, passes: &TokenStream) {
        for (id, left, right) in &rows.products {
            let active = &self.actives[*id];
            let (value, element) = (active.tokens.clone(), active.dtype.tokens());
            for (matrix, axis) in [(left, 0_usize), (right, 1)] {
                self.emit(quote!(let mut #matrix = ::brain_jit::adjoint::rows::<#element>((#passes).count(), #value.shape()[#axis]);));
            }
        }
    }

    /// Takes the value of a pass's end from `end`, so that neither it nor what only it needs is computed.
    fn known_end(&mut self, carried: &Carried, end: &Ident) -> bool {
        let Some(value) = self.held_value(&carried.key) else {
            return false;
        };
        let name = value::text(&value.tokens);
        if value.rank != carried.value.rank || !name.starts_with("__t") {
            return false;
        }
        let binds = |statement: &TokenStream| {
            let mut trees = statement.clone().into_iter().map(|tree| tree.to_string());
            trees.next().is_some_and(|first| first == "let")
                && trees.next().is_some_and(|second| second == name)
        };
        let Some(place) = self.out.iter().position(binds) else {
            return false;
        };
        let draws = !self.random_states([&self.out[place]]).is_empty();
        if draws || !computes_only(&self.out[place]) {
            return false;
        }
        let statement = &mut self.out[place];
        let tokens = &value.tokens;
        *statement = match value.rank {
            0 => {
                let annotation = annotation(&value);
                quote!(let #tokens #annotation = #end;)
            }
            _ => quote!(let #tokens = #end.clone();),
        };
        true
    }
}

/// Whether a `let` does nothing but give its value: the arms of a condition write and draw, and host code may, too.
fn computes_only(statement: &TokenStream) -> bool {
    let Ok(Stmt::Local(local)) = syn::parse2(statement.clone()) else {
        return false;
    };
    let chosen = |init: &syn::LocalInit| matches!(&*init.expr, Expr::If(_) | Expr::Match(_));
    !local.init.as_ref().is_some_and(chosen) && !statement.to_string().contains("mut ")
}

/// The passes between two checkpoints, run again.
struct Stretch {
    /// The tapes of their starts.
    tapes: Vec<TokenStream>,
    /// Takes the state of the checkpoint.
    restore: Vec<TokenStream>,
    /// A pass.
    again: Vec<TokenStream>,
}

impl Sweep<'_> {
    /// What runs the passes between two checkpoints again. The loop's own tapes become those of the stretch.
    fn stretch(&mut self, step: &mut Loop, starts: &[Ident]) -> Stretch {
        let span = step.span;
        let (mut tapes, mut restore, mut keep) = (Vec::new(), Vec::new(), Vec::new());
        for (field, tape) in &mut step.random {
            restore.push(quote!(*#field = #tape.pop_state();));
            *tape = self.fresh("tape", span);
            tapes.push(quote!(let mut #tape = ::brain_jit::adjoint::Tape::new();));
            keep.push(quote!(#tape.push_state(&#field);));
        }
        let mut storage = Vec::new();
        let mut active = BTreeSet::new();
        for (carried, name) in step.carried.iter_mut().zip(starts) {
            restore.push(pop(&carried.tape, &carried.value, name));
            carried.tape = self.fresh("tape", span);
            let tape = &carried.tape;
            tapes.push(quote!(let mut #tape = ::brain_jit::adjoint::Tape::new();));
            keep.push(push(tape, &carried.value, name));
            if carried.after.is_some() {
                active.insert(carried.key.clone());
            }
            storage.push((carried.key.clone(), carried.value.clone(), name.clone()));
        }
        let body = step.body.clone();
        let (_, again, _) = self
            .apart(|sweep| sweep.pass(&step.names, None, &body, &storage, &active, step.reshaping));
        keep.extend(again);
        Stretch {
            tapes,
            restore,
            again: keep,
        }
    }
}
