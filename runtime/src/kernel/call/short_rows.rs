//! Many short rows times a vector, in single precision: the rows are too short for a loop along them to fill registers.

use super::contraction::Rows;
use crate::kernel::element::Number;
use crate::kernel::level::dispatch;
use std::any::TypeId;

/// The longest row that two AVX registers hold.
const LONGEST: usize = 16;

/// `out[i] = sum_k rows[i, k] vector[k]`.
pub(crate) fn times_rows<T: Number>(rows: &[T], vector: &[T], out: &mut [T]) {
    #[cfg(target_arch = "x86_64")]
    if TypeId::of::<T>() == TypeId::of::<f32>() && (1..=LONGEST).contains(&vector.len()) {
        // SAFETY: `T` is `f32`.
        let (rows, vector, out) = unsafe {
            (
                &*(std::ptr::from_ref(rows) as *const [f32]),
                &*(std::ptr::from_ref(vector) as *const [f32]),
                &mut *(std::ptr::from_mut(out) as *mut [f32]),
            )
        };
        return dispatch(avx::ShortRows { rows, vector, out });
    }
    dispatch(Rows {
        a: rows,
        b: vector,
        out,
    });
}

#[cfg(target_arch = "x86_64")]
mod avx {
    use super::Rows;
    use crate::kernel::level::{Dispatch, Level};
    use std::arch::x86_64::*;

    /// How many rows are summed together.
    const ROWS: usize = 8;

    pub struct ShortRows<'a> {
        pub rows: &'a [f32],
        pub vector: &'a [f32],
        pub out: &'a mut [f32],
    }

    impl Dispatch for ShortRows<'_> {
        type Output = ();

        #[inline(always)]
        fn run<L: Level>(self) {
            let ShortRows { rows, vector, out } = self;
            assert!(rows.len() >= vector.len() * out.len());
            if !L::FMA {
                return Rows {
                    a: rows,
                    b: vector,
                    out,
                }
                .run::<L>();
            }
            // SAFETY: `dispatch` chooses a level with FMA only where the processor has AVX2 and FMA.
            unsafe {
                match vector.len() {
                    ..=8 => short_rows::<false>(rows, vector, out),
                    _ => short_rows::<true>(rows, vector, out),
                }
            }
        }
    }

    /// Rows of one register, or two if `LONG`. The products of eight rows are added across registers, pair by pair.
    #[target_feature(enable = "avx2,fma")]
    fn short_rows<const LONG: bool>(rows: &[f32], vector: &[f32], out: &mut [f32]) {
        let len = vector.len();
        let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        let low = _mm256_cmpgt_epi32(_mm256_set1_epi32(len as i32), lanes);
        let high = _mm256_cmpgt_epi32(_mm256_set1_epi32(len as i32 - 8), lanes);
        // SAFETY: the masks leave out what lies beyond a row, and rows are read only where they begin in `rows`.
        unsafe {
            let read = |from: *const f32, mask: __m256i| _mm256_maskload_ps(from, mask);
            let (v0, v1) = (
                read(vector.as_ptr(), low),
                read(vector.as_ptr().wrapping_add(8), high),
            );
            let products = |row: usize| {
                let row = rows.as_ptr().add(row * len);
                let product = _mm256_mul_ps(read(row, low), v0);
                if LONG {
                    _mm256_fmadd_ps(read(row.wrapping_add(8), high), v1, product)
                } else {
                    product
                }
            };
            let (blocks, rest) = out.as_chunks_mut::<ROWS>();
            for (block, out) in blocks.iter_mut().enumerate() {
                let p = |row: usize| products(block * ROWS + row);
                let sums = add_across([p(0), p(1), p(2), p(3), p(4), p(5), p(6), p(7)]);
                _mm256_storeu_ps(out.as_mut_ptr(), sums);
            }
            let mut last = [_mm256_setzero_ps(); ROWS];
            for (row, product) in last.iter_mut().enumerate().take(rest.len()) {
                *product = products(blocks.len() * ROWS + row);
            }
            let mut sums = [0.0; ROWS];
            _mm256_storeu_ps(sums.as_mut_ptr(), add_across(last));
            rest.copy_from_slice(&sums[..rest.len()]);
        }
    }

    /// The sum of each register's lanes.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn add_across(p: [__m256; ROWS]) -> __m256 {
        let left = _mm256_hadd_ps(_mm256_hadd_ps(p[0], p[1]), _mm256_hadd_ps(p[2], p[3]));
        let right = _mm256_hadd_ps(_mm256_hadd_ps(p[4], p[5]), _mm256_hadd_ps(p[6], p[7]));
        _mm256_add_ps(
            _mm256_permute2f128_ps::<0x20>(left, right),
            _mm256_permute2f128_ps::<0x31>(left, right),
        )
    }
}
