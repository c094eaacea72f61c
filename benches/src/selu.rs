//! The activation SELU.

use brain_jit::prelude::*;

#[brain_jit]
pub fn selu(x: &Array1<f32>, alpha: f32, lmbda: f32) -> Array1<f32> {
    lmbda * bm::where_(x > 0.0, x, alpha * bm::exp(x) - alpha)
}

/// Array expressions.
pub fn ndarray(x: &Array1<f32>, alpha: f32, lmbda: f32) -> Array1<f32> {
    let mut y = alpha * x.exp() - alpha;
    y.zip_mut_with(x, |y, x| {
        if *x > 0.0 {
            *y = *x
        }
    });
    lmbda * y
}

/// One loop over slices.
pub fn by_hand(x: &[f32], alpha: f32, lmbda: f32) -> Vec<f32> {
    x.iter()
        .map(|x| {
            lmbda
                * if *x > 0.0 {
                    *x
                } else {
                    alpha * x.exp() - alpha
                }
        })
        .collect()
}
