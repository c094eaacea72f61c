//! Rewrites the user's host code: fields become parameters, array code inside becomes holes.
//!
//! One file, since it is one visitor: each kind of expression has its arm.

use super::Lowering;
use super::scope::Local;
use crate::ir::region::{Hole, Region, Value};
use crate::ir::types::ValueType;
use crate::model::method::Receiver;
use crate::syntax::walk::{self, Visit, VisitMut};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Expr, Stmt, Token};

/// Methods that only read, on arrays and on the usual containers.
const READING_METHODS: &[&str] = &[
    "len",
    "is_empty",
    "shape",
    "dim",
    "raw_dim",
    "ndim",
    "nrows",
    "ncols",
    "iter",
    "indexed_iter",
    "view",
    "clone",
    "to_owned",
    "sum",
    "mean",
    "product",
    "dot",
    "t",
    "mapv",
    "map",
    "fold",
    "row",
    "column",
    "rows",
    "columns",
    "outer_iter",
    "axis_iter",
    "slice",
    "index_axis",
    "as_slice",
    "get",
    "first",
    "last",
    "contains",
    "contains_key",
    "to_vec",
    "into_dyn",
    "exp",
    "ln",
    "sqrt",
    "abs",
    "powi",
    "powf",
    "max",
    "min",
    "var",
    "std",
    "is_nan",
    "strides",
    "sum_axis",
    "mean_axis",
    "all",
    "any",
    "to_string",
    "eq",
    "ne",
    "partial_cmp",
    "cmp",
    "as_ref",
    "as_str",
    "keys",
    "values",
    "is_some",
    "is_none",
    "unwrap_or",
    "map_or",
    "copied",
    "cloned",
    "floor",
    "ceil",
    "sin",
    "cos",
    "tanh",
];

/// One piece of host code under way.
pub(super) struct Rewrite<'a, 'b> {
    pub lowering: &'a mut Lowering<'b>,
    pub holes: Vec<Hole>,
    /// A method of the block was expanded here.
    pub inlined: bool,
    /// Only fields are replaced.
    pub scalar: bool,
}

impl<'a, 'b> Rewrite<'a, 'b> {
    pub fn new(lowering: &'a mut Lowering<'b>) -> Self {
        Rewrite {
            lowering,
            holes: Vec::new(),
            inlined: false,
            scalar: false,
        }
    }
}

