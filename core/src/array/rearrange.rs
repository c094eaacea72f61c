//! Elements moved, repeated, padded, inserted and removed.

use ndarray::{Array, Array1, Array2, ArrayD, ArrayViewD, Axis, Dimension, IxDyn, Slice};

use super::axis::{Axes, AxisIndex, checked_place, resolve, resolve_all};
use super::number::Number;
use super::operand::{Operand, dynamic, row_major, with_rank};
use super::shape::{Shape, ravel, reshape, sizes, with_shape};

fn flipped<T: Clone>(mut view: ArrayViewD<'_, T>, axes: &[usize]) -> ArrayD<T> {
    for &axis in axes {
        view.invert_axis(Axis(axis));
    }
    view.as_standard_layout().into_owned()
}

/// Reversed along every axis.
pub fn flip<T: Clone, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axes: Vec<usize> = (0..view.ndim()).collect();
    with_rank(flipped(view, &axes))
}

/// Reversed along one axis or a list of axes.
pub fn flip_axis<T: Clone, A: Operand<T>, X: Axes<A::Dim>>(x: A, axis: X) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axes = resolve_all("flip_axis", &axis.list(), view.shape());
    with_rank(flipped(view, &axes))
}

/// Reversed from left to right (the second axis).
pub fn fliplr<T: Clone, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    assert!(
        view.ndim() >= 2,
        "bm::fliplr: needs rank 2 at least, got shape {:?}",
        view.shape()
    );
    with_rank(flipped(view, &[1]))
}

/// Reversed from top to bottom (the first axis).
pub fn flipud<T: Clone, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    assert!(
        view.ndim() >= 1,
        "bm::flipud: needs rank 1 at least, got a scalar"
    );
    with_rank(flipped(view, &[0]))
}

/// Turned by `turns` quarters in the plane of the first two axes, from the first towards the second.
pub fn rot90<T: Clone, A: Operand<T>>(x: A, turns: isize) -> Array<T, A::Dim> {
    rot90_axes(x, turns, (0, 1))
}

/// Turned by `turns` quarters in the plane of two axes.
pub fn rot90_axes<T: Clone, A: Operand<T>>(
    x: A,
    turns: isize,
    (a, b): (impl AxisIndex, impl AxisIndex),
) -> Array<T, A::Dim> {
    let mut view = dynamic(&x);
    let (a, b) = (
        resolve("rot90", a, view.shape()),
        resolve("rot90", b, view.shape()),
    );
    assert!(a != b, "bm::rot90: axis {a} is given twice");
    let turns = turns.rem_euclid(4);
    if turns == 1 || turns == 2 {
        view.invert_axis(Axis(b));
    }
    if turns % 2 == 1 {
        view.swap_axes(a, b);
    }
    if turns == 2 {
        view.invert_axis(Axis(a));
    }
    if turns == 3 {
        view.invert_axis(Axis(b));
    }
    with_rank(view.as_standard_layout().into_owned())
}

/// The elements moved on by `shift` places in row-major order; what falls off the end comes first.
pub fn roll<T: Clone, A: Operand<T>>(x: A, shift: isize) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let shape = view.shape().to_vec();
    let mut elements: Vec<T> = view.iter().cloned().collect();
    if !elements.is_empty() {
        let shift = shift.rem_euclid(elements.len() as isize) as usize;
        elements.rotate_right(shift);
    }
    with_rank(ArrayD::from_shape_vec(IxDyn(&shape), elements).expect("the shape is kept"))
}

/// The elements moved on by `shift` places along an axis.
pub fn roll_axis<T: Clone, A: Operand<T>>(
    x: A,
    shift: isize,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = Axis(resolve("roll_axis", axis, view.shape()));
    let length = view.len_of(axis);
    if length == 0 {
        return with_rank(view.to_owned());
    }
    let cut = (-shift).rem_euclid(length as isize) as usize;
    let (head, tail) = view.split_at(axis, cut);
    with_rank(row_major(
        ndarray::concatenate(axis, &[tail, head]).expect("both are parts of one array"),
    ))
}

