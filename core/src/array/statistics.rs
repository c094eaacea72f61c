//! Medians, quantiles, averages, correlations, convolutions, interpolation.

use ndarray::{Array, Array1, Array2, ArrayD, ArrayView1, Dimension, Ix0, Ix1, Ix2, IxDyn};

use super::axis::{Axes, resolve};
use super::elementwise::map1;
use super::number::{Arithmetic, Float, Inexact, Number, RealNumber};
use super::operand::{Kind, Mapped, Operand, dynamic, item, with_rank};
use super::quantile::Quantile;
use super::reduction::{floats, reductions};
use super::sorting::sorted_line;

fn line_quantile<T: RealNumber<Float: Float>>(
    line: ArrayView1<'_, T>,
    q: f64,
    method: Quantile,
) -> T::Float {
    if !(0.0..=1.0).contains(&q) {
        panic!("bm::quantile: {q} is not between 0 and 1");
    }
    let line = floats(line);
    if line.is_empty() || line.iter().any(|value| value.is_nan()) {
        return T::Float::NAN;
    }
    let sorted = sorted_line(line.view());
    let (low, high, weight) = method.between(q, sorted.len());
    let (low, high) = (sorted[low], sorted[high]);
    // From the nearer end, so that equal ends give that value exactly.
    let width = high.minus(low);
    // As in NumPy, no line goes through an infinite element.
    if width == Number::ZERO || weight == 0.0 && !method.is_straight() {
        low
    } else if weight < 0.5 {
        low.plus(width.times(Inexact::constant(weight)))
    } else {
        high.minus(width.times(Inexact::constant(1.0 - weight)))
    }
}

fn present<T: Number>(line: ArrayView1<'_, T>) -> Array1<T> {
    line.iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect()
}

fn line_median<T: Number<Float: Float>>(line: ArrayView1<'_, T>) -> T::Float {
    let line = floats(line);
    let n = line.len();
    if n == 0 || line.iter().any(|value| value.is_nan()) {
        return T::Float::NAN;
    }
    let sorted = sorted_line(line.view());
    let half: T::Float = Inexact::constant(0.5);
    if n % 2 == 1 {
        sorted[n / 2]
    } else {
        sorted[n / 2 - 1].plus(sorted[n / 2]).times(half)
    }
}

reductions! {
    /// The middle of the sorted elements, the mean of two; NaN if one is NaN or there is none.
    median median_keepdims median_axis median_axis_keepdims <T: Number<Float: Float>> -> T::Float, (),
        |line| line_median(line);
    /// [`median`] of what is not NaN.
    nanmedian nanmedian_keepdims nanmedian_axis nanmedian_axis_keepdims <T: Number<Float: Float>> -> T::Float, (),
        |line| line_median(present(line).view());
    /// The value below which the share `q` of the elements lies. Panics if there is none.
    quantile quantile_keepdims quantile_axis quantile_axis_keepdims <T: RealNumber<Float: Float>> -> T::Float,
        (q: f64, method: Quantile), nonempty |line| line_quantile(line, q, method);
    /// The value below which `q` per cent of the elements lie. Panics if there is none.
    percentile percentile_keepdims percentile_axis percentile_axis_keepdims <T: RealNumber<Float: Float>> -> T::Float,
        (q: f64, method: Quantile), nonempty |line| line_quantile(line, q / 100.0, method);
    /// [`quantile`] of what is not NaN.
    nanquantile nanquantile_keepdims nanquantile_axis nanquantile_axis_keepdims
        <T: RealNumber<Float: Float>> -> T::Float, (q: f64, method: Quantile),
        |line| line_quantile(present(line).view(), q, method);
    /// [`percentile`] of what is not NaN.
    nanpercentile nanpercentile_keepdims nanpercentile_axis nanpercentile_axis_keepdims
        <T: RealNumber<Float: Float>> -> T::Float, (q: f64, method: Quantile),
        |line| line_quantile(present(line).view(), q / 100.0, method);
}

