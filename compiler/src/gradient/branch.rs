//! `if` and `match` on scalars: the reverse sweep runs the arm that was taken again, and then backwards.

use super::reverse::Adjoints;
use super::sweep::{Environment, Step, Sweep, known};
use super::value::{self, Value};
use super::writes::bound_again;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

/// `if` or `match` on scalars.
#[derive(Clone)]
pub(super) struct Branch {
    head: Head,
    arms: Vec<Vec<Stmt>>,
    /// What was in scope before it.
    environment: Environment,
    inlining: Vec<String>,
    /// What the arms write: the values before and after.
    written: BTreeMap<String, (Option<usize>, Option<usize>)>,
    value: Option<usize>,
    /// The random states that the arms draw from, and what they were before.
    random: Vec<(TokenStream, Ident)>,
    span: Span,
}

/// The condition, computed once.
#[derive(Clone, Debug)]
enum Head {
    If(TokenStream),
    Match(TokenStream, Vec<TokenStream>),
}

impl Head {
    /// The statement with these blocks.
    fn with(&self, blocks: &[TokenStream]) -> TokenStream {
        match self {
            Head::If(condition) => {
                let (then, otherwise) = (&blocks[0], &blocks[1]);
                quote!(if #condition { #then } else { #otherwise })
            }
            Head::Match(value, patterns) => {
                quote!(match #value { #(#patterns => { #blocks })* })
            }
        }
    }
}

impl Sweep<'_> {
    /// `if` and `match`. `wanted` if the value is used.
    pub fn choice(&mut self, expr: &Expr, wanted: bool) -> Option<Value> {
        let span = expr.span();
        let (head, arms) = self.arms(expr)?;
        let mut keys = BTreeSet::new();
        for arm in &arms {
            keys.extend(self.writes(arm));
        }
        let environment = self.environment.clone();
        // Storage for what the arms write.
        let mut storage = BTreeMap::new();
        for key in &keys {
            let Some(value) = self.held_value(key) else {
                continue;
            };
            let name = self.fresh("joined", span);
            let tokens = &value.tokens;
            match value.rank {
                0 => {
                    let annotation = annotation(&value);
                    self.emit(quote!(let mut #name #annotation = #tokens;));
                }
                _ => self.emit(quote!(let mut #name = (#tokens).clone();)),
            }
            storage.insert(key.clone(), (name, value));
        }
        self.depth += 1;
        let place = self.out.len();
        let mut blocks = Vec::new();
        let mut tangents = Vec::new();
        let mut types = Vec::new();
        let mut active: BTreeSet<String> = BTreeSet::new();
        let mut kinds = BTreeMap::new();
        for arm in &arms {
            self.environment = environment.clone();
            let (mut ends, mut last) = (Vec::new(), None);
            let ((), out, _) = self.apart(|sweep| {
                let value = sweep.scoped(|sweep| sweep.statements(arm));
                for (key, (name, _)) in &storage {
                    let Some(end) = sweep.held_value(key) else {
                        continue;
                    };
                    ends.push((name.clone(), sweep.tangent(&end)));
                    if end.active.is_some() {
                        active.insert(key.clone());
                        kinds.insert(key.clone(), end.dtype.clone());
                    }
                    let tokens = &end.tokens;
                    match end.rank {
                        0 => sweep.emit(quote!(#name = #tokens;)),
                        _ => sweep.store(name, tokens, bound_again(arm).get(key), false),
                    }
                }
                if wanted && let Some(value) = value {
                    let value = sweep.settle(value, span);
                    let tokens = &value.tokens;
                    let tokens = match value.rank {
                        0 => quote!(#tokens),
                        _ => quote!((#tokens).clone()),
                    };
                    last = Some((tokens, sweep.tangent(&value)));
                    types.push(value);
                }
            });
            let tail = last.as_ref().map(|(tokens, _)| tokens.clone());
            tangents.push((ends, last));
            blocks.push((quote!(#(#out)*), tail));
        }
        self.environment = environment.clone();
        self.depth -= 1;
        let states = self.random_states(blocks.iter().map(|(statements, _)| statements));
        let dtype = types.iter().find_map(|value| value.dtype.clone());
        let rank = types.iter().map(|value| value.rank).max().unwrap_or(0);
        let pushed = self.join_tangents(&storage, &kinds, &tangents, (dtype.clone(), rank), span);
        self.out.splice(place..place, pushed.declared);
        let blocks: Vec<TokenStream> = blocks
            .into_iter()
            .zip(pushed.assigned)
            .map(|((statements, tail), tangents)| quote!(#statements #tangents #tail))
            .collect();
        let mut random = Vec::new();
        let recorded = self.tangents.is_none();
        for state in states.into_iter().filter(|_| recorded) {
            let before = self.fresh("random", span);
            self.emit(quote!(let #before = #state.clone();));
            random.push((state, before));
        }
        let whole = head.with(&blocks);
        let mut result = None;
        if wanted && !types.is_empty() {
            let name = self.fresh("t", span);
            let annotation = dtype.as_ref().map(|dtype| {
                let ty = value::owned(dtype, rank);
                quote!(: #ty)
            });
            self.emit(quote!(let #name #annotation = #whole;));
            let through = types.iter().any(|value| value.active.is_some());
            result = Some(match (through, dtype) {
                (true, Some(dtype)) => self.activate(quote!(#name), dtype, rank),
                (_, dtype) => Value::constant(quote!(#name), dtype, rank).stable(),
            });
            self.name_tangent(result.as_ref(), pushed.value);
        } else {
            self.emit(quote!(#whole));
        }
        let mut written = BTreeMap::new();
        for (key, (name, before)) in storage {
            let dtype = kinds.get(&key).cloned().flatten();
            let joined = Value {
                tokens: quote!(#name),
                dtype: before.dtype.clone().or(dtype),
                ..before.clone()
            };
            let through = active.contains(&key) || before.active.is_some();
            let after = match (through, joined.dtype.clone()) {
                (true, Some(dtype)) => self.activate(quote!(#name), dtype, joined.rank),
                _ => Value {
                    active: None,
                    ..joined.stable()
                },
            };
            self.name_tangent(Some(&after), pushed.names.get(&key).cloned());
            written.insert(key.clone(), (before.active, after.active));
            self.set(&key, after);
        }
        let value = result.as_ref().and_then(|value| value.active);
        if recorded && (value.is_some() || written.values().any(|(_, after)| after.is_some())) {
            self.steps.push(Step::Branch(Box::new(Branch {
                head,
                arms,
                environment,
                inlining: self.inlining.clone(),
                written,
                value,
                random,
                span,
            })));
        }
        Some(result.unwrap_or_else(|| Value::constant(quote!(()), None, 0)))
    }

    /// The condition and the statements of each arm.
    fn arms(&mut self, expr: &Expr) -> Option<(Head, Vec<Vec<Stmt>>)> {
        match expr {
            Expr::If(e) => {
                if let Expr::Let(_) = &*e.cond {
                    if self.depends(expr) {
                        self.refuse(
                            &e.cond,
                            "the gradient cannot run through `if let`",
                            "compute the condition before, as a `bool`",
                        );
                    }
                    return None;
                }
                let condition = self.value(&e.cond);
                let condition = self.settle(condition, e.cond.span());
                let otherwise = match &e.else_branch {
                    Some((_, otherwise)) => match &**otherwise {
                        Expr::Block(block) => block.block.stmts.clone(),
                        other => vec![Stmt::Expr(other.clone(), None)],
                    },
                    None => Vec::new(),
                };
                let arms = vec![e.then_branch.stmts.clone(), otherwise];
                Some((Head::If(condition.tokens), arms))
            }
            Expr::Match(e) => {
                let value = self.value(&e.expr);
                let value = self.settle(value, e.expr.span());
                let mut patterns = Vec::new();
                let mut arms = Vec::new();
                for arm in &e.arms {
                    let pattern = &arm.pat;
                    patterns.push(quote!(#pattern));
                    arms.push(match &*arm.body {
                        Expr::Block(block) if block.label.is_none() => block.block.stmts.clone(),
                        other => vec![Stmt::Expr(other.clone(), None)],
                    });
                }
                Some((Head::Match(value.tokens, patterns), arms))
            }
            _ => None,
        }
    }

    pub(super) fn reverse_branch(&mut self, branch: Branch, adjoints: &mut Adjoints) {
        let span = branch.span;
        let value = branch.value.and_then(|id| {
            let g = self.take(adjoints, id, span)?;
            Some(self.exact(g, id, span))
        });
        let mut seeds = BTreeMap::new();
        for (key, (before, after)) in &branch.written {
            if let Some(after) = after
                && let Some(g) = self.take(adjoints, *after, span)
            {
                let g = self.exact(g, *after, span);
                seeds.insert(key.clone(), (*before, g));
            }
        }
        if value.is_none() && seeds.is_empty() {
            return;
        }
        let mut after = Vec::new();
        for (state, before) in &branch.random {
            let now = self.fresh("random", span);
            self.emit(quote!(let #now = #state.clone();));
            self.emit(quote!(*#state = #before.clone();));
            after.push(quote!(*#state = #now;));
        }
        self.depth += 1;
        let mut blocks = Vec::new();
        for arm in &branch.arms {
            let around = std::mem::replace(&mut self.environment, branch.environment.clone());
            let inlining = std::mem::replace(&mut self.inlining, branch.inlining.clone());
            let replay = std::mem::replace(&mut self.replay, true);
            let boundary = self.actives.len();
            let mut inside = adjoints.inside(boundary);
            let ((), out, _) = self.apart(|sweep| {
                let result = sweep.scoped(|sweep| sweep.statements(arm));
                if let (Some(g), Some(id)) = (&value, result.and_then(|value| value.active)) {
                    sweep.hand_over(&mut inside, id, g.clone(), boundary, span);
                }
                for (key, (_, g)) in &seeds {
                    if let Some(id) = sweep.held_value(key).and_then(|value| value.active) {
                        sweep.hand_over(&mut inside, id, g.clone(), boundary, span);
                    }
                }
                let steps = std::mem::take(&mut sweep.steps);
                sweep.reverse(steps, &mut inside);
            });
            self.replay = replay;
            self.inlining = inlining;
            self.environment = around;
            self.declare_needed(adjoints, inside);
            blocks.push(quote!(#(#out)*));
        }
        self.depth -= 1;
        let whole = branch.head.with(&blocks);
        self.emit(whole);
        for state in after {
            self.emit(state);
        }
    }

    /// A seed for a value of this block, or of the code around.
    pub(super) fn hand_over(
        &mut self,
        adjoints: &mut Adjoints,
        id: usize,
        g: TokenStream,
        boundary: usize,
        span: Span,
    ) {
        match id < boundary {
            true => self.contribute(adjoints, id, g, span),
            false => adjoints.seed(id, g),
        }
    }

    /// What a name or field holds, if its type is known well enough to keep it.
    pub(super) fn held_value(&mut self, key: &str) -> Option<Value> {
        if let Some(value) = self.get(key) {
            return Some(value.clone());
        }
        let (value, _) = self.field_type(key)?;
        let (dtype, rank) = known(&value)?;
        (key.matches('.').count() == 1).then(|| {
            let expr: TokenStream = key.parse().unwrap_or_default();
            Value::constant(expr, Some(dtype), rank).stable()
        })
    }
}

/// The type of a scalar's storage.
pub(super) fn annotation(value: &Value) -> Option<TokenStream> {
    value.dtype.as_ref().map(|dtype| {
        let ty = dtype.tokens();
        quote!(: #ty)
    })
}
