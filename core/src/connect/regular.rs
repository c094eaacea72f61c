//! Connections without chance.

use super::Rows;

/// Connects every presynaptic neuron to every postsynaptic one.
///
/// ```
/// use brain_jit::connect::{All2All, Connector};
/// assert_eq!(All2All::new().include_self(false).csr(3, 3).targets(1), [0, 2]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct All2All {
    include_self: bool,
}

impl All2All {
    /// The rule; self-connections included.
    pub fn new() -> Self {
        All2All { include_self: true }
    }

    /// Whether neuron `i` is connected to neuron `i`.
    pub fn include_self(self, include_self: bool) -> Self {
        All2All { include_self }
    }
}

impl Rows for All2All {
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
        let wanted = |&target: &u32| self.include_self || target as usize != pre;
        targets.extend((0..post as u32).filter(wanted));
    }
}

/// Connects neuron `i` to neuron `i`.
///
/// ```
/// use brain_jit::connect::{Connector, One2One};
/// assert_eq!(One2One.csr(3, 3).targets(1), [1]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct One2One;

impl Rows for One2One {
    /// # Panics
    /// If there is no postsynaptic neuron of this number.
    fn row(&self, pre: usize, post: usize, targets: &mut Vec<u32>) {
        assert!(
            pre < post,
            "One2One: there are {post} postsynaptic neurons, but more presynaptic ones"
        );
        targets.push(pre as u32);
    }
}
