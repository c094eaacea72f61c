//! Methods with listed static values: one instance a combination, with the values written in.

use super::method::{Method, ParameterKind};
use super::object::{FieldKind, Object};
use crate::check::without_parentheses;
use crate::lower::names::Rename;
use crate::syntax::walk::{self, VisitMut};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use syn::punctuated::Punctuated;
use syn::{BinOp, Expr, Lit, Pat, Stmt, UnOp};

/// A method for certain static values.
#[derive(Clone)]
pub struct Instance {
    pub method: Method,
    /// The test that selects it, over the parameters of the compiled function; `None` if it is the only one.
    pub choices: Vec<Choice>,
}

/// One static value of an [`Instance`].
#[derive(Clone)]
pub struct Choice {
    /// The parameter, or the field.
    pub name: syn::Ident,
    pub field: bool,
    pub value: Expr,
}

/// The instances of a method, and the static parameters and fields that it depends on.
pub fn instances(object: Option<&Object>, methods: &[Method], method: &Method) -> Vec<Instance> {
    let mut lists: Vec<(syn::Ident, bool, &[Expr])> = Vec::new();
    for parameter in &method.parameters {
        if let (ParameterKind::Values(values), Pat::Ident(name)) =
            (&parameter.kind, &parameter.pattern)
        {
            lists.push((name.ident.clone(), false, values));
        }
    }
    if let Some(object) = object {
        let used = used_of_self(methods, method);
        for field in &object.fields {
            if let FieldKind::Static { values } = &field.kind
                && used.contains(&field.name.to_string())
            {
                lists.push((field.name.clone(), true, values));
            }
        }
    }
    let mut combinations: Vec<Vec<Choice>> = vec![Vec::new()];
    for (name, field, values) in &lists {
        combinations = combinations
            .into_iter()
            .flat_map(|chosen| {
                values.iter().map(move |value| {
                    let mut chosen = chosen.clone();
                    chosen.push(Choice {
                        name: name.clone(),
                        field: *field,
                        value: value.clone(),
                    });
                    chosen
                })
            })
            .collect();
    }
    combinations
        .into_iter()
        .map(|choices| {
            let mut method = method.clone();
            let (mut fields, mut parameters) = (HashMap::new(), HashMap::new());
            for choice in &choices {
                let value = &choice.value;
                let table = if choice.field {
                    &mut fields
                } else {
                    &mut parameters
                };
                table.insert(choice.name.to_string(), syn::parse_quote!((#value)));
            }
            if !choices.is_empty() {
                let mut same = |name: &str| format_ident!("{name}");
                Rename::new(parameters, &mut same).visit_block_mut(&mut method.body);
                WriteFields(fields).visit_block_mut(&mut method.body);
                fold(&mut method.body);
            }
            Instance { method, choices }
        })
        .collect()
}

/// The names after `self.` in a method and in those of the block that it calls.
fn used_of_self(methods: &[Method], method: &Method) -> HashSet<String> {
    fn collect(tokens: TokenStream, names: &mut Vec<String>) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (k, tree) in trees.iter().enumerate() {
            match (tree, trees.get(k + 1), trees.get(k + 2)) {
                (
                    TokenTree::Ident(this),
                    Some(TokenTree::Punct(dot)),
                    Some(TokenTree::Ident(name)),
                ) if this == "self" && dot.as_char() == '.' => {
                    names.push(name.to_string());
                }
                (TokenTree::Group(group), _, _) => collect(group.stream(), names),
                _ => {}
            }
        }
    }
    let mut used = HashSet::new();
    let mut names = Vec::new();
    collect(method.body.to_token_stream(), &mut names);
    while let Some(name) = names.pop() {
        let called = methods.iter().find(|m| *m.name() == name);
        if used.insert(name)
            && let Some(called) = called
        {
            collect(called.body.to_token_stream(), &mut names);
        }
    }
    used
}

/// Replaces static fields by their values.
struct WriteFields(HashMap<String, Expr>);

impl VisitMut for WriteFields {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Field(field) = expr
            && let (Expr::Path(base), syn::Member::Named(name)) = (&*field.base, &field.member)
            && base.path.is_ident("self")
            && let Some(value) = self.0.get(&name.to_string())
        {
            *expr = value.clone();
            return;
        }
        walk::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let parse = Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        if let Ok(mut list) = mac.parse_body_with(parse) {
            for expr in &mut list {
                self.visit_expr_mut(expr);
            }
            mac.tokens = list.to_token_stream();
        }
    }
}

/// Folds comparisons of written values, and the `if` and `match` that they decide.
pub fn fold(body: &mut syn::Block) {
    Fold.visit_block_mut(body);
}

struct Fold;

fn truth(expr: &Expr) -> Option<bool> {
    match without_parentheses(expr) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Bool(value) => Some(value.value),
            _ => None,
        },
        _ => None,
    }
}

