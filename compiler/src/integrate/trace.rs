//! A right-hand side as straight code: calls inlined, `if` as `where_`, with the derivatives that exponential Euler asks for.
//!
//! What comes out works on numbers and on arrays alike, because it has no control flow. Bindings that nothing needs are
//! dropped at the end ([`Trace::needed`]), so that derivatives can be written as they come.

use super::term::{Tangent, Term, Value, is_name, names};
use crate::check::catalogue::Code;
use crate::check::errors::Errors;
use crate::gradient::value as text;
use crate::ir::operation::Operation;
use crate::ir::types::{DType, ValueType};
use crate::lower::expression::{binary_operation, is_augmented};
use crate::lower::operand::literal;
use crate::model::block::CustomGradient;
use crate::model::method::Method;
use crate::model::object::{FieldKind, Object};
use crate::syntax::types::TypeScope;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::{HashMap, HashSet};
use syn::spanned::Spanned;
use syn::{BinOp, Block, Expr, ImplItem, Pat, Stmt, UnOp};

/// The state of tracing one right-hand side.
pub(super) struct Trace<'a> {
    pub object: Option<&'a Object>,
    pub methods: &'a [Method],
    pub others: &'a [ImplItem],
    pub custom: &'a [CustomGradient],
    pub types: TypeScope,
    pub errors: &'a mut Errors,
    /// The element type of the states.
    pub dtype: DType,
    pub scopes: Vec<HashMap<String, Value>>,
    /// Operations without a derivative on the way: what and where.
    pub problems: Vec<(String, TokenStream)>,
    /// The functions being inlined.
    pub inlining: Vec<String>,
    /// The functions in which a field that holds an array was read as a number.
    pub readers: HashSet<String>,
    /// The associated functions that were called.
    pub called: HashSet<String>,
    bindings: Vec<(Ident, TokenStream)>,
    counter: usize,
}

impl<'a> Trace<'a> {
    pub fn new(
        (object, methods, others, custom): super::Functions<'a>,
        types: TypeScope,
        dtype: DType,
        errors: &'a mut Errors,
    ) -> Self {
        Trace {
            object,
            methods,
            others,
            custom,
            types,
            errors,
            dtype,
            scopes: vec![HashMap::new()],
            problems: Vec::new(),
            inlining: Vec::new(),
            readers: HashSet::new(),
            called: HashSet::new(),
            bindings: Vec::new(),
            counter: 0,
        }
    }

    /// Reports what cannot stand in a right-hand side; the value that goes on.
    pub fn refuse(
        &mut self,
        tokens: &impl ToTokens,
        what: impl std::fmt::Display,
        help: impl std::fmt::Display,
    ) -> Value {
        self.errors.report(Code::RightHandSide, tokens, what, help);
        Value::One(Term::constant(quote!(0.0), Some(self.dtype.clone())))
    }

    /// A written number as it can stand in any argument: a generic type does not show in a literal.
    pub fn number(&mut self, text: &str) -> TokenStream {
        let dtype = self.dtype.clone();
        match dtype {
            DType::Generic(_) => {
                let span = Span::mixed_site();
                let number = crate::emit::scalar::literal(text, &dtype, span);
                self.bind(None, Some(&dtype), &number, span)
            }
            _ => text.parse().unwrap_or_default(),
        }
    }

