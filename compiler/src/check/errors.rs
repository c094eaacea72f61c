//! Collects coded errors; all of a block are reported together.

use super::catalogue::Code;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::collections::HashSet;
use syn::spanned::Spanned;

/// The errors of one macro call. Drop it only after [`Errors::finish`].
#[derive(Default, Debug)]
pub struct Errors {
    list: Vec<(Code, syn::Error)>,
    /// Something is wrong that is reported elsewhere.
    elsewhere: bool,
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

    /// Takes back what was reported after the first `length` errors: the span and text of the first of them.
    pub fn take_back(&mut self, length: usize) -> Option<(Span, String)> {
        let mut taken = self.list.split_off(length).into_iter();
        let (_, first) = taken.next()?;
        let text = first.to_string();
        let text = text.lines().next().unwrap_or_default();
        let what = text.split_once("] ").map_or(text, |(_, what)| what);
        Some((first.span(), what.to_string()))
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing is wrong, here or elsewhere.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && !self.elsewhere
    }

    /// What is wrong is reported elsewhere, but nothing is to be compiled.
    pub fn fail_elsewhere(&mut self) {
        self.elsewhere = true;
    }

    /// The codes reported so far, in the order of the report.
    pub fn codes(&self) -> Vec<Code> {
        self.list.iter().map(|(code, _)| *code).collect()
    }

    /// The texts reported so far, in the order of the report.
    pub fn texts(&self) -> Vec<String> {
        self.list
            .iter()
            .map(|(_, error)| error.to_string())
            .collect()
    }

    /// One `compile_error!` an error, at its span, in the order of the source.
    pub fn finish(mut self) -> TokenStream {
        // A span that comes from no file has no place, and stays where it was reported.
        self.list.sort_by_key(|(_, error)| {
            let start = error.span().start();
            (start.line, start.column)
        });
        // A method is lowered once for each of its static values and each of its callers: the same error is said once.
        let mut said = HashSet::new();
        self.list.retain(|(_, error)| {
            let (start, end) = (error.span().start(), error.span().end());
            said.insert((
                error.to_string(),
                start.line,
                start.column,
                end.line,
                end.column,
            ))
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_in_the_order_of_the_source() {
        let tokens: TokenStream = "first\n  second third".parse().expect("tokens");
        let mut errors = Errors::default();
        for (i, token) in tokens
            .into_iter()
            .enumerate()
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            errors.report(Code::LostWrite, token, format!("number {i}"), "none");
        }
        assert!(errors.texts()[0].contains("number 2"));
        let text = errors.finish().to_string();
        let place = |n: &str| text.find(n).expect("reported");
        assert!(place("number 0") < place("number 1") && place("number 1") < place("number 2"));
    }
}
