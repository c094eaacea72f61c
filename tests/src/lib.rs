//! Support code of the brain_jit tests.

pub mod allocations;
pub mod backends;
pub mod binary;
pub mod differences;
pub mod double_references;
pub mod eager;
pub mod ulp;
pub mod unary;

/// Tests of expressions that panic: `name: expression => "what the text of the panic holds";`.
#[macro_export]
macro_rules! panics {
    ($($name:ident: $body:expr => $text:literal;)*) => {$(
        #[test]
        #[should_panic(expected = $text)]
        fn $name() {
            let _ = $body;
        }
    )*};
}
