//! Transforms and linear algebra inside compiled methods: library calls on operands that are evaluated before, without further
//! copies, and the same on every backend.

use brain_jit::prelude::*;
use brain_jit::{fft, linalg, with_backend};
use brain_jit_tests::allocations::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many bytes this thread allocates for a call, when nothing is new to it.
fn bytes<R>(mut call: impl FnMut() -> R) -> usize {
    call();
    let before = allocations().bytes;
    call();
    allocations().bytes - before
}

#[derive(BrainObject)]
struct Signal {
    #[variable]
    x: Array1<Complex64>,
    #[variable]
    a: Array2<f64>,
    #[variable]
    b: Array1<f64>,
}

#[brain_jit]
impl Signal {
    fn spectrum(&self) -> Array1<Complex64> {
        bm::fft::fft(&self.x)
    }

    fn filter(&mut self, gain: &Array1<f64>) {
        let spectrum: Array1<Complex64> = bm::fft::fft(&self.x);
        let kept: Array1<Complex64> = bm::fft::ifft(&(&spectrum * gain));
        self.x[..] = 0.5 * &kept;
    }

    fn solved(&self) -> Array1<f64> {
        bm::linalg::solve(&self.a, &self.b).unwrap()
    }

    fn relax(&mut self, rate: f64) -> f64 {
        let x: Array1<f64> = bm::linalg::solve(&(&self.a + 1.0), &(2.0 * &self.b)).unwrap();
        self.b += rate * (&x - &self.b);
        let size: f64 = bm::linalg::norm(&self.b);
        size + bm::linalg::det(&self.a).unwrap()
    }
}

fn signal() -> Signal {
    let mut rng = RandomState::new(3);
    let n = 40;
    Signal {
        x: rng
            .normal(0.0, 1.0, 600)
            .mapv(|x| Complex64::new(x, -0.5 * x)),
        a: rng.normal(0.0, 1.0, (n, n)) + Array2::<f64>::eye(n) * 9.0,
        b: rng.normal(0.0, 1.0, n),
    }
}

#[test]
fn the_same_as_the_library_on_every_backend() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, || {
            let mut s = signal();
            let spectrum = fft::fft(&s.x);
            assert_eq!(s.spectrum(), spectrum);
            assert_eq!(s.solved(), linalg::solve(&s.a, &s.b).unwrap());

            let gain: Array1<f64> = (0..600).map(|k| f64::from(k % 3)).collect();
            let expected =
                fft::ifft(&(spectrum * gain.mapv(Complex64::from))) * Complex64::from(0.5);
            s.filter(&gain);
            let off = (&s.x - &expected).mapv(|d| d.norm());
            assert!(off.iter().all(|&d| d < 1e-14));

            let x = linalg::solve(&(&s.a + 1.0), &(2.0 * &s.b)).unwrap();
            let b = &s.b + 0.25 * (x - &s.b);
            let size = linalg::norm(&b) + linalg::det(&s.a).unwrap();
            assert_eq!(s.relax(0.25), size);
            assert_eq!(s.b, b);
        });
    }
}

#[test]
fn operands_are_not_copied() {
    with_backend(Backend::Serial, || {
        let s = signal();
        assert_eq!(bytes(|| s.spectrum()), bytes(|| fft::fft(&s.x)));
        assert_eq!(bytes(|| s.solved()), bytes(|| linalg::solve(&s.a, &s.b)));
    });
}
