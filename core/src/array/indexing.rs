//! Elements by index and indices of elements.

use ndarray::{Array, Array1, Array2, ArrayD, Axis, Dimension, IxDyn, Zip};

use super::axis::{AxisIndex, checked_place, resolve};
use super::elementwise::{OperandMut, stretch};
use super::number::{Integer, Number};
use super::operand::{Kind, Mapped, Operand, dynamic, item, row_major, with_rank};
use super::shape::{Shape, broadcast, sizes};

/// What an index that is out of range means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OutOfRange {
    /// A panic; negative indices count from the end.
    #[default]
    Raise,
    /// Round and round.
    Wrap,
    /// The nearest end; negative indices are 0.
    Clip,
}

impl OutOfRange {
    fn place(self, function: &str, index: i64, length: usize) -> usize {
        match self {
            OutOfRange::Raise => checked_place(function, index as isize, length),
            _ if length == 0 => panic!("bm::{function}: index {index} into an axis of length 0"),
            OutOfRange::Wrap => index.rem_euclid(length as i64) as usize,
            OutOfRange::Clip => index.clamp(0, length as i64 - 1) as usize,
        }
    }
}

/// The elements of the raveled array at these places, in the shape of the indices.
pub fn take<T: Copy, I: Integer, A: Operand<T>, B: Operand<I>>(
    x: A,
    indices: B,
) -> Mapped<I, B, T> {
    take_mode(x, indices, OutOfRange::Raise)
}

/// [`take`] with a rule for what is out of range.
pub fn take_mode<T: Copy, I: Integer, A: Operand<T>, B: Operand<I>>(
    x: A,
    indices: B,
    mode: OutOfRange,
) -> Mapped<I, B, T> {
    let view = dynamic(&x);
    let flat: Vec<T> = view.iter().copied().collect();
    let get = |i: I| flat[mode.place("take", i.to_i64(), flat.len())];
    <B::Kind as Kind>::evaluate(|| get(item(&indices)), || dynamic(&indices).mapv(get))
}

/// The slices at these places of an axis; the axes of the indices replace it.
pub fn take_axis<T: Copy, I: Integer, A: Operand<T>, B: Operand<I>>(
    x: A,
    indices: B,
    axis: impl AxisIndex,
    mode: OutOfRange,
) -> ArrayD<T> {
    let (view, indices) = (dynamic(&x), dynamic(&indices));
    let axis = resolve("take_axis", axis, view.shape());
    let length = view.shape()[axis];
    let places: Vec<usize> = indices
        .iter()
        .map(|i| mode.place("take_axis", i.to_i64(), length))
        .collect();
    let mut sizes = view.shape().to_vec();
    sizes.splice(axis..=axis, indices.shape().iter().copied());
    let taken = view.select(Axis(axis), &places);
    super::shape::with_shape(taken.view(), &sizes)
}

/// Along an axis, the element at the place that `indices` gives; both broadcast outside the axis.
pub fn take_along_axis<T: Copy, I: Integer, A: Operand<T>, B: Operand<I>>(
    x: A,
    indices: B,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let (view, indices) = (dynamic(&x), dynamic(&indices));
    if view.ndim() != indices.ndim() {
        panic!(
            "bm::take_along_axis: an array of rank {} and indices of rank {}",
            view.ndim(),
            indices.ndim()
        );
    }
    let axis = resolve("take_along_axis", axis, view.shape());
    let length = view.shape()[axis];
    let (mut outer, mut wanted) = (view.shape().to_vec(), indices.shape().to_vec());
    outer[axis] = 1;
    wanted[axis] = 1;
    let mut shape = broadcast("take_along_axis", &[&outer, &wanted]);
    shape[axis] = length;
    let view = stretch("take_along_axis", &view, &shape);
    shape[axis] = indices.shape()[axis];
    let indices = stretch("take_along_axis", &indices, &shape);
    let mut result = Vec::with_capacity(indices.len());
    for (at, i) in indices.indexed_iter() {
        let mut source: Vec<usize> = at.as_array_view().to_vec();
        source[axis] = checked_place("take_along_axis", i.to_i64() as isize, length);
        result.push(view[&source[..]]);
    }
    with_rank(ArrayD::from_shape_vec(IxDyn(&shape), result).expect("one element an index"))
}

