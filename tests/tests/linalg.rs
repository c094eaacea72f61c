//! Products and decompositions against their definitions, and the documents' lines.
//!
//! One file, since decompositions are checked by products of the same matrices.

use brain_jit::linalg::{self, Eig, LinalgError, Qr, QrMode, Scalar, Slogdet, Svd, Triangle};
use brain_jit::random::RandomState;
use ndarray::{Array1, Array2, Array3, Axis, array, s};
use num_complex::{Complex, Complex64};

fn real(m: usize, n: usize) -> Array2<f64> {
    RandomState::new((100 * m + n) as u64).normal(0.0, 1.0, (m, n))
}

fn complex(m: usize, n: usize) -> Array2<Complex64> {
    let parts = RandomState::new((100 * m + n) as u64).normal(0.0, 1.0, (2, m, n));
    Array2::from_shape_fn((m, n), |(i, j)| {
        Complex::new(parts[(0, i, j)], parts[(1, i, j)])
    })
}

#[track_caller]
fn close<T: Scalar<Real = f64>>(a: &Array2<T>, b: &Array2<T>) {
    assert_eq!(a.dim(), b.dim());
    let distance = linalg::norm(&(a - b));
    assert!(
        distance <= 1e-12 * linalg::norm(b).max(1.0),
        "distance {distance}"
    );
}

fn adjoint<T: Scalar>(a: &Array2<T>) -> Array2<T> {
    a.t().mapv(|x| x.conjugate())
}

/// The document's line: `bm.linalg.eig([[1, 2], [3, 4]])`.
#[test]
fn eigenvalues_of_the_document() {
    let a = array![[1.0f32, 2.0], [3.0, 4.0]];
    let Eig { values, vectors } = linalg::eig(&a).unwrap();
    let mut real: Vec<f32> = values.iter().map(|w| w.re).collect();
    real.sort_by(f32::total_cmp);
    assert!((real[0] + 0.372_281_07).abs() < 1e-6 && (real[1] - 5.372_281_6).abs() < 1e-5);
    assert!(values.iter().all(|w| w.im == 0.0));
    let a = a.mapv(|x| Complex::new(x, 0.0));
    let residual = a.dot(&vectors) - &vectors * &values;
    assert!(residual.iter().all(|d| d.norm() < 1e-5));
}

