//! Complex elementary functions in double precision.
//!
//! Formulas after Kahan, "Branch cuts for complex elementary functions" (1987), and Hull, Fairgrieve and Tang,
//! "Implementing the complex arcsine and arccosine functions using exception handling" (1997), arranged so that
//! neither part loses digits to cancellation.

use num_complex::{Complex, Complex64};

type C = Complex64;
const LN_2: f64 = std::f64::consts::LN_2;
const LN_10: f64 = std::f64::consts::LN_10;

/// Smith's division: scales by the larger part of the divisor.
pub fn divide(a: C, b: C) -> C {
    if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 && b.im == 0.0 {
            return C::new(a.re / b.re.abs(), a.im / b.re.abs());
        }
        let (ratio, scale) = (b.im / b.re, 1.0 / (b.re + b.im * (b.im / b.re)));
        C::new((a.re + a.im * ratio) * scale, (a.im - a.re * ratio) * scale)
    } else {
        let (ratio, scale) = (b.re / b.im, 1.0 / (b.im + b.re * (b.re / b.im)));
        C::new((a.re * ratio + a.im) * scale, (a.im * ratio - a.re) * scale)
    }
}

pub fn power(z: C, w: C) -> C {
    if w == C::ZERO {
        return C::ONE;
    }
    if z == C::ZERO {
        return if w.re > 0.0 && w.im == 0.0 {
            C::ZERO
        } else {
            C::new(f64::NAN, f64::NAN)
        };
    }
    if w.im == 0.0 && w.re.fract() == 0.0 && w.re.abs() < 100.0 {
        return z.powi(w.re as i32);
    }
    exp(log(z) * w)
}

pub fn exp(z: C) -> C {
    if z.im == 0.0 {
        return C::new(z.re.exp(), z.im);
    }
    let r = z.re.exp();
    if r == 0.0 {
        return C::new(0.0f64.copysign(z.im.cos()), 0.0f64.copysign(z.im.sin()));
    }
    C::new(r * z.im.cos(), r * z.im.sin())
}

pub fn exp2(z: C) -> C {
    exp(z * LN_2)
}

pub fn expm1(z: C) -> C {
    let (sin, cos) = z.im.sin_cos();
    let half = (0.5 * z.im).sin();
    C::new(z.re.exp_m1() * cos - 2.0 * half * half, z.re.exp() * sin)
}

/// `log |z|`, exact near the unit circle.
fn log_abs(z: C) -> f64 {
    let (large, small) = if z.re.abs() >= z.im.abs() {
        (z.re.abs(), z.im.abs())
    } else {
        (z.im.abs(), z.re.abs())
    };
    if large > 0.5 && large < 2.0 && small < 2.0 {
        0.5 * ((large - 1.0) * (large + 1.0) + small * small).ln_1p()
    } else {
        large.hypot(small).ln()
    }
}

pub fn log(z: C) -> C {
    C::new(log_abs(z), z.im.atan2(z.re))
}

pub fn log2(z: C) -> C {
    let w = log(z);
    C::new(w.re / LN_2, w.im / LN_2)
}

pub fn log10(z: C) -> C {
    let w = log(z);
    C::new(w.re / LN_10, w.im / LN_10)
}

pub fn log1p(z: C) -> C {
    let re = if z.re.abs() < 0.5 && z.im.abs() < 0.5 {
        0.5 * (z.re * (2.0 + z.re) + z.im * z.im).ln_1p()
    } else {
        log_abs(C::new(1.0 + z.re, z.im))
    };
    C::new(re, z.im.atan2(1.0 + z.re))
}

pub fn sqrt(z: C) -> C {
    if z == C::ZERO {
        return C::new(0.0, z.im);
    }
    if z.im.is_infinite() {
        return C::new(f64::INFINITY, z.im);
    }
    let t = ((z.re.abs() + z.re.hypot(z.im)) * 0.5).sqrt();
    if z.re >= 0.0 {
        C::new(t, z.im / (2.0 * t))
    } else {
        C::new(z.im.abs() / (2.0 * t), t.copysign(z.im))
    }
}

pub fn sinh(z: C) -> C {
    C::new(
        product(z.re.sinh(), z.im.cos()),
        product(z.re.cosh(), z.im.sin()),
    )
}

pub fn cosh(z: C) -> C {
    C::new(
        product(z.re.cosh(), z.im.cos()),
        product(z.re.sinh(), z.im.sin()),
    )
}

