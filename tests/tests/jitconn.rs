//! Products with random matrices that are not kept, against the same matrices with all their zeros.

use brain_jit::bm::jitconn::*;
use brain_jit::connect::{Connectivity, Connector, FixedProb, PerNeuron, Rows};
use brain_jit::prelude::*;
use brain_jit::{set_num_threads, with_backend};

const SHAPE: (usize, usize) = (300, 200);
const PROB: f64 = 0.1;
const SEED: u64 = 7;

fn close(a: &Array1<f64>, b: &Array1<f64>) {
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12));
}

#[test]
fn products_are_those_of_the_dense_matrix() {
    let mut rng = RandomState::new(1);
    let (x, y): (Array1<f64>, Array1<f64>) = (rng.normal(0.0, 1.0, 200), rng.normal(0.0, 1.0, 300));
    let (pre, post) = (rng.bernoulli(0.2, 300), rng.bernoulli(0.2, 200));
    let number = |events: &Array1<bool>| events.mapv(|event| f64::from(u8::from(event)));
    macro_rules! compare {
        ($($matrix:ident($($p:literal),*): $mv:ident $mv_t:ident $event:ident $event_t:ident;)*) => {$({
            let dense: Array2<f64> = $matrix($($p,)* PROB, SEED, SHAPE);
            close(&$mv(&x, $($p,)* PROB, SEED, SHAPE), &dense.dot(&x));
            close(&$mv_t(&y, $($p,)* PROB, SEED, SHAPE), &dense.t().dot(&y));
            close(&$event(&post, $($p,)* PROB, SEED, SHAPE), &dense.dot(&number(&post)));
            close(&$event_t(&pre, $($p,)* PROB, SEED, SHAPE), &dense.t().dot(&number(&pre)));
            // What is not 0 is an event.
            close(&$event_t(&(2.5 * number(&pre)), $($p,)* PROB, SEED, SHAPE), &dense.t().dot(&number(&pre)));
        })*};
    }
    compare! {
        get_homo_weight_matrix(0.5): mv_prob_homo mv_prob_homo_transpose event_mv_prob_homo event_mv_prob_homo_transpose;
        get_uniform_weight_matrix(-1.0, 2.0): mv_prob_uniform mv_prob_uniform_transpose event_mv_prob_uniform
            event_mv_prob_uniform_transpose;
        get_normal_weight_matrix(1.0, 0.25): mv_prob_normal mv_prob_normal_transpose event_mv_prob_normal
            event_mv_prob_normal_transpose;
    }
}

#[test]
fn elements_are_the_synapses_of_fixed_prob() {
    let rule = FixedProb::new(PROB, SEED);
    let kept = rule.csr(SHAPE.0, SHAPE.1);
    let homo = get_homo_weight_matrix(1.0, PROB, SEED, SHAPE);
    let normal = get_normal_weight_matrix(1.0, 0.1, PROB, SEED, SHAPE);
    for pre in 0..SHAPE.0 {
        let found = |dense: &Array2<f64>| -> Vec<u32> {
            let row = (0..).zip(dense.row(pre)).filter(|(_, w)| **w != 0.0);
            row.map(|(target, _)| target).collect()
        };
        assert_eq!(found(&homo), kept.targets(pre));
        assert_eq!(found(&normal), kept.targets(pre));
    }
    // So spikes that are delivered bring the same.
    let mut g = Array1::zeros(SHAPE.1);
    rule.just_in_time(SHAPE.0, SHAPE.1)
        .deliver(&[3, 299], 0.5, &mut g);
    let spikes = Array1::from_shape_fn(SHAPE.0, |neuron| neuron == 3 || neuron == 299);
    assert_eq!(
        g,
        event_mv_prob_homo_transpose(&spikes, 0.5, PROB, SEED, SHAPE)
    );
}

#[test]
fn weights_have_their_distributions() {
    let shape = (400, 500);
    let of = |dense: Array2<f64>| -> Array1<f64> {
        dense.into_iter().filter(|weight| *weight != 0.0).collect()
    };
    let uniform = of(get_uniform_weight_matrix(1.0, 3.0, 0.5, 2, shape));
    assert!((uniform.len() as f64 - 100_000.0).abs() < 5.0 * 50_000f64.sqrt());
    assert!(uniform.iter().all(|w| (1.0..=3.0).contains(w)));
    assert!((bm::mean(&uniform) - 2.0).abs() < 0.01);
    assert!((bm::var(&uniform) - 4.0 / 12.0).abs() < 0.01);
    let normal = of(get_normal_weight_matrix(-1.0, 0.5, 0.5, 2, shape));
    assert!((bm::mean(&normal) + 1.0).abs() < 0.01);
    assert!((bm::std(&normal) - 0.5).abs() < 0.01);
}