fn check_decompositions<T: Scalar<Real = f64>>(make: impl Fn(usize, usize) -> Array2<T>) {
    for n in [1, 2, 3, 7, 30, 65] {
        let a = make(n, n);
        let one = Array2::<T>::eye(n);

        let Eig { values, vectors } = linalg::eig(&a).unwrap();
        let wide = a.mapv(|x| x.complex());
        close(&wide.dot(&vectors), &(&vectors * &values));
        assert!(
            vectors
                .columns()
                .into_iter()
                .all(|v| (linalg::norm(&v) - 1.0).abs() < 1e-12)
        );
        let sum: Complex64 = linalg::eigvals(&a).unwrap().sum();
        assert!((sum - linalg::trace(&a).complex()).norm() < 1e-12 * n as f64);

        let hermitian = &a + &adjoint(&a);
        let Eig { values, vectors } = linalg::eigh(&hermitian).unwrap();
        close(
            &hermitian.dot(&vectors),
            &(&vectors * &values.mapv(T::of_real)),
        );
        close(&adjoint(&vectors).dot(&vectors), &one);
        assert!(values.windows(2).into_iter().all(|w| w[0] <= w[1]));
        let only = linalg::eigvalsh_with(&hermitian, Triangle::Upper).unwrap();
        assert!((only - values).iter().all(|d| d.abs() < 1e-12 * n as f64));

        let definite = a.dot(&adjoint(&a)) + &one;
        let l = linalg::cholesky(&definite).unwrap();
        close(&l.dot(&adjoint(&l)), &definite);
        assert!(
            l.indexed_iter()
                .all(|((i, j), x)| j <= i || x.modulus() == 0.0)
        );
        close(
            &linalg::cholesky_with(&definite, Triangle::Upper).unwrap(),
            &adjoint(&l),
        );

        let inverse = linalg::inv(&definite).unwrap();
        close(&definite.dot(&inverse), &one);
        close(&linalg::matrix_power(&definite, -1).unwrap(), &inverse);
        close(
            &linalg::matrix_power(&a, 5).unwrap(),
            &a.dot(&a).dot(&a).dot(&a).dot(&a),
        );
        close(&linalg::matrix_power(&a, 0).unwrap(), &one);
        let b = make(n, 3);
        close(&definite.dot(&linalg::solve(&definite, &b).unwrap()), &b);
        let x = linalg::solve(&definite, &b.column(0)).unwrap();
        assert!(linalg::norm(&(definite.dot(&x) - b.column(0))) < 1e-11);

        let determinant = linalg::det(&definite).unwrap();
        let from_cholesky = l
            .diag()
            .iter()
            .map(|x| x.modulus().powi(2))
            .product::<f64>();
        assert!((determinant - T::of_real(from_cholesky)).modulus() < 1e-11 * from_cholesky);
        let linalg::Slogdet { sign, logabsdet } = linalg::slogdet(&definite).unwrap();
        assert!(
            (sign - T::of_real(1.0)).modulus() < 1e-12
                && (logabsdet - from_cholesky.ln()).abs() < 1e-10
        );
        let swapped = linalg::det(&a.slice(s![..;-1, ..])).unwrap();
        let odd = (n / 2) % 2 == 1;
        let expected = linalg::det(&a).unwrap() * T::of_real(if odd { -1.0 } else { 1.0 });
        assert!(
            (swapped - expected).modulus() <= 1e-10 * expected.modulus(),
            "{n}: {:?} is not {:?}",
            swapped.complex(),
            expected.complex()
        );

        let inverse_exponential = linalg::expm(&a.mapv(|x| -x)).unwrap();
        let product = linalg::expm(&a).unwrap().dot(&inverse_exponential);
        assert!(
            linalg::norm(&(product - &one))
                < 1e-10 * linalg::norm(&inverse_exponential).powi(2).max(1.0)
        );
    }
    for (m, n) in [(1, 4), (4, 1), (5, 3), (3, 5), (40, 17)] {
        let a = make(m, n);
        let k = m.min(n);
        let Svd { u, s, vh } = linalg::svd(&a).unwrap();
        assert_eq!((u.dim(), s.len(), vh.dim()), ((m, m), k, (n, n)));
        close(&adjoint(&u).dot(&u), &Array2::eye(m));
        close(&vh.dot(&adjoint(&vh)), &Array2::eye(n));
        let thin = linalg::svd_with(&a, false).unwrap();
        assert_eq!((thin.u.dim(), thin.vh.dim()), ((m, k), (k, n)));
        close(&(&thin.u * &thin.s.mapv(T::of_real)).dot(&thin.vh), &a);
        assert!(
            (linalg::svdvals(&a).unwrap() - &s)
                .iter()
                .all(|d| d.abs() < 1e-12)
        );

        for mode in [QrMode::Reduced, QrMode::Complete] {
            let Qr { q, r } = linalg::qr_with(&a, mode).unwrap();
            close(&q.dot(&r), &a);
            close(&adjoint(&q).dot(&q), &Array2::eye(q.ncols()));
            assert_eq!(q.ncols(), if mode == QrMode::Complete { m } else { k });
            assert!(
                r.indexed_iter()
                    .all(|((i, j), x)| i <= j || x.modulus() == 0.0)
            );
        }

        let inverse = linalg::pinv(&a).unwrap();
        close(&a.dot(&inverse).dot(&a), &a);
        close(&inverse.dot(&a).dot(&inverse), &inverse);
        assert_eq!(linalg::matrix_rank(&a).unwrap(), k);

        let b = make(m, 2);
        let fit = linalg::lstsq(&a, &b).unwrap();
        close(&fit.solution, &inverse.dot(&b));
        assert_eq!(
            (fit.rank, fit.residuals.len()),
            (k, if m > n { 2 } else { 0 })
        );
        if m > n {
            let off = a.dot(&fit.solution) - &b;
            assert!((linalg::norm(&off).powi(2) - fit.residuals.sum()).abs() < 1e-11);
        }
    }
}

#[test]
fn real_decompositions() {
    check_decompositions(real);
}

#[test]
fn complex_decompositions() {
    check_decompositions(complex);
}

#[test]
fn complex_eigenvalues_of_a_rotation() {
    let Eig { values, vectors } = linalg::eig(&array![[0.0f64, -1.0], [1.0, 0.0]]).unwrap();
    let mut imaginary = values.mapv(|w| w.im).to_vec();
    imaginary.sort_by(f64::total_cmp);
    assert_eq!(imaginary, [-1.0, 1.0]);
    assert!(
        vectors
            .iter()
            .all(|x| (x.norm() - 0.5f64.sqrt()).abs() < 1e-15)
    );
}

