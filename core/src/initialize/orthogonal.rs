//! Orthogonal matrices.

use ndarray::{Dimension, IxDyn};

use super::Initializer;
use crate::kernel::Real;
use crate::random::{RandomState, Shape};

/// A multiple of a matrix with orthonormal rows or columns, whichever are fewer, uniform in Haar's measure (Saxe, McClelland and
/// Ganguli 2014). Of more than two axes, all but one together are the columns.
///
/// # Panics
/// `initialize` panics for a scalar, and if there is no such axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orthogonal {
    /// The length of the rows or columns; 1.
    pub scale: f64,
    /// The axis of the rows, negative from the end; −1.
    pub axis: isize,
}

impl Default for Orthogonal {
    fn default() -> Self {
        Orthogonal {
            scale: 1.0,
            axis: -1,
        }
    }
}

impl Initializer for Orthogonal {
    fn initialize<T: Real, S: Shape>(&self, shape: S, rng: &mut RandomState) -> S::Output<T> {
        let dim = shape.dim();
        let lengths = dim.slice();
        let axis = crate::array::axis::resolve("initialize::Orthogonal", self.axis, lengths);
        let rows = lengths[axis];
        let columns = lengths
            .iter()
            .product::<usize>()
            .checked_div(rows)
            .unwrap_or(0);
        let vectors = rng.orthonormal_rows(rows.min(columns), rows.max(columns));
        let matrix = if rows <= columns {
            vectors
        } else {
            vectors.reversed_axes()
        };
        let mut outer = lengths.to_vec();
        outer.remove(axis);
        outer.insert(0, rows);
        let matrix = matrix
            .as_standard_layout()
            .into_shape_with_order(IxDyn(&outer))
            .expect("rows times columns");
        let turned = crate::array::shape::moveaxis(matrix, 0, axis);
        shape.arrange(
            turned
                .iter()
                .map(|&x| T::from_f64(self.scale * x))
                .collect(),
        )
    }
}
