//! Reductions over one axis: `sum_axis`, `prod_axis`, `max_axis`, … and the positions of extremes.
//!
//! The order depends on the shape alone. Along the last axis an item is folded like a whole array. Along another axis
//! rows are folded into a row of results, in segments of [`SEGMENT`] that are folded again in the same way, so that
//! errors stay small on long axes. Rows shorter than a vector are taken several at a time.

use super::{axis_of, check_out, fixed, with_standard, with_standard_mut};
use crate::kernel::element::{Element, Number, Ordered, Real};
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::parallel::{self, Parts};
use crate::kernel::reduce::{Accumulator, Add, And, Combine, Greater, Lesser, Multiply, Or};
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

fn reduced(site: &Site, shape: &[usize], axis: isize, keepdims: bool) -> Dims {
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
struct Extent {
    outer: usize,
    len: usize,
    inner: usize,
}

impl Extent {
    fn new(shape: &[usize], axis: usize) -> Self {
        let outer = shape[..axis].iter().product();
        let inner = shape[axis + 1..].iter().product();
        Extent {
            outer,
            len: shape[axis],
            inner,
        }
    }

    fn is_empty(&self) -> bool {
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
            *out = fold_item::<T, C>(x);
        }
    }
}

/// The fold of an item: like a whole array's, but in order if it is short.
#[inline(always)]
fn fold_item<T: Element, C: Combine<T>>(x: &[T]) -> T {
    if x.len() <= 32 {
        return x.iter().fold(C::IDENTITY, |a, &b| C::combine(a, b));
    }
    let mut result = None;
    for chunk in x.chunks(CHUNK) {
        let mut accumulator = Accumulator::<T, C>::new();
        accumulator.feed(chunk);
        let part = accumulator.finish();
        result = Some(result.map_or(part, |before| C::combine(before, part)));
    }
    result.unwrap_or(C::IDENTITY)
}

/// Rows of a width, taken in groups and folded into one row.
struct Rows<'a, T, C>(&'a [T], usize, usize, &'a mut [T], PhantomData<C>);

impl<T: Element, C: Combine<T>> Dispatch for Rows<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Rows(x, width, group, out, _) = self;
        let mut sums = [C::IDENTITY; ROW + GROUP];
        let sums = &mut sums[..group];
        for rows in x.chunks(group) {
            for (sum, &x) in sums.iter_mut().zip(rows) {
                *sum = C::combine(*sum, x);
            }
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
        let mut sums = [C::IDENTITY; ROW];
        let sums = &mut sums[..out.len()];
        out.fill(C::IDENTITY);
        for rows in x.chunks(width * SEGMENT) {
            sums.fill(C::IDENTITY);
            for row in rows.chunks_exact(width) {
                for (sum, &x) in sums.iter_mut().zip(&row[first..]) {
                    *sum = C::combine(*sum, x);
                }
            }
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

/// Which of two is the extreme one.
pub trait Extreme<T> {
    const NAME: &'static str;
    fn beats(candidate: T, best: T) -> bool;
}

impl<T: Ordered> Extreme<T> for Greater {
    const NAME: &'static str = "argmax";
    #[inline(always)]
    fn beats(candidate: T, best: T) -> bool {
        candidate > best || (is_nan(candidate) && !is_nan(best))
    }
}

impl<T: Ordered> Extreme<T> for Lesser {
    const NAME: &'static str = "argmin";
    #[inline(always)]
    fn beats(candidate: T, best: T) -> bool {
        candidate < best || (is_nan(candidate) && !is_nan(best))
    }
}

#[inline(always)]
#[allow(clippy::eq_op, reason = "only NaN differs from itself")]
fn is_nan<T: PartialEq>(value: T) -> bool {
    value != value
}

/// The position of the extreme element: the first of equals, the first NaN if there is one.
pub(crate) fn position<T: Ordered, C: Combine<T>>(x: &[T]) -> usize {
    let mut best = 0;
    let mut extreme = C::IDENTITY;
    for (index, chunk) in x.chunks(CHUNK).enumerate() {
        let found = dispatch(Item::<T, C>(chunk, PhantomData));
        let combined = C::combine(extreme, found);
        if index == 0 || combined != extreme {
            best = index * CHUNK + first_place(chunk, found);
            extreme = combined;
            if is_nan(extreme) {
                break;
            }
        }
    }
    best
}

/// One item, folded.
struct Item<'a, T, C>(&'a [T], PhantomData<C>);

impl<T: Element, C: Combine<T>> Dispatch for Item<'_, T, C> {
    type Output = T;

    #[inline(always)]
    fn run<L: Level>(self) -> T {
        fold_item::<T, C>(self.0)
    }
}

/// The first place of an element that is there; NaN is its own equal.
pub fn first_place<T: Element + PartialEq>(x: &[T], found: T) -> usize {
    dispatch(Search(x, found))
}

struct Search<'a, T>(&'a [T], T);

