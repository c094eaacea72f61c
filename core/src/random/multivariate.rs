//! Draws of vectors and matrices: the shape counts them, and their own axes come last.

use ndarray::{Array, Array2, ArrayRef1, ArrayRef2, Dimension};
use rand_distr::Distribution as _;

use super::default::with_default;
use super::distribution::RandomFloat;
use super::shape::Shape;
use super::state::RandomState;

/// An array of vectors: a draw's shape and one axis more.
type Vectors<T, S> = Array<T, <<S as Shape>::Dim as Dimension>::Larger>;

fn vectors<T, S: Shape>(shape: &S, length: usize, elements: Vec<T>) -> Vectors<T, S> {
    let outer = shape.dim();
    let mut dim = <<S as Shape>::Dim as Dimension>::Larger::zeros(outer.ndim() + 1);
    dim.slice_mut()[..outer.ndim()].copy_from_slice(outer.slice());
    dim[outer.ndim()] = length;
    Array::from_shape_vec(dim, elements).expect("a draw fills its shape")
}

impl RandomState {
    /// Normal vectors with this mean and covariance; the covariance's lower triangle is used. Panics if the shapes do not
    /// agree or the covariance is not positive semidefinite.
    ///
    /// ```
    /// use ndarray::array;
    /// let mut rng = brain_jit::random::RandomState::new(1);
    /// let x = rng.multivariate_normal(&array![0.0, 1.0], &array![[1.0, 0.5], [0.5, 2.0]], 10);
    /// assert_eq!(x.dim(), (10, 2));
    /// ```
    pub fn multivariate_normal<T: RandomFloat, S: Shape>(
        &mut self,
        mean: &ArrayRef1<T>,
        cov: &ArrayRef2<T>,
        shape: S,
    ) -> Vectors<T, S> {
        let (n, count) = (mean.len(), shape.len());
        assert!(
            cov.dim() == (n, n),
            "random::multivariate_normal: mean has length {n}, but cov has shape {:?}",
            cov.shape()
        );
        let factor = semidefinite_factor(cov);
        let z = self.normal(0.0f64, 1.0, (count, n));
        let elements = z
            .outer_iter()
            .flat_map(|z| {
                let row =
                    |i: usize| mean[i].wide() + (0..=i).map(|j| factor[(i, j)] * z[j]).sum::<f64>();
                (0..n).map(|i| T::of(row(i))).collect::<Vec<T>>()
            })
            .collect();
        vectors(&shape, n, elements)
    }

    /// Dirichlet with exponents `alpha`: vectors of positive numbers with sum 1. Panics unless all exponents are positive.
    pub fn dirichlet<T: RandomFloat, S: Shape>(
        &mut self,
        alpha: &ArrayRef1<T>,
        shape: S,
    ) -> Vectors<T, S> {
        for a in alpha {
            super::check::require_positive("dirichlet", "alpha", *a);
        }
        let logs: Vec<_> = alpha
            .iter()
            .map(|&a| super::distributions::loggamma(a.wide()))
            .collect();
        let at = self.reserve((shape.len() * alpha.len()) as u64);
        let mut elements = Vec::with_capacity(shape.len() * alpha.len());
        for vector in 0..shape.len() {
            let sample = |(j, log): (usize, _)| sample_at(&at, vector * alpha.len() + j, log);
            let logs: Vec<f64> = logs.iter().enumerate().map(sample).collect();
            let greatest = logs.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
            let sum: f64 = logs.iter().map(|x| (x - greatest).exp()).sum();
            elements.extend(logs.iter().map(|x| T::of((x - greatest).exp() / sum)));
        }
        vectors(&shape, alpha.len(), elements)
    }

