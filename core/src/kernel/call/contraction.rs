//! Products of vectors and matrices.

use super::{
    AddRows, add_chunks, check_out, rows_of_block, sums_of, sums_of_lanes, with_rows,
    with_standard, with_standard_mut,
};
use crate::kernel::element::{Element, Number};
use crate::kernel::gemm;
use crate::kernel::launch::{Kernel, launch};
use crate::kernel::level::{Dispatch, Level, dispatch};
use crate::kernel::operand::{In, Out, Sum};
use crate::kernel::parallel::{self, Parts};
use crate::kernel::scratch::scratch;
use crate::kernel::site::Site;
use crate::kernel::space::CHUNK;
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, Ix2};
use std::any::TypeId;
use std::mem::MaybeUninit;

/// How many rows of a matrix product are computed as one piece of work.
const ROWS: usize = 64;

#[cold]
fn mismatch(site: &Site, a: &[usize], b: &[usize]) -> ! {
    panic!(
        "{}: shapes do not match in `{}`: {} has shape {a:?}, {} has shape {b:?}",
        site.method,
        site.statement,
        site.operand(0),
        site.operand(1)
    )
}

/// No axes: the inner product of two vectors is a scalar.
///
/// # Panics
/// If the lengths that are summed over differ. So for all of this file.
pub fn inner_shape(site: &Site, a: &[usize; 1], b: &[usize; 1]) -> [usize; 0] {
    if a != b {
        mismatch(site, a, b);
    }
    []
}

/// Multiplies, for the launcher to add up.
struct Multiply;

impl<T: Number> Kernel<(In<'_, T>, In<'_, T>, Sum<T>)> for Multiply {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (a, b, out): (&[T], &[T], &mut [MaybeUninit<T>])) {
        let (a, b, out) = (&a[..n], &b[..n], &mut out[..n]);
        for i in 0..n {
            out[i].write(a[i].times(b[i]));
        }
    }
}

/// The inner product of two vectors.
pub fn inner<T: Number>(site: &'static Site, a: ArrayView1<'_, T>, b: ArrayView1<'_, T>) -> T {
    inner_shape(site, &[a.len()], &[b.len()]);
    launch(site, 2, (In::array(a), In::array(b), Sum::new()), &Multiply).2
}

/// The shape of the outer product: `[a.len(), b.len()]`.
pub fn outer_shape(_site: &Site, a: &[usize; 1], b: &[usize; 1]) -> [usize; 2] {
    [a[0], b[0]]
}

impl<T: Number> Kernel<(In<'_, T>, In<'_, T>, Out<'_, T>)> for Multiply {
    #[inline(always)]
    fn run<L: Level>(&self, n: usize, (a, b, out): (&[T], &[T], &mut [T])) {
        let (a, b, out) = (&a[..n], &b[..n], &mut out[..n]);
        for i in 0..n {
            out[i] = a[i].times(b[i]);
        }
    }
}

/// The outer product: `out[i, j] = a[i] * b[j]`.
pub fn outer_into<T: Number>(
    site: &'static Site,
    a: ArrayView1<'_, T>,
    b: ArrayView1<'_, T>,
    out: ArrayViewMut2<'_, T>,
) {
    check_out(site, &[a.len(), b.len()], out.shape());
    let a = a.insert_axis(ndarray::Axis(1));
    launch(
        site,
        1,
        (In::array(a), In::array(b), Out::array(out)),
        &Multiply,
    );
}

/// Adds numbers times a row to rows.
struct OuterSums<'a, T> {
    a: &'a [T],
    b: &'a [T],
    out: &'a mut [T],
}

impl<T: Number> Dispatch for OuterSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let OuterSums { a, b, out } = self;
        for (out, &a) in out.chunks_exact_mut(b.len()).zip(a) {
            for (out, &b) in out.iter_mut().zip(b) {
                *out = out.plus(a.times(b));
            }
        }
    }
}

/// Adds the outer product: `out[i, j] += a[i] * b[j]`.
pub fn outer_add<T: Number>(
    site: &'static Site,
    a: ArrayView1<'_, T>,
    b: ArrayView1<'_, T>,
    out: ArrayViewMut2<'_, T>,
) {
    let width = b.len();
    check_out(site, &[a.len(), width], out.shape());
    if a.is_empty() || width == 0 {
        return;
    }
    with_standard(a, |a| {
        with_standard(b, |b| {
            with_standard_mut(out, |out| {
                let shared = parallel::sharing(out.len(), 2);
                parallel::for_parts(out, ROWS * width, shared, &|part, out| {
                    let a = &a[part * ROWS..];
                    dispatch(OuterSums { a, b, out });
                });
            });
        });
    });
}

