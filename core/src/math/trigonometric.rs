//! Trigonometric functions: sin, cos, tan and sinc, over the whole range of arguments.
//!
//! Method: x = n π/2 + r with |r| ≤ π/4, after Payne and Hanek (Radian reduction for trigonometric functions, ACM
//! SIGNUM Newsletter 18, 1983): x = M 2^q for an integer M, and only those bits of 2^q 2/π matter that are not multiples
//! of 4. Constants made at compile time hold them for each exponent (in single precision for 32 exponents together), so
//! that every argument takes the same few instructions and a loop vectorises. Then minimax polynomials.
//!
//! That is the long way. Where |x| < [`NEAR_SINGLE`] or [`NEAR_DOUBLE`], π/2 in three parts is enough (Cody and Waite, Software Manual for the
//! Elementary Functions, 1980). A loop takes both ways and chooses, unless it has looked at its arguments
//! before: [`Near`](crate::kernel::level::Near).

use super::VectorMath;
use super::arithmetic::{double as wide, select};
use super::constants;
use crate::kernel::level::Level;

/// `count` ≤ 64 bits of 2/π from the bit of weight 2^-first on; bits before the point are 0.
const fn bits_of_two_over_pi(first: i32, count: i32) -> u64 {
    const fn word(i: i32) -> u128 {
        let words = &constants::TWO_OVER_PI;
        if 0 <= i && (i as usize) < words.len() {
            words[i as usize] as u128
        } else {
            0
        }
    }
    // The bit of weight 2^-1 is the first one.
    let (i, before) = ((first - 1).div_euclid(64), (first - 1).rem_euclid(64));
    ((word(i) << 64 | word(i + 1)) << before >> (128 - count)) as u64
}

/// Below it, n has at most 15 or 30 bits, so that π/2 in three parts leaves what matters of x - n π/2.
pub const NEAR_SINGLE: f32 = two_to(15) as f32;
/// See [`NEAR_SINGLE`].
pub const NEAR_DOUBLE: f64 = two_to(30);

/// 2^n for a normal result.
const fn two_to(n: i32) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

/// Row e: 2^(e-52) 2/π modulo 4, in parts of 53 bits from weight 2 downwards.
static DOUBLE_ROWS: [[f64; 4]; 1024] = {
    let mut rows = [[0.0; 4]; 1024];
    let mut e = 0;
    while e < 1024 {
        let mut part = 0;
        while part < 4 {
            let first = e - 53 + 53 * part;
            rows[e as usize][part as usize] =
                bits_of_two_over_pi(first, 53) as f64 * two_to(-51 - 53 * part);
            part += 1;
        }
        e += 1;
    }
    rows
};

/// 2^(exponent-23) 2/π modulo 4, in parts of 29, 29, 29 and 53 bits from weight 2 downwards.
const fn single_row(exponent: i32) -> [f64; 4] {
    let first = exponent - 24;
    [
        bits_of_two_over_pi(first, 29) as f64 * two_to(-27),
        bits_of_two_over_pi(first + 29, 29) as f64 * two_to(-27 - 29),
        bits_of_two_over_pi(first + 58, 29) as f64 * two_to(-27 - 58),
        bits_of_two_over_pi(first + 87, 53) as f64 * two_to(-27 - 58 - 53),
    ]
}

pub(in crate::math) mod single {
    use super::super::arithmetic::single::*;
    use super::constants::single::{COS, PI_2_HI, PI_2_LO, PI_2_REST, SIN, TAN};
    use super::*;

    /// (n, r, error) with x = n π/2 + r + error modulo 2 π.
    #[inline(always)]
    fn reduce<L: Level>(x: f32) -> (u32, f32, f32) {
        // The short way needs fused multiply-adds.
        if !L::FMA {
            return reduce_far::<L>(x);
        }
        let near = reduce_near::<L>(x);
        if L::NEAR {
            return near;
        }
        let far = reduce_far::<L>(x);
        let is_near = VectorMath::is_near(x);
        (
            select(is_near, near.0, far.0),
            select(is_near, near.1, far.1),
            select(is_near, near.2, far.2),
        )
    }

    /// For |x| < [`NEAR_SINGLE`]: the first difference is exact, since it is below 1 and a multiple of 2^-24 or of x's last bit.
    #[inline(always)]
    fn reduce_near<L: Level>(x: f32) -> (u32, f32, f32) {
        let n = mul_add::<L>(x, core::f32::consts::FRAC_2_PI, MAGIC);
        let k = n - MAGIC;
        let difference = mul_add::<L>(k, -PI_2_HI, x);
        let (product, product_low) = two_product::<L>(k, PI_2_LO);
        let r = difference - product;
        let error = (difference - r) - product;
        (
            n.to_bits(),
            r,
            error - mul_add::<L>(k, PI_2_REST, product_low),
        )
    }

