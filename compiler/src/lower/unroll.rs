//! A short `for` over written bounds becomes straight code, so that its passes share kernels.

use super::Lowering;
use super::names::Rename;
use crate::check::without_parentheses;
use crate::ir::region::StatementKind;
use crate::syntax::walk::{self, Visit, VisitMut};
use std::collections::HashMap;
use syn::{BinOp, Expr, ExprForLoop, Lit, LitInt, Pat, RangeLimits, UnOp};

/// More passes, or more statements in all of them, stay a loop.
const MAX_PASSES: usize = 16;
const MAX_STATEMENTS: usize = 64;

impl Lowering<'_> {
    /// Lowers the loop's passes one after the other, if there are few, they work on arrays and none is left early.
    pub(crate) fn unroll(&mut self, code: &ExprForLoop) -> Option<()> {
        let passes = passes(code)?;
        let mut body = Body::default();
        body.visit_block(&code.body);
        let statements = passes.len() * code.body.stmts.len();
        if body.leaves || passes.len() > MAX_PASSES || statements > MAX_STATEMENTS {
            return None;
        }
        let mark = self.mark();
        for pass in &passes {
            let mut block = code.body.clone();
            let mut values = HashMap::new();
            if let Pat::Ident(name) = &*code.pat {
                values.insert(name.ident.to_string(), syn::parse_quote!(#pass));
            }
            let mut fresh = |name: &str| self.fresh(&format!("{name}_"));
            Rename::new(values, &mut fresh).visit_block_mut(&mut block);
            crate::model::instance::fold(&mut block);
            self.scopes.push();
            for statement in &block.stmts {
                self.statement(statement);
            }
            self.scopes.pop();
        }
        let arrays = self
            .since(mark)
            .iter()
            .any(|statement| !matches!(statement.kind, StatementKind::Host(_)));
        if !arrays {
            self.rewind(mark);
            return None;
        }
        Some(())
    }
}

/// The values that the loop's name takes, if its bounds are written numbers.
fn passes(code: &ExprForLoop) -> Option<Vec<LitInt>> {
    let Expr::Range(range) = without_parentheses(&code.expr) else {
        return None;
    };
    let plain = match &*code.pat {
        Pat::Ident(name) => {
            name.mutability.is_none() && name.by_ref.is_none() && name.subpat.is_none()
        }
        Pat::Wild(_) => true,
        _ => false,
    };
    if code.label.is_some() || !code.attrs.is_empty() || !plain {
        return None;
    }
    let (start, first) = number(range.start.as_ref()?)?;
    let (mut end, last) = number(range.end.as_ref()?)?;
    if matches!(range.limits, RangeLimits::Closed(_)) {
        end += 1;
    }
    let suffix = if first.is_empty() { last } else { first };
    if start < 0 || end - start > MAX_PASSES as i64 {
        return None;
    }
    let span = syn::spanned::Spanned::span(&code.pat);
    Some(
        (start..end)
            .map(|value| LitInt::new(&format!("{value}{suffix}"), span))
            .collect(),
    )
}

/// A written number with its suffix; sums, differences and products of such.
fn number(expr: &Expr) -> Option<(i64, String)> {
    match without_parentheses(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => Some((number.base10_parse().ok()?, number.suffix().to_string())),
            _ => None,
        },
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => {
            let (value, suffix) = number(&negative.expr)?;
            Some((-value, suffix))
        }
        Expr::Binary(binary) => {
            let ((a, first), (b, second)) = (number(&binary.left)?, number(&binary.right)?);
            let value = match binary.op {
                BinOp::Add(_) => a.checked_add(b)?,
                BinOp::Sub(_) => a.checked_sub(b)?,
                BinOp::Mul(_) => a.checked_mul(b)?,
                _ => return None,
            };
            Some((value, if first.is_empty() { second } else { first }))
        }
        _ => None,
    }
}

/// Whether a pass of a loop may end early or is not to be copied.
#[derive(Default)]
struct Body {
    leaves: bool,
}

impl Visit for Body {
    fn visit_expr(&mut self, node: &Expr) {
        self.leaves |= matches!(
            node,
            Expr::Break(_) | Expr::Continue(_) | Expr::Return(_) | Expr::Try(_) | Expr::Await(_)
        );
        walk::visit_expr(self, node);
    }

    fn visit_macro(&mut self, _: &syn::Macro) {
        // A format string may capture the loop's name.
        self.leaves = true;
    }

    fn visit_item(&mut self, _: &syn::Item) {
        self.leaves = true;
    }
}