/// The shape of matrix times vector.
pub fn matvec_shape(site: &Site, a: &[usize; 2], b: &[usize; 1]) -> [usize; 1] {
    if a[1] != b[0] {
        mismatch(site, a, b);
    }
    [a[0]]
}

/// Matrix times vector: `out[i] = sum_k a[i, k] b[k]`.
pub fn matvec_into<T: Number>(
    site: &Site,
    a: ArrayView2<'_, T>,
    b: ArrayView1<'_, T>,
    out: ArrayViewMut1<'_, T>,
) {
    let (rows, len) = a.dim();
    check_out(
        site,
        &matvec_shape(site, &[rows, len], &[b.len()]),
        out.shape(),
    );
    if !a.is_standard_layout() && a.t().is_standard_layout() {
        // The columns lie one after the other: so many rows times numbers.
        return vecmat_into(site, b, a.reversed_axes(), out);
    }
    // Rows that must be copied are copied many at a time, since neighbouring ones may share cache lines.
    let least = if a.is_standard_layout() { 8 } else { 64 };
    let count = (4096 / len.max(1)).max(least);
    with_standard(b, |b| {
        with_standard_mut(out, |out| {
            let parts = Parts::new(out, count);
            let shared = parallel::sharing(a.len(), 2);
            parallel::for_ranges(parts.count(), shared, &|range| {
                for part in range {
                    // SAFETY: each part is visited once.
                    let out = unsafe { parts.part(part) };
                    let first = part * count;
                    let a = a.slice(ndarray::s![first..first + out.len(), ..]);
                    with_standard(a, |a| T::times_rows(a, b, out));
                }
            });
        });
    });
}

/// How many products a row is summed in at a time.
const LANES: usize = 16;

/// Some rows of a matrix, each multiplied by a vector.
pub(crate) struct Rows<'a, T> {
    pub a: &'a [T],
    pub b: &'a [T],
    pub out: &'a mut [T],
}

impl<T: Number> Dispatch for Rows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Rows { a, b, out } = self;
        let len = b.len();
        macro_rules! short {
            ($($len:literal)*) => {
                match len {
                    $($len => short_rows::<T, $len>(a, b, out),)*
                    _ => {
                        for (i, out) in out.iter_mut().enumerate() {
                            *out = product_of_row(&a[i * len..(i + 1) * len], b);
                        }
                    }
                }
            };
        }
        short!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
    }
}

/// Rows of a length known at build time, [`LANES`] of them at a time, each summed in order.
#[inline(always)]
fn short_rows<T: Number, const K: usize>(a: &[T], b: &[T], out: &mut [T]) {
    let b: &[T; K] = b[..K]
        .try_into()
        .expect("the vector has the length of a row");
    let whole = out.len() / LANES * LANES;
    let (blocks, rest) = out.split_at_mut(whole);
    for (block, out) in blocks.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let a = &a[block * LANES * K..(block + 1) * LANES * K];
        let mut sums = [T::ZERO; LANES];
        for k in 0..K {
            for r in 0..LANES {
                sums[r] = sums[r].plus(a[r * K + k].times(b[k]));
            }
        }
        *out = sums;
    }
    for (i, out) in rest.iter_mut().enumerate() {
        let row = &a[(whole + i) * K..(whole + i + 1) * K];
        *out = row
            .iter()
            .zip(b)
            .fold(T::ZERO, |sum, (&a, &b)| sum.plus(a.times(b)));
    }
}

/// The inner product with [`LANES`] lanes in runs of 64 vectors.
#[inline(always)]
fn product_of_row<T: Number>(a: &[T], b: &[T]) -> T {
    let mut total = T::ZERO;
    for (a, b) in a.chunks(64 * LANES).zip(b.chunks(64 * LANES)) {
        let mut lanes = [T::ZERO; LANES];
        let (a, a_rest) = a.as_chunks::<LANES>();
        let (b, b_rest) = b.as_chunks::<LANES>();
        for (a, b) in a.iter().zip(b) {
            for lane in 0..LANES {
                lanes[lane] = lanes[lane].plus(a[lane].times(b[lane]));
            }
        }
        for (lane, (&a, &b)) in lanes.iter_mut().zip(a_rest.iter().zip(b_rest)) {
            *lane = lane.plus(a.times(b));
        }
        let mut width = LANES / 2;
        while width > 0 {
            for lane in 0..width {
                lanes[lane] = lanes[lane].plus(lanes[lane + width]);
            }
            width /= 2;
        }
        total = total.plus(lanes[0]);
    }
    total
}

