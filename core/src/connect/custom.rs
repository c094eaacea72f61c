//! Connections that are given.

use ndarray::Array2;

use super::{Connector, Csr, Rows};

/// Connects neuron `i[k]` to neuron `j[k]`, for each `k`. A pair that is listed twice is two synapses.
///
/// ```
/// use brain_jit::connect::{Connector, IJConn};
/// let synapses = IJConn::new([2, 0, 2], [1, 1, 0]).csr(3, 2);
/// assert_eq!(synapses.targets(2), [0, 1]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IJConn {
    i: Vec<u32>,
    j: Vec<u32>,
}

impl IJConn {
    /// The rule.
    ///
    /// # Panics
    /// If the lists differ in length.
    pub fn new(i: impl Into<Vec<u32>>, j: impl Into<Vec<u32>>) -> Self {
        let (i, j) = (i.into(), j.into());
        assert!(
            i.len() == j.len(),
            "IJConn::new: {} presynaptic and {} postsynaptic neurons",
            i.len(),
            j.len()
        );
        IJConn { i, j }
    }
}

impl Connector for IJConn {
    fn csr(&self, pre: usize, post: usize) -> Csr {
        Csr::from_pairs(&self.i, &self.j, pre, post)
    }
}

/// Connects neuron `i` to neuron `j` where element `(i, j)` of a matrix is true.
///
/// ```
/// use brain_jit::connect::{Connector, MatConn};
/// use brain_jit::prelude::*;
/// let synapses = MatConn::new(array![[true, false, true], [false, false, true]]).csr(2, 3);
/// assert_eq!(synapses.targets(0), [0, 2]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MatConn {
    matrix: Array2<bool>,
}

impl MatConn {
    /// The rule.
    pub fn new(matrix: Array2<bool>) -> Self {
        MatConn { matrix }
    }
}

impl Rows for MatConn {
    /// # Panics
    /// If the matrix has no such row, or not one column a postsynaptic neuron.
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
        assert!(
            pre < self.matrix.nrows() && post == self.matrix.ncols(),
            "MatConn: a matrix of shape {:?} for presynaptic neuron {pre} and {post} postsynaptic ones",
            self.matrix.dim()
        );
        let row = (0..).zip(self.matrix.row(pre));
        targets.extend(row.filter(|(_, wanted)| **wanted).map(|(target, _)| target));
    }
}
