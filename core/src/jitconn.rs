//! Products with random matrices that are not kept: just-in-time connectivity, with the names of BrainPy's `brainpy.math.jitconn`.
//!
//! Each element of a matrix of some shape is there with probability `conn_prob`; its rows are made again from the seed whenever they are
//! needed, so that a product takes no memory for them. Which elements there are depends on `conn_prob`, `seed` and the row alone: they are
//! the synapses of [`FixedProb`] with a row a presynaptic neuron, and the same for all functions here. Weights are one for all (`homo`),
//! uniform on `[w_low, w_high)` or normal with mean `w_mu` and deviation `w_sigma`.
//!
//! `mv_…` multiplies by a vector with an element a column, `mv_…_transpose` the transposed matrix by one with an element a row. With
//! `event_` the vector is one of events, as in [`crate::event`]; rows of the transposed matrix without an event are not made. Sums are
//! taken in the order of the elements, so results do not depend on threads.
//!
//! ```
//! use brain_jit::{bm, prelude::*};
//! let (shape, seed) = ((1000, 500), 1);
//! let spikes = Array1::from_shape_fn(1000, |neuron| neuron % 100 == 0);
//! // Ten of a thousand neurons spike; each projects to a tenth of 500.
//! let current = bm::jitconn::event_mv_prob_homo_transpose(&spikes, 0.5, 0.1, seed, shape);
//! let weights = bm::jitconn::get_homo_weight_matrix(0.5, 0.1, seed, shape);
//! assert_eq!(current, bm::event::matvec_transpose(&weights, &spikes));
//! ```

use ndarray::{Array1, Array2};

use crate::array::number::Number;
use crate::array::operand::{Operand, dynamic};
use crate::backend;
use crate::connect::{FixedProb, Rows};
use crate::kernel::parallel::{Sharing, for_parts, sharing};
use crate::random::{RandomFloat, RandomState, distributions};
use crate::sparse::{Events, Product, Rule};

/// How many rows a thread takes at a time.
const ROWS: usize = 64;

/// What drawing an element costs, in scalar operations.
const COST: usize = 50;

/// How many elements, roughly, are made before they are added.
const TOGETHER: usize = 1 << 18;

/// How weights are drawn.
#[derive(Clone, Copy)]
enum Weight<T> {
    Homo(T),
    Uniform(T, T),
    Normal(T, T),
}

/// A random matrix.
struct Matrix<T> {
    function: &'static str,
    rule: FixedProb,
    weight: Weight<T>,
    /// Of the weights, which do not change what elements there are.
    rng: RandomState,
    conn_prob: f64,
    shape: (usize, usize),
}

/// The elements of a row that are there.
struct Row<T> {
    columns: Vec<u32>,
    weights: Vec<T>,
}

impl<T: Number + RandomFloat> Matrix<T> {
    fn new(
        function: &'static str,
        weight: Weight<T>,
        conn_prob: f64,
        seed: u64,
        shape: (usize, usize),
    ) -> Self {
        assert!(
            (0.0..=1.0).contains(&conn_prob),
            "bm::jitconn::{function}: conn_prob is {conn_prob}, but must be between 0 and 1"
        );
        assert!(
            u32::try_from(shape.0.max(shape.1)).is_ok(),
            "bm::jitconn::{function}: a matrix of shape {shape:?} is too large"
        );
        Matrix {
            function,
            rule: FixedProb::new(conn_prob, seed),
            weight,
            // Beyond the numbers of rows.
            rng: RandomState::new(seed).fork(u64::MAX),
            conn_prob,
            shape,
        }
    }

    fn empty_row() -> Row<T> {
        Row {
            columns: Vec::new(),
            weights: Vec::new(),
        }
    }

