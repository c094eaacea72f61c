//! Many rows times a vector. Rows are summed eight at a time, so that additions need not wait for each other, and the
//! lanes of eight registers are added together.

use crate::kernel::level::dispatch;

/// Floats, which have a loop of their own where the processor has fused multiply-add.
pub(crate) trait TimesRows: Sized {
    /// `out[i] = sum_k rows[i, k] vector[k]`.
    fn times_rows(rows: &[Self], vector: &[Self], out: &mut [Self]);
}

macro_rules! floats {
    ($($float:ident $module:ident),*) => {$(
        impl TimesRows for $float {
            #[inline(always)]
            fn times_rows(rows: &[Self], vector: &[Self], out: &mut [Self]) {
                #[cfg(target_arch = "x86_64")]
                dispatch(avx::$module::TimesRows { rows, vector, out });
                #[cfg(not(target_arch = "x86_64"))]
                dispatch(super::contraction::Rows { a: rows, b: vector, out });
            }
        }
    )*};
}
floats!(f32 single, f64 double);

#[cfg(target_arch = "x86_64")]
mod avx {
    use super::super::contraction::Rows;
    use crate::kernel::level::{Dispatch, Level};
    use std::arch::x86_64::*;

    /// How many rows are summed together.
    const ROWS: usize = 8;

    /// How many elements of a row are summed in the lanes before these are added.
    const RUN: usize = 1024;

    macro_rules! times_rows {
        ($module:ident, $float:ident, $lanes:literal, $int:ident, mask: $mask:expr,
         $load:ident, $load_part:ident, $zero:ident, $fma:ident, $add_across:ident) => {
            pub mod $module {
                use super::*;

                pub struct TimesRows<'a> {
                    pub rows: &'a [$float],
                    pub vector: &'a [$float],
                    pub out: &'a mut [$float],
                }

                impl Dispatch for TimesRows<'_> {
                    type Output = ();

                    #[inline(always)]
                    fn run<L: Level>(self) {
                        let TimesRows { rows, vector, out } = self;
                        if !L::FMA {
                            return Rows {
                                a: rows,
                                b: vector,
                                out,
                            }
                            .run::<L>();
                        }
                        assert!(rows.len() >= vector.len() * out.len());
                        // SAFETY: `dispatch` chooses a level with FMA only where the processor has AVX2 and FMA.
                        unsafe { times_rows(rows, vector, out) }
                    }
                }

                #[target_feature(enable = "avx2,fma")]
                fn times_rows(rows: &[$float], vector: &[$float], out: &mut [$float]) {
                    let len = vector.len();
                    let (blocks, rest) = out.as_chunks_mut::<ROWS>();
                    let (eight, single) = rows.split_at(blocks.len() * ROWS * len);
                    for (block, out) in blocks.iter_mut().enumerate() {
                        *out = products::<ROWS>(&eight[block * ROWS * len..], vector);
                    }
                    for (row, out) in rest.iter_mut().enumerate() {
                        *out = products::<1>(&single[row * len..], vector)[0];
                    }
                }

                /// The products of the first `N` rows.
                #[inline]
                #[target_feature(enable = "avx2,fma")]
                fn products<const N: usize>(rows: &[$float], vector: &[$float]) -> [$float; ROWS] {
                    let len = vector.len();
                    let mut total = [0.0; ROWS];
                    let mut start = 0;
                    while start < len {
                        let end = len.min(start + RUN);
                        let whole = start + (end - start) / $lanes * $lanes;
                        let mut sums = [$zero(); ROWS];
                        // SAFETY: N rows are read up to `end`, and the mask leaves out what lies beyond it.
                        unsafe {
                            let (vector, row) =
                                (vector.as_ptr(), |row| rows.as_ptr().add(row * len));
                            let mut k = start;
                            while k < whole {
                                let v = $load(vector.add(k));
                                for (i, sum) in sums.iter_mut().enumerate().take(N) {
                                    *sum = $fma($load(row(i).add(k)), v, *sum);
                                }
                                k += $lanes;
                            }
                            if whole < end {
                                let mask: __m256i = $mask((end - whole) as $int);
                                let v = $load_part(vector.add(k), mask);
                                for (i, sum) in sums.iter_mut().enumerate().take(N) {
                                    *sum = $fma($load_part(row(i).add(k), mask), v, *sum);
                                }
                            }
                        }
                        let sums = $add_across(sums);
                        for (total, sum) in total.iter_mut().zip(sums) {
                            *total += sum;
                        }
                        start = end;
                    }
                    total
                }
            }
        };
    }
    times_rows!(
        single, f32, 8, i32,
        mask: |len| _mm256_cmpgt_epi32(_mm256_set1_epi32(len), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)),
        _mm256_loadu_ps, _mm256_maskload_ps, _mm256_setzero_ps, _mm256_fmadd_ps, add_across_single
    );
    times_rows!(
        double, f64, 4, i64,
        mask: |len| _mm256_cmpgt_epi64(_mm256_set1_epi64x(len), _mm256_setr_epi64x(0, 1, 2, 3)),
        _mm256_loadu_pd, _mm256_maskload_pd, _mm256_setzero_pd, _mm256_fmadd_pd, add_across_double
    );

    /// The sum of each register's lanes.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn add_across_single(p: [__m256; ROWS]) -> [f32; ROWS] {
        let left = _mm256_hadd_ps(_mm256_hadd_ps(p[0], p[1]), _mm256_hadd_ps(p[2], p[3]));
        let right = _mm256_hadd_ps(_mm256_hadd_ps(p[4], p[5]), _mm256_hadd_ps(p[6], p[7]));
        let sums = _mm256_add_ps(
            _mm256_permute2f128_ps::<0x20>(left, right),
            _mm256_permute2f128_ps::<0x31>(left, right),
        );
        // SAFETY: a register of eight floats is as large as eight floats.
        unsafe { std::mem::transmute::<__m256, [f32; ROWS]>(sums) }
    }

    /// The sum of each register's lanes.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn add_across_double(p: [__m256d; ROWS]) -> [f64; ROWS] {
        let four = |a, b, c, d| {
            let (left, right) = (_mm256_hadd_pd(a, b), _mm256_hadd_pd(c, d));
            _mm256_add_pd(
                _mm256_permute2f128_pd::<0x20>(left, right),
                _mm256_permute2f128_pd::<0x31>(left, right),
            )
        };
        let sums = [four(p[0], p[1], p[2], p[3]), four(p[4], p[5], p[6], p[7])];
        // SAFETY: two registers of four floats are as large as eight floats.
        unsafe { std::mem::transmute::<[__m256d; 2], [f64; ROWS]>(sums) }
    }
}
