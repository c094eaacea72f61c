//! Names inside tokens: format captures, and renaming for inlined and unrolled bodies.

use super::scope::bound_names;
use crate::syntax::walk::{self, VisitMut};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashMap;
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Pat, Token};

/// The names that a format string captures: `"{v} {w:?}"` captures `v` and `w`.
pub fn format_captures(literal: &str) -> Vec<String> {
    let mut names = Vec::new();
    if !literal.starts_with('"') && !literal.starts_with('r') {
        return names;
    }
    let mut rest = literal;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let end = rest.find(['}', ':']).unwrap_or(rest.len());
        let name = rest[..end].trim();
        let identifier = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if identifier {
            names.push(name.to_string());
        }
        rest = &rest[end..];
    }
    names
}

/// Gives the names that a body binds names of their own, and replaces others by what is given for them. Scopes are Rust's, so
/// that a name that is bound again is another one; macros are looked into.
pub struct Rename<'a> {
    /// What stands for each name, innermost scope last; nothing for one that stays as it is.
    scopes: Vec<HashMap<String, Option<Expr>>>,
    /// Only names that hide another one are renamed.
    hiding: bool,
    fresh: &'a mut dyn FnMut(&str) -> Ident,
}

impl<'a> Rename<'a> {
    pub fn new(replaced: HashMap<String, Expr>, fresh: &'a mut dyn FnMut(&str) -> Ident) -> Self {
        let replaced = replaced.into_iter();
        Rename {
            scopes: vec![replaced.map(|(name, by)| (name, Some(by))).collect()],
            hiding: false,
            fresh,
        }
    }

    /// Renames what hides a name in scope, `names` at first: then a name in a body stands for one value, and code that is moved or
    /// computed once for two places cannot meet another.
    pub fn hiding(names: Vec<String>, fresh: &'a mut dyn FnMut(&str) -> Ident) -> Self {
        Rename {
            scopes: vec![names.into_iter().map(|name| (name, None)).collect()],
            hiding: true,
            fresh,
        }
    }

