//! Norms of vectors and matrices.

use ndarray::{
    Array, ArrayD, ArrayRef, ArrayView1, ArrayView2, Axis, Dimension, Ix1, Ix2, RemoveAxis,
};
use num_traits::{Float, NumCast, One, Zero};

use super::decomposition::Scalar;
use super::error::LinalgError;
use super::svd::svdvals;

/// The order of a norm, as NumPy's `ord`. It comes from a number (infinities included) or from `"fro"` and `"nuc"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NormOrder {
    /// The root of the sum of all squares (matrices).
    Frobenius,
    /// The sum of the singular values (matrices).
    Nuclear,
    /// Vectors: the `p`-th root of the sum of `p`-th powers; at ±∞ the greatest or least modulus; at 0 the number of elements
    /// that are not zero. Matrices: ±1 the greatest or least column sum, ±2 singular value, ±∞ row sum.
    P(f64),
    /// A name that is none of the above.
    Unknown,
}

impl From<f64> for NormOrder {
    fn from(p: f64) -> Self {
        NormOrder::P(p)
    }
}

impl From<f32> for NormOrder {
    fn from(p: f32) -> Self {
        NormOrder::P(p.into())
    }
}

impl From<i32> for NormOrder {
    fn from(p: i32) -> Self {
        NormOrder::P(p.into())
    }
}

impl From<&str> for NormOrder {
    fn from(name: &str) -> Self {
        match name {
            "fro" => NormOrder::Frobenius,
            "nuc" => NormOrder::Nuclear,
            _ => NormOrder::Unknown,
        }
    }
}

type RealOf<T> = <T as Scalar>::Real;

/// The Euclidean norm of all elements.
///
/// ```
/// use brain_jit::linalg;
/// use ndarray::array;
/// assert_eq!(linalg::norm(&array![[3.0, 0.0], [0.0, 4.0]]), 5.0);
/// assert_eq!(linalg::norm_with(&array![3.0, -4.0], f64::INFINITY), Ok(4.0));
/// ```
pub fn norm<T: Scalar, D: Dimension>(a: &ArrayRef<T, D>) -> RealOf<T> {
    euclidean(a.iter().copied())
}

/// The norm of a vector or matrix, of any order. Errors for another rank or an order that it does not have.
pub fn norm_with<T: Scalar, D: Dimension>(
    a: &ArrayRef<T, D>,
    order: impl Into<NormOrder>,
) -> Result<RealOf<T>, LinalgError> {
    let (order, function) = (order.into(), "norm");
    let view = a.view().into_dyn();
    match a.ndim() {
        1 => vector_norm(
            function,
            view.into_dimensionality::<Ix1>().expect("rank 1"),
            order,
        ),
        2 => matrix_norm(
            function,
            view.into_dimensionality::<Ix2>().expect("rank 2"),
            order,
        ),
        rank => Err(LinalgError::InvalidArgument {
            function,
            reason: format!("an order is for vectors and matrices, the array has rank {rank}"),
        }),
    }
}

/// The vector norms along an axis; negative axes count from the last. Errors if the axis is out of bounds or the order is not one
/// of vectors.
pub fn norm_axis<T: Scalar, D: RemoveAxis>(
    a: &ArrayRef<T, D>,
    order: impl Into<NormOrder>,
    axis: isize,
) -> Result<Array<RealOf<T>, D::Smaller>, LinalgError> {
    let (order, function) = (order.into(), "norm");
    let axis = axis_number(axis, a.ndim())?;
    let mut failed = None;
    let norms = a.map_axis(Axis(axis), |lane| {
        vector_norm(function, lane, order).unwrap_or_else(|error| {
            failed = Some(error);
            <RealOf<T> as Zero>::zero()
        })
    });
    failed.map_or(Ok(norms), Err)
}

/// The matrix norms over two axes, rows and columns. Errors if an axis is out of bounds, both are the same, or the order is not one
/// of matrices.
pub fn norm_axes<T: Scalar, D: Dimension>(
    a: &ArrayRef<T, D>,
    order: impl Into<NormOrder>,
    (row_axis, column_axis): (isize, isize),
) -> Result<ArrayD<RealOf<T>>, LinalgError> {
    let (order, function) = (order.into(), "norm");
    let (rows, columns) = (
        axis_number(row_axis, a.ndim())?,
        axis_number(column_axis, a.ndim())?,
    );
    if rows == columns {
        return Err(LinalgError::InvalidArgument {
            function,
            reason: format!("axes {row_axis} and {column_axis} are the same"),
        });
    }
    let mut order_of_axes: Vec<usize> = (0..a.ndim())
        .filter(|&axis| axis != rows && axis != columns)
        .collect();
    let shape: Vec<usize> = order_of_axes.iter().map(|&axis| a.shape()[axis]).collect();
    order_of_axes.extend([rows, columns]);
    let moved = a.view().into_dyn().permuted_axes(order_of_axes);
    let stack = super::stack::matrices(function, &moved)?;
    let norms = stack
        .all
        .into_iter()
        .map(|a| matrix_norm(function, a, order))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ArrayD::from_shape_vec(shape, norms).expect("one norm a matrix"))
}

