//! NumPy's and BrainPy's functions under their names.

pub use crate::array::{
    activation::*, arithmetic::*, bitwise::*, cast::*, choice::*, comparison::*, creation::*,
    dtype::*, exponential::*, files::*, index::*, indexing::*, joining::*, rearrange::*,
    reduction::*, rounding::*, scan::*, shape::*, sorting::*, statistics::*, trigonometric::*,
    window::*,
};

/// The element types, for generic code over arrays.
pub use crate::array::number::{Arithmetic, Bits, Float, Inexact, Integer, Number, RealNumber};
pub use crate::backend::{check_nan, get_backend_name, use_backend};
#[cfg(feature = "fft")]
pub use crate::fft;
pub use crate::linalg::{
    cross, dot, einsum, inner, kron, matmul, multi_dot, outer, poly, polyadd, polyder, polydiv, polyint, polymul,
    polysub, polyval, tensordot, trace, vdot,
};
#[cfg(feature = "linalg")]
pub use crate::linalg::{polyfit, roots};
pub use crate::{linalg, random};

/// The ratio of a circle's circumference to its diameter.
pub const PI: f64 = std::f64::consts::PI;
/// Euler's number.
pub const E: f64 = std::f64::consts::E;
/// Infinity.
pub const INF: f64 = f64::INFINITY;
/// Not a number.
pub const NAN: f64 = f64::NAN;
