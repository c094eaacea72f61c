//! Products of arrays, and linear algebra with NumPy's meaning: on a matrix, or on every matrix of a stack (the last two axes).
//!
//! Products panic if shapes do not fit. Decompositions return a [`LinalgError`] where NumPy raises `LinAlgError`; they need the
//! feature `linalg` and are those of `faer`.
//!
//! ```
//! use brain_jit::linalg;
//! use ndarray::{Array2, array};
//! let a: Array2<f64> = array![[1.0, 2.0], [3.0, 4.0]];
//! let linalg::Eig { values, vectors } = linalg::eig(&a).unwrap();
//! assert!((values[0].re + 0.37228132).abs() < 1e-8 && (values[1].re - 5.37228132).abs() < 1e-8);
//! assert_eq!(vectors.dim(), (2, 2));
//! let x = linalg::solve(&a, &array![5.0, 11.0]).unwrap();
//! assert!((x - array![1.0, 2.0]).iter().all(|d| d.abs() < 1e-12));
//! ```

mod cross;
mod einsum;
mod element;
mod polynomial;
mod product;
mod rank;

#[cfg(feature = "linalg")]
mod bidiagonal;
#[cfg(feature = "linalg")]
mod bridge;
#[cfg(feature = "linalg")]
mod column_major;
#[cfg(feature = "linalg")]
mod eigen;
mod error;
#[cfg(feature = "linalg")]
mod factor;
#[cfg(feature = "linalg")]
mod householder;
#[cfg(feature = "linalg")]
mod lstsq;
#[cfg(feature = "linalg")]
mod lu;
#[cfg(feature = "linalg")]
mod norm;
#[cfg(feature = "linalg")]
mod quotient_difference;
#[cfg(feature = "linalg")]
mod reflections;
#[cfg(feature = "linalg")]
mod small;
#[cfg(feature = "linalg")]
mod solve;
#[cfg(feature = "linalg")]
mod stack;
#[cfg(feature = "linalg")]
mod svd;
#[cfg(feature = "linalg")]
mod tridiagonal;

#[cfg(feature = "linalg")]
use element::decomposition;

pub use cross::cross;
pub use einsum::{EinsumOperands, einsum};
pub(crate) use einsum::{einsum_adjoint, tensordot_adjoint};
pub use element::ProductElement;
pub use error::LinalgError;
#[cfg(feature = "linalg")]
pub use polynomial::fitting::{polyfit, roots};
pub use polynomial::{poly, polyadd, polyder, polydiv, polyint, polymul, polysub, polyval};
pub(crate) use product::contracted_axes;
pub use product::{
    ContractedAxes, dot, inner, kron, matmul, multi_dot, outer, tensordot, trace, trace_offset,
    vdot,
};
pub use rank::{ProductRank, ResultRank, Stack};

#[cfg(feature = "linalg")]
pub use self::{
    eigen::{Eig, Triangle, eig, eigh, eigh_with, eigvals, eigvalsh, eigvalsh_with},
    element::decomposition::Scalar,
    factor::{Qr, QrMode, cholesky, cholesky_with, qr, qr_with},
    lstsq::{Lstsq, lstsq, lstsq_with},
    norm::{NormOrder, norm, norm_axes, norm_axis, norm_with},
    solve::{Slogdet, det, expm, inv, matrix_power, slogdet, solve},
    svd::{
        Svd, cond, cond_with, matrix_rank, matrix_rank_with, pinv, pinv_with, svd, svd_with,
        svdvals,
    },
};
