//! Logarithm, sine and cosine for draws.
//!
//! These use additions, multiplications, divisions and square roots only, and no fused multiply-add: a draw then has the same
//! bits on every processor, not only at every thread count. The domains are what draws need: no special values.

/// `ln x` for a positive normal number.
///
/// With `x = m 2^k`, `√½ ≤ m < √2` and `s = (m − 1) / (m + 1)`: `ln x = k ln 2 + 2 (s + s³/3 + s⁵/5 + …)`. As `s² < 0.0295`,
/// the terms up to `s⁹` (`s²¹` for f64) leave an error below a unit in the last place.
pub(super) trait Elementary: Copy {
    fn ln_positive(self) -> Self;
    /// Cosine and sine of `(quadrant + self) π/2` for `|self| ≤ ½`; of `quadrant`, the lowest two bits count.
    fn cos_sin_quarter(self, quadrant: u32) -> (Self, Self);
}

macro_rules! elementary {
    ($float:ident, $bits:ident, $int:ident, mantissa: $mantissa:expr,
     ln2: [$ln2_high:expr, $ln2_low:expr], atanh: [$($atanh:expr),*], sin: [$($sin:expr),*], cos: [$($cos:expr),*]) => {
        impl Elementary for $float {
            #[inline(always)]
            fn ln_positive(self) -> Self {
                // Subtracting the bits of √½ moves the boundary of exponents there.
                const SQRT_HALF: $bits = std::$float::consts::FRAC_1_SQRT_2.to_bits();
                let bits = self.to_bits();
                let k = (bits.wrapping_sub(SQRT_HALF) as $int) >> $mantissa;
                let m = $float::from_bits(bits.wrapping_sub((k << $mantissa) as $bits));
                let k = k as i32 as $float;
                let s = (m - 1.0) / (m + 1.0);
                let z = s * s;
                let series = polynomial!(z, $($atanh),*);
                k * $ln2_high + (s * (2.0 * z * series) + (2.0 * s + k * $ln2_low))
            }

            #[inline(always)]
            fn cos_sin_quarter(self, quadrant: u32) -> (Self, Self) {
                const SIGN: u32 = $bits::BITS - 1;
                let x = self * std::$float::consts::FRAC_PI_2;
                let z = x * x;
                let sin = x + x * z * polynomial!(z, $($sin),*);
                let cos = 1.0 + z * polynomial!(z, $($cos),*);
                let odd = quadrant & 1 != 0;
                let (first, second) = if odd { (sin, cos) } else { (cos, sin) };
                let negate_first = (quadrant ^ (quadrant >> 1)) & 1;
                let negate_second = (quadrant >> 1) & 1;
                (
                    $float::from_bits(first.to_bits() ^ ($bits::from(negate_first) << SIGN)),
                    $float::from_bits(second.to_bits() ^ ($bits::from(negate_second) << SIGN)),
                )
            }
        }
    };
}

/// Horner's rule, coefficients from the constant on.
macro_rules! polynomial {
    ($x:expr, $last:expr) => { $last };
    ($x:expr, $first:expr, $($rest:expr),+) => { $first + $x * polynomial!($x, $($rest),+) };
}

elementary!(f32, u32, i32, mantissa: 23,
    // ln 2 in two parts; the first has 15 bits, so that its product with k is exact
    ln2: [0.693_145_75, 1.428_606_8e-6],
    atanh: [1.0 / 3.0, 1.0 / 5.0, 1.0 / 7.0, 1.0 / 9.0],
    sin: [-1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362_880.0],
    cos: [-1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40_320.0, -1.0 / 3_628_800.0]);

elementary!(f64, u64, i64, mantissa: 52,
    // ln 2 in two parts; the first has 32 bits
    ln2: [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10],
    atanh: [1.0 / 3.0, 1.0 / 5.0, 1.0 / 7.0, 1.0 / 9.0, 1.0 / 11.0, 1.0 / 13.0, 1.0 / 15.0, 1.0 / 17.0, 1.0 / 19.0, 1.0 / 21.0],
    sin: [-1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362_880.0, -1.0 / 39_916_800.0, 1.0 / 6_227_020_800.0,
          -1.0 / 1_307_674_368_000.0, 1.0 / 355_687_428_096_000.0],
    cos: [-1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40_320.0, -1.0 / 3_628_800.0, 1.0 / 479_001_600.0,
          -1.0 / 87_178_291_200.0, 1.0 / 20_922_789_888_000.0, -1.0 / 6_402_373_705_728_000.0]);

#[cfg(test)]
mod tests {
    use super::Elementary;

    #[test]
    fn logarithm_within_two_units() {
        for i in 1..20_000u32 {
            let x = f64::from(i) * 1.37e-4;
            let (got, expected) = (x.ln_positive(), x.ln());
            assert!(
                (got - expected).abs() <= 2.0 * f64::EPSILON * expected.abs().max(1e-3),
                "ln {x}: {got} {expected}"
            );
            let x = x as f32;
            let (got, expected) = (x.ln_positive(), f64::from(x).ln());
            assert!(
                (f64::from(got) - expected).abs() <= 2.4e-7 * expected.abs().max(1e-3),
                "ln {x}: {got} {expected}"
            );
        }
        assert!((2f32.powi(-33).ln_positive() + 33.0 * std::f32::consts::LN_2).abs() < 2e-6);
        assert!((2f64.powi(-53).ln_positive() + 53.0 * std::f64::consts::LN_2).abs() < 1e-14);
    }

    #[test]
    fn cosine_and_sine_in_all_quadrants() {
        for quadrant in 0..4u32 {
            for i in -500..=500 {
                let x = f64::from(i) * 1e-3;
                let (sin, cos) =
                    ((f64::from(quadrant) + x) * std::f64::consts::FRAC_PI_2).sin_cos();
                let (c, s) = x.cos_sin_quarter(quadrant);
                assert!(
                    (c - cos).abs() < 2e-15 && (s - sin).abs() < 2e-15,
                    "{quadrant} {x}"
                );
                let (c, s) = (x as f32).cos_sin_quarter(quadrant);
                assert!(
                    (f64::from(c) - cos).abs() < 4e-7 && (f64::from(s) - sin).abs() < 4e-7,
                    "{quadrant} {x}"
                );
            }
        }
    }
}
