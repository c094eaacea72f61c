//! Programs of the seed texts, of rank 1.

use brain_jit::prelude::*;
use ndarray::Ix1;

use super::none;
use crate::call::{Call, Outcome, one};
use crate::table::Rows;
use crate::value::Array;

#[brain_jit]
fn inplace_sequence(v: &mut Array1<i64>, r: &Array1<i64>) {
    *v += 1;
    *v *= 2;
    *v |= r;
    v[..] = &*v * &*v;
    *v >>= 2;
}

#[brain_jit]
fn selu<T: Real>(x: &Array1<T>, alpha: T, lambda: T) -> Array1<T> {
    lambda * bm::where_(x > 0.0, x, alpha * bm::exp(x) - alpha)
}

#[brain_jit]
fn gelu<T: Real>(x: &Array1<T>) -> Array1<T> {
    x * (0.5 * (1.0 + bm::tanh(0.797_884_560_802_865_4 * (x + 0.044715 * x.powi(3)))))
}

/// The array as a vector.
fn vector<T: Clone>(x: &ArrayD<T>) -> Option<Array1<T>> {
    x.clone().into_dimensionality::<Ix1>().ok()
}

fn call_selu(c: &Call) -> Outcome {
    c.only(&["alpha", "lmbda"])?;
    let alpha = c.float(1, "alpha")?.unwrap_or(1.67);
    let lambda = c.float(2, "lmbda")?.unwrap_or(1.05);
    match c.array(0)? {
        Array::F32(x) => match vector(&x) {
            Some(x) => one(selu(&x, alpha as f32, lambda as f32).into_dyn()),
            None => none(),
        },
        Array::F64(x) => match vector(&x) {
            Some(x) => one(selu(&x, alpha, lambda).into_dyn()),
            None => none(),
        },
        _ => none(),
    }
}

fn call_gelu(c: &Call) -> Outcome {
    c.only(&[])?;
    match c.array(0)? {
        Array::F32(x) => match vector(&x) {
            Some(x) => one(gelu(&x).into_dyn()),
            None => none(),
        },
        Array::F64(x) => match vector(&x) {
            Some(x) => one(gelu(&x).into_dyn()),
            None => none(),
        },
        _ => none(),
    }
}

fn call_inplace_sequence(c: &Call) -> Outcome {
    let (Array::I64(v), Array::I64(r)) = (c.array(0)?, c.array(1)?) else {
        return none();
    };
    match (vector(&v), vector(&r)) {
        (Some(mut v), Some(r)) => {
            inplace_sequence(&mut v, &r);
            one(v.into_dyn())
        }
        _ => none(),
    }
}

pub fn rows() -> Rows {
    vec![
        ("seed.inplace_sequence", call_inplace_sequence),
        ("seed.selu", call_selu),
        ("seed.gelu", call_gelu),
    ]
}
