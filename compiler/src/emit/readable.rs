//! Generated tokens as a person would write them, for listings.

use crate::syntax::text::print;
use proc_macro2::{Group, TokenStream, TokenTree};

/// Without the parentheses around the whole.
pub(super) fn strip(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else {
        return text;
    };
    let mut depth = 0i32;
    for c in inner.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return text;
        }
    }
    inner
}

pub(super) fn clean(name: &str) -> String {
    name.trim_start_matches("__").to_string()
}

pub(super) fn tidy(tokens: TokenStream) -> String {
    tidy_text(&print(indexed(tokens)))
}

/// Checked accesses to elements as `array[index]`, numbers of unseen type as they are.
fn indexed(tokens: TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(tree) = tokens.next() {
        let TokenTree::Group(group) = tree else {
            out.push(tree);
            continue;
        };
        if matches!(out.last(), Some(TokenTree::Ident(name)) if name == "Beside") {
            // `::brain_jit::__private::Beside` is nine tokens; `.take::<f32>()` follows.
            out.truncate(out.len().saturating_sub(9));
            let inner: Vec<TokenTree> = indexed(group.stream()).into_iter().collect();
            match <[TokenTree; 1]>::try_from(inner) {
                Ok([one]) => out.push(one),
                Err(many) => {
                    let many = many.into_iter().collect();
                    out.push(Group::new(group.delimiter(), many).into());
                }
            }
            tokens
                .by_ref()
                .find(|tree| matches!(tree, TokenTree::Group(_)));
            continue;
        }
        if let Some((start, length)) = length_of(&out, &group) {
            out.truncate(start);
            out.extend(length);
            continue;
        }
        let called = matches!(out.as_slice(), [.., TokenTree::Ident(name), TokenTree::Punct(bang)]
            if bang.as_char() == '!' && name.to_string().contains("element"));
        let parts: Vec<TokenTree> = group.stream().into_iter().collect();
        match parts.as_slice() {
            // `::brain_jit::__private::element!` is ten tokens.
            [TokenTree::Group(array), TokenTree::Group(index), ..] if called => {
                out.truncate(out.len().saturating_sub(10));
                out.extend(indexed(array.stream()));
                out.push(Group::new(index.delimiter(), indexed(index.stream())).into());
            }
            _ => out.push(Group::new(group.delimiter(), indexed(group.stream())).into()),
        }
    }
    out.into_iter().collect()
}

/// What the call of `count` or `axis_length` that ends with these arguments is to a reader, and where it begins: `n.len()`,
/// `n.shape()[0]`.
fn length_of(before: &[TokenTree], arguments: &Group) -> Option<(usize, TokenStream)> {
    let called = |tree: &TokenTree| matches!(tree, TokenTree::Ident(name) if name == "count" || name == "axis_length");
    let position = before.iter().rposition(called)?;
    let typed = matches!(before.last(), Some(TokenTree::Punct(end)) if end.as_char() == '>');
    let [
        ..,
        TokenTree::Ident(owner),
        TokenTree::Punct(_),
        TokenTree::Punct(_),
    ] = &before[..position]
    else {
        return None;
    };
    if !typed || owner != "__private" {
        return None;
    }
    let mut names = Vec::new();
    names_of(arguments.stream(), &mut names);
    let names = names.join(", ");
    let array = match names.contains(", ") {
        true => format!("broadcast({names})"),
        false => names,
    };
    let last = arguments.stream().into_iter().last();
    let text = match (before[position].to_string().as_str(), last) {
        ("axis_length", Some(TokenTree::Group(axis))) => {
            format!("{array}.shape()[{}]", axis.stream())
        }
        _ => format!("{array}.len()"),
    };
    // `::brain_jit::__private::` is eight tokens.
    Some((position.checked_sub(8)?, text.parse().ok()?))
}

/// The names in `("self.v", shape)` and its kin, without `self`.
fn names_of(tokens: TokenStream, names: &mut Vec<String>) {
    let mut call = false;
    for tree in tokens {
        if let TokenTree::Group(group) = &tree {
            match group.stream().into_iter().next() {
                Some(TokenTree::Literal(name)) if !call && name.to_string().starts_with('"') => {
                    let name = name.to_string();
                    names.push(
                        name.trim_matches('"')
                            .trim_start_matches("self.")
                            .to_string(),
                    );
                }
                _ => names_of(group.stream(), names),
            }
        }
        call = matches!(tree, TokenTree::Ident(_));
    }
}

/// Generated text as a person would write it.
pub(super) fn tidy_text(text: &str) -> String {
    let mut text = text
        .replace("::brain_jit::__private::scalar::", "bm::")
        .replace("::brain_jit::__private::kernel::", "")
        .replace("::brain_jit::__private::", "")
        .replace("__", "");
    // `(*v)` is `v` to a reader, unless it is the argument of a call.
    let mut from = 0;
    while let Some(found) = text[from..].find("(*") {
        let start = from + found;
        let Some(length) = text[start..].find(')') else {
            break;
        };
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
        let inner = text[start + 2..start + length].to_string();
        let before = text[..start].rsplit(|c| !word(c)).next().unwrap_or("");
        let keyword = ["mut", "in", "return", "if", "while", "match"].contains(&before);
        from = start + 2;
        if inner.chars().all(word) && (before.is_empty() || keyword) {
            let space = if keyword { " " } else { "" };
            text.replace_range(start..start + length + 1, &format!("{space}{inner}"));
            from = start;
        }
    }
    text
}