    /// Binds `tokens` to a name that can be read again; `stem` is the user's name for it, if there is one.
    pub fn bind(
        &mut self,
        stem: Option<&str>,
        dtype: Option<&DType>,
        tokens: &TokenStream,
        span: Span,
    ) -> TokenStream {
        self.counter += 1;
        let name = match stem {
            Some(stem) => format_ident!("__{}_{}", stem.trim_start_matches("r#"), self.counter),
            None => format_ident!("__x{}", self.counter),
        };
        let name = Ident::new(&name.to_string(), Span::mixed_site().located_at(span));
        let ty = dtype.filter(|dtype| dtype.is_float()).map(|dtype| {
            let ty = dtype.tokens();
            quote!(: #ty)
        });
        self.bindings
            .push((name.clone(), quote!(let #name #ty = #tokens;)));
        quote!(#name)
    }

    /// A term that can be named again.
    pub fn settle(&mut self, term: Term, stem: Option<&str>, span: Span) -> Term {
        let mut term = term;
        if !is_name(&term.tokens) && !text::is_literal(&term.tokens) {
            term.tokens = self.bind(stem, term.dtype.as_ref(), &term.tokens, span);
        }
        let dtype = term.dtype.clone().unwrap_or_else(|| self.dtype.clone());
        for tangent in &mut term.tangents {
            if let Tangent::Tokens(tokens) = tangent
                && !is_name(tokens)
            {
                *tangent = Tangent::Tokens(self.bind(None, Some(&dtype), tokens, span));
            }
        }
        term
    }

    fn settle_value(&mut self, value: Value, stem: Option<&str>, span: Span) -> Value {
        match value {
            Value::One(term) => Value::One(self.settle(term, stem, span)),
            Value::Many(values) => Value::Many(
                values
                    .into_iter()
                    .map(|value| self.settle_value(value, stem, span))
                    .collect(),
            ),
        }
    }

    pub fn declare(&mut self, name: &Ident, value: Value) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_string(), value);
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    /// The bindings that `results` are computed from, in order.
    pub fn needed(&self, results: &[Term]) -> Vec<TokenStream> {
        let mut wanted = HashSet::new();
        results
            .iter()
            .for_each(|term| names(term.tokens.clone(), &mut wanted));
        let mut kept: Vec<TokenStream> = Vec::new();
        for (name, tokens) in self.bindings.iter().rev() {
            if wanted.contains(&name.to_string()) {
                names(tokens.clone(), &mut wanted);
                kept.push(tokens.clone());
            }
        }
        kept.reverse();
        kept
    }

    /// The value of a function's body.
    pub fn body(&mut self, body: &Block, whole: &impl ToTokens) -> Value {
        self.statements(&body.stmts, whole, true)
    }

    /// The value of a block; `leaves` says whether it is that of the function, so that `return` may give it.
    fn statements(&mut self, statements: &[Stmt], whole: &impl ToTokens, leaves: bool) -> Value {
        for (k, statement) in statements.iter().enumerate() {
            match statement {
                Stmt::Local(local) => self.local(local),
                Stmt::Expr(Expr::Return(leave), _) if leaves => {
                    return match &leave.expr {
                        Some(value) => self.value_at(value, true),
                        None => Value::Many(Vec::new()),
                    };
                }
                Stmt::Expr(Expr::If(choice), None) if leaves && ends_with_return(choice) => {
                    // `if c { return a; }`: the rest is the other side, a further `else if` at its beginning.
                    let mut rest: Vec<Stmt> = statements[k + 1..].to_vec();
                    match choice.else_branch.as_ref().map(|(_, other)| &**other) {
                        None => {}
                        Some(other @ Expr::If(_)) if !rest.is_empty() => {
                            rest.insert(0, Stmt::Expr(other.clone(), None));
                        }
                        Some(_) if rest.is_empty() => return self.condition(choice, true),
                        Some(_) => return self.not_a_value(statement),
                    }
                    let condition = self.term(&choice.cond);
                    let first = self.scoped(|trace| {
                        trace.statements(&choice.then_branch.stmts, &choice.then_branch, true)
                    });
                    let rest = self.statements(&rest, whole, true);
                    return self.choose(condition, first, rest, choice.cond.span());
                }
                Stmt::Expr(value, None) if k + 1 == statements.len() => {
                    return self.value_at(value, leaves);
                }
                other => return self.not_a_value(other),
            }
        }
        self.refuse(
            whole,
            "this block has no value",
            "let it end with an expression without `;`",
        )
    }

    fn not_a_value(&mut self, statement: &Stmt) -> Value {
        if leaves(statement) {
            return self.leaving(statement);
        }
        self.refuse(
            statement,
            "a right-hand side is a formula, which is computed for all elements at once: this statement has no value",
            "write it with `let`, `if … { … } else { … }` and expressions",
        )
    }

    fn scoped<R>(&mut self, work: impl FnOnce(&mut Self) -> R) -> R {
        self.scopes.push(HashMap::new());
        let result = work(self);
        self.scopes.pop();
        result
    }

    fn local(&mut self, local: &syn::Local) {
        let (pattern, annotated) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, self.types.dtype(&typed.ty)),
            other => (other, None),
        };
        let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_none()) else {
            self.refuse(
                local,
                "this name is bound without a value",
                "write `let name = value;`",
            );
            return;
        };
        let mut value = self.value(&init.expr);
        if let Value::One(term) = &mut value
            && annotated.is_some()
        {
            term.dtype = annotated;
        }
        self.bind_pattern(pattern, value);
    }

    pub fn bind_pattern(&mut self, pattern: &Pat, value: Value) {
        match (pattern, value) {
            (Pat::Ident(name), value) => {
                let stem = name.ident.to_string();
                let value = self.settle_value(value, Some(&stem), name.ident.span());
                self.declare(&name.ident, value);
            }
            (Pat::Wild(_), _) => {}
            (Pat::Type(typed), value) => self.bind_pattern(&typed.pat, value),
            (Pat::Tuple(patterns), Value::Many(values)) if patterns.elems.len() == values.len() => {
                for (pattern, value) in patterns.elems.iter().zip(values) {
                    self.bind_pattern(pattern, value);
                }
            }
            (pattern, _) => {
                self.refuse(
                    pattern,
                    "a right-hand side binds names and tuples of names only",
                    "bind the values one by one, each with a name",
                );
            }
        }
    }

    /// The value of an expression that is one number.
    pub fn term(&mut self, expr: &Expr) -> Term {
        match self.value(expr) {
            Value::One(term) => term,
            Value::Many(_) => {
                self.refuse(
                    expr,
                    "a tuple stands where a number is needed",
                    "take it apart with `let (a, b) = …;`",
                );
                Term::constant(quote!(0.0), Some(self.dtype.clone()))
            }
        }
    }

    pub fn value(&mut self, expr: &Expr) -> Value {
        self.value_at(expr, false)
    }

    /// The same; `leaves` says whether it is the value of the function.
    fn value_at(&mut self, expr: &Expr, leaves: bool) -> Value {
        let term = match expr {
            Expr::Paren(e) => return self.value_at(&e.expr, leaves),
            Expr::Group(e) => return self.value_at(&e.expr, leaves),
            Expr::Reference(e) if e.mutability.is_none() => return self.value(&e.expr),
            Expr::Tuple(e) => {
                return Value::Many(e.elems.iter().map(|value| self.value(value)).collect());
            }
            Expr::Block(e) if e.label.is_none() => {
                return self.scoped(|trace| trace.statements(&e.block.stmts, &e.block, leaves));
            }
            Expr::If(e) => return self.condition(e, leaves),
            Expr::Call(e) => return self.call(e),
            Expr::MethodCall(e) => return self.method_call(e),
            Expr::Path(path) => match path
                .path
                .get_ident()
                .and_then(|name| self.get(&name.to_string()))
            {
                Some(value) => return value.clone(),
                None => Term::constant(expr.to_token_stream(), None),
            },
            Expr::Lit(lit) => {
                let dtype = match &lit.lit {
                    syn::Lit::Int(int) => DType::from_name(int.suffix()),
                    syn::Lit::Float(float) => DType::from_name(float.suffix()),
                    syn::Lit::Bool(_) => Some(DType::Bool),
                    _ => None,
                };
                Term::constant(expr.to_token_stream(), dtype)
            }
            Expr::Field(e) => return self.field(e),
            Expr::Unary(e) => match e.op {
                UnOp::Deref(_) => return self.value(&e.expr),
                UnOp::Neg(_) if literal(expr).is_some() => {
                    Term::constant(expr.to_token_stream(), None)
                }
                UnOp::Neg(_) => {
                    let arg = self.term(&e.expr);
                    self.operation(Operation::Negative, vec![arg], expr.span(), |args| {
                        let a = &args[0];
                        quote_spanned!(expr.span()=> (-#a))
                    })
                }
                _ => {
                    let arg = self.term(&e.expr);
                    self.operation(Operation::Not, vec![arg], expr.span(), |args| {
                        let a = &args[0];
                        quote_spanned!(expr.span()=> (!#a))
                    })
                }
            },
            Expr::Binary(e) if !is_augmented(&e.op) => self.binary(e, expr.span()),
            Expr::Cast(e) => self.cast(e),
            other => return self.opaque(other),
        };
        Value::One(term)
    }

    /// Code that does not depend on the arguments stays as it is.
    pub fn opaque(&mut self, expr: &Expr) -> Value {
        if leaves(expr) {
            return self.leaving(expr);
        }
        let depends = self.depends(expr.to_token_stream());
        if depends || matches!(expr, Expr::Macro(_) | Expr::Match(_) | Expr::Closure(_)) {
            let functions = match self.object {
                Some(_) => "`if … { … } else { … }` and functions of this block",
                None => "and `if … { … } else { … }`",
            };
            return self.refuse(
                expr,
                "a right-hand side is a formula, which is computed for all elements at once: this expression is no part of one",
                format!("write it with operators, elementwise `bm` functions, {functions}"),
            );
        }
        Value::One(Term::constant(expr.to_token_stream(), None))
    }

    fn leaving(&mut self, code: &impl ToTokens) -> Value {
        self.refuse(
            code,
            "this leaves the function from inside of a value, and a right-hand side is a formula, which is computed for all elements at once",
            "let both sides of an `if` give the value, or `return` where the function's own value stands",
        )
    }

    /// Whether a name of the right-hand side's own stands in the tokens.
    pub fn depends(&self, tokens: TokenStream) -> bool {
        let mut found = HashSet::new();
        names(tokens, &mut found);
        found.iter().any(|name| self.get(name).is_some())
    }

    /// `self.tau`, `self.channel.g`; a part of something that has a name here.
    fn field(&mut self, e: &syn::ExprField) -> Value {
        let tokens = e.to_token_stream();
        match self.field_type(&Expr::Field(e.clone())) {
            Some(ValueType::Array(array)) => {
                self.readers.extend(self.inlining.iter().cloned());
                return Value::One(Term::constant(tokens, Some(array.dtype)));
            }
            Some(ValueType::Scalar(dtype)) => {
                return Value::One(Term::constant(tokens, Some(dtype)));
            }
            _ => {}
        }
        if !self.depends(tokens.clone()) {
            return Value::One(Term::constant(tokens, None));
        }
        match (self.value(&e.base), &e.member) {
            (Value::Many(values), syn::Member::Unnamed(k)) if (k.index as usize) < values.len() => {
                values[k.index as usize].clone()
            }
            (Value::One(term), member) if !term.varies() => {
                let base = &term.tokens;
                Value::One(Term::constant(quote!(#base.#member), None))
            }
            _ => self.opaque(&Expr::Field(e.clone())),
        }
    }

    fn field_type(&self, expr: &Expr) -> Option<ValueType> {
        fn path(expr: &Expr, names: &mut Vec<Ident>) -> Option<()> {
            match expr {
                Expr::Paren(e) => path(&e.expr, names),
                Expr::Path(base) if base.path.is_ident("self") => Some(()),
                Expr::Field(e) => {
                    path(&e.base, names)?;
                    match &e.member {
                        syn::Member::Named(name) => names.push(name.clone()),
                        syn::Member::Unnamed(_) => return None,
                    }
                    Some(())
                }
                _ => None,
            }
        }
        let mut names = Vec::new();
        path(expr, &mut names)?;
        let (last, children) = names.split_last()?;
        let mut object = self.object?;
        for name in children {
            match &object.field(name)?.kind {
                FieldKind::Child { object: child, .. } => object = child,
                _ => return None,
            }
        }
        Some(object.field(last)?.value.clone())
    }

    fn binary(&mut self, e: &syn::ExprBinary, span: Span) -> Term {
        let (left, right) = (self.term(&e.left), self.term(&e.right));
        // Both sides are computed, whatever the first one is.
        let (operation, op) = match &e.op {
            BinOp::And(_) => (Operation::And, quote_spanned!(e.op.span()=> &)),
            BinOp::Or(_) => (Operation::Or, quote_spanned!(e.op.span()=> |)),
            op => match binary_operation(op) {
                Some(operation) => (operation, op.to_token_stream()),
                None => return left,
            },
        };
        self.operation(operation, vec![left, right], span, |args| {
            let (a, b) = (&args[0], &args[1]);
            quote_spanned!(span=> (#a #op #b))
        })
    }

    fn cast(&mut self, e: &syn::ExprCast) -> Term {
        let arg = self.term(&e.expr);
        self.converted(arg, &e.ty)
    }

    pub fn converted(&mut self, arg: Term, ty: &syn::Type) -> Term {
        let tokens = &arg.tokens;
        let dtype = self.types.dtype(ty);
        let tangents = match &dtype {
            Some(dtype) if dtype.is_float() => {
                let tangents = arg.tangents.iter().map(|tangent| match tangent {
                    Tangent::Tokens(tokens) => Tangent::Tokens(quote!((#tokens as #ty))),
                    other => other.clone(),
                });
                tangents.collect()
            }
            // The type may be another name of a float.
            None if arg.varies() => {
                let what = format!(
                    "`{}` is no type that is known here",
                    text::text(&ty.to_token_stream())
                );
                let missing = self.missing(what, ty.to_token_stream());
                vec![missing; arg.tangents.len()]
            }
            _ => Vec::new(),
        };
        Term {
            tokens: quote!((#tokens as #ty)),
            dtype,
            tangents,
        }
    }

    fn condition(&mut self, e: &syn::ExprIf, leaves: bool) -> Value {
        let Some((_, otherwise)) = &e.else_branch else {
            return self.refuse(
                e,
                "this `if` has no value without `else`",
                "write both sides: `if … { … } else { … }`",
            );
        };
        if let Expr::Let(_) = &*e.cond {
            return self.opaque(&Expr::If(e.clone()));
        }
        let condition = self.term(&e.cond);
        let then = &e.then_branch;
        let first = self.scoped(|trace| trace.statements(&then.stmts, then, leaves));
        let second = self.scoped(|trace| trace.value_at(otherwise, leaves));
        self.choose(condition, first, second, e.cond.span())
    }

    /// Both sides are computed; each number is that of the side that holds.
    fn choose(&mut self, condition: Term, first: Value, second: Value, span: Span) -> Value {
        let condition = self.settle(condition, None, span);
        match (first, second) {
            (Value::Many(a), Value::Many(b)) if a.len() == b.len() => Value::Many(
                a.into_iter()
                    .zip(b)
                    .map(|(a, b)| self.choose(condition.clone(), a, b, span))
                    .collect(),
            ),
            (Value::One(a), Value::One(b)) => {
                let sides = [a, b].map(|mut side| {
                    if side.dtype.is_none() && text::text(&side.tokens).parse::<f64>().is_ok() {
                        side.tokens = self.number(&text::text(&side.tokens));
                    }
                    side.dtype.get_or_insert_with(|| self.dtype.clone());
                    side
                });
                let args = [condition].into_iter().chain(sides).collect();
                Value::One(self.operation(
                    Operation::Where,
                    args,
                    span,
                    |args| quote!(::brain_jit::bm::where_(#(#args),*)),
                ))
            }
            _ => self.refuse(
                &quote_spanned!(span=> _),
                "the two sides of this condition have values of different form",
                "give both sides as many numbers",
            ),
        }
    }
}

/// Whether the function ends where the condition holds.
fn ends_with_return(choice: &syn::ExprIf) -> bool {
    let last = choice.then_branch.stmts.last();
    matches!(last, Some(Stmt::Expr(Expr::Return(_), _)))
}

/// Whether `return` or `?` stands in the code.
fn leaves(code: &impl ToTokens) -> bool {
    fn within(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|tree| match tree {
            TokenTree::Ident(name) => name == "return",
            TokenTree::Punct(punct) => punct.as_char() == '?',
            TokenTree::Group(group) => within(group.stream()),
            TokenTree::Literal(_) => false,
        })
    }
    within(code.to_token_stream())
}
