//! Statements of the forward sweep: a write gives a name or field another value.

use super::expression::place_key;
use super::sweep::{Step, Sweep, known, spread};
use super::value::Value;
use crate::check::without_parentheses;
use crate::ir::operation::Operation;
use crate::ir::types::ValueType;
use crate::lower::call::bm_function;
use crate::lower::expression::{binary_operation, is_augmented};
use crate::lower::field::is_self;
use crate::lower::index::positions;
use crate::model::method::Method;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Pat, Stmt};

impl Sweep<'_> {
    /// Runs statements; the value of the last expression.
    pub fn statements(&mut self, statements: &[Stmt]) -> Option<Value> {
        let (last, first) = statements.split_last()?;
        for statement in first {
            self.statement(statement);
        }
        match last {
            Stmt::Expr(expr, None) if !self.is_unit(expr) => Some(self.value(expr)),
            Stmt::Expr(Expr::Return(done), _) => done.expr.as_ref().map(|expr| self.value(expr)),
            other => {
                self.statement(other);
                None
            }
        }
    }

    /// Statements that have no value.
    fn is_unit(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Assign(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Macro(_) => true,
            Expr::Binary(e) => is_augmented(&e.op),
            Expr::If(choice) => {
                choice.else_branch.is_none() || super::writes::has_no_value(&choice.then_branch)
            }
            Expr::Match(choice) => choice.arms.iter().all(|arm| match &*arm.body {
                Expr::Block(block) => super::writes::has_no_value(&block.block),
                body => self.is_unit(body),
            }),
            _ => false,
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Local(local) => self.local(local),
            Stmt::Expr(expr, _) => self.expression_statement(expr),
            Stmt::Item(item) => self.emit(item.to_token_stream()),
            Stmt::Macro(_) => self.effect(statement),
        }
    }

    /// A statement that happens once, in the forward sweep.
    pub fn effect(&mut self, statement: &impl ToTokens) {
        if self.replay {
            return;
        }
        for root in super::writes::changed(statement) {
            if self.depth > 0 && !root.starts_with("self.") && self.tangents.is_none() {
                self.refuse(
                    statement,
                    format!("the reverse sweep runs this loop's or condition's statements again, and cannot undo what this does to `{root}`"),
                    "write it as an assignment, or keep it out of the loop",
                );
            }
            // Without the semicolon, which is not the user's.
            let tokens = statement.to_token_stream().into_iter();
            let user = tokens.filter(
                |tree| !matches!(tree, proc_macro2::TokenTree::Punct(p) if p.as_char() == ';'),
            );
            self.touched.push((root, user.collect()));
        }
        let tokens = self.verbatim(statement);
        // Format strings name what they capture.
        let captured: Vec<TokenStream> = captured(statement.to_token_stream())
            .into_iter()
            .filter_map(|key| {
                let value = self.get(&key)?;
                let (name, tokens) = (quote::format_ident!("{key}"), &value.tokens);
                (super::value::text(tokens) != key).then(|| match value.rank {
                    0 => quote!(let #name = #tokens;),
                    _ => quote!(let #name = (#tokens).clone();),
                })
            })
            .collect();
        match captured.is_empty() {
            true => self.emit(tokens),
            false => self.emit(quote!({ #(#captured)* #tokens })),
        }
    }

    fn local(&mut self, local: &syn::Local) {
        let (pattern, annotated) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            other => (other, None),
        };
        let Some(init) = &local.init else {
            self.effect(local);
            return;
        };
        if let (Pat::Tuple(names), Expr::Tuple(values)) = (pattern, &*init.expr)
            && names.elems.len() == values.elems.len()
            && names
                .elems
                .iter()
                .all(|name| matches!(name, Pat::Ident(_) | Pat::Wild(_)))
        {
            let values: Vec<Value> = values.elems.iter().map(|value| self.value(value)).collect();
            for (name, value) in names.elems.iter().zip(values) {
                if let Pat::Ident(name) = name {
                    let value = self.settle(value, name.span());
                    self.declare(&name.ident.to_string(), value);
                }
            }
            return;
        }
        if let (Pat::Tuple(names), Expr::MethodCall(call)) = (pattern, &*init.expr)
            && self.inlined_tuple(names, call)
        {
            return;
        }
        if let Pat::Ident(name) = pattern
            && (self.tape(&name.ident, &init.expr) || self.members(&name.ident, &init.expr))
        {
            return;
        }
        if matches!(pattern, Pat::Ident(_) | Pat::Struct(_))
            && let Some((whole, parts)) = self.decomposed(&init.expr)
        {
            self.bind_parts(pattern, whole, parts);
            return;
        }
        let Pat::Ident(name) = pattern else {
            if self.depends(&init.expr) {
                self.refuse(
                    pattern,
                    "the gradient cannot run through this pattern",
                    "bind the values one by one, each with a name",
                );
            }
            let tokens = self.verbatim(local);
            self.emit(tokens);
            return;
        };
        let ty = annotated.map(|ty| self.types.recognise(ty));
        self.annotated = ty.as_ref().and_then(known);
        self.expected = self.annotated.clone().map(|(dtype, _)| dtype);
        let value = self.value(&init.expr);
        self.annotated = None;
        self.expected = None;
        let key = name.ident.to_string();
        if value.active.is_some() {
            self.declare(&key, value);
            return;
        }
        // Its type is what is written, or what host code around makes of it.
        let typed = ty.as_ref().and_then(known);
        let (dtype, rank) = match &typed {
            Some((dtype, rank)) => (Some(dtype.clone()), *rank),
            None => (value.dtype.clone(), value.rank),
        };
        let ident = self.fresh("t", name.ident.span());
        let annotation = annotated.map(|ty| quote!(: #ty));
        let tokens = match &value.stable {
            true if value.rank > 0 => {
                // Another name for what does not change while the sweeps run.
                self.declare(&key, value);
                return;
            }
            _ => &value.tokens,
        };
        let reference =
            matches!(&*init.expr, Expr::Reference(_)) && value.rank == 0 && value.dtype.is_none();
        let borrow = reference.then(|| quote!(&));
        self.emit(quote!(let #ident #annotation = #borrow #tokens;));
        self.declare(&key, Value::constant(quote!(#ident), dtype, rank).stable());
    }

    /// `let e = …;` or `let Eig { values, vectors } = …;` of a decomposition.
    fn bind_parts(&mut self, pattern: &Pat, whole: Value, parts: Vec<(String, Value)>) {
        match pattern {
            Pat::Ident(name) => {
                for (part, value) in parts {
                    self.declare(&format!("{}.{part}", name.ident), value);
                }
                self.declare(&name.ident.to_string(), whole);
            }
            Pat::Struct(fields) => {
                for field in &fields.fields {
                    let (syn::Member::Named(member), Pat::Ident(name)) =
                        (&field.member, &*field.pat)
                    else {
                        continue;
                    };
                    let found = parts.iter().find(|(part, _)| member == part);
                    if let Some((_, value)) = found {
                        self.declare(&name.ident.to_string(), value.clone());
                    }
                }
            }
            _ => {}
        }
    }

    fn expression_statement(&mut self, expr: &Expr) {
        match expr {
            Expr::Assign(e) => self.assign(&e.left, None, &e.right, expr),
            Expr::Binary(e) if is_augmented(&e.op) => {
                self.assign(&e.left, binary_operation(&e.op), &e.right, expr);
            }
            Expr::ForLoop(_) | Expr::While(_) => self.repeat(expr),
            Expr::If(_) | Expr::Match(_) => {
                self.choice(expr, false);
            }
            Expr::Block(block) if block.label.is_none() => {
                self.scoped(|sweep| sweep.statements(&block.block.stmts));
            }
            Expr::MethodCall(call) if is_self(&call.receiver) => {
                if self.inlined(call).is_none() {
                    self.effect(&quote!(#expr;));
                }
            }
            Expr::MethodCall(call) if self.tape_step(call) => {}
            Expr::MethodCall(call) if self.array_write(call, expr) => {}
            Expr::Call(call)
                if bm_function(&call.func).is_some_and(|name| name == "add_at")
                    && call.args.len() == 3 =>
            {
                self.add_at(call);
            }
            Expr::Break(_) | Expr::Continue(_) | Expr::Return(_) | Expr::Loop(_) => {
                self.refuse(
                    expr,
                    "the gradient cannot run through a jump",
                    "write the condition around the statements: `if go_on { … }`",
                );
            }
            Expr::Macro(_) => self.effect(&quote!(#expr;)),
            other => {
                if self.depends(other) {
                    let (what, help) = match other {
                        Expr::MethodCall(call)
                            if call.method == "deliver" || call.method == "send" =>
                        {
                            (
                                format!(
                                    "the gradient cannot run through `{}`: which neurons spike has no derivative",
                                    call.method
                                ),
                                "multiply the spikes, `bm::event::csrmv_transpose(&weights, synapses.indices(), synapses.indptr(), spikes, shape)`: their surrogate stands for the derivative",
                            )
                        }
                        _ => (
                            "the gradient cannot run through this statement".to_string(),
                            "write it with `bm` functions and operators",
                        ),
                    };
                    self.refuse(other, what, help);
                    return;
                }
                self.effect(&quote!(#other;));
            }
        }
    }

    /// `place = e`, `place op= e`, `place[index] = e`, `place[index] op= e`.
    fn assign(&mut self, left: &Expr, operation: Option<Operation>, right: &Expr, whole: &Expr) {
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
        let mut parts = positions(&inner.index)?;
        let number = |part: &Expr| self.apart(|sweep| sweep.value(part).rank).0 == 0;
        if !parts.iter().all(number) {
            return None;
        }
        match &*outer.index {
            Expr::Tuple(tuple) => parts.extend(tuple.elems.iter().cloned()),
            Expr::Array(_) | Expr::Reference(_) => return None,
            other => parts.push(other.clone()),
        }
        let array = &inner.expr;
        (parts.len() <= rank).then(|| syn::parse_quote!(#array[(#(#parts),*)]))
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
    fn array_write(&mut self, call: &ExprMethodCall, whole: &Expr) -> bool {
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
    fn add_at(&mut self, call: &syn::ExprCall) {
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

    /// A method of the block in place of its call. `None` if there is no such method.
    pub fn inlined(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let result = self.inlined_body(call, |sweep, statements| sweep.statements(statements))?;
        Some(result.unwrap_or_else(|| Value::constant(quote!(()), None, 0)))
    }

    /// `let (a, b) = self.f(x);` with a method of the block that ends with a tuple; whether it is one.
    fn inlined_tuple(&mut self, names: &syn::PatTuple, call: &ExprMethodCall) -> bool {
        let tuple = |statements: &[Stmt]| match statements.last() {
            Some(Stmt::Expr(Expr::Tuple(tuple), None)) => Some(tuple.clone()),
            _ => None,
        };
        let methods: &[Method] = self.methods;
        let known = is_self(&call.receiver)
            && methods.iter().any(|method| {
                let body = super::writes::without_returns(&method.body);
                *method.name() == call.method
                    && tuple(&body.stmts)
                        .is_some_and(|values| values.elems.len() == names.elems.len())
            });
        let simple = |name: &Pat| matches!(name, Pat::Ident(_) | Pat::Wild(_));
        if !known || !names.elems.iter().all(simple) {
            return false;
        }
        let values = self.inlined_body(call, |sweep, statements| {
            let (last, first) = statements.split_last()?;
            first
                .iter()
                .for_each(|statement| sweep.statement(statement));
            let tail = tuple(std::slice::from_ref(last))?;
            let values = tail.elems.iter().map(|value| {
                let value = sweep.value(value);
                sweep.settle(value, call.span())
            });
            Some(values.collect::<Vec<_>>())
        });
        let Some(Some(values)) = values else {
            return false;
        };
        for (name, value) in names.elems.iter().zip(values) {
            if let Pat::Ident(name) = name {
                self.declare(&name.ident.to_string(), value);
            }
        }
        true
    }

    fn inlined_body<R>(
        &mut self,
        call: &ExprMethodCall,
        body_of: impl FnOnce(&mut Self, &[Stmt]) -> R,
    ) -> Option<R> {
        let methods: &[Method] = self.methods;
        let method = methods
            .iter()
            .find(|method| *method.name() == call.method)?;
        let name = method.name().to_string();
        if self.inlining.contains(&name) || method.parameters.len() != call.args.len() {
            return None;
        }
        let values: Vec<(Value, Option<String>)> = call
            .args
            .iter()
            .zip(&method.parameters)
            .map(|(arg, parameter)| {
                let written = matches!(arg, Expr::Reference(e) if e.mutability.is_some());
                let key = written.then(|| place_key(arg)).flatten();
                let value = self.value(arg);
                let array = self.type_of(&parameter.ty).filter(|(_, rank)| *rank > 0);
                if let (None, false, Some((dtype, rank))) = (&value.dtype, value.stable, array) {
                    // What host code makes has the type that the method expects.
                    let (name, ty) = (self.fresh("t", arg.span()), &parameter.ty);
                    let made = self.verbatim(arg);
                    self.emit(quote!(let #name: #ty = #made;));
                    let value = Value::constant(quote!(#name), Some(dtype), rank).stable();
                    return (value, key);
                }
                (self.settle(value, arg.span()), key)
            })
            .collect();
        self.inlining.push(name);
        let body = self.body(&method.body);
        let around = std::mem::take(&mut self.environment.scopes);
        self.environment.scopes.push(Default::default());
        for (parameter, (value, _)) in method.parameters.iter().zip(&values) {
            if let Pat::Ident(pattern) = &parameter.pattern {
                let mut value = value.clone();
                if value.dtype.is_none()
                    && let Some((dtype, rank)) = self.type_of(&parameter.ty)
                {
                    value.dtype = Some(dtype);
                    value.rank = rank;
                }
                self.declare(&pattern.ident.to_string(), value);
            }
        }
        let result = body_of(self, &body.stmts);
        let inside = std::mem::replace(&mut self.environment.scopes, around);
        self.inlining.pop();
        // What was passed as `&mut` has the value that the method left.
        for (parameter, (_, key)) in method.parameters.iter().zip(values) {
            if let (Pat::Ident(pattern), Some(key)) = (&parameter.pattern, key)
                && let Some(value) = inside
                    .first()
                    .and_then(|scope| scope.get(&pattern.ident.to_string()))
            {
                self.set(&key, value.clone());
            }
        }
        Some(result)
    }
}

/// The names in the format strings of macros: `"{v}"`.
fn captured(tokens: TokenStream) -> Vec<String> {
    let mut names = Vec::new();
    for tree in tokens {
        match tree {
            proc_macro2::TokenTree::Group(group) => names.extend(captured(group.stream())),
            proc_macro2::TokenTree::Literal(literal) => {
                let text = literal.to_string();
                for piece in text.split('{').skip(1) {
                    let name: String = piece
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect();
                    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                        names.push(name);
                    }
                }
            }
            _ => {}
        }
    }
    names
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
