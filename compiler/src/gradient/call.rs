//! Calls in the forward sweep: `bm::f(…)`, methods of arrays and scalars, methods of the block.

use super::rules;
use super::sweep::{Sweep, known};
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
        if let Some(product) = super::just_in_time::RandomProduct::of(&call.func)
            && self.depends(&Expr::Call(call.clone()))
        {
            return self.random_product(product, call);
        }
        if let Some(value) = self.adjoint(call) {
            return value;
        }
        let Some(name) = bm_function(&call.func) else {
            return match super::library::module_function(&call.func) {
                Some(name) => self.library(&name, call, &TokenStream::new()),
                None => self.opaque(&Expr::Call(call.clone())),
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
                let depends = a.active.is_some() || b.active.is_some();
                if depends && [&a, &b].into_iter().any(super::complex::is_complex) {
                    return self.refuse_complex(&call.func, &name);
                }
                self.product(a, b, call.span())
            }
            // Of two matrices, by the rows of both.
            ("inner", [a, b]) => {
                let (a, b) = (self.value(a), self.value(b));
                let b = match b.rank {
                    2 => self.transposed(b, span),
                    _ => b,
                };
                self.product(a, b, span)
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
            _ => self.library(&name, call, &TokenStream::new()),
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
        let slope = value::rule(rule, &names, span);
        let slope = self.guard(slope);
        self.trace(&result, std::slice::from_ref(&x));
        self.record_elementwise(&result, vec![(target, slope, x.rank)], true, span);
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
                Some((arg.active?, self.guard(adjoint), arg.rank))
            });
        let contributions = contributions.collect();
        self.trace(&result, &args);
        self.record_elementwise(&result, contributions, true, span);
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
        if self.tangents.is_some() {
            self.push_bilinear(&result, &quote!(::brain_jit::bm::dot), &a, &b, span);
            return result;
        }
        self.trace_product(&result, &[&a, &b]);
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

    pub(super) fn outer(&mut self, a: Value, b: Value, span: Span) -> Value {
        let (a, b) = (self.settle(a, span), self.settle(b, span));
        let (left, right) = (&a.tokens, &b.tokens);
        let tokens = quote!(::brain_jit::bm::outer(#left, #right));
        let dtype = a.dtype.clone().or(b.dtype.clone());
        let (true, Some(dtype)) = (a.active.is_some() || b.active.is_some(), dtype.clone()) else {
            return Value::constant(tokens, dtype, 2);
        };
        let result = self.result(tokens, dtype, 2, span);
        if self.tangents.is_some() {
            self.push_bilinear(&result, &quote!(::brain_jit::bm::outer), &a, &b, span);
            return result;
        }
        let pairs = [
            (a.active, quote!(::brain_jit::bm::dot(__g, #right))),
            (b.active, quote!(::brain_jit::bm::dot(#left, __g))),
        ];
        let contributions = pairs
            .into_iter()
            .filter_map(|(id, tokens)| Some((id?, tokens)));
        // Of an adjoint in the product's own shape: along a broadcast axis the factors' would be longer than they are.
        self.steps.push(super::sweep::Step::Operation {
            result: result.active.unwrap_or_default(),
            contributions: contributions.collect(),
            exact: true,
            span,
        });
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
                if let Some(tangent) = self.tangent_of(target) {
                    self.set_tangent(&result, quote!(::brain_jit::bm::transpose(#tangent)), span);
                }
                self.trace(&result, std::slice::from_ref(&a));
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
        if let Some(value) = self.popped(call) {
            return value;
        }
        if let Some(value) = self.draw(call) {
            return value;
        }
        if let ("unwrap" | "expect", Expr::Call(inner)) = (name.as_str(), &*call.receiver)
            && let Some(function) = super::library::module_function(&inner.func)
            && self.depends(&whole)
        {
            let (method, args) = (&call.method, &call.args);
            return self.library(&function, inner, &quote!(.#method(#args)));
        }
        if let Some((inner, conversion, rank)) = converted(call)
            && self.depends(&whole)
            && let Some(function) = bm_function(&inner.func)
                .map(|name| name.to_string())
                .or_else(|| super::library::module_function(&inner.func))
        {
            let annotated = self.annotated.clone();
            if let Some(rank) = rank {
                let dtype = self.expected.clone().unwrap_or(DType::F64);
                self.annotated = Some((dtype, rank));
            }
            let value = self.library(&function, inner, &conversion);
            self.annotated = annotated;
            return value;
        }
        if self.children_list(&call.receiver).is_some() {
            let tokens = self.verbatim(&whole);
            let dtype = (name == "len").then_some(DType::Usize);
            return Value::constant(tokens, dtype, 0);
        }
        if let Some(child) = self.child(&call.receiver) {
            return self.pullback(child, call);
        }
        if let Some(same) = self.respelled(call) {
            return self.value(&same);
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

    /// Methods of ndarray as the functions and indices that they are: `m.row(i)` is `m[(i, ..)]`.
    fn respelled(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        if !self.depends(&Expr::MethodCall(call.clone())) {
            return None;
        }
        let axis = |call: &ExprMethodCall| match call.args.first() {
            Some(Expr::Call(axis)) if value::text(&quote!(#axis)).starts_with("Axis(") => {
                axis.args.first().cloned()
            }
            _ => None,
        };
        let name = call.method.to_string();
        if let ("unwrap" | "expect", Expr::MethodCall(inner)) = (name.as_str(), &*call.receiver) {
            let of = &inner.receiver;
            return match (inner.method.to_string().as_str(), axis(inner)) {
                ("mean", None) => Some(syn::parse_quote!(::brain_jit::bm::mean(&#of))),
                ("mean_axis", Some(k)) => {
                    Some(syn::parse_quote!(::brain_jit::bm::mean_axis(&#of, #k)))
                }
                _ => None,
            };
        }
        let of = &call.receiver;
        let first = call.args.first();
        Some(match (name.as_str(), axis(call), first) {
            ("clamp", _, Some(low)) => {
                let (high, (array, ..)) = (
                    call.args.get(1)?,
                    self.apart(|sweep| sweep.value(of).rank > 0),
                );
                match array {
                    true => syn::parse_quote!(::brain_jit::bm::clip(&#of, #low, #high)),
                    false => syn::parse_quote!((#of).max(#low).min(#high)),
                }
            }
            ("row", _, Some(i)) => syn::parse_quote!((#of)[(#i, ..)]),
            ("column", _, Some(j)) => syn::parse_quote!((#of)[(.., #j)]),
            ("slice", _, Some(part @ Expr::Macro(_))) => syn::parse_quote!((#of)[#part]),
            ("sum_axis", Some(k), _) => syn::parse_quote!(::brain_jit::bm::sum_axis(&#of, #k)),
            _ => return None,
        })
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
        Some(Value::constant(quote!(#name), Some(dtype), rank).stable())
    }

    /// The type that a parameter or annotation names.
    pub(super) fn type_of(&self, ty: &syn::Type) -> Option<(DType, usize)> {
        known(&self.types.recognise(ty))
    }
}

/// `f(…).into_dimensionality::<Ix2>().unwrap()`: the call, what follows it, and the rank if it is written there.
fn converted(call: &ExprMethodCall) -> Option<(&ExprCall, TokenStream, Option<usize>)> {
    let Expr::MethodCall(convert) = &*call.receiver else {
        return None;
    };
    let Expr::Call(inner) = &*convert.receiver else {
        return None;
    };
    if !(call.method == "unwrap" || call.method == "expect")
        || convert.method != "into_dimensionality"
    {
        return None;
    }
    let (types, method, args) = (&convert.turbofish, &call.method, &call.args);
    let dimension = types.as_ref().and_then(|types| types.args.first());
    let text = dimension.map(|dimension| value::text(&quote!(#dimension)));
    let rank = text.and_then(|text| text.rsplit("Ix").next()?.parse().ok());
    let conversion = quote!(.into_dimensionality #types ().#method(#args));
    Some((inner, conversion, rank))
}
