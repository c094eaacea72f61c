//! Measures of spike trains.

use ndarray::Array1;

use crate::array::number::Integer;
use crate::array::operand::Operand;

/// The neurons as indices and the times, as many.
pub(super) fn trains<I: Integer>(
    function: &str,
    times: &impl Operand<f64>,
    ids: &impl Operand<I>,
    neurons: usize,
) -> Vec<(usize, f64)> {
    let (times, ids) = (times.view(), ids.view());
    assert!(
        times.len() == ids.len(),
        "measure::{function}: {} times and {} neurons",
        times.len(),
        ids.len()
    );
    let train = |(time, id): (&f64, &I)| match usize::try_from(id.to_i64()) {
        Ok(id) if id < neurons => (id, *time),
        _ => panic!("measure::{function}: neuron {id:?} is out of range for {neurons} neurons"),
    };
    times.iter().zip(&ids).map(train).collect()
}

/// The rate of the population, in Hz a neuron: the spikes in each of `bins` equal parts of `[0, duration)` ms.
///
/// ```
/// use brain_jit::{measure, prelude::*};
/// let rate = measure::firing_rate([1.0, 2.0, 12.0], [0, 1, 0], 2, 20.0, 2);
/// assert_eq!(rate, array![100.0, 50.0]);
/// ```
///
/// # Panics
/// If lengths differ, a neuron is out of range, or there are no neurons, no bins or no time.
pub fn firing_rate<I: Integer>(
    times: impl Operand<f64>,
    ids: impl Operand<I>,
    neurons: usize,
    duration: f64,
    bins: usize,
) -> Array1<f64> {
    assert!(
        neurons > 0 && bins > 0 && duration > 0.0,
        "measure::firing_rate: {neurons} neurons, {bins} bins, {duration} ms"
    );
    let bin = duration / bins as f64;
    let mut rate = Array1::zeros(bins);
    for (_, time) in trains("firing_rate", &times, &ids, neurons) {
        if (0.0..duration).contains(&time) {
            rate[((time / bin) as usize).min(bins - 1)] += 1.0;
        }
    }
    rate * (1000.0 / (neurons as f64 * bin))
}

/// The intervals between the spikes of each neuron, in ms.
///
/// ```
/// use brain_jit::{measure, prelude::*};
/// let isi = measure::isi([0.0, 1.0, 10.0, 14.0, 20.0], [0, 1, 0, 1, 0], 3);
/// assert_eq!(isi, [array![10.0, 10.0], array![13.0], array![]]);
/// let all = bm::concatenate(&isi, 0);
/// assert_eq!(bm::histogram(&all, 2).0, array![2, 1]);
/// ```
///
/// # Panics
/// If lengths differ or a neuron is out of range.
pub fn isi<I: Integer>(
    times: impl Operand<f64>,
    ids: impl Operand<I>,
    neurons: usize,
) -> Vec<Array1<f64>> {
    intervals("isi", &times, &ids, neurons)
}

/// [`isi`], for a function of this name.
fn intervals<I: Integer>(
    function: &str,
    times: &impl Operand<f64>,
    ids: &impl Operand<I>,
    neurons: usize,
) -> Vec<Array1<f64>> {
    let mut trains = trains(function, times, ids, neurons);
    trains.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut intervals = vec![Array1::zeros(0); neurons];
    for train in trains.chunk_by(|a, b| a.0 == b.0) {
        intervals[train[0].0] = train.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    }
    intervals
}

/// The coefficient of variation of the intervals between the spikes of each neuron: their standard deviation over their mean; 0 for
/// a clock, 1 for a Poisson process, NaN for a neuron with fewer than `least` intervals.
///
/// ```
/// use brain_jit::measure;
/// let cv = measure::cv_isi([0.0, 1.0, 10.0, 14.0, 20.0], [0, 1, 0, 1, 0], 2, 2);
/// assert!(cv[0] == 0.0 && cv[1].is_nan());
/// ```
///
/// # Panics
/// If lengths differ or a neuron is out of range.
pub fn cv_isi<I: Integer>(
    times: impl Operand<f64>,
    ids: impl Operand<I>,
    neurons: usize,
    least: usize,
) -> Array1<f64> {
    let cv = |intervals: &Array1<f64>| {
        let mean = intervals.mean().filter(|_| intervals.len() >= least);
        mean.map_or(f64::NAN, |mean| intervals.std(0.0) / mean)
    };
    intervals("cv_isi", &times, &ids, neurons)
        .iter()
        .map(cv)
        .collect()
}

/// The coherence of spike trains in bins of `bin` ms, as of Wang and Buzsáki (1996, J Neurosci 16:6402–6413): for each pair of neurons
/// the number of bins in which both spike over the geometric mean of those in which each does, 0 if one does in none, averaged over all
/// pairs. 1 where all spike in the same bins. Takes time in proportion to the square of the number of neurons that spike.
///
/// BrainPy's, which takes a matrix with a row a step of dt, is `cross_correlation` of its [`raster_plot`](super::raster_plot); there a
/// bin has a whole number of steps.
///
/// ```
/// use brain_jit::measure;
/// assert_eq!(measure::cross_correlation([0.1, 0.2, 5.1, 5.9], [0, 1, 0, 1], 2, 1.0), 1.0);
/// assert_eq!(measure::cross_correlation([0.1, 1.2], [0, 1], 2, 1.0), 0.0);
/// ```
///
/// # Panics
/// If lengths differ, a neuron is out of range, or `bin` is not greater than 0.
pub fn cross_correlation<I: Integer>(
    times: impl Operand<f64>,
    ids: impl Operand<I>,
    neurons: usize,
    bin: f64,
) -> f64 {
    assert!(
        bin > 0.0,
        "measure::cross_correlation: bin is {bin}, but must be greater than 0"
    );
    let mut bins = vec![Vec::new(); neurons];
    for (neuron, time) in trains("cross_correlation", &times, &ids, neurons) {
        // A spike at the edge of a bin belongs to the one that begins there, whatever its time is rounded to.
        bins[neuron].push((time / bin + 1e-9).floor() as i64);
    }
    bins.retain(|bins| !bins.is_empty());
    for bins in &mut bins {
        bins.sort_unstable();
        bins.dedup();
    }
    let mut sum = 0.0;
    for (i, a) in bins.iter().enumerate() {
        for b in &bins[i + 1..] {
            let both = a.iter().filter(|bin| b.binary_search(bin).is_ok()).count();
            sum += both as f64 / ((a.len() * b.len()) as f64).sqrt();
        }
    }
    let pairs = neurons as f64 * (neurons as f64 - 1.0) / 2.0;
    if pairs > 0.0 { sum / pairs } else { 0.0 }
}
