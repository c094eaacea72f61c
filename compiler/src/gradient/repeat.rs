//! Loops. The forward sweep keeps what each pass starts from; the reverse sweep runs each pass again from there, and
//! then backwards. With `checkpoint = K` only every `K`-th start is kept: from there the reverse sweep first runs `K` passes, to
//! know their starts.

use super::branch::annotation;
use super::sweep::{Environment, Step, Sweep};
use super::value::{self, Value};
use super::writes::bound_again;
use crate::syntax::walk::{self, Visit};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

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
            if self.tangents.is_none() {
                self.emit(quote!(let mut #tape = ::brain_jit::adjoint::Tape::new();));
            }
            carried.push((key, value, name, tape));
        }
        let (pattern, header, backwards) = self.header(expr, span);
        let reshaping = !self.again && self.walks_children(body);
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
        keep.extend(kept.map(|(_, value, name, tape)| push(tape, value, name)));
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
            forwards: header.unwrap_or_else(|| quote!((0..#count))),
            count,
        });
        let mut kept = Vec::new();
        for (key, value, name, tape) in carried {
            // After the loop: the variable keeps the last value.
            let after = self.carried_value(&value, &name, active.contains(&key));
            kept.push(Carried {
                key: key.clone(),
                before: value.active,
                after: after.active,
                value,
                last: name,
                tape,
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

    /// Whether the statements read children of a list, which may differ in shape, so that what a pass hands on may, too.
    fn walks_children(&self, statements: &[Stmt]) -> bool {
        struct Lists<'a, 'b>(&'a Sweep<'b>, bool);
        impl Visit for Lists<'_, '_> {
            fn visit_expr_index(&mut self, node: &syn::ExprIndex) {
                self.1 |= self.0.children_list(&node.expr).is_some();
                walk::visit_expr_index(self, node);
            }
        }
        let mut lists = Lists(self, false);
        for statement in statements {
            lists.visit_stmt(statement);
        }
        lists.1
    }

    /// `for layer in &self.layers { … }` as `for i in 0..self.layers.len() { … }` with `self.layers[i]` in place of `layer`.
    fn by_position(&mut self, walk: &syn::ExprForLoop) -> Option<syn::ExprForLoop> {
        let (list, numbered) = match &*walk.expr {
            Expr::MethodCall(call) if call.method == "enumerate" => (&*call.receiver, true),
            other => (other, false),
        };
        let list = match list {
            Expr::MethodCall(call) if call.method == "iter" && call.args.is_empty() => {
                &*call.receiver
            }
            Expr::Reference(reference) if reference.mutability.is_none() => &*reference.expr,
            _ => return None,
        };
        let place = self.children_list(list)?;
        let (number, child) = match (&*walk.pat, numbered) {
            (syn::Pat::Ident(child), false) => (None, &child.ident),
            (syn::Pat::Tuple(pair), true) => match (pair.elems.first()?, pair.elems.get(1)?) {
                (syn::Pat::Ident(number), syn::Pat::Ident(child)) => {
                    (Some(&number.ident), &child.ident)
                }
                (syn::Pat::Wild(_), syn::Pat::Ident(child)) => (None, &child.ident),
                _ => return None,
            },
            _ => return None,
        };
        let number = match number {
            Some(number) => number.clone(),
            None => self.fresh("child", child.span()),
        };
        let item = quote!(#place[#number]);
        let body = walk.body.to_token_stream();
        let body = value::substitute(body, &[(&child.to_string(), &item)]);
        syn::parse2(quote!(for #number in 0..#place.len() #body)).ok()
    }

    /// `for v in x { … }` over what the gradient runs through as `for i in 0..x.len() { let v = x[i]; … }`; rows and pairs, too.
    fn by_element(&mut self, walk: &syn::ExprForLoop) -> Option<syn::ExprForLoop> {
        if is_range(&walk.expr) || !self.depends(&walk.expr) {
            return None;
        }
        let number = self.fresh("element", walk.expr.span());
        let (mut names, mut lengths) = (Vec::new(), Vec::new());
        self.walked(&walk.expr, &walk.pat, &number, &mut names, &mut lengths)?;
        let length = lengths.into_iter().reduce(|a, b| quote!(#a.min(#b)));
        let statements = &walk.body.stmts;
        syn::parse2(quote!(for #number in 0..#length { #(#names)* #(#statements)* })).ok()
    }

    /// The names that a pass over elements binds, and how many there are.
    fn walked(
        &mut self,
        over: &Expr,
        pattern: &syn::Pat,
        number: &Ident,
        names: &mut Vec<TokenStream>,
        lengths: &mut Vec<TokenStream>,
    ) -> Option<()> {
        let call = match over {
            Expr::Paren(e) => return self.walked(&e.expr, pattern, number, names, lengths),
            Expr::Reference(e) if e.mutability.is_none() => {
                return self.walked(&e.expr, pattern, number, names, lengths);
            }
            Expr::MethodCall(call) => Some(call),
            _ => None,
        };
        let method = call.map(|call| (call.method.to_string(), call.args.first()));
        if let (Some(call), Some((method, other))) = (call, &method)
            && let syn::Pat::Tuple(pair) = pattern
            && let (Some(first), Some(second)) = (pair.elems.first(), pair.elems.get(1))
        {
            return match (method.as_str(), other) {
                ("enumerate", None) => {
                    names.push(quote!(let #first = #number;));
                    self.walked(&call.receiver, second, number, names, lengths)
                }
                ("zip", Some(other)) => {
                    self.walked(&call.receiver, first, number, names, lengths)?;
                    self.walked(other, second, number, names, lengths)
                }
                _ => None,
            };
        }
        let (place, rank) = match (call, &method) {
            (Some(call), Some((method, other))) => match (method.as_str(), other) {
                ("iter", None) => (&*call.receiver, Some(1)),
                ("rows", None) => (&*call.receiver, Some(2)),
                ("outer_iter", None) => (&*call.receiver, None),
                ("axis_iter", Some(axis)) if value::text(&quote!(#axis)) == "Axis(0)" => {
                    (&*call.receiver, None)
                }
                _ => return None,
            },
            _ => (over, Some(1)),
        };
        super::expression::place_key(place)?;
        let value = self.value(place);
        // What the macro does not see is a list.
        let unseen = value.dtype.is_none() && value.active.is_none();
        let found = if unseen { 1 } else { value.rank };
        if found == 0 || rank.is_some_and(|rank| rank != found) || rank.is_none() && found < 2 {
            return None;
        }
        let name = match pattern {
            syn::Pat::Reference(inner) => &*inner.pat,
            other => other,
        };
        let syn::Pat::Ident(_) = name else {
            return None;
        };
        names.push(quote!(let #name = #place[#number];));
        lengths.push(match found {
            1 => quote!(#place.len()),
            _ => quote!(#place.shape()[0]),
        });
        Some(())
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
fn is_range(expr: &Expr) -> bool {
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
