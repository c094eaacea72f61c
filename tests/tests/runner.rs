//! Runs: recorders, checkpoints that resume to the same bits, interruption, bad checkpoints, sweeps.
//!
//! One file, since each run is of the same few models.

use brain_jit::connect::{Connectivity, Connector, Csr, FixedProb};
use brain_jit::delay::{LengthDelay, SpikeDelay, SynapseDelay};
use brain_jit::inputs::PoissonGroup;
use brain_jit::object::{Mismatch, Saved, State, StateDict};
use brain_jit::prelude::*;
use brain_jit::runner::{Every, Recorded, RunError, Runner, interrupt, sweep};
use brain_jit::{backend, set_num_threads, with_backend};
use ndarray::{Ix1, Ix2};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard};

const NEURONS: usize = 60;
const DT: f64 = 0.1;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("runner_{name}.npz"))
}

/// `interrupt` ends all runs with a checkpoint in the process, so that there may be one at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Phase {
    Calm,
    Busy,
}

impl State for Phase {
    fn save(&self) -> Saved {
        Saved::scalar(*self as u8)
    }
    fn check(&self, saved: &Saved) -> Result<(), Mismatch> {
        saved.to_scalar::<u8>().map(drop)
    }
    fn load(&mut self, saved: Saved) {
        *self = match saved.to_scalar() {
            Ok(0u8) => Phase::Calm,
            _ => Phase::Busy,
        };
    }
}

/// Everything that a trajectory may depend on: spikes and values on their way, chance, a child, an enum, scalars.
#[derive(BrainObject)]
struct Noisy {
    synapses: Csr,
    #[child]
    input: PoissonGroup,
    #[variable]
    v: Array1<f64>,
    #[variable]
    g: Array1<f64>,
    #[variable]
    trace: Array1<f32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    delay: SpikeDelay,
    #[variable]
    past: LengthDelay<f64>,
    #[variable]
    rng: RandomState,
    #[variable]
    phase: Phase,
    #[variable]
    step: i32,
}

#[brain_jit]
impl Noisy {
    fn new(neurons: usize) -> Self {
        let v: Array1<f64> = RandomState::new(5).uniform(0.0, 20.0, neurons);
        Noisy {
            synapses: FixedProb::new(0.2, 1).csr(neurons, neurons),
            input: PoissonGroup::new(neurons, 300.0, 2),
            g: Array1::zeros(neurons),
            trace: Array1::zeros(neurons),
            spike: Array1::from_elem(neurons, false),
            delay: SpikeDelay::new(neurons, 15),
            past: LengthDelay::new(&v, 7),
            rng: RandomState::new(3),
            phase: Phase::Calm,
            step: 0,
            v,
        }
    }

    fn update(&mut self, dt: f64, drive: f64) {
        self.input.update(dt);
        let before: ArrayView1<f64> = self.past.at(7);
        let noise: Array1<f64> = self.rng.normal_like(0.0, 1.0, &self.v);
        self.v += (drive - &self.v + &self.g + before * 0.1) * (dt / 5.0) + noise * 0.3;
        self.v += bm::where_(&self.input.spike, 3.0, 0.0);
        self.spike[..] = &self.v > 20.0;
        self.v[..] = bm::where_(&self.spike, 0.0, &self.v);
        self.g *= 0.95;
        self.trace *= 0.9;
        self.trace += bm::where_(&self.spike, 1.0, 0.0);
        self.delay.update(&self.spike);
        self.past.update(&self.v);
        self.synapses
            .deliver(self.delay.arriving(..), 0.5, &mut self.g);
        self.step += 1;
    }

    /// A step, with an input that changes and a phase that changes what follows.
    #[brain_jit(skip)]
    fn go(&mut self, step: usize, dt: f64) {
        let drive = match self.phase {
            Phase::Calm => 15.0 + (step % 50) as f64 / 10.0,
            Phase::Busy => 25.0,
        };
        self.update(dt, drive);
        self.phase = match self.delay.sent(..).len() > 3 {
            true => Phase::Busy,
            false => Phase::Calm,
        };
    }
}

