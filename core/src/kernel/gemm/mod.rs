//! Products of large matrices where the processor has AVX-512.
//!
//! The loops are those of K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM Transactions on
//! Mathematical Software 34 (2008). The right factor is packed once, for all threads, and past the cache, where it would be in the way of
//! what is read; each thread packs the rows that it computes. An element's sum is that of its pieces of [`STEPS`] in order, however the
//! work is shared.

mod pack;
mod tile;

use super::level::is_avx512;
use super::pages::room;
use super::parallel::{self, Parts, Sharing, for_ranges};
use super::scratch::Unwritten;
use crate::backend::num_threads;
use ndarray::{Array2, ArrayView2, Axis, s};
use pack::{Strip, settle};
use std::any::TypeId;
use std::mem::MaybeUninit;
use tile::{Lanes, Place, ROWS, VECTORS, tile};

/// Most steps of the sum that are done in one piece.
const STEPS: usize = 512;

/// Most rows that are packed together.
const BLOCK: usize = 256;

/// Bytes of the right factor that stay in the cache while a block of rows passes.
const NEAR: usize = 1 << 19;

/// Bytes of the right factor that are packed at most: at least those of a sliver.
const PANEL: usize = if cfg!(test) { 1 << 17 } else { 1 << 25 };

/// Steps of the right factor that are packed as one piece of work.
const PIECE: usize = 32;

/// Multiplications, and rows and columns of the result, from which on the memory that packing saves is worth it. faer reads the factors
/// of smaller products where they are.
const LEAST: (usize, usize) = if cfg!(feature = "linalg") {
    (1 << 28, 256)
} else {
    (1 << 15, ROWS)
};

/// Writes the product of two matrices, row by row, or adds it.
type Write<T> = fn(ArrayView2<'_, T>, ArrayView2<'_, T>, &mut [MaybeUninit<T>], bool, Sharing);

/// The product of two matrices whose shapes agree. None if it is left to others.
pub(crate) fn product<T: 'static>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Option<Array2<T>> {
    let (rows, steps, columns) = (a.nrows(), a.ncols(), b.ncols());
    let write = writer::<T>(rows, steps, columns)?;
    let mut out = room(rows * columns);
    let place = &mut out.spare_capacity_mut()[..rows * columns];
    write(
        a,
        b,
        place,
        false,
        parallel::sharing(rows * columns, 2 * steps),
    );
    // SAFETY: every element has been written.
    unsafe { out.set_len(rows * columns) };
    Some(Array2::from_shape_vec((rows, columns), out).expect("all elements"))
}

/// Writes the product of two matrices whose shapes agree into the rows `out`, or adds it. False if it is left to others.
pub(crate) fn multiply_into<T: 'static>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    out: &mut [T],
    add: bool,
    sharing: Sharing,
) -> bool {
    let Some(write) = writer::<T>(a.nrows(), a.ncols(), b.ncols()) else {
        return false;
    };
    // SAFETY: a number may be written where one is.
    let out = unsafe { &mut *(std::ptr::from_mut(out) as *mut [MaybeUninit<T>]) };
    write(a, b, out, add, sharing);
    true
}

/// What writes products of this size, if it is faster than others.
fn writer<T: 'static>(rows: usize, steps: usize, columns: usize) -> Option<Write<T>> {
    let work = rows.saturating_mul(steps).saturating_mul(columns);
    if work < LEAST.0 || rows.min(columns) < LEAST.1 || !is_avx512() {
        return None;
    }
    macro_rules! choose {
        ($($float:ty)*) => {$(
            if TypeId::of::<T>() == TypeId::of::<$float>() {
                // SAFETY: `T` is the float, so the two types are the same.
                return Some(unsafe { std::mem::transmute::<Write<$float>, Write<T>>(write) });
            }
        )*};
    }
    choose!(f32 f64);
    None
}

/// Needs AVX-512, and at least one step.
fn write<T: Lanes>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    out: &mut [MaybeUninit<T>],
    add: bool,
    sharing: Sharing,
) {
    let (len, width) = b.dim();
    // How the sum is cut depends on its length alone, so that results depend on nothing else.
    let steps = len.div_ceil(len.div_ceil(STEPS)).next_multiple_of(16);
    let most = PANEL / size_of::<T>();
    let columns = width.min(most / steps / sliver::<T>() * sliver::<T>());
    let depth = (most / padded::<T>(columns) / steps).max(1) * steps;
    let mut memory = lines::<T>(padded::<T>(columns) * depth.min(len));
    for left in (0..width).step_by(columns) {
        for top in (0..len).step_by(depth) {
            let these = top..len.min(top + depth);
            let b = b.slice(s![these.clone(), left..width.min(left + columns)]);
            let panel = Panel::pack(b, steps, start_of_line(&mut memory), sharing);
            let a = a.slice(s![.., these]);
            panel.multiply(a, out, [left, width], add || top > 0, sharing);
        }
    }
}

