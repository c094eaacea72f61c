//! What `jit!` was given: a closure, and the captured arrays whose types a macro cannot see.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprClosure, Ident, Token, Type, bracketed, token};

/// `[w: &Array2<f32>] move |x: &Array1<f32>| …`
#[derive(Clone)]
pub struct Closure {
    pub captures: Vec<Capture>,
    pub closure: ExprClosure,
}

/// One entry of the capture list.
#[derive(Clone)]
pub struct Capture {
    pub name: Ident,
    pub ty: Type,
}

impl Parse for Closure {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut captures = Vec::new();
        if input.peek(token::Bracket) {
            let list;
            bracketed!(list in input);
            captures = Punctuated::<Capture, Token![,]>::parse_terminated(&list)?
                .into_iter()
                .collect();
        }
        let closure = match input.parse()? {
            Expr::Closure(closure) if closure.asyncness.is_none() => closure,
            other => {
                return Err(syn::Error::new_spanned(
                    other,
                    "`jit!` compiles a closure, and this is none",
                ));
            }
        };
        input.parse::<Option<Token![,]>>()?;
        Ok(Closure { captures, closure })
    }
}

impl Parse for Capture {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name: Ident = input.parse()?;
        if input.peek(Token![.]) {
            let message = format!(
                "a captured array is listed by a name of its own: `let w = &{name}.…;` in front of `jit!`"
            );
            return Err(syn::Error::new(name.span(), message));
        }
        if !input.peek(Token![:]) {
            let message = format!(
                "the captured `{name}` needs a type, which a macro cannot see: `{name}: &Array1<f32>`"
            );
            return Err(syn::Error::new(name.span(), message));
        }
        input.parse::<Token![:]>()?;
        Ok(Capture {
            name,
            ty: input.parse()?,
        })
    }
}