#[test]
fn threads_do_not_matter() {
    let shape = (3000, 4000);
    let x: Array1<f32> = RandomState::new(3).normal(0.0, 1.0, 4000);
    let product = || mv_prob_normal(&x, 0.0, 1.0, 0.05, 1, shape);
    let serial = with_backend(Backend::Serial, product);
    for threads in [1, 2, 3, 7] {
        set_num_threads(threads);
        assert_eq!(with_backend(Backend::Parallel, product), serial);
    }
    // The transposed matrix, made in several batches.
    let (shape, prob) = ((4000, 3000), 0.05);
    let events = x.mapv(|x| x > 0.5);
    let products = || {
        (
            mv_prob_normal_transpose(&x, 0.0, 1.0, prob, 1, shape),
            event_mv_prob_uniform_transpose(&events, -1.0f32, 1.0, prob, 1, shape),
        )
    };
    let serial = with_backend(Backend::Serial, products);
    assert!(bm::std(&serial.0) > 1.0 && bm::std(&serial.1) > 1.0);
    for threads in [1, 2, 3, 7] {
        set_num_threads(threads);
        assert_eq!(with_backend(Backend::Parallel, products), serial);
    }
    // Columns without rows, rows without columns.
    let none = Array1::<f32>::zeros(0);
    assert_eq!(
        mv_prob_homo_transpose(&none, 1.0, 0.5, 1, (0, 2)),
        array![0.0, 0.0]
    );
    assert_eq!(
        mv_prob_homo_transpose(array![1.0f32, 2.0], 1.0, 0.5, 1, (2, 0)),
        none
    );
}

#[derive(BrainObject)]
struct Layer {
    seed: u64,
    shape: (usize, usize),
    #[variable]
    spike: Array1<bool>,
    #[variable]
    g: Array1<f64>,
}

#[brain_jit]
impl Layer {
    fn update(&mut self, v: &Array1<f64>) {
        self.spike[..] = v > 0.0;
        let i: Array1<f64> =
            bm::jitconn::event_mv_prob_homo_transpose(&self.spike, 0.5, 0.1, self.seed, self.shape);
        self.g[..] = 0.9 * &self.g + i;
    }
}

#[test]
fn in_compiled_methods_on_all_backends() {
    let v: Array1<f64> = RandomState::new(4).normal(0.0, 1.0, 300);
    let run = |backend| {
        let mut layer = Layer {
            seed: SEED,
            shape: SHAPE,
            spike: Array1::from_elem(300, false),
            g: Array1::ones(200),
        };
        with_backend(backend, || layer.update(&v));
        layer.g
    };
    let plain = run(Backend::Plain);
    assert!(plain.iter().any(|g| *g > 0.9));
    assert_eq!(run(Backend::Serial), plain);
    assert_eq!(run(Backend::Parallel), plain);
}

/// A dense vector is delivered as a weight a presynaptic neuron.
#[test]
fn numbers_of_neurons_are_weights() {
    let made = FixedProb::new(PROB, SEED).just_in_time(SHAPE.0, SHAPE.1);
    let x: Array1<f64> = RandomState::new(5).normal(0.0, 1.0, 300);
    let all: Vec<u32> = (0..300).collect();
    let mut g = Array1::zeros(200);
    made.deliver(&all, PerNeuron(&x), &mut g);
    close(&g, &mv_prob_homo_transpose(&x, 1.0, PROB, SEED, SHAPE));
}

#[test]
#[should_panic(
    expected = "bm::jitconn::mv_prob_homo: conn_prob is 1.5, but must be between 0 and 1"
)]
fn a_probability_above_one() {
    mv_prob_homo(array![1.0], 1.0, 1.5, 0, (1, 1));
}

#[test]
#[should_panic(
    expected = "bm::jitconn::event_mv_prob_normal_transpose: a matrix of shape (3, 2) with a factor of shape [2], not of length 3"
)]
fn a_vector_of_another_length() {
    event_mv_prob_normal_transpose(array![true, false], 1.0, 1.0, 0.5, 0, (3, 2));
}
