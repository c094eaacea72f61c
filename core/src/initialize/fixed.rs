//! Initial values that are not random.

use ndarray::Dimension;

use super::Initializer;
use crate::kernel::Real;
use crate::random::{RandomState, Shape};

/// Zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ZeroInit;

/// Ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OneInit;

/// One value everywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// The value; 1.
    pub value: f64,
}

impl Default for Constant {
    fn default() -> Self {
        Constant { value: 1.0 }
    }
}

fn filled<T: Real, S: Shape>(shape: S, value: f64) -> S::Output<T> {
    shape.arrange(vec![T::from_f64(value); shape.len()])
}

impl Initializer for ZeroInit {
    fn initialize<T: Real, S: Shape>(&self, shape: S, _: &mut RandomState) -> S::Output<T> {
        filled(shape, 0.0)
    }
}

impl Initializer for OneInit {
    fn initialize<T: Real, S: Shape>(&self, shape: S, _: &mut RandomState) -> S::Output<T> {
        filled(shape, 1.0)
    }
}

impl Initializer for Constant {
    fn initialize<T: Real, S: Shape>(&self, shape: S, _: &mut RandomState) -> S::Output<T> {
        filled(shape, self.value)
    }
}

/// A multiple of the identity matrix (Le, Jaitly and Hinton 2015).
///
/// # Panics
/// `initialize` panics if the shape is not that of a matrix.
///
/// ```
/// use brain_jit::{bm::initialize::{Identity, Initializer}, prelude::*};
/// let w: Array2<f32> = Identity { value: 0.5 }.initialize((2, 3), &mut RandomState::new(0));
/// assert_eq!(w, array![[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identity {
    /// The value on the diagonal; 1.
    pub value: f64,
}

impl Default for Identity {
    fn default() -> Self {
        Identity { value: 1.0 }
    }
}

impl Initializer for Identity {
    fn initialize<T: Real, S: Shape>(&self, shape: S, _: &mut RandomState) -> S::Output<T> {
        let dim = shape.dim();
        let &[rows, columns] = dim.slice() else {
            panic!(
                "initialize::Identity: the shape {:?} is not that of a matrix",
                dim.slice()
            );
        };
        let mut elements = vec![T::ZERO; rows * columns];
        for i in 0..rows.min(columns) {
            elements[i * columns + i] = T::from_f64(self.value);
        }
        shape.arrange(elements)
    }
}
