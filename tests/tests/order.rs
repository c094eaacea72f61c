//! The calls of one expression happen from left to right.

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
