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

/// Functions of a matrix and of a column or row that is broadcast beside it, compared by both.
macro_rules! table {
    ($($name:ident, $grad:ident: |$x:ident, $c:ident| $body:block)*) => {
        $(#[brain_jit(grad($x, $c))] fn $name($x: &Array2<f64>, $c: &Array2<f64>) -> f64 $body)*

        #[test]
        fn contributions_of_several_shapes_are_added() {
            let x = array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]];
            let beside = [
                array![[0.3], [-1.2]],
                array![[0.4, -0.1, 0.9]],
                array![[0.7]],
                array![[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]],
            ];
            for backend in [Backend::Plain, Backend::Serial] {
                brain_jit::with_backend(backend, || {
                    for c in &beside {
                        $({
                            let name = stringify!($name);
                            let (value, g) = $grad(&x, c);
                            assert_eq!(value, $name(&x, c), "{name}");
                            near(&g.$x, &differences(&x, |x| $name(x, c)), name);
                            near(&g.$c, &differences(c, |c| $name(&x, c)), name);
                        })*
                    }
                })
            }
        }
    };
}

fn near(a: &Array2<f64>, b: &Array2<f64>, what: &str) {
    assert_eq!(a.shape(), b.shape(), "{what}");
    let scale = b.iter().fold(1.0f64, |m, v| m.max(v.abs()));
    let same = a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-7 * scale);
    assert!(same, "{what}: {a} is not {b}");
}

