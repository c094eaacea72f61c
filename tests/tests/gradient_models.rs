//! Gradients of models from the literature against central differences: LSTM, attention, Hodgkin–Huxley, a spiking network.

use brain_jit::prelude::*;
#[derive(BrainObject)]
struct Lstm {
    #[train_var]
    wx: Array2<f64>,
    #[train_var]
    wh: Array2<f64>,
    #[train_var]
    b: Array1<f64>,
    #[train_var]
    wo: Array1<f64>,
    n: usize,
}
#[brain_jit]
impl Lstm {
    fn cell(&self, x: &Array2<f64>, h: &mut Array2<f64>, c: &mut Array2<f64>) {
        let z = bm::dot(x, &self.wx) + bm::dot(&*h, &self.wh) + &self.b;
        let n = self.n;
        let i = bm::sigmoid(z[(.., 0..n)]);
        let f = bm::sigmoid(z[(.., n..2 * n)]);
        let g = bm::tanh(z[(.., 2 * n..3 * n)]);
        let o = bm::sigmoid(z[(.., 3 * n..)]);
        c[..] = f * &*c + i * g;
        h[..] = o * bm::tanh(&*c);
    }
    #[grad]
    fn loss(&self, xs: &Array3<f64>, y: &Array1<f64>) -> f64 {
        let mut h = bm::zeros::<f64, _>((2, self.n));
        let mut c: Array2<f64> = bm::zeros((2, self.n));
        for t in 0..xs.shape()[0] {
            let x = xs[t].to_owned();
            self.cell(&x, &mut h, &mut c);
        }
        bm::mean(bm::square(bm::dot(&h, &self.wo) - y))
    }
}
#[derive(BrainObject)]
struct Attention {
    #[train_var]
    q: Array2<f64>,
    #[train_var]
    k: Array2<f64>,
    #[train_var]
    v: Array2<f64>,
}
#[brain_jit]
impl Attention {
    #[grad]
    fn loss(&self, x: &Array2<f64>) -> f64 {
        let (q, k, v) = (
            bm::dot(x, &self.q),
            bm::dot(x, &self.k),
            bm::dot(x, &self.v),
        );
        let scores = bm::dot(q, k.t()) / (x.ncols() as f64).sqrt();
        let e = bm::exp(&scores - bm::max_axis_keepdims(&scores, 1));
        let a = &e / bm::sum_axis_keepdims(&e, 1);
        bm::sum(bm::square(bm::dot(a, v)))
    }
}
#[derive(BrainObject)]
struct Hh {
    #[train_var]
    g_na: f64,
    #[train_var]
    g_k: f64,
    #[variable]
    v: f64,
    #[variable]
    m: f64,
    #[variable]
    h: f64,
    #[variable]
    n: f64,
    dt: f64,
}
#[brain_jit]
impl Hh {
    #[grad]
    fn fit(&mut self, current: &Array1<f64>, target: &Array1<f64>) -> f64 {
        let mut error = 0.0;
        for t in 0..current.len() {
            let v = self.v;
            let am = 1.0 / bm::exprel(-(v + 40.0) / 10.0);
            let bmm = 4.0 * (-(v + 65.0) / 18.0).exp();
            let ah = 0.07 * (-(v + 65.0) / 20.0).exp();
            let bh = 1.0 / (1.0 + (-(v + 35.0) / 10.0).exp());
            let an = 0.1 / bm::exprel(-(v + 55.0) / 10.0);
            let bn = 0.125 * (-(v + 65.0) / 80.0).exp();
            let i_na = self.g_na * self.m.powi(3) * self.h * (v - 50.0);
            let i_k = self.g_k * self.n.powi(4) * (v + 77.0);
            let i_l = 0.3 * (v + 54.387);
            self.v += self.dt * (current[t] - i_na - i_k - i_l);
            self.m += self.dt * (am * (1.0 - self.m) - bmm * self.m);
            self.h += self.dt * (ah * (1.0 - self.h) - bh * self.h);
            self.n += self.dt * (an * (1.0 - self.n) - bn * self.n);
            error += (self.v - target[t]).powi(2);
        }
        error / current.len() as f64
    }
}
#[derive(BrainObject)]
struct Snn {
    #[train_var]
    w1: Array2<f32>,
    #[train_var]
    rec: Array2<f32>,
    #[train_var]
    w2: Array2<f32>,
    #[variable]
    v: Array2<f32>,
    #[variable]
    s: Array2<f32>,
    #[variable]
    o: Array2<f32>,
    alpha: f32,
}
#[brain_jit]
impl Snn {
    fn step(&mut self, x: &Array2<f32>) {
        let i = bm::dot(x, &self.w1) + bm::dot(&self.s, &self.rec);
        self.v[..] = self.alpha * &self.v * (1.0 - &self.s) + i;
        self.s[..] = bm::surrogate::sigmoid(&self.v - 1.0, 4.0);
        self.o[..] = 0.9 * &self.o + bm::dot(&self.s, &self.w2);
    }
    #[grad]
    fn loss(&mut self, xs: &Array3<f32>, y: &Array2<f32>) -> (f32, f32) {
        self.v.fill(0.0);
        self.s.fill(0.0);
        self.o[..] = 0.0;
        let mut spikes = 0.0;
        for t in 0..xs.shape()[0] {
            let x = xs[(t, .., ..)].to_owned();
            self.step(&x);
            spikes += bm::sum(&self.s);
        }
        let shifted = &self.o - bm::max_axis_keepdims(&self.o, 1);
        let logp = &shifted - bm::log(bm::sum_axis_keepdims(bm::exp(&shifted), 1));
        (
            -bm::sum(y * logp) / y.nrows() as f32 + 1e-3 * spikes,
            spikes,
        )
    }
}
macro_rules! fd {
    ($m:expr, $field:ident, $g:expr, $f:expr) => {{
        let n = $m.$field.len();
        let g: Vec<f64> = $g.iter().copied().collect();
        for k in 0..n {
            let f = |h: f64| {
                let mut m = $m;
                *m.$field.iter_mut().nth(k).unwrap() += h;
                $f(&mut m)
            };
            let d = (f(1e-6) - f(-1e-6)) / 2e-6;
            assert!(
                (d - g[k]).abs() < 1e-6 * d.abs().max(1.0),
                "{} {k}: {} {}",
                stringify!($field),
                g[k],
                d
            );
        }
    }};
}
#[test]
fn lstm() {
    let mut r = RandomState::new(1);
    let (wx, wh, wo): (Array2<f64>, Array2<f64>, Array1<f64>) = (
        r.normal(0.0, 0.5, (3, 8)),
        r.normal(0.0, 0.5, (2, 8)),
        r.normal(0.0, 1.0, 2),
    );
    let xs: Array3<f64> = r.normal(0.0, 1.0, (4, 2, 3));
    let y = array![0.3, -0.2];
    let m = || Lstm {
        wx: wx.clone(),
        wh: wh.clone(),
        b: Array1::zeros(8),
        wo: wo.clone(),
        n: 2,
    };
    for b in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(b, || {
            let (v, g) = m().loss_grad(&xs, &y);
            assert_eq!(v, m().loss(&xs, &y));
            let f = |m: &mut Lstm| m.loss(&xs, &y);
            fd!(m(), wx, g.wx, f);
            fd!(m(), wh, g.wh, f);
            fd!(m(), b, g.b, f);
            fd!(m(), wo, g.wo, f);
        })
    }
}
#[test]
fn attention() {
    let mut r = RandomState::new(1);
    let (q, k, v): (Array2<f64>, Array2<f64>, Array2<f64>) = (
        r.normal(0.0, 0.5, (3, 2)),
        r.normal(0.0, 0.5, (3, 2)),
        r.normal(0.0, 1.0, (3, 2)),
    );
    let x: Array2<f64> = r.normal(0.0, 1.0, (4, 3));
    let m = || Attention {
        q: q.clone(),
        k: k.clone(),
        v: v.clone(),
    };
    for b in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(b, || {
            let (val, g) = m().loss_grad(&x);
            assert_eq!(val, m().loss(&x));
            let f = |m: &mut Attention| m.loss(&x);
            fd!(m(), q, g.q, f);
            fd!(m(), k, g.k, f);
            fd!(m(), v, g.v, f);
        })
    }
}
#[test]
fn hh() {
    let i = Array1::from_elem(300, 10.0);
    let target = Array1::from_elem(300, -60.0);
    let m = |a: f64, b: f64| Hh {
        g_na: a,
        g_k: b,
        v: -65.0,
        m: 0.05,
        h: 0.6,
        n: 0.32,
        dt: 0.01,
    };
    let (v, g) = m(120.0, 36.0).fit_grad(&i, &target);
    assert_eq!(v, m(120.0, 36.0).fit(&i, &target));
    let d =
        (m(120.0 + 1e-4, 36.0).fit(&i, &target) - m(120.0 - 1e-4, 36.0).fit(&i, &target)) / 2e-4;
    assert!(
        (d - g.g_na).abs() < 1e-6 * d.abs().max(1.0),
        "{d} {}",
        g.g_na
    );
    let d =
        (m(120.0, 36.0 + 1e-4).fit(&i, &target) - m(120.0, 36.0 - 1e-4).fit(&i, &target)) / 2e-4;
    assert!((d - g.g_k).abs() < 1e-6 * d.abs().max(1.0), "{d} {}", g.g_k);
}
#[test]
fn snn() {
    let mut r = RandomState::new(1);
    let mut m = Snn {
        w1: r.normal(0.0, 1.0, (5, 8)),
        rec: r.normal(0.0, 0.3, (8, 8)),
        w2: r.normal(0.0, 0.5, (8, 2)),
        v: Array2::zeros((3, 8)),
        s: Array2::zeros((3, 8)),
        o: Array2::zeros((3, 2)),
        alpha: 0.9,
    };
    let xs: Array3<f32> = r.normal(0.0, 1.0, (10, 3, 5));
    let y = array![[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]];
    let ((l, s), g) = m.loss_grad(&xs, &y);
    println!("{l} {s} {}", g.rec.mapv(f32::abs).sum());
    let mut opt = brain_jit::optim::Adam::new(0.02);
    let mut last = l;
    for _ in 0..100 {
        let ((l, _), g) = m.loss_grad(&xs, &y);
        opt.update(&mut m, &g);
        last = l;
    }
    println!("{last}");
    assert!(last < 0.5 * l);
}