#[test]
fn exponentials() {
    let turn = linalg::expm(&array![[0.0, -1.0], [1.0, 0.0]].mapv(|x: f64| x * 2.0)).unwrap();
    close(
        &turn,
        &array![[2f64.cos(), -2f64.sin()], [2f64.sin(), 2f64.cos()]],
    );
    let large = linalg::expm(&array![[20.0, 1.0], [0.0, 20.0]]).unwrap();
    close(&(large / 20f64.exp()), &array![[1.0, 1.0], [0.0, 1.0]]);
}

#[test]
fn stacks() {
    let a: Array3<f64> = RandomState::new(1).normal(0.0, 1.0, (4, 3, 3));
    let dets: Array1<f64> = linalg::det(&a).unwrap();
    let inverses: Array3<f64> = linalg::inv(&a).unwrap();
    let values = linalg::eigvals(&a).unwrap();
    assert_eq!(
        (dets.len(), inverses.dim(), values.dim()),
        (4, (4, 3, 3), (4, 3))
    );
    for i in 0..4 {
        let one = a.index_axis(Axis(0), i);
        assert_eq!(dets[i], linalg::det(&one).unwrap());
        close(&one.dot(&inverses.index_axis(Axis(0), i)), &Array2::eye(3));
    }
    let b: Array3<f64> = RandomState::new(2).normal(0.0, 1.0, (4, 3, 2));
    let x = linalg::solve(&a, &b).unwrap();
    let product: Array3<f64> = linalg::matmul(&a, &x);
    assert!(linalg::norm(&(product - &b)) < 1e-12);
    let one = a.index_axis(Axis(0), 1);
    let of_one = linalg::solve(&one, &b).unwrap();
    let product = one.dot(&of_one.index_axis(Axis(0), 3));
    close(&product, &b.slice(s![3, .., ..]).to_owned());
}

