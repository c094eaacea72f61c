//! Walks a method and lists what it does with `self`'s fields and its parameters.
//!
//! The rules look at this list, so that scopes, patterns, closures, destructuring and macros are understood in one place.
//!
//! One file, since it is one walk: each kind of expression has its arm.

use super::macro_body::{self, MacroBody};
use super::place::{Place, Root, Step, without_parentheses};
use crate::model::method::Method;
use crate::syntax::walk::{self, Visit};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{BinOp, Expr, Ident, Member, Pat};

/// What a method does, in the order of its tokens.
#[derive(Default)]
pub struct Uses {
    pub places: Vec<PlaceUse>,
    pub calls: Vec<FunctionCall>,
}

/// One thing done with a place.
pub struct PlaceUse {
    pub place: Place,
    pub action: Action,
    /// The function that takes the place as its first argument: `Self::g(self)`.
    pub passed_to: Option<Ident>,
    /// The name of `let mut name = place`.
    pub copied_to: Option<Ident>,
    /// The tokens to underline.
    pub tokens: TokenStream,
}

#[derive(Clone, Debug)]
pub enum Action {
    Read,
    /// `place = …`, destructuring too.
    Assign,
    /// `place += …` and its like.
    Augment,
    /// `&mut place`, or a `ref mut` pattern on it.
    Borrow,
    /// `place.name(…)`
    Call(Ident),
}

/// A call by path: `g(x)`, `Self::g(x)`, `Lif::g(x)`.
#[derive(Debug)]
pub struct FunctionCall {
    /// `Self` or the type's name, if there is one.
    pub qualifier: Option<Ident>,
    pub name: Ident,
    pub takes_self: bool,
    pub tokens: TokenStream,
}

impl Uses {
    pub fn of(method: &Method) -> Uses {
        let mut walker = Walker::default();
        for parameter in &method.parameters {
            names_in(&parameter.pattern, &mut walker.parameters);
        }
        walker.visit_block(&method.body);
        walker.uses
    }
}

#[derive(Default)]
struct Walker {
    uses: Uses,
    parameters: Vec<Ident>,
    /// Locals in scope, innermost last.
    locals: Vec<Ident>,
}

impl Walker {
    fn place(&self, expr: &Expr) -> Option<Place> {
        Place::of(expr, &|name| {
            self.parameters.contains(name) && !self.locals.contains(name)
        })
    }

    fn scoped(&mut self, walk: impl FnOnce(&mut Self)) {
        let outer = self.locals.len();
        walk(self);
        self.locals.truncate(outer);
    }

    fn bind(&mut self, pattern: &Pat) {
        names_in(pattern, &mut self.locals);
    }

    /// `self`, `&self`, `&mut *self`
    fn is_whole_self(&self, expr: &Expr) -> bool {
        match without_parentheses(expr) {
            Expr::Reference(e) => self.is_whole_self(&e.expr),
            place => self.place(place).is_some_and(|p| {
                p.is_self() && p.steps.iter().all(|step| matches!(step, Step::Deref))
            }),
        }
    }

    /// Records `action` on `expr` if that is a place, else walks it.
    fn act(&mut self, expr: &Expr, action: Action) {
        match self.place(expr) {
            Some(place) => {
                self.uses.places.push(PlaceUse {
                    place,
                    action,
                    passed_to: None,
                    copied_to: None,
                    tokens: expr.to_token_stream(),
                });
                self.visit_indices(expr);
            }
            None => self.visit_expr(expr),
        }
    }

    /// Walks the index expressions inside a place.
    fn visit_indices(&mut self, expr: &Expr) {
        match expr {
            Expr::Paren(e) => self.visit_indices(&e.expr),
            Expr::Group(e) => self.visit_indices(&e.expr),
            Expr::Field(e) => self.visit_indices(&e.base),
            Expr::Unary(e) => self.visit_indices(&e.expr),
            Expr::Reference(e) => self.visit_indices(&e.expr),
            Expr::Index(e) => {
                self.visit_indices(&e.expr);
                self.visit_expr(&e.index);
            }
            _ => {}
        }
    }

