//! New arrays: filled, spaced, triangular, diagonal, converted.

use ndarray::{Array, Array1, Array2, ArrayD, Dimension, IxDyn};

use super::axis::{AxisIndex, resolve};
use super::cast::Cast;
use super::elementwise::map1;
use super::number::{Bits, Constants, Float, Number, RealNumber};
use super::operand::{Kind, Mapped, Operand, dynamic, item, with_rank};
use super::shape::{Shape, broadcast_to, sizes};
use crate::kernel::pages;

/// All 0. The element type comes from the context, as in `let v: Array1<f32> = bm::zeros(3)`.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// let v: Array2<f32> = bm::zeros((2, 3));
/// assert_eq!(v, array![[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]);
/// ```
pub fn zeros<T: Constants, S: Shape>(shape: S) -> Array<T, S::Dim> {
    nought(sizes("zeros", &shape))
}

/// All 1.
pub fn ones<T: Constants, S: Shape>(shape: S) -> Array<T, S::Dim> {
    repeated(sizes("ones", &shape), T::unit())
}

/// Some elements; here 0, as Rust has no uninitialised values.
pub fn empty<T: Constants, S: Shape>(shape: S) -> Array<T, S::Dim> {
    nought(sizes("empty", &shape))
}

/// All `value`, a scalar or an array that broadcasts to the shape.
pub fn full<T: Clone, S: Shape, A: Operand<T>>(shape: S, value: A) -> Array<T, S::Dim> {
    broadcast_to(value, shape)
}

/// Memory that the system gives is zero already.
fn nought<T: Constants, D: Dimension>(shape: Vec<usize>) -> Array<T, D> {
    let elements = vec![T::nought(); shape.iter().product()];
    pages::ask(elements.as_ptr(), elements.len());
    shaped(shape, elements)
}

fn repeated<T: Clone, D: Dimension>(shape: Vec<usize>, value: T) -> Array<T, D> {
    let len = shape.iter().product();
    let mut elements = pages::room(len);
    elements.resize(len, value);
    shaped(shape, elements)
}

fn shaped<T, D: Dimension>(shape: Vec<usize>, elements: Vec<T>) -> Array<T, D> {
    with_rank(ArrayD::from_shape_vec(shape, elements).expect("as many"))
}

/// 0 in the shape of `x`.
pub fn zeros_like<T: Constants, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    nought(x.view().shape().to_vec())
}

/// 1 in the shape of `x`.
pub fn ones_like<T: Constants, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    repeated(x.view().shape().to_vec(), T::unit())
}

/// Some elements in the shape of `x`; here 0.
pub fn empty_like<T: Constants, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    zeros_like(x)
}

/// `value` in the shape of `x`.
pub fn full_like<T: Clone, A: Operand<T>, B: Operand<T>>(x: A, value: B) -> Array<T, A::Dim> {
    with_rank(broadcast_to(value, x.view().shape()))
}

/// A contiguous copy.
pub fn copy<T: Clone, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    let x = x.view();
    match x.as_slice() {
        Some(from) => {
            let mut elements = pages::room(from.len());
            elements.extend_from_slice(from);
            Array::from_shape_vec(x.raw_dim(), elements).expect("as many")
        }
        None => x.as_standard_layout().into_owned(),
    }
}

/// An array of the elements of a scalar, list, view or array.
pub fn array<T: Clone, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    copy(x)
}

/// The same as [`array()`].
pub fn asarray<T: Clone, A: Operand<T>>(x: A) -> Array<T, A::Dim> {
    copy(x)
}

/// Each element converted as by `as`: floats saturate, a number is `true` where it is not 0, a real part is kept.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::astype::<i32, _, _>(array![1.9f32, -1.9]), array![1, -1]);
/// ```
pub fn astype<U: Number, T: Cast<U>, A: Operand<T>>(x: A) -> Mapped<T, A, U> {
    <A::Kind as Kind>::evaluate(
        || item(&x).cast(),
        || map1(dynamic(&x), |value| value.cast()),
    )
}

