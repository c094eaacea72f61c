//! Adjoints of statistics of several variables, and of interpolation.

use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Dimension};

use crate::array::number::Number;
use crate::array::statistics::{Covariance, covariance_of};
use crate::kernel::Real;
use crate::linalg::ProductElement;

/// The rows of variables less their means, and the divisor of their products.
fn centred<T: Real + ProductElement>(a: &ArrayRef2<T>, options: Covariance) -> (Array2<T>, T) {
    let mut centred = match by_rows(a, options) {
        true => a.to_owned(),
        false => a.t().to_owned(),
    };
    let count = centred.ncols() as f64;
    for mut row in centred.rows_mut() {
        let mean = row.sum() / T::from_f64(count);
        row.mapv_inplace(|x| x - mean);
    }
    (centred, T::from_f64((count - options.ddof).max(0.0)))
}

fn by_rows<T>(a: &ArrayRef2<T>, options: Covariance) -> bool {
    options.rowvar || a.nrows() == 1
}

/// What the observations receive from `g`, the adjoint of their covariances: of C = X Xᵀ / n with centred rows X it is (g + gᵀ) X / n.
pub fn cov<T: Real + ProductElement>(
    g: &ArrayRef2<T>,
    a: &ArrayRef2<T>,
    options: Covariance,
) -> Array2<T> {
    let (centred, divisor) = centred(a, options);
    let both = (&g.view() + &g.t()).mapv_into(|g| g / divisor);
    let adjoint = T::multiply(both.view(), centred.view());
    match by_rows(a, options) {
        true => adjoint,
        false => adjoint.reversed_axes(),
    }
}

/// How the covariances change with the observations: (D Xᵀ + X Dᵀ) / n.
pub fn cov_along<T: Real + ProductElement>(
    moved: &ArrayRef2<T>,
    a: &ArrayRef2<T>,
    options: Covariance,
) -> Array2<T> {
    let (centred, divisor) = centred(a, options);
    let moved = match by_rows(a, options) {
        true => moved.view(),
        false => moved.t(),
    };
    let one = T::multiply(moved, centred.t());
    (&one + &one.t()).mapv_into(|sum| sum / divisor)
}

/// The same of their correlations y: of R with R[i, j] = C[i, j] / √(C[i, i] C[j, j]).
pub fn corrcoef<T: Real + ProductElement + Number<Float = T>>(
    g: &ArrayRef2<T>,
    a: &ArrayRef2<T>,
    y: &ArrayRef2<T>,
    options: Covariance,
) -> Array2<T> {
    let covariance: Array2<T> = covariance_of(a, options);
    let variance = covariance.diag();
    let mut to_covariance = Array2::from_shape_fn(g.raw_dim(), |(i, j)| {
        g[(i, j)] / (variance[i] * variance[j]).sqrt()
    });
    for i in 0..g.nrows() {
        let pairs = (0..g.ncols()).map(|j| g[(i, j)] * y[(i, j)] + g[(j, i)] * y[(j, i)]);
        let sum = pairs.fold(T::from_f64(0.0), |sum, pair| sum + pair);
        to_covariance[(i, i)] -= T::from_f64(0.5) * sum / variance[i];
    }
    cov(&to_covariance, a, options)
}

/// How correlations change with the observations.
pub fn corrcoef_along<T: Real + ProductElement + Number<Float = T>>(
    moved: &ArrayRef2<T>,
    a: &ArrayRef2<T>,
    y: &ArrayRef2<T>,
    options: Covariance,
) -> Array2<T> {
    let (covariance, moved) = (covariance_of(a, options), cov_along(moved, a, options));
    let variance = covariance.diag();
    let shrinks = |i: usize| T::from_f64(0.5) * moved[(i, i)] / variance[i];
    Array2::from_shape_fn(y.raw_dim(), |(i, j)| {
        moved[(i, j)] / (variance[i] * variance[j]).sqrt() - y[(i, j)] * (shrinks(i) + shrinks(j))
    })
}

/// How interpolated values change with the coordinates.
pub fn interp_along<D: Dimension>(
    moved: &ArrayRef1<f64>,
    x: &ArrayRef<f64, D>,
    xp: &ArrayRef1<f64>,
    fp: &ArrayRef1<f64>,
) -> Array<f64, D> {
    let last = xp.len() - 1;
    let coordinates = xp.to_vec();
    x.mapv(|x| {
        let j = coordinates.partition_point(|&p| p <= x);
        if j == 0 || j > last {
            return 0.0;
        }
        let (width, from) = (xp[j] - xp[j - 1], x - xp[j - 1]);
        let between = moved[j - 1] + (moved[j] - moved[j - 1]) * from / width;
        -(fp[j] - fp[j - 1]) / width * between
    })
}

/// What the places, the coordinates and the values of `interp` receive. Outside a place has slope 0.
pub fn interp<D: Dimension>(
    g: &ArrayRef<f64, D>,
    x: &ArrayRef<f64, D>,
    xp: &ArrayRef1<f64>,
    fp: &ArrayRef1<f64>,
) -> (Array<f64, D>, Array1<f64>, Array1<f64>) {
    let mut to_x = Array::zeros(x.raw_dim());
    let (mut to_xp, mut to_fp) = (Array1::zeros(xp.len()), Array1::zeros(fp.len()));
    let last = xp.len() - 1;
    let coordinates = xp.to_vec();
    for ((&g, &x), to_x) in g.iter().zip(x).zip(&mut to_x) {
        let after = coordinates.partition_point(|&p| p <= x);
        if after == 0 || after > last {
            to_fp[after.min(last)] += g;
            continue;
        }
        let (i, j) = (after - 1, after);
        let (width, from) = (xp[j] - xp[i], x - xp[i]);
        let slope = (fp[j] - fp[i]) / width;
        *to_x = g * slope;
        to_fp[i] += g * (1.0 - from / width);
        to_fp[j] += g * from / width;
        to_xp[i] += g * slope * (from / width - 1.0);
        to_xp[j] -= g * slope * from / width;
    }
    (to_x, to_xp, to_fp)
}
