//! The data set Breast Cancer Wisconsin (Diagnostic); `data/README.md` has its source and licence.

use brain_jit::prelude::*;

/// The features, standardised, with a column of ones in front, shape (569, 31), and the labels: 1 malignant, -1 benign.
pub fn load() -> (Array2<f32>, Array1<f32>) {
    let rows: Vec<Vec<f32>> = include_str!("../data/breast_cancer.csv")
        .lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .map(|number| number.parse().expect("a number"))
                .collect()
        })
        .collect();
    let features = rows[0].len() - 1;
    let x = Array2::from_shape_fn((rows.len(), features), |(i, j)| rows[i][j]);
    let x = (&x - bm::mean_axis(&x, 0)) / bm::std_axis(&x, 0);
    let with_bias = Array2::from_shape_fn((rows.len(), features + 1), |(i, j)| {
        if j == 0 { 1.0 } else { x[(i, j - 1)] }
    });
    let labels = rows.iter().map(|row| 1.0 - 2.0 * row[features]).collect();
    (with_bias, labels)
}

#[test]
fn standardised() {
    let (x, y) = load();
    assert_eq!(x.dim(), (569, 31));
    assert_eq!(y.iter().filter(|label| **label == 1.0).count(), 212);
    assert!(x.column(0).iter().all(|one| *one == 1.0));
    for column in x.columns().into_iter().skip(1) {
        assert!(column.mean().expect("not empty").abs() < 1e-4);
        assert!((column.std(0.0) - 1.0).abs() < 1e-4);
    }
}
