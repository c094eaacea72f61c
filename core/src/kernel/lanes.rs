//! Registers of AVX-512 as [`Lanes`], for functions that gain by instructions which LLVM does not make of loops over
//! numbers: `vgetexp`, `vgetmant`, `vscalef`, `vfixupimm`.
//!
//! Only [`map1`] and [`map2`] make registers, where [`has_registers`](super::level::has_registers) says that the processor has the
//! instructions: that is what each `SAFETY` below rests on.

use super::level::Level;
use crate::math::Lanes;
use std::arch::x86_64::*;
use std::mem::MaybeUninit;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// What a logarithm gives elsewhere, by classes of arguments, four bits each: NaN themselves, -infinity for 0, the processor's NaN for
/// what is negative, infinity for itself; the value that was computed for positive numbers.
const LOGARITHM: i64 = 0x0313_0411;

/// A register of floats.
pub trait Register: Lanes {
    /// Numbers in it.
    const LENGTH: usize;
    /// The numbers of a slice of that length.
    fn load(x: &[Self::Float]) -> Self;
    /// Writes the numbers to a slice of that length.
    fn store(self, out: &mut [MaybeUninit<Self::Float>]);
    /// Whether all of them are positive and finite, and their powers to `y` normal numbers: the bits of a float, less those of 1, are its
    /// logarithm to base 2, but for a factor from log 2 to 1 / log 2.
    fn are_regular(self, y: Self) -> bool;
    /// The numbers of a shorter slice, and zeros.
    fn load_part(x: &[Self::Float]) -> Self;
    /// Writes the first numbers to a shorter slice.
    fn store_part(self, out: &mut [MaybeUninit<Self::Float>]);
}

/// Writes a function of each number of the first slice to the second. The function must be `#[inline(always)]`: it has the instructions
/// where it stands in a clone of the level alone.
#[inline(always)]
pub(crate) fn map1<V: Register>(
    x: &[V::Float],
    out: &mut [MaybeUninit<V::Float>],
    function: impl Fn(V) -> V,
) {
    let (x, x_rest) = x.split_at(x.len() / V::LENGTH * V::LENGTH);
    let (out, out_rest) = out.split_at_mut(x.len());
    for (x, out) in x
        .chunks_exact(V::LENGTH)
        .zip(out.chunks_exact_mut(V::LENGTH))
    {
        function(V::load(x)).store(out);
    }
    if !x_rest.is_empty() {
        function(V::load_part(x_rest)).store_part(out_rest);
    }
}

/// Writes a function of each pair of numbers of two slices to a third; by another function where arguments are not regular.
#[inline(always)]
pub(crate) fn map2<V: Register>(
    x: &[V::Float],
    y: &[V::Float],
    out: &mut [MaybeUninit<V::Float>],
    function: impl Fn(V, V) -> V,
    otherwise: impl Fn(V::Float, V::Float) -> V::Float,
) {
    let parts = x.chunks(PART).zip(y.chunks(PART));
    for ((x, y), out) in parts.zip(out.chunks_mut(PART)) {
        let whole = match all_regular::<V>(x, y) {
            true => x.len() / V::LENGTH * V::LENGTH,
            false => 0,
        };
        let registers = x[..whole]
            .chunks_exact(V::LENGTH)
            .zip(y.chunks_exact(V::LENGTH));
        for ((x, y), out) in registers.zip(out.chunks_exact_mut(V::LENGTH)) {
            function(V::load(x), V::load(y)).store(out);
        }
        for ((x, y), out) in x[whole..].iter().zip(&y[whole..]).zip(&mut out[whole..]) {
            out.write(otherwise(*x, *y));
        }
    }
}

/// Numbers that are looked at together.
const PART: usize = 512;

/// Whether all numbers are regular, but for those that fill no register.
#[inline(always)]
fn all_regular<V: Register>(x: &[V::Float], y: &[V::Float]) -> bool {
    let mut registers = x.chunks_exact(V::LENGTH).zip(y.chunks_exact(V::LENGTH));
    registers.all(|(x, y)| V::load(x).are_regular(V::load(y)))
}

