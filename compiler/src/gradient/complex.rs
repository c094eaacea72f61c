//! Complex numbers on the way of a gradient: elementwise functions and Fourier transforms.

use super::library::Argument;
use super::sweep::{Step, Sweep};
use super::value::{self, Value};
use crate::ir::operation::Operation;
use crate::ir::types::DType;
use crate::lower::library::transformed;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

/// What each operand receives, by a function of the runtime's `adjoint::complex`.
fn rules(operation: Operation) -> Option<&'static [&'static str]> {
    use Operation::*;
    Some(match operation {
        Copy | RealPart => &["same"],
        Add => &["same", "same"],
        Subtract => &["same", "negative"],
        Multiply => &["multiplied", "multiplier"],
        Divide => &["numerator", "denominator"],
        Negative => &["negative"],
        Conjugate => &["conjugate"],
        ImaginaryPart => &["imaginary"],
        Absolute => &["modulus"],
        Angle => &["argument"],
        Square => &["square"],
        Reciprocal => &["reciprocal"],
        Sqrt => &["sqrt"],
        Exp => &["exp"],
        Log => &["log"],
        Sin => &["sin"],
        Cos => &["cos"],
        Tanh => &["tanh"],
        _ => return None,
    })
}

/// Whether a value is of complex numbers.
pub(super) fn is_complex(value: &Value) -> bool {
    value.dtype.as_ref().is_some_and(DType::is_complex)
}

impl Sweep<'_> {
    /// An elementwise operation with a complex operand.
    pub(super) fn complex_operation(
        &mut self,
        operation: Operation,
        args: Vec<Value>,
        span: Span,
        build: impl Fn(&[TokenStream]) -> TokenStream,
    ) -> Value {
        let rank = args.iter().map(|arg| arg.rank).max().unwrap_or(0);
        let mut types = args.iter().filter_map(|arg| arg.dtype.clone());
        let complex = types.find(DType::is_complex).unwrap_or(DType::Complex64);
        let dtype = operation.result(&complex);
        let values = |args: &[Value]| args.iter().map(|a| a.tokens.clone()).collect::<Vec<_>>();
        if dtype == DType::Bool || args.iter().all(|arg| arg.active.is_none()) {
            return Value::constant(build(&values(&args)), Some(dtype), rank);
        }
        let args: Vec<Value> = args.into_iter().map(|arg| self.settle(arg, span)).collect();
        let result = self.result(build(&values(&args)), dtype, rank, span);
        let rules = rules(operation).filter(|_| self.tangents.is_none());
        let Some(rules) = rules else {
            let name = operation.row().functions.first().copied();
            let name = name.unwrap_or("this operation");
            let mode = match self.tangents.is_some() {
                true => "forward mode takes real numbers only: ",
                false => "",
            };
            self.refuse_at(
                span,
                format!("{mode}`{name}` of complex numbers has no derivative here"),
            );
            return result;
        };
        let term = |value: &Value| {
            let (tokens, part) = (&value.tokens, complex.part().tokens());
            match value.rank {
                0 if value::is_literal(tokens) => {
                    quote!(::brain_jit::adjoint::complex::number::<#part>(#tokens))
                }
                0 => quote!(::brain_jit::adjoint::complex::number(#tokens)),
                _ => quote!(::brain_jit::adjoint::complex::array(&*#tokens)),
            }
        };
        let g = Value {
            tokens: quote!(__g),
            ..result.clone()
        };
        let b = args.get(1).unwrap_or(&args[0]);
        let terms = [&g, &args[0], b, &result].map(term);
        let (mut pullback, mut arguments) = (Vec::new(), Vec::new());
        for (arg, rule) in args.iter().zip(rules) {
            let (Some(target), Some(dtype)) = (arg.active, &arg.dtype) else {
                continue;
            };
            let (ty, like) = (value::owned(dtype, arg.rank), &arg.tokens);
            let rule = syn::Ident::new(rule, Span::mixed_site().located_at(span));
            let rule = quote!(::brain_jit::adjoint::complex::#rule);
            let adjoint = match arg.rank {
                0 => quote!(::brain_jit::adjoint::complex::scalar([#(#terms),*], #rule)),
                _ => quote!(::brain_jit::adjoint::complex::operand(&*#like, [#(#terms),*], #rule)),
            };
            arguments.push((pullback.len(), target));
            pullback.push(quote!({ let value: #ty = #adjoint; value }));
        }
        self.steps.push(Step::Call {
            types: TokenStream::new(),
            results: result.active.into_iter().collect(),
            pullback: value::located(quote!((#(#pullback,)*)), span),
            arguments,
            span,
        });
        result
    }

    /// `bm::fft::rfft(x)`, …
    pub(super) fn transform(
        &mut self,
        name: &str,
        call: &ExprCall,
        args: &[Argument],
    ) -> Option<Value> {
        let name = name.strip_prefix("fft::")?;
        let x = args.first()?.value.clone();
        let dtype = transformed(&call.func, x.dtype.as_ref()?)?;
        let (base, written) = match name.strip_suffix("_with") {
            Some(base) => (base, true),
            None => (name, false),
        };
        let (kind, axes) = base.split_once("fft")?;
        let options = match (axes, written) {
            ("", false) => "adjoint::fft::last()",
            ("", true) => "adjoint::fft::options(b)",
            ("2", false) => "adjoint::fft::two(adjoint::fft::all())",
            ("2", true) => "adjoint::fft::two(b.clone())",
            ("n", false) => "adjoint::fft::all()",
            ("n", true) => "b.clone()",
            _ => return None,
        };
        let text = match kind {
            "" => format!("adjoint::fft::complex(&*g, &*a, {options}, false)"),
            "i" => format!("adjoint::fft::complex(&*g, &*a, {options}, true)"),
            "r" => format!("adjoint::fft::real(&*g, &*a, {options})"),
            "ir" => format!("adjoint::fft::real_inverse(&*g, &*a, {options})"),
            _ => return None,
        };
        let span = call.span();
        let (func, passed) = (&call.func, args.iter().map(|arg| &arg.passed));
        let clone = (written && !axes.is_empty()).then(|| quote!(.clone()));
        let forward = quote!(#func(#(#passed),* #clone));
        let adjoint = self.text(&text, args, &[("g", quote!(__g))], span);
        Some(self.host_call(forward, &dtype, x.rank, vec![(adjoint, x)], span))
    }

    /// The type of a transform of constants.
    pub(super) fn transform_type(&mut self, call: &ExprCall) -> Option<(DType, usize)> {
        transformed(&call.func, &DType::F64)?;
        // What that emits is not computed twice.
        let (first, ..) = self.apart(|sweep| Some(sweep.value(call.args.first()?)));
        let first = first?;
        Some((transformed(&call.func, first.dtype.as_ref()?)?, first.rank))
    }

    /// Refuses a function of complex numbers that has a rule for real ones.
    pub(super) fn refuse_complex(&mut self, function: &Expr, name: &str) -> Value {
        self.refuse(
            function,
            format!("the gradient runs through `{name}` of real numbers only, and this is complex"),
            format!("take the parts: `bm::{name}(bm::real(&z))` and `bm::{name}(bm::imag(&z))`"),
        );
        Value::constant(quote!(0.0), None, 0)
    }
}
