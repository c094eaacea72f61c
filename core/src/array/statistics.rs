//! Medians, quantiles, averages, correlations, histograms, interpolation.

use ndarray::{Array, Array1, Array2, ArrayD, ArrayView1, Axis, Dimension, Ix0, Ix1, Ix2, IxDyn};

use super::axis::{Axes, resolve, resolve_all};
use super::elementwise::map1;
use super::number::{Arithmetic, Float, Inexact, Integer, Number, RealNumber};
use super::operand::{Kind, Mapped, Operand, dynamic, item, with_rank};
use super::reduction::{floats, reductions};
use super::sorting::sorted_line;

/// What a quantile between two elements is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Quantile {
    /// On the line between them.
    #[default]
    Linear,
    /// The lower one.
    Lower,
    /// The higher one.
    Higher,
    /// The nearer one; half way the one with the even place.
    Nearest,
    /// The middle.
    Midpoint,
}

fn line_quantile<T: Number<Float: Float>>(
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
    let at = q * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    let middle = |weight: f64| {
        // From the nearer end, so that equal ends give that value exactly.
        let width = high.minus(low);
        if width == Number::ZERO {
            low
        } else if weight < 0.5 {
            low.plus(width.times(Inexact::constant(weight)))
        } else {
            high.minus(width.times(Inexact::constant(1.0 - weight)))
        }
    };
    match method {
        Quantile::Linear => middle(at.fract()),
        Quantile::Lower => low,
        Quantile::Higher => high,
        Quantile::Nearest => sorted[at.round_ties_even() as usize],
        Quantile::Midpoint if at.fract() == 0.0 => low,
        Quantile::Midpoint => middle(0.5),
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
    quantile quantile_keepdims quantile_axis quantile_axis_keepdims <T: Number<Float: Float>> -> T::Float,
        (q: f64, method: Quantile), nonempty |line| line_quantile(line, q, method);
    /// The value below which `q` per cent of the elements lie. Panics if there is none.
    percentile percentile_keepdims percentile_axis percentile_axis_keepdims <T: Number<Float: Float>> -> T::Float,
        (q: f64, method: Quantile), nonempty |line| line_quantile(line, q / 100.0, method);
    /// [`quantile`] of what is not NaN.
    nanquantile nanquantile_keepdims nanquantile_axis nanquantile_axis_keepdims
        <T: Number<Float: Float>> -> T::Float, (q: f64, method: Quantile),
        |line| line_quantile(present(line).view(), q, method);
    /// [`percentile`] of what is not NaN.
    nanpercentile nanpercentile_keepdims nanpercentile_axis nanpercentile_axis_keepdims
        <T: Number<Float: Float>> -> T::Float, (q: f64, method: Quantile),
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

/// How often each integer occurs.
///
/// # Panics
/// If one is negative.
pub fn bincount<I: Integer, A: Operand<I>>(x: A, minlength: usize) -> Array1<usize> {
    bincount_weights(x, None::<&[f64]>, minlength).mapv(|count: f64| count as usize)
}

/// The sum of the weights of each integer; without weights, how often it occurs.
pub fn bincount_weights<I: Integer, T: RealNumber, A: Operand<I>, B: Operand<T>>(
    x: A,
    weights: Option<B>,
    minlength: usize,
) -> Array1<f64> {
    let x = vector_or_empty("bincount", &x);
    let weights: Option<Vec<T>> = weights.map(|weights| weights.view().iter().copied().collect());
    if let Some(weights) = &weights
        && weights.len() != x.len()
    {
        panic!(
            "bm::bincount: {} weights for {} elements",
            weights.len(),
            x.len()
        );
    }
    let places: Vec<usize> = x
        .iter()
        .map(|i| {
            usize::try_from(i.to_i64())
                .unwrap_or_else(|_| panic!("bm::bincount: {i:?} is negative"))
        })
        .collect();
    let length = places
        .iter()
        .max()
        .map_or(0, |last| last + 1)
        .max(minlength);
    let mut counts = Array1::zeros(length);
    for (k, &place) in places.iter().enumerate() {
        counts[place] += weights.as_ref().map_or(1.0, |weights| weights[k].to_f64());
    }
    counts
}

fn vector_or_empty<T: Copy, A: Operand<T>>(function: &str, x: &A) -> Vec<T> {
    let view = x.view();
    assert!(
        view.ndim() == 1,
        "bm::{function}: needs a vector, got shape {:?}",
        view.shape()
    );
    view.iter().copied().collect()
}

/// The bins of a histogram.
#[derive(Clone, PartialEq, Debug)]
pub enum Bins {
    /// This many of equal width, from the smallest to the largest element.
    Count(usize),
    /// This many of equal width over an interval.
    Range(usize, f64, f64),
    /// Between these edges, which must rise.
    Edges(Vec<f64>),
}

impl From<usize> for Bins {
    fn from(count: usize) -> Self {
        Bins::Count(count)
    }
}

impl From<i32> for Bins {
    fn from(count: i32) -> Self {
        Bins::Count(usize::try_from(count).unwrap_or(0))
    }
}

impl<T: Float> From<&[T]> for Bins {
    fn from(edges: &[T]) -> Self {
        Bins::Edges(edges.iter().map(|edge| edge.to_f64()).collect())
    }
}

impl<T: Float> From<&Array1<T>> for Bins {
    fn from(edges: &Array1<T>) -> Self {
        Bins::Edges(edges.iter().map(|edge| edge.to_f64()).collect())
    }
}

fn edges(function: &str, values: &[f64], bins: &Bins) -> Vec<f64> {
    let (count, low, high) = match *bins {
        Bins::Edges(ref edges) => {
            assert!(
                edges.windows(2).all(|pair| pair[0] <= pair[1]),
                "bm::{function}: the edges must rise"
            );
            return edges.clone();
        }
        Bins::Range(count, low, high) => {
            assert!(
                low <= high,
                "bm::{function}: the range ends at {high}, before it starts at {low}"
            );
            (count, low, high)
        }
        Bins::Count(count) => {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if values.is_empty() {
                (count, 0.0, 1.0)
            } else {
                (count, low, high)
            }
        }
    };
    assert!(count > 0, "bm::{function}: the number of bins is 0");
    assert!(
        low.is_finite() && high.is_finite(),
        "bm::{function}: the range from {low} to {high} is not finite"
    );
    let (low, high) = if low == high {
        (low - 0.5, high + 0.5)
    } else {
        (low, high)
    };
    super::creation::linspace(low, high, count + 1).to_vec()
}

/// The bin of a value, the last one closed.
fn bin(edges: &[f64], value: f64) -> Option<usize> {
    let last = *edges.last()?;
    if value.is_nan() || value < edges[0] || value > last {
        return None;
    }
    let place = if value == last {
        edges.partition_point(|&edge| edge < value)
    } else {
        edges.partition_point(|&edge| edge <= value)
    };
    Some(place.max(1) - 1)
}

fn reals<T: RealNumber, A: Operand<T>>(x: &A) -> Vec<f64> {
    x.view().iter().map(|value| value.to_f64()).collect()
}

/// How many elements fall into each bin, and the edges of the bins.
pub fn histogram<T: RealNumber<Float: Float>, A: Operand<T>>(
    x: A,
    bins: impl Into<Bins>,
) -> (Array1<usize>, Array1<T::Float>) {
    let (counts, edges) = histogram_weights(x, bins, None::<&[f64]>);
    (counts.mapv(|count| count as usize), edges)
}

/// The sum of the weights of the elements in each bin, and the edges.
pub fn histogram_weights<
    T: RealNumber<Float: Float>,
    W: RealNumber,
    A: Operand<T>,
    B: Operand<W>,
>(
    x: A,
    bins: impl Into<Bins>,
    weights: Option<B>,
) -> (Array1<f64>, Array1<T::Float>) {
    let values = reals(&x);
    let edges = edges("histogram", &values, &bins.into());
    let weights = weights.map(|weights| reals(&weights));
    if let Some(weights) = &weights {
        assert!(
            weights.len() == values.len(),
            "bm::histogram: {} weights for {} values",
            weights.len(),
            values.len()
        );
    }
    let mut counts = Array1::zeros(edges.len().max(1) - 1);
    for (i, &value) in values.iter().enumerate() {
        if let Some(place) = bin(&edges, value) {
            counts[place] += weights.as_ref().map_or(1.0, |weights| weights[i]);
        }
    }
    (
        counts,
        edges.into_iter().map(RealNumber::from_f64).collect(),
    )
}

/// The share of the elements in each bin divided by its width, and the edges.
pub fn histogram_density<T: RealNumber<Float: Float>, A: Operand<T>>(
    x: A,
    bins: impl Into<Bins>,
) -> (Array1<f64>, Array1<T::Float>) {
    let (counts, edges) = histogram_weights(x, bins, None::<&[f64]>);
    let total = counts.sum();
    let widths = edges
        .windows(2)
        .into_iter()
        .map(|pair| pair[1].to_f64() - pair[0].to_f64())
        .collect::<Array1<f64>>();
    (counts / widths / total, edges)
}

/// The edges of a histogram's bins.
pub fn histogram_bin_edges<T: RealNumber<Float: Float>, A: Operand<T>>(
    x: A,
    bins: impl Into<Bins>,
) -> Array1<T::Float> {
    edges("histogram_bin_edges", &reals(&x), &bins.into())
        .into_iter()
        .map(RealNumber::from_f64)
        .collect()
}

/// How many points fall into each cell of a grid, and the edges along both axes.
pub fn histogram2d<T: RealNumber<Float: Float>, A: Operand<T>, B: Operand<T>>(
    x: A,
    y: B,
    bins: (impl Into<Bins>, impl Into<Bins>),
) -> (Array2<f64>, Array1<T::Float>, Array1<T::Float>) {
    let (xs, ys) = (reals(&x), reals(&y));
    assert!(
        xs.len() == ys.len(),
        "bm::histogram2d: {} and {} coordinates",
        xs.len(),
        ys.len()
    );
    let rows = edges("histogram2d", &xs, &bins.0.into());
    let columns = edges("histogram2d", &ys, &bins.1.into());
    let mut counts = Array2::zeros((rows.len() - 1, columns.len() - 1));
    for (&x, &y) in xs.iter().zip(&ys) {
        if let (Some(i), Some(j)) = (bin(&rows, x), bin(&columns, y)) {
            counts[(i, j)] += 1.0;
        }
    }
    let convert = |edges: Vec<f64>| edges.into_iter().map(RealNumber::from_f64).collect();
    (counts, convert(rows), convert(columns))
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
        slope * (x - xp[i]) + fp[i]
    };
    <A::Kind as Kind>::evaluate(|| value(item(&x)), || map1(dynamic(&x), value))
}

/// Points along each axis counted in a grid of bins: the counts and the edges along each axis.
pub fn histogramdd<T: RealNumber<Float: Float>, A: Operand<T>>(
    points: A,
    bins: &[Bins],
) -> (ArrayD<f64>, Vec<Array1<T::Float>>) {
    let view = dynamic(&points);
    let &[_, dimensions] = view.shape() else {
        panic!(
            "bm::histogramdd: needs one row a point, got shape {:?}",
            view.shape()
        )
    };
    assert!(
        bins.len() == dimensions,
        "bm::histogramdd: {} bins for {dimensions} coordinates",
        bins.len()
    );
    let columns: Vec<Vec<f64>> = view
        .axis_iter(Axis(1))
        .map(|column| column.iter().map(|v| v.to_f64()).collect())
        .collect();
    let all: Vec<Vec<f64>> = columns
        .iter()
        .zip(bins)
        .map(|(column, bins)| edges("histogramdd", column, bins))
        .collect();
    let sizes: Vec<usize> = all.iter().map(|edges| edges.len() - 1).collect();
    let mut counts = ArrayD::zeros(IxDyn(&sizes));
    for row in view.axis_iter(Axis(0)) {
        let cell: Option<Vec<usize>> = row
            .iter()
            .zip(&all)
            .map(|(value, edges)| bin(edges, value.to_f64()))
            .collect();
        if let Some(cell) = cell {
            counts[&cell[..]] += 1.0;
        }
    }
    (
        counts,
        all.into_iter()
            .map(|edges| edges.into_iter().map(RealNumber::from_f64).collect())
            .collect(),
    )
}
