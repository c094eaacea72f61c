//! Gradients taken inside a compiled method: `let (loss, grads) = self.loss_grad(x, y);`.
//!
//! The call becomes one of the derived method, which is inlined as any method of the block is, and each `grads.w` a
//! local array: nothing is allocated for a struct, and what is done with the gradients fuses.

use super::{Derived, value};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::ir::types::ValueType;
use crate::lower::field::is_self;
use crate::model::method::{Method, Parameter, ParameterKind};
use crate::model::object::{Field, FieldKind, Object};
use crate::syntax::walk::{self, VisitMut};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Block, Expr, ExprMethodCall, Member, Pat, Stmt};

/// A derived method as statements that can stand in another method.
#[derive(Debug)]
pub struct Inline {
    pub statements: Vec<TokenStream>,
    pub gradients: Vec<Gradient>,
    /// They write the variables that the method changes, after the gradients are read.
    pub states: Vec<TokenStream>,
    pub value: TokenStream,
}

/// One gradient of an [`Inline`].
#[derive(Debug)]
pub struct Gradient {
    pub name: Ident,
    /// What the statements call it.
    pub parameter: Ident,
    /// The gradients of a child.
    pub child: bool,
    /// What it starts from, if the statements add to it.
    pub start: Option<TokenStream>,
    /// Its value after the statements, if they do not: `= value`, `: f64 = value`.
    pub total: Option<TokenStream>,
}

