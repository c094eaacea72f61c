//! Both products of a chain like `dot(g(dot(X, w), y), X)` as operands, so that one pass over `X` serves them.
//!
//! The space has one element a row of `X`. [`RowProduct`] gives the kernel `dot(X, w)` for a block of rows; the kernel
//! writes a weight for each row; [`RowSum`] adds up the rows times their weights while they are in the cache:
//!
//! ```text
//! launch(&SITE, cost, (RowProduct::new(&SITE, x.view(), w.view()), In::array(y.view()), RowSum::new(x.view())), &kernel)
//! ```

use super::Operand;
use super::source::{Computed, Source};
use crate::kernel::element::Real;
use crate::kernel::level::{Dispatch, Level};
use crate::kernel::scratch::{Temporary, scratch};
use crate::kernel::site::Site;
use crate::kernel::space::{BLOCK, CHUNK, Cursor, Dims, Form, Plan, Role};
use ndarray::{ArrayView1, ArrayView2, CowArray, Ix1, Ix2};
use std::mem::MaybeUninit;

/// How many bytes of `X` a block has at most: half of the nearest cache.
const BLOCK_BYTES: usize = 16 * 1024;

/// How many rows are added to sums of their own, so that one addition need not wait for the last.
const LANES: usize = 4;

/// The longest row that is padded to a whole vector.
const PADDED: usize = 32;

/// The longest block of rows: a power of two.
fn rows_of_block<T>(width: usize) -> usize {
    let rows = (BLOCK_BYTES / (width.max(1) * size_of::<T>())).max(32);
    1 << rows.min(BLOCK).ilog2()
}

/// The product of each row of a matrix with a vector.
pub struct RowProduct<'x, T: Real> {
    rows: CowArray<'x, T, Ix2>,
    vector: CowArray<'x, T, Ix1>,
}

impl<'x, T: Real> RowProduct<'x, T> {
    /// A matrix whose rows do not lie contiguous is copied.
    ///
    /// # Panics
    /// If the rows do not have the vector's length.
    #[allow(
        clippy::new_ret_no_self,
        reason = "names the operand, like every other"
    )]
    pub fn new(site: &Site, rows: ArrayView2<'x, T>, vector: ArrayView1<'x, T>) -> Computed<Self> {
        crate::kernel::call::matvec_shape(site, &[rows.nrows(), rows.ncols()], &[vector.len()]);
        Computed::new(RowProduct {
            rows: standard(rows),
            vector: standard(vector),
        })
    }
}

fn standard<'x, T: Real, D: ndarray::Dimension>(
    array: ndarray::ArrayView<'x, T, D>,
) -> CowArray<'x, T, D> {
    if array.is_standard_layout() {
        array.into()
    } else {
        array.as_standard_layout().into_owned().into()
    }
}

impl<T: Real> Source for RowProduct<'_, T> {
    type Element = T;

    fn shape(&self) -> Dims {
        Dims::new(&[self.rows.nrows()])
    }

    fn limit(&self) -> usize {
        rows_of_block::<T>(self.rows.ncols())
    }

    fn fill(&self, start: usize, out: &mut [MaybeUninit<T>]) {
        let width = self.rows.ncols();
        let rows = &self.rows.as_slice().expect("made so by `new`")
            [start * width..(start + out.len()) * width];
        let vector = self.vector.as_slice().expect("made so by `new`");
        for element in out.iter_mut() {
            element.write(T::ZERO);
        }
        // SAFETY: all of `out` has just been written.
        T::times_rows(rows, vector, unsafe { out.assume_init_mut() });
    }
}

/// The sum of the rows of a matrix, each times the weight that the kernel writes.
pub struct RowSum<'x, T: Real> {
    rows: CowArray<'x, T, Ix2>,
    partials: Option<Temporary<T, Ix2>>,
    start: *mut T,
}

// SAFETY: while threads share it, the rows are read, and each chunk writes its own part of the partial sums.
unsafe impl<T: Real> Sync for RowSum<'_, T> {}

impl<'x, T: Real> RowSum<'x, T> {
    /// A matrix whose rows do not lie contiguous is copied.
    #[inline]
    pub fn new(rows: ArrayView2<'x, T>) -> Self {
        RowSum {
            rows: standard(rows),
            partials: None,
            start: std::ptr::null_mut(),
        }
    }

    /// How many elements the sums of a chunk have: for each lane a row, with room for a whole vector.
    fn stride(&self) -> usize {
        LANES * self.rows.ncols().max(PADDED)
    }
}