    /// Multinomial: how often each of the outcomes with probabilities `pvals` comes in `n` trials. The last probability is
    /// what the others leave. Panics if one is outside `[0, 1]` or the others' sum exceeds 1.
    pub fn multinomial<T: RandomFloat, S: Shape>(
        &mut self,
        n: u64,
        pvals: &ArrayRef1<T>,
        shape: S,
    ) -> Vectors<i64, S> {
        let p: Vec<f64> = pvals.iter().map(|p| p.wide()).collect();
        assert!(!p.is_empty(), "random::multinomial: pvals is empty");
        for p in &p {
            super::check::require(
                (0.0..=1.0).contains(p),
                "multinomial",
                "pvals",
                p,
                "between 0 and 1",
            );
        }
        let sum: f64 = p[..p.len() - 1].iter().sum();
        super::check::require(
            sum <= 1.0 + 1e-6,
            "multinomial",
            "sum of pvals",
            sum,
            "at most 1",
        );
        let at = self.reserve(shape.len() as u64);
        let mut elements = Vec::with_capacity(shape.len() * p.len());
        for vector in 0..shape.len() {
            let mut rng = at.counter(vector as u64).substream();
            let (mut left, mut rest) = (n, 1.0f64);
            for p in &p[..p.len() - 1] {
                let probability = if rest > 0.0 {
                    (p / rest).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let binomial =
                    rand_distr::Binomial::new(left, probability).expect("clamped to a probability");
                let count = binomial.sample(&mut rng);
                elements.push(count as i64);
                left -= count;
                rest -= p;
            }
            elements.push(left as i64);
        }
        vectors(&shape, p.len(), elements)
    }

    /// An orthogonal `n × n` matrix, uniform in Haar's measure: the factor Q of a normal matrix whose R has a positive diagonal.
    pub fn orthogonal<T: RandomFloat>(&mut self, n: usize) -> Array2<T> {
        self.orthonormal_rows(n, n).mapv(T::of)
    }

    /// `m` orthonormal vectors of length `n ≥ m`, uniform in Haar's measure, as rows.
    pub(crate) fn orthonormal_rows(&mut self, m: usize, n: usize) -> Array2<f64> {
        let mut q = self.normal(0.0f64, 1.0, (m, n));
        for i in 0..m {
            let (done, mut rest) = q.view_mut().split_at(ndarray::Axis(0), i);
            let mut row = rest.row_mut(0);
            // Gram and Schmidt's method, twice for full accuracy
            for _ in 0..2 {
                for earlier in done.rows() {
                    let overlap = earlier.dot(&row);
                    row.scaled_add(-overlap, &earlier);
                }
            }
            let length = row.dot(&row).sqrt();
            row.mapv_inplace(|x| x / length);
        }
        q
    }
}

fn sample_at<D: super::Distribution>(
    at: &RandomState,
    number: usize,
    distribution: &D,
) -> D::Output {
    distribution.sample(at.counter(number as u64))[0]
}

/// Cholesky's factor of a symmetric positive semidefinite matrix, from its lower triangle.
fn semidefinite_factor<T: RandomFloat>(cov: &ArrayRef2<T>) -> Array2<f64> {
    let n = cov.nrows();
    let greatest = cov.diag().iter().fold(0.0f64, |a, b| a.max(b.wide()));
    let tolerance = greatest * n as f64 * T::epsilon().wide() * 10.0;
    let mut factor = Array2::<f64>::zeros((n, n));
    for j in 0..n {
        let pivot = cov[(j, j)].wide() - (0..j).map(|k| factor[(j, k)].powi(2)).sum::<f64>();
        assert!(
            pivot >= -tolerance,
            "random::multivariate_normal: cov is not positive semidefinite"
        );
        let root = pivot.max(0.0).sqrt();
        factor[(j, j)] = root;
        for i in j + 1..n {
            let rest =
                cov[(i, j)].wide() - (0..j).map(|k| factor[(i, k)] * factor[(j, k)]).sum::<f64>();
            if pivot > tolerance {
                factor[(i, j)] = rest / root;
            } else {
                let bound = tolerance.max(tolerance.sqrt() * cov[(i, i)].wide().abs().sqrt());
                assert!(
                    rest.abs() <= bound,
                    "random::multivariate_normal: cov is not positive semidefinite"
                );
            }
        }
    }
    factor
}

/// A generator at the present place of the process-wide one, which moves on as far as a draw of `elements` can reach.
fn take(elements: usize) -> RandomState {
    with_default(|rng| rng.reserve((elements.div_ceil(16) * 16) as u64))
}

/// [`RandomState::multivariate_normal`] on the process-wide generator.
pub fn multivariate_normal<T: RandomFloat, S: Shape>(
    mean: &ArrayRef1<T>,
    cov: &ArrayRef2<T>,
    shape: S,
) -> Vectors<T, S> {
    take(mean.len() * shape.len()).multivariate_normal(mean, cov, shape)
}

/// [`RandomState::dirichlet`] on the process-wide generator.
pub fn dirichlet<T: RandomFloat, S: Shape>(alpha: &ArrayRef1<T>, shape: S) -> Vectors<T, S> {
    take(alpha.len() * shape.len()).dirichlet(alpha, shape)
}

/// [`RandomState::multinomial`] on the process-wide generator.
pub fn multinomial<T: RandomFloat, S: Shape>(
    n: u64,
    pvals: &ArrayRef1<T>,
    shape: S,
) -> Vectors<i64, S> {
    take(shape.len()).multinomial(n, pvals, shape)
}

/// [`RandomState::orthogonal`] on the process-wide generator.
pub fn orthogonal<T: RandomFloat>(n: usize) -> Array2<T> {
    take(n * n).orthogonal(n)
}
