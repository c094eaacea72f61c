//! Products of vectors, matrices and stacks of matrices.
//!
//! Operands whose lengths do not agree panic, naming function and shapes.

use ndarray::{
    Array, Array2, ArrayD, ArrayRef, ArrayRef2, ArrayView2, ArrayViewD, Axis, CowArray, Dimension,
    Ix2, IxDyn,
};

use super::element::ProductElement;
use super::rank::{ProductRank, ResultRank};

type Dot<T, D, E> = <<D as ProductRank<E>>::Dot as ResultRank>::Output<T>;
type Matmul<T, D, E> = <<D as ProductRank<E>>::Matmul as ResultRank>::Output<T>;

/// NumPy's `dot`: the last axis of `a` with the last but one of `b` (its only one for a vector). Two vectors give a scalar.
///
/// ```
/// use brain_jit::linalg;
/// use ndarray::array;
/// assert_eq!(linalg::dot(&array![1.0, 2.0], &array![3.0, 4.0]), 11.0);
/// assert_eq!(linalg::dot(&array![[1, 2], [3, 4]], &array![1, 1]), array![3, 7]);
/// ```
#[track_caller]
pub fn dot<T: ProductElement, D: ProductRank<E>, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Dot<T, D, E> {
    let contracted = b.ndim().saturating_sub(2);
    let (shape, elements) = contract(
        "dot",
        a.view().into_dyn(),
        b.view().into_dyn(),
        &[a.ndim().wrapping_sub(1)],
        &[contracted],
    );
    D::Dot::arrange(&shape, elements)
}

/// NumPy's `inner`: the last axes of both. Two vectors give a scalar.
#[track_caller]
pub fn inner<T: ProductElement, D: ProductRank<E>, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Dot<T, D, E> {
    let lasts = (&[a.ndim().wrapping_sub(1)], &[b.ndim().wrapping_sub(1)]);
    let (shape, elements) = contract(
        "inner",
        a.view().into_dyn(),
        b.view().into_dyn(),
        lasts.0,
        lasts.1,
    );
    D::Dot::arrange(&shape, elements)
}

/// NumPy's `vdot`: the sum of the products of all elements, the first operand's conjugated.
#[track_caller]
pub fn vdot<T: ProductElement, D: Dimension, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> T {
    assert!(
        a.len() == b.len(),
        "linalg::vdot: shapes {:?} and {:?} have different numbers of elements",
        a.shape(),
        b.shape()
    );
    let a = Array::from_iter(a.iter().map(|x| x.conjugate()));
    a.dot(&Array::from_iter(b.iter().copied()))
}

/// NumPy's `outer`: all products of an element of `a` and one of `b`, each in row-major order.
pub fn outer<T: ProductElement, D: Dimension, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Array2<T> {
    let b: Vec<T> = b.iter().copied().collect();
    let elements = a
        .iter()
        .flat_map(|&x| b.iter().map(move |&y| x * y))
        .collect();
    Array2::from_shape_vec((a.len(), b.len()), elements).expect("one element a pair")
}

/// Kronecker's product: `b` times every element of `a`, block by block. Of dynamic ranks that differ, the lower one is filled up
/// with axes of length 1 in front.
pub fn kron<T: ProductElement, D: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, D>,
) -> Array<T, D> {
    let rank = a.ndim().max(b.ndim());
    let padded = |shape: &[usize]| [vec![1; rank - shape.len()], shape.to_vec()].concat();
    let (left, right) = (padded(a.shape()), padded(b.shape()));
    // axes a0 b0 a1 b1 …: then pairs of axes are one
    let wide = |x: &ArrayRef<T, D>, shape: Vec<usize>| {
        let elements = x.iter().copied().collect();
        ArrayD::from_shape_vec(shape, elements).expect("the same elements")
    };
    let a = wide(a, left.iter().flat_map(|&n| [n, 1]).collect());
    let b = wide(b, right.iter().flat_map(|&n| [1, n]).collect());
    let shape: Vec<usize> = left.iter().zip(&right).map(|(m, n)| m * n).collect();
    let product = (a * b)
        .into_shape_with_order(IxDyn(&shape))
        .expect("pairs of axes merge");
    product
        .into_dimensionality()
        .expect("the rank is the operands'")
}