#[test]
fn errors() {
    let singular = array![[1.0, 2.0], [2.0, 4.0]];
    assert_eq!(
        linalg::inv(&singular),
        Err(LinalgError::Singular { function: "inv" })
    );
    assert_eq!(linalg::det(&singular), Ok(0.0));
    let slogdet = linalg::slogdet(&singular).unwrap();
    assert_eq!((slogdet.sign, slogdet.logabsdet), (0.0, f64::NEG_INFINITY));
    assert_eq!(
        linalg::cond(&Array2::<f64>::zeros((2, 2))),
        Ok(f64::INFINITY)
    );
    assert_eq!(linalg::matrix_rank(&singular), Ok(1));
    let error = linalg::solve(&array![[1.0, 2.0]], &array![1.0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "linalg::solve: the last two axes of an array of shape [1, 2] are not a square matrix"
    );
    let error = linalg::solve(&singular, &array![1.0, 2.0, 3.0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "linalg::solve: shapes [2, 2] and [3] do not fit"
    );
    assert_eq!(
        linalg::cholesky(&-Array2::<f64>::eye(2)),
        Err(LinalgError::NotPositiveDefinite {
            function: "cholesky"
        })
    );
    assert_eq!(
        linalg::eig(&array![[f64::NAN]]),
        Err(LinalgError::NotFinite { function: "eig" })
    );
    assert_eq!(
        linalg::svd(&array![[f64::INFINITY]]),
        Err(LinalgError::NoConvergence { function: "svd" })
    );
    let error = linalg::det(&array![1.0, 2.0].into_dyn()).unwrap_err();
    assert_eq!(
        error,
        LinalgError::NotAMatrix {
            function: "det",
            rank: 1
        }
    );
}

#[test]
fn norms() {
    let (x, a) = (
        array![3.0f64, -4.0, 0.0],
        array![[1.0f64, -2.0], [3.0, 4.0]],
    );
    for (order, expected) in [
        (0.0, 2.0),
        (1.0, 7.0),
        (2.0, 5.0),
        (f64::INFINITY, 4.0),
        (f64::NEG_INFINITY, 0.0),
    ] {
        assert_eq!(linalg::norm_with(&x, order), Ok(expected));
    }
    assert!((linalg::norm_with(&x, 3).unwrap() - 91f64.cbrt()).abs() < 1e-14);
    for (order, expected) in [
        (1.0, 6.0),
        (-1.0, 4.0),
        (f64::INFINITY, 7.0),
        (f64::NEG_INFINITY, 3.0),
    ] {
        assert_eq!(linalg::norm_with(&a, order), Ok(expected));
    }
    let s = linalg::svdvals(&a).unwrap();
    assert_eq!(linalg::norm_with(&a, 2), Ok(s[0]));
    assert_eq!(linalg::norm_with(&a, -2), Ok(s[1]));
    assert_eq!(linalg::norm_with(&a, "nuc"), Ok(s.sum()));
    assert_eq!(linalg::norm_with(&a, "fro"), Ok(linalg::norm(&a)));
    assert_eq!(linalg::norm_axis(&a, 1, 0), Ok(array![4.0, 6.0]));
    assert_eq!(
        linalg::norm_axis(&a, f64::INFINITY, -1),
        Ok(array![2.0, 4.0])
    );
    let stack = Array3::from_shape_fn((2, 3, 4), |(i, j, k)| (i + j * k) as f64);
    let norms = linalg::norm_axes(&stack, "fro", (0, 2)).unwrap();
    assert_eq!(norms[[1]], linalg::norm(&stack.slice(s![.., 1, ..])));
    assert!(
        linalg::norm_with(&stack, 2).is_err()
            && linalg::norm_with(&a, 3).is_err()
            && linalg::norm_with(&x, "nuc").is_err()
    );
    assert_eq!(
        linalg::cond_with(&array![[2.0, 0.0], [0.0, 1.0]], 1),
        Ok(2.0)
    );
    assert_eq!(linalg::norm(&array![Complex::new(3.0f32, 4.0)]), 5.0);
}

#[test]
fn products() {
    let (a, x) = (array![[1, 2, 3], [4, 5, 6]], array![1, 0, -1]);
    assert_eq!(linalg::dot(&x, &x), 2);
    assert_eq!(linalg::dot(&a, &x), array![-2, -2]);
    assert_eq!(linalg::dot(&array![1, 1], &a), array![5, 7, 9]);
    assert_eq!(linalg::inner(&a, &a), array![[14, 32], [32, 77]]);
    assert_eq!(
        linalg::outer(&array![1, 2], &x),
        array![[1, 0, -1], [2, 0, -2]]
    );
    assert_eq!(
        linalg::kron(&array![[1, 2]], &array![[1, 1], [0, 1]]),
        array![[1, 1, 2, 2], [0, 1, 0, 2]]
    );
    assert_eq!(
        linalg::kron(&array![1, 10], &array![1, 2]),
        array![1, 2, 10, 20]
    );
    assert_eq!(linalg::trace(&a), 6);
    assert_eq!(
        (
            linalg::trace_offset(&a, 1),
            linalg::trace_offset(&a, -1),
            linalg::trace_offset(&a, 9)
        ),
        (8, 4, 0)
    );
    let i = Complex64::I;
    assert_eq!(
        linalg::vdot(&array![i, 1.0 + i], &array![i, 1.0 + i]),
        Complex64::new(3.0, 0.0)
    );
    let cube = Array3::from_shape_fn((2, 3, 4), |(i, j, k)| (i * 12 + j * 4 + k) as f64);
    let product = linalg::dot(&cube, &real(4, 5));
    assert_eq!(product.dim(), (2, 3, 5));
    let lane: Array1<f64> = cube.slice(s![1, 2, ..]).to_owned();
    let expected = lane.dot(&real(4, 5).column(3));
    assert!((product[(1, 2, 3)] - expected).abs() < 1e-12);
    assert_eq!(
        linalg::dot(&cube, &cube.view().permuted_axes([0, 2, 1])).dim(),
        (2, 3, 2, 3)
    );
}

#[test]
fn matrix_products() {
    for (m, k, n) in [
        (1, 1, 1),
        (3, 4, 5),
        (64, 64, 64),
        (100, 1, 7),
        (65, 130, 33),
        (200, 100, 150),
        (67, 200, 90),
    ] {
        let (a, b) = (real(m, k), real(k, n));
        let expected = Array2::from_shape_fn((m, n), |(i, j)| {
            (0..k).map(|l| a[(i, l)] * b[(l, j)]).sum::<f64>()
        });
        close(&linalg::matmul(&a, &b), &expected);
        close(&linalg::matmul(&b.t(), &a.t()), &expected.t().to_owned());
        let single = linalg::matmul(&a.mapv(|x| x as f32), &b.mapv(|x| x as f32));
        assert!(
            single
                .iter()
                .zip(&expected)
                .all(|(x, y)| (f64::from(*x) - y).abs() < 1e-5 * k as f64)
        );
        let strided = linalg::matmul(&a.slice(s![..;2, ..]), &b.slice(s![.., ..;2]));
        close(&strided, &expected.slice(s![..;2, ..;2]).to_owned());
    }
    let stack = Array3::from_shape_fn((4, 2, 3), |(i, j, k)| (i + 2 * j + 3 * k) as i64);
    let product = linalg::matmul(&stack, &array![[1, 0], [0, 1], [1, 1]]);
    assert_eq!(
        product.slice(s![2, .., ..]),
        linalg::dot(&stack.slice(s![2, .., ..]), &array![[1, 0], [0, 1], [1, 1]])
    );
    assert_eq!(linalg::matmul(&stack, &array![1, 1, 1]).dim(), (4, 2));
    assert_eq!(linalg::matmul(&array![1, 1], &stack).dim(), (4, 3));
    assert_eq!(
        linalg::matmul(&Array2::<f64>::zeros((3, 0)), &Array2::zeros((0, 2))),
        Array2::<f64>::zeros((3, 2))
    );
    let (a, b, c) = (real(10, 30), real(30, 5), real(5, 60));
    close(
        &linalg::multi_dot(&[a.view(), b.view(), c.view()]),
        &a.dot(&b).dot(&c),
    );
}

/// Against the pseudoinverse, whose product with `b` is the solution of least length.
fn check_least_squares<T: Scalar<Real = f64>>(
    make: impl Fn(usize, usize) -> Array2<T>,
    shapes: &[(usize, usize)],
) {
    for &(m, n) in shapes {
        let low = linalg::matmul(&make(m, 2), &make(2, n));
        for (a, rank) in [(make(m, n), m.min(n)), (low, m.min(n).min(2))] {
            let b = make(m, 3);
            let fit = linalg::lstsq(&a, &b).unwrap();
            assert_eq!(fit.rank, rank);
            let expected = linalg::matmul(&linalg::pinv(&a).unwrap(), &b);
            assert_eq!(fit.solution.dim(), expected.dim());
            let off = linalg::norm(&(&fit.solution - &expected));
            assert!(
                off <= 1e-11 * linalg::norm(&expected).max(1.0),
                "{m} {n} {rank}: {off}"
            );
            let column = linalg::lstsq(&a, &b.column(1)).unwrap();
            let off = linalg::norm(&(&column.solution - &fit.solution.column(1)));
            assert!(off <= 1e-11 * linalg::norm(&expected).max(1.0));
            let rest = linalg::matmul(&a, &fit.solution) - &b;
            if rank == n && m > n {
                let length = linalg::norm(&rest.column(2));
                assert!((fit.residuals[2] - length * length).abs() < 1e-10 * length.max(1.0));
            } else {
                assert!(fit.residuals.is_empty());
            }
        }
    }
    let nothing = linalg::lstsq(&make(0, 3), &make(0, 2)).unwrap();
    assert_eq!((nothing.rank, nothing.solution), (0, Array2::zeros((3, 2))));
}

#[test]
fn least_squares() {
    let shapes = [(1, 1), (5, 5), (30, 12), (12, 30), (40, 1), (1, 40)];
    check_least_squares(complex, &shapes);
    check_least_squares(real, &shapes);
    // Those of which a step is cut into parts.
    check_least_squares(real, &[(105, 100), (100, 190)]);
}

/// Where singular values between the limits count or not, as told.
#[test]
fn least_squares_with_a_limit() {
    for (m, n) in [(6, 4), (4, 6), (4, 4)] {
        let Svd { u, vh, .. } = linalg::svd_with(&real(m, n), false).unwrap();
        let s = array![1.0, 0.5, 1e-3, 1e-9];
        let a = (&u * &s).dot(&vh);
        let b = real(m, 2);
        for (rcond, rank) in [(1e-12, 4), (1e-6, 3), (1e-2, 2), (0.7, 1), (2.0, 0)] {
            let fit = linalg::lstsq_with(&a, &b, rcond).unwrap();
            assert_eq!(fit.rank, rank);
            assert!(linalg::norm(&(&fit.singular_values - &s)) < 1e-14);
            let inverse = Array1::from_shape_fn(4, |i| if i < rank { 1.0 / s[i] } else { 0.0 });
            let expected = (&vh.t() * &inverse).dot(&u.t().dot(&b));
            let off = linalg::norm(&(&fit.solution - &expected));
            assert!(
                off <= 1e-5 * linalg::norm(&expected),
                "{m} {n} {rcond}: {off}"
            );
        }
    }
}

/// A matrix whose reduction is cut into parts, and one of numbers whose squares are not of their type.
#[test]
fn large_symmetric_matrices_and_those_of_any_magnitude() {
    let square = real(150, 150);
    let a = &square + &square.t();
    for triangle in [Triangle::Lower, Triangle::Upper] {
        // The other triangle is not read.
        let half = Array2::from_shape_fn((150, 150), |(i, j)| {
            let read = match triangle {
                Triangle::Lower => i >= j,
                Triangle::Upper => i <= j,
            };
            if read { a[(i, j)] } else { f64::NAN }
        });
        let Eig { values, vectors } = linalg::eigh_with(&half, triangle).unwrap();
        assert!(linalg::norm(&(a.dot(&vectors) - &vectors * &values)) < 1e-11);
        close(&vectors.t().dot(&vectors), &Array2::eye(150));
        assert!(values.windows(2).into_iter().all(|pair| pair[0] <= pair[1]));
        let alone = linalg::eigvalsh_with(&half, triangle).unwrap();
        assert!(linalg::norm(&(alone - &values)) < 1e-11);
    }
    assert!(linalg::eigh(&a.mapv(|_| f64::NAN)).is_err());
    for scale in [1e30f32, 1e-30] {
        let a = a.mapv(|x| x as f32 * scale);
        let expected = linalg::eigvalsh(&a.mapv(f64::from)).unwrap();
        let values = linalg::eigvalsh(&a).unwrap().mapv(f64::from);
        assert!(linalg::norm(&(values - &expected)) < 1e-5 * linalg::norm(&expected));
        let expected = linalg::svdvals(&a.mapv(f64::from)).unwrap();
        let values = linalg::svdvals(&a).unwrap().mapv(f64::from);
        assert!(linalg::norm(&(values - &expected)) < 1e-5 * linalg::norm(&expected));
        let right = a.column(0);
        let fit = linalg::lstsq(&a, &right).unwrap();
        let (a, x) = (a.mapv(f64::from), fit.solution.mapv(f64::from));
        let right = right.mapv(f64::from);
        let off = linalg::norm(&(a.dot(&x) - &right)) / linalg::norm(&right);
        assert!(fit.rank == 150 && off < 1e-3, "{off}");
    }
}

/// Empty matrices and NaN, as NumPy has them.
#[test]
fn odd_inputs() {
    let (none, wide, tall) = (real(0, 0), real(0, 3), real(3, 0));
    assert_eq!(linalg::det(&none), Ok(1.0));
    let Slogdet { sign, logabsdet } = linalg::slogdet(&none).unwrap();
    assert_eq!((sign, logabsdet), (1.0, 0.0));
    assert_eq!(linalg::inv(&none).unwrap().dim(), (0, 0));
    assert_eq!(linalg::cholesky(&none).unwrap().dim(), (0, 0));
    assert_eq!(linalg::eig(&none).unwrap().vectors.dim(), (0, 0));
    assert!(linalg::eigvals(&none).unwrap().is_empty());
    assert_eq!(linalg::eigh(&none).unwrap().vectors.dim(), (0, 0));
    assert!(linalg::eigvalsh(&none).unwrap().is_empty());
    assert_eq!(linalg::solve(&none, &wide).unwrap().dim(), (0, 3));
    let Svd { u, s, vh } = linalg::svd(&wide).unwrap();
    assert_eq!((u.dim(), s.len(), vh), ((0, 0), 0, Array2::eye(3)));
    let Svd { u, s, vh } = linalg::svd(&tall).unwrap();
    assert_eq!((u, s.len(), vh.dim()), (Array2::eye(3), 0, (0, 0)));
    let Qr { q, r } = linalg::qr(&wide).unwrap();
    assert_eq!((q.dim(), r.dim()), ((0, 0), (0, 3)));
    let Qr { q, r } = linalg::qr(&tall).unwrap();
    assert_eq!((q.dim(), r.dim()), ((3, 0), (0, 0)));
    let Qr { q, r } = linalg::qr_with(&tall, QrMode::Complete).unwrap();
    assert_eq!((q, r.dim()), (Array2::eye(3), (3, 0)));
    assert_eq!(linalg::pinv(&wide).unwrap().dim(), (3, 0));
    assert_eq!(linalg::matrix_rank(&tall), Ok(0));
    assert!(linalg::cond(&none).is_err());
    for order in [1.0, 2.0, f64::INFINITY] {
        assert_eq!(linalg::norm_with(&none, order), Ok(0.0));
        assert!(linalg::norm_with(&none, -order).is_err());
        assert_eq!(linalg::norm_with(&Array1::<f64>::zeros(0), order), Ok(0.0));
    }
    assert_eq!(linalg::matmul(&tall, &wide), Array2::<f64>::zeros((3, 3)));

    for n in [3, 12] {
        let mut a = real(n, n);
        a[(1, 2)] = f64::NAN;
        assert!(linalg::det(&a).unwrap().is_nan());
        assert!(linalg::slogdet(&a).unwrap().logabsdet.is_nan());
        assert!(
            linalg::solve(&a, &real(n, 1))
                .unwrap()
                .iter()
                .any(|x| x.is_nan())
        );
        assert!(linalg::qr(&a).unwrap().r.iter().any(|x| x.is_nan()));
        assert!(linalg::eig(&a).is_err() && linalg::eigvals(&a).is_err());
        assert!(linalg::svd(&a).is_err() && linalg::pinv(&a).is_err());
        assert!(linalg::cond(&a).is_err() && linalg::matrix_rank(&a).is_err());
        assert!(linalg::lstsq(&a, &real(n, 1)).is_err());
        assert!(linalg::svdvals(&a).is_err() && linalg::eigh(&a.t()).is_err());
        assert!(linalg::norm_with(&a, 1).unwrap().is_nan());
        // a zero column: no inverse, but a determinant and a least-squares solution
        let mut a = real(n, n);
        a.column_mut(1).fill(0.0);
        assert_eq!(linalg::det(&a).unwrap().abs(), 0.0);
        let Slogdet { sign, logabsdet } = linalg::slogdet(&a).unwrap();
        assert_eq!((sign, logabsdet), (0.0, f64::NEG_INFINITY));
        let singular = |function| LinalgError::Singular { function };
        assert_eq!(linalg::inv(&a), Err(singular("inv")));
        assert_eq!(linalg::solve(&a, &real(n, 1)), Err(singular("solve")));
        assert_eq!(linalg::lstsq(&a, &real(n, 1)).unwrap().rank, n - 1);
    }
}

#[test]
fn einstein_sums() {
    let (a, b) = (real(3, 4), real(4, 5));
    let sum = |subscripts: &str| {
        linalg::einsum(subscripts, (&a, &b))
            .into_dimensionality::<ndarray::Ix2>()
            .unwrap()
    };
    close(&sum("ij,jk->ik"), &a.dot(&b));
    close(&sum("ij,jk"), &a.dot(&b));
    close(&sum("ij,jk->ki"), &a.dot(&b).t().to_owned());
    close(
        &sum(" i j , j k -> i j "),
        &(&a * &b.sum_axis(ndarray::Axis(1))),
    );
    assert_eq!(linalg::einsum("ij->ji", &a), a.t().to_owned().into_dyn());
    assert!((linalg::einsum("ij->", &a)[[]] - a.sum()).abs() < 1e-13);
    let square = real(4, 4);
    assert_eq!(
        linalg::einsum("ii->i", &square),
        square.diag().to_owned().into_dyn()
    );
    assert!((linalg::einsum("ij,ij->", (&a, &a))[[]] - linalg::norm(&a).powi(2)).abs() < 1e-12);
    let (x, y): (Array3<f64>, Array3<f64>) = {
        let mut rng = RandomState::new(4);
        (
            rng.normal(0.0, 1.0, (6, 2, 3)),
            rng.normal(0.0, 1.0, (6, 3, 4)),
        )
    };
    let batched = linalg::einsum("bij,bjk->bik", (&x, &y));
    assert!(linalg::norm(&(batched.clone() - linalg::matmul(&x, &y).into_dyn())) < 1e-13);
    assert!(linalg::norm(&(linalg::einsum("...ij,...jk->...ik", (&x, &y)) - batched)) < 1e-13);
    let three = linalg::einsum("ij,jk,kl->il", (&a, &b, &real(5, 2)))
        .into_dimensionality()
        .unwrap();
    close(&three, &a.dot(&b).dot(&real(5, 2)));
    assert_eq!(
        linalg::einsum("i,j->ij", (&array![1, 2], &array![3, 4])),
        array![[3, 4], [6, 8]].into_dyn()
    );
    assert_eq!(linalg::tensordot(&x, &y, ([2, 0], [1, 0])).shape(), [2, 4]);
    let outer = linalg::tensordot(&a, &b, 0);
    assert_eq!(outer.shape(), [3, 4, 4, 5]);
    let (column, row) = (array![[1], [2], [3]], array![[10, 100]]);
    let table = array![[10, 100], [20, 200], [30, 300]];
    assert_eq!(linalg::matmul(&column, &row), table);
    assert_eq!(linalg::dot(&column, &row), table);
    let all = linalg::tensordot(&array![1, 2, 3], &array![10, 100], 0);
    assert_eq!(all, table.into_dyn());
}

#[test]
#[should_panic(
    expected = "linalg::matmul: shapes [3, 4] and [3, 4] do not fit (4 columns, 3 rows)"
)]
fn mismatched_matrices() {
    linalg::matmul(&real(3, 4), &real(3, 4));
}

