//! Adjoints that are products are multiplied in the order that takes less work: the values are those of the defining formula.

use brain_jit::prelude::*;
use brain_jit::with_backend;

#[derive(BrainObject)]
struct Layers {
    #[train_var]
    w: Array2<f64>,
    #[train_var]
    b: Array1<f64>,
    #[train_var]
    u: Array2<f64>,
    #[train_var]
    r: Array1<f64>,
}

#[brain_jit]
impl Layers {
    /// Linear layers: no adjoint of a layer is needed element by element.
    #[grad]
    fn linear(&self, x: &Array2<f64>) -> f64 {
        let h = bm::dot(x, &self.w) + &self.b;
        let k = bm::dot(h, &self.u);
        bm::sum(bm::square(bm::dot(k, &self.r)))
    }

    /// The adjoint of `h` is needed for `tanh`, and for the sums of `b`.
    #[grad]
    fn curved(&self, x: &Array2<f64>) -> f64 {
        let h = bm::tanh(bm::dot(x, &self.w) + &self.b);
        let k = bm::dot(&h, &self.u);
        bm::sum(bm::square(&k)) + bm::sum(bm::dot(k, &self.r))
    }

    /// The weights change between the product and what is multiplied with its adjoint.
    #[grad]
    fn shared(&self, x: &Array2<f64>, n: usize) -> f64 {
        let mut h = bm::dot(x, &self.w) + &self.b;
        let mut u = &self.u * 1.0;
        for _ in 0..n {
            h[..] = bm::dot(&h, &u);
            u *= 0.5;
        }
        bm::sum(bm::dot(h, &self.r))
    }
}

/// `x` has `rows` rows and 4 columns; layers of 3 and 3.
fn layers() -> Layers {
    let matrix = |rows, columns, k: usize| {
        Array2::from_shape_fn((rows, columns), |(i, j)| {
            ((3 * i + 5 * j + k) % 7) as f64 / 7.0 - 0.4
        })
    };
    Layers {
        w: matrix(4, 3, 1),
        b: array![0.1, -0.2, 0.3],
        u: matrix(3, 3, 2),
        r: array![0.5, -0.25, 0.75],
    }
}

fn inputs(rows: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, 4), |(i, j)| ((2 * i + 3 * j) % 5) as f64 / 5.0 - 0.3)
}

/// The central difference of `value` by an element.
fn slope(value: impl Fn(&Layers) -> f64, element: impl Fn(&mut Layers) -> &mut f64) -> f64 {
    let step = 1e-5;
    let at = |by: f64| {
        let mut moved = layers();
        *element(&mut moved) += by;
        value(&moved)
    };
    (at(step) - at(-step)) / (2.0 * step)
}

fn check(grads: &LayersLinearGrads, value: impl Fn(&Layers) -> f64) {
    for i in 0..4 {
        for j in 0..3 {
            let expected = slope(&value, |layers| &mut layers.w[(i, j)]);
            assert!((grads.w[(i, j)] - expected).abs() < 1e-7, "w {i} {j}");
        }
    }
    for i in 0..3 {
        let expected = slope(&value, |layers| &mut layers.b[i]);
        assert!((grads.b[i] - expected).abs() < 1e-7, "b {i}");
        let expected = slope(&value, |layers| &mut layers.r[i]);
        assert!((grads.r[i] - expected).abs() < 1e-7, "r {i}");
        for j in 0..3 {
            let expected = slope(&value, |layers| &mut layers.u[(i, j)]);
            assert!((grads.u[(i, j)] - expected).abs() < 1e-7, "u {i} {j}");
        }
    }
}

