//! Logarithms: log, log2, log10 and log1p.
//!
//! Method: x = 2^k m with ¾ ≤ m < 1½, and log m = f + tail(f) with f = m - 1, where the large part f is exact.

use super::constants;
use super::lanes::{Lanes, fast_two_sum, paired_polynomial, polynomial};
use crate::kernel::level::Level;

macro_rules! logarithms {
    ($module:ident, $float:ident, tail: $tail:ident, $scaled:ident) => {
        pub(in crate::math) mod $module {
            use super::constants::$module::*;
            use super::*;

            /// k log 2 + f + low
            #[inline(always)]
            fn sum<L: Level, V: Lanes<Float = $float>>(k: V, f: V, low: V) -> V {
                let low = k.fused::<L>(V::of(LN_2_TAIL), low);
                // k LN_2_HEAD is exact and 0 or larger than f.
                let (sum, error) = fast_two_sum(k * V::of(LN_2_HEAD), f);
                sum + (error + low)
            }

            #[inline(always)]
            pub fn log<L: Level, V: Lanes<Float = $float>>(x: V) -> V {
                let (k, m) = x.exponent_and_mantissa();
                let f = m - V::of(1.0);
                sum::<L, V>(k, f, $tail::<L, V>(f)).or_logarithm_of_special(x)
            }

            /// log(1 + x + low) for a rounding error `low` of x.
            #[inline(always)]
            pub fn log1p_sum<L: Level, V: Lanes<Float = $float>>(x: V, low: V) -> V {
                let u = V::of(1.0) + x;
                // 2^(2 - k) is a float for every k, and x 2^-k one for every x where k is not 0.
                let (k, quarters, scaled) = u.scaled_to(x);
                let f = scaled + quarters.fused::<L>(V::of(0.25), V::of(-1.0));
                // log(1 + f + d) = log(1 + f) + d / (1 + f), and 1 - f is near enough to 1 / (1 + f).
                let low = V::of(0.25) * quarters * low;
                let low = $tail::<L, V>(f) + low.fused::<L>(-f, low);
                sum::<L, V>(k, f, low).or_logarithm_of_special(u)
            }

            #[inline(always)]
            pub fn log1p<L: Level, V: Lanes<Float = $float>>(x: V) -> V {
                let tiny = x.magnitude().less(V::of($float::EPSILON / 4.0));
                V::select(tiny, x, log1p_sum::<L, V>(x, V::of(0.0)))
            }

            /// k + f + f ((1 / log 2 - 1) + …)
            #[inline(always)]
            pub fn log2<L: Level, V: Lanes<Float = $float>>(x: V) -> V {
                let (k, m) = x.exponent_and_mantissa();
                let f = m - V::of(1.0);
                $scaled::<L, V>(f, INV_LN_2_HI, INV_LN_2_LESS_ONE, k + f).or_logarithm_of_special(x)
            }

            /// k log10 2 + f / 2 + f ((1 / log 10 - 1/2) + …)
            #[inline(always)]
            pub fn log10<L: Level, V: Lanes<Float = $float>>(x: V) -> V {
                let (k, m) = x.exponent_and_mantissa();
                let f = m - V::of(1.0);
                let low = k * V::of(LOG10_2_TAIL);
                let low = $scaled::<L, V>(f, INV_LN_10_HI, INV_LN_10_LESS_HALF, low);
                // k LOG10_2_HEAD is exact.
                let sum = f.fused::<L>(V::of(0.5), k * V::of(LOG10_2_HEAD));
                (sum + low).or_logarithm_of_special(x)
            }
        }
    };
}
logarithms!(single, f32, tail: tail_single, scaled_single);
logarithms!(double, f64, tail: tail_double, scaled_double);

/// log(1 + f) - f, for 1 + f in [¾, 1½].
#[inline(always)]
fn tail_single<L: Level, V: Lanes<Float = f32>>(f: V) -> V {
    const LOG: [f32; 9] = constants::single::LOG;
    // Apart from the square, whose rounding errors count most.
    const CUBIC: [f32; 8] = [
        LOG[1], LOG[2], LOG[3], LOG[4], LOG[5], LOG[6], LOG[7], LOG[8],
    ];
    let square = f * f;
    let cubic = paired_polynomial::<L, _, _>(f, square, CUBIC);
    (f * square).fused::<L>(cubic, V::of(LOG[0]) * square)
}

/// log(1 + f) - f, for 1 + f in [¾, 1½]: with s = f / (2 + f), log(1 + f) = 2 atanh s = 2 s + s R(s²), written as
/// f - (f²/2 - s (f²/2 + R)) (as in fdlibm's `e_log.c`, Sun Microsystems, 1993). A polynomial in f would be twice as long.
#[inline(always)]
fn tail_double<L: Level, V: Lanes<Float = f64>>(f: V) -> V {
    let s = f / (V::of(2.0) + f);
    let z = s * s;
    let half_square = V::of(0.5) * f * f;
    let tail = z.fused::<L>(
        polynomial::<L, _, _>(z, constants::double::LOG),
        half_square,
    );
    s.fused::<L>(tail, -half_square)
}

/// `sum` + `rest` f + `factor` (log(1 + f) - f), with a polynomial that is shorter by a term where products are not rounded.
#[inline(always)]
fn scaled_single<L: Level, V: Lanes<Float = f32>>(f: V, factor: f32, rest: f32, sum: V) -> V {
    let times = |coefficient: f32| factor * coefficient;
    let polynomial = match L::FMA {
        true => polynomial::<L, _, _>(f, constants::single::LOG_SHORT.map(times)),
        false => polynomial::<L, _, _>(f, constants::single::LOG.map(times)),
    };
    f.fused::<L>(f.fused::<L>(polynomial, V::of(rest)), sum)
}

/// `sum` + `rest` f + `factor` (log(1 + f) - f).
#[inline(always)]
fn scaled_double<L: Level, V: Lanes<Float = f64>>(f: V, factor: f64, rest: f64, sum: V) -> V {
    tail_double::<L, V>(f).fused::<L>(V::of(factor), V::of(rest) * f) + sum
}
