//! Adjoints of linear algebra, for a matrix or each matrix of a stack.
//!
//! Formulas: Giles (2008), "Collected matrix derivative results for forward and reverse mode algorithmic differentiation";
//! Murray (2016), "Differentiation of the Cholesky decomposition"; Townsend (2016), "Differentiating the singular value
//! decomposition"; Seeger et al. (2017), "Auto-differentiating linear algebra"; Golub and Pereyra (1973) for the pseudoinverse.
//! Functions of symmetric matrices give symmetric adjoints.
//!
//! One file, since a rule and its tangent share what they compute, and all share what goes through a stack.

use ndarray::{Array, Array1, Array2, ArrayRef, ArrayView2, Axis, Dimension, Ix1, Ix2, IxDyn, s};

use crate::array::operand::{Operand, with_rank};
use crate::kernel::Real;
use crate::linalg::{self, NormOrder, Scalar};

/// A real number with decompositions.
pub trait Field: Real + Scalar<Real = Self> {}
impl<T: Real + Scalar<Real = T>> Field for T {}

fn zero<T: Field>() -> T {
    T::from_f64(0.0)
}

/// The `k`-th matrix, or row, of a stack.
fn at<T: Field, D: Dimension, E: Dimension>(
    stack: &ArrayRef<T, D>,
    inner: usize,
    k: usize,
) -> Array<T, E> {
    let outer: Vec<usize> = stack.shape()[..stack.ndim() - inner].to_vec();
    let mut k = k;
    let mut view = stack.view().into_dyn();
    for axis in (0..outer.len()).rev() {
        view.collapse_axis(Axis(axis), k % outer[axis]);
        k /= outer[axis];
    }
    for _ in &outer {
        view = view.index_axis_move(Axis(0), 0);
    }
    with_rank(view.to_owned())
}

fn matrix<T: Field, D: Dimension>(stack: &ArrayRef<T, D>, k: usize) -> Array2<T> {
    at::<_, _, Ix2>(stack, 2, k)
}

fn vector<T: Field, D: Dimension>(stack: &ArrayRef<T, D>, k: usize) -> Array1<T> {
    at::<_, _, Ix1>(stack, 1, k)
}

/// A stack with the outer axes of `like`, made of its matrices.
fn each<T: Field, D: Dimension>(
    like: &ArrayRef<T, D>,
    mut f: impl FnMut(usize) -> Array2<T>,
) -> Array<T, D> {
    let outer = &like.shape()[..like.ndim() - 2];
    let count: usize = outer.iter().product();
    let mut shape = outer.to_vec();
    let mut elements = Vec::new();
    let mut inner = like.shape()[like.ndim() - 2..].to_vec();
    for k in 0..count {
        let matrix = f(k);
        inner = matrix.shape().to_vec();
        elements.extend(matrix.iter().copied());
    }
    shape.extend(inner);
    with_rank(Array::from_shape_vec(IxDyn(&shape), elements).expect("matrices of one shape"))
}

fn product<T: Field>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>) -> Array2<T> {
    T::multiply(a, b)
}

/// `a b c`.
fn product3<T: Field>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    c: ArrayView2<'_, T>,
) -> Array2<T> {
    product(product(a, b).view(), c)
}

fn symmetric<T: Field>(a: Array2<T>) -> Array2<T> {
    let transposed = a.t().to_owned();
    (a + transposed).mapv(|x| x * T::from_f64(0.5))
}

fn solved<T>(result: Result<T, linalg::LinalgError>, function: &str) -> T {
    result.unwrap_or_else(|error| panic!("the gradient of bm::linalg::{function}: {error}"))
}

pub fn inv<T: Field, D: Dimension>(g: &ArrayRef<T, D>, y: &ArrayRef<T, D>) -> Array<T, D> {
    each(y, |k| {
        let (g, y) = (matrix(g, k), matrix(y, k));
        -product3(y.t(), g.view(), y.t())
    })
}

/// How the adjoint of the inverse `y` moves with it.
pub fn inv_along<T: Field, D: Dimension>(
    moved: &ArrayRef<T, D>,
    g: &ArrayRef<T, D>,
    y: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(y, |k| {
        let (moved, g, y) = (matrix(moved, k), matrix(g, k), matrix(y, k));
        -product3(moved.t(), g.view(), y.t()) - product3(y.t(), g.view(), moved.t())
    })
}

