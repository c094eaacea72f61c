//! Random draws are constants of a gradient: the reverse sweep draws the same numbers again.

use brain_jit::prelude::*;
#[derive(BrainObject)]
struct Noisy {
    #[train_var]
    w: Array1<f64>,
    #[variable]
    rng: RandomState,
    #[variable]
    v: Array1<f64>,
}
#[brain_jit]
impl Noisy {
    fn noise(&mut self) -> f64 {
        let n: Array1<f64> = self.rng.normal(0.0, 1.0, 3);
        bm::sum(n * &self.w)
    }
    #[grad]
    fn inlined(&mut self, n: usize) -> f64 {
        let mut s = 0.0;
        for _ in 0..n {
            s = s * 0.5 + self.noise();
            s = s * s;
        }
        s
    }
    #[grad]
    fn branched(&mut self, c: bool) -> f64 {
        let a = if c {
            let n: Array1<f64> = self.rng.uniform(0.0, 1.0, 3);
            bm::sum(n * bm::square(&self.w))
        } else {
            self.noise()
        };
        let n: Array1<f64> = self.rng.normal(0.0, 1.0, 3);
        a * a + bm::sum(n * &self.w)
    }
    #[grad]
    fn both(&mut self, n: usize) -> f64 {
        let mut s = 0.0;
        for i in 0..n {
            if i % 2 == 0 {
                s += self.noise() * s + 1.0;
            } else {
                let m: Array1<f64> = self.rng.normal(0.0, 1.0, 3);
                self.v[..] = bm::tanh(m * &self.w + &self.v);
            }
            s += bm::sum(&self.v);
        }
        s
    }
    /// Draws in host code, which the gradient does not run through.
    #[grad]
    fn hidden(&mut self, n: usize) -> f64 {
        let mut s = 0.0;
        for i in 0..n {
            let k = step(&mut self.rng);
            s = 0.5 * s * s + k * bm::sum(&self.w);
            if i % 2 == 1 {
                s += s * step(&mut self.rng);
            }
        }
        s
    }
    /// What a pass ends with comes from a draw in a library call.
    #[grad]
    fn at_the_end(&mut self, n: usize) -> f64 {
        let (mut s, mut total) = (0.3, 0.0);
        for _ in 0..n {
            let n: Array1<f64> = self.rng.normal(0.0, 1.0, 3);
            total += s * bm::sum(n * &self.w);
            s = bm::median(self.rng.normal(0.0_f64, 1.0_f64, 3));
            let n: Array1<f64> = self.rng.normal(0.0, 1.0, 3);
            total += s * bm::sum(bm::square(n * &self.w));
        }
        total
    }
    /// What has no derivative of what the gradient runs through, with a draw.
    #[grad]
    fn once(&mut self) -> f64 {
        let n: Array1<f64> = bm::round_decimals(&self.w * self.rng.normal(0.0, 1.0, 3), 1);
        bm::sum(n * &self.w)
    }
}
fn step(rng: &mut RandomState) -> f64 {
    rng.uniform(0.0, 1.0, ())
}
fn m(w: &Array1<f64>) -> Noisy {
    Noisy {
        w: w.clone(),
        rng: RandomState::new(5),
        v: array![0.1, 0.2, 0.3],
    }
}
macro_rules! check { ($w:ident, $f:ident, $g:ident ($($a:expr),*)) => {{
    let mut a = m(&$w); let mut b = m(&$w);
    let (value, g) = a.$g($($a),*);
    assert_eq!(value, b.$f($($a),*), stringify!($f));
    assert_eq!(a.rng.uniform(0.0f64, 1.0, 2), b.rng.uniform(0.0f64, 1.0, 2)); assert_eq!(a.v, b.v);
    for i in 0..3 { let f = |h: f64| { let mut w = $w.clone(); w[i] += h; m(&w).$f($($a),*) }; let d = (f(1e-6) - f(-1e-6)) / 2e-6;
        assert!((g.w[i] - d).abs() < 1e-6 * d.abs().max(1.0), "{}: {} {}", stringify!($f), g.w, d); }
}} }
#[test]
fn draws() {
    let w = array![0.4, 0.7, 0.2];
    for b in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(b, || {
            check!(w, inlined, inlined_grad(4));
            check!(w, branched, branched_grad(true));
            check!(w, branched, branched_grad(false));
            check!(w, both, both_grad(5));
            check!(w, hidden, hidden_grad(4));
            check!(w, once, once_grad());
            check!(w, at_the_end, at_the_end_grad(4));
        })
    }
}