/// A product in which zero wins over infinity and NaN: sin 0 beside an e^x that overflowed.
fn product(x: f64, y: f64) -> f64 {
    if x == 0.0 || y == 0.0 {
        0f64.copysign(x.signum() * y.signum())
    } else {
        x * y
    }
}

/// z / |z|; an infinite part leaves nothing of a finite one.
pub fn sign(z: C) -> C {
    match (z.re.is_infinite(), z.im.is_infinite()) {
        (true, false) => C::new(1f64.copysign(z.re), 0.0),
        (false, true) => C::new(0.0, 1f64.copysign(z.im)),
        _ => z / z.re.hypot(z.im),
    }
}

pub fn tanh(z: C) -> C {
    if z.re.is_infinite() {
        return C::new(1f64.copysign(z.re), 0f64.copysign(z.im));
    }
    if z.re.abs() > 20.0 {
        return C::new(
            1f64.copysign(z.re),
            4.0 * z.im.sin() * z.im.cos() * (-2.0 * z.re.abs()).exp(),
        );
    }
    let t = z.im.tan();
    let s = z.re.sinh();
    let beta = 1.0 + t * t;
    let rho = (1.0 + s * s).sqrt();
    let denominator = 1.0 + beta * s * s;
    C::new(beta * rho * s / denominator, t / denominator)
}

pub fn sin(z: C) -> C {
    let w = sinh(C::new(-z.im, z.re));
    C::new(w.im, -w.re)
}

pub fn cos(z: C) -> C {
    cosh(C::new(-z.im, z.re))
}

pub fn tan(z: C) -> C {
    let w = tanh(C::new(-z.im, z.re));
    C::new(w.im, -w.re)
}

/// The real parts of arcsin and arccos and the common `arccosh` of Hull et al., for x, y ≥ 0.
fn hull(x: f64, y: f64) -> (f64, f64, f64) {
    let (r, s) = ((x + 1.0).hypot(y), (x - 1.0).hypot(y));
    let a = 0.5 * (r + s);
    let b = x / a;
    let (real_sin, real_cos) = if b <= 0.6417 {
        (b.asin(), b.acos())
    } else {
        let apx = a + x;
        let root = if x <= 1.0 {
            (0.5 * apx * (y * y / (r + x + 1.0) + (s + (1.0 - x)))).sqrt()
        } else {
            y * (0.5 * (apx / (r + x + 1.0) + apx / (s + (x - 1.0)))).sqrt()
        };
        ((x / root).atan(), (root / x).atan())
    };
    let imaginary = if a <= 1.5 {
        let am1 = if x < 1.0 {
            0.5 * (y * y / (r + x + 1.0) + y * y / (s + (1.0 - x)))
        } else {
            0.5 * (y * y / (r + x + 1.0) + (s + (x - 1.0)))
        };
        (am1 + (am1 * (a + 1.0)).sqrt()).ln_1p()
    } else {
        (a + (a * a - 1.0).sqrt()).ln()
    };
    (real_sin, real_cos, imaginary)
}

pub fn arcsin(z: C) -> C {
    let (re, _, im) = hull(z.re.abs(), z.im.abs());
    C::new(re.copysign(z.re), im.copysign(z.im))
}

pub fn arccos(z: C) -> C {
    let (_, re, im) = hull(z.re.abs(), z.im.abs());
    let re = if z.re.is_sign_negative() {
        std::f64::consts::PI - re
    } else {
        re
    };
    C::new(re, if z.im.is_sign_negative() { im } else { -im })
}

pub fn arccosh(z: C) -> C {
    let w = arccos(z);
    if z.im.is_sign_negative() {
        Complex::new(w.im, -w.re)
    } else {
        Complex::new(-w.im, w.re)
    }
}

pub fn arcsinh(z: C) -> C {
    let w = arcsin(C::new(-z.im, z.re));
    C::new(w.im, -w.re)
}

pub fn arctanh(z: C) -> C {
    let (x, y) = (z.re.abs(), z.im.abs());
    let re = 0.25 * (4.0 * x / ((1.0 - x) * (1.0 - x) + y * y)).ln_1p();
    let im = 0.5 * (2.0 * y).atan2((1.0 - x) * (1.0 + x) - y * y);
    C::new(re.copysign(z.re), im.copysign(z.im))
}

pub fn arctan(z: C) -> C {
    let w = arctanh(C::new(-z.im, z.re));
    C::new(w.im, -w.re)
}
