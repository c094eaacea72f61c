//! Eigenvalues and eigenvectors.

use faer::diag::Diag;
use faer::dyn_stack::MemStack;
use faer::linalg::evd::{
    ComputeEigenvectors, EvdError, EvdParams, SelfAdjointEvdParams, evd_cplx, evd_real,
    evd_scratch, self_adjoint_evd_scratch, tridiagonal_self_adjoint_evd,
};
use faer::traits::RealField;
use faer::{ColRef, Conj, Mat, Spec};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayView2};
use num_complex::Complex;
use num_traits::{Float, Zero};

use super::bridge::{MEDIUM, array, columns, on_threads, on_threads_from, workspace};
use super::column_major::ColumnMajor;
use super::decomposition::Scalar;
use super::error::LinalgError;
use super::householder::{Sequence, block_factors};
use super::rank::Stack;
use super::stack::{square, stack, stack_vectors};
use super::tridiagonal::Tridiagonal;
use crate::kernel::parallel::sharing;
use crate::kernel::unwritten::from_columns;

/// Eigenvalues, and the eigenvectors as columns: `a v[:, i] = w[i] v[:, i]`.
///
/// ```
/// use brain_jit::linalg::{Eig, eig};
/// use ndarray::array;
/// let Eig { values, vectors } = eig(&array![[2.0, 0.0], [0.0, 3.0]]).unwrap();
/// assert_eq!(values.mapv(|w| w.re), array![2.0, 3.0]);
/// assert_eq!(vectors[(0, 0)].re, 1.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Eig<W, V> {
    /// The eigenvalues.
    pub values: W,
    /// The eigenvectors, of length 1.
    pub vectors: V,
}

/// Which triangle of a matrix is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Triangle {
    /// On and below the diagonal.
    #[default]
    Lower,
    /// On and above the diagonal.
    Upper,
}

type ComplexOf<T> = Complex<<T as Scalar>::Real>;

fn finite<T: Scalar>(function: &'static str, a: &ArrayView2<'_, T>) -> Result<(), LinalgError> {
    if a.iter().all(|x| x.is_finite()) {
        Ok(())
    } else {
        Err(LinalgError::NotFinite { function })
    }
}

/// Eigenvalues and eigenvectors of a general matrix, always complex. Vectors have length 1, and their greatest element is real.
/// Errors if a matrix is not square, not finite, or the iteration does not converge.
pub fn eig<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Eig<Array<ComplexOf<T>, D::Smaller>, Array<ComplexOf<T>, D>>, LinalgError> {
    let function = "eig";
    let a = square(function, a)?;
    let (mut values, mut vectors) = (Vec::new(), Vec::new());
    for a in a.all {
        finite(function, &a)?;
        let eigen = T::eigen(a, true).map_err(|_| LinalgError::NoConvergence { function })?;
        values.push(eigen.values);
        vectors.push(eigen.vectors);
    }
    Ok(Eig {
        values: stack_vectors(&a.outer, a.dim.0, values),
        vectors: stack(&a.outer, a.dim, vectors),
    })
}

/// The eigenvalues of a general matrix, always complex. Errors as [`eig`].
pub fn eigvals<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Array<ComplexOf<T>, D::Smaller>, LinalgError> {
    let function = "eigvals";
    let a = square(function, a)?;
    let values = |a: ArrayView2<'_, T>| {
        finite(function, &a)?;
        let eigen = T::eigen(a, false).map_err(|_| LinalgError::NoConvergence { function })?;
        Ok(eigen.values)
    };
    let values = a.all.into_iter().map(values).collect::<Result<_, _>>()?;
    Ok(stack_vectors(&a.outer, a.dim.0, values))
}

/// What a general matrix has.
pub(super) type General<R> = Result<Eig<Array1<Complex<R>>, Array2<Complex<R>>>, EvdError>;

