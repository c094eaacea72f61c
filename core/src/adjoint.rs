//! What gradients are made of: their types, and the tapes of loops.

use ndarray::{Array, Array1, ArrayRef, Dimension, Ix2};
use std::any::Any;
use std::cell::RefCell;

use crate::kernel::{Element, Real, Temporary, scratch};
use crate::random::RandomState;

/// Where generated code calls a product of adjoints that is not compiled.
#[doc(hidden)]
pub use crate::bm::{dot, outer, sum_axis};

pub mod along;
mod broadcast;
pub mod complex;
mod contraction;
#[cfg(feature = "fft")]
pub mod fft;
mod lanes;
#[cfg(feature = "linalg")]
pub mod linalg;
pub mod losses;
mod moved;
mod products;
mod statistics;

#[doc(hidden)]
pub use {broadcast::*, contraction::*, lanes::*, moved::*, products::*, statistics::*};

/// Something with gradients: an array or number of a floating point type, or an object, for which the derive of
/// [`BrainObject`](crate::BrainObject) says it.
pub trait Differentiable {
    /// For an array the same array, for an object a struct of its trained variables' gradients.
    type Gradients;

    /// Gradients that are zero.
    fn gradients(&self) -> Self::Gradients;

    /// Sets gradients to zero.
    fn clear(gradients: &mut Self::Gradients);
}

impl<T: Real, D: Dimension> Differentiable for Array<T, D> {
    type Gradients = Array<T, D>;

    fn gradients(&self) -> Self::Gradients {
        Array::from_elem(self.raw_dim(), T::from_f64(0.0))
    }

    fn clear(gradients: &mut Self::Gradients) {
        gradients.fill(T::from_f64(0.0));
    }
}

macro_rules! number {
    ($($type:ident)*) => {$(
        impl Differentiable for $type {
            type Gradients = $type;

            fn gradients(&self) -> $type {
                0.0
            }

            fn clear(gradients: &mut $type) {
                *gradients = 0.0;
            }
        }
    )*};
}

number!(f32 f64);

impl<C: Differentiable> Differentiable for Vec<C> {
    type Gradients = Vec<C::Gradients>;

    fn gradients(&self) -> Self::Gradients {
        self.iter().map(C::gradients).collect()
    }

    fn clear(gradients: &mut Self::Gradients) {
        gradients.iter_mut().for_each(C::clear);
    }
}

impl<C: Differentiable, const N: usize> Differentiable for [C; N] {
    type Gradients = [C::Gradients; N];

    fn gradients(&self) -> Self::Gradients {
        std::array::from_fn(|k| self[k].gradients())
    }

    fn clear(gradients: &mut Self::Gradients) {
        gradients.iter_mut().for_each(C::clear);
    }
}

/// Zeros in the shape of what a function takes, for generated code.
#[doc(hidden)]
pub trait ZerosLike {
    type Zeros;
    fn adjoint_zeros(&self) -> Self::Zeros;
}

impl<T: Real, D: Dimension> ZerosLike for ArrayRef<T, D> {
    type Zeros = Array<T, D>;

    fn adjoint_zeros(&self) -> Self::Zeros {
        Array::from_elem(self.raw_dim(), T::from_f64(0.0))
    }
}

impl<T: Real> ZerosLike for [T] {
    type Zeros = Array1<T>;

    fn adjoint_zeros(&self) -> Self::Zeros {
        Array1::from_elem(self.len(), T::from_f64(0.0))
    }
}

/// A matrix for the factors of a loop's outer products, a row a pass. It is yet to be written.
#[doc(hidden)]
pub fn rows<T: Real>(passes: usize, len: usize) -> Temporary<T, Ix2> {
    scratch([passes, len])
}

/// What `passes` passes of a loop start from and the last one ends with, along the first axis. It is yet to be written.
#[doc(hidden)]
pub fn starts<T: Element, D: Dimension>(
    first: &ArrayRef<T, D>,
    passes: usize,
) -> Temporary<T, D::Larger> {
    let mut shape = D::Larger::zeros(first.ndim() + 1);
    shape[0] = passes + 1;
    shape.slice_mut()[1..].copy_from_slice(first.shape());
    scratch(shape)
}

