//! What a run has recorded.

use ndarray::{Array, Array1, Dimension, IxDyn};
use std::path::Path;

use super::monitor::Monitor;
use super::recorder::{Record, Recorder};
use crate::object::{Element, Saved, StateError, file};

/// What the monitors of a run have recorded.
pub struct Recorded {
    dt: f64,
    steps: usize,
    tracks: Vec<Track>,
}

struct Track {
    name: String,
    every: usize,
    record: Record,
}

impl Recorded {
    pub(super) fn new<O>(
        dt: f64,
        steps: usize,
        monitors: &[Monitor<'_, O>],
        recorders: Vec<Recorder>,
    ) -> Recorded {
        let track = |(monitor, recorder): (&Monitor<'_, O>, Recorder)| Track {
            name: monitor.name.clone(),
            every: monitor.every,
            record: recorder.record,
        };
        Recorded {
            dt,
            steps,
            tracks: monitors.iter().zip(recorders).map(track).collect(),
        }
    }

    /// How many steps were made, those before a checkpoint included.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The time that was run.
    pub fn duration(&self) -> f64 {
        self.steps as f64 * self.dt
    }

    /// The names of the monitors.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tracks.iter().map(|track| track.name.as_str())
    }

    fn track(&self, method: &str, name: &str) -> &Track {
        let found = self.tracks.iter().find(|track| track.name == name);
        found.unwrap_or_else(|| {
            let names: Vec<&str> = self.names().collect();
            panic!(
                "Recorded::{method}: there is no monitor `{name}`; there are {}",
                names.join(", ")
            )
        })
    }

    /// The samples of a value, the first axis being time: `let v: Array2<f64> = recorded.get("v")`.
    ///
    /// # Panics
    /// If there is no such monitor, or it recorded spikes or values of another type or rank.
    pub fn get<E: Element, D: Dimension>(&self, name: &str) -> Array<E, D> {
        let Record::Values(values) = &self.track("get", name).record else {
            panic!("Recorded::get: `{name}` recorded spikes, which `spikes` gives");
        };
        let Some(elements) = E::unwrap(&values.elements) else {
            panic!(
                "Recorded::get: `{name}` has elements of type {}, not {}",
                values.elements.dtype(),
                E::NAME
            );
        };
        let array = Array::from_shape_vec(IxDyn(&values.samples()), elements.to_vec());
        let array = array.expect("the samples have one shape");
        let found = array.shape().to_vec();
        array.into_dimensionality().unwrap_or_else(|_| {
            panic!("Recorded::get: `{name}` has shape {found:?}, which is of another rank")
        })
    }

    /// The times of the samples of a value.
    ///
    /// # Panics
    /// If there is no such monitor, or it recorded spikes.
    pub fn times(&self, name: &str) -> Array1<f64> {
        let track = self.track("times", name);
        match track.record {
            Record::Values(_) => track.times(self.dt, self.steps),
            Record::Spikes(_) => {
                panic!("Recorded::times: `{name}` recorded spikes, which `spikes` gives")
            }
        }
    }

    /// The spikes as times and neurons, as [`measure`](crate::measure) takes them.
    ///
    /// # Panics
    /// If there is no such monitor, or it recorded values.
    pub fn spikes(&self, name: &str) -> (Array1<f64>, Array1<u32>) {
        match &self.track("spikes", name).record {
            Record::Spikes(spikes) => {
                let time = |step: &u32| f64::from(*step) * self.dt;
                (
                    spikes.steps.iter().map(time).collect(),
                    spikes.neurons.iter().copied().collect(),
                )
            }
            Record::Values(_) => {
                panic!("Recorded::spikes: `{name}` recorded values, which `get` gives")
            }
        }
    }

    /// Writes everything to an `.npz` file: of a value `NAME` and its times `NAME/t`, of spikes their times `NAME/t` and neurons
    /// `NAME/i`.
    ///
    /// # Errors
    /// If the file cannot be written; an older file is left as it is then.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), StateError> {
        let mut arrays = Vec::new();
        for track in &self.tracks {
            let name = &track.name;
            let times = match &track.record {
                Record::Values(values) => {
                    arrays.push((name.clone(), values.saved()));
                    track.times(self.dt, self.steps)
                }
                Record::Spikes(_) => {
                    let (times, neurons) = self.spikes(name);
                    arrays.push((format!("{name}/i"), Saved::list(neurons.to_vec())));
                    times
                }
            };
            arrays.push((format!("{name}/t"), Saved::list(times.to_vec())));
        }
        let arrays = arrays.iter().map(|(name, saved)| (name.as_str(), saved));
        file::save(arrays, path.as_ref())
    }
}

impl Track {
    fn times(&self, dt: f64, steps: usize) -> Array1<f64> {
        let steps = (0..steps).step_by(self.every);
        steps.map(|step| step as f64 * dt).collect()
    }
}