#[test]
#[should_panic(
    expected = "linalg::einsum: 'ij,kk->k': subscripts for 2 operands, but 1 were given"
)]
fn too_few_operands() {
    linalg::einsum("ij,kk->k", &real(3, 4));
}

#[test]
fn large_factorisations_give_the_same_bits_on_any_thread() {
    use brain_jit::{Backend, set_num_threads, with_backend};
    let mut rng = RandomState::new(3);
    let small: Array2<f64> = rng.normal(0.0, 1.0, (260, 260));
    let large: Array2<f64> = rng.normal(0.0, 1.0, (520, 520));
    let symmetric = &small + &small.t();
    let positive = large.dot(&large.t()) + Array2::<f64>::eye(520);
    let run = || {
        let svd = linalg::svd(&small).unwrap();
        let eigh = linalg::eigh(&symmetric).unwrap();
        let qr = linalg::qr(&large).unwrap();
        let right = large.column(0);
        let vectors = [
            svd.s,
            eigh.values,
            linalg::solve(&large, &right).unwrap(),
            linalg::lstsq(&large, &right).unwrap().solution,
        ];
        let matrices = [
            svd.u,
            eigh.vectors,
            qr.r,
            linalg::cholesky(&positive).unwrap(),
            linalg::inv(&large).unwrap(),
            linalg::matmul(&large, &positive),
        ];
        (vectors, matrices, linalg::eig(&small).unwrap().values)
    };
    let expected = with_backend(Backend::Serial, run);
    for threads in [1, 2, 3, 7] {
        set_num_threads(threads);
        assert!(run() == expected, "{threads} threads");
    }
}

