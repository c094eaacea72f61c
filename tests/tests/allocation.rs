//! A steady-state step of a compiled `&mut self` method allocates nothing, serial and parallel below the grain.

use brain_jit::prelude::*;
use brain_jit::set_backend;
use brain_jit_tests::allocations::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(BrainObject)]
struct Lif {
    tau: f32,
    v_reset: f32,
    v_threshold: f32,
    t_refractory: f32,
    #[variable]
    v: Array1<f32>,
    #[variable]
    t_last_spike: Array1<f32>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    spikes: Array1<i64>,
}

#[brain_jit]
impl Lif {
    fn update(&mut self, t: f32, dt: f32, input: &Array1<f32>) {
        let refractory = (t - &self.t_last_spike) <= self.t_refractory;
        let v = &self.v + (input - &self.v) / self.tau * dt;
        let v = bm::where_(&refractory, &self.v, v);
        self.spike[..] = &v >= self.v_threshold;
        self.t_last_spike[..] = bm::where_(&self.spike, t, &self.t_last_spike);
        self.v[..] = bm::where_(&self.spike, self.v_reset, v);
        self.spikes += &self.spike as i64;
    }
}

#[derive(BrainObject)]
struct LogisticRegression {
    #[variable]
    w: Array1<f32>,
}

#[brain_jit]
impl LogisticRegression {
    fn call(&mut self, x: &Array2<f32>, y: &Array1<f32>) {
        let u = bm::dot(
            (1.0 / (1.0 + bm::exp(-y * bm::dot(x, &self.w))) - 1.0) * y,
            x,
        );
        self.w[..] = &self.w - u;
    }
}

/// How many allocations 20 steps make after three.
fn of_steps(mut step: impl FnMut()) -> usize {
    for _ in 0..3 {
        step();
    }
    let before = allocations().count;
    for _ in 0..20 {
        step();
    }
    allocations().count - before
}

#[test]
fn a_steady_state_step_allocates_nothing() {
    let n = 1000;
    let input = Array1::from_shape_fn(n, |i| i as f32 / 500.0);
    let mut lif = Lif {
        tau: 5.0,
        v_reset: 0.0,
        v_threshold: 1.0,
        t_refractory: 0.5,
        v: Array1::zeros(n),
        t_last_spike: Array1::from_elem(n, -1e7),
        spike: Array1::from_elem(n, false),
        spikes: Array1::zeros(n),
    };
    let mut model = LogisticRegression {
        w: Array1::ones(10),
    };
    let x = Array2::from_shape_fn((200, 10), |(i, j)| ((i * 7 + j * 3) % 11) as f32 / 11.0);
    let y = Array1::from_shape_fn(200, |i| if i % 3 == 0 { 1.0 } else { -1.0 });
    let mut t = 0.0;
    for backend in [Backend::Serial, Backend::Parallel] {
        set_backend(backend);
        let count = of_steps(|| {
            t += 1.0;
            lif.update(t, 1.0, &input);
        });
        assert_eq!(count, 0, "{backend:?}: Lif::update");
        let count = of_steps(|| model.call(&x, &y));
        assert_eq!(count, 0, "{backend:?}: LogisticRegression::call");
    }
    assert!(lif.spikes[n - 1] > 0 && lif.spikes[0] == 0);
    assert!(model.w.iter().all(|w| w.is_finite() && *w != 1.0));
}