/// The cofactors, which singular matrices have, too: from the singular values, each replaced by the product of the others.
fn cofactors<T: Field>(a: &Array2<T>) -> Array2<T> {
    let svd = solved(linalg::svd(a), "det");
    let n = svd.s.len();
    let others = Array1::from_shape_fn(n, |i| {
        (0..n)
            .filter(|&j| j != i)
            .fold(T::from_f64(1.0), |p, j| p * svd.s[j])
    });
    let turned = solved(linalg::det(&svd.u), "det") * solved(linalg::det(&svd.vh), "det");
    let scaled = &svd.u * &others.mapv(|x| x * turned);
    product(scaled.view(), svd.vh.view())
}

/// How the cofactors move with the matrix: those of the singular values do with what turns into their axes.
fn cofactors_along<T: Field>(moved: &Array2<T>, a: &Array2<T>) -> Array2<T> {
    let svd = solved(linalg::svd(a), "det");
    let n = svd.s.len();
    let others = |i: usize, j: usize| {
        (0..n)
            .filter(|&k| k != i && k != j)
            .fold(T::from_f64(1.0), |p, k| p * svd.s[k])
    };
    let inner = product3(svd.u.t(), moved.view(), svd.vh.t());
    let turned = Array2::from_shape_fn((n, n), |(i, j)| match i == j {
        true => (0..n)
            .filter(|&k| k != i)
            .fold(zero(), |sum: T, k| sum + inner[(k, k)] * others(i, k)),
        false => -inner[(j, i)] * others(i, j),
    });
    let sign = solved(linalg::det(&svd.u), "det") * solved(linalg::det(&svd.vh), "det");
    product3(svd.u.view(), turned.view(), svd.vh.view()).mapv(|x| x * sign)
}

/// One number of `g` a matrix.
pub fn det<T: Field, D: Dimension, G: Operand<T>>(g: G, a: &ArrayRef<T, D>) -> Array<T, D> {
    let g = super::list(g);
    each(a, |k| cofactors(&matrix(a, k)).mapv(|x| x * g[k]))
}

/// How that moves with the matrices.
pub fn det_along<T: Field, D: Dimension, G: Operand<T>>(
    moved: &ArrayRef<T, D>,
    g: G,
    a: &ArrayRef<T, D>,
) -> Array<T, D> {
    let g = super::list(g);
    each(a, |k| {
        cofactors_along(&matrix(moved, k), &matrix(a, k)).mapv(|x| x * g[k])
    })
}

/// By the logarithm; the sign does not change.
pub fn slogdet<T: Field, D: Dimension>(g: &[T], a: &ArrayRef<T, D>) -> Array<T, D> {
    each(a, |k| {
        let a = matrix(a, k);
        match linalg::inv(&a) {
            Ok(inverse) => inverse.t().mapv(|x| x * g[k]),
            Err(_) => Array2::from_elem(a.raw_dim(), T::from_f64(f64::NAN)),
        }
    })
}

/// What the right side of `a y = b` receives.
pub fn solve<T: Field, E: Dimension>(g: &ArrayRef<T, E>, a: &ArrayRef<T, Ix2>) -> Array<T, E> {
    solved(linalg::solve(&a.t(), g), "solve")
}

/// What the matrix receives.
pub fn solve_matrix<T: Field, E: Dimension>(
    g: &ArrayRef<T, E>,
    a: &ArrayRef<T, Ix2>,
    y: &ArrayRef<T, E>,
) -> Array2<T> {
    let b = solve(g, a);
    let columns = |x: &ArrayRef<T, E>| -> Array2<T> {
        let rows = x.shape()[0];
        let count = x.len() / rows.max(1);
        with_rank(
            x.to_shape((rows, count))
                .expect("a vector or a matrix")
                .to_owned()
                .into_dyn(),
        )
    };
    -product(columns(&b).view(), columns(y).t())
}

/// The lower triangle, with half of the diagonal.
fn lower<T: Field>(mut a: Array2<T>) -> Array2<T> {
    for ((i, j), element) in a.indexed_iter_mut() {
        if i < j {
            *element = zero();
        } else if i == j {
            *element *= T::from_f64(0.5);
        }
    }
    a
}

