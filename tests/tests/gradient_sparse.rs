//! Gradients of products of sparse matrices with vectors and with events.

use brain_jit::connect::{Connectivity, Connector, Csr, FixedProb};
use brain_jit::prelude::*;
use brain_jit::with_backend;
use brain_jit_tests::differences::{assert_close as close, differences};

/// A layer of 3 neurons on 4 inputs, in both directions; the last input has no synapse.
#[derive(BrainObject)]
struct Layer {
    indices: Array1<u32>,
    indptr: Array1<usize>,
    #[train_var]
    w: Array1<f64>,
    #[train_var]
    scale: f64,
}

#[brain_jit]
impl Layer {
    #[grad(w, x)]
    fn forward(&self, x: &Array1<f64>) -> f64 {
        let y: Array1<f64> =
            bm::sparse::csrmv_transpose(&self.w, &self.indices, &self.indptr, x, (4, 3));
        let z: Array1<f64> =
            bm::sparse::csrmv(&self.w, &self.indices, &self.indptr, bm::tanh(&y), (4, 3));
        bm::sum(bm::square(z) * x)
    }

    #[grad(scale, x)]
    fn common(&self, x: &Array1<f64>) -> f64 {
        let y: Array1<f64> =
            bm::sparse::csrmv_transpose(self.scale, &self.indices, &self.indptr, x, (4, 3));
        bm::sum(bm::sin(y))
    }

    /// The weights of given events.
    #[grad(w)]
    fn given(&self, spike: &Array1<bool>) -> f64 {
        let y: Array1<f64> =
            bm::event::csrmv_transpose(&self.w, &self.indices, &self.indptr, spike, (4, 3));
        bm::sum(bm::square(y))
    }

    /// Spikes with a surrogate, and the weights of those that are there.
    #[grad(w, v)]
    fn spiking(&self, v: &Array1<f64>) -> f64 {
        let spike = bm::surrogate::sigmoid(v, 2.0);
        let y: Array1<f64> =
            bm::event::csrmv_transpose(&self.w, &self.indices, &self.indptr, &spike, (4, 3));
        bm::sum(bm::square(y))
    }

    /// The same with products instead of events.
    #[grad(w, v)]
    fn dense(&self, v: &Array1<f64>) -> f64 {
        let spike = bm::surrogate::sigmoid(v, 2.0);
        let y: Array1<f64> =
            bm::sparse::csrmv_transpose(&self.w, &self.indices, &self.indptr, &spike, (4, 3));
        bm::sum(bm::square(y))
    }

    #[grad(w, v)]
    fn incoming(&self, v: &Array1<f64>) -> f64 {
        let spike = bm::surrogate::sigmoid(v, 2.0);
        let y: Array1<f64> = bm::event::csrmv(&self.w, &self.indices, &self.indptr, &spike, (4, 3));
        bm::sum(bm::square(y))
    }
}

fn layer(w: Array1<f64>, scale: f64) -> Layer {
    Layer {
        indices: array![1, 2, 0, 1, 2],
        indptr: array![0, 2, 3, 5, 5],
        w,
        scale,
    }
}

fn weights() -> Array1<f64> {
    array![0.5, -1.0, 2.0, 0.25, 0.75]
}

fn on_all_backends(test: impl Fn()) {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, &test);
    }
}

#[test]
fn products() {
    let x = array![0.3, -0.2, 0.5, 1.0];
    on_all_backends(|| {
        let model = layer(weights(), 0.7);
        let (value, grads) = model.forward_grad(&x);
        assert_eq!(value, model.forward(&x));
        let by_w = differences(&weights(), |w| layer(w.clone(), 0.7).forward(&x));
        close(&grads.w, &by_w, "w");
        close(&grads.x, &differences(&x, |x| model.forward(x)), "x");

        let (_, grads) = model.common_grad(&x);
        let by_scale = differences(&array![0.7], |scale| layer(weights(), scale[0]).common(&x));
        close(&array![grads.scale], &by_scale, "scale");
        close(&grads.x, &differences(&x, |x| model.common(x)), "x");
    });
}