/// The array repeated `repeats` times along each axis; missing counts are 1, missing axes new.
pub fn tile<T: Clone, A: Operand<T>>(x: A, repeats: impl Shape) -> ArrayD<T> {
    let view = dynamic(&x);
    let mut repeats = sizes("tile", &repeats);
    let mut shape = view.shape().to_vec();
    while repeats.len() < shape.len() {
        repeats.insert(0, 1);
    }
    while shape.len() < repeats.len() {
        shape.insert(0, 1);
    }
    let source = with_shape(view, &shape);
    let sizes: Vec<usize> = shape.iter().zip(&repeats).map(|(n, r)| n * r).collect();
    ArrayD::from_shape_fn(IxDyn(&sizes), |index| {
        let place: Vec<usize> = index
            .as_array_view()
            .iter()
            .zip(&shape)
            .map(|(i, n)| i % n)
            .collect();
        source[&place[..]].clone()
    })
}

/// How often [`repeat`] repeats: each element as often, or each its own number of times.
pub trait Repeats {
    /// One count for each of `length` elements.
    fn counts(&self, function: &str, length: usize) -> Vec<usize>;
}

fn count(function: &str, count: isize) -> usize {
    usize::try_from(count)
        .unwrap_or_else(|_| panic!("bm::{function}: negative number of repeats {count}"))
}

impl<I: AxisIndex> Repeats for I {
    fn counts(&self, function: &str, length: usize) -> Vec<usize> {
        vec![count(function, self.to_isize()); length]
    }
}

impl<I: AxisIndex> Repeats for &[I] {
    fn counts(&self, function: &str, length: usize) -> Vec<usize> {
        if self.len() == 1 {
            return self[0].counts(function, length);
        }
        if self.len() != length {
            panic!(
                "bm::{function}: {} repeats for {length} elements",
                self.len()
            );
        }
        self.iter().map(|n| count(function, n.to_isize())).collect()
    }
}

impl<I: AxisIndex, const N: usize> Repeats for [I; N] {
    fn counts(&self, function: &str, length: usize) -> Vec<usize> {
        (&self[..]).counts(function, length)
    }
}

/// Each element of the raveled array repeated.
pub fn repeat<T: Clone, A: Operand<T>>(x: A, repeats: impl Repeats) -> Array1<T> {
    let view = x.view();
    let counts = repeats.counts("repeat", view.len());
    view.iter()
        .zip(counts)
        .flat_map(|(value, n)| std::iter::repeat_n(value.clone(), n))
        .collect()
}

/// Each slice along an axis repeated.
pub fn repeat_axis<T: Clone, A: Operand<T>>(
    x: A,
    repeats: impl Repeats,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = Axis(resolve("repeat_axis", axis, view.shape()));
    let counts = repeats.counts("repeat_axis", view.len_of(axis));
    let places: Vec<usize> = counts
        .iter()
        .enumerate()
        .flat_map(|(i, &n)| std::iter::repeat_n(i, n))
        .collect();
    with_rank(row_major(view.select(axis, &places)))
}

/// Elements to add on each side: one number, `(before, after)` for every axis, or one pair an axis.
pub trait PadWidth {
    /// Before and after for each of `rank` axes.
    fn widths(&self, rank: usize) -> Vec<(usize, usize)>;
}

impl PadWidth for usize {
    fn widths(&self, rank: usize) -> Vec<(usize, usize)> {
        vec![(*self, *self); rank]
    }
}

impl PadWidth for (usize, usize) {
    fn widths(&self, rank: usize) -> Vec<(usize, usize)> {
        vec![*self; rank]
    }
}

impl PadWidth for &[(usize, usize)] {
    fn widths(&self, rank: usize) -> Vec<(usize, usize)> {
        match self.len() {
            1 => vec![self[0]; rank],
            n if n == rank => self.to_vec(),
            n => panic!("bm::pad: {n} pad widths for an array of rank {rank}"),
        }
    }
}

