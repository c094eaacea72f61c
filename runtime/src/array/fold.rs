//! Reductions of `f32` and `f64` by the SIMD loops of compiled methods, whose bits they have.

use ndarray::{ArrayD, ArrayView1, ArrayViewD, IxDyn};
use std::mem::MaybeUninit;

use crate::kernel::{In, Kernel, Level, MAX_RANK, Ordered, Real, Site, Sum, call, launch, reduce};

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
        Fold::Variance(_) | Fold::StandardDeviation(_) => None,
        Fold::Mean => {
            let count: usize = axes.iter().map(|&axis| x.shape()[axis]).product();
            let count = T::from_f64(count as f64);
            Some(along(Fold::Sum, x, &axes)?.mapv_into(|sum| sum / count))
        }
        Fold::Sum | Fold::Product | Fold::Maximum | Fold::Minimum => {
            let (last, others) = axes.split_last()?;
            let first = along_one(fold, x.view(), *last);
            let next = |before: ArrayD<T>, &axis: &usize| along_one(fold, before.view(), axis);
            Some(others.iter().rev().fold(first, next))
        }
    }
}

fn along_one<T: Real>(fold: Fold, x: ArrayViewD<'_, T>, axis: usize) -> ArrayD<T> {
    let mut shape = x.shape().to_vec();
    shape.remove(axis);
    let mut result = ArrayD::from_elem(IxDyn(&shape), T::ZERO);
    let (axis, out) = (axis as isize, result.view_mut());
    match fold {
        Fold::Product => call::prod_axis_into(&SITE, x, axis, false, out),
        Fold::Maximum => call::max_axis_into(&SITE, x, axis, false, out),
        Fold::Minimum => call::min_axis_into(&SITE, x, axis, false, out),
        _ => call::sum_axis_into(&SITE, x, axis, false, out),
    }
    result
}

/// The place of the extreme element of a line that is not empty, the first of equals or the first NaN.
pub(crate) fn place_of_extreme<T: Ordered>(extreme: Extreme, line: &[T]) -> usize {
    let line = ndarray::ArrayView1::from(line);
    match extreme {
        Extreme::Largest => call::argmax(&SITE, line),
        Extreme::Smallest => call::argmin(&SITE, line),
    }
}
