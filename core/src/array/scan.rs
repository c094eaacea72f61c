//! Running results and differences along an axis.

use ndarray::{Array, Array1, ArrayD, ArrayViewD, ArrayViewMut1, Axis, Slice, Zip};

use super::axis::{AxisIndex, resolve};
use super::joining::join;
use super::number::{Arithmetic, Bits, Float, Inexact, Number};
use super::operand::{Operand, dynamic, with_rank};

fn accumulate<T: Number, U: Number>(
    view: ArrayViewD<'_, T>,
    axis: usize,
    convert: impl Fn(T) -> U,
    combine: impl Fn(U, U) -> U,
) -> ArrayD<U> {
    let mut result = view.mapv(convert);
    for line in result.lanes_mut(Axis(axis)) {
        run(line, &combine);
    }
    result
}

/// Combines each element with all before it.
fn run<T: Number>(mut line: ArrayViewMut1<'_, T>, combine: impl Fn(T, T) -> T) {
    for i in 1..line.len() {
        line[i] = combine(line[i - 1], line[i]);
    }
}

macro_rules! scans {
    ($($(#[$doc:meta])* $whole:ident $axis:ident |$value:ident| $convert:expr, $combine:expr;)*) => {$(
        $(#[$doc])*
        pub fn $whole<T: Number, A: Operand<T>>(x: A) -> Array1<T::Sum> {
            let mut result: Array1<T::Sum> = x.view().iter().map(|&$value| $convert).collect();
            run(result.view_mut(), $combine);
            result
        }

        #[doc = concat!("[`", stringify!($whole), "`] along an axis.")]
        pub fn $axis<T: Number, A: Operand<T>>(x: A, axis: impl AxisIndex) -> Array<T::Sum, A::Dim> {
            let view = dynamic(&x);
            let axis = resolve(stringify!($axis), axis, view.shape());
            with_rank(accumulate(view, axis, |$value: T| $convert, $combine))
        }
    )*};
}

scans! {
    /// Running sums of the raveled array; integers widen as in [`sum`](super::reduction::sum).
    cumsum cumsum_axis |value| value.to_sum(), |a, b| a.plus(b);
    /// Running products of the raveled array.
    cumprod cumprod_axis |value| value.to_sum(), |a, b| a.times(b);
    /// Running sums, NaN as 0.
    nancumsum nancumsum_axis |value| if value.is_nan() { T::Sum::ZERO } else { value.to_sum() }, |a, b| a.plus(b);
    /// Running products, NaN as 1.
    nancumprod nancumprod_axis |value| if value.is_nan() { T::Sum::ONE } else { value.to_sum() }, |a, b| a.times(b);
}

/// What a difference of two elements is: of `bool`, whether they differ.
pub trait Difference: Number {
    /// `self − other`
    fn difference(self, other: Self) -> Self;
}

impl Difference for bool {
    fn difference(self, other: Self) -> Self {
        self.xor(other)
    }
}

macro_rules! differences {
    ($($t:ty)*) => {$(
        impl Difference for $t {
            fn difference(self, other: Self) -> Self { self.minus(other) }
        }
    )*};
}
differences!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize num_complex::Complex32 num_complex::Complex64);

/// Differences of neighbours along the last axis.
pub fn diff<T: Difference, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    diff_axis(x, 1, -1)
}

/// Differences of neighbours along an axis, taken `n` times.
pub fn diff_axis<T: Difference, A: Operand<T>>(
    x: A,
    n: usize,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let mut current = dynamic(&x).to_owned();
    let axis = Axis(resolve("diff", axis, current.shape()));
    for _ in 0..n {
        let length = current.len_of(axis);
        let later = current.slice_axis(axis, Slice::from(1.min(length)..));
        let earlier = current.slice_axis(axis, Slice::from(..length.saturating_sub(1)));
        current = Zip::from(&later)
            .and(&earlier)
            .map_collect(|&a, &b| a.difference(b));
    }
    with_rank(current)
}