thread_local! {
    /// The buffers of tapes that are done, a `Vec<Vec<T>>` for each type, so that a gradient that is taken again does not allocate.
    static POOL: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Calls `with` on this thread's spare buffers of `T`; `None` if the thread is ending and has none any more.
fn spare<T: 'static, R>(with: impl FnOnce(&mut Vec<Vec<T>>) -> R) -> Option<R> {
    let found = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        let at = match pool.iter().position(|buffers| buffers.is::<Vec<Vec<T>>>()) {
            Some(at) => at,
            None => {
                pool.push(Box::new(Vec::<Vec<T>>::new()));
                pool.len() - 1
            }
        };
        pool[at].downcast_mut().map(with)
    });
    found.ok().flatten()
}

/// Keeps a buffer for another tape.
fn give_back<T: 'static>(buffer: &mut Vec<T>) {
    let mut buffer = std::mem::take(buffer);
    buffer.clear();
    spare(|buffers| buffers.push(buffer));
}

/// Makes an array that is to be written one of `shape`, if it has another.
#[doc(hidden)]
pub fn take_shape<T: Copy + Default, D: Dimension>(array: &mut Array<T, D>, shape: &[usize]) {
    if array.shape() != shape {
        let mut lengths = array.raw_dim();
        lengths.slice_mut().copy_from_slice(shape);
        *array = Array::default(lengths);
    }
}

/// What the passes of a loop started from, last in, first out.
#[doc(hidden)]
pub struct Tape<T: 'static> {
    values: Vec<T>,
    /// Of each run of arrays of one shape, where it starts in the values, and the shape.
    runs: Vec<usize>,
}

impl<T: 'static> Tape<T> {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Tape {
            values: spare(Vec::pop).flatten().unwrap_or_default(),
            runs: spare(Vec::pop).flatten().unwrap_or_default(),
        }
    }
}

impl Tape<RandomState> {
    pub fn push_state(&mut self, state: &RandomState) {
        self.values.push(state.clone());
    }

    /// Takes the last state.
    pub fn pop_state(&mut self) -> RandomState {
        self.values.pop().expect("each pass kept its random states")
    }
}

impl<T: Copy + 'static> Tape<T> {
    pub fn push<D: Dimension>(&mut self, array: &ArrayRef<T, D>) {
        if !self.runs.ends_with(array.shape()) || self.runs.is_empty() {
            self.runs.push(self.values.len());
            self.runs.extend_from_slice(array.shape());
        }
        match array.as_slice() {
            Some(slice) => self.values.extend_from_slice(slice),
            None => self.values.extend(array.iter().copied()),
        }
    }

    /// Takes the last array.
    pub fn pop<D: Dimension>(&mut self, array: &mut Array<T, D>)
    where
        T: Default,
    {
        let run = self.runs.len().checked_sub(array.ndim() + 1);
        if let Some(run) = run {
            take_shape(array, &self.runs[run + 1..]);
        }
        let start = self.values.len() - array.len();
        match array.as_slice_mut() {
            Some(slice) => slice.copy_from_slice(&self.values[start..]),
            None => array
                .iter_mut()
                .zip(&self.values[start..])
                .for_each(|(element, value)| *element = *value),
        }
        self.values.truncate(start);
        if let Some(run) = run.filter(|&run| self.runs[run] == start) {
            self.runs.truncate(run);
        }
    }

    pub fn push_scalar(&mut self, value: T) {
        self.values.push(value);
    }

    /// Takes the last scalar.
    pub fn pop_scalar(&mut self) -> T {
        self.values.pop().expect("each pass kept its scalars")
    }
}

impl<T: 'static> Drop for Tape<T> {
    fn drop(&mut self) {
        give_back(&mut self.values);
        give_back(&mut self.runs);
    }
}