impl<T: Element + PartialEq> Dispatch for Search<'_, T> {
    type Output = usize;

    #[inline(always)]
    fn run<L: Level>(self) -> usize {
        let Search(x, found) = self;
        // Of parts first, without branches.
        const PART: usize = 128;
        let wanted = |&element: &T| (element == found) | (is_nan(found) & is_nan(element));
        let within = |part: &[T]| {
            part.iter()
                .fold(false, |any, element| any | wanted(element))
        };
        let part = x.chunks(PART).position(within).unwrap_or(0);
        part * PART + x[part * PART..].iter().position(wanted).unwrap_or(0)
    }
}

/// How many columns are searched together: what is known of them fits the first cache beside the rows.
const PLACES: usize = 512;

/// The places of extreme elements in some columns of rows of a width, which begin at the first of them.
struct Places<'a, T, C>(&'a [T], usize, usize, &'a mut [usize], PhantomData<C>);

impl<T: Ordered, C: Extreme<T>> Dispatch for Places<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Places(x, width, first, out, _) = self;
        let columns = out.len();
        let mut best = [T::default(); PLACES];
        best[..columns].copy_from_slice(&x[first..first + columns]);
        out.fill(0);
        // Short numbers, as many a vector as elements; they are short by a stretch of rows.
        for (stretch, rows) in x.chunks(width << STRETCH).enumerate() {
            let mut places = [0_u32; PLACES];
            let rows = rows.chunks_exact(width).enumerate();
            for (at, row) in rows.skip(usize::from(stretch == 0)) {
                let row = &row[first..first + columns];
                let known = best[..columns].iter_mut().zip(&mut places[..columns]);
                for ((best, place), &x) in known.zip(row) {
                    let better = C::beats(x, *best);
                    *best = if better { x } else { *best };
                    *place = if better { at as u32 + 1 } else { *place };
                }
            }
            for (out, &place) in out.iter_mut().zip(&places) {
                if place > 0 {
                    *out = (stretch << STRETCH) + place as usize - 1;
                }
            }
        }
    }
}

/// Rows whose numbers are short, as a power of two.
const STRETCH: u32 = 24;

fn position_axis_into<T: Ordered, C: Combine<T> + Extreme<T>, D: Dimension, E: Dimension>(
    site: &Site,
    array: ArrayView<'_, T, D>,
    axis: isize,
    keepdims: bool,
    out: ArrayViewMut<'_, usize, E>,
) {
    check_out(
        site,
        reduced(site, array.shape(), axis, keepdims).as_slice(),
        out.shape(),
    );
    let extent = Extent::new(array.shape(), axis_of(site, axis, array.ndim()));
    if extent.is_empty() {
        return;
    }
    if extent.len == 0 {
        let name = <C as Extreme<T>>::NAME;
        site.fail(&format!(
            "{name} over axis {axis} of {}, which has length 0 there",
            site.operand(0)
        ));
    }
    let Extent { len, inner, .. } = extent;
    with_standard(array, |x| {
        with_standard_mut(out, |out| {
            if inner == 1 {
                for (x, out) in x.chunks_exact(len).zip(out) {
                    *out = position::<T, C>(x);
                }
                return;
            }
            for (x, out) in x.chunks_exact(len * inner).zip(out.chunks_exact_mut(inner)) {
                for (block, out) in out.chunks_mut(PLACES).enumerate() {
                    dispatch(Places::<T, C>(x, inner, block * PLACES, out, PhantomData));
                }
            }
        })
    });
}

macro_rules! positions {
    ($($whole:ident, $into:ident, $shape:ident, $combine:ident, $what:literal;)*) => {$(
        #[doc = concat!("The row-major position of the ", $what, " element: the first of equals, the first NaN if there is one.")]
        ///
        /// # Panics
        /// If the array is empty.
        pub fn $whole<T: Ordered, D: Dimension>(site: &Site, array: ArrayView<'_, T, D>) -> usize {
            if array.is_empty() {
                let name = <$combine as Extreme<T>>::NAME;
                site.fail(&format!("{name} of {} without elements", site.operand(0)));
            }
            with_standard(array, position::<T, $combine>)
        }

        /// As [`reduce_axis_shape`].
        pub fn $shape<const N: usize>(site: &Site, shape: &[usize], axis: isize, keepdims: bool) -> [usize; N] {
            reduce_axis_shape(site, shape, axis, keepdims)
        }

        #[doc = concat!("The positions of the ", $what, " elements along an axis.")]
        pub fn $into<T: Ordered, D: Dimension, E: Dimension>(
            site: &Site,
            array: ArrayView<'_, T, D>,
            axis: isize,
            keepdims: bool,
            out: ArrayViewMut<'_, usize, E>,
        ) {
            position_axis_into::<T, $combine, D, E>(site, array, axis, keepdims, out);
        }
    )*};
}

positions! {
    argmax, argmax_axis_into, argmax_axis_shape, Greater, "greatest";
    argmin, argmin_axis_into, argmin_axis_shape, Lesser, "least";
}