/// Columns of a sliver of the right factor.
const fn sliver<T: Lanes>() -> usize {
    VECTORS * T::LANES
}

/// Columns with those that fill the last vector.
fn padded<T: Lanes>(columns: usize) -> usize {
    columns.next_multiple_of(T::LANES)
}

/// Memory of this thread for so many elements after [`start_of_line`].
fn lines<T: Lanes>(len: usize) -> Unwritten<T> {
    Unwritten::new(len + T::LANES)
}

/// The first element that begins a line of the cache.
fn start_of_line<T: Lanes>(memory: &mut Unwritten<T>) -> *mut T {
    let start = memory.elements().as_mut_ptr().cast::<T>();
    start.wrapping_add(start.align_offset(64))
}

/// Some rows and columns of the right factor: blocks of steps, and in each the slivers of columns, one after the other.
struct Panel<T> {
    start: *mut T,
    /// Steps of a block; the last one may have fewer.
    steps: usize,
    len: usize,
    width: usize,
}

// SAFETY: while it is packed each thread writes other elements, and then all read them.
unsafe impl<T: Send + Sync> Sync for Panel<T> {}

impl<T: Lanes> Panel<T> {
    /// Packs a matrix at `start`, where there is room for its elements and what pads them.
    fn pack(b: ArrayView2<'_, T>, steps: usize, start: *mut T, sharing: Sharing) -> Self {
        let (len, width) = b.dim();
        let panel = Panel {
            start,
            steps,
            len,
            width,
        };
        let per_block = steps.div_ceil(PIECE);
        let pieces = len.div_ceil(steps) * per_block;
        for_ranges(pieces, sharing, &|range| {
            for number in range {
                let block = number / per_block * steps;
                let first = block + number % per_block * PIECE;
                let end = len.min(block + steps).min(first + PIECE);
                if first < end {
                    panel.pack_steps(b.slice(s![first..end, ..]), block, first);
                }
            }
            settle();
        });
        panel
    }

    /// Packs the rows from `first` on, which are some of the block that begins at row `block`.
    fn pack_steps(&self, b: ArrayView2<'_, T>, block: usize, first: usize) {
        for (number, columns) in b.axis_chunks_iter(Axis(1), sliver::<T>()).enumerate() {
            let width = padded::<T>(columns.ncols());
            let sliver = self.sliver(block, number * sliver::<T>());
            // SAFETY: the place lies in the panel, where no one else has these steps, it begins with a line, and the level is AVX-512.
            unsafe {
                let place = sliver.add((first - block) * width);
                Strip(columns.reversed_axes()).pack::<true>(width, place);
            }
        }
    }

    /// The sliver that begins with a column, in the block that begins with a row.
    fn sliver(&self, block: usize, column: usize) -> *mut T {
        let steps = self.steps.min(self.len - block);
        self.start
            .wrapping_add(block * padded::<T>(self.width) + column * steps)
    }

    /// Writes the product of `a` and the panel into the columns of `out` from `left` on, or adds it.
    fn multiply(
        &self,
        a: ArrayView2<'_, T>,
        out: &mut [MaybeUninit<T>],
        [left, stride]: [usize; 2],
        add: bool,
        sharing: Sharing,
    ) {
        let rows = a.nrows();
        // Two parts for each thread, so that a late one does not keep the others waiting for long.
        let height = rows.div_ceil(2 * num_threads());
        let height = height.next_multiple_of(ROWS).min(BLOCK);
        let parts = Parts::new(out, height * stride);
        for_ranges(parts.count(), sharing, &|range| {
            let mut memory = lines::<T>(height * self.steps);
            let packed = start_of_line(&mut memory);
            for part in range {
                // SAFETY: each part is visited once.
                let out = unsafe { parts.part(part) };
                let top = part * height;
                for block in (0..self.len).step_by(self.steps) {
                    let end = self.len.min(block + self.steps);
                    let a = a.slice(s![top..rows.min(top + height), block..end]);
                    for (number, rows) in a.axis_chunks_iter(Axis(0), ROWS).enumerate() {
                        // SAFETY: there is room for the rows of a part, and the level is AVX-512.
                        unsafe {
                            let place = packed.add(number * ROWS * (end - block));
                            Strip(rows).pack::<false>(ROWS, place);
                        }
                    }
                    // SAFETY: the rows are packed, and this part holds sums after the first block.
                    unsafe {
                        self.multiply_block(
                            block,
                            packed,
                            a.nrows(),
                            out,
                            [left, stride],
                            add || block > 0,
                        );
                    }
                }
            }
        });
    }

