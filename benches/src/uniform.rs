//! Input arrays.

use brain_jit::prelude::*;

/// `n` numbers in [`low`, `high`), the same ones in each run.
pub fn uniform(low: f32, high: f32, n: usize) -> Array1<f32> {
    let mut state = 1u32;
    Array1::from_shape_simple_fn(n, || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        low + (high - low) * (state >> 8) as f32 / 16_777_216.0
    })
}