impl Rewrite<'_, '_> {
    fn hole(&mut self, region: Region) -> Expr {
        let name = self.lowering.fresh("hole");
        self.holes.push(Hole {
            name: name.clone(),
            region,
        });
        syn::parse_quote!(#name)
    }

    fn macro_tokens(&mut self, mac: &mut syn::Macro) {
        let name = mac
            .path
            .segments
            .last()
            .map(|s| s.ident.to_string())
            .unwrap_or_default();
        let elements = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        if name == "array"
            && let Ok(mut list) = elements
        {
            list.iter_mut().for_each(|expr| self.visit_expr_mut(expr));
            mac.tokens = list.to_token_stream();
            return;
        }
        if name == "array" || name == "s" {
            mac.tokens = self.rewrite_tokens(mac.tokens.clone());
            return;
        }
        let parsed = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        match parsed {
            Ok(mut list) => {
                // The macro would print the tokens that stand for array code.
                let written = list.first().map(super::source_text).unwrap_or_default();
                let unnamed = list.len() == 1;
                list.pop_punct();
                match (name.as_str(), list.first()) {
                    ("assert" | "debug_assert", Some(condition)) => self.condition(condition),
                    ("write" | "writeln", Some(target)) => self.mutated(target),
                    _ => {}
                }
                for expr in &mut list {
                    match expr {
                        // A named argument: `x = expr`.
                        Expr::Assign(assign) => self.visit_expr_mut(&mut assign.right),
                        other => self.visit_expr_mut(other),
                    }
                }
                mac.tokens = match name.as_str() {
                    "assert" | "debug_assert" if unnamed => {
                        quote!(#list, "assertion failed: {}", #written)
                    }
                    _ => list.to_token_stream(),
                };
            }
            Err(_) => mac.tokens = self.rewrite_tokens(mac.tokens.clone()),
        }
    }

    /// Replaces `self.field` in tokens that do not parse as expressions.
    fn rewrite_tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let mut out = TokenStream::new();
        let mut k = 0;
        while k < trees.len() {
            if let [
                TokenTree::Ident(this),
                TokenTree::Punct(dot),
                TokenTree::Ident(field),
                ..,
            ] = &trees[k..]
                && this == "self"
                && dot.as_char() == '.'
            {
                let access = syn::parse2::<Expr>(quote!(#this.#field)).ok();
                if let Some(path) = access.and_then(|access| self.lowering.field(&access)) {
                    out.extend(path.tokens);
                    k += 3;
                    continue;
                }
            }
            match &trees[k] {
                TokenTree::Group(group) => {
                    let mut new =
                        Group::new(group.delimiter(), self.rewrite_tokens(group.stream()));
                    new.set_span(group.span());
                    out.extend([TokenTree::Group(new)]);
                }
                other => out.extend([other.clone()]),
            }
            k += 1;
        }
        out
    }

    /// Marks the field that a mutating use goes to.
    fn mutated(&mut self, expr: &Expr) {
        match expr {
            Expr::Field(_) => {
                if let Some(path) = self.lowering.field(expr) {
                    if let Some(root) = &path.root {
                        self.lowering.mark_written(root);
                    }
                } else if let Expr::Field(field) = expr {
                    self.mutated(&field.base);
                }
            }
            Expr::Index(e) => self.mutated(&e.expr),
            Expr::Paren(e) => self.mutated(&e.expr),
            Expr::Unary(e) => self.mutated(&e.expr),
            Expr::Reference(e) => self.mutated(&e.expr),
            Expr::MethodCall(e) => self.mutated(&e.receiver),
            Expr::Tuple(e) => e.elems.iter().for_each(|x| self.mutated(x)),
            _ => {}
        }
    }

    /// A method on a field: does it need the field as `&mut`?
    fn method_mutates(&mut self, call: &syn::ExprMethodCall) -> bool {
        if self.lowering.receiver != Some(Receiver::Exclusive) {
            return false;
        }
        let name = call.method.to_string();
        let Some(path) = self.lowering.field(&call.receiver) else {
            return matches!(
                &*call.receiver,
                Expr::MethodCall(_) | Expr::Index(_) | Expr::Field(_)
            ) && !READING_METHODS.contains(&name.as_str());
        };
        if !path.variable && path.child.is_none() {
            return false;
        }
        !matches!(path.value, ValueType::Scalar(_)) && !READING_METHODS.contains(&name.as_str())
    }
}

impl VisitMut for Rewrite<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let written = match expr {
            Expr::Macro(call) if call.mac.path.is_ident("dbg") => {
                super::source_text(&call.mac.tokens)
            }
            _ => String::new(),
        };
        match expr {
            Expr::Path(_) | Expr::Lit(_) => return,
            Expr::Field(_) => {
                if let Some(path) = self.lowering.field(expr) {
                    *expr = Expr::Verbatim(path.tokens);
                    return;
                }
            }
            Expr::Macro(e) => {
                self.macro_tokens(&mut e.mac);
                if let Some(shown) = shown_value(&e.mac, &written) {
                    *expr = shown;
                }
                return;
            }
            Expr::Closure(closure) => {
                self.lowering.scopes.push();
                for input in &closure.inputs {
                    match input {
                        syn::Pat::Type(typed) => {
                            self.lowering.declare_parameter(&typed.pat, &typed.ty)
                        }
                        other => self.lowering.scopes.declare_pattern(other),
                    }
                }
                // `return` and `?` leave the closure.
                let labels = std::mem::take(&mut self.lowering.labels);
                self.visit_expr_mut(&mut closure.body);
                self.lowering.labels = labels;
                self.lowering.scopes.pop();
                return;
            }
            Expr::ForLoop(e) => {
                let item = self.lowering.item_type(&e.expr);
                let counted = self.lowering.counted(&e.expr);
                self.visit_expr_mut(&mut e.expr);
                self.lowering.scopes.push();
                self.lowering.declare_written(&e.pat, item.as_ref());
                if let (syn::Pat::Ident(name), Some(dtype)) = (&*e.pat, counted) {
                    let local = Local::Scalar {
                        dtype: Some(dtype),
                        reference: false,
                    };
                    self.lowering.scopes.declare(&name.ident.to_string(), local);
                }
                self.visit_block_mut(&mut e.body);
                self.lowering.scopes.pop();
                return;
            }
            Expr::If(e) => {
                self.condition(&e.cond);
                self.lowering.scopes.push();
                self.visit_expr_mut(&mut e.cond);
                self.visit_block_mut(&mut e.then_branch);
                self.lowering.scopes.pop();
                if let Some((_, otherwise)) = &mut e.else_branch {
                    self.visit_expr_mut(otherwise);
                }
                return;
            }
            Expr::While(e) => {
                self.condition(&e.cond);
                self.lowering.forget_places();
                self.lowering.scopes.push();
                self.visit_expr_mut(&mut e.cond);
                self.visit_block_mut(&mut e.body);
                self.lowering.scopes.pop();
                return;
            }
            Expr::Let(e) => {
                if binds_mutably(&e.pat) {
                    self.mutated(&e.expr);
                }
                let ty = self.lowering.written_type(&e.expr);
                self.visit_expr_mut(&mut e.expr);
                self.lowering.declare_written(&e.pat, ty.as_ref());
                return;
            }
            Expr::Match(e) => {
                if e.arms.iter().any(|arm| binds_mutably(&arm.pat)) {
                    self.mutated(&e.expr);
                }
                if e.arms.iter().any(|arm| is_bool(&arm.pat)) {
                    self.condition(&e.expr);
                }
                let ty = self.lowering.written_type(&e.expr);
                self.visit_expr_mut(&mut e.expr);
                for arm in &mut e.arms {
                    self.lowering.scopes.push();
                    self.lowering.declare_written(&arm.pat, ty.as_ref());
                    if let syn::Pat::Guard(guarded) = &mut arm.pat {
                        self.condition(&guarded.guard);
                        self.visit_expr_mut(&mut guarded.guard);
                    }
                    self.arm(&mut arm.body);
                    self.lowering.scopes.pop();
                }
                return;
            }
            Expr::Return(e) => {
                if let Some(label) = self.lowering.return_label() {
                    let value = e.expr.take();
                    let mut leave: Expr = syn::parse_quote!(break #label #value);
                    if let Expr::Break(leave) = &mut leave
                        && let Some(value) = &mut leave.expr
                    {
                        self.returned(value);
                    }
                    *expr = leave;
                    return;
                }
                if let Some(value) = &mut e.expr {
                    self.returned(value);
                }
                return;
            }
            Expr::Try(e) if self.lowering.return_label().is_some() => {
                self.visit_expr_mut(&mut e.expr);
                if let Some(leave) = self.lowering.leave_on_failure(&e.expr) {
                    *expr = leave;
                }
                return;
            }
            Expr::Assign(e) => {
                self.mutated(&e.left);
                self.lowering.refuse_element(&e.left, &e.right);
                self.typed_like(&mut e.right, &e.left);
                self.visit_expr_mut(&mut e.right);
                self.target(&mut e.left);
                return;
            }
            Expr::Binary(e) if super::expression::is_augmented(&e.op) => {
                self.mutated(&e.left);
                if !matches!(e.op, syn::BinOp::ShlAssign(_) | syn::BinOp::ShrAssign(_)) {
                    self.lowering.refuse_element(&e.left, &e.right);
                }
                self.typed_like(&mut e.right, &e.left);
                self.visit_expr_mut(&mut e.right);
                self.target(&mut e.left);
                return;
            }
            Expr::Reference(e) if e.mutability.is_some() => {
                self.lowering.borrowed = true;
                self.lowering.refuse_borrowed_part(&e.expr);
                self.mutated(&e.expr);
                self.target(&mut e.expr);
                return;
            }
            Expr::Block(e) => {
                self.visit_block_mut(&mut e.block);
                return;
            }
            Expr::Unsafe(_) | Expr::Loop(_) | Expr::Async(_) | Expr::Const(_) => {
                walk::visit_expr_mut(self, expr);
                return;
            }
            Expr::Index(e) => {
                if let Some(tokens) = self.lowering.element(e, false) {
                    *expr = Expr::Verbatim(tokens);
                    return;
                }
            }
            Expr::Call(call) => {
                if let Some(tokens) = self.generic_function(call) {
                    *expr = Expr::Verbatim(tokens);
                    return;
                }
            }
            Expr::MethodCall(call) => {
                if super::field::is_self(&call.receiver) {
                    // Where the call stands: it may run many times, or not at all.
                    let mut found = false;
                    let region = self.lowering.open(|lowering| {
                        let value = lowering.inline(call);
                        found = value.is_some();
                        value
                    });
                    self.inlined = true;
                    if found {
                        let hole = self.hole(region);
                        *expr = syn::parse_quote!((#hole));
                        return;
                    }
                }
                if self.method_mutates(call) {
                    self.mutated(&call.receiver);
                }
            }
            _ => {}
        }
        if !self.scalar && !is_place(expr) {
            self.lowering.open_probe();
            let node = self.lowering.array(expr);
            let statements = self.lowering.close_probe();
            if let Some(node) = node {
                let region = Region {
                    statements,
                    tail: Some(Value::Node(node)),
                    tail_source: String::new(),
                    tail_span: None,
                };
                let wrapped = matches!(expr, Expr::Reference(_));
                let hole = self.hole(region);
                *expr = if wrapped {
                    syn::parse_quote!(&#hole)
                } else {
                    hole
                };
                return;
            }
        }
        if let Expr::Binary(binary) = expr {
            self.lowering.typed_operands(binary);
        }
        walk::visit_expr_mut(self, expr);
        // A hole becomes a block, which at the start of an arm would be all of it.
        if let Expr::Binary(binary) = expr
            && let Expr::Path(left) = &*binary.left
            && self.holes.iter().any(|hole| left.path.is_ident(&hole.name))
        {
            *binary.left = syn::parse_quote!((#left));
        }
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        if self.scalar {
            return walk::visit_block_mut(self, block);
        }
        let region = self.lowering.block(&block.stmts);
        let hole = self.hole(region);
        block.stmts = vec![Stmt::Expr(hole, None)];
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        match statement {
            Stmt::Macro(call) if call.mac.path.is_ident("dbg") => {
                let mut shown = Expr::Macro(syn::ExprMacro {
                    attrs: call.attrs.clone(),
                    mac: call.mac.clone(),
                });
                self.visit_expr_mut(&mut shown);
                *statement = Stmt::Expr(shown, Some(Default::default()));
            }
            Stmt::Macro(mac) => self.macro_tokens(&mut mac.mac),
            Stmt::Item(_) => {}
            other => walk::visit_stmt_mut(self, other),
        }
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let Some(init) = &mut local.init {
            if binds_mutably(&local.pat) {
                self.mutated(&init.expr);
            }
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, otherwise)) = &mut init.diverge {
                self.visit_expr_mut(otherwise);
            }
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Rewrite<'_, '_> {
    /// The place that an assignment or a `&mut` names: its parts are host code.
    fn target(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Paren(e) => self.target(&mut e.expr),
            Expr::Tuple(e) => e.elems.iter_mut().for_each(|x| self.target(x)),
            Expr::Unary(e) if matches!(e.op, syn::UnOp::Deref(_)) => {
                // `*self.t` on a variable: the parameter is a reference already.
                if let Some(path) = self.lowering.field(&e.expr)
                    && !matches!(path.value, ValueType::Array(_))
                    && path.variable
                {
                    *expr = Expr::Verbatim(path.tokens);
                    return;
                }
                self.visit_expr_mut(&mut e.expr);
            }
            Expr::Index(e) => {
                // `self.t[..] = e` on a scalar variable.
                if let Some(path) = self.lowering.field(&e.expr)
                    && path.variable
                    && !matches!(path.value, ValueType::Array(_))
                    && matches!(&*e.index, Expr::Range(r) if r.start.is_none() && r.end.is_none())
                {
                    *expr = Expr::Verbatim(path.tokens);
                    return;
                }
                if let Some(tokens) = self.lowering.element(e, true) {
                    *expr = Expr::Verbatim(tokens);
                    return;
                }
                self.target(&mut e.expr);
                self.visit_expr_mut(&mut e.index);
            }
            _ => self.visit_expr_mut(expr),
        }
    }

    /// A returned expression: a borrow of a place stays one.
    fn returned(&mut self, value: &mut Expr) {
        self.visit_expr_mut(value);
    }

    /// `bm::exp(x)` of a scalar `x: T`: the functions of `bm` are not generic over `Real`, those of kernels are.
    fn generic_function(&mut self, call: &syn::ExprCall) -> Option<TokenStream> {
        let name = super::call::bm_function(&call.func)?.to_string();
        let operation = crate::ir::operation::Operation::from_function(&name)?;
        let mut types = call.args.iter().map(|arg| self.lowering.scalar_type(arg));
        let dtype = types.find_map(|found| {
            found.filter(|dtype| matches!(dtype, crate::ir::types::DType::Generic(_)))
        })?;
        if call.args.len() != operation.row().arity {
            return None;
        }
        let arguments = call.args.iter().map(|arg| {
            let mut arg = arg.clone();
            super::literals::typed(&mut arg, &dtype);
            self.visit_expr_mut(&mut arg);
            quote!((#arg))
        });
        let arguments: Vec<TokenStream> = arguments.collect();
        Some(crate::emit::scalar::operation(
            operation, &arguments, &dtype, None,
        ))
    }

    /// Numbers that are assigned take the type of the target.
    fn typed_like(&mut self, value: &mut Expr, target: &Expr) {
        let base = match target {
            Expr::Index(e) if self.lowering.field(&e.expr).is_some() => &e.expr,
            other => other,
        };
        let found = self.lowering.scalar_type(base);
        let element = self.lowering.array_type(base).map(|array| array.dtype);
        if let Some(dtype) = found.or(element) {
            super::literals::typed(value, &dtype);
        }
    }

    fn condition(&mut self, expr: &Expr) {
        self.lowering.refuse_array_condition(expr);
    }

    /// The body of a match arm: an in-place write is a statement, with braces or without.
    fn arm(&mut self, body: &mut Expr) {
        let writes = match &*body {
            Expr::Assign(_) => true,
            Expr::Binary(binary) => super::expression::is_augmented(&binary.op),
            Expr::MethodCall(call) => call.method == "fill" || call.method == "assign",
            Expr::Call(call) => {
                super::call::bm_function(&call.func).is_some_and(|name| name == "add_at")
            }
            _ => false,
        };
        if !writes {
            return self.visit_expr_mut(body);
        }
        let mut block: syn::Block = syn::parse_quote!({ #body; });
        self.visit_block_mut(&mut block);
        *body = syn::parse_quote!(#block);
    }
}

/// `dbg!(value)` with the user's text of the value instead of the tokens that stand for it.
fn shown_value(call: &syn::Macro, written: &str) -> Option<Expr> {
    let line = syn::spanned::Spanned::span(&call.path).start().line;
    let value: Expr = call
        .path
        .is_ident("dbg")
        .then(|| call.parse_body().ok())??;
    syn::parse2(quote::quote!(match (#value) {
        value => {
            ::std::eprintln!("[{}:{}] {} = {:#?}", ::core::file!(), #line, #written, &value);
            value
        }
    }))
    .ok()
}

/// Whether it names a place or is a view, which host code takes as it is.
pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(path) => path.path.get_ident().is_some(),
        Expr::Field(_) => true,
        Expr::Paren(e) => is_place(&e.expr),
        Expr::Reference(e) => is_place(&e.expr),
        Expr::Unary(e) => matches!(e.op, syn::UnOp::Deref(_)) && is_place(&e.expr),
        Expr::MethodCall(e) => is_view(e),
        _ => false,
    }
}

/// `x.view()`, `x.t()`
pub(super) fn is_view(call: &syn::ExprMethodCall) -> bool {
    call.args.is_empty() && (call.method == "view" || call.method == "t")
}

/// `true` or `false`.
fn is_bool(pattern: &syn::Pat) -> bool {
    matches!(pattern, syn::Pat::Lit(literal) if matches!(literal.lit, syn::Lit::Bool(_)))
}

/// Whether a pattern has `ref mut` in it.
fn binds_mutably(pattern: &syn::Pat) -> bool {
    struct Finds(bool);
    impl Visit for Finds {
        fn visit_pat_ident(&mut self, node: &syn::PatIdent) {
            self.0 |= node.by_ref.is_some() && node.mutability.is_some();
            walk::visit_pat_ident(self, node);
        }
    }
    let mut finds = Finds(false);
    finds.visit_pat(pattern);
    finds.0
}
