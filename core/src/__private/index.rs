//! Positions and ranges, checked: out of range panics and never clamps.

use crate::kernel::{Element, Integer, Site};
use ndarray::{
    Array, ArrayRef, ArrayView, ArrayView1, ArrayViewMut, Axis, Dimension, NdIndex, RemoveAxis,
    Slice,
};
use std::fmt::Debug;

#[cold]
fn fail(method: &str, array: &str, axis: usize, length: usize, what: String) -> ! {
    panic!("{method}: {what} is out of range for axis {axis} of {array}, which has length {length}")
}

/// `$array[$index]`, whose panic names the method and the array.
#[doc(hidden)]
#[macro_export]
macro_rules! __element {
    ([$($array:tt)*] [$($index:tt)*] $method:ident $name:literal) => {
        (*$crate::__private::index::element(&*$($array)*, $($index)*, $method, $name))
    };
}

/// [`__element`] that is written. The index comes first: it may read the array.
#[doc(hidden)]
#[macro_export]
macro_rules! __element_mut {
    ([$($array:tt)*] [$($index:tt)*] $method:ident $name:literal) => {
        (*$crate::__private::index::element_mut($($index)*, &mut *$($array)*, $method, $name))
    };
}

/// [`__element`] of a slice.
#[doc(hidden)]
#[macro_export]
macro_rules! __slice_element {
    ([$($array:tt)*] [$($index:tt)*] $method:ident $name:literal) => {
        (*$crate::__private::index::slice_element(&$($array)*[..], $($index)*, $method, $name))
    };
}

/// [`__slice_element`] that is written.
#[doc(hidden)]
#[macro_export]
macro_rules! __slice_element_mut {
    ([$($array:tt)*] [$($index:tt)*] $method:ident $name:literal) => {
        (*$crate::__private::index::slice_element_mut($($index)*, &mut $($array)*[..], $method, $name))
    };
}

/// An element of a slice.
#[inline(always)]
pub fn slice_element<'a, T>(
    slice: &'a [T],
    index: usize,
    method: &'static str,
    name: &'static str,
) -> &'a T {
    match slice.get(index) {
        Some(element) => element,
        None => fail_element(method, name, &index, &[slice.len()]),
    }
}

/// An element of a slice to write.
#[inline(always)]
pub fn slice_element_mut<'a, T>(
    index: usize,
    slice: &'a mut [T],
    method: &'static str,
    name: &'static str,
) -> &'a mut T {
    let length = slice.len();
    match slice.get_mut(index) {
        Some(element) => element,
        None => fail_element(method, name, &index, &[length]),
    }
}

#[cold]
fn fail_element(method: &str, array: &str, index: &dyn Debug, shape: &[usize]) -> ! {
    let mut index = format!("{index:?}");
    let positions = index.split(|c: char| !c.is_ascii_digit());
    let positions: Vec<usize> = positions.filter_map(|n| n.parse().ok()).collect();
    for (position, length) in positions.into_iter().zip(shape) {
        // One counted from the end has passed the beginning.
        if position > isize::MAX as usize {
            let written = position.wrapping_sub(*length) as isize;
            index = index.replace(&position.to_string(), &written.to_string());
        }
    }
    panic!("{method}: index {index} is out of range for {array}, which has shape {shape:?}")
}

/// An element.
#[inline(always)]
pub fn element<'a, T, D: Dimension, I: NdIndex<D> + Copy + Debug>(
    array: &'a ArrayRef<T, D>,
    index: I,
    method: &'static str,
    name: &'static str,
) -> &'a T {
    match array.get(index) {
        Some(element) => element,
        None => fail_element(method, name, &index, array.shape()),
    }
}

/// An element to write.
#[inline(always)]
pub fn element_mut<'a, T, D: Dimension, I: NdIndex<D> + Copy + Debug>(
    index: I,
    array: &'a mut ArrayRef<T, D>,
    method: &'static str,
    name: &'static str,
) -> &'a mut T {
    let shape = array.raw_dim();
    match array.get_mut(index) {
        Some(element) => element,
        None => fail_element(method, name, &index, shape.slice()),
    }
}

/// A position, counted from the end if negative.
#[inline]
pub fn position(method: &str, array: &str, axis: usize, length: usize, position: isize) -> usize {
    let counted = if position < 0 {
        position + length as isize
    } else {
        position
    };
    if counted < 0 || counted >= length as isize {
        fail(method, array, axis, length, format!("index {position}"));
    }
    counted as usize
}

/// A range, its ends counted from the end if negative.
#[inline]
pub fn range(
    method: &str,
    array: &str,
    axis: usize,
    length: usize,
    start: Option<isize>,
    end: Option<isize>,
    step: isize,
) -> Slice {
    let count = |bound: isize| {
        if bound < 0 {
            bound + length as isize
        } else {
            bound
        }
    };
    let (first, last) = (
        count(start.unwrap_or(0)),
        count(end.unwrap_or(length as isize)),
    );
    if first < 0
        || last < 0
        || first > length as isize
        || last > length as isize
        || first > last
        || step == 0
    {
        let text = |bound: Option<isize>| bound.map(|b| b.to_string()).unwrap_or_default();
        let what = match step {
            0 => "a step of 0".to_string(),
            _ => format!("the range {}..{}", text(start), text(end)),
        };
        fail(method, array, axis, length, what);
    }
    Slice::new(first, Some(last), step)
}

/// `v[idx] op= values`: every index counts once.
pub fn index_update<T: Element, I: Integer, D: RemoveAxis, E: Dimension>(
    site: &'static Site,
    mut target: ArrayViewMut<'_, T, D>,
    indices: ArrayView1<'_, I>,
    values: ArrayView<'_, T, E>,
    operation: impl Fn(T, T) -> T,
) {
    let rows: Vec<usize> = indices
        .iter()
        .map(|i| {
            let index = i.to_index();
            let length = target.len_of(Axis(0));
            let counted = if index < 0 {
                index + length as i64
            } else {
                index
            };
            if counted < 0 || counted >= length as i64 {
                site.fail(&format!(
                    "index {index} is out of range for {}, which has length {length}",
                    site.operand(0)
                ));
            }
            counted as usize
        })
        .collect();
    let old: Array<T, D> = target.select(Axis(0), &rows);
    let Some(values) = values.broadcast(old.raw_dim()) else {
        site.fail(&format!(
            "shapes do not match: the elements picked have shape {:?}, the value has shape {:?}",
            old.shape(),
            values.shape()
        ))
    };
    let mut new = old;
    new.zip_mut_with(&values, |a, &b| *a = operation(*a, b));
    crate::kernel::call::index_put(site, target.view_mut(), indices, new.view());
}
