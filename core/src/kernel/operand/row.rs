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
use crate::kernel::call::{AddRows, add_chunks, rows_of_block, sums_of, sums_of_lanes, with_rows};
use crate::kernel::element::Real;
use crate::kernel::scratch::{Temporary, scratch};
use crate::kernel::site::Site;
use crate::kernel::space::{CHUNK, Cursor, Dims, Form, Plan, Role};
use ndarray::{Array1, ArrayView1, ArrayView2, CowArray, Ix1, Ix2};
use std::mem::MaybeUninit;

/// The product of each row of a matrix with a vector.
pub struct RowProduct<'x, T: Real> {
    rows: ArrayView2<'x, T>,
    vector: CowArray<'x, T, Ix1>,
}

impl<'x, T: Real> RowProduct<'x, T> {
    /// # Panics
    /// If the rows do not have the vector's length.
    #[allow(
        clippy::new_ret_no_self,
        reason = "names the operand, like every other"
    )]
    pub fn new(site: &Site, rows: ArrayView2<'x, T>, vector: ArrayView1<'x, T>) -> Computed<Self> {
        crate::kernel::call::matvec_shape(site, &[rows.nrows(), rows.ncols()], &[vector.len()]);
        let vector = match vector.to_slice() {
            Some(elements) => CowArray::from(elements),
            None => vector.iter().copied().collect::<Array1<T>>().into(),
        };
        Computed::new(RowProduct { rows, vector })
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
        let vector = self.vector.as_slice().expect("made so by `new`");
        for element in out.iter_mut() {
            element.write(T::ZERO);
        }
        // SAFETY: all of `out` has just been written.
        let out = unsafe { out.assume_init_mut() };
        let rows = start..start + out.len();
        with_rows(self.rows, rows, 0..vector.len(), |rows, _| {
            T::times_rows(rows, vector, out)
        });
    }
}

/// The sum of the rows of a matrix, each times the weight that the kernel writes.
pub struct RowSum<'x, T: Real> {
    rows: ArrayView2<'x, T>,
    partials: Option<Temporary<T, Ix2>>,
    start: *mut T,
}

// SAFETY: while threads share it, the rows are read, and each chunk writes its own part of the partial sums.
unsafe impl<T: Real> Sync for RowSum<'_, T> {}

impl<'x, T: Real> RowSum<'x, T> {
    #[inline]
    pub fn new(rows: ArrayView2<'x, T>) -> Self {
        RowSum {
            rows,
            partials: None,
            start: std::ptr::null_mut(),
        }
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
    fn prepare(&mut self, _site: &Site, plan: &Plan, _form: &Form) {
        let mut partials =
            scratch::<T, Ix2>([plan.len.div_ceil(CHUNK), sums_of(self.rows.ncols())]);
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
        let len = sums_of(width);
        // SAFETY: the kernel has written the block; only this thread has the chunk, and so its sums.
        let (weights, sums) = unsafe {
            let sums = self.start.add(cursor.start / CHUNK * len);
            (
                std::slice::from_raw_parts(stage.cast::<T>(), cursor.len),
                std::slice::from_raw_parts_mut(sums, len),
            )
        };
        let rows = cursor.start..cursor.start + cursor.len;
        with_rows(self.rows, rows, 0..width, |rows, distance| {
            T::add_rows(AddRows {
                weights,
                rows,
                distance,
                columns: width,
                sums,
            });
        });
    }

    #[inline(always)]
    unsafe fn end(&self, _state: (), _chunk: usize) {}

    unsafe fn finish(self, _plan: &Plan) -> Temporary<T, Ix1> {
        let mut partials = self.partials.expect("the launch has prepared its operands");
        add_chunks(&mut partials);
        let sums = partials
            .as_slice()
            .expect("a temporary lies in row-major order");
        let mut total = scratch::<T, Ix1>([self.rows.ncols()]);
        total.fill(T::ZERO);
        let all = total.as_slice_mut();
        sums_of_lanes(sums, all.expect("a temporary lies in row-major order"));
        total
    }
}
