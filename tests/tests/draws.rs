//! Draws inside compiled methods.

use brain_jit::prelude::*;
use brain_jit::with_backend;

#[derive(BrainObject)]
struct Noise {
    sigma: f64,
    #[variable]
    v: Array1<f64>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Noise {
    fn step(&mut self, n: usize) {
        self.v += self.sigma * self.rng.normal(0.0, 1.0, n);
    }

    fn like(&mut self) {
        self.v[..] = self.rng.uniform_like(-1.0, 1.0, &self.v);
    }

    fn shared(&mut self, n: usize) -> Array1<f64> {
        let noise: Array1<f64> = self.rng.normal(0.0, 2.0, n);
        self.v += &noise;
        noise * 2.0
    }

    fn two(&mut self, shape: (usize, usize)) -> Array2<f64> {
        let a: Array2<f64> = self.rng.random((shape.0, shape.1));
        a + self.rng.random((shape.0, shape.1))
    }

    fn moments(&mut self) -> [f64; 4] {
        let x: Array1<f64> = self.rng.normal(0.0, 1.0, 5);
        let of_name = bm::mean(x);
        [
            of_name,
            bm::mean(self.rng.normal(0.0, 1.0, 10)),
            bm::std(self.rng.uniform(0.0, 1.0, 10)),
            bm::mean(self.rng.normal(0.0, 1.0, 100) * &self.v),
        ]
    }

    fn spikes(&mut self, p: f64, n: usize) -> Array1<bool> {
        let spikes = self.rng.bernoulli(p, n);
        spikes
    }
}

fn noise() -> Noise {
    Noise {
        sigma: 0.5,
        v: Array1::zeros(100),
        rng: RandomState::new(7),
    }
}

#[test]
fn reductions_that_read_a_draw_twice() {
    let (mut jitted, mut plain) = (noise(), noise());
    jitted.v.fill(2.0);
    plain.v.fill(2.0);
    let moments = jitted.moments();
    assert_eq!(moments, plain.moments_plain());
    let mut rng = RandomState::new(7);
    let x: Array1<f64> = rng.normal(0.0, 1.0, 5);
    assert_eq!(moments[0], bm::mean(&x));
    let x: Array1<f64> = rng.normal(0.0, 1.0, 10);
    assert_eq!(moments[1], bm::mean(&x));
}

#[test]
fn a_draw_is_the_one_of_the_state() {
    let mut m = noise();
    let mut rng = RandomState::new(7);
    m.step(100);
    let expected: Array1<f64> = rng.normal(0.0, 1.0, 100);
    assert_eq!(m.v, expected * 0.5);
    m.like();
    let expected: Array1<f64> = rng.uniform(-1.0, 1.0, 100);
    assert_eq!(m.v, expected);
    m.v.fill(1.0);
    let returned = m.shared(100);
    let expected: Array1<f64> = rng.normal(0.0, 2.0, 100);
    assert_eq!(m.v, &expected + 1.0);
    assert_eq!(returned, expected * 2.0);
    let sum = m.two((3, 4));
    let (a, b): (Array2<f64>, Array2<f64>) = (rng.random((3, 4)), rng.random((3, 4)));
    assert_eq!(sum, a + b);
    assert_eq!(m.spikes(0.3, 50), rng.bernoulli(0.3, 50));
    assert_eq!(m.rng, rng);
}

#[test]
fn plain_serial_and_parallel_draw_the_same() {
    let results: Vec<(Array1<f64>, RandomState)> =
        [Backend::Plain, Backend::Serial, Backend::Parallel]
            .into_iter()
            .map(|backend| {
                with_backend(backend, || {
                    let mut m = noise();
                    m.step(100);
                    m.step(100);
                    (m.v, m.rng)
                })
            })
            .collect();
    assert_eq!(results[0], results[1]);
    assert_eq!(results[1], results[2]);
}

#[derive(BrainObject)]
struct Like {
    #[variable]
    v: Array1<f64>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Like {
    fn of_variable(&mut self) -> f64 {
        let noise = self.rng.normal_like(0.0, 1.0, &self.v);
        bm::sum(noise * &self.v)
    }

    fn of_value(&mut self) -> f64 {
        let doubled = &self.v * 2.0;
        let noise = self.rng.uniform_like(0.0, 1.0, &doubled);
        bm::sum(noise * doubled)
    }

    fn of_other_type(&mut self, x: &Array1<f32>) {
        self.v += self.rng.normal_like(0.0, 1.0, x);
    }
}

#[test]
fn a_draw_like_an_array_has_its_type_unless_something_else_is_asked_for() {
    let (v, x) = (array![1.0, 2.0, 3.0], array![0.0f32, 0.0, 0.0]);
    let rng = RandomState::new(3);
    let model = || Like {
        v: v.clone(),
        rng: rng.clone(),
    };
    let normal: Array1<f64> = rng.clone().normal(0.0, 1.0, 3);
    let uniform: Array1<f64> = rng.clone().uniform(0.0, 1.0, 3);
    assert_eq!(model().of_variable(), bm::sum(&normal * &v));
    assert_eq!(model().of_value(), bm::sum(&uniform * &(&v * 2.0)));
    let mut written = model();
    written.of_other_type(&x);
    assert_eq!(written.v, &v + &normal);
}