fn runner() -> Runner<'static, Noisy> {
    Runner::new(DT)
        .monitor("v")
        .every(10)
        .monitor("trace")
        .every(3)
        .indices([0, 59, 7])
        .monitor("step")
        .monitor_with("mean", |net: &Noisy| bm::mean(&net.v))
        .monitor_with("ends", |net: &Noisy| [net.v[0], net.v[1]])
        .spikes("spike")
        .spikes("delay")
        .spikes_with("few", |net: &Noisy| net.delay.sent(..20))
        .monitor("input.spike")
        .every(7)
}

fn run(runner: &Runner<'_, Noisy>, net: &mut Noisy, steps: usize) -> Result<Recorded, RunError> {
    runner.run(net, steps as f64 * DT, |net, step| {
        assert_eq!(step.index, net.step as usize);
        assert_eq!((step.t, step.dt), (step.index as f64 * DT, DT));
        net.go(step.index, step.dt)
    })
}

/// All that was recorded, as bits and numbers.
fn everything(recorded: &Recorded) -> (Vec<u64>, Vec<(Vec<f64>, Vec<u32>)>) {
    let mut bits = Vec::new();
    bits.extend(recorded.get::<f64, Ix2>("v").iter().map(|v| v.to_bits()));
    bits.extend(
        recorded
            .get::<f32, Ix2>("trace")
            .iter()
            .map(|x| u64::from(x.to_bits())),
    );
    bits.extend(
        recorded
            .get::<i32, Ix1>("step")
            .iter()
            .map(|&step| step as u64),
    );
    bits.extend(recorded.get::<f64, Ix1>("mean").iter().map(|v| v.to_bits()));
    bits.extend(recorded.get::<f64, Ix2>("ends").iter().map(|v| v.to_bits()));
    bits.extend(
        recorded
            .get::<bool, Ix2>("input.spike")
            .iter()
            .map(|&spike| u64::from(spike)),
    );
    let spikes = ["spike", "delay", "few"].map(|name| recorded.spikes(name));
    let spikes = spikes.map(|(times, ids)| (times.to_vec(), ids.to_vec()));
    (bits, spikes.to_vec())
}

#[test]
fn what_is_recorded_is_what_a_loop_sees() {
    let recorded = run(&runner().progress(true), &mut Noisy::new(NEURONS), 205).unwrap();
    let mut net = Noisy::new(NEURONS);
    let (v, trace): (Array2<f64>, Array2<f32>) = (recorded.get("v"), recorded.get("trace"));
    let (mean, step): (Array1<f64>, Array1<i32>) = (recorded.get("mean"), recorded.get("step"));
    let (mut times, mut ids) = (Vec::new(), Vec::new());
    for index in 0..205 {
        net.go(index, DT);
        if index % 10 == 0 {
            assert_eq!(v.row(index / 10), net.v);
        }
        if index % 3 == 0 {
            assert_eq!(
                trace.row(index / 3),
                array![net.trace[0], net.trace[59], net.trace[7]]
            );
        }
        assert_eq!(mean[index], bm::mean(&net.v));
        assert_eq!(step[index], net.step);
        times.extend(net.delay.sent(..).iter().map(|_| index as f64 * DT));
        ids.extend(net.delay.sent(..));
    }
    assert!(ids.len() > 100, "{} spikes", ids.len());
    assert_eq!(
        recorded.spikes("spike"),
        (times.clone().into(), ids.clone().into())
    );
    assert_eq!(recorded.spikes("delay"), (times.into(), ids.clone().into()));
    let few: Vec<u32> = ids.into_iter().filter(|&id| id < 20).collect();
    assert_eq!(recorded.spikes("few").1.to_vec(), few);
    assert_eq!((v.dim(), trace.dim(), mean.len()), ((21, 60), (69, 3), 205));
    assert_eq!(
        recorded.times("v"),
        Array1::from_shape_fn(21, |i| (10 * i) as f64 * DT)
    );
    assert_eq!((recorded.steps(), recorded.names().count()), (205, 9));
}