/// One instruction, or an expression of them, for both halves of some pairs.
macro_rules! both {
    ($($x:ident = $pair:expr),* => $value:expr) => {
        [
            {
                let ($($x,)*) = ($($pair[0],)*);
                $value
            },
            {
                let ($($x,)*) = ($($pair[1],)*);
                $value
            },
        ]
    };
}

macro_rules! register {
    ($register:ident, $float:ident, $inner:ident, $mask:ident, $length:literal, $bits:ident,
     $set:ident, $add:ident, $sub:ident, $mul:ident, $div:ident, $fmadd:ident, $sqrt:ident, $abs:ident, $xor:ident, $less:ident,
     $blend:ident, $getexp:ident, $getmant:ident, $scalef:ident, $shift:ident, $convert:ident, $sub_bits:ident, $and:ident,
     $fixup:ident, $set_bits:ident, $ternary:ident, $to_bits:ident, $from_bits:ident, $load:ident, $store:ident,
     $min:ident, $max:ident, $entry:ident, $shift_left:ident, $add_bits:ident, $mask_less:ident, $limit:literal) => {
        #[doc = concat!("Twice ", stringify!($length), " numbers.")]
        #[derive(Clone, Copy)]
        pub struct $register([$inner; 2]);

        impl Add for $register {
            type Output = Self;
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: there are registers only where the processor has AVX-512.
                unsafe { Self(both!(x = self.0, y = other.0 => $add(x, y))) }
            }
        }
        impl Sub for $register {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0, y = other.0 => $sub(x, y))) }
            }
        }
        impl Mul for $register {
            type Output = Self;
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0, y = other.0 => $mul(x, y))) }
            }
        }
        impl Div for $register {
            type Output = Self;
            #[inline(always)]
            fn div(self, other: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0, y = other.0 => $div(x, y))) }
            }
        }
        impl Neg for $register {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0 => $xor(x, $set(-0.0)))) }
            }
        }

        impl Lanes for $register {
            type Float = $float;
            type Mask = [$mask; 2];
            #[inline(always)]
            fn of(x: $float) -> Self {
                // SAFETY: only functions that `map1` and `map2` run on registers ask for one.
                unsafe { Self([$set(x); 2]) }
            }
            #[inline(always)]
            fn fused<L: Level>(self, factor: Self, summand: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0, y = factor.0, z = summand.0 => $fmadd(x, y, z))) }
            }
            #[inline(always)]
            fn product<L: Level>(self, other: Self) -> (Self, Self) {
                let product = self * other;
                (product, self.fused::<L>(other, -product))
            }
            #[inline(always)]
            fn between(self, low: $float, high: $float) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0 => $min($set(high), $max($set(low), x)))) }
            }
            #[inline(always)]
            fn entry(self, table: &[$float; 16]) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0 => $entry($to_bits(x), table))) }
            }
            #[inline(always)]
            fn half_times_power<L: Level>(self, n_plus_magic: Self) -> Self {
                /// [`MAGIC`](crate::math), and 1 for the half.
                const LESS: $float = 1.5 * (1_u64 << ($float::MANTISSA_DIGITS - 1)) as $float + 1.0;
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0, n = n_plus_magic.0 => $scalef(x, $sub(n, $set(LESS))))) }
            }
            #[inline(always)]
            fn times_power(self, n_plus_magic: Self) -> Self {
                // SAFETY: as above.
                unsafe {
                    Self(both!(x = self.0, n = n_plus_magic.0 => {
                        let n = $shift_left::<{ $float::MANTISSA_DIGITS - 1 }>($to_bits(n));
                        $from_bits($add_bits($to_bits(x), n))
                    }))
                }
            }
            #[inline(always)]
            fn root(self) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0 => $sqrt(x))) }
            }
            #[inline(always)]
            fn magnitude(self) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(x = self.0 => $abs(x))) }
            }
            #[inline(always)]
            fn signed_as(self, sign: Self) -> Self {
                // The bit of the second where the third has one, and else of the first.
                const CHOOSE: i32 = 0b1101_1000;
                // SAFETY: as above.
                unsafe {
                    let mask = $set_bits($bits::MIN);
                    Self(both!(x = self.0, y = sign.0 => $from_bits(
                        $ternary::<CHOOSE>($to_bits(x), $to_bits(y), mask)
                    )))
                }
            }
            #[inline(always)]
            fn less(self, other: Self) -> Self::Mask {
                // SAFETY: as above.
                unsafe { both!(x = self.0, y = other.0 => $less::<_CMP_LT_OQ>(x, y)) }
            }
            #[inline(always)]
            fn select(condition: Self::Mask, then: Self, otherwise: Self) -> Self {
                // SAFETY: as above.
                unsafe { Self(both!(c = condition, x = otherwise.0, y = then.0 => $blend(c, x, y))) }
            }
            #[inline(always)]
            fn exponent_and_mantissa(self) -> (Self, Self) {
                // SAFETY: as above.
                unsafe {
                    let m = both!(x = self.0 => $getmant::<_MM_MANT_NORM_P75_1P5, _MM_MANT_SIGN_SRC>(x));
                    (Self(both!(x = self.0, m = m => $sub($getexp(x), $getexp(m)))), Self(m))
                }
            }
            #[inline(always)]
            fn scaled_to(self, x: Self) -> (Self, Self, Self) {
                const THREE_QUARTERS: $bits = (0.75 as $float).to_bits() as $bits;
                const FOUR: $bits = (4.0 as $float).to_bits() as $bits;
                const MANTISSA_BITS: u32 = $float::MANTISSA_DIGITS - 1;
                // SAFETY: as above.
                unsafe {
                    let exponent = both!(x = self.0 => $and(
                        $sub_bits($to_bits(x), $set_bits(THREE_QUARTERS)),
                        $set_bits(!0 << MANTISSA_BITS)
                    ));
                    (
                        Self(both!(e = exponent => $convert($shift::<MANTISSA_BITS>(e)))),
                        Self(both!(e = exponent => $from_bits($sub_bits($set_bits(FOUR), e)))),
                        Self(both!(e = exponent, x = x.0 => $from_bits($sub_bits($to_bits(x), e)))),
                    )
                }
            }
            #[inline(always)]
            fn or_logarithm_of_special(self, x: Self) -> Self {
                // SAFETY: as above.
                unsafe {
                    let table = $set_bits(LOGARITHM as $bits);
                    Self(both!(value = self.0, x = x.0 => $fixup::<0>(value, x, table)))
                }
            }
        }

        impl Register for $register {
            const LENGTH: usize = 2 * $length;
            #[inline(always)]
            fn load(x: &[$float]) -> Self {
                assert_eq!(x.len(), Self::LENGTH);
                let x = x.as_ptr();
                // SAFETY: the slice has as many numbers as are read.
                unsafe { Self([$load(x), $load(x.add($length))]) }
            }
            #[inline(always)]
            fn store(self, out: &mut [MaybeUninit<$float>]) {
                assert_eq!(out.len(), Self::LENGTH);
                let out = out.as_mut_ptr().cast::<$float>();
                // SAFETY: the slice has as many numbers as are written.
                unsafe {
                    $store(out, self.0[0]);
                    $store(out.add($length), self.0[1]);
                }
            }
            #[inline(always)]
            fn are_regular(self, y: Self) -> bool {
                const ONE: $bits = (1.0 as $float).to_bits() as $bits;
                const INFINITY: $bits = $float::INFINITY.to_bits() as $bits;
                const LIMIT: $float = $limit * (1_u64 << ($float::MANTISSA_DIGITS - 1)) as $float;
                // SAFETY: as above.
                let masks = unsafe {
                    both!(x = self.0, y = y.0 => {
                        let bits = $to_bits(x);
                        let log2 = $convert($sub_bits(bits, $set_bits(ONE)));
                        let below = $less::<_CMP_LT_OQ>($abs($mul(log2, y)), $set(LIMIT));
                        let above = $sub_bits(bits, $set_bits(1));
                        $mask_less(below, above, $set_bits(INFINITY - 1))
                    })
                };
                masks[0] & masks[1] == $mask::MAX
            }
            #[inline(always)]
            fn load_part(x: &[$float]) -> Self {
                let mut whole = [0.0; 2 * $length];
                whole[..x.len()].copy_from_slice(x);
                Self::load(&whole)
            }
            #[inline(always)]
            fn store_part(self, out: &mut [MaybeUninit<$float>]) {
                let mut whole = [MaybeUninit::new(0.0); 2 * $length];
                self.store(&mut whole);
                out.copy_from_slice(&whole[..out.len()]);
            }
        }
    };
}

