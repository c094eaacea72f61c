//! Running models: steps over a time span, recorders, checkpoints, and the same model with many parameters.
//!
//! ```
//! use brain_jit::prelude::*;
//! use brain_jit::runner::Runner;
//!
//! #[derive(BrainObject)]
//! struct Leak {
//!     tau: f64,
//!     #[variable]
//!     v: Array1<f64>,
//!     #[variable]
//!     spike: Array1<bool>,
//! }
//!
//! #[brain_jit]
//! impl Leak {
//!     fn update(&mut self, dt: f64, input: f64) {
//!         self.v += (input - &self.v) * (dt / self.tau);
//!         self.spike[..] = &self.v > 1.0;
//!         self.v[..] = bm::where_(&self.spike, 0.0, &self.v);
//!     }
//! }
//!
//! let mut model = Leak { tau: 10.0, v: array![0.0, 0.5], spike: array![false, false] };
//! let runner = Runner::new(0.1).monitor("v").every(10).spikes("spike");
//! let recorded = runner.run(&mut model, 100.0, |model, step| model.update(step.dt, 1.5))?;
//!
//! let v: Array2<f64> = recorded.get("v");
//! let (times, neurons) = recorded.spikes("spike");
//! assert_eq!(v.dim(), (100, 2));
//! assert!(times.len() == 18 && neurons[0] == 1);
//! # Ok::<(), brain_jit::runner::RunError>(())
//! ```

mod checkpoint;
mod error;
mod interrupt;
mod monitor;
mod recorded;
mod recorder;
mod sweep;

pub use error::RunError;
pub use interrupt::interrupt;
pub use recorded::Recorded;
pub use sweep::sweep;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::object::{BrainObject, State, file};
use interrupt::Watch;
use monitor::{Monitor, Source};
use recorder::Recorder;

/// One step of a run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// Its number, from 0 on.
    pub index: usize,
    /// The time at its beginning, `index * dt`.
    pub t: f64,
    /// Its length.
    pub dt: f64,
}

/// How often a checkpoint is written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Every {
    /// After so many steps.
    Steps(usize),
    /// After so many seconds of the run's own time.
    Seconds(f64),
}

/// Steps a model and records what it does.
///
/// A runner is a description and can be used again. Recorders are allocated before the first step; steps allocate nothing, but for
/// spikes beyond [`capacity`](Runner::capacity) and what the step itself and closures allocate.
pub struct Runner<'a, O> {
    dt: f64,
    monitors: Vec<Monitor<'a, O>>,
    checkpoint: Option<(PathBuf, Every)>,
    resume: bool,
    #[cfg(feature = "runner")]
    progress: bool,
}

impl<'a, O: BrainObject> Runner<'a, O> {
    /// A runner with steps of length `dt`, in the unit of the model's times.
    ///
    /// # Panics
    /// Unless `dt` is greater than 0 and finite.
    pub fn new(dt: f64) -> Self {
        assert!(
            dt > 0.0 && dt.is_finite(),
            "Runner::new: dt is {dt}, but must be greater than 0 and finite"
        );
        Runner {
            dt,
            monitors: Vec::new(),
            checkpoint: None,
            resume: false,
            #[cfg(feature = "runner")]
            progress: false,
        }
    }

    /// Records the variable of this dotted name (`"v"`, `"excitatory.v"`) after each step.
    pub fn monitor(self, name: &str) -> Self {
        self.with(name, Source::Variable)
    }