#[test]
fn records_are_arrays_of_a_file() {
    let recorded = run(&runner(), &mut Noisy::new(NEURONS), 100).unwrap();
    let path = path("records");
    recorded.save(&path).unwrap();
    assert_eq!(
        bm::loadz::<f64>(&path, "v").unwrap(),
        recorded.get::<f64, Ix2>("v").into_dyn()
    );
    assert_eq!(
        bm::loadz::<f64>(&path, "v/t").unwrap(),
        recorded.times("v").into_dyn()
    );
    let (times, ids) = recorded.spikes("spike");
    assert_eq!(
        bm::loadz::<f64>(&path, "spike/t").unwrap(),
        times.into_dyn()
    );
    assert_eq!(bm::loadz::<u32>(&path, "spike/i").unwrap(), ids.into_dyn());
    assert_eq!(
        bm::loadz::<bool>(&path, "input.spike").unwrap().shape(),
        [15, 60]
    );
}

#[test]
fn a_variable_of_a_generic_model_and_of_listed_children() {
    #[derive(BrainObject)]
    struct Leak<T: Real> {
        #[variable]
        v: Array1<T>,
        #[variable]
        past: LengthDelay<T>,
        #[variable]
        way: SynapseDelay<T>,
    }
    #[brain_jit]
    impl<T: Real> Leak<T> {
        fn update(&mut self) {
            self.v *= 0.5;
            self.past.update(&self.v);
        }
    }
    #[derive(BrainObject)]
    struct Many {
        #[child]
        leaks: Vec<Leak<f32>>,
    }
    let leak = |v: f32| Leak {
        v: array![v, 2.0 * v],
        past: LengthDelay::new(&array![v, v], 2),
        way: SynapseDelay::new(&Csr::new([0, 1], [1], 2), [3]),
    };
    let mut many = Many {
        leaks: vec![leak(1.0), leak(8.0)],
    };
    let start = many.state_dict().unwrap();
    let names: Vec<&str> = start.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "leaks.0.v",
            "leaks.0.past",
            "leaks.0.way",
            "leaks.1.v",
            "leaks.1.past",
            "leaks.1.way"
        ]
    );
    let runner = Runner::new(1.0).monitor("leaks.1.v");
    let update = |many: &mut Many, _| many.leaks.iter_mut().for_each(Leak::update);
    let first = runner.run(&mut many, 3.0, update).unwrap();
    let v: Array2<f32> = first.get("leaks.1.v");
    assert_eq!(v, array![[4.0, 8.0], [2.0, 4.0], [1.0, 2.0]]);
    many.reset_state(&start);
    let again: Array2<f32> = runner.run(&mut many, 3.0, update).unwrap().get("leaks.1.v");
    assert_eq!(again, v);
}

#[test]
fn a_reset_run_is_the_same_run() {
    let mut net = Noisy::new(NEURONS);
    let start = net.state_dict().unwrap();
    let first = everything(&run(&runner(), &mut net, 150).unwrap());
    let end = net.state_dict().unwrap();
    assert_ne!(start, end);
    net.reset_state(&start);
    assert_eq!(net.state_dict().unwrap(), start);
    assert_eq!(everything(&run(&runner(), &mut net, 150).unwrap()), first);
    assert_eq!(net.state_dict().unwrap(), end);
}

#[test]
fn a_state_of_another_object_changes_nothing() {
    let other = Noisy::new(NEURONS + 1).state_dict().unwrap();
    let mut net = Noisy::new(NEURONS);
    run(&runner(), &mut net, 20).unwrap();
    let before = net.state_dict().unwrap();
    let error = net.load_state_dict(&other).unwrap_err().to_string();
    assert_eq!(
        error,
        "the variable `input.spike` has shape [60], in the saved state it has shape [61]"
    );
    let error = net.input.load_state_dict(&before).unwrap_err().to_string();
    assert_eq!(
        error,
        "the saved state has a variable `input.spike`, which the object has not"
    );
    assert_eq!(net.state_dict().unwrap(), before);
}

