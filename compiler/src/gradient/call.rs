//! Calls in the forward sweep: `bm::f(…)`, methods of arrays and scalars, methods of the block and of children.

use super::rules;
use super::sweep::{Step, Sweep, known};
use super::value::{self, Value};
use crate::ir::operation::Operation;
use crate::ir::types::{DType, ValueType};
use crate::lower::call::bm_function;
use crate::lower::field::is_self;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

/// Methods of the random state that draw.
const DRAWS_LIKE: &str = "_like";

impl Sweep<'_> {
    pub(super) fn call(&mut self, call: &ExprCall) -> Value {
        if let Some(value) = self.spike(call) {
            return value;
        }
        if let Some(value) = self.custom(call) {
            return value;
        }
        if let Some(product) = super::sparse::Product::of(&call.func)
            && self.depends(&Expr::Call(call.clone()))
        {
            return self.sparse(product, call);
        }
        let Some(name) = bm_function(&call.func) else {
            return match super::library::linalg_function(&call.func) {
                Some(name) if self.depends(&Expr::Call(call.clone())) => {
                    self.linalg(&name, call, &TokenStream::new())
                }
                _ => self.opaque(&Expr::Call(call.clone())),
            };
        };
        let (name, span) = (name.to_string(), call.span());
        if let Some(operation) = Operation::from_function(&name)
            && call.args.len() == operation.row().arity
        {
            let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg)).collect();
            let func = &call.func;
            return self.operation(
                operation,
                args,
                span,
                |args| quote_spanned!(span=> #func(#(#args),*)),
            );
        }
        let args: Vec<&Expr> = call.args.iter().collect();
        if let Some(value) = self.reduction(&name, &args, call) {
            return value;
        }
        match (name.as_str(), args.as_slice()) {
            ("dot" | "matmul", [a, b]) => {
                let (a, b) = (self.value(a), self.value(b));
                self.product(a, b, call.span())
            }
            ("outer", [a, b]) => {
                let (a, b) = (self.value(a), self.value(b));
                self.outer(a, b, span)
            }
            ("transpose", [a]) => {
                let a = self.value(a);
                self.transposed(a, span)
            }
            ("clip", [x, low, high]) => {
                let (x, low, high) = (self.value(x), self.value(low), self.value(high));
                let build = |name: &'static str| {
                    let name = syn::Ident::new(name, Span::mixed_site().located_at(span));
                    move |args: &[TokenStream]| quote!(::brain_jit::bm::#name(#(#args),*))
                };
                let raised =
                    self.operation(Operation::Maximum, vec![x, low], span, build("maximum"));
                self.operation(
                    Operation::Minimum,
                    vec![raised, high],
                    span,
                    build("minimum"),
                )
            }
            _ => self.library(&name, call),
        }
    }

    /// `bm::surrogate::NAME(x, …)`.
    fn spike(&mut self, call: &ExprCall) -> Option<Value> {
        let name = crate::lower::call::surrogate(&call.func)?;
        let (_, rule) = rules::SURROGATES.iter().find(|(known, _)| *known == name)?;
        let span = call.span();
        let x = self.value(call.args.first()?);
        let x = self.settle(x, span);
        let (func, a) = (&call.func, &x.tokens);
        let parameters: Vec<TokenStream> = call
            .args
            .iter()
            .skip(1)
            .map(|arg| self.verbatim(arg))
            .collect();
        let forward = quote!(#func(#a #(, #parameters)*));
        let (Some(target), Some(dtype)) = (x.active, x.dtype.clone()) else {
            return Some(Value::constant(forward, x.dtype.clone(), x.rank));
        };
        let result = self.result(forward, dtype, x.rank, span);
        let adjoint = quote!(__g);
        let parameters: Vec<TokenStream> = parameters.iter().map(|p| quote!((#p))).collect();
        let mut names = vec![("g", &adjoint), ("a", a)];
        names.extend(["b", "c", "d", "e"].into_iter().zip(&parameters));
        self.record(
            &result,
            vec![(target, value::rule(rule, &names, span))],
            span,
        );
        Some(result)
    }

    /// A scalar function of the block with `#[custom_grad(..)]`.
    fn custom(&mut self, call: &ExprCall) -> Option<Value> {
        let Expr::Path(path) = &*call.func else {
            return None;
        };
        let name = &path.path.segments.last()?.ident;
        let rule = self
            .custom
            .iter()
            .find(|rule| rule.function == *name)?
            .clone();
        let span = call.span();
        let args: Vec<Value> = call
            .args
            .iter()
            .map(|arg| {
                let arg = self.value(arg);
                self.settle(arg, span)
            })
            .collect();
        let tokens: Vec<&TokenStream> = args.iter().map(|arg| &arg.tokens).collect();
        let func = &call.func;
        let forward = quote!(#func(#(#tokens),*));
        let rank = args.iter().map(|arg| arg.rank).max().unwrap_or(0);
        let dtype = args.iter().find_map(|arg| arg.dtype.clone());
        let (true, Some(dtype)) = (args.iter().any(|arg| arg.active.is_some()), dtype.clone())
        else {
            return Some(Value::constant(forward, dtype, rank));
        };
        let result = self.result(forward, dtype, rank, span);
        let contributions = args
            .iter()
            .zip(&rule.derivatives)
            .filter_map(|(arg, derivative)| {
                let adjoint = quote!(__g * Self::#derivative(#(#tokens),*));
                Some((arg.active?, value::sum_to(adjoint, rank, arg.rank)))
            });
        let contributions = contributions.collect();
        self.record(&result, contributions, span);
        Some(result)
    }

    /// `bm::dot` and `bm::matmul` for ranks 1 and 2.
    pub(super) fn product(&mut self, a: Value, b: Value, span: Span) -> Value {
        let (a, b) = (self.settle(a, span), self.settle(b, span));
        let (left, right) = (&a.tokens, &b.tokens);
        let rank = (a.rank + b.rank).saturating_sub(2);
        let tokens = quote!(::brain_jit::bm::dot(#left, #right));
        let dtype = a.dtype.clone().or(b.dtype.clone());
        let (true, Some(dtype)) = (a.active.is_some() || b.active.is_some(), dtype.clone()) else {
            return Value::constant(tokens, dtype, rank);
        };
        let result = self.result(tokens, dtype, rank, span);
        let (to_left, to_right) = match (a.rank, b.rank) {
            (1, 1) => (quote!(__g * #right), quote!(__g * #left)),
            (2, 1) => (
                quote!(::brain_jit::adjoint::outer(__g, #right)),
                quote!(::brain_jit::bm::dot(__g, #left)),
            ),
            (1, 2) => (
                quote!(::brain_jit::bm::dot(#right, __g)),
                quote!(::brain_jit::adjoint::outer(#left, __g)),
            ),
            _ => (
                quote!(::brain_jit::adjoint::dot(__g, ::brain_jit::bm::transpose(#right))),
                quote!(::brain_jit::adjoint::dot(::brain_jit::bm::transpose(#left), __g)),
            ),
        };
        let pairs = [(a.active, to_left), (b.active, to_right)];
        let contributions = pairs
            .into_iter()
            .filter_map(|(id, tokens)| Some((id?, tokens)));
        self.record(&result, contributions.collect(), span);
        result
    }

    fn outer(&mut self, a: Value, b: Value, span: Span) -> Value {
        let (a, b) = (self.settle(a, span), self.settle(b, span));
        let (left, right) = (&a.tokens, &b.tokens);
        let tokens = quote!(::brain_jit::bm::outer(#left, #right));
        let dtype = a.dtype.clone().or(b.dtype.clone());
        let (true, Some(dtype)) = (a.active.is_some() || b.active.is_some(), dtype.clone()) else {
            return Value::constant(tokens, dtype, 2);
        };
        let result = self.result(tokens, dtype, 2, span);
        let pairs = [
            (a.active, quote!(::brain_jit::bm::dot(__g, #right))),
            (b.active, quote!(::brain_jit::bm::dot(#left, __g))),
        ];
        let contributions = pairs
            .into_iter()
            .filter_map(|(id, tokens)| Some((id?, tokens)));
        self.record(&result, contributions.collect(), span);
        result
    }

    fn transposed(&mut self, a: Value, span: Span) -> Value {
        let a = self.settle(a, span);
        let tokens = &a.tokens;
        let transposed = quote!(::brain_jit::bm::transpose(#tokens));
        match (a.active, a.dtype.clone()) {
            (Some(target), Some(dtype)) => {
                let result = self.result(transposed, dtype, a.rank, span);
                let back = quote!(::brain_jit::bm::transpose(__g));
                self.record(&result, vec![(target, back)], span);
                result
            }
            (_, dtype) => Value::constant(transposed, dtype, a.rank),
        }
    }

    /// Method forms.
    pub(super) fn method_call(&mut self, call: &ExprMethodCall) -> Value {
        let whole = Expr::MethodCall(call.clone());
        let (name, span) = (call.method.to_string(), call.span());
        if is_self(&call.receiver) {
            return self.inlined(call).unwrap_or_else(|| self.opaque(&whole));
        }
        if let Some(value) = self.draw(call) {
            return value;
        }
        if let ("unwrap" | "expect", Expr::Call(inner)) = (name.as_str(), &*call.receiver)
            && let Some(function) = super::library::linalg_function(&inner.func)
            && self.depends(&whole)
        {
            let (method, args) = (&call.method, &call.args);
            return self.linalg(&function, inner, &quote!(.#method(#args)));
        }
        if let Some(key) = super::expression::field_key(&call.receiver)
            && let Some(child) = key.strip_prefix("self.")
            && self.is_child(child)
        {
            return self.pullback(child.to_string(), call);
        }
        let receiver = self.value(&call.receiver);
        let known_method =
            receiver.active.is_some() || call.args.iter().any(|arg| self.depends(arg));
        let args: Vec<&Expr> = call.args.iter().collect();
        let function = Operation::from_method(&name)
            .filter(|operation| operation.row().arity == args.len() + 1)
            .or(match (name.as_str(), args.len()) {
                ("max", 1) => Some(Operation::Maximum),
                ("min", 1) => Some(Operation::Minimum),
                ("atan2", 1) => Some(Operation::Arctan2),
                _ => None,
            });
        if let Some(operation) = function {
            let mut values = vec![receiver];
            values.extend(args.iter().map(|arg| self.value(arg)));
            let method = &call.method;
            return self.operation(operation, values, span, |args| {
                let (first, rest) = (&args[0], &args[1..]);
                quote_spanned!(span=> (#first).#method(#(#rest),*))
            });
        }
        match (name.as_str(), args.as_slice()) {
            ("view" | "clone" | "to_owned", []) => receiver,
            ("t", []) => self.transposed(receiver, span),
            ("sum", []) if receiver.rank > 0 => {
                let sum: ExprCall = syn::parse_quote!(::brain_jit::bm::sum(x));
                self.reduce_value(receiver, &sum)
            }
            ("dot", [other]) if receiver.rank > 0 => {
                let other = self.value(other);
                self.product(receiver, other, span)
            }
            ("len" | "nrows" | "ncols" | "shape" | "dim" | "ndim", _) => {
                let (tokens, method, args) = (&receiver.tokens, &call.method, &call.args);
                Value::constant(quote!(#tokens.#method(#args)), Some(DType::Usize), 0)
            }
            _ if known_method => {
                self.refuse(
                    &call.method,
                    format!("the gradient cannot run through the method `{name}`"),
                    "write it with `bm` functions and operators",
                );
                Value::constant(self.verbatim(&whole), None, 0)
            }
            _ => Value::constant(
                self.verbatim(&whole),
                receiver.dtype.filter(|_| receiver.rank == 0),
                0,
            ),
        }
    }

    /// `self.rng.normal(0.0, 1.0, n)`: a constant, drawn once.
    fn draw(&mut self, call: &ExprMethodCall) -> Option<Value> {
        let key = super::expression::place_key(&call.receiver)?;
        let random = match self.field_type(&key) {
            Some((value, _)) => value == ValueType::RandomState,
            None => false,
        };
        if !random {
            return None;
        }
        let name = call.method.to_string();
        let dtype = self.expected.clone().unwrap_or(DType::F32);
        let rank = match call.args.last() {
            Some(like) if name.ends_with(DRAWS_LIKE) => self.value(like).rank,
            Some(Expr::Tuple(shape)) => shape.elems.len(),
            Some(_) => 1,
            None => return None,
        };
        let dtype = match name.as_str() {
            "bernoulli" => DType::Bool,
            _ => dtype,
        };
        let ty = value::owned(&dtype, rank);
        let name = self.fresh("draw", call.span());
        let tokens = self.verbatim(call);
        self.emit(quote!(let #name: #ty = #tokens;));
        self.drawn.insert(key);
        Some(Value::constant(quote!(#name), Some(dtype), rank).stable())
    }

    /// Whether `self.NAME` is a child.
    fn is_child(&self, name: &str) -> bool {
        self.object.is_some_and(|object| {
            object
                .fields
                .iter()
                .any(|field| field.name == name && field.is_child())
        })
    }

    /// `self.child.f(x)` whose type is written: `let h: Array2<f32> = self.child.f(x);`.
    fn pullback(&mut self, child: String, call: &ExprMethodCall) -> Value {
        let span = call.span();
        let adjoints = self.children.get(&child).cloned();
        let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg)).collect();
        if adjoints.is_none() && args.iter().all(|arg| arg.active.is_none()) {
            if self.depth > 0 {
                self.refuse(
                    &call.method,
                    "the reverse sweep runs a loop's and a condition's statements again, and this method of a child may change it",
                    "call it before, and read its result here; or keep what it does in variables of this object",
                );
            }
            let tokens = quote::ToTokens::to_token_stream(call);
            self.touched.push((format!("self.{child}"), tokens));
            let whole = Expr::MethodCall(call.clone());
            let (dtype, rank) = self
                .annotated
                .clone()
                .map_or((None, 0), |(d, r)| (Some(d), r));
            return Value::constant(self.verbatim(&whole), dtype, rank);
        }
        let Some((dtype, rank)) = self.annotated.clone() else {
            self.refuse(
                &call.method,
                "the gradient runs through a child's method whose result has no visible type",
                format!(
                    "bind it with its type: `let h: Array2<f32> = self.{child}.{}(..);`",
                    call.method
                ),
            );
            return Value::constant(quote!(0.0), None, 0);
        };
        let args: Vec<Value> = args.into_iter().map(|arg| self.settle(arg, span)).collect();
        let receiver = &call.receiver;
        let method = &call.method;
        let written: Vec<TokenStream> = call
            .args
            .iter()
            .zip(&args)
            .map(|(written, arg)| {
                let tokens = &arg.tokens;
                match written {
                    Expr::Reference(_) => quote!(&#tokens),
                    // An argument is handed on as it came.
                    Expr::Path(path) if value::text(tokens) == value::text(&quote!(#path)) => {
                        quote!(#tokens)
                    }
                    _ if arg.rank > 0 => quote!(#tokens.to_owned()),
                    _ => quote!(#tokens),
                }
            })
            .collect();
        let result = self.host_result(quote!(#receiver.#method(#(#written),*)), &dtype, rank, span);
        let vjp = quote::format_ident!("{}_vjp", method, span = method.span());
        let adjoint = match rank {
            0 => quote!(__g),
            _ => quote!(&__g),
        };
        let collected = match adjoints {
            Some(name) => quote!(#name),
            None => quote!(&mut ::brain_jit::adjoint::Differentiable::gradients(&#receiver)),
        };
        let arguments = args
            .iter()
            .enumerate()
            .filter_map(|(k, arg)| Some((k, arg.active?)));
        let step = Step::Call {
            result: result.active.unwrap_or_default(),
            pullback: quote!(#receiver.#vjp(#(#written,)* #adjoint, #collected)),
            arguments: arguments.collect(),
            span,
        };
        self.steps.push(step);
        result
    }
}

impl Sweep<'_> {
    /// The type that a parameter or annotation names.
    pub(super) fn type_of(&self, ty: &syn::Type) -> Option<(DType, usize)> {
        known(&self.types.recognise(ty))
    }
}
