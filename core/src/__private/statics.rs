//! Static arguments at run time.

use std::fmt::Debug;

/// Panics for a value that no instance was compiled for.
#[cold]
pub fn refuse_static(method: &str, argument: &str, given: &dyn Debug, allowed: &[&dyn Debug]) -> ! {
    let allowed: Vec<String> = allowed.iter().map(|v| format!("{v:?}")).collect();
    panic!(
        "{method}: the static argument `{argument}` is {given:?}, and it was compiled for {}",
        allowed.join(", ")
    )
}
