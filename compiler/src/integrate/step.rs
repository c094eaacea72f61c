//! The body of a step: a scheme applied to a traced right-hand side.

use super::scheme::Scheme;
use super::signature::{Form, Source};
use super::tableau::Tableau;
use super::term::{Tangent, Term, Value};
use super::trace::Trace;
use crate::check::catalogue::Code;
use crate::ir::types::DType;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

/// What a step is written of.
pub(super) struct Step<'a, 'b> {
    pub trace: Trace<'b>,
    pub source: &'a Source,
    pub form: &'a Form,
    pub span: Span,
}

impl Step<'_, '_> {
    /// The statements and the new states.
    pub fn body(&mut self, scheme: Scheme) -> Option<TokenStream> {
        let before = self.trace.errors.len();
        let results = match scheme {
            Scheme::RungeKutta(tableau) => self.runge_kutta(tableau),
            Scheme::ExponentialEuler => self.exponential_euler(),
            Scheme::EulerMaruyama => self.stochastic(false),
            Scheme::Milstein => self.stochastic(true),
        }?;
        if self.trace.errors.len() > before {
            return None;
        }
        let statements = self.trace.needed(&results);
        let values: Vec<&TokenStream> = results.iter().map(|term| &term.tokens).collect();
        Some(match values.as_slice() {
            [value] => quote!({ #(#statements)* #value }),
            values => quote!({ #(#statements)* (#(#values),*) }),
        })
    }

    /// The numbers that the right-hand side gives.
    fn right_hand_side(&mut self, states: &[Term], time: &Term, stage: &str) -> Option<Vec<Term>> {
        self.trace.scopes = vec![Default::default()];
        self.trace.inlining = vec![self.source.name.to_string()];
        let (trace, form) = (&mut self.trace, self.form);
        for (k, name) in self.source.names.iter().enumerate() {
            let value = match k {
                k if k < states.len() => states[k].clone(),
                k if k == states.len() => time.clone(),
                _ => Term::constant(self.source.read(k, &trace.types), form.dtypes[k].clone()),
            };
            trace.declare(name, Value::One(value));
        }
        let before = trace.errors.len();
        let terms = trace.body(&self.source.body, &self.source.name).terms();
        if trace.errors.len() > before {
            return None;
        }
        if terms.len() != form.results {
            let (name, wanted, given) = (&self.source.name, form.results, terms.len());
            trace.refuse(
                name,
                format!("`{name}` gives {given} values where its type says {wanted}"),
                "let the last expression be the derivatives",
            );
            return None;
        }
        let named = |k: usize| match form.results {
            1 => stage.to_string(),
            _ => format!("{stage}_{}", self.source.names[k % form.states]),
        };
        let terms = terms.into_iter().enumerate();
        Some(
            terms
                .map(|(k, term)| trace.settle(term, Some(&named(k)), self.span))
                .collect(),
        )
    }

    /// The states at the beginning of the step; their derivatives with respect to themselves, if they are wanted.
    fn states(&self, differentiates: bool) -> Vec<Term> {
        let count = self.form.states;
        (0..count)
            .map(|state| {
                let read = self.source.read(state, &self.trace.types);
                let mut term = Term::constant(read, Some(self.form.dtype.clone()));
                if differentiates {
                    term.tangents = vec![Tangent::Zero; count];
                    term.tangents[state] = Tangent::One;
                }
                term
            })
            .collect()
    }

    fn time(&self) -> Term {
        let time = self.form.states;
        let read = self.source.read(time, &self.trace.types);
        Term::constant(read, self.form.dtypes[time].clone())
    }

    fn runge_kutta(&mut self, tableau: &Tableau) -> Option<Vec<Term>> {
        let (states, dt) = (self.states(false), &self.form.dt);
        let mut stages: Vec<Vec<Term>> = Vec::new();
        for (row, c) in tableau.a.iter().zip(tableau.c) {
            let inner: Vec<Term> = (0..states.len())
                .map(|state| {
                    let term = combined(&states[state], dt, row, &stages, state);
                    let stem = self.source.names[state].to_string();
                    self.trace.settle(term, Some(&stem), self.span)
                })
                .collect();
            let mut time = self.time();
            if *c != 0.0 {
                let (t, passed) = (&time.tokens, scaled(dt, *c));
                time.tokens = match &time.dtype {
                    // The clock may be more precise than the states.
                    Some(dtype) if *dtype != self.form.dtype => {
                        let passed = converted(&passed, &self.form.dtype, dtype);
                        quote!((#t + #passed))
                    }
                    _ => quote!((#t + #passed)),
                };
                let stem = self.source.names[states.len()].to_string();
                time = self.trace.settle(time, Some(&stem), self.span);
            }
            let name = format!("k{}", stages.len() + 1);
            let stage = self.right_hand_side(&inner, &time, &name)?;
            stages.push(stage);
        }
        let results =
            (0..states.len()).map(|state| combined(&states[state], dt, tableau.b, &stages, state));
        Some(results.collect())
    }

    /// `x + dt f exprel(dt ∂f/∂x)`, each state with its own derivative.
    fn exponential_euler(&mut self) -> Option<Vec<Term>> {
        let (states, dt) = (self.states(true), &self.form.dt.clone());
        let slopes = self.right_hand_side(&states, &self.time(), "f")?;
        let mut results = Vec::new();
        for (state, slope) in slopes.iter().enumerate() {
            let (x, f) = (&states[state].tokens, &slope.tokens);
            let tokens = match self.derivative(slope, state)? {
                None => quote!((#x + #dt * #f)),
                Some(linear) => {
                    quote!((#x + (#dt * ::brain_jit::bm::exprel((#dt * #linear))) * #f))
                }
            };
            results.push(Term::constant(tokens, Some(self.form.dtype.clone())));
        }
        Some(results)
    }

    /// `x + dt f + √dt g ξ`, for Milstein `+ dt g ∂g/∂x (ξ² − 1) / 2`.
    fn stochastic(&mut self, corrects: bool) -> Option<Vec<Term>> {
        let (states, dt) = (self.states(corrects), &self.form.dt.clone());
        let terms = self.right_hand_side(&states, &self.time(), "f")?;
        let (drifts, diffusions) = terms.split_at(states.len());
        let mut results = Vec::new();
        for (state, (drift, diffusion)) in drifts.iter().zip(diffusions).enumerate() {
            let (x, f, g) = (&states[state].tokens, &drift.tokens, &diffusion.tokens);
            let noise = &self.form.noise[state];
            let step = quote!(#x + #dt * #f + (#g * ::brain_jit::bm::sqrt(#dt)) * #noise);
            let slope = match corrects {
                true => self.derivative(diffusion, state)?,
                false => None,
            };
            let tokens = match slope {
                Some(slope) => {
                    quote!((#step + ((0.5 * #dt) * (#g * #slope)) * (#noise * #noise - 1.0)))
                }
                None => quote!((#step)),
            };
            results.push(Term::constant(tokens, Some(self.form.dtype.clone())));
        }
        Some(results)
    }

    /// The derivative of a value with respect to one state, `None` inside if it is zero. What has none is an error.
    #[expect(clippy::option_option, reason = "no derivative, the derivative zero")]
    fn derivative(&mut self, term: &Term, state: usize) -> Option<Option<TokenStream>> {
        match term.tangent(state) {
            Tangent::Zero => Some(None),
            Tangent::One => Some(Some(self.trace.number("1.0"))),
            Tangent::Tokens(tokens) => Some(Some(tokens.clone())),
            Tangent::Missing(problem) => {
                let (what, place) = self.trace.problems[*problem].clone();
                self.trace.errors.report(
                    Code::NotDifferentiable,
                    place,
                    format!("{what}, and this method of integration takes the derivative of `{}`", self.source.name),
                    "take a method without derivatives, for instance `#[integrate(rk4)]`; or say what stands for it, with a scalar function of the block that has `#[custom_grad(slope)]`",
                );
                None
            }
        }
    }
}

/// `x + dt Σ w[i] k[i]`, in the order of the runtime's integrators.
fn combined(x: &Term, dt: &Ident, weights: &[f64], stages: &[Vec<Term>], state: usize) -> Term {
    let start = &x.tokens;
    let mut tokens = quote!(#start);
    for (weight, stage) in weights
        .iter()
        .zip(stages)
        .filter(|(weight, _)| **weight != 0.0)
    {
        let (k, factor) = (&stage[state].tokens, scaled(dt, *weight));
        tokens = quote!(#tokens + #factor * #k);
    }
    match weights.iter().any(|weight| *weight != 0.0) {
        true => Term::constant(quote!((#tokens)), x.dtype.clone()),
        false => x.clone(),
    }
}

/// A float as one of another type; generic types have no `as`.
fn converted(value: &TokenStream, from: &DType, to: &DType) -> TokenStream {
    let real = quote!(::brain_jit::__private::Real);
    let wide = match from {
        DType::Generic(_) => quote!(#real::into_f64(#value)),
        _ => quote!(#value),
    };
    let ty = to.tokens();
    match to {
        DType::Generic(_) => quote!(<#ty as #real>::from_f64((#wide as f64))),
        _ => quote!((#wide as #ty)),
    }
}

/// `dt` times a number.
fn scaled(dt: &Ident, factor: f64) -> TokenStream {
    if factor == 1.0 {
        return quote!(#dt);
    }
    let number = Literal::f64_unsuffixed(factor.abs());
    match factor < 0.0 {
        true => quote!((#dt * -#number)),
        false => quote!((#dt * #number)),
    }
}

/// The parameters that a step takes after those of the right-hand side.
pub(super) fn noise_names(states: &[Ident]) -> Vec<Ident> {
    match states {
        [_] => vec![format_ident!("noise")],
        states => states
            .iter()
            .map(|state| format_ident!("noise_{state}"))
            .collect(),
    }
}
