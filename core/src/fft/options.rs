//! Length, axis and norm of a transform.

use num_traits::Float;

/// Where a transform of length `n` is scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Norm {
    /// The inverse by `1 / n` (NumPy's default).
    #[default]
    Backward,
    /// Both by `1 / √n`.
    Ortho,
    /// The forward one by `1 / n`.
    Forward,
}

impl Norm {
    /// The scale of one axis of length `n`.
    pub(super) fn scale<T: Float>(self, n: usize, inverse: bool) -> T {
        let n = T::from(n).expect("a length is a number");
        match (self, inverse) {
            (Norm::Ortho, _) => n.sqrt().recip(),
            (Norm::Backward, true) | (Norm::Forward, false) => n.recip(),
            _ => T::one(),
        }
    }

    /// The norm that makes a transform of the other direction: Hermitian transforms are real ones backwards.
    pub(crate) fn swapped(self) -> Norm {
        match self {
            Norm::Backward => Norm::Forward,
            Norm::Ortho => Norm::Ortho,
            Norm::Forward => Norm::Backward,
        }
    }
}

/// Options of a transform along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FftOptions {
    /// Length along the axis, to which the input is cropped or padded with zeros (for inverse real transforms: length of the
    /// result). Default: the input's (for inverse real transforms `2 (m − 1)`).
    pub n: Option<usize>,
    /// The axis; negative ones count from the last. Default: the last.
    pub axis: isize,
    /// Default: [`Norm::Backward`].
    pub norm: Norm,
}

impl Default for FftOptions {
    fn default() -> Self {
        FftOptions {
            n: None,
            axis: -1,
            norm: Norm::Backward,
        }
    }
}

impl FftOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets the length.
    pub fn n(self, n: usize) -> Self {
        FftOptions { n: Some(n), ..self }
    }
    /// Sets the axis.
    pub fn axis(self, axis: isize) -> Self {
        FftOptions { axis, ..self }
    }
    /// Sets the norm.
    pub fn norm(self, norm: Norm) -> Self {
        FftOptions { norm, ..self }
    }
}

/// Options of a transform along several axes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FftnOptions {
    /// Lengths along the axes. Default: the input's.
    pub s: Option<Vec<usize>>,
    /// The axes. Default: the last two of the functions named `…2`, else the last `s.len()`, else all.
    pub axes: Option<Vec<isize>>,
    /// Default: [`Norm::Backward`].
    pub norm: Norm,
}

impl FftnOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets the lengths.
    pub fn s(self, s: &[usize]) -> Self {
        FftnOptions {
            s: Some(s.to_vec()),
            ..self
        }
    }
    /// Sets the axes.
    pub fn axes(self, axes: &[isize]) -> Self {
        FftnOptions {
            axes: Some(axes.to_vec()),
            ..self
        }
    }
    /// Sets the norm.
    pub fn norm(self, norm: Norm) -> Self {
        FftnOptions { norm, ..self }
    }
}

impl From<FftOptions> for FftnOptions {
    fn from(options: FftOptions) -> Self {
        FftnOptions {
            s: options.n.map(|n| vec![n]),
            axes: Some(vec![options.axis]),
            norm: options.norm,
        }
    }
}

/// An axis from 0 on, for one that may be negative.
#[track_caller]
pub(super) fn axis_number(function: &str, axis: isize, rank: usize) -> usize {
    let number = if axis < 0 { axis + rank as isize } else { axis };
    assert!(
        (0..rank as isize).contains(&number),
        "fft::{function}: axis {axis} is out of bounds for an array of rank {rank}"
    );
    number as usize
}