table! {
    of_sums, of_sums_grad: |x, c| { let s = 2.0 * bm::sum_axis_keepdims(x, 1); bm::sum(x * s) + bm::sum(bm::square(s)) + bm::sum(c) }
    of_rows, of_rows_grad: |x, c| { let s = bm::exp(bm::mean_axis_keepdims(x, 0)) * bm::sum_axis_keepdims(c, 0); bm::sum(bm::sin(x * s)) + bm::sum(bm::square(s)) }
    of_products, of_products_grad: |x, c| { let s = c * c; bm::sum(s * x) + bm::sum(bm::square(s)) + bm::sum(c * x) }
    of_two, of_two_grad: |x, c| { let d = bm::sin(c); let s = c * d; bm::sum(bm::tanh(s * x)) + bm::sum(bm::square(s)) + bm::sum(d * x) + bm::sum(d) }
    thrice, thrice_grad: |x, c| { let s = 0.5 * c; bm::sum(bm::sin(s * x)) + bm::sum(s) * bm::sum(bm::exp(s)) + bm::sum(bm::cos(x + s)) }
    of_minimum, of_minimum_grad: |x, c| { let s = bm::minimum(c, 0.45); bm::sum(s / (1.0 + bm::square(x))) + bm::max(bm::square(s)) }
    turned, turned_grad: |x, c| { let s = bm::transpose(c); let t = s * 1.5; bm::sum(t * bm::transpose(x)) + bm::sum(bm::square(t)) }
    converted, converted_grad: |x, c| { let s = (c * 1.5) as f64; let t = s as f64; bm::sum(t * x) + bm::sum(bm::square(t)) + bm::sum(bm::exp(s)) }
    rectified, rectified_grad: |x, c| { let s: Array2<f64> = bm::relu(c); bm::sum(s * x) + bm::sum(bm::square(s)) + bm::sum(bm::sin(c)) }
    normal, normal_grad: |x, c| { let s: Array2<f64> = bm::softmax(c, 1); let t: Array2<f64> = bm::log_softmax(c, 0); bm::sum(s * x) + bm::sum(bm::square(s)) + bm::sum(t * x) + bm::sum(t) }
    powered, powered_grad: |x, c| { let p = bm::exp(c); let s: Array2<f64> = bm::float_power(&p, x); bm::sum(s) + bm::sum(p) }
    product_of_vectors, product_of_vectors_grad: |x, c| { let k = bm::sum(c); let w: Array1<f64> = array![0.8]; let a = k * w; let b: Array1<f64> = array![1.0, -0.5, 2.0]; let o = bm::outer(&a, b); bm::sum(o * x) + bm::sum(bm::square(a)) }
    part_written, part_written_grad: |x, c| { let k = bm::sum(c); let w: Array1<f64> = array![0.8]; let a = k * w; let mut v: Array1<f64> = bm::zeros(3); v[1..] = &a; bm::sum(bm::square(v)) + bm::sum(bm::square(a)) + bm::sum(x) }
    lost, lost_grad: |x, c| { let d = 2.0 * c; let a: f64 = bm::losses::mean_squared_error(&d, x); a + bm::sum(bm::square(d)) }
    huber, huber_grad: |x, c| { let d = 2.0 * c; let a: Array2<f64> = bm::losses::huber_loss(&d, x, 0.7); bm::sum(bm::square(a)) + bm::sum(bm::square(d)) }
    spiking, spiking_grad: |x, c| { let s = bm::surrogate::sigmoid(c * 0.0, 4.0); bm::sum(s * x) * 0.0 + bm::sum(x) + bm::sum(c) }
    written, written_grad: |x, c| { let mut y = c * 1.0; y[(0, 0)] = x[(0, 1)] * 2.0; bm::sum(y * x) + bm::sum(bm::square(y)) }
    added, added_grad: |x, c| { let row = c[0] * 1.0; let mut y = row * 2.0; bm::add_at(&mut y, [0], 3.0 * x[0][..1]); bm::sum(y * x[1]) + bm::sum(bm::square(y)) }
    filled, filled_grad: |x, c| { let mut y = x * 0.5; y[..] = c * 2.0; bm::sum(bm::square(&y)) + bm::sum(y * x) }
    in_loop, in_loop_grad: |x, c| { let mut total = 0.0; for i in 0..3 { let s = c * (i as f64 + 1.0); total += bm::sum(bm::sin(s * x)) + bm::sum(s); } total }
    in_branch, in_branch_grad: |x, c| { let mut y = c * 2.0; if bm::sum(x) > 0.0 { y[..] = bm::sin(&y) * 1.5; } bm::sum(&y * x) + bm::sum(bm::square(&y)) }
    chosen, chosen_grad: |x, c| { let s = 2.0 * c; let y = if bm::sum(x) > 0.0 { bm::exp(s) } else { s * 3.0 }; bm::sum(&y * x) + bm::sum(&y) + bm::sum(s * x) }
    before_loop, before_loop_grad: |x, c| { let s = bm::exp(c); let mut total = bm::sum(&s * x); for _ in 0..2 { total += bm::sum(bm::square(&s)); } total + bm::sum(s * x) }
}

/// A vector of length one beside matrices.
#[brain_jit(grad(v, x))]
fn beside_matrix(v: &Array1<f64>, x: &Array2<f64>) -> f64 {
    let w = 2.0 * v;
    bm::sum(bm::sin(v + x)) + bm::sum(w * x) + bm::sum(bm::square(w))
}

#[test]
fn a_vector_beside_a_matrix() {
    let x = array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]];
    for backend in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(backend, || {
            for v in [array![0.3], array![0.1, -0.5, 0.8]] {
                let (_, g) = beside_matrix_grad(&v, &x);
                close(&g.x, &differences(&x, |x| beside_matrix(&v, x)));
                let row = v.clone().insert_axis(ndarray::Axis(0));
                let by = differences(&row, |row| {
                    beside_matrix(&row.index_axis(ndarray::Axis(0), 0).to_owned(), &x)
                });
                close(&g.v.insert_axis(ndarray::Axis(0)), &by);
            }
        })
    }
}

#[derive(BrainObject)]
struct Scaled {
    #[train_var]
    gain: Array2<f64>,
}

#[brain_jit]
impl Scaled {
    #[grad]
    fn loss(&self, x: &Array2<f64>) -> f64 {
        bm::sum(bm::sin(x * &self.gain)) + bm::sum(bm::square(&self.gain))
    }

