//! Reductions over one axis: `sum_axis`, `prod_axis`, `max_axis`, …
//!
//! The order depends on the shape alone. Along the last axis an item is folded like a whole array. Along another axis
//! rows are folded into a row of results, in segments of [`SEGMENT`] that are folded again in the same way, so that
//! errors stay small on long axes. Rows shorter than a vector are taken several at a time.

use super::{axis_of, check_out, fixed, with_standard, with_standard_mut};
use crate::kernel::element::{Element, Number, Ordered, Real};
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::parallel::{self, Parts};
use crate::kernel::reduce::{Add, And, Combine, Greater, Lesser, Multiply, Or, fold_runs};
use crate::kernel::registers::{Aligned, rows};
use crate::kernel::scratch::scratch;
use crate::kernel::site::Site;
use crate::kernel::space::{CHUNK, Dims};
use ndarray::{ArrayView, ArrayViewMut, Dimension, Ix1};
use std::marker::PhantomData;

/// How many groups of rows are folded one after the other.
const SEGMENT: usize = 256;

/// Rows are taken in groups of at least this many elements.
const GROUP: usize = 64;

/// The longest row that is folded with one temporary row.
const ROW: usize = 2048;

/// The shape without `axis`, or with length 1 there.
///
/// # Panics
/// If there is no such axis.
pub fn reduce_axis_shape<const N: usize>(
    site: &Site,
    shape: &[usize],
    axis: isize,
    keepdims: bool,
) -> [usize; N] {
    fixed(reduced(site, shape, axis, keepdims).as_slice())
}

pub(super) fn reduced(site: &Site, shape: &[usize], axis: isize, keepdims: bool) -> Dims {
    let axis = axis_of(site, axis, shape.len());
    let mut lens = [0; crate::kernel::MAX_RANK];
    let mut rank = 0;
    for (at, &len) in shape.iter().enumerate() {
        if at != axis || keepdims {
            lens[rank] = if at == axis { 1 } else { len };
            rank += 1;
        }
    }
    Dims::new(&lens[..rank])
}

/// Lengths before, along and after an axis.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    outer: usize,
    pub len: usize,
    pub inner: usize,
}

