//! Functions of the library that are not compiled, inside array code: their values are computed first.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use ndarray::ArcArray1;

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

#[brain_jit]
fn in_every_place(x: &Array1<f64>, m: &Array2<f64>) -> (Array1<f32>, Array1<f64>, Array2<f64>) {
    let narrow = bm::cumsum(x) as f32 + bm::astype::<f32, _, _>(bm::sort(x));
    let clipped = bm::clip(bm::cumsum(x), 1.5, 5.5) + bm::map(|x: f64| x * 10.0, bm::sort(x));
    let turned = bm::transpose(bm::flip_axis(m, 0)) * 2.0 + bm::triu(m, 0).t();
    (narrow, clipped, turned)
}

#[brain_jit]
fn indexed(x: &Array1<f64>) -> (Array1<f64>, Array1<f64>, f64) {
    let parts = bm::sort(x)[1..] * 2.0;
    let sorted = x[bm::argsort(x)] - 1.0;
    (parts, sorted, bm::sum(bm::cumsum(x).mapv(|x| x + 1.0)))
}

#[brain_jit]
fn shapes(m: &Array2<f64>, n: usize) -> (f64, Array1<f64>, Array2<f64>) {
    let ones = bm::sum(bm::ones::<f64, _>(m.dim()) * m - m + bm::zeros::<f64, _>(m.dim()) + 1.0);
    let line = bm::zeros::<f64, _>(n)
        + bm::ones::<f64, _>(2 * n / 2)
        + bm::full::<f64, _, _>(m.nrows(), 0.5);
    (ones, line, bm::ones::<f64, _>((n, n)) - m)
}

#[brain_jit]
fn owners(x: &Array1<f64>, list: Vec<f64>) -> (Array1<f64>, f64) {
    let shared = ArcArray1::<f64>::from_vec(vec![1.0, 2.0, 3.0]);
    let viewed = x + ArrayView1::<f64>::from(&list) + Array1::<f64>::from_elem(3, 1.0);
    let made = Array1::<f64>::from_shape_vec(3, vec![1.0; 3]).unwrap();
    (viewed * &shared, bm::sum(made))
}

#[brain_jit]
fn sums(
    x: &Array1<isize>,
    y: &Array1<usize>,
    z: &Array1<u8>,
) -> (Array1<isize>, Array1<usize>, Array1<u64>) {
    (bm::cumsum(x) + 1, bm::cumsum(y) * 2, bm::cumprod(z) + 1)
}

#[test]
fn library_values_are_operands_everywhere() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, || {
            let (x, m) = (array![3.0, 1.0, 2.0], array![[1.0, 2.0], [3.0, 4.0]]);
            let (narrow, clipped, turned) = in_every_place(&x, &m);
            assert_eq!(narrow, array![4.0, 6.0, 9.0]);
            assert_eq!(clipped, array![13.0, 24.0, 35.5]);
            assert_eq!(turned, array![[7.0, 2.0], [10.0, 8.0]]);
            let (parts, sorted, sum) = indexed(&x);
            assert_eq!((parts, sorted), (array![4.0, 6.0], array![0.0, 1.0, 2.0]));
            assert_eq!(sum, 16.0);
            let (ones, line, rest) = shapes(&m, 2);
            assert_eq!((ones, line), (4.0, array![1.5, 1.5]));
            assert_eq!(rest, array![[0.0, -1.0], [-2.0, -3.0]]);
            assert_eq!(
                owners(&x, vec![1.0, 1.0, 1.0]),
                (array![5.0, 6.0, 12.0], 3.0)
            );
            assert_eq!(
                sums(&array![1, 2], &array![1, 2], &array![20, 20]),
                (array![2, 4], array![2, 6], array![21, 401])
            );
        });
    }
}

#[derive(BrainObject)]
struct Layer {
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Layer {
    fn total(&self) -> f64 {
        bm::sum(&self.v)
    }
}

#[derive(BrainObject)]
struct Net {
    #[child]
    child: Layer,
    #[child]
    layers: Vec<Layer>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array1<f64>,
}

/// The library sees what was written before.
#[brain_jit]
impl Net {
    fn array_of_child(&mut self, x: &Array1<f64>) {
        self.child.v += x;
        self.w[..] = bm::cumsum(&self.child.v) - 1.0;
    }
    fn array_of_layer(&mut self, x: &Array1<f64>) {
        self.layers[0].v += x;
        self.w[..] = bm::cumsum(&self.layers[0].v) - 1.0;
    }
    fn number(&mut self, x: &Array1<f64>) {
        self.v += x;
        self.w -= x * bm::median(&self.v);
    }
    fn number_of_child(&mut self, x: &Array1<f64>) {
        self.child.v += x;
        let median = bm::median(&self.child.v);
        self.w -= x * median;
    }
    fn number_of_child_in_a_product(&mut self, x: &Array1<f64>) {
        self.child.v += x;
        self.w -= x * bm::median(&self.child.v);
    }
    fn number_of_a_local(&mut self, x: &Array1<f64>) {
        let y = x * 2.0;
        let mut z = x + &y;
        z += 1.0;
        self.w[..] = x * bm::median(&y) + bm::median(&z) / y.len() as f64;
    }
}

#[test]
fn library_values_are_those_of_their_statement() {
    type Method = fn(&mut Net, &Array1<f64>);
    // A method, what it makes of `w`, and the sum of the child.
    let expected: [(Method, [f64; 3], f64); 6] = [
        (Net::array_of_child, [1.0, 5.0, 12.0], 13.0),
        (Net::array_of_layer, [1.0, 5.0, 12.0], 7.0),
        (Net::number, [-4.0, -8.0, -12.0], 7.0),
        (Net::number_of_child, [-4.0, -8.0, -12.0], 13.0),
        (Net::number_of_child_in_a_product, [-4.0, -8.0, -12.0], 13.0),
        (
            Net::number_of_a_local,
            [4.0 + 7.0 / 3.0, 8.0 + 7.0 / 3.0, 12.0 + 7.0 / 3.0],
            7.0,
        ),
    ];
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        for (k, (method, w, child)) in expected.iter().enumerate() {
            let layer = || Layer {
                v: array![1.0, 2.0, 4.0],
            };
            let mut net = Net {
                child: layer(),
                layers: vec![layer()],
                v: layer().v,
                w: Array1::zeros(3),
            };
            with_backend(backend, || method(&mut net, &array![1.0, 2.0, 3.0]));
            assert_eq!(net.w.to_vec(), w, "{k} {backend:?}");
            assert_eq!(net.child.total(), *child, "{k} {backend:?}");
        }
    }
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
                    v: [0.0, 1.0].map(T::from_f64).into_iter().collect(),
                    m: Array2::from_elem((1, 1), T::from_f64(0.0)),
                };
                let rates = ranks.rates();
                assert!(rates[0] > T::from_f64(1.2799) && rates[0] < T::from_f64(1.2801));
                assert_eq!(ranks.third()[1], T::from_f64(1.25));
                assert_eq!(ranks.m.len(), 1);
            });
        }
    }
    check::<f32>();
    check::<f64>();
}
