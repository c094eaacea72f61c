//! Statements of the forward sweep.

use super::expression::place_key;
use super::sweep::{Sweep, known};
use super::value::Value;
use crate::lower::call::bm_function;
use crate::lower::expression::{binary_operation, is_augmented};
use crate::lower::field::is_self;
use crate::model::method::Method;
use proc_macro2::TokenStream;
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
        let typed = ty.as_ref().and_then(known);
        let expected = typed.clone().map(|(dtype, _)| dtype);
        // Of the statement around, if this one is of a method that is inlined in it.
        let around = (
            std::mem::replace(&mut self.annotated, typed.clone()),
            std::mem::replace(&mut self.expected, expected),
        );
        let value = self.value(&init.expr);
        (self.annotated, self.expected) = around;
        let key = name.ident.to_string();
        if value.active.is_some() {
            self.declare(&key, value);
            return;
        }
        // Its type is what is written, or what host code around makes of it.
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
