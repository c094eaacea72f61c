//! The companion macro, and the steps by which a parent collects its children's payloads.

use super::payload::{Payload, PayloadKind, child_type};
use super::substitute::substitute;
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Ident, Result, Visibility, braced};

/// A companion in the making: some children may still have to be asked.
pub struct Companion {
    pub visibility: Visibility,
    /// The name of the `macro_rules!`, which is re-exported under the struct's.
    pub hidden: Ident,
    pub payload: Payload,
}

impl Companion {
    pub fn new(visibility: Visibility, payload: Payload) -> Self {
        Companion {
            visibility,
            hidden: hidden_name(&payload.name),
            payload,
        }
    }

    /// Asks the companion of the first child that has not answered; if all have, writes this one's.
    pub fn emit(self) -> TokenStream {
        let unanswered = self.payload.fields.iter().find_map(|f| match f.kind {
            PayloadKind::Child(None) => child_type(&f.written),
            _ => None,
        });
        match unanswered {
            Some((child, _)) => {
                let state = self.state();
                call(&child.path, quote!(__derive_step), state)
            }
            None => self.finish(),
        }
    }

    fn state(&self) -> TokenStream {
        let Companion {
            visibility,
            hidden,
            payload,
        } = self;
        quote!({ #visibility } #hidden #payload)
    }

    fn finish(self) -> TokenStream {
        let Companion {
            visibility,
            hidden,
            payload,
        } = self;
        let name = &payload.name;
        // A `macro_rules!` that is not exported cannot be re-exported as `pub`.
        let export = matches!(visibility, Visibility::Public(_)).then(|| quote!(#[macro_export]));
        quote! {
            #[doc(hidden)]
            #export
            #[allow(unused_macros, non_local_definitions)]
            macro_rules! #hidden {
                ({ $($callback:tt)* } $($rest:tt)*) => {
                    $($callback)* ! { [#payload] $($rest)* }
                };
            }
            #[doc(hidden)]
            #[allow(unused_imports)]
            #visibility use #hidden as #name;
        }
    }
}

impl Parse for Companion {
    fn parse(input: ParseStream) -> Result<Self> {
        let visibility;
        braced!(visibility in input);
        Ok(Companion {
            visibility: visibility.parse()?,
            hidden: input.parse()?,
            payload: input.parse()?,
        })
    }
}

/// One answer: `[the child's payload] the parent's state`.
pub fn step(input: TokenStream) -> Result<TokenStream> {
    let (answer, state) = split(input)?;
    let answer: Payload = syn::parse2(answer)?;
    let mut companion: Companion = syn::parse2(state)?;
    let waiting = companion
        .payload
        .fields
        .iter_mut()
        .find(|f| matches!(f.kind, PayloadKind::Child(None)));
    if let Some(field) = waiting
        && let Some((path, _)) = child_type(&field.written)
    {
        let payload = Payload {
            origin: None,
            ..substitute(answer, path)
        };
        field.kind = PayloadKind::Child(Some(Box::new(payload)));
    }
    Ok(companion.emit())
}

/// Splits what a companion hands to its callback: `[payload] rest`.
pub fn split(input: TokenStream) -> Result<(TokenStream, TokenStream)> {
    let mut tokens = input.into_iter();
    match tokens.next() {
        Some(TokenTree::Group(payload)) => Ok((Group::stream(&payload), tokens.collect())),
        _ => Err(syn::Error::new(
            Span::call_site(),
            "a companion macro calls this; it is not for use by hand",
        )),
    }
}

/// `Path! { {::brain_jit::callback} rest }`, the path without its generic arguments.
pub fn call(path: &syn::Path, callback: TokenStream, rest: TokenStream) -> TokenStream {
    let mut path = path.clone();
    for segment in &mut path.segments {
        segment.arguments = syn::PathArguments::None;
    }
    let bang = quote_spanned!(path.span()=> !);
    quote!(#path #bang { {::brain_jit::#callback} #rest })
}

/// What tells the crates of a build apart; all the same outside of cargo.
pub fn origin() -> String {
    let parts = [
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION",
        "CARGO_CRATE_NAME",
        "CARGO_BIN_NAME",
    ];
    parts
        .map(|name| std::env::var(name).unwrap_or_default())
        .join(" ")
}

/// A name of its own for each struct of a crate: two `pub Lif` in two modules export two macros.
fn hidden_name(name: &Ident) -> Ident {
    static TAKEN: Mutex<Option<HashSet<u64>>> = Mutex::new(None);
    let mut taken = TAKEN.lock().unwrap_or_else(|poison| poison.into_inner());
    let taken = taken.get_or_insert_default();
    let (span, start) = (name.span(), name.span().start());
    let mut hasher = DefaultHasher::new();
    (name.to_string(), span.file(), start.line, start.column).hash(&mut hasher);
    // A struct in a `macro_rules!` has one place, however often the macro is called.
    let hash = (0..)
        .map(|again: u64| hasher.finish().wrapping_add(again))
        .find(|hash| taken.insert(*hash));
    let bare = name.to_string();
    let bare = bare.trim_start_matches("r#");
    format_ident!("__brain_object_{}_{:016x}", bare, hash.unwrap_or_default())
}
