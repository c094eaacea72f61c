//! Sorting, searching in sorted arrays, sets.

use ndarray::{Array, Array1, ArrayD, ArrayViewD, Axis, IxDyn};
use std::cmp::Ordering;

use super::axis::{AxisIndex, resolve};
use super::elementwise::map1;
use super::number::Number;
use super::operand::{Kind, Mapped, Operand, dynamic, item, row_major, with_rank};

fn sort_lines<T: Number>(mut array: ArrayD<T>, axis: usize) -> ArrayD<T> {
    for mut line in array.lanes_mut(Axis(axis)) {
        match line.as_slice_mut() {
            Some(elements) => T::sort_line(elements),
            None => {
                let mut elements = line.to_vec();
                T::sort_line(&mut elements);
                line.iter_mut()
                    .zip(elements)
                    .for_each(|(place, value)| *place = value);
            }
        }
    }
    array
}

/// Sorted along the last axis, NaN last.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::sort(array![3, 1, 2]), array![1, 2, 3]);
/// assert_eq!(bm::argsort(array![3, 1, 2]), array![1, 2, 0]);
/// ```
pub fn sort<T: Number, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    sort_axis(x, -1)
}

/// Sorted along an axis, NaN last.
pub fn sort_axis<T: Number, A: Operand<T>>(x: A, axis: impl AxisIndex) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = resolve("sort", axis, view.shape());
    with_rank(sort_lines(view.as_standard_layout().into_owned(), axis))
}

/// All elements, sorted.
pub fn sort_flat<T: Number, A: Operand<T>>(x: A) -> Array1<T> {
    sort(super::shape::ravel(x))
}

/// Sorted along the last axis by real, then imaginary part.
pub fn sort_complex<T: Number, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    sort(x)
}

fn order_lines<T: Number>(view: ArrayViewD<'_, T>, axis: usize) -> ArrayD<usize> {
    let mut result = ArrayD::zeros(view.raw_dim());
    for (mut places, line) in result
        .lanes_mut(Axis(axis))
        .into_iter()
        .zip(view.lanes(Axis(axis)))
    {
        let order = super::reduction::contiguous(line, T::order_line);
        places
            .iter_mut()
            .zip(order)
            .for_each(|(place, i)| *place = i);
    }
    result
}

/// The places that sort the last axis; equal elements keep their order.
pub fn argsort<T: Number, A: Operand<T>>(x: A) -> Array<usize, A::Dim> {
    argsort_axis(x, -1)
}

/// The places that sort an axis; equal elements keep their order.
pub fn argsort_axis<T: Number, A: Operand<T>>(x: A, axis: impl AxisIndex) -> Array<usize, A::Dim> {
    let view = dynamic(&x);
    if view.ndim() == 0 && matches!(axis.to_isize(), 0 | -1) {
        // As in NumPy: the only place there is.
        return with_rank(ArrayD::zeros(view.raw_dim()));
    }
    let axis = resolve("argsort", axis, view.shape());
    with_rank(order_lines(view, axis))
}

/// The places that sort the raveled array.
pub fn argsort_flat<T: Number, A: Operand<T>>(x: A) -> Array1<usize> {
    argsort(super::shape::ravel(x))
}

