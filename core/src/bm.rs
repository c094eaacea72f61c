//! NumPy's and BrainPy's functions under their names; `brain_jit::bm` adds the integrators.

pub use crate::array::{
    activation::*, arithmetic::*, bitwise::*, cast::*, choice::*, comparison::*, creation::*,
    dtype::*, exponential::*, files::*, gamma::*, histogram::*, index::*, indexing::*, joining::*,
    quantile::*, rearrange::*, reduction::*, rounding::*, scan::*, segment::*, shape::*,
    sorting::*, statistics::*, synapse::*, trigonometric::*, window::*,
};

/// The element types, for generic code over arrays.
pub use crate::array::number::{Arithmetic, Bits, Float, Inexact, Integer, Number, RealNumber};
pub use crate::array::surrogate;
pub use crate::backend::{check_nan, get_backend_name, use_backend};
pub use crate::event::pre2post_event_sum;
#[cfg(feature = "fft")]
pub use crate::fft;
#[cfg(feature = "nalgebra")]
pub use crate::interchange::{from_matrix, from_vector, to_dmatrix, to_dvector};
pub use crate::linalg::{
    cross, dot, einsum, inner, kron, matmul, multi_dot, outer, poly, polyadd, polyder, polydiv,
    polyint, polymul, polysub, polyval, tensordot, trace, vdot,
};
#[cfg(feature = "linalg")]
pub use crate::linalg::{polyfit, roots};
pub use crate::{event, initialize, jitconn, linalg, losses, optim, random, sparse};

/// The ratio of a circle's circumference to its diameter.
pub const PI: f64 = std::f64::consts::PI;
/// Euler's number.
pub const E: f64 = std::f64::consts::E;
/// Infinity.
pub const INF: f64 = f64::INFINITY;
/// Not a number.
pub const NAN: f64 = f64::NAN;