/// The same as [`astype`], BrainPy's name.
pub fn cast<U: Number, T: Cast<U>, A: Operand<T>>(x: A) -> Mapped<T, A, U> {
    astype(x)
}

/// The arguments of [`arange`]: `stop`, `(start, stop)` or `(start, stop, step)`.
pub trait Span<T> {
    /// Start, stop and step.
    fn span(self) -> (T, T, T);
}

impl<T: RealNumber> Span<T> for T {
    fn span(self) -> (T, T, T) {
        (T::ZERO, self, T::ONE)
    }
}

impl<T: RealNumber> Span<T> for (T, T) {
    fn span(self) -> (T, T, T) {
        (self.0, self.1, T::ONE)
    }
}

impl<T: RealNumber> Span<T> for (T, T, T) {
    fn span(self) -> (T, T, T) {
        self
    }
}

impl<T: RealNumber> Span<T> for std::ops::Range<T> {
    fn span(self) -> (T, T, T) {
        (self.start, self.end, T::ONE)
    }
}

/// `start, start + step, …` before `stop`: `bm::arange(5)`, `bm::arange((1, 5))`, `bm::arange((0.0, 1.0, 0.25))`.
///
/// # Panics
/// If the step is 0 or the span is not finite.
pub fn arange<T: RealNumber, S: Span<T>>(span: S) -> Array1<T> {
    let (start, stop, step) = span.span();
    if step == T::ZERO {
        panic!("bm::arange: the step is 0");
    }
    let count = ((stop.to_f64() - start.to_f64()) / step.to_f64()).ceil();
    if !count.is_finite() {
        panic!("bm::arange: the span from {start:?} to {stop:?} by {step:?} is not finite");
    }
    // NumPy's rule: the second element fixes the difference, so that floats and integers agree with it bit for bit.
    let delta = start.plus(step).minus(start);
    listed(count.max(0.0) as usize, |i| {
        start.plus(T::from_f64(i as f64).times(delta))
    })
}

fn listed<T>(count: usize, element: impl Fn(usize) -> T) -> Array1<T> {
    let mut elements = pages::room(count);
    elements.extend((0..count).map(element));
    elements.into()
}

/// Whether [`linspace`] includes its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Endpoint {
    /// The last element is `stop`.
    #[default]
    Included,
    /// The last element is one step before `stop`.
    Excluded,
}

/// `count` equally spaced numbers from `start` to `stop`, both included.
///
/// ```
/// use brain_jit::{bm, prelude::*};
/// assert_eq!(bm::linspace(0.0, 1.0, 3), array![0.0, 0.5, 1.0]);
/// ```
pub fn linspace<T: Float>(start: T, stop: T, count: usize) -> Array1<T> {
    linspace_endpoint(start, stop, count, Endpoint::Included)
}

/// [`linspace`] with or without its end.
pub fn linspace_endpoint<T: Float>(
    start: T,
    stop: T,
    count: usize,
    endpoint: Endpoint,
) -> Array1<T> {
    let intervals = if endpoint == Endpoint::Included {
        count.max(2) - 1
    } else {
        count.max(1)
    };
    let step = stop.minus(start).divide(T::constant(intervals as f64));
    let mut result = listed(count, |i| start.plus(step.times(T::constant(i as f64))));
    if endpoint == Endpoint::Included && count > 1 {
        result[count - 1] = stop;
    }
    result
}

/// 10 to the power of [`linspace`].
pub fn logspace<T: Float>(start: T, stop: T, count: usize) -> Array1<T> {
    logspace_base(start, stop, count, Endpoint::Included, T::constant(10.0))
}

/// `base` to the power of [`linspace_endpoint`].
pub fn logspace_base<T: Float>(
    start: T,
    stop: T,
    count: usize,
    endpoint: Endpoint,
    base: T,
) -> Array1<T> {
    linspace_endpoint(start, stop, count, endpoint).mapv(|exponent| base.power(exponent))
}

