//! Scalar loops over the elements of contiguous arrays run on slices, which rustc optimises as it does hand-written ones.

use super::Lowering;
use super::scope::{Local, bound_names};
use crate::ir::graph::Place;
use crate::ir::region::{HostCode, Region, StatementKind, Value};
use crate::ir::types::{ArrayType, Container, Rank};
use crate::syntax::walk::{self, Visit, VisitMut};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

impl Lowering<'_> {
    /// The host code of a loop that names some arrays of rank 1 by their elements and lengths alone: one loop over
    /// slices, and the loop as it stands for arrays that are not contiguous.
    pub(crate) fn sliced_loop(&mut self, statement: &Stmt) -> Option<HostCode> {
        if !matches!(
            statement,
            Stmt::Expr(Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_), _)
        ) {
            return None;
        }
        let mut uses = Uses::default();
        uses.visit_stmt(statement);
        let mut slices: HashMap<String, Ident> = HashMap::new();
        let (mut views, mut names) = (Vec::new(), Vec::new());
        self.scopes.push();
        for (key, (expr, written)) in uses.elementwise() {
            let Some(place) = self.vector(&expr) else {
                continue;
            };
            if written && !place.writable {
                continue;
            }
            let stem = key.trim_start_matches("self.").trim_start_matches("r#");
            let name = self.fresh(&format!("{stem}_"));
            let tokens = &place.tokens;
            views.push(if written {
                quote!((#tokens).as_slice_mut())
            } else {
                quote!((#tokens).as_slice())
            });
            let ty = ArrayType {
                container: Container::Slice,
                ..place.ty.clone()
            };
            let local = self.local_place(&name, ty, place.writable, false);
            self.graph.places[local.0].name = place.name;
            self.scopes.declare(&name.to_string(), Local::Place(local));
            names.push(name.clone());
            slices.insert(key, name);
        }
        let mut fast = statement.clone();
        Replace(&slices).visit_stmt_mut(&mut fast);
        let fast = (!slices.is_empty()).then(|| self.host_statement(&fast));
        self.scopes.pop();
        let fast = fast.filter(is_scalar)?;
        let mut code = self.host_statement(statement);
        let (general, slices) = (code.tokens.clone(), &fast.tokens);
        let patterns = names
            .iter()
            .map(|name| quote!(::core::option::Option::Some(#name)));
        code.tokens = quote! {
            match (#(#views,)*) {
                (#(#patterns,)*) => { #slices }
                _ => { #general }
            }
        };
        code.shown = Some(general);
        code.holes.extend(fast.holes);
        Some(code)
    }

    /// The array of rank 1 that an expression names, if it may be seen as a slice.
    fn vector(&mut self, expr: &Expr) -> Option<Place> {
        let id = self.place(expr)?;
        let place = self.graph.place(id).clone();
        let one = place.ty.rank == Rank::Static(1) && place.ty.container != Container::Slice;
        (one && !place.name.contains('[')).then_some(place)
    }
}

/// Whether nothing in the code is array code.
fn is_scalar(code: &HostCode) -> bool {
    fn region(region: &Region) -> bool {
        let statements = region.statements.iter().all(|s| match &s.kind {
            StatementKind::Host(code) => is_scalar(code),
            _ => false,
        });
        statements
            && match &region.tail {
                Some(Value::Host(code)) => is_scalar(code),
                Some(Value::Node(_)) => false,
                None => true,
            }
    }
    code.holes.iter().all(|hole| region(&hole.region))
}

/// How a loop uses names and fields.
#[derive(Default)]
struct Uses {
    /// By element or length, and whether elements are written.
    elements: BTreeMap<String, (Expr, bool)>,
    /// In any other way.
    others: BTreeSet<String>,
    bound: BTreeSet<String>,
    calls_self: bool,
    writes: bool,
}

/// A local name or a field of `self`.
fn key(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => Some(path.path.get_ident()?.to_string()),
        Expr::Field(field) if super::field::is_self(&field.base) => {
            Some(format!("self.{}", field.member.to_token_stream()))
        }
        _ => None,
    }
}

impl Uses {
    fn elementwise(self) -> Vec<(String, (Expr, bool))> {
        let Uses {
            elements,
            others,
            bound,
            calls_self,
            ..
        } = self;
        let free = |name: &String| {
            let owner = !(calls_self && name.starts_with("self."));
            owner && !others.contains(name) && !bound.contains(name)
        };
        elements
            .into_iter()
            .filter(|(name, _)| free(name))
            .collect()
    }

    fn written(&mut self, target: &Expr) {
        let around = std::mem::replace(&mut self.writes, true);
        self.visit_expr(target);
        self.writes = around;
    }
}

impl Visit for Uses {
    fn visit_expr(&mut self, node: &Expr) {
        match node {
            Expr::Index(index) => {
                let range = matches!(
                    &*index.index,
                    Expr::Range(_) | Expr::Array(_) | Expr::Reference(_)
                );
                let around = std::mem::replace(&mut self.writes, false);
                self.visit_expr(&index.index);
                self.writes = around;
                match key(&index.expr).filter(|_| !range) {
                    Some(name) => {
                        let entry = self.elements.entry(name);
                        entry.or_insert_with(|| ((*index.expr).clone(), false)).1 |= around;
                    }
                    None => self.visit_expr(&index.expr),
                }
            }
            Expr::MethodCall(call) if call.method == "len" && key(&call.receiver).is_some() => {
                if let Some(name) = key(&call.receiver) {
                    let entry = self.elements.entry(name);
                    entry.or_insert_with(|| ((*call.receiver).clone(), false));
                }
            }
            Expr::Assign(assign) => {
                self.written(&assign.left);
                self.visit_expr(&assign.right);
            }
            Expr::Binary(binary) if super::expression::is_augmented(&binary.op) => {
                self.written(&binary.left);
                self.visit_expr(&binary.right);
            }
            Expr::Reference(reference) if reference.mutability.is_some() => {
                self.written(&reference.expr);
            }
            Expr::MethodCall(call) if super::field::is_self(&call.receiver) => {
                self.calls_self = true;
                call.args.iter().for_each(|arg| self.visit_expr(arg));
            }
            _ => match key(node) {
                Some(name) => {
                    self.others.insert(name);
                }
                None => walk::visit_expr(self, node),
            },
        }
    }

    fn visit_pat(&mut self, node: &syn::Pat) {
        self.bound.extend(bound_names(node));
        walk::visit_pat(self, node);
    }

    fn visit_macro(&mut self, node: &syn::Macro) {
        fn names(tokens: TokenStream, out: &mut BTreeSet<String>) {
            for tree in tokens {
                match tree {
                    TokenTree::Ident(name) => {
                        out.extend([name.to_string(), format!("self.{name}")]);
                    }
                    TokenTree::Group(group) => names(group.stream(), out),
                    TokenTree::Literal(literal) => {
                        out.extend(super::names::format_captures(&literal.to_string()));
                    }
                    TokenTree::Punct(_) => {}
                }
            }
        }
        names(node.tokens.clone(), &mut self.others);
    }

    fn visit_item(&mut self, _: &syn::Item) {
        self.calls_self = true;
    }
}

/// Puts slices in the place of arrays.
struct Replace<'a>(&'a HashMap<String, Ident>);

impl VisitMut for Replace<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Some(slice) = key(expr).and_then(|name| self.0.get(&name)) {
            let mut slice = slice.clone();
            slice.set_span(slice.span().located_at(expr.span()));
            *expr = syn::parse_quote!(#slice);
            return;
        }
        walk::visit_expr_mut(self, expr);
    }
}
