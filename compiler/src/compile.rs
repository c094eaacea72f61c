//! From a struct's payload and an impl block to the compiled block.

use crate::check::errors::Errors;
use crate::model::block::{Block, parse_function};
use crate::model::object::Object;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemFn, ItemImpl};

/// `payload` is what the struct's companion says, `item` the impl block as written.
pub fn compile(payload: TokenStream, item: TokenStream) -> TokenStream {
    let (object, item) = match (
        Object::parse_payload(payload),
        syn::parse2::<ItemImpl>(item),
    ) {
        (Ok(object), Ok(item)) => (object, item),
        (Err(error), _) | (_, Err(error)) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let block = Block::parse(item, &mut errors);
    let errors = match object.invalid {
        true => TokenStream::new(),
        false => errors.finish(),
    };
    let block = block.as_written();
    quote!(#errors #block)
}

/// A free function, or an associated function in a block that is not ours.
pub fn compile_function(options: TokenStream, function: ItemFn) -> TokenStream {
    let mut errors = Errors::default();
    let method = parse_function(options, function, &mut errors);
    let errors = errors.finish();
    let method = method.as_written();
    quote!(#errors #method)
}

/// `jit!(|x| …)`, `jit!([w: &Array2<f32>] |x| …)`.
pub fn compile_closure(input: TokenStream) -> TokenStream {
    match syn::parse2::<crate::model::closure::Closure>(input) {
        Ok(closure) => {
            let closure = closure.closure;
            quote!(#closure)
        }
        Err(error) => error.to_compile_error(),
    }
}