    fn train(&mut self, x: &Array2<f64>) -> f64 {
        let (loss, grads) = self.loss_grad(x);
        self.gain -= 0.5 * grads.gain;
        loss
    }

    #[differentiable]
    fn update(&self, x: &Array2<f64>, shift: &Array2<f64>) -> Array2<f64> {
        bm::sin(x * &self.gain) + shift
    }
}

#[derive(BrainObject)]
struct Parent {
    #[child]
    scaled: Scaled,
    #[train_var]
    shift: Array2<f64>,
}

#[brain_jit]
impl Parent {
    #[grad]
    fn loss(&self, x: &Array2<f64>) -> f64 {
        let s = 2.0 * &self.shift;
        let y: Array2<f64> = self.scaled.update(x, &s);
        bm::sum(bm::square(y)) + bm::sum(bm::exp(s))
    }
}

#[test]
fn inside_methods_and_children() {
    let x = array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]];
    for backend in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(backend, || {
            for gain in [
                array![[0.3], [0.5]],
                array![[0.3, -0.2, 1.0]],
                array![[1.0]],
                &x * 0.5,
            ] {
                let mut model = Scaled { gain: gain.clone() };
                let by = model.loss_grad(&x).1.gain;
                let loss = |gain: &Array2<f64>| Scaled { gain: gain.clone() }.loss(&x);
                close(&by, &differences(&gain, loss));
                assert_eq!(model.train(&x), loss(&gain));
                close(&model.gain, &(&gain - 0.5 * &by));

                for shift in [array![[0.2], [0.4]], array![[0.3]], array![[0.1, 0.2, 0.3]]] {
                    let parent = |gain: &Array2<f64>, shift: &Array2<f64>| Parent {
                        scaled: Scaled { gain: gain.clone() },
                        shift: shift.clone(),
                    };
                    let (_, g) = parent(&gain, &shift).loss_grad(&x);
                    let of = |gain: &Array2<f64>| parent(gain, &shift).loss(&x);
                    close(&g.scaled.gain, &differences(&gain, of));
                    let of = |shift: &Array2<f64>| parent(&gain, shift).loss(&x);
                    close(&g.shift, &differences(&shift, of));
                }
            }
        })
    }
}

#[brain_jit(grad(x))]
fn bound_again_in_a_branch(x: &Array2<f64>, sums: bool) -> f64 {
    let mut y = x * 2.0;
    if sums {
        y = bm::sum_axis_keepdims(x, 0);
    } else {
        y = &y * x;
    }
    bm::sum(bm::square(y))
}

#[brain_jit(grad(x))]
fn bound_again_in_a_loop(x: &Array2<f64>, n: usize) -> f64 {
    let mut y = x * 2.0;
    for _ in 0..n {
        y = bm::sum_axis_keepdims(&y, 0);
    }
    bm::sum(bm::square(y))
}

// Another shape in a branch or a loop is an error and no wrong number; without gradients it is allowed.
#[test]
fn names_that_are_bound_again_keep_their_shapes() {
    let x = array![[1.0, 2.0], [3.0, 5.0]];
    let (value, grads) = bound_again_in_a_branch_grad(&x, false);
    assert_eq!(value, bound_again_in_a_branch(&x, false));
    assert_eq!(grads.x, x.mapv(|x| 16.0 * x * x * x));
    assert_eq!(bound_again_in_a_branch(&x, true), 65.0);
    assert_eq!(bound_again_in_a_loop(&x, 1), 260.0);
    let text = "has shape [2, 2] and is bound again with shape [1, 2]";
    let panics = |call: &dyn Fn()| {
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).unwrap_err();
        assert!(panic.downcast_ref::<String>().unwrap().contains(text));
    };
    panics(&|| drop(bound_again_in_a_branch_grad(&x, true)));
    panics(&|| drop(bound_again_in_a_loop_grad(&x, 1)));
}
