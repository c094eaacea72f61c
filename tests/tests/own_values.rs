//! What is computed from the array that is written; lists, casts and complex scalars in expressions.

use brain_jit::prelude::*;
use brain_jit::with_backend;
#[derive(BrainObject)]
struct Own {
    k: f64,
    w: Complex64,
    #[variable]
    v: Array1<f64>,
    #[variable]
    m: Array2<f64>,
    #[variable]
    c: Array1<i64>,
    #[variable]
    z: Array1<Complex64>,
}
#[brain_jit]
impl Own {
    fn mean(&mut self) {
        self.v -= bm::mean(&self.v);
    }
    fn mean_of(&mut self) {
        self.v[..] = bm::mean(&self.v);
    }
    fn part(&mut self) {
        self.v[1..] -= bm::mean(&self.v);
    }
    fn mask(&mut self) {
        self.v[&self.v > 1.5] -= bm::mean(&self.v);
    }
    fn list(&mut self) {
        self.v[[0, 2]] = bm::mean(&self.v);
    }
    fn list2(&mut self) {
        self.v[[0, 2]] += bm::mean(&self.v);
    }
    fn rows(&mut self) {
        self.m -= bm::mean_axis(&self.m, 0);
    }
    fn columns(&mut self) {
        self.m -= bm::mean_axis_keepdims(&self.m, 1);
    }
    fn scaled(&mut self) {
        self.v /= bm::std(&self.v);
    }
    fn mixed(&mut self) {
        self.v -= bm::var(&self.v) * bm::sum(&self.v);
    }
    fn complex(&mut self) {
        self.z -= bm::mean(&self.z);
    }
    fn median(&mut self) {
        self.v -= bm::median(&self.v);
    }
    fn length(&mut self) {
        self.v /= self.v.len() as f64;
    }
    fn length2(&mut self) {
        self.v[..] = &self.v / self.v.len() as f64;
    }
    fn ints(&mut self) {
        self.c += self.c.len() as i64;
    }
    fn local(&self) -> Array1<f64> {
        let mut q = &self.v * 2.0;
        q -= bm::mean(&q);
        q /= q.len() as f64;
        q
    }
    fn value(&self, mut q: Array1<f64>) -> Array1<f64> {
        q -= bm::mean(&q);
        q
    }
    fn next(&self) -> f64 {
        1.0
    }
    fn listed(&mut self) {
        self.v += array![self.next(), bm::sum(&self.v), 3.0];
    }
    fn nested(&self) -> Array2<f64> {
        array![[self.next(), 2.0], [3.0, bm::max(&self.v)]]
    }
    fn complex_left(&self) -> Array1<Complex64> {
        (self.k + Complex64::new(0.0, 1.0)) * &self.z
            + &self.z * (self.k * self.w)
            + self.w * self.k
    }
    fn complex_part(&self) -> Array1<Complex64> {
        &self.z * self.w.re + bm::abs(self.w)
    }
    fn astype(&self, x: &Array1<f32>) -> Array1<f64> {
        bm::astype::<f64, _, _>(x) + &self.v
    }
    fn astype_mask(&mut self) {
        self.z[..] = bm::astype::<Complex64, _, _>(&self.v > 1.5);
        self.c += bm::astype::<i64, _, _>(bm::abs(&self.v) < 2.0);
    }
    fn truth(&self) -> Array1<bool> {
        bm::astype::<bool, _, _>(&self.v)
    }
    fn real(&self) -> Array1<f64> {
        bm::cast::<f64, _, _>(&self.z)
    }
    fn over(&mut self) {
        for i in 0..=self.v.len() {
            self.v[i] += 1.0;
        }
    }
    fn slice(&self, x: &[f64]) -> f64 {
        x[5]
    }
}
#[brain_jit]
fn parameter(v: &mut Array1<f64>) {
    v -= bm::mean(v);
    v /= v.len() as f64;
}
#[derive(BrainObject)]
struct Gen<T: Real> {
    #[variable]
    v: Array1<T>,
}
#[brain_jit]
impl<T: Real> Gen<T> {
    fn set(&mut self) {
        self.v[..] = array![1, 2.5];
        self.v += array![0.5, 1];
    }
}