    /// Writes the product of packed rows and a block, or adds it.
    ///
    /// # Safety
    /// There are so many rows with the steps of the block, and `out` holds numbers if they are added to.
    unsafe fn multiply_block(
        &self,
        block: usize,
        packed: *const T,
        rows: usize,
        out: &mut [MaybeUninit<T>],
        [left, stride]: [usize; 2],
        add: bool,
    ) {
        let steps = self.steps.min(self.len - block);
        let near = NEAR / size_of::<T>() / self.steps / sliver::<T>() * sliver::<T>();
        for start in (0..self.width).step_by(near) {
            let end = self.width.min(start + near);
            for row in (0..rows).step_by(ROWS) {
                for column in (start..end).step_by(sliver::<T>()) {
                    let factors = (packed.wrapping_add(row * steps), self.sliver(block, column));
                    let shape = [ROWS.min(rows - row), sliver::<T>().min(end - column)];
                    let out = &mut out[row * stride + left + column..];
                    // SAFETY: both slivers are packed, and the caller's promise.
                    unsafe { put(steps, factors, out, stride, shape, add) };
                }
            }
        }
    }
}

/// Writes the rows and columns that the result has of the product of two slivers, or adds them.
///
/// # Safety
/// The slivers have as many steps, and `out` holds numbers if they are added to.
unsafe fn put<T: Lanes>(
    steps: usize,
    (a, b): (*const T, *mut T),
    out: &mut [MaybeUninit<T>],
    stride: usize,
    [rows, columns]: [usize; 2],
    add: bool,
) {
    assert!((rows - 1) * stride + columns <= out.len());
    let vectors = columns.div_ceil(T::LANES);
    let multiply = |place| {
        // SAFETY: the slivers have so many steps and vectors, the place all of the tile.
        unsafe {
            match vectors {
                1 => tile::<T, 1>(steps, a, b, place),
                2 => tile::<T, 2>(steps, a, b, place),
                _ => tile::<T, VECTORS>(steps, a, b, place),
            }
        }
    };
    let start = out.as_mut_ptr().cast::<T>();
    if rows == ROWS && columns == vectors * T::LANES {
        return multiply(Place { start, stride, add });
    }
    let mut whole = [[T::ZERO; VECTORS * 16]; ROWS];
    multiply(Place {
        start: whole.as_mut_ptr().cast(),
        stride: VECTORS * 16,
        add: false,
    });
    for (whole, out) in whole[..rows].iter().zip(out.chunks_mut(stride)) {
        for (&x, out) in whole[..columns].iter().zip(out) {
            out.write(match add {
                // SAFETY: the caller's promise.
                true => unsafe { out.assume_init_read() }.plus(x),
                false => x,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::set_num_threads;
    use num_traits::{Float, FromPrimitive};

    const SHARINGS: [Sharing; 2] = [Sharing::Alone, Sharing::Large];

    fn written<T: Lanes>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, sharing: Sharing) -> Vec<T> {
        let mut out = Vec::with_capacity(a.nrows() * b.ncols());
        let place = &mut out.spare_capacity_mut()[..a.nrows() * b.ncols()];
        write(a, b, place, false, sharing);
        // SAFETY: every element has been written.
        unsafe { out.set_len(a.nrows() * b.ncols()) };
        out
    }

    /// Calls `body` with the matrix in several layouts.
    fn in_layouts<T: Copy>(matrix: &Array2<T>, blank: T, mut body: impl FnMut(ArrayView2<'_, T>)) {
        let (rows, columns) = matrix.dim();
        body(matrix.view());
        body(matrix.t().as_standard_layout().t());
        let reversed = Array2::from_shape_fn((rows, columns), |(i, j)| {
            matrix[[rows - 1 - i, columns - 1 - j]]
        });
        body(reversed.slice(s![..;-1, ..;-1]));
        let mut sparse = Array2::from_elem((2 * rows, 3 * columns), blank);
        sparse.slice_mut(s![..;2, ..;3]).assign(matrix);
        body(sparse.slice(s![..;2, ..;3]));
    }

    /// Small integers, of which all sums are exact.
    fn integers(rows: usize, columns: usize, salt: usize) -> Array2<i64> {
        Array2::from_shape_fn((rows, columns), |(i, j)| {
            ((i * 31 + j * 17 + i * j + salt) % 13) as i64 - 6
        })
    }

    fn is_exact<T: Lanes + Float + FromPrimitive>(shape: (usize, usize, usize)) {
        let (rows, len, columns) = shape;
        let (a, b) = (integers(rows, len, 1), integers(len, columns, 5));
        let exact = Array2::from_shape_fn((rows, columns), |(i, j)| {
            (0..len).map(|k| a[[i, k]] * b[[k, j]]).sum::<i64>()
        });
        let float = |x: &i64| T::from_i64(*x).expect("a small number");
        let (a, b) = (a.map(float), b.map(float));
        in_layouts(&a, T::nan(), |a| {
            in_layouts(&b, T::nan(), |b| {
                for sharing in SHARINGS {
                    let product = written(a, b, sharing);
                    assert!(product.iter().eq(&exact.map(float)), "{shape:?}");
                    let mut sums: Vec<T> =
                        (0..rows * columns).map(|i| float(&(i as i64))).collect();
                    // SAFETY: a number may be written where one is.
                    let place = unsafe { &mut *(&raw mut sums[..] as *mut [MaybeUninit<T>]) };
                    write(a, b, place, true, sharing);
                    for (i, (&sum, exact)) in sums.iter().zip(&exact).enumerate() {
                        assert!(sum == float(&(i as i64 + exact)), "{shape:?}");
                    }
                }
            });
        });
    }

    #[test]
    fn every_edge_in_every_layout() {
        if !is_avx512() {
            return;
        }
        let edges = [1, 7, 8, 9, 16, 23, 24, 25, 47, 48, 49];
        let small = edges
            .iter()
            .flat_map(|&n| [(n, 33, 50), (17, n, 27), (10, 40, n)]);
        let large = [
            (3, STEPS, 25),
            (9, STEPS + 1, 49),
            (8, 2 * STEPS + 3, 7),
            (2, 10 * STEPS, 30),
            (2 * BLOCK + 1, 20, 9),
            (5, 3, 2000),
            (1, 1, 1),
        ];
        for shape in small.chain(large) {
            is_exact::<f32>(shape);
            is_exact::<f64>(shape);
        }
    }

    fn waves(rows: usize, columns: usize, salt: f64) -> Array2<f64> {
        Array2::from_shape_fn((rows, columns), |(i, j)| {
            (1.7 * i as f64 + 0.3 * j as f64 + salt).sin()
        })
    }

    #[test]
    fn near_the_sums_in_order_and_the_same_bits_on_any_thread() {
        if !is_avx512() {
            return;
        }
        let (a, b) = (waves(130, 1100, 0.1), waves(1100, 60, 0.7));
        let alone = written(a.view(), b.view(), Sharing::Alone);
        for (x, (i, j)) in alone.iter().zip(ndarray::indices((130, 60))) {
            let sum: f64 = (0..1100).map(|k| a[[i, k]] * b[[k, j]]).sum();
            assert!((x - sum).abs() < 1e-12, "{x} {sum}");
        }
        let single = (a.map(|&x| x as f32), b.map(|&x| x as f32));
        let alone_single = written(single.0.view(), single.1.view(), Sharing::Alone);
        for (x, y) in alone.iter().zip(&alone_single) {
            assert!((x - f64::from(*y)).abs() < 1e-3, "{x} {y}");
        }
        for threads in [1, 2, 3, 7] {
            set_num_threads(threads);
            assert!(written(a.view(), b.view(), Sharing::Large) == alone);
            assert!(written(single.0.view(), single.1.view(), Sharing::Large) == alone_single);
        }
    }

    #[test]
    fn nan_and_infinity_stay_in_their_rows_and_columns() {
        if !is_avx512() {
            return;
        }
        let (mut a, mut b) = (waves(13, 40, 0.1), waves(40, 29, 0.7));
        a[[12, 3]] = f64::NAN;
        a[[4, 39]] = f64::INFINITY;
        b[[39, 28]] = f64::NEG_INFINITY;
        b[[39, 11]] = 0.0;
        b[[0, 27]] = f64::NAN;
        let product = written(a.view(), b.view(), Sharing::Alone);
        for (x, (i, j)) in product.iter().zip(ndarray::indices((13, 29))) {
            let sum: f64 = (0..40).map(|k| a[[i, k]] * b[[k, j]]).sum();
            let same = x.is_nan() && sum.is_nan() || *x == sum || (x - sum).abs() < 1e-13;
            assert!(same, "[{i}, {j}]: {x} {sum}");
        }
    }
}
