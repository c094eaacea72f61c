//! Values of the sweep: how generated code names them, and what is known of them.

use crate::ir::types::DType;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeSet;

/// A value that the forward sweep has computed.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub tokens: TokenStream,
    pub dtype: Option<DType>,
    pub rank: usize,
    /// Its number among the values that depend on what the gradient is asked for.
    pub active: Option<usize>,
    /// Names something that does not change: no temporary is needed.
    pub stable: bool,
}

impl Value {
    /// A constant of the gradient.
    pub fn constant(tokens: TokenStream, dtype: Option<DType>, rank: usize) -> Value {
        Value {
            tokens,
            dtype,
            rank,
            active: None,
            stable: false,
        }
    }

    pub fn stable(self) -> Value {
        Value {
            stable: true,
            ..self
        }
    }
}

/// What `Sweep::guard` was given.
pub(super) fn unguarded(tokens: TokenStream) -> TokenStream {
    match syn::parse2::<syn::ExprCall>(tokens.clone()) {
        Ok(call)
            if call
                .args
                .first()
                .is_some_and(|test| text(&quote!(#test)).starts_with("__g==")) =>
        {
            let rule = call.args.last();
            quote!(#rule)
        }
        _ => tokens,
    }
}

/// `tokens` with some identifiers replaced. `bm` becomes a path that needs no import.
pub(super) fn substitute(tokens: TokenStream, names: &[(&str, &TokenStream)]) -> TokenStream {
    let mut out = TokenStream::new();
    let mut after_dot = false;
    for tree in tokens {
        let dot = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.');
        match tree {
            TokenTree::Ident(ident) if !after_dot => {
                match names.iter().find(|(name, _)| ident == name) {
                    Some((_, value)) => out.extend((*value).clone()),
                    None => out.extend([TokenTree::Ident(ident)]),
                }
            }
            TokenTree::Group(group) => {
                let inner = substitute(group.stream(), names);
                let mut copy = Group::new(group.delimiter(), inner);
                copy.set_span(group.span());
                out.extend([TokenTree::Group(copy)]);
            }
            other => out.extend([other]),
        }
        after_dot = dot;
    }
    out
}

/// A rule of the table as tokens, at `span`. The adjoint is `__g` until it is known.
pub(crate) fn rule(text: &str, names: &[(&str, &TokenStream)], span: Span) -> TokenStream {
    fn spanned(tokens: TokenStream, span: Span) -> TokenStream {
        let tree = |tree| match tree {
            TokenTree::Group(group) => {
                let inner = spanned(group.stream(), span);
                let mut copy = Group::new(group.delimiter(), inner);
                copy.set_span(span);
                TokenTree::Group(copy)
            }
            mut other => {
                other.set_span(span);
                other
            }
        };
        tokens.into_iter().map(tree).collect()
    }
    let span = Span::mixed_site().located_at(span);
    let tokens = text.parse::<TokenStream>().unwrap_or_default();
    let bm = quote!(::brain_jit::bm);
    let mut all = vec![("bm", &bm)];
    all.extend_from_slice(names);
    substitute(spanned(tokens, span), &all)
}

/// The tokens at the place of `span`, with the names that they have.
pub(super) fn located(tokens: TokenStream, span: Span) -> TokenStream {
    let tree = |tree| match tree {
        TokenTree::Group(group) => {
            let mut copy = Group::new(group.delimiter(), located(group.stream(), span));
            copy.set_span(group.span().located_at(span));
            TokenTree::Group(copy)
        }
        mut other => {
            other.set_span(other.span().located_at(span));
            other
        }
    };
    tokens.into_iter().map(tree).collect()
}

/// Sums an adjoint of rank `from` to one of rank `to`: what undoes broadcasting.
pub(super) fn sum_to(tokens: TokenStream, from: usize, to: usize) -> TokenStream {
    if to == 0 && from > 0 {
        return quote!(::brain_jit::bm::sum(#tokens));
    }
    (to..from).fold(
        tokens,
        |sum, _| quote!(::brain_jit::adjoint::sum_axis(#sum, 0)),
    )
}

/// The factors of `adjoint::outer(a, b)`.
pub(super) fn outer(tokens: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    let call: syn::ExprCall = syn::parse2(tokens.clone()).ok()?;
    let syn::Expr::Path(path) = &*call.func else {
        return None;
    };
    let mut names = path.path.segments.iter().rev().map(|s| s.ident.to_string());
    let named = names.next()? == "outer" && names.next()? == "adjoint";
    let mut args = call.args.iter().map(|arg| quote!(#arg));
    named.then(|| Some((args.next()?, args.next()?)))?
}

/// A name in generated code at the place of the user's tokens.
pub(super) fn name(stem: &str, number: usize, span: Span) -> Ident {
    Ident::new(
        &format!("__{stem}{number}"),
        Span::mixed_site().located_at(span),
    )
}

/// The tokens' text without spaces.
pub(crate) fn text(tokens: &TokenStream) -> String {
    tokens.to_string().replace(char::is_whitespace, "")
}

/// Whether the tokens are one literal.
pub(crate) fn is_literal(tokens: &TokenStream) -> bool {
    let mut trees = tokens.clone().into_iter();
    matches!(
        (trees.next(), trees.next()),
        (Some(TokenTree::Literal(_)), None)
    )
}

/// The paths that begin with `self`, and what they begin with: `self.e.g` and `self.e`.
pub(super) fn paths(tokens: &TokenStream, found: &mut BTreeSet<String>) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (position, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(ident) if ident == "self" => {
                let rest = trees[position..].iter().cloned().collect();
                let path = super::expression::self_path(rest);
                let ends = path.match_indices('.').skip(1).map(|(end, _)| end);
                found.extend(ends.map(|end| path[..end].to_string()));
                found.insert(path);
            }
            TokenTree::Group(group) => paths(&group.stream(), found),
            _ => {}
        }
    }
}

/// The written type of an owned array or a scalar.
pub(super) fn owned(dtype: &DType, rank: usize) -> TokenStream {
    let element = dtype.tokens();
    if rank == 0 {
        return element;
    }
    let array = quote::format_ident!("Array{rank}");
    quote!(::brain_jit::__private::ndarray::#array<#element>)
}
