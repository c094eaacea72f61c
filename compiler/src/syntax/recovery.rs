//! Items whose bodies do not parse, without those bodies: so that one mistake in a body is one error, and callers of
//! the methods beside it still find them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::{ImplItem, ImplItemFn, Item, Signature};

/// An impl block or a function, and what did not parse in it.
pub struct Mended {
    pub item: Item,
    /// The methods concerned, with the parser's errors.
    pub errors: Vec<(String, syn::Error)>,
}

/// Mends an impl block or a function. `None` if what is wrong is not in the body of a method.
pub fn mend(item: TokenStream) -> Option<Mended> {
    let mut head: Vec<TokenTree> = item.into_iter().collect();
    let body = match head.pop()? {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => body,
        _ => return None,
    };
    let head: TokenStream = head.into_iter().collect();
    let mut errors = Vec::new();
    let item = match syn::parse2(quote!(#head {})) {
        Ok(Item::Fn(function)) => {
            errors.push((
                name(&function.sig),
                syn::parse2::<syn::Block>(quote!(#body)).err()?,
            ));
            Item::Fn(syn::ItemFn {
                block: diverging(&TokenStream::new()),
                ..function
            })
        }
        Ok(Item::Impl(mut block)) => {
            block.items = items(body.stream(), &mut errors);
            Item::Impl(block)
        }
        _ => return None,
    };
    (!errors.is_empty()).then_some(Mended { item, errors })
}

/// The items of an impl block: each ends with a body or a semicolon. What does not parse at all is left out.
fn items(tokens: TokenStream, errors: &mut Vec<(String, syn::Error)>) -> Vec<ImplItem> {
    let mut items = Vec::new();
    let mut head = TokenStream::new();
    for tree in tokens {
        let body =
            matches!(&tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let ends = body || matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ';');
        let before = head.clone();
        head.extend([tree]);
        if !ends {
            continue;
        }
        match (
            syn::parse2(head.clone()),
            syn::parse2::<ImplItemFn>(quote!(#before {})),
        ) {
            (Ok(item), _) => items.push(item),
            (Err(error), Ok(method)) if body => {
                errors.push((name(&method.sig), error));
                let block = *diverging(&head);
                items.push(ImplItem::Fn(ImplItemFn { block, ..method }));
            }
            (Err(error), _) if body && is_function(&before) => {
                errors.push((String::new(), error));
            }
            // A block or a semicolon inside an item.
            _ => continue,
        }
        head = TokenStream::new();
    }
    items
}

fn name(signature: &Signature) -> String {
    signature.ident.to_string()
}

fn is_function(head: &TokenStream) -> bool {
    let mut trees = head.clone().into_iter();
    trees.any(|tree| matches!(tree, TokenTree::Ident(word) if word == "fn"))
}

/// A body that names the fields that one which does not parse names: they are parameters of what is generated.
fn diverging(unparsed: &TokenStream) -> Box<syn::Block> {
    fn fields(tokens: TokenStream, found: &mut Vec<proc_macro2::Ident>) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (k, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => fields(group.stream(), found),
                TokenTree::Ident(this) if this == "self" => {
                    if let [TokenTree::Punct(dot), TokenTree::Ident(field), rest @ ..] =
                        &trees[k + 1..]
                        && dot.as_char() == '.'
                        && !matches!(rest.first(), Some(TokenTree::Group(call)) if call.delimiter() == Delimiter::Parenthesis)
                    {
                        found.extend(syn::parse2::<syn::Ident>(quote!(#field)));
                    }
                }
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    fields(unparsed.clone(), &mut found);
    syn::parse_quote!({ #(let _ = &self.#found;)* ::core::unreachable!() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> Option<(String, Vec<String>)> {
        let mended = mend(text.parse().expect("tokens"))?;
        let item = &mended.item;
        let names = mended.errors.iter().map(|(name, _)| name.clone());
        Some((quote!(#item).to_string(), names.collect()))
    }

    #[test]
    fn the_other_methods_stay() {
        let (item, names) = mended(
            "impl Lif { const N: usize = { 3 }; type T = [f32; 2]; fn f(&self) -> f32 { 1 * } #[grad] pub fn g(&self) -> f32 { self.a } fn h(&self) { let x = ; } }",
        )
        .expect("mended");
        assert_eq!(names, ["f", "h"]);
        for kept in [
            "const N",
            "type T",
            "fn f",
            "# [grad] pub fn g",
            "self . a",
            "fn h",
        ] {
            assert!(item.contains(kept), "{kept}: {item}");
        }
        assert!(!item.contains("1 *") && !item.contains("let x"), "{item}");
        let (item, _) =
            mended("impl Lif { fn f(&self) { g(self.a + ; self.h(1)) } }").expect("mended");
        assert!(
            item.contains("let _ = & self . a ;") && !item.contains("self . h"),
            "{item}"
        );
    }

    #[test]
    fn a_signature_that_does_not_parse_is_left_out() {
        let (item, names) =
            mended("impl Lif { fn f(&self,,) { a } fn g(&self) { b } }").expect("mended");
        assert_eq!(names, [""]);
        assert!(item.contains("fn g") && !item.contains("fn f"), "{item}");
    }

    #[test]
    fn functions_and_what_is_neither() {
        let (item, names) = mended("pub fn f(x: f32) -> f32 { x y }").expect("mended");
        assert_eq!(names, ["f"]);
        assert!(item.contains("pub fn f (x : f32) -> f32"), "{item}");
        assert!(mended("pub fn f(x: f32) -> f32 { x }").is_none());
        assert!(mended("impl { fn f() { 1 * } }").is_none());
        assert!(mended("struct S;").is_none());
    }
}
