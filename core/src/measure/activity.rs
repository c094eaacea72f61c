//! Measures of matrices with a row a step and a column a neuron, after BrainPy's (`brainpy.measure`).

use ndarray::{Array1, Array2, ArrayView1, Axis, Ix1, Ix2};

use crate::array::number::Number;
use crate::array::operand::Operand;
use crate::inputs::floor_steps;

/// The spikes in a matrix with a row a step, as the neurons and the times of those elements that are not 0, step by step.
///
/// ```
/// use brain_jit::{measure, prelude::*};
/// let spikes = array![[false, true], [true, true]];
/// let (ids, times) = measure::raster_plot(&spikes, [0.0, 0.1]);
/// assert_eq!((ids, times), (array![1, 0, 1], array![0.0, 0.1, 0.1]));
/// ```
///
/// # Panics
/// If there is not one time a row, or neurons cannot be numbered by 32 bits.
pub fn raster_plot<E: Number>(
    sp_matrix: impl Operand<E, Dim = Ix2>,
    times: impl Operand<f64, Dim = Ix1>,
) -> (Array1<u32>, Array1<f64>) {
    let (matrix, times) = (sp_matrix.view(), times.view());
    assert!(
        matrix.nrows() == times.len() && u32::try_from(matrix.ncols()).is_ok(),
        "measure::raster_plot: a matrix of shape {:?} for {} times",
        matrix.dim(),
        times.len()
    );
    let (mut ids, mut when) = (Vec::new(), Vec::new());
    for (row, &time) in matrix.rows().into_iter().zip(&times) {
        for (neuron, element) in (0..).zip(row) {
            if *element != E::ZERO {
                ids.push(neuron);
                when.push(time);
            }
        }
    }
    (ids.into(), when.into())
}

/// The rate of a population in Hz at each step, of a matrix of spikes with a row a step of `dt` ms: their mean in a window of `width` ms
/// around the step, made an odd number of steps. What the window reaches beyond the ends counts as 0. BrainPy's `firing_rate`, where
/// `width` is an odd number of steps; for others that divides by `width`, and this by the window.
///
/// ```
/// use brain_jit::{measure, prelude::*};
/// let spikes = array![[1.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
/// assert_eq!(measure::population_rate(&spikes, 2.0, 1.0), array![500.0 / 3.0, 500.0, 1000.0 / 3.0, 1000.0 / 3.0]);
/// ```
///
/// # Panics
/// Unless dt is greater than 0 and `width` at least 0.
pub fn population_rate(spikes: impl Operand<f64, Dim = Ix2>, width: f64, dt: f64) -> Array1<f64> {
    assert!(
        dt > 0.0 && width >= 0.0 && width.is_finite(),
        "measure::population_rate: width is {width} and dt {dt}, but must be at least 0 and greater than 0"
    );
    let side = floor_steps(width / 2.0, dt);
    let sums = spikes.view().sum_axis(Axis(1)) / spikes.view().ncols() as f64;
    let scale = 1000.0 / ((2 * side + 1) as f64 * dt);
    let rate = |step: usize| {
        let window = step.saturating_sub(side)..(step + side + 1).min(sums.len());
        window.map(|step| sums[step]).sum::<f64>() * scale
    };
    (0..sums.len()).map(rate).collect()
}

fn variance(values: ArrayView1<'_, f64>) -> f64 {
    values.var(0.0)
}

/// How much of the fluctuation of potentials is common to all neurons: the variance in time of their mean over the mean of their
/// variances, of a matrix with a row a step. 1 if all are equal, about 1 / n for n independent ones; 1 if nothing varies.
///
/// Source: Golomb and Rinzel (1993), Phys Rev E 48:4810–4814, its measure squared, as in BrainPy.
///
/// ```
/// use brain_jit::{measure, prelude::*};
/// assert_eq!(measure::voltage_fluctuation(array![[0.0, 0.0], [1.0, 1.0]]), 1.0);
/// assert_eq!(measure::voltage_fluctuation(array![[0.0, 1.0], [1.0, 0.0]]), 0.0);
/// ```
///
/// # Panics
/// If there are no steps or no neurons.
pub fn voltage_fluctuation(potentials: impl Operand<f64, Dim = Ix2>) -> f64 {
    let potentials = potentials.view();
    let Some(mean) = potentials
        .mean_axis(Axis(1))
        .filter(|mean| !mean.is_empty())
    else {
        panic!(
            "measure::voltage_fluctuation: potentials of shape {:?}",
            potentials.dim()
        )
    };
    let variances: Array1<f64> = potentials.columns().into_iter().map(variance).collect();
    match variances.mean() {
        Some(own) if own > 0.0 => variance(mean.view()) / own,
        _ => 1.0,
    }
}

/// Pearson's correlation of two lists with weights.
///
/// ```
/// use brain_jit::measure;
/// let r = measure::weighted_correlation([0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 5.0, 4.0], [1.0, 1.0, 2.0, 1.0, 1.0]);
/// assert!((r - 0.7686151382644182).abs() < 1e-15);
/// ```
///
/// # Panics
/// If lengths differ.
pub fn weighted_correlation(
    x: impl Operand<f64, Dim = Ix1>,
    y: impl Operand<f64, Dim = Ix1>,
    w: impl Operand<f64, Dim = Ix1>,
) -> f64 {
    let (x, y, w) = (x.view(), y.view(), w.view());
    assert!(
        x.len() == y.len() && x.len() == w.len(),
        "measure::weighted_correlation: {}, {} and {} values",
        x.len(),
        y.len(),
        w.len()
    );
    let total = w.sum();
    let mean = |x: ArrayView1<'_, f64>| (&x * &w).sum() / total;
    let (x, y) = (&x - mean(x), &y - mean(y));
    let covariance = |x: &Array1<f64>, y: &Array1<f64>| (x * y * w).sum();
    covariance(&x, &y) / (covariance(&x, &x) * covariance(&y, &y)).sqrt()
}

/// The correlations between the columns of a matrix of activities with a row a step; those of a column that does not vary are 0.
///
/// # Panics
/// If there are no steps.
pub fn functional_connectivity(activities: impl Operand<f64, Dim = Ix2>) -> Array2<f64> {
    let activities = activities.view();
    let ones = Array1::ones(activities.nrows());
    assert!(
        !ones.is_empty(),
        "measure::functional_connectivity: activities of shape {:?}",
        activities.dim()
    );
    let correlation = |(i, j)| {
        let pair = (activities.column(i), activities.column(j));
        match weighted_correlation(pair.0, pair.1, &ones) {
            r if r.is_nan() => 0.0,
            r => r,
        }
    };
    let neurons = activities.ncols();
    Array2::from_shape_fn((neurons, neurons), correlation)
}

/// The correlation between the elements above the diagonals of two square matrices, such as a structural and a functional connectivity.
///
/// # Panics
/// If they are not square and of one size.
pub fn matrix_correlation(x: impl Operand<f64, Dim = Ix2>, y: impl Operand<f64, Dim = Ix2>) -> f64 {
    let (x, y) = (x.view(), y.view());
    assert!(
        x.is_square() && x.dim() == y.dim(),
        "measure::matrix_correlation: matrices of shapes {:?} and {:?}",
        x.dim(),
        y.dim()
    );
    let above = || (0..x.nrows()).flat_map(|j| (0..j).map(move |i| (i, j)));
    let (x, y): (Vec<f64>, Vec<f64>) = above().map(|at| (x[at], y[at])).unzip();
    weighted_correlation(&x, &y, vec![1.0; x.len()])
}
