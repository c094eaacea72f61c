//! The ranks of results, which follow from those of the operands.

use ndarray::{Array, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

/// A rank that results may have: rank 0 is a scalar.
pub trait ResultRank {
    /// An array of this rank, or a scalar.
    type Output<T>;
    /// The result with these lengths and elements.
    fn arrange<T>(shape: &[usize], elements: Vec<T>) -> Self::Output<T>;
}

fn arrange<T, D: Dimension>(shape: &[usize], elements: Vec<T>) -> Array<T, D> {
    Array::from_shape_vec(IxDyn(shape), elements)
        .and_then(Array::into_dimensionality)
        .expect("a result fills its shape")
}

impl ResultRank for Ix0 {
    type Output<T> = T;
    fn arrange<T>(_: &[usize], elements: Vec<T>) -> T {
        elements
            .into_iter()
            .next()
            .expect("a scalar has one element")
    }
}

macro_rules! array_result {
    ($($dim:ty),*) => {$(
        impl ResultRank for $dim {
            type Output<T> = Array<T, $dim>;
            fn arrange<T>(shape: &[usize], elements: Vec<T>) -> Array<T, $dim> {
                arrange(shape, elements)
            }
        }
    )*};
}
array_result!(Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn);

/// Ranks of the operands of [`dot`](super::dot()), [`matmul`](super::matmul) and [`inner`](super::inner), and of their results.
pub trait ProductRank<Right>: Dimension {
    /// Of `dot` and `inner`: all axes but the two that are summed over.
    type Dot: ResultRank;
    /// Of `matmul`: stacks of matrices are multiplied one by one.
    type Matmul: ResultRank;
}

macro_rules! product_ranks {
    ($($left:ty, $right:ty => $dot:ty, $matmul:ty;)*) => {$(
        impl ProductRank<$right> for $left {
            type Dot = $dot;
            type Matmul = $matmul;
        }
    )*};
}
product_ranks! {
    Ix1, Ix1 => Ix0, Ix0;
    Ix1, Ix2 => Ix1, Ix1;
    Ix1, Ix3 => Ix2, Ix2;
    Ix1, Ix4 => Ix3, Ix3;
    Ix2, Ix1 => Ix1, Ix1;
    Ix2, Ix2 => Ix2, Ix2;
    Ix2, Ix3 => Ix3, Ix3;
    Ix2, Ix4 => Ix4, Ix4;
    Ix3, Ix1 => Ix2, Ix2;
    Ix3, Ix2 => Ix3, Ix3;
    Ix3, Ix3 => Ix4, Ix3;
    Ix3, Ix4 => Ix5, Ix4;
    Ix4, Ix1 => Ix3, Ix3;
    Ix4, Ix2 => Ix4, Ix4;
    Ix4, Ix3 => Ix5, Ix4;
    Ix4, Ix4 => Ix6, Ix4;
    IxDyn, IxDyn => IxDyn, IxDyn;
}

/// Ranks of a matrix or a stack of matrices.
pub trait Stack: Dimension<Smaller: Dimension> {
    /// One number a matrix: a scalar for a single one.
    type Scalars: ResultRank;
}

macro_rules! stacks {
    ($($dim:ty => $scalars:ty),*) => {$(
        impl Stack for $dim {
            type Scalars = $scalars;
        }
    )*};
}
stacks!(Ix2 => Ix0, Ix3 => Ix1, Ix4 => Ix2, Ix5 => Ix3, Ix6 => Ix4, IxDyn => IxDyn);