pub fn cholesky<T: Field, D: Dimension>(g: &ArrayRef<T, D>, y: &ArrayRef<T, D>) -> Array<T, D> {
    each(y, |k| {
        let (g, l) = (matrix(g, k), matrix(y, k));
        let inverse = solved(linalg::inv(&l), "cholesky");
        let middle = lower(product(l.t(), g.view()));
        symmetric(product3(inverse.t(), middle.view(), inverse.view()))
    })
}

/// How the factor `y` moves with the matrix.
pub fn cholesky_along<T: Field, D: Dimension>(
    moved: &ArrayRef<T, D>,
    y: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(y, |k| {
        let (moved, l) = (symmetric(matrix(moved, k)), matrix(y, k));
        let inverse = solved(linalg::inv(&l), "cholesky");
        let middle = lower(product3(inverse.view(), moved.view(), inverse.t()));
        product(l.view(), middle.view())
    })
}

/// How the adjoint of the factor `y` moves with it.
pub fn cholesky_adjoint_along<T: Field, D: Dimension>(
    moved: &ArrayRef<T, D>,
    g: &ArrayRef<T, D>,
    y: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(y, |k| {
        let (moved, g, l) = (matrix(moved, k), matrix(g, k), matrix(y, k));
        let inverse = solved(linalg::inv(&l), "cholesky");
        let turned = -product3(inverse.view(), moved.view(), inverse.view());
        let middle = lower(product(l.t(), g.view()));
        let inner = lower(product(moved.t(), g.view()));
        symmetric(
            product3(turned.t(), middle.view(), inverse.view())
                + product3(inverse.t(), inner.view(), inverse.view())
                + product3(inverse.t(), middle.view(), turned.view()),
        )
    })
}

/// Divides by the differences of `values`; what is zero stays zero, so that equal values harm only what depends on their vectors.
fn by_differences<T: Field>(inner: &mut Array2<T>, values: &Array1<T>) {
    for ((i, j), element) in inner.indexed_iter_mut() {
        if i == j {
            *element = zero();
        } else if *element != zero() {
            *element /= values[j] - values[i];
        }
    }
}

pub fn eigh<T: Field, D: Dimension, E: Dimension>(
    g_values: &ArrayRef<T, E>,
    g_vectors: &ArrayRef<T, D>,
    values: &ArrayRef<T, E>,
    vectors: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(vectors, |k| {
        let (w, v) = (vector(values, k), matrix(vectors, k));
        let mut inner = product(v.t(), matrix(g_vectors, k).view());
        by_differences(&mut inner, &w);
        inner.diag_mut().assign(&vector(g_values, k));
        symmetric(product3(v.view(), inner.view(), v.t()))
    })
}

pub fn eigvalsh<T: Field, D: Dimension + linalg::Stack, E: Dimension>(
    g: &ArrayRef<T, E>,
    a: &ArrayRef<T, D>,
) -> Array<T, D> {
    let vectors = solved(linalg::eigh(a), "eigvalsh").vectors;
    each(a, |k| {
        let v = matrix(&vectors, k);
        let scaled = &v * &vector(g, k);
        product(scaled.view(), v.t())
    })
}

/// How eigenvalues and eigenvectors move with the symmetric matrix.
pub fn eigh_along<T: Field, D: Dimension, E: Dimension>(
    moved: &ArrayRef<T, D>,
    values: &ArrayRef<T, E>,
    vectors: &ArrayRef<T, D>,
) -> (Array<T, E>, Array<T, D>) {
    let by_values = quadratic(&each(moved, |k| symmetric(matrix(moved, k))), |k| {
        (matrix(vectors, k), matrix(vectors, k))
    });
    let by_vectors = each(vectors, |k| {
        let (w, v) = (vector(values, k), matrix(vectors, k));
        let mut inner = product3(v.t(), symmetric(matrix(moved, k)).view(), v.view());
        by_differences(&mut inner, &w);
        product(v.view(), inner.view())
    });
    (by_values, by_vectors)
}

/// How the left singular vectors move with the matrix. Those that only fill a square have no tangent: NaN.
pub fn svd_u_along<T: Field, D: Dimension, E: Dimension>(
    moved: &ArrayRef<T, D>,
    u: &ArrayRef<T, D>,
    s: &ArrayRef<T, E>,
    vh: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(u, |k| {
        let (left, s, right) = thin(u, s, vh, k);
        let along = turned(matrix(moved, k).view(), &left, &s, &right);
        filled(along, matrix(u, k).ncols())
    })
}