impl<const N: usize> PadWidth for [(usize, usize); N] {
    fn widths(&self, rank: usize) -> Vec<(usize, usize)> {
        (&self[..]).widths(rank)
    }
}

/// What [`pad_mode`] adds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PadMode {
    /// The last element.
    #[default]
    Edge,
    /// The mirror image without the last element.
    Reflect,
    /// The mirror image with the last element.
    Symmetric,
    /// The other end.
    Wrap,
}

/// A border of `value` around the array.
pub fn pad<T: Clone, A: Operand<T>>(x: A, width: impl PadWidth, value: T) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let widths = width.widths(view.ndim());
    let sizes: Vec<usize> = view
        .shape()
        .iter()
        .zip(&widths)
        .map(|(n, (before, after))| n + before + after)
        .collect();
    let mut result = ArrayD::from_elem(IxDyn(&sizes), value);
    result
        .slice_each_axis_mut(|axis| {
            let (before, n) = (widths[axis.axis.index()].0, view.shape()[axis.axis.index()]);
            Slice::from(before..before + n)
        })
        .assign(&view);
    with_rank(result)
}

/// A border around the array, made of its own elements.
///
/// # Panics
/// If an axis to be padded is empty.
pub fn pad_mode<T: Clone, A: Operand<T>>(
    x: A,
    width: impl PadWidth,
    mode: PadMode,
) -> Array<T, A::Dim> {
    let mut result = dynamic(&x).to_owned();
    for (axis, (before, after)) in width.widths(result.ndim()).into_iter().enumerate() {
        let n = result.shape()[axis];
        if before + after == 0 {
            continue;
        }
        assert!(
            n > 0,
            "bm::pad_mode: axis {axis} is empty, there is nothing to pad with"
        );
        let places: Vec<usize> = (0..before + n + after)
            .map(|i| {
                let i = i as isize - before as isize;
                let length = n as isize;
                (match mode {
                    PadMode::Edge => i.clamp(0, length - 1),
                    PadMode::Wrap => i.rem_euclid(length),
                    PadMode::Symmetric => {
                        let j = i.rem_euclid(2 * length);
                        j.min(2 * length - 1 - j)
                    }
                    PadMode::Reflect if n == 1 => 0,
                    PadMode::Reflect => {
                        let j = i.rem_euclid(2 * length - 2);
                        j.min(2 * length - 2 - j)
                    }
                }) as usize
            })
            .collect();
        result = result.select(Axis(axis), &places);
    }
    with_rank(result)
}

/// Places along an axis: an integer, a list of them, negative from the end.
pub trait Places {
    /// The places as written.
    fn places(&self) -> Vec<isize>;
    /// Whether it is an integer.
    fn is_integer(&self) -> bool {
        false
    }
}

impl<I: AxisIndex> Places for I {
    fn places(&self) -> Vec<isize> {
        vec![self.to_isize()]
    }
    fn is_integer(&self) -> bool {
        true
    }
}

impl<I: AxisIndex> Places for &[I] {
    fn places(&self) -> Vec<isize> {
        self.iter().map(|i| i.to_isize()).collect()
    }
}

impl<I: AxisIndex, const N: usize> Places for [I; N] {
    fn places(&self) -> Vec<isize> {
        self.iter().map(|i| i.to_isize()).collect()
    }
}

/// The raveled array without the elements at these places.
pub fn delete<T: Clone, A: Operand<T>>(x: A, places: impl Places) -> Array1<T> {
    delete_axis(ravel(x), places, 0)
}

/// The array without the slices at these places of an axis.
pub fn delete_axis<T: Clone, A: Operand<T>>(
    x: A,
    places: impl Places,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = Axis(resolve("delete_axis", axis, view.shape()));
    let length = view.len_of(axis);
    let gone: Vec<usize> = places
        .places()
        .into_iter()
        .map(|i| checked_place("delete", i, length))
        .collect();
    let kept: Vec<usize> = (0..length).filter(|i| !gone.contains(i)).collect();
    with_rank(row_major(view.select(axis, &kept)))
}

