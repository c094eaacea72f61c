//! Checkpoints: the variables of a model and the records of its run in one file.

use std::path::Path;

use super::error::RunError;
use super::monitor::Monitor;
use super::recorder::{Record, Recorder, Spikes, Values};
use crate::npy::in_a_line;
use crate::object::file::{self, BESIDE, Reader};
use crate::object::{
    BrainObject, Element, Mismatch, Saved, StateDict, StateError, load_checked, short_name,
};

/// Names of arrays beside the variables.
fn beside(what: &str, monitor: &str) -> String {
    format!("{BESIDE}{what}/{monitor}")
}

/// The words of a text.
fn text(text: &str) -> Saved {
    Saved::list(text.as_bytes().to_vec())
}

fn model<O>() -> String {
    short_name(std::any::type_name::<O>())
}

impl Values {
    /// The axes of all samples.
    pub fn samples(&self) -> Vec<usize> {
        [&[self.count], &self.shape[..]].concat()
    }

    /// As an array.
    pub fn saved(&self) -> Saved {
        Saved {
            shape: self.samples(),
            elements: self.elements.clone(),
        }
    }
}

/// Writes a checkpoint after `step` steps.
pub fn save<O: BrainObject>(
    path: &Path,
    dt: f64,
    object: &O,
    monitors: &[Monitor<'_, O>],
    recorders: &[Recorder],
    step: usize,
) -> Result<(), RunError> {
    let state = object.state_dict()?;
    let mut arrays = vec![
        (format!("{BESIDE}step"), Saved::scalar(step as u64)),
        (format!("{BESIDE}dt"), Saved::scalar(dt)),
        (format!("{BESIDE}model"), text(&model::<O>())),
    ];
    for (monitor, recorder) in monitors.iter().zip(recorders) {
        let name = &monitor.name;
        arrays.push((beside("every", name), Saved::scalar(monitor.every as u64)));
        if let Some(indices) = &monitor.indices {
            arrays.push((beside("indices", name), Saved::list(indices.clone())));
        }
        match &recorder.record {
            Record::Values(values) => arrays.push((beside("values", name), values.saved())),
            Record::Spikes(spikes) => {
                arrays.push((beside("steps", name), Saved::list(spikes.steps.clone())));
                arrays.push((beside("neurons", name), Saved::list(spikes.neurons.clone())));
            }
        }
    }
    let beside = arrays.iter().map(|(name, saved)| (name.as_str(), saved));
    Ok(file::save(state.iter().chain(beside), path)?)
}

/// Goes back to a checkpoint, and gives the number of steps made. Nothing is changed if it is not one of this run.
pub fn load<O: BrainObject>(
    path: &Path,
    dt: f64,
    object: &mut O,
    monitors: &[Monitor<'_, O>],
    recorders: &mut [Recorder],
    steps: usize,
) -> Result<usize, RunError> {
    let mut reader = Reader::open(path)?;
    let found = Found {
        reader: &mut reader,
        dt,
        steps,
    };
    let read = found.read(object, monitors, recorders);
    let (step, state, records) = read.map_err(|error| match error {
        Wrong::State(io @ StateError::Io { .. }) => RunError::State(io),
        Wrong::State(other) => RunError::Checkpoint {
            path: path.into(),
            reason: other.to_string(),
        },
        Wrong::Run(reason) => RunError::Checkpoint {
            path: path.into(),
            reason,
        },
    })?;
    load_checked(object, state);
    for (recorder, found) in recorders.iter_mut().zip(records) {
        match (&mut recorder.record, found) {
            (Record::Values(values), Part::Values(saved)) => {
                values.count = saved.shape[0];
                values.elements.extend(&saved.elements);
            }
            (Record::Spikes(Spikes { steps, neurons, .. }), Part::Spikes(at, of)) => {
                steps.extend(at);
                neurons.extend(of);
            }
            _ => unreachable!("a part is read for its recorder"),
        }
    }
    Ok(step)
}

/// What a checkpoint holds of a monitor.
enum Part {
    Values(Saved),
    Spikes(Vec<u32>, Vec<u32>),
}

/// Why a file is no checkpoint of this run.
enum Wrong {
    State(StateError),
    Run(String),
}

impl From<StateError> for Wrong {
    fn from(error: StateError) -> Self {
        Wrong::State(error)
    }
}

/// A checkpoint, and the run that it should be of.
struct Found<'f, 'p> {
    reader: &'f mut Reader<'p>,
    dt: f64,
    steps: usize,
}

impl Found<'_, '_> {
    fn has(&self, name: &str) -> bool {
        self.reader.names().any(|other| other == name)
    }

    /// An array of rank 1.
    fn list<E: Element>(&mut self, name: &str) -> Result<Vec<E>, Wrong> {
        let saved = self.reader.read(name, &E::wrap(Vec::new()))?;
        let length = [saved.elements.len()];
        let list = saved
            .expect::<E>(&length)
            .map_err(|error| strange(name, error));
        list.map(<[E]>::to_vec)
    }

    fn number<E: Element>(&mut self, name: &str) -> Result<E, Wrong> {
        let saved = self.reader.read(name, &E::wrap(Vec::new()))?;
        saved.to_scalar().map_err(|error| strange(name, error))
    }

    fn read<O: BrainObject>(
        mut self,
        object: &mut O,
        monitors: &[Monitor<'_, O>],
        recorders: &[Recorder],
    ) -> Result<(usize, StateDict, Vec<Part>), Wrong> {
        let wrong = |reason: String| Err(Wrong::Run(reason));
        if !self.has(&format!("{BESIDE}step")) {
            return wrong("it has the variables of a model alone, or none".into());
        }
        let of = self.list(&format!("{BESIDE}model"))?;
        let (of, this) = (String::from_utf8_lossy(&of).into_owned(), model::<O>());
        if of != this {
            let of = in_a_line(&of);
            return wrong(format!("it is of a model `{of}`, not `{this}`"));
        }
        let dt: f64 = self.number(&format!("{BESIDE}dt"))?;
        if dt != self.dt {
            return wrong(format!("its dt is {dt}, not {}", self.dt));
        }
        let step = self.number::<u64>(&format!("{BESIDE}step"))? as usize;
        if step > self.steps {
            return wrong(format!(
                "it is at step {step}, behind the {} of this run",
                self.steps
            ));
        }
        let mut names: Vec<&str> = self
            .reader
            .names()
            .filter_map(|name| name.strip_prefix(BESIDE)?.strip_prefix("every/"))
            .collect();
        let mut expected: Vec<&str> = monitors
            .iter()
            .map(|monitor| monitor.name.as_str())
            .collect();
        names.sort_unstable();
        expected.sort_unstable();
        if names != expected {
            return wrong(format!(
                "its monitors are [{}], those of this run [{}]",
                in_a_line(&names.join(", ")),
                expected.join(", ")
            ));
        }
        let state = self.reader.state_dict(&object.vars_mut())?;
        let parts = monitors.iter().zip(recorders);
        let parts = parts.map(|(monitor, recorder)| self.part(monitor, recorder, step));
        let parts = parts.collect::<Result<_, _>>()?;
        Ok((step, state, parts))
    }

    fn part<O>(
        &mut self,
        monitor: &Monitor<'_, O>,
        recorder: &Recorder,
        step: usize,
    ) -> Result<Part, Wrong> {
        let name = &monitor.name;
        let differs = || Wrong::Run(format!("its monitor `{name}` records something else"));
        let every: u64 = self.number(&beside("every", name))?;
        let indices = match self.has(&beside("indices", name)) {
            true => Some(self.list::<usize>(&beside("indices", name))?),
            false => None,
        };
        if every != monitor.every as u64 || indices != monitor.indices {
            return Err(differs());
        }
        match &recorder.record {
            Record::Values(values) => {
                if !self.has(&beside("values", name)) {
                    return Err(differs());
                }
                let saved = self
                    .reader
                    .read(&beside("values", name), &values.elements)?;
                let samples = step.div_ceil(monitor.every);
                if saved.shape != [&[samples], &values.shape[..]].concat() {
                    return Err(differs());
                }
                Ok(Part::Values(saved))
            }
            Record::Spikes(_) => {
                if !self.has(&beside("steps", name)) {
                    return Err(differs());
                }
                let steps = self.list::<u32>(&beside("steps", name))?;
                let neurons = self.list(&beside("neurons", name))?;
                let possible = steps.last().is_none_or(|&last| (last as usize) < step);
                if !steps.is_sorted() || steps.len() != neurons.len() || !possible {
                    return Err(differs());
                }
                Ok(Part::Spikes(steps, neurons))
            }
        }
    }
}

fn strange(name: &str, error: Mismatch) -> Wrong {
    Wrong::Run(format!("its array `{name}` is of another kind, {error:?}"))
}