/// [`diff_axis`] with `before` and `after` joined to the array first; a scalar counts as one slice.
pub fn diff_ends<T: Difference, A: Operand<T>, B: Operand<T>, C: Operand<T>>(
    x: A,
    n: usize,
    axis: impl AxisIndex,
    before: Option<B>,
    after: Option<C>,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = resolve("diff_ends", axis, view.shape());
    let end = |end: ArrayViewD<'_, T>| -> ArrayD<T> {
        if end.ndim() > 0 {
            return end.to_owned();
        }
        let mut sizes = view.shape().to_vec();
        sizes[axis] = 1;
        super::shape::broadcast_to(end, sizes)
    };
    let mut parts = Vec::new();
    parts.extend(before.as_ref().map(|before| end(dynamic(before))));
    parts.push(view.to_owned());
    parts.extend(after.as_ref().map(|after| end(dynamic(after))));
    let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
    with_rank(diff_axis(join("diff_ends", &views, axis as isize), n, axis))
}

/// Differences of neighbours in the raveled array.
pub fn ediff1d<T: Difference, A: Operand<T>>(x: A) -> Array1<T> {
    let flat: Array1<T> = x.view().iter().copied().collect();
    diff(flat)
}

/// The derivative along each axis: central differences, one-sided at the ends, one array an axis.
pub fn gradient<T: Number, A: Operand<T>>(x: A) -> Vec<Array<T::Float, A::Dim>> {
    let view = dynamic(&x);
    (0..view.ndim())
        .map(|axis| with_rank(slope(&view, axis, T::Float::ONE)))
        .collect()
}

/// The derivative along one axis for points `spacing` apart.
///
/// # Panics
/// If the axis has fewer than two points.
pub fn gradient_axis<T: Number, A: Operand<T>>(
    x: A,
    spacing: T::Float,
    axis: impl AxisIndex,
) -> Array<T::Float, A::Dim> {
    let view = dynamic(&x);
    let axis = resolve("gradient", axis, view.shape());
    with_rank(slope(&view, axis, spacing))
}

fn slope<T: Number>(view: &ArrayViewD<'_, T>, axis: usize, spacing: T::Float) -> ArrayD<T::Float> {
    let values = view.mapv(|value| value.to_float());
    let n = view.shape()[axis];
    if n < 2 {
        panic!("bm::gradient: axis {axis} has {n} points, at least 2 are needed");
    }
    let twice = spacing.plus(spacing);
    let mut result = values.clone();
    for (mut line, values) in result
        .lanes_mut(Axis(axis))
        .into_iter()
        .zip(values.lanes(Axis(axis)))
    {
        line[0] = values[1].minus(values[0]).divide(spacing);
        line[n - 1] = values[n - 1].minus(values[n - 2]).divide(spacing);
        for i in 1..n - 1 {
            line[i] = values[i + 1].minus(values[i - 1]).divide(twice);
        }
    }
    result
}

/// Phases with jumps of more than half a period removed, along the last axis.
pub fn unwrap<T: Float, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    unwrap_period(x, T::constant(2.0 * std::f64::consts::PI), -1)
}

/// [`unwrap`] for another period and axis.
pub fn unwrap_period<T: Float, A: Operand<T>>(
    x: A,
    period: T,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let mut result = dynamic(&x).to_owned();
    let axis = resolve("unwrap", axis, result.shape());
    let half = period.divide(T::constant(2.0));
    for mut line in result.lanes_mut(Axis(axis)) {
        let (mut previous, mut shift) = (None::<T>, T::ZERO);
        for value in line.iter_mut() {
            let raw = *value;
            if let Some(previous) = previous {
                let jump = raw.minus(previous);
                let mut turn = jump.plus(half).remainder(period).minus(half);
                if turn == half.negative() && jump > T::ZERO {
                    turn = half;
                }
                if Number::abs(jump) >= half {
                    shift = shift.plus(turn.minus(jump));
                }
            }
            previous = Some(raw);
            *value = raw.plus(shift);
        }
    }
    with_rank(result)
}