/// A run of a new object that is interrupted after each of `cuts` and resumed by another new object.
fn interrupted(name: &str, cuts: &[usize], steps: usize) -> (Recorded, StateDict) {
    let path = path(name);
    let _ = std::fs::remove_file(&path);
    let runner = runner().checkpoint(&path, Every::Steps(37)).resume();
    for &cut in cuts {
        let mut net = Noisy::new(NEURONS);
        let ended = runner.run(&mut net, steps as f64 * DT, |net, step| {
            net.go(step.index, step.dt);
            if step.index + 1 == cut {
                interrupt();
            }
        });
        match ended {
            Err(RunError::Interrupted { step, checkpoint }) => {
                assert_eq!((step, &checkpoint), (cut, &path));
            }
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("not interrupted after {cut} steps"),
        }
    }
    let mut net = Noisy::new(NEURONS);
    let recorded = run(&runner, &mut net, steps).unwrap();
    assert!(!path.with_extension("npz.part").exists());
    (recorded, net.state_dict().unwrap())
}

#[test]
fn a_resumed_run_is_the_uninterrupted_one_bit_for_bit() {
    let _alone = alone();
    let mut net = Noisy::new(NEURONS);
    let expected = everything(&run(&runner(), &mut net, 300).unwrap());
    let end = net.state_dict().unwrap();
    assert!(expected.1[0].1.len() > 100);
    for cuts in [&[1][..], &[20], &[111], &[299], &[5, 6, 37, 200]] {
        for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
            let (recorded, state) = with_backend(backend, || interrupted("resumed", cuts, 300));
            assert!(
                everything(&recorded) == expected,
                "cut at {cuts:?}, {backend:?}"
            );
            assert!(state == end, "cut at {cuts:?}, {backend:?}");
        }
    }
}

#[test]
fn a_run_that_crashed_resumes_from_its_last_checkpoint() {
    let _alone = alone();
    let path = path("crashed");
    let _ = std::fs::remove_file(&path);
    // What a process that ended while it wrote leaves behind.
    std::fs::write(path.with_extension("npz.part"), "half").unwrap();
    let expected = everything(&run(&runner(), &mut Noisy::new(NEURONS), 150).unwrap());
    let resuming = || runner().checkpoint(&path, Every::Steps(37)).resume();
    let crashed = std::panic::catch_unwind(|| {
        resuming().run(&mut Noisy::new(NEURONS), 150.0 * DT, |net, step| {
            net.go(step.index, step.dt);
            assert!(step.index < 100, "a crash");
        })
    });
    assert!(crashed.is_err());
    let at = bm::loadz::<u64>(&path, "runner/step").unwrap();
    assert_eq!(at.sum(), 74);
    let mut net = Noisy::new(NEURONS);
    let mut first = None;
    let recorded = resuming().run(&mut net, 150.0 * DT, |net, step| {
        first.get_or_insert(step.index);
        net.go(step.index, step.dt);
    });
    assert_eq!(first, Some(74));
    assert_eq!(everything(&recorded.unwrap()), expected);
}

#[test]
fn a_finished_run_goes_on_to_a_longer_time() {
    let _alone = alone();
    let path = path("longer");
    let _ = std::fs::remove_file(&path);
    let expected = everything(&run(&runner(), &mut Noisy::new(NEURONS), 130).unwrap());
    let runner = runner().checkpoint(&path, Every::Seconds(1e3)).resume();
    run(&runner, &mut Noisy::new(NEURONS), 70).unwrap();
    let mut net = Noisy::new(NEURONS);
    assert_eq!(everything(&run(&runner, &mut net, 130).unwrap()), expected);
    // A checkpoint is also a file of the variables, and one that is at the end has nothing left to run.
    let mut other = Noisy::new(NEURONS);
    other.load_state(&path).unwrap();
    assert_eq!(other.state_dict().unwrap(), net.state_dict().unwrap());
    let mut again = Noisy::new(NEURONS);
    assert_eq!(
        everything(&run(&runner, &mut again, 130).unwrap()),
        expected
    );
}

/// The message of a resumption that fails, which is one line and changes nothing.
fn refused(runner: &Runner<'_, Noisy>, net: &mut Noisy, steps: usize) -> String {
    let before = net.state_dict().unwrap();
    let mut made = 0;
    let ended = runner.run(net, steps as f64 * DT, |_, _| made += 1);
    let Err(error) = ended else { panic!("resumed") };
    assert!(net.state_dict().unwrap() == before && made == 0);
    let error = error.to_string();
    assert!(!error.contains('\n'), "{error}");
    error
}

