//! A network that is generic over its numbers and its connectivity and has all that networks are made of at once: steps of differential
//! equations with parameters of each neuron and noise, spikes along kept, made and delayed synapses, inputs and lists of groups. The same
//! on all backends, at any number of threads, and when it goes on from a checkpoint.

use brain_jit::connect::*;
use brain_jit::delay::*;
use brain_jit::inputs::*;
use brain_jit::prelude::*;
use brain_jit::runner::*;
use brain_jit::{set_num_threads, with_backend};
use std::path::PathBuf;

/// Neurons whose equations are integrated by four methods.
#[derive(BrainObject)]
struct Group<T: Real> {
    tau: Array1<T>,
    rest: T,
    th: Array1<T>,
    dt: T,
    #[variable]
    v: Array1<T>,
    #[variable]
    w: Array1<T>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl<T: Real> Group<T> {
    #[integrate(exp_euler)]
    fn dv(&self, v: T, t: T, i: T) -> T {
        (self.rest - v + i) / self.tau
    }

    #[integrate(milstein)]
    fn noisy(&self, v: T, w: T, t: T, i: T) -> ((T, T), (T, T)) {
        (
            (
                (self.rest - v + i - w) / self.tau,
                (v - self.rest - w) / 100.0,
            ),
            (0.1 * v, 0.05 * w / self.tau),
        )
    }

    #[integrate(rkf45)]
    fn dw(&self, w: T, t: T) -> T {
        if w > self.th {
            -w / self.tau
        } else {
            bm::sin(t) - w
        }
    }

    #[integrate(euler_maruyama)]
    fn ou(&self, w: T, t: T) -> (T, T) {
        (-w / self.tau, 0.3 * bm::sqrt(2.0 / self.tau))
    }

    fn update(&mut self, t: T, i: &Array1<T>) {
        let v = self.dv_step(&self.v, t, i, self.dt);
        let (v, w) = self.noisy_step(
            &v,
            &self.w,
            t,
            i,
            self.dt,
            self.rng.normal_like(0.0, 1.0, &self.v),
            self.rng.normal_like(0.0, 1.0, &self.v),
        );
        let w = self.dw_step(&w, t, self.dt);
        self.w[..] = self.ou_step(&w, t, self.dt, self.rng.normal_like(0.0, 1.0, &self.v));
        self.spike[..] = &v > &self.th;
        self.v[..] = bm::where_(&self.spike, self.rest, v);
    }
}

#[derive(BrainObject)]
struct Net<T: Real + bm::Number, C: Connectivity> {
    dt: f64,
    kept: Csr,
    rule: C,
    weight: Array1<T>,
    release: Array1<T>,
    #[child]
    e: Group<T>,
    #[child]
    groups: Vec<Group<T>>,
    #[child]
    input: PoissonGroup,
    #[child]
    times: SpikeTimeGroup,
    #[variable]
    g: Array1<T>,
    #[variable]
    spikes: SpikeDelay,
    #[variable]
    sd: SynapseDelay<T>,
    #[variable]
    past: LengthDelay<T>,
    #[variable]
    step: i32,
}

#[brain_jit]
impl<T: Real + bm::Number, C: Connectivity> Net<T, C> {
    fn update(&mut self) {
        let t = f64::from(self.step) * self.dt;
        self.input.update(self.dt);
        self.times.update(t);
        self.g *= 0.9;
        self.g += bm::where_(&self.input.spike, 1.0, 0.0) + bm::where_(&self.times.spike, 2.0, 0.0);
        let before: ArrayView1<T> = self.past.at(3);
        let drive = &self.g + 0.1 * before;
        self.e.update(T::from_f64(t), &drive);
        for group in &mut self.groups {
            group.update(T::from_f64(t), &drive);
        }
        self.spikes.update(&self.e.spike);
        self.kept
            .send(self.spikes.sent(..), &self.weight, &mut self.sd);
        self.sd.arrive(&mut self.g);
        self.rule.deliver(
            self.spikes.arriving(5..),
            PerNeuron(&self.release),
            &mut self.g,
        );
        self.kept
            .deliver(self.spikes.arriving(..5), &self.weight, &mut self.g);
        let (weight, shape) = (self.release[0], (self.g.len(), self.g.len()));
        let made: Array1<T> =
            bm::jitconn::event_mv_prob_homo_transpose(&self.e.spike, weight, 0.3, 7, shape);
        self.g += made;
        self.past.update(&self.e.v);
        self.step += 1;
    }
}

fn group<T: Real>(n: usize, seed: u64) -> Group<T> {
    let f = |x: f64| T::from_f64(x);
    Group {
        tau: (0..n).map(|i| f(5.0 + i as f64)).collect(),
        rest: f(0.0),
        th: (0..n).map(|i| f(1.0 + 0.1 * i as f64)).collect(),
        dt: f(0.1),
        v: Array1::from_elem(n, f(0.5)),
        w: Array1::from_elem(n, f(0.1)),
        spike: Array1::from_elem(n, false),
        rng: RandomState::new(seed),
    }
}

fn net<T: Real + bm::Number>(n: usize) -> Net<T, JustInTime<FixedProb>> {
    let kept = FixedPostNum::new(5, 1).include_self(false).csr(n, n);
    let f = |x: f64| T::from_f64(x);
    let ms: Array1<f64> = RandomState::new(8).uniform(0.0, 2.0, kept.synapses());
    Net {
        dt: 0.1,
        weight: (0..kept.synapses())
            .map(|i| f(0.5 + 0.01 * i as f64))
            .collect(),
        release: Array1::from_elem(n, f(0.4)),
        sd: SynapseDelay::in_ms(&kept, &ms, 0.1),
        kept,
        rule: FixedProb::new(0.2, 3).just_in_time(n, n),
        e: group(n, 1),
        groups: vec![group(n, 2), group(n, 3)],
        input: PoissonGroup::new(n, 8000.0, 4),
        times: SpikeTimeGroup::new(n, [1, 3], [2.0, 4.0]),
        g: Array1::from_elem(n, f(0.0)),
        spikes: SpikeDelay::new(n, 6),
        past: LengthDelay::new(&Array1::from_elem(n, f(0.0)), 3),
        step: 0,
    }
}

fn is_the_same_in_all_ways<T: Real + bm::Number>(name: &str)
where
    Net<T, JustInTime<FixedProb>>: BrainObject,
{
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut states = Vec::new();
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        for threads in [1, 2, 3, 7] {
            set_num_threads(threads);
            with_backend(backend, || {
                let mut model = net::<T>(20);
                (0..300).for_each(|_| model.update());
                states.push(model.state_dict().unwrap());
            });
        }
    }
    assert!(states.iter().all(|s| *s == states[0]));
    let _ = std::fs::remove_file(&path);
    for t in [0.1, 7.3, 30.0] {
        let mut model = net::<T>(20);
        let runner = Runner::new(0.1)
            .spikes("e.spike")
            .monitor("groups.1.v")
            .every(3)
            .checkpoint(&path, Every::Steps(7))
            .resume();
        let recorded = runner
            .run(&mut model, t, |model, _| model.update())
            .unwrap();
        if t == 30.0 {
            assert!(model.state_dict().unwrap() == states[0]);
            assert!(recorded.spikes("e.spike").0.len() > 500);
        }
    }
}

#[test]
fn all_ways_to_run_a_generic_network_are_the_same() {
    is_the_same_in_all_ways::<f32>("generic_network_f32.npz");
    is_the_same_in_all_ways::<f64>("generic_network_f64.npz");
}
