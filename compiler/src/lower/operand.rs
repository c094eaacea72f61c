//! Scalars beside arrays: literals take the array's type, the rest is host code.

use super::Lowering;
use super::scope::Local;
use crate::ir::graph::{HostScalar, NodeId, NodeKind};
use crate::ir::region::StatementKind;
use crate::ir::types::{ArrayType, DType, Rank};
use crate::syntax::walk::{self, VisitMut};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Lit, UnOp};

impl Lowering<'_> {
    /// A scalar expression as an operand of the element type of `array`, or as the complex number that it is beside floats.
    pub(crate) fn scalar_beside(&mut self, expr: &Expr, array: NodeId) -> NodeId {
        let dtype = self.graph.node(array).dtype.clone();
        if let Some((list, rank)) = super::write::array_macro(expr, &dtype) {
            return self.host_array(&list, ArrayType::owned(dtype, Rank::Static(rank)));
        }
        match self.scalar_type(expr) {
            Some(complex) if complex.is_complex() && complex.part() == dtype => {
                self.scalar_operand(expr, &complex)
            }
            _ => self.scalar_operand(expr, &dtype),
        }
    }

    /// A scalar expression as an operand of type `dtype`.
    pub(crate) fn scalar_operand(&mut self, expr: &Expr, dtype: &DType) -> NodeId {
        let expr = match expr {
            Expr::Reference(e) if e.mutability.is_none() && self.scalar_type(&e.expr).is_some() => {
                &e.expr
            }
            other => other,
        };
        if let Some(node) = self.operand(expr) {
            return node;
        }
        let scalar = Rank::Static(0);
        if let Some(text) = literal(expr) {
            let refused = self.refuse_literal(expr, &text, dtype);
            let kind = NodeKind::Literal(text);
            let node = self.graph.add(kind, dtype.clone(), scalar, expr.span());
            self.refused.extend(refused.then_some(node));
            return node;
        }
        let known = self.scalar_type(expr);
        if dtype.is_complex() && known == Some(dtype.part()) {
            let part = self.scalar_operand(expr, &dtype.part());
            return self.cast(part, dtype.clone(), expr.span());
        }
        let refused =
            self.refuse_scalar(expr, known.as_ref(), dtype) || self.refuse_option(expr, dtype);
        let mut typed = self.retyped(expr, dtype);
        let unseen = self.scalar_type(&typed).is_none();
        if unseen {
            super::literals::typed(&mut typed, dtype);
        }
        let host = self.host_number(&typed, unseen.then_some(dtype));
        let kind = NodeKind::Host(host);
        let node = self.graph.add(kind, dtype.clone(), scalar, expr.span());
        self.refused.extend(refused.then_some(node));
        node
    }

    /// A host scalar; one that is not pure, or looks at the elements of arrays, is computed by a statement of its own, here.
    pub(crate) fn host_scalar(&mut self, expr: &Expr) -> usize {
        self.host_number(expr, None)
    }

    /// The same for one whose type is not seen here: rustc says so if it is no `beside`.
    fn host_number(&mut self, expr: &Expr, beside: Option<&DType>) -> usize {
        let mut code = self.host_expr(expr);
        let reference = self.is_reference(expr);
        if let Some(dtype) = beside {
            let value = &code.tokens;
            let start = value.clone().into_iter().next();
            let span = start.map_or_else(|| expr.span(), |token| token.span());
            let span = proc_macro2::Span::mixed_site().located_at(span);
            let dtype = dtype.tokens().into_iter().map(|mut token| {
                token.set_span(span);
                token
            });
            let dtype: TokenStream = dtype.collect();
            code.tokens =
                quote_spanned!(span=> ::brain_jit::__private::Beside(#value).take::<#dtype>());
        }
        let lazy = code.holes.is_empty() && code.effects.pure && !self.eager;
        if lazy && !super::purity::calls_library(expr) {
            let tokens = code.tokens;
            let reads = code.effects.reads;
            let at_entry = reads
                .iter()
                .all(|name| name.starts_with("self.") || self.scopes.at_entry(name));
            return self.add_host(HostScalar {
                tokens: if reference {
                    quote!((*#tokens))
                } else {
                    tokens
                },
                reads,
                pure: true,
                at_entry,
            });
        }
        let name = self.fresh("h");
        let value = &code.tokens;
        let mut code_let = code.clone();
        code_let.tokens = quote!(let #name = #value;);
        code_let.effects.writes.insert(name.to_string());
        let source = super::source_text(expr);
        self.push(StatementKind::Host(code_let), source);
        self.add_host(HostScalar {
            tokens: quote!(#name),
            reads: [name.to_string()].into(),
            pure: true,
            at_entry: false,
        })
    }

    /// Whether the expression is the name of a `&` of a number.
    pub(super) fn is_reference(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Path(p) if p.path.get_ident().is_some_and(|name| matches!(
            self.scopes.get(&name.to_string()),
            Some(Local::Scalar { reference: true, .. })
        )))
    }

    fn add_host(&mut self, host: HostScalar) -> usize {
        let key: Vec<String> = host
            .reads
            .iter()
            .map(|name| self.scopes.version(name))
            .collect();
        self.graph.add_host(host, key.join(","))
    }

    /// A weak constant expression in the type it is used at: `bm::PI` becomes that type's.
    pub(crate) fn retyped(&mut self, expr: &Expr, dtype: &DType) -> Expr {
        struct Retype<'a, 'b> {
            lowering: &'a Lowering<'b>,
            dtype: TokenStream,
        }
        impl VisitMut for Retype<'_, '_> {
            fn visit_expr_mut(&mut self, expr: &mut Expr) {
                let dtype = &self.dtype;
                if let Some(name) = constant(expr) {
                    *expr =
                        syn::parse_quote!(<#dtype as ::brain_jit::__private::FloatConst>::#name());
                    return;
                }
                if let Expr::Path(path) = expr
                    && let Some(name) = path.path.get_ident()
                    && let Some(Local::Weak(definition)) =
                        self.lowering.scopes.get(&name.to_string())
                {
                    let mut definition = definition.clone();
                    self.visit_expr_mut(&mut definition);
                    *expr = syn::parse_quote!((#definition));
                    return;
                }
                walk::visit_expr_mut(self, expr);
            }
        }
        if !dtype.is_float() {
            return expr.clone();
        }
        if matches!(dtype, DType::Generic(_)) {
            let mut typed = self.weak_as_generic(expr, dtype);
            // Arithmetic on written numbers alone, too.
            super::literals::typed(&mut typed, dtype);
            return typed;
        }
        let mut typed = expr.clone();
        let mut retype = Retype {
            lowering: self,
            dtype: dtype.tokens(),
        };
        retype.visit_expr_mut(&mut typed);
        typed
    }

    /// What is built from literals and constants is computed as an `f64`, and is a `T` then.
    fn weak_as_generic(&mut self, expr: &Expr, dtype: &DType) -> Expr {
        struct Wrap<'a, 'b> {
            lowering: &'a mut Lowering<'b>,
            dtype: TokenStream,
        }
        impl VisitMut for Wrap<'_, '_> {
            fn visit_expr_mut(&mut self, expr: &mut Expr) {
                if self.lowering.is_weak(expr) {
                    let (dtype, value) = (&self.dtype, self.lowering.retyped(expr, &DType::F64));
                    *expr = syn::parse_quote!(<#dtype as ::brain_jit::__private::Real>::from_f64(#value));
                    return;
                }
                walk::visit_expr_mut(self, expr);
            }
        }
        let mut typed = expr.clone();
        let dtype = dtype.tokens();
        Wrap {
            lowering: self,
            dtype,
        }
        .visit_expr_mut(&mut typed);
        typed
    }

    /// Whether the expression is built from literals and `bm` constants alone, one constant at least.
    pub(crate) fn is_weak(&self, expr: &Expr) -> bool {
        fn weak(lowering: &Lowering<'_>, expr: &Expr, constants: &mut usize) -> bool {
            if constant(expr).is_some() {
                *constants += 1;
                return true;
            }
            match expr {
                Expr::Lit(lit) => {
                    matches!(&lit.lit, Lit::Float(f) if f.suffix().is_empty())
                        || matches!(&lit.lit, Lit::Int(i) if i.suffix().is_empty())
                }
                Expr::Paren(e) => weak(lowering, &e.expr, constants),
                Expr::Unary(e) => {
                    matches!(e.op, UnOp::Neg(_)) && weak(lowering, &e.expr, constants)
                }
                Expr::Binary(e) => {
                    weak(lowering, &e.left, constants) && weak(lowering, &e.right, constants)
                }
                Expr::MethodCall(e) => {
                    weak(lowering, &e.receiver, constants)
                        && e.args.iter().all(|a| weak(lowering, a, constants))
                }
                Expr::Call(e) => {
                    super::call::bm_function(&e.func).is_some()
                        && e.args.iter().all(|a| weak(lowering, a, constants))
                }
                Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
                    let is = matches!(lowering.scopes.get(&name.to_string()), Some(Local::Weak(_)));
                    *constants += usize::from(is);
                    is
                }),
                _ => false,
            }
        }
        let mut constants = 0;
        weak(self, expr, &mut constants) && constants > 0
    }
}

/// `bm::PI` and `bm::E`: the method of `FloatConst` that gives them.
pub(crate) fn constant(expr: &Expr) -> Option<syn::Ident> {
    let Expr::Path(path) = expr else { return None };
    let mut segments = path.path.segments.iter().rev();
    let last = &segments.next()?.ident;
    let parent = &segments.next()?.ident;
    let known = parent == "bm" && ["PI", "E"].iter().any(|name| last == name);
    known.then(|| last.clone())
}

/// An unsuffixed number, perhaps negated.
pub(crate) fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(int) if int.suffix().is_empty() => Some(int.base10_digits().to_string()),
            Lit::Float(float) if float.suffix().is_empty() => {
                // `2.` and `2.e3` take no suffix as they stand.
                let digits = float.base10_digits().replace(".e", ".0e");
                Some(match digits.ends_with('.') {
                    true => format!("{digits}0"),
                    false => digits,
                })
            }
            Lit::Bool(value) => Some(value.value.to_string()),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => literal(&unary.expr)
            .filter(|text| !text.starts_with('-'))
            .map(|text| format!("-{text}")),
        Expr::Paren(paren) => literal(&paren.expr),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}
