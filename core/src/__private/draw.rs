//! Draws of compiled methods.

use crate::kernel::{Computed, Element, Kernel, Level, New, Site, Source, launch};
use crate::random::{Distribution, Drawn, RandomState, Shape};
use ndarray::{Array, ArrayRef, Dimension, IxDyn};
use std::mem::MaybeUninit;

/// Takes a block of counters for an array of this shape; the kernel that uses it computes the numbers.
#[inline]
pub fn draw<D: Distribution, S: Shape>(
    state: &mut RandomState,
    distribution: D,
    shape: S,
) -> Drawn<D> {
    let dim = shape.dim();
    state.draw(distribution, dim.size()).shaped(dim.slice())
}

/// As [`draw`], in the shape of an array.
#[inline]
pub fn draw_like<D: Distribution, T, E: Dimension>(
    state: &mut RandomState,
    distribution: D,
    like: &ArrayRef<T, E>,
) -> Drawn<D> {
    state.draw(distribution, like.len()).shaped(like.shape())
}

struct Collect;

impl<S: Source<Element: Element>> Kernel<(Computed<S>, New<S::Element, IxDyn>)> for Collect {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (x, out): (&[S::Element], &mut [MaybeUninit<S::Element>])) {
        for (out, x) in out[..n].iter_mut().zip(&x[..n]) {
            out.write(*x);
        }
    }
}

static SITE: Site = Site {
    method: "RandomState",
    statement: "a draw",
    operands: &["the draw", "the array"],
};

/// The numbers of a draw as an array.
pub fn collect_draw<D: Distribution<Output: Element>, E: Dimension>(
    drawn: Drawn<D>,
) -> Array<D::Output, E> {
    super::plain::typed(
        launch(
            &SITE,
            8,
            (Computed::new(drawn), New::<D::Output, IxDyn>::new()),
            &Collect,
        )
        .1,
    )
}

/// The shape of a draw.
#[inline]
pub fn draw_shape<S: Source>(drawn: &S) -> crate::kernel::Dims {
    drawn.shape()
}