#[test]
fn events() {
    on_all_backends(|| {
        let model = layer(weights(), 0.7);
        let spike = array![true, false, true, true];
        let (value, grads) = model.given_grad(&spike);
        assert_eq!(value, model.given(&spike));
        let by_w = differences(&weights(), |w| layer(w.clone(), 0.7).given(&spike));
        close(&grads.w, &by_w, "w");
        assert_eq!(grads.w[2], 0.0); // that of the neuron without a spike

        // Of spikes, which are 0 or 1, a product and one with events are the same.
        let v = array![0.3, 0.2, -0.1, -0.5];
        let (value, grads) = model.spiking_grad(&v);
        let (expected, dense) = model.dense_grad(&v);
        assert_eq!(value, expected);
        assert_eq!((&grads.w, &grads.v), (&dense.w, &dense.v));
        assert!(grads.v[2] != 0.0 && grads.v[3] == 0.0); // there is a derivative where there is no spike, if there are synapses
    });
}

#[test]
fn events_by_rows() {
    let v = array![0.3, -0.2, 0.1];
    on_all_backends(|| {
        let model = layer(weights(), 0.7);
        let (_, grads) = model.incoming_grad(&v);
        let by_w = differences(&weights(), |w| layer(w.clone(), 0.7).incoming(&v));
        close(&grads.w, &by_w, "w");
        // By hand: the sum over the synapses of a neuron of 2 y w, times the derivative of its spike function.
        let spikes = [1.0, 0.0, 1.0];
        let w = weights();
        let y = [
            w[0] * spikes[1] + w[1] * spikes[2],
            w[2] * spikes[0],
            w[3] * spikes[1] + w[4] * spikes[2],
        ];
        let by_spike = [
            2.0 * y[1] * w[2],
            2.0 * (y[0] * w[0] + y[2] * w[3]),
            2.0 * (y[0] * w[1] + y[2] * w[4]),
        ];
        let expected = Array1::from_shape_fn(3, |i| {
            let e = f64::exp(-2.0 * v[i]);
            by_spike[i] * 2.0 * e / (1.0 + e).powi(2)
        });
        close(&grads.v, &expected, "v");
    });
}

/// A recurrent network of spiking neurons, with its weights as a list and as a matrix.
#[derive(BrainObject)]
struct Recurrent {
    indices: Array1<i32>,
    indptr: Array1<i32>,
    #[train_var]
    w: Array1<f32>,
    #[train_var]
    matrix: Array2<f32>,
}

#[brain_jit]
impl Recurrent {
    #[grad(w, input)]
    fn sparse(&self, input: &Array2<f32>) -> f32 {
        let mut v: Array1<f32> = bm::zeros(4);
        let mut spike: Array1<f32> = bm::zeros(4);
        let mut loss = 0.0;
        for t in 0..input.nrows() {
            let current: Array1<f32> =
                bm::event::csrmv_transpose(&self.w, &self.indices, &self.indptr, &spike, (4, 4));
            v = 0.9 * &v - &spike + current + input[t];
            spike = bm::surrogate::sigmoid(&v - 1.0, 4.0);
            loss += bm::sum(bm::square(&v));
        }
        loss
    }

    #[grad(matrix, input)]
    fn dense(&self, input: &Array2<f32>) -> f32 {
        let mut v: Array1<f32> = bm::zeros(4);
        let mut spike: Array1<f32> = bm::zeros(4);
        let mut loss = 0.0;
        for t in 0..input.nrows() {
            let current = bm::dot(&spike, &self.matrix);
            v = 0.9 * &v - &spike + current + input[t];
            spike = bm::surrogate::sigmoid(&v - 1.0, 4.0);
            loss += bm::sum(bm::square(&v));
        }
        loss
    }
}

#[test]
fn through_time() {
    let (indices, indptr) = (array![1, 2, 2, 3, 0, 1], array![0, 2, 4, 5, 6]);
    let w: Array1<f32> = array![0.5, -0.25, 1.0, 0.75, -0.5, 0.25];
    let matrix = bm::sparse::csr_to_dense(&w, &indices, &indptr, (4, 4));
    let input: Array2<f32> = RandomState::new(3).uniform(0.0, 0.5, (30, 4));
    let model = Recurrent {
        indices,
        indptr,
        w,
        matrix,
    };
    on_all_backends(|| {
        let (value, grads) = model.sparse_grad(&input);
        let (expected, dense) = model.dense_grad(&input);
        assert!(
            (value - expected).abs() < 1e-4 * expected,
            "{value} {expected}"
        );
        let scale = dense
            .matrix
            .iter()
            .fold(0.0f32, |most, g| most.max(g.abs()));
        assert!(scale > 1.0);
        for row in 0..4 {
            for element in model.indptr[row] as usize..model.indptr[row + 1] as usize {
                let expected = dense.matrix[(row, model.indices[element] as usize)];
                assert!((grads.w[element] - expected).abs() < 1e-4 * scale);
            }
        }
        let difference = &grads.input - &dense.input;
        let scale = dense.input.iter().fold(0.0f32, |most, g| most.max(g.abs()));
        assert!(scale > 1.0 && difference.iter().all(|d| d.abs() < 1e-4 * scale));
    });
}

