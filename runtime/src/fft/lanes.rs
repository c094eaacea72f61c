//! One function along all lanes of an axis, in parallel.

use ndarray::{Array, ArrayRef, ArrayView1, Dimension};

use crate::kernel::parallel::{Sharing, for_parts, sharing};

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
    let sharing = sharing(elements.len(), COST);
    if elements.len() == m || sharing == Sharing::Alone {
        let mut scratch = scratch();
        for (from, to) in from.rows().into_iter().zip(elements.chunks_exact_mut(m)) {
            transform(from, to, &mut scratch);
        }
    } else {
        let lanes: Vec<ArrayView1<'_, A>> = from.rows().into_iter().collect();
        let of_task = (GRAIN / m).max(1);
        for_parts(&mut elements, of_task * m, sharing, &|task, part| {
            let mut scratch = scratch();
            let lanes = &lanes[task * of_task..];
            for (from, to) in lanes.iter().zip(part.chunks_exact_mut(m)) {
                transform(*from, to, &mut scratch);
            }
        });
    }
    let mut out = Array::from_shape_vec(dim, elements).expect("every lane has the new length");
    if axis != last {
        out.swap_axes(axis, last);
        out = out.as_standard_layout().into_owned();
    }
    out
}
