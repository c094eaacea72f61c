//! Sums of rows times weights: vector times matrix.
//!
//! The order is that of reductions, by row: chunks of rows, [`LANES`] lanes in a chunk, a tree over chunks.
//! Columns are independent, so strips of them may be summed apart.

use super::with_standard;
use crate::kernel::element::Number;
use crate::kernel::level::{Dispatch, Level};
use crate::kernel::scratch::Temporary;
use crate::kernel::space::BLOCK;
use ndarray::{ArrayView2, Axis, Ix2, s};
use std::ops::Range;

/// How many rows are added to sums of their own, so that one addition need not wait for the last.
const LANES: usize = 4;

/// How many columns have their sums next to each other.
const STRIP: usize = 16;

/// How many bytes of a matrix a block of rows has at most: half of the nearest cache.
const BLOCK_BYTES: usize = 16 * 1024;

/// The longest block of rows: a power of two, and a multiple of the lanes of reductions.
pub(crate) fn rows_of_block<T>(width: usize) -> usize {
    let rows = (BLOCK_BYTES / (width.max(1) * size_of::<T>())).max(32);
    1 << rows.min(BLOCK).ilog2()
}

/// How many elements the sums of `width` columns take: a row of a strip for each lane.
pub(crate) fn sums_of(width: usize) -> usize {
    width.div_ceil(STRIP) * STRIP * LANES
}

/// Adds the chunks' sums in a tree of which each step halves their number. The first row gets the result.
pub(crate) fn add_chunks<T: Number>(sums: &mut Temporary<T, Ix2>) {
    let mut chunks = sums.nrows();
    while chunks > 1 {
        let half = chunks.div_ceil(2);
        let (mut first, second) = sums.view_mut().split_at(Axis(0), half);
        for (mut a, b) in first
            .outer_iter_mut()
            .zip(second.outer_iter().take(chunks - half))
        {
            a.zip_mut_with(&b, |a, &b| *a = a.plus(b));
        }
        chunks = half;
    }
}

/// The sums of all columns, from those of their lanes. Without any, `out` stays as it is.
pub(crate) fn sums_of_lanes<T: Number>(sums: &[T], out: &mut [T]) {
    let strips = sums.chunks_exact(STRIP * LANES);
    for (lanes, out) in strips.zip(out.chunks_mut(STRIP)) {
        let lane = |lane: usize| &lanes[lane * STRIP..][..STRIP];
        let (first, second, third, fourth) = (lane(0), lane(1), lane(2), lane(3));
        for (j, out) in out.iter_mut().enumerate() {
            *out = (first[j].plus(second[j])).plus(third[j].plus(fourth[j]));
        }
    }
}

/// Calls `body` with some rows of a matrix and some of their columns in row-major order, and the distance of two rows.
///
/// In place if the matrix lies so, and then with all that follows in it; else as a copy.
pub(crate) fn with_rows<T: Number, R>(
    matrix: ArrayView2<'_, T>,
    rows: Range<usize>,
    columns: Range<usize>,
    body: impl FnOnce(&[T], usize) -> R,
) -> R {
    let width = matrix.ncols();
    match matrix.to_slice() {
        Some(elements) => body(&elements[rows.start * width + columns.start..], width),
        None => {
            let distance = columns.len();
            with_standard(matrix.slice(s![rows, columns]), |rows| body(rows, distance))
        }
    }
}

/// Adds the rows of a part of a chunk, times their weights, to the sums of its columns.
pub struct AddRows<'a, T> {
    pub weights: &'a [T],
    /// The rows, and what follows them in the matrix.
    pub rows: &'a [T],
    /// From the start of a row to that of the next one.
    pub distance: usize,
    pub columns: usize,
    pub sums: &'a mut [T],
}

impl<T: Number> Dispatch for AddRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(mut self) {
        let mut first = 0;
        while first < self.columns {
            let left = self.columns - first;
            let width = if size_of::<T>() > 4 {
                left.min(8)
            } else {
                left.min(16)
            };
            match width {
                ..=4 => self.strip::<L, 4>(first, width),
                5..=8 => self.strip::<L, 8>(first, width),
                _ => self.strip::<L, 16>(first, width),
            }
            first += width;
        }
    }
}

impl<T: Number> AddRows<'_, T> {
    /// The columns from `first` on, of which each row is read as a vector of `W`. The sums beyond `width` mean nothing.
    #[inline(always)]
    fn strip<L: Level, const W: usize>(&mut self, first: usize, width: usize) {
        let (weights, distance) = (self.weights, self.distance);
        let place = first / STRIP * STRIP * LANES + first % STRIP;
        let mut sums = [[T::ZERO; W]; LANES];
        for (lane, sums) in sums.iter_mut().enumerate() {
            sums.copy_from_slice(&self.sums[place + lane * STRIP..][..W]);
        }
        // The last rows of a matrix have less than a vector left.
        let rows = &self.rows[self.rows.len().min(first)..];
        let readable = (rows.len() + distance).saturating_sub(W) / distance;
        let whole = weights.len().min(readable) / LANES * LANES;
        let (groups, _) = weights[..whole].as_chunks::<LANES>();
        for (group, weights) in groups.iter().enumerate() {
            for lane in 0..LANES {
                let start = (group * LANES + lane) * distance;
                debug_assert!(start + W <= rows.len());
                // SAFETY: the row is before `readable`.
                let row = unsafe { &*rows.as_ptr().add(start).cast::<[T; W]>() };
                for k in 0..W {
                    sums[lane][k] = weights[lane].times_plus::<L>(row[k], sums[lane][k]);
                }
            }
        }
        for (lane, sums) in sums.iter().enumerate() {
            self.sums[place + lane * STRIP..][..W].copy_from_slice(sums);
        }
        for i in whole..weights.len() {
            let sums = &mut self.sums[place + i % LANES * STRIP..];
            let row = &rows[i * distance..][..width];
            for (sum, &x) in sums.iter_mut().zip(row) {
                *sum = weights[i].times_plus::<L>(x, *sum);
            }
        }
    }
}
