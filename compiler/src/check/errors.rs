//! Collects coded errors; all of a block are reported together.

use super::catalogue::Code;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;

/// The errors of one macro call. Drop it only after [`Errors::finish`].
#[derive(Default, Debug)]
pub struct Errors {
    list: Vec<(Code, syn::Error)>,
}

impl Errors {
    /// Reports `what` at `tokens`, with `help` saying what to write instead.
    pub fn report(
        &mut self,
        code: Code,
        tokens: impl ToTokens,
        what: impl std::fmt::Display,
        help: impl std::fmt::Display,
    ) {
        let text = format!("[{code}] {what}\n  = help: {help}");
        self.list
            .push((code, syn::Error::new_spanned(tokens, text)));
    }

    /// Reports at one span.
    pub fn report_at(
        &mut self,
        code: Code,
        span: Span,
        what: impl std::fmt::Display,
        help: impl std::fmt::Display,
    ) {
        let text = format!("[{code}] {what}\n  = help: {help}");
        self.list.push((code, syn::Error::new(span, text)));
    }

    /// Takes over an error of the parser.
    pub fn syntax(&mut self, error: syn::Error) {
        let span = error.span();
        self.report_at(
            Code::Syntax,
            span,
            error,
            "see the attribute's documentation",
        );
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The codes reported so far, in order.
    pub fn codes(&self) -> Vec<Code> {
        self.list.iter().map(|(code, _)| *code).collect()
    }

    /// One `compile_error!` an error, at its span.
    pub fn finish(self) -> TokenStream {
        self.list
            .into_iter()
            .map(|(_, error)| error.to_compile_error())
            .collect()
    }
}

/// The span of a syntax tree, for [`Errors::report_at`].
pub fn span_of(tokens: &impl Spanned) -> Span {
    tokens.span()
}