fn written(truth: bool) -> Expr {
    syn::parse_quote!(#truth)
}

/// Whether two written values are the same; `None` where that is not plain from their text.
fn same(a: &Expr, b: &Expr) -> Option<bool> {
    match (without_parentheses(a), without_parentheses(b)) {
        (Expr::Lit(a), Expr::Lit(b)) => match (&a.lit, &b.lit) {
            (Lit::Str(a), Lit::Str(b)) => Some(a.value() == b.value()),
            (Lit::Char(a), Lit::Char(b)) => Some(a.value() == b.value()),
            (Lit::Bool(a), Lit::Bool(b)) => Some(a.value == b.value),
            (Lit::Int(a), Lit::Int(b)) => Some(a.base10_digits() == b.base10_digits()),
            (Lit::Float(a), Lit::Float(b)) => {
                let number = |lit: &syn::LitFloat| lit.base10_parse::<f64>().ok();
                Some(number(a)? == number(b)?)
            }
            _ => None,
        },
        (Expr::Path(a), Expr::Path(b)) => {
            let last = |p: &syn::ExprPath| p.path.segments.last().map(|s| s.ident.to_string());
            (a.path.segments.len() > 1 && b.path.segments.len() > 1).then(|| last(a) == last(b))
        }
        _ => None,
    }
}

/// How two written integers compare.
fn order(a: &Expr, b: &Expr) -> Option<Ordering> {
    let number = |expr: &Expr| match without_parentheses(expr) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(number) => number.base10_parse::<u128>().ok(),
            _ => None,
        },
        _ => None,
    };
    Some(number(a)?.cmp(&number(b)?))
}

/// Whether a pattern takes a written value.
fn takes(pattern: &Pat, value: &Expr) -> Option<bool> {
    match pattern {
        Pat::Wild(_) => Some(true),
        Pat::Lit(lit) => same(&Expr::Lit(lit.clone()), value),
        Pat::Path(path) => same(&Expr::Path(path.clone()), value),
        Pat::Or(or) => {
            let each: Option<Vec<bool>> = or.cases.iter().map(|p| takes(p, value)).collect();
            Some(each?.contains(&true))
        }
        Pat::Paren(paren) => takes(&paren.pat, value),
        _ => None,
    }
}

impl VisitMut for Fold {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        walk::visit_expr_mut(self, expr);
        let folded: Option<Expr> = match expr {
            Expr::Binary(e) => match e.op {
                BinOp::Eq(_) => same(&e.left, &e.right).map(written),
                BinOp::Ne(_) => same(&e.left, &e.right).map(|v| written(!v)),
                BinOp::Lt(_) => order(&e.left, &e.right).map(Ordering::is_lt).map(written),
                BinOp::Le(_) => order(&e.left, &e.right).map(Ordering::is_le).map(written),
                BinOp::Gt(_) => order(&e.left, &e.right).map(Ordering::is_gt).map(written),
                BinOp::Ge(_) => order(&e.left, &e.right).map(Ordering::is_ge).map(written),
                BinOp::And(_) => match truth(&e.left) {
                    Some(true) => Some((*e.right).clone()),
                    Some(false) => Some(syn::parse_quote!(false)),
                    None => None,
                },
                BinOp::Or(_) => match truth(&e.left) {
                    Some(false) => Some((*e.right).clone()),
                    Some(true) => Some(syn::parse_quote!(true)),
                    None => None,
                },
                _ => None,
            },
            Expr::Unary(e) if matches!(e.op, UnOp::Not(_)) => truth(&e.expr).map(|v| written(!v)),
            Expr::If(e) => match truth(&e.cond) {
                Some(true) => {
                    let block = &e.then_branch;
                    Some(syn::parse_quote!(#block))
                }
                Some(false) => match &e.else_branch {
                    Some((_, otherwise)) => Some((**otherwise).clone()),
                    None => Some(syn::parse_quote!({})),
                },
                None => None,
            },
            Expr::Match(e) => {
                let mut chosen = None;
                for arm in &e.arms {
                    match takes(&arm.pat, &e.expr) {
                        Some(true) => {
                            chosen = Some((*arm.body).clone());
                            break;
                        }
                        Some(false) => {}
                        None => break,
                    }
                }
                chosen
            }
            _ => None,
        };
        if let Some(folded) = folded {
            *expr = folded;
        }
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        walk::visit_block_mut(self, block);
        // A block that an `if` folded to, and that binds nothing, is part of the code around it.
        let last = block.stmts.len().saturating_sub(1);
        block.stmts = std::mem::take(&mut block.stmts)
            .into_iter()
            .enumerate()
            .flat_map(|(k, statement)| match statement {
                Stmt::Expr(Expr::Block(inner), semicolon)
                    if inner.label.is_none()
                        && (k == last
                            || semicolon.is_some()
                            || ends_in_statement(&inner.block))
                        && !inner
                            .block
                            .stmts
                            .iter()
                            .any(|s| matches!(s, Stmt::Local(_) | Stmt::Item(_))) =>
                {
                    inner.block.stmts
                }
                other => vec![other],
            })
            .collect();
    }
}

fn ends_in_statement(block: &syn::Block) -> bool {
    !matches!(block.stmts.last(), Some(Stmt::Expr(_, None)))
}
