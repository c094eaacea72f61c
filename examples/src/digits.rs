//! The data set Optical Recognition of Handwritten Digits; `data/README.md` has its source and licence.

use brain_jit::prelude::*;

/// The pixels from 0 to 1, shape (1797, 64), and the digits.
pub fn load() -> (Array2<f32>, Vec<usize>) {
    let rows: Vec<Vec<f32>> = include_str!("../data/digits.csv")
        .lines()
        .map(|line| {
            line.split(',')
                .map(|number| number.parse().expect("a number"))
                .collect()
        })
        .collect();
    let x = Array2::from_shape_fn((rows.len(), 64), |(i, j)| rows[i][j] / 16.0);
    (x, rows.iter().map(|row| row[64] as usize).collect())
}

#[test]
fn ten_digits() {
    let (x, digits) = load();
    assert_eq!(x.dim(), (1797, 64));
    assert!(x.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
    let counts = bm::bincount(Array1::from(digits), 10);
    assert_eq!(
        counts.to_vec(),
        [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    );
}
