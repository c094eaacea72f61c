//! Gradients of objects: children, state, generic models, optimizers, surrogate and custom derivatives.

use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Dense {
    #[train_var]
    w: Array2<f64>,
    #[train_var]
    b: Array1<f64>,
}
#[brain_jit]
impl Dense {
    #[differentiable]
    fn update(&self, x: &Array2<f64>) -> Array2<f64> {
        bm::dot(x, &self.w) + &self.b
    }
}
#[derive(BrainObject)]
struct Mlp {
    #[child]
    l1: Dense,
    #[child]
    l2: Dense,
    #[train_var]
    scale: f64,
}
#[brain_jit]
impl Mlp {
    #[grad]
    fn loss(&self, x: &Array2<f64>, y: &Array2<f64>) -> f64 {
        let h: Array2<f64> = self.l1.update(x);
        let h = bm::tanh(&h) * self.scale;
        let o: Array2<f64> = self.l2.update(&h);
        bm::mean(bm::square(o - y))
    }
    #[grad]
    fn with_aux(&self, x: &Array2<f64>) -> (f64, Array2<f64>) {
        let h: Array2<f64> = self.l1.update(x);
        let loss = bm::sum(&h);
        println!("loss {loss}");
        (loss, h)
    }
}
#[derive(BrainObject)]
struct Leaky {
    #[train_var]
    w: Array2<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    count: usize,
    #[variable]
    rng: RandomState,
    tau: f64,
}
#[brain_jit]
impl Leaky {
    fn step(&mut self, i: &Array1<f64>) {
        self.v += (-&self.v + bm::dot(i, &self.w)) / self.tau;
        self.count += 1;
    }
    #[grad(w, i)]
    fn run(&mut self, i: &Array1<f64>, n: usize) -> f64 {
        for _ in 0..n {
            self.step(i);
        }
        bm::sum(bm::square(&self.v))
    }
    #[grad(w)]
    fn noisy(&mut self, n: usize) -> f64 {
        let mut total = 0.0;
        for _ in 0..n {
            let x: Array1<f64> = self.rng.normal(0.0, 1.0, 2);
            self.v[..] = bm::tanh(&self.v * 0.5 + bm::dot(x, &self.w));
            total += bm::sum(&self.v);
        }
        total
    }
}
#[derive(BrainObject)]
struct Linear<T: Real> {
    #[train_var]
    w: Array1<T>,
    #[train_var]
    b: T,
}
#[brain_jit]
impl<T: Real> Linear<T> {
    #[grad]
    fn loss(&self, x: &Array2<T>, y: &Array1<T>) -> T {
        let e = bm::dot(x, &self.w) + self.b - y;
        bm::mean(&e * &e)
    }
    #[grad(x)]
    fn by_x(&self, x: &Array1<T>) -> T {
        let y = x * &self.w;
        bm::sum(y * 2.0)
    }
}
fn mlp() -> Mlp {
    Mlp {
        l1: Dense {
            w: array![[0.1, -0.3], [0.5, 0.2]],
            b: array![0.1, 0.2],
        },
        l2: Dense {
            w: array![[1.0], [-0.7]],
            b: array![0.3],
        },
        scale: 1.5,
    }
}
#[test]
fn children() {
    for b in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(b, || {
            let x = array![[1.0, 2.0], [0.5, -0.5], [0.1, 0.3]];
            let y = array![[0.5], [1.0], [0.0]];
            let (v, g) = mlp().loss_grad(&x, &y);
            assert_eq!(v, mlp().loss(&x, &y));
            let h = 1e-6;
            let fd = |f: &dyn Fn(&mut Mlp, f64)| {
                let (mut a, mut b) = (mlp(), mlp());
                f(&mut a, h);
                f(&mut b, -h);
                (a.loss(&x, &y) - b.loss(&x, &y)) / (2.0 * h)
            };
            for i in 0..2 {
                for j in 0..2 {
                    let d = fd(&|m, h| m.l1.w[(i, j)] += h);
                    assert!((d - g.l1.w[(i, j)]).abs() < 1e-7, "{d} {}", g.l1.w[(i, j)]);
                }
                let d = fd(&|m, h| m.l1.b[i] += h);
                assert!((d - g.l1.b[i]).abs() < 1e-7);
                let d = fd(&|m, h| m.l2.w[(i, 0)] += h);
                assert!((d - g.l2.w[(i, 0)]).abs() < 1e-7);
            }
            let d = fd(&|m, h| m.l2.b[0] += h);
            assert!((d - g.l2.b[0]).abs() < 1e-7);
            let d = fd(&|m, h| m.scale += h);
            assert!((d - g.scale).abs() < 1e-7);
            let ((l, aux), g) = mlp().with_aux_grad(&x);
            assert_eq!((l, aux.clone()), mlp().with_aux(&x));
            assert_eq!(g.l1.b, array![3.0, 3.0]);
            assert_eq!(aux.shape(), [3, 2]);
        })
    }
}
fn leaky() -> Leaky {
    Leaky {
        w: array![[0.1, -0.3], [0.5, 0.2]],
        v: array![0.3, -0.1],
        count: 0,
        rng: RandomState::new(3),
        tau: 4.0,
    }
}
#[test]
fn through_time() {
    for b in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(b, || {
            let i = array![1.0, -2.0];
            let mut a = leaky();
            let mut c = leaky();
            let (v, g) = a.run_grad(&i, 5);
            assert_eq!(v, c.run(&i, 5));
            assert_eq!(a.v, c.v);
            assert_eq!(a.count, 5);
            let h = 1e-6;
            for p in 0..2 {
                for q in 0..2 {
                    let f = |h: f64| {
                        let mut m = leaky();
                        m.w[(p, q)] += h;
                        m.run(&i, 5)
                    };
                    let d = (f(h) - f(-h)) / (2.0 * h);
                    assert!((d - g.w[(p, q)]).abs() < 1e-7, "{d} {}", g.w[(p, q)]);
                }
                let f = |h: f64| {
                    let mut i = i.clone();
                    i[p] += h;
                    leaky().run(&i, 5)
                };
                let d = (f(h) - f(-h)) / (2.0 * h);
                assert!((d - g.i[p]).abs() < 1e-7);
            }
            let mut a = leaky();
            let mut c = leaky();
            let (v, g) = a.noisy_grad(4);
            assert_eq!(v, c.noisy(4));
            assert_eq!(a.v, c.v);
            assert_eq!(a.rng.normal(0.0f64, 1.0, 3), c.rng.normal(0.0f64, 1.0, 3));
            for p in 0..2 {
                for q in 0..2 {
                    let f = |h: f64| {
                        let mut m = leaky();
                        m.w[(p, q)] += h;
                        m.noisy(4)
                    };
                    let d = (f(h) - f(-h)) / (2.0 * h);
                    assert!((d - g.w[(p, q)]).abs() < 1e-7, "{d} {}", g.w[(p, q)]);
                }
            }
        })
    }
}
#[test]
fn generic() {
    let m = Linear {
        w: array![1.0f32, -2.0],
        b: 0.5,
    };
    let (v, g) = m.loss_grad(&array![[1.0, 2.0], [0.0, 1.0]], &array![1.0, 0.0]);
    assert_eq!(
        v,
        m.loss(&array![[1.0, 2.0], [0.0, 1.0]], &array![1.0, 0.0])
    );
    println!("{} {}", g.w, g.b);
    let m = Linear {
        w: array![1.0f64, -2.0],
        b: 0.5,
    };
    let (_, g) = m.by_x_grad(&array![3.0, 4.0]);
    assert_eq!(g.x, array![2.0, -4.0]);
}
#[derive(BrainObject)]
struct Trainer {
    #[child]
    net: Mlp,
    #[train_var]
    w: Array1<f64>,
    #[train_var]
    bias: f64,
    lr: f64,
}
#[brain_jit]
impl Trainer {
    #[grad]
    fn loss(&self, x: &Array2<f64>, y: &Array1<f64>) -> f64 {
        let e = bm::dot(x, &self.w) + self.bias - y;
        bm::mean(&e * &e)
            + bm::sum(bm::square(&self.net.l1.w)) * 0.1
            + self.net.scale * self.net.scale
    }
    fn train(&mut self, x: &Array2<f64>, y: &Array1<f64>) -> f64 {
        let (loss, grads) = self.loss_grad(x, y);
        self.w -= self.lr * grads.w;
        *self.bias = self.bias - self.lr * grads.bias;
        loss
    }
}
#[test]
fn training_inside() {
    for b in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(b, || {
            let mut t = Trainer {
                net: mlp(),
                w: array![0.0, 0.0],
                bias: 0.0,
                lr: 0.1,
            };
            let x = array![[1.0, 2.0], [0.5, -0.5], [0.1, 0.3]];
            let y = array![5.0, -0.5, 0.7];
            let (_, g) = t.loss_grad(&x, &y);
            assert!((g.net.scale - 3.0).abs() < 1e-12);
            assert_eq!(g.net.l1.w, &t.net.l1.w * 2.0 * 0.1);
            assert_eq!(g.net.l2.b, array![0.0]);
            let mut g2 = g;
            t.loss_grad_into(&x, &y, &mut g2);
            assert!((g2.net.scale - 3.0).abs() < 1e-12);
            let first = t.train(&x, &y);
            let mut last = first;
            for _ in 0..2000 {
                last = t.train(&x, &y);
            }
            println!("{first} {last} {} {}", t.w, t.bias);
            assert!(last < 2.2901 && last < first);
        })
    }
}
#[derive(BrainObject)]
struct Trained {
    #[child]
    net: Mlp,
    #[variable]
    opt: brain_jit::optim::Adam,
}
#[brain_jit]
impl Trained {
    fn train(&mut self, x: &Array2<f64>, y: &Array2<f64>) -> f64 {
        let (loss, grads) = self.net.loss_grad(x, y);
        self.opt.update(&mut self.net, &grads);
        loss
    }
}
#[test]
fn optimizers() {
    let mut t = Trained {
        net: mlp(),
        opt: brain_jit::optim::Adam::new(0.01),
    };
    let x = array![[1.0, 2.0], [0.5, -0.5], [0.1, 0.3]];
    let y = array![[0.5], [1.0], [0.0]];
    let first = t.train(&x, &y);
    for _ in 0..300 {
        t.train(&x, &y);
    }
    let last = t.train(&x, &y);
    assert!(last < 0.05 * first, "{first} {last}");
    let mut l = leaky();
    let g = l.run_grad(&array![1.0, 2.0], 3).1;
    brain_jit::optim::SGD::new(0.1).update(&mut l, &g);
    assert!((l.w[(0, 0)] - (0.1 - 0.1 * g.w[(0, 0)])).abs() < 1e-15);
}
macro_rules! spikes { ($($name:ident $f:ident $g:ident $r:ident ($($p:expr),*);)*) => {
    $(#[brain_jit(grad(x))] fn $f(x: &Array1<f64>) -> f64 { bm::sum(bm::surrogate::$name(x, $($p),*) * 2.0) })*
    #[test]
fn surrogate_derivatives() { for b in [Backend::Plain, Backend::Serial] { brain_jit::with_backend(b, || {
        let x = array![-2.0, -0.7, -0.1, 0.0, 0.2, 0.6, 3.0];
        $(let (value, g) = $r(&x);
        assert_eq!(value, 8.0);
        let expected = bm::surrogate::$g(&x, $($p),*) * 2.0;
        for (a, b) in g.x.iter().zip(&expected) { assert!((a - b).abs() <= 1e-14 * b.abs().max(1e-3), "{}: {} {}", stringify!($name), g.x, expected); })*
    }) } }
} }
spikes! {
    sigmoid f1 sigmoid_grad f1_grad (4.0);
    piecewise_quadratic f2 piecewise_quadratic_grad f2_grad (1.0);
    piecewise_exp f3 piecewise_exp_grad f3_grad (1.0);
    soft_sign f4 soft_sign_grad f4_grad (1.0);
    arctan f5 arctan_grad f5_grad (1.0);
    nonzero_sign_log f6 nonzero_sign_log_grad f6_grad (1.0);
    erf f7 erf_grad f7_grad (1.0);
    piecewise_leaky_relu f8 piecewise_leaky_relu_grad f8_grad (0.01, 1.0);
    s2nn f9 s2nn_grad f9_grad (4.0, 1.0, 1e-8);
    q_pseudo_spike f10 q_pseudo_spike_grad f10_grad (2.0);
    leaky_relu f11 leaky_relu_grad f11_grad (0.1, 1.0);
    log_tailed_relu f12 log_tailed_relu_grad f12_grad (0.0);
    relu_grad f13 relu_grad_grad f13_grad (0.3, 1.0);
    gaussian_grad f14 gaussian_grad_grad f14_grad (0.5, 0.5);
    multi_gaussian_grad f15 multi_gaussian_grad_grad f15_grad (0.15, 6.0, 0.5, 0.5);
    inv_square_grad f16 inv_square_grad_grad f16_grad (100.0);
    slayer_grad f17 slayer_grad_grad f17_grad (1.0);
}
#[derive(BrainObject)]
struct Spiking {
    #[train_var]
    w: Array2<f64>,
    #[variable]
    v: Array1<f64>,
}
#[brain_jit]
impl Spiking {
    #[custom_grad(bump)]
    fn spike(x: f64) -> f64 {
        if x > 0.0 { 1.0 } else { 0.0 }
    }
    fn bump(x: f64) -> f64 {
        1.0 / (1.0 + (2.0 * x).abs()).powi(2)
    }
    #[grad]
    fn loss(&mut self, x: &Array2<f64>) -> f64 {
        let mut count = 0.0;
        for t in 0..x.nrows() {
            let s = Self::spike(&self.v - 1.0);
            self.v[..] = 0.9 * &self.v + bm::dot(x[t], &self.w) - &s;
            count += bm::sum(&s);
        }
        count
    }
    #[grad]
    fn smooth(&mut self, x: &Array2<f64>) -> f64 {
        let mut count = 0.0;
        for t in 0..x.nrows() {
            let s = Self::antiderivative(&self.v - 1.0);
            self.v[..] = 0.9 * &self.v + bm::dot(x[t], &self.w) - &s;
            count += bm::sum(&s);
        }
        count
    }
    // The function whose derivative is `bump`.
    #[custom_grad(bump)]
    fn antiderivative(x: f64) -> f64 {
        0.5 * (2.0 * x) / (1.0 + (2.0 * x).abs())
    }
}
#[test]
fn custom_gradients() {
    for b in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(b, || {
            let m = || Spiking {
                w: array![[0.5, 0.2], [0.1, 0.7]],
                v: array![0.5, 0.9],
            };
            let x = array![[1.0, 0.5], [0.2, 1.0], [1.0, 1.0], [0.3, 0.1]];
            let (count, g) = m().loss_grad(&x);
            assert_eq!(count, m().loss(&x));
            assert!(g.w.iter().all(|g| g.abs() > 0.01));
            let (_, g) = m().smooth_grad(&x);
            for i in 0..2 {
                for j in 0..2 {
                    let f = |h: f64| {
                        let mut m = m();
                        m.w[(i, j)] += h;
                        m.smooth(&x)
                    };
                    let d = (f(1e-6) - f(-1e-6)) / 2e-6;
                    assert!((d - g.w[(i, j)]).abs() < 1e-7, "{d} {}", g.w[(i, j)]);
                }
            }
        })
    }
}
