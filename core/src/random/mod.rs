//! Random numbers that are functions of their place: the same on any number of threads, on any processor.
//!
//! [`RandomState`] is the generator; the functions here are its methods on a process-wide one. Shapes: `()` gives a scalar,
//! `n` a vector, `(n, m)` a matrix ([`Shape`]). The element type is that of the parameters, or of what the result is used as.
//!
//! ```
//! use brain_jit::random;
//! random::seed(1);
//! let noise = random::normal(0.0f32, 2.0, (2, 5));
//! let x: ndarray::Array1<f64> = random::random(10);
//! assert_eq!((noise.dim(), x.len()), ((2, 5), 10));
//! ```

mod check;
mod continuous;
mod default;
mod discrete;
mod distribution;
mod draw;
mod elementary;
mod multivariate;
mod philox;
mod selection;
mod shape;
mod source;
mod state;
mod table;

pub use continuous::functions::*;
pub use default::{default_rng, get_state, seed, seed_context, set_state, split, split_n};
pub use discrete::RandomInteger;
pub use discrete::{counts::functions::*, integers::functions::*, urns::functions::*};
pub use distribution::{Distribution, RandomFloat};
pub use draw::{Counter, Draw, Slot, Substream};
pub use multivariate::{dirichlet, multinomial, multivariate_normal, orthogonal};
pub use philox::philox;
pub use selection::{
    Permute, Population, categorical, choice, choice_distinct, choice_distinct_weighted,
    choice_weighted, permutation, shuffle,
};
pub use shape::{Like, Shape};
pub use source::Drawn;
pub use state::RandomState;

/// The distributions as values, for draws that are computed elsewhere: [`RandomState::draw`].
pub mod distributions {
    pub use super::continuous::distributions::*;
    pub use super::discrete::{
        counts::distributions::*, integers::distributions::*, urns::distributions::*,
    };
}
