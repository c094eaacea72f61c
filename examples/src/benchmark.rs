//! What the balanced networks share: the command line, connections and start values, the loop over steps, and what is printed.

use brain_jit::connect::{Connector, Csr, FixedProb, JustInTime, Rows};
use brain_jit::prelude::*;
use brain_jit::{bm, set_backend};
use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::exit;
use std::time::Instant;

use crate::flags::{check_steps, fail, fail_on_panics, picture_file, set_threads};
use crate::memory::check_memory;
use crate::picture;
use crate::report::Report;

/// The mean number of inputs of a neuron, and the share of excitatory neurons, which come first.
const INPUTS: f64 = 80.0;
const EXCITATORY: f64 = 0.8;

/// The bytes that the state of a neuron takes, at most.
const STATE: f64 = 64.0;

const USAGE: &str = "flags:
  --neurons N       neurons, four fifths of them excitatory (4000)
  --t MS            simulated time in ms (1000)
  --dt MS           length of a step in ms (0.1)
  --delay MS        delay of all synapses in ms (0)
  --dtype TYPE      f32 or f64 (f32)
  --threads N       threads (those of the machine)
  --backend NAME    plain, serial or parallel (parallel)
  --seed N          seed of connections and start values (1)
  --just-in-time    make the synapses of a neuron when it spikes instead of keeping them
  --network FILE    .npz with indptr (int64), indices (int32) and start values MODEL/V, MODEL/g_e, MODEL/g_i (float64)
  --spikes FILE     write the spikes as .npz: step and neuron (i) of each
  --plot FILE       draw the spikes of the first 300 ms
  --json            print one line of JSON";

/// The command line.
pub struct Arguments {
    pub neurons: usize,
    /// Whether the number was given.
    counted: bool,
    pub t: f64,
    pub dt: f64,
    pub delay: f64,
    pub double: bool,
    pub seed: u64,
    pub just_in_time: bool,
    network: Option<PathBuf>,
    spikes: Option<PathBuf>,
    plot: Option<String>,
    json: bool,
}

impl Arguments {
    /// Reads the command line and sets backend and threads; ends the program if it is wrong.
    pub fn read() -> Arguments {
        let mut arguments = Arguments {
            neurons: 4000,
            counted: false,
            t: 1000.0,
            dt: 0.1,
            delay: 0.0,
            double: false,
            seed: 1,
            just_in_time: false,
            network: None,
            spikes: None,
            plot: None,
            json: false,
        };
        fail_on_panics();
        let mut words = std::env::args().skip(1);
        while let Some(name) = words.next() {
            match name.as_str() {
                "--json" => arguments.json = true,
                "--just-in-time" => arguments.just_in_time = true,
                "--help" => {
                    println!("{USAGE}");
                    exit(0)
                }
                _ => match words.next() {
                    Some(value) => arguments.set(&name, &value),
                    None => fail(format!(
                        "{name} is unknown or has no value; --help lists the flags"
                    )),
                },
            }
        }
        let Arguments { t, dt, delay, .. } = arguments;
        if !(dt > 0.0 && t >= 0.0 && delay >= 0.0 && (t + dt + delay).is_finite()) {
            fail("--dt must be greater than 0, --t and --delay at least 0, and all of them finite");
        }
        check_steps(t, dt);
        if delay / dt > f64::from(u16::MAX) {
            fail(format!(
                "--delay {delay:e} has more than {} steps of --dt {dt:e}",
                u16::MAX
            ));
        }
        arguments.steps("--t", t);
        arguments.steps("--delay", delay);
        arguments
    }

