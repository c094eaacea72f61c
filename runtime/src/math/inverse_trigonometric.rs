//! Inverse trigonometric functions: asin, acos, atan and atan2.
//!
//! All four are the angle of a point (x, y): the smaller coordinate over the larger, a step back by π/8 where the
//! quotient exceeds tan π/8, one minimax polynomial, and the octant. The quotient's rounding error is carried along.

use super::arithmetic::select;
use super::constants;
use crate::kernel::level::Level;

macro_rules! inverse_trigonometric {
    ($module:ident, $float:ident, tan_eighth: $tan_eighth:literal, huge: $huge:expr) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::constants::$module::*;
            use super::*;

            /// The angle of (x, y + y_low) for x, y ≥ 0 and not both infinite, as a double-word number.
            /// Each coordinate may carry a rounding error.
            #[inline(always)]
            fn angle<L: Level>(
                (x, x_low): ($float, $float),
                (y, y_low): ($float, $float),
            ) -> ($float, $float) {
                let steep = y > x;
                let (small, small_low) = (select(steep, x, y), select(steep, x_low, y_low));
                let (large, large_low) = (select(steep, y, x), select(steep, y_low, x_low));
                let stepped = small > $tan_eighth * large;
                let (difference, difference_low) = two_sum(small, -large);
                let (sum, sum_low) = two_sum(small, large);
                let numerator = select(stepped, difference, small);
                let numerator_low =
                    select(stepped, difference_low + (small_low - large_low), small_low);
                let denominator = select(stepped, sum, large);
                let denominator_low = select(stepped, sum_low + (small_low + large_low), large_low);
                let t = numerator / denominator;
                let (product, product_low) = two_product::<L>(t, denominator);
                let residual =
                    (numerator - product) - product_low + (numerator_low - t * denominator_low);
                let t_low = residual / denominator;
                let z = t * t;
                let tail = mul_add::<L>(z * t, polynomial::<L, _>(z, ATAN), t_low);
                // step + t + tail, then from the vertical where the point is steep
                let (high, low) = fast_two_sum(select(stepped, 0.5 * PI_2_HI, 0.0), t);
                let low = low + tail + select(stepped, 0.5 * PI_2_LO, 0.0);
                let (turned, turned_low) = fast_two_sum(PI_2_HI, -high);
                let turned_low = turned_low - low + PI_2_LO;
                (select(steep, turned, high), select(steep, turned_low, low))
            }

            #[inline(always)]
            pub fn atan<L: Level>(x: $float) -> $float {
                // Beyond 2^60 the angle is π/2 to the last bit; the bound keeps products from overflowing.
                let a = clamp(x.abs(), 0.0, (1_u64 << 60) as $float);
                let (high, low) = angle::<L>((1.0, 0.0), (a, 0.0));
                with_sign(select(a < 1e-10, a, high + low), x)
            }

            /// √(1 - a²) and its rounding error, for 0 ≤ a ≤ 1.
            #[inline(always)]
            fn cathetus<L: Level>(a: $float) -> ($float, $float) {
                let (square, square_low) = two_product::<L>(a, a);
                let (rest, rest_low) = fast_two_sum(1.0, -square);
                let (rest, rest_low) = fast_two_sum(rest, rest_low - square_low);
                let root = rest.sqrt();
                let (product, product_low) = two_product::<L>(root, root);
                let error = ((rest - product) - product_low + rest_low) / (2.0 * root);
                (root, select(root > 0.0, error, 0.0))
            }

            #[inline(always)]
            pub fn asin<L: Level>(x: $float) -> $float {
                let a = x.abs();
                let (high, low) = angle::<L>(cathetus::<L>(a), (a, 0.0));
                let value = with_sign(select(a < 1e-10, a, high + low), x);
                select(a <= 1.0, value, $float::NAN)
            }

            #[inline(always)]
            pub fn acos<L: Level>(x: $float) -> $float {
                let a = x.abs();
                let (high, low) = angle::<L>((a, 0.0), cathetus::<L>(a));
                let (turned, turned_low) = fast_two_sum(PI_HI, -high);
                let turned = turned + (turned_low - low + PI_LO);
                let value = select(x < 0.0, turned, high + low);
                select(a <= 1.0, value, $float::NAN)
            }

            #[inline(always)]
            pub fn atan2<L: Level>(y: $float, x: $float) -> $float {
                let (a, b) = (x.abs(), y.abs());
                // An infinite coordinate is 1 beside 0, two are 1 beside 1; a point at 0 has the angle 0.
                let (a_infinite, b_infinite) = (a == $float::INFINITY, b == $float::INFINITY);
                let zero = a == 0.0 && b == 0.0;
                let a = select(a_infinite || zero, 1.0, select(b_infinite, 0.0, a));
                let b = select(b_infinite, 1.0, select(a_infinite, 0.0, b));
                // Exact scaling into the middle of the exponents, so that no product overflows or loses bits.
                let larger = select(a > b, a, b);
                let factor = select(
                    larger > $huge,
                    1.0 / $huge,
                    select(larger < 1.0, $huge, 1.0),
                );
                let (a, b) = (a * factor, b * factor);
                let (high, low) = angle::<L>((a, 0.0), (b, 0.0));
                let value = high + low;
                let (turned, turned_low) = fast_two_sum(PI_HI, -high);
                let turned = turned + (turned_low - low + PI_LO);
                let value = with_sign(select(x.is_sign_negative(), turned, value), y);
                select(x.is_nan() || y.is_nan(), $float::NAN, value)
            }
        }
    };
}
inverse_trigonometric!(single, f32, tan_eighth: 0.414_213_57, huge: (1_u64 << 60) as f32);
inverse_trigonometric!(double, f64, tan_eighth: 0.414_213_562_373_095_03, huge: f64::from_bits((1023 + 500) << 52));