/// The sum of a matrix's diagonal.
pub fn trace<T: ProductElement>(a: &ArrayRef2<T>) -> T {
    a.diag().sum()
}

/// The sum of the diagonal that lies `offset` columns right of the main one.
pub fn trace_offset<T: ProductElement>(a: &ArrayRef2<T>, offset: isize) -> T {
    (0..a.nrows())
        .filter_map(|i| a.get((i, i.checked_add_signed(offset)?)))
        .fold(T::zero(), |sum, &x| sum + x)
}

/// NumPy's `matmul`: matrix products of the last two axes; the axes before them are broadcast. A vector counts as a row on the
/// left, as a column on the right.
///
/// ```
/// use brain_jit::linalg;
/// use ndarray::{Array3, array};
/// let stack = Array3::<f64>::ones((5, 2, 3));
/// assert_eq!(linalg::matmul(&stack, &array![1.0, 2.0, 3.0]).dim(), (5, 2));
/// ```
#[track_caller]
pub fn matmul<T: ProductElement, D: ProductRank<E>, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Matmul<T, D, E> {
    let (left, right) = (a.shape(), b.shape());
    assert!(
        a.ndim() > 0 && b.ndim() > 0,
        "linalg::matmul: shapes {left:?} and {right:?}: a scalar has no matrix product"
    );
    let (mut a, mut b) = (a.view().into_dyn(), b.view().into_dyn());
    let (row, column) = (a.ndim() == 1, b.ndim() == 1);
    if row {
        a = a.insert_axis(Axis(0));
    }
    if column {
        b = b.insert_axis(Axis(1));
    }
    let (m, k) = (a.shape()[a.ndim() - 2], a.shape()[a.ndim() - 1]);
    let (k2, n) = (b.shape()[b.ndim() - 2], b.shape()[b.ndim() - 1]);
    assert!(
        k == k2,
        "linalg::matmul: shapes {left:?} and {right:?} do not fit ({k} columns, {k2} rows)"
    );
    let outer = broadcast_shape(&a.shape()[..a.ndim() - 2], &b.shape()[..b.ndim() - 2])
        .unwrap_or_else(|| {
            panic!("linalg::matmul: shapes {left:?} and {right:?} do not broadcast")
        });
    let mut shape = outer.clone();
    let elements = multiply_stacks(&outer, a, b);
    shape.extend((!row).then_some(m));
    shape.extend((!column).then_some(n));
    D::Matmul::arrange(&shape, elements)
}

/// The products of two stacks whose outer axes are broadcast to `outer`.
fn multiply_stacks<T: ProductElement>(
    outer: &[usize],
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
) -> Vec<T> {
    let (m, k, n) = (
        a.shape()[a.ndim() - 2],
        a.shape()[a.ndim() - 1],
        b.shape()[b.ndim() - 1],
    );
    let count: usize = outer.iter().product();
    if count == 1 {
        let a = flat_matrix(&a, m, k);
        let b = flat_matrix(&b, k, n);
        return T::multiply(a.view(), b.view()).into_raw_vec_and_offset().0;
    }
    let broadcast = |x: &ArrayViewD<'_, T>| -> Vec<usize> {
        let mut shape = outer.to_vec();
        shape.extend(&x.shape()[x.ndim() - 2..]);
        shape
    };
    let (shape_a, shape_b) = (broadcast(&a), broadcast(&b));
    let a = a
        .broadcast(IxDyn(&shape_a))
        .expect("the outer axes broadcast");
    let b = b
        .broadcast(IxDyn(&shape_b))
        .expect("the outer axes broadcast");
    let mut elements = Vec::with_capacity(count * m * n);
    for index in ndarray::indices(IxDyn(outer)) {
        elements.extend(T::multiply(
            matrix_at(&a, index.slice()),
            matrix_at(&b, index.slice()),
        ));
    }
    elements
}

