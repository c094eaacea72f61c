//! The calls of one expression happen from left to right, and what a statement reads is what it was where it stands.

use brain_jit::prelude::*;
use brain_jit::with_backend;
#[derive(BrainObject)]
struct Order {
    #[variable]
    v: Array1<f64>,
    #[variable]
    t: f64,
}
#[brain_jit]
impl Order {
    fn f(&mut self) -> Array1<f64> {
        self.t += 1.0;
        self.v *= 2.0;
        &self.v + self.t
    }
    fn a(&mut self, x: &Array1<f64>) -> Array1<f64> {
        self.t * x + self.f()
    }
    fn b(&mut self) -> Array1<f64> {
        self.t + self.f()
    }
    fn c(&mut self) -> Array1<f64> {
        &self.v * 1.0 + self.f()
    }
    fn d(&mut self) -> Array1<f64> {
        self.f() - self.t * &self.v
    }
    fn e(&mut self) {
        self.v[..] = self.t + self.f() * self.t;
    }
    fn g(&mut self) -> Array1<f64> {
        2.0 * self.f() + 2.0 * self.f()
    }
}
#[test]
fn operands_are_read_from_left_to_right() {
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            let m = || Order {
                v: array![1.0, 2.0],
                t: 10.0,
            };
            let x = array![1.0, 1.0];
            assert_eq!(m().a(&x), array![10.0 + 13.0, 10.0 + 15.0]);
            assert_eq!(m().b(), array![10.0 + 13.0, 10.0 + 15.0]);
            assert_eq!(m().c(), array![1.0 + 13.0, 2.0 + 15.0]);
            assert_eq!(m().d(), array![13.0 - 11.0 * 2.0, 15.0 - 11.0 * 4.0]);
            let mut o = m();
            o.e();
            assert_eq!(o.v, array![10.0 + 13.0 * 11.0, 10.0 + 15.0 * 11.0]);
            assert_eq!(
                m().g(),
                array![2.0 * 13.0 + 2.0 * 16.0, 2.0 * 15.0 + 2.0 * 20.0]
            );
        })
    }
}

/// Tuples that a method gives: each value is computed once, in order, and bound to what the pattern says.
#[derive(BrainObject)]
struct Tuples {
    #[variable]
    t: f64,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Tuples {
    fn scaled(&self, a: &Array1<f64>, b: &Array1<f64>) -> (Array1<f64>, Array1<f64>) {
        (a * 1.0, b * 1.0)
    }
    fn given(&self, a: f64, b: f64) -> (f64, f64) {
        (a, b)
    }
    fn drawn(&mut self, n: usize) -> (Array1<f64>, Array1<f64>) {
        (self.rng.normal(0.0, 1.0, n), self.rng.normal(5.0, 1.0, n))
    }
    fn mapped(&mut self, x: &Array1<f64>) -> (Array1<f64>, Array1<f64>) {
        (
            bm::map(
                |x: f64| {
                    assert!(x < 9.0);
                    x
                },
                x,
            ),
            x + 1.0,
        )
    }
    fn count(&mut self) -> f64 {
        self.t += 1.0;
        self.t
    }
    fn counted(&mut self, x: &Array1<f64>) -> (Array1<f64>, f64, Array1<f64>, f64) {
        (self.t * x, self.count(), self.t * x, self.count())
    }

    fn exchanged(&mut self, x: &Array1<f64>) -> (Array1<f64>, Array1<f64>) {
        let mut a = x * 1.0;
        let mut b = x * 10.0;
        a += 1.0;
        b += 1.0;
        let (b, a) = self.scaled(&a, &b);
        (a, b)
    }
    fn exchanged_numbers(&mut self) -> (f64, f64) {
        let a = self.count();
        let b = self.count();
        let (mut b, a) = self.given(a, b);
        b += 10.0;
        (a, b)
    }
    fn second(&mut self, n: usize) -> Array1<f64> {
        let (_, b) = self.drawn(n);
        b * 1.0
    }
    fn first(&mut self, n: usize) -> Array1<f64> {
        let (mut a, _) = self.drawn(n);
        a *= 2.0;
        a
    }
    fn unnamed(&mut self, x: &Array1<f64>) -> Array1<f64> {
        let (_, y) = self.mapped(x);
        y * 1.0
    }
    fn in_order(&mut self, x: &Array1<f64>) -> Array1<f64> {
        let (a, b, c, d) = self.counted(x);
        a + 10.0 * b + 100.0 * c + 1000.0 * d
    }
}

#[test]
fn tuples_are_taken_apart_in_order() {
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            let tuples = || Tuples {
                t: 1.0,
                rng: RandomState::new(1),
            };
            assert_eq!(
                tuples().exchanged(&array![1.0, 2.0]),
                (array![11.0, 21.0], array![2.0, 3.0])
            );
            assert_eq!(tuples().exchanged_numbers(), (3.0, 12.0));
            let mut rng = RandomState::new(1);
            let (x, y): (Array1<f64>, Array1<f64>) =
                (rng.normal(0.0, 1.0, 3), rng.normal(5.0, 1.0, 3));
            assert_eq!(tuples().drawn(3), (x.clone(), y.clone()));
            assert_eq!(tuples().second(3), y);
            let mut first = tuples();
            assert_eq!(first.first(3), x * 2.0);
            assert_eq!(first.rng.normal(0.0, 1.0, 3), rng.normal(0.0, 1.0, 3));
            assert_eq!(tuples().unnamed(&array![1.0]), array![2.0]);
            let failed = std::panic::catch_unwind(|| tuples().unnamed(&array![9.0]));
            assert!(failed.is_err());
            assert_eq!(
                tuples().in_order(&array![1.0]),
                array![1.0 + 20.0 + 200.0 + 3000.0]
            );
        })
    }
}

