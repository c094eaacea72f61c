//! Synapses with delays of their own.

use ndarray::{Array2, ArrayRef1, Axis};

use crate::array::number::Integer;
use crate::array::operand::Operand;
use crate::connect::{Connectivity, Csr, Weights};
use crate::kernel::Number;
use crate::kernel::call::{Ring, Synapses, send};
use crate::kernel::parallel::{Sharing, for_parts};
use crate::object::{Mismatch, Saved, State};

/// Targets whose sums lie together: few enough for the cache, and threads share blocks.
const BLOCK: usize = 4096;

/// A delay for each synapse of a [`Csr`], in steps, and what is on its way: for each postsynaptic neuron a ring of sums, one a step.
///
/// A step sends its spikes by [`Csr::send`] and then takes what arrives by [`arrive`](Self::arrive): a weight that was sent at step `t`
/// along a synapse of delay `d` is added at step `t + d`, exactly; a delay of 0 arrives in the same step. No step allocates. Takes 2
/// bytes a synapse, and the longest delay + 1 elements a postsynaptic neuron. What is on its way is saved with the model, the delays,
/// which do not change, are not.
///
/// ```
/// use brain_jit::connect::{Connectivity, Csr};
/// use brain_jit::delay::{SpikeDelay, SynapseDelay};
/// use brain_jit::prelude::*;
///
/// #[derive(BrainObject)]
/// struct Projection {
///     synapses: Csr,
///     #[variable]
///     spikes: SpikeDelay,
///     #[variable]
///     delay: SynapseDelay<f64>,
///     #[variable]
///     g: Array1<f64>,
/// }
///
/// #[brain_jit]
/// impl Projection {
///     fn update(&mut self, spike: &Array1<bool>) {
///         self.g *= 0.5;
///         self.spikes.update(spike);
///         self.synapses.send(self.spikes.sent(..), 1.0, &mut self.delay);
///         self.delay.arrive(&mut self.g);
///     }
/// }
///
/// // Neuron 0 projects to 0 at once and to 1 after two steps, neuron 1 to 1 after one step.
/// let synapses = Csr::from_pairs([0, 0, 1], [0, 1, 1], 2, 2);
/// let delay = SynapseDelay::new(&synapses, [0, 2, 1]);
/// let mut model = Projection { synapses, spikes: SpikeDelay::new(2, 0), delay, g: Array1::zeros(2) };
/// model.update(&array![true, false]);
/// assert_eq!(model.g, array![1.0, 0.0]);
/// model.update(&array![false, true]);
/// assert_eq!(model.g, array![0.5, 0.0]);
/// model.update(&array![false, false]);
/// assert_eq!(model.g, array![0.25, 2.0]);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct SynapseDelay<T> {
    steps: Vec<u16>,
    post: usize,
    // Block by block; in a block `length` rows, of which `now` is that of the present step.
    sums: Vec<T>,
    length: usize,
    now: usize,
}

impl<T: Number> SynapseDelay<T> {
    /// Nothing on its way along `synapses`, whose delays are `steps`: one a synapse, in the order of the rows.
    ///
    /// # Panics
    /// If there is not one delay a synapse, or one is negative or longer than 65,535 steps.
    pub fn new<I: Integer>(synapses: &Csr, steps: impl Operand<I>) -> Self {
        let steps = steps.view();
        let whole = |(synapse, steps): (usize, &I)| {
            u16::try_from(steps.to_i64()).unwrap_or_else(|_| {
                panic!(
                    "SynapseDelay::new: the delay of synapse {synapse} is {steps:?} steps, but must be from 0 to {}",
                    u16::MAX
                )
            })
        };
        Self::of(
            "new",
            synapses,
            steps.iter().enumerate().map(whole).collect(),
        )
    }

    /// As [`new`](Self::new), with delays in ms and steps of `dt` ms; each is rounded to the nearest step.
    ///
    /// ```
    /// use brain_jit::connect::{All2All, Connector};
    /// use brain_jit::delay::SynapseDelay;
    /// let synapses = All2All::new().csr(1, 3);
    /// let delay = SynapseDelay::<f32>::in_ms(&synapses, [0.0, 1.5, 0.26], 0.1);
    /// assert_eq!(delay.steps(), [0, 15, 3]);
    /// ```
    ///
    /// # Panics
    /// If there is not one delay a synapse, one is negative, not a number or longer than 65,535 steps, or `dt` is not greater than 0.
    pub fn in_ms(synapses: &Csr, ms: impl Operand<f64>, dt: f64) -> Self {
        assert!(
            dt > 0.0,
            "SynapseDelay::in_ms: dt is {dt} ms, but must be greater than 0"
        );
        let whole = |(synapse, &ms): (usize, &f64)| {
            let steps = (ms / dt).round();
            assert!(
                ms >= 0.0 && steps <= f64::from(u16::MAX),
                "SynapseDelay::in_ms: the delay of synapse {synapse} is {ms} ms, but must be from 0 to {} steps of {dt} ms",
                u16::MAX
            );
            steps as u16
        };
        let ms = ms.view();
        Self::of(
            "in_ms",
            synapses,
            ms.iter().enumerate().map(whole).collect(),
        )
    }