/// The matrix at an index of a stack's outer axes.
fn matrix_at<'a, T>(stack: &'a ArrayViewD<'_, T>, index: &[usize]) -> ArrayView2<'a, T> {
    let mut matrix = stack.view();
    for &i in index {
        matrix.index_axis_inplace(Axis(0), i);
    }
    matrix.into_dimensionality().expect("a matrix is left")
}

/// An array as one matrix: without a copy where its layout allows.
fn flat_matrix<'a, T: Clone>(
    a: &'a ArrayViewD<'_, T>,
    rows: usize,
    columns: usize,
) -> CowArray<'a, T, Ix2> {
    if let Ok(matrix) = a.view().into_dimensionality::<Ix2>()
        && matrix.dim() == (rows, columns)
    {
        return matrix.into();
    }
    a.to_shape((rows, columns))
        .expect("the number of elements is rows · columns")
}

pub(super) fn broadcast_shape(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let length = |shape: &[usize], axis: usize| {
        (axis + shape.len())
            .checked_sub(rank)
            .map_or(1, |i| shape[i])
    };
    (0..rank)
        .map(|axis| match (length(a, axis), length(b, axis)) {
            (m, n) if m == n || n == 1 => Some(m),
            (1, n) => Some(n),
            _ => None,
        })
        .collect()
}

/// The sum over pairs of axes: shape (the other axes of `a`, then of `b`) and elements.
#[track_caller]
pub(super) fn contract<T: ProductElement>(
    function: &str,
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    axes_a: &[usize],
    axes_b: &[usize],
) -> (Vec<usize>, Vec<T>) {
    let (left, right) = (a.shape(), b.shape());
    let lengths = |x: &ArrayViewD<'_, T>, axes: &[usize]| {
        axes.iter()
            .map(|&i| x.shape().get(i).copied())
            .collect::<Vec<_>>()
    };
    assert!(
        lengths(&a, axes_a) == lengths(&b, axes_b) && !lengths(&a, axes_a).contains(&None),
        "linalg::{function}: shapes {left:?} and {right:?} do not fit: axes {axes_a:?} and {axes_b:?} are summed together"
    );
    let others = |x: &ArrayViewD<'_, T>, axes: &[usize]| {
        (0..x.ndim())
            .filter(|i| !axes.contains(i))
            .collect::<Vec<_>>()
    };
    let (others_a, others_b) = (others(&a, axes_a), others(&b, axes_b));
    let shape: Vec<usize> = others_a
        .iter()
        .map(|&i| left[i])
        .chain(others_b.iter().map(|&i| right[i]))
        .collect();
    let k: usize = axes_a.iter().map(|&i| left[i]).product();
    let m: usize = others_a.iter().map(|&i| left[i]).product();
    let n: usize = others_b.iter().map(|&i| right[i]).product();
    let order_a: Vec<usize> = others_a.iter().chain(axes_a).copied().collect();
    let order_b: Vec<usize> = axes_b.iter().chain(&others_b).copied().collect();
    let (a, b) = (a.permuted_axes(order_a), b.permuted_axes(order_b));
    let (a, b) = (flat_matrix(&a, m, k), flat_matrix(&b, k, n));
    let product = if n == 1 {
        a.dot(&b.column(0)).insert_axis(Axis(1))
    } else if m == 1 {
        b.t().dot(&a.row(0)).insert_axis(Axis(0))
    } else {
        T::multiply(a.view(), b.view())
    };
    (shape, product.into_raw_vec_and_offset().0)
}

/// Which axes [`tensordot`] sums over: a number `n` for the last `n` of the first operand with the first `n` of the second, or
/// the axes of each, negative ones counted from the last.
pub trait ContractedAxes {
    /// The axes of both operands, of these ranks.
    fn axes(&self, ranks: [usize; 2]) -> [Vec<isize>; 2];
}