fn axis_number(axis: isize, rank: usize) -> Result<usize, LinalgError> {
    let number = if axis < 0 { axis + rank as isize } else { axis };
    if (0..rank as isize).contains(&number) {
        return Ok(number as usize);
    }
    let reason = format!("axis {axis} is out of bounds for an array of rank {rank}");
    Err(LinalgError::InvalidArgument {
        function: "norm",
        reason,
    })
}

fn sum<R: Float>(terms: impl Iterator<Item = R>) -> R {
    terms.fold(R::zero(), |sum, x| sum + x)
}

/// The greater, and NaN if one is: unlike `Float::max`.
fn greater<R: Float>(a: R, b: R) -> R {
    if a.is_nan() || a > b { a } else { b }
}

fn lesser<R: Float>(a: R, b: R) -> R {
    if a.is_nan() || a < b { a } else { b }
}

fn euclidean<T: Scalar>(elements: impl Iterator<Item = T>) -> RealOf<T> {
    Float::sqrt(sum(elements.map(|x| {
        let modulus = x.modulus();
        modulus * modulus
    })))
}

fn vector_norm<T: Scalar>(
    function: &'static str,
    x: ArrayView1<'_, T>,
    order: NormOrder,
) -> Result<RealOf<T>, LinalgError> {
    let moduli = x.iter().map(|x| x.modulus());
    let NormOrder::P(p) = order else {
        return Err(LinalgError::InvalidArgument {
            function,
            reason: format!("order {order:?} is not one of vectors"),
        });
    };
    let empty = || LinalgError::InvalidArgument {
        function,
        reason: "the vector is empty".into(),
    };
    Ok(if p == f64::INFINITY {
        moduli.fold(<RealOf<T> as Zero>::zero(), greater)
    } else if p == f64::NEG_INFINITY {
        moduli.reduce(lesser).ok_or_else(empty)?
    } else if p == 0.0 {
        let zero = <RealOf<T> as Zero>::zero();
        sum(moduli.map(|x| {
            if x == zero {
                zero
            } else {
                <RealOf<T> as One>::one()
            }
        }))
    } else if p == 1.0 {
        sum(moduli)
    } else if p == 2.0 {
        euclidean(x.iter().copied())
    } else {
        let p: RealOf<T> = <RealOf<T> as NumCast>::from(p).expect("a number");
        Float::powf(sum(moduli.map(|x| Float::powf(x, p))), Float::recip(p))
    })
}

/// A norm of one matrix.
pub(super) fn matrix_norm<T: Scalar>(
    function: &'static str,
    a: ArrayView2<'_, T>,
    order: NormOrder,
) -> Result<RealOf<T>, LinalgError> {
    let empty = || LinalgError::InvalidArgument {
        function,
        reason: "the matrix is empty".into(),
    };
    let sums = |axis: Axis| -> Vec<RealOf<T>> {
        a.map_axis(axis, |lane| sum(lane.iter().map(|x| x.modulus())))
            .to_vec()
    };
    let extreme = |values: Vec<RealOf<T>>, greatest: bool| {
        let values = values.into_iter();
        if greatest {
            Ok(values.fold(<RealOf<T> as Zero>::zero(), greater))
        } else {
            values.reduce(lesser).ok_or_else(empty)
        }
    };
    match order {
        NormOrder::Frobenius => Ok(euclidean(a.iter().copied())),
        NormOrder::Nuclear => Ok(sum(svdvals(&a)?.into_iter())),
        NormOrder::P(p) if p.abs() == 1.0 => extreme(sums(Axis(0)), p > 0.0),
        NormOrder::P(p) if p.abs() == 2.0 => extreme(svdvals(&a)?.to_vec(), p > 0.0),
        NormOrder::P(p) if p.is_infinite() => extreme(sums(Axis(1)), p > 0.0),
        _ => Err(LinalgError::InvalidArgument {
            function,
            reason: format!("order {order:?} is not one of matrices"),
        }),
    }
}