/// Arithmetic mean over all elements, weighted.
///
/// # Panics
/// If the weights have another shape or add up to 0.
pub fn average<T: Number, A: Operand<T>, B: Operand<T>>(x: A, weights: B) -> T::Float {
    let (x, weights) = (dynamic(&x), dynamic(&weights));
    if x.shape() != weights.shape() {
        panic!(
            "bm::average: weights of shape {:?} for an array of shape {:?}",
            weights.shape(),
            x.shape()
        );
    }
    let (x, weights) = (x.mapv(|v| v.to_float()), weights.mapv(|v| v.to_float()));
    let total = super::reduction::sum(&weights);
    assert!(
        total != Number::ZERO,
        "bm::average: the weights add up to 0"
    );
    super::reduction::sum(super::arithmetic::multiply(&x, &weights)).divide(total)
}

/// Arithmetic mean along an axis; the weights are a vector along it or have the array's shape.
pub fn average_axis<T: Number, A: Operand<T>, B: Operand<T>>(
    x: A,
    axis: impl super::axis::AxisIndex,
    weights: B,
) -> Array<T::Float, <A::Dim as Dimension>::Smaller> {
    let (x, weights) = (dynamic(&x), dynamic(&weights));
    let axis = resolve("average_axis", axis, x.shape());
    let weights = weights.mapv(|v| v.to_float());
    let weights = if weights.ndim() == 1 && weights.len() == x.shape()[axis] {
        let mut sizes = vec![1; x.ndim()];
        sizes[axis] = weights.len();
        super::shape::broadcast_to(super::shape::reshape(&weights, sizes), x.shape())
    } else if weights.shape() == x.shape() {
        weights
    } else {
        panic!(
            "bm::average_axis: weights of shape {:?} for axis {axis} of shape {:?}",
            weights.shape(),
            x.shape()
        );
    };
    let total = super::reduction::sum_axis(&weights, axis);
    assert!(
        total.iter().all(|sum| *sum != Number::ZERO),
        "bm::average_axis: weights add up to 0"
    );
    let products = super::arithmetic::multiply(x.mapv(|v| v.to_float()), &weights);
    with_rank(super::arithmetic::divide(
        super::reduction::sum_axis(&products, axis),
        &total,
    ))
}

/// Options of [`cov_with`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Covariance {
    /// Whether a row is a variable and a column an observation.
    pub rowvar: bool,
    /// The divisor is the number of observations minus this.
    pub ddof: f64,
}

impl Default for Covariance {
    /// Rows are variables, `ddof` 1.
    fn default() -> Self {
        Covariance {
            rowvar: true,
            ddof: 1.0,
        }
    }
}

/// The rank of a covariance: a vector gives a scalar, a matrix a matrix.
pub trait CovarianceRank: Dimension {
    /// The rank of the result.
    type Output: Dimension;
}

impl CovarianceRank for Ix1 {
    type Output = Ix0;
}

impl CovarianceRank for Ix2 {
    type Output = Ix2;
}

impl CovarianceRank for IxDyn {
    type Output = IxDyn;
}

fn covariance<T: Inexact>(variables: &Array2<T>, ddof: f64) -> Array2<T> {
    let (n, count) = variables.dim();
    let means = super::reduction::mean_axis_keepdims(variables, 1);
    let centred = super::arithmetic::subtract(variables, &means);
    let divisor = T::constant((count as f64 - ddof).max(0.0));
    Array2::from_shape_fn((n, n), |(i, j)| {
        let products: Array1<T> = centred
            .row(i)
            .iter()
            .zip(centred.row(j))
            .map(|(a, b)| a.times(b.conj()))
            .collect();
        super::reduction::sum(&products).divide(divisor)
    })
}

fn variables<T: Number>(view: ndarray::ArrayViewD<'_, T>, rowvar: bool) -> Array2<T::Float> {
    let view = view.mapv(|v| v.to_float());
    let matrix: Array2<T::Float> = match view.ndim() {
        0 | 1 => super::shape::reshape(&view, [1, -1]),
        2 => with_rank(view),
        _ => panic!(
            "bm::cov: needs a vector or a matrix, got shape {:?}",
            view.shape()
        ),
    };
    if rowvar || matrix.nrows() == 1 {
        matrix
    } else {
        matrix.reversed_axes()
    }
}

/// Covariances of the rows of a matrix, with `ddof` 1.
pub fn cov<T: Number, A: Operand<T>>(x: A) -> Array<T::Float, <A::Dim as CovarianceRank>::Output>
where
    A::Dim: CovarianceRank,
{
    cov_with(x, Covariance::default())
}

