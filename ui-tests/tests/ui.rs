//! Every mistake in `fail/` is refused with the error beside it.

#[test]
fn mistakes_are_compile_errors() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*/*.rs");
}
