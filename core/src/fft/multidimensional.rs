//! Transforms along several axes: one after another.

use ndarray::{Array, ArrayRef, Dimension};
use num_complex::Complex;

use super::element::{FftElement, FftReal};
use super::one_dimensional::{along, fft_with, ifft_with, irfft_with, rfft_with};
use super::options::{FftnOptions, axis_number};

macro_rules! variants {
    ($($(#[$doc:meta])* $name:ident, $with:ident, $two:ident, $two_with:ident: [$element:ident] $output:ty, |$a:ident, $axes:ident, $norm:ident| $body:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name<A: $element, D: Dimension>(a: &ArrayRef<A, D>) -> Array<$output, D> {
            $with(a, FftnOptions::new())
        }

        #[doc = concat!("[`", stringify!($name), "`] with options. Panics if an axis is out of bounds, lengths and axes differ in number, or a length is 0.")]
        pub fn $with<A: $element, D: Dimension>(a: &ArrayRef<A, D>, options: FftnOptions) -> Array<$output, D> {
            let ($a, $norm) = (a, options.norm);
            let $axes = axes(stringify!($name), a.ndim(), &options, None);
            $body
        }

        #[doc = concat!("[`", stringify!($name), "`] along the last two axes.")]
        pub fn $two<A: $element, D: Dimension>(a: &ArrayRef<A, D>) -> Array<$output, D> {
            $two_with(a, FftnOptions::new())
        }

        #[doc = concat!("[`", stringify!($two), "`] with options.")]
        pub fn $two_with<A: $element, D: Dimension>(a: &ArrayRef<A, D>, options: FftnOptions) -> Array<$output, D> {
            let ($a, $norm) = (a, options.norm);
            let $axes = axes(stringify!($two), a.ndim(), &options, Some(&[-2, -1]));
            $body
        }
    )*};
}

variants! {
    /// [`fft`](super::fft) along all axes.
    fftn, fftn_with, fft2, fft2_with: [FftElement] Complex<A::Float>, |a, axes, norm| {
        axes.iter().rev().fold(complex(a), |a, &(axis, n)| fft_with(&a, along(n, axis, norm)))
    };

    /// The inverse of [`fftn`].
    ifftn, ifftn_with, ifft2, ifft2_with: [FftElement] Complex<A::Float>, |a, axes, norm| {
        axes.iter().rev().fold(complex(a), |a, &(axis, n)| ifft_with(&a, along(n, axis, norm)))
    };

    /// [`rfft`](super::rfft) along the last axis, [`fft`](super::fft) along the others.
    rfftn, rfftn_with, rfft2, rfft2_with: [FftReal] Complex<A::Float>, |a, axes, norm| {
        let (&(axis, n), others) = last(&axes, "rfftn");
        let a = rfft_with(a, along(n, axis, norm));
        others.iter().rev().fold(a, |a, &(axis, n)| fft_with(&a, along(n, axis, norm)))
    };

    /// The inverse of [`rfftn`].
    irfftn, irfftn_with, irfft2, irfft2_with: [FftElement] A::Float, |a, axes, norm| {
        let (&(axis, n), others) = last(&axes, "irfftn");
        let a = others.iter().fold(complex(a), |a, &(axis, n)| ifft_with(&a, along(n, axis, norm)));
        irfft_with(&a, along(n, axis, norm))
    };
}

fn complex<A: FftElement, D: Dimension>(a: &ArrayRef<A, D>) -> Array<Complex<A::Float>, D> {
    a.mapv(A::complex)
}

type AxisLength = (usize, Option<usize>);

#[track_caller]
fn last<'a>(axes: &'a [AxisLength], function: &str) -> (&'a AxisLength, &'a [AxisLength]) {
    axes.split_last()
        .unwrap_or_else(|| panic!("fft::{function}: at least one axis is needed"))
}

/// The axes and their lengths.
#[track_caller]
fn axes(
    function: &str,
    rank: usize,
    options: &FftnOptions,
    default: Option<&[isize]>,
) -> Vec<AxisLength> {
    let all: Vec<isize>;
    let axes = match (&options.axes, default, &options.s) {
        (Some(axes), _, _) => axes.as_slice(),
        (None, Some(default), _) => default,
        (None, None, s) => {
            let count = s.as_ref().map_or(rank, Vec::len) as isize;
            all = (-count..0).collect();
            &all
        }
    };
    if let Some(s) = &options.s {
        assert!(
            s.len() == axes.len(),
            "fft::{function}: {} lengths for {} axes",
            s.len(),
            axes.len()
        );
    }
    let length = |i: usize| options.s.as_ref().map(|s| s[i]);
    axes.iter()
        .enumerate()
        .map(|(i, &axis)| (axis_number(function, axis, rank), length(i)))
        .collect()
}
