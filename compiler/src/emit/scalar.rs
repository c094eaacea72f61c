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
        DType::Generic(_) => {
            let value: f64 = text.parse().unwrap_or(f64::NAN);
            let dtype = dtype.tokens();
            return quote!(<#dtype as ::brain_jit::__private::Real>::from_f64(#value));
        }
        DType::Complex32 | DType::Complex64 => {
            let part = if *dtype == DType::Complex32 {
                DType::F32
            } else {
                DType::F64
            };
            let real = literal(text, &part, span);
            let dtype = dtype.tokens();
            return quote!(#dtype::new(#real, 0.0));
        }
        DType::F32 | DType::F64 => {
            let digits = if integral {
                format!("{digits}.0")
            } else {
                digits.to_string()
            };
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
    if negative {
        quote!((-#number))
    } else {
        quote!(#number)
    }
}

/// `value as dtype`, also from bool to a float and for generic types.
pub fn cast(value: TokenStream, from: &DType, to: &DType) -> TokenStream {
    if from == to {
        return value;
    }
    let target = to.tokens();
    match (from, to) {
        (DType::Complex32 | DType::Complex64, _) if !to.is_complex() => {
            cast(quote!(#value.re), &from.part(), to)
        }
        (DType::Generic(_), DType::Generic(_)) => value,
        (DType::Generic(_), _) if !to.is_complex() => {
            quote!((::brain_jit::__private::Real::into_f64(#value) as #target))
        }
        (DType::Bool, DType::Generic(_)) => {
            quote!(<#target as ::brain_jit::__private::Real>::from_f64(#value as u8 as f64))
        }
        (_, DType::Generic(_)) => {
            quote!(<#target as ::brain_jit::__private::Real>::from_f64(#value as f64))
        }
        (DType::Complex32, DType::Complex64) => {
            quote!(#target::new(#value.re as f64, #value.im as f64))
        }
        (DType::Complex64, DType::Complex32) => {
            quote!(#target::new(#value.re as f32, #value.im as f32))
        }
        (DType::Bool, _) if to.is_complex() => {
            let part = cast(value, from, &to.part());
            quote!(#target::new(#part, 0.0))
        }
        (_, DType::Bool) => {
            let zero = literal("0", from, Span::call_site());
            quote!((#value != #zero))
        }
        (_, DType::Complex32) => quote!(#target::new(#value as f32, 0.0)),
        (_, DType::Complex64) => quote!(#target::new(#value as f64, 0.0)),
        (DType::Bool, _) if to.is_float() => quote!((#value as u8 as #target)),
        _ => quote!((#value as #target)),
    }
}

/// `operation(args)` on operands of type `dtype`; `level` is the SIMD level's parameter inside kernels.
pub fn operation(
    operation: Operation,
    args: &[TokenStream],
    dtype: &DType,
    level: Option<&TokenStream>,
) -> TokenStream {
    let integer = dtype.is_integer();
    match (operation.row().text, args) {
        (
            Text::Infix {
                integer: Some(name),
                ..
            },
            [a, b],
        ) if integer => {
            let name = quote::format_ident!("{name}");
            quote!(#a.#name(#b))
        }
        (Text::Infix { symbol, .. } | Text::Checked { symbol, .. }, [a, b])
            if !matches!(operation.row().text, Text::Checked { .. }) || !integer =>
        {
            let symbol: TokenStream = symbol.parse().unwrap_or_default();
            quote!((#a #symbol #b))
        }
        (Text::Checked { integer: name, .. }, [a, b]) => {
            let name = quote::format_ident!("{name}");
            quote!(::brain_jit::__private::Elementary::#name(#a, #b, __METHOD))
        }
        (
            Text::Prefix {
                integer: Some(name),
                ..
            },
            [a],
        ) if integer => {
            let name = quote::format_ident!("{name}");
            quote!(#a.#name())
        }
        (Text::Prefix { symbol, .. }, [a]) => {
            let symbol: TokenStream = symbol.parse().unwrap_or_default();
            quote!((#symbol #a))
        }
        (Text::Math("powi"), [a, exponent]) => match level {
            Some(level) => {
                quote!(::brain_jit::__private::Functions::power_integer::<#level>(#a, #exponent))
            }
            None => quote!(::brain_jit::__private::scalar::powi(#a, #exponent)),
        },
        (Text::Math("power"), [a, b]) if integer => {
            quote!(::brain_jit::__private::Power::integer_power(#a, #b, __METHOD))
        }
        (Text::Math("power" | "reciprocal"), args) if dtype.is_complex() => {
            let name = quote::format_ident!("{}", operation.row().functions[0]);
            quote!(::brain_jit::__private::Arithmetic::#name(#(#args),*))
        }
        (Text::Math(_), args) if dtype.is_complex() => {
            let name = quote::format_ident!("{}", operation.row().functions[0]);
            quote!(::brain_jit::__private::Inexact::#name(#(#args),*))
        }
        (Text::Math(name), args) => {
            let name = quote::format_ident!("{name}");
            match (level, args) {
                (Some(level), [a]) => quote!(
                    ::brain_jit::__private::Functions::call1::<#level, ::brain_jit::__private::function::#name>(#a)),
                (Some(level), [a, b]) => quote!(
                    ::brain_jit::__private::Functions::call2::<#level, ::brain_jit::__private::function::#name>(#a, #b)),
                _ => quote!(::brain_jit::__private::scalar::#name(#(#args),*)),
            }
        }
        (Text::Exact(name), args) => {
            let (owner, name) = match name {
                "absolute" if dtype.is_complex() => (quote!(Parts), "modulus"),
                "real_part" | "imaginary_part" | "angle_of" => (quote!(Parts), name),
                "shift_left" | "shift_right" | "left_shift" | "right_shift" => (quote!(Bits), name),
                "tests_nan" | "tests_infinite" | "tests_finite" | "signum_of" => {
                    (quote!(Fractional), name)
                }
                _ => (quote!(Elementary), name),
            };
            let name = quote::format_ident!("{name}");
            quote!(::brain_jit::__private::#owner::#name(#(#args),*))
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
