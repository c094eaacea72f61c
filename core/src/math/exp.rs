//! Exponentials: exp, exp2, exp10, expm1 and exprel.
//!
//! Method: x = n ln 2 + r with |r| ≤ ln 2 / 2, where n ln 2 is subtracted in two parts (Cody and Waite, Software
//! Manual for the Elementary Functions, 1980); e^r = 1 + r + r² P(r) with a minimax P; then scaled by 2^n.

use super::arithmetic::select;
use super::constants;
use super::lanes::Lanes;
use crate::kernel::level::Level;

macro_rules! exponentials {
    ($module:ident, $float:ident, exp: [$exp_low:literal, $exp_high:literal], exp2: [$exp2_low:literal, $exp2_high:literal],
     exp10: [$exp10_low:literal, $exp10_high:literal], expm1: [$expm1_low:literal, $expm1_high:literal], tiny: $tiny:literal) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::constants::$module::*;
            use super::*;

            /// e^x = 2^n (1 + head + tail), |head| ≤ ln 2 / 2 and |tail| well below it. n is given plus MAGIC.
            pub struct Reduced<V> {
                pub n: V,
                pub head: V,
                pub tail: V,
            }

            /// Reduces x + low.
            #[inline(always)]
            pub fn reduce<L: Level, V: Lanes<Float = $float>>(x: V, low: V) -> Reduced<V> {
                let n = x.fused::<L>(V::of(INV_LN_2_HI), V::of(MAGIC));
                let k = n - V::of(MAGIC);
                let r = k.fused::<L>(V::of(-LN_2_HEAD), x); // exact
                let (head, error) = fast_two_sum(r, k.fused::<L>(V::of(-LN_2_TAIL), low));
                Reduced {
                    n,
                    head,
                    tail: tail::<L, V>(head, error),
                }
            }

            /// What e^(head + error) has beyond 1 + head.
            #[inline(always)]
            fn tail<L: Level, V: Lanes<Float = $float>>(head: V, error: V) -> V {
                (head * head).fused::<L>(polynomial::<L, _, _>(head, EXP), error)
            }

            /// e^(x + low) for a small `low`, given as 2^n (1 + rest), with n plus MAGIC.
            #[inline(always)]
            pub fn exp_sum<L: Level, V: Lanes<Float = $float>>(x: V, low: V) -> (V, V) {
                let n = x.fused::<L>(V::of(INV_LN_2_HI), V::of(MAGIC));
                let k = n - V::of(MAGIC);
                let r = k.fused::<L>(V::of(-LN_2_HEAD), x); // exact
                let r = r + k.fused::<L>(V::of(-LN_2_TAIL), low);
                let square = r * r;
                let tail = paired_polynomial::<L, _, _>(r, square, EXP_ALONE);
                (n, square.fused::<L>(tail, r))
            }

            /// e^x = 2^n (1 + rest), |rest| ≤ √2 - 1, where the rounding of the reduced argument counts in the polynomial
            /// alone. n is given plus MAGIC. The polynomial is `EXP` where `rest` is wanted relative to itself, or the shorter
            /// `EXP_ALONE`.
            #[inline(always)]
            pub fn simple<L: Level, const N: usize>(
                x: $float,
                polynomial: [$float; N],
            ) -> ($float, $float) {
                reduced::<L, N>(x, 1.0, polynomial)
            }

            /// As [`simple`], e^(factor x) = 2^n (1 + factor rest), with the polynomial of e^(factor r).
            #[inline(always)]
            fn reduced<L: Level, const N: usize>(
                x: $float,
                factor: $float,
                polynomial: [$float; N],
            ) -> ($float, $float) {
                let n = mul_add::<L>(x, factor * INV_LN_2_HI, MAGIC);
                let k = n - MAGIC;
                let head = mul_add::<L>(k, -LN_2_HEAD / factor, x); // exact
                let low = k * (-LN_2_TAIL / factor);
                let r = head + low;
                let square = r * r;
                let tail = paired_polynomial::<L, _, N>(r, square, polynomial);
                (n, head + mul_add::<L>(square, tail, low))
            }

            /// The arguments between which [`exp`] is no power of the smallest or the largest float.
            pub const EXP_LIMITS: ($float, $float) = ($exp_low, $exp_high);

            #[inline(always)]
            pub fn exp<L: Level>(x: $float) -> $float {
                let (n, rest) = simple::<L, _>(clamp(x, $exp_low, $exp_high), EXP_ALONE);
                scale_half::<L>(mul_add::<L>(2.0, rest, 2.0), n)
            }

            #[inline(always)]
            pub fn exp2<L: Level, V: Lanes<Float = $float>>(x: V) -> V {
                let x = x.between($exp2_low, $exp2_high);
                let n = x + V::of(MAGIC);
                let f = x - (n - V::of(MAGIC)); // exact
                let twice = f + f;
                let others = twice * f * paired_polynomial::<L, _, _>(f, f * f, EXP2);
                // 2 + twice log 2 + others, where the product's rounding error would be too much.
                let (two, factor) = (V::of(2.0), V::of(LN_2_HI));
                let value = if L::FMA {
                    two + twice.fused::<L>(factor, others)
                } else {
                    let (sum, error) = fast_two_sum(two, twice * factor);
                    sum + (error + others)
                };
                value.half_times_power::<L>(n)
            }

            #[inline(always)]
            pub fn exp10<L: Level>(x: $float) -> $float {
                let x = clamp(x, $exp10_low, $exp10_high);
                let n = mul_add::<L>(x, LN_10_HI * INV_LN_2_HI, MAGIC);
                let k = n - MAGIC;
                let f = mul_add::<L>(k, -LOG10_2_HEAD, x); // exact
                let (f, f_error) = fast_two_sum(f, k * -LOG10_2_TAIL);
                let (head, error) = two_product::<L>(f, LN_10_HI);
                let error = mul_add::<L>(f_error, LN_10_HI, mul_add::<L>(f, LN_10_LO, error));
                scale_half::<L>(2.0 + 2.0 * (head + tail::<L, _>(head, error)), n)
            }

            /// (e^x - 1) / 4 for x up to the limit of [`sinh`](super::super::hyperbolic), with a small relative error near 0 too,
            /// where n is 0.
            #[inline(always)]
            pub fn quarter_expm1<L: Level>(x: $float) -> $float {
                let (n, rest) = simple::<L, _>(x, EXP);
                let power = power_of_two(n - 2.0);
                mul_add::<L>(power, rest, power - 0.25)
            }

            /// e^x / 4.
            #[inline(always)]
            pub fn quarter_exp<L: Level>(x: $float) -> $float {
                let (n, rest) = simple::<L, _>(x, EXP_ALONE);
                let power = power_of_two(n - 2.0);
                mul_add::<L>(power, rest, power)
            }

            /// (e^(2 a) - 1) / 2 for an `a` from 0 to a few tens, with a small relative error near 0 too, where n is 0.
            #[inline(always)]
            pub fn half_expm1_of_double<L: Level>(a: $float) -> $float {
                // e^2r = 1 + 2 (r + r² 2 P(2 r))
                const TAIL: [$float; EXP.len()] = {
                    let mut coefficients = EXP;
                    let mut factor = 2.0;
                    let mut i = 0;
                    while i < EXP.len() {
                        coefficients[i] *= factor;
                        factor *= 2.0;
                        i += 1;
                    }
                    coefficients
                };
                let (n, rest) = reduced::<L, _>(a, 2.0, TAIL);
                let power = power_of_two(n);
                mul_add::<L>(power, rest, mul_add::<L>(0.5, power, -0.5))
            }

            #[inline(always)]
            pub fn expm1<L: Level>(x: $float) -> $float {
                let value = 4.0 * quarter_expm1::<L>(clamp(x, $expm1_low, $exp_high));
                // A quarter of a subnormal number loses digits, and -0 its sign.
                select(x.abs() < $tiny, x, value)
            }

            /// (e^x - 1) / x, 1 at 0.
            #[inline(always)]
            pub fn exprel<L: Level>(x: $float) -> $float {
                // x = inf would give inf / inf; the value is inf long before.
                let divisor = clamp(x, -<$float>::INFINITY, 4.0 * $expm1_high);
                // e^x - 1 = (2^n - 1) + 2^n rest, over 2^16, so that it overflows only where the quotient does.
                let (n, rest) = simple::<L, _>(clamp(x, $expm1_low, $expm1_high), EXP);
                let part = power_of_two(n - 16.0);
                let difference = mul_add::<L>(part, rest, part - 1.0 / 65536.0);
                // The factor goes where it neither overflows nor comes after a loss of digits.
                let (before, after) =
                    (select(x < 0.0, 65536.0, 1.0), select(x < 0.0, 1.0, 65536.0));
                let quotient = difference * before / divisor * after;
                select(x.abs() < $tiny, 1.0, quotient)
            }
        }
    };
}
exponentials!(single, f32, exp: [-104.5, 89.0], exp2: [-152.0, 128.0], exp10: [-46.0, 38.6], expm1: [-20.0, 95.0], tiny: 1e-9);
exponentials!(double, f64, exp: [-746.0, 710.0], exp2: [-1080.0, 1024.0], exp10: [-325.0, 308.4], expm1: [-40.0, 720.0], tiny: 1e-18);
