//! Operations in a right-hand side, and the derivatives of their results with respect to the states.

use super::term::{Tangent, Term, is_name};
use super::trace::Trace;
use crate::gradient::rules;
use crate::gradient::value as text;
use crate::ir::operation::{Operation, Rule};
use crate::ir::types::DType;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

impl Trace<'_> {
    /// An elementwise operation and its derivatives.
    pub fn operation(
        &mut self,
        operation: Operation,
        args: Vec<Term>,
        span: Span,
        build: impl Fn(&[TokenStream]) -> TokenStream,
    ) -> Term {
        let select = usize::from(operation.row().rule == Rule::Select);
        let operand = args.iter().skip(select).find_map(|arg| arg.dtype.clone());
        let dtype = operand.map(|dtype| operation.result(&dtype));
        let tokens = |args: &[Term]| args.iter().map(|a| a.tokens.clone()).collect::<Vec<_>>();
        let float = dtype.as_ref().is_none_or(DType::is_float);
        if !float || !args.iter().any(Term::varies) {
            return Term::constant(build(&tokens(&args)), dtype);
        }
        let args = args.into_iter().enumerate();
        let args: Vec<Term> = args
            .map(|(k, mut arg)| {
                // The rules put numbers where a bare literal would not take the type.
                let exponent = operation == Operation::PowerInteger && k == 1;
                let number = text::text(&arg.tokens);
                if !exponent && arg.dtype.is_none() && number.parse::<f64>().is_ok() {
                    arg = Term::constant(self.number(&number), Some(self.dtype.clone()));
                }
                self.settle(arg, None, span)
            })
            .collect();
        let result = Term::constant(build(&tokens(&args)), dtype);
        let result = self.settle(result, None, span);
        let states = args.iter().map(|arg| arg.tangents.len()).max().unwrap_or(0);
        let tangents =
            (0..states).map(|state| self.tangent(operation, &args, &result, state, span));
        let tangents = tangents.collect();
        Term { tangents, ..result }
    }

    /// The derivative of an operation's result with respect to one state.
    fn tangent(
        &mut self,
        operation: Operation,
        args: &[Term],
        result: &Term,
        state: usize,
        span: Span,
    ) -> Tangent {
        let moving = |arg: &Term| !matches!(arg.tangent(state), Tangent::Zero);
        if !args.iter().any(moving) {
            return Tangent::Zero;
        }
        if let (Operation::Where, [condition, a, b]) = (operation, args) {
            let sides = [a.tangent(state), b.tangent(state)];
            if let Some(missing) = sides
                .iter()
                .find(|side| matches!(side, Tangent::Missing(_)))
            {
                return (*missing).clone();
            }
            let [a, b] = sides.map(|side| match side {
                Tangent::Tokens(tokens) => tokens.clone(),
                Tangent::Zero => self.number("0.0"),
                _ => self.number("1.0"),
            });
            let condition = &condition.tokens;
            return Tangent::Tokens(quote!(::brain_jit::bm::where_(#condition, #a, #b)));
        }
        let integer = operation == Operation::PowerInteger;
        let partials: &[&str] = match rules::elementwise(operation) {
            Some(partials) => partials,
            None if integer => {
                let exponent = args.get(1).map(|b| text::text(&b.tokens));
                rules::integer_power(exponent.and_then(|text| text.parse().ok()))
            }
            None => {
                let name = operation
                    .row()
                    .functions
                    .first()
                    .copied()
                    .unwrap_or("this operation");
                return self.missing(
                    format!("`{name}` has no derivative"),
                    quote_spanned!(span=> _),
                );
            }
        };
        let one = self.number("1.0");
        let mut names: Vec<(&str, &TokenStream)> = vec![("y", &result.tokens)];
        names.extend(
            ["a", "b", "c"]
                .into_iter()
                .zip(args.iter().map(|a| &a.tokens)),
        );
        // The exponent as a number, and one less.
        let powers = args.get(1).map(|exponent| {
            let b = &exponent.tokens;
            match text::text(b).parse::<i32>() {
                Ok(value) => {
                    let less = value - 1;
                    (self.number(&format!("{value}.0")), quote!(#less))
                }
                Err(_) => {
                    let ty = result.dtype.as_ref().unwrap_or(&self.dtype).tokens();
                    (quote!((#b as #ty)), quote!((#b - 1)))
                }
            }
        });
        if integer && let Some((n, m)) = &powers {
            names.extend([("n", n), ("m", m)]);
        }
        let parts = args.iter().zip(partials).map(|(arg, partial)| {
            match arg.tangent(state) {
                // A bare literal in a call has no generic type.
                Tangent::One if !matches!(*partial, "g" | "-g") && !partial.starts_with("g * ") => {
                    Tangent::Tokens(one.clone()).through(partial, &names, span)
                }
                tangent => tangent.through(partial, &names, span),
            }
        });
        let parts = parts.collect();
        let sum = Tangent::sum(parts);
        match &sum {
            Tangent::Tokens(tokens) if !is_name(tokens) => {
                let dtype = result.dtype.clone().unwrap_or_else(|| self.dtype.clone());
                Tangent::Tokens(self.bind(None, Some(&dtype), tokens, span))
            }
            _ => sum,
        }
    }

    /// A derivative that there is not: reported if it is the one that is needed.
    pub fn missing(&mut self, what: String, place: TokenStream) -> Tangent {
        self.problems.push((what, place));
        Tangent::Missing(self.problems.len() - 1)
    }
}