/// `count` numbers from `start` to `stop` with a constant quotient.
///
/// # Panics
/// If an end is 0 or the signs differ.
pub fn geomspace<T: Float>(start: T, stop: T, count: usize) -> Array1<T> {
    geomspace_endpoint(start, stop, count, Endpoint::Included)
}

/// [`geomspace`] with or without its end.
pub fn geomspace_endpoint<T: Float>(
    start: T,
    stop: T,
    count: usize,
    endpoint: Endpoint,
) -> Array1<T> {
    if start == T::ZERO || stop == T::ZERO || start.sign() != stop.sign() {
        panic!(
            "bm::geomspace: both ends must be nonzero and of one sign, got {start:?} and {stop:?}"
        );
    }
    let sign = start.sign();
    let (low, high) = (start.times(sign).log10(), stop.times(sign).log10());
    let mut result =
        logspace_base(low, high, count, endpoint, T::constant(10.0)).mapv(|x| x.times(sign));
    if count > 0 {
        result[0] = start;
    }
    if count > 1 && endpoint == Endpoint::Included {
        result[count - 1] = stop;
    }
    result
}

/// 1 on the main diagonal of an `n × n` matrix.
pub fn eye<T: Number>(n: usize) -> Array2<T> {
    eye_offset(n, n, 0)
}

/// 1 on the `k`-th diagonal of an `n × m` matrix.
pub fn eye_offset<T: Number>(n: usize, m: usize, k: isize) -> Array2<T> {
    Array2::from_shape_fn((n, m), |(i, j)| {
        if j as isize - i as isize == k {
            T::ONE
        } else {
            T::ZERO
        }
    })
}

/// The same as [`eye`].
pub fn identity<T: Number>(n: usize) -> Array2<T> {
    eye(n)
}

/// 1 on and below the `k`-th diagonal of an `n × m` matrix.
pub fn tri<T: Number>(n: usize, m: usize, k: isize) -> Array2<T> {
    Array2::from_shape_fn((n, m), |(i, j)| {
        if j as isize - i as isize <= k {
            T::ONE
        } else {
            T::ZERO
        }
    })
}

fn triangle<T: Number>(function: &str, x: ArrayD<T>, keep: impl Fn(isize) -> bool) -> ArrayD<T> {
    let rank = x.ndim();
    if rank < 2 {
        panic!(
            "bm::{function}: needs a matrix or a stack of them, got shape {:?}",
            x.shape()
        );
    }
    let mut x = x;
    for (index, value) in x.indexed_iter_mut() {
        if !keep(index[rank - 1] as isize - index[rank - 2] as isize) {
            *value = T::ZERO;
        }
    }
    x
}

/// 0 above the `k`-th diagonal.
pub fn tril<T: Number, A: Operand<T>>(x: A, k: isize) -> Array<T, A::Dim> {
    with_rank(triangle("tril", dynamic(&x).to_owned(), |offset| {
        offset <= k
    }))
}

/// 0 below the `k`-th diagonal.
pub fn triu<T: Number, A: Operand<T>>(x: A, k: isize) -> Array<T, A::Dim> {
    with_rank(triangle("triu", dynamic(&x).to_owned(), |offset| {
        offset >= k
    }))
}

/// A vector on the `k`-th diagonal of a matrix, or the `k`-th diagonal of a matrix.
pub fn diag<T: Number, A: Operand<T>>(x: A, k: isize) -> Array<T, <A::Dim as DiagonalRank>::Output>
where
    A::Dim: DiagonalRank,
{
    let view = dynamic(&x);
    with_rank(match view.ndim() {
        1 => diagflat(view, k).into_dyn(),
        2 => diagonal_axes(view, k, 0, 1),
        _ => panic!(
            "bm::diag: needs a vector or a matrix, got shape {:?}",
            view.shape()
        ),
    })
}

