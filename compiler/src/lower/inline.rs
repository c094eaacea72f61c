//! Methods of the same block are inlined into their caller's IR.

use super::Lowering;
use super::names::Rename;
use super::scope::Local;
use crate::check::catalogue::Code;
use crate::ir::graph::NodeId;
use crate::ir::region::{Effects, Hole, HostCode, StatementKind, Value};
use crate::ir::types::{ArrayType, ValueType};
use crate::model::method::{Method, Parameter, ParameterKind, Receiver};
use crate::syntax::walk::{self, Visit, VisitMut};
use proc_macro2::Span;
use quote::quote;
use std::collections::HashMap;
use syn::{Expr, ExprMethodCall, Lifetime, ReturnType, Stmt};

impl Lowering<'_> {
    /// The label that `return` of the method being inlined leaves to.
    pub(crate) fn return_label(&self) -> Option<Lifetime> {
        self.labels.last().map(|(label, _)| label.clone())
    }

    /// `value?` of the method being inlined, which leaves that method and not its caller.
    pub(crate) fn leave_on_failure(&self, value: &Expr) -> Option<Expr> {
        let (label, option) = self.labels.last()?;
        Some(if *option {
            syn::parse_quote!(match #value {
                ::core::option::Option::Some(value) => value,
                ::core::option::Option::None => break #label ::core::option::Option::None,
            })
        } else {
            syn::parse_quote!(match #value {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(error) => {
                    break #label ::core::result::Result::Err(::core::convert::From::from(error))
                }
            })
        })
    }

    fn callee(&mut self, call: &ExprMethodCall) -> Option<Method> {
        let method = self.methods.iter().find(|m| *m.name() == call.method)?;
        if self.inlining.contains(&method.name().to_string()) || method.receiver.is_none() {
            return None;
        }
        Some(method.clone())
    }

    /// A call whose value is an array.
    pub(crate) fn inlined_array(&mut self, call: &ExprMethodCall) -> Option<NodeId> {
        let method = self.callee(call)?;
        let ReturnType::Type(_, ty) = &method.signature.output else {
            return None;
        };
        let value = self.types.recognise(ty);
        if matches!(value, ValueType::Other | ValueType::RandomState) {
            return None;
        }
        let direct = std::mem::take(&mut self.direct);
        let mark = self.mark();
        match (self.inline(call)?, value) {
            // Among other operands its effects must happen in order: host code does that.
            (Value::Node(node), ValueType::Scalar(_))
                if !direct && self.graph.node(node).is_scalar() && self.has_effects(mark) =>
            {
                None
            }
            (Value::Node(node), _) => Some(node),
            (Value::Host(code), ValueType::Array(ty)) => {
                let name = self.fresh("array");
                let tokens = &code.tokens;
                let mut code = code.clone();
                code.tokens = quote!(let #name = #tokens;);
                code.effects.pure = false;
                self.push_host(code, super::source_text(call));
                let ty = ArrayType {
                    container: crate::ir::types::Container::Owned,
                    ..ty
                };
                let place = self.local_place(&name, ty, false, false);
                Some(self.graph.read(place, name.span()))
            }
            (Value::Host(_), _) => None,
        }
    }

    /// Whether host code since `mark` does more than compute.
    fn has_effects(&self, mark: usize) -> bool {
        self.since(mark)
            .iter()
            .any(|statement| match &statement.kind {
                StatementKind::Host(code) => {
                    !code.effects.pure
                        || code
                            .effects
                            .writes
                            .iter()
                            .any(|name| name.starts_with("self."))
                }
                _ => false,
            })
    }

    /// Expands `self.g(args)` into the open region and gives its value.
    pub(crate) fn inline(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let (method, mut body) = self.enter(call)?;
        let early = leaves_early(&body.stmts);
        if let Some(Stmt::Expr(expr, semi)) = body.stmts.last_mut()
            && let Expr::Return(leave) = expr
            && let Some(value) = &leave.expr
        {
            (*expr, *semi) = (*value.clone(), None);
        }
        let value = if early {
            let label = Lifetime::new(
                &format!("'__inlined{}", self.inlining.len()),
                Span::mixed_site(),
            );
            self.labels
                .push((label.clone(), returns_option(&method.signature.output)));
            let region = self.open(|lowering| lowering.statement_list(&body.stmts));
            self.labels.pop();
            let hole = self.fresh("hole");
            let block = quote!(#label: { #hole });
            // Without its type, `Ok(x)` would not say what its error is.
            let tokens = match &method.signature.output {
                ReturnType::Type(_, ty)
                    if !matches!(self.types.recognise(ty), ValueType::Array(_))
                        && !matches!(**ty, syn::Type::ImplTrait(_)) =>
                {
                    let value = self.fresh("value");
                    quote!({ let #value: #ty = #block; #value })
                }
                _ => block,
            };
            let code = HostCode {
                tokens,
                holes: vec![Hole { name: hole, region }],
                ..HostCode::default()
            };
            Some(Value::Host(code))
        } else {
            let label = Lifetime::new("'__unused", Span::mixed_site());
            self.labels.push((label, false));
            let value = self.statement_list(&body.stmts);
            self.labels.pop();
            Some(value.unwrap_or(Value::Host(HostCode::default())))
        };
        self.leave();
        value
    }

    /// `let (a, b) = self.g(args);` with a method whose body ends with a tuple: each name is bound to its value, so that
    /// arrays stay array code.
    pub(crate) fn inline_tuple(
        &mut self,
        names: &syn::PatTuple,
        call: &ExprMethodCall,
        source: &str,
    ) -> Option<()> {
        let method = self.callee(call)?;
        let ReturnType::Type(_, ty) = &method.signature.output else {
            return None;
        };
        let syn::Type::Tuple(types) = &**ty else {
            return None;
        };
        let tail = |stmts: &[Stmt]| match stmts.last() {
            Some(Stmt::Expr(Expr::Tuple(tuple), None)) => Some(tuple.clone()),
            _ => None,
        };
        let simple = names.elems.iter().all(|name| {
            matches!(name, syn::Pat::Ident(p) if p.subpat.is_none() && p.by_ref.is_none())
                || matches!(name, syn::Pat::Wild(_))
        });
        let count = tail(&method.body.stmts)?.elems.len();
        if !simple
            || count != names.elems.len()
            || leaves_early(&method.body.stmts)
            || arguments(call, &method).len() != method.parameters.len()
        {
            return None;
        }
        let (_, mut body) = self.enter(call)?;
        let values = tail(&body.stmts)?;
        body.stmts.pop();
        self.returned = None;
        for statement in &body.stmts {
            self.statement(statement);
        }
        // Under names of their own first: what is evaluated next may change what they are computed from, and the pattern may
        // bind names that they read.
        let bound: Vec<(syn::Ident, Option<NodeId>)> = values
            .elems
            .iter()
            .zip(&types.elems)
            .map(|(value, ty)| self.bind_apart_from_names(value, ty, source))
            .collect();
        self.leave();
        for ((pattern, (value, node)), ty) in names.elems.iter().zip(bound).zip(&types.elems) {
            let syn::Pat::Ident(name) = pattern else {
                continue;
            };
            match node {
                Some(node) => {
                    let mutable = name.mutability.is_some();
                    self.bind(&name.ident, mutable, node, source.to_string());
                }
                None => {
                    let code = HostCode {
                        tokens: quote!(let #name = #value;),
                        effects: Effects {
                            pure: true,
                            reads: [value.to_string()].into(),
                            writes: [name.ident.to_string()].into(),
                            ..Effects::default()
                        },
                        ..HostCode::default()
                    };
                    self.push_host(code, source.to_string());
                    self.declare_bound(pattern, ty);
                }
            }
        }
        Some(())
    }

    /// Evaluates a value here: the fresh name that it is bound to, and its node if it is array code.
    fn bind_apart_from_names(
        &mut self,
        value: &Expr,
        ty: &syn::Type,
        source: &str,
    ) -> (syn::Ident, Option<NodeId>) {
        let (name, known) = (self.fresh("value"), self.types.recognise(ty));
        let around = std::mem::replace(&mut self.expected, known.dtype());
        let node = self.array(value);
        self.expected = around;
        if let Some(node) = node {
            self.bind(&name, false, node, source.to_string());
            return (name, Some(node));
        }
        let mut value = value.clone();
        let mut annotation = None;
        if let ValueType::Scalar(dtype) = &known {
            super::literals::typed(&mut value, dtype);
            annotation = Some(quote!(: #ty));
        }
        let code = self.host_expr(&value);
        let tokens = &code.tokens;
        let mut code = HostCode {
            tokens: quote!(let #name #annotation = #tokens;),
            ..code
        };
        code.effects.writes.insert(name.to_string());
        self.push_host(code, source.to_string());
        (name, None)
    }

    /// Binds the arguments of `self.g(args)` in a scope of its own; the method and its body, to be followed by [`Lowering::leave`].
    fn enter(&mut self, call: &ExprMethodCall) -> Option<(Method, syn::Block)> {
        let method = self.callee(call)?;
        if self.receiver == Some(Receiver::Shared) && method.receiver == Some(Receiver::Exclusive) {
            self.errors.report(
                Code::SharedReceiver,
                call,
                format!(
                    "`{}` takes `&mut self`, and this method takes `&self`",
                    method.path
                ),
                "take `&mut self` here, too",
            );
        }
        let arguments = arguments(call, &method);
        if arguments.len() != method.parameters.len() {
            self.errors.report(
                Code::ArgumentCount,
                call,
                format!(
                    "`{}` takes {} argument{}, not {}",
                    method.path,
                    method.parameters.len(),
                    if method.parameters.len() == 1 {
                        ""
                    } else {
                        "s"
                    },
                    arguments.len()
                ),
                "give each parameter one argument",
            );
            return None;
        }
        let mut body = method.body.clone();
        self.typed_result(&mut body, &method.signature.output);
        let (mut places, mut fixed) = (HashMap::new(), false);
        let mut bindings = Vec::new();
        for (parameter, argument) in method.parameters.iter().zip(arguments) {
            if let syn::Pat::Ident(name) = &parameter.pattern
                && name.mutability.is_none()
                && let Some(value) = self.static_value(parameter, &argument)
            {
                places.insert(name.ident.to_string(), value);
                fixed = true;
                continue;
            }
            let array = matches!(self.types.recognise(&parameter.ty), ValueType::Array(_));
            if array
                && self.place(&argument).is_some()
                && let syn::Pat::Ident(name) = &parameter.pattern
            {
                places.insert(name.ident.to_string(), in_parentheses(argument));
                continue;
            }
            bindings.push((parameter.pattern.clone(), parameter.ty.clone(), argument));
        }
        let mut fresh = |name: &str| self.fresh(&format!("{name}_"));
        let mut rename = Rename::new(places, &mut fresh);
        for (pattern, ..) in &mut bindings {
            rename.bind(pattern, false);
        }
        rename.visit_block_mut(&mut body);
        if fixed {
            crate::model::instance::fold(&mut body);
        }

        self.scopes.push();
        for (pattern, ty, argument) in bindings {
            self.bind_argument(&pattern, &ty, &argument);
        }
        self.inlining.push(method.name().to_string());
        self.returned = self.returned_type(&method.signature.output);
        Some((method, body))
    }

    /// The written value of a static parameter, in its type.
    fn static_value(&self, parameter: &Parameter, argument: &Expr) -> Option<Expr> {
        let is_static = matches!(
            parameter.kind,
            ParameterKind::ConstGeneric(_) | ParameterKind::Values(_)
        );
        let Expr::Lit(literal) = argument else {
            return None;
        };
        let value = match (&literal.lit, self.types.recognise(&parameter.ty)) {
            (syn::Lit::Int(number), ValueType::Scalar(dtype)) if number.suffix().is_empty() => {
                let text = format!("{}{dtype}", number.base10_digits());
                let number = syn::LitInt::new(&text, number.span());
                syn::parse_quote!(#number)
            }
            _ => argument.clone(),
        };
        is_static.then_some(value)
    }

    fn leave(&mut self) {
        self.inlining.pop();
        self.scopes.pop();
    }

    fn bind_argument(&mut self, pattern: &syn::Pat, ty: &syn::Type, argument: &Expr) {
        let source = format!(
            "{} ← {}",
            super::source_text(pattern),
            super::source_text(argument)
        );
        let syn::Pat::Ident(name) = pattern else {
            let code = self.host_expr(argument);
            let tokens = &code.tokens;
            let code = HostCode {
                tokens: quote!(let #pattern = #tokens;),
                ..code
            };
            self.push_host(code, source);
            self.scopes.declare_pattern(pattern);
            return;
        };
        let scalar = self.types.recognise(ty);
        if let Some(dtype) = scalar.dtype() {
            let around = self.expected.replace(dtype);
            let node = self.array(argument);
            self.expected = around;
            if let Some(node) = node {
                self.bind(&name.ident, name.mutability.is_some(), node, source);
                return;
            }
        }
        let mut argument = argument.clone();
        if let ValueType::Scalar(dtype) = &scalar {
            super::literals::typed(&mut argument, dtype);
        }
        let code = self.host_expr(&argument);
        let tokens = &code.tokens;
        let annotation = matches!(scalar, ValueType::Scalar(_)).then(|| quote!(: #ty));
        let mut code = HostCode {
            tokens: quote!(let #pattern #annotation = #tokens;),
            ..code
        };
        code.effects.writes.insert(name.ident.to_string());
        self.push_host(code, source);
        self.declare_bound(pattern, ty);
    }

    /// Declares a name that host code has bound, here and not at entry.
    fn declare_bound(&mut self, pattern: &syn::Pat, ty: &syn::Type) {
        let syn::Pat::Ident(name) = pattern else {
            return;
        };
        let name = name.ident.to_string();
        self.declare_parameter(pattern, ty);
        self.scopes.bump(&name);
        if let Some(Local::Place(place)) = self.scopes.get(&name) {
            self.graph.places[place.0].at_entry = false;
        }
    }
}

/// The arguments in the order of the parameters: `self.f::<3>(x)` names static ones as callers outside do.
fn arguments(call: &ExprMethodCall, method: &Method) -> Vec<Expr> {
    let is_static = |p: &&crate::model::method::Parameter| {
        matches!(p.kind, crate::model::method::ParameterKind::ConstGeneric(_))
    };
    let count = method.parameters.iter().filter(is_static).count();
    let given: Vec<Expr> = call
        .turbofish
        .iter()
        .flat_map(|turbofish| &turbofish.args)
        .filter_map(|argument| match argument {
            syn::GenericArgument::Const(value) => Some(value.clone()),
            syn::GenericArgument::Type(syn::Type::Path(path)) => Some(Expr::Path(syn::ExprPath {
                attrs: Vec::new(),
                qself: None,
                path: path.path.clone(),
            })),
            _ => None,
        })
        .collect();
    if given.len() < count || count == 0 {
        return call.args.iter().cloned().collect();
    }
    let (mut fixed, mut others) = (given[given.len() - count..].iter(), call.args.iter());
    let ordered = method.parameters.iter().map_while(|p| {
        if is_static(&p) {
            fixed.next()
        } else {
            others.next()
        }
    });
    let mut ordered: Vec<Expr> = ordered.cloned().collect();
    ordered.extend(others.cloned());
    ordered
}

/// Whether a method returns an `Option`.
fn returns_option(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if matches!(&**ty, syn::Type::Path(path)
        if path.path.segments.last().is_some_and(|segment| segment.ident == "Option")))
}

/// The argument, so that it can stand where the parameter stood.
fn in_parentheses(argument: Expr) -> Expr {
    match argument {
        Expr::Reference(_) => syn::parse_quote!((#argument)),
        other => other,
    }
}

/// Whether `return` stands anywhere but at the end.
fn leaves_early(statements: &[Stmt]) -> bool {
    struct Returns(usize);
    impl Visit for Returns {
        fn visit_expr_return(&mut self, node: &syn::ExprReturn) {
            self.0 += 1;
            walk::visit_expr_return(self, node);
        }
        fn visit_expr_try(&mut self, _: &syn::ExprTry) {
            self.0 += 1;
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut returns = Returns(0);
    for statement in statements {
        returns.visit_stmt(statement);
    }
    let last = matches!(statements.last(), Some(Stmt::Expr(Expr::Return(_), _)));
    returns.0 > usize::from(last)
}
