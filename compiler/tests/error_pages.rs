//! Every coded error has its page in `docs/errors/`, and every page its error.

use brain_jit_compiler::check::catalogue::Code;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
    let pages: BTreeSet<String> = std::fs::read_dir(&folder)
        .expect("docs/errors")
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".md")?.to_string()))
        .filter(|name| name != "README")
        .collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(|(code, _)| code.to_string()).collect();
    assert_eq!(pages, codes);

    let index = std::fs::read_to_string(folder.join("README.md")).expect("the index");
    for (code, title) in Code::ALL {
        let page = std::fs::read_to_string(folder.join(format!("{code}.md"))).expect("the page");
        assert!(
            page.starts_with(&format!("# {code}: {title}\n")),
            "{code}: the heading is not the catalogue's title"
        );
        for part in ["```rust,compile_fail", "Why", "Instead", "```rust\n"] {
            assert!(page.contains(part), "{code}: no `{part}`");
        }
        let line = format!("| [{code}]({code}.md) | {title} |");
        assert!(index.contains(&line), "{code} is missing in the index");
    }
}