    fn assign(&mut self, target: &Expr) {
        match without_parentheses(target) {
            Expr::Tuple(e) => e.elems.iter().for_each(|e| self.assign(e)),
            Expr::Array(e) => e.elems.iter().for_each(|e| self.assign(e)),
            Expr::Struct(e) => e.fields.iter().for_each(|f| self.assign(&f.expr)),
            Expr::Call(e) => e.args.iter().for_each(|e| self.assign(e)),
            Expr::Infer(_) | Expr::Range(_) => {}
            place => self.act(place, Action::Assign),
        }
    }

    /// Walks the value that `patterns` are matched on.
    fn scrutinee(&mut self, value: &Expr, patterns: &[&Pat]) {
        if let Expr::Tuple(tuple) = without_parentheses(value) {
            for (i, element) in tuple.elems.iter().enumerate() {
                let parts: Vec<&Pat> = patterns
                    .iter()
                    .map(|pattern| match pattern {
                        Pat::Tuple(p) if p.elems.len() == tuple.elems.len() => &p.elems[i],
                        whole => whole,
                    })
                    .collect();
                self.scrutinee(element, &parts);
            }
            return;
        }
        let mutable = patterns.iter().any(|p| binds_by_mutable_reference(p));
        let action = if mutable {
            Action::Borrow
        } else {
            Action::Read
        };
        let first = self.uses.places.len();
        self.act(value, action);
        if self.place(value).is_some() {
            self.uses.places[first].copied_to = patterns.iter().find_map(|p| mutable_name(p));
        }
    }

    fn macro_call(&mut self, call: &syn::Macro) {
        let name = call.path.segments.last().map(|s| s.ident.to_string());
        let name = name.unwrap_or_default();
        if macro_body::leaves_tokens_alone(&name) {
            return;
        }
        for literal in macro_body::format_captures_of_self(&name, &call.tokens) {
            self.whole(literal.to_token_stream());
        }
        match MacroBody::parse(&call.tokens) {
            MacroBody::Arguments(arguments) => {
                for (i, argument) in arguments.iter().enumerate() {
                    match argument {
                        // `println!("{x}", x = self.v)` names an argument.
                        Expr::Assign(named) if matches!(&*named.left, Expr::Path(p) if p.path.get_ident().is_some_and(|i| i != "self")) => {
                            self.visit_expr(&named.right)
                        }
                        first if i == 0 && macro_body::writes_to_first(&name) => {
                            self.act(first, Action::Borrow)
                        }
                        argument => self.visit_expr(argument),
                    }
                }
            }
            MacroBody::Matches(value, pattern) => self.scoped(|w| {
                w.scrutinee(&value, &[&pattern]);
                w.bind(&pattern);
                w.visit_pat(&pattern);
            }),
            MacroBody::Statements(statements) => self.scoped(|w| {
                statements.iter().for_each(|s| w.visit_stmt(s));
            }),
            MacroBody::Tokens(tokens) => self.scan(tokens.into_iter().collect()),
        }
    }

    fn whole(&mut self, tokens: TokenStream) {
        self.uses.places.push(PlaceUse {
            place: Place {
                root: Root::SelfValue,
                steps: Vec::new(),
            },
            action: Action::Read,
            passed_to: None,
            copied_to: None,
            tokens,
        });
    }