impl ContractedAxes for usize {
    fn axes(&self, [left, right]: [usize; 2]) -> [Vec<isize>; 2] {
        assert!(
            *self <= left.min(right),
            "linalg::tensordot: ranks {left} and {right} have fewer axes than the {self} to sum over"
        );
        let n = *self as isize;
        let left = left as isize;
        [(left - n..left).collect(), (0..n).collect()]
    }
}

impl<A: AsRef<[isize]>, B: AsRef<[isize]>> ContractedAxes for (A, B) {
    fn axes(&self, _: [usize; 2]) -> [Vec<isize>; 2] {
        [self.0.as_ref().to_vec(), self.1.as_ref().to_vec()]
    }
}

/// NumPy's `tensordot`: the sum over pairs of axes; the other axes of `a` come first in the result.
///
/// ```
/// use brain_jit::linalg;
/// use ndarray::Array3;
/// let (a, b) = (Array3::<f64>::ones((2, 3, 4)), Array3::<f64>::ones((4, 3, 5)));
/// assert_eq!(linalg::tensordot(&a, &b, ([1, 2], [1, 0])).shape(), [2, 5]);
/// ```
#[track_caller]
pub fn tensordot<T: ProductElement, D: Dimension, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
    axes: impl ContractedAxes,
) -> ArrayD<T> {
    let [axes_a, axes_b] = contracted_axes(axes, [a.ndim(), b.ndim()]);
    let (shape, elements) = contract(
        "tensordot",
        a.view().into_dyn(),
        b.view().into_dyn(),
        &axes_a,
        &axes_b,
    );
    ArrayD::from_shape_vec(shape, elements).expect("a contraction fills its shape")
}

/// The axes of both factors that are summed over, counted from the front.
#[track_caller]
pub(crate) fn contracted_axes(axes: impl ContractedAxes, ranks: [usize; 2]) -> [Vec<usize>; 2] {
    let [axes_a, axes_b] = axes.axes(ranks);
    let number = |axis: &isize, rank: usize| {
        let number = if *axis < 0 {
            axis + rank as isize
        } else {
            *axis
        };
        assert!(
            (0..rank as isize).contains(&number),
            "linalg::tensordot: axis {axis} is out of bounds for an array of rank {rank}"
        );
        number as usize
    };
    [
        axes_a.iter().map(|axis| number(axis, ranks[0])).collect(),
        axes_b.iter().map(|axis| number(axis, ranks[1])).collect(),
    ]
}

/// The product of several matrices, multiplied in the order that needs the fewest multiplications. Panics if there are none or
/// their shapes do not fit.
#[track_caller]
pub fn multi_dot<T: ProductElement>(matrices: &[ArrayView2<'_, T>]) -> Array2<T> {
    let n = matrices.len();
    assert!(n > 0, "linalg::multi_dot: no matrix was given");
    for pair in matrices.windows(2) {
        let (left, right) = (pair[0].shape(), pair[1].shape());
        assert!(
            left[1] == right[0],
            "linalg::multi_dot: shapes {left:?} and {right:?} do not fit"
        );
    }
    // cost[i][j] and split[i][j]: the best of the products i ..= j
    let size = |i: usize| if i == n { matrices[n - 1].ncols() } else { matrices[i].nrows() } as f64;
    let mut cost = vec![vec![0.0f64; n]; n];
    let mut split = vec![vec![0; n]; n];
    for length in 1..n {
        for i in 0..n - length {
            let j = i + length;
            let candidates = (i..j).map(|k| {
                (
                    cost[i][k] + cost[k + 1][j] + size(i) * size(k + 1) * size(j + 1),
                    k,
                )
            });
            (cost[i][j], split[i][j]) = candidates
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .expect("i < j");
        }
    }
    fn product<T: ProductElement>(
        matrices: &[ArrayView2<'_, T>],
        split: &[Vec<usize>],
        i: usize,
        j: usize,
    ) -> Array2<T> {
        if i == j {
            return matrices[i].to_owned();
        }
        let k = split[i][j];
        T::multiply(
            product(matrices, split, i, k).view(),
            product(matrices, split, k + 1, j).view(),
        )
    }
    product(matrices, &split, 0, n - 1)
}
