//! Counts: how often integers occur, and histograms of one, two and more dimensions.

use ndarray::{Array1, Array2, ArrayD, Axis, IxDyn};

use super::number::{Float, Integer, RealNumber};
use super::operand::{Operand, dynamic};
use super::statistics::reals;

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
            // The smallest and the largest pass over NaN.
            assert!(
                !values.iter().any(|value| value.is_nan()),
                "bm::{function}: an element is NaN, so there is no range from the smallest to the largest; \
                 `Bins::Range` and `Bins::Edges` leave it out"
            );
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