    fn set(&mut self, name: &str, value: &str) {
        fn number<N: std::str::FromStr>(name: &str, value: &str) -> N {
            value
                .parse()
                .unwrap_or_else(|_| fail(format!("{name} {value} is not a valid number")))
        }
        match name {
            "--neurons" => (self.neurons, self.counted) = (number(name, value), true),
            "--t" => self.t = number(name, value),
            "--dt" => self.dt = number(name, value),
            "--delay" => self.delay = number(name, value),
            "--seed" => self.seed = number(name, value),
            "--threads" => set_threads(value),
            "--dtype" => match value {
                "f32" => self.double = false,
                "f64" => self.double = true,
                _ => fail(format!("--dtype {value} is neither f32 nor f64")),
            },
            "--backend" => match value {
                "plain" => set_backend(Backend::Plain),
                "serial" => set_backend(Backend::Serial),
                "parallel" => set_backend(Backend::Parallel),
                _ => fail(format!(
                    "--backend {value} is none of plain, serial and parallel"
                )),
            },
            "--network" => self.network = Some(value.into()),
            "--spikes" => self.spikes = Some(value.into()),
            "--plot" => self.plot = Some(picture_file(value.into())),
            _ => fail(format!("{name} is unknown; --help lists the flags")),
        }
    }

    /// The number of steps in a time, which must be a multiple of dt.
    fn steps(&self, what: &str, time: f64) -> usize {
        let steps = (time / self.dt).round();
        if (steps * self.dt - time).abs() > 1e-6 * self.dt.max(time) {
            fail(format!(
                "{what}, {time} ms, is no multiple of --dt {}",
                self.dt
            ));
        }
        steps as usize
    }

    /// Ends the program if there is not so much memory a neuron.
    fn check_memory(&self, bytes: f64, help: &str) {
        let neurons = self.neurons;
        check_memory(
            &format!("--neurons {neurons}"),
            neurons as f64 * bytes,
            help,
        );
    }

    fn rule(&self) -> FixedProb {
        let prob = (INPUTS / self.neurons.max(1) as f64).min(1.0);
        FixedProb::new(prob, self.seed)
    }

    /// The synapses: those of `--network`, or each pair with a probability that gives 80 inputs a neuron in the mean.
    pub fn csr(&mut self) -> Csr {
        let Some(network) = self.network.as_ref() else {
            // Twice 4 bytes a synapse while rows are put together.
            self.check_memory(STATE + 8.0 * INPUTS, "; --just-in-time keeps no synapses");
            return self.rule().csr(self.neurons, self.neurons);
        };
        let indptr = bm::loadz::<i64>(network, "indptr").unwrap_or_else(|error| fail(error));
        let indices = bm::loadz::<i32>(network, "indices").unwrap_or_else(|error| fail(error));
        let neurons = indptr.len().saturating_sub(1);
        if self.counted && neurons != self.neurons {
            fail(format!(
                "--neurons {}, but the network in {} has {neurons}",
                self.neurons,
                network.display()
            ));
        }
        self.neurons = neurons;
        Csr::new(&indptr, &indices, self.neurons)
    }

    /// The same synapses, made when their neuron spikes.
    pub fn made_just_in_time(&mut self) -> JustInTime<FixedProb> {
        if self.network.is_some() {
            fail("--just-in-time makes its own network, so there can be no --network");
        }
        self.check_memory(STATE, "");
        self.rule().just_in_time(self.neurons, self.neurons)
    }

    /// What a network is made from.
    pub fn setup<C>(&self, work: &'static str, synapses: C) -> Setup<'_, C> {
        Setup {
            neurons: self.neurons,
            dt: self.dt,
            delay: self.steps("--delay", self.delay),
            synapses,
            work,
            arguments: self,
            rng: RandomState::new(self.seed).fork(1),
        }
    }
}

/// What a network is made from.
pub struct Setup<'a, C> {
    pub neurons: usize,
    /// In ms.
    pub dt: f64,
    /// In steps.
    pub delay: usize,
    pub synapses: C,
    work: &'static str,
    arguments: &'a Arguments,
    rng: RandomState,
}

