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

    /// `self.e`, or `self.layers[i]` of a list of children.
    fn child(&mut self, receiver: &Expr) -> Option<Child> {
        match receiver {
            Expr::Paren(e) => self.child(&e.expr),
            Expr::Group(e) => self.child(&e.expr),
            Expr::Reference(e) => self.child(&e.expr),
            Expr::Index(e) => {
                let list = self.child(&e.expr).filter(|list| list.index.is_none())?;
                let index = self.value(&e.index);
                let index = match crate::lower::operand::literal(&e.index) {
                    Some(_) => index.tokens,
                    None => self.settle(index, e.index.span()).tokens,
                };
                let place = &list.place;
                Some(Child {
                    place: quote!(#place[#index]),
                    index: Some(index),
                    ..list
                })
            }
            Expr::Field(_) => {
                let key = super::expression::field_key(receiver)?;
                let name = key.strip_prefix("self.")?.to_string();
                let fields = &self.object?.fields;
                let known = fields
                    .iter()
                    .any(|field| field.name == name && field.is_child());
                known.then(|| Child {
                    name,
                    place: quote::ToTokens::to_token_stream(receiver),
                    index: None,
                })
            }
            _ => None,
        }
    }

    /// The place of a list of children.
    pub(super) fn children_list(&self, list: &Expr) -> Option<TokenStream> {
        let name = super::expression::field_key(list)?;
        let name = name.strip_prefix("self.")?;
        let fields = &self.object?.fields;
        let known = fields.iter().find(|field| field.name == name)?;
        let sequence = matches!(
            known.kind,
            crate::model::object::FieldKind::Child { sequence: true, .. }
        );
        sequence.then(|| quote::ToTokens::to_token_stream(list))
    }

    /// `self.layers[i].w`: the gradient goes to that child's.
    pub(super) fn child_field(&mut self, field: &syn::ExprField) -> Option<Value> {
        let syn::Member::Named(member) = &field.member else {
            return None;
        };
        if !matches!(&*field.base, Expr::Index(_)) {
            return None;
        }
        let child = self.child(&field.base)?;
        let index = child.index?;
        let object = self
            .object?
            .fields
            .iter()
            .find(|known| known.name == child.name)?;
        let crate::model::object::FieldKind::Child { object, .. } = &object.kind else {
            return None;
        };
        let known_field = object.fields.iter().find(|known| known.name == *member)?;
        let (dtype, rank) = known(&known_field.value)?;
        let train = matches!(
            known_field.kind,
            crate::model::object::FieldKind::Variable { train: true }
        );
        let (place, span) = (&child.place, field.span());
        let tokens = match rank {
            0 => quote!(#place.#member),
            _ => quote!(#place.#member.clone()),
        };
        let gradients = self.children.get(&child.name).cloned();
        let (Some(gradients), true) = (gradients, train && dtype.is_float()) else {
            let name = self.fresh("t", span);
            let ty = value::owned(&dtype, rank);
            self.emit(quote!(let #name: #ty = #tokens;));
            return Some(Value::constant(quote!(#name), Some(dtype), rank).stable());
        };
        let value = self.host_result(tokens, &dtype, rank, span);
        self.steps.push(Step::Inherited {
            result: value.active?,
            gradient: quote!(#gradients[#index].#member),
            span,
        });
        Some(value)
    }

    /// `self.child.f(x)` whose type is written: `let h: Array2<f32> = self.child.f(x);`.
    fn pullback(&mut self, child: Child, call: &ExprMethodCall) -> Value {
        let span = call.span();
        let Child { name, place, index } = child;
        let adjoints = self.children.get(&name).cloned();
        let args: Vec<Value> = call.args.iter().map(|arg| self.value(arg)).collect();
        if adjoints.is_none() && args.iter().all(|arg| arg.active.is_none()) {
            if self.depth > 0 && self.tangents.is_none() {
                self.refuse(
                    &call.method,
                    "the reverse sweep runs a loop's and a condition's statements again, and this method of a child may change it",
                    "call it before, and read its result here; or keep what it does in variables of this object",
                );
            }
            let tokens = quote::ToTokens::to_token_stream(call);
            self.touched.push((format!("self.{name}"), tokens));
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
                    "bind it with its type: `let h: Array2<f32> = {}.{}(..);`",
                    value::text(&place),
                    call.method
                ),
            );
            return Value::constant(quote!(0.0), None, 0);
        };
        let args: Vec<Value> = args.into_iter().map(|arg| self.settle(arg, span)).collect();
        let (receiver, method) = (&place, &call.method);
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
        if self.tangents.is_some() {
            return self.push_child(receiver, call, &written, &args, (&dtype, rank), span);
        }
        let result = self.host_result(quote!(#receiver.#method(#(#written),*)), &dtype, rank, span);
        let vjp = quote::format_ident!("{}_vjp", method, span = method.span());
        let adjoint = match rank {
            0 => quote!(__g),
            _ => quote!(&__g),
        };
        let collected = match (adjoints, &index) {
            (Some(name), None) => quote!(#name),
            (Some(name), Some(index)) => quote!(&mut #name[#index]),
            (None, _) => quote!(&mut ::brain_jit::adjoint::Differentiable::gradients(&#receiver)),
        };
        let arguments = args
            .iter()
            .enumerate()
            .filter_map(|(k, arg)| Some((k, arg.active?)));
        let types = args.iter().map(|arg| match &arg.dtype {
            Some(dtype) if dtype.is_float() => value::owned(dtype, arg.rank),
            Some(_) => quote!(()),
            None => quote!(_),
        });
        let types = quote!(: (#(#types,)*));
        self.fallbacks
            .entry((vjp.to_string(), args.len()))
            .or_insert_with(|| {
                missing(
                    &format!("the gradient runs through `{method}` of `{{Self}}`, which is not `#[differentiable]`"),
                    &format!("write `#[differentiable]` above `fn {method}` in the `#[brain_jit]` block of `{{Self}}`"),
                    &vjp,
                    args.len() + 2,
                )
            });
        let step = Step::Call {
            types,
            results: result.active.into_iter().collect(),
            pullback: quote!(#receiver.#vjp(#(#written,)* #adjoint, #collected)),
            arguments: arguments.collect(),
            span,
        };
        self.steps.push(step);
        result
    }
}

/// A child whose method is called.
struct Child {
    name: String,
    /// `self.e`, `self.layers[i]`.
    place: TokenStream,
    index: Option<TokenStream>,
}

/// What `child.NAME_vjp` or `child.NAME_jvp`, the `derived` method, is if the child has none: a function that no type may call, with a
/// message that says why. The macro does not see the child's attributes; a method of the child comes before one of a trait.
pub(super) fn missing(
    what: &str,
    help: &str,
    derived: &syn::Ident,
    arguments: usize,
) -> TokenStream {
    let message = format!(
        "[{}] {what}",
        crate::check::catalogue::Code::NotDifferentiable
    );
    let note = format!("help: {help}");
    let label = "its derivative is not there";
    let parameters = std::iter::repeat_n(quote!(_: impl ::core::marker::Sized), arguments);
    let (marker, fallback) = (
        quote::format_ident!("__Has_{derived}_{arguments}", span = Span::mixed_site()),
        quote::format_ident!("__OrElse_{derived}_{arguments}", span = Span::mixed_site()),
    );
    quote! {
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        #[allow(non_camel_case_types)]
        trait #marker {}
        #[allow(dead_code, non_camel_case_types)]
        trait #fallback {
            fn #derived<R>(&self, #(#parameters),*) -> R where Self: #marker {
                ::core::unreachable!()
            }
        }
        impl<T: ?::core::marker::Sized> #fallback for T {}
    }
}

impl Sweep<'_> {
    /// The type that a parameter or annotation names.
    pub(super) fn type_of(&self, ty: &syn::Type) -> Option<(DType, usize)> {
        known(&self.types.recognise(ty))
    }
}