/// How the singular values move with the matrix.
pub fn svd_s_along<T: Field, D: Dimension, E: Dimension>(
    moved: &ArrayRef<T, D>,
    u: &ArrayRef<T, D>,
    s: &ArrayRef<T, E>,
    vh: &ArrayRef<T, D>,
) -> Array<T, E> {
    quadratic(moved, |k| {
        let (left, _, right) = thin(u, s, vh, k);
        (left, right)
    })
}

/// How the right singular vectors, which are rows, move with the matrix: see [`svd_u_along`].
pub fn svd_vh_along<T: Field, D: Dimension, E: Dimension>(
    moved: &ArrayRef<T, D>,
    u: &ArrayRef<T, D>,
    s: &ArrayRef<T, E>,
    vh: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(vh, |k| {
        let (left, s, right) = thin(u, s, vh, k);
        let along = turned(matrix(moved, k).t(), &right, &s, &left);
        filled(along, matrix(vh, k).nrows()).reversed_axes()
    })
}

/// The singular vectors that belong to singular values, as columns.
fn thin<T: Field, D: Dimension, E: Dimension>(
    u: &ArrayRef<T, D>,
    s: &ArrayRef<T, E>,
    vh: &ArrayRef<T, D>,
    k: usize,
) -> (Array2<T>, Array1<T>, Array2<T>) {
    let (u, s, vh) = (matrix(u, k), vector(s, k), matrix(vh, k));
    let n = s.len();
    let right = vh.slice(s![..n, ..]).reversed_axes().to_owned();
    (u.slice(s![.., ..n]).to_owned(), s, right)
}

/// Singular vectors of one side turn among themselves and leave their space.
fn turned<T: Field>(
    e: ArrayView2<'_, T>,
    u: &Array2<T>,
    s: &Array1<T>,
    v: &Array2<T>,
) -> Array2<T> {
    let inner = product3(u.t(), e, v.view());
    let mut turns = &inner * s + &inner.t() * &s.view().insert_axis(Axis(1));
    by_differences(&mut turns, &s.mapv(|s| s * s));
    let outside = product(e, v.view()) - product(u.view(), inner.view());
    product(u.view(), turns.view()) + outside / s
}

fn filled<T: Field>(columns: Array2<T>, count: usize) -> Array2<T> {
    let mut all = Array2::from_elem((columns.nrows(), count), T::from_f64(f64::NAN));
    all.slice_mut(s![.., ..columns.ncols()]).assign(&columns);
    all
}

/// How the factors move with the matrix, of full column rank.
pub fn qr_along<T: Field, D: Dimension>(
    moved: &ArrayRef<T, D>,
    q: &ArrayRef<T, D>,
    r: &ArrayRef<T, D>,
) -> (Array<T, D>, Array<T, D>) {
    let parts = |k: usize| {
        let (q, r) = (matrix(q, k), matrix(r, k));
        assert!(
            r.nrows() == r.ncols(),
            "the tangent of bm::linalg::qr: needs as many rows as columns or more, and the reduced decomposition; \
             `q` has shape {:?} and `r` {:?}",
            q.shape(),
            r.shape()
        );
        // The moved matrix over `r`, and what turns the columns of `q` among themselves.
        let over = solved(
            linalg::solve(&r.t(), &matrix(moved, k).t().to_owned()),
            "qr",
        );
        let over = over.reversed_axes();
        let inner = product(q.t(), over.view());
        let turn = Array2::from_shape_fn(inner.raw_dim(), |(i, j)| match i.cmp(&j) {
            std::cmp::Ordering::Greater => inner[(i, j)],
            std::cmp::Ordering::Equal => zero(),
            std::cmp::Ordering::Less => -inner[(j, i)],
        });
        (q, r, over, inner, turn)
    };
    let by_q = each(q, |k| {
        let (q, _, over, inner, turn) = parts(k);
        over + product(q.view(), (turn - inner).view())
    });
    let by_r = each(r, |k| {
        let (_, r, _, inner, turn) = parts(k);
        product((inner - turn).view(), r.view())
    });
    (by_q, by_r)
}

