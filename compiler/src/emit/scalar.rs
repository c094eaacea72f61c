//! Scalar values as Rust: literals, casts and the operations of the table.

use crate::ir::graph::{Bound, Graph};
use crate::ir::operation::{Operation, Text};
use crate::ir::types::DType;
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;

/// A written number as a value of type `dtype`.
pub fn literal(text: &str, dtype: &DType, span: Span) -> TokenStream {
    let negative = text.starts_with('-');
    let digits = text.trim_start_matches('-');
    let integral = !digits.contains(['.', 'e', 'E']);
    let number = match dtype {
        DType::Bool => {
            let value = digits == "true";
            return quote!(#value);
        }
        DType::Generic(_) | DType::Complex32 | DType::Complex64 => {
            let value: f64 = text.parse().unwrap_or(f64::NAN);
            let dtype = dtype.tokens();
            return quote!(<#dtype as ::brain_jit::__private::FromLiteral>::from_literal(#value));
        }
        DType::F32 | DType::F64 => {
            let digits = if integral { format!("{digits}.0") } else { digits.to_string() };
            format!("{digits}{dtype}")
        }
        _ if integral => format!("{digits}{dtype}"),
        // A float beside integers: rustc explains that at the user's token.
        _ => digits.to_string(),
    };
    let Ok(mut number) = number.parse::<Literal>() else {
        return quote!(0);
    };
    number.set_span(span);
    if negative { quote!((-#number)) } else { quote!(#number) }
}

/// `value as dtype`, also from bool to a float and for generic types.
pub fn cast(value: TokenStream, from: &DType, to: &DType) -> TokenStream {
    if from == to {
        return value;
    }
    let primitive = |d: &DType| !matches!(d, DType::Generic(_)) && !d.is_complex();
    if primitive(from) && primitive(to) && *to != DType::Bool {
        let to_tokens = to.tokens();
        if *from == DType::Bool && to.is_float() {
            return quote!((#value as u8 as #to_tokens));
        }
        return quote!((#value as #to_tokens));
    }
    let to = to.tokens();
    quote!(::brain_jit::__private::CastTo::<#to>::cast_to(#value))
}

/// `operation(args)` on operands of type `dtype`; `level` is the SIMD level's parameter inside kernels.
pub fn operation(operation: Operation, args: &[TokenStream], dtype: &DType, level: Option<&TokenStream>) -> TokenStream {
    let integer = dtype.is_integer();
    let float = dtype.tokens();
    match (operation.row().text, args) {
        (Text::Infix { integer: Some(name), .. }, [a, b]) if integer => {
            let name = quote::format_ident!("{name}");
            quote!(#a.#name(#b))
        }
        (Text::Infix { symbol, .. } | Text::Checked { symbol, .. }, [a, b]) if !matches!(operation.row().text, Text::Checked { .. }) || !integer => {
            let symbol: TokenStream = symbol.parse().unwrap_or_default();
            quote!((#a #symbol #b))
        }
        (Text::Checked { integer: name, .. }, [a, b]) => {
            let name = quote::format_ident!("{name}");
            quote!(::brain_jit::__private::Elementary::#name(#a, #b, __METHOD))
        }
        (Text::Prefix { integer: Some(name), .. }, [a]) if integer => {
            let name = quote::format_ident!("{name}");
            quote!(#a.#name())
        }
        (Text::Prefix { symbol, .. }, [a]) => {
            let symbol: TokenStream = symbol.parse().unwrap_or_default();
            quote!((#symbol #a))
        }
        (Text::Math(name), args) => {
            let name = quote::format_ident!("{name}");
            match level {
                Some(level) => {
                    quote!(<#float as ::brain_jit::__private::VectorMath>::#name::<#level>(#(#args),*))
                }
                None => quote!(::brain_jit::__private::scalar::#name(#(#args),*)),
            }
        }
        (Text::Exact(name @ ("remainder" | "floor_divide")), [a, b]) => {
            let name = quote::format_ident!("{name}");
            quote!(::brain_jit::__private::Elementary::#name(#a, #b, __METHOD))
        }
        (Text::Exact(name), args) => {
            let name = quote::format_ident!("{name}");
            quote!(::brain_jit::__private::Elementary::#name(#(#args),*))
        }
        (Text::Select, [c, a, b]) => quote!((if #c { #a } else { #b })),
        (_, [a, ..]) => quote!(#a),
        (_, []) => quote!(()),
    }
}

/// A position, an axis or a step as an `isize`.
pub fn bound(bound: &Bound, graph: &Graph) -> TokenStream {
    match bound {
        Bound::Literal(number) => {
            let number = Literal::isize_unsuffixed(*number as isize);
            quote!((#number))
        }
        Bound::Host(number) => {
            let tokens = &graph.hosts[*number].tokens;
            quote!(((#tokens) as isize))
        }
    }
}
