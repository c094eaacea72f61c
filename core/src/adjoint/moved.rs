//! Adjoints of functions that only move elements.

use std::ops::AddAssign;

use ndarray::{Array, ArrayRef, ArrayView, Axis, Dimension};
use num_traits::Zero;

use crate::array::axis::{AxisIndex, resolve};
use crate::array::operand::Operand;

/// The elements' numbers, from 1 on; what a function puts between them is 0.
fn numbers<T, D: Dimension>(a: &ArrayRef<T, D>, first: usize) -> Array<usize, D> {
    let all = (first..first + a.len()).collect();
    Array::from_shape_vec(a.raw_dim(), all).expect("a number an element")
}

fn scattered<T: Copy + Zero + AddAssign, D: Dimension, E: Dimension>(
    g: &ArrayRef<T, E>,
    like: &ArrayRef<T, D>,
    first: usize,
    moved: Array<usize, E>,
) -> Array<T, D> {
    let mut adjoint = vec![T::zero(); like.len()];
    for (&g, &number) in g.iter().zip(&moved) {
        if let Some(element) = number
            .checked_sub(first)
            .and_then(|place| adjoint.get_mut(place))
        {
            *element += g;
        }
    }
    Array::from_shape_vec(like.raw_dim(), adjoint).expect("an adjoint an element")
}

/// What `a` receives from `g`, the adjoint of `call(a)`: the same call on the elements' numbers says where each one went.
pub fn moved<T: Copy + Zero + AddAssign, D: Dimension, E: Dimension>(
    g: &ArrayRef<T, E>,
    a: &ArrayRef<T, D>,
    call: impl FnOnce(ArrayView<'_, usize, D>) -> Array<usize, E>,
) -> Array<T, D> {
    let moved = call(numbers(a, 1).view());
    scattered(g, a, 1, moved)
}

/// What the array at `part` receives from `g`, the adjoint of `call(parts)`, which joins arrays.
pub fn joined<T: Copy + Zero + AddAssign, D: Dimension, E: Dimension>(
    g: &ArrayRef<T, E>,
    parts: &[&ArrayRef<T, D>],
    part: usize,
    call: impl FnOnce(&[ArrayView<'_, usize, D>]) -> Array<usize, E>,
) -> Array<T, D> {
    let mut first = 1;
    let all: Vec<Array<usize, D>> = parts
        .iter()
        .map(|part| {
            let numbers = numbers(part, first);
            first += part.len();
            numbers
        })
        .collect();
    let views: Vec<_> = all.iter().map(|part| part.view()).collect();
    let before: usize = parts[..part].iter().map(|part| part.len()).sum();
    scattered(g, parts[part], 1 + before, call(&views))
}

/// The adjoint in the shape of `a`.
pub fn reshaped<T: Copy + Zero + AddAssign, D: Dimension, E: Dimension>(
    g: &ArrayRef<T, E>,
    a: &ArrayRef<T, D>,
) -> Array<T, D> {
    let elements = g.iter().copied().collect();
    Array::from_shape_vec(a.raw_dim(), elements).expect("as many elements")
}

/// The numbers of an array, or the one that a scalar is.
pub fn list<T: Copy, A: Operand<T>>(x: A) -> Vec<T> {
    x.view().iter().copied().collect()
}

/// A view of an array, owned or not.
pub fn view<T, D: Dimension>(a: &ArrayRef<T, D>) -> ArrayView<'_, T, D> {
    a.view()
}

/// No numbers, in the shape of `a`.
pub fn no_numbers<T, D: Dimension>(a: &ArrayRef<T, D>) -> Array<usize, D> {
    Array::zeros(a.raw_dim())
}

/// The first `length` places of `g` along an axis.
pub fn first<T: Clone, D: Dimension>(
    g: &ArrayRef<T, D>,
    length: usize,
    axis: impl AxisIndex,
) -> Array<T, D> {
    let axis = Axis(resolve("append_axis", axis, g.shape()));
    g.slice_axis(axis, (..length).into()).to_owned()
}

/// The last ones.
pub fn last<T: Clone, D: Dimension>(
    g: &ArrayRef<T, D>,
    length: usize,
    axis: impl AxisIndex,
) -> Array<T, D> {
    let axis = Axis(resolve("append_axis", axis, g.shape()));
    let start = g.len_of(axis) - length;
    g.slice_axis(axis, (start..).into()).to_owned()
}