/// Products with random matrices that are not kept, by the vector and by what the weights are drawn with.
macro_rules! random_products {
    ($($value:ident, $grad:ident, $jvp:ident: |$x:ident, $a:ident, $b:ident| $product:expr;)*) => {
        $(#[brain_jit(grad($x, $a, $b), jvp($x, $a, $b))]
        fn $value($x: &Array1<f64>, $a: f64, $b: f64) -> f64 {
            let y: Array1<f64> = $product;
            bm::sum(bm::sin(y) * $b)
        })*

        #[test]
        fn random_matrices() {
            let x = array![0.3, -0.2, 0.5, 1.0, -0.7];
            on_all_backends(|| {$({
                let (value, grads) = $grad(&x, 0.7, 0.4);
                assert_eq!(value, $value(&x, 0.7, 0.4));
                close(&grads.x, &differences(&x, |x| $value(x, 0.7, 0.4)), stringify!($value));
                let by_a = differences(&array![0.7], |a| $value(&x, a[0], 0.4));
                let by_b = differences(&array![0.4], |b| $value(&x, 0.7, b[0]));
                close(&array![grads.a], &by_a, stringify!($value));
                close(&array![grads.b], &by_b, stringify!($value));
                let (_, tangent) = $jvp(&x, 0.7, 0.4, &(2.0 * &x), 3.0, -1.0);
                let expected = 2.0 * x.dot(&grads.x) + 3.0 * grads.a - grads.b;
                close(&array![tangent], &array![expected], stringify!($value));
            })*});
        }
    };
}

random_products! {
    homo, homo_grad, homo_jvp: |x, a, b| bm::jitconn::mv_prob_homo(x, a, 0.5, 1, (4, 5));
    homo_back, homo_back_grad, homo_back_jvp: |x, a, b| bm::jitconn::mv_prob_homo_transpose(x, a, 0.5, 1, (5, 4));
    uniform, uniform_grad, uniform_jvp: |x, a, b| bm::jitconn::mv_prob_uniform(x, a, b, 0.5, 1, (4, 5));
    uniform_back, uniform_back_grad, uniform_back_jvp:
        |x, a, b| bm::jitconn::mv_prob_uniform_transpose(x, a, b, 0.5, 1, (5, 4));
    normal, normal_grad, normal_jvp: |x, a, b| bm::jitconn::mv_prob_normal(bm::tanh(x), a, b, 0.5, 1, (4, 5));
    normal_back, normal_back_grad, normal_back_jvp:
        |x, a, b| bm::jitconn::mv_prob_normal_transpose(x, a, b, 0.5, 1, (5, 4));
}

/// The same and dense matrices with spikes: the derivative by potentials is that of a product, which for spikes has the same value.
macro_rules! event_products {
    ($($events:ident $events_grad:ident $numbers:ident $numbers_grad:ident:
        |$x:ident, $m:ident, $a:ident| $event:expr, $number:expr;)*) => {
        $(#[brain_jit(grad(v, $m, $a))]
        fn $events(v: &Array1<f64>, $m: &Array2<f64>, $a: f64) -> f64 {
            let $x = bm::surrogate::sigmoid(v, 2.0);
            let y: Array1<f64> = $event;
            bm::sum(bm::sin(y)) + $a * bm::sum(bm::square($m))
        }

        #[brain_jit(grad(v, $m, $a))]
        fn $numbers(v: &Array1<f64>, $m: &Array2<f64>, $a: f64) -> f64 {
            let $x = bm::surrogate::sigmoid(v, 2.0);
            let y: Array1<f64> = $number;
            bm::sum(bm::sin(y)) + $a * bm::sum(bm::square($m))
        })*

        #[test]
        fn spikes_and_matrices() {
            let v = array![0.3, -0.2, 0.5, 1.0, -0.7];
            let m = Array2::from_shape_fn((5, 5), |(i, j)| ((i * 7 + j * 3) as f64 * 0.37).sin());
            on_all_backends(|| {$({
                let (value, grads) = $events_grad(&v, &m, 0.7);
                let (expected, by_numbers) = $numbers_grad(&v, &m, 0.7);
                assert!((value - expected).abs() < 1e-12);
                close(&grads.v, &by_numbers.v, stringify!($events));
                assert!(grads.v.iter().any(|g| g.abs() > 1e-2));
                close(&array![grads.a], &array![by_numbers.a], stringify!($events));
                let by_a = differences(&array![0.7], |a| $events(&v, &m, a[0]));
                close(&array![grads.a], &by_a, stringify!($events));
                let of = |m: &Array2<f64>| Array1::from_iter(m.iter().copied());
                let by_m = differences(&of(&m), |x| {
                    $events(&v, &x.clone().into_shape_with_order((5, 5)).unwrap(), 0.7)
                });
                close(&of(&grads.m), &by_m, stringify!($events));
            })*});
        }
    };
}