    fn of(function: &str, synapses: &Csr, steps: Vec<u16>) -> Self {
        let longest = steps.iter().max().copied().unwrap_or(0);
        let (post, length) = (synapses.post(), usize::from(longest) + 1);
        let blocks = post.div_ceil(Self::width(post));
        let delay = SynapseDelay {
            sums: vec![T::NOTHING; blocks * Self::width(post) * length],
            steps,
            post,
            length,
            now: 0,
        };
        delay.check(&format!("SynapseDelay::{function}"), synapses);
        delay
    }

    /// Targets in a block.
    fn width(post: usize) -> usize {
        post.clamp(1, BLOCK)
    }

    /// The delay of each synapse, in steps.
    pub fn steps(&self) -> &[u16] {
        &self.steps
    }

    /// The longest delay, in steps.
    pub fn longest(&self) -> usize {
        self.length - 1
    }

    /// # Panics
    /// If these are not the delays of as many synapses to as many neurons.
    pub(crate) fn check(&self, function: &str, synapses: &Csr) {
        assert!(
            self.steps.len() == synapses.synapses() && self.post == synapses.post(),
            "{function}: {} delays to {} postsynaptic neurons for {} synapses to {}",
            self.steps.len(),
            self.post,
            synapses.synapses(),
            synapses.post()
        );
    }

    /// Puts the weights of the synapses of `spikes`, which have been checked, on their way.
    pub(crate) fn add<W: Weights<T>>(
        &mut self,
        rows: &Synapses<'_>,
        spikes: &[u32],
        weight: W,
        sharing: Sharing,
    ) {
        let (width, length, now) = (Self::width(self.post), self.length, self.now);
        for_parts(&mut self.sums, width * length, sharing, &|block, sums| {
            let ring = Ring {
                sums,
                width,
                length,
                now,
                first: block * width,
            };
            send(rows, spikes, weight, &self.steps, ring);
        });
    }

    /// Adds what arrives in the present step to `to`, and goes to the next step.
    ///
    /// # Panics
    /// If `to` has not one element a postsynaptic neuron.
    pub fn arrive(&mut self, to: &mut ArrayRef1<T>) {
        assert!(
            to.len() == self.post,
            "SynapseDelay::arrive: an array of length {} for {} postsynaptic neurons",
            to.len(),
            self.post
        );
        let width = Self::width(self.post);
        let blocks = self.sums.chunks_exact_mut(width * self.length);
        for (mut to, block) in to.axis_chunks_iter_mut(Axis(0), width).zip(blocks) {
            let arriving = &mut block[self.now * width..][..to.len()];
            for (to, sum) in to.iter_mut().zip(&mut *arriving) {
                *to = to.plus(*sum);
            }
            arriving.fill(T::NOTHING);
        }
        self.now = (self.now + 1) % self.length;
    }

    /// Forgets what is on its way.
    pub fn reset(&mut self) {
        self.sums.fill(T::NOTHING);
    }

    /// Where the sum of a postsynaptic neuron lies that arrives in a number of steps.
    fn place(&self, step: usize, target: usize) -> usize {
        let width = Self::width(self.post);
        let row = (self.now + step) % self.length;
        (target / width * self.length + row) * width + target % width
    }

    /// As an array with a row a step, from the present one on.
    fn rows(&self) -> Array2<T> {
        Array2::from_shape_fn((self.length, self.post), |(step, target)| {
            self.sums[self.place(step, target)]
        })
    }
}

/// What is on its way: a row a step, from the present one on, and a column a postsynaptic neuron.
impl<T: Number> State for SynapseDelay<T>
where
    Array2<T>: State,
{
    fn shape(&self) -> Vec<usize> {
        vec![self.length, self.post]
    }

    fn save(&self) -> Saved {
        self.rows().save()
    }

    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        self.rows().check(saved)
    }

    fn load(&mut self, saved: Saved) {
        let mut rows = self.rows();
        rows.load(saved);
        for ((step, target), sum) in rows.indexed_iter() {
            let place = self.place(step, target);
            self.sums[place] = *sum;
        }
    }
}
