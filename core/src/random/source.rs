//! Draws as operands of kernels.

use std::mem::MaybeUninit;

use super::distribution::Distribution;
use super::draw::Draw;
use crate::kernel::{Dims, Element, Source};

/// A draw in the shape of an array, which a kernel reads without it being stored.
#[derive(Clone, Copy, Debug)]
pub struct Drawn<D> {
    draw: Draw<D>,
    shape: Dims,
}

impl<D: Distribution> Draw<D> {
    /// This draw as the source of a kernel's operand. The shape has as many elements as the draw.
    #[inline]
    pub fn shaped(self, shape: &[usize]) -> Drawn<D> {
        Drawn {
            draw: self,
            shape: Dims::new(shape),
        }
    }
}

impl<D: Distribution<Output: Element>> Source for Drawn<D> {
    type Element = D::Output;

    #[inline]
    fn shape(&self) -> Dims {
        self.shape
    }

    #[inline(always)]
    fn fill(&self, start: usize, out: &mut [MaybeUninit<D::Output>]) {
        self.draw.fill(start, out);
    }
}
