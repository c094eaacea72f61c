//! A length of one that is broadcast beside an array of the same rank, or of a lower one.

use brain_jit::prelude::*;

#[brain_jit(grad(x, column, row))]
fn scaled(x: &Array2<f64>, column: &Array2<f64>, row: &Array2<f64>) -> f64 {
    bm::sum(bm::square(x * column) * bm::exp(row))
}

#[brain_jit(grad(column, v))]
fn outer(column: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let y = bm::tanh(2.0 * column) * v;
    bm::sum(y * bm::sum(column))
}

#[brain_jit(grad(short, long))]
fn vectors(short: &Array1<f64>, long: &Array1<f64>) -> f64 {
    bm::sum(bm::sin(short - long) * short)
}

/// Axes of length one that are made inside, with one use that broadcasts them and one that does not.
#[brain_jit(grad(x, v))]
fn made_inside(x: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let s = bm::sum_axis_keepdims(bm::exp(x), 1);
    let c = v[(bm::NEWAXIS, ..)];
    bm::sum(bm::square(x) / s) + bm::sum(bm::sin(s)) + bm::sum(x * c) + bm::sum(bm::square(c))
}

#[derive(BrainObject)]
struct Gated {
    #[train_var]
    gate: Array2<f64>,
    #[train_var]
    w: Array2<f64>,
}

#[brain_jit]
impl Gated {
    #[grad]
    fn loss(&self, x: &Array2<f64>) -> f64 {
        let h = bm::tanh(bm::dot(x, &self.w)) * bm::sigmoid(&self.gate);
        bm::mean(bm::square(h))
    }
}

/// Central differences by each element.
fn differences(x: &Array2<f64>, f: impl Fn(&Array2<f64>) -> f64) -> Array2<f64> {
    Array2::from_shape_fn(x.raw_dim(), |at| {
        let value = |h: f64| {
            let mut x = x.clone();
            x[at] += h;
            f(&x)
        };
        (value(1e-6) - value(-1e-6)) / 2e-6
    })
}

fn close(a: &Array2<f64>, b: &Array2<f64>) {
    assert_eq!(a.shape(), b.shape());
    assert!(
        a.iter()
            .zip(b)
            .all(|(a, b)| (a - b).abs() < 1e-8 * b.abs().max(1.0)),
        "{a} is not {b}"
    );
}

#[test]
fn gradients_have_the_shape_of_what_they_are_by() {
    let x = array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]];
    let v = array![0.2, -0.4, 0.9];
    // Of length one along either axis, along both, and along none.
    let columns = [
        array![[0.3], [-1.2]],
        array![[0.7]],
        array![[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]],
    ];
    let rows = [
        array![[0.1, -0.2, 0.3]],
        array![[0.4], [0.5]],
        array![[0.6]],
    ];
    for backend in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(backend, || {
            for column in &columns {
                for row in &rows {
                    let (value, g) = scaled_grad(&x, column, row);
                    assert_eq!(value, scaled(&x, column, row));
                    close(&g.x, &differences(&x, |x| scaled(x, column, row)));
                    close(
                        &g.column,
                        &differences(column, |column| scaled(&x, column, row)),
                    );
                    close(&g.row, &differences(row, |row| scaled(&x, column, row)));
                }
                let (_, g) = outer_grad(column, &v);
                close(&g.column, &differences(column, |column| outer(column, &v)));
            }
            let (_, g) = made_inside_grad(&x, &v);
            close(&g.x, &differences(&x, |x| made_inside(x, &v)));
            let row = v.clone().insert_axis(ndarray::Axis(0));
            let by = differences(&row, |row| {
                made_inside(&x, &row.index_axis(ndarray::Axis(0), 0).to_owned())
            });
            close(&g.v.insert_axis(ndarray::Axis(0)), &by);
            let (_, g) = vectors_grad(&array![0.3], &v);
            let slope =
                (vectors(&array![0.3 + 1e-6], &v) - vectors(&array![0.3 - 1e-6], &v)) / 2e-6;
            assert!((g.short[0] - slope).abs() < 1e-8 && g.short.len() == 1);
            for gate in [array![[0.3], [0.5]], array![[0.3, -0.2]], array![[1.0]]] {
                let model = Gated {
                    gate,
                    w: array![[0.5, -0.3], [0.2, 0.8], [-0.4, 0.1]],
                };
                let (_, g) = model.loss_grad(&x);
                let by = differences(&model.gate, |gate| {
                    Gated {
                        gate: gate.clone(),
                        w: model.w.clone(),
                    }
                    .loss(&x)
                });
                close(&g.gate, &by);
                let by = differences(&model.w, |w| {
                    Gated {
                        gate: model.gate.clone(),
                        w: w.clone(),
                    }
                    .loss(&x)
                });
                close(&g.w, &by);
                let mut again = g;
                model.loss_grad_into(&x, &mut again);
                close(&again.w, &by);
            }
        })
    }
}
