//! What loops walk over: children of a list and elements of arrays, as loops over positions.

use super::repeat::is_range;
use super::sweep::Sweep;
use super::value;
use crate::syntax::walk::{self, Visit};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

impl Sweep<'_> {
    /// Whether the statements read children of a list, which may differ in shape, so that what a pass hands on may, too.
    pub(super) fn walks_children(&self, statements: &[Stmt]) -> bool {
        struct Lists<'a, 'b>(&'a Sweep<'b>, bool);
        impl Visit for Lists<'_, '_> {
            fn visit_expr_index(&mut self, node: &syn::ExprIndex) {
                self.1 |= self.0.children_list(&node.expr).is_some();
                walk::visit_expr_index(self, node);
            }
        }
        let mut lists = Lists(self, false);
        for statement in statements {
            lists.visit_stmt(statement);
        }
        lists.1
    }

    /// `for layer in &self.layers { … }` as `for i in 0..self.layers.len() { … }` with `self.layers[i]` in place of `layer`.
    pub(super) fn by_position(&mut self, walk: &syn::ExprForLoop) -> Option<syn::ExprForLoop> {
        let (list, numbered) = match &*walk.expr {
            Expr::MethodCall(call) if call.method == "enumerate" => (&*call.receiver, true),
            other => (other, false),
        };
        let list = match list {
            Expr::MethodCall(call) if call.method == "iter" && call.args.is_empty() => {
                &*call.receiver
            }
            Expr::Reference(reference) if reference.mutability.is_none() => &*reference.expr,
            _ => return None,
        };
        let place = self.children_list(list)?;
        let (number, child) = match (&*walk.pat, numbered) {
            (syn::Pat::Ident(child), false) => (None, &child.ident),
            (syn::Pat::Tuple(pair), true) => match (pair.elems.first()?, pair.elems.get(1)?) {
                (syn::Pat::Ident(number), syn::Pat::Ident(child)) => {
                    (Some(&number.ident), &child.ident)
                }
                (syn::Pat::Wild(_), syn::Pat::Ident(child)) => (None, &child.ident),
                _ => return None,
            },
            _ => return None,
        };
        let number = match number {
            Some(number) => number.clone(),
            None => self.fresh("child", child.span()),
        };
        let item = quote!(#place[#number]);
        let body = walk.body.to_token_stream();
        let body = value::substitute(body, &[(&child.to_string(), &item)]);
        syn::parse2(quote!(for #number in 0..#place.len() #body)).ok()
    }

    /// `for v in x { … }` over what the gradient runs through as `for i in 0..x.len() { let v = x[i]; … }`; rows and pairs, too.
    pub(super) fn by_element(&mut self, walk: &syn::ExprForLoop) -> Option<syn::ExprForLoop> {
        if is_range(&walk.expr) || !self.depends(&walk.expr) {
            return None;
        }
        let number = self.fresh("element", walk.expr.span());
        let (mut names, mut lengths) = (Vec::new(), Vec::new());
        self.walked(&walk.expr, &walk.pat, &number, &mut names, &mut lengths)?;
        let length = lengths.into_iter().reduce(|a, b| quote!(#a.min(#b)));
        let statements = &walk.body.stmts;
        syn::parse2(quote!(for #number in 0..#length { #(#names)* #(#statements)* })).ok()
    }

    /// The names that a pass over elements binds, and how many there are.
    fn walked(
        &mut self,
        over: &Expr,
        pattern: &syn::Pat,
        number: &Ident,
        names: &mut Vec<TokenStream>,
        lengths: &mut Vec<TokenStream>,
    ) -> Option<()> {
        let call = match over {
            Expr::Paren(e) => return self.walked(&e.expr, pattern, number, names, lengths),
            Expr::Reference(e) if e.mutability.is_none() => {
                return self.walked(&e.expr, pattern, number, names, lengths);
            }
            Expr::MethodCall(call) => Some(call),
            _ => None,
        };
        let method = call.map(|call| (call.method.to_string(), call.args.first()));
        if let (Some(call), Some((method, other))) = (call, &method)
            && let syn::Pat::Tuple(pair) = pattern
            && let (Some(first), Some(second)) = (pair.elems.first(), pair.elems.get(1))
        {
            return match (method.as_str(), other) {
                ("enumerate", None) => {
                    names.push(quote!(let #first = #number;));
                    self.walked(&call.receiver, second, number, names, lengths)
                }
                ("zip", Some(other)) => {
                    self.walked(&call.receiver, first, number, names, lengths)?;
                    self.walked(other, second, number, names, lengths)
                }
                _ => None,
            };
        }
        let (place, rank) = match (call, &method) {
            (Some(call), Some((method, other))) => match (method.as_str(), other) {
                ("iter", None) => (&*call.receiver, Some(1)),
                ("rows", None) => (&*call.receiver, Some(2)),
                ("outer_iter", None) => (&*call.receiver, None),
                ("axis_iter", Some(axis)) if value::text(&quote!(#axis)) == "Axis(0)" => {
                    (&*call.receiver, None)
                }
                _ => return None,
            },
            _ => (over, Some(1)),
        };
        super::expression::place_key(place)?;
        let value = self.value(place);
        // What the macro does not see is a list.
        let unseen = value.dtype.is_none() && value.active.is_none();
        let found = if unseen { 1 } else { value.rank };
        if found == 0 || rank.is_some_and(|rank| rank != found) || rank.is_none() && found < 2 {
            return None;
        }
        let name = match pattern {
            syn::Pat::Reference(inner) => &*inner.pat,
            other => other,
        };
        let syn::Pat::Ident(_) = name else {
            return None;
        };
        names.push(quote!(let #name = #place[#number];));
        lengths.push(match found {
            1 => quote!(#place.len()),
            _ => quote!(#place.shape()[0]),
        });
        Some(())
    }
}