    /// Renames what a pattern binds. One that may not match can name constants, `None` among them.
    pub fn bind(&mut self, pattern: &mut Pat, refutable: bool) {
        let names = bound_names(pattern).into_iter();
        let bound = names.filter(|name| !refutable || !name.starts_with(char::is_uppercase));
        let mut renamed = HashMap::new();
        let mut entries = HashMap::new();
        for name in bound {
            if self.hiding && !self.scopes.iter().any(|scope| scope.contains_key(&name)) {
                entries.insert(name, None);
                continue;
            }
            let fresh = (self.fresh)(&name);
            entries.insert(name.clone(), Some(syn::parse_quote!(#fresh)));
            renamed.insert(name, fresh);
        }
        RenamePattern(&renamed).visit_pat_mut(pattern);
        if let Some(scope) = self.scopes.last_mut() {
            scope.extend(entries);
        }
    }

    fn get(&self, name: &Ident) -> Option<Expr> {
        let text = name.to_string();
        let mut found = self
            .scopes
            .iter()
            .rev()
            .find_map(|scope| scope.get(&text))?
            .clone()?;
        if let Expr::Path(path) = &mut found
            && let Some(segment) = path.path.segments.first_mut()
        {
            let span = segment.ident.span().located_at(name.span());
            segment.ident.set_span(span);
        }
        Some(found)
    }

    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(HashMap::new());
        visit(self);
        self.scopes.pop();
    }

    /// The arguments of a macro that takes expressions; what a format string captures becomes an argument.
    fn arguments(&mut self, mut list: Punctuated<Expr, Token![,]>) -> TokenStream {
        let mut captured = Vec::new();
        let mut named = Vec::new();
        for argument in &mut list {
            match argument {
                Expr::Assign(assign) => {
                    named.push(assign.left.to_token_stream().to_string());
                    self.visit_expr_mut(&mut assign.right);
                }
                Expr::Lit(literal) => {
                    captured.extend(format_captures(&literal.to_token_stream().to_string()));
                }
                other => self.visit_expr_mut(other),
            }
        }
        captured.sort();
        captured.dedup();
        list.pop_punct();
        let captured = captured.iter().filter(|name| !named.contains(name));
        let added = captured.filter_map(|name| {
            let name = quote::format_ident!("{name}");
            self.get(&name).map(|value| quote!(, #name = #value))
        });
        let added: Vec<TokenStream> = added.collect();
        quote!(#list #(#added)*)
    }

    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let mut after_dot = false;
        let trees = tokens.into_iter().map(|tree| {
            let dot = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.');
            let tokens = match tree {
                TokenTree::Ident(name) if !after_dot => match self.get(&name) {
                    Some(value) => value.to_token_stream(),
                    None => name.to_token_stream(),
                },
                TokenTree::Group(group) => {
                    let mut new = Group::new(group.delimiter(), self.tokens(group.stream()));
                    new.set_span(group.span());
                    new.to_token_stream()
                }
                other => other.to_token_stream(),
            };
            after_dot = dot;
            tokens
        });
        trees.collect()
    }
}

impl VisitMut for Rename<'_> {
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Path(path) = node
            && path.path.leading_colon.is_none()
            && let Some(name) = path.path.get_ident()
        {
            if let Some(value) = self.get(name) {
                *node = value;
            }
            return;
        }
        walk::visit_expr_mut(self, node);
    }

    fn visit_block_mut(&mut self, node: &mut Block) {
        self.scoped(|rename| walk::visit_block_mut(rename, node));
    }

    fn visit_local_mut(&mut self, node: &mut syn::Local) {
        let mut refutable = false;
        if let Some(init) = &mut node.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, otherwise)) = &mut init.diverge {
                refutable = true;
                self.visit_expr_mut(otherwise);
            }
        }
        self.bind(&mut node.pat, refutable);
    }

    fn visit_expr_closure_mut(&mut self, node: &mut syn::ExprClosure) {
        self.scoped(|rename| {
            for input in &mut node.inputs {
                rename.bind(input, false);
            }
            rename.visit_expr_mut(&mut node.body);
        });
    }

    fn visit_expr_for_loop_mut(&mut self, node: &mut syn::ExprForLoop) {
        self.visit_expr_mut(&mut node.expr);
        self.scoped(|rename| {
            rename.bind(&mut node.pat, false);
            rename.visit_block_mut(&mut node.body);
        });
    }

    fn visit_expr_if_mut(&mut self, node: &mut syn::ExprIf) {
        self.scoped(|rename| {
            rename.visit_expr_mut(&mut node.cond);
            rename.visit_block_mut(&mut node.then_branch);
        });
        if let Some((_, otherwise)) = &mut node.else_branch {
            self.visit_expr_mut(otherwise);
        }
    }

    fn visit_expr_while_mut(&mut self, node: &mut syn::ExprWhile) {
        self.scoped(|rename| {
            rename.visit_expr_mut(&mut node.cond);
            rename.visit_block_mut(&mut node.body);
        });
    }

    fn visit_expr_let_mut(&mut self, node: &mut syn::ExprLet) {
        self.visit_expr_mut(&mut node.expr);
        self.bind(&mut node.pat, true);
    }

    fn visit_arm_mut(&mut self, node: &mut syn::Arm) {
        self.scoped(|rename| {
            rename.bind(&mut node.pat, true);
            if let Pat::Guard(guarded) = &mut node.pat {
                rename.visit_expr_mut(&mut guarded.guard);
            }
            rename.visit_expr_mut(&mut node.body);
        });
    }

    fn visit_field_value_mut(&mut self, node: &mut syn::FieldValue) {
        // `S { a }` becomes `S { a: renamed }`.
        if node.colon_token.is_none()
            && matches!(&node.member, syn::Member::Named(name) if self.get(name).is_some())
        {
            node.colon_token = Some(Default::default());
        }
        walk::visit_field_value_mut(self, node);
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        node.tokens = match node.parse_body_with(Punctuated::parse_terminated) {
            Ok(list) => self.arguments(list),
            Err(_) => self.tokens(node.tokens.clone()),
        };
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Renames what a pattern binds.
struct RenamePattern<'a>(&'a HashMap<String, Ident>);

impl VisitMut for RenamePattern<'_> {
    fn visit_pat_ident_mut(&mut self, node: &mut syn::PatIdent) {
        if let Some(new) = self.0.get(&node.ident.to_string()) {
            let span = new.span().located_at(node.ident.span());
            node.ident = new.clone();
            node.ident.set_span(span);
        }
        walk::visit_pat_ident_mut(self, node);
    }

    fn visit_field_pat_mut(&mut self, node: &mut syn::FieldPat) {
        let renamed =
            matches!(&*node.pat, Pat::Ident(p) if self.0.contains_key(&p.ident.to_string()));
        if renamed && node.colon_token.is_none() {
            node.colon_token = Some(Default::default());
        }
        walk::visit_field_pat_mut(self, node);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_of_format_strings() {
        assert_eq!(format_captures(r#""{v} {{no}} {w:?} {0} {}""#), ["v", "w"]);
        assert!(format_captures("3").is_empty());
    }
}
