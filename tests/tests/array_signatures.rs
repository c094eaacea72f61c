//! The section "Arguments" of the page of NumPy's names says what the functions take, after their source.
//!
//! `BRAIN_JIT_BLESS=1 cargo test --test array_signatures` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/numpy.md";
const HEAD: &str = "| function | arguments | gives |\n| --- | --- | --- |\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Splits `text`, which begins behind an opening bracket, at the one that closes it.
fn closed(text: &str, open: char, close: char) -> (&str, &str) {
    let (mut depth, mut last) = (1, ' ');
    for (at, c) in text.char_indices() {
        // The arrow of `Fn(A) -> B` closes nothing.
        let arrow = c == '>' && last == '-';
        depth += i32::from(c == open) - i32::from(c == close && !arrow);
        if depth == 0 {
            return (&text[..at], &text[at + c.len_utf8()..]);
        }
        last = c;
    }
    panic!("no `{close}` in {text}")
}

/// The parts between the commas outside of brackets.
fn parts(text: &str) -> Vec<String> {
    let (mut depth, mut last, mut parts) = (0, ' ', vec![String::new()]);
    for c in text.chars() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if last == '-' => {}
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        last = c;
        parts.last_mut().expect("a part").push(c);
    }
    let words = |part: String| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts = parts.into_iter().map(words);
    parts.filter(|part| !part.is_empty()).collect()
}

/// `x, shift: isize`: a type is named where it is one, and `&mut` where the array is written.
fn arguments(generics: &str, arguments: &str) -> String {
    let generics: Vec<(String, String)> = parts(generics)
        .into_iter()
        .map(|part| match part.split_once(": ") {
            Some((name, bound)) => (name.to_string(), bound.to_string()),
            None => (part, String::new()),
        })
        .collect();
    let short = parts(arguments).into_iter().map(|argument| {
        let (name, ty) = argument.split_once(": ").expect("a typed argument");
        let name = name.trim_start_matches("mut ");
        let bound = generics.iter().find(|(generic, _)| generic == ty);
        match bound
            .map(|(_, bound)| bound.as_str())
            .or(ty.strip_prefix("impl "))
        {
            Some(bound) if bound.contains("Mut<") => format!("&mut {name}"),
            Some(bound) if bound.contains("Fn") => format!("{name}: closure"),
            Some(_) => name.to_string(),
            None => format!("{name}: {}", ty.replace("ndarray::", "")),
        }
    });
    short.collect::<Vec<_>>().join(", ")
}

/// What a function gives, where its type is one that can be read.
fn result(rest: &str) -> String {
    let head = rest.split(['{', ';']).next().unwrap_or_default();
    let head = head.split("\nwhere").next().unwrap_or_default();
    let ty = head.trim().strip_prefix("->").unwrap_or_default();
    let ty = ty.split_whitespace().collect::<Vec<_>>().join(" ");
    let ty = ty.replace("ndarray::", "").replace("super::", "");
    match ty.contains(" as ") || ty.contains("<<") || ty.contains("Both<") {
        true => String::new(),
        false => ty,
    }
}

/// The functions that are written out in the library's source, by name: what they take and give.
fn functions() -> BTreeMap<String, (String, String)> {
    let mut found = BTreeMap::new();
    for folder in ["core/src/array", "core/src/linalg"] {
        for file in std::fs::read_dir(root().join(folder)).expect("a folder of the library") {
            let text = std::fs::read_to_string(file.expect("a file").path()).expect("source");
            for function in text.split("\npub fn ").skip(1) {
                let end = function.find(['<', '(']).expect("arguments");
                let (name, rest) = function.split_at(end);
                let (generics, rest) = match rest.strip_prefix('<') {
                    Some(rest) => closed(rest, '<', '>'),
                    None => ("", rest),
                };
                let rest = rest.trim_start().strip_prefix('(').expect("arguments");
                let (list, rest) = closed(rest, '(', ')');
                found.insert(name.to_string(), (arguments(generics, list), result(rest)));
            }
        }
    }
    found
}

#[test]
fn the_page_says_what_functions_take() {
    let path = root().join(PAGE);
    let text = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = text.split_once(HEAD).expect("the section");
    let listed = rest.find("\n\n").map_or(rest.len(), |end| end + 1);
    let on_page: BTreeSet<&str> = before
        .split("bm::")
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')?;
            Some(rest[..end].trim_end_matches(':'))
        })
        .collect();
    let rows: String = functions()
        .iter()
        .filter(|(name, _)| on_page.contains(name.as_str()))
        // Elementwise functions take their operands alone; what is found of that name is for scalars.
        .filter(|(name, _)| !on_page.contains(format!("{name}_into").as_str()))
        .map(|(name, (arguments, result))| {
            let code = |text: &str| match text {
                "" => String::new(),
                text => format!("`{}`", text.replace('|', "\\|")),
            };
            format!(
                "| `bm::{name}` | {} | {} |\n",
                code(arguments),
                code(result)
            )
        })
        .collect();
    assert!(rows.lines().count() > 200, "{rows}");
    if std::env::var_os("BRAIN_JIT_BLESS").is_some() {
        let page = format!("{before}{HEAD}{rows}{}", &rest[listed..]);
        std::fs::write(&path, page).expect("the page is written");
        return;
    }
    for (row, wanted) in rest[..listed].lines().zip(rows.lines()) {
        assert_eq!(row, wanted);
    }
    assert_eq!(rest[..listed].lines().count(), rows.lines().count());
}

#[test]
fn signatures_are_read() {
    let found = functions();
    let of = |name: &str| (found[name].0.as_str(), found[name].1.as_str());
    assert_eq!(of("roll"), ("x, shift: isize", "Array<T, A::Dim>"));
    assert_eq!(of("clip"), ("x, low, high", ""));
    assert_eq!(of("clip_inplace"), ("&mut x, low, high", ""));
}