/// `values` inserted before these places of the raveled array.
pub fn insert<T: Clone, A: Operand<T>, B: Operand<T>>(
    x: A,
    places: impl Places,
    values: B,
) -> Array1<T> {
    insert_axis(ravel(x), places, values, 0)
}

/// `values` inserted before these places of an axis; they broadcast to the slices.
pub fn insert_axis<T: Clone, A: Operand<T>, B: Operand<T>>(
    x: A,
    places: impl Places,
    values: B,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = Axis(resolve("insert_axis", axis, view.shape()));
    let length = view.len_of(axis);
    let integer = places.is_integer();
    let mut places: Vec<(usize, usize)> = places
        .places()
        .into_iter()
        .enumerate()
        .map(|(k, i)| {
            // A place from the end is that of an element; only one from the front may lie behind the last.
            let reach = if i < 0 { length } else { length + 1 };
            (checked_place("insert_axis", i, reach), k)
        })
        .collect();
    let mut sizes = view.shape().to_vec();
    let mut values = dynamic(&values);
    sizes[axis.index()] = places.len();
    // One place takes all that is given along the axis, several places one slice each. What is inserted before an integer lies along the
    // values' first axis.
    if let [(only, _)] = places[..] {
        while values.ndim() < view.ndim() {
            values = values.insert_axis(Axis(0));
        }
        if integer {
            let mut order: Vec<usize> = (1..values.ndim()).collect();
            order.insert(axis.index(), 0);
            values = values.permuted_axes(order);
        }
        let spread = values.shape()[axis.index()];
        places = (0..spread).map(|k| (only, k)).collect();
        sizes[axis.index()] = spread;
    }
    let Some(inserted) = values.broadcast(IxDyn(&sizes)) else {
        panic!(
            "bm::insert_axis: values of shape {:?} do not broadcast to {sizes:?}",
            values.shape()
        );
    };
    places.sort_by_key(|&(before, _)| before);
    let mut pieces = Vec::new();
    let mut start = 0;
    for (before, k) in places {
        pieces.push(view.slice_axis(axis, Slice::from(start..before)));
        pieces.push(inserted.slice_axis(axis, Slice::from(k..k + 1)));
        start = before;
    }
    pieces.push(view.slice_axis(axis, Slice::from(start..length)));
    with_rank(row_major(
        ndarray::concatenate(axis, &pieces).expect("the shapes agree outside the axis"),
    ))
}

/// Without the zeros at both ends of a vector.
pub fn trim_zeros<T: Number, A: Operand<T>>(x: A) -> Array1<T> {
    let elements = ravel(x);
    let start = elements
        .iter()
        .position(|value| value.is_true())
        .unwrap_or(elements.len());
    let end = elements
        .iter()
        .rposition(|value| value.is_true())
        .map_or(start, |last| last + 1);
    elements
        .iter()
        .copied()
        .skip(start)
        .take(end - start)
        .collect()
}

/// An `n × m` matrix without its main diagonal, as `n × (m − 1)`.
pub fn remove_diag<T: Clone, A: Operand<T>>(x: A) -> Array2<T> {
    let view = dynamic(&x);
    let &[n, m] = view.shape() else {
        panic!(
            "bm::remove_diag: needs a matrix, got shape {:?}",
            view.shape()
        )
    };
    let kept: Vec<T> = view
        .indexed_iter()
        .filter(|(i, _)| i[0] != i[1])
        .map(|(_, value)| value.clone())
        .collect();
    reshape(kept, [n as isize, if n == 0 { m as isize } else { -1 }])
}

/// A function of vectors applied along an axis; its results lie along the same axis.
pub fn apply_along_axis<T: Clone, U: Clone, A: Operand<T>>(
    function: impl FnMut(ndarray::ArrayView1<'_, T>) -> U,
    axis: impl AxisIndex,
    x: A,
) -> Array<U, <A::Dim as Dimension>::Smaller> {
    let view = dynamic(&x);
    let axis = Axis(resolve("apply_along_axis", axis, view.shape()));
    with_rank(view.map_axis(axis, function))
}