    /// Records what `value` gives, a number or an array, after each step.
    ///
    /// ```
    /// use brain_jit::{prelude::*, runner::Runner};
    /// # #[derive(BrainObject)]
    /// # struct Net { #[variable] v: Array1<f64> }
    /// let mut net = Net { v: array![1.0, 3.0] };
    /// let runner = Runner::new(1.0).monitor_with("mean", |net: &Net| bm::mean(&net.v));
    /// let recorded = runner.run(&mut net, 3.0, |net, _| net.v += 1.0)?;
    /// assert_eq!(recorded.get::<f64, _>("mean"), array![3.0, 4.0, 5.0]);
    /// # Ok::<(), brain_jit::runner::RunError>(())
    /// ```
    pub fn monitor_with<R: State>(self, name: &str, value: impl Fn(&O) -> R + 'a) -> Self {
        self.with(
            name,
            Source::Value(Box::new(move |object, see| see(&value(object)))),
        )
    }

    /// Records the spikes in the variable of this dotted name, an `Array1<bool>` or the present step of a
    /// [`SpikeDelay`](crate::delay::SpikeDelay), as times and neurons.
    pub fn spikes(self, name: &str) -> Self {
        self.with(name, Source::Spikes)
    }

    /// Records the spikes of the neurons that `list` gives: `.spikes_with("excitatory", |net: &Net| net.delay.sent(..800))`.
    pub fn spikes_with(self, name: &str, list: impl Fn(&O) -> &[u32] + 'a) -> Self {
        self.with(name, Source::List(Box::new(list)))
    }

    fn with(mut self, name: &str, source: Source<'a, O>) -> Self {
        self.monitors.push(Monitor::new(name, source));
        self
    }