/// The rank of [`diag`]: a vector gives a matrix, a matrix a vector.
pub trait DiagonalRank: Dimension {
    /// The rank of the result.
    type Output: Dimension;
}

impl DiagonalRank for ndarray::Ix1 {
    type Output = ndarray::Ix2;
}

impl DiagonalRank for ndarray::Ix2 {
    type Output = ndarray::Ix1;
}

impl DiagonalRank for IxDyn {
    type Output = IxDyn;
}

/// All elements on the `k`-th diagonal of a matrix.
pub fn diagflat<T: Number, A: Operand<T>>(x: A, k: isize) -> Array2<T> {
    let view = x.view();
    let n = view.len() + k.unsigned_abs();
    let mut matrix = Array2::from_elem((n, n), T::ZERO);
    let (row, column) = ((-k).max(0) as usize, k.max(0) as usize);
    for (i, value) in view.iter().enumerate() {
        matrix[(row + i, column + i)] = *value;
    }
    matrix
}

/// The diagonal `offset` of a matrix; of a stack, along its first two axes.
pub fn diagonal<T: Clone, A: Operand<T>>(
    x: A,
    offset: isize,
) -> Array<T, <A::Dim as Dimension>::Smaller> {
    with_rank(diagonal_axes(dynamic(&x), offset, 0, 1))
}

/// The diagonals of the matrices that two axes span; the diagonal is the last axis of the result.
pub fn diagonal_axes<T: Clone, A: Operand<T>>(
    x: A,
    offset: isize,
    a: impl AxisIndex,
    b: impl AxisIndex,
) -> ArrayD<T> {
    let view = dynamic(&x);
    let rank = view.ndim();
    if rank < 2 {
        panic!(
            "bm::diagonal: needs at least two axes, got shape {:?}",
            view.shape()
        );
    }
    let (a, b) = (resolve("diagonal", a, rank), resolve("diagonal", b, rank));
    if a == b {
        panic!("bm::diagonal: axis {a} is given twice");
    }
    let (row, column) = ((-offset).max(0) as usize, offset.max(0) as usize);
    let (n, m) = (view.shape()[a], view.shape()[b]);
    let length = n.saturating_sub(row).min(m.saturating_sub(column));
    let mut order: Vec<usize> = (0..rank).filter(|&axis| axis != a && axis != b).collect();
    let mut sizes: Vec<usize> = order.iter().map(|&axis| view.shape()[axis]).collect();
    sizes.push(length);
    order.extend([a, b]);
    let stack = view.permuted_axes(&order[..]);
    ArrayD::from_shape_fn(IxDyn(&sizes), |index| {
        let mut place: Vec<usize> = index.as_array_view().to_vec();
        let i = place[rank - 2];
        place[rank - 2] = row + i;
        place.push(column + i);
        stack[&place[..]].clone()
    })
}

/// The sum of the main diagonal of a matrix.
pub fn trace<T: Number, A: Operand<T>>(x: A) -> T::Sum {
    let diagonal = diagonal_axes(x, 0, 0, 1);
    assert!(
        diagonal.ndim() == 1,
        "bm::trace: needs a matrix; bm::trace_axes takes a stack of them"
    );
    diagonal
        .iter()
        .fold(T::Sum::ZERO, |sum, value| sum.plus(value.to_sum()))
}

/// The sums of the diagonals `offset` of the matrices that two axes span.
pub fn trace_axes<T: Number, A: Operand<T>>(
    x: A,
    offset: isize,
    a: impl AxisIndex,
    b: impl AxisIndex,
) -> ArrayD<T::Sum> {
    super::reduction::sum_axis(diagonal_axes(x, offset, a, b), -1)
}

/// How [`meshgrid`] orders its axes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Indexing {
    /// Cartesian: the first vector runs along the second axis.
    #[default]
    Xy,
    /// Matrix: the first vector runs along the first axis.
    Ij,
}

/// Coordinate arrays of a grid, Cartesian order.
pub fn meshgrid<T: Clone, A: Operand<T>>(vectors: &[A]) -> Vec<ArrayD<T>> {
    meshgrid_indexing(vectors, Indexing::Xy)
}