    /// Finds `self . field` in tokens that are no Rust expressions.
    fn scan(&mut self, tokens: Vec<TokenTree>) {
        let punct = |i: usize| match tokens.get(i) {
            Some(TokenTree::Punct(p)) => p.as_char(),
            _ => ' ',
        };
        let is_word = |i: usize, word: &str| matches!(tokens.get(i), Some(TokenTree::Ident(name)) if *name == word);
        let mut i = 0;
        while i < tokens.len() {
            if let TokenTree::Group(group) = &tokens[i] {
                self.scan(group.stream().into_iter().collect());
            }
            if !is_word(i, "self") || (punct(i + 1) == ':' && punct(i + 2) == ':') {
                i += 1;
                continue;
            }
            let start = i;
            let mut steps = Vec::new();
            let mut called = None;
            i += 1;
            loop {
                match tokens.get(i) {
                    Some(TokenTree::Group(g))
                        if g.delimiter() == proc_macro2::Delimiter::Bracket =>
                    {
                        self.scan(g.stream().into_iter().collect());
                        steps.push(Step::Index);
                        i += 1;
                    }
                    Some(TokenTree::Punct(dot)) if dot.as_char() == '.' => {
                        let Some(TokenTree::Ident(name)) = tokens.get(i + 1) else {
                            break;
                        };
                        let arguments = tokens.get(i + 2);
                        if matches!(arguments, Some(TokenTree::Group(g)) if g.delimiter() == proc_macro2::Delimiter::Parenthesis)
                        {
                            called = Some(name.clone());
                            break;
                        }
                        steps.push(Step::Field(Member::Named(name.clone())));
                        i += 2;
                    }
                    _ => break,
                }
            }
            let borrowed = start >= 2 && is_word(start - 1, "mut") && punct(start - 2) == '&';
            let action = match called {
                Some(name) => Action::Call(name),
                None if borrowed => Action::Borrow,
                None => match (punct(i), punct(i + 1), punct(i + 2)) {
                    ('=', '=' | '>', _) => Action::Read,
                    ('=', ..) => Action::Assign,
                    ('+' | '-' | '*' | '/' | '%' | '&' | '|' | '^', '=', _) => Action::Augment,
                    ('<', '<', '=') | ('>', '>', '=') => Action::Augment,
                    _ => Action::Read,
                },
            };
            if start > 0 && punct(start - 1) == '*' && matches!(action, Action::Assign) {
                steps.push(Step::Deref);
            }
            let end = i + if matches!(action, Action::Call(_)) {
                2
            } else {
                0
            };
            self.uses.places.push(PlaceUse {
                place: Place {
                    root: Root::SelfValue,
                    steps,
                },
                action,
                passed_to: None,
                copied_to: None,
                tokens: tokens[start..end].iter().cloned().collect(),
            });
            i = end;
        }
    }
}