/// How the logarithm of the determinant's modulus moves.
pub fn slogdet_along<T: Field, D: linalg::Stack>(
    moved: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
) -> <D::Scalars as linalg::ResultRank>::Output<T> {
    let outer = &a.shape()[..a.ndim() - 2];
    let traces = (0..outer.iter().product()).map(|k| match linalg::inv(&matrix(a, k)) {
        Ok(inverse) => product(inverse.view(), matrix(moved, k).view())
            .diag()
            .sum(),
        Err(_) => T::from_f64(f64::NAN),
    });
    <D::Scalars as linalg::ResultRank>::arrange(outer, traces.collect())
}

/// A row a matrix: `left[:, i] · moved · right[i, :]`.
fn quadratic<T: Field, D: Dimension, E: Dimension>(
    moved: &ArrayRef<T, D>,
    vectors: impl Fn(usize) -> (Array2<T>, Array2<T>),
) -> Array<T, E> {
    let mut shape = moved.shape()[..moved.ndim() - 2].to_vec();
    let count: usize = shape.iter().product();
    let mut elements = Vec::new();
    for k in 0..count {
        let (left, right) = vectors(k);
        let turned = product(left.t(), matrix(moved, k).view());
        let lanes = turned.rows().into_iter().zip(right.columns());
        elements.extend(lanes.map(|(a, b)| a.dot(&b)));
    }
    let length = moved.shape()[moved.ndim() - 2..].iter().min();
    shape.push(length.copied().unwrap_or(0));
    with_rank(Array::from_shape_vec(IxDyn(&shape), elements).expect("rows of one length"))
}

/// How the eigenvalues move.
pub fn eigvalsh_along<T: Field, D: Dimension + linalg::Stack, E: Dimension>(
    moved: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
) -> Array<T, E> {
    let vectors = solved(linalg::eigh(a), "eigvalsh").vectors;
    quadratic(moved, |k| (matrix(&vectors, k), matrix(&vectors, k)))
}

/// How the singular values move.
pub fn svdvals_along<T: Field, D: Dimension + linalg::Stack, E: Dimension>(
    moved: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
) -> Array<T, E> {
    let svd = solved(linalg::svd_with(a, false), "svdvals");
    quadratic(moved, |k| {
        (matrix(&svd.u, k), matrix(&svd.vh, k).reversed_axes())
    })
}

pub fn svd<T: Field, D: Dimension, E: Dimension>(
    g_u: &ArrayRef<T, D>,
    g_s: &ArrayRef<T, E>,
    g_vh: &ArrayRef<T, D>,
    u: &ArrayRef<T, D>,
    s: &ArrayRef<T, E>,
    vh: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(u, |k| {
        let s = vector(s, k);
        let n = s.len();
        let thin = |a: Array2<T>, full: bool| {
            assert!(
                !full || a.iter().all(|x| *x == zero()),
                "the gradient of bm::linalg::svd: the columns of `u` and rows of `vh` beyond the singular values have none; \
                 use bm::linalg::svd_with(a, false)"
            );
        };
        let (whole_u, whole_vh) = (matrix(u, k), matrix(vh, k));
        let (all_g_u, all_g_vh) = (matrix(g_u, k), matrix(g_vh, k));
        thin(all_g_u.slice(s![.., n..]).to_owned(), whole_u.ncols() > n);
        thin(all_g_vh.slice(s![n.., ..]).to_owned(), whole_vh.nrows() > n);
        let (u, g_u) = (whole_u.slice(s![.., ..n]), all_g_u.slice(s![.., ..n]));
        let (v, g_v) = (
            whole_vh.slice(s![..n, ..]).reversed_axes(),
            all_g_vh.slice(s![..n, ..]).reversed_axes(),
        );
        let squares = s.mapv(|s| s * s);
        // The antisymmetric parts, over the differences of the squares.
        let turned = |a: ArrayView2<'_, T>, g: ArrayView2<'_, T>| {
            let inner = product(a.t(), g);
            let mut inner = &inner - &inner.t();
            by_differences(&mut inner, &squares);
            inner
        };
        let mut inner = &turned(u, g_u) * &s + &turned(v, g_v) * &s.view().insert_axis(Axis(1));
        for (element, &g) in inner.diag_mut().iter_mut().zip(&vector(g_s, k)) {
            *element += g;
        }
        let mut adjoint = product3(u, inner.view(), v.t());
        let over = |a: ArrayView2<'_, T>, g: ArrayView2<'_, T>| {
            // What leaves the space of the vectors, over the singular values.
            let mut rest = &g - &product3(a, a.t(), g);
            for (mut column, &s) in rest.axis_iter_mut(Axis(1)).zip(&s) {
                column.mapv_inplace(|x| if x == zero() { x } else { x / s });
            }
            rest
        };
        if u.nrows() > n {
            adjoint += &product(over(u, g_u).view(), v.t());
        }
        if v.nrows() > n {
            adjoint += &product(u, over(v, g_v).t());
        }
        adjoint
    })
}