/// At each place, the element of the array that `which` names; all broadcast.
pub fn choose<T: Copy, I: Integer, B: Operand<I>, A: Operand<T>>(
    which: B,
    arrays: &[A],
    mode: OutOfRange,
) -> ArrayD<T> {
    let which = dynamic(&which);
    let arrays: Vec<_> = arrays.iter().map(dynamic).collect();
    let shapes: Vec<&[usize]> = std::iter::once(which.shape())
        .chain(arrays.iter().map(|a| a.shape()))
        .collect();
    let shape = broadcast("choose", &shapes);
    let arrays: Vec<_> = arrays
        .iter()
        .map(|array| stretch("choose", array, &shape))
        .collect();
    let which = stretch("choose", &which, &shape);
    let mut result = Vec::with_capacity(which.len());
    for (at, i) in which.indexed_iter() {
        let i = i.to_i64();
        if mode == OutOfRange::Raise && i < 0 {
            panic!("bm::choose: index {i} is negative");
        }
        result.push(arrays[mode.place("choose", i, arrays.len())][at]);
    }
    ArrayD::from_shape_vec(IxDyn(&shape), result).expect("one element an index")
}

/// The elements of the raveled array where the condition holds; a short condition leaves the rest out.
pub fn compress<T: Copy, M: Operand<bool>, A: Operand<T>>(condition: M, x: A) -> Array1<T> {
    let flat: Array1<T> = x.view().iter().copied().collect();
    compress_axis(condition, flat, 0)
}

/// The slices of an axis where the condition holds.
pub fn compress_axis<T: Copy, M: Operand<bool>, A: Operand<T>>(
    condition: M,
    x: A,
    axis: impl AxisIndex,
) -> Array<T, A::Dim> {
    let view = dynamic(&x);
    let axis = resolve("compress", axis, view.shape());
    let condition = condition.view();
    let places: Vec<usize> = condition
        .iter()
        .enumerate()
        .filter(|(_, chosen)| **chosen)
        .map(|(i, _)| checked_place("compress", i as isize, view.shape()[axis]))
        .collect();
    with_rank(row_major(view.select(Axis(axis), &places)))
}

/// The elements where the condition is true, in row-major order.
pub fn extract<T: Copy, C: Number, M: Operand<C>, A: Operand<T>>(condition: M, x: A) -> Array1<T> {
    let (condition, x) = (condition.view(), x.view());
    condition
        .iter()
        .zip(&x)
        .filter(|(condition, _)| condition.is_true())
        .map(|(_, &value)| value)
        .collect()
}

/// The indices of the elements that are not 0, one array an axis.
///
/// # Panics
/// If there is no axis.
pub fn nonzero<T: Number, A: Operand<T>>(x: A) -> Vec<Array1<usize>> {
    let view = dynamic(&x);
    assert!(
        view.ndim() > 0,
        "bm::nonzero: a number has no axes; `bm::atleast_1d` gives it one"
    );
    let found: Vec<_> = view
        .indexed_iter()
        .filter(|(_, value)| value.is_true())
        .map(|(at, _)| at)
        .collect();
    (0..view.ndim())
        .map(|axis| found.iter().map(|at| at[axis]).collect())
        .collect()
}

/// The indices of the elements that are not 0, one row an element.
pub fn argwhere<T: Number, A: Operand<T>>(x: A) -> Array2<usize> {
    let view = dynamic(&x);
    let found: Vec<usize> = view
        .indexed_iter()
        .filter(|(_, value)| value.is_true())
        .flat_map(|(at, _)| at.as_array_view().to_vec())
        .collect();
    let rank = view.ndim();
    let count = match found.len().checked_div(rank) {
        Some(count) => count,
        None => view.iter().filter(|value| value.is_true()).count(),
    };
    Array2::from_shape_vec((count, rank), found).expect("one index an axis")
}

/// The places of the elements of the raveled array that are not 0.
pub fn flatnonzero<T: Number, A: Operand<T>>(x: A) -> Array1<usize> {
    x.view()
        .iter()
        .enumerate()
        .filter(|(_, value)| value.is_true())
        .map(|(i, _)| i)
        .collect()
}

/// The indices of the main diagonal of an array with `rank` axes of length `n`.
pub fn diag_indices(n: usize, rank: usize) -> Vec<Array1<usize>> {
    vec![(0..n).collect(); rank]
}

/// [`diag_indices`] for an array whose axes have one length.
pub fn diag_indices_from<T, A: Operand<T>>(x: A) -> Vec<Array1<usize>> {
    let view = x.view();
    let shape = view.shape();
    if shape.len() < 2 || shape.iter().any(|&n| n != shape[0]) {
        panic!("bm::diag_indices_from: the axes of shape {shape:?} differ in length");
    }
    diag_indices(shape[0], shape.len())
}

