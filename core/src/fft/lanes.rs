//! One function along all lanes of an axis, in parallel.

use std::mem::MaybeUninit;

use ndarray::{Array, ArrayRef, ArrayView1, Axis, Dimension};

use crate::kernel::parallel::{Sharing, sharing};
use crate::kernel::unwritten::{from_columns, made_in_parts};

/// What an element of a transform costs, in scalar operations.
pub(super) const COST: usize = 40;

/// Elements that are transformed together: they stay in a core's second cache.
const GRAIN: usize = 1 << 13;

/// An array like `a`, but of length `m` along `axis`, whose lanes `transform` computes from the lanes of `a`. `scratch` makes
/// what it needs for that; `transform` must write all of its second argument.
pub(super) fn map_lanes<A, B, D, S>(
    a: &ArrayRef<A, D>,
    axis: usize,
    m: usize,
    scratch: impl Fn() -> S + Sync,
    transform: impl Fn(ArrayView1<'_, A>, &mut [MaybeUninit<B>], &mut S) + Sync,
) -> Array<B, D>
where
    A: Sync,
    B: Copy + Send + Sync,
    D: Dimension,
{
    let mut dim = a.raw_dim();
    dim[axis] = m;
    let lanes: Vec<ArrayView1<'_, A>> = a.lanes(Axis(axis)).into_iter().collect();
    let sharing = match lanes.len() {
        0 | 1 => Sharing::Alone,
        count => sharing(count * m, COST),
    };
    let together = (GRAIN / m).max(1);
    let rows = made_in_parts(lanes.len() * m, together * m, sharing, &|part, out| {
        let mut scratch = scratch();
        let lanes = &lanes[part * together..];
        for (from, to) in lanes.iter().zip(out.chunks_exact_mut(m)) {
            transform(from.view(), to, &mut scratch);
        }
    });
    // The lanes are rows now; they become columns again, block by block, if other axes follow theirs.
    let inner: usize = dim.slice()[axis + 1..].iter().product();
    let elements = if inner == 1 {
        rows
    } else {
        let mut elements = Vec::with_capacity(rows.len());
        for block in rows.chunks_exact((inner * m).max(1)) {
            let lane = |j: usize| &block[j * m..(j + 1) * m];
            elements.extend(from_columns(m, inner, sharing, &lane));
        }
        elements
    };
    Array::from_shape_vec(dim, elements).expect("every lane has the new length")
}