impl<C> Setup<'_, C> {
    /// How many neurons are excitatory.
    pub fn excitatory(&self) -> usize {
        (EXCITATORY * self.neurons as f64).round() as usize
    }

    /// A time in steps.
    pub fn steps(&self, time: f64) -> i32 {
        (time / self.dt).round() as i32
    }

    /// The start values of a variable: those of `--network`, or drawn.
    pub fn start<T: Real>(
        &mut self,
        name: &str,
        draw: impl FnOnce(&mut RandomState) -> Array1<f64>,
    ) -> Array1<T> {
        self.start_above(name, 0.0, draw)
    }

    /// The same, as differences from `origin`.
    pub fn start_above<T: Real>(
        &mut self,
        name: &str,
        origin: f64,
        draw: impl FnOnce(&mut RandomState) -> Array1<f64>,
    ) -> Array1<T> {
        let values = match &self.arguments.network {
            None => draw(&mut self.rng).into_dyn(),
            Some(file) => bm::loadz::<f64>(file, &format!("{}/{name}", self.work))
                .unwrap_or_else(|error| fail(error)),
        };
        if values.shape() != [self.neurons] {
            fail(format!(
                "{name} has shape {:?}, but must have one value for each of {} neurons",
                values.shape(),
                self.neurons
            ));
        }
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            fail(format!("a value of {name} is {value}"));
        }
        values
            .iter()
            .map(|value| T::from_f64(value - origin))
            .collect()
    }
}

/// A network that can be stepped.
pub trait Network {
    /// One step.
    fn update(&mut self);
    /// The neurons that spiked in the last step.
    fn spikes(&self) -> &[u32];
}

/// Steps a network and prints what the command line asks for.
pub fn run<N: Network>(
    work: &'static str,
    mut arguments: Arguments,
    build: impl FnOnce(&mut Arguments) -> N,
) {
    let start = Instant::now();
    let mut network = build(&mut arguments);
    let build_s = start.elapsed().as_secs_f64();

    let steps = arguments.steps("--t", arguments.t);
    // Before the run, so that a place that cannot be written to costs none; an older file remains until there is a new one.
    if let Some(path) = &arguments.spikes {
        let mut open = OpenOptions::new();
        open.create(true)
            .append(true)
            .open(path)
            .unwrap_or_else(|error| fail(format!("--spikes {}: {error}", path.display())));
    }
    let record = arguments.spikes.is_some() || arguments.plot.is_some();
    let (mut count, mut when, mut who) = (0, Vec::<i32>::new(), Vec::<u32>::new());
    let start = Instant::now();
    for step in 0..steps {
        network.update();
        let spikes = network.spikes();
        count += spikes.len();
        if record {
            when.extend(spikes.iter().map(|_| step as i32));
            who.extend(spikes);
        }
    }
    let run_s = start.elapsed().as_secs_f64();

    let report = Report {
        work,
        neurons: arguments.neurons,
        t: arguments.t,
        dt: arguments.dt,
        build_s,
        run_s,
        spikes: count,
    };
    report.print(arguments.json, &[]);
    if let Some(path) = &arguments.spikes {
        let write = || {
            let mut archive = bm::savez(path)?;
            archive.add("step", &when)?;
            archive.add("i", &who)?;
            archive.finish()
        };
        write().unwrap_or_else(|error| fail(format!("--spikes {}: {error}", path.display())));
    }
    if let Some(path) = &arguments.plot {
        let points: Vec<(f64, f64)> = when
            .iter()
            .zip(&who)
            .map(|(step, neuron)| (f64::from(*step) * arguments.dt, f64::from(*neuron)))
            .filter(|(time, _)| *time < 300.0)
            .collect();
        picture::raster(path, work, &points);
    }
}

/// The `main` of a network `Model<T, C>` made by `Model::new(Setup<C>)`, for both element types and both kinds of connectivity.
#[macro_export]
macro_rules! balanced_network {
    ($work:literal, $model:ident) => {
        fn main() {
            use $crate::benchmark::{Arguments, run};
            let arguments = Arguments::read();
            match (arguments.double, arguments.just_in_time) {
                (false, false) => run($work, arguments, |arguments| {
                    let synapses = arguments.csr();
                    $model::<f32, _>::new(arguments.setup($work, synapses))
                }),
                (true, false) => run($work, arguments, |arguments| {
                    let synapses = arguments.csr();
                    $model::<f64, _>::new(arguments.setup($work, synapses))
                }),
                (false, true) => run($work, arguments, |arguments| {
                    let synapses = arguments.made_just_in_time();
                    $model::<f32, _>::new(arguments.setup($work, synapses))
                }),
                (true, true) => run($work, arguments, |arguments| {
                    let synapses = arguments.made_just_in_time();
                    $model::<f64, _>::new(arguments.setup($work, synapses))
                }),
            }
        }
    };
}
