//! Takes out of a reverse sweep what it keeps of loops and never reads: a pass that runs again seldom needs all that it started from.

use crate::syntax::walk::{self, Visit, VisitMut};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Block, Expr, Ident, Local, Macro, Pat, Stmt};

/// Takes them out of `block`; `read` is read after it.
pub(super) fn take_out(block: &mut Block, read: &TokenStream) {
    let mut found = Found::default();
    found.names(read);
    found.visit_block(block);
    let Found { mut read, kept } = found;
    loop {
        let before = read.len();
        for statement in &kept {
            if statement.names().iter().any(|name| read.contains(*name)) {
                statement.read(&mut read);
            }
        }
        if read.len() == before {
            break;
        }
    }
    Unread(read).visit_block_mut(block);
}

/// A statement that does nothing but keep a value.
enum Kept {
    /// `let mut tape = Tape::new();`, `let name = a + b;`: the names bound and read.
    Bind(String, Vec<String>),
    /// `tape.push(&x);`: the tape, and what it takes.
    Push(String, Vec<String>),
    /// `tape.pop(&mut x);`, `swap(&mut x, &mut y);`: each is read if the other is.
    Tie(String, String),
}

impl Kept {
    fn of(statement: &Stmt) -> Option<Kept> {
        match statement {
            Stmt::Local(local) => Kept::bind(local),
            Stmt::Expr(Expr::MethodCall(call), Some(_)) => {
                let tape = generated(&call.receiver)?;
                let argument = call.args.first()?;
                match call.method.to_string().as_str() {
                    "push" | "push_scalar" => Some(Kept::Push(tape, names_in(argument))),
                    "pop" => Some(Kept::Tie(tape, borrowed(argument)?)),
                    _ => None,
                }
            }
            // `x = tape.pop_scalar();`
            Stmt::Expr(Expr::Assign(assign), Some(_)) => match (&*assign.left, &*assign.right) {
                // `tape[t] = &x;`
                (Expr::Index(place), value) if tape(&place.expr).is_some() => {
                    Some(Kept::Push(tape(&place.expr)?, names_in(value)))
                }
                (_, Expr::MethodCall(call)) if call.method == "pop_scalar" => Some(Kept::Tie(
                    generated(&call.receiver)?,
                    generated(&assign.left)?,
                )),
                _ => None,
            },
            Stmt::Expr(Expr::Call(call), Some(_)) if is_path(&call.func, "swap") => {
                let mut args = call.args.iter();
                Some(Kept::Tie(borrowed(args.next()?)?, borrowed(args.next()?)?))
            }
            _ => None,
        }
    }

    fn bind(local: &Local) -> Option<Kept> {
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            pattern => pattern,
        };
        let (Pat::Ident(name), Some(init)) = (pattern, &local.init) else {
            return None;
        };
        let name = generated_name(&name.ident)?;
        match &*init.expr {
            Expr::Call(call) if is_path(&call.func, "new") && call.args.is_empty() => {
                Some(Kept::Bind(name, Vec::new()))
            }
            Expr::Call(call) if is_path(&call.func, "starts") => {
                Some(Kept::Bind(name, names_in(&local.init.as_ref()?.expr)))
            }
            value => computes_only(value).then(|| Kept::Bind(name, names_in(value))),
        }
    }

    /// The names that keep the statement if one of them is read.
    fn names(&self) -> Vec<&String> {
        match self {
            Kept::Bind(name, _) | Kept::Push(name, _) => vec![name],
            Kept::Tie(a, b) => vec![a, b],
        }
    }

    /// What is read if the statement stays.
    fn read(&self, read: &mut HashSet<String>) {
        match self {
            Kept::Bind(_, names) | Kept::Push(_, names) => read.extend(names.iter().cloned()),
            Kept::Tie(a, b) => read.extend([a.clone(), b.clone()]),
        }
    }
}

/// The statements that keep values, and the names that others read.
#[derive(Default)]
struct Found {
    read: HashSet<String>,
    kept: Vec<Kept>,
}

impl Found {
    fn names(&mut self, tokens: &TokenStream) {
        for tree in tokens.clone() {
            match tree {
                TokenTree::Ident(name) => {
                    self.read.insert(name.to_string());
                }
                TokenTree::Group(group) => self.names(&group.stream()),
                _ => {}
            }
        }
    }
}

impl Visit for Found {
    fn visit_stmt(&mut self, node: &Stmt) {
        match Kept::of(node) {
            Some(kept) => self.kept.push(kept),
            None => walk::visit_stmt(self, node),
        }
    }

