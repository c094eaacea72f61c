//! Preallocated records.

use ndarray::Array1;
use std::any::Any;

use super::error::RunError;
use super::monitor::{Monitor, Source};
use crate::delay::SpikeDelay;
use crate::event;
use crate::object::{BrainObject, Elements, Shared, State, nth};

/// Room for spikes that is reserved without being asked for, at most.
const MOST: usize = 1 << 24;

/// What a monitor has recorded.
pub(super) struct Recorder {
    /// The number of the monitor's variable among those of the object.
    variable: usize,
    pub record: Record,
}

pub(super) enum Record {
    Values(Values),
    Spikes(Spikes),
}

/// Samples of a value, one behind the other.
pub(super) struct Values {
    /// The axes of a sample.
    pub shape: Vec<usize>,
    pub elements: Elements,
    /// How many there are.
    pub count: usize,
    /// A sample before its elements are chosen.
    whole: Elements,
}

/// Spikes as steps and neurons.
#[derive(Default)]
pub(super) struct Spikes {
    pub steps: Vec<u32>,
    pub neurons: Vec<u32>,
    /// Those of one step.
    list: Vec<u32>,
}

impl Recorder {
    /// Empty records with room for `steps` steps.
    pub fn all<O: BrainObject>(
        monitors: &[Monitor<'_, O>],
        object: &O,
        steps: usize,
    ) -> Result<Vec<Recorder>, RunError> {
        let vars = object.vars();
        let names: Vec<&str> = vars.iter().map(|var| var.name()).collect();
        let new = |monitor: &Monitor<'_, O>| {
            let fail = |reason: String| RunError::Monitor {
                name: monitor.name.clone(),
                reason,
            };
            let named = monitors.iter().filter(|other| other.name == monitor.name);
            if named.count() > 1 {
                return Err(fail("there is another monitor of that name".to_string()));
            }
            let by_name = matches!(monitor.source, Source::Variable | Source::Spikes);
            let variable = match names.iter().position(|name| *name == monitor.name) {
                Some(number) => number,
                None if !by_name => 0,
                None => {
                    let reason =
                        format!("there is no such variable; there are {}", names.join(", "));
                    return Err(fail(reason));
                }
            };
            let samples = steps.div_ceil(monitor.every);
            let record = match &monitor.source {
                Source::Variable => match nth(object, variable) {
                    Some(Shared::State(state)) => {
                        Values::new(monitor, state, samples).map(Record::Values)
                    }
                    _ => Err("it has no saved form; `monitor_with` takes a closure".to_string()),
                },
                Source::Value(value) => {
                    let mut values = Err(String::new());
                    value(object, &mut |state| {
                        values = Values::new(monitor, state, samples)
                    });
                    values.map(Record::Values)
                }
                Source::Spikes => match neurons(object, variable) {
                    Some(neurons) => Ok(Record::Spikes(Spikes::new(
                        monitor.capacity,
                        neurons,
                        samples,
                    ))),
                    None => Err("it is neither an Array1<bool> nor a SpikeDelay".to_string()),
                },
                Source::List(_) => Ok(Record::Spikes(Spikes::new(
                    monitor.capacity,
                    1 << 12,
                    samples,
                ))),
            };
            Ok(Recorder {
                variable,
                record: record.map_err(fail)?,
            })
        };
        monitors.iter().map(new).collect()
    }

    /// Records the state after step `index`.
    pub fn record<O: BrainObject>(
        &mut self,
        monitor: &Monitor<'_, O>,
        object: &O,
        index: usize,
    ) -> Result<(), RunError> {
        let mut right = true;
        match (&mut self.record, &monitor.source) {
            (Record::Values(values), Source::Value(value)) => {
                value(object, &mut |state| {
                    right = values.add(monitor.indices.as_deref(), state)
                });
            }
            (Record::Values(values), _) => {
                right = match nth(object, self.variable) {
                    Some(Shared::State(state)) => values.add(monitor.indices.as_deref(), state),
                    _ => false,
                };
            }
            (Record::Spikes(spikes), Source::List(list)) => spikes.add(index, list(object)),
            (Record::Spikes(spikes), _) => match nth(object, self.variable).map(spiking) {
                Some(Some(Spiking::Array(array))) => {
                    let mut list = std::mem::take(&mut spikes.list);
                    event::list_into(array, &mut list);
                    spikes.add(index, &list);
                    spikes.list = list;
                }
                Some(Some(Spiking::Delay(delay))) => spikes.add(index, delay.sent(..)),
                _ => right = false,
            },
        }
        match right {
            true => Ok(()),
            false => Err(RunError::Monitor {
                name: monitor.name.clone(),
                reason: format!("its length or type has changed at step {index}"),
            }),
        }
    }
}

/// A variable with spikes.
enum Spiking<'a> {
    Array(&'a Array1<bool>),
    Delay(&'a SpikeDelay),
}

fn spiking(variable: Shared<'_>) -> Option<Spiking<'_>> {
    let any: &dyn Any = match variable {
        Shared::State(state) => state,
        _ => return None,
    };
    let array = any.downcast_ref().map(Spiking::Array);
    array.or_else(|| any.downcast_ref().map(Spiking::Delay))
}

/// How many neurons a variable with spikes is of.
fn neurons(object: &impl BrainObject, variable: usize) -> Option<usize> {
    Some(match spiking(nth(object, variable)?)? {
        Spiking::Array(array) => array.len(),
        Spiking::Delay(delay) => delay.neurons(),
    })
}

impl Values {
    fn new<O>(
        monitor: &Monitor<'_, O>,
        state: &dyn State,
        samples: usize,
    ) -> Result<Values, String> {
        let saved = state.save();
        let count = saved.elements.len();
        let (shape, whole) = match &monitor.indices {
            None => (saved.shape, 0),
            Some(indices) => {
                if let Some(index) = indices.iter().find(|&&index| index >= count) {
                    return Err(format!(
                        "index {index} is out of range for {count} elements"
                    ));
                }
                (vec![indices.len()], count)
            }
        };
        let each: usize = shape.iter().product();
        let room = |count: usize| saved.elements.empty(count);
        let rooms = || Some((room(each.checked_mul(samples)?)?, room(whole)?));
        let (elements, whole) =
            rooms().ok_or_else(|| format!("{samples} samples of {each} elements are too many"))?;
        Ok(Values {
            shape,
            elements,
            count: 0,
            whole,
        })
    }

    /// How many elements a sample has.
    fn each(&self) -> usize {
        self.shape.iter().product()
    }

    /// Adds a sample; false if it is not one of this record.
    fn add(&mut self, indices: Option<&[usize]>, state: &dyn State) -> bool {
        self.count += 1;
        let Some(indices) = indices else {
            state.record(&mut self.elements);
            return self.elements.len() == self.count * self.each();
        };
        self.whole.clear();
        state.record(&mut self.whole);
        let known = indices.iter().all(|&index| index < self.whole.len());
        if known {
            self.elements.extend_at(&self.whole, indices);
        }
        known
    }
}

impl Spikes {
    fn new(capacity: Option<usize>, neurons: usize, samples: usize) -> Spikes {
        let usual = (neurons.saturating_mul(samples) / 256).clamp(1024, MOST);
        let capacity = capacity.unwrap_or(usual);
        Spikes {
            steps: Vec::with_capacity(capacity),
            neurons: Vec::with_capacity(capacity),
            list: Vec::with_capacity(neurons),
        }
    }

    fn add(&mut self, step: usize, neurons: &[u32]) {
        self.steps
            .resize(self.steps.len() + neurons.len(), step as u32);
        self.neurons.extend_from_slice(neurons);
    }
}
