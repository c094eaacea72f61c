//! Calls in a right-hand side: `bm::f(…)`, methods of numbers, functions and methods of the block, which are inlined.

use super::term::{Tangent, Term, Value};
use super::trace::Trace;
use crate::gradient::rules;
use crate::gradient::value as text;
use crate::ir::operation::Operation;
use crate::ir::types::DType;
use crate::lower::call::{bm_function, surrogate};
use crate::lower::field::is_self;
use crate::model::method::Receiver;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Block, Expr, ExprCall, ExprMethodCall, FnArg, Ident, ImplItem, Pat};

/// A function of the block.
struct Function {
    patterns: Vec<Pat>,
    body: Block,
}

impl Trace<'_> {
    pub fn call(&mut self, call: &ExprCall) -> Value {
        if let Some(name) = surrogate(&call.func)
            && let Some((_, rule)) = rules::SURROGATES.iter().find(|(known, _)| *known == name)
        {
            return self.spike(call, rule);
        }
        if let Some(name) = bm_function(&call.func) {
            return self.library(&name.to_string(), name.span(), call);
        }
        let Expr::Path(path) = &*call.func else {
            return self.opaque(&Expr::Call(call.clone()));
        };
        let mut segments = path.path.segments.iter().rev();
        let (name, owner) = (
            segments.next().map(|s| &s.ident),
            segments.next().map(|s| &s.ident),
        );
        let (Some(name), Some(owner)) = (name, owner) else {
            return self.unknown(call);
        };
        let own = owner == "Self" || self.object.is_some_and(|object| object.name == *owner);
        if own && let Some(function) = self.associated(name) {
            self.called.insert(name.to_string());
            return self.inlined(name, &function, call.args.iter(), call);
        }
        let dtype = self.types.dtype(&syn::parse_quote!(#owner));
        let args: Vec<&Expr> = call.args.iter().collect();
        match (dtype.filter(DType::is_float), args.as_slice()) {
            // What a generic type converts is not known.
            (Some(DType::F32 | DType::F64), [value])
                if name == "from" && self.depends(value.to_token_stream()) =>
            {
                let arg = self.term(value);
                Value::One(self.converted(arg, &syn::parse_quote!(#owner)))
            }
            (Some(dtype), [value]) if name == "from_f64" => {
                let (arg, func) = (self.term(value), &call.func);
                let tokens = &arg.tokens;
                let mut term = Term::constant(quote!(#func(#tokens)), Some(dtype));
                if arg.varies() {
                    let problem = self.missing(
                        format!("`{owner}::from_f64` has no derivative"),
                        call.to_token_stream(),
                    );
                    term.tangents = vec![problem; arg.tangents.len()];
                }
                Value::One(term)
            }
            // `f64::exp(x)` is `x.exp()`.
            (Some(_), [receiver, rest @ ..]) if is_method(&name.to_string(), args.len()) => {
                let method: ExprMethodCall = syn::parse_quote!((#receiver).#name(#(#rest),*));
                self.method_call(&method)
            }
            _ => self.unknown(call),
        }
    }

    /// `bm::name(…)`
    fn library(&mut self, name: &str, span: Span, call: &ExprCall) -> Value {
        let count = call.args.len();
        let operation = Operation::from_function(name).filter(|found| found.row().arity == count);
        if operation.is_none() && !matches!((name, count), ("relu", 1) | ("clip", 3)) {
            if !self.depends(call.args.to_token_stream()) {
                return self.opaque(&Expr::Call(call.clone()));
            }
            return self.refuse(
                &call.func,
                format!("`bm::{name}` does not compute each element from the same element of its arguments, as a right-hand side does"),
                "compute it before the step, and hand it on as an argument after `t`",
            );
        }
        let args: Vec<Term> = call.args.iter().map(|arg| self.term(arg)).collect();
        let func = &call.func;
        if let Some(operation) = operation {
            return Value::One(self.operation(
                operation,
                args,
                span,
                |args| quote_spanned!(span=> #func(#(#args),*)),
            ));
        }
        if name == "clip" {
            return Value::One(self.clamped(args, span));
        }
        let zero = Term::constant(self.number("0.0"), Some(self.dtype.clone()));
        let args = args.into_iter().chain([zero]).collect();
        Value::One(self.operation(
            Operation::Maximum,
            args,
            span,
            |args| quote!(::brain_jit::bm::maximum(#(#args),*)),
        ))
    }

    fn unknown(&mut self, call: &ExprCall) -> Value {
        if !self.depends(call.args.to_token_stream()) {
            return self.opaque(&Expr::Call(call.clone()));
        }
        let name = text::text(&call.func.to_token_stream());
        let help = match self.object {
            Some(_) => {
                "write it with `bm` functions and operators, or move the function into this block and call it as `Self::f(x)`"
            }
            None => "write it with `bm` functions and operators",
        };
        self.refuse(
            &call.func,
            format!("`{name}` is not known here: a right-hand side is computed for all elements at once, and this function takes one number"),
            help,
        )
    }

    /// The step function whose derivative is chosen.
    fn spike(&mut self, call: &ExprCall, rule: &str) -> Value {
        let (span, func) = (call.span(), &call.func);
        let args: Vec<Term> = call
            .args
            .iter()
            .map(|arg| {
                let arg = self.term(arg);
                self.settle(arg, None, span)
            })
            .collect();
        let tokens: Vec<TokenStream> = args.iter().map(|arg| arg.tokens.clone()).collect();
        let dtype = Some(self.dtype.clone());
        let result = Term::constant(quote!(#func(#(#tokens),*)), dtype);
        let Some(x) = args.first().filter(|x| x.varies()) else {
            return Value::One(result);
        };
        let names: Vec<(&str, &TokenStream)> =
            ["a", "b", "c", "d", "e"].into_iter().zip(&tokens).collect();
        let tangents = x
            .tangents
            .iter()
            .map(|tangent| tangent.through(rule, &names, span));
        Value::One(Term {
            tangents: tangents.collect(),
            ..result
        })
    }

    fn clamped(&mut self, args: Vec<Term>, span: Span) -> Term {
        let mut args = args.into_iter();
        let (Some(x), Some(low), Some(high)) = (args.next(), args.next(), args.next()) else {
            return Term::constant(quote!(0.0), None);
        };
        let raised = self.operation(
            Operation::Maximum,
            vec![x, low],
            span,
            |args| quote!(::brain_jit::bm::maximum(#(#args),*)),
        );
        self.operation(
            Operation::Minimum,
            vec![raised, high],
            span,
            |args| quote!(::brain_jit::bm::minimum(#(#args),*)),
        )
    }

    pub fn method_call(&mut self, call: &ExprMethodCall) -> Value {
        let (name, span) = (call.method.to_string(), call.method.span());
        if is_self(&call.receiver) {
            return self.own_method(call);
        }
        let arity = call.args.len() + 1;
        if !is_method(&name, arity) {
            return self.opaque(&Expr::MethodCall(call.clone()));
        }
        let operation =
            Operation::from_method(&name).filter(|operation| operation.row().arity == arity);
        let receiver = self.term(&call.receiver);
        let args: Vec<Term> = [receiver]
            .into_iter()
            .chain(call.args.iter().map(|arg| self.term(arg)))
            .collect();
        let method = &call.method;
        if operation == Some(Operation::Copy) {
            return Value::One(
                args.into_iter()
                    .next()
                    .unwrap_or(Term::constant(quote!(0.0), None)),
            );
        }
        if let Some(operation) = operation {
            return Value::One(self.operation(operation, args, span, |args| {
                let (first, rest) = (&args[0], &args[1..]);
                quote_spanned!(span=> (#first).#method(#(#rest),*))
            }));
        }
        // Arrays have functions for these.
        let (operation, function) = match name.as_str() {
            "max" => (Operation::Maximum, "maximum"),
            "min" => (Operation::Minimum, "minimum"),
            "atan2" => (Operation::Arctan2, "arctan2"),
            _ => return Value::One(self.clamped(args, span)),
        };
        let function = format_ident!("{function}");
        Value::One(self.operation(
            operation,
            args,
            span,
            |args| quote!(::brain_jit::bm::#function(#(#args),*)),
        ))
    }

    /// `self.f(x)`
    fn own_method(&mut self, call: &ExprMethodCall) -> Value {
        let methods = self.methods;
        let method = methods.iter().find(|method| *method.name() == call.method);
        match method {
            Some(method)
                if method.receiver == Some(Receiver::Shared) && call.turbofish.is_none() =>
            {
                let function = Function {
                    patterns: method
                        .parameters
                        .iter()
                        .map(|p| p.pattern.clone())
                        .collect(),
                    body: method.body.clone(),
                };
                self.inlined(&call.method, &function, call.args.iter(), call)
            }
            _ => self.refuse(
                &call.method,
                format!(
                    "`{}` cannot be called in a right-hand side, which is a formula",
                    call.method
                ),
                "call methods of this block that take `&self` and numbers",
            ),
        }
    }

    /// A function of the block without a receiver.
    fn associated(&self, name: &Ident) -> Option<Function> {
        let written = self.others.iter().find_map(|item| match item {
            ImplItem::Fn(function)
                if function.sig.ident == *name && function.sig.receiver().is_none() =>
            {
                Some(Function {
                    patterns: function
                        .sig
                        .inputs
                        .iter()
                        .filter_map(|input| match input {
                            FnArg::Typed(typed) => Some((*typed.pat).clone()),
                            FnArg::Receiver(_) => None,
                        })
                        .collect(),
                    body: function.block.clone(),
                })
            }
            _ => None,
        });
        let compiled = || {
            let mut methods = self.methods.iter();
            let method =
                methods.find(|method| method.name() == name && method.receiver.is_none())?;
            Some(Function {
                patterns: method
                    .parameters
                    .iter()
                    .map(|p| p.pattern.clone())
                    .collect(),
                body: method.body.clone(),
            })
        };
        written.or_else(compiled)
    }

    /// The function's value with these arguments.
    fn inlined<'e>(
        &mut self,
        name: &Ident,
        function: &Function,
        args: impl Iterator<Item = &'e Expr>,
        call: &impl ToTokens,
    ) -> Value {
        let args: Vec<Value> = args.map(|arg| self.value(arg)).collect();
        if args.len() != function.patterns.len() {
            return self.refuse(
                call,
                format!(
                    "`{name}` takes {} arguments, not {}",
                    function.patterns.len(),
                    args.len()
                ),
                "give each parameter one argument",
            );
        }
        if self.inlining.contains(&name.to_string()) {
            return self.refuse(
                name,
                format!("`{name}` calls itself"),
                "write the formula without recursion",
            );
        }
        let rule = self.custom.iter().find(|rule| rule.function == *name);
        let Some(rule) = rule else {
            return self.called(name, function, args);
        };
        // Its derivatives are what the user says they are.
        let args: Vec<Term> = args.into_iter().flat_map(Value::terms).collect();
        let span = name.span();
        let args: Vec<Term> = args
            .into_iter()
            .map(|arg| self.settle(arg, None, span))
            .collect();
        let plain = |args: &[Term]| {
            args.iter()
                .map(|arg| Value::One(arg.clone().without_tangents()))
                .collect()
        };
        let mut terms = self.called(name, function, plain(&args)).terms();
        let Some(result) = terms.pop() else {
            return Value::Many(Vec::new());
        };
        let derivatives: Vec<Option<Term>> = rule
            .derivatives
            .iter()
            .map(|derivative| {
                let function = self.associated(derivative)?;
                let term = self
                    .called(derivative, &function, plain(&args))
                    .terms()
                    .pop()?;
                Some(self.settle(term, None, span))
            })
            .collect();
        let states = args.iter().map(|arg| arg.tangents.len()).max().unwrap_or(0);
        let tangents = (0..states).map(|state| {
            let parts = args
                .iter()
                .zip(&derivatives)
                .map(|(arg, derivative)| match derivative {
                    Some(derivative) => {
                        arg.tangent(state)
                            .through("g * a", &[("a", &derivative.tokens)], span)
                    }
                    None => Tangent::Zero,
                });
            Tangent::sum(parts.collect())
        });
        Value::One(Term {
            tangents: tangents.collect(),
            ..result
        })
    }

    fn called(&mut self, name: &Ident, function: &Function, args: Vec<Value>) -> Value {
        let around = std::mem::replace(&mut self.scopes, vec![Default::default()]);
        self.inlining.push(name.to_string());
        for (pattern, arg) in function.patterns.iter().zip(args) {
            self.bind_pattern(pattern, arg);
        }
        let value = self.body(&function.body, name);
        self.inlining.pop();
        self.scopes = around;
        value
    }
}

/// Whether numbers have a method of this name and so many operands that is elementwise.
fn is_method(name: &str, arity: usize) -> bool {
    let operation = Operation::from_method(name);
    operation.is_some_and(|operation| operation.row().arity == arity)
        || matches!((name, arity), ("max" | "min" | "atan2", 2) | ("clamp", 3))
}
