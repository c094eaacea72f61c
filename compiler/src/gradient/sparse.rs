//! Products of sparse matrices in compressed rows with vectors, matrices and events.

use super::sweep::Sweep;
use super::value::Value;
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

/// A product, by its path.
#[derive(Clone, Copy)]
pub(super) struct Product {
    events: bool,
    /// Of the other factor and of the result.
    rank: usize,
    transposed: bool,
}

/// The names of products with numbers and with events, in `bm::sparse` and `bm::event`: the rank of the other factor, and whether the matrix
/// is the transposed one.
const NAMES: &[(&str, usize, bool)] = &[
    ("csrmv", 1, false),
    ("csrmv_transpose", 1, true),
    ("csrmm", 2, false),
    ("csrmm_transpose", 2, true),
];

impl Product {
    /// That of `bm::sparse::NAME` or `bm::event::NAME`.
    pub(super) fn of(function: &Expr) -> Option<Product> {
        let Expr::Path(path) = function else {
            return None;
        };
        let mut segments = path.path.segments.iter().rev();
        let (name, module) = (segments.next()?, segments.next()?);
        let events = match module.ident.to_string().as_str() {
            "sparse" => false,
            "event" => true,
            _ => return None,
        };
        let known = NAMES.iter().find(|(known, ..)| name.ident == known);
        known.map(|&(_, rank, transposed)| Product {
            events,
            rank,
            transposed,
        })
    }

    /// The product with numbers, of this matrix or of the transposed one.
    fn with_numbers(self, transposed: bool) -> TokenStream {
        let name = match (self.rank, transposed) {
            (1, false) => quote!(csrmv),
            (1, true) => quote!(csrmv_transpose),
            (_, false) => quote!(csrmm),
            (_, true) => quote!(csrmm_transpose),
        };
        quote!(::brain_jit::sparse::#name)
    }
}

impl Sweep<'_> {
    /// `f(data, indices, indptr, vector, shape)`. The derivative by the vector is the product in the other direction, by events too, for
    /// which it stands in for the one that they have not: their spike function's surrogate goes on from there. The derivative by a
    /// weight is the vector's element, or 1 for an event, times the result's.
    pub(super) fn sparse(&mut self, product: Product, call: &ExprCall) -> Value {
        let whole = Expr::Call(call.clone());
        let span = call.span();
        let args: Vec<&Expr> = call.args.iter().collect();
        let [data, indices, indptr, vector, shape] = args.as_slice() else {
            return self.opaque(&whole);
        };
        if [*indices, *indptr, *shape]
            .iter()
            .any(|arg| self.depends(arg))
        {
            return self.opaque(&whole);
        }
        let (indices, indptr) = (self.verbatim(indices), self.verbatim(indptr));
        let shape = self.verbatim(shape);
        let (w, data) = self.factor(data);
        let (x, vector) = self.factor(vector);
        let active = [&data, &vector]
            .into_iter()
            .find(|arg| arg.active.is_some());
        let Some(dtype) = active.and_then(|arg| arg.dtype.clone()) else {
            return self.opaque(&whole);
        };
        let func = &call.func;
        let forward = quote!(#func(#w, #indices, #indptr, #x, #shape));
        let module = quote!(::brain_jit::sparse);
        if self.tangents.is_some() {
            // Tangents of events are numbers: their products are those of vectors.
            let linear = product.with_numbers(product.transposed);
            let of = |tangent: TokenStream, rank: usize| match rank {
                0 => tangent,
                _ => quote!(&*#tangent),
            };
            let result = self.host_result(forward, &dtype, product.rank, span);
            let mut terms = Vec::new();
            terms.extend(self.tangent(&data).map(|tangent| {
                let tangent = of(tangent, data.rank);
                quote!(#func(#tangent, #indices, #indptr, #x, #shape))
            }));
            terms.extend(self.tangent(&vector).map(|tangent| {
                let tangent = of(tangent, vector.rank);
                quote!(#linear(#w, #indices, #indptr, #tangent, #shape))
            }));
            self.set_host_tangent(&result, quote!(#(#terms)+*), span);
            return result;
        }
        let back = product.with_numbers(!product.transposed);
        let by_vector = quote!(#back(#w, #indices, #indptr, &__g, #shape));
        let weights = match product.events {
            true => quote!(#module::csr_event_weights),
            false => quote!(#module::csr_weights),
        };
        let transposed = product.transposed;
        let by_data = quote!(#weights(#w, #indices, #indptr, #x, &__g, #shape, #transposed));
        let by_data = match data.rank {
            0 => quote!(#by_data[0]),
            _ => by_data,
        };
        let operands = vec![(by_data, data), (by_vector, vector)];
        self.host_call(forward, &dtype, product.rank, operands, span)
    }

    /// An operand as it is passed, each time that it is read, and its value.
    pub(super) fn factor(&mut self, arg: &Expr) -> (TokenStream, Value) {
        let value = self.value(arg);
        if value.active.is_none() && (value.rank == 0 || value.dtype.is_none()) {
            return (self.verbatim(&arg), value);
        }
        // What is active has a name already.
        let value = match value.active {
            Some(_) => value,
            None => self.settle(value, arg.span()),
        };
        let tokens = &value.tokens;
        let passed = match value.rank {
            0 => tokens.clone(),
            _ => quote!(&*#tokens),
        };
        (passed, value)
    }
}
