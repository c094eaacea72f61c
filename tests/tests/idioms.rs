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
            let mut cell = Cell {
                v: array![1.0, 2.0, 3.0],
            };
            assert_eq!(cell.borrowed(), array![16.0, 2.0, 2.0]);
            assert_eq!(cell.v, array![9.0, 3.0, 4.0]);
            let mut x = array![1.0];
            assert_eq!(cell.renamed(&mut x, &array![5.0]), array![10.0]);
            assert_eq!((x, cell.v[0]), (array![2.0], 10.0));
            cell.v -= 1.0;
            cell.apart();
            assert_eq!(cell.v, array![28.0, 10.0, 13.0]);
            assert_eq!(halves((2.0, 1.0), &array![1.0]), array![3.0]);
            let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                cell.mismatch(&array![1.0, 2.0])
            }));
            let text = *panic.unwrap_err().downcast::<String>().unwrap();
            assert!(text.contains("`&self.v + x`"), "{text}");
        });
    }
}

#[derive(BrainObject)]
struct Stepper {
    #[static_arg(values(1, 2))]
    order: u8,
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Stepper {
    fn step(&mut self) {
        self.v += 1.0;
        if self.order == 2 {
            self.v *= 2.0;
        }
    }

    fn steps(&mut self) {
        self.v -= 1.0;
        self.step();
    }

    fn powers(&mut self, #[static_arg] n: usize, x: f64) {
        for _ in 0..n {
            self.v *= x;
        }
    }

    fn cubes(&mut self) {
        self.powers::<3>(2.0);
    }
}

#[test]
fn a_field_with_listed_values_takes_no_other() {
    let stepper = |order| Stepper {
        order,
        v: array![1.0],
    };
    let (mut first, mut second) = (stepper(1), stepper(2));
    first.step();
    second.step();
    assert_eq!((&first.v, &second.v), (&array![2.0], &array![4.0]));
    second.cubes();
    second.powers::<1>(0.5);
    assert_eq!(second.v, array![16.0]);
    for call in [Stepper::step, Stepper::steps] {
        let mut ninth = stepper(9);
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| call(&mut ninth)));
        let text = *caught.unwrap_err().downcast::<String>().unwrap();
        assert!(
            text.contains("self.order") && text.contains('9') && text.contains("1, 2"),
            "{text}"
        );
        assert_eq!(ninth.v, array![1.0]);
    }
}

#[derive(BrainObject)]
struct Counter {
    #[variable]
    v: Array1<f64>,
    #[variable]
    t: f64,
}

#[brain_jit]
impl Counter {
    fn inc(&mut self) -> f64 {
        self.t += 1.0;
        self.t
    }

    fn grown(&mut self) -> f64 {
        self.t += 1.0;
        bm::sum(&self.v) + self.t
    }

    fn until(&mut self) -> i32 {
        let mut n = 0;
        while self.inc() < 5.0 {
            n += 1;
            if n > 50 {
                break;
            }
        }
        n
    }

    fn short_circuit(&mut self) -> f64 {
        if self.t > 100.0 && self.inc() > 0.0 {
            return -1.0;
        }
        self.t
    }

    fn closures(&mut self, given: Option<f64>) -> (f64, f64) {
        let first = given.unwrap_or_else(|| self.inc());
        let all: Vec<f64> = (0..3).map(|_| self.inc()).collect();
        (first, all[2])
    }

    fn in_order(&mut self) -> (f64, f64, f64) {
        let a = self.inc() + self.inc() * 10.0;
        let b = self.t + self.inc();
        (a, b, self.t * 10.0 + self.inc() + self.t * 100.0)
    }

    fn reduced_in_order(&mut self) -> f64 {
        self.t * 100.0 + self.grown() + self.t
    }

    fn pair(&mut self) -> (f64, f64) {
        (self.inc(), self.inc())
    }
}

#[test]
fn calls_happen_where_they_stand() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            let counter = || Counter {
                v: array![1.0, 2.0],
                t: 0.5,
            };
            assert_eq!(counter().until(), 4);
            assert_eq!(counter().short_circuit(), 0.5);
            assert_eq!(counter().closures(Some(7.0)), (7.0, 3.5));
            assert_eq!(counter().closures(None), (1.5, 4.5));
            assert_eq!(counter().in_order(), (26.5, 6.0, 489.5));
            assert_eq!(counter().reduced_in_order(), 50.0 + 4.5 + 1.5);
            assert_eq!(counter().pair(), (1.5, 2.5));
        });
    }
}

#[brain_jit]
fn chosen(x: &Array1<f64>) -> (Array1<f64>, f64) {
    let y = bm::where_(x > 0.0, 0.1, 0.0);
    (
        x * bm::where_(x > 0.0, 1.0, 0.0) + y,
        bm::mean(bm::where_(x > 0.0, 0.1, 0.0)),
    )
}

#[test]
fn a_choice_of_literals_has_the_type_of_what_is_compared() {
    let (y, mean) = chosen(&array![1.0, -1.0]);
    assert_eq!(y, array![1.1, 0.0]);
    assert_eq!(mean, 0.05);
}

#[derive(BrainObject)]
struct Spelled {
    threshold: f32,
    #[variable]
    v: Array1<f32>,
    #[variable]
    m: Array2<f32>,
}

#[brain_jit]
impl Spelled {
    /// Numbers that end with a dot, and references to numbers.
    fn dotted(&mut self, x: &Array1<f32>) -> Array1<bool> {
        self.v += 2. * x - 1_0.;
        self.v[..] = bm::where_(x > 0., &self.v, 1. - x);
        &self.threshold <= &self.v
    }

    fn rows(&mut self, i: usize) -> f32 {
        self.v += self.m.row(i);
        self.v[..] = 2. * self.m.row(i) + self.m.column(0);
        let row = self.m.row(0);
        let twice = &row * 2. + &self.v;
        bm::sum(twice) + bm::dot(self.m.row(0), self.m.row(1)) + self.m.row(1).sum()
    }
}

/// A name of what is made of `bm::PI` is an `f32` beside one, in scalar code, too.
#[brain_jit]
fn gelu_of_one(x: f32) -> f32 {
    let sqrt = bm::sqrt(2. / bm::PI);
    let cdf = 0.5 * (1. + bm::tanh(sqrt * (x + 0.044715 * x.powi(3))));
    x * cdf
}

#[test]
fn numbers_and_rows_as_they_are_spelled() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            let mut spelled = Spelled {
                threshold: 1.0,
                v: array![10.0, 10.0],
                m: array![[1.0, 2.0], [3.0, 4.0]],
            };
            let above = spelled.dotted(&array![0.5, -0.5]);
            assert_eq!(spelled.v, array![1.0, 1.5]);
            assert_eq!(above, array![true, true]);
            assert_eq!(spelled.rows(1), 2.0 + 7.0 + 4.0 + 11.0 + 11.0 + 7.0);
            let call = std::panic::AssertUnwindSafe(|| spelled.rows(7));
            let panic = std::panic::catch_unwind(call).unwrap_err();
            let text = panic.downcast::<String>().unwrap();
            assert!(
                text.contains("Spelled::rows") && text.contains("self.m"),
                "{text}"
            );
            assert!((gelu_of_one(1.0) - 0.841_192).abs() < 1e-5);
        });
    }
}
