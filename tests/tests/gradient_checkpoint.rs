//! `#[grad(checkpoint = K)]`: the same gradients from less memory.

use brain_jit::prelude::*;
use brain_jit_tests::allocations::{Counting, allocations, watch};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes that `body` holds beyond what was there, on a thread without pooled tapes.
fn most_bytes(body: impl FnOnce() + Send) -> isize {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let before = watch();
            body();
            allocations().most - before
        });
        thread.join().unwrap()
    })
}

#[derive(BrainObject)]
struct Net {
    #[train_var]
    w: Array2<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    t: f64,
    #[variable]
    rng: RandomState,
}

macro_rules! loops {
    ($([$($option:tt)*] $for:ident $while:ident $nested:ident $noisy:ident $backwards:ident;)*) => {
        #[brain_jit]
        impl Net {
            $(
                #[grad($($option)*)]
                fn $for(&mut self, x: &Array2<f64>) -> f64 {
                    let mut total = 0.0;
                    for i in 0..x.nrows() {
                        let last = &self.v + 0.0;
                        self.v[..] = bm::tanh(bm::dot(&self.v, &self.w) + x[i]) + 0.1 * self.t;
                        self.t[..] = 0.9 * self.t + bm::mean(&self.v);
                        if i % 3 == 0 {
                            self.v += 0.5 * last;
                        }
                        total += bm::sum(bm::square(&self.v));
                    }
                    total
                }

                #[grad($($option)*)]
                fn $while(&mut self, x: &Array2<f64>) -> f64 {
                    let mut i = 0;
                    while i < x.nrows() {
                        self.v[..] = bm::sin(bm::dot(&self.v, &self.w) + x[i]);
                        i += 1;
                    }
                    bm::sum(&self.v)
                }

                #[grad($($option)*)]
                fn $nested(&mut self, x: &Array2<f64>) -> f64 {
                    let mut total = 0.0;
                    for i in 0..x.nrows() {
                        let mut y = &self.v * 1.0;
                        for j in 0..=i % 5 {
                            y = bm::tanh(bm::dot(&y, &self.w)) * (j as f64 + 1.0);
                        }
                        self.v[..] = 0.5 * &self.v + y;
                        total += bm::sum(&self.v);
                    }
                    total
                }

                #[grad($($option)*)]
                fn $noisy(&mut self, x: &Array2<f64>) -> f64 {
                    for i in 0..x.nrows() {
                        let noise: Array1<f64> = self.rng.normal(0.0, 1.0, 3);
                        self.v[..] = bm::tanh(bm::dot(&self.v, &self.w) + x[i] * noise);
                    }
                    bm::sum(&self.v)
                }

                #[grad($($option)*)]
                fn $backwards(&mut self, x: &Array2<f64>) -> f64 {
                    let (mut a, mut b) = (&self.v * 1.0, &self.v * 2.0);
                    for i in (0..x.nrows()).rev().step_by(2) {
                        let c = bm::tanh(bm::dot(&a, &self.w)) + x[i];
                        a = b;
                        b = c;
                    }
                    bm::sum(bm::square(&a)) + bm::sum(&b)
                }
            )*
        }
    };
}

loops! {
    [w] for0 while0 nested0 noisy0 backwards0;
    [w, checkpoint = 1] for1 while1 nested1 noisy1 backwards1;
    [w, checkpoint = 4] for4 while4 nested4 noisy4 backwards4;
    [checkpoint = 100] for100 while100 nested100 noisy100 backwards100;
}

fn net() -> Net {
    let mut rng = RandomState::new(7);
    Net {
        w: rng.normal(0.0, 0.5, (3, 3)),
        v: array![0.1, -0.2, 0.3],
        t: 0.4,
        rng,
    }
}

macro_rules! same {
    ($x:expr; $($plain:ident: $($other:ident)*;)*) => {$({
        let mut reference = net();
        let (value, grads) = reference.$plain($x);
        assert!(grads.w.iter().any(|g| *g != 0.0));
        $({
            let mut net = net();
            let found = net.$other($x);
            assert_eq!(found.0, value, stringify!($other));
            assert_eq!(found.1.w, grads.w, stringify!($other));
            assert_eq!((&net.v, net.t), (&reference.v, reference.t), stringify!($other));
            assert_eq!(net.rng.normal(0.0f64, 1.0, 2), reference.rng.clone().normal(0.0f64, 1.0, 2));
        })*
    })*};
}

#[test]
fn checkpoints_change_no_bit() {
    for backend in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(backend, || {
            for passes in [0, 1, 4, 11] {
                let x =
                    Array2::from_shape_fn((passes, 3), |(i, j)| (i as f64 * 0.7 + j as f64).sin());
                if passes == 0 {
                    assert_eq!(net().for4_grad(&x).1.w, Array2::<f64>::zeros((3, 3)));
                    continue;
                }
                same! { &x;
                    for0_grad: for1_grad for4_grad for100_grad;
                    while0_grad: while1_grad while4_grad while100_grad;
                    nested0_grad: nested1_grad nested4_grad nested100_grad;
                    noisy0_grad: noisy1_grad noisy4_grad noisy100_grad;
                    backwards0_grad: backwards1_grad backwards4_grad backwards100_grad;
                }
            }
        })
    }
}

#[brain_jit(grad(x))]
fn all_kept(x: &Array1<f64>, passes: usize) -> f64 {
    let mut y = x * 1.0;
    for _ in 0..passes {
        y = bm::sin(&y) + x;
    }
    bm::sum(y)
}

#[brain_jit(grad(x, checkpoint = 32))]
fn some_kept(x: &Array1<f64>, passes: usize) -> f64 {
    let mut y = x * 1.0;
    for _ in 0..passes {
        y = bm::sin(&y) + x;
    }
    bm::sum(y)
}

#[test]
fn memory_is_that_of_the_checkpoints_and_one_stretch() {
    let x = Array1::from_elem(100, 0.3);
    let passes = 1024;
    assert_eq!(
        some_kept_grad(&x, passes).1.x,
        all_kept_grad(&x, passes).1.x
    );
    let state = 100 * 8;
    let all = most_bytes(|| drop(all_kept_grad(&x, passes)));
    let some = most_bytes(|| drop(some_kept_grad(&x, passes)));
    assert!(all >= passes as isize * state, "{all}");
    // 32 checkpoints and 32 passes; a tape grows by doubling, which holds the old one meanwhile. The rest are blocks of kernels.
    assert!(some <= 2 * 64 * state + 24 * state, "{some}");
}
