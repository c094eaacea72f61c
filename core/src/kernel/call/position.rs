//! The positions of extremes, whole and over one axis: the first of equals, the first NaN if there is one.

use super::axis::{Extent, fold_item, reduce_axis_shape, reduced};
use super::{axis_of, check_out, with_standard, with_standard_mut};
use crate::kernel::element::{Element, Ordered};
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::reduce::{Combine, Greater, Lesser};
use crate::kernel::registers::{PLACES, WIDE, rows};
use crate::kernel::site::Site;
use crate::kernel::space::CHUNK;
use ndarray::{ArrayView, ArrayViewMut, Dimension};
use std::marker::PhantomData;

/// Which of two is the extreme one.
pub trait Extreme<T> {
    const NAME: &'static str;
    /// Whether it is the greatest.
    const GREATEST: bool;
    fn beats(candidate: T, best: T) -> bool;
}

impl<T: Ordered> Extreme<T> for Greater {
    const NAME: &'static str = "argmax";
    const GREATEST: bool = true;
    #[inline(always)]
    fn beats(candidate: T, best: T) -> bool {
        candidate > best || (is_nan(candidate) && !is_nan(best))
    }
}

impl<T: Ordered> Extreme<T> for Lesser {
    const NAME: &'static str = "argmin";
    const GREATEST: bool = false;
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
///
/// The extreme of each chunk is found first, and only one chunk is searched for it.
pub(crate) fn position<T: Ordered, C: Combine<T> + Extreme<T>>(x: &[T]) -> usize {
    let (mut place, mut extreme) = (0, C::IDENTITY);
    for (index, chunk) in x.chunks(CHUNK).enumerate() {
        let found = dispatch(Item::<T, C>(chunk, PhantomData));
        if index == 0 || C::beats(found, extreme) {
            (place, extreme) = (index * CHUNK, found);
        }
    }
    place + first_place(&x[place..], extreme)
}

/// The positions in lines of a length.
struct Lines<'a, T, C>(&'a [T], usize, &'a mut [usize], PhantomData<C>);

impl<T: Ordered, C: Combine<T> + Extreme<T>> Dispatch for Lines<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Lines(x, len, out, _) = self;
        for (line, out) in x.chunks_exact(len).zip(out) {
            *out = if len < WIDE {
                let better = |best, at| {
                    if C::beats(line[at], line[best]) {
                        at
                    } else {
                        best
                    }
                };
                (1..len).fold(0, better)
            } else {
                T::place_of::<L>(C::GREATEST, line).unwrap_or_else(|| position::<T, C>(line))
            };
        }
    }
}

/// One item, folded.
struct Item<'a, T, C>(&'a [T], PhantomData<C>);

impl<T: Element, C: Combine<T>> Dispatch for Item<'_, T, C> {
    type Output = T;

    #[inline(always)]
    fn run<L: Level>(self) -> T {
        fold_item::<L, T, C>(self.0)
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

/// The places of extreme elements in some columns of rows of a width, which begin at the first of them.
struct Places<'a, T, C>(&'a [T], usize, usize, &'a mut [usize], PhantomData<C>);

impl<T: Ordered, C: Combine<T> + Extreme<T>> Dispatch for Places<'_, T, C> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Places(x, width, first, out, _) = self;
        let x = &x[first..];
        let columns = out.len();
        if T::places_of::<L>(C::GREATEST, x, width, out).is_some() {
            return;
        }
        let mut best = [T::default(); PLACES];
        let best = &mut best[..columns];
        best.copy_from_slice(&x[..columns]);
        out.fill(0);
        for row in 1..rows(x, width, columns) {
            let known = best.iter_mut().zip(&mut *out);
            for ((best, out), &x) in known.zip(&x[row * width..]) {
                let better = C::beats(x, *best);
                *best = if better { x } else { *best };
                *out = if better { row } else { *out };
            }
        }
    }
}

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
                return dispatch(Lines::<T, C>(x, len, out, PhantomData));
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
