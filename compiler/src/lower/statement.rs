//! Statements: bindings, in-place writes, host statements, the value of a block.

use super::Lowering;
use super::index::Index;
use super::scope::Local;
use crate::check::catalogue::Code;
use crate::ir::graph::{NodeId, NodeKind, PlaceId, View};
use crate::ir::operation::Operation;
use crate::ir::region::{HostCode, Scatter, StatementKind, Value};
use crate::ir::types::{ArrayType, Container, DType, Rank, ValueType};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Pat, Stmt, Token, UnOp};

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
        }
        self.push_host(code, header(statement));
    }

    fn local(&mut self, local: &syn::Local, statement: &Stmt) {
        let (pattern, annotated) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            other => (other, None),
        };
        if let (Pat::Tuple(names), Some(init), None) = (pattern, &local.init, annotated)
            && init.diverge.is_none()
            && let Expr::Tuple(values) = &*init.expr
            && self.bind_apart(names, values)
        {
            return;
        }
        let (Pat::Ident(name), Some(init)) = (pattern, &local.init) else {
            self.host(statement);
            self.declare_host(pattern, annotated, None);
            return;
        };
        let expr = &*init.expr;
        if init.diverge.is_some() || name.subpat.is_some() || name.by_ref.is_some() {
            self.host(statement);
            self.scopes.declare_pattern(pattern);
            return;
        }
        let source = super::source_text(statement);
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
            self.expected = match self.types.recognise(ty) {
                ValueType::Array(array) => Some(array.dtype),
                ValueType::Scalar(dtype) => Some(dtype),
                _ => around.clone(),
            };
        }
        self.direct =
            matches!(expr, Expr::MethodCall(call) if super::field::is_self(&call.receiver));
        let lowered = self.array(expr);
        self.direct = false;
        self.expected = around;
        if let Some(node) = lowered {
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
        let ty = tail_type(&code, &self.graph).or_else(|| self.creation_type(expr));
        self.push_host(code, source);
        match ty {
            Some(ty) if annotated.is_none() => {
                let place = self.local_place(&name.ident, ty, name.mutability.is_some(), false);
                self.scopes
                    .declare(&name.ident.to_string(), Local::Place(place));
            }
            _ => self.declare_host(pattern, annotated, dtype),
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

    /// The places that `&place`, `&place[view]` or `place.view()` borrows.
    fn borrowed_places(&mut self, expr: &Expr) -> Option<Vec<(PlaceId, usize)>> {
        fn base(expr: &Expr) -> &Expr {
            match expr {
                Expr::Index(index) => base(&index.expr),
                Expr::Paren(paren) => base(&paren.expr),
                other => other,
            }
        }
        let place = match expr {
            Expr::Reference(reference) if reference.mutability.is_none() => base(&reference.expr),
            Expr::MethodCall(call) if call.method == "view" && call.args.is_empty() => {
                base(&call.receiver)
            }
            _ => return None,
        };
        let place = self.place(place)?;
        // An index list or a mask copies.
        let mark = self.mark();
        let node = self.array(expr);
        self.rewind(mark);
        if node.is_some_and(|node| !self.graph.is_view(node)) {
            return None;
        }
        Some(vec![(place, self.graph.place(place).writes)])
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

    /// The type of what a known creation function makes.
    fn creation_type(&mut self, expr: &Expr) -> Option<ArrayType> {
        let Expr::Call(call) = expr else { return None };
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let mut owner = path.path.clone();
        owner.segments.pop();
        owner.segments.pop_punct();
        if !owner.segments.is_empty()
            && let ValueType::Array(ty) = self.types.recognise(&syn::Type::Path(syn::TypePath {
                attrs: Vec::new(),
                qself: None,
                path: owner,
            }))
        {
            return Some(ArrayType {
                container: Container::Owned,
                ..ty
            });
        }
        super::call::bm_function(&call.func)?;
        let last = path.path.segments.last()?;
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        let Some(syn::GenericArgument::Type(ty)) = arguments.args.first() else {
            return None;
        };
        let dtype = self.types.dtype(ty)?;
        let rank = match last.ident.to_string().as_str() {
            "arange" | "linspace" => 1,
            "eye" | "identity" => 2,
            "zeros" | "ones" | "full" | "empty" => match call.args.first()? {
                Expr::Tuple(tuple) => tuple.elems.len(),
                Expr::Array(list) => list.elems.len(),
                _ => 1,
            },
            _ => return None,
        };
        Some(ArrayType::owned(dtype, Rank::Static(rank)))
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

    /// `place = right`, `place[index] = right`, `place op= right`. `None` leaves it to host code.
    fn assign(
        &mut self,
        left: &Expr,
        operation: Option<Operation>,
        right: &Expr,
        source: &str,
        whole: &Expr,
    ) -> Option<()> {
        let (base, index) = match strip(left) {
            Expr::Index(e) => match self.place(left) {
                // `self.cells[i].v` is a place of its own.
                Some(_) => (left, None),
                None => (&*e.expr, Some(&*e.index)),
            },
            other => (other, None),
        };
        let place = self.place(base)?;
        if !self.graph.place(place).writable {
            return None;
        }
        let span = whole.span();
        let present = self.graph.read(place, span);
        let index = match index {
            Some(index) => self.index(present, index)?,
            None => {
                operation?;
                Index::Whole
            }
        };
        if matches!(index, Index::Element(_)) {
            return None;
        }
        let dtype = self.graph.place(place).ty.dtype.clone();
        let around = self.expected.replace(dtype.clone());
        let lowered = self.array(right);
        self.expected = around;
        let value = match lowered {
            Some(node) => node,
            None if operation.is_none()
                && matches!(index, Index::Whole | Index::View(..))
                && self.is_host_array(right) =>
            {
                return self.assign_host(place, index, right, source);
            }
            None => match array_macro(right, &dtype) {
                Some((list, rank)) => {
                    self.host_array(&list, ArrayType::owned(dtype.clone(), Rank::Static(rank)))
                }
                None => self.scalar_operand(right, &dtype),
            },
        };
        let value = if dtype.is_complex() && self.graph.node(value).dtype == dtype.part() {
            self.cast(value, dtype.clone(), span)
        } else {
            value
        };
        self.check_types(place, &index, value, right);
        match index {
            Index::Whole => {
                let node = match operation {
                    Some(operation) => self.elementwise(operation, vec![present, value], span),
                    None => value,
                };
                self.write(place, None, node, source);
            }
            Index::View(axes, rank) => {
                let view = View::Index(axes);
                let node = match operation {
                    Some(operation) => {
                        let kind = NodeKind::View {
                            arg: present,
                            view: view.clone(),
                        };
                        let old = self.graph.add(kind, dtype, Rank::Static(rank), span);
                        self.elementwise(operation, vec![old, value], span)
                    }
                    None => value,
                };
                self.write(place, Some(view), node, source);
            }
            Index::Mask(mask) if self.graph.node(value).is_scalar() => {
                let node = match operation {
                    Some(operation) => self.elementwise(operation, vec![present, value], span),
                    None => value,
                };
                let node = self.elementwise(Operation::Where, vec![mask, node, present], span);
                self.write_masked(place, node, mask, source);
            }
            Index::Mask(mask) => {
                let (value, kind) = match operation {
                    Some(operation) => {
                        let kind = NodeKind::Call {
                            call: crate::ir::graph::Call::Select,
                            args: vec![present, mask],
                        };
                        let old = self.graph.add(kind, dtype, Rank::Static(1), span);
                        (
                            self.elementwise(operation, vec![old, value], span),
                            Scatter::Mask,
                        )
                    }
                    None => (value, Scatter::Mask),
                };
                self.scatter(place, kind, mask, value, source);
            }
            Index::List(list) => {
                let kind = match operation {
                    Some(operation) => Scatter::Update(operation),
                    None => Scatter::Put,
                };
                self.scatter(place, kind, list, value, source);
            }
            Index::Element(_) => return None,
        }
        Some(())
    }

    fn check_types(&mut self, place: PlaceId, index: &Index, value: NodeId, right: &Expr) {
        let target = self.graph.place(place).clone();
        let found = self.graph.node(value);
        let (dtype, rank) = (found.dtype.clone(), found.rank);
        if dtype != target.ty.dtype && !self.refused.contains(&value) {
            self.errors.report(
                Code::DTypeMismatch,
                right,
                format!(
                    "`{}` holds `{}`, and this is `{dtype}`",
                    target.name, target.ty.dtype
                ),
                format!("cast it: `(… as {})`", target.ty.dtype),
            );
        }
        let wanted = match index {
            Index::View(_, rank) => Rank::Static(*rank),
            Index::Whole => target.ty.rank,
            _ => return,
        };
        if let (Rank::Static(rank), Rank::Static(wanted)) = (rank, wanted)
            && rank > wanted
        {
            self.errors.report(
                Code::RankMismatch,
                right,
                format!("a value of rank {rank} does not fit into a target of rank {wanted}"),
                "reduce an axis of the value (`bm::sum_axis`), or index it",
            );
        }
    }

    /// A host call that may give an array: what it gives decides how it is assigned.
    fn is_host_array(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(e) => return self.is_host_array(&e.expr),
            Expr::Reference(e) => return self.is_host_array(&e.expr),
            Expr::Unary(e) => return self.is_host_array(&e.expr),
            Expr::Binary(e) => {
                return self.scalar_type(expr).is_none()
                    && (self.is_host_array(&e.left) || self.is_host_array(&e.right));
            }
            _ => {}
        }
        matches!(expr, Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_))
            && self.scalar_type(expr).is_none()
            && !self.is_weak(expr)
            || matches!(expr, Expr::If(_) | Expr::Match(_) | Expr::Block(_))
            || matches!(expr, Expr::Path(p) if p.path.get_ident().is_some_and(|name| matches!(
                self.scopes.get(&name.to_string()), None | Some(Local::Other)
            )))
    }

    fn assign_host(
        &mut self,
        place: PlaceId,
        index: Index,
        right: &Expr,
        source: &str,
    ) -> Option<()> {
        let axes = match index {
            Index::Whole => None,
            Index::View(axes, _) => Some(axes),
            _ => return None,
        };
        let code = self.host_expr(right);
        let name = self.fresh("value");
        let value = &code.tokens;
        let mut binding = code.clone();
        binding.tokens = quote!(let #name = #value;);
        binding.effects.writes.insert(name.to_string());
        self.push_host(binding, source.to_string());
        let version = self.written(place);
        self.push(
            StatementKind::AssignHost {
                place,
                view: axes.map(View::Index),
                value: name,
                version,
            },
            source.to_string(),
        );
        Some(())
    }

    /// Notes a write and gives the place's new version.
    fn written(&mut self, place: PlaceId) -> usize {
        if let Some(root) = self.graph.place(place).name.strip_prefix("self.") {
            let root = root.split(['.', '[']).next().unwrap_or(root).to_string();
            self.mark_written(&root);
        }
        let place = &mut self.graph.places[place.0];
        place.version += 1;
        place.writes += 1;
        place.version
    }

    pub(crate) fn write(&mut self, place: PlaceId, view: Option<View>, node: NodeId, source: &str) {
        let version = self.written(place);
        let kind = StatementKind::Write {
            place,
            view,
            node,
            mask: None,
            version,
        };
        self.push(kind, source.to_string());
    }

    fn write_masked(&mut self, place: PlaceId, node: NodeId, mask: NodeId, source: &str) {
        let version = self.written(place);
        let kind = StatementKind::Write {
            place,
            view: None,
            node,
            mask: Some(mask),
            version,
        };
        self.push(kind, source.to_string());
    }

    fn scatter(
        &mut self,
        place: PlaceId,
        kind: Scatter,
        index: NodeId,
        value: NodeId,
        source: &str,
    ) {
        let version = self.written(place);
        let kind = StatementKind::Scatter {
            place,
            kind,
            index,
            value,
            version,
        };
        self.push(kind, source.to_string());
    }

    /// `v.fill(x)` and `v.assign(&x)`.
    fn method_write(&mut self, call: &ExprMethodCall, source: &str) -> Option<()> {
        let place = self.place(&call.receiver)?;
        if !self.graph.place(place).writable {
            return None;
        }
        let dtype = self.graph.place(place).ty.dtype.clone();
        let value = match (call.method.to_string().as_str(), call.args.first()) {
            ("fill", Some(value)) => self.scalar_operand(value, &dtype),
            ("assign", Some(value)) => self.array(value)?,
            _ => return None,
        };
        self.write(place, None, value, source);
        Some(())
    }

    /// `bm::add_at(&mut v, idx, w)`.
    fn function_write(&mut self, call: &syn::ExprCall, source: &str) -> Option<()> {
        let name = super::call::bm_function(&call.func)?;
        if name != "add_at" || call.args.len() != 3 {
            return None;
        }
        let place = self.place(&call.args[0])?;
        let dtype = self.graph.place(place).ty.dtype.clone();
        let present = self.graph.read(place, call.span());
        let Index::List(index) = self.index(present, &call.args[1])? else {
            return None;
        };
        let value = self.scalar_operand(&call.args[2], &dtype);
        self.scatter(place, Scatter::AddAt, index, value, source);
        Some(())
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

/// `array![1, 2]` with its numbers in the type of the target, and its rank.
fn array_macro(expr: &Expr, dtype: &DType) -> Option<(Expr, usize)> {
    fn type_numbers(list: &mut Punctuated<Expr, Token![,]>, dtype: &DType) -> usize {
        let ranks = list.iter_mut().map(|element| match element {
            Expr::Array(row) => type_numbers(&mut row.elems, dtype) + 1,
            number => {
                super::literals::typed(number, dtype);
                1
            }
        });
        ranks.max().unwrap_or(1)
    }
    let expr = match expr {
        Expr::Reference(reference) => &*reference.expr,
        other => other,
    };
    let Expr::Macro(call) = expr else { return None };
    if call.mac.path.segments.last()?.ident != "array" {
        return None;
    }
    let mut call = call.clone();
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut list = call.mac.parse_body_with(parse).ok()?;
    let rank = type_numbers(&mut list, dtype);
    call.mac.tokens = quote!(#list);
    Some((Expr::Macro(call), rank))
}

/// Whether one of these names stands in the tokens.
fn names_any(tokens: proc_macro2::TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|tree| match tree {
        proc_macro2::TokenTree::Ident(name) => names.contains(&name.to_string()),
        proc_macro2::TokenTree::Group(group) => names_any(group.stream(), names),
        _ => false,
    })
}

fn strip(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(e) => strip(&e.expr),
        Expr::Group(e) => strip(&e.expr),
        Expr::Unary(e) if matches!(e.op, UnOp::Deref(_)) => strip(&e.expr),
        other => other,
    }
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
