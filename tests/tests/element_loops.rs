//! Scalar loops over elements: slices where arrays are contiguous.

use brain_jit::prelude::*;
use brain_jit::with_backend;
#[derive(BrainObject)]
struct Loops {
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array1<f64>,
    tau: Array1<f64>,
    #[variable]
    n: usize,
}
#[brain_jit]
impl Loops {
    fn native(&mut self) {
        for i in 0..self.v.len() {
            self.v[i] += 2;
            if i % 2 == 0 {
                self.v[i] *= self.tau[i];
            }
        }
    }
    fn scan(&mut self, x: &Array1<f64>) -> f64 {
        let mut s = 0.0;
        for i in 1..x.len() {
            self.w[i] = self.w[i - 1] + x[i];
            s += self.w[i];
        }
        s
    }
    fn found(&self, x: f64) -> Option<usize> {
        let mut i = 0;
        while i < self.v.len() {
            if self.v[i] == x {
                return Some(i);
            }
            i += 1;
        }
        None
    }
    fn swap(&mut self) {
        let mut i = 0;
        loop {
            let t = self.v[i];
            self.v[i] = self.w[i];
            self.w[i] = t;
            i += 1;
            if i == self.v.len() {
                break;
            }
        }
    }
    fn nested(&mut self) {
        'o: for i in 0..3 {
            for j in 0..3 {
                if i + j > 3 {
                    break 'o;
                }
                self.v[i] += self.w[j];
            }
        }
    }
    fn called(&mut self) {
        for i in 0..3 {
            self.v[i] += 1.0;
            self.bump();
        }
    }
    fn bump(&mut self) {
        self.n += 1;
        self.v[0] += 1.0;
    }
    fn local(&self) -> Array1<f64> {
        let mut y = &self.v * 0.0;
        for i in 0..y.len() {
            y[i] = i as f64;
        }
        y
    }
    fn shadow(&mut self) -> f64 {
        let mut s = 0.0;
        for v in 0..2 {
            let w = [1.0, 2.0];
            s += w[v] + self.w[v];
        }
        s
    }
    fn mixed(&mut self) {
        for i in 0..3 {
            self.v[i] += 1.0;
            self.w += 1.0;
        }
    }
    fn last(&mut self, x: f64) {
        self.v[self.v.len() - 1] += x;
        self.v[self.n + self.v.len() - 3] = self.v[self.v.len() - 1] * 2.0;
    }
    fn printed(&mut self) {
        for i in 0..2 {
            println!("{}", self.v[i]);
            self.v[i] = 0.0;
        }
    }
    fn literal(&mut self, n: usize) {
        for _ in 0..n {
            self.v[-1] += 1.0;
        }
    }
}
#[brain_jit]
fn views(mut x: ArrayViewMut1<f64>, y: &ArrayView1<f64>) {
    for i in 0..x.len() {
        x[i] += y[i];
    }
}
#[brain_jit]
fn histogram(counts: &mut Array1<u32>, bins: &Array1<usize>) {
    for k in 0..bins.len() {
        counts[bins[k]] += 1;
    }
}
#[test]
fn loops_over_elements() {
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            let m = || Loops {
                v: array![1.0, 2.0, 3.0],
                w: array![4.0, 5.0, 6.0],
                tau: array![2.0, 3.0, 4.0],
                n: 0,
            };
            let mut s = m();
            s.native();
            assert_eq!(s.v, array![6.0, 4.0, 20.0]);
            let mut s = m();
            assert_eq!(s.scan(&array![1.0, 1.0, 1.0]), 11.0);
            assert_eq!(s.w, array![4.0, 5.0, 6.0]);
            assert_eq!(m().found(3.0), Some(2));
            assert_eq!(m().found(4.0), None);
            let mut s = m();
            s.swap();
            assert_eq!(s.v, m().w);
            assert_eq!(s.w, m().v);
            let mut s = m();
            s.nested();
            assert_eq!(s.v, array![16.0, 17.0, 12.0]);
            let mut s = m();
            s.called();
            assert_eq!(s.v, array![5.0, 3.0, 4.0]);
            assert_eq!(s.n, 3);
            assert_eq!(m().local(), array![0.0, 1.0, 2.0]);
            assert_eq!(m().shadow(), 12.0);
            let mut s = m();
            s.mixed();
            assert_eq!(s.w, array![7.0, 8.0, 9.0]);
            let mut s = m();
            s.last(4.0);
            assert_eq!(s.v, array![14.0, 2.0, 7.0]);
            let mut s = m();
            s.printed();
            assert_eq!(s.v, array![0.0, 0.0, 3.0]);
            let mut s = m();
            s.literal(3);
            assert_eq!(s.v, array![1.0, 2.0, 6.0]);
            let mut a = array![1.0, 2.0, 3.0, 4.0];
            views(a.slice_mut(s![..;2]), &array![1.0, 1.0].view());
            assert_eq!(a, array![2.0, 2.0, 4.0, 4.0]);
            let mut c = array![0, 0, 0];
            histogram(&mut c, &array![0, 2, 2]);
            assert_eq!(c, array![1, 0, 2]);
        })
    }
    let panic = std::panic::catch_unwind(|| histogram(&mut array![0, 0], &array![5]));
    assert!(panic.is_err());
}
