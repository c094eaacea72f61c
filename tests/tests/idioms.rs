//! Rust as people write it: closures, patterns, shadowing, borrows under another name.

use brain_jit::prelude::*;

#[brain_jit]
fn bytes(x: &Array1<u8>) -> u64 {
    bm::sum(x)
}

#[brain_jit]
fn rows(x: &Array2<i32>) -> Array1<i64> {
    bm::sum_axis(x, 0)
}

#[brain_jit]
fn fraction(x: &Array1<f64>) -> (i64, f64, f64) {
    let mask = x > 0.0;
    (bm::sum(&mask), bm::mean(&mask), bm::std(x as i32))
}

#[brain_jit]
fn larger(x: &Array1<f64>, y: &Array1<f64>) -> Array1<f64> {
    let a = bm::map(|a: f64, b: f64| if a > b { a } else { b }, x, y);
    let b = a.mapv(|v| {
        let w = v * 2.0;
        w.exp()
    });
    bm::map(|v| v.max(0.0), b)
}

#[brain_jit]
fn positive(x: &Array1<f64>) -> Array1<bool> {
    x.mapv(|v| v > 0.0)
}

#[brain_jit]
fn whole(x: &Array1<f64>) -> Array1<i32> {
    x.mapv(|v| v as i32)
}

#[brain_jit]
fn owned(mut x: Array1<f64>, k: f64) -> Array1<f64> {
    x += k;
    x
}

#[brain_jit]
fn shadowed(x: &Array1<f64>) -> Array1<f64> {
    let mut a = x * 1.0;
    a[0] = 1.0;
    let a = a / 2.0;
    let a = a.mapv(|q| q + 1.0);
    a
}

#[brain_jit]
fn turned<T: Real>(x: &Array1<T>) -> Array1<T> {
    2.0 * bm::PI * x + bm::sqrt(2.0 / bm::PI)
}

#[test]
fn all() {
    let x = array![-1.0, 2.0, 3.5];
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            assert_eq!(bytes(&array![250, 250]), 500);
            assert_eq!(rows(&array![[1, 2], [3, 4]]), array![4, 6]);
            let (count, mean, _) = fraction(&x);
            assert_eq!((count, mean), (2, 2.0 / 3.0));
            assert_eq!(larger(&x, &array![0.0, 0.0, 4.0])[0], 1.0);
            assert_eq!(positive(&x), array![false, true, true]);
            assert_eq!(whole(&x), array![-1, 2, 3]);
            assert_eq!(owned(x.clone(), 1.0), &x + 1.0);
            assert_eq!(shadowed(&x), array![1.5, 2.0, 2.75]);
            let t = turned(&x) - (&x * std::f64::consts::TAU + (2.0 / std::f64::consts::PI).sqrt());
            assert!(t.iter().all(|t| t.abs() < 1e-15));
        });
    }
}

#[derive(BrainObject)]
struct Cell {
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Cell {
    fn borrowed(&mut self) -> Array1<f64> {
        let before = &self.v * 2.0;
        let mut y = &mut self.v;
        *y += 1.0;
        y[0] = 9.0;
        &self.v * 2.0 - before
    }

    fn renamed(&mut self, x: &mut Array1<f64>, w: &Array1<f64>) -> Array1<f64> {
        let y = x;
        *y += 1.0;
        let mut a = &self.v * 1.0;
        let mut b = &mut a;
        *b += 1.0;
        self.v[..] = a;
        let mut z = &self.v;
        if w.len() == 1 {
            z = w;
        }
        z * 2.0
    }

    fn apart(&mut self) {
        let (a, b) = (&self.v * 2.0, &self.v + 1.0);
        self.v[..] = a + b;
    }

    fn swapped(&mut self) {
        let (a, b) = (&self.v * 2.0, &self.v + 1.0);
        let (b, a) = (&a + &b, &a - &b);
        self.v[..] = a * b;
    }

    fn mismatch(&mut self, x: &Array1<f64>) -> Array1<f64> {
        &self.v + x
    }
}

#[brain_jit]
fn halves((a, b): (f64, f64), x: &Array1<f64>) -> Array1<f64> {
    x * a + b
}

#[test]
fn cell() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            let mut cell = Cell { v: array![1.0, 2.0, 3.0] };
            assert_eq!(cell.borrowed(), array![16.0, 2.0, 2.0]);
            assert_eq!(cell.v, array![9.0, 3.0, 4.0]);
            let mut x = array![1.0];
            assert_eq!(cell.renamed(&mut x, &array![5.0]), array![10.0]);
            assert_eq!((x, cell.v[0]), (array![2.0], 10.0));
            cell.v -= 1.0;
            cell.apart();
            assert_eq!(cell.v, array![28.0, 10.0, 13.0]);
            assert_eq!(halves((2.0, 1.0), &array![1.0]), array![3.0]);
            let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cell.mismatch(&array![1.0, 2.0])));
            let text = *panic.unwrap_err().downcast::<String>().unwrap();
            assert!(text.contains("`&self.v + x`"), "{text}");
        });
    }
}
