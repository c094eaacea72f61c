//! Whether the outputs of a call are what a case expects.

use num_complex::Complex64;

use super::call::Output;
use super::case::{Case, Expected};
use super::value::{Array, Value};
use super::{decomposition, statistics};
use brain_jit::bm::DType;

/// `Ok` if the outputs, or the error, are as expected; else what differs.
pub fn meets(
    case: &Case,
    expected: &Expected,
    outputs: &Result<Vec<Output>, String>,
) -> Result<(), String> {
    let (list, outputs) = match (expected, outputs) {
        (Expected::Error(_), Err(_)) => return Ok(()),
        (Expected::Error(class), Ok(_)) => {
            return Err(format!("{class} expected, but the call succeeded"));
        }
        (Expected::Outputs(_), Err(message)) => return Err(format!("panicked: {message}")),
        (Expected::Outputs(list), Ok(outputs)) => (list, outputs),
    };
    if let Some(target) = list.first().and_then(|first| first.get("stats")) {
        return statistics::meets(&case.directory, target, outputs);
    }
    if list.len() != outputs.len() {
        return Err(format!(
            "{} outputs, {} expected",
            outputs.len(),
            list.len()
        ));
    }
    let expected: Vec<Value> = list
        .iter()
        .map(|json| Value::load(&case.directory, json).map_err(|error| error.to_string()))
        .collect::<Result<_, _>>()?;
    match case.compare.as_deref() {
        Some("multiset") => return multiset(case, &expected, outputs),
        Some(mode) => return decomposition::meets(mode, case, &expected, outputs),
        None => {}
    }
    for (i, (expected, output)) in expected.iter().zip(outputs).enumerate() {
        let place = if outputs.len() > 1 {
            format!("output {i}: ")
        } else {
            String::new()
        };
        match (expected, output) {
            (Value::Array(expected), Output::Array(got)) => {
                arrays(case, expected, got).map_err(|error| place + &error)?;
            }
            (Value::Text(expected), Output::Text(got)) if expected == got => {}
            (expected, got) => return Err(format!("{place}{got:?}, expected {expected:?}")),
        }
    }
    Ok(())
}

fn arrays(case: &Case, expected: &Array, got: &Array) -> Result<(), String> {
    if expected.shape() != got.shape() {
        return Err(format!(
            "shape {:?}, expected {:?}",
            got.shape(),
            expected.shape()
        ));
    }
    let single = |array: &Array| matches!(array.dtype(), DType::F32 | DType::Complex32);
    let double = |array: &Array| matches!(array.dtype(), DType::F64 | DType::Complex64);
    // A result in single precision cannot meet a tolerance for double.
    let scale = if single(got) && double(expected) {
        (1u64 << 29) as f64
    } else {
        1.0
    };
    let integers = |array: &Array| matches!(array.dtype(), DType::I32 | DType::I64 | DType::Bool);
    if integers(expected) && integers(got) {
        // Double precision cannot hold every 64-bit integer.
        let (expected, got) = (expected.integers(), got.integers());
        return match (0..expected.len()).find(|&i| expected[i] != got[i]) {
            Some(i) => Err(format!(
                "element {i} is {}, expected {}",
                got[i], expected[i]
            )),
            None => Ok(()),
        };
    }
    let steps = |a: f64, b: f64| {
        if single(expected) {
            ulps32(a as f32, b as f32)
        } else {
            ulps64(a, b)
        }
    };
    for (i, (want, have)) in expected
        .numbers()
        .into_iter()
        .zip(got.numbers())
        .enumerate()
    {
        if !close(case, scale, want, have, &steps) {
            return Err(format!("element {i} is {have}, expected {want}"));
        }
    }
    Ok(())
}

fn close(
    case: &Case,
    scale: f64,
    want: Complex64,
    have: Complex64,
    steps: &dyn Fn(f64, f64) -> u64,
) -> bool {
    let is_nan = |z: Complex64| z.re.is_nan() || z.im.is_nan();
    if is_nan(want) || is_nan(have) {
        return is_nan(want) && is_nan(have);
    }
    if case.signed_zero
        && want.re == 0.0
        && want.re.is_sign_negative() != have.re.is_sign_negative()
    {
        return false;
    }
    if want == have {
        return true;
    }
    if let Some(limit) = case.max_ulp
        && want.im == 0.0
        && have.im == 0.0
        && have.re.is_finite()
        && want.re.is_finite()
        && steps(want.re, have.re) <= limit
    {
        return true;
    }
    let finite = want.re.is_finite() && want.im.is_finite();
    finite && (want - have).norm() <= scale * (case.atol + case.rtol * want.norm())
}

fn ulps32(a: f32, b: f32) -> u64 {
    let key = |x: f32| {
        if x < 0.0 {
            -((x.to_bits() & 0x7fff_ffff) as i64)
        } else {
            x.to_bits() as i64
        }
    };
    key(a).abs_diff(key(b))
}

fn ulps64(a: f64, b: f64) -> u64 {
    let key = |x: f64| {
        if x < 0.0 {
            -((x.to_bits() & (u64::MAX >> 1)) as i128)
        } else {
            x.to_bits() as i128
        }
    };
    key(a).abs_diff(key(b)).min(u64::MAX as u128) as u64
}

/// The same values in any order, within a tolerance.
fn multiset(case: &Case, expected: &[Value], outputs: &[Output]) -> Result<(), String> {
    for (expected, output) in expected.iter().zip(outputs) {
        let (Value::Array(expected), Output::Array(got)) = (expected, output) else {
            return Err("arrays expected".into());
        };
        if expected.shape() != got.shape() {
            return Err(format!(
                "shape {:?}, expected {:?}",
                got.shape(),
                expected.shape()
            ));
        }
        let wanted = expected.numbers();
        let norm = wanted.iter().map(|z| z.norm_sqr()).sum::<f64>().sqrt();
        let tolerance = 10.0 * (case.atol + case.rtol * norm);
        let mut left = got.numbers();
        for want in wanted {
            let Some(i) = left
                .iter()
                .position(|have| (want - have).norm() <= tolerance)
            else {
                return Err(format!("{want} is missing"));
            };
            left.swap_remove(i);
        }
    }
    Ok(())
}
