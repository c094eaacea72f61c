//! Elementwise loops: those chosen at run time, kernels over pointers to functions on slices, and those of any function.

use super::element::Real;
use super::launch::Kernel;
use super::level::{Level, at_level};
use super::operand::{In, InOut, New, Out};
use ndarray::Dimension;
use std::mem::MaybeUninit;

/// Writes a function of each number of the first slice to the second.
pub(crate) type Loop1<T> = fn(&[T], &mut [MaybeUninit<T>]);

/// Writes a function of each pair of numbers of the first two slices to the third.
pub(crate) type Loop2<T> = fn(&[T], &[T], &mut [MaybeUninit<T>]);

/// A kernel of a function of one number. The loop chooses the level by itself.
pub(crate) struct Map1<T>(pub Loop1<T>);

/// A kernel of a function of two numbers. The loop chooses the level by itself.
pub(crate) struct Map2<T>(pub Loop2<T>);

/// Elements that an in-place loop copies at a time.
const PART: usize = 256;

/// Numbers for a loop to write over.
pub(crate) fn to_write<T>(slice: &mut [T]) -> &mut [MaybeUninit<T>] {
    // SAFETY: the layouts are the same, and the loops, which are those of this crate, write nothing but numbers.
    unsafe { &mut *(std::ptr::from_mut(slice) as *mut [MaybeUninit<T>]) }
}

impl<T: Real, D: Dimension> Kernel<(New<T, D>, In<'_, T>)> for Map1<T> {
    const CLONED: bool = false;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x): (&mut [MaybeUninit<T>], &[T])) {
        (self.0)(&x[..n], &mut out[..n]);
    }
}

impl<T: Real> Kernel<(Out<'_, T>, In<'_, T>)> for Map1<T> {
    const CLONED: bool = false;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x): (&mut [T], &[T])) {
        (self.0)(&x[..n], to_write(&mut out[..n]));
    }
}

impl<T: Real> Kernel<(InOut<'_, T>,)> for Map1<T> {
    const CLONED: bool = false;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x,): (&mut [T],)) {
        let mut copy = [T::ZERO; PART];
        for part in x[..n].chunks_mut(PART) {
            let copy = &mut copy[..part.len()];
            copy.copy_from_slice(part);
            (self.0)(copy, to_write(part));
        }
    }
}

impl<T: Real, D: Dimension> Kernel<(New<T, D>, In<'_, T>, In<'_, T>)> for Map2<T> {
    const CLONED: bool = false;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x, y): (&mut [MaybeUninit<T>], &[T], &[T])) {
        (self.0)(&x[..n], &y[..n], &mut out[..n]);
    }
}

impl<T: Real> Kernel<(Out<'_, T>, In<'_, T>, In<'_, T>)> for Map2<T> {
    const CLONED: bool = false;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (out, x, y): (&mut [T], &[T], &[T])) {
        (self.0)(&x[..n], &y[..n], to_write(&mut out[..n]));
    }
}

impl<T: Real> Kernel<(InOut<'_, T>, In<'_, T>)> for Map2<T> {
    const CLONED: bool = false;

    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, y): (&mut [T], &[T])) {
        let mut copy = [T::ZERO; PART];
        for (part, y) in x[..n].chunks_mut(PART).zip(y[..n].chunks(PART)) {
            let copy = &mut copy[..part.len()];
            copy.copy_from_slice(part);
            (self.0)(copy, y, to_write(part));
        }
    }
}

// Functions inside, with parameters: LLVM knows of those that they do not overlap.

/// Writes `f` of each element.
pub(crate) fn each1<T: Copy, U>(x: &[T], out: &mut [MaybeUninit<U>], f: impl Fn(T) -> U) {
    #[inline(always)]
    fn each<T: Copy, U>(x: &[T], out: &mut [MaybeUninit<U>], f: impl Fn(T) -> U) {
        for (&x, out) in x.iter().zip(out) {
            out.write(f(x));
        }
    }
    at_level(
        #[inline(always)]
        || each(x, out, f),
    );
}

/// Writes `f` of each pair of elements.
pub(crate) fn each2<T: Copy, U: Copy, V>(
    x: &[T],
    y: &[U],
    out: &mut [MaybeUninit<V>],
    f: impl Fn(T, U) -> V,
) {
    #[inline(always)]
    fn each<T: Copy, U: Copy, V>(
        x: &[T],
        y: &[U],
        out: &mut [MaybeUninit<V>],
        f: impl Fn(T, U) -> V,
    ) {
        for ((&x, &y), out) in x.iter().zip(y).zip(out) {
            out.write(f(x, y));
        }
    }
    at_level(
        #[inline(always)]
        || each(x, y, out, f),
    );
}

/// Replaces each element by `f` of it.
pub(crate) fn update_each1<T: Copy>(x: &mut [T], f: impl Fn(T) -> T) {
    at_level(
        #[inline(always)]
        || {
            for x in x {
                *x = f(*x);
            }
        },
    );
}

/// Replaces each element of `x` by `f` of it and the element of `y`.
pub(crate) fn update_each2<T: Copy, U: Copy>(x: &mut [T], y: &[U], f: impl Fn(T, U) -> T) {
    #[inline(always)]
    fn each<T: Copy, U: Copy>(x: &mut [T], y: &[U], f: impl Fn(T, U) -> T) {
        for (x, &y) in x.iter_mut().zip(y) {
            *x = f(*x, y);
        }
    }
    at_level(
        #[inline(always)]
        || each(x, y, f),
    );
}