/// Covariances of the rows or columns of a matrix.
pub fn cov_with<T: Number, A: Operand<T>>(
    x: A,
    options: Covariance,
) -> Array<T::Float, <A::Dim as CovarianceRank>::Output>
where
    A::Dim: CovarianceRank,
{
    let view = dynamic(&x);
    let rank = view.ndim();
    squared(
        covariance(&variables(view, options.rowvar), options.ddof),
        rank,
    )
}

/// The covariances of a matrix, for derivatives.
pub(crate) fn covariance_of<T: Number>(
    x: &ndarray::ArrayRef2<T>,
    options: Covariance,
) -> Array2<T::Float> {
    covariance(
        &variables(x.view().into_dyn(), options.rowvar),
        options.ddof,
    )
}

/// A 1 × 1 matrix of a single variable as a scalar.
fn squared<T: Copy, D: Dimension>(matrix: Array2<T>, rank: usize) -> Array<T, D> {
    with_rank(if rank < 2 {
        ArrayD::from_elem(IxDyn(&[]), matrix[(0, 0)])
    } else {
        matrix.into_dyn()
    })
}

/// Covariances of all rows of both; a vector is one row.
pub fn cov_xy<T: Number, A: Operand<T>, B: Operand<T>>(
    x: A,
    y: B,
    options: Covariance,
) -> Array2<T::Float> {
    covariance(
        &both(dynamic(&x), dynamic(&y), options.rowvar),
        options.ddof,
    )
}

fn both<T: Number>(
    x: ndarray::ArrayViewD<'_, T>,
    y: ndarray::ArrayViewD<'_, T>,
    rowvar: bool,
) -> Array2<T::Float> {
    super::joining::concatenate(&[variables(x, rowvar), variables(y, rowvar)], 0)
}

fn correlation<T: Inexact>(covariance: Array2<T>) -> Array2<T> {
    let deviations: Vec<T> = covariance
        .diag()
        .iter()
        .map(|variance| variance.sqrt())
        .collect();
    Array2::from_shape_fn(covariance.dim(), |(i, j)| {
        let value = covariance[(i, j)]
            .divide(deviations[i])
            .divide(deviations[j]);
        // Rounding must not lead beyond 1.
        if value.modulus() > Number::ONE {
            value.sign()
        } else {
            value
        }
    })
}

/// Correlation coefficients of the rows of a matrix.
pub fn corrcoef<T: Number, A: Operand<T>>(
    x: A,
) -> Array<T::Float, <A::Dim as CovarianceRank>::Output>
where
    A::Dim: CovarianceRank,
{
    corrcoef_with(x, Covariance::default())
}

/// Correlation coefficients of the rows or columns of a matrix.
pub fn corrcoef_with<T: Number, A: Operand<T>>(
    x: A,
    options: Covariance,
) -> Array<T::Float, <A::Dim as CovarianceRank>::Output>
where
    A::Dim: CovarianceRank,
{
    let view = dynamic(&x);
    let rank = view.ndim();
    squared(
        correlation(covariance(&variables(view, options.rowvar), options.ddof)),
        rank,
    )
}

/// Correlation coefficients of all rows of both.
pub fn corrcoef_xy<T: Number, A: Operand<T>, B: Operand<T>>(
    x: A,
    y: B,
    options: Covariance,
) -> Array2<T::Float> {
    correlation(covariance(
        &both(dynamic(&x), dynamic(&y), options.rowvar),
        options.ddof,
    ))
}

/// Which part of a [`convolve`] is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Convolution {
    /// All places where the vectors overlap.
    #[default]
    Full,
    /// As many as the longer vector has, from the middle.
    Same,
    /// The places where they overlap fully.
    Valid,
}

fn vector<T: Copy, A: Operand<T>>(function: &str, x: &A) -> Vec<T> {
    let view = x.view();
    if view.ndim() > 1 || view.is_empty() {
        panic!(
            "bm::{function}: needs vectors that are not empty, got shape {:?}",
            view.shape()
        );
    }
    view.iter().copied().collect()
}

/// The sums of products of `a` with the reversed `v`, shifted along it.
pub fn convolve<T: Number, A: Operand<T>, B: Operand<T>>(
    a: A,
    v: B,
    mode: Convolution,
) -> Array1<T> {
    convolution(vector("convolve", &a), vector("convolve", &v), mode)
}

