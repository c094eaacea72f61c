//! Transforms along one axis.

use std::borrow::Cow;
use std::mem::MaybeUninit;

use ndarray::{Array, ArrayRef, ArrayView1, Dimension};
use num_complex::Complex;
use num_traits::Zero;
use rustfft::FftDirection;

use super::element::{FftElement, FftReal};
use super::four_step;
use super::lanes::map_lanes;
use super::options::{FftOptions, Norm, axis_number};
use super::plan::{self, FftFloat};
use crate::kernel::unwritten::written;

/// The transform `X[k] = Σ x[j] e^(−2πi jk/n)` along the last axis.
pub fn fft<A: FftElement, D: Dimension>(a: &ArrayRef<A, D>) -> Array<Complex<A::Float>, D> {
    fft_with(a, FftOptions::new())
}

/// [`fft`] with options. Panics if the axis is out of bounds or the length is 0.
pub fn fft_with<A: FftElement, D: Dimension>(
    a: &ArrayRef<A, D>,
    options: FftOptions,
) -> Array<Complex<A::Float>, D> {
    complex("fft", a, options, FftDirection::Forward)
}

/// The inverse of [`fft`].
pub fn ifft<A: FftElement, D: Dimension>(a: &ArrayRef<A, D>) -> Array<Complex<A::Float>, D> {
    ifft_with(a, FftOptions::new())
}

/// [`ifft`] with options. Panics if the axis is out of bounds or the length is 0.
pub fn ifft_with<A: FftElement, D: Dimension>(
    a: &ArrayRef<A, D>,
    options: FftOptions,
) -> Array<Complex<A::Float>, D> {
    complex("ifft", a, options, FftDirection::Inverse)
}

/// The first `n / 2 + 1` elements of [`fft`] of real input; the others are their conjugates.
pub fn rfft<A: FftReal, D: Dimension>(a: &ArrayRef<A, D>) -> Array<Complex<A::Float>, D> {
    rfft_with(a, FftOptions::new())
}

/// [`rfft`] with options. Panics if the axis is out of bounds or the length is 0.
pub fn rfft_with<A: FftReal, D: Dimension>(
    a: &ArrayRef<A, D>,
    options: FftOptions,
) -> Array<Complex<A::Float>, D> {
    real_forward("rfft", a, options, |x| x)
}

/// The inverse of [`rfft`]: real, of length `2 (m − 1)` for input of length `m`. Imaginary parts of the first element, and of the
/// last for an even length, are ignored.
pub fn irfft<A: FftElement, D: Dimension>(a: &ArrayRef<A, D>) -> Array<A::Float, D> {
    irfft_with(a, FftOptions::new())
}

/// [`irfft`] with options. Panics if the axis is out of bounds or the length is 0.
pub fn irfft_with<A: FftElement, D: Dimension>(
    a: &ArrayRef<A, D>,
    options: FftOptions,
) -> Array<A::Float, D> {
    real_inverse("irfft", a, options, |x| x)
}

/// The transform of a signal with Hermitian symmetry, of which `a` is the first half: real, of length `2 (m − 1)`.
pub fn hfft<A: FftElement, D: Dimension>(a: &ArrayRef<A, D>) -> Array<A::Float, D> {
    hfft_with(a, FftOptions::new())
}

/// [`hfft`] with options. Panics if the axis is out of bounds or the length is 0.
pub fn hfft_with<A: FftElement, D: Dimension>(
    a: &ArrayRef<A, D>,
    options: FftOptions,
) -> Array<A::Float, D> {
    real_inverse(
        "hfft",
        a,
        FftOptions {
            norm: options.norm.swapped(),
            ..options
        },
        |x| x.conj(),
    )
}

/// The inverse of [`hfft`]: the first `n / 2 + 1` elements.
pub fn ihfft<A: FftReal, D: Dimension>(a: &ArrayRef<A, D>) -> Array<Complex<A::Float>, D> {
    ihfft_with(a, FftOptions::new())
}

/// [`ihfft`] with options. Panics if the axis is out of bounds or the length is 0.
pub fn ihfft_with<A: FftReal, D: Dimension>(
    a: &ArrayRef<A, D>,
    options: FftOptions,
) -> Array<Complex<A::Float>, D> {
    real_forward(
        "ihfft",
        a,
        FftOptions {
            norm: options.norm.swapped(),
            ..options
        },
        |x| x.conj(),
    )
}

