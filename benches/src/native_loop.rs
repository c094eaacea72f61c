//! A loop over elements, as a user of Numba writes it.

use brain_jit::prelude::*;

#[brain_jit]
pub fn native_loop(arr: &mut Array1<f64>) {
    for i in 0..arr.len() {
        arr[i] += 2.0;
        if i % 2 == 0 {
            arr[i] *= 0.5;
        }
    }
}

/// By ndarray's indices.
pub fn ndarray(arr: &mut Array1<f64>) {
    for i in 0..arr.len() {
        arr[i] += 2.0;
        if i % 2 == 0 {
            arr[i] *= 0.5;
        }
    }
}

/// One loop over a slice.
pub fn by_hand(arr: &mut [f64]) {
    for (i, x) in arr.iter_mut().enumerate() {
        *x += 2.0;
        if i % 2 == 0 {
            *x *= 0.5;
        }
    }
}