/// Eigenvalues, and eigenvectors if `vectors`, of a real matrix.
pub(super) fn of_real<R: RealField + Float>(a: ArrayView2<'_, R>, vectors: bool) -> General<R> {
    let n = a.nrows();
    let a = columns(a);
    let (mut re, mut im) = (Diag::<R>::zeros(n), Diag::<R>::zeros(n));
    let mut u = vectors.then(|| Mat::<R>::zeros(n, n));
    on_threads(n * n, |threads| {
        let parameters: Spec<EvdParams, R> = Spec::default();
        let size = evd_scratch(
            n,
            ComputeEigenvectors::No,
            wanted(vectors),
            threads,
            parameters,
        );
        let mut memory = workspace(size);
        let stack = MemStack::new(&mut memory);
        let u = u.as_mut().map(Mat::as_mut);
        evd_real(
            a.as_ref(),
            re.as_mut(),
            im.as_mut(),
            None,
            u,
            threads,
            stack,
            parameters,
        )
    })?;
    let zero = <R as Zero>::zero();
    let values: Vec<_> = (0..n).map(|i| Complex::new(re[i], im[i])).collect();
    let mut columns: Vec<Complex<R>> = Vec::new();
    if let Some(u) = u {
        columns.reserve(n * n);
        // A conjugate pair has the vectors `x ± i y` with `x` and `y` in its two columns.
        let mut j = 0;
        while j < n {
            let x = u.col_as_slice(j);
            if im[j] == zero {
                let length = length(x.iter().copied());
                columns.extend(x.iter().map(|&x| Complex::new(x / length, zero)));
                j += 1;
                continue;
            }
            let y = u.col_as_slice(j + 1);
            columns.extend(x.iter().zip(y).map(|(&x, &y)| Complex::new(x, y)));
            let first = columns.len() - n;
            normalize(&mut columns[first..]);
            columns.extend_from_within(first..);
            columns[first + n..].iter_mut().for_each(|z| *z = z.conj());
            j += 2;
        }
    }
    Ok(assemble(values, columns))
}

/// Eigenvalues, and eigenvectors if `vectors`, of a complex matrix.
pub(super) fn of_complex<R: RealField + Float>(
    a: ArrayView2<'_, Complex<R>>,
    vectors: bool,
) -> General<R> {
    let n = a.nrows();
    let a = columns(a);
    let mut values = Diag::<Complex<R>>::zeros(n);
    let mut u = vectors.then(|| Mat::<Complex<R>>::zeros(n, n));
    on_threads(n * n, |threads| {
        let parameters: Spec<EvdParams, Complex<R>> = Spec::default();
        let size = evd_scratch(
            n,
            ComputeEigenvectors::No,
            wanted(vectors),
            threads,
            parameters,
        );
        let mut memory = workspace(size);
        let stack = MemStack::new(&mut memory);
        let u = u.as_mut().map(Mat::as_mut);
        evd_cplx(
            a.as_ref(),
            values.as_mut(),
            None,
            u,
            threads,
            stack,
            parameters,
        )
    })?;
    let mut columns = Vec::new();
    if let Some(u) = u {
        for j in 0..n {
            columns.extend_from_slice(u.col_as_slice(j));
            normalize(&mut columns[j * n..]);
        }
    }
    Ok(assemble((0..n).map(|i| values[i]).collect(), columns))
}

fn wanted(vectors: bool) -> ComputeEigenvectors {
    if vectors {
        ComputeEigenvectors::Yes
    } else {
        ComputeEigenvectors::No
    }
}

/// Vectors from one column after the other; none at all stand for a matrix without columns.
fn assemble<R: Copy + Send + Sync>(
    values: Vec<Complex<R>>,
    columns: Vec<Complex<R>>,
) -> Eig<Array1<Complex<R>>, Array2<Complex<R>>> {
    let n = if columns.is_empty() { 0 } else { values.len() };
    let column = |j: usize| &columns[j * n..(j + 1) * n];
    let rows = from_columns(n, n, sharing(n * n, 4), &column);
    Eig {
        values: values.into(),
        vectors: Array2::from_shape_vec((n, n), rows).expect("n columns of n elements"),
    }
}

/// The Euclidean length of a vector, of numbers of any magnitude.
fn length<R: Float>(x: impl Iterator<Item = R> + Clone) -> R {
    let zero = R::zero();
    let plain = x.clone().fold(zero, |sum, x| sum + x * x);
    if plain.is_finite() && plain > R::min_positive_value() / R::epsilon() {
        return Float::sqrt(plain);
    }
    let greatest = x.clone().fold(zero, |most, x| most.max(Float::abs(x)));
    if greatest == zero || !Float::is_finite(greatest) {
        return greatest;
    }
    let squares = x.map(|x| (x / greatest) * (x / greatest));
    greatest * Float::sqrt(squares.fold(zero, |sum, x| sum + x))
}

/// LAPACK's convention: a vector of length 1, whose greatest element is real.
fn normalize<R: Float>(x: &mut [Complex<R>]) {
    let zero = R::zero();
    let length = length(x.iter().flat_map(|z| [z.re, z.im]));
    let mut pivot = (zero, 0);
    for (i, z) in x.iter_mut().enumerate() {
        *z = Complex::new(z.re / length, z.im / length);
        let square = z.re * z.re + z.im * z.im;
        if square > pivot.0 {
            pivot = (square, i);
        }
    }
    if x.iter().all(|z| z.im == zero) {
        return;
    }
    let greatest = x[pivot.1];
    let modulus = Float::sqrt(pivot.0);
    let turn = Complex::new(greatest.re / modulus, -greatest.im / modulus);
    x.iter_mut().for_each(|z| *z = *z * turn);
    x[pivot.1].im = zero;
}

