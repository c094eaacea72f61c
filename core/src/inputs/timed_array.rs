//! Samples by time.

use ndarray::{Array, ArrayView1, Axis, Dimension, Ix1, Ix2, RemoveAxis};

use super::steps::floor_steps;

/// A sampled input as a function of time, constant between samples; Brian2's name. The first axis is time; before the first sample and
/// behind the last one the nearest holds.
///
/// A constant of a model, whose compiled methods call `at`:
///
/// ```
/// use brain_jit::inputs::TimedArray;
/// use brain_jit::prelude::*;
/// use ndarray::{Ix1, Ix2};
///
/// #[derive(BrainObject)]
/// struct Driven {
///     common: TimedArray<f64, Ix1>,
///     own: TimedArray<f64, Ix2>, // a column a neuron
///     #[variable]
///     v: Array1<f64>,
/// }
///
/// #[brain_jit]
/// impl Driven {
///     fn update(&mut self, t: f64) {
///         let own: ArrayView1<f64> = self.own.at(t);
///         self.v += self.common.at(t) + own;
///     }
/// }
///
/// let mut model = Driven {
///     common: TimedArray::new(array![1.0, 2.0], 10.0),
///     own: TimedArray::new(array![[0.0, 0.5], [0.0, 0.25]], 5.0),
///     v: array![0.0, 0.0],
/// };
/// model.update(9.9);
/// assert_eq!(model.v, array![1.0, 1.25]);
/// model.update(1000.0);
/// assert_eq!(model.v, array![3.0, 3.5]);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct TimedArray<T, D: Dimension> {
    values: Array<T, D>,
    dt: f64,
}

impl<T, D: RemoveAxis> TimedArray<T, D> {
    /// Samples at the times 0, dt, 2 dt and so on.
    ///
    /// # Panics
    /// If there is no sample or dt is not greater than 0.
    pub fn new(values: Array<T, D>, dt: f64) -> Self {
        assert!(
            dt > 0.0 && dt.is_finite() && values.len_of(Axis(0)) > 0,
            "TimedArray::new: {} samples with dt {dt}, but there must be one, and dt greater than 0",
            values.len_of(Axis(0))
        );
        TimedArray { values, dt }
    }

    /// The number of the sample at a time.
    fn place(&self, t: f64) -> usize {
        assert!(!t.is_nan(), "TimedArray::at: the time is not a number");
        floor_steps(t.max(0.0), self.dt).min(self.values.len_of(Axis(0)) - 1)
    }
}

impl<T: Copy> TimedArray<T, Ix1> {
    /// The value at time `t`.
    ///
    /// # Panics
    /// If `t` is NaN.
    pub fn at(&self, t: f64) -> T {
        self.values[self.place(t)]
    }
}

impl<T> TimedArray<T, Ix2> {
    /// The values at time `t`.
    ///
    /// # Panics
    /// If `t` is NaN.
    pub fn at(&self, t: f64) -> ArrayView1<'_, T> {
        self.values.row(self.place(t))
    }
}
