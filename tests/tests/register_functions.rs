//! Logarithms and powers in compiled loops, which take them apart where the processor has registers for them: the bits of plain execution,
//! whatever is around them.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use brain_jit_tests::backends;

#[derive(Clone, BrainObject)]
struct Rates<T: Real> {
    #[variable]
    v: Array1<T>,
    #[variable]
    total: T,
    gain: T,
}

#[brain_jit]
impl<T: Real> Rates<T> {
    /// In place, with a constant on one side of a power, and a reduction.
    fn step(&mut self, x: &Array1<T>) {
        self.v[..] = bm::power(&self.v + x, self.gain) + bm::log1p(x * x);
        *self.total = bm::sum(bm::log2(&self.v * &self.v + 1.0));
    }

    /// One function of another's values, which are needed later too, beside trigonometry.
    fn chain(&self, x: &Array1<T>) -> (Array1<T>, Array1<T>) {
        let a = bm::exp2(x * 0.25);
        let b = bm::log(&a) + bm::sin(x);
        let c = bm::arcsinh(&b * &a) - bm::arccosh(bm::exp(x * x * 0.01)) * bm::log10(&a);
        (b, c)
    }

    /// Values of a function that are all there is to store, and of two stored in the same loop.
    fn alone(&self, x: &Array1<T>) -> (Array1<T>, Array1<T>) {
        (bm::log2(x), bm::power(x, x))
    }

    fn masked(&mut self, x: &Array1<T>) {
        self.v[bm::greater(x, 0.5)] = bm::log(x).sum();
        self.v[..] = bm::where_(bm::greater(x, 0.0), bm::log10(x), bm::power(2.0, x));
    }

    /// What a function takes is written in the same loop that another result is stored in.
    fn written_after(&mut self, x: &Array1<T>) -> (Array1<T>, Array1<T>) {
        let a = bm::log2(&self.v);
        let b = bm::power(&self.v, x);
        self.v[..] = &self.v * 2.0;
        (a, b)
    }

    fn broadcast(&self, m: &Array2<T>, x: &Array1<T>) -> Array2<T> {
        bm::power(bm::log1p(m * m), x) + bm::exp2(x)
    }
}

fn numbers<T: Real>(n: usize) -> Array1<T> {
    let special = [
        0.0,
        -0.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        1e-40,
        1e-310,
        1e300,
        -1.0,
        1.0,
    ];
    Array1::from_shape_fn(n, |i| {
        let x = ((i * 7919) % 1009) as f64 / 150.0 - 2.0;
        // Long runs have none, so that registers of them are regular.
        T::from_f64(if i % 700 > 690 { special[i % 10] } else { x })
    })
}

fn bits<T: Real>(x: &Array1<T>) -> Vec<u64> {
    let bits = |x: &T| {
        if x.is_nan() {
            0
        } else {
            x.into_f64().to_bits()
        }
    };
    x.iter().map(bits).collect()
}

fn check<T: Real>(n: usize) {
    let x: Array1<T> = numbers(n);
    let m = Array2::from_shape_fn((3, n), |(i, j)| x[(i * 31 + j) % n] * T::from_f64(0.5));
    let rates = Rates {
        v: x.mapv(|x| x * T::from_f64(0.75)),
        total: T::from_f64(0.0),
        gain: T::from_f64(2.3),
    };
    let run = || {
        let mut rates = rates.clone();
        rates.step(&x);
        let mut found = vec![bits(&rates.v), bits(&array![rates.total])];
        let ((b, c), (d, e)) = (rates.chain(&x), rates.alone(&x));
        found.extend([b, c, d, e].iter().map(bits));
        let (f, g) = rates.written_after(&x);
        found.extend([&f, &g, &rates.v].map(bits));
        rates.masked(&x);
        found.push(bits(&rates.v));
        found.push(bits(&rates.broadcast(&m, &x).flatten().to_owned()));
        found
    };
    let plain = with_backend(Backend::Plain, run);
    backends::each(|backend| {
        let found = with_backend(backend, run);
        for (k, (found, plain)) in found.iter().zip(&plain).enumerate() {
            let differ = found.iter().zip(plain).position(|(a, b)| a != b);
            assert_eq!(differ, None, "{backend:?}, result {k} of {n} elements");
        }
    });
}

#[test]
fn functions_in_registers_give_the_bits_of_plain_execution() {
    for n in [1, 2, 63, 64, 65, 255, 256, 257, 513, 1000, 20_000] {
        check::<f32>(n);
        check::<f64>(n);
    }
}
