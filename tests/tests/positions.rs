//! A position that host code changes is the one that it was where the statement stands.

use brain_jit::prelude::*;
use brain_jit::with_backend;

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