/// The places along the last axis that sort by the last key, then by the one before, and so on.
///
/// # Panics
/// If there is no key or the shapes differ.
pub fn lexsort<T: Number, A: Operand<T>>(keys: &[A]) -> Array<usize, A::Dim> {
    let keys: Vec<ArrayViewD<'_, T>> = keys.iter().map(|key| dynamic(key)).collect();
    let Some(last) = keys.last() else {
        panic!("bm::lexsort: needs at least one key")
    };
    for key in &keys {
        assert!(
            key.shape() == last.shape(),
            "bm::lexsort: keys of shapes {:?} and {:?}",
            key.shape(),
            last.shape()
        );
    }
    let axis = Axis(resolve("lexsort", -1, last.shape()));
    let mut result = ArrayD::zeros(last.raw_dim());
    let mut lanes: Vec<_> = keys.iter().map(|key| key.lanes(axis).into_iter()).collect();
    for mut places in result.lanes_mut(axis) {
        let keys: Vec<Vec<T>> = lanes
            .iter_mut()
            .filter_map(|lanes| lanes.next())
            .map(|line| line.to_vec())
            .collect();
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by(|&i, &j| {
            keys.iter()
                .rev()
                .map(|key| key[i].order(key[j]))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        places.assign(&Array1::from(order));
    }
    with_rank(result)
}

/// Where a value goes among equal ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Side {
    /// Before them.
    #[default]
    Left,
    /// After them.
    Right,
}

/// Whether a value goes after an element.
#[inline(always)]
fn after<T: Number>(element: T, value: T, side: Side) -> bool {
    match side {
        Side::Left => element.precedes(value),
        Side::Right => !value.precedes(element),
    }
}

fn search<T: Number>(sorted: &[T], value: T, side: Side) -> usize {
    sorted.partition_point(|&element| after(element, value, side))
}

/// How many values are searched for together: while one waits for memory, others go on.
const TOGETHER: usize = 16;

/// [`search`] for each value.
fn search_all<T: Number>(sorted: &[T], values: &[T], side: Side) -> Vec<usize> {
    if sorted.is_empty() {
        return vec![0; values.len()];
    }
    let mut places = Vec::with_capacity(values.len());
    let groups = values.chunks_exact(TOGETHER);
    let rest = groups.remainder();
    for group in groups {
        let mut base = [0; TOGETHER];
        let mut size = sorted.len();
        while size > 1 {
            let half = size / 2;
            for (base, &value) in base.iter_mut().zip(group) {
                let middle = *base + half;
                *base = if after(sorted[middle], value, side) {
                    middle
                } else {
                    *base
                };
            }
            size -= half;
        }
        places.extend(
            base.iter()
                .zip(group)
                .map(|(&base, &value)| base + usize::from(after(sorted[base], value, side))),
        );
    }
    places.extend(rest.iter().map(|&value| search(sorted, value, side)));
    places
}

/// [`search`] for each element of an array.
fn search_array<T: Number>(sorted: &[T], values: ArrayViewD<'_, T>, side: Side) -> ArrayD<usize> {
    let values = values.as_standard_layout();
    let places = search_all(sorted, values.as_slice().expect("standard layout"), side);
    ArrayD::from_shape_vec(values.raw_dim(), places).expect("one place a value")
}

/// The place of each value in a sorted vector, before equal elements.
pub fn searchsorted<T: Number, A: Operand<T>, B: Operand<T>>(
    sorted: A,
    values: B,
) -> Mapped<T, B, usize> {
    searchsorted_side(sorted, values, Side::Left)
}

/// The place of each value in a sorted vector.
pub fn searchsorted_side<T: Number, A: Operand<T>, B: Operand<T>>(
    sorted: A,
    values: B,
    side: Side,
) -> Mapped<T, B, usize> {
    let view = dynamic(&sorted);
    assert!(
        view.ndim() == 1,
        "bm::searchsorted: needs a sorted vector, got shape {:?}",
        view.shape()
    );
    let sorted = view.as_standard_layout();
    let sorted = sorted.as_slice().expect("standard layout");
    <B::Kind as Kind>::evaluate(
        || search(sorted, item(&values), side),
        || search_array(sorted, dynamic(&values), side),
    )
}

/// The bin of each value: the number of edges that are not greater, or for falling edges that are.
pub fn digitize<T: Number, A: Operand<T>, B: Operand<T>>(x: A, bins: B) -> Mapped<T, A, usize> {
    digitize_side(x, bins, Side::Left)
}

/// [`digitize`], where `Side::Right` puts a value on an edge into the bin on the left (NumPy's `right=True`).
///
/// # Panics
/// If the edges neither rise nor fall.
pub fn digitize_side<T: Number, A: Operand<T>, B: Operand<T>>(
    x: A,
    bins: B,
    closed: Side,
) -> Mapped<T, A, usize> {
    let mut edges: Vec<T> = bins.view().iter().copied().collect();
    let falling = edges.len() > 1 && edges[0].order(edges[edges.len() - 1]).is_gt();
    if falling {
        edges.reverse();
    }
    assert!(
        edges.windows(2).all(|pair| pair[0].order(pair[1]).is_le()),
        "bm::digitize: the edges must rise or fall"
    );
    let place = |value: T| {
        let side = if closed == Side::Right {
            Side::Left
        } else {
            Side::Right
        };
        let place = search(&edges, value, side);
        if falling { edges.len() - place } else { place }
    };
    <A::Kind as Kind>::evaluate(|| place(item(&x)), || map1(dynamic(&x), place))
}

/// What [`unique_with`] finds.
#[derive(Clone, PartialEq, Debug)]
pub struct Unique<T> {
    /// The different values, sorted.
    pub values: Array1<T>,
    /// The first place of each.
    pub indices: Array1<usize>,
    /// For each element the place of its value.
    pub inverse: Array1<usize>,
    /// How often each occurs.
    pub counts: Array1<usize>,
}

fn same<T: Number>(a: T, b: T) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

/// The different values, sorted; all NaN count as one.
pub fn unique<T: Number, A: Operand<T>>(x: A) -> Array1<T> {
    let mut values = sort_flat(x).to_vec();
    values.dedup_by(|a, b| same(*a, *b));
    Array1::from(values)
}

/// The different values, where they are and how often.
pub fn unique_with<T: Number, A: Operand<T>>(x: A) -> Unique<T> {
    let elements: Vec<T> = x.view().iter().copied().collect();
    let (mut values, mut indices, mut counts): (Vec<T>, Vec<usize>, Vec<usize>) =
        Default::default();
    let mut inverse = vec![0; elements.len()];
    for i in T::order_line(&elements) {
        if values.last().is_none_or(|&last| !same(last, elements[i])) {
            values.push(elements[i]);
            indices.push(i);
            counts.push(0);
        }
        inverse[i] = values.len() - 1;
        *counts.last_mut().expect("a value was pushed") += 1;
    }
    Unique {
        values: values.into(),
        indices: indices.into(),
        inverse: inverse.into(),
        counts: counts.into(),
    }
}

/// The different slices of an axis, sorted by their elements.
pub fn unique_axis<T: Number, A: Operand<T>>(x: A, axis: impl AxisIndex) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = Axis(resolve("unique_axis", axis, view.shape()));
    let slices: Vec<Vec<T>> = view
        .axis_iter(axis)
        .map(|slice| slice.iter().copied().collect())
        .collect();
    let compare = |a: &[T], b: &[T]| {
        a.iter()
            .zip(b)
            .map(|(a, b)| a.order(*b))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    };
    let mut order: Vec<usize> = (0..slices.len()).collect();
    order.sort_by(|&i, &j| compare(&slices[i], &slices[j]));
    order.dedup_by(|i, j| compare(&slices[*i], &slices[*j]).is_eq());
    with_rank(row_major(view.select(axis, &order)))
}

