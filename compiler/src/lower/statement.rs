//! Statements: bindings, host statements, the value of a block.

use super::Lowering;
use super::scope::Local;
use crate::check::catalogue::Code;
use crate::ir::graph::{NodeId, PlaceId};
use crate::ir::region::{HostCode, StatementKind, Value};
use crate::ir::types::{ArrayType, DType, Rank, ValueType};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, Pat, Stmt, UnOp};

impl Lowering<'_> {
    /// Lowers statements into the open region; the last expression without `;` is its value.
    pub(crate) fn statement_list(&mut self, statements: &[Stmt]) -> Option<Value> {
        let returned = self.returned.take();
        let (last, first) = statements.split_last()?;
        for statement in first {
            self.statement(statement);
        }
        match last {
            Stmt::Expr(expr, None)
                if !self.is_write(expr)
                    && !matches!(expr, Expr::ForLoop(_) | Expr::While(_))
                    && !matches!(expr, Expr::If(choice) if choice.else_branch.is_none()) =>
            {
                if let Some(dtype) = &returned {
                    self.refuse_option(expr, dtype);
                }
                let around = std::mem::replace(&mut self.expected, returned);
                let value = self.value(expr);
                self.expected = around;
                self.tail_source = super::source_text(expr);
                self.tail_span = Some(expr.span());
                Some(value)
            }
            other => {
                self.statement(other);
                None
            }
        }
    }

    /// The value of a block, of `return`, or of an inlined method.
    pub(crate) fn value(&mut self, expr: &Expr) -> Value {
        let bare = match expr {
            Expr::Path(path) => path.path.get_ident().is_none_or(|name| {
                !matches!(self.scopes.get(&name.to_string()), Some(Local::Node(_)))
            }),
            Expr::Field(_) | Expr::Reference(_) => true,
            Expr::MethodCall(call) if super::rewrite::is_view(call) => {
                self.lends && self.inlining.len() == 1
            }
            _ => false,
        };
        if !bare && let Some(node) = self.array(expr) {
            return Value::Node(node);
        }
        Value::Host(self.host_expr(expr))
    }

    pub(super) fn statement(&mut self, statement: &Stmt) {
        let around = std::mem::replace(&mut self.span, statement.span());
        match statement {
            Stmt::Local(local) => self.local(local, statement),
            Stmt::Expr(expr, _) => self.expression_statement(expr, statement),
            Stmt::Item(_) | Stmt::Macro(_) => self.host(statement),
        }
        self.span = around;
    }

    fn host(&mut self, statement: &Stmt) {
        let sliced = self.sliced_loop(statement);
        let mut code = sliced.unwrap_or_else(|| self.host_statement(statement));
        if let Stmt::Expr(expr, None) = statement
            && !matches!(
                expr,
                Expr::If(_)
                    | Expr::Match(_)
                    | Expr::ForLoop(_)
                    | Expr::While(_)
                    | Expr::Loop(_)
                    | Expr::Block(_)
            )
        {
            code.tokens = {
                let tokens = code.tokens;
                quote!(#tokens;)
            };
        }
        if let Stmt::Expr(expr, _) = statement
            && self.is_write(expr)
        {
            code.floats = self.floats(&code.effects.writes);
            code.floats.extend(self.written_element(expr));
        }
        if let Stmt::Expr(Expr::MethodCall(_) | Expr::Call(_), _) = statement {
            code.arrays = self.float_variables(&code.effects);
        }
        self.push_host(code, header(statement));
    }

    fn local(&mut self, local: &syn::Local, statement: &Stmt) {
        let (pattern, annotated) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            other => (other, None),
        };
        self.mutable.extend(super::scope::mutable_names(pattern));
        if let (Pat::Tuple(names), Some(init), None) = (pattern, &local.init, annotated)
            && init.diverge.is_none()
            && let Expr::Tuple(values) = &*init.expr
            && self.bind_apart(names, values)
        {
            return;
        }
        if let (Pat::Tuple(names), Some(init), None) = (pattern, &local.init, annotated)
            && init.diverge.is_none()
            && let Expr::MethodCall(call) = &*init.expr
            && super::field::is_self(&call.receiver)
        {
            let source = super::source_text(statement);
            if self.inline_tuple(names, call, &source).is_some() {
                return;
            }
        }
        let written = match (annotated, &local.init) {
            (None, Some(init)) => self.written_type(&init.expr),
            _ => annotated.cloned(),
        };
        let (Pat::Ident(name), Some(init)) = (pattern, &local.init) else {
            self.host(statement);
            match pattern {
                Pat::Ident(_) => self.declare_host(pattern, annotated, None),
                _ => self.declare_written(pattern, written.as_ref()),
            }
            return;
        };
        let expr = &*init.expr;
        if init.diverge.is_some() || name.subpat.is_some() || name.by_ref.is_some() {
            self.host(statement);
            self.declare_written(pattern, written.as_ref());
            return;
        }
        let source = super::source_text(statement);
        if let Some(place) = self.handed_on(expr, annotated) {
            self.host(statement);
            self.name_again(&name.ident, place);
            return;
        }
        let renamed = matches!(expr, Expr::Path(path) if path.path.get_ident().is_some_and(|name| {
            self.references.contains(&name.to_string())
        }));
        if renamed || name.mutability.is_some() && self.borrowed_places(expr).is_some() {
            // A reference that is handed on, or one that may come to name something else: Rust's own meaning.
            self.borrowed = true;
            self.host(statement);
            self.scopes.declare_pattern(pattern);
            return;
        }
        if let Some(places) = self.borrowed_places(expr)
            && annotated.is_none()
        {
            self.host(statement);
            let borrow = Local::Borrow {
                expr: expr.clone(),
                places,
            };
            self.scopes.declare(&name.ident.to_string(), borrow);
            return;
        }
        let around = self.expected.clone();
        if let Some(ty) = annotated {
            self.expected = self.types.recognise(ty).dtype().or(around.clone());
        }
        self.direct =
            matches!(expr, Expr::MethodCall(call) if super::field::is_self(&call.receiver));
        let lowered = self.array(expr);
        self.direct = false;
        self.expected = around;
        if let Some(node) = lowered {
            // In an inlined method arrays may stand in the place of its numbers.
            if let (Some(ty), [_]) = (annotated, self.inlining.as_slice()) {
                self.check_annotation(&name.ident, ty, node, expr);
            }
            self.bind(&name.ident, name.mutability.is_some(), node, source);
            return;
        }
        if name.mutability.is_none() && annotated.is_none() && self.is_weak(expr) {
            let code = self.host_statement(statement);
            self.push_host(code, source);
            self.scopes
                .declare(&name.ident.to_string(), Local::Weak(expr.clone()));
            return;
        }
        let dtype = self.scalar_type(expr);
        let mut typed = statement.clone();
        if let Some(ValueType::Scalar(dtype)) = annotated.map(|ty| self.types.recognise(ty))
            && let Stmt::Local(syn::Local {
                init: Some(init), ..
            }) = &mut typed
        {
            super::literals::typed(&mut init.expr, &dtype);
        }
        let code = self.host_statement(&typed);
        let ty = tail_type(&code, &self.graph).or_else(|| self.library_type(expr));
        self.push_host(code, source);
        match ty {
            Some(ty) if annotated.is_none() => {
                let place = self.local_place(&name.ident, ty, name.mutability.is_some(), false);
                self.scopes
                    .declare(&name.ident.to_string(), Local::Place(place));
            }
            _ if annotated.is_none() && dtype.is_none() => {
                self.declare_written(pattern, written.as_ref());
                if let Some(constructor) = super::library::untyped(expr) {
                    self.scopes
                        .declare(&name.ident.to_string(), Local::Made(constructor));
                }
            }
            _ => self.declare_host(pattern, annotated, dtype),
        }
    }

    /// `let y: Array1<f32> = …` must be what it says.
    fn check_annotation(&mut self, name: &syn::Ident, ty: &syn::Type, node: NodeId, expr: &Expr) {
        let (dtype, wanted) = match self.types.recognise(ty) {
            ValueType::Array(array) => (array.dtype, array.rank),
            ValueType::Scalar(dtype) => (dtype, Rank::Static(0)),
            _ => return,
        };
        let found = self.graph.node(node).clone();
        if self.refused.contains(&node) {
            return;
        }
        if let (Rank::Static(rank), Rank::Static(wanted)) = (found.rank, wanted)
            && rank != wanted
        {
            self.refused.insert(node);
            let what =
                format!("`{name}` is annotated with rank {wanted}, and this has rank {rank}");
            let help = "reduce an axis of the value (`bm::sum_axis`), index it, or write the type that it has";
            self.errors.report(Code::RankMismatch, expr, what, help);
        } else if found.dtype != dtype {
            self.refused.insert(node);
            let what = format!(
                "`{name}` is annotated with `{dtype}`, and this is `{}`",
                found.dtype
            );
            let help = format!("cast it: `(… as {dtype})`, or write the type that it has");
            self.errors.report(Code::DTypeMismatch, expr, what, help);
        }
    }

    /// `let (a, b) = (x, y);` as two bindings, unless a value names what the pattern binds.
    fn bind_apart(&mut self, names: &syn::PatTuple, values: &syn::ExprTuple) -> bool {
        let bound: Vec<String> = names
            .elems
            .iter()
            .flat_map(super::scope::bound_names)
            .collect();
        let text = quote!(#values).into_iter().collect();
        if names.elems.len() != values.elems.len() || names_any(text, &bound) {
            return false;
        }
        for (name, value) in names.elems.iter().zip(&values.elems) {
            let statement: Stmt = syn::parse_quote!(let #name = #value;);
            self.statement(&statement);
        }
        true
    }

    /// `let name = node;`, a value or, with `mut`, a local array.
    pub(crate) fn bind(&mut self, name: &syn::Ident, mutable: bool, node: NodeId, source: String) {
        let found = self.graph.node(node);
        let (scalar, dtype, rank) = (found.is_scalar(), found.dtype.clone(), found.rank);
        let place = (mutable && !scalar).then(|| {
            let ty = ArrayType::owned(dtype.clone(), rank);
            self.local_place(name, ty, true, false)
        });
        let kind = StatementKind::Bind {
            name: name.clone(),
            node,
            place,
            mutable,
            visible: false,
        };
        self.push(kind, source);
        let local = match place {
            Some(place) => Local::Place(place),
            None if scalar && mutable => Local::Scalar {
                dtype: Some(dtype),
                reference: false,
            },
            None => Local::Node(node),
        };
        self.scopes.declare(&name.to_string(), local);
    }

    /// Declares what host code binds, as far as the annotation tells.
    fn declare_host(&mut self, pattern: &Pat, annotated: Option<&syn::Type>, dtype: Option<DType>) {
        let Pat::Ident(name) = pattern else {
            self.scopes.declare_pattern(pattern);
            return;
        };
        match annotated {
            Some(ty) => {
                self.declare_parameter(pattern, ty);
                self.scopes.bump(&name.ident.to_string());
                if let Some(Local::Place(place)) = self.scopes.get(&name.ident.to_string()) {
                    self.graph.places[place.0].at_entry = false;
                }
            }
            None => self.scopes.declare(
                &name.ident.to_string(),
                match dtype {
                    Some(dtype) => Local::Scalar {
                        dtype: Some(dtype),
                        reference: false,
                    },
                    None => Local::Other,
                },
            ),
        }
    }

    /// The place that a `let` gives another name to, to write to: `&mut place`, `place.view_mut()`, or what is a reference already.
    fn handed_on(&mut self, expr: &Expr, annotated: Option<&syn::Type>) -> Option<PlaceId> {
        let writes = annotated.is_none_or(|ty| match ty {
            syn::Type::Reference(reference) => reference.mutability.is_some(),
            other => quote!(#other).to_string().contains("ViewMut"),
        });
        if !writes {
            return None;
        }
        let place = match expr {
            Expr::Path(_) => self.place(expr).filter(|place| self.lent.contains(place))?,
            Expr::Reference(reference) if reference.mutability.is_some() => {
                self.place(&reference.expr)?
            }
            Expr::MethodCall(call) if call.method == "view_mut" && call.args.is_empty() => {
                self.place(&call.receiver)?
            }
            _ => return None,
        };
        self.graph.place(place).writable.then_some(place)
    }

    /// Declares `name` as another name of `place`.
    fn name_again(&mut self, name: &syn::Ident, place: PlaceId) {
        let ty = self.graph.place(place).ty.clone();
        let again = self.local_place(name, ty, true, false);
        self.graph.places[again.0].origin = Some(self.graph.origin(place));
        self.lent.insert(again);
        self.scopes.declare(&name.to_string(), Local::Place(again));
    }

    /// The places that `&place`, `&place[view]` or `place.view()` borrows.
    fn borrowed_places(&mut self, expr: &Expr) -> Option<Vec<(PlaceId, usize)>> {
        // A position that changes would make it another part: then the name is that of a value.
        if self.position_may_change(expr) {
            return None;
        }
        let mut borrowed = match expr {
            Expr::Reference(reference) if reference.mutability.is_none() => &*reference.expr,
            Expr::MethodCall(call) if call.method == "view" && call.args.is_empty() => {
                &*call.receiver
            }
            _ => return None,
        };
        let place = loop {
            borrowed = match (self.place(borrowed), borrowed) {
                (Some(place), _) => break place,
                (None, Expr::Index(index)) => &index.expr,
                (None, Expr::Paren(paren)) => &paren.expr,
                _ => return None,
            };
        };
        // An index list or a mask copies.
        let mark = self.mark();
        let node = self.array(expr);
        self.rewind(mark);
        if node.is_some_and(|node| !self.graph.is_view(node)) {
            return None;
        }
        Some(vec![(place, self.graph.place(place).writes)])
    }

    /// Whether a position in the expression names a field of `self` or what is bound as `mut`.
    fn position_may_change(&self, expr: &Expr) -> bool {
        use crate::syntax::walk::{self, Visit};
        struct Positions<'a>(&'a dyn Fn(&proc_macro2::Ident) -> bool, bool);
        impl Visit for Positions<'_> {
            fn visit_expr_index(&mut self, node: &syn::ExprIndex) {
                let index = &node.index;
                self.1 |= has_name(quote!(#index), self.0);
                walk::visit_expr_index(self, node);
            }
        }
        fn has_name(
            tokens: proc_macro2::TokenStream,
            wanted: &dyn Fn(&proc_macro2::Ident) -> bool,
        ) -> bool {
            tokens.into_iter().any(|tree| match tree {
                proc_macro2::TokenTree::Ident(name) => wanted(&name),
                proc_macro2::TokenTree::Group(group) => has_name(group.stream(), wanted),
                _ => false,
            })
        }
        let changes = |name: &proc_macro2::Ident| {
            let text = name.to_string();
            name == "self" || self.mutable.contains(&text) || self.references.contains(&text)
        };
        let mut positions = Positions(&changes, false);
        positions.visit_expr(expr);
        positions.1
    }

    /// The place that an expression names.
    pub(crate) fn place(&mut self, expr: &Expr) -> Option<PlaceId> {
        match expr {
            Expr::Paren(e) => self.place(&e.expr),
            Expr::Group(e) => self.place(&e.expr),
            Expr::Reference(e) => self.place(&e.expr),
            Expr::Unary(e) if matches!(e.op, UnOp::Deref(_)) => self.place(&e.expr),
            Expr::Path(path) => match self.scopes.get(&path.path.get_ident()?.to_string())? {
                Local::Place(place) => Some(*place),
                _ => None,
            },
            Expr::Field(_) | Expr::Index(_) => {
                let path = self.field(expr)?;
                self.field_place(&path)
            }
            _ => None,
        }
    }

    fn is_write(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Assign(_))
            || matches!(expr, Expr::Binary(e) if super::expression::is_augmented(&e.op))
    }

    fn expression_statement(&mut self, expr: &Expr, statement: &Stmt) {
        let source = super::source_text(statement);
        let done = match expr {
            Expr::Assign(e) => self.assign(&e.left, None, &e.right, &source, expr),
            Expr::Binary(e) if super::expression::is_augmented(&e.op) => {
                match super::expression::binary_operation(&e.op) {
                    Some(operation) => {
                        self.assign(&e.left, Some(operation), &e.right, &source, expr)
                    }
                    None => None,
                }
            }
            Expr::MethodCall(call) if super::field::is_self(&call.receiver) => {
                let mark = self.mark();
                match self.inline(call) {
                    Some(Value::Host(code)) if !code.tokens.is_empty() => {
                        let tokens = &code.tokens;
                        let code = HostCode {
                            tokens: quote!(let _ = #tokens;),
                            ..code
                        };
                        self.push_host(code, source);
                        Some(())
                    }
                    Some(_) => Some(()),
                    None => {
                        self.rewind(mark);
                        None
                    }
                }
            }
            Expr::MethodCall(call) => self.method_write(call, &source),
            Expr::ForLoop(code) => self.unroll(code),
            Expr::Call(call) => self.function_write(call, &source),
            _ => None,
        };
        if done.is_none() {
            self.host(statement);
        }
    }
}

/// The type of the array that the blocks of control flow give.
fn tail_type(code: &HostCode, graph: &crate::ir::graph::Graph) -> Option<ArrayType> {
    code.holes.iter().find_map(|hole| match &hole.region.tail {
        Some(Value::Node(node)) => {
            let node = graph.node(*node);
            let whole = code.tokens.to_string();
            let control = whole.contains("if ") || whole.contains("match ") || whole.contains('{');
            (!node.is_scalar() && control).then(|| ArrayType::owned(node.dtype.clone(), node.rank))
        }
        _ => None,
    })
}

/// Whether one of these names stands in the tokens.
fn names_any(tokens: proc_macro2::TokenStream, names: &[String]) -> bool {
    use proc_macro2::TokenTree;
    let mut field = false;
    tokens.into_iter().any(|tree| {
        // `self.q` does not name a local `q`.
        let after_dot = std::mem::replace(
            &mut field,
            matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.'),
        );
        match tree {
            TokenTree::Ident(name) => !after_dot && names.contains(&name.to_string()),
            TokenTree::Group(group) => names_any(group.stream(), names),
            _ => false,
        }
    })
}

/// A statement's first line, for listings: a loop without its body.
fn header(statement: &Stmt) -> String {
    let text = super::source_text(statement);
    match text.find('{') {
        Some(brace) if matches!(statement, Stmt::Expr(_, _)) && text.len() > 60 => {
            format!("{} …", text[..brace].trim_end())
        }
        _ => text,
    }
}