impl Visit for Walker {
    // A nested item has another `self`, or none.
    fn visit_item(&mut self, _: &syn::Item) {}
    fn visit_attribute(&mut self, _: &syn::Attribute) {}
    fn visit_type(&mut self, _: &syn::Type) {}

    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Verbatim(tokens) => self.scan(tokens.clone().into_iter().collect()),
            _ if self.place(expr).is_some() => self.act(expr, Action::Read),
            _ => walk::visit_expr(self, expr),
        }
    }

    fn visit_expr_assign(&mut self, e: &syn::ExprAssign) {
        self.assign(&e.left);
        self.visit_expr(&e.right);
    }

    fn visit_expr_binary(&mut self, e: &syn::ExprBinary) {
        if is_assignment(&e.op) {
            self.act(&e.left, Action::Augment);
        } else {
            self.visit_expr(&e.left);
        }
        self.visit_expr(&e.right);
    }

    fn visit_expr_reference(&mut self, e: &syn::ExprReference) {
        if e.mutability.is_some() {
            self.act(&e.expr, Action::Borrow);
        } else {
            self.visit_expr(&e.expr);
        }
    }

    fn visit_expr_raw_addr(&mut self, e: &syn::ExprRawAddr) {
        match e.mutability {
            syn::PointerMutability::Mut(_) => self.act(&e.expr, Action::Borrow),
            _ => self.visit_expr(&e.expr),
        }
    }

    fn visit_expr_method_call(&mut self, e: &syn::ExprMethodCall) {
        match self.place(&e.receiver) {
            Some(place) => {
                let (receiver, dot, name) = (&e.receiver, &e.dot_token, &e.method);
                self.uses.places.push(PlaceUse {
                    place,
                    action: Action::Call(name.clone()),
                    passed_to: None,
                    copied_to: None,
                    tokens: quote!(#receiver #dot #name),
                });
                self.visit_indices(receiver);
            }
            None => self.visit_expr(&e.receiver),
        }
        e.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn visit_expr_call(&mut self, e: &syn::ExprCall) {
        if let Expr::Path(path) = without_parentheses(&e.func)
            && path.qself.is_none()
            && let Some(last) = path.path.segments.last()
            && path.path.segments.len() <= 2
            && !self.locals.contains(&last.ident)
        {
            let takes_self = e
                .args
                .first()
                .is_some_and(|first| self.is_whole_self(first));
            self.uses.calls.push(FunctionCall {
                qualifier: (path.path.segments.len() == 2)
                    .then(|| path.path.segments[0].ident.clone()),
                name: last.ident.clone(),
                takes_self,
                tokens: path.to_token_stream(),
            });
            if takes_self {
                let first = self.uses.places.len();
                walk::visit_expr_call(self, e);
                if let Some(usage) = self.uses.places[first..]
                    .iter_mut()
                    .find(|u| u.place.is_self())
                {
                    usage.passed_to = Some(last.ident.clone());
                }
                return;
            }
        }
        walk::visit_expr_call(self, e);
    }

    fn visit_block(&mut self, block: &syn::Block) {
        self.scoped(|w| walk::visit_block(w, block));
    }

    fn visit_local(&mut self, local: &syn::Local) {
        if let Some(init) = &local.init {
            self.scrutinee(&init.expr, &[&local.pat]);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        self.bind(&local.pat);
        self.visit_pat(&local.pat);
    }

    fn visit_expr_let(&mut self, e: &syn::ExprLet) {
        self.scrutinee(&e.expr, &[&e.pat]);
        self.bind(&e.pat);
        self.visit_pat(&e.pat);
    }

    fn visit_expr_if(&mut self, e: &syn::ExprIf) {
        self.scoped(|w| {
            w.visit_expr(&e.cond);
            w.visit_block(&e.then_branch);
        });
        if let Some((_, otherwise)) = &e.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, e: &syn::ExprWhile) {
        self.scoped(|w| walk::visit_expr_while(w, e));
    }

    fn visit_expr_for_loop(&mut self, e: &syn::ExprForLoop) {
        self.visit_expr(&e.expr);
        self.scoped(|w| {
            w.bind(&e.pat);
            w.visit_block(&e.body);
        });
    }

    fn visit_expr_match(&mut self, e: &syn::ExprMatch) {
        let patterns: Vec<&Pat> = e.arms.iter().map(|arm| &arm.pat).collect();
        self.scrutinee(&e.expr, &patterns);
        e.arms.iter().for_each(|arm| self.visit_arm(arm));
    }

    fn visit_arm(&mut self, arm: &syn::Arm) {
        self.scoped(|w| {
            w.bind(&arm.pat);
            walk::visit_arm(w, arm);
        });
    }

    fn visit_expr_closure(&mut self, e: &syn::ExprClosure) {
        self.scoped(|w| {
            e.inputs.iter().for_each(|input| w.bind(input));
            w.visit_expr(&e.body);
        });
    }

    fn visit_macro(&mut self, call: &syn::Macro) {
        self.macro_call(call);
    }
}

/// Whether the operator is one of Rust's ten augmented assignments.
fn is_assignment(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// The name of the pattern `mut name`.
fn mutable_name(pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(name) if name.mutability.is_some() && name.by_ref.is_none() => {
            Some(name.ident.clone())
        }
        Pat::Type(typed) => mutable_name(&typed.pat),
        _ => None,
    }
}

/// Adds the names that a pattern binds.
fn names_in(pattern: &Pat, names: &mut Vec<Ident>) {
    struct Names<'a>(&'a mut Vec<Ident>);
    impl Visit for Names<'_> {
        fn visit_expr(&mut self, _: &Expr) {}
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0.push(p.ident.clone());
            walk::visit_pat_ident(self, p);
        }
    }
    Names(names).visit_pat(pattern);
}

fn binds_by_mutable_reference(pattern: &Pat) -> bool {
    struct RefMut(bool);
    impl Visit for RefMut {
        fn visit_expr(&mut self, _: &Expr) {}
        fn visit_pat_ident(&mut self, p: &syn::PatIdent) {
            self.0 |= p.by_ref.is_some() && p.mutability.is_some();
            walk::visit_pat_ident(self, p);
        }
    }
    let mut found = RefMut(false);
    found.visit_pat(pattern);
    found.0
}

#[cfg(test)]
mod tests;