impl Extent {
    pub fn new(shape: &[usize], axis: usize) -> Self {
        let outer = shape[..axis].iter().product();
        let inner = shape[axis + 1..].iter().product();
        Extent {
            outer,
            len: shape[axis],
            inner,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.outer * self.inner == 0
    }
}

/// Folds `array` over `axis` into `out`.
fn fold_axis_into<T: Element, C: Combine<T>, D: Dimension, E: Dimension>(
    site: &Site,
    array: ArrayView<'_, T, D>,
    axis: isize,
    keepdims: bool,
    out: ArrayViewMut<'_, T, E>,
) {
    check_out(
        site,
        reduced(site, array.shape(), axis, keepdims).as_slice(),
        out.shape(),
    );
    let extent = Extent::new(array.shape(), axis_of(site, axis, array.ndim()));
    if extent.len == 0 && C::EMPTY.is_none() && !extent.is_empty() {
        site.fail(&format!(
            "{} over axis {axis} of {}, which has length 0 there",
            C::NAME,
            site.operand(0)
        ));
    }
    with_standard(array, |x| {
        with_standard_mut(out, |out| fold_extent::<T, C>(x, extent, out))
    });
}

fn fold_extent<T: Element, C: Combine<T>>(x: &[T], extent: Extent, out: &mut [T]) {
    let Extent { len, inner, .. } = extent;
    if extent.is_empty() {
        return;
    }
    if len == 0 {
        out.fill(C::EMPTY.unwrap_or(C::IDENTITY));
    } else if inner == 1 {
        let rows = (CHUNK / len).max(1);
        let parts = Parts::new(out, rows);
        parallel::for_ranges(parts.count(), parallel::sharing(x.len(), 1), &|range| {
            for part in range {
                // SAFETY: each part is visited once.
                let out = unsafe { parts.part(part) };
                let first = part * rows * len;
                dispatch(Lanes::<T, C>(
                    &x[first..first + out.len() * len],
                    len,
                    out,
                    PhantomData,
                ));
            }
        });
    } else if inner > ROW {
        for (x, out) in x.chunks_exact(len * inner).zip(out.chunks_exact_mut(inner)) {
            let parts = Parts::new(out, ROW);
            parallel::for_ranges(parts.count(), parallel::sharing(x.len(), 1), &|range| {
                for part in range {
                    // SAFETY: each part is visited once.
                    let out = unsafe { parts.part(part) };
                    dispatch(Columns::<T, C>(x, inner, part * ROW, out, PhantomData));
                }
            });
        }
    } else {
        for (x, out) in x.chunks_exact(len * inner).zip(out.chunks_exact_mut(inner)) {
            fold_rows::<T, C>(x, inner, out);
        }
    }
}

/// Folds rows of `width` elements into one.
fn fold_rows<T: Element, C: Combine<T>>(x: &[T], width: usize, out: &mut [T]) {
    let group = GROUP.div_ceil(width) * width;
    let segment = group * SEGMENT;
    if x.len() <= segment {
        dispatch(Rows::<T, C>(x, width, group, out, PhantomData));
        return;
    }
    let mut partial = scratch::<T, Ix1>(x.len().div_ceil(segment) * width);
    let partial = partial.as_slice_mut().expect("a temporary is contiguous");
    let parts = Parts::new(partial, width);
    parallel::for_ranges(parts.count(), parallel::sharing(x.len(), 1), &|range| {
        for part in range {
            let end = x.len().min((part + 1) * segment);
            // SAFETY: each part is visited once.
            let out = unsafe { parts.part(part) };
            dispatch(Rows::<T, C>(
                &x[part * segment..end],
                width,
                group,
                out,
                PhantomData,
            ));
        }
    });
    fold_rows::<T, C>(partial, width, out);
}

/// Items of a length, each folded to an element.
struct Lanes<'a, T, C>(&'a [T], usize, &'a mut [T], PhantomData<C>);

impl<T: Element, C: Combine<T>> Dispatch for Lanes<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Lanes(x, len, out, _) = self;
        for (x, out) in x.chunks_exact(len).zip(out) {
            *out = fold_item::<L, T, C>(x);
        }
    }
}

/// The fold of an item: like a whole array's, but in order if it is short.
#[inline(always)]
pub(super) fn fold_item<L: Level, T: Element, C: Combine<T>>(x: &[T]) -> T {
    if x.len() <= 32 {
        return x.iter().fold(C::IDENTITY, |a, &b| C::combine(a, b));
    }
    let chunks = x.chunks(CHUNK).map(fold_runs::<L, T, C>);
    chunks.reduce(C::combine).unwrap_or(C::IDENTITY)
}

/// Folds rows that begin `stride` apart into one, in their order.
#[inline(always)]
fn fold_down<L: Level, T: Element, C: Combine<T>>(x: &[T], stride: usize, sums: &mut [T]) {
    sums.fill(C::IDENTITY);
    let in_registers = |operation| T::fold_down::<L>(operation, x, stride, sums);
    if C::OPERATION.and_then(in_registers).is_some() {
        return;
    }
    sums.fill(C::IDENTITY);
    for row in 0..rows(x, stride, sums.len()) {
        for (sum, &x) in sums.iter_mut().zip(&x[row * stride..]) {
            *sum = C::combine(*sum, x);
        }
    }
}

/// Rows of a width, taken in groups and folded into one row.
struct Rows<'a, T, C>(&'a [T], usize, usize, &'a mut [T], PhantomData<C>);

impl<T: Element, C: Combine<T>> Dispatch for Rows<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Rows(x, width, group, out, _) = self;
        let mut sums = Aligned([C::IDENTITY; ROW + GROUP]);
        let sums = &mut sums.0[..group];
        fold_down::<L, T, C>(x, group, sums);
        for (sum, &x) in sums.iter_mut().zip(x.chunks_exact(group).remainder()) {
            *sum = C::combine(*sum, x);
        }
        out.copy_from_slice(&sums[..width]);
        for row in sums.chunks_exact(width).skip(1) {
            for (out, &sum) in out.iter_mut().zip(row) {
                *out = C::combine(*out, sum);
            }
        }
    }
}

