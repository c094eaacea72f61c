//! Adjoints of Fourier transforms: the transform back with the same factor. Where the transform crops its input, or fills it with zeros, the
//! adjoint is filled or cropped.

use ndarray::{Array, ArrayRef, Axis, Dimension, Slice};
use num_complex::Complex;

use super::complex::Part;
use crate::fft::{FftElement, FftOptions, FftReal, FftnOptions, fftn_with, ifftn_with, rfftn_with};

/// The options of a transform, those of one axis too.
pub fn options(options: impl Into<FftnOptions>) -> FftnOptions {
    options.into()
}

/// Along all axes.
pub fn all() -> FftnOptions {
    FftnOptions::new()
}

/// Along the last axis.
pub fn last() -> FftnOptions {
    FftOptions::new().into()
}

/// Along the last two axes, if none are written.
pub fn two(options: FftnOptions) -> FftnOptions {
    FftnOptions {
        axes: options.axes.or(Some(vec![-2, -1])),
        ..options
    }
}

/// The options of the transform back of an array that has the transform's lengths.
fn back(options: &FftnOptions) -> FftnOptions {
    let lengths = options.s.as_ref().map(Vec::len);
    let axes = lengths.map(|count| (-(count as isize)..0).collect());
    FftnOptions {
        s: None,
        axes: options.axes.clone().or(axes),
        norm: options.norm.swapped(),
    }
}

/// The last of the axes.
fn last_axis(options: &FftnOptions, rank: usize) -> usize {
    let axis = options.axes.as_ref().and_then(|axes| axes.last().copied());
    let axis = axis.unwrap_or(-1);
    (if axis < 0 { axis + rank as isize } else { axis }) as usize
}

/// The elements in another shape: cropped, or filled with zeros.
fn resized<T: Part, A: Part<Real = T::Real>, D: Dimension>(
    g: &ArrayRef<T, D>,
    shape: D,
) -> Array<A, D> {
    let zero = Complex::new(num_traits::zero(), num_traits::zero());
    let mut out = Array::from_elem(shape, A::part(zero));
    let lengths: Vec<usize> = g
        .shape()
        .iter()
        .zip(out.shape())
        .map(|(&from, &to)| from.min(to))
        .collect();
    let part = |axis: usize| Slice::from(..lengths[axis]);
    out.slice_each_axis_mut(|axis| part(axis.axis.index()))
        .zip_mut_with(
            &g.slice_each_axis(|axis| part(axis.axis.index())),
            |out, g| {
                *out = A::part(g.complex());
            },
        );
    out
}

/// What the argument of `fftn` receives, or of its `inverse`.
pub fn complex<T, A, D>(
    g: &ArrayRef<Complex<T>, D>,
    a: &ArrayRef<A, D>,
    options: FftnOptions,
    inverse: bool,
) -> Array<A, D>
where
    A: Part<Real = T>,
    Complex<T>: FftElement<Float = T> + Part<Real = T>,
    D: Dimension,
{
    let back = back(&options);
    let whole = match inverse {
        true => fftn_with(g, back),
        false => ifftn_with(g, back),
    };
    resized(&whole, a.raw_dim())
}

/// What the argument of `rfftn` receives, which gives the first half of the last axis.
pub fn real<T, D>(
    g: &ArrayRef<Complex<T>, D>,
    a: &ArrayRef<T, D>,
    options: FftnOptions,
) -> Array<T, D>
where
    T: Part<Real = T>,
    Complex<T>: FftElement<Float = T> + Part<Real = T>,
    D: Dimension,
{
    let axis = last_axis(&options, a.ndim());
    let length = options.s.as_ref().and_then(|s| s.last().copied());
    let mut shape = g.raw_dim();
    shape[axis] = length.unwrap_or(a.shape()[axis]);
    let whole: Array<Complex<T>, D> = resized(g, shape);
    complex(&whole, a, options, false)
}

/// What the argument of `irfftn` receives: its elements stand for their conjugates, too, but for the first, and the last of an even length.
pub fn real_inverse<T, A, D>(
    g: &ArrayRef<T, D>,
    a: &ArrayRef<A, D>,
    options: FftnOptions,
) -> Array<A, D>
where
    T: FftReal<Float = T> + Part<Real = T> + num_traits::Num,
    A: Part<Real = T>,
    Complex<T>: Part<Real = T>,
    D: Dimension,
{
    let axis = last_axis(&options, a.ndim());
    let n = g.shape()[axis];
    let mut whole = rfftn_with(g, back(&options));
    whole
        .slice_axis_mut(Axis(axis), Slice::from(1..n.div_ceil(2)))
        .mapv_inplace(|z| z + z);
    resized(&whole, a.raw_dim())
}
