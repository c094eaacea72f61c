//! SIMD levels as types: a kernel is generic over one and compiled once for each.

/// A SIMD level. Code that is generic over it may be inlined into a function with that level's target features.
pub trait Level: Copy + Send + Sync + 'static {
    /// Whether the level has a fused multiply-add instruction.
    const FMA: bool;
    /// The level's name.
    const NAME: &'static str;
    /// `a * b + c`, with one rounding where the level has FMA and two where it has not.
    fn mul_add_f32(a: f32, b: f32, c: f32) -> f32;
    /// `a * b + c`, with one rounding where the level has FMA and two where it has not.
    fn mul_add_f64(a: f64, b: f64, c: f64) -> f64;
}

/// What every x86-64 machine has (SSE2), and every other architecture.
#[derive(Clone, Copy, Debug)]
pub struct Baseline;

/// AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx2;

/// AVX-512 F, DQ, VL and BW.
#[derive(Clone, Copy, Debug)]
pub struct Avx512;

macro_rules! level {
    ($type:ty, $name:literal, $fma:literal) => {
        impl Level for $type {
            const FMA: bool = $fma;
            const NAME: &'static str = $name;
            #[inline(always)]
            fn mul_add_f32(a: f32, b: f32, c: f32) -> f32 {
                if $fma { a.mul_add(b, c) } else { a * b + c }
            }
            #[inline(always)]
            fn mul_add_f64(a: f64, b: f64, c: f64) -> f64 {
                if $fma { a.mul_add(b, c) } else { a * b + c }
            }
        }
    };
}
level!(Baseline, "baseline", false);
level!(Avx2, "avx2", true);
level!(Avx512, "avx512", true);