/// Coordinate arrays of a grid.
pub fn meshgrid_indexing<T: Clone, A: Operand<T>>(
    vectors: &[A],
    indexing: Indexing,
) -> Vec<ArrayD<T>> {
    let open = meshgrid_sparse(vectors, indexing);
    super::shape::broadcast_arrays(&open)
}

/// Coordinate vectors of a grid, each along its own axis, for broadcasting.
pub fn meshgrid_sparse<T: Clone, A: Operand<T>>(
    vectors: &[A],
    indexing: Indexing,
) -> Vec<ArrayD<T>> {
    let rank = vectors.len();
    vectors
        .iter()
        .enumerate()
        .map(|(i, vector)| {
            let axis = match (indexing, i) {
                (Indexing::Xy, 0) if rank > 1 => 1,
                (Indexing::Xy, 1) => 0,
                _ => i,
            };
            let mut sizes = vec![1; rank];
            sizes[axis] = vector.view().len();
            super::shape::with_shape(dynamic(vector), &sizes)
        })
        .collect()
}

/// The index along axis `i` at every place of a grid, stacked along a new first axis.
pub fn indices<S: Shape>(shape: S) -> Array<i64, <S::Dim as Dimension>::Larger> {
    let mut lengths = sizes("indices", &shape);
    lengths.insert(0, lengths.len());
    with_rank(ArrayD::from_shape_fn(IxDyn(&lengths), |index| {
        index[1 + index[0]] as i64
    }))
}

/// The order of the columns of [`vander`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Powers {
    /// From the highest power to the 0th.
    #[default]
    Decreasing,
    /// From the 0th power to the highest.
    Increasing,
}

/// Powers of the elements of a vector, `columns` of them, in columns.
///
/// # Panics
/// If `x` is not a vector.
pub fn vander<T: Number, A: Operand<T>>(x: A, columns: usize, powers: Powers) -> Array2<T> {
    assert!(
        x.view().ndim() == 1,
        "bm::vander: needs a vector, got shape {:?}",
        x.view().shape()
    );
    let elements: Vec<T> = x.view().iter().copied().collect();
    let mut matrix = Array2::from_elem((elements.len(), columns), T::ONE);
    for (i, &element) in elements.iter().enumerate() {
        let mut power = T::ONE;
        for j in 0..columns {
            let column = if powers == Powers::Increasing {
                j
            } else {
                columns - 1 - j
            };
            matrix[(i, column)] = power;
            power = power.times(element);
        }
    }
    matrix
}

/// The value of a function at every index of a shape.
pub fn fromfunction<T, S: Shape>(
    mut function: impl FnMut(&[usize]) -> T,
    shape: S,
) -> Array<T, S::Dim> {
    let sizes = sizes("fromfunction", &shape);
    with_rank(ArrayD::from_shape_fn(IxDyn(&sizes), |index| {
        function(
            index
                .as_array_view()
                .as_slice()
                .expect("an index is contiguous"),
        )
    }))
}

/// The elements of an iterator as a vector.
pub fn fromiter<T>(iterator: impl IntoIterator<Item = T>) -> Array1<T> {
    iterator.into_iter().collect()
}

/// Unsigned integers as their bits, most significant first, along a new last axis of 8.
pub fn unpackbits<A: Operand<u8>>(x: A) -> Array1<u8> {
    x.view()
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect()
}

/// Bits, most significant first, packed into bytes; the last byte is filled with 0.
pub fn packbits<T: Bits, A: Operand<T>>(x: A) -> Array1<u8> {
    let bits: Vec<bool> = x.view().iter().map(|bit| bit.is_true()).collect();
    bits.chunks(8)
        .map(|chunk| {
            chunk
                .iter()
                .enumerate()
                .fold(0u8, |byte, (i, &bit)| byte | (bit as u8) << (7 - i))
        })
        .collect()
}
