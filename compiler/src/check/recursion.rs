//! BJ0011: a compiled method that calls itself, directly or through others.

use super::Block;
use super::catalogue::Code;
use super::errors::Errors;
use super::place::Target;
use super::uses::{Action, Uses};
use proc_macro2::TokenStream;

/// Reports the calls that close a cycle.
pub(super) fn check(block: &Block, uses: &[Uses], errors: &mut Errors) {
    let calls: Vec<Vec<Call>> = uses.iter().map(|uses| calls(block, uses)).collect();
    let mut search = Search {
        calls: &calls,
        done: vec![false; calls.len()],
        path: Vec::new(),
        closing: Vec::new(),
    };
    for method in 0..calls.len() {
        search.visit(method);
    }
    for (cycle, tokens) in search.closing {
        let name = |i: usize| block.methods[i].name().to_string();
        let first = name(cycle[0]);
        let what = if let [_] = cycle[..] {
            format!("`{first}` calls itself")
        } else {
            let way: Vec<String> = cycle.iter().map(|&i| format!("`{}`", name(i))).collect();
            format!("`{first}` calls itself: {}, `{first}`", way.join(", "))
        };
        let (why, instead) = if block.is_free_function() {
            (
                "a compiled function cannot contain itself",
                "take `#[brain_jit]` away",
            )
        } else {
            (
                "calls inside a block are inlined, which would not end",
                "leave the method as written with `#[brain_jit(skip)]`",
            )
        };
        errors.report(
            Code::Recursion,
            tokens,
            format!("{what}, but {why}"),
            format!("write a loop (`for`, `while`), or {instead}"),
        );
    }
}

struct Call<'a> {
    callee: usize,
    tokens: &'a TokenStream,
}

/// The calls of a method to methods of the block, each callee once.
fn calls<'a>(block: &Block, uses: &'a Uses) -> Vec<Call<'a>> {
    let on_self = uses.places.iter().filter_map(|usage| match &usage.action {
        Action::Call(name) if matches!(usage.place.resolve(block.object), Target::Whole) => {
            let callee = block
                .methods
                .iter()
                .position(|m| m.name() == name && m.receiver.is_some());
            callee.map(|callee| (callee, &usage.tokens))
        }
        _ => None,
    });
    let by_path = uses.calls.iter().filter_map(|call| {
        let object = block.object.map(|o| &o.name);
        let own = match &call.qualifier {
            Some(name) => name == "Self" || Some(name) == object,
            None => block.is_free_function(),
        };
        // `Self::g(self)` is an escape of `self`, and reported as that.
        let callee = block
            .methods
            .iter()
            .position(|m| own && !call.takes_self && *m.name() == call.name);
        callee.map(|callee| (callee, &call.tokens))
    });
    let mut calls: Vec<Call> = Vec::new();
    for (callee, tokens) in on_self.chain(by_path) {
        if calls.iter().all(|call| call.callee != callee) {
            calls.push(Call { callee, tokens });
        }
    }
    calls
}

/// Depth-first search; a call back to a method on the path closes a cycle.
struct Search<'a> {
    calls: &'a [Vec<Call<'a>>],
    done: Vec<bool>,
    path: Vec<usize>,
    closing: Vec<(Vec<usize>, &'a TokenStream)>,
}

impl Search<'_> {
    fn visit(&mut self, method: usize) {
        if self.done[method] {
            return;
        }
        self.path.push(method);
        for call in &self.calls[method] {
            match self.path.iter().position(|&m| m == call.callee) {
                Some(start) => self
                    .closing
                    .push((self.path[start..].to_vec(), call.tokens)),
                None => self.visit(call.callee),
            }
        }
        self.path.pop();
        self.done[method] = true;
    }
}

#[cfg(test)]
mod tests {
    use crate::check::catalogue::Code::*;
    use crate::check::fixture::{codes, free_function, neuron, neuron_codes, texts};
    use syn::parse_quote;

    #[test]
    fn direct() {
        assert_eq!(
            neuron_codes(parse_quote!({ self.f(x) + self.f(y) })),
            [Recursion]
        );
        assert_eq!(neuron_codes(parse_quote!({ Self::f(a, x) })), [Recursion]);
        let function = parse_quote!(
            fn f(n: u64) -> u64 {
                if n == 0 { 1 } else { n * f(n - 1) }
            }
        );
        assert_eq!(free_function(function), [Recursion]);
    }

    #[test]
    fn mutual() {
        let block: syn::ItemImpl = parse_quote!(
            impl Neuron {
                fn a(&self) {
                    self.b()
                }
                fn b(&self) {
                    self.c()
                }
                fn c(&self) {
                    self.a();
                    self.d()
                }
                fn d(&self) {}
            }
        );
        assert_eq!(codes(&neuron(), block.clone()), [Recursion]);
        assert!(texts(&neuron(), block)[0].contains("`a`, `b`, `c`, `a`"));
    }

    #[test]
    fn calls_without_a_cycle() {
        let block = parse_quote!(
            impl Neuron {
                fn a(&self) {
                    self.b();
                    self.c();
                    a()
                }
                fn b(&self) {
                    self.c();
                    self.e.b()
                }
                fn c(&self) {
                    let c = |x| x;
                    c(1)
                }
            }
        );
        assert_eq!(codes(&neuron(), block), []);
    }
}
