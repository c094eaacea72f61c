//! Tokens as readable text.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The user's own text where the compiler has it, else the printed tokens, on one line.
pub fn source(tokens: TokenStream) -> String {
    let mut trees = tokens.clone().into_iter();
    let first = trees.next();
    let last = trees.last().or_else(|| first.clone());
    let text = match (&first, &last) {
        (Some(first), Some(last)) => first
            .span()
            .join(last.span())
            .and_then(|span| span.source_text()),
        _ => None,
    };
    let text = text.unwrap_or_else(|| print(tokens));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Prints tokens with the spaces a person would write.
pub fn print(tokens: TokenStream) -> String {
    let mut printer = Printer::default();
    printer.stream(tokens);
    printer.out
}

/// Prints a type or signature: `<` and `>` are brackets there.
pub fn print_type(tokens: TokenStream) -> String {
    let mut text = print(tokens);
    for (spaced, tight) in [
        (" < ", "<"),
        (" >", ">"),
        ("->", " -> "),
        ("- >", "->"),
        ("  ", " "),
    ] {
        text = text.replace(spaced, tight);
    }
    text.trim().to_string()
}

#[derive(Default)]
struct Printer {
    out: String,
    /// The last token was a word (identifier or literal).
    after_word: bool,
    /// The last punctuation is joined with the next one.
    joined: bool,
    /// The last token binds to what follows without a space.
    tight: bool,
}

const TIGHT_BEFORE: &[char] = &['.', ',', ';', '?', ':'];

impl Printer {
    fn stream(&mut self, tokens: TokenStream) {
        let mut previous: Option<TokenTree> = None;
        for tree in tokens {
            self.tree(&tree, previous.as_ref());
            previous = Some(tree);
        }
    }

    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with([' ', '(', '[', '\n']) && !self.tight {
            self.out.push(' ');
        }
    }

    fn tree(&mut self, tree: &TokenTree, previous: Option<&TokenTree>) {
        match tree {
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                self.space();
                self.out.push_str(&tree.to_string());
                (self.after_word, self.joined, self.tight) = (true, false, false);
            }
            TokenTree::Punct(punct) => {
                let c = punct.as_char();
                let unary = !matches!(
                    previous,
                    Some(TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_))
                );
                let range = c == '.' && (punct.spacing() == Spacing::Joint || self.joined);
                if !(self.joined || TIGHT_BEFORE.contains(&c) || c == '!' && self.after_word) {
                    self.space();
                }
                if c == ':' && punct.spacing() == Spacing::Alone && !self.joined {
                    self.tight = false;
                }
                self.out.push(c);
                let path = c == ':' && self.joined;
                self.tight = range
                    || path
                    || (c == '.')
                    || (unary && matches!(c, '&' | '-' | '*' | '!' | '\'') && !self.joined)
                    || punct.spacing() == Spacing::Joint;
                self.joined = punct.spacing() == Spacing::Joint;
                self.after_word = false;
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                let call = matches!(previous, Some(TokenTree::Punct(p)) if p.as_char() == '!')
                    && !self.tight;
                if group.delimiter() == Delimiter::Brace || !(self.after_word || call) {
                    self.space();
                }
                self.out.push_str(open);
                (self.after_word, self.joined, self.tight) = (false, false, true);
                self.stream(group.stream());
                self.out.push_str(close);
                (self.after_word, self.joined, self.tight) = (true, false, false);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn code_reads_like_code() {
        let text = print(quote!(self.v[1..3] = -a * (b + 2.0);));
        assert_eq!(text, "self.v[1..3] = -a * (b + 2.0);");
        assert_eq!(
            print(quote!(let x = f(&y, &mut z);)),
            "let x = f(&y, &mut z);"
        );
        assert_eq!(print(quote!(println!("{}", x))), "println!(\"{}\", x)");
        assert_eq!(
            print(quote!(if a == b && c {
                d::e()
            })),
            "if a == b && c { d::e() }"
        );
    }

    #[test]
    fn types_read_like_types() {
        let text = print_type(quote!((w: &mut Array1<f32>, x: Vec<Array2<f64>>) -> f32));
        assert_eq!(text, "(w: &mut Array1<f32>, x: Vec<Array2<f64>>) -> f32");
    }
}
