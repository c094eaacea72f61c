//! `check_nan`: what a statement of the plain twin made NaN or infinite.

use crate::backend::checks_nan;
use crate::kernel::Site;
use ndarray::{Array, ArrayView, Dimension, IntoDimension};
use num_complex::Complex;
use std::any::Any;

/// A copy of what is there before the statement; `None` if nobody asked.
pub fn before<T: Clone, D: Dimension>(target: ArrayView<'_, T, D>) -> Option<Array<T, D>> {
    checks_nan().then(|| target.to_owned())
}

/// Panics if the statement made an element NaN or infinite that was finite.
pub fn after<T: Any, D: Dimension>(
    site: &Site,
    file: &str,
    line: usize,
    before: Option<Array<T, D>>,
    target: ArrayView<'_, T, D>,
) {
    let Some(before) = before else { return };
    let index = target.indexed_iter().zip(&before);
    for ((index, now), before) in index {
        if let (Some(what), None) = (flaw(now), flaw(before)) {
            let index = index.into_dimension();
            let at = match index.slice() {
                [] => String::new(),
                [one] => format!("[{one}]"),
                several => format!("[{several:?}]"),
            };
            panic!(
                "{}: {}{at} became {what} in `{}` ({file}:{line})",
                site.method,
                site.operand(0),
                site.statement
            );
        }
    }
}

/// What is wrong with a number of any float type.
fn flaw(value: &dyn Any) -> Option<&'static str> {
    let value = if let Some(x) = value.downcast_ref::<f32>() {
        f64::from(*x)
    } else if let Some(x) = value.downcast_ref::<f64>() {
        *x
    } else if let Some(z) = value.downcast_ref::<Complex<f32>>() {
        f64::from(z.re) + 0.0 * f64::from(z.im)
    } else if let Some(z) = value.downcast_ref::<Complex<f64>>() {
        z.re + 0.0 * z.im
    } else {
        return None;
    };
    match value {
        _ if value.is_nan() => Some("NaN"),
        _ if value.is_infinite() => Some("infinite"),
        _ => None,
    }
}