fn convolution<T: Number>(a: Vec<T>, v: Vec<T>, mode: Convolution) -> Array1<T> {
    let (long, short) = if a.len() >= v.len() { (a, v) } else { (v, a) };
    let (n, m) = (long.len(), short.len());
    let full = (0..n + m - 1).map(|k| {
        let overlap = k.saturating_sub(m - 1)..(k + 1).min(n);
        overlap.fold(T::ZERO, |sum, i| sum.plus(long[i].times(short[k - i])))
    });
    match mode {
        Convolution::Full => full.collect(),
        Convolution::Same => full.skip((m - 1) / 2).take(n).collect(),
        Convolution::Valid => full.skip(m - 1).take(n - m + 1).collect(),
    }
}

/// The sums of products of `a` with the conjugate of `v`, shifted along it.
pub fn correlate<T: Number, A: Operand<T>, B: Operand<T>>(
    a: A,
    v: B,
    mode: Convolution,
) -> Array1<T> {
    let a = vector("correlate", &a);
    let v: Vec<T> = vector("correlate", &v)
        .into_iter()
        .rev()
        .map(|value| value.conj())
        .collect();
    if mode == Convolution::Same && a.len() < v.len() {
        // NumPy centres on the second vector here, from the other end.
        let (n, m) = (v.len(), a.len());
        let full = convolution(a, v, Convolution::Full);
        return full.iter().copied().skip(m / 2).take(n).collect();
    }
    convolution(a, v, mode)
}

/// The elements as `f64`.
pub(super) fn reals<T: RealNumber, A: Operand<T>>(x: &A) -> Vec<f64> {
    x.view().iter().map(|value| value.to_f64()).collect()
}

/// Options of [`interp_with`].
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Interpolation {
    /// The value before the first point, by default the first.
    pub left: Option<f64>,
    /// The value after the last point, by default the last.
    pub right: Option<f64>,
    /// A period of the coordinates; there is then nothing before or after.
    pub period: Option<f64>,
}

/// Values on the lines between points with rising coordinates; the first and last value outside.
pub fn interp<T: RealNumber, A: Operand<T>, B: Operand<T>, C: Operand<T>>(
    x: A,
    xp: B,
    fp: C,
) -> Mapped<T, A, f64> {
    interp_with(x, xp, fp, Interpolation::default())
}

/// [`interp`] with values outside, or periodic.
pub fn interp_with<T: RealNumber, A: Operand<T>, B: Operand<T>, C: Operand<T>>(
    x: A,
    xp: B,
    fp: C,
    options: Interpolation,
) -> Mapped<T, A, f64> {
    let (mut xp, mut fp) = (reals(&xp), reals(&fp));
    if xp.is_empty() || xp.len() != fp.len() {
        panic!(
            "bm::interp: {} coordinates for {} values",
            xp.len(),
            fp.len()
        );
    }
    if let Some(period) = options.period {
        assert!(period != 0.0, "bm::interp: the period is 0");
        let period = period.abs();
        let mut points: Vec<(f64, f64)> = xp.iter().map(|x| x.rem_euclid(period)).zip(fp).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (first, last) = (points[0], points[points.len() - 1]);
        points.insert(0, (last.0 - period, last.1));
        points.push((first.0 + period, first.1));
        (xp, fp) = points.into_iter().unzip();
    }
    let n = xp.len();
    let value = |x: T| {
        let x = x.to_f64();
        let x = options
            .period
            .map_or(x, |period| x.rem_euclid(period.abs()));
        if x.is_nan() {
            return x;
        }
        if x < xp[0] {
            return options.left.unwrap_or(fp[0]);
        }
        if x > xp[n - 1] {
            return options.right.unwrap_or(fp[n - 1]);
        }
        let i = xp.partition_point(|&p| p <= x) - 1;
        if i == n - 1 || x == xp[i] {
            return fp[i];
        }
        let slope = (fp[i + 1] - fp[i]) / (xp[i + 1] - xp[i]);
        let value = slope * (x - xp[i]) + fp[i];
        // Beside an infinite value: from the other end, as NumPy does.
        match value.is_nan() {
            true if fp[i] == fp[i + 1] => fp[i],
            true => slope * (x - xp[i + 1]) + fp[i + 1],
            false => value,
        }
    };
    <A::Kind as Kind>::evaluate(|| value(item(&x)), || map1(dynamic(&x), value))
}
