//! Whatever the macros are fed, they answer with tokens: programs of the UI cases, with tokens deleted, doubled, swapped,
//! replaced and regrouped by a seeded generator.

use brain_jit_compiler::entry;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::path::{Path, PathBuf};
use syn::Item;

/// Mutants of each program; `BRAIN_JIT_MUTANTS` asks for more.
const MUTANTS: usize = 12;

/// What a struct's companion says of its fields, a field of every kind.
const PAYLOAD: &str = "
    struct Neuron {
        variable v: Array1<f32>,
        variable m: Array2<f32>,
        variable c: Array3<f32>,
        variable dv: Array1<f32>,
        variable t: f32,
        variable rng: RandomState,
        train_var w: Array1<f64>,
        child e: Synapse = struct Synapse { variable g: Array1<f32>, constant scale: f32, },
        child layers: Vec<Synapse> = struct Synapse { variable g: Array1<f32>, constant scale: f32, },
        static_arg(false, true) soft: bool,
        constant tau: f32,
        constant table: Array1<f32>,
        constant history: Vec<f32>,
        constant count: Option<u32>,
    }";

#[test]
fn mutated_programs_do_not_panic() {
    let mutants =
        std::env::var("BRAIN_JIT_MUTANTS").map_or(MUTANTS, |n| n.parse().expect("a number"));
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut files = Vec::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui-tests");
    rust_files(&cases.join("fail"), &mut files);
    rust_files(&cases.join("pass"), &mut files);
    files.sort();
    assert!(files.len() > 100, "the UI cases are the corpus");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a UI case");
        // Two cases are about what does not parse.
        let Ok(case) = syn::parse_file(&text) else {
            let known = ["syntax_error.rs", "where_function.rs"];
            assert!(
                known.iter().any(|name| file.ends_with(name)),
                "{}",
                file.display()
            );
            continue;
        };
        for item in case.items {
            let whole = item.to_token_stream();
            feed(&item, whole.clone());
            for _ in 0..mutants {
                let mut mutant = whole.clone();
                for _ in 0..=random.below(4) {
                    mutant = mutate(mutant, &mut random);
                }
                feed(&item, mutant);
            }
        }
    }
}

/// Hands `tokens`, which once were `item`, to every entry point that takes such an item.
fn feed(item: &Item, tokens: TokenStream) {
    let payload: TokenStream = PAYLOAD.parse().expect("tokens");
    let mut outputs = vec![entry::attribute(TokenStream::new(), tokens.clone())];
    match item {
        Item::Impl(_) => outputs.push(entry::compile(quote!([#payload] #tokens))),
        Item::Fn(_) => outputs.push(entry::jit(quote!(|x: &Array1<f32>| { #tokens }))),
        _ => {
            outputs.push(entry::derive(tokens.clone()));
            outputs.push(entry::derive_step(quote!([#payload] {} hidden #tokens)));
        }
    }
    for output in outputs {
        let output = output.to_string();
        assert!(
            !output.contains("this is a bug of brain_jit"),
            "{output}\nfor\n{tokens}"
        );
    }
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of UI cases") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// One change somewhere in the tree of tokens.
fn mutate(tokens: TokenStream, random: &mut Random) -> TokenStream {
    let mut list: Vec<TokenTree> = tokens.into_iter().collect();
    if list.is_empty() {
        return list.into_iter().collect();
    }
    let at = random.below(list.len());
    let groups: Vec<usize> = (0..list.len())
        .filter(|&i| matches!(list[i], TokenTree::Group(_)))
        .collect();
    // Most tokens lie deep in the braces.
    if !groups.is_empty() && random.below(8) > 0 {
        let inside = groups[random.below(groups.len())];
        if let TokenTree::Group(group) = &list[inside] {
            let changed = mutate(group.stream(), random);
            list[inside] = Group::new(group.delimiter(), changed).into();
        }
        return list.into_iter().collect();
    }
    let other = random.below(list.len());
    match random.below(6) {
        0 => drop(list.remove(at)),
        1 => list.insert(at, list[at].clone()),
        2 => list.swap(at, other),
        3 => list[at] = list[other].clone(),
        4 => {
            const WORDS: &[&str] = &[
                "self",
                "=",
                "&",
                "mut",
                "[..]",
                "(0)",
                "1.5",
                "..",
                "*",
                "+=",
                "|x|",
                "return",
                ";",
                ",",
                "bm::exp",
                "self.v",
                "{}",
                "'a",
                "as f32",
                "if",
                "match",
                "\"{self}\"",
                "static_arg",
                "#[brain_jit(skip)]",
                "-1",
            ];
            let word: TokenStream = WORDS[random.below(WORDS.len())].parse().expect("tokens");
            list.splice(at..at, word);
        }
        _ => match list[at].clone() {
            TokenTree::Group(group) => drop(list.splice(at..=at, group.stream())),
            token => {
                let around = [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace];
                let group = Group::new(around[random.below(3)], token.into());
                list[at] = group.into();
            }
        },
    }
    list.into_iter().collect()
}

/// SplitMix64: the same mutants on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}