impl Inline {
    /// Takes out what the statements keep of loops and nobody reads.
    pub fn take_out_unread(&mut self) {
        let Inline {
            statements,
            gradients,
            states,
            value,
        } = self;
        let Ok(mut block) = syn::parse2::<Block>(quote!({ #(#statements)* })) else {
            return;
        };
        let gradients = gradients.iter().map(|gradient| {
            let Gradient {
                parameter,
                start,
                total,
                ..
            } = gradient;
            quote!(#parameter #start #total)
        });
        super::unread::take_out(&mut block, &quote!(#(#gradients)* #(#states)* #value));
        *statements = block.stmts.iter().map(ToTokens::to_token_stream).collect();
    }
}

/// Rewrites the calls of `NAME_grad` in the methods; `derived` has the positions of theirs.
pub fn rewrite(
    object: &Object,
    methods: &mut [Method],
    derived: &[(usize, Derived)],
    errors: &mut Errors,
) {
    let known: Vec<Known> = derived
        .iter()
        .filter(|(_, derived)| !derived.pullback)
        .map(|(position, derived)| Known {
            name: format!("{}_{}", methods[*position].name(), derived.ending),
            parameters: methods[*position].parameters.clone(),
            inline: &derived.inline,
        })
        .collect();
    if known.is_empty() {
        return;
    }
    for method in methods {
        let mut nested = Nested {
            object,
            known: &known,
            errors,
            counter: 0,
        };
        nested.visit_block_mut(&mut method.body);
    }
}

/// A gradient that can be called.
struct Known<'a> {
    name: String,
    parameters: Vec<Parameter>,
    inline: &'a Inline,
}

struct Nested<'a> {
    object: &'a Object,
    known: &'a [Known<'a>],
    errors: &'a mut Errors,
    counter: usize,
}

impl<'a> Nested<'a> {
    fn call<'e>(&self, expr: &'e Expr) -> Option<(&'e ExprMethodCall, &'a Known<'a>)> {
        let Expr::MethodCall(call) = expr else {
            return None;
        };
        let found = self.known.iter().find(|known| call.method == known.name)?;
        is_self(&call.receiver).then_some((call, found))
    }

    /// The statements that stand for `let (value, grads) = self.NAME_grad(..);`.
    fn statements(&mut self, statement: &Stmt) -> Option<(Vec<Stmt>, Ident, Vec<Ident>)> {
        let Stmt::Local(local) = statement else {
            return None;
        };
        let (call, known) = self.call(&local.init.as_ref()?.expr)?;
        let Pat::Tuple(pattern) = &local.pat else {
            return None;
        };
        let plain = |p: &Parameter| {
            matches!(
                (&p.kind, &p.pattern),
                (ParameterKind::Dynamic, Pat::Ident(_))
            )
        };
        if call.args.len() != known.parameters.len() || !known.parameters.iter().all(plain) {
            return None;
        }
        let value = pattern.elems.first()?;
        let grads = match pattern.elems.get(1)? {
            Pat::Ident(name) => name.ident.clone(),
            Pat::Wild(_) => format_ident!("__ignored"),
            _ => return None,
        };
        self.counter += 1;
        let mut tokens = Vec::new();
        let mut names: Vec<(String, TokenStream)> = Vec::new();
        for (parameter, argument) in known.parameters.iter().zip(&call.args) {
            let Pat::Ident(pattern) = &parameter.pattern else {
                return None;
            };
            let place = match argument {
                Expr::Reference(reference) => &reference.expr,
                other => other,
            };
            let replaced = match place {
                Expr::Path(_) | Expr::Field(_) | Expr::Lit(_) => quote!(#place),
                other => {
                    let name = format_ident!(
                        "__{}_{}",
                        pattern.ident,
                        self.counter,
                        span = pattern.ident.span()
                    );
                    tokens.push(quote!(let #name = #other;));
                    quote!(#name)
                }
            };
            names.push((pattern.ident.to_string(), replaced));
        }
        let mut after = Vec::new();
        for gradient in &known.inline.gradients {
            let local = member(&grads, &gradient.name);
            if let Some(start) = &gradient.start {
                tokens.push(quote!(let mut #local = #start;));
                let named = match gradient.child {
                    true => quote!((&mut #local)),
                    false => quote!(#local),
                };
                names.push((gradient.parameter.to_string(), named));
            }
            if let Some(total) = &gradient.total {
                after.push(quote!(let #local #total;));
            }
        }
        tokens.extend(known.inline.statements.iter().cloned());
        tokens.extend(after);
        tokens.extend(known.inline.states.iter().cloned());
        let result = &known.inline.value;
        tokens.push(quote!(let #value = #result;));
        // The value keeps its names, as it is the caller's.
        let names: Vec<(&str, &TokenStream)> = names
            .iter()
            .map(|(name, tokens)| (name.as_str(), tokens))
            .collect();
        let statements = tokens
            .into_iter()
            .map(|tokens| value::substitute(tokens, &names));
        let block: TokenStream = statements.collect();
        let block: Block = syn::parse2(quote!({ #block })).ok()?;
        let fields = known
            .inline
            .gradients
            .iter()
            .map(|gradient| gradient.name.clone());
        Some((block.stmts, grads, fields.collect()))
    }
}

/// The local that holds `grads.name`.
fn member(grads: &Ident, name: &Ident) -> Ident {
    format_ident!("__{grads}_{name}", span = grads.span())
}

impl VisitMut for Nested<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let mut out: Vec<Stmt> = Vec::new();
        let mut names: Vec<(Ident, Vec<Ident>)> = Vec::new();
        for mut statement in std::mem::take(&mut block.stmts) {
            for (grads, targets) in &names {
                let mut members = Members {
                    object: self.object,
                    grads,
                    targets,
                    errors: self.errors,
                    typed: Vec::new(),
                    conditional: false,
                };
                members.visit_stmt_mut(&mut statement);
                out.extend(members.typed);
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
        if let Some((call, known)) = self.call(expr) {
            let method = call.method.clone();
            let name = &known.name;
            self.errors.report(
                Code::SelfEscapes,
                &method,
                format!("inside a compiled method the result of `{name}` is taken apart where it is made"),
                format!("write `let (value, grads) = self.{name}(..);` as a statement, and use `grads.field`"),
            );
        }
        walk::visit_expr_mut(self, expr);
    }
}

/// `grads.w` becomes the local array.
struct Members<'a> {
    object: &'a Object,
    grads: &'a Ident,
    targets: &'a [Ident],
    errors: &'a mut Errors,
    /// The gradients of children that the statement at hand names, bound with their types.
    typed: Vec<Stmt>,
    /// In a part of the statement that runs later, again or not at all: nothing can be bound for it in front of the statement.
    conditional: bool,
}

impl Members<'_> {
    fn conditionally(&mut self, visit: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.conditional, true);
        visit(self);
        self.conditional = around;
    }

    /// `grads.e.w`, `grads.layers[i].w`: the gradient under a name of its own, whose type can be seen.
    fn of_child(&mut self, expr: &Expr) -> Option<Expr> {
        let (place, field) = self.resolved(expr)?;
        let ty = &field.written;
        let name = format_ident!(
            "__{}_{}{}",
            self.grads,
            field.name,
            self.typed.len(),
            span = self.grads.span()
        );
        self.typed.push(match &field.value {
            ValueType::Array(_) => syn::parse_quote!(let #name: &#ty = &#place;),
            ValueType::Scalar(_) => syn::parse_quote!(let #name: #ty = #place;),
            _ => return None,
        });
        Some(syn::parse_quote!(#name))
    }

    /// The place that is meant, and the field that it has the type of.
    fn resolved(&self, expr: &Expr) -> Option<(TokenStream, Field)> {
        match expr {
            Expr::Field(access) => {
                let Member::Named(name) = &access.member else {
                    return None;
                };
                if let Expr::Path(base) = &*access.base {
                    let known =
                        base.path.get_ident() == Some(self.grads) && self.targets.contains(name);
                    let local = member(self.grads, name);
                    return known
                        .then(|| Some((quote!(#local), self.object.field(name)?.clone())))?;
                }
                let (place, around) = self.resolved(&access.base)?;
                let FieldKind::Child { object, .. } = &around.kind else {
                    return None;
                };
                Some((quote!(#place.#name), object.field(name)?.clone()))
            }
            Expr::Index(index) => {
                let (place, list) = self.resolved(&index.expr)?;
                let position = &index.index;
                let sequence = matches!(list.kind, FieldKind::Child { sequence: true, .. });
                sequence.then(|| (quote!(#place[#position]), list))
            }
            Expr::Paren(e) => self.resolved(&e.expr),
            _ => None,
        }
    }
}

impl VisitMut for Members<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let around = (
            std::mem::take(&mut self.typed),
            std::mem::take(&mut self.conditional),
        );
        for mut statement in std::mem::take(&mut block.stmts) {
            self.visit_stmt_mut(&mut statement);
            block.stmts.append(&mut self.typed);
            block.stmts.push(statement);
        }
        (self.typed, self.conditional) = around;
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.conditionally(|members| walk::visit_arm_mut(members, arm));
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        self.conditionally(|members| walk::visit_expr_closure_mut(members, closure));
    }

    fn visit_expr_while_mut(&mut self, code: &mut syn::ExprWhile) {
        self.conditionally(|members| members.visit_expr_mut(&mut code.cond));
        self.visit_block_mut(&mut code.body);
    }

    fn visit_expr_if_mut(&mut self, code: &mut syn::ExprIf) {
        self.visit_expr_mut(&mut code.cond);
        self.visit_block_mut(&mut code.then_branch);
        if let Some((_, otherwise)) = &mut code.else_branch {
            self.conditionally(|members| members.visit_expr_mut(otherwise));
        }
    }

    fn visit_expr_binary_mut(&mut self, code: &mut syn::ExprBinary) {
        self.visit_expr_mut(&mut code.left);
        match code.op {
            syn::BinOp::And(_) | syn::BinOp::Or(_) => {
                self.conditionally(|members| members.visit_expr_mut(&mut code.right));
            }
            _ => self.visit_expr_mut(&mut code.right),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let named = match &*expr {
            Expr::Reference(reference) if reference.mutability.is_none() => &*reference.expr,
            other => other,
        };
        if !self.conditional
            && let Expr::Field(field) = named
            && !matches!(&*field.base, Expr::Path(_))
            && let Some(child) = self.of_child(named)
        {
            *expr = child;
            return;
        }
        if let Expr::Field(field) = expr
            && let Expr::Path(base) = &*field.base
            && base.path.get_ident() == Some(self.grads)
            && let Member::Named(name) = &field.member
            && self.targets.contains(name)
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
                format!("name the gradient that is meant, for instance `{}.{}`", self.grads, self.targets.first().map_or("w".into(), Ident::to_string)),
            );
            return;
        }
        walk::visit_expr_mut(self, expr);
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
