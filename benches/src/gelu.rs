//! The activation GELU in its tanh form.

use brain_jit::prelude::*;

#[brain_jit]
pub fn gelu(x: &Array1<f32>) -> Array1<f32> {
    let sqrt = bm::sqrt(2.0 / bm::PI);
    let cdf = 0.5 * (1.0 + bm::tanh(sqrt * (x + 0.044715 * x.powi(3))));
    x * cdf
}

/// Array expressions.
pub fn ndarray(x: &Array1<f32>) -> Array1<f32> {
    let sqrt = (2.0 / std::f32::consts::PI).sqrt();
    let cdf = 0.5 * (1.0 + (sqrt * (x + 0.044715 * x.powi(3))).tanh());
    x * cdf
}

/// One loop over slices.
pub fn by_hand(x: &[f32]) -> Vec<f32> {
    let sqrt = (2.0 / std::f32::consts::PI).sqrt();
    x.iter()
        .map(|x| x * (0.5 * (1.0 + (sqrt * (x + 0.044715 * (x * x * x))).tanh())))
        .collect()
}