#[test]
fn values_of_what_is_written() {
    let c = Complex64::new;
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            let own = || Own {
                k: 2.0,
                w: c(3.0, 4.0),
                v: array![1.0, 2.0, 3.0],
                m: array![[1.0, 2.0], [3.0, 6.0]],
                c: array![1, 2],
                z: array![c(1.0, 1.0), c(3.0, -1.0), c(2.0, 0.0)],
            };
            let v = |f: fn(&mut Own)| {
                let mut o = own();
                f(&mut o);
                o.v
            };
            assert_eq!(v(Own::mean), array![-1.0, 0.0, 1.0]);
            assert_eq!(v(Own::mean_of), array![2.0, 2.0, 2.0]);
            assert_eq!(v(Own::part), array![1.0, 0.0, 1.0]);
            assert_eq!(v(Own::mask), array![1.0, 0.0, 1.0]);
            assert_eq!(v(Own::list), array![2.0, 2.0, 2.0]);
            assert_eq!(v(Own::list2), array![3.0, 2.0, 5.0]);
            let mut o = own();
            o.rows();
            assert_eq!(o.m, array![[-1.0, -2.0], [1.0, 2.0]]);
            let mut o = own();
            o.columns();
            assert_eq!(o.m, array![[-0.5, 0.5], [-1.5, 1.5]]);
            assert_eq!(
                v(Own::scaled),
                array![1.0, 2.0, 3.0] / (2.0f64 / 3.0).sqrt()
            );
            assert_eq!(v(Own::mixed), array![1.0, 2.0, 3.0] - 2.0 / 3.0 * 6.0);
            let mut o = own();
            o.complex();
            assert_eq!(o.z[0], c(-1.0, 1.0));
            assert_eq!(v(Own::median), array![-1.0, 0.0, 1.0]);
            assert_eq!(v(Own::length), array![1.0, 2.0, 3.0] / 3.0);
            assert_eq!(v(Own::length2), array![1.0, 2.0, 3.0] / 3.0);
            let mut o = own();
            o.ints();
            assert_eq!(o.c, array![3, 4]);
            assert_eq!(own().local(), array![-2.0, 0.0, 2.0] / 3.0);
            assert_eq!(own().value(array![1.0, 3.0]), array![-1.0, 1.0]);
            assert_eq!(v(Own::listed), array![2.0, 8.0, 6.0]);
            assert_eq!(own().nested(), array![[1.0, 2.0], [3.0, 3.0]]);
            let z = own().z;
            assert_eq!(
                own().complex_left(),
                z.mapv(|z| c(2.0, 1.0) * z + z * c(6.0, 8.0) + c(6.0, 8.0))
            );
            assert_eq!(own().complex_part(), z.mapv(|z| z * 3.0 + 5.0));
            assert_eq!(own().astype(&array![1.0, 1.0, 1.0]), array![2.0, 3.0, 4.0]);
            let mut o = own();
            o.c = array![0, 0, 0];
            o.astype_mask();
            assert_eq!(o.z, array![c(0.0, 0.0), c(1.0, 0.0), c(1.0, 0.0)]);
            assert_eq!(o.c, array![1, 0, 0]);
            assert_eq!(own().truth(), array![true, true, true]);
            assert_eq!(own().real(), array![1.0, 3.0, 2.0]);
            let mut p = array![1.0, 3.0];
            parameter(&mut p);
            assert_eq!(p, array![-0.5, 0.5]);
            let mut g = Gen::<f32> {
                v: array![0.0, 0.0],
            };
            g.set();
            assert_eq!(g.v, array![1.5, 3.5]);
            let text = |r: Result<(), Box<dyn std::any::Any + Send>>| {
                r.unwrap_err().downcast_ref::<String>().unwrap().clone()
            };
            let panic = text(std::panic::catch_unwind(|| own().over()));
            assert_eq!(
                panic,
                "Own::over: index 3 is out of range for self.v, which has shape [3]"
            );
            let panic = text(std::panic::catch_unwind(|| {
                own().slice(&[1.0]);
            }));
            assert_eq!(
                panic,
                "Own::slice: index 5 is out of range for x, which has shape [1]"
            );
        })
    }
}

#[derive(BrainObject)]
struct Twice {
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array1<f64>,
}

#[brain_jit]
impl Twice {
    /// Two names of equal values, of which one is written.
    fn names(&mut self) {
        let a = &self.v * 2.0;
        let mut b = &self.v * 2.0;
        b += 1.0;
        self.v += 1.0;
        self.w[..] = a + b;
    }

    /// A part that was read before is read again for the write.
    fn shifted(&mut self) {
        let old = &self.w[..-1] * 1.0;
        self.w[1..] = &self.w[..-1] * 2.0;
        self.w[..-1] += old;
    }

    fn elements(&mut self) -> f64 {
        let a = &self.v * 2.0;
        let first = a[1];
        let mut b = &self.v * 2.0;
        b[0] = first;
        bm::sum(&b) + 100.0 * a[0]
    }

    fn across_host_code(&mut self, n: usize) {
        let a = &self.v * 2.0;
        let mut b = &self.v * 2.0;
        for k in 0..n {
            b += k as f64;
            self.v += 1.0;
        }
        self.w[..] = a + b;
    }
}

#[test]
fn equal_values_are_arrays_of_their_own() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, || {
            let mut twice = Twice {
                v: array![1.0, 2.0],
                w: array![0.0, 0.0],
            };
            assert_eq!(twice.elements(), 4.0 + 4.0 + 200.0);
            twice.w = array![1.0, 10.0, 100.0];
            twice.shifted();
            assert_eq!(twice.w, array![2.0, 12.0, 20.0]);
            twice.w = array![0.0, 0.0];
            twice.names();
            assert_eq!(twice.w, array![5.0, 9.0], "{backend:?}");
            twice.across_host_code(3);
            assert_eq!(twice.w, array![11.0, 15.0], "{backend:?}");
        });
    }
}
