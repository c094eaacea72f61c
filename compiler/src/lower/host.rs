//! Host code: kept as written, with `self.field` rewritten and array code inside replaced by holes.

use super::Lowering;
use super::rewrite::Rewrite;
use crate::ir::region::{Effects, HostCode};
use crate::ir::types::ArrayType;
use crate::syntax::walk::VisitMut;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Stmt};

impl Lowering<'_> {
    /// Host code of an expression.
    pub(crate) fn host_expr(&mut self, expr: &Expr) -> HostCode {
        let effects = super::purity::of_expression(expr);
        let mut expr = expr.clone();
        let mut rewrite = Rewrite::new(self);
        rewrite.visit_expr_mut(&mut expr);
        let holes = rewrite.holes;
        let pure = effects.pure && holes.is_empty() && !rewrite.inlined;
        HostCode {
            tokens: expr.to_token_stream(),
            holes,
            effects: Effects { pure, ..effects },
            ..HostCode::default()
        }
    }

    /// Host code of a scalar function, given as a closure or by its name: nothing in it is array code.
    pub(crate) fn host_function(&mut self, function: &Expr) -> HostCode {
        let effects = super::purity::of_expression(function);
        let mut function = function.clone();
        let mut rewrite = Rewrite::new(self);
        rewrite.scalar = true;
        rewrite.visit_expr_mut(&mut function);
        HostCode {
            tokens: function.to_token_stream(),
            // What it captures must not change before the kernel calls it.
            effects: Effects {
                reads: effects.reads,
                ..Effects::default()
            },
            ..HostCode::default()
        }
    }

    /// Host code of a statement.
    pub(crate) fn host_statement(&mut self, statement: &Stmt) -> HostCode {
        let effects = super::purity::of_statement(statement);
        let mut statement = statement.clone();
        let mut rewrite = Rewrite::new(self);
        rewrite.visit_stmt_mut(&mut statement);
        let holes = rewrite.holes;
        let pure = effects.pure && holes.is_empty() && !rewrite.inlined;
        for name in &effects.writes {
            if let Some(field) = name.strip_prefix("self.") {
                self.mark_written(field);
            }
        }
        HostCode {
            tokens: statement.to_token_stream(),
            holes,
            effects: Effects { pure, ..effects },
            ..HostCode::default()
        }
    }

    /// An array that host code computes: bound to a fresh local, read as a node.
    pub(crate) fn host_array(&mut self, expr: &Expr, ty: ArrayType) -> crate::ir::graph::NodeId {
        let code = self.host_expr(expr);
        let name = self.fresh("array");
        let value = &code.tokens;
        let mut code = code.clone();
        let written = array_tokens(&ty);
        code.tokens = quote!(let #name #written = #value;);
        code.effects.writes.insert(name.to_string());
        let source = super::source_text(expr);
        self.push_host(code, source);
        let place = self.local_place(&name, ty, false, false);
        self.graph.read(place, name.span())
    }
}

impl Lowering<'_> {
    /// `if v > 0` with an array: which element should decide?
    pub(crate) fn refuse_array_condition(&mut self, expr: &Expr) {
        if matches!(expr, Expr::Let(_)) {
            return;
        }
        self.open_probe();
        let node = self.array(expr);
        self.close_probe();
        if let Some(node) = node
            && !self.graph.node(node).is_scalar()
        {
            self.errors.report(
                crate::check::catalogue::Code::ArrayCondition,
                expr,
                "a condition must be one `bool`, and this is an array of them",
                "for a choice an element write `bm::where_(condition, a, b)`; for one decision reduce with `bm::any(..)` or `bm::all(..)`",
            );
        }
    }

    /// Opens a list for the statements that an attempt may need.
    pub(crate) fn open_probe(&mut self) {
        self.statements.push(Vec::new());
    }

    pub(crate) fn close_probe(&mut self) -> Vec<crate::ir::region::Statement> {
        self.statements.pop().unwrap_or_default()
    }

    /// The type of the array that `let x = …` has bound.
    fn local_value_type(&self, expr: &Expr) -> Option<ArrayType> {
        let Expr::Path(path) = expr else { return None };
        let local = self.scopes.get(&path.path.get_ident()?.to_string())?;
        let super::scope::Local::Node(node) = local else {
            return None;
        };
        let node = self.graph.node(*node);
        (!node.is_scalar()).then(|| ArrayType::owned(node.dtype.clone(), node.rank))
    }

    /// `v[i]` on an array: the tokens of the element.
    pub(crate) fn element(&mut self, expr: &syn::ExprIndex, written: bool) -> Option<TokenStream> {
        let joined = self.joined(expr);
        let expr = joined.as_ref().unwrap_or(expr);
        let ty = match self.array_type(&expr.expr) {
            Some(ty) => ty,
            None => self.local_value_type(&expr.expr)?,
        };
        self.open_probe();
        let base = self.array(&expr.expr);
        let index = base.and_then(|base| self.index(base, &expr.index));
        self.close_probe();
        let super::index::Index::Element(positions) = index? else {
            return None;
        };
        let place = self.host_expr(&expr.expr).tokens;
        let slice = ty.container == crate::ir::types::Container::Slice;
        let mut parts = Vec::new();
        for (axis, position) in positions.iter().enumerate() {
            match super::operand::literal(position).filter(|text| text.starts_with('-')) {
                Some(text) => {
                    // Counted from the end; in a statement of its own, because `v[..]` borrows `v`.
                    let back: usize = text[1..].parse().ok()?;
                    let name = self.fresh("h");
                    let length = if slice {
                        quote!((#place).len())
                    } else {
                        quote!((#place).shape()[#axis])
                    };
                    let mut code = crate::ir::region::HostCode {
                        tokens: quote!(let #name = #length.wrapping_sub(#back);),
                        ..Default::default()
                    };
                    code.effects.pure = true;
                    code.effects.writes.insert(name.to_string());
                    self.push(crate::ir::region::StatementKind::Host(code), String::new());
                    parts.push(quote!(#name));
                }
                None => {
                    let code = self.host_expr(position);
                    if !code.holes.is_empty() {
                        return None;
                    }
                    parts.push(code.tokens);
                }
            }
        }
        let position = match parts.as_slice() {
            [one] => quote!(#one),
            many => quote!([#(#many),*]),
        };
        let array = match self.place(&expr.expr) {
            Some(place) => super::shown_name(&self.graph.place(place).name),
            None => super::source_text(&expr.expr),
        };
        let access = quote::format_ident!(
            "{}element{}",
            if slice { "slice_" } else { "" },
            if written { "_mut" } else { "" }
        );
        Some(quote!(::brain_jit::__private::#access!([#place] [#position] __METHOD #array)))
    }
}

/// `: Array<T, IxN>` for an owned array of static rank.
pub(crate) fn array_tokens(ty: &ArrayType) -> TokenStream {
    let owned = ty.container == crate::ir::types::Container::Owned;
    match ty.rank {
        crate::ir::types::Rank::Static(_) if owned => {
            let (dtype, dimension) = (ty.dtype.tokens(), crate::emit::operand::dimension(ty.rank));
            quote!(: ::brain_jit::__private::ndarray::Array<#dtype, #dimension>)
        }
        _ => TokenStream::new(),
    }
}
