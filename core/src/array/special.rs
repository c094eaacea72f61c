//! Special functions that windows and activations need.

/// Error function: a Maclaurin series near 0, a continued fraction (Lentz) for the complement elsewhere.
pub fn erf(x: f64) -> f64 {
    let a = x.abs();
    if x.is_nan() {
        return x;
    }
    if a < 2.5 {
        // erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, all terms of one sign.
        let (mut term, mut sum, mut n) = (x, x, 0.0);
        while term.abs() > sum.abs() * 1e-17 {
            n += 1.0;
            term *= 2.0 * x * x / (2.0 * n + 1.0);
            sum += term;
        }
        std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
    } else if a > 6.0 {
        1f64.copysign(x)
    } else {
        (1.0 - erfc_tail(a)).copysign(x)
    }
}

/// Complement of the error function for x ≥ 2.5.
fn erfc_tail(x: f64) -> f64 {
    let mut fraction = 0.0;
    for n in (1..=60).rev() {
        fraction = 0.5 * n as f64 / (x + fraction);
    }
    (-x * x).exp() / (x + fraction) * 0.5 * std::f64::consts::FRAC_2_SQRT_PI
}

/// Modified Bessel function of order 0 by its power series, all terms positive; asymptotic for large |x|.
pub fn i0(x: f64) -> f64 {
    let a = x.abs();
    if a > 30.0 {
        let (mut term, mut sum) = (1.0, 1.0);
        for k in 1..30 {
            let odd = 2.0 * k as f64 - 1.0;
            let next = term * odd * odd / (8.0 * k as f64 * a);
            if next >= term || next < 1e-18 {
                break;
            }
            term = next;
            sum += term;
        }
        // e^a in two halves, so that it overflows only where the result does.
        let half = (0.5 * a).exp();
        return half * (sum / (a.sqrt() * std::f64::consts::TAU.sqrt())) * half;
    }
    let quarter = 0.25 * a * a;
    let (mut term, mut sum, mut k) = (1.0, 1.0, 0.0);
    while term > sum * 1e-18 {
        k += 1.0;
        term *= quarter / (k * k);
        sum += term;
    }
    sum
}

/// Complement of the error function.
pub fn erfc(x: f64) -> f64 {
    if x < 1.0 {
        1.0 - erf(x)
    } else if x > 27.5 {
        0.0
    } else if x >= 2.5 {
        erfc_tail(x)
    } else {
        // Between 1 and 2.5 the fraction needs more terms, the series loses digits.
        let mut fraction = 0.0;
        for n in (1..=400).rev() {
            fraction = 0.5 * n as f64 / (x + fraction);
        }
        (-x * x).exp() / (x + fraction) * 0.5 * std::f64::consts::FRAC_2_SQRT_PI
    }
}
