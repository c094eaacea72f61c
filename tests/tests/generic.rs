//! Models that are generic over their float type: numbers, functions and draws take that type.

use brain_jit::prelude::*;
use brain_jit::with_backend;

#[derive(BrainObject)]
struct Cell<T: Real> {
    tau: T,
    #[variable]
    v: Array1<T>,
    #[variable]
    t: T,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl<T: Real> Cell<T> {
    fn write_numbers(&mut self) {
        self.v[0] = 2.0;
        self.v[1] += 1;
        self.t += 2.0;
        self.t[..] = 3.0;
    }
    fn decay(&mut self, a: T) {
        self.v *= bm::exp(-self.t / a);
    }
    fn saturate(&mut self, a: T) -> T {
        let k = bm::exp(-self.t / a);
        let z = 1.0 - k;
        z * 2.0
    }
    fn ones(&mut self, n: usize) -> Array1<T> {
        let mut z: Array1<T> = bm::zeros(n);
        z += 1.0;
        z
    }
    fn choose(&mut self) -> T {
        if self.t > 1.0 {
            2.0 * self.t
        } else {
            self.t / 2.0
        }
    }
    fn noise(&mut self) {
        self.v += 0.1 * self.rng.normal_like(0.0, 1.0, &self.v);
    }
    fn noisy(&mut self, n: usize) -> Array1<T> {
        let x: Array1<T> = self.rng.normal(0.0, 1.0, n);
        x * 2.0
    }
    fn half_sum(&self, x: &Array1<T>) -> T {
        bm::sum(x) / 2.0
    }
    fn halve(&self) -> T {
        let mut s = self.t;
        for i in 0..3 {
            s += 1.0;
            s = s * 0.5;
        }
        s
    }
    fn mask(&self) -> Array1<T> {
        bm::where_(&self.v > self.tau, 1.0, 0.0)
    }
}

#[test]
fn numbers_functions_and_draws_take_the_type() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, check);
    }
}

fn check() {
    let mut g = Cell::<f64> {
        tau: 2.0,
        v: array![1.0, 2.0],
        t: 1.0,
        rng: RandomState::new(1),
    };
    g.write_numbers();
    assert_eq!(g.v, array![2.0, 3.0]);
    assert_eq!(g.t, 3.0);
    g.decay(2.0);
    assert_eq!(g.ones(2), array![1.0, 1.0]);
    assert_eq!(g.choose(), 6.0);
    g.noise();
    assert_eq!(g.noisy(4).len(), 4);
    assert!((g.saturate(3.0) - 2.0 * (1.0 - (-1.0f64).exp())).abs() < 1e-15);
    assert_eq!(g.halve(), 3.0 / 8.0 + 0.5 + 0.25 + 0.125);
}
