//! Control flow. The forward sweep of a loop keeps what each pass starts from; the reverse sweep runs each pass again
//! from there, and then backwards.

use super::expression::place_key;
use super::reverse::Adjoints;
use super::sweep::{Environment, Step, Sweep, known};
use super::value::{self, Value};
use crate::lower::field::is_self;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Stmt};

/// `if` or `match` on scalars.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    head: Head,
    arms: Vec<Vec<Stmt>>,
    /// What was in scope before it.
    environment: Environment,
    inlining: Vec<String>,
    /// What the arms write: the values before and after.
    written: BTreeMap<String, (Option<usize>, Option<usize>)>,
    value: Option<usize>,
    /// The first number of the values inside.
    boundary: usize,
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

/// `for` or `while`.
#[derive(Clone, Debug)]
pub(super) struct Loop {
    pattern: Option<TokenStream>,
    /// The passes, backwards.
    backwards: TokenStream,
    body: Vec<Stmt>,
    environment: Environment,
    inlining: Vec<String>,
    carried: Vec<Carried>,
    /// The variable that random numbers were drawn from, with its tape.
    random: Vec<(TokenStream, Ident)>,
    span: Span,
}

/// What one pass hands on to the next.
#[derive(Clone, Debug)]
struct Carried {
    key: String,
    /// Before the first pass and after the last one.
    before: Option<usize>,
    after: Option<usize>,
    value: Value,
    tape: Ident,
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
        let boundary = self.actives.len();
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
        let mut blocks = Vec::new();
        let mut types = Vec::new();
        let mut active: BTreeSet<String> = BTreeSet::new();
        let mut kinds = BTreeMap::new();
        for arm in &arms {
            self.environment = environment.clone();
            let ((), out, _) = self.apart(|sweep| {
                let value = sweep.scoped(|sweep| sweep.statements(arm));
                for (key, (name, _)) in &storage {
                    let Some(last) = sweep.held_value(key) else {
                        continue;
                    };
                    if last.active.is_some() {
                        active.insert(key.clone());
                        kinds.insert(key.clone(), last.dtype.clone());
                    }
                    let tokens = &last.tokens;
                    match last.rank {
                        0 => sweep.emit(quote!(#name = #tokens;)),
                        _ => sweep.emit(quote!(#name[..] = &#tokens;)),
                    }
                }
                if wanted && let Some(value) = value {
                    let value = sweep.settle(value, span);
                    let tokens = &value.tokens;
                    match value.rank {
                        0 => sweep.emit(quote!(#tokens)),
                        _ => sweep.emit(quote!((#tokens).clone())),
                    }
                    types.push(value);
                }
            });
            blocks.push(quote!(#(#out)*));
        }
        self.environment = environment.clone();
        let whole = head.with(&blocks);
        let mut result = None;
        let dtype = types.iter().find_map(|value| value.dtype.clone());
        let rank = types.iter().map(|value| value.rank).max().unwrap_or(0);
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
            written.insert(key.clone(), (before.active, after.active));
            self.set(&key, after);
        }
        let value = result.as_ref().and_then(|value| value.active);
        if value.is_some() || written.values().any(|(_, after)| after.is_some()) {
            self.steps.push(Step::Branch(Box::new(Branch {
                head,
                arms,
                environment,
                inlining: self.inlining.clone(),
                written,
                value,
                boundary,
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
        let value = branch.value.and_then(|id| self.take(adjoints, id, span));
        let mut seeds = BTreeMap::new();
        for (key, (before, after)) in &branch.written {
            if let Some(after) = after
                && let Some(g) = self.take(adjoints, *after, span)
            {
                seeds.insert(key.clone(), (*before, g));
            }
        }
        if value.is_none() && seeds.is_empty() {
            return;
        }
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
        let whole = branch.head.with(&blocks);
        let _ = branch.boundary;
        self.emit(whole);
    }

    /// A seed for a value of this block, or of the code around.
    fn hand_over(
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

    /// `for` and `while`.
    pub fn repeat(&mut self, expr: &Expr) {
        let span = expr.span();
        let (body, label) = match expr {
            Expr::ForLoop(e) => (&e.body.stmts, &e.label),
            Expr::While(e) => (&e.body.stmts, &e.label),
            _ => return,
        };
        let _ = label;
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
            let name = self.fresh("carried", span);
            let tokens = &value.tokens;
            match value.rank {
                0 => {
                    let annotation = annotation(&value);
                    self.emit(quote!(let mut #name #annotation = #tokens;));
                }
                _ => self.emit(quote!(let mut #name = (#tokens).clone();)),
            }
            let tape = self.fresh("tape", span);
            self.emit(quote!(let mut #tape = ::brain_jit::adjoint::Tape::new();));
            carried.push((key, value, name, tape));
        }
        let (pattern, header, backwards) = self.header(expr, span);
        let environment = self.environment.clone();
        let mut active: BTreeSet<String> = carried
            .iter()
            .filter(|(_, value, ..)| value.active.is_some())
            .map(|(key, ..)| key.clone())
            .collect();
        // What a pass makes active is active at the start of the next one.
        let (out, random) = loop {
            self.environment = environment.clone();
            let numbers = (self.counter, self.actives.len(), self.errors.len());
            let mut more = active.clone();
            let mut types = BTreeMap::new();
            let mut random = Vec::new();
            let ((), out, _) = self.apart(|sweep| {
                sweep.environment.scopes.push(Default::default());
                for (key, value, name, tape) in &carried {
                    match value.rank {
                        0 => sweep.emit(quote!(#tape.push_scalar(#name);)),
                        _ => sweep.emit(quote!(#tape.push(&#name);)),
                    }
                    let present = sweep.carried_value(value, name, active.contains(key));
                    sweep.set(key, present);
                }
                let drawn = std::mem::take(&mut sweep.draws);
                let mark = sweep.out.len();
                if let Expr::While(e) = expr {
                    // The condition looks at what is carried.
                    let condition = sweep.verbatim(&e.cond);
                    sweep.out.insert(0, condition);
                }
                let _ = mark;
                sweep.statements(body);
                if sweep.draws {
                    random = sweep.random_fields(body);
                }
                sweep.draws |= drawn;
                let mut last = Vec::new();
                for (key, _, name, _) in &carried {
                    let Some(value) = sweep.held_value(key) else {
                        continue;
                    };
                    if value.active.is_some() {
                        more.insert(key.clone());
                        types.insert(key.clone(), value.dtype.clone());
                    }
                    let own = value::text(&value.tokens) == name.to_string();
                    if !own {
                        let copy = value.tokens.to_string().starts_with("__carried");
                        let tokens = match (copy, value.rank) {
                            (true, 1..) => {
                                let kept = sweep.fresh("kept", span);
                                let tokens = &value.tokens;
                                sweep.emit(quote!(let #kept = (#tokens).clone();));
                                quote!(#kept)
                            }
                            (true, 0) => {
                                let kept = sweep.fresh("kept", span);
                                let tokens = &value.tokens;
                                sweep.emit(quote!(let #kept = #tokens;));
                                quote!(#kept)
                            }
                            _ => value.tokens.clone(),
                        };
                        last.push((name.clone(), value.rank, tokens));
                    }
                }
                for (name, rank, tokens) in last {
                    match rank {
                        0 => sweep.emit(quote!(#name = #tokens;)),
                        _ => sweep.emit(quote!(#name[..] = &#tokens;)),
                    }
                }
            });
            // A literal has the type of what the first pass makes of it.
            for (key, value, ..) in &mut carried {
                if value.dtype.is_none() {
                    value.dtype = types.get(key).cloned().flatten();
                }
            }
            if more == active || self.errors.len() > numbers.2 {
                break (out, random);
            }
            active = more;
            self.counter = numbers.0;
            self.actives.truncate(numbers.1);
        };
        self.environment = environment.clone();
        let random: Vec<(TokenStream, Ident)> = random
            .into_iter()
            .map(|field| (field, self.fresh("tape", span)))
            .collect();
        for (_, tape) in &random {
            self.emit(quote!(let mut #tape = ::std::vec::Vec::new();));
        }
        let saved = random
            .iter()
            .map(|(field, tape)| quote!(#tape.push(#field.clone());));
        match expr {
            Expr::While(_) => {
                let (condition, body) = out
                    .split_first()
                    .map_or((quote!(false), &[][..]), |(c, b)| (c.clone(), b));
                let count = self.fresh("count", span);
                self.emit(quote!(let mut #count: usize = 0;));
                self.emit(quote!(while #condition { #count += 1; #(#saved)* #(#body)* }));
                let passes = quote!(0..#count);
                self.finish_loop(
                    None,
                    passes,
                    body_of(expr),
                    environment,
                    carried,
                    active,
                    random,
                    span,
                );
            }
            _ => {
                let header = header.unwrap_or_default();
                let pattern = pattern.unwrap_or_else(|| quote!(_));
                self.emit(quote!(for #pattern in #header { #(#saved)* #(#out)* }));
                self.finish_loop(
                    Some(pattern),
                    backwards,
                    body_of(expr),
                    environment,
                    carried,
                    active,
                    random,
                    span,
                );
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn finish_loop(
        &mut self,
        pattern: Option<TokenStream>,
        backwards: TokenStream,
        body: Vec<Stmt>,
        environment: Environment,
        carried: Vec<(String, Value, Ident, Ident)>,
        active: BTreeSet<String>,
        random: Vec<(TokenStream, Ident)>,
        span: Span,
    ) {
        let mut kept = Vec::new();
        for (key, value, name, tape) in carried {
            // After the loop: the variable keeps the last value.
            let after = self.carried_value(&value, &name, active.contains(&key));
            kept.push(Carried {
                key: key.clone(),
                before: value.active,
                after: after.active,
                value,
                tape,
            });
            self.set(&key, after);
        }
        if active.is_empty() {
            return;
        }
        self.steps.push(Step::Loop(Box::new(Loop {
            pattern,
            backwards,
            body,
            environment,
            inlining: self.inlining.clone(),
            carried: kept,
            random,
            span,
        })));
    }

    /// The value in the storage `name`.
    fn carried_value(&mut self, value: &Value, name: &Ident, active: bool) -> Value {
        match (active, value.dtype.clone()) {
            (true, Some(dtype)) => self.activate(quote!(#name), dtype, value.rank),
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
            other => self.verbatim(other),
        }
    }

    /// The random states that statements draw from.
    fn random_fields(&self, body: &[Stmt]) -> Vec<TokenStream> {
        let Some(object) = self.object else {
            return Vec::new();
        };
        let text: String = body
            .iter()
            .map(|s| s.to_token_stream().to_string())
            .collect();
        let states = object.fields.iter().filter(|field| {
            field.value == crate::ir::types::ValueType::RandomState
                && text.contains(&format!("self.{}", field.name))
        });
        states
            .map(|field| {
                let name = &field.name;
                quote!(self.#name)
            })
            .collect()
    }

    pub(super) fn reverse_loop(&mut self, step: Loop, adjoints: &mut Adjoints) {
        let span = step.span;
        let mut state = Vec::new();
        for carried in &step.carried {
            // The pass starts from what the tape kept.
            let name = self.fresh("start", span);
            let tokens = &carried.value.tokens;
            match carried.value.rank {
                0 => {
                    let annotation = annotation(&carried.value);
                    self.emit(quote!(let mut #name #annotation = #tokens;));
                }
                _ => self.emit(quote!(let mut #name = (#tokens).clone();)),
            }
            let adjoint = match carried.after {
                Some(after) => Some(self.accumulator(adjoints, after, span)),
                None => None,
            };
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
        let boundary = self.actives.len();
        let mut inside = adjoints.inside(boundary);
        let ((), out, _) = self.apart(|sweep| {
            sweep.environment.scopes.push(Default::default());
            for (field, tape) in &step.random {
                sweep.emit(quote!(*#field = #tape.pop().unwrap_or_else(|| #field.clone());));
            }
            let mut starts = Vec::new();
            for (carried, (name, _)) in step.carried.iter().zip(&state) {
                let tape = &carried.tape;
                match carried.value.rank {
                    0 => sweep.emit(quote!(#name = #tape.pop_scalar();)),
                    _ => sweep.emit(quote!(#tape.pop(&mut #name);)),
                }
                let start = sweep.carried_value(&carried.value, name, carried.after.is_some());
                starts.push(start.active);
                sweep.set(&carried.key, start);
            }
            sweep.statements(&step.body);
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
                sweep.hand_over(&mut inside, end, quote!(#seed), boundary, span);
            }
            let steps = std::mem::take(&mut sweep.steps);
            sweep.reverse(steps, &mut inside);
            for (carried, (start, (_, adjoint))) in
                step.carried.iter().zip(starts.iter().zip(&state))
            {
                let (Some(adjoint), Some(start)) = (adjoint, start) else {
                    continue;
                };
                let total = sweep.take(&mut inside, *start, span).unwrap_or(quote!(0.0));
                match carried.value.rank {
                    0 => sweep.emit(quote!(#adjoint = #total;)),
                    _ => sweep.emit(quote!(#adjoint[..] = #total;)),
                }
            }
        });
        self.replay = replay;
        self.inlining = inlining;
        self.environment = around;
        self.declare_needed(adjoints, inside);
        let pattern = step.pattern.clone().unwrap_or_else(|| quote!(_));
        let backwards = &step.backwards;
        self.emit(quote!(for #pattern in #backwards { #(#out)* }));
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

    /// What a name or field holds, if its type is known well enough to keep it.
    fn held_value(&mut self, key: &str) -> Option<Value> {
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

    /// The names and fields in scope that statements write, in the methods that they call, too.
    fn writes(&self, statements: &[Stmt]) -> BTreeSet<String> {
        let mut writes = Writes {
            sweep: self,
            found: BTreeSet::new(),
            depth: 0,
        };
        for statement in statements {
            writes.visit_stmt(statement);
        }
        writes
            .found
            .into_iter()
            .filter(|key| self.get(key).is_some() || self.field_type(key).is_some())
            .collect()
    }
}

/// `a..b`, perhaps backwards or in steps.
fn is_range(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(e) => is_range(&e.expr),
        Expr::MethodCall(call) => is_range(&call.receiver),
        Expr::Range(_) => true,
        _ => false,
    }
}

fn body_of(expr: &Expr) -> Vec<Stmt> {
    match expr {
        Expr::ForLoop(e) => e.body.stmts.clone(),
        Expr::While(e) => e.body.stmts.clone(),
        _ => Vec::new(),
    }
}

fn annotation(value: &Value) -> Option<TokenStream> {
    value.dtype.as_ref().map(|dtype| {
        let ty = dtype.tokens();
        quote!(: #ty)
    })
}

/// See [`Sweep::writes`].
struct Writes<'a, 'b> {
    sweep: &'a Sweep<'b>,
    found: BTreeSet<String>,
    depth: usize,
}

impl Writes<'_, '_> {
    fn target(&mut self, expr: &Expr) {
        let base = match expr {
            Expr::Index(e) => return self.target(&e.expr),
            Expr::Paren(e) => return self.target(&e.expr),
            other => other,
        };
        // A local of an inlined method is not one of the names here.
        if let Some(key) = place_key(base).filter(|key| self.depth == 0 || key.starts_with("self."))
        {
            self.found.insert(key);
        }
    }
}

impl<'ast> Visit<'ast> for Writes<'_, '_> {
    fn visit_expr_assign(&mut self, node: &'ast syn::ExprAssign) {
        self.target(&node.left);
        visit::visit_expr_assign(self, node);
    }

    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        if crate::lower::expression::is_augmented(&node.op) {
            self.target(&node.left);
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_reference(&mut self, node: &'ast syn::ExprReference) {
        if node.mutability.is_some() {
            self.target(&node.expr);
        }
        visit::visit_expr_reference(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        if node.method == "fill" || node.method == "assign" {
            self.target(&node.receiver);
        }
        if is_self(&node.receiver) && self.depth < 8 {
            let method = self
                .sweep
                .methods
                .iter()
                .find(|method| *method.name() == node.method);
            if let Some(method) = method {
                self.depth += 1;
                for statement in &method.body.stmts {
                    // The method outlives this walk.
                    Writes::visit_inlined(self, statement);
                }
                self.depth -= 1;
            }
        }
        visit::visit_expr_method_call(self, node);
    }
}

impl Writes<'_, '_> {
    fn visit_inlined(&mut self, statement: &Stmt) {
        let mut inner = Writes {
            sweep: self.sweep,
            found: BTreeSet::new(),
            depth: self.depth,
        };
        inner.visit_stmt(statement);
        self.found.extend(inner.found);
    }
}

/// Whether a block ends without a value.
pub(super) fn has_no_value(block: &Block) -> bool {
    match block.stmts.last() {
        None | Some(Stmt::Expr(_, Some(_)) | Stmt::Local(_) | Stmt::Item(_) | Stmt::Macro(_)) => {
            true
        }
        Some(Stmt::Expr(Expr::Assign(_) | Expr::ForLoop(_) | Expr::While(_), None)) => true,
        Some(Stmt::Expr(Expr::Binary(e), None)) => crate::lower::expression::is_augmented(&e.op),
        Some(Stmt::Expr(Expr::If(e), None)) => {
            e.else_branch.is_none() || has_no_value(&e.then_branch)
        }
        Some(Stmt::Expr(..)) => false,
    }
}

/// `if c { …; return a; } rest` as `if c { …; a } else { rest }`.
pub(super) fn without_returns(block: &Block) -> Block {
    let mut statements = block.stmts.clone();
    for position in 0..statements.len() {
        let Stmt::Expr(Expr::If(choice), _) = &statements[position] else {
            continue;
        };
        let returns = matches!(
            choice.then_branch.stmts.last(),
            Some(Stmt::Expr(Expr::Return(_), _))
        );
        if !returns || choice.else_branch.is_some() {
            continue;
        }
        let mut choice = choice.clone();
        if let Some(Stmt::Expr(Expr::Return(done), _)) = choice.then_branch.stmts.pop()
            && let Some(value) = done.expr
        {
            choice.then_branch.stmts.push(Stmt::Expr(*value, None));
        }
        let rest = Block {
            brace_token: block.brace_token,
            stmts: statements.split_off(position + 1),
        };
        let rest = without_returns(&rest);
        choice.else_branch = Some((Default::default(), syn::parse_quote!(#rest)));
        statements.truncate(position);
        statements.push(Stmt::Expr(Expr::If(choice), None));
        break;
    }
    if let Some(Stmt::Expr(Expr::Return(done), _)) = statements.last()
        && let Some(value) = done.expr.clone()
    {
        statements.pop();
        statements.push(Stmt::Expr(*value, None));
    }
    Block {
        brace_token: block.brace_token,
        stmts: statements,
    }
}
