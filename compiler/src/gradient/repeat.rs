//! Loops. The forward sweep keeps what each pass starts from; the reverse sweep runs each pass again from there, and
//! then backwards. With `checkpoint = K` only every `K`-th start is kept: from there the reverse sweep first runs `K` passes, to
//! know their starts.

use super::branch::annotation;
use super::sweep::{Environment, Step, Sweep};
use super::value::{self, Value};
use super::writes::bound_again;
use crate::check::without_parentheses;
use crate::syntax::walk::{self, Visit};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::spanned::Spanned;
use syn::{Expr, Pat, Stmt};

/// `for` or `while`.
#[derive(Clone)]
pub(super) struct Loop {
    pub pattern: Option<TokenStream>,
    /// The passes, backwards.
    pub backwards: TokenStream,
    pub body: Vec<Stmt>,
    pub environment: Environment,
    pub inlining: Vec<String>,
    pub carried: Vec<Carried>,
    /// The variable that random numbers were drawn from, with its tape.
    pub random: Vec<(TokenStream, Ident)>,
    /// What the pattern binds.
    pub names: Vec<Ident>,
    /// Only every so many passes are kept.
    pub checkpoint: Option<Checkpoint>,
    /// What a pass hands on may change its shape.
    pub reshaping: bool,
    pub span: Span,
}

/// How a loop is cut into stretches.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint {
    pub every: usize,
    /// The variable with the number of passes.
    pub count: Ident,
    /// The passes, forwards.
    pub forwards: TokenStream,
}

/// What one pass made of what it started from.
#[derive(Default)]
pub(super) struct Passed {
    active: BTreeSet<String>,
    types: BTreeMap<String, Option<crate::ir::types::DType>>,
    random: Vec<TokenStream>,
    condition: TokenStream,
}

/// What one pass hands on to the next.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub key: String,
    /// Before the first pass and after the last one.
    pub before: Option<usize>,
    pub after: Option<usize>,
    pub value: Value,
    /// The storage, which has the value after the last pass.
    pub last: Ident,
    pub tape: Ident,
    /// Where the tape is an array: the pass's place along its first axis, after whose last one the value after the last pass lies.
    pub row: Option<TokenStream>,
}

/// The user's name of what a key stands for, in the name of what is handed on: messages show that.
fn readable(key: &str) -> String {
    let name = key.rsplit('.').next().unwrap_or(key);
    let name = crate::lower::shown_name(name);
    match syn::parse_str::<syn::Ident>(&name) {
        Ok(_) if !name.starts_with("__") => name,
        _ => "state".into(),
    }
}

