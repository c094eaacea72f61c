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
mod distribution;
mod draw;
mod elementary;
mod philox;
mod shape;
mod state;
mod table;

pub use continuous::functions::*;
pub use default::{default_rng, get_state, seed, set_state, split, split_n};
pub use distribution::{Distribution, RandomFloat};
pub use draw::{Counter, Draw, Substream};
pub use philox::philox;
pub use shape::{Like, Shape};
pub use state::RandomState;

/// The distributions as values, for draws that are computed elsewhere: [`RandomState::draw`].
pub mod distributions {
    pub use super::continuous::distributions::*;
}
