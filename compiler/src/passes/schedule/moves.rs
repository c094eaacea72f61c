//! Arrays that host code takes by value, and that something else still reads.

use super::*;
use proc_macro2::{Delimiter, TokenTree};

impl Scheduler<'_> {
    /// Copies the arrays that host code takes, if an equal value is read later.
    pub(super) fn keep_moved(&mut self, tokens: &TokenStream) {
        let mut moved = Vec::new();
        moved_names(tokens.clone(), &mut moved);
        for moved in moved {
            let named = |stored: &Stored| matches!(stored, Stored::Array(Buffer::Local { name, .. }) if *name == moved);
            let after = |scope: &HashMap<NodeId, Stored>| {
                let mut nodes = scope.iter().filter(|(_, stored)| named(stored));
                nodes.any(|(node, _)| self.uses.after(*node, self.position))
            };
            let Some((scope, around)) = self.memo.split_last() else {
                continue;
            };
            if around.iter().any(after) {
                // What is bound outside may be taken by one branch of several, which takes a copy.
                self.push(Step::Let {
                    name: moved.clone(),
                    mutable: false,
                    dtype: None,
                    value: quote!(#moved.clone()),
                });
                continue;
            }
            if !after(scope) {
                continue;
            }
            let kept = self.fresh("kept");
            self.push(Step::Let {
                name: kept.clone(),
                mutable: false,
                dtype: None,
                value: quote!(#moved.clone()),
            });
            for stored in self
                .memo
                .last_mut()
                .into_iter()
                .flat_map(HashMap::values_mut)
            {
                if let Stored::Array(Buffer::Local { name, .. }) = stored
                    && *name == moved
                {
                    *name = kept.clone();
                }
            }
        }
    }
}

/// The names that stand alone: not behind `&` or a dot, and not in front of a dot or an index. What macros print they do not take.
fn moved_names(tokens: TokenStream, names: &mut Vec<Ident>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |tree: Option<&TokenTree>, characters: &str| matches!(tree, Some(TokenTree::Punct(p)) if characters.contains(p.as_char()));
    let before = |k: usize| k.checked_sub(1).and_then(|k| trees.get(k));
    for (k, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => {
                let takes = ["vec", "array", "dbg"];
                let called = k.checked_sub(2).and_then(|k| trees.get(k));
                let printed = punct(before(k), "!")
                    && !matches!(called, Some(TokenTree::Ident(name)) if takes.iter().any(|n| name == n));
                if !printed {
                    moved_names(group.stream(), names);
                }
            }
            TokenTree::Ident(name) => {
                let borrowed = punct(before(k), "&.")
                    || punct(trees.get(k + 1), ".:!=")
                    || matches!(before(k), Some(TokenTree::Ident(word)) if word == "mut")
                    || matches!(trees.get(k + 1), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Bracket);
                if !borrowed {
                    names.push(name.clone());
                }
            }
            _ => {}
        }
    }
}