pub fn svdvals<T: Field, D: Dimension + linalg::Stack, E: Dimension>(
    g: &ArrayRef<T, E>,
    a: &ArrayRef<T, D>,
) -> Array<T, D> {
    let svd = solved(linalg::svd_with(a, false), "svdvals");
    let (u, vh) = (&svd.u, &svd.vh);
    each(a, |k| {
        let scaled = &matrix(u, k) * &vector(g, k);
        product(scaled.view(), matrix(vh, k).view())
    })
}

/// For matrices of full column rank.
pub fn qr<T: Field, D: Dimension>(
    g_q: &ArrayRef<T, D>,
    g_r: &ArrayRef<T, D>,
    q: &ArrayRef<T, D>,
    r: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(q, |k| {
        let (q, r) = (matrix(q, k), matrix(r, k));
        assert!(
            r.nrows() == r.ncols(),
            "the gradient of bm::linalg::qr: needs as many rows as columns or more, and the reduced decomposition; \
             `q` has shape {:?} and `r` {:?}",
            q.shape(),
            r.shape()
        );
        let (g_q, g_r) = (matrix(g_q, k), matrix(g_r, k));
        let mut middle = product(r.view(), g_r.t()) - product(g_q.t(), q.view());
        for i in 0..middle.nrows() {
            for j in i + 1..middle.ncols() {
                middle[(i, j)] = middle[(j, i)];
            }
        }
        let right = g_q + product(q.view(), middle.view());
        solved(linalg::solve(&r, &right.t().to_owned()), "qr").reversed_axes()
    })
}

pub fn matrix_power<T: Field, D: Dimension>(
    g: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
    n: i64,
) -> Array<T, D> {
    each(a, |k| {
        let (g, a) = (matrix(g, k), matrix(a, k));
        let base = match n < 0 {
            true => solved(linalg::inv(&a), "matrix_power"),
            false => a,
        };
        // The sum over the factors of what stands before and after.
        let mut adjoint = Array2::from_elem(g.raw_dim(), zero());
        let mut right = g;
        let count = n.unsigned_abs();
        let mut before = Vec::new();
        let mut power: Array2<T> = Array2::eye(base.nrows());
        for _ in 0..count {
            before.push(power.clone());
            power = product(power.view(), base.view());
        }
        for before in before.iter().rev() {
            adjoint += &product(before.t(), right.view());
            right = product(right.view(), base.t());
        }
        match n < 0 {
            true => -product3(base.t(), adjoint.view(), base.t()),
            false => adjoint,
        }
    })
}

/// The derivative of the exponential of the transposed matrix, from the exponential of a block matrix (Higham, 2008).
pub fn expm<T: Field, D: Dimension>(g: &ArrayRef<T, D>, a: &ArrayRef<T, D>) -> Array<T, D> {
    each(a, |k| {
        let (g, a) = (matrix(g, k), matrix(a, k));
        let n = a.nrows();
        let mut block = Array2::from_elem((2 * n, 2 * n), zero());
        block.slice_mut(s![..n, ..n]).assign(&a.t());
        block.slice_mut(s![..n, n..]).assign(&g);
        block.slice_mut(s![n.., n..]).assign(&a.t());
        solved(linalg::expm(&block), "expm")
            .slice(s![..n, n..])
            .to_owned()
    })
}

/// Where the rank does not change.
pub fn pinv<T: Field, D: Dimension>(
    g: &ArrayRef<T, D>,
    a: &ArrayRef<T, D>,
    y: &ArrayRef<T, D>,
) -> Array<T, D> {
    each(a, |k| {
        let (g, a, y) = (matrix(g, k), matrix(a, k), matrix(y, k));
        let rest = |x: Array2<T>| Array2::<T>::eye(x.nrows()) - x;
        let left = rest(product(a.view(), y.view()));
        let right = rest(product(y.view(), a.view()));
        product3(product(left.view(), g.t()).view(), y.view(), y.t())
            + product3(product(y.t(), y.view()).view(), g.t(), right.view())
            - product3(y.t(), g.view(), y.t())
    })
}