#[test]
fn a_bad_checkpoint_is_one_error_and_changes_nothing() {
    let _alone = alone();
    let path = path("bad");
    let with = |runner: Runner<'static, Noisy>| runner.checkpoint(&path, Every::Steps(10)).resume();
    let _ = std::fs::remove_file(&path);
    let mut net = Noisy::new(NEURONS);
    run(&with(runner()), &mut net, 40).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let fails = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let error = refused(&with(runner()), &mut Noisy::new(NEURONS), 80);
        assert!(error.contains("runner_bad.npz"), "{error}");
        assert_eq!(
            std::fs::read(&path).unwrap(),
            bytes,
            "the file is left as it is"
        );
    };
    for length in [0, 1, 100, whole.len() / 2, whole.len() - 1] {
        fails(&whole[..length]);
    }
    fails(b"no archive at all");
    // One changed byte of a variable.
    let bytes = net.v[3].to_le_bytes();
    let at = whole.windows(8).position(|window| window == bytes).unwrap();
    let mut changed = whole.clone();
    changed[at] ^= 1;
    fails(&changed);
    // One of a header, which ends with a line break.
    let at = whole.windows(5).position(|word| word == b"False").unwrap();
    let mut changed = whole.clone();
    changed[at] ^= 16;
    fails(&changed);

    std::fs::write(&path, &whole).unwrap();
    let says = |runner: Runner<'static, Noisy>, net: &mut Noisy, steps, what: &str| {
        let error = refused(&with(runner), net, steps);
        assert!(
            error.contains("runner_bad.npz") && error.contains(what),
            "{error}"
        );
    };
    let net = &mut Noisy::new(NEURONS);
    says(
        runner(),
        net,
        39,
        "it is at step 40, behind the 39 of this run",
    );
    says(runner().monitor("rng"), net, 80, "rng");
    says(
        Runner::new(DT).monitor("v"),
        net,
        80,
        "those of this run [v]",
    );
    let other = Runner::new(0.2);
    let error = refused(&with(other), net, 30);
    assert!(error.contains("its dt is 0.1, not 0.2"), "{error}");
    let small = &mut Noisy::new(NEURONS - 1);
    let fewer = runner_without_indices();
    says(fewer, small, 80, "monitors");
    let error = refused(&with(runner().every(8)), net, 80);
    assert!(
        error.contains("its monitor `input.spike` records something else"),
        "{error}"
    );

    #[derive(BrainObject)]
    struct Other {
        #[variable]
        v: Array1<f64>,
    }
    let mut model = Other { v: array![1.0] };
    let runner = Runner::new(DT).checkpoint(&path, Every::Steps(1)).resume();
    let error = runner.run(&mut model, 80.0 * DT, |_, _| {}).err().unwrap();
    assert!(
        error
            .to_string()
            .contains("it is of a model `Noisy`, not `Other`"),
        "{error}"
    );
    assert!(matches!(error, RunError::Checkpoint { .. }));

    // The variables alone, and other shapes.
    Noisy::new(NEURONS).save_state(&path).unwrap();
    let error = refused(&with(Runner::new(DT)), net, 80);
    assert!(
        error.contains("it has the variables of a model alone"),
        "{error}"
    );
    std::fs::remove_file(&path).unwrap();
    run(&with(Runner::new(DT)), &mut Noisy::new(NEURONS + 2), 40).unwrap();
    let error = refused(&with(Runner::new(DT)), net, 80);
    assert!(
        error.contains("the variable `input.spike` has shape [60]"),
        "{error}"
    );
}

fn runner_without_indices() -> Runner<'static, Noisy> {
    Runner::new(DT).monitor("v").every(10)
}

