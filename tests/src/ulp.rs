//! Errors in units in the last place (ULP): the distance to the true value over the spacing of floats there.

/// The error of `got` in ULP of the single-precision floats around `reference`. Two NaN agree, so do equal infinities
/// and zeros of one sign; a NaN, infinity or sign of zero that differs is an infinite error.
pub fn error_f32(got: f32, reference: f64) -> f64 {
    if let Some(error) = special(f64::from(got), f64::from(reference as f32)) {
        return error;
    }
    (f64::from(got) - reference).abs() / spacing(reference, -149, 23)
}

/// The error of `got` in ULP around `reference + residual` spacings, `reference` being the nearest float.
pub fn error_f64(got: f64, reference: f64, residual: f64) -> f64 {
    if let Some(error) = special(got, reference) {
        return error;
    }
    ((got - reference) / spacing(reference, -1074, 52) - residual).abs()
}

fn special(got: f64, reference: f64) -> Option<f64> {
    if got.is_nan() || reference.is_nan() {
        return Some(if got.is_nan() && reference.is_nan() {
            0.0
        } else {
            f64::INFINITY
        });
    }
    if got == reference {
        let same_sign = got.is_sign_negative() == reference.is_sign_negative();
        return (got == 0.0 || got.is_infinite()).then_some(if same_sign {
            0.0
        } else {
            f64::INFINITY
        });
    }
    // One step beyond the largest float is infinite: an error of one.
    (got.is_infinite() || reference.is_infinite()).then_some(1.0_f64.max(overshoot(got, reference)))
}

/// Infinite unless the finite one of the two is the largest float of either precision.
fn overshoot(a: f64, b: f64) -> f64 {
    let finite = if a.is_finite() { a.abs() } else { b.abs() };
    if finite == f64::MAX
        || finite >= f64::from(f32::MAX) && finite < 3.5e38 && a.signum() == b.signum()
    {
        1.0
    } else {
        f64::INFINITY
    }
}

/// The distance between floats with `mantissa` explicit bits around x, at least 2^`smallest`.
fn spacing(x: f64, smallest: i32, mantissa: i32) -> f64 {
    let exponent = ((x.to_bits() >> 52 & 0x7ff) as i32 - 1023 - mantissa).max(smallest);
    if exponent < -1022 {
        f64::from_bits(1 << (exponent + 1074))
    } else {
        f64::from_bits(((exponent + 1023) as u64) << 52)
    }
}
