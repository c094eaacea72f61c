//! Reductions by the SIMD loops of compiled methods, whose bits they have.

use ndarray::{ArrayD, ArrayView1, ArrayViewD, ArrayViewMutD, IxDyn};

use super::elementwise::map1;
use super::number::Number;
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::moments::{Moments, squares_along};
use crate::kernel::parallel::{for_parts, sharing};
use crate::kernel::registers::rows;
use crate::kernel::{MAX_RANK, Ordered, Real, Site, call, reduce};

/// A reduction.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Fold {
    /// The sum.
    Sum,
    /// The product.
    Product,
    /// The largest element, NaN if one is.
    Maximum,
    /// The smallest element, NaN if one is.
    Minimum,
    /// The sum over the number of elements.
    Mean,
    /// The sum of the squares of the deviations from the mean over the number of elements less this.
    Variance(f64),
    /// The square root of [`Fold::Variance`].
    StandardDeviation(f64),
}

/// Which end of the order is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extreme {
    /// The largest element.
    Largest,
    /// The smallest element.
    Smallest,
}

static SITE: Site = Site {
    method: "bm",
    statement: "a reduction",
    operands: &["x"],
};

/// Rows shorter than this are turned before their columns are looked at.
const NARROW: usize = 16;

/// A reduction of all elements. There must be one for the largest and the smallest.
pub(crate) fn whole<T: Real>(fold: Fold, x: &ArrayViewD<'_, T>) -> T {
    if x.ndim() > MAX_RANK && x.as_slice().is_none() {
        return whole(fold, &x.as_standard_layout().view());
    }
    // A contiguous array is a vector: the rank does not matter then.
    let flat = x.as_slice().map(|elements| {
        ArrayViewD::from_shape(IxDyn(&[elements.len()]), elements).expect("a vector")
    });
    let x = flat.as_ref().unwrap_or(x);
    let over = |sum: T, count: f64| sum / T::from_f64(count);
    let count = x.len() as f64;
    match fold {
        Fold::Sum => reduce::sum(&SITE, x.view()),
        Fold::Product => reduce::prod(&SITE, x.view()),
        Fold::Maximum => reduce::max(&SITE, x.view()),
        Fold::Minimum => reduce::min(&SITE, x.view()),
        Fold::Mean => over(whole(Fold::Sum, x), count),
        Fold::Variance(ddof) => {
            let x = x.as_standard_layout();
            let elements = x.as_slice().expect("standard layout");
            over(Moments::of(elements).squares, (count - ddof).max(0.0))
        }
        Fold::StandardDeviation(ddof) => num_traits::Float::sqrt(whole(Fold::Variance(ddof), x)),
    }
}

/// The extreme element of a line that is not empty, NaN if one is.
pub(crate) fn extreme<T: Ordered>(extreme: Extreme, line: &[T]) -> T {
    let line = ArrayView1::from(line);
    match extreme {
        Extreme::Largest => reduce::max(&SITE, line),
        Extreme::Smallest => reduce::min(&SITE, line),
    }
}

/// The least and the greatest element of a line that is not empty, NaN if one is.
pub(crate) fn extremes<T: Ordered>(line: &[T]) -> (T, T) {
    reduce::extremes(line)
}

/// Whether some element, or every one, along axes is true (not 0).
pub(crate) fn truths<T: Number>(
    every: bool,
    x: &ArrayViewD<'_, T>,
    axes: &[usize],
) -> Option<ArrayD<bool>> {
    // Lines that lie in order are left as soon as the answer is known.
    if x.ndim() > MAX_RANK || axes.is_empty() || axes.contains(&(x.ndim() - 1)) {
        return None;
    }
    let mut axes = axes.to_vec();
    axes.sort_unstable();
    let (&last, others) = axes.split_last()?;
    let first = truths_along(every, x, last);
    let next = |x: ArrayD<bool>, &axis: &usize| truths_along(every, &x.view(), axis);
    Some(others.iter().rev().fold(first, next))
}

/// [`truths`] along one axis.
fn truths_along<T: Number>(every: bool, x: &ArrayViewD<'_, T>, axis: usize) -> ArrayD<bool> {
    const COLUMNS: usize = 1024;
    let inner: usize = x.shape()[axis + 1..].iter().product();
    if inner < NARROW {
        let truths = map1(x.view(), T::is_true);
        return along_one(truths.view(), axis, every, |x, axis, out| match every {
            true => call::all_axis_into(&SITE, x, axis, false, out),
            false => call::any_axis_into(&SITE, x, axis, false, out),
        });
    }
    along_one(x.view(), axis, every, |x, _, mut out| {
        let x = x.as_standard_layout();
        let (elements, len) = (x.as_slice().expect("standard layout"), x.shape()[axis]);
        let out = out.as_slice_mut().expect("a new array");
        let sharing = sharing(elements.len(), 1);
        let blocks = elements.chunks_exact((len * inner).max(1));
        for (block, out) in blocks.zip(out.chunks_exact_mut(inner)) {
            for_parts(out, COLUMNS, sharing, &|part, out: &mut [bool]| {
                let x = &block[part * COLUMNS..];
                match every {
                    true => dispatch(Truths::<T, true>(x, inner, out)),
                    false => dispatch(Truths::<T, false>(x, inner, out)),
                }
            });
        }
    })
}

/// Whether some, or `EVERY`, element is true of the first columns of rows that begin a number of elements apart.
struct Truths<'a, T, const EVERY: bool>(&'a [T], usize, &'a mut [bool]);