event_products! {
    rows rows_grad rows_numbers rows_numbers_grad:
        |s, m, a| bm::event::matvec(m, &s), bm::dot(m, &s);
    columns columns_grad columns_numbers columns_numbers_grad:
        |s, m, a| bm::event::matvec_transpose(m, &s), bm::dot(&s, m);
    e_homo e_homo_grad n_homo n_homo_grad: |s, m, a| bm::jitconn::event_mv_prob_homo(&s, a, 0.5, 1, (4, 5)),
        bm::jitconn::mv_prob_homo(&s, a, 0.5, 1, (4, 5));
    e_homo_back e_homo_back_grad n_homo_back n_homo_back_grad:
        |s, m, a| bm::jitconn::event_mv_prob_homo_transpose(&s, a, 0.5, 1, (5, 4)),
        bm::jitconn::mv_prob_homo_transpose(&s, a, 0.5, 1, (5, 4));
    e_uniform e_uniform_grad n_uniform n_uniform_grad:
        |s, m, a| bm::jitconn::event_mv_prob_uniform(&s, a, 2.0, 0.5, 1, (4, 5)),
        bm::jitconn::mv_prob_uniform(&s, a, 2.0, 0.5, 1, (4, 5));
    e_uniform_back e_uniform_back_grad n_uniform_back n_uniform_back_grad:
        |s, m, a| bm::jitconn::event_mv_prob_uniform_transpose(&s, a, 2.0, 0.5, 1, (5, 4)),
        bm::jitconn::mv_prob_uniform_transpose(&s, a, 2.0, 0.5, 1, (5, 4));
    e_normal e_normal_grad n_normal n_normal_grad:
        |s, m, a| bm::jitconn::event_mv_prob_normal(&s, 0.1, a, 0.5, 1, (4, 5)),
        bm::jitconn::mv_prob_normal(&s, 0.1, a, 0.5, 1, (4, 5));
    e_normal_back e_normal_back_grad n_normal_back n_normal_back_grad:
        |s, m, a| bm::jitconn::event_mv_prob_normal_transpose(&s, 0.1, a, 0.5, 1, (5, 4)),
        bm::jitconn::mv_prob_normal_transpose(&s, 0.1, a, 0.5, 1, (5, 4));
}

#[brain_jit(grad(x, m), hessian(x, m))]
fn curved(x: &Array1<f64>, m: &Array1<f64>) -> f64 {
    let y: Array1<f64> = bm::jitconn::mv_prob_normal(bm::sin(x), 1.0, 0.5, 0.6, 1, (4, 5));
    let spikes = array![true, false, true, true];
    let weights = bm::outer(m, m);
    let z: Array1<f64> = bm::event::matvec(&weights, &spikes);
    bm::sum(bm::square(y) * z)
}

#[test]
fn second_derivatives() {
    let x = array![0.3, -0.2, 0.5, 1.0, -0.7];
    let m = array![0.4, -0.6, 1.0, 0.2];
    let (_, hessian) = curved_hessian(&x, &m);
    for i in 0..5 {
        let by_x = differences(&x, |x| curved_grad(x, &m).1.x[i]);
        close(&hessian.x.x.row(i).to_owned(), &by_x, "by x");
    }
    for i in 0..4 {
        let by_m = differences(&m, |m| curved_grad(&x, m).1.m[i]);
        close(&hessian.m.m.row(i).to_owned(), &by_m, "by m");
    }
}

/// A batch, a column each: a product with a matrix is as many with vectors.
#[derive(BrainObject)]
struct Batch {
    synapses: Csr,
    #[train_var]
    w: Array1<f64>,
    #[train_var]
    scale: f64,
}

