//! The innermost loop of a product: a tile of the result stays in registers while the products of all steps are added to it.

use crate::kernel::element::Number;
use std::arch::x86_64::*;

/// Rows of a tile: with [`VECTORS`] vectors each they fill 24 of the 32 registers.
pub(super) const ROWS: usize = 8;

/// Vectors of a tile's row.
pub(super) const VECTORS: usize = 3;

/// How many steps ahead the factor of the columns is fetched.
const AHEAD: usize = 8;

/// A float, of which a vector of 512 bits holds [`Lanes::LANES`].
///
/// # Safety
/// The functions need a processor with AVX-512 F. What they read or write at a pointer must be so many elements.
pub(super) trait Lanes: Number {
    type Vector: Copy;
    const LANES: usize = 64 / size_of::<Self>();
    unsafe fn all(x: Self) -> Self::Vector;
    unsafe fn read(from: *const Self) -> Self::Vector;
    unsafe fn write(to: *mut Self, x: Self::Vector);
    /// Writes at the beginning of a line of the cache, past it.
    unsafe fn write_past(to: *mut Self, x: Self::Vector);
    unsafe fn add(x: Self::Vector, y: Self::Vector) -> Self::Vector;
    unsafe fn multiply_add(x: Self::Vector, y: Self::Vector, sum: Self::Vector) -> Self::Vector;
    /// The first halves of both, element by element in turns.
    unsafe fn first(x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// The second halves.
    unsafe fn second(x: Self::Vector, y: Self::Vector) -> Self::Vector;
}

macro_rules! lanes {
    ($($float:ty, $vector:ty, $all:ident, $read:ident, $write:ident, $write_past:ident, $add:ident, $multiply_add:ident,
     $permute:ident, $first:expr, $second:expr;)*) => {$(
        impl Lanes for $float {
            type Vector = $vector;

            #[inline]
            #[target_feature(enable = "avx512f")]
            unsafe fn all(x: $float) -> $vector {
                $all(x)
            }

            #[inline]
            #[target_feature(enable = "avx512f")]
            unsafe fn read(from: *const $float) -> $vector {
                // SAFETY: the caller's promise.
                unsafe { $read(from) }
            }

            #[inline]
            #[target_feature(enable = "avx512f")]
            unsafe fn write(to: *mut $float, x: $vector) {
                // SAFETY: the caller's promise.
                unsafe { $write(to, x) }
            }

            #[inline]
            #[target_feature(enable = "avx512f")]
            unsafe fn write_past(to: *mut $float, x: $vector) {
                // SAFETY: the caller's promise.
                unsafe { $write_past(to, x) }
            }

            #[inline]
            #[target_feature(enable = "avx512f")]
            unsafe fn add(x: $vector, y: $vector) -> $vector {
                $add(x, y)
            }

            #[inline]
            #[target_feature(enable = "avx512f")]
            unsafe fn multiply_add(x: $vector, y: $vector, sum: $vector) -> $vector {
                $multiply_add(x, y, sum)
            }

            #[inline]
            #[target_feature(enable = "avx512f")]
            unsafe fn first(x: $vector, y: $vector) -> $vector {
                $permute(x, $first, y)
            }

            #[inline]
            #[target_feature(enable = "avx512f")]
            unsafe fn second(x: $vector, y: $vector) -> $vector {
                $permute(x, $second, y)
            }
        }
    )*};
}
lanes! {
    f32, __m512, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_stream_ps, _mm512_add_ps, _mm512_fmadd_ps,
    _mm512_permutex2var_ps,
    _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
    _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    f64, __m512d, _mm512_set1_pd, _mm512_loadu_pd, _mm512_storeu_pd, _mm512_stream_pd, _mm512_add_pd, _mm512_fmadd_pd,
    _mm512_permutex2var_pd, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
}

/// Where a tile lies.
#[derive(Clone, Copy)]
pub(super) struct Place<T> {
    pub start: *mut T,
    /// From a row to the next.
    pub stride: usize,
    /// Whether the products are added to what is there.
    pub add: bool,
}

/// The product of a sliver of [`ROWS`] rows and one of `V` vectors of columns, `steps` long.
///
/// # Safety
/// The processor has AVX-512 F, both slivers have `steps` steps, no one else has the place, and it holds numbers if they are added to.
#[target_feature(enable = "avx512f")]
pub(super) unsafe fn tile<T: Lanes, const V: usize>(
    steps: usize,
    mut a: *const T,
    mut b: *const T,
    place: Place<T>,
) {
    let width = V * T::LANES;
    // SAFETY: the slivers have as many steps as the loops together, and the place has all rows and columns.
    unsafe {
        let mut sums = [[T::all(T::ZERO); V]; ROWS];
        // The rows of the place are fetched one by one: all at once, they would keep the factors waiting.
        for row in 0..ROWS {
            let first = place.start.wrapping_add(row * place.stride);
            for v in 0..=V {
                fetch(first.wrapping_add((v * T::LANES).min(width - 1)));
            }
            for _ in row * steps / ROWS..(row + 1) * steps / ROWS {
                let columns: [T::Vector; V] = std::array::from_fn(|v| {
                    fetch(b.wrapping_add(AHEAD * width + v * T::LANES));
                    T::read(b.add(v * T::LANES))
                });
                for (row, sums) in sums.iter_mut().enumerate() {
                    let x = T::all(*a.add(row));
                    for v in 0..V {
                        sums[v] = T::multiply_add(x, columns[v], sums[v]);
                    }
                }
                a = a.add(ROWS);
                b = b.add(width);
            }
        }
        for (row, sums) in sums.iter().enumerate() {
            for (v, &sum) in sums.iter().enumerate() {
                let to = place.start.add(row * place.stride + v * T::LANES);
                T::write(
                    to,
                    if place.add {
                        T::add(T::read(to), sum)
                    } else {
                        sum
                    },
                );
            }
        }
    }
}

/// Fetches the line of the cache that holds an address.
#[inline]
#[target_feature(enable = "avx512f")]
fn fetch<T>(at: *const T) {
    _mm_prefetch::<_MM_HINT_T0>(at.cast());
}
