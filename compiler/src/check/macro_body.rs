//! Reads the tokens of macro calls: as expressions where they are, else as they stand.

use proc_macro2::{Literal, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Pat, Stmt, Token};

/// What stands between the delimiters of a macro call.
pub enum MacroBody {
    /// `a, b, c`, or `a; n`.
    Arguments(Vec<Expr>),
    /// `value, pattern if guard`, as in `matches!`.
    Matches(Box<Expr>, Box<Pat>),
    Statements(Vec<Stmt>),
    /// Something else.
    Tokens(TokenStream),
}

impl MacroBody {
    pub fn parse(tokens: &TokenStream) -> MacroBody {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(arguments) = list.parse2(tokens.clone()) {
            return MacroBody::Arguments(arguments.into_iter().collect());
        }
        let repeat = |input: ParseStream| {
            let element = input.parse::<Expr>()?;
            input.parse::<Token![;]>()?;
            Ok(vec![element, input.parse()?])
        };
        if let Ok(arguments) = repeat.parse2(tokens.clone()) {
            return MacroBody::Arguments(arguments);
        }
        let matches = |input: ParseStream| {
            let value = input.parse::<Expr>()?;
            input.parse::<Token![,]>()?;
            let mut pattern = Pat::parse_multi_with_leading_vert(input)?;
            if input.peek(Token![if]) {
                pattern = Pat::Guard(syn::PatGuard {
                    attrs: Vec::new(),
                    pat: Box::new(pattern),
                    if_token: input.parse()?,
                    guard: Box::new(input.parse()?),
                });
            }
            input.parse::<Option<Token![,]>>()?;
            Ok((value, pattern))
        };
        if let Ok((value, pattern)) = matches.parse2(tokens.clone()) {
            return MacroBody::Matches(Box::new(value), Box::new(pattern));
        }
        match Block::parse_within.parse2(tokens.clone()) {
            Ok(statements) => MacroBody::Statements(statements),
            Err(_) => MacroBody::Tokens(tokens.clone()),
        }
    }
}

/// Macros that do not evaluate what they are given.
pub fn leaves_tokens_alone(name: &str) -> bool {
    matches!(
        name,
        "stringify" | "concat" | "env" | "option_env" | "include_str" | "include_bytes" | "cfg"
    )
}

/// `write!(target, …)` borrows its first argument mutably.
pub fn writes_to_first(name: &str) -> bool {
    matches!(name, "write" | "writeln")
}

/// The string literals of a formatting macro that capture `self`, as in `"{self:?}"`.
pub fn format_captures_of_self(name: &str, tokens: &TokenStream) -> Vec<Literal> {
    let formats = matches!(
        name,
        "print"
            | "println"
            | "eprint"
            | "eprintln"
            | "format"
            | "write"
            | "writeln"
            | "panic"
            | "todo"
            | "unimplemented"
            | "unreachable"
            | "assert"
            | "assert_eq"
            | "assert_ne"
            | "debug_assert"
            | "debug_assert_eq"
            | "debug_assert_ne"
    );
    if !formats {
        return Vec::new();
    }
    let literals = tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Literal(literal) => Some(literal),
        _ => None,
    });
    literals
        .filter(|literal| {
            let text = literal.to_string().replace("{{", "");
            ["{self}", "{self:"].iter().any(|c| text.contains(c))
        })
        .collect()
}
