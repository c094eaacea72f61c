//! Expressions that come out of a `macro_rules!`: its `$x:expr` arrives in a group without a delimiter.
//!
//! Nothing after this need know of them: a group becomes what it holds, in parentheses where they keep its meaning. A
//! statement that writes loses its parentheses, too.

use crate::syntax::walk::{self, VisitMut};
use syn::{Block, Expr, ExprParen, Stmt, token};

/// Takes the groups out of a body.
pub fn open(body: &mut Block) {
    Groups.visit_block_mut(body);
}

struct Groups;

impl VisitMut for Groups {
    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        if let Stmt::Expr(expr, _) = statement {
            while let Expr::Group(_) | Expr::Paren(_) = expr
                && is_write(bare(expr))
            {
                *expr = inner(expr.clone());
            }
        }
        walk::visit_stmt_mut(self, statement);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        walk::visit_expr_mut(self, expr);
        if let Expr::Group(group) = expr {
            let held = (*group.expr).clone();
            *expr = match held {
                Expr::Path(_)
                | Expr::Lit(_)
                | Expr::Paren(_)
                | Expr::Call(_)
                | Expr::MethodCall(_)
                | Expr::Field(_)
                | Expr::Index(_)
                | Expr::Array(_)
                | Expr::Tuple(_)
                | Expr::Macro(_) => held,
                other => Expr::Paren(ExprParen {
                    attrs: Vec::new(),
                    paren_token: token::Paren::default(),
                    expr: Box::new(other),
                }),
            };
        }
    }
}

/// What a group or parentheses hold; anything else itself.
fn inner(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => *group.expr,
        Expr::Paren(paren) => *paren.expr,
        other => other,
    }
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => bare(&group.expr),
        Expr::Paren(paren) => bare(&paren.expr),
        other => other,
    }
}

fn is_write(expr: &Expr) -> bool {
    match expr {
        Expr::Assign(_) => true,
        Expr::Binary(binary) => crate::lower::expression::is_augmented(&binary.op),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::{ToTokens, quote};

    fn grouped(tokens: TokenStream) -> TokenTree {
        Group::new(Delimiter::None, tokens).into()
    }

    fn opened(tokens: TokenStream) -> String {
        let mut body: syn::Block = syn::parse2(tokens).expect("a block");
        super::open(&mut body);
        body.to_token_stream().to_string()
    }

    #[test]
    fn a_write_in_a_group_is_a_statement() {
        let write = grouped(quote!(*x += y));
        assert_eq!(
            opened(quote!({ #write; })),
            quote!({
                *x += y;
            })
            .to_string()
        );
        assert_eq!(
            opened(quote!({
                (*x += y);
            })),
            quote!({
                *x += y;
            })
            .to_string()
        );
    }

    #[test]
    fn a_value_keeps_its_meaning() {
        let (sum, name) = (grouped(quote!(a + b)), grouped(quote!(a)));
        assert_eq!(
            opened(quote!({ #sum * #name })),
            quote!({ (a + b) * a }).to_string()
        );
    }
}