impl<T: Number, const EVERY: bool> Dispatch for Truths<'_, T, EVERY> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        /// Rows that are looked at before it is asked whether the answers are known.
        const ROWS: usize = 8;
        let Truths(x, stride, truths) = self;
        let columns = truths.len();
        let row = |k: usize| &x[k * stride..][..columns];
        let count = rows(x, stride, columns);
        let mut first = 0;
        while first + ROWS <= count {
            let mut together = [x; ROWS];
            for k in 0..ROWS {
                together[k] = row(first + k);
            }
            take_truths::<T, EVERY, ROWS>(together, truths);
            if truths
                .iter()
                .fold(true, |known, &truth| known & (truth != EVERY))
            {
                return;
            }
            first += ROWS;
        }
        for k in first..count {
            take_truths::<T, EVERY, 1>([row(k)], truths);
        }
    }
}

/// Takes in whether the elements of rows are true.
#[inline(always)]
fn take_truths<T: Number, const EVERY: bool, const R: usize>(rows: [&[T]; R], truths: &mut [bool]) {
    let columns = truths.len();
    let mut same = rows;
    for k in 0..R {
        same[k] = &rows[k][..columns];
    }
    for column in 0..columns {
        let mut truth = truths[column];
        for k in 0..R {
            let x = same[k][column].is_true();
            truth = if EVERY { truth & x } else { truth | x };
        }
        truths[column] = truth;
    }
}

/// A reduction along axes, which are different and exist; none where a line at a time is as good.
pub(crate) fn along<T: Real>(
    fold: Fold,
    x: &ArrayViewD<'_, T>,
    axes: &[usize],
) -> Option<ArrayD<T>> {
    if x.ndim() > MAX_RANK || axes.is_empty() {
        return None;
    }
    let mut axes = axes.to_vec();
    axes.sort_unstable();
    match fold {
        Fold::StandardDeviation(ddof) => {
            let variance = along(Fold::Variance(ddof), x, &axes)?;
            Some(variance.mapv_into(num_traits::Float::sqrt))
        }
        Fold::Variance(ddof) => {
            let (first, last) = (axes[0], axes[axes.len() - 1]);
            if last - first >= axes.len() {
                // What lies between goes before.
                let others = (0..x.ndim()).filter(|axis| !axes.contains(axis));
                let order: Vec<usize> = others.chain(axes.iter().copied()).collect();
                let last = x.ndim() - axes.len()..x.ndim();
                let x = x.view().permuted_axes(order);
                return along(fold, &x, &last.collect::<Vec<_>>());
            }
            let inner: usize = x.shape()[last + 1..].iter().product();
            let len: usize = x.shape()[first..=last].iter().product();
            let mut shape = x.shape().to_vec();
            shape.drain(first..=last);
            let mut squares = ArrayD::from_elem(IxDyn(&shape), T::ZERO);
            let x = x.as_standard_layout();
            let elements = x.as_slice().expect("standard layout");
            let out = squares.as_slice_mut().expect("a new array");
            squares_along(elements, len, inner, out);
            let count = T::from_f64((len as f64 - ddof).max(0.0));
            Some(squares.mapv_into(|sum| sum / count))
        }
        Fold::Mean => {
            let count: usize = axes.iter().map(|&axis| x.shape()[axis]).product();
            let count = T::from_f64(count as f64);
            Some(along(Fold::Sum, x, &axes)?.mapv_into(|sum| sum / count))
        }
        Fold::Sum | Fold::Product | Fold::Maximum | Fold::Minimum => {
            let one = |x: ArrayViewD<'_, T>, &axis: &usize| {
                along_one(x, axis, T::ZERO, |x, axis, out| match fold {
                    Fold::Product => call::prod_axis_into(&SITE, x, axis, false, out),
                    Fold::Maximum => call::max_axis_into(&SITE, x, axis, false, out),
                    Fold::Minimum => call::min_axis_into(&SITE, x, axis, false, out),
                    _ => call::sum_axis_into(&SITE, x, axis, false, out),
                })
            };
            let (last, others) = axes.split_last()?;
            let next = |before: ArrayD<T>, axis| one(before.view(), axis);
            Some(others.iter().rev().fold(one(x.view(), last), next))
        }
    }
}

/// The reduction along an axis that `into` writes to an array without that axis, full of `start`.
fn along_one<T: Copy, U: Copy>(
    x: ArrayViewD<'_, T>,
    axis: usize,
    start: U,
    into: impl FnOnce(ArrayViewD<'_, T>, isize, ArrayViewMutD<'_, U>),
) -> ArrayD<U> {
    let mut shape = x.shape().to_vec();
    shape.remove(axis);
    let mut result = ArrayD::from_elem(IxDyn(&shape), start);
    into(x, axis as isize, result.view_mut());
    result
}

/// The place of the extreme element of a line that is not empty, the first of equals or the first NaN.
pub(crate) fn place_of_extreme<T: Ordered>(extreme: Extreme, line: &[T]) -> usize {
    match extreme {
        Extreme::Largest => call::position::<T, reduce::Greater>(line),
        Extreme::Smallest => call::position::<T, reduce::Lesser>(line),
    }
}

/// The places of the extreme elements along an axis; none along several, or of too many.
pub(crate) fn places_of_extremes<T: Ordered>(
    extreme: Extreme,
    x: &ArrayViewD<'_, T>,
    axes: &[usize],
) -> Option<ArrayD<usize>> {
    let &[axis] = axes else { return None };
    if x.ndim() > MAX_RANK {
        return None;
    }
    let mut shape = x.shape().to_vec();
    shape.remove(axis);
    let mut places = ArrayD::zeros(IxDyn(&shape));
    let (axis, out) = (axis as isize, places.view_mut());
    match extreme {
        Extreme::Largest => call::argmax_axis_into(&SITE, x.view(), axis, false, out),
        Extreme::Smallest => call::argmin_axis_into(&SITE, x.view(), axis, false, out),
    }
    Some(places)
}