#[test]
fn a_run_that_cannot_begin_says_so_before_the_first_step() {
    let _alone = alone();
    let mut net = Noisy::new(NEURONS);
    let error = refused(&Runner::new(DT).monitor("w"), &mut net, 10);
    assert_eq!(
        error,
        "the monitor `w` cannot record: there is no such variable; there are input.spike, input.rng, v, g, trace, spike, delay, past, rng, \
         phase, step"
    );
    let error = refused(&Runner::new(DT).spikes("v"), &mut net, 10);
    assert_eq!(
        error,
        "the monitor `v` cannot record: it is neither an Array1<bool> nor a SpikeDelay"
    );
    let error = refused(&Runner::new(DT).monitor("v").indices([60]), &mut net, 10);
    assert!(
        error.contains("index 60 is out of range for 60 elements"),
        "{error}"
    );
    let wide = |_: &Noisy| Array1::<f64>::zeros(100_000);
    let runner = Runner::new(DT).monitor_with("wide", wide);
    let error = refused(&runner, &mut net, 4_000_000_000);
    assert_eq!(
        error,
        "the monitor `wide` cannot record: 4000000000 samples of 100000 elements are too many"
    );
    let nowhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no_folder/run.npz");
    let runner = Runner::new(DT).checkpoint(nowhere, Every::Steps(1));
    let error = refused(&runner, &mut net, 10);
    assert!(error.contains("no_folder"), "{error}");

    #[derive(BrainObject)]
    struct Unsaved {
        #[variable]
        thing: Option<u8>,
    }
    let runner = Runner::new(DT).checkpoint(path("unsaved"), Every::Steps(1));
    let error = runner
        .run(&mut Unsaved { thing: None }, 1.0, |_, _| {})
        .err()
        .unwrap();
    assert!(error.to_string().contains("`thing`"), "{error}");
}

#[test]
fn a_list_that_grows_cannot_be_recorded() {
    #[derive(BrainObject)]
    struct Growing {
        #[variable]
        list: Vec<f64>,
    }
    let mut model = Growing { list: vec![0.0] };
    let runner = Runner::new(1.0).monitor("list");
    let error = runner.run(&mut model, 5.0, |model, step| {
        if step.index == 2 {
            model.list.push(1.0);
        }
    });
    let error = error.err().unwrap().to_string();
    assert!(error.contains("changed at step 2"), "{error}");
}

#[test]
fn two_monitors_of_one_name_are_an_error_and_nothing_runs() {
    let mut net = Noisy::new(NEURONS);
    let twice = Runner::new(1.0)
        .monitor("v")
        .monitor_with("v", |_: &Noisy| 1.0);
    let mut steps = 0;
    let ended = twice.run(&mut net, 3.0, |_, _| steps += 1);
    assert_eq!(
        ended.err().unwrap().to_string(),
        "the monitor `v` cannot record: there is another monitor of that name"
    );
    assert_eq!(steps, 0);
}

brain_jit_tests::panics! {
    no_time: Runner::<Noisy>::new(0.0) => "Runner::new: dt is 0, but must be greater than 0 and finite";
    backwards: Runner::<Noisy>::new(-0.1) => "Runner::new: dt is -0.1";
    not_a_time: Runner::<Noisy>::new(f64::NAN) => "Runner::new: dt is NaN";
    negative_duration: runner().run(&mut Noisy::new(NEURONS), -1.0, |_, _| {}) => "Runner::run: duration is -1";
    no_steps: Runner::<Noisy>::new(1.0).monitor("v").every(0) => "Runner::every: the number of steps must be at least 1";
    nothing_before: Runner::<Noisy>::new(1.0).every(2) => "Runner::every: it belongs behind the monitor it is for";
    indices_of_spikes: runner().spikes("x").indices([1]) => "Runner::indices: `x` records spikes";
    never: Runner::<Noisy>::new(1.0).checkpoint("x", Every::Seconds(-1.0)) => "Runner::checkpoint: every Seconds(-1.0) is not possible";
    no_checkpoint: Runner::<Noisy>::new(1.0).resume() => "Runner::resume: it belongs behind the checkpoint it is for";
    no_such_record: run(&runner(), &mut Noisy::new(NEURONS), 1).unwrap().times("w") => "Recorded::times: there is no monitor `w`; there are v, trace, step";
    other_type: run(&runner(), &mut Noisy::new(NEURONS), 1).unwrap().get::<f32, Ix2>("v") => "Recorded::get: `v` has elements of type f64, not f32";
    other_rank: run(&runner(), &mut Noisy::new(NEURONS), 1).unwrap().get::<f64, Ix1>("v") => "Recorded::get: `v` has shape [1, 60], which is of another rank";
    reset_to_another: Noisy::new(5).reset_state(&Noisy::new(6).state_dict().unwrap()) => "reset_state: the variable `input.spike` has shape [5]";
}

