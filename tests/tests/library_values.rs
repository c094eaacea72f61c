//! Functions of the library that are not compiled, inside array code: their values are computed first.

use brain_jit::prelude::*;
use brain_jit::with_backend;

#[derive(BrainObject)]
struct Ranks<T: Real> {
    #[variable]
    v: Array1<T>,
    #[variable]
    m: Array2<T>,
}

#[brain_jit]
impl<T: Real> Ranks<T> {
    fn rates(&self) -> Array1<T> {
        0.32 * 4.0 / bm::exprel(&self.v)
    }
    fn third(&self) -> Array1<T> {
        (1 / 4 + 1) * &self.v
    }
}

#[brain_jit]
fn spread(x: &Array1<f64>) -> Array1<f64> {
    (x - bm::flip(x)) / 2.0 + bm::sort(&(x * 2.0))
}

#[brain_jit]
fn running(x: &Array1<i32>, m: &Array2<f32>) -> (Array1<i64>, Array2<f32>, i64) {
    let total = bm::cumsum(x) * 2;
    let columns = m - bm::cumsum_axis(m, 0);
    (total, columns, bm::sum(bm::cumsum(x)))
}

#[brain_jit]
fn bound(x: &Array1<f64>) -> (Array1<f64>, f64) {
    let sorted = bm::sort(x);
    let steps = bm::diff(&sorted);
    let mean = bm::mean(&steps);
    (&sorted[1..] - steps, mean)
}

#[brain_jit]
fn order(x: &Array1<f64>) -> Array1<f64> {
    let places = bm::argsort(x);
    x[places] + bm::ones::<f64, _>(3)
}

#[brain_jit]
fn product(m: &Array2<f64>, x: &Array1<f64>) -> Array1<f64> {
    bm::dot(bm::triu(m, 0), x) - bm::zeros_like(x)
}

#[test]
fn library_values_inside_array_code() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, || {
            let x = array![3.0, 1.0, 2.0];
            assert_eq!(spread(&x), array![2.5, 4.0, 5.5]);
            let (total, columns, sum) = running(&array![1, 2, 3], &array![[1.0, 2.0], [3.0, 4.0]]);
            assert_eq!(total, array![2, 6, 12]);
            assert_eq!(columns, array![[0.0, 0.0], [-1.0, -2.0]]);
            assert_eq!(sum, 10);
            assert_eq!(bound(&x), (array![1.0, 2.0], 1.0));
            assert_eq!(order(&x), array![2.0, 3.0, 4.0]);
            let m = array![[1.0, 2.0, 0.0], [5.0, 1.0, 1.0], [5.0, 5.0, 1.0]];
            assert_eq!(product(&m, &x), array![5.0, 3.0, 2.0]);
        });
    }
}

#[test]
fn arithmetic_on_written_numbers_is_of_the_type_beside() {
    fn check<T: Real>() {
        for backend in [Backend::Plain, Backend::Serial] {
            with_backend(backend, || {
                let ranks = Ranks {
                    v: Array1::from_elem(2, T::from_f64(0.0)),
                    m: Array2::from_elem((1, 1), T::from_f64(0.0)),
                };
                let rates = ranks.rates();
                assert!(rates[1] > T::from_f64(1.2799) && rates[1] < T::from_f64(1.2801));
                assert_eq!(ranks.third()[0], T::from_f64(0.0));
                assert_eq!(ranks.m.len(), 1);
            });
        }
    }
    check::<f32>();
    check::<f64>();
}
