//! One function along all lanes of an axis, in parallel.

use ndarray::{Array, ArrayRef, ArrayView1, Dimension};
use rayon::prelude::*;

use crate::backend;
use crate::kernel::parallel::worth_sharing;

/// What an element of a transform costs, in scalar operations.
const COST: usize = 40;

/// Elements of a task at least.
const GRAIN: usize = 1 << 13;

/// An array like `a`, but of length `m` along `axis`, whose lanes `transform` computes from the lanes of `a`. `scratch` makes
/// what a thread needs for that.
pub(super) fn map_lanes<A, B, D, S>(
    a: &ArrayRef<A, D>,
    axis: usize,
    m: usize,
    scratch: impl Fn() -> S + Sync + Send,
    transform: impl Fn(ArrayView1<'_, A>, &mut [B], &mut S) + Sync + Send,
) -> Array<B, D>
where
    A: Sync,
    B: Clone + Default + Send,
    D: Dimension,
{
    let last = a.ndim() - 1;
    let mut from = a.view();
    from.swap_axes(axis, last);
    let mut dim = from.raw_dim();
    dim[last] = m;
    let mut elements = vec![B::default(); dim.size()];
    if elements.len() == m || !worth_sharing(elements.len(), COST) {
        let mut scratch = scratch();
        for (from, to) in from.rows().into_iter().zip(elements.chunks_exact_mut(m)) {
            transform(from, to, &mut scratch);
        }
    } else {
        let lanes: Vec<ArrayView1<'_, A>> = from.rows().into_iter().collect();
        backend::install(|| {
            elements
                .par_chunks_exact_mut(m)
                .zip(lanes)
                .with_min_len((GRAIN / m).max(1))
                .for_each_init(scratch, |scratch, (to, from)| transform(from, to, scratch));
        });
    }
    let mut out = Array::from_shape_vec(dim, elements).expect("every lane has the new length");
    if axis != last {
        out.swap_axes(axis, last);
        out = out.as_standard_layout().into_owned();
    }
    out
}