    /// Makes a row in the place of another.
    fn make(&self, row: usize, made: &mut Row<T>) {
        made.columns.clear();
        self.rule.row(row, self.shape.1, &mut made.columns);
        let n = made.columns.len();
        let mut rng = self.rng.fork(row as u64);
        made.weights.clear();
        match self.weight {
            Weight::Homo(weight) => made.weights.resize(n, weight),
            Weight::Uniform(low, high) => {
                made.weights.resize(n, low);
                let draw = rng.draw(distributions::random::<T>(), n);
                draw.fill_parallel(&mut made.weights);
                let width = high - low;
                made.weights.iter_mut().for_each(|w| *w = low + width * *w);
            }
            Weight::Normal(mu, sigma) => {
                made.weights.resize(n, mu);
                let draw = rng.draw(distributions::standard_normal::<T>(), n);
                draw.fill_parallel(&mut made.weights);
                made.weights.iter_mut().for_each(|w| *w = mu + sigma * *w);
            }
        }
    }

    /// The elements of a vector with one a row or one a column.
    fn factor<X: Number>(&self, x: &impl Operand<X>, length: usize) -> Vec<X> {
        let x = dynamic(x);
        assert!(
            x.ndim() == 1 && x.len() == length,
            "bm::jitconn::{}: a matrix of shape {:?} with a factor of shape {:?}, not of length {length}",
            self.function,
            self.shape,
            x.shape()
        );
        x.iter().copied().collect()
    }

    fn times<X: Number, R: Rule<T, X>>(&self, x: &impl Operand<X>) -> Array1<T> {
        let x = self.factor(x, self.shape.1);
        let mut out = vec![T::ZERO; self.shape.0];
        let elements = (self.shape.0 as f64 * self.shape.1 as f64 * self.conn_prob) as usize;
        for_parts(&mut out, ROWS, sharing(elements, COST), &|part, sums| {
            let mut row = Self::empty_row();
            for (k, sum) in sums.iter_mut().enumerate() {
                self.make(part * ROWS + k, &mut row);
                for (&column, &weight) in row.columns.iter().zip(&row.weights) {
                    let x = x[column as usize];
                    if R::counts(x) {
                        *sum = sum.plus(R::product(weight, x));
                    }
                }
            }
        });
        out.into()
    }

    /// Rows are made in parallel, some at a time, and then added by blocks of columns, so that no two threads write one sum.
    fn transposed_times<X: Number, R: Rule<T, X>>(&self, x: &impl Operand<X>) -> Array1<T> {
        let x = self.factor(x, self.shape.0);
        let counting = x.iter().enumerate().filter(|(_, x)| R::counts(**x));
        let numbers: Vec<usize> = counting.map(|(number, _)| number).collect();
        let mut out = vec![T::ZERO; self.shape.1];
        let elements = (self.shape.1 as f64 * self.conn_prob) as usize + 1;
        let together = (TOGETHER / elements).clamp(1, numbers.len().max(1));
        let mut made: Vec<Row<T>> = (0..together).map(|_| Self::empty_row()).collect();
        for numbers in numbers.chunks(together) {
            let shared = sharing(numbers.len().saturating_mul(elements), COST);
            for_parts(&mut made[..numbers.len()], 1, shared, &|k, made| {
                self.make(numbers[k], &mut made[0]);
            });
            let block = match shared {
                Sharing::Alone => out.len(),
                _ => out.len().div_ceil(backend::num_threads()),
            };
            for_parts(&mut out, block.max(1), shared, &|part, sums| {
                let first = part * block;
                for (&number, row) in numbers.iter().zip(&made) {
                    let skipped = row.columns.partition_point(|&c| (c as usize) < first);
                    let columns = row.columns[skipped..].iter();
                    for (&column, &weight) in columns.zip(&row.weights[skipped..]) {
                        let Some(sum) = sums.get_mut(column as usize - first) else {
                            break;
                        };
                        *sum = sum.plus(R::product(weight, x[number]));
                    }
                }
            });
        }
        out.into()
    }

    fn dense(&self) -> Array2<T> {
        let mut dense = Array2::from_elem(self.shape, T::ZERO);
        let mut row = Self::empty_row();
        for (number, mut out) in dense.rows_mut().into_iter().enumerate() {
            self.make(number, &mut row);
            for (&column, &weight) in row.columns.iter().zip(&row.weights) {
                out[column as usize] = weight;
            }
        }
        dense
    }
}