/// The axis' number, its length and the length of the transform.
#[track_caller]
fn lengths<A, D: Dimension>(
    function: &str,
    a: &ArrayRef<A, D>,
    options: FftOptions,
    inverse_real: bool,
) -> (usize, usize) {
    let axis = axis_number(function, options.axis, a.ndim());
    let length = a.shape()[axis];
    let n = options.n.unwrap_or(if inverse_real {
        2 * length.saturating_sub(1)
    } else {
        length
    });
    assert!(
        n > 0,
        "fft::{function}: the transform would have no points (array of shape {:?}, axis {axis})",
        a.shape()
    );
    (axis, n)
}

/// Copies a lane, cropped or padded with zeros.
#[inline]
fn load<'t, A: Copy, B: Copy + Zero>(
    from: ArrayView1<'_, A>,
    to: &'t mut [MaybeUninit<B>],
    convert: impl Fn(A) -> B,
) -> &'t mut [B] {
    match from.as_slice() {
        Some(from) => written(to, from.iter().map(|&x| convert(x)), B::zero()),
        None => written(to, from.iter().map(|&x| convert(x)), B::zero()),
    }
}

fn complex<A: FftElement, D: Dimension>(
    function: &str,
    a: &ArrayRef<A, D>,
    options: FftOptions,
    direction: FftDirection,
) -> Array<Complex<A::Float>, D> {
    let (axis, n) = lengths(function, a, options, false);
    let scale: A::Float = options.norm.scale(n, direction == FftDirection::Inverse);
    let mut others = a.shape().iter().enumerate().filter(|&(i, _)| i != axis);
    if others.all(|(_, &length)| length == 1)
        && let Some(factors) = four_step::factors(n)
    {
        let lane: Cow<'_, [A]> = match a.as_slice() {
            Some(lane) => lane.into(),
            None => a.iter().copied().collect(),
        };
        let elements = four_step::transform(&lane, factors, direction, scale);
        let mut dim = a.raw_dim();
        dim[axis] = n;
        return Array::from_shape_vec(dim, elements).expect("one lane of the new length");
    }
    let plan = plan::complex::<A::Float>(n, direction);
    map_lanes(
        a,
        axis,
        n,
        || vec![Complex::zero(); plan.get_inplace_scratch_len()],
        |from, to, scratch| {
            let to = load(from, to, A::complex);
            plan.process_with_scratch(to, scratch);
            rescale(to, scale, |x| x * scale);
        },
    )
}

fn rescale<B: Copy, T: FftFloat>(lane: &mut [B], scale: T, scaled: impl Fn(B) -> B) {
    if scale != T::one() {
        lane.iter_mut().for_each(|x| *x = scaled(*x));
    }
}

fn real_forward<A: FftReal, D: Dimension>(
    function: &str,
    a: &ArrayRef<A, D>,
    options: FftOptions,
    finish: impl Fn(Complex<A::Float>) -> Complex<A::Float> + Sync + Send,
) -> Array<Complex<A::Float>, D> {
    let (axis, n) = lengths(function, a, options, false);
    let plan = plan::forward_real::<A::Float>(n);
    let scale: A::Float = options.norm.scale(n, false);
    map_lanes(
        a,
        axis,
        n / 2 + 1,
        || (vec![MaybeUninit::uninit(); n], plan.make_scratch_vec()),
        |from, to, (input, scratch)| {
            let input = load(from, input, A::real);
            let to = written(to, std::iter::empty(), Complex::zero());
            plan.process_with_scratch(input, to, scratch)
                .expect("lengths are the plan's");
            to.iter_mut().for_each(|x| *x = finish(*x * scale));
        },
    )
}

fn real_inverse<A: FftElement, D: Dimension>(
    function: &str,
    a: &ArrayRef<A, D>,
    options: FftOptions,
    start: impl Fn(Complex<A::Float>) -> Complex<A::Float> + Sync + Send,
) -> Array<A::Float, D> {
    let (axis, n) = lengths(function, a, options, true);
    let plan = plan::inverse_real::<A::Float>(n);
    let scale: A::Float = options.norm.scale(n, true);
    map_lanes(
        a,
        axis,
        n,
        || {
            (
                vec![MaybeUninit::uninit(); n / 2 + 1],
                plan.make_scratch_vec(),
            )
        },
        |from, to, (input, scratch)| {
            let input = load(from, input, |x| start(x.complex()));
            let to = written(to, std::iter::empty(), A::Float::zero());
            input[0].im = A::Float::zero();
            if n % 2 == 0 {
                input[n / 2].im = A::Float::zero();
            }
            plan.process_with_scratch(input, to, scratch)
                .expect("lengths are the plan's, and the ends are real");
            rescale(to, scale, |x| x * scale);
        },
    )
}

/// Options of one axis of a transform over several.
pub(super) fn along(n: Option<usize>, axis: usize, norm: Norm) -> FftOptions {
    FftOptions {
        n,
        axis: axis as isize,
        norm,
    }
}
