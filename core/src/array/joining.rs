//! Several arrays into one, and one into several.

use ndarray::{Array, Array1, Array2, ArrayD, ArrayViewD, Axis, Dimension, Slice};

use super::axis::{AxisIndex, resolve};
use super::operand::{Operand, dynamic, row_major, with_rank};
use super::shape::{atleast_1d, atleast_2d, atleast_3d, expand_dims, ravel};

fn shapes<T>(views: &[ArrayViewD<'_, T>]) -> String {
    let shapes: Vec<String> = views
        .iter()
        .map(|view| format!("{:?}", view.shape()))
        .collect();
    shapes.join(" and ")
}

pub(crate) fn join<T: Clone>(
    function: &str,
    views: &[ArrayViewD<'_, T>],
    axis: isize,
) -> ArrayD<T> {
    let Some(first) = views.first() else {
        panic!("bm::{function}: needs at least one array")
    };
    if first.ndim() == 0 {
        panic!("bm::{function}: scalars cannot be concatenated, stack them");
    }
    let place = resolve(function, axis, first.shape());
    row_major(
        ndarray::concatenate(Axis(place), views).unwrap_or_else(|_| {
            panic!(
                "bm::{function}: shapes {} do not match outside axis {place}",
                shapes(views)
            )
        }),
    )
}

/// The arrays one after the other along an existing axis.
///
/// # Panics
/// If the shapes differ on another axis.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::concatenate(&[array![1, 2], array![3]], 0), array![1, 2, 3]);
/// ```
pub fn concatenate<T: Clone, A: Operand<T>>(
    arrays: &[A],
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let views: Vec<_> = arrays.iter().map(dynamic).collect();
    with_rank(join("concatenate", &views, axis.to_isize()))
}

/// The elements of all arrays in one vector (`concatenate` with `axis=None`).
pub fn concatenate_flat<T: Clone, A: Operand<T>>(arrays: &[A]) -> Array1<T> {
    arrays
        .iter()
        .flat_map(|array| array.view().iter().cloned().collect::<Vec<_>>())
        .collect()
}

/// The same as [`concatenate`].
pub fn concat<T: Clone, A: Operand<T>>(arrays: &[A], axis: impl AxisIndex) -> Array<T, A::Dim> {
    concatenate(arrays, axis)
}

/// The same as [`concatenate`], PyTorch's name.
pub fn cat<T: Clone, A: Operand<T>>(arrays: &[A], axis: impl AxisIndex) -> Array<T, A::Dim> {
    concatenate(arrays, axis)
}

/// The arrays side by side along a new axis.
///
/// # Panics
/// If the shapes differ.
pub fn stack<T: Clone, A: Operand<T>>(
    arrays: &[A],
    axis: impl AxisIndex,
) -> Array<T, <A::Dim as Dimension>::Larger> {
    let views: Vec<_> = arrays.iter().map(dynamic).collect();
    let Some(first) = views.first() else {
        panic!("bm::stack: needs at least one array")
    };
    let place = resolve("stack", axis, first.ndim() + 1);
    with_rank(row_major(
        ndarray::stack(Axis(place), &views)
            .unwrap_or_else(|_| panic!("bm::stack: shapes {} differ", shapes(&views))),
    ))
}

fn join_as<T: Clone, A: Operand<T>>(
    function: &str,
    arrays: &[A],
    axis: isize,
    shaped: impl Fn(ArrayViewD<'_, T>) -> ArrayD<T>,
) -> ArrayD<T> {
    let arrays: Vec<ArrayD<T>> = arrays.iter().map(|array| shaped(dynamic(array))).collect();
    let views: Vec<_> = arrays.iter().map(|array| array.view()).collect();
    join(function, &views, axis)
}

/// Vectors as rows, matrices one below the other.
pub fn vstack<T: Clone, A: Operand<T>>(arrays: &[A]) -> ArrayD<T> {
    join_as("vstack", arrays, 0, |view| atleast_2d(view))
}

/// Vectors one after the other, matrices beside each other.
pub fn hstack<T: Clone, A: Operand<T>>(arrays: &[A]) -> ArrayD<T> {
    let axis = if arrays.first().is_some_and(|first| first.view().ndim() > 1) {
        1
    } else {
        0
    };
    join_as("hstack", arrays, axis, |view| atleast_1d(view))
}

/// One behind the other along the third axis.
pub fn dstack<T: Clone, A: Operand<T>>(arrays: &[A]) -> ArrayD<T> {
    join_as("dstack", arrays, 2, |view| atleast_3d(view))
}

/// Vectors as columns, matrices beside each other.
pub fn column_stack<T: Clone, A: Operand<T>>(arrays: &[A]) -> Array2<T> {
    if let Some(array) = arrays.iter().find(|array| array.view().ndim() > 2) {
        panic!(
            "bm::column_stack: needs vectors and matrices, got shape {:?}; `bm::concatenate` along axis 1 takes any rank",
            array.view().shape()
        );
    }
    with_rank(join_as("column_stack", arrays, 1, |view| {
        if view.ndim() < 2 {
            expand_dims(ravel(view), 1).into_dyn()
        } else {
            view.to_owned()
        }
    }))
}

/// Blocks joined along the last axis in each row, the rows along the axis before.
pub fn block<T: Clone, A: Operand<T>>(rows: &[Vec<A>]) -> ArrayD<T> {
    let rows: Vec<ArrayD<T>> = rows
        .iter()
        .map(|row| join_as("block", row, -1, |view| atleast_2d(view)))
        .collect();
    let views: Vec<_> = rows.iter().map(|row| row.view()).collect();
    join("block", &views, -2)
}

/// The elements of both in one vector; [`append_axis`] keeps the shape.
pub fn append<T: Clone, A: Operand<T>, B: Operand<T>>(x: A, values: B) -> Array1<T> {
    x.view()
        .iter()
        .cloned()
        .chain(values.view().iter().cloned())
        .collect()
}

/// `values` after `x` along an axis.
pub fn append_axis<T: Clone, A: Operand<T>, B: Operand<T>>(
    x: A,
    values: B,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    with_rank(join(
        "append_axis",
        &[dynamic(&x), dynamic(&values)],
        axis.to_isize(),
    ))
}

/// Where [`split`] cuts: a number of equal parts, or a list of indices.
pub trait Sections {
    /// The ends of all parts but the last, for an axis of this length. `equal` asks for parts of equal length.
    fn cuts(&self, function: &str, length: usize, equal: bool) -> Vec<usize>;
}

impl Sections for usize {
    fn cuts(&self, function: &str, length: usize, equal: bool) -> Vec<usize> {
        let parts = *self;
        if parts == 0 {
            panic!("bm::{function}: the number of parts is 0");
        }
        if equal && !length.is_multiple_of(parts) {
            panic!(
                "bm::{function}: an axis of length {length} does not divide into {parts} equal parts"
            );
        }
        let (size, longer) = (length / parts, length % parts);
        (1..parts).map(|i| i * size + i.min(longer)).collect()
    }
}

impl<I: AxisIndex> Sections for &[I] {
    fn cuts(&self, _: &str, length: usize, _: bool) -> Vec<usize> {
        self.iter()
            .map(|cut| {
                let cut = cut.to_isize();
                if cut < 0 {
                    (cut + length as isize).max(0) as usize
                } else {
                    cut as usize
                }
            })
            .collect()
    }
}

impl<I: AxisIndex, const N: usize> Sections for [I; N] {
    fn cuts(&self, function: &str, length: usize, equal: bool) -> Vec<usize> {
        (&self[..]).cuts(function, length, equal)
    }
}

impl Sections for i32 {
    fn cuts(&self, function: &str, length: usize, equal: bool) -> Vec<usize> {
        usize::try_from(*self)
            .unwrap_or(0)
            .cuts(function, length, equal)
    }
}

fn parts<T: Clone, A: Operand<T>>(
    function: &str,
    x: A,
    sections: impl Sections,
    axis: isize,
    equal: bool,
) -> Vec<Array<T, A::Dim>> {
    let view = dynamic(&x);
    let axis = resolve(function, axis, view.shape());
    let length = view.shape()[axis];
    let mut start = 0;
    let mut ends = sections.cuts(function, length, equal);
    ends.push(length);
    ends.iter()
        .map(|&end| {
            let (from, to) = (start.min(length), end.min(length));
            start = end;
            let part = view.slice_axis(Axis(axis), Slice::from(from..to.max(from)));
            with_rank(part.as_standard_layout().into_owned())
        })
        .collect()
}

/// Parts along an axis: equal ones if a number is given, else cut at these indices.
///
/// # Panics
/// If the axis does not divide evenly.
pub fn split<T: Clone, A: Operand<T>>(
    x: A,
    sections: impl Sections,
    axis: impl AxisIndex,
) -> Vec<Array<T, A::Dim>> {
    parts("split", x, sections, axis.to_isize(), true)
}

/// Like [`split`], but the first parts may be one longer.
pub fn array_split<T: Clone, A: Operand<T>>(
    x: A,
    sections: impl Sections,
    axis: impl AxisIndex,
) -> Vec<Array<T, A::Dim>> {
    parts("array_split", x, sections, axis.to_isize(), false)
}

/// [`split`] along the first axis.
pub fn vsplit<T: Clone, A: Operand<T>>(x: A, sections: impl Sections) -> Vec<Array<T, A::Dim>> {
    at_least("vsplit", &x, 2);
    parts("vsplit", x, sections, 0, true)
}

/// [`split`] along the second axis, the first of a vector.
pub fn hsplit<T: Clone, A: Operand<T>>(x: A, sections: impl Sections) -> Vec<Array<T, A::Dim>> {
    at_least("hsplit", &x, 1);
    let axis = (x.view().ndim() > 1) as isize;
    parts("hsplit", x, sections, axis, true)
}

/// [`split`] along the third axis.
pub fn dsplit<T: Clone, A: Operand<T>>(x: A, sections: impl Sections) -> Vec<Array<T, A::Dim>> {
    at_least("dsplit", &x, 3);
    parts("dsplit", x, sections, 2, true)
}

fn at_least<T, A: Operand<T>>(function: &str, x: &A, rank: usize) {
    let view = x.view();
    if view.ndim() < rank {
        panic!(
            "bm::{function}: needs rank {rank} at least, got shape {:?}",
            view.shape()
        );
    }
}
