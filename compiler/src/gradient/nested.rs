//! Gradients taken inside a compiled method: `let (loss, grads) = self.loss_grad(x, y);`.
//!
//! The call becomes one of the derived method, which is inlined as any method of the block is, and each `grads.w` a
//! local array: nothing is allocated for a struct, and what is done with the gradients fuses.

use super::{Derived, Target};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::lower::field::is_self;
use crate::model::method::Method;
use proc_macro2::Ident;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprMethodCall, Member, Pat, Stmt};

/// Rewrites the calls of `NAME_grad` in `methods`; `derived` has the methods' positions.
pub fn rewrite(methods: &mut [Method], derived: &[(usize, Derived)], errors: &mut Errors) {
    let known: Vec<(String, Ident, Vec<Target>)> = derived
        .iter()
        .filter(|(_, derived)| !derived.pullback)
        .map(|(position, derived)| {
            let name = format!("{}_grad", methods[*position].name());
            (name, derived.method.name().clone(), derived.targets.clone())
        })
        .collect();
    if known.is_empty() {
        return;
    }
    for method in methods {
        let mut nested = Nested {
            known: &known,
            errors,
        };
        nested.visit_block_mut(&mut method.body);
    }
}

struct Nested<'a> {
    known: &'a [(String, Ident, Vec<Target>)],
    errors: &'a mut Errors,
}

impl Nested<'_> {
    fn call<'e>(
        &self,
        expr: &'e Expr,
    ) -> Option<(&'e ExprMethodCall, &(String, Ident, Vec<Target>))> {
        let Expr::MethodCall(call) = expr else {
            return None;
        };
        let found = self.known.iter().find(|(name, ..)| call.method == name)?;
        is_self(&call.receiver).then_some((call, found))
    }

    /// The statements that stand for `let (value, grads) = self.NAME_grad(..);`.
    fn statements(&self, statement: &Stmt) -> Option<(Vec<Stmt>, Ident, Vec<Target>)> {
        let Stmt::Local(local) = statement else {
            return None;
        };
        let (call, (_, backward, targets)) = self.call(&local.init.as_ref()?.expr)?;
        let Pat::Tuple(pattern) = &local.pat else {
            return None;
        };
        let value = pattern.elems.first()?;
        let grads = match pattern.elems.get(1)? {
            Pat::Ident(name) => name.ident.clone(),
            Pat::Wild(_) => format_ident!("__ignored"),
            _ => return None,
        };
        let mut statements = Vec::new();
        let mut passed: Vec<Expr> = call.args.iter().cloned().collect();
        for target in targets {
            let (local, name) = (member(&grads, &target.name), &target.name);
            let like = match target.field {
                true => quote!(self.#name),
                false => quote!(#name),
            };
            statements.push(match &target.ty {
                Some((dtype, 0)) => {
                    let ty = dtype.tokens();
                    syn::parse_quote!(let mut #local: #ty = 0.0;)
                }
                Some(_) => {
                    let like = match target.field {
                        true => like,
                        // The argument as it is passed.
                        false => {
                            let position = self.position(call, target)?;
                            let arg = &call.args[position];
                            quote!(#arg)
                        }
                    };
                    syn::parse_quote!(let mut #local = ::brain_jit::adjoint::spread(0.0, #like);)
                }
                None => syn::parse_quote! {
                    let mut #local = ::brain_jit::adjoint::Differentiable::gradients(&#like);
                },
            });
            passed.push(syn::parse_quote!(&mut #local));
        }
        let turbofish = &call.turbofish;
        statements.push(syn::parse_quote!(let #value = self.#backward #turbofish (#(#passed),*);));
        Some((statements, grads, targets.clone()))
    }

    /// Which argument of the call a target is.
    fn position(&self, call: &ExprMethodCall, target: &Target) -> Option<usize> {
        target
            .position
            .filter(|position| *position < call.args.len())
    }
}

/// The local that holds `grads.name`.
fn member(grads: &Ident, name: &Ident) -> Ident {
    format_ident!("__{grads}_{name}", span = grads.span())
}

impl VisitMut for Nested<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let mut out: Vec<Stmt> = Vec::new();
        let mut names: Vec<(Ident, Vec<Target>)> = Vec::new();
        for mut statement in std::mem::take(&mut block.stmts) {
            for (grads, targets) in &names {
                let mut members = Members {
                    grads,
                    targets,
                    errors: self.errors,
                };
                members.visit_stmt_mut(&mut statement);
            }
            match self.statements(&statement) {
                Some((statements, grads, targets)) => {
                    out.extend(statements);
                    names.push((grads, targets));
                }
                None => {
                    self.visit_stmt_mut(&mut statement);
                    out.push(statement);
                }
            }
        }
        block.stmts = out;
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Some((call, (name, ..))) = self.call(expr) {
            let method = call.method.clone();
            let name = name.clone();
            self.errors.report(
                Code::SelfEscapes,
                &method,
                format!("inside a compiled method the result of `{name}` is taken apart where it is made"),
                format!("write `let (value, grads) = self.{name}(..);` as a statement, and use `grads.field`"),
            );
        }
        visit_mut::visit_expr_mut(self, expr);
    }
}

/// `grads.w` becomes the local array.
struct Members<'a> {
    grads: &'a Ident,
    targets: &'a [Target],
    errors: &'a mut Errors,
}

impl VisitMut for Members<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Field(field) = expr
            && let Expr::Path(base) = &*field.base
            && base.path.get_ident() == Some(self.grads)
            && let Member::Named(name) = &field.member
            && self.targets.iter().any(|target| target.name == *name)
        {
            let local = member(self.grads, name);
            *expr = syn::parse_quote!(#local);
            return;
        }
        if let Expr::Path(path) = expr
            && path.path.get_ident() == Some(self.grads)
        {
            self.errors.report(
                Code::SelfEscapes,
                &*path,
                format!("`{}` is used whole, but inside a compiled method the gradients are arrays of their own", self.grads),
                format!("name the gradient that is meant, for instance `{}.{}`", self.grads, self.targets.first().map_or("w".into(), |t| t.name.to_string())),
            );
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        use syn::punctuated::Punctuated;
        if let Ok(mut list) =
            mac.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated)
        {
            for expr in &mut list {
                self.visit_expr_mut(expr);
            }
            mac.tokens = quote!(#list);
        }
    }
}
