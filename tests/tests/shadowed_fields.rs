//! Locals and parameters with the names of fields, beside host code that reads or writes the fields.

use brain_jit::connect::{Connectivity, Connector, Csr, One2One};
use brain_jit::delay::SpikeDelay;
use brain_jit::prelude::*;
use brain_jit_tests::backends::each;

#[derive(BrainObject, Clone)]
struct Gain {
    #[variable]
    v: Array1<f32>,
}

#[derive(BrainObject, Clone)]
struct Neurons {
    synapses: Csr,
    #[variable]
    v: Array1<f32>,
    #[variable]
    g: Array1<f32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    delay: SpikeDelay,
    #[variable]
    rng: RandomState,
    #[variable]
    t: f32,
    #[child]
    gain: Gain,
}

#[brain_jit]
impl Neurons {
    #[integrate(euler)]
    fn derivative(&self, v: f32, t: f32) -> f32 {
        1.0 - v
    }

    fn step_beside_host_call(&mut self) -> f32 {
        let v = self.derivative_step(&self.v, 0.0, 0.1);
        let m: f32 = mean(&self.v);
        self.v[..] = v;
        m
    }

    fn draw(&mut self) {
        let v = &self.v + 10.0;
        let n = self.rng.normal_like(0.0, 0.0, &self.v);
        self.v[..] = v + n;
    }

    fn position(&mut self) -> usize {
        let v = 10.0 - &self.v;
        let k = bm::argmax(&self.v);
        self.v[..] = v;
        k
    }

    fn library(&mut self) {
        let v = &self.v + 10.0;
        let c: Array1<f32> = bm::cumsum(&self.v);
        self.v[..] = v + c;
    }

    fn library_in_place(&mut self, x: &Array1<f32>) -> f32 {
        let v = x * 2.0;
        self.v[..] = bm::cumsum(&self.v) + 1.0;
        bm::sum(&v)
    }

    fn given_back(&mut self, x: &Array1<f32>) -> Array1<f32> {
        let v = x * 2.0;
        let k = bm::cumsum(&self.v);
        v * k[0]
    }

    fn deliver(&mut self) {
        let g = &self.g * 0.5;
        self.delay.update(&self.spike);
        self.synapses
            .deliver(self.delay.sent(..), 100.0, &mut self.g);
        self.v[..] = g;
    }

    fn spikes(&mut self) {
        let spike = &self.v > 2.5;
        self.delay.update(&self.spike);
        self.v[..] = bm::where_(spike, -1.0, &self.v);
    }

    fn scalar(&mut self) -> f32 {
        let t = 5.0;
        let before: f32 = half(self.t);
        self.t += t;
        before + t
    }

    fn of_a_child(&mut self) -> f32 {
        let v = &self.gain.v * 3.0;
        let m: f32 = mean(&self.gain.v);
        self.gain.v[..] = &v + m;
        bm::sum(v)
    }

    fn in_patterns(&mut self, pair: (f32, f32)) -> f32 {
        let (t, m) = pair;
        let n: f32 = half(self.t);
        if let Some(t) = Some(t + 1.0) {
            *self.t = t + n;
        }
        t + m + half(self.t)
    }

    /// A parameter with the name of a field.
    fn parameter(&mut self, v: &Array1<f32>) -> f32 {
        let y = v + 1.0;
        let m: f32 = mean(&self.v);
        self.v[..] = y + v;
        m + bm::sum(v)
    }

    fn written_parameter(&mut self, v: &mut Array1<f32>, t: f32) -> f32 {
        let y = &self.v + &*v;
        double(v);
        let m: f32 = mean(&self.v);
        double(&mut self.v);
        self.v += y + &*v;
        m + t + half(self.t)
    }
}

fn mean(v: &Array1<f32>) -> f32 {
    v.sum() / v.len() as f32
}

fn half(t: f32) -> f32 {
    t / 2.0
}

fn double(v: &mut Array1<f32>) {
    v.mapv_inplace(|v| 2.0 * v);
}

fn neurons() -> Neurons {
    Neurons {
        synapses: One2One.csr(3, 3),
        v: array![1.0, 2.0, 3.0],
        g: array![2.0, 2.0, 2.0],
        spike: array![true, false, false],
        delay: SpikeDelay::new(3, 0),
        rng: RandomState::new(1),
        t: 8.0,
        gain: Gain {
            v: array![1.0, 3.0],
        },
    }
}

#[test]
fn a_local_is_not_the_field_of_its_name() {
    each(|backend| {
        let changed = |change: &mut dyn FnMut(&mut Neurons)| {
            let mut neurons = neurons();
            change(&mut neurons);
            neurons
        };
        let v = |change: &mut dyn FnMut(&mut Neurons)| changed(change).v;
        assert_eq!(
            v(&mut |n| assert_eq!(n.step_beside_host_call(), 2.0)),
            array![1.0, 1.9, 2.8],
            "{backend:?}"
        );
        assert_eq!(
            v(&mut |n| n.draw()),
            array![11.0, 12.0, 13.0],
            "{backend:?}"
        );
        assert_eq!(
            v(&mut |n| assert_eq!(n.position(), 2)),
            array![9.0, 8.0, 7.0],
            "{backend:?}"
        );
        assert_eq!(
            v(&mut |n| n.library()),
            array![12.0, 15.0, 19.0],
            "{backend:?}"
        );
        let x = array![1.0, 2.0, 3.0];
        assert_eq!(
            v(&mut |n| assert_eq!(n.library_in_place(&x), 12.0)),
            array![2.0, 4.0, 7.0],
            "{backend:?}"
        );
        assert_eq!(
            neurons().given_back(&x),
            array![2.0, 4.0, 6.0],
            "{backend:?}"
        );
        assert_eq!(
            v(&mut |n| n.deliver()),
            array![1.0, 1.0, 1.0],
            "{backend:?}"
        );
        assert_eq!(
            v(&mut |n| n.spikes()),
            array![1.0, 2.0, -1.0],
            "{backend:?}"
        );
        let n = changed(&mut |n| assert_eq!(n.scalar(), 9.0));
        assert_eq!(n.t, 13.0, "{backend:?}");
        let n = changed(&mut |n| assert_eq!(n.of_a_child(), 12.0));
        assert_eq!(n.gain.v, array![5.0, 11.0], "{backend:?}");
        let n = changed(&mut |n| assert_eq!(n.in_patterns((1.0, 10.0)), 14.0));
        assert_eq!(n.t, 6.0, "{backend:?}");
    });
}

#[test]
fn a_parameter_is_not_the_field_of_its_name() {
    each(|backend| {
        let mut n = neurons();
        assert_eq!(n.parameter(&array![1.0, 2.0, 3.0]), 8.0, "{backend:?}");
        assert_eq!(n.v, array![3.0, 5.0, 7.0], "{backend:?}");
        let (mut n, mut v) = (neurons(), array![1.0, 10.0, 100.0]);
        assert_eq!(n.written_parameter(&mut v, 0.5), 6.5, "{backend:?}");
        assert_eq!(v, array![2.0, 20.0, 200.0], "{backend:?}");
        // 2 v + (v + p) + 2 p
        assert_eq!(n.v, array![6.0, 36.0, 309.0], "{backend:?}");
    });
}
