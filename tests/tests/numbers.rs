//! Written numbers take the type of what they stand beside; local arrays are moved and written as Rust has it.

use brain_jit::prelude::*;
use brain_jit::with_backend;

#[derive(BrainObject)]
struct Numbers {
    #[variable]
    v: Array1<f64>,
    #[variable]
    f: Array1<f32>,
    #[variable]
    k: Array1<i32>,
}

#[brain_jit]
impl Numbers {
    fn fibonacci(&mut self, n: usize) -> Array1<f64> {
        let mut a = bm::zeros::<f64, _>(3);
        let mut b = &self.v + 1.0;
        for _ in 0..n {
            let c = &a + &b;
            a = b;
            b = c;
        }
        a
    }
    fn swap_locals(&mut self, n: usize) {
        let mut a = &self.v * 2.0;
        let mut b = &self.v + 1.0;
        for _ in 0..n {
            std::mem::swap(&mut a, &mut b);
        }
        self.v[..] = &a - &b;
    }
    fn element(&mut self) {
        self.f[0] += 1;
        self.f[1] = 2;
        self.f[2] *= 3;
        self.v[-1] = 7;
    }
    fn local_element(&mut self) -> f64 {
        let mut y = &self.v + 0.0;
        y[0] = 3;
        y[1] += 1;
        y[0] + y[1]
    }
    fn list_of_array(&mut self) {
        self.v[[0, 2]] = array![5.0, 6.0];
    }
    fn list_plus_array(&mut self) {
        self.v[[0, 2]] += array![5.0, 6.0];
    }
    fn mask_of_array(&mut self, m: &Array1<bool>) {
        self.v[m] = array![5.0, 6.0];
    }
    fn integer_squares(&self) -> Array1<i32> {
        bm::power(&self.k, 2)
    }
    fn integer_powers(&self, e: &Array1<i32>) -> Array1<i32> {
        bm::power(&self.k, e)
    }
}

#[test]
fn numbers_and_moves() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, check);
    }
}

fn check() {
    let mut m = Numbers {
        v: array![1.0, 2.0, 3.0],
        f: array![1.0, 2.0, 3.0],
        k: array![1, 2, 3],
    };
    assert_eq!(m.fibonacci(3), array![4.0, 6.0, 8.0]);
    m.swap_locals(3);
    assert_eq!(m.v, array![0.0, -1.0, -2.0]);
    m.v.assign(&array![1.0, 2.0, 3.0]);
    m.element();
    assert_eq!(m.f, array![2.0, 2.0, 9.0]);
    assert_eq!(m.v[2], 7.0);
    assert_eq!(m.local_element(), 3.0 + 3.0);
    m.list_of_array();
    assert_eq!(m.v, array![5.0, 2.0, 6.0]);
    m.list_plus_array();
    assert_eq!(m.v, array![10.0, 2.0, 12.0]);
    m.mask_of_array(&array![true, false, true]);
    assert_eq!(m.v, array![5.0, 2.0, 6.0]);
    assert_eq!(m.integer_squares(), array![1, 4, 9]);
    assert_eq!(m.integer_powers(&array![3, 2, 0]), array![1, 4, 1]);
}