/// Eigenvalues, ascending, and eigenvectors of a symmetric or Hermitian matrix, of which the lower triangle is read. Errors if a
/// matrix is not square or the iteration does not converge.
#[allow(clippy::type_complexity)]
pub fn eigh<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Eig<Array<<T as Scalar>::Real, D::Smaller>, Array<T, D>>, LinalgError> {
    eigh_with(a, Triangle::Lower)
}

/// [`eigh`] of a matrix of which `triangle` is read.
#[allow(clippy::type_complexity)]
pub fn eigh_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    triangle: Triangle,
) -> Result<Eig<Array<<T as Scalar>::Real, D::Smaller>, Array<T, D>>, LinalgError> {
    let a = square("eigh", a)?;
    let (mut values, mut vectors) = (Vec::new(), Vec::new());
    for matrix in a.all {
        let mut u = Mat::<T>::zeros(a.dim.0, a.dim.0);
        let w = self_adjoint(matrix, triangle, Some(&mut u));
        values.push(w.map_err(|_| LinalgError::NoConvergence { function: "eigh" })?);
        vectors.push(array(u.as_ref()));
    }
    Ok(Eig {
        values: stack_vectors(&a.outer, a.dim.0, values),
        vectors: stack(&a.outer, a.dim, vectors),
    })
}

/// The eigenvalues, ascending, of a symmetric or Hermitian matrix, of which the lower triangle is read. Errors as [`eigh`].
pub fn eigvalsh<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
) -> Result<Array<<T as Scalar>::Real, D::Smaller>, LinalgError> {
    eigvalsh_with(a, Triangle::Lower)
}

/// [`eigvalsh`] of a matrix of which `triangle` is read.
pub fn eigvalsh_with<T: Scalar, D: Stack>(
    a: &ArrayRef<T, D>,
    triangle: Triangle,
) -> Result<Array<<T as Scalar>::Real, D::Smaller>, LinalgError> {
    let a = square("eigvalsh", a)?;
    let function = "eigvalsh";
    let values = |a: ArrayView2<'_, T>| {
        self_adjoint(a, triangle, None).map_err(|_| LinalgError::NoConvergence { function })
    };
    let values = a.all.into_iter().map(values).collect::<Result<_, _>>()?;
    Ok(stack_vectors(&a.outer, a.dim.0, values))
}

/// The eigenvalues of a Hermitian matrix, and the eigenvectors if there is place for them.
fn self_adjoint<T: Scalar>(
    a: ArrayView2<'_, T>,
    triangle: Triangle,
    mut u: Option<&mut Mat<T>>,
) -> Result<Array1<<T as Scalar>::Real>, EvdError> {
    let n = a.nrows();
    if n == 0 {
        return Ok(Array1::from(vec![]));
    }
    // The lower triangle is reduced: the upper one is that of the transpose, conjugated.
    let mut a = match triangle {
        Triangle::Lower => ColumnMajor::of(a),
        Triangle::Upper => ColumnMajor::of(a.t().mapv(|x| x.conjugate()).view()),
    };
    let stride = a.stride;
    for (j, column) in a.elements().chunks_exact_mut(stride).enumerate() {
        column[..j].fill(<T as Zero>::zero());
        if !column[j..].iter().all(|x| x.is_finite()) {
            return Err(EvdError::NoConvergence);
        }
    }
    let Tridiagonal {
        diagonal,
        below,
        taus,
    } = T::tridiagonal(&mut a);
    let mut values = Diag::<T>::zeros(n);
    on_threads_from(MEDIUM, n * n, |threads| {
        let parameters: Spec<SelfAdjointEvdParams, T> = Spec::default();
        let size = self_adjoint_evd_scratch(n, wanted(u.is_some()), threads, parameters);
        let mut memory = workspace(size);
        let stack = MemStack::new(&mut memory);
        tridiagonal_self_adjoint_evd(
            ColRef::from_slice(&diagonal).as_diagonal(),
            ColRef::from_slice(&below).as_diagonal(),
            values.as_mut(),
            u.as_deref_mut().map(Mat::as_mut),
            threads,
            stack,
            parameters,
        )
    })?;
    if let Some(u) = u {
        let basis = a.as_mat().submatrix(1, 0, n - 1, n - 1);
        let factors = block_factors(basis, &taus);
        let (factors, conjugated) = (factors.as_ref(), Conj::No);
        let sequence = Sequence {
            basis,
            factors,
            conjugated,
        };
        sequence.apply(MEDIUM, u.as_mut().subrows_mut(1, n - 1));
    }
    Ok((0..n).map(|i| T::real_part_impl(&values[i])).collect())
}
