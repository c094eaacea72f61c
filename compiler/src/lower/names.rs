//! Names inside tokens: format captures, and renaming for inlined bodies.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use std::collections::HashMap;
use syn::visit_mut::{self, VisitMut};

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

/// Renames local names throughout a body, in macros too.
pub struct Rename<'a>(pub &'a HashMap<String, Ident>);

impl Rename<'_> {
    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let mut after_dot = false;
        let mut captured = Vec::new();
        let mut renamed: TokenStream = tokens
            .into_iter()
            .map(|tree| {
                let dot = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.');
                let tree = match tree {
                    TokenTree::Ident(name) if !after_dot => TokenTree::Ident(self.renamed(&name)),
                    TokenTree::Group(group) => {
                        let mut new = Group::new(group.delimiter(), self.tokens(group.stream()));
                        new.set_span(group.span());
                        TokenTree::Group(new)
                    }
                    TokenTree::Literal(literal) => {
                        captured.extend(format_captures(&literal.to_string()));
                        TokenTree::Literal(literal)
                    }
                    other => other,
                };
                after_dot = dot;
                tree
            })
            .collect();
        captured.sort();
        captured.dedup();
        for name in captured {
            if let Some(new) = self.0.get(&name) {
                let old = quote::format_ident!("{name}");
                renamed.extend(quote::quote!(, #old = #new));
            }
        }
        renamed
    }

    fn renamed(&self, name: &Ident) -> Ident {
        match self.0.get(&name.to_string()) {
            Some(new) => {
                let mut new = new.clone();
                new.set_span(new.span().located_at(name.span()));
                new
            }
            None => name.clone(),
        }
    }
}

impl VisitMut for Rename<'_> {
    fn visit_expr_path_mut(&mut self, node: &mut syn::ExprPath) {
        if node.path.leading_colon.is_none()
            && node.path.segments.len() == 1
            && let Some(segment) = node.path.segments.first_mut()
        {
            segment.ident = self.renamed(&segment.ident);
        }
    }

    fn visit_pat_ident_mut(&mut self, node: &mut syn::PatIdent) {
        node.ident = self.renamed(&node.ident);
        visit_mut::visit_pat_ident_mut(self, node);
    }

    fn visit_field_value_mut(&mut self, node: &mut syn::FieldValue) {
        // `S { a }` becomes `S { a: renamed }`.
        if node.colon_token.is_none() {
            node.colon_token = Some(Default::default());
        }
        visit_mut::visit_field_value_mut(self, node);
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        node.tokens = self.tokens(node.tokens.clone());
    }
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
