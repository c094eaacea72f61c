//! What the trace of a right-hand side knows of a value, and how derivatives are put together.

use crate::gradient::value;
use crate::ir::types::DType;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use std::collections::HashSet;

/// A number or a tuple of values.
#[derive(Clone, Debug)]
pub(super) enum Value {
    One(Term),
    Many(Vec<Value>),
}

impl Value {
    /// The numbers, from left to right.
    pub fn terms(self) -> Vec<Term> {
        match self {
            Value::One(term) => vec![term],
            Value::Many(values) => values.into_iter().flat_map(Value::terms).collect(),
        }
    }
}

/// A number, or in a caller the elements of an array.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub tokens: TokenStream,
    pub dtype: Option<DType>,
    /// The derivatives with respect to the states, where they are asked for; `Zero` where it ends.
    pub tangents: Vec<Tangent>,
}

/// A derivative with respect to one state.
#[derive(Clone, Debug)]
pub(super) enum Tangent {
    Zero,
    One,
    Tokens(TokenStream),
    /// Runs through an operation that has none: the number of the problem.
    Missing(usize),
}

impl Term {
    pub fn constant(tokens: TokenStream, dtype: Option<DType>) -> Term {
        Term {
            tokens,
            dtype,
            tangents: Vec::new(),
        }
    }

    pub fn tangent(&self, state: usize) -> &Tangent {
        self.tangents.get(state).unwrap_or(&Tangent::Zero)
    }

    /// Whether some derivative is not zero.
    pub fn varies(&self) -> bool {
        let mut tangents = self.tangents.iter();
        tangents.any(|tangent| !matches!(tangent, Tangent::Zero))
    }

    pub fn without_tangents(self) -> Term {
        Term::constant(self.tokens, self.dtype)
    }
}

impl Tangent {
    pub fn tokens(&self) -> TokenStream {
        match self {
            Tangent::Zero => quote!(0.0),
            Tangent::One | Tangent::Missing(_) => quote!(1.0),
            Tangent::Tokens(tokens) => tokens.clone(),
        }
    }

    /// What a rule of the table makes of it; `names` stand for the operands and the result.
    pub fn through(&self, rule: &str, names: &[(&str, &TokenStream)], span: Span) -> Tangent {
        if rule.is_empty() || matches!(self, Tangent::Zero) {
            return Tangent::Zero;
        }
        if rule == "g" || matches!(self, Tangent::Missing(_)) {
            return self.clone();
        }
        // Rules are linear in `g`, so that the adjoint's rule is the tangent's.
        let rule = match (self, rule.strip_prefix("g * ")) {
            (Tangent::One, Some(rest)) => rest,
            _ => rule,
        };
        let own = self.tokens();
        let mut all = vec![("g", &own)];
        all.extend_from_slice(names);
        let tokens = value::rule(rule, &all, span);
        Tangent::Tokens(quote!((#tokens)))
    }

    /// The sum of the derivatives by way of each operand.
    pub fn sum(tangents: Vec<Tangent>) -> Tangent {
        let mut terms = Vec::new();
        for tangent in tangents {
            match tangent {
                Tangent::Zero => {}
                Tangent::Missing(_) => return tangent,
                other => terms.push(other),
            }
        }
        match terms.len() {
            0 => Tangent::Zero,
            1 => terms.remove(0),
            _ => {
                let terms = terms.iter().map(Tangent::tokens);
                Tangent::Tokens(quote!((#(#terms)+*)))
            }
        }
    }
}

/// Whether the tokens are one identifier, or a field of `self`.
pub(super) fn is_name(tokens: &TokenStream) -> bool {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match trees.as_slice() {
        [TokenTree::Ident(_)] => true,
        [
            TokenTree::Ident(this),
            TokenTree::Punct(dot),
            TokenTree::Ident(_),
        ] => this == "self" && dot.as_char() == '.',
        _ => false,
    }
}

/// The identifiers in the tokens that are no fields and no methods.
pub(super) fn names(tokens: TokenStream, found: &mut HashSet<String>) {
    let mut member = false;
    for tree in tokens {
        let after_dot = std::mem::replace(
            &mut member,
            matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.'),
        );
        match tree {
            TokenTree::Ident(name) if !after_dot => {
                found.insert(name.to_string());
            }
            TokenTree::Group(group) => names(group.stream(), found),
            _ => {}
        }
    }
}
