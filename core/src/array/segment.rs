//! Reductions of the slices that carry one label: sums, products and extremes over segments.
//!
//! Labels are segments of the first axis, in any order. Slices are combined in the order in which they lie, so results do not
//! depend on threads.

use ndarray::{Array, ArrayViewD, ArrayViewMutD, Axis, Dimension, IxDyn};

use super::number::{Arithmetic, Float, Inexact, Integer, Number, RealNumber, maximum, minimum};
use super::operand::{Operand, dynamic, with_rank};

/// A number type with a smallest and a greatest value: what the extremes of a segment without elements are.
pub trait Extremes: RealNumber {
    /// −∞, or the smallest integer.
    const LEAST: Self;
    /// ∞, or the greatest integer.
    const GREATEST: Self;
}

macro_rules! extremes {
    ($least:ident $greatest:ident: $($t:ident)*) => {$(
        impl Extremes for $t {
            const LEAST: Self = $t::$least;
            const GREATEST: Self = $t::$greatest;
        }
    )*};
}
extremes!(MIN MAX: i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
extremes!(NEG_INFINITY INFINITY: f32 f64);

/// The labels as places below `count`, which is one more than the greatest label if it is not given.
pub(super) fn labels<I: Integer, B: Operand<I>>(
    function: &str,
    ids: &B,
    count: Option<usize>,
) -> (Vec<usize>, usize) {
    let ids: Vec<i64> = dynamic(ids).iter().map(|id| id.to_i64()).collect();
    let count = count.unwrap_or_else(|| ids.iter().max().map_or(0, |&id| (id + 1).max(0) as usize));
    let place = |&id: &i64| match usize::try_from(id) {
        Ok(place) if place < count => place,
        _ => panic!("bm::{function}: label {id} with {count} segments"),
    };
    (ids.iter().map(place).collect(), count)
}

/// Calls `f` with each slice of the first axis and the slice of the result that its label names.
fn each<T: Number, U: Number>(
    data: &ArrayViewD<'_, T>,
    out: &mut ArrayViewMutD<'_, U>,
    ids: &[usize],
    f: impl Fn(U, T) -> U,
) {
    // Vectors, the common case, without a view an element.
    if let (Some(data), Some(out), 1) = (data.as_slice(), out.as_slice_mut(), data.ndim()) {
        for (&id, &x) in ids.iter().zip(data) {
            out[id] = f(out[id], x);
        }
        return;
    }
    for (&id, slice) in ids.iter().zip(data.axis_iter(Axis(0))) {
        out.index_axis_mut(Axis(0), id)
            .zip_mut_with(&slice, |out, &x| *out = f(*out, x));
    }
}

/// Segments combined by `f` from `start`, and how many slices each has.
pub(super) fn combine<T: Number, U: Number, I: Integer, A: Operand<T>, B: Operand<I>>(
    function: &str,
    data: &A,
    ids: &B,
    count: Option<usize>,
    start: U,
    f: impl Fn(U, T) -> U,
) -> (Array<U, A::Dim>, Vec<usize>) {
    let data = dynamic(data);
    let (ids, count) = labels(function, ids, count);
    if data.shape().first() != Some(&ids.len()) {
        panic!(
            "bm::{function}: {} labels for data of shape {:?}",
            ids.len(),
            data.shape()
        );
    }
    let mut shape = data.shape().to_vec();
    shape[0] = count;
    let mut out = ndarray::ArrayD::from_elem(IxDyn(&shape), start);
    each(&data, &mut out.view_mut(), &ids, f);
    let mut counts = vec![0; count];
    ids.iter().for_each(|&id| counts[id] += 1);
    (with_rank(out), counts)
}

/// Each slice of the first axis divided by a divisor of its own.
pub(super) fn divided<T: Inexact, D: Dimension>(
    (mut sums, counts): (Array<T, D>, Vec<usize>),
    divisor: impl Fn(f64) -> f64,
) -> Array<T, D> {
    let mut slices = sums.view_mut().into_dyn();
    for (mut slice, &n) in slices.axis_iter_mut(Axis(0)).zip(&counts) {
        let divisor = T::constant(divisor(n.max(1) as f64));
        slice.mapv_inplace(|sum| sum.divide(divisor));
    }
    sums
}

macro_rules! segments {
    ($($(#[$doc:meta])* $name:ident $unsorted:ident <$t:ident: $bound:path> -> $u:ty,
        |$function:ident, $data:ident, $ids:ident, $count:ident| $value:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        /// If there is not one label a slice of the first axis, or a label is negative.
        pub fn $name<$t: $bound, I: Integer, A: Operand<$t>, B: Operand<I>>(data: A, ids: B) -> Array<$u, A::Dim> {
            let ($function, $data, $ids, $count) = (stringify!($name), &data, &ids, None);
            $value
        }

        #[doc = concat!("[`", stringify!($name), "`] with the number of segments given.")]
        ///
        /// # Panics
        /// If there is not one label a slice of the first axis, or a label is out of range.
        pub fn $unsorted<$t: $bound, I: Integer, A: Operand<$t>, B: Operand<I>>(
            data: A, ids: B, segments: usize,
        ) -> Array<$u, A::Dim> {
            let ($function, $data, $ids, $count) = (stringify!($unsorted), &data, &ids, Some(segments));
            $value
        }
    )*};
}

segments! {
    /// The sum of the slices with each label; 0 where there is none.
    ///
    /// ```
    /// use brain_jit::{bm, prelude::*};
    /// let current = array![1.0, 2.0, 4.0];
    /// assert_eq!(bm::segment_sum(&current, [0, 2, 0]), array![5.0, 0.0, 2.0]);
    /// assert_eq!(bm::unsorted_segment_sum(&current, [0, 2, 0], 4), array![5.0, 0.0, 2.0, 0.0]);
    /// ```
    segment_sum unsorted_segment_sum <T: Number> -> T,
        |function, data, ids, count| combine(function, data, ids, count, T::ZERO, T::plus).0;
    /// The product of the slices with each label; 1 where there is none.
    segment_prod unsorted_segment_prod <T: Number> -> T,
        |function, data, ids, count| combine(function, data, ids, count, T::ONE, T::times).0;
    /// The greatest elements of the slices with each label; −∞ or the smallest integer where there is none.
    segment_max unsorted_segment_max <T: Extremes> -> T,
        |function, data, ids, count| combine(function, data, ids, count, T::LEAST, maximum).0;
    /// The smallest elements of the slices with each label; ∞ or the greatest integer where there is none.
    segment_min unsorted_segment_min <T: Extremes> -> T,
        |function, data, ids, count| combine(function, data, ids, count, T::GREATEST, minimum).0;
    /// The mean of the slices with each label; 0 where there is none. Integers give `f64`.
    segment_mean unsorted_segment_mean <T: Number> -> T::Float, |function, data, ids, count| divided(
        combine(function, data, ids, count, T::Float::ZERO, |sum, x: T| sum.plus(x.to_float())), |n| n);
    /// The sum of the slices with each label, divided by the square root of their number; 0 where there is none.
    segment_sqrt_n unsorted_segment_sqrt_n <T: Number> -> T::Float, |function, data, ids, count| divided(
        combine(function, data, ids, count, T::Float::ZERO, |sum, x: T| sum.plus(x.to_float())), f64::sqrt);
}

/// `eˣ` divided by its sum over the elements with the same label: [`softmax`](super::activation::softmax) in each segment.
///
/// # Panics
/// If there is not one label a slice of the first axis, or a label is out of range.
pub fn segment_softmax<
    T: Number<Float: Float + Extremes>,
    I: Integer,
    A: Operand<T>,
    B: Operand<I>,
>(
    data: A,
    ids: B,
    segments: usize,
) -> Array<T::Float, A::Dim> {
    let function = "segment_softmax";
    let (places, count) = labels(function, &ids, Some(segments));
    let largest: Array<T::Float, A::Dim> = combine(
        function,
        &data,
        &ids,
        Some(count),
        T::Float::LEAST,
        |m, x: T| maximum(m, x.to_float()),
    )
    .0;
    let mut e = dynamic(&data).mapv(T::to_float);
    let spread = |values: Array<T::Float, A::Dim>| values.into_dyn().select(Axis(0), &places);
    e.zip_mut_with(&spread(largest), |x, &largest| *x = x.minus(largest).exp());
    let sums = combine(
        function,
        &e,
        &ids,
        Some(count),
        T::Float::ZERO,
        Number::plus,
    )
    .0;
    let sums = sums.select(Axis(0), &places);
    e.zip_mut_with(&sums, |x, &sum| *x = x.divide(sum));
    with_rank(e)
}