impl Sweep<'_> {
    /// `for` and `while`.
    pub fn repeat(&mut self, expr: &Expr) {
        let span = expr.span();
        if let Expr::ForLoop(walk) = expr
            && let Some(counted) = self.by_position(walk).or_else(|| self.by_element(walk))
        {
            return self.repeat(&Expr::ForLoop(counted));
        }
        let body = match expr {
            Expr::ForLoop(e) => &e.body.stmts,
            Expr::While(e) => &e.body.stmts,
            _ => return,
        };
        let mut keys: BTreeSet<String> = self.writes(body);
        if let Expr::While(e) = expr {
            keys.extend(self.writes(&[Stmt::Expr((*e.cond).clone(), None)]));
        }
        // Storage for what one pass hands on to the next.
        let mut carried = Vec::new();
        for key in keys {
            let Some(value) = self.held_value(&key) else {
                continue;
            };
            let name = self.fresh(&format!("{}_carried", readable(&key)), span);
            let tokens = &value.tokens;
            match value.rank {
                0 => {
                    let annotation = annotation(&value);
                    self.emit(quote!(let mut #name #annotation = #tokens;));
                }
                _ => self.emit(quote!(let mut #name = (#tokens).clone();)),
            }
            let tape = self.fresh("tape", span);
            carried.push((key, value, name, tape));
        }
        let (pattern, header, backwards) = self.header(expr, span);
        let reshaping = !self.again && self.walks_children(body);
        // A Hessian knows stacks alone, and of a checkpoint's passes not all starts are kept.
        let stacked = reshaping || self.again || self.checkpoint.is_some();
        let from_zero = match stacked {
            true => None,
            false => self.position_from_zero(expr),
        };
        let row = from_zero.as_ref().map(|name| quote!(#name as usize));
        let pattern = from_zero.map_or(pattern, |name| Some(quote!(#name)));
        for (_, value, name, tape) in &carried {
            let made = match (&value.dtype, tape_row(value, &row)) {
                (Some(dtype), Some(_)) => {
                    let dtype = dtype.tokens();
                    quote!(starts::<#dtype, _>(&#name, (#header).count()))
                }
                _ => quote!(Tape::new()),
            };
            if self.tangents.is_none() {
                self.emit(quote!(let mut #tape = ::brain_jit::adjoint::#made;));
            }
        }
        let environment = self.environment.clone();
        let mut active: BTreeSet<String> = carried
            .iter()
            .filter(|(_, value, ..)| value.active.is_some())
            .map(|(key, ..)| key.clone())
            .collect();
        // What a pass makes active is active at the start of the next one.
        let (out, passed) = loop {
            self.environment = environment.clone();
            let numbers = (self.counter, self.actives.len(), self.errors.len());
            let storage: Vec<Storage> = carried
                .iter()
                .map(|(key, value, name, _)| (key.clone(), value.clone(), name.clone()))
                .collect();
            let condition = match expr {
                Expr::While(e) => Some(&*e.cond),
                _ => None,
            };
            let names = pattern_names(expr);
            let (passed, out, _) = self
                .apart(|sweep| sweep.pass(&names, condition, body, &storage, &active, reshaping));
            // A literal has the type of what the first pass makes of it.
            for (key, value, ..) in &mut carried {
                if value.dtype.is_none() {
                    value.dtype = passed.types.get(key).cloned().flatten();
                }
            }
            if passed.active == active || self.errors.len() > numbers.2 {
                break (out, passed);
            }
            active = passed.active;
            self.counter = numbers.0;
            self.actives.truncate(numbers.1);
        };
        self.environment = environment.clone();
        for (key, value, name, _) in &carried {
            if active.contains(key) {
                self.declare_carried_tangent(name, value);
            }
        }
        // Forward mode keeps nothing.
        let forward = self.tangents.is_some();
        let random: Vec<(TokenStream, Ident)> = passed
            .random
            .into_iter()
            .filter(|_| !forward)
            .map(|field| (field, self.fresh("tape", span)))
            .collect();
        for (_, tape) in &random {
            self.emit(quote!(let mut #tape = ::brain_jit::adjoint::Tape::new();));
        }
        let mut keep: Vec<TokenStream> = random
            .iter()
            .map(|(field, tape)| quote!(#tape.push_state(&#field);))
            .collect();
        let kept = carried.iter().filter(|_| !forward);
        keep.extend(
            kept.map(|(_, value, name, tape)| match tape_row(value, &row) {
                Some(row) => quote!(#tape[#row] = &#name;),
                None => push(tape, value, name),
            }),
        );
        let every = self.checkpoint.filter(|_| !active.is_empty() && !forward);
        let counted = every.is_some() || matches!(expr, Expr::While(_)) && !forward;
        let count = self.fresh("count", span);
        if counted {
            self.emit(quote!(let mut #count: usize = 0;));
        }
        let keep = match every {
            Some(every) => quote!(if #count % #every == 0 { #(#keep)* }),
            None => quote!(#(#keep)*),
        };
        let counting = counted.then(|| quote!(#count += 1;));
        let (pattern, backwards) = match expr {
            Expr::While(_) => {
                let condition = passed.condition;
                self.emit(quote!(while #condition { #keep #counting #(#out)* }));
                (None, quote!(0..#count))
            }
            _ => {
                let header = header.clone().unwrap_or_default();
                let name = pattern.clone().unwrap_or_else(|| quote!(_));
                self.emit(quote!(for #name in #header { #keep #counting #(#out)* }));
                (pattern, backwards)
            }
        };
        let checkpoint = every.map(|every| Checkpoint {
            every,
            forwards: header.clone().unwrap_or_else(|| quote!((0..#count))),
            count,
        });
        let mut kept = Vec::new();
        for (key, value, name, tape) in carried {
            // After the loop: the variable keeps the last value.
            let after = self.carried_value(&value, &name, active.contains(&key));
            let row = tape_row(&value, &row).filter(|_| !forward);
            if row.is_some() {
                self.emit(quote!(#tape[(#header).count()] = &#name;));
            }
            kept.push(Carried {
                key: key.clone(),
                before: value.active,
                after: after.active,
                value,
                last: name,
                tape,
                row,
            });
            self.set(&key, after);
        }
        if active.is_empty() || self.tangents.is_some() {
            return;
        }
        self.steps.push(Step::Loop(Box::new(Loop {
            pattern,
            backwards,
            body: body.clone(),
            environment,
            inlining: self.inlining.clone(),
            carried: kept,
            random,
            names: pattern_names(expr),
            checkpoint,
            reshaping,
            span,
        })));
    }

    /// One pass from what the storage holds; then the storage holds what the next pass starts from.
    pub(super) fn pass(
        &mut self,
        names: &[Ident],
        condition: Option<&Expr>,
        body: &[Stmt],
        storage: &[Storage],
        active: &BTreeSet<String>,
        reshaping: bool,
    ) -> Passed {
        let span = Span::mixed_site();
        let mut passed = Passed {
            active: active.clone(),
            ..Passed::default()
        };
        self.environment.scopes.push(Default::default());
        for name in names {
            self.declare(&name.to_string(), position(name));
        }
        for (key, value, name) in storage {
            let present = self.carried_value(value, name, active.contains(key));
            self.set(key, present);
        }
        self.depth += 1;
        if let Some(condition) = condition {
            // It looks at what is carried.
            passed.condition = self.verbatim(condition);
        }
        self.statements(body);
        self.depth -= 1;
        passed.random = self.random_states(self.out.iter().chain([&passed.condition]));
        let mut last = Vec::new();
        for (key, _, name) in storage {
            let Some(value) = self.held_value(key) else {
                continue;
            };
            if value.active.is_some() {
                passed.active.insert(key.clone());
                passed.types.insert(key.clone(), value.dtype.clone());
            }
            last.extend(self.carried_tangent(name, &value, active.contains(key)));
            if *name != value::text(&value.tokens) {
                last.push((name.clone(), value.rank, value.tokens));
            }
        }
        // What another variable held before it is written.
        for (_, rank, tokens) in &mut last {
            let text = value::text(tokens);
            let held =
                |(.., other): &Storage| *other == text || super::forward::carried(other) == text;
            if !storage.iter().any(held) {
                continue;
            }
            let kept = self.fresh("kept", span);
            match rank {
                0 => self.emit(quote!(let #kept = #tokens;)),
                _ => self.emit(quote!(let #kept = (#tokens).clone();)),
            }
            *tokens = quote!(#kept);
        }
        let bound_again = bound_again(body);
        for (name, rank, tokens) in last {
            match rank {
                0 => self.emit(quote!(#name = #tokens;)),
                _ if value::is_literal(&tokens) => self.emit(quote!(#name[..] = #tokens;)),
                _ => {
                    let of_name = |(_, _, storage): &&Storage| *storage == name;
                    let key = storage.iter().find(of_name).map(|(key, ..)| key);
                    let key = key.filter(|key| bound_again.contains(*key));
                    self.store(&name, &tokens, key, reshaping);
                }
            }
        }
        passed
    }

    /// The value in the storage `name`.
    pub(super) fn carried_value(&mut self, value: &Value, name: &Ident, active: bool) -> Value {
        match (active, value.dtype.clone()) {
            (true, Some(dtype)) => {
                let value = self.activate(quote!(#name), dtype, value.rank);
                let tangent = super::forward::carried(name);
                self.name_tangent(Some(&value), Some(quote!(#tangent)));
                value
            }
            _ => Value {
                tokens: quote!(#name),
                active: None,
                stable: true,
                ..value.clone()
            },
        }
    }

    /// The pattern, the passes, and the passes backwards.
    fn header(
        &mut self,
        expr: &Expr,
        span: Span,
    ) -> (Option<TokenStream>, Option<TokenStream>, TokenStream) {
        let Expr::ForLoop(e) = expr else {
            return (None, None, TokenStream::new());
        };
        let pattern = e.pat.to_token_stream();
        if !is_range(&e.expr) && self.depends(&e.expr) {
            self.refuse(
                &e.expr,
                "the gradient cannot run through what a loop walks over",
                "loop over positions, `for i in 0..x.len()`, and read `x[i]`",
            );
        }
        let passes = self.passes(&e.expr, span);
        (Some(pattern), Some(passes.clone()), quote!((#passes).rev()))
    }

    /// The name of a pass's position, if the loop walks over those from 0 on.
    fn position_from_zero(&mut self, expr: &Expr) -> Option<Ident> {
        let Expr::ForLoop(e) = expr else { return None };
        let Expr::Range(range) = without_parentheses(&e.expr) else {
            return None;
        };
        if crate::lower::operand::literal(range.start.as_ref()?)? != "0" {
            return None;
        }
        match &*e.pat {
            Pat::Wild(_) => Some(self.fresh("pass", e.pat.span())),
            Pat::Ident(name) if name.mutability.is_none() => Some(name.ident.clone()),
            _ => None,
        }
    }

    /// The range of a loop with bounds that are computed once.
    fn passes(&mut self, expr: &Expr, span: Span) -> TokenStream {
        match expr {
            Expr::Paren(e) => self.passes(&e.expr, span),
            Expr::Range(range) => {
                let mut bound = |expr: &Option<Box<Expr>>| {
                    expr.as_ref()
                        .map(|expr| match crate::lower::operand::literal(expr) {
                            Some(_) => expr.to_token_stream(),
                            None => {
                                let value = self.value(expr);
                                let name = self.fresh("bound", span);
                                let tokens = &value.tokens;
                                self.emit(quote!(let #name = #tokens;));
                                quote!(#name)
                            }
                        })
                };
                let (start, end) = (bound(&range.start), bound(&range.end));
                let limits = &range.limits;
                quote!((#start #limits #end))
            }
            Expr::MethodCall(call) if call.method == "rev" => {
                let inner = self.passes(&call.receiver, span);
                quote!(#inner.rev())
            }
            Expr::MethodCall(call) if call.method == "step_by" => {
                let inner = self.passes(&call.receiver, span);
                let args = self.verbatim(&call.args);
                quote!(#inner.step_by(#args))
            }
            other => {
                let walked = self.verbatim(other);
                quote!(::core::iter::IntoIterator::into_iter(#walked))
            }
        }
    }
}

/// What a pass hands on: its name or field, its value before the loop, and the variable that holds it.
type Storage = (String, Value, Ident);

/// The highest rank of what a tape keeps that is an array: kernels take one axis more.
const TAPE_RANK: usize = 5;

/// Where a pass keeps an array in a tape that is an array, too.
fn tape_row(value: &Value, row: &Option<TokenStream>) -> Option<TokenStream> {
    let kept = (1..=TAPE_RANK).contains(&value.rank) && value.dtype.is_some();
    row.clone().filter(|_| kept)
}

/// Keeps what a variable holds.
pub(super) fn push(tape: &Ident, value: &Value, name: &Ident) -> TokenStream {
    match value.rank {
        0 => quote!(#tape.push_scalar(#name);),
        _ => quote!(#tape.push(&#name);),
    }
}

/// Takes it back.
pub(super) fn pop(tape: &Ident, value: &Value, name: &Ident) -> TokenStream {
    match value.rank {
        0 => quote!(#name = #tape.pop_scalar();),
        _ => quote!(#tape.pop(&mut #name);),
    }
}

/// `a..b`, perhaps backwards or in steps.
pub(super) fn is_range(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(e) => is_range(&e.expr),
        Expr::MethodCall(call) => is_range(&call.receiver),
        Expr::Range(_) => true,
        _ => false,
    }
}

fn pattern_names(expr: &Expr) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl Visit for Names {
        fn visit_pat_ident(&mut self, node: &syn::PatIdent) {
            self.0.push(node.ident.clone());
            walk::visit_pat_ident(self, node);
        }
    }
    let mut names = Names(Vec::new());
    if let Expr::ForLoop(e) = expr {
        names.visit_pat(&e.pat);
    }
    names.0
}

/// What a loop walks over stays as it is during a pass.
pub(super) fn position(name: &Ident) -> Value {
    Value::constant(quote!(#name), None, 0).stable()
}
