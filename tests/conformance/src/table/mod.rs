//! How each function is called on dynamic values: one line a function.

mod activation;
mod brain;
mod creation;
mod dynamics;
mod elementwise;
mod fft;
mod gradients;
mod indexing;
mod inplace;
mod linalg;
mod manipulation;
mod padding;
mod products;
mod random;
mod reduction;
mod seed;
mod sorting;
mod statistics;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::call::{Call, Outcome};

/// Calls a function on the arguments of a case.
pub type Function = fn(&Call) -> Outcome;

/// The rows of one family.
pub type Rows = Vec<(&'static str, Function)>;

/// The function of this name.
pub fn find(name: &str) -> Option<Function> {
    static TABLE: OnceLock<HashMap<&'static str, Function>> = OnceLock::new();
    TABLE
        .get_or_init(|| {
            let families: [fn() -> Rows; 17] = [
                elementwise::rows,
                reduction::rows,
                creation::rows,
                dynamics::rows,
                manipulation::rows,
                indexing::rows,
                inplace::rows,
                sorting::rows,
                statistics::rows,
                activation::rows,
                seed::rows,
                random::rows,
                products::rows,
                brain::rows,
                linalg::rows,
                fft::rows,
                gradients::rows,
            ];
            families.into_iter().flat_map(|rows| rows()).collect()
        })
        .get(name)
        .copied()
}