/// Part of the columns of long rows.
struct Columns<'a, T, C>(&'a [T], usize, usize, &'a mut [T], PhantomData<C>);

impl<T: Element, C: Combine<T>> Dispatch for Columns<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Columns(x, width, first, out, _) = self;
        let mut sums = Aligned([C::IDENTITY; ROW]);
        let sums = &mut sums.0[..out.len()];
        out.fill(C::IDENTITY);
        for segment in x.chunks(width * SEGMENT) {
            fold_down::<L, T, C>(&segment[first..], width, sums);
            for (out, &sum) in out.iter_mut().zip(&*sums) {
                *out = C::combine(*out, sum);
            }
        }
    }
}

macro_rules! axis_folds {
    ($($(#[$doc:meta])* $into:ident, $shape:ident, $type:ident: $bound:ident, $combine:ident;)*) => {$(
        /// As [`reduce_axis_shape`].
        pub fn $shape<const N: usize>(site: &Site, shape: &[usize], axis: isize, keepdims: bool) -> [usize; N] {
            reduce_axis_shape(site, shape, axis, keepdims)
        }

        $(#[$doc])*
        pub fn $into<$type: $bound, D: Dimension, E: Dimension>(
            site: &Site,
            array: ArrayView<'_, $type, D>,
            axis: isize,
            keepdims: bool,
            out: ArrayViewMut<'_, $type, E>,
        ) {
            fold_axis_into::<$type, $combine, D, E>(site, array, axis, keepdims, out);
        }
    )*};
}

axis_folds! {
    /// The sums over an axis.
    sum_axis_into, sum_axis_shape, T: Number, Add;
    /// The products over an axis.
    prod_axis_into, prod_axis_shape, T: Number, Multiply;
    /// The greatest elements along an axis; NaN where there is one.
    max_axis_into, max_axis_shape, T: Ordered, Greater;
    /// The least elements along an axis; NaN where there is one.
    min_axis_into, min_axis_shape, T: Ordered, Lesser;
}

/// As [`reduce_axis_shape`].
pub fn any_axis_shape<const N: usize>(
    site: &Site,
    shape: &[usize],
    axis: isize,
    keepdims: bool,
) -> [usize; N] {
    reduce_axis_shape(site, shape, axis, keepdims)
}

/// Whether an element along an axis is true.
pub fn any_axis_into<D: Dimension, E: Dimension>(
    site: &Site,
    array: ArrayView<'_, bool, D>,
    axis: isize,
    keepdims: bool,
    out: ArrayViewMut<'_, bool, E>,
) {
    fold_axis_into::<bool, Or, D, E>(site, array, axis, keepdims, out);
}

/// As [`reduce_axis_shape`].
pub fn all_axis_shape<const N: usize>(
    site: &Site,
    shape: &[usize],
    axis: isize,
    keepdims: bool,
) -> [usize; N] {
    reduce_axis_shape(site, shape, axis, keepdims)
}

/// Whether every element along an axis is true.
pub fn all_axis_into<D: Dimension, E: Dimension>(
    site: &Site,
    array: ArrayView<'_, bool, D>,
    axis: isize,
    keepdims: bool,
    out: ArrayViewMut<'_, bool, E>,
) {
    fold_axis_into::<bool, And, D, E>(site, array, axis, keepdims, out);
}

/// As [`reduce_axis_shape`].
pub fn mean_axis_shape<const N: usize>(
    site: &Site,
    shape: &[usize],
    axis: isize,
    keepdims: bool,
) -> [usize; N] {
    reduce_axis_shape(site, shape, axis, keepdims)
}

/// The means over an axis; NaN where it has length 0.
pub fn mean_axis_into<T: Real, D: Dimension, E: Dimension>(
    site: &Site,
    array: ArrayView<'_, T, D>,
    axis: isize,
    keepdims: bool,
    mut out: ArrayViewMut<'_, T, E>,
) {
    let count = T::from_f64(array.shape()[axis_of(site, axis, array.ndim())] as f64);
    fold_axis_into::<T, Add, D, E>(site, array, axis, keepdims, out.view_mut());
    out.mapv_inplace(|sum| sum / count);
}