fn where_in(n: usize, m: usize, keep: impl Fn(isize) -> bool) -> (Array1<usize>, Array1<usize>) {
    let found: Vec<(usize, usize)> = (0..n)
        .flat_map(|i| (0..m).map(move |j| (i, j)))
        .filter(|&(i, j)| keep(j as isize - i as isize))
        .collect();
    (
        found.iter().map(|at| at.0).collect(),
        found.iter().map(|at| at.1).collect(),
    )
}

/// The indices on and below the `k`-th diagonal of an `n × m` matrix.
pub fn tril_indices(n: usize, k: isize, m: usize) -> (Array1<usize>, Array1<usize>) {
    where_in(n, m, |offset| offset <= k)
}

/// The indices on and above the `k`-th diagonal of an `n × m` matrix.
pub fn triu_indices(n: usize, k: isize, m: usize) -> (Array1<usize>, Array1<usize>) {
    where_in(n, m, |offset| offset >= k)
}

fn matrix_shape<T, A: Operand<T>>(function: &str, x: &A) -> (usize, usize) {
    match *x.view().shape() {
        [n, m] => (n, m),
        ref other => panic!("bm::{function}: needs a matrix, got shape {other:?}"),
    }
}

/// [`tril_indices`] for a matrix.
pub fn tril_indices_from<T, A: Operand<T>>(x: A, k: isize) -> (Array1<usize>, Array1<usize>) {
    let (n, m) = matrix_shape("tril_indices_from", &x);
    tril_indices(n, k, m)
}

/// [`triu_indices`] for a matrix.
pub fn triu_indices_from<T, A: Operand<T>>(x: A, k: isize) -> (Array1<usize>, Array1<usize>) {
    let (n, m) = matrix_shape("triu_indices_from", &x);
    triu_indices(n, k, m)
}

/// The indices where a function of an `n × n` matrix of ones, such as [`super::creation::triu`], is not 0.
pub fn mask_indices(
    n: usize,
    mask: impl FnOnce(Array2<i64>) -> Array2<i64>,
) -> (Array1<usize>, Array1<usize>) {
    let found = argwhere(mask(Array2::ones((n, n))));
    (found.column(0).to_owned(), found.column(1).to_owned())
}

/// The places in the raveled array of these indices, one array an axis.
pub fn ravel_multi_index<I: Integer, A: Operand<I>>(
    indices: &[A],
    shape: impl Shape,
    mode: OutOfRange,
) -> ArrayD<usize> {
    let sizes = sizes("ravel_multi_index", &shape);
    if indices.len() != sizes.len() {
        panic!(
            "bm::ravel_multi_index: {} index arrays for shape {sizes:?}",
            indices.len()
        );
    }
    let views: Vec<_> = indices.iter().map(dynamic).collect();
    let shapes: Vec<&[usize]> = views.iter().map(|view| view.shape()).collect();
    let common = broadcast("ravel_multi_index", &shapes);
    let mut result = ArrayD::zeros(&common[..]);
    for (view, &n) in views.iter().zip(&sizes) {
        let view = stretch("ravel_multi_index", view, &common);
        Zip::from(&mut result).and(&view).for_each(|flat, i| {
            let i = i.to_i64();
            if mode == OutOfRange::Raise && i < 0 {
                panic!("bm::ravel_multi_index: index {i} is negative");
            }
            *flat = *flat * n + mode.place("ravel_multi_index", i, n);
        });
    }
    result
}

/// The indices, one array an axis, of these places of the raveled array.
pub fn unravel_index<I: Integer, A: Operand<I>>(
    places: A,
    shape: impl Shape,
) -> Vec<Array<usize, A::Dim>> {
    let sizes = sizes("unravel_index", &shape);
    let total = sizes.iter().product();
    let mut rest = places.view().map(|i| {
        let place = i.to_i64() as isize;
        assert!(
            place >= 0,
            "bm::unravel_index: index {place} is negative, places count from the first element"
        );
        checked_place("unravel_index", place, total)
    });
    let mut result: Vec<_> = sizes
        .iter()
        .rev()
        .map(|&n| {
            let index = rest.mapv(|flat| flat % n);
            rest.mapv_inplace(|flat| flat / n);
            index
        })
        .collect();
    result.reverse();
    result
}

/// Index vectors, each along its own axis, that together select a grid.
pub fn ix_<T: Copy, A: Operand<T>>(vectors: &[A]) -> Vec<ArrayD<T>> {
    super::creation::meshgrid_sparse(vectors, super::creation::Indexing::Ij)
}

