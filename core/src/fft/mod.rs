//! Discrete Fourier transforms with NumPy's meaning: of any length, along any axis, of `f32` and `f64`, real and complex.
//!
//! Each function has a form `…_with` that takes length, axis and norm ([`FftOptions`], [`FftnOptions`]). Lanes are transformed in
//! parallel; plans are kept for the next call. The transforms themselves are `rustfft`'s and `realfft`'s.
//!
//! ```
//! use brain_jit::fft;
//! use ndarray::array;
//! use num_complex::Complex64;
//!
//! let x = fft::ifft(&array![0.0, 4.0, 0.0, 0.0]);
//! let i = Complex64::I;
//! assert_eq!(x, array![i / i, i, i * i, -i]);
//!
//! let half = fft::rfft_with(&array![1.0f32, 1.0, 1.0, 1.0], fft::FftOptions::new().norm(fft::Norm::Forward));
//! assert_eq!(half.len(), 3);
//! assert_eq!(half[0].re, 1.0);
//! ```

mod element;
mod four_step;
mod frequencies;
mod lanes;
mod multidimensional;
mod one_dimensional;
mod options;
mod plan;

pub use element::{FftElement, FftReal};
pub use frequencies::{fftfreq, fftshift, fftshift_axes, ifftshift, ifftshift_axes, rfftfreq};
pub use multidimensional::{
    fft2, fft2_with, fftn, fftn_with, ifft2, ifft2_with, ifftn, ifftn_with, irfft2, irfft2_with,
    irfftn, irfftn_with, rfft2, rfft2_with, rfftn, rfftn_with,
};
pub use one_dimensional::{
    fft, fft_with, hfft, hfft_with, ifft, ifft_with, ihfft, ihfft_with, irfft, irfft_with, rfft,
    rfft_with,
};
pub use options::{FftOptions, FftnOptions, Norm};
pub use plan::FftFloat;

/// The code of the page compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/fft.md")]
pub mod page {}