// SAFETY: the staging block is the operand's own, and each chunk has its own partial sums.
unsafe impl<T: Real> Operand for RowSum<'_, T> {
    type Slice<'a>
        = &'a mut [MaybeUninit<T>]
    where
        Self: 'a;
    type Output = Temporary<T, Ix1>;
    type State = ();

    #[inline]
    fn form(&self) -> Form {
        let mut form = Form::new(Role::Folded, Dims::new(&[self.rows.nrows()]));
        form.limit = rows_of_block::<T>(self.rows.ncols());
        form
    }

    #[inline]
    fn prepare(&mut self, plan: &Plan, _form: &Form) {
        let mut partials = scratch::<T, Ix2>([plan.len.div_ceil(CHUNK), self.stride()]);
        partials.fill(T::ZERO);
        self.start = partials.as_mut_ptr();
        self.partials = Some(partials);
    }

    #[inline(always)]
    fn begin(&self) {}

    #[inline(always)]
    unsafe fn fetch<'a>(
        &'a self,
        _form: &Form,
        cursor: &Cursor<'_>,
        stage: *mut u8,
    ) -> &'a mut [MaybeUninit<T>]
    where
        Self: 'a,
    {
        // SAFETY: a plan with a reduction has blocks of at most BLOCK elements.
        unsafe { std::slice::from_raw_parts_mut(stage.cast(), cursor.len) }
    }

    #[inline]
    unsafe fn settle(&self, _state: &mut (), _form: &Form, cursor: &Cursor<'_>, stage: *mut u8) {
        let width = self.rows.ncols();
        let stride = self.stride();
        let rows = &self.rows.as_slice().expect("made so by `new`")[cursor.start * width..];
        // SAFETY: the kernel has written the block; only this thread has the chunk, and so its sums.
        unsafe {
            let weights = std::slice::from_raw_parts(stage.cast::<T>(), cursor.len);
            let sums = self.start.add(cursor.start / CHUNK * stride);
            T::add_rows(
                weights,
                rows,
                width,
                std::slice::from_raw_parts_mut(sums, stride),
            );
        }
    }

    #[inline(always)]
    unsafe fn end(&self, _state: (), _chunk: usize) {}

    unsafe fn finish(self, _plan: &Plan) -> Temporary<T, Ix1> {
        let width = self.rows.ncols();
        let mut partials = self.partials.expect("the launch has prepared its operands");
        let padded = self.rows.ncols().max(PADDED);
        // The chunks' sums are added in a tree of which each step halves their number.
        let mut chunks = partials.nrows();
        while chunks > 1 {
            let half = chunks.div_ceil(2);
            let (mut first, second) = partials.view_mut().split_at(ndarray::Axis(0), half);
            for (mut a, b) in first
                .outer_iter_mut()
                .zip(second.outer_iter().take(chunks - half))
            {
                a.zip_mut_with(&b, |a, &b| *a += b);
            }
            chunks = half;
        }
        let sums = partials
            .as_slice()
            .expect("a temporary lies in row-major order");
        let lane = |lane: usize, column: usize| {
            sums.get(lane * padded + column).copied().unwrap_or(T::ZERO)
        };
        let mut total = scratch::<T, Ix1>([width]);
        for (k, sum) in total.iter_mut().enumerate() {
            *sum = (lane(0, k) + lane(1, k)) + (lane(2, k) + lane(3, k));
        }
        total
    }
}

/// Adds weighted rows to the sums of a chunk.
pub(crate) struct AddRows<'a, T> {
    pub weights: &'a [T],
    /// The rows, and what follows them in the matrix.
    pub rows: &'a [T],
    pub width: usize,
    pub sums: &'a mut [T],
}

impl<T: Real> Dispatch for AddRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let AddRows {
            weights,
            rows,
            width,
            sums,
        } = self;
        match width {
            0 => {}
            1..=4 => padded::<T, 4>(weights, rows, width, sums),
            5..=8 => padded::<T, 8>(weights, rows, width, sums),
            9..=16 => padded::<T, 16>(weights, rows, width, sums),
            17..=PADDED => padded::<T, PADDED>(weights, rows, width, sums),
            _ => {
                for (i, (&weight, row)) in weights.iter().zip(rows.chunks_exact(width)).enumerate()
                {
                    let sums = &mut sums[i % LANES * width..][..width];
                    for (sum, &x) in sums.iter_mut().zip(row) {
                        *sum += weight * x;
                    }
                }
            }
        }
    }
}

/// Rows of `width` elements, each read with what follows it as a vector of `W`. The sums beyond `width` mean nothing.
#[inline(always)]
fn padded<T: Real, const W: usize>(weights: &[T], rows: &[T], width: usize, all: &mut [T]) {
    let mut sums = [[T::ZERO; W]; LANES];
    for (lane, sums) in sums.iter_mut().enumerate() {
        sums.copy_from_slice(&all[lane * PADDED..][..W]);
    }
    // The last rows of the matrix have less than a vector left.
    let readable = (rows.len() + width).saturating_sub(W) / width;
    let whole = weights.len().min(readable) / LANES * LANES;
    for (group, weights) in weights[..whole].as_chunks::<LANES>().0.iter().enumerate() {
        let rows = &rows[group * LANES * width..][..(LANES - 1) * width + W];
        for lane in 0..LANES {
            let row: &[T; W] = rows[lane * width..][..W]
                .try_into()
                .expect("cut to this length");
            for k in 0..W {
                sums[lane][k] += weights[lane] * row[k];
            }
        }
    }
    for i in whole..weights.len() {
        for k in 0..width {
            sums[i % LANES][k] += weights[i] * rows[i * width + k];
        }
    }
    for (lane, sums) in sums.iter().enumerate() {
        all[lane * PADDED..][..W].copy_from_slice(sums);
    }
}
