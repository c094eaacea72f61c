//! Neurons that spike by chance or at given times; BrainPy's names.

use ndarray::{Array1, Ix1};

use crate::array::number::Integer;
use crate::array::operand::Operand;
use crate::random::RandomState;
use crate::{BrainObject, brain_jit};

/// Neurons that spike independently with given rates: in a step with probability rate times dt.
///
/// A child of a model, whose compiled methods call `update` and read `spike`:
///
/// ```
/// use brain_jit::inputs::PoissonGroup;
/// use brain_jit::prelude::*;
///
/// #[derive(BrainObject)]
/// struct Driven {
///     #[child]
///     input: PoissonGroup,
///     #[variable]
///     g: Array1<f64>,
/// }
///
/// #[brain_jit]
/// impl Driven {
///     fn update(&mut self, dt: f64) {
///         self.input.update(dt);
///         self.g += bm::where_(&self.input.spike, 1.0, 0.0);
///     }
/// }
///
/// let mut model = Driven { input: PoissonGroup::new(1000, 50.0, 1), g: Array1::zeros(1000) };
/// (0..1000).for_each(|_| model.update(1.0));
/// assert!((bm::mean(&model.g) - 50.0).abs() < 1.0);
/// ```
#[derive(BrainObject, Clone, Debug)]
pub struct PoissonGroup {
    /// The rate of each neuron, in Hz.
    pub freqs: Array1<f64>,
    /// The spikes of the present step.
    #[variable]
    pub spike: Array1<bool>,
    /// The generator.
    #[variable]
    pub rng: RandomState,
}

#[brain_jit]
impl PoissonGroup {
    /// Neurons with one rate in Hz, or with one each.
    ///
    /// # Panics
    /// If there is neither one rate nor one a neuron, or a rate is negative.
    pub fn new(neurons: usize, freqs: impl Operand<f64>, seed: u64) -> Self {
        let freqs = freqs.view().into_dyn();
        assert!(
            freqs.ndim() == 0 || freqs.shape() == [neurons],
            "PoissonGroup::new: rates of shape {:?} for {neurons} neurons",
            freqs.shape()
        );
        if let Some(rate) = freqs.iter().find(|rate| rate.is_nan() || **rate < 0.0) {
            panic!("PoissonGroup::new: a rate is {rate}, but must be at least 0");
        }
        PoissonGroup {
            freqs: freqs.iter().copied().cycle().take(neurons).collect(),
            spike: Array1::from_elem(neurons, false),
            rng: RandomState::new(seed),
        }
    }

    /// Draws the spikes of a step of `dt` ms.
    ///
    /// # Panics
    /// Unless `dt` is greater than 0.
    pub fn update(&mut self, dt: f64) {
        assert!(
            dt > 0.0,
            "PoissonGroup::update: dt is {dt}, but must be greater than 0"
        );
        let chance: Array1<f64> = self.rng.uniform(0.0, 1.0, self.spike.len());
        self.spike[..] = chance < &self.freqs * (dt / 1000.0);
    }
}

/// Neurons that spike at given times.
///
/// ```
/// use brain_jit::{inputs::SpikeTimeGroup, prelude::*};
/// let mut group = SpikeTimeGroup::new(3, [0, 2, 1], [0.1, 0.1, 0.3]);
/// group.update(0.0);
/// assert_eq!(group.spike, array![false, false, false]);
/// group.update(0.1);
/// assert_eq!(group.spike, array![true, false, true]);
/// group.update(0.2);
/// group.update(0.3);
/// assert_eq!(group.spike, array![false, true, false]);
/// ```
#[derive(BrainObject, Clone, Debug)]
pub struct SpikeTimeGroup {
    /// The times in ascending order.
    times: Vec<f64>,
    /// The neuron of each.
    indices: Vec<usize>,
    /// The spikes of the present step.
    #[variable]
    pub spike: Array1<bool>,
    /// How many of the spikes have been.
    #[variable]
    next: usize,
}

/// A time of `k` steps counts as such a time, whatever `k * dt` is rounded to.
const TOLERANCE: f64 = 1e-9;

impl SpikeTimeGroup {
    /// Neuron `indices[k]` spikes at `times[k]`.
    ///
    /// # Panics
    /// If the lists differ in length, a neuron is out of range, or a time is not finite.
    pub fn new<I: Integer>(
        neurons: usize,
        indices: impl Operand<I, Dim = Ix1>,
        times: impl Operand<f64, Dim = Ix1>,
    ) -> Self {
        let (indices, times) = (indices.view(), times.view());
        assert!(
            indices.len() == times.len(),
            "SpikeTimeGroup::new: {} indices and {} times",
            indices.len(),
            times.len()
        );
        let pair = |(index, &time): (&I, &f64)| {
            assert!(time.is_finite(), "SpikeTimeGroup::new: a time is {time}");
            match usize::try_from(index.to_i64()) {
                Ok(index) if index < neurons => (time, index),
                _ => panic!(
                    "SpikeTimeGroup::new: neuron {index:?} is out of range for {neurons} neurons"
                ),
            }
        };
        let mut spikes: Vec<(f64, usize)> = indices.iter().zip(&times).map(pair).collect();
        spikes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (times, indices) = spikes.into_iter().unzip();
        SpikeTimeGroup {
            times,
            indices,
            spike: Array1::from_elem(neurons, false),
            next: 0,
        }
    }

    /// The spikes of the step at time `t`: those up to this time that have not been yet.
    pub fn update(&mut self, t: f64) {
        self.spike.fill(false);
        let reached = t + TOLERANCE * t.abs();
        while let Some(&time) = self.times.get(self.next)
            && time <= reached
        {
            self.spike[self.indices[self.next]] = true;
            self.next += 1;
        }
    }
}