/// Whether each element is among the values.
pub fn isin<T: Number, A: Operand<T>, B: Operand<T>>(x: A, values: B) -> Mapped<T, A, bool> {
    let sorted = unique(values).to_vec();
    let find = |value: T| {
        let place = search(&sorted, value, Side::Left);
        place < sorted.len() && sorted[place] == value
    };
    <A::Kind as Kind>::evaluate(|| find(item(&x)), || map1(dynamic(&x), find))
}

/// The values in either, sorted.
pub fn union1d<T: Number, A: Operand<T>, B: Operand<T>>(x: A, y: B) -> Array1<T> {
    unique(super::joining::append(x, y))
}

fn filtered<T: Number>(values: Array1<T>, keep: impl Fn(T) -> bool) -> Array1<T> {
    values
        .iter()
        .copied()
        .filter(|&value| keep(value))
        .collect()
}

fn member<T: Number>(sorted: &Array1<T>, value: T) -> bool {
    isin(ndarray::aview1(&[value]), sorted)[0]
}

/// The values in both, sorted.
pub fn intersect1d<T: Number, A: Operand<T>, B: Operand<T>>(x: A, y: B) -> Array1<T> {
    let other = unique(y);
    filtered(unique(x), |value| member(&other, value))
}

/// The values in the first but not in the second, sorted.
pub fn setdiff1d<T: Number, A: Operand<T>, B: Operand<T>>(x: A, y: B) -> Array1<T> {
    let other = unique(y);
    filtered(unique(x), |value| !member(&other, value))
}

/// The values in just one of them, sorted.
pub fn setxor1d<T: Number, A: Operand<T>, B: Operand<T>>(x: A, y: B) -> Array1<T> {
    let (x, y) = (unique(x), unique(y));
    let left = filtered(x.clone(), |value| !member(&y, value));
    let right = filtered(y.clone(), |value| !member(&x, value));
    union1d(left, right)
}

/// The elements of a line, sorted.
pub(crate) fn sorted_line<T: Number>(line: ndarray::ArrayView1<'_, T>) -> Vec<T> {
    let mut elements = line.to_vec();
    T::sort_line(&mut elements);
    elements
}

/// Elements moved so that the one at place `k` of the last axis is where sorting would put it.
pub fn partition<T: Number, A: Operand<T>>(x: A, k: usize) -> Array<T, A::Dim> {
    let mut result = dynamic(&x).as_standard_layout().into_owned();
    let rank = result.ndim();
    let axis = resolve("partition", -1, rank);
    assert!(
        k < result.shape()[axis],
        "bm::partition: place {k} is out of range for shape {:?}",
        result.shape()
    );
    for mut line in result.lanes_mut(Axis(axis)) {
        line.as_slice_mut()
            .expect("standard layout")
            .select_nth_unstable_by(k, |a, b| a.order(*b));
    }
    with_rank(
        result
            .into_shape_with_order(IxDyn(x.view().shape()))
            .expect("the shape is kept"),
    )
}
