//! Variables that a method with a gradient writes: what was read before is what was there before.

use brain_jit::prelude::*;

#[derive(BrainObject, Clone)]
struct Memory {
    #[train_var]
    w: Array1<f64>,
    #[variable]
    h: Array1<f64>,
    #[variable]
    previous: Array1<f64>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    count: Array1<i64>,
    #[variable]
    t: f64,
    #[variable]
    before: f64,
}

#[brain_jit]
impl Memory {
    /// The names are in the order in which writing one spoils the other.
    #[grad]
    fn keeps(&mut self, x: &Array1<f64>) -> f64 {
        self.previous[..] = &self.h;
        self.h[..] = bm::tanh(&self.h * &self.w + x);
        *self.before = self.t;
        self.t += 1.0;
        bm::sum(&self.h * &self.previous) + self.before
    }

    #[grad]
    fn swaps(&mut self) -> f64 {
        let old = self.h.clone();
        self.h[..] = &self.previous;
        self.previous[..] = old;
        bm::sum(&self.h * &self.w)
    }

    #[grad]
    fn returns_old(&mut self, x: &Array1<f64>) -> (f64, Array1<f64>, f64) {
        let old = self.h.clone();
        let time = self.t;
        self.h[..] = &self.h * &self.w + x;
        *self.t = 2.0 * self.t;
        (bm::sum(&self.h), old, time)
    }

    #[jvp(x)]
    fn old(&mut self, x: &Array1<f64>) -> Array1<f64> {
        let old = self.h.clone();
        self.h[..] = &self.h + x;
        old
    }

    #[vector_grad(x)]
    fn old_too(&mut self, x: &Array1<f64>) -> Array1<f64> {
        let old = self.h.clone();
        self.h[..] = &self.h + x;
        old
    }

    /// The gradient is `h` as it was.
    #[grad]
    fn product(&mut self) -> f64 {
        let loss = bm::sum(&self.h * &self.w);
        self.h[..] = &self.h * 10.0;
        loss
    }

    /// Variables of other types.
    #[grad]
    fn counts(&mut self, x: &Array1<f64>) -> f64 {
        let mut total = 0.0;
        for i in 0..3 {
            self.h[..] = 0.5 * &self.h + &self.w * x * (i as f64);
            self.spike[..] = bm::greater(&self.h, 0.1);
            self.count[..] = &self.count + bm::where_(&self.spike, 1, 0);
            self.previous[..] = bm::where_(&self.spike, &self.previous, 0.5 * &self.h);
            total += bm::sum(&self.previous);
        }
        total
    }

    fn train(&mut self) -> f64 {
        let (loss, grads) = self.product_grad();
        self.w -= grads.w;
        loss
    }

    fn train_old(&mut self, x: &Array1<f64>) -> Array1<f64> {
        let (value, grads) = self.old_too_vector_grad(x);
        self.w += grads.x;
        value
    }
}

#[brain_jit(grad(a))]
fn arguments(a: &Array1<f64>, b: &mut Array1<f64>, c: &mut Array1<f64>) -> f64 {
    c[..] = &*b;
    b[..] = a * 2.0;
    bm::sum(a * &*c)
}

fn memory() -> Memory {
    Memory {
        w: array![0.5, -1.0],
        h: array![0.3, 0.7],
        previous: array![2.0, 3.0],
        spike: array![false, true],
        count: array![0, 0],
        t: 4.0,
        before: 0.0,
    }
}

fn same(a: &Memory, b: &Memory) {
    assert_eq!(a.h, b.h);
    assert_eq!(a.previous, b.previous);
    assert_eq!((a.t, a.before), (b.t, b.before));
    assert_eq!((&a.spike, &a.count), (&b.spike, &b.count));
}

#[test]
fn the_state_is_that_of_the_method() {
    let x = array![0.1, 0.2];
    for backend in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(backend, || {
            let (mut a, mut b) = (memory(), memory());
            for _ in 0..3 {
                assert_eq!(a.keeps(&x), b.keeps_grad(&x).0);
                same(&a, &b);
                assert_eq!(a.swaps(), b.swaps_grad().0);
                same(&a, &b);
                let (expected, found) = (a.returns_old(&x), b.returns_old_grad(&x));
                assert_eq!(
                    (expected.0, (expected.1, expected.2)),
                    (found.0.0, (found.0.1, found.0.2))
                );
                same(&a, &b);
                assert_eq!(a.old(&x), b.old_jvp(&x, &x).0);
                same(&a, &b);
                assert_eq!(a.old_too(&x), b.old_too_vector_grad(&x).0);
                same(&a, &b);
            }
            let (mut a, mut b) = (memory(), memory());
            assert_eq!(a.counts(&x), b.counts_grad(&x).0);
            same(&a, &b);
            let mut model = memory();
            assert_eq!(model.train(), 0.5 * 0.3 - 0.7);
            assert_eq!(model.w, array![0.5 - 0.3, -1.0 - 0.7]);
            assert_eq!(model.h, array![3.0, 7.0]);
            assert_eq!(memory().train_old(&x), memory().h);

            let (mut b, mut c) = (array![1.0, 2.0], array![0.0, 0.0]);
            let (value, g) = arguments_grad(&x, &mut b, &mut c);
            assert_eq!(value, 0.1 + 0.4);
            assert_eq!((g.a, b, c), (array![1.0, 2.0], &x * 2.0, array![1.0, 2.0]));
        })
    }
}
