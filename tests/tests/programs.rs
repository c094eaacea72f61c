//! Whole methods that mix what the guide describes, against the same in ordinary Rust.

use brain_jit::prelude::*;
use brain_jit::with_backend;
const BACKENDS: [Backend; 3] = [Backend::Plain, Backend::Serial, Backend::Parallel];
/// The result, which is the same on every backend.
fn all<R: PartialEq + std::fmt::Debug>(f: impl Fn() -> R) -> R {
    let r: Vec<R> = BACKENDS.into_iter().map(|b| with_backend(b, &f)).collect();
    assert_eq!(r[0], r[1], "plain/serial");
    assert_eq!(r[0], r[2], "plain/parallel");
    r.into_iter().next().unwrap()
}
#[derive(Clone, Copy)]
enum Mode {
    Still,
    Moved(f64),
}
struct Cfg {
    k: f64,
    mode: Mode,
    list: Vec<f64>,
}
#[derive(BrainObject)]
struct M {
    cfg: Cfg,
    #[static_arg(values(1, 2))]
    order: u8,
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array1<f64>,
    #[variable]
    t: f64,
    #[variable]
    n: usize,
    #[variable]
    hist: Vec<f64>,
}
fn m() -> M {
    M {
        cfg: Cfg {
            k: 2.0,
            mode: Mode::Moved(3.0),
            list: vec![1.0, 2.0, 3.0],
        },
        order: 2,
        v: array![1.0, 2.0, 3.0],
        w: array![4.0, 5.0, 6.0],
        t: 1.0,
        n: 0,
        hist: vec![],
    }
}
#[brain_jit]
impl M {
    fn inc(&mut self) -> f64 {
        self.t += 1.0;
        self.t
    }
    fn pick(&self, x: &Array1<f64>, c: bool) -> Array1<f64> {
        if c {
            return x * 10.0;
        }
        x + 1.0
    }
    fn deep(&mut self, x: &Array1<f64>, k: usize) -> Array1<f64> {
        let y = x * 2.0;
        if k == 0 {
            return y;
        }
        let x = self.pick(&y, k > 1);
        x + &self.v
    }
    fn early_returns_nested(&mut self) -> Array1<f64> {
        let y = self.deep(&self.w, 0);
        let z = self.deep(&y, 1);
        y + z + self.deep(&self.w, 2)
    }
    fn elements_between_writes(&mut self) -> Array1<f64> {
        let y = &self.v * 2.0;
        let first = y[0];
        self.v += first;
        let last = self.v[-1] + y[1];
        self.w *= last + y.len() as f64;
        y + &self.v
    }
    fn iterators_and_lists(&mut self) -> f64 {
        self.v += 1.0;
        let s: f64 = self.v.iter().sum();
        self.w += s;
        let t: f64 = self.w.iter().map(|w| w * self.cfg.k).sum();
        self.hist.push(t);
        self.hist.push(bm::sum(&self.v));
        *self.n = self.hist.len();
        t
    }
    fn matches_with_guards(&mut self) -> Array1<f64> {
        match self.cfg.mode {
            Mode::Still => self.v += 1.0,
            Mode::Moved(x) if x > 2.0 => self.v += x * self.cfg.k,
            Mode::Moved(x) => {
                self.v -= x;
                self.w += 1.0;
            }
        }
        let f = match self.cfg.mode {
            Mode::Still => &self.v * 1.0,
            Mode::Moved(x) => &self.w * x,
        };
        f + self.cfg.list[1]
    }
    fn owned_arguments(&mut self, a: Array1<f64>, b: Array1<f64>) -> Array1<f64> {
        let a = a + &b;
        let b = &a * b;
        let c = a;
        self.v[..] = &c + b;
        c
    }
    fn calls_in_a_loop(&mut self) -> (f64, f64) {
        let a = self.inc() * bm::sum(&self.v) + self.inc();
        let mut b = 0.0;
        for k in 0..3 {
            b += self.inc() * k as f64;
            if k == 1 {
                self.v *= 2.0;
            }
        }
        (a, b + bm::sum(&self.v))
    }
    fn ordered(&mut self, x: &Array1<f64>) -> Array1<f64> {
        if self.order == 2 { x * 2.0 } else { x * 3.0 }
    }
    fn static_field(&mut self) -> Array1<f64> {
        let y = self.ordered(&self.v);
        if self.order == 1 {
            self.t -= 1.0;
        }
        y + self.t
    }
    fn names_bound_again(&mut self) -> Array1<f64> {
        let v = &self.v * 1.0;
        let v = {
            let v = v * 2.0;
            v + 1.0
        };
        let w = |v: f64| v * 100.0;
        let x = bm::map(|v: f64| v + 0.5, &v);
        v * w(1.0) + x
    }
    fn positions_that_move(&mut self) {
        let (mut lo, mut hi) = (0usize, 2usize);
        while lo < hi {
            self.v[lo] += self.v[hi];
            self.v[lo..hi] *= 2.0;
            lo += 1;
            hi -= 1;
        }
        self.w[lo..] = self.v[hi];
    }
    fn sorted_between_writes(&mut self) -> Array1<f64> {
        self.v += 1.0;
        let s = bm::sort(&self.v);
        self.v *= -1.0;
        let r = bm::sort(&self.v);
        self.w += bm::cumsum(&self.w) + bm::median(&self.v);
        s + r * bm::argmax(&self.w) as f64
    }
    fn masks_of_products(&mut self) -> Array1<f64> {
        let y = &self.v * &self.w;
        self.v[&y > 9.0] = bm::max(&y);
        self.w[[0, 2]] -= bm::min(&self.v);
        let z = bm::where_(&self.v > &self.w, &self.v, &self.w);
        z - y
    }
    fn values_of_a_changing_local(&mut self) -> Array1<f64> {
        let mut a = &self.v * 1.0;
        let b = &a * 2.0;
        a += 1.0;
        let c = &a * 2.0;
        a[1] = 0.0;
        let d = &a * 2.0;
        a.fill(7.0);
        a + b * 100.0 + c * 10000.0 + d * 1000000.0
    }
    fn conditions_of_arrays(&mut self) -> Array1<f64> {
        let k = if bm::any(&self.v > 2.5) {
            bm::sum(&self.v)
        } else {
            0.0
        };
        self.v -= k;
        let k2 = if bm::any(&self.v > 2.5) {
            bm::sum(&self.v)
        } else {
            -1.0
        };
        &self.v + k2 * k
    }
    fn collected(&mut self) -> Vec<f64> {
        let mut out = Vec::new();
        for (i, x) in self.v.iter().enumerate() {
            out.push(x * i as f64 + self.t);
        }
        self.v *= 3.0;
        out.extend(self.v.iter().map(|x| x - 1.0));
        out.push(self.w[self.n]);
        out
    }
    fn half(x: f64) -> f64 {
        x / 2.0
    }
    fn scalar_functions(&mut self) -> Array1<f64> {
        let y = Self::half(self.t) + M::half(4.0);
        Self::half(&self.v + y) - bm::map(Self::half, &self.w)
    }
    fn arguments_of_the_same_name(&mut self, scale: &Array1<f64>) -> Array1<f64> {
        let scaled = self.scaled_by(scale, 2.0);
        let own = self.scaled_by(&self.w, scaled[0]);
        self.v.assign(&own);
        own + scaled
    }
    fn scaled_by(&self, scale: &Array1<f64>, k: f64) -> Array1<f64> {
        let k = k + 1.0;
        let own = scale * k;
        own * &self.v
    }
    fn copies(&mut self) -> f64 {
        let x = self.v.clone();
        let y = self.w.to_owned();
        self.v += &y;
        self.w -= &x;
        bm::dot(&x, &y) - bm::dot(&self.v, &self.w)
    }
    fn blocks_as_operands(&mut self) -> Array1<f64> {
        let s = {
            self.v += 1.0;
            bm::sum(&self.v)
        };
        let y = &self.v * {
            self.t += 1.0;
            self.t
        };
        y + s
    }
    fn swapped_buffers(&mut self) -> Array1<f64> {
        std::mem::swap(&mut self.v, &mut self.w);
        let y = &self.v * 2.0;
        self.v[..] = &self.w + &y;
        let old = self.v.clone();
        self.w.swap(0, 2);
        old - &self.w
    }
    fn question_marks(&mut self) -> Result<Array1<f64>, String> {
        let x: f64 = "2.5".parse::<f64>().map_err(|e| e.to_string())?;
        self.v += x;
        let y = self.checked(&self.v, 4.0)?;
        self.w += &y;
        self.checked(&self.w, 0.0)
    }
    fn checked(&self, x: &Array1<f64>, limit: f64) -> Result<Array1<f64>, String> {
        if bm::max(x) < limit {
            return Err(format!("{limit} {:.1}", bm::max(x)));
        }
        Ok(x - limit)
    }
}
macro_rules! cases { ($($t:ident $call:expr, $reference:expr;)*) => { $(#[test] fn $t() {
    let got = all(|| { let mut s = m(); let r = ($call)(&mut s); (format!("{r:?}"), s.v, s.w, s.t, s.hist) });
    let expected = { let mut s = m(); let r = ($reference)(&mut s); (format!("{r:?}"), s.v, s.w, s.t, s.hist) };
    assert_eq!(got, expected);
})* } }
cases! {
    early_returns_nested |s: &mut M| s.early_returns_nested(), |s: &mut M| { let w = s.w.clone(); let y = &w * 2.0; let z = (&y * 2.0 + 1.0) + &s.v; let q = (&w * 2.0) * 10.0 + &s.v; y + z + q };
    elements_between_writes |s: &mut M| s.elements_between_writes(), |s: &mut M| { let y = &s.v * 2.0; s.v += y[0]; let last = s.v[2] + y[1]; s.w *= last + 3.0; y + &s.v };
    iterators_and_lists |s: &mut M| s.iterators_and_lists(), |s: &mut M| { s.v += 1.0; let x = s.v.sum(); s.w += x; let t: f64 = s.w.iter().map(|w| w * 2.0).sum(); let q = s.v.sum(); s.hist.push(t); s.hist.push(q); t };
    matches_with_guards |s: &mut M| { let moved = s.matches_with_guards(); s.cfg.mode = Mode::Still; (moved, s.matches_with_guards()) }, |s: &mut M| { s.v += 7.0; (&s.w * 3.0 + 2.0, &s.v + 2.0) };
    owned_arguments |s: &mut M| s.owned_arguments(array![1.0, 2.0, 3.0], array![2.0, 2.0, 2.0]), |s: &mut M| { let a = array![3.0, 4.0, 5.0]; s.v = &a + &a * 2.0; a };
    calls_in_a_loop |s: &mut M| s.calls_in_a_loop(), |s: &mut M| { let a = 2.0 * 6.0 + 3.0; s.t = 6.0; s.v *= 2.0; (a, 5.0 + 12.0 + 12.0) };
    static_field |s: &mut M| s.static_field(), |s: &mut M| &s.v * 2.0 + 1.0;
    names_bound_again |s: &mut M| s.names_bound_again(), |s: &mut M| { let v = &s.v * 2.0 + 1.0; &v * 100.0 + (&v + 0.5) };
    positions_that_move |s: &mut M| s.positions_that_move(), |s: &mut M| { s.v = array![8.0, 4.0, 3.0]; s.w = array![4.0, 4.0, 4.0]; };
    sorted_between_writes |s: &mut M| s.sorted_between_writes(), |s: &mut M| { s.v = array![-2.0, -3.0, -4.0]; s.w = array![4.0 + 4.0 - 3.0, 5.0 + 9.0 - 3.0, 6.0 + 15.0 - 3.0]; array![2.0 - 8.0, 3.0 - 6.0, 4.0 - 4.0] };
    masks_of_products |s: &mut M| s.masks_of_products(), |s: &mut M| { let y = &s.v * &s.w; s.v = array![1.0, 18.0, 18.0]; s.w = array![3.0, 5.0, 5.0]; array![3.0, 18.0, 18.0] - y };
    values_of_a_changing_local |s: &mut M| s.values_of_a_changing_local(), |s: &mut M| { let v = &s.v; let mut d = (v + 1.0) * 2.0; d[1] = 0.0; (v * 2.0) * 100.0 + 7.0 + ((v + 1.0) * 2.0) * 10000.0 + d * 1000000.0 };
    conditions_of_arrays |s: &mut M| s.conditions_of_arrays(), |s: &mut M| { s.v -= 6.0; &s.v - 6.0 };
    collected |s: &mut M| s.collected(), |s: &mut M| { s.v *= 3.0; vec![1.0, 3.0, 7.0, 2.0, 5.0, 8.0, 4.0] };
    scalar_functions |s: &mut M| s.scalar_functions(), |s: &mut M| (&s.v + 2.5) / 2.0 - &s.w / 2.0;
    arguments_of_the_same_name |s: &mut M| s.arguments_of_the_same_name(&array![1.0, 2.0, 3.0]), |s: &mut M| { let sc = array![3.0, 12.0, 27.0]; let own = &s.w * 4.0 * &s.v; s.v = own.clone(); own + sc };
    copies |s: &mut M| s.copies(), |s: &mut M| { let (x, y) = (s.v.clone(), s.w.clone()); s.v += &y; s.w -= &x; x.dot(&y) - s.v.dot(&s.w) };
    blocks_as_operands |s: &mut M| s.blocks_as_operands(), |s: &mut M| { s.v += 1.0; s.t = 2.0; &s.v * 2.0 + 9.0 };
    swapped_buffers |s: &mut M| s.swapped_buffers(), |s: &mut M| { let (v, w) = (s.w.clone(), s.v.clone()); s.v = &w + &v * 2.0; s.w = array![3.0, 2.0, 1.0]; &s.v - &s.w };
    question_marks |s: &mut M| s.question_marks(), |s: &mut M| { s.v += 2.5; let y = &s.v - 4.0; s.w += &y; Ok::<_, String>(s.w.clone()) };
}