    fn last(&mut self, method: &str) -> &mut Monitor<'a, O> {
        let last = self.monitors.last_mut();
        last.unwrap_or_else(|| panic!("Runner::{method}: it belongs behind the monitor it is for"))
    }

    /// Lets the monitor before it record after the first of every `steps` steps alone.
    ///
    /// # Panics
    /// If `steps` is 0 or there is no monitor before it.
    pub fn every(mut self, steps: usize) -> Self {
        assert!(
            steps > 0,
            "Runner::every: the number of steps must be at least 1"
        );
        self.last("every").every = steps;
        self
    }

    /// Lets the monitor before it record the elements with these numbers alone, counted row by row.
    ///
    /// # Panics
    /// If there is no monitor before it, or it records spikes.
    pub fn indices(mut self, indices: impl Into<Vec<usize>>) -> Self {
        let last = self.last("indices");
        assert!(
            last.source.is_value(),
            "Runner::indices: `{}` records spikes; choose them by `spikes_with`",
            last.name
        );
        last.indices = Some(indices.into());
        self
    }

    /// How many spikes the monitor before it has room for from the beginning; without it, one a neuron in 256 steps, but
    /// 1,024 at least and 2²⁴ at most; of [`spikes_with`](Runner::spikes_with), as if there were 4,096 neurons.
    ///
    /// # Panics
    /// If there is no monitor before it, or it records no spikes.
    pub fn capacity(mut self, spikes: usize) -> Self {
        let last = self.last("capacity");
        assert!(
            !last.source.is_value(),
            "Runner::capacity: `{}` records no spikes",
            last.name
        );
        last.capacity = Some(spikes);
        self
    }

    /// Shows a progress bar on standard error, if that is a terminal.
    #[cfg(feature = "runner")]
    pub fn progress(mut self, progress: bool) -> Self {
        self.progress = progress;
        self
    }

    /// Writes a checkpoint to `path` every so often, at the end, and when the program is interrupted by `Ctrl-C` (with the feature
    /// `runner`; [`interrupt`] does the same): the variables and all that has been recorded. It is an `.npz` file that
    /// [`load_state`](BrainObject::load_state) reads too.
    ///
    /// A checkpoint takes the place of an older one when it is complete, so there is a valid one at any time.
    ///
    /// # Panics
    /// If `every` is no step, or no time.
    pub fn checkpoint(mut self, path: impl Into<PathBuf>, every: Every) -> Self {
        let some = match every {
            Every::Steps(steps) => steps > 0,
            Every::Seconds(seconds) => Duration::try_from_secs_f64(seconds).is_ok(),
        };
        assert!(some, "Runner::checkpoint: every {every:?} is not possible");
        self.checkpoint = Some((path.into(), every));
        self
    }

    /// Goes on from the checkpoint, if there is one: to exactly what the run would have been without the interruption, provided that
    /// what the steps read beside the model depends on [`Step`] alone.
    ///
    /// # Panics
    /// If there is no [`checkpoint`](Runner::checkpoint) before it.
    pub fn resume(mut self) -> Self {
        assert!(
            self.checkpoint.is_some(),
            "Runner::resume: it belongs behind the checkpoint it is for"
        );
        self.resume = true;
        self
    }

    /// Calls `update` for each step from time 0 to `duration` (with the last one reaching beyond it if it is no multiple of dt), and
    /// gives what was recorded.
    ///
    /// # Errors
    /// If a monitor finds no variable or has the name of another one, a checkpoint cannot be read or written or is of another model or other monitors, or the run was
    /// interrupted. Nothing of the model is changed if the run does not begin.
    ///
    /// # Panics
    /// If `duration` is negative or not finite, or needs more than 2³² steps.
    pub fn run<R>(
        &self,
        object: &mut O,
        duration: f64,
        mut update: impl FnMut(&mut O, Step) -> R,
    ) -> Result<Recorded, RunError> {
        let dt = self.dt;
        assert!(
            duration >= 0.0 && duration / dt < f64::from(u32::MAX),
            "Runner::run: duration is {duration}, but must be at least 0, finite, and less than 2^32 steps of {dt}"
        );
        let steps = crate::inputs::ceil_steps(duration, dt);
        let mut recorders = Recorder::all(&self.monitors, object, steps)?;
        let mut next = 0;
        if let Some((path, _)) = &self.checkpoint {
            object.state_dict()?;
            file::can_save(path)?;
            if self.resume && path.exists() {
                next = checkpoint::load(path, dt, object, &self.monitors, &mut recorders, steps)?;
            }
        }
        let save = |object: &O, recorders: &[Recorder], step: usize| match &self.checkpoint {
            Some((path, _)) => checkpoint::save(path, dt, object, &self.monitors, recorders, step),
            None => Ok(()),
        };

        let watch = self.checkpoint.as_ref().map(|_| Watch::new());
        let mut saved = Instant::now();
        #[cfg(feature = "runner")]
        let bar = self.progress.then(|| bar(next, steps));
        for index in next..steps {
            let t = index as f64 * dt;
            update(object, Step { index, t, dt });
            for (monitor, recorder) in self.monitors.iter().zip(&mut recorders) {
                if index % monitor.every == 0 {
                    recorder.record(monitor, object, index)?;
                }
            }
            #[cfg(feature = "runner")]
            if let Some(bar) = &bar {
                bar.inc(1);
            }
            if let (Some((path, every)), Some(watch)) = (&self.checkpoint, &watch) {
                let step = index + 1;
                if watch.is_interrupted() {
                    save(object, &recorders, step)?;
                    return Err(RunError::Interrupted {
                        step,
                        checkpoint: path.clone(),
                    });
                }
                let due = match *every {
                    Every::Steps(steps) => step % steps == 0,
                    Every::Seconds(seconds) => saved.elapsed().as_secs_f64() >= seconds,
                };
                if due && step < steps {
                    save(object, &recorders, step)?;
                    saved = Instant::now();
                }
            }
        }
        save(object, &recorders, steps)?;
        #[cfg(feature = "runner")]
        if let Some(bar) = bar {
            bar.finish();
        }
        Ok(Recorded::new(dt, steps, &self.monitors, recorders))
    }
}

/// A progress bar over the steps.
#[cfg(feature = "runner")]
fn bar(done: usize, steps: usize) -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new(steps as u64).with_position(done as u64);
    let style = indicatif::ProgressStyle::with_template(
        "{bar:40} {percent}% · step {pos} of {len} · {elapsed} (still {eta})",
    );
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
