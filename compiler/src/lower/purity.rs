//! What host code reads and writes, and whether it may move past kernels.

use crate::ir::operation::Operation;
use crate::ir::region::Effects;
use crate::syntax::walk::{self, Visit};
use proc_macro2::{TokenStream, TokenTree};
use syn::{BinOp, Expr, Member, Stmt};

/// Methods of numbers that cannot panic.
const PURE_METHODS: &[&str] = &[
    "exp", "ln", "sqrt", "abs", "powi", "powf", "sin", "cos", "tan", "tanh", "min", "max", "floor",
    "ceil", "round", "recip", "len", "to_bits", "mul_add", "signum", "is_nan", "exp_m1", "ln_1p",
    "clone",
];

/// The effects of a user's expression.
pub fn of_expression(expr: &Expr) -> Effects {
    let mut visitor = Purity::new();
    visitor.visit_expr(expr);
    visitor.effects
}

/// The effects of a user's statement.
pub fn of_statement(statement: &Stmt) -> Effects {
    let mut visitor = Purity::new();
    visitor.visit_stmt(statement);
    visitor.effects
}

/// Whether a function of the library is called that is not elementwise: what it gives depends on when it looks at its arrays.
pub fn calls_library(expr: &Expr) -> bool {
    struct Finds(bool);
    impl Visit for Finds {
        fn visit_expr_call(&mut self, call: &syn::ExprCall) {
            self.0 |= super::call::bm_function(&call.func)
                .is_some_and(|name| Operation::from_function(&name.to_string()).is_none());
            walk::visit_expr_call(self, call);
        }
    }
    let mut finds = Finds(false);
    finds.visit_expr(expr);
    finds.0
}

struct Purity {
    effects: Effects,
}

impl Purity {
    fn new() -> Self {
        Purity {
            effects: Effects {
                pure: true,
                ..Effects::default()
            },
        }
    }

    fn written(&mut self, target: &Expr) {
        match target {
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => {
                    self.effects.writes.insert(name.to_string());
                }
                None => self.effects.pure = false,
            },
            Expr::Field(field) => match (&*field.base, &field.member) {
                (Expr::Path(base), Member::Named(name)) if base.path.is_ident("self") => {
                    self.effects.writes.insert(format!("self.{name}"));
                }
                _ => self.written(&field.base),
            },
            Expr::Unary(unary) => {
                self.effects.through |= matches!(&*unary.expr, Expr::Path(_));
                self.written(&unary.expr);
            }
            Expr::Paren(paren) => self.written(&paren.expr),
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|e| self.written(e)),
            Expr::Index(index) => {
                self.effects.pure = false;
                self.written(&index.expr);
            }
            _ => self.effects.pure = false,
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for tree in tokens {
            match tree {
                TokenTree::Ident(name) => {
                    self.effects.reads.insert(name.to_string());
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    for name in super::names::format_captures(&literal.to_string()) {
                        self.effects.reads.insert(name);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
}

impl Visit for Purity {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    self.effects.reads.insert(name.to_string());
                }
            }
            Expr::Field(field) => match (&*field.base, &field.member) {
                (Expr::Path(base), Member::Named(name)) if base.path.is_ident("self") => {
                    self.effects.reads.insert(format!("self.{name}"));
                }
                _ => self.visit_expr(&field.base),
            },
            Expr::Lit(_) => {}
            Expr::Paren(_) | Expr::Group(_) | Expr::Unary(_) | Expr::Cast(_) | Expr::Tuple(_) => {
                walk::visit_expr(self, expr)
            }
            Expr::Reference(reference) => {
                if reference.mutability.is_some() {
                    self.effects.pure = false;
                    self.written(&reference.expr);
                }
                walk::visit_expr(self, expr);
            }
            Expr::Binary(binary) => {
                if super::expression::is_augmented(&binary.op) {
                    self.written(&binary.left);
                }
                // Integer division can panic; whether it is one the syntax does not say, but a float
                // literal on either side does.
                if matches!(
                    binary.op,
                    BinOp::Div(_) | BinOp::Rem(_) | BinOp::DivAssign(_) | BinOp::RemAssign(_)
                ) && integer_literal(&binary.right)
                    && matches!(&*binary.right, Expr::Lit(l) if quote::quote!(#l).to_string() == "0")
                {
                    self.effects.pure = false;
                }
                walk::visit_expr(self, expr);
            }
            Expr::Assign(assign) => {
                self.written(&assign.left);
                walk::visit_expr(self, expr);
            }
            Expr::MethodCall(call) => {
                if !PURE_METHODS.contains(&call.method.to_string().as_str()) {
                    self.effects.pure = false;
                }
                walk::visit_expr(self, expr);
            }
            Expr::Call(call) => {
                // `bm` functions of scalars, and the constants that the compiler writes.
                let pure =
                    super::call::bm_function(&call.func).is_some() || is_real_constant(&call.func);
                if pure {
                    call.args.iter().for_each(|a| self.visit_expr(a));
                } else {
                    self.effects.pure = false;
                    walk::visit_expr(self, expr);
                }
            }
            Expr::Macro(mac) => {
                self.effects.pure = false;
                self.tokens(mac.mac.tokens.clone());
            }
            _ => {
                self.effects.pure = false;
                walk::visit_expr(self, expr);
            }
        }
    }

    fn visit_stmt(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Local(local) => {
                for name in super::scope::bound_names(&local.pat) {
                    self.effects.writes.insert(name);
                }
                if !matches!(&local.pat, syn::Pat::Ident(_) | syn::Pat::Type(_)) {
                    self.effects.pure = false;
                }
                if let Some(init) = &local.init {
                    self.visit_expr(&init.expr);
                    if init.diverge.is_some() {
                        self.effects.pure = false;
                    }
                }
            }
            Stmt::Expr(expr, _) => self.visit_expr(expr),
            Stmt::Macro(mac) => {
                self.effects.pure = false;
                self.tokens(mac.mac.tokens.clone());
            }
            Stmt::Item(_) => {}
        }
    }
}

fn integer_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(l) if matches!(l.lit, syn::Lit::Int(_)))
}

fn is_real_constant(function: &Expr) -> bool {
    matches!(function, Expr::Path(p) if p.qself.is_some() && p.path.segments.iter().any(|s| s.ident == "__private"))
}
