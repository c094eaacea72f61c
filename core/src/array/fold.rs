//! Reductions by the SIMD loops of compiled methods, whose bits they have.

use ndarray::{ArrayD, ArrayView1, ArrayViewD, ArrayViewMutD, IxDyn};
use std::mem::MaybeUninit;

use super::elementwise::map1;
use super::number::Number;
use super::reduction::kept;
use crate::kernel::{
    In, Kernel, Level, MAX_RANK, Ordered, Real, Scratch, Site, Sum, call, launch, reduce,
};

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
    operands: &["x", "mean"],
};

/// Squares of the deviations from a mean, added up.
struct Deviation<T>(T);

impl<T: Real> Kernel<(In<'_, T>, Sum<T>)> for Deviation<T> {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, out): (&[T], &mut [MaybeUninit<T>])) {
        for (out, &x) in out[..n].iter_mut().zip(&x[..n]) {
            let deviation = x - self.0;
            out.write(deviation * deviation);
        }
    }
}

/// Squares of the deviations from means that broadcast.
struct Deviations;

impl<T: Real> Kernel<(Scratch<T, IxDyn>, In<'_, T>, In<'_, T>)> for Deviations {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x, mean): (&mut [MaybeUninit<T>], &[T], &[T])) {
        for ((out, &x), &mean) in out[..n].iter_mut().zip(&x[..n]).zip(&mean[..n]) {
            let deviation = x - mean;
            out.write(deviation * deviation);
        }
    }
}

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
            let mean = whole(Fold::Mean, x);
            let operands = (In::array(x.view()), Sum::new());
            let squares = launch(&SITE, 3, operands, &Deviation(mean)).1;
            over(squares, (count - ddof).max(0.0))
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
    let truths = map1(x.view(), T::is_true);
    Some(axes.iter().rev().fold(truths, |x, &axis| {
        along_one(x.view(), axis, every, |x, axis, out| match every {
            true => call::all_axis_into(&SITE, x, axis, false, out),
            false => call::any_axis_into(&SITE, x, axis, false, out),
        })
    }))
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
        // Lines that lie in order are read twice and need no memory.
        Fold::Variance(_) | Fold::StandardDeviation(_) if axes.last() == Some(&(x.ndim() - 1)) => {
            None
        }
        Fold::StandardDeviation(ddof) => {
            let variance = along(Fold::Variance(ddof), x, &axes)?;
            Some(variance.mapv_into(num_traits::Float::sqrt))
        }
        Fold::Variance(ddof) => {
            let shape = kept(x.shape(), &axes);
            let mean = along(Fold::Mean, x, &axes)?;
            let mean = mean
                .into_shape_with_order(shape)
                .expect("only lengths of 1 are added");
            let operands = (Scratch::new(), In::array(x.view()), In::array(mean.view()));
            let squares = launch(&SITE, 3, operands, &Deviations).0;
            let count: usize = axes.iter().map(|&axis| x.shape()[axis]).product();
            let count = T::from_f64((count as f64 - ddof).max(0.0));
            Some(along(Fold::Sum, &squares.view(), &axes)?.mapv_into(|sum| sum / count))
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
fn along_one<T: Copy>(
    x: ArrayViewD<'_, T>,
    axis: usize,
    start: T,
    into: impl FnOnce(ArrayViewD<'_, T>, isize, ArrayViewMutD<'_, T>),
) -> ArrayD<T> {
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

/// The places of the extreme elements along an axis; none where a line at a time is as good.
pub(crate) fn places_of_extremes<T: Ordered>(
    extreme: Extreme,
    x: &ArrayViewD<'_, T>,
    axes: &[usize],
) -> Option<ArrayD<usize>> {
    let &[axis] = axes else { return None };
    if x.ndim() > MAX_RANK || axis + 1 == x.ndim() {
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