    fn visit_ident(&mut self, node: &Ident) {
        self.read.insert(node.to_string());
    }

    fn visit_macro(&mut self, node: &Macro) {
        self.names(&node.tokens);
    }
}

/// Removes what keeps values that are not among these names.
struct Unread(HashSet<String>);

impl VisitMut for Unread {
    fn visit_block_mut(&mut self, node: &mut Block) {
        node.stmts.retain(|statement| {
            Kept::of(statement)
                .is_none_or(|kept| kept.names().iter().any(|name| self.0.contains(*name)))
        });
        walk::visit_block_mut(self, node);
    }
}

/// The name of a variable that the sweep made.
fn generated(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => generated_name(path.path.get_ident()?),
        _ => None,
    }
}

/// The name of a tape.
fn tape(expr: &Expr) -> Option<String> {
    generated(expr).filter(|name| name.starts_with("__tape"))
}

fn generated_name(name: &Ident) -> Option<String> {
    let name = name.to_string();
    name.starts_with("__").then_some(name)
}

/// `&mut x`.
fn borrowed(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Reference(reference) => generated(&reference.expr),
        _ => None,
    }
}

/// Whether an expression does nothing but give its value. Host code and draws may do more.
fn computes_only(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Paren(inner) => computes_only(&inner.expr),
        Expr::Unary(inner) => computes_only(&inner.expr),
        Expr::Cast(inner) => computes_only(&inner.expr),
        Expr::Field(inner) => computes_only(&inner.base),
        Expr::Index(inner) => tape(&inner.expr).is_some() && computes_only(&inner.index),
        Expr::Reference(inner) => inner.mutability.is_none() && computes_only(&inner.expr),
        Expr::Binary(both) => computes_only(&both.left) && computes_only(&both.right),
        Expr::MethodCall(call) => call.method == "clone" && computes_only(&call.receiver),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let segments = &path.path.segments;
                segments
                    .first()
                    .is_some_and(|first| first.ident == "bm" || first.ident == "brain_jit")
                    && segments.iter().all(|segment| segment.ident != "random")
                    && call.args.iter().all(computes_only)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a path ends with `name`.
fn is_path(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == name),
        _ => false,
    }
}

fn names_in(expr: &Expr) -> Vec<String> {
    let mut found = Found::default();
    found.names(&expr.to_token_stream());
    found.read.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    /// What is left of a loop that keeps `__v` and `__s`, whose reverse pass has the statements `backwards`.
    fn left(backwards: TokenStream, read: TokenStream) -> String {
        let mut block: Block = syn::parse_quote!({
            let mut __tape1 = ::brain_jit::adjoint::Tape::new();
            let mut __tape2 = ::brain_jit::adjoint::Tape::new();
            for i in 0..n {
                __tape1.push(&__v);
                __tape2.push_scalar(__s);
            }
            let mut __start1 = (__v).clone();
            let mut __end1 = (__v).clone();
            let mut __start2: f64 = __s;
            for i in (0..n).rev() {
                ::std::mem::swap(&mut __start1, &mut __end1);
                __tape1.pop(&mut __start1);
                __start2 = __tape2.pop_scalar();
                #backwards
            }
        });
        take_out(&mut block, &read);
        block.to_token_stream().to_string()
    }

    #[test]
    fn what_is_read_stays() {
        let text = left(quote!(let __t = 2.0 * __end1; __g[..] = __t;), quote!());
        for kept in ["__tape1", "__start1", "swap", "__t ="] {
            assert!(text.contains(kept), "{kept}: {text}");
        }
        for unread in ["__tape2", "__start2"] {
            assert!(!text.contains(unread), "{unread}: {text}");
        }
        let text = left(quote!(println!("{}", __start2);), quote!());
        assert!(
            text.contains("pop_scalar") && !text.contains("__tape1"),
            "{text}"
        );
        let text = left(quote!(), quote!(__end1));
        assert!(
            text.contains("__tape1") && !text.contains("__tape2"),
            "{text}"
        );
    }

    #[test]
    fn unread_values_read_nothing_and_host_code_stays() {
        let text = left(
            quote!(let __t = __start1 + 1.0; let __u = bm::exp(&__t);),
            quote!(),
        );
        assert!(
            !text.contains("__tape") && !text.contains("__t ="),
            "{text}"
        );
        let text = left(quote!(let __t = measure(&__start1);), quote!());
        assert!(
            text.contains("__tape1 . pop") && text.contains("measure"),
            "{text}"
        );
    }
}