    /// Four rows, for 32 exponents each, are chosen by selects, which is faster than a table.
    #[inline(always)]
    fn reduce_far<L: Level>(x: f32) -> (u32, f32, f32) {
        const ROWS: [[f64; 4]; 4] = [
            single_row(0),
            single_row(32),
            single_row(64),
            single_row(96),
        ];
        let x = f64::from(x);
        let (a, b, c) = (
            x.abs() < two_to(32),
            x.abs() < two_to(64),
            x.abs() < two_to(96),
        );
        let choose =
            |row: [f64; 4]| select(a, row[0], select(b, row[1], select(c, row[2], row[3])));
        let part = |k: usize| choose([ROWS[0][k], ROWS[1][k], ROWS[2][k], ROWS[3][k]]);
        let mantissa = x * choose([two_to(23), two_to(-9), two_to(-41), two_to(-73)]);
        // Products of 24 and 29 bits, exact and below 2^58, 2^29 and 1; less multiples of 256 and 4.
        let (p0, p1, p2) = (mantissa * part(0), mantissa * part(1), mantissa * part(2));
        const MAGIC_256: f64 = 256.0 * wide::MAGIC;
        const MAGIC_4: f64 = 4.0 * wide::MAGIC;
        let p0 = p0 - ((p0 + MAGIC_256) - MAGIC_256);
        let p1 = p1 - ((p1 + MAGIC_4) - MAGIC_4);
        let n = (p0 + p1 + p2) + wide::MAGIC;
        // The fraction may be as small as 2^-32 where the first three parts cancel.
        let (sum, error) = wide::two_sum(p0 - (n - wide::MAGIC), p1);
        let fraction = (sum + p2) + wide::mul_add::<L>(mantissa, part(3), error);
        let exact = fraction * core::f64::consts::FRAC_PI_2;
        let r = exact as f32;
        (n.to_bits() as u32, r, (exact - f64::from(r)) as f32)
    }

    /// sin(r + error)
    #[inline(always)]
    fn sin_polynomial<L: Level>(r: f32, error: f32) -> f32 {
        let z = r * r;
        r + mul_add::<L>(z * r, polynomial::<L, _, _>(z, SIN), error)
    }

    /// cos(r + error)
    #[inline(always)]
    fn cos_polynomial<L: Level>(r: f32, error: f32) -> f32 {
        let z = r * r;
        let tail = mul_add::<L>(z * z, polynomial::<L, _, _>(z, COS), -(r * error));
        mul_add::<L>(z, -0.5, 1.0) + tail
    }

    /// sin(r + error + (n + quarter) π/2)
    #[inline(always)]
    fn turned<L: Level>((n, r, error): (u32, f32, f32), quarter: u32) -> f32 {
        let n = n.wrapping_add(quarter);
        let (sin, cos) = (sin_polynomial::<L>(r, error), cos_polynomial::<L>(r, error));
        let value = select(n & 1 == 0, sin, cos);
        f32::from_bits(value.to_bits() ^ (n & 2) << 30)
    }

    #[inline(always)]
    pub fn sin<L: Level>(x: f32) -> f32 {
        // -0 + 0 would lose the sign of zero.
        select(x == 0.0, x, turned::<L>(reduce::<L>(x), 0))
    }

    #[inline(always)]
    pub fn cos<L: Level>(x: f32) -> f32 {
        turned::<L>(reduce::<L>(x), 1)
    }

    #[inline(always)]
    pub fn tan<L: Level>(x: f32) -> f32 {
        let (n, r, error) = reduce::<L>(x);
        let z = r * r;
        // The tangent's derivative is near 1 + r².
        let low = mul_add::<L>(error, z, error);
        let tangent = r + mul_add::<L>(r * z, polynomial::<L, _, _>(z, TAN), low);
        let value = select(n & 1 == 0, tangent, -1.0 / tangent);
        select(x == 0.0, x, value)
    }

    #[inline(always)]
    pub fn sinc<L: Level>(x: f32) -> f32 {
        super::double::sinc::<L>(f64::from(x)) as f32
    }
}

pub(in crate::math) mod double {
    use super::super::arithmetic::double::*;
    use super::super::rounding::double::rint;
    use super::constants::double::*;
    use super::*;

    /// x = n π/2 + r + error modulo 2 π, with n plus MAGIC.
    #[inline(always)]
    fn reduce<L: Level>(x: f64) -> (f64, f64, f64) {
        // The short way needs fused multiply-adds.
        if !L::FMA {
            return reduce_far::<L>(x);
        }
        let near = reduce_near::<L>(x);
        if L::NEAR {
            return near;
        }
        let far = reduce_far::<L>(x);
        let is_near = VectorMath::is_near(x);
        (
            select(is_near, near.0, far.0),
            select(is_near, near.1, far.1),
            select(is_near, near.2, far.2),
        )
    }

    /// For |x| < [`NEAR`]: the first difference is exact, since it is below 2 and a multiple of 2^-52 where x is not below 1.
    #[inline(always)]
    fn reduce_near<L: Level>(x: f64) -> (f64, f64, f64) {
        let n = mul_add::<L>(x, core::f64::consts::FRAC_2_PI, MAGIC);
        let k = n - MAGIC;
        let difference = mul_add::<L>(k, -PI_2_HI, x);
        let (product, product_low) = two_product::<L>(k, PI_2_LO);
        let (r, error) = two_sum(difference, -product);
        (n, r, mul_add::<L>(k, -PI_2_REST, error - product_low))
    }