#[brain_jit]
impl Batch {
    #[grad(w, scale, x)]
    fn whole(&self, x: &Array2<f64>) -> f64 {
        let (indices, indptr) = (self.synapses.indices(), self.synapses.indptr());
        let y: Array2<f64> = bm::sparse::csrmm_transpose(&self.w, indices, indptr, x, (5, 4));
        let z: Array2<f64> = bm::sparse::csrmm(&self.w, indices, indptr, bm::tanh(&y), (5, 4));
        let spikes = bm::surrogate::sigmoid(&z, 2.0);
        let u: Array2<f64> = bm::event::csrmm_transpose(&self.w, indices, indptr, &spikes, (5, 4));
        let again = bm::surrogate::sigmoid(&u, 2.0);
        let v: Array2<f64> = bm::event::csrmm(self.scale, indices, indptr, &again, (5, 4));
        bm::sum(bm::sin(z)) + bm::sum(bm::square(u)) + bm::sum(bm::square(v))
    }

    #[grad(w, scale, x)]
    fn column(&self, x: &Array1<f64>) -> f64 {
        let (indices, indptr) = (self.synapses.indices(), self.synapses.indptr());
        let y: Array1<f64> = bm::sparse::csrmv_transpose(&self.w, indices, indptr, x, (5, 4));
        let z: Array1<f64> = bm::sparse::csrmv(&self.w, indices, indptr, bm::tanh(&y), (5, 4));
        let spikes = bm::surrogate::sigmoid(&z, 2.0);
        let u: Array1<f64> = bm::event::csrmv_transpose(&self.w, indices, indptr, &spikes, (5, 4));
        let again = bm::surrogate::sigmoid(&u, 2.0);
        let v: Array1<f64> = bm::event::csrmv(self.scale, indices, indptr, &again, (5, 4));
        bm::sum(bm::sin(z)) + bm::sum(bm::square(u)) + bm::sum(bm::square(v))
    }
}

#[test]
fn batches() {
    let synapses = FixedProb::new(0.6, 2).csr(5, 4);
    let model = Batch {
        w: RandomState::new(1).normal(0.0, 1.0, synapses.synapses()),
        synapses,
        scale: 0.7,
    };
    let x: Array2<f64> = RandomState::new(2).normal(0.0, 1.0, (5, 3));
    on_all_backends(|| {
        let (value, grads) = model.whole_grad(&x);
        assert_eq!(value, model.whole(&x));
        let (mut sum, mut by_w, mut by_scale) = (0.0, &model.w * 0.0, 0.0);
        for k in 0..3 {
            let (value, of_column) = model.column_grad(&x.column(k).to_owned());
            (sum, by_scale) = (sum + value, by_scale + of_column.scale);
            by_w += &of_column.w;
            close(&grads.x.column(k).to_owned(), &of_column.x, "x");
        }
        close(
            &array![value, grads.scale],
            &array![sum, by_scale],
            "value, scale",
        );
        close(&grads.w, &by_w, "w");
    });
}

/// Weights are in the model's own connections, events are given or spikes.
#[derive(BrainObject)]
struct Projection {
    synapses: Csr,
    matrix_of_weights: Array2<f64>,
    #[train_var]
    w: Array1<f64>,
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Projection {
    #[grad(w)]
    fn loss(&mut self, spike: &Array1<bool>, target: &Array1<f64>) -> f64 {
        let shape = (self.synapses.pre(), self.synapses.post());
        let (indices, indptr) = (self.synapses.indices(), self.synapses.indptr());
        let i: Array1<f64> = bm::event::csrmv_transpose(&self.w, indices, indptr, spike, shape);
        let dense: Array1<f64> = bm::event::matvec(&self.matrix_of_weights, spike);
        self.v[..] = 0.9 * &self.v + i + dense;
        bm::sum(bm::square(&self.v - target))
    }
}

#[test]
fn connections_of_a_model() {
    let synapses = FixedProb::new(0.5, 2).csr(6, 4);
    let w: Array1<f64> = RandomState::new(1).normal(0.0, 1.0, synapses.synapses());
    let model = |w: &Array1<f64>| Projection {
        synapses: synapses.clone(),
        matrix_of_weights: Array2::ones((4, 6)),
        w: w.clone(),
        v: Array1::ones(4),
    };
    let (spike, target) = (
        array![true, false, true, true, false, true],
        array![1.0, 2.0, 3.0, 4.0],
    );
    on_all_backends(|| {
        let (_, grads) = model(&w).loss_grad(&spike, &target);
        let expected = differences(&w, |w| model(w).loss(&spike, &target));
        close(&grads.w, &expected, "w");
    });
}