/// The shape of vector times matrix.
pub fn vecmat_shape(site: &Site, a: &[usize; 1], b: &[usize; 2]) -> [usize; 1] {
    if a[0] != b[0] {
        mismatch(site, a, b);
    }
    [b[1]]
}

/// How many columns of a chunk are one piece of work: whole strips.
const COLUMNS: usize = 512;

/// Vector times matrix: `out[j] = sum_k a[k] b[k, j]`.
pub fn vecmat_into<T: Number>(
    site: &Site,
    a: ArrayView1<'_, T>,
    b: ArrayView2<'_, T>,
    mut out: ArrayViewMut1<'_, T>,
) {
    check_out(
        site,
        &vecmat_shape(site, &[a.len()], &[b.nrows(), b.ncols()]),
        out.shape(),
    );
    let (len, width) = b.dim();
    if len == 0 || width == 0 {
        return out.fill(T::ZERO);
    }
    // A part is some columns of a chunk of rows.
    let columns = width.min(COLUMNS);
    let parts_of_chunk = width.div_ceil(columns);
    let sums_of_part = sums_of(columns);
    let shape = [len.div_ceil(CHUNK), parts_of_chunk * sums_of_part];
    let mut sums = scratch::<T, Ix2>(shape);
    sums.fill(T::ZERO);
    with_standard(a, |a| {
        let all = sums
            .as_slice_mut()
            .expect("a temporary lies in row-major order");
        let parts = Parts::new(all, sums_of_part);
        let shared = parallel::sharing(b.len(), 2);
        parallel::for_ranges(parts.count(), shared, &|range| {
            for part in range {
                // SAFETY: each part is visited once.
                let sums = unsafe { parts.part(part) };
                let first = part % parts_of_chunk * columns;
                let columns = first..width.min(first + columns);
                let chunk = part / parts_of_chunk * CHUNK;
                let end = len.min(chunk + CHUNK);
                for start in (chunk..end).step_by(rows_of_block::<T>(columns.len())) {
                    let rows = start..end.min(start + rows_of_block::<T>(columns.len()));
                    let weights = &a[rows.clone()];
                    with_rows(b, rows, columns.clone(), |rows, distance| {
                        T::add_rows(AddRows {
                            weights,
                            rows,
                            distance,
                            columns: columns.len(),
                            sums,
                        });
                    });
                }
            }
        });
    });
    add_chunks(&mut sums);
    let sums = sums
        .as_slice()
        .expect("a temporary lies in row-major order");
    with_standard_mut(out, |out| sums_of_lanes(sums, out));
}

/// Adds rows times numbers to a row.
struct Combination<'a, T> {
    a: &'a [T],
    b: &'a [T],
    out: &'a mut [T],
}

impl<T: Number> Dispatch for Combination<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Level>(self) {
        let Combination { a, b, out } = self;
        let width = out.len();
        // Four rows at a time, so that the sums are read and written less often.
        let whole = a.len() / 4 * 4;
        let (fours, rest) = b.split_at(whole * width);
        for (rows, a) in fours.chunks_exact(4 * width).zip(a.as_chunks::<4>().0) {
            let (first, rows) = rows.split_at(width);
            let (second, rows) = rows.split_at(width);
            let (third, fourth) = rows.split_at(width);
            for j in 0..width {
                let sum = out[j].plus(a[0].times(first[j]));
                let sum = sum.plus(a[1].times(second[j]));
                let sum = sum.plus(a[2].times(third[j]));
                out[j] = sum.plus(a[3].times(fourth[j]));
            }
        }
        for (row, &a) in rest.chunks_exact(width).zip(&a[whole..]) {
            for (out, &b) in out.iter_mut().zip(row) {
                *out = out.plus(a.times(b));
            }
        }
    }
}

/// The shape of the matrix product.
pub fn matmul_shape(site: &Site, a: &[usize; 2], b: &[usize; 2]) -> [usize; 2] {
    if a[1] != b[0] {
        mismatch(site, a, b);
    }
    [a[0], b[1]]
}

/// The matrix product. A row or column is a product with a vector; large products of floats are those of `kernel/gemm`, or faer's, or
/// without the feature `linalg` ndarray's, on blocks of rows of fixed size. Small ones allocate nothing.
pub fn matmul_into<T: Number>(
    site: &'static Site,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    out: ArrayViewMut2<'_, T>,
) {
    matmul(site, a, b, out, false);
}