/// Of one vector or matrix.
pub fn norm_with<T: Field, D: Dimension>(
    g: T,
    a: &ArrayRef<T, D>,
    y: T,
    order: impl Into<NormOrder>,
) -> Array<T, D> {
    let order = order.into();
    let adjoint = match a.ndim() {
        1 => lane(g, &vector(a, 0).to_vec(), y, order).into_dyn(),
        _ => matrix_norm(g, &matrix(a, 0), y, order).into_dyn(),
    };
    with_rank(adjoint)
}

fn lane<T: Field>(g: T, a: &[T], y: T, order: NormOrder) -> Array1<T> {
    let sign = |x: T| {
        if x == zero() {
            zero()
        } else {
            num_traits::Float::signum(x)
        }
    };
    let modulus = |x: T| num_traits::Float::abs(x);
    match order {
        NormOrder::P(p) if p.is_infinite() => {
            let ties = a.iter().filter(|x| modulus(**x) == y).count();
            let share = g / T::from_f64(ties as f64);
            a.iter()
                .map(|&x| {
                    if modulus(x) == y {
                        share * sign(x)
                    } else {
                        zero()
                    }
                })
                .collect()
        }
        NormOrder::P(0.0) => Array1::from_elem(a.len(), zero()),
        NormOrder::P(p) => {
            let power = T::from_f64(p - 1.0);
            let value = |&x: &T| g * sign(x) * num_traits::Float::powf(modulus(x) / y, power);
            a.iter().map(value).collect()
        }
        _ => a.iter().map(|&x| g * x / y).collect(),
    }
}

fn matrix_norm<T: Field>(g: T, a: &Array2<T>, y: T, order: NormOrder) -> Array2<T> {
    let modulus = |x: T| num_traits::Float::abs(x);
    match order {
        NormOrder::Frobenius => a.mapv(|x| g * x / y),
        NormOrder::P(p) if modulus(T::from_f64(p)) == T::from_f64(1.0) || p.is_infinite() => {
            // The greatest or least sum of moduli; sums that are equal share.
            let axis = Axis(usize::from(p.is_infinite()));
            let sums: Vec<T> = a
                .lanes(axis)
                .into_iter()
                .map(|lane| lane.iter().fold(zero(), |s: T, &x| s + modulus(x)))
                .collect();
            let best = sums
                .iter()
                .copied()
                .reduce(|m, s| if (s > m) == (p > 0.0) { s } else { m })
                .unwrap_or(y);
            let share = g / T::from_f64(sums.iter().filter(|s| **s == best).count() as f64);
            let mut adjoint = Array2::from_elem(a.raw_dim(), zero());
            for ((mut out, lane), sum) in adjoint
                .lanes_mut(axis)
                .into_iter()
                .zip(a.lanes(axis))
                .zip(sums)
            {
                if sum == best {
                    out.zip_mut_with(&lane, |out, &x| {
                        *out = if x == zero() {
                            zero()
                        } else {
                            share * num_traits::Float::signum(x)
                        }
                    });
                }
            }
            adjoint
        }
        // The singular values are added, or the greatest or least one is taken.
        order => {
            let svd = solved(linalg::svd_with(a, false), "norm");
            let weights = match order {
                NormOrder::Nuclear => Array1::from_elem(svd.s.len(), g),
                _ => lane_of_extreme(g, &svd.s, order),
            };
            product((&svd.u * &weights).view(), svd.vh.view())
        }
    }
}

fn lane_of_extreme<T: Field>(g: T, s: &Array1<T>, order: NormOrder) -> Array1<T> {
    let first = !matches!(order, NormOrder::P(p) if p < 0.0);
    let chosen = if first { 0 } else { s.len().saturating_sub(1) };
    Array1::from_shape_fn(s.len(), |i| if i == chosen { g } else { zero() })
}

/// Vector norms along an axis.
pub fn norm_axis<T: Field, D: Dimension, E: Dimension>(
    g: &ArrayRef<T, E>,
    a: &ArrayRef<T, D>,
    y: &ArrayRef<T, E>,
    order: impl Into<NormOrder>,
    axis: isize,
) -> Array<T, D> {
    let order = order.into();
    super::over(g, a, y, axis, |a, g, y, out| {
        for (out, x) in out.iter_mut().zip(lane(g, a, y, order)) {
            *out = x;
        }
    })
}