macro_rules! products {
    ($(
        $weights:literal $weight:ident($($parameter:ident),*):
        $vector:ident $vector_transpose:ident $event:ident $event_transpose:ident $matrix:ident;
    )*) => {$(
        #[doc = concat!("The product of a random matrix of this shape with a vector; ", $weights, ".")]
        ///
        /// # Panics
        /// Unless `conn_prob` is between 0 and 1, and the vector has one element a column.
        pub fn $vector<T: Number + RandomFloat>(
            vector: impl Operand<T>,
            $($parameter: T,)*
            conn_prob: f64,
            seed: u64,
            shape: (usize, usize),
        ) -> Array1<T> {
            Matrix::new(stringify!($vector), Weight::$weight($($parameter),*), conn_prob, seed, shape)
                .times::<T, Product>(&vector)
        }

        #[doc = concat!("The product of the transposed of a random matrix of this shape with a vector; ", $weights, ".")]
        ///
        /// # Panics
        /// Unless `conn_prob` is between 0 and 1, and the vector has one element a row.
        pub fn $vector_transpose<T: Number + RandomFloat>(
            vector: impl Operand<T>,
            $($parameter: T,)*
            conn_prob: f64,
            seed: u64,
            shape: (usize, usize),
        ) -> Array1<T> {
            Matrix::new(stringify!($vector_transpose), Weight::$weight($($parameter),*), conn_prob, seed, shape)
                .transposed_times::<T, Product>(&vector)
        }

        #[doc = concat!("For each row of a random matrix, the sum of the weights of its columns with an event; ", $weights, ".")]
        ///
        /// # Panics
        /// Unless `conn_prob` is between 0 and 1, and there is one event a column.
        pub fn $event<T: Number + RandomFloat, E: Number>(
            events: impl Operand<E>,
            $($parameter: T,)*
            conn_prob: f64,
            seed: u64,
            shape: (usize, usize),
        ) -> Array1<T> {
            Matrix::new(stringify!($event), Weight::$weight($($parameter),*), conn_prob, seed, shape)
                .times::<E, Events>(&events)
        }

        #[doc = concat!("For each column of a random matrix, the sum of the weights of its rows with an event; ", $weights, ".")]
        ///
        /// # Panics
        /// Unless `conn_prob` is between 0 and 1, and there is one event a row.
        pub fn $event_transpose<T: Number + RandomFloat, E: Number>(
            events: impl Operand<E>,
            $($parameter: T,)*
            conn_prob: f64,
            seed: u64,
            shape: (usize, usize),
        ) -> Array1<T> {
            Matrix::new(stringify!($event_transpose), Weight::$weight($($parameter),*), conn_prob, seed, shape)
                .transposed_times::<E, Events>(&events)
        }

        #[doc = concat!("The random matrix with all its zeros, for tests and small ones; ", $weights, ".")]
        ///
        /// # Panics
        /// Unless `conn_prob` is between 0 and 1.
        pub fn $matrix<T: Number + RandomFloat>(
            $($parameter: T,)*
            conn_prob: f64,
            seed: u64,
            shape: (usize, usize),
        ) -> Array2<T> {
            Matrix::new(stringify!($matrix), Weight::$weight($($parameter),*), conn_prob, seed, shape).dense()
        }
    )*};
}

products! {
    "all weights are one" Homo(weight):
    mv_prob_homo mv_prob_homo_transpose event_mv_prob_homo event_mv_prob_homo_transpose get_homo_weight_matrix;
    "weights are uniform on `[w_low, w_high)`" Uniform(w_low, w_high):
    mv_prob_uniform mv_prob_uniform_transpose event_mv_prob_uniform event_mv_prob_uniform_transpose
    get_uniform_weight_matrix;
    "weights are normal with mean `w_mu` and deviation `w_sigma`" Normal(w_mu, w_sigma):
    mv_prob_normal mv_prob_normal_transpose event_mv_prob_normal event_mv_prob_normal_transpose
    get_normal_weight_matrix;
}