/// Adds the matrix product to `out`.
pub fn matmul_add<T: Number>(
    site: &'static Site,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    out: ArrayViewMut2<'_, T>,
) {
    matmul(site, a, b, out, true);
}

fn matmul<T: Number>(
    site: &'static Site,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    mut out: ArrayViewMut2<'_, T>,
    add: bool,
) {
    let (rows, len) = a.dim();
    let width = b.ncols();
    check_out(
        site,
        &matmul_shape(site, &[rows, len], &[b.nrows(), width]),
        out.shape(),
    );
    if rows * width == 0 || len == 0 && add {
        return;
    }
    if len == 1 {
        let (a, b) = (a.column(0), b.row(0));
        return match add {
            true => outer_add(site, a, b, out),
            false => outer_into(site, a, b, out),
        };
    }
    if (width == 1 || rows == 1) && add {
        let mut product = scratch::<T, Ix2>([rows, width]);
        matmul_into(site, a, b, product.view_mut());
        return out.zip_mut_with(&product.view(), |out, &product| *out = out.plus(product));
    }
    if width == 1 {
        return matvec_into(site, a, b.column(0), out.index_axis_move(Axis(1), 0));
    }
    if rows == 1 {
        return vecmat_into(site, a.row(0), b, out.index_axis_move(Axis(0), 0));
    }
    let blocked = blocked_product::<T>(rows * len * width);
    let shared = parallel::sharing(rows * width, 2 * len);
    with_standard_mut(out, |out| {
        if gemm::multiply_into(a, b, out, add, shared) {
            return;
        }
        let parts = Parts::new(out, ROWS * width);
        parallel::for_ranges(parts.count(), shared, &|range| {
            for part in range {
                // SAFETY: each part is visited once.
                let out = unsafe { parts.part(part) };
                let count = out.len() / width;
                let a = a.slice(ndarray::s![part * ROWS..part * ROWS + count, ..]);
                if let Some(product) = blocked {
                    product(a, b, out, add);
                    continue;
                }
                with_standard(b, |b| {
                    with_standard(a, |a| {
                        for (i, out) in out.chunks_exact_mut(width).enumerate() {
                            if !add {
                                out.fill(T::ZERO);
                            }
                            dispatch(Combination {
                                a: &a[i * len..(i + 1) * len],
                                b,
                                out,
                            });
                        }
                    });
                });
            }
        });
    });
}

/// Writes the product, or adds it.
type Product<T> = fn(ArrayView2<'_, T>, ArrayView2<'_, T>, &mut [T], bool);

/// From how many multiplications on a product that packs its operands is faster than the loop.
const LARGE: usize = 1 << 15;

/// faer's product or ndarray's, for the types they have one for. `work` is the number of multiplications.
fn blocked_product<T: Element>(work: usize) -> Option<Product<T>> {
    #[cfg(feature = "linalg")]
    fn product<T: faer::traits::ComplexField + Copy>(
        a: ArrayView2<'_, T>,
        b: ArrayView2<'_, T>,
        out: &mut [T],
        add: bool,
    ) {
        faer::linalg::matmul::matmul(
            faer::MatMut::from_row_major_slice_mut(out, a.nrows(), b.ncols()),
            match add {
                true => faer::Accum::Add,
                false => faer::Accum::Replace,
            },
            super::product::matrix(&a),
            super::product::matrix(&b),
            T::one_impl(),
            faer::Par::Seq,
        );
    }
    #[cfg(not(feature = "linalg"))]
    fn product<T: ndarray::LinalgScalar>(
        a: ArrayView2<'_, T>,
        b: ArrayView2<'_, T>,
        out: &mut [T],
        add: bool,
    ) {
        let before = if add { T::one() } else { T::zero() };
        let shape = (a.nrows(), b.ncols());
        let mut out =
            ArrayViewMut2::from_shape(shape, out).expect("the place has the shape of the product");
        ndarray::linalg::general_mat_mul(T::one(), &a, &b, before, &mut out);
    }
    if work < LARGE {
        return None;
    }
    macro_rules! choose {
        ($($type:ty)*) => {$(
            if TypeId::of::<T>() == TypeId::of::<$type>() {
                // SAFETY: `T` is `$type`, so the two function types are the same.
                return Some(unsafe {
                    std::mem::transmute::<Product<$type>, Product<T>>(product::<$type>)
                });
            }
        )*};
    }
    choose!(f32 f64 num_complex::Complex32 num_complex::Complex64);
    None
}