#[brain_jit]
fn index_changes_later(v: &mut Array1<f64>, x: &Array2<f64>) -> usize {
    let mut i = 0;
    let y = bm::sin(x[i]);
    i += 1;
    v[..] = y;
    i
}
#[test]
fn an_index_is_read_where_it_stands() {
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            let mut v = array![0.0, 0.0];
            assert_eq!(
                index_changes_later(&mut v, &array![[0.0, 1.0], [2.0, 3.0]]),
                1
            );
            assert_eq!(v, array![0.0, bm::sin(1.0)]);
        })
    }
}

#[derive(BrainObject)]
struct Walk {
    #[variable]
    v: Array1<f64>,
    #[variable]
    rows: Array2<f64>,
}

#[brain_jit]
impl Walk {
    fn read(&mut self, x: &Array2<f64>) {
        let mut t = 0;
        while t < x.nrows() {
            self.v += x[t];
            t += 2;
        }
    }

    fn write(&mut self, x: &Array1<f64>) {
        let mut t = 0;
        self.rows[t] = x;
        t += 1;
        self.rows[t] = x * 2.0;
        t += 1;
        self.v[t..] *= 0.0;
    }
}

#[test]
fn positions_are_those_of_the_statement() {
    let x = array![[1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [100.0, 200.0, 300.0]];
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, || {
            let mut walk = Walk {
                v: Array1::zeros(3),
                rows: Array2::zeros((3, 3)),
            };
            walk.read(&x);
            assert_eq!(walk.v, array![101.0, 202.0, 303.0], "{backend:?}");
            walk.write(&array![1.0, 2.0, 3.0]);
            assert_eq!(
                walk.rows,
                array![[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 0.0, 0.0]]
            );
            assert_eq!(walk.v, array![101.0, 202.0, 0.0]);
        });
    }
}

fn bump(v: &mut Array1<f64>) {
    v[0] += 1.0;
}

/// Scalars and arrays that are written while a loop over an array is yet to run.
#[derive(BrainObject, Clone)]
struct Late {
    #[variable]
    h: Array1<f64>,
    #[variable]
    t: f64,
}

#[brain_jit]
impl Late {
    fn scalar(&mut self, x: &Array1<f64>) -> f64 {
        let s: f64 = bm::sum(x * &self.h);
        let a: f64 = s + self.t;
        self.h[..] = x * 2.0;
        *self.t = 9.0;
        a
    }

    fn element(&mut self, x: &Array1<f64>) -> f64 {
        let s: f64 = bm::sum(x * &self.h);
        let a: f64 = s + self.h[0];
        self.h[..] = x * 2.0;
        a
    }

    fn local(&mut self, x: &Array1<f64>) -> f64 {
        let mut k = 1.0;
        let s: f64 = bm::sum(x * &self.h);
        let a: f64 = s * k;
        k = 7.0;
        self.h[..] = x * k;
        a
    }

    fn after_a_borrow(&mut self, x: &Array1<f64>, a: f64) -> f64 {
        bump(&mut self.h);
        let b = 2.0 * a;
        self.h += x;
        let k: f64 = a * b;
        self.h += k * x;
        k
    }

    fn through_a_borrow(&mut self, x: &Array1<f64>) -> f64 {
        self.h += x;
        let r = &mut self.t;
        *r = 2.0;
        self.h += self.t * x;
        self.t
    }
}

#[test]
fn what_is_written_later_is_read_before() {
    let x = array![1.0, 2.0];
    for backend in [Backend::Plain, Backend::Serial] {
        with_backend(backend, || {
            let late = Late {
                h: array![1.0, 3.0],
                t: 4.0,
            };
            let run = |f: &dyn Fn(&mut Late) -> f64| {
                let mut late = late.clone();
                (f(&mut late), late.h.to_vec(), late.t)
            };
            assert_eq!(run(&|m| m.scalar(&x)), (11.0, vec![2.0, 4.0], 9.0));
            assert_eq!(run(&|m| m.element(&x)), (8.0, vec![2.0, 4.0], 4.0));
            assert_eq!(run(&|m| m.local(&x)), (7.0, vec![7.0, 14.0], 4.0));
            assert_eq!(
                run(&|m| m.after_a_borrow(&x, 3.0)),
                (18.0, vec![21.0, 41.0], 4.0)
            );
            assert_eq!(run(&|m| m.through_a_borrow(&x)), (2.0, vec![4.0, 9.0], 2.0));
        })
    }
}
