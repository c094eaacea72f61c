//! Gradients of products of sparse matrices with vectors and with events.

use brain_jit::prelude::*;
use brain_jit::with_backend;

fn differences(x: &Array1<f64>, f: impl Fn(&Array1<f64>) -> f64) -> Array1<f64> {
    let h = 1e-5;
    let moved = |i: usize, h: f64| {
        let mut x = x.clone();
        x[i] += h;
        f(&x)
    };
    (0..x.len())
        .map(|i| (moved(i, h) - moved(i, -h)) / (2.0 * h))
        .collect()
}

fn close(a: &Array1<f64>, b: &Array1<f64>, what: &str) {
    assert_eq!(a.len(), b.len());
    for (x, y) in a.iter().zip(b) {
        assert!(
            (x - y).abs() <= 1e-6 * y.abs().max(1.0),
            "{what}: {a} is not {b}"
        );
    }
}

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