/// Writes `values` at these places of the raveled array, over and over if there are fewer values.
pub fn put<T: Copy, I: Integer, O: OperandMut<T>, B: Operand<I>, A: Operand<T>>(
    mut v: O,
    places: B,
    values: A,
    mode: OutOfRange,
) {
    let mut view = v.view_mut().into_dyn();
    let values: Vec<T> = values.view().iter().copied().collect();
    let length = view.len();
    let shape = view.shape().to_vec();
    for (k, i) in places.view().iter().enumerate() {
        if values.is_empty() {
            panic!("bm::put: there are no values");
        }
        let mut flat = mode.place("put", i.to_i64(), length);
        let mut at = vec![0; shape.len()];
        for axis in (0..shape.len()).rev() {
            at[axis] = flat % shape[axis];
            flat /= shape[axis];
        }
        view[&at[..]] = values[k % values.len()];
    }
}

/// Writes the values one after the other where the mask is true, over and over if there are fewer values.
pub fn place<T: Copy, C: Number, O: OperandMut<T>, M: Operand<C>, A: Operand<T>>(
    mut v: O,
    mask: M,
    values: A,
) {
    let mut view = v.view_mut().into_dyn();
    let mask = dynamic(&mask);
    assert!(
        mask.len() == view.len(),
        "bm::place: a mask of shape {:?} on an array of shape {:?}",
        mask.shape(),
        view.shape()
    );
    let values: Vec<T> = values.view().iter().copied().collect();
    let mut next = values.iter().cycle();
    for (element, mask) in view.iter_mut().zip(&mask) {
        if mask.is_true() {
            *element = *next.next().expect("bm::place: there are no values");
        }
    }
}

/// Writes the value of the same place, of values repeated in row-major order, where the mask is true.
pub fn putmask<T: Copy, C: Number, O: OperandMut<T>, M: Operand<C>, A: Operand<T>>(
    mut v: O,
    mask: M,
    values: A,
) {
    let mut view = v.view_mut().into_dyn();
    let mask = dynamic(&mask);
    assert!(
        mask.len() == view.len(),
        "bm::putmask: a mask of shape {:?} on an array of shape {:?}",
        mask.shape(),
        view.shape()
    );
    let values: Vec<T> = values.view().iter().copied().collect();
    for ((element, mask), value) in view.iter_mut().zip(&mask).zip(values.iter().cycle()) {
        if mask.is_true() {
            *element = *value;
        }
    }
}

/// Writes `source`, which broadcasts, over `v`.
pub fn copyto<T: Copy, O: OperandMut<T>, A: Operand<T>>(mut v: O, source: A) {
    super::elementwise::into1(
        "copyto",
        dynamic(&source),
        v.view_mut().into_dyn(),
        |value: T| value,
    );
}

/// Writes `value` on the main diagonal.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let mut v = Array2::<i32>::zeros((4, 2));
/// bm::fill_diagonal(&mut v, 1);
/// assert_eq!(v, array![[1, 0], [0, 1], [0, 0], [0, 0]]);
/// bm::fill_diagonal_wrap(&mut v, 2);
/// assert_eq!(v, array![[2, 0], [0, 2], [0, 0], [2, 0]]);
/// ```
pub fn fill_diagonal<T: Copy, O: OperandMut<T>, A: Operand<T>>(mut v: O, value: A) {
    let mut view = v.view_mut().into_dyn();
    let shape = diagonal_shape("fill_diagonal", view.shape());
    let values: Vec<T> = value.view().iter().copied().collect();
    let length = shape.iter().copied().min().unwrap_or(0);
    for (i, &value) in (0..length).zip(values.iter().cycle()) {
        view[&vec![i; shape.len()][..]] = value;
    }
}

/// [`fill_diagonal`], begun again under a free row as often as a matrix is high.
pub fn fill_diagonal_wrap<T: Copy, O: OperandMut<T>, A: Operand<T>>(mut v: O, value: A) {
    let mut view = v.view_mut().into_dyn();
    let &[rows, columns] = &diagonal_shape("fill_diagonal_wrap", view.shape())[..] else {
        return fill_diagonal(view, value);
    };
    let values: Vec<T> = value.view().iter().copied().collect();
    let places = (0..rows * columns).step_by(columns + 1);
    for (place, &value) in places.zip(values.iter().cycle()) {
        view[[place / columns, place % columns]] = value;
    }
}

/// The shape, if it has a diagonal.
fn diagonal_shape(function: &str, shape: &[usize]) -> Vec<usize> {
    if shape.len() < 2 || (shape.len() > 2 && shape.iter().any(|&n| n != shape[0])) {
        panic!("bm::{function}: needs a matrix or equal axes, got shape {shape:?}");
    }
    shape.to_vec()
}
