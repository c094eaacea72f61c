//! Spikes on their way.

use ndarray::ArrayRef1;
use std::ops::{Bound, RangeBounds};

use crate::event;
use crate::object::{Mismatch, Saved, State};

/// Spikes that arrive a fixed number of steps after they were sent: a ring of lists of neurons.
///
/// A step writes its spikes by [`update`](Self::update) and then reads what arrives by [`arriving`](Self::arriving); with a delay of
/// 0 that is what it has just written. No step allocates. Takes up to 4 (delay + 1) bytes a neuron, of which the system provides
/// what has been used.
///
/// ```
/// use brain_jit::delay::SpikeDelay;
/// use brain_jit::prelude::*;
/// let mut delay = SpikeDelay::new(3, 2);
/// let (spikes, none) = (array![true, false, true], array![false, false, false]);
/// delay.update(&spikes);
/// assert_eq!(delay.arriving(..), []);
/// delay.update(&none);
/// assert_eq!(delay.arriving(..), []);
/// delay.update(&none);
/// assert_eq!(delay.arriving(..), [0, 2]);
/// assert_eq!(delay.arriving(1..), [2]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpikeDelay {
    neurons: usize,
    // One list a step; `now` is that of the present one, the next one is the oldest.
    lists: Vec<Vec<u32>>,
    now: usize,
}

impl SpikeDelay {
    /// No spikes on their way, of `neurons` neurons, for `delay` steps.
    ///
    /// # Panics
    /// If neurons or steps cannot be numbered by 32 bits.
    pub fn new(neurons: usize, delay: usize) -> Self {
        assert!(
            u32::try_from(neurons.max(delay)).is_ok(),
            "SpikeDelay::new: {neurons} neurons or a delay of {delay} steps are too many"
        );
        SpikeDelay {
            neurons,
            lists: (0..=delay).map(|_| Vec::with_capacity(neurons)).collect(),
            now: delay,
        }
    }

    /// How many neurons it is of.
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// The delay in steps.
    pub fn delay(&self) -> usize {
        self.lists.len() - 1
    }

    /// Goes to the next step and writes its spikes.
    ///
    /// # Panics
    /// If there is not one element a neuron.
    pub fn update(&mut self, spike: &ArrayRef1<bool>) {
        assert!(
            spike.len() == self.neurons,
            "SpikeDelay::update: spikes of {} neurons, not {}",
            spike.len(),
            self.neurons
        );
        self.now = (self.now + 1) % self.lists.len();
        event::list_into(spike, &mut self.lists[self.now]);
    }

    /// The neurons in `range` that spiked in the present step, in ascending order.
    pub fn sent(&self, range: impl RangeBounds<usize>) -> &[u32] {
        within(&self.lists[self.now], range)
    }

    /// The neurons in `range` whose spikes arrive in the present step, in ascending order.
    pub fn arriving(&self, range: impl RangeBounds<usize>) -> &[u32] {
        within(&self.lists[(self.now + 1) % self.lists.len()], range)
    }

    /// Forgets the spikes on their way.
    pub fn reset(&mut self) {
        self.lists.iter_mut().for_each(Vec::clear);
    }
}

/// The part of an ascending list that lies in a range.
fn within(list: &[u32], range: impl RangeBounds<usize>) -> &[u32] {
    let below = |limit: usize| list.partition_point(|&neuron| (neuron as usize) < limit);
    let start = match range.start_bound() {
        Bound::Unbounded => 0,
        Bound::Included(&start) => below(start),
        Bound::Excluded(&start) => below(start.saturating_add(1)),
    };
    let end = match range.end_bound() {
        Bound::Unbounded => list.len(),
        Bound::Included(&end) => below(end.saturating_add(1)),
        Bound::Excluded(&end) => below(end),
    };
    &list[start.min(end)..end]
}

/// The lists from the oldest on, each as its length and its neurons.
impl State for SpikeDelay {
    fn save(&self) -> Saved {
        let mut words = Vec::new();
        for step in 1..=self.lists.len() {
            let list = &self.lists[(self.now + step) % self.lists.len()];
            words.push(list.len() as u32);
            words.extend(list);
        }
        Saved::list(words)
    }

    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        let mut words = saved.expect::<u32>(&[saved.shape.iter().product()])?;
        for _ in &self.lists {
            let (list, rest) = words
                .split_first()
                .and_then(|(&length, rest)| rest.split_at_checked(length as usize))
                .ok_or_else(|| Mismatch::Value(format!("not a delay of {} steps", self.delay())))?;
            let known = list.iter().all(|&neuron| (neuron as usize) < self.neurons);
            if !known || !list.is_sorted_by(|a, b| a < b) {
                return Err(Mismatch::Value(format!(
                    "not spikes of {} neurons",
                    self.neurons
                )));
            }
            words = rest;
        }
        match words {
            [] => Ok(()),
            _ => Err(Mismatch::Value(format!(
                "a delay of more than {} steps",
                self.delay()
            ))),
        }
    }

    fn load(&mut self, saved: Saved) {
        let Ok(mut words) = saved.expect::<u32>(&[saved.shape.iter().product()]) else {
            return;
        };
        self.now = self.delay();
        for list in &mut self.lists {
            let Some((&length, rest)) = words.split_first() else {
                return;
            };
            let (neurons, rest) = rest.split_at(length as usize);
            list.clear();
            list.extend(neurons);
            words = rest;
        }
    }
}
