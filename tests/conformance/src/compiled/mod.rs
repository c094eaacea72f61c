//! The cases once more through compiled functions.
//!
//! For each function that fuses there are generated `#[brain_jit]` functions: elementwise ones and whole reductions of
//! dynamic rank, reductions along an axis of ranks 2 and 3, indices of ranks 1 and 2, each for the element types that
//! compiled methods take. A call of another form is not counted.

mod elementwise;
mod indexing;
mod inplace;
mod reduction;
mod seed;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::call::Stop;
use crate::table::{Function, Rows};

/// The compiled form of the function of this name.
pub fn find(name: &str) -> Option<Function> {
    static TABLE: OnceLock<HashMap<&'static str, Function>> = OnceLock::new();
    TABLE
        .get_or_init(|| {
            let families: [fn() -> Rows; 5] = [
                elementwise::rows,
                reduction::rows,
                inplace::rows,
                indexing::rows,
                seed::rows,
            ];
            families.into_iter().flat_map(|rows| rows()).collect()
        })
        .get(name)
        .copied()
}

/// The call has no compiled form here.
fn none<T>() -> Result<T, Stop> {
    Err(Stop::Unsupported("not in this form".into()))
}
