//! Decompositions of matrices: functions with several results, the fields of a struct.

use super::functions;
use super::sweep::{Step, Sweep};
use super::value::{self, Value};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ExprCall;
use syn::spanned::Spanned;

impl Sweep<'_> {
    /// A decomposition: the struct that it gives, and its fields as values of their own.
    pub(super) fn decomposition(
        &mut self,
        name: &str,
        call: &ExprCall,
        unwrap: &TokenStream,
    ) -> Option<(Value, Vec<(String, Value)>)> {
        let (_, fields, text) = functions::DECOMPOSITIONS
            .iter()
            .find(|(known, ..)| *known == name)?;
        let span = call.span();
        let args = self.arguments(call);
        let dtype = Self::element(&args)?;
        let array = args.first()?.value.clone();
        let func = &call.func;
        let passed = args.iter().map(|arg| &arg.passed);
        let whole = self.fresh("t", span);
        self.emit(quote!(let #whole = #func(#(#passed),*) #unwrap;));
        let mut values = Vec::new();
        let mut names: Vec<(String, TokenStream)> = Vec::new();
        for (k, (field, rank)) in fields.iter().enumerate() {
            let rank = self.result_rank(*rank, &args, &array, call)?;
            let field = syn::Ident::new(field, span);
            let value = self.host_result(quote!(#whole.#field.clone()), &dtype, rank, span);
            names.push((format!("y{k}"), value.tokens.clone()));
            let adjoint = quote::format_ident!("__g{k}");
            names.push((format!("g{k}"), quote!(#adjoint)));
            values.push((field.to_string(), value));
        }
        let more: Vec<(&str, TokenStream)> = names
            .iter()
            .map(|(name, tokens)| (name.as_str(), tokens.clone()))
            .collect();
        let constant = Value::constant(quote!(#whole), None, 0).stable();
        if self.tangents.is_some() {
            let parts: Vec<Value> = values.iter().map(|(_, value)| value.clone()).collect();
            self.push_parts(name, &args, &parts, &more, span);
            return Some((constant, values));
        }
        let adjoint = self.text(text, &args, &more, span);
        let ty = value::owned(&dtype, array.rank);
        self.steps.push(Step::Call {
            types: TokenStream::new(),
            results: values
                .iter()
                .filter_map(|(_, value)| value.active)
                .collect(),
            pullback: quote!(({ let value: #ty = #adjoint; value },)),
            arguments: vec![(0, array.active?)],
            span,
        });
        let whole = Value {
            active: values.first().and_then(|(_, value)| value.active),
            ..constant
        };
        Some((whole, values))
    }
}