/// The numbers of a table, by the first four bits of the mantissa.
#[inline(always)]
unsafe fn entry_ps(bits: __m512i, table: &[f32; 16]) -> __m512 {
    // SAFETY: the caller's promise that the processor has AVX-512.
    unsafe {
        let place = _mm512_srli_epi32::<{ f32::MANTISSA_DIGITS - 5 }>(bits);
        _mm512_permutexvar_ps(place, _mm512_loadu_ps(table.as_ptr()))
    }
}

/// The numbers of a table, by the first four bits of the mantissa.
#[inline(always)]
unsafe fn entry_pd(bits: __m512i, table: &[f64; 16]) -> __m512d {
    // SAFETY: the caller's promise that the processor has AVX-512.
    unsafe {
        let place = _mm512_srli_epi64::<{ f64::MANTISSA_DIGITS - 5 }>(bits);
        let (first, last) = (
            _mm512_loadu_pd(table.as_ptr()),
            _mm512_loadu_pd(table[8..].as_ptr()),
        );
        _mm512_permutex2var_pd(first, place, last)
    }
}

register!(
    Singles,
    f32,
    __m512,
    __mmask16,
    16,
    i32,
    _mm512_set1_ps,
    _mm512_add_ps,
    _mm512_sub_ps,
    _mm512_mul_ps,
    _mm512_div_ps,
    _mm512_fmadd_ps,
    _mm512_sqrt_ps,
    _mm512_abs_ps,
    _mm512_xor_ps,
    _mm512_cmp_ps_mask,
    _mm512_mask_blend_ps,
    _mm512_getexp_ps,
    _mm512_getmant_ps,
    _mm512_scalef_ps,
    _mm512_srai_epi32,
    _mm512_cvtepi32_ps,
    _mm512_sub_epi32,
    _mm512_and_epi32,
    _mm512_fixupimm_ps,
    _mm512_set1_epi32,
    _mm512_ternarylogic_epi32,
    _mm512_castps_si512,
    _mm512_castsi512_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_min_ps,
    _mm512_max_ps,
    entry_ps,
    _mm512_slli_epi32,
    _mm512_add_epi32,
    _mm512_mask_cmplt_epu32_mask,
    86.0
);
register!(
    Doubles,
    f64,
    __m512d,
    __mmask8,
    8,
    i64,
    _mm512_set1_pd,
    _mm512_add_pd,
    _mm512_sub_pd,
    _mm512_mul_pd,
    _mm512_div_pd,
    _mm512_fmadd_pd,
    _mm512_sqrt_pd,
    _mm512_abs_pd,
    _mm512_xor_pd,
    _mm512_cmp_pd_mask,
    _mm512_mask_blend_pd,
    _mm512_getexp_pd,
    _mm512_getmant_pd,
    _mm512_scalef_pd,
    _mm512_srai_epi64,
    _mm512_cvtepi64_pd,
    _mm512_sub_epi64,
    _mm512_and_epi64,
    _mm512_fixupimm_pd,
    _mm512_set1_epi64,
    _mm512_ternarylogic_epi64,
    _mm512_castpd_si512,
    _mm512_castsi512_pd,
    _mm512_loadu_pd,
    _mm512_storeu_pd,
    _mm512_min_pd,
    _mm512_max_pd,
    entry_pd,
    _mm512_slli_epi64,
    _mm512_add_epi64,
    _mm512_mask_cmplt_epu64_mask,
    700.0
);
