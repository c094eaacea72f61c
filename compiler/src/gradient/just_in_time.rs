//! Products with random matrices that are made again when they are needed, `bm::jitconn::…`.

use super::sweep::Sweep;
use super::value::Value;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

/// `[event_]mv_prob_WEIGHTS[_transpose]`.
#[derive(Clone, Copy)]
pub(super) struct RandomProduct {
    weights: &'static str,
    /// How many numbers the weights are drawn with.
    parameters: usize,
    transposed: bool,
}

impl RandomProduct {
    /// That of `bm::jitconn::NAME`.
    pub(super) fn of(function: &Expr) -> Option<RandomProduct> {
        let Expr::Path(path) = function else {
            return None;
        };
        let mut segments = path.path.segments.iter().rev();
        let (name, module) = (segments.next()?.ident.to_string(), segments.next()?);
        if module.ident != "jitconn" {
            return None;
        }
        let name = name.strip_prefix("event_").unwrap_or(&name);
        let rest = name.strip_prefix("mv_prob_")?;
        let (weights, transposed) = match rest.strip_suffix("_transpose") {
            Some(weights) => (weights, true),
            None => (rest, false),
        };
        let known = [("homo", 1), ("uniform", 2), ("normal", 2)];
        let (weights, parameters) = known.into_iter().find(|(known, _)| *known == weights)?;
        Some(RandomProduct {
            weights,
            parameters,
            transposed,
        })
    }
}

impl Sweep<'_> {
    /// `f(vector, parameters…, conn_prob, seed, shape)`. The derivative by the vector is the product in the other direction, by events too,
    /// as in [`Sweep::sparse`]. Weights are linear in their parameters, so the derivative by one is the product with the weights that its
    /// unit makes.
    pub(super) fn random_product(&mut self, product: RandomProduct, call: &ExprCall) -> Value {
        let whole = Expr::Call(call.clone());
        let span = call.span();
        let args: Vec<&Expr> = call.args.iter().collect();
        let split = args.split_at_checked(1 + product.parameters);
        let Some((factors, matrix)) = split.filter(|(_, matrix)| matrix.len() == 3) else {
            return self.opaque(&whole);
        };
        if matrix.iter().any(|arg| self.depends(arg)) {
            return self.opaque(&whole);
        }
        let matrix: Vec<TokenStream> = matrix.iter().map(|arg| self.verbatim(arg)).collect();
        let factors: Vec<(TokenStream, Value)> =
            factors.iter().map(|arg| self.factor(arg)).collect();
        let active = factors.iter().find(|(_, value)| value.active.is_some());
        let Some(dtype) = active.and_then(|(_, value)| value.dtype.clone()) else {
            return self.opaque(&whole);
        };
        let func = &call.func;
        let (x, vector) = &factors[0];
        let (numbers, parameters): (Vec<_>, Vec<_>) = factors[1..].iter().cloned().unzip();
        let forward = quote!(#func(#x, #(#numbers,)* #(#matrix),*));
        let module = quote!(::brain_jit::jitconn);
        let named = |transposed: bool| match transposed {
            true => format_ident!("mv_prob_{}_transpose", product.weights),
            false => format_ident!("mv_prob_{}", product.weights),
        };
        // All parameters but one are zero.
        let with = |one: usize, number: TokenStream| {
            let numbers = (0..product.parameters).map(|k| match k == one {
                true => number.clone(),
                false => quote!(::brain_jit::adjoint::number(0.0)),
            });
            quote!(#func(#x, #(#numbers,)* #(#matrix),*))
        };
        if self.tangents.is_some() {
            let result = self.host_result(forward, &dtype, 1, span);
            let mut terms = Vec::new();
            // Tangents of events are numbers.
            let linear = named(product.transposed);
            terms.extend(
                self.tangent(vector).map(
                    |tangent| quote!(#module::#linear(&*#tangent, #(#numbers,)* #(#matrix),*)),
                ),
            );
            for (k, parameter) in parameters.iter().enumerate() {
                terms.extend(self.tangent(parameter).map(|tangent| with(k, tangent)));
            }
            self.set_host_tangent(&result, quote!(#(#terms)+*), span);
            return result;
        }
        let back = named(!product.transposed);
        let by_vector = quote!(#module::#back(&*__g, #(#numbers,)* #(#matrix),*));
        let mut operands = vec![(by_vector, vector.clone())];
        for (k, parameter) in parameters.into_iter().enumerate() {
            let moved = with(k, quote!(::brain_jit::adjoint::number(1.0)));
            operands.push((quote!(::brain_jit::bm::vdot(&*__g, &*#moved)), parameter));
        }
        self.host_call(forward, &dtype, 1, operands, span)
    }
}