    #[inline(always)]
    fn reduce_far<L: Level>(x: f64) -> (f64, f64, f64) {
        let small = x.abs() < 1.0;
        let exponent = select(small, 0, (x.to_bits() >> 52 & 0x7ff).wrapping_sub(1023)) & 1023;
        let row = &DOUBLE_ROWS[exponent as usize];
        let mantissa = x * f64::from_bits((1023 + 52 - exponent) << 52);
        let (p0, e0) = two_product::<L>(mantissa, row[0]);
        let (p1, e1) = two_product::<L>(mantissa, row[1]);
        let (p2, e2) = two_product::<L>(mantissa, row[2]);
        let e2 = mul_add::<L>(mantissa, row[3], e2);
        // p0 is below 2^55: take away the multiples of 16, the spacing of floats around this constant.
        const MAGIC_16: f64 = 16.0 * MAGIC;
        let p0 = p0 - ((p0 + MAGIC_16) - MAGIC_16);
        let (sum, d0) = two_sum(p0, e0);
        let (sum, d1) = two_sum(sum, p1);
        let n = sum + MAGIC;
        // The fraction may be as small as 2^-62, so every rounding error is kept once.
        let (sum, c0) = two_sum(sum - (n - MAGIC), d0);
        let (sum, c1) = two_sum(sum, d1);
        let (sum, c2) = two_sum(sum, e1);
        let (sum, c3) = two_sum(sum, p2);
        let (f, g) = fast_two_sum(sum, (c0 + c1) + (c2 + c3) + e2);
        let (r, error) = two_product::<L>(f, PI_2_HI);
        let (r, error) = fast_two_sum(r, mul_add::<L>(f, PI_2_LO, mul_add::<L>(g, PI_2_HI, error)));
        let direct = x.abs() < core::f64::consts::FRAC_PI_4;
        (
            select(direct, MAGIC, n),
            select(direct, x, r),
            select(direct, 0.0, error),
        )
    }

    /// sin(r + error)
    #[inline(always)]
    fn sin_polynomial<L: Level>(r: f64, error: f64) -> f64 {
        let z = r * r;
        let low = mul_add::<L>(
            error,
            mul_add::<L>(z, -0.5, 1.0),
            z * r * polynomial::<L, _, _>(z, SIN),
        );
        r + low
    }

    /// cos(r + error)
    #[inline(always)]
    fn cos_polynomial<L: Level>(r: f64, error: f64) -> f64 {
        let z = r * r;
        let half = 0.5 * z;
        let (high, rounding) = fast_two_sum(1.0, -half);
        let low = mul_add::<L>(z * z, polynomial::<L, _, _>(z, COS), rounding - r * error);
        high + low
    }

    /// sin(r + error + (n + quarter) π/2)
    #[inline(always)]
    fn turned<L: Level>((n, r, error): (f64, f64, f64), quarter: u64) -> f64 {
        let n = n.to_bits().wrapping_add(quarter);
        let value = select(
            n & 1 == 0,
            sin_polynomial::<L>(r, error),
            cos_polynomial::<L>(r, error),
        );
        f64::from_bits(value.to_bits() ^ (n & 2) << 62)
    }

    #[inline(always)]
    pub fn sin<L: Level>(x: f64) -> f64 {
        // -0 + 0 would lose the sign of zero.
        select(x == 0.0, x, turned::<L>(reduce::<L>(x), 0))
    }

    #[inline(always)]
    pub fn cos<L: Level>(x: f64) -> f64 {
        turned::<L>(reduce::<L>(x), 1)
    }

    #[inline(always)]
    pub fn tan<L: Level>(x: f64) -> f64 {
        let (n, r, error) = reduce::<L>(x);
        let z = r * r;
        // The tangent's derivative is near 1 + r².
        let low = mul_add::<L>(error, z, error);
        let tail = paired_polynomial::<L, _, _>(z, z * z, TAN);
        let tangent = r + mul_add::<L>(r * z, tail, low);
        let value = select(n.to_bits() & 1 == 0, tangent, -1.0 / tangent);
        select(x == 0.0, x, value)
    }

    /// sin(π x) / (π x), 1 at 0, 0 at other integers: x is reduced before it is multiplied by π.
    #[inline(always)]
    pub fn sinc<L: Level>(x: f64) -> f64 {
        let within = x - 2.0 * rint::<L>(0.5 * x);
        let n = 2.0 * within + MAGIC;
        let f = within - 0.5 * (n - MAGIC);
        let (r, error) = two_product::<L>(f, PI_HI);
        let sin = turned::<L>((n, r, mul_add::<L>(f, PI_LO, error)), 0);
        // 0 at the other integers; NaN at infinity, as NumPy has it.
        let value = select(rint::<L>(x) == x, 0.0 * x.abs(), sin / (PI_HI * x));
        select(x == 0.0, 1.0, value)
    }
}
