//! Arrays passed by value lend their buffer to the result; results of a generic dimension; checks of the result at entry.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use ndarray::Dimension;
#[derive(BrainObject)]
struct Layer {
    k: f64,
    #[variable]
    v: Array1<f64>,
}
#[brain_jit]
impl Layer {
    fn looked_at(&self, x: Array1<f64>) -> Array1<f64> {
        bm::map(|a: f64| a + x[0], &x)
    }

    fn scale(&self, x: Array1<f64>) -> Array1<f64> {
        x * self.k + 1.0
    }
    fn plus(&self, x: Array2<f64>, y: &Array1<f64>) -> Array2<f64> {
        (x + y) / self.k
    }
    fn two(&self, x: Array1<f64>, y: Array1<f64>) -> Array1<f64> {
        bm::where_(&x > &y, x, y)
    }
    fn reversed(&self, x: Array1<f64>) -> Array1<f64> {
        &x + &x[s![..;-1]]
    }
    fn centred(&self, x: Array1<f64>) -> Array1<f64> {
        &x - bm::mean(&x)
    }
    fn len(&self, x: Array1<f64>) -> Array1<f64> {
        &x / x.len() as f64
    }
    fn both(&mut self, x: Array1<f64>) -> Array1<f64> {
        let u = x * 2.0;
        self.v += &u;
        u + 1.0
    }
    fn other_type(&self, x: Array1<f64>) -> Array1<bool> {
        x > 1.0
    }
    fn dynamic(&self, x: ArrayD<f64>) -> ArrayD<f64> {
        x * 2.0
    }
    fn generic<D: Dimension>(&self, x: &Array<f64, D>) -> Array<f64, D> {
        x * self.k + 1.0
    }
    fn generic_value<D: Dimension>(&self, x: Array<f64, D>) -> Array<f64, D> {
        bm::exp(x * self.k)
    }
    fn mismatch(&mut self, y: &Array1<f64>, z: &Array1<f64>) -> Array1<f64> {
        self.v += 1.0;
        y + z
    }
}
#[brain_jit]
fn free(x: Array1<f32>) -> Array1<f32> {
    bm::tanh(x) * 2.0
}

#[test]
fn by_value_arguments_lend_their_buffer() {
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            let mut m = Layer {
                k: 2.0,
                v: array![1.0, 2.0, 3.0],
            };
            let x = array![1.0, 2.0, 3.0];
            let p = x.as_ptr();
            let y = m.scale(x.clone());
            assert_eq!(y, array![3.0, 5.0, 7.0]);
            let y = m.scale(x);
            if b != Backend::Plain {
                assert_eq!(y.as_ptr(), p);
            }
            let x = array![[1.0, 2.0, 3.0]];
            assert_eq!(m.plus(x, &array![1.0, 1.0, 1.0]), array![[1.0, 1.5, 2.0]]);
            let x = array![[1.0], [2.0]];
            assert_eq!(m.plus(x, &array![1.0, 3.0]), array![[1.0, 2.0], [1.5, 2.5]]);
            let t = array![[1.0, 2.0], [3.0, 4.0]].reversed_axes();
            assert_eq!(m.plus(t, &array![1.0, 3.0]), array![[1.0, 3.0], [1.5, 3.5]]);
            assert_eq!(m.two(array![1.0, 5.0], array![3.0, 2.0]), array![3.0, 5.0]);
            assert_eq!(m.reversed(array![1.0, 5.0, 2.0]), array![3.0, 10.0, 3.0]);
            assert_eq!(m.centred(array![1.0, 5.0]), array![-2.0, 2.0]);
            assert_eq!(m.len(array![1.0, 5.0]), array![0.5, 2.5]);
            assert_eq!(m.both(array![1.0, 5.0, 0.0]), array![3.0, 11.0, 1.0]);
            assert_eq!(m.v, array![3.0, 12.0, 3.0]);
            assert_eq!(m.looked_at(array![1.0, 2.0]), array![2.0, 3.0]);
            assert_eq!(
                m.other_type(array![1.0, 5.0, 0.0]),
                array![false, true, false]
            );
            assert_eq!(
                m.dynamic(array![[1.0]].into_dyn()),
                array![[2.0]].into_dyn()
            );
            assert_eq!(m.generic(&array![[1.0]]), array![[3.0]]);
            assert_eq!(m.generic_value(array![0.0]), array![1.0]);
            assert_eq!(free(array![0.0]), array![0.0]);
            let before = m.v.clone();
            let e = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                m.mismatch(&array![1.0, 2.0], &array![1.0, 2.0, 3.0])
            }))
            .unwrap_err();
            assert!(
                e.downcast_ref::<String>()
                    .is_some_and(|m| m.contains("Layer::mismatch") && m.contains("[2]"))
            );
            assert_eq!(m.v, before);
        })
    }
}

#[test]
fn what_a_closure_captures_keeps_its_buffer() {
    let w = array![1.0, 2.0];
    let f = jit!([w: Array1<f64>] move |x: &Array1<f64>| &w * 2.0 + x);
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            for _ in 0..2 {
                assert_eq!(f(&array![1.0, 1.0]), array![3.0, 5.0]);
            }
        })
    }
}