/// The same test as parent and, with the variable set, as the child that it interrupts.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_a_checkpoint_that_resumes() {
    use std::io::{BufRead, BufReader};

    const CHILD: &str = "BRAIN_JIT_TEST_CHECKPOINT";
    if let Some(path) = std::env::var_os(CHILD) {
        let runner = runner().checkpoint(PathBuf::from(path), Every::Seconds(1e4));
        let ended = runner.run(&mut Noisy::new(NEURONS), 20_000.0 * DT, |net, step| {
            net.go(step.index, step.dt);
            if step.index == 50 {
                println!("stepping");
            }
            // A run that takes until it is interrupted.
            std::thread::sleep(std::time::Duration::from_millis(5));
        });
        match ended {
            Err(RunError::Interrupted { .. }) => std::process::exit(3),
            _ => std::process::exit(4),
        }
    }
    let _alone = alone();
    let path = path("ctrl_c");
    let _ = std::fs::remove_file(&path);
    // A shell's background job ignores the signal, and its children would.
    let mut child = Command::new("env")
        .arg("--default-signal=INT")
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "ctrl_c_leaves_a_checkpoint_that_resumes",
            "--nocapture",
        ])
        .env(CHILD, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let began = output
        .lines()
        .any(|line| line.unwrap().contains("stepping"));
    assert!(began && !path.exists());
    let id = child.id();
    assert!(
        Command::new("sh")
            .args(["-c", &format!("kill -INT {id}")])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(3));

    let step = bm::loadz::<u64>(&path, "runner/step").unwrap();
    let steps = step.sum() as usize + 30;
    assert!(steps > 80);
    let expected = everything(&run(&runner(), &mut Noisy::new(NEURONS), steps).unwrap());
    let resuming = runner().checkpoint(&path, Every::Steps(1000)).resume();
    let resumed = everything(&run(&resuming, &mut Noisy::new(NEURONS), steps).unwrap());
    assert!(resumed == expected);
}

#[test]
fn a_sweep_is_in_order_and_the_same_at_any_number_of_threads() {
    let rates = || {
        sweep(0..9, |seed| {
            let inside = backend();
            let mut net = Noisy::new(NEURONS);
            net.rng = RandomState::new(seed);
            let recorded = runner().run(&mut net, 10.0, |net, step| net.go(step.index, step.dt));
            (seed, inside, everything(&recorded.unwrap()))
        })
    };
    set_num_threads(1);
    let expected = rates();
    assert!(expected.iter().map(|run| run.0).eq(0..9));
    assert!(expected.iter().all(|run| run.1 == Backend::Serial));
    assert!(expected[0].2 != expected[1].2);
    for threads in [2, 3, 7] {
        set_num_threads(threads);
        assert!(rates() == expected, "{threads} threads");
    }
    let plain = with_backend(Backend::Plain, rates);
    assert!(plain.iter().all(|run| run.1 == Backend::Plain));
    assert!(
        plain
            .iter()
            .zip(&expected)
            .all(|(plain, run)| plain.2 == run.2)
    );
    assert_eq!(sweep(Vec::<u8>::new(), |x| x), []);
}

#[test]
fn sweeps_in_sweeps_and_a_panic_of_one() {
    let rows = sweep(0..5, |i| sweep(0..4, |j| 10 * i + j));
    assert_eq!(rows[3], [30, 31, 32, 33]);
    let ended = std::panic::catch_unwind(|| {
        sweep(0..20, |i| match i {
            13 => panic!("instance {i}"),
            i => i,
        })
    });
    let reason = ended.unwrap_err();
    assert_eq!(reason.downcast_ref::<String>().unwrap(), "instance 13");
    assert_eq!(sweep(0..3, |i| i), [0, 1, 2]);
}
