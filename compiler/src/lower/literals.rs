//! Numbers without a suffix take the float type of the place that they stand in, in host code, too.

use super::Lowering;
use crate::ir::types::DType;
use crate::syntax::walk::{self, VisitMut};
use syn::{BinOp, Expr, Stmt};

/// Methods of floats whose arguments are of the receiver's type.
const SAME_TYPE: &[&str] = &[
    "min",
    "max",
    "clamp",
    "powf",
    "atan2",
    "hypot",
    "mul_add",
    "copysign",
    "rem_euclid",
    "div_euclid",
    "log",
];

/// Writes the numbers in `expr`, whose value is a `dtype`, as numbers of that type.
pub(crate) fn typed(expr: &mut Expr, dtype: &DType) {
    if !dtype.is_float() {
        return;
    }
    if let Some(text) = super::operand::literal(expr) {
        let whole = !text.contains(['.', 'e', 'E']) && text != "true" && text != "false";
        let span = syn::spanned::Spanned::span(expr);
        let number = match dtype {
            DType::Generic(_) => crate::emit::scalar::literal(&text, dtype, span),
            _ if whole => crate::emit::scalar::literal(&format!("{text}.0"), dtype, span),
            _ => return,
        };
        if let Ok(number) = syn::parse2(number) {
            *expr = number;
        }
        return;
    }
    match expr {
        Expr::Paren(e) => typed(&mut e.expr, dtype),
        Expr::Group(e) => typed(&mut e.expr, dtype),
        Expr::Unary(e) if matches!(e.op, syn::UnOp::Neg(_)) => typed(&mut e.expr, dtype),
        Expr::Binary(e) if is_arithmetic(&e.op) => {
            typed(&mut e.left, dtype);
            typed(&mut e.right, dtype);
        }
        Expr::MethodCall(e) if SAME_TYPE.contains(&e.method.to_string().as_str()) => {
            typed(&mut e.receiver, dtype);
            e.args.iter_mut().for_each(|arg| typed(arg, dtype));
        }
        Expr::If(e) => {
            tail(&mut e.then_branch.stmts, dtype);
            if let Some((_, otherwise)) = &mut e.else_branch {
                typed(otherwise, dtype);
            }
        }
        Expr::Match(e) => e
            .arms
            .iter_mut()
            .for_each(|arm| typed(&mut arm.body, dtype)),
        Expr::Block(e) => tail(&mut e.block.stmts, dtype),
        _ => {}
    }
}

/// The same for the value of a block.
fn tail(statements: &mut [Stmt], dtype: &DType) {
    if let Some(Stmt::Expr(value, None)) = statements.last_mut() {
        typed(value, dtype);
    }
}

/// The same for what a method returns: its last expression and every `return`.
pub(crate) fn typed_result(body: &mut syn::Block, dtype: &DType) {
    struct Returns<'a>(&'a DType);
    impl VisitMut for Returns<'_> {
        fn visit_expr_return_mut(&mut self, node: &mut syn::ExprReturn) {
            if let Some(value) = &mut node.expr {
                typed(value, self.0);
            }
            walk::visit_expr_return_mut(self, node);
        }
        fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    tail(&mut body.stmts, dtype);
    Returns(dtype).visit_block_mut(body);
}

fn is_arithmetic(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_)
    )
}

impl Lowering<'_> {
    /// `2.0 * x` and `x > 1` with a float `x`: the number becomes one of its type.
    pub(crate) fn typed_operands(&mut self, binary: &mut syn::ExprBinary) {
        let compares = matches!(
            binary.op,
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_) | BinOp::Ne(_)
        );
        if !compares && !is_arithmetic(&binary.op) {
            return;
        }
        let (left, right) = (&mut binary.left, &mut binary.right);
        self.typed_draw(left, right);
        self.typed_draw(right, left);
        let found = self.scalar_type(&binary.left);
        if let Some(dtype) = found.or_else(|| self.scalar_type(&binary.right)) {
            for side in [&mut binary.left, &mut binary.right] {
                // `bm::PI`, and names of what is made of it: an `f64` where nothing else is said.
                if dtype != DType::F64 && self.is_weak(side) {
                    **side = self.retyped(side, &dtype);
                }
                typed(side, &dtype);
            }
        }
    }
}