/// So large that the library's own product does it, where the processor has AVX-512: integers are exact in any order of the sum.
#[test]
fn large_products_are_exact_in_any_layout() {
    let (m, k, n) = (661, 650, 643);
    let integer = |i: usize, j: usize| ((i * 31 + j * 17 + i * j) % 13) as i64 - 6;
    let (a, b) = (
        Array2::from_shape_fn((m, k), |(i, j)| integer(i, j)),
        Array2::from_shape_fn((k, n), |(i, j)| integer(i + 5, j)),
    );
    fn check<T: linalg::ProductElement + PartialEq + std::fmt::Debug>(
        a: &Array2<i64>,
        b: &Array2<i64>,
        float: fn(i64) -> T,
    ) {
        let (left, right) = (a.mapv(float), b.mapv(float));
        let across = right.t().as_standard_layout().into_owned();
        let mut doubled = Array2::from_elem((2 * a.nrows(), a.ncols()), float(99));
        doubled.slice_mut(s![..;-2, ..]).assign(&left);
        let sums = a.dot(&b.sum_axis(Axis(1)));
        let products = [
            linalg::matmul(&left, &right),
            linalg::matmul(&doubled.slice(s![..;-2, ..]), &across.t()),
        ];
        for product in products {
            assert_eq!(product.sum_axis(Axis(1)), sums.mapv(float));
            for i in (0..a.nrows()).step_by(30) {
                for j in (0..b.ncols()).step_by(29).chain([b.ncols() - 1]) {
                    let exact = a.row(i).dot(&b.column(j));
                    assert_eq!(product[(i, j)], float(exact), "[{i}, {j}]");
                }
            }
        }
    }
    check::<f64>(&a, &b, |x| x as f64);
    check::<f32>(&a, &b, |x| x as f32);
}

#[test]
fn large_products_have_the_same_bits_on_any_thread() {
    use brain_jit::{Backend, set_num_threads, with_backend};
    let mut rng = RandomState::new(5);
    let a: Array2<f64> = rng.normal(0.0, 1.0, (500, 1100));
    let b: Array2<f64> = rng.normal(0.0, 1.0, (1100, 500));
    let expected = with_backend(Backend::Serial, || linalg::matmul(&a, &b));
    for threads in [1, 2, 5] {
        set_num_threads(threads);
        assert!(linalg::matmul(&a, &b) == expected, "{threads} threads");
    }
    let sum: f64 = a
        .row(499)
        .iter()
        .zip(b.column(499))
        .map(|(x, y)| x * y)
        .sum();
    assert!((expected[(499, 499)] - sum).abs() < 1e-11);
}

#[test]
fn the_first_power_of_any_layout() {
    let a = real(3, 3);
    for view in [a.t(), a.slice(ndarray::s![..;-1, ..])] {
        assert_eq!(linalg::matrix_power(&view, 1).unwrap(), view);
        assert_eq!(linalg::matrix_power(&view, 2).unwrap(), view.dot(&view));
    }
}
