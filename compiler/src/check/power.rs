//! BJ0023: `x ** 2`, which Rust reads as `x * (*2)`.

use super::Block;
use super::catalogue::Code;
use super::errors::Errors;
use crate::syntax::walk::{self, Visit};
use quote::ToTokens;
use syn::{BinOp, Expr, ExprBinary, UnOp};

pub(super) fn check(block: &Block, errors: &mut Errors) {
    for method in block.methods {
        Powers(errors).visit_block(&method.body);
    }
}

struct Powers<'a>(&'a mut Errors);

impl Visit for Powers<'_> {
    fn visit_expr_binary(&mut self, expr: &ExprBinary) {
        if let (BinOp::Mul(star), Expr::Unary(right)) = (&expr.op, &*expr.right)
            && matches!(right.op, UnOp::Deref(_))
            && let Some(exponent) = number(&right.expr)
        {
            let mut tokens = star.to_token_stream();
            right.to_tokens(&mut tokens);
            self.0.report(
                Code::UnknownFunction,
                tokens,
                "Rust has no operator `**`",
                format!(
                    "write `bm::power(x, {exponent})`, or the method: `x.powi(2)`, `x.powf(0.5)`"
                ),
            );
        }
        walk::visit_expr_binary(self, expr);
    }
}

/// The text of a written number.
fn number(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(_) => Some(expr.to_token_stream().to_string()),
        Expr::Paren(inner) => number(&inner.expr),
        Expr::Unary(minus) if matches!(minus.op, UnOp::Neg(_)) => {
            Some(format!("-{}", number(&minus.expr)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{neuron_codes, neuron_text};
    use syn::parse_quote;

    #[test]
    fn powers_are_functions() {
        assert_eq!(
            neuron_codes(parse_quote!({
                let y = x * *2;
            })),
            [UnknownFunction]
        );
        assert_eq!(
            neuron_codes(parse_quote!({
                let y = x * *k;
            })),
            []
        );
        assert!(
            neuron_text(parse_quote!({
                let y = x * *-0.5;
            }))
            .contains("bm::power(x, -0.5)")
        );
    }
}