#[test]
fn against_central_differences() {
    for rows in [1, 2, 50] {
        let x = inputs(rows);
        let grads = [Backend::Plain, Backend::Serial, Backend::Parallel].map(|backend| {
            with_backend(backend, || {
                let layers = layers();
                check(&layers.linear_grad(&x).1, |layers| layers.linear(&x));
                check(&layers.curved_grad(&x).1, |layers| layers.curved(&x));
                check(&layers.shared_grad(&x, 3).1, |layers| layers.shared(&x, 3));
                (
                    layers.linear_grad(&x).1,
                    layers.curved_grad(&x).1,
                    layers.shared_grad(&x, 3).1,
                )
            })
        });
        for other in &grads[1..] {
            let pairs = [
                (&grads[0].0, &other.0),
                (&grads[0].1, &other.1),
                (&grads[0].2, &other.2),
            ];
            for (a, b) in pairs {
                assert_eq!((&a.w, &a.b, &a.u, &a.r), (&b.w, &b.b, &b.u, &b.r));
            }
        }
    }
}

/// The gradient of `w` is a sum of outer products, one a pass.
#[derive(BrainObject)]
struct Recurrent {
    #[train_var]
    w: Array2<f64>,
}

#[brain_jit]
impl Recurrent {
    #[grad]
    fn steps(&self, x: &Array2<f64>) -> f64 {
        let mut h = self.w[0] * 0.0;
        for t in 0..x.nrows() {
            h[..] = bm::tanh(bm::dot(&h, &self.w) + x[t]);
        }
        bm::sum(bm::square(&h))
    }

    #[grad]
    fn while_steps(&self, x: &Array2<f64>) -> f64 {
        let mut h = x[0] * 1.0;
        let mut t = 0;
        while t < x.nrows() {
            let before = &h * 1.0;
            h[..] = bm::tanh(bm::dot(&self.w, &h) + x[t]) + before;
            t += 2;
        }
        bm::sum(bm::square(&h))
    }

    #[grad]
    fn nested(&self, x: &Array2<f64>, n: usize) -> f64 {
        let mut h = x[0] * 1.0;
        let mut total = 0.0;
        for i in 0..n {
            for t in (0..x.nrows()).rev() {
                if t % 2 == i % 2 {
                    h[..] = bm::sin(bm::dot(&h, &self.w));
                } else {
                    h += x[t];
                }
                total += bm::sum(&h) / (t as f64 + 1.0);
            }
            h[..] = bm::dot(&h, &self.w) - x[0];
        }
        total
    }
}

#[test]
fn sums_over_passes() {
    let recurrent = || Recurrent {
        w: Array2::from_shape_fn((4, 4), |(i, j)| ((3 * i + j) % 5) as f64 / 5.0 - 0.3),
    };
    let slope = |value: &dyn Fn(&Recurrent) -> f64, i: usize, j: usize| {
        let at = |by: f64| {
            let mut moved = recurrent();
            moved.w[(i, j)] += by;
            value(&moved)
        };
        (at(1e-5) - at(-1e-5)) / 2e-5
    };
    let x = inputs(7);
    let one = inputs(7).slice_move(s![..1, ..]);
    let empty = inputs(7).slice_move(s![..0, ..]);
    let mut all: Vec<Vec<Array2<f64>>> = Vec::new();
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, || {
            let model = recurrent();
            let cases: [(Array2<f64>, &dyn Fn(&Recurrent) -> f64); 6] = [
                (model.steps_grad(&x).1.w, &|m| m.steps(&x)),
                (model.steps_grad(&one).1.w, &|m| m.steps(&one)),
                (model.steps_grad(&empty).1.w, &|m| m.steps(&empty)),
                (model.while_steps_grad(&x).1.w, &|m| m.while_steps(&x)),
                (model.nested_grad(&x, 3).1.w, &|m| m.nested(&x, 3)),
                (model.nested_grad(&x, 0).1.w, &|m| m.nested(&x, 0)),
            ];
            for (case, (w, value)) in cases.iter().enumerate() {
                for ((i, j), found) in w.indexed_iter() {
                    let expected = slope(value, i, j);
                    let error = (found - expected).abs();
                    assert!(error < 1e-7 * expected.abs().max(1.0), "{case} {i} {j}");
                }
            }
            all.push(cases.into_iter().map(|(w, _)| w).collect());
        });
    }
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
}
