//! A step of logistic regression.

use brain_jit::prelude::*;

#[derive(BrainObject)]
pub struct LogisticRegression {
    #[variable]
    pub w: Array1<f32>,
}

#[brain_jit]
impl LogisticRegression {
    pub fn new(dimension: usize) -> Self {
        LogisticRegression {
            w: Array1::from_elem(dimension, 0.7),
        }
    }

    pub fn call(&mut self, x: &Array2<f32>, y: &Array1<f32>) {
        let u = bm::dot(
            (1.0 / (1.0 + bm::exp(-y * bm::dot(x, &self.w))) - 1.0) * y,
            x,
        );
        self.w[..] = &self.w - u;
    }
}

/// Array expressions.
pub fn ndarray(w: &mut Array1<f32>, x: &Array2<f32>, y: &Array1<f32>) {
    let u = ((1.0 / (1.0 + (-y * x.dot(w)).exp()) - 1.0) * y).dot(x);
    *w -= &u;
}

/// One pass over the rows.
pub fn by_hand(w: &mut [f32], x: &[f32], y: &[f32]) {
    let mut u = vec![0.0; w.len()];
    for (row, y) in x.chunks_exact(w.len()).zip(y) {
        let s: f32 = row.iter().zip(&*w).map(|(x, w)| x * w).sum();
        let weight = (1.0 / (1.0 + (-y * s).exp()) - 1.0) * y;
        for (u, x) in u.iter_mut().zip(row) {
            *u += weight * x;
        }
    }
    for (w, u) in w.iter_mut().zip(&u) {
        *w -= u;
    }
}
