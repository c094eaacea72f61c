//! Inverse trigonometric functions: asin, acos, atan and atan2.
//!
//! The arctangent of t ≤ 1 is a minimax polynomial, that of others π/2 - atan(1 / t); the arcsine of a ≤ ½ is one, that of others
//! π/2 - 2 asin √((1 - a) / 2). Multiples of π/2 are double-word numbers.

use super::arithmetic::select;
use super::constants;
use crate::kernel::level::Level;

macro_rules! inverse_trigonometric {
    ($module:ident, $float:ident) => {
        pub(in crate::math) mod $module {
            use super::super::arithmetic::$module::*;
            use super::constants::$module::*;
            use super::*;

            /// What atan t has beyond t, for 0 ≤ t ≤ 1.
            #[inline(always)]
            fn atan_tail<L: Level>(t: $float) -> $float {
                let z = t * t;
                t * z * paired_polynomial::<L, _, _>(z, z * z, ATAN)
            }

            #[inline(always)]
            pub fn atan<L: Level>(x: $float) -> $float {
                let a = x.abs();
                let steep = a > 1.0;
                let t = select(steep, 1.0, a) / select(steep, a, 1.0);
                let angle = t + (atan_tail::<L>(t) - select(steep, PI_2_LO, 0.0));
                with_sign(select(steep, PI_2_HI - angle, angle), x)
            }

            #[inline(always)]
            pub fn atan2<L: Level>(y: $float, x: $float) -> $float {
                let (a, b) = (x.abs(), y.abs());
                let steep = b > a;
                let (large, small) = (select(steep, b, a), select(steep, a, b));
                // Two infinite coordinates are 1 beside 1; a point at 0 has the angle 0.
                let diagonal = select(large == 0.0, 0.0, 1.0);
                let t = select(small == large, diagonal, small / large);
                // From the axis that is nearest: base ± atan t.
                let behind = x.is_sign_negative();
                let base = |right_angle: $float, straight: $float| {
                    select(steep, right_angle, select(behind, straight, 0.0))
                };
                let sign = select(steep != behind, -1.0, 1.0);
                let low = mul_add::<L>(sign, atan_tail::<L>(t), base(PI_2_LO, PI_LO));
                with_sign(mul_add::<L>(sign, t, base(PI_2_HI, PI_HI)) + low, y)
            }

            /// Whether |x| > ½, and asin |x| or then asin √((1 - |x|) / 2), as a sum.
            #[inline(always)]
            fn arc<L: Level>(x: $float) -> (bool, $float, $float) {
                let a = x.abs();
                let large = a > 0.5;
                let z = select(large, mul_add::<L>(-0.5, a, 0.5), a * a);
                let s = select(large, z.sqrt(), a);
                let tail = s * z * paired_polynomial::<L, _, _>(z, z * z, ASIN);
                (large, s, tail)
            }

            #[inline(always)]
            pub fn asin<L: Level>(x: $float) -> $float {
                let (large, s, tail) = arc::<L>(x);
                let base = |right_angle: $float| select(large, right_angle, 0.0);
                let factor = select(large, -2.0, 1.0);
                let (high, error) = fast_two_sum(base(PI_2_HI), factor * s);
                let low = error + mul_add::<L>(factor, tail, base(PI_2_LO));
                with_sign(high + low, x)
            }

            #[inline(always)]
            pub fn acos<L: Level>(x: $float) -> $float {
                let (large, s, tail) = arc::<L>(x);
                let base = |right_angle: $float, straight: $float| {
                    select(large, select(x < 0.0, straight, 0.0), right_angle)
                };
                let factor = with_sign(1.0, x) * select(large, 2.0, -1.0);
                mul_add::<L>(factor, s, base(PI_2_HI, PI_HI))
                    + mul_add::<L>(factor, tail, base(PI_2_LO, PI_LO))
            }
        }
    };
}
inverse_trigonometric!(single, f32);
inverse_trigonometric!(double, f64);
