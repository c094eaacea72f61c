//! Functions of the library that do not fuse: each rule against central differences.

use brain_jit::bm::linalg::{Eig, NormOrder, QrMode, Triangle};
use brain_jit::prelude::*;
use brain_jit_tests::differences::{assert_close as close, differences};

fn flat(m: &Array2<f64>) -> Array1<f64> {
    m.iter().copied().collect()
}

/// Functions of a matrix and a vector, compared by both.
macro_rules! table {
    ($test:ident $m:expr, $v:expr; $($name:ident, $grad:ident: |$a:ident, $b:ident| $body:block)*) => {
        $(#[brain_jit(grad($a, $b))] fn $name($a: &Array2<f64>, $b: &Array1<f64>) -> f64 $body)*

        #[test]
        fn $test() {
            let (m, v): (Array2<f64>, Array1<f64>) = ($m, $v);
            for backend in [Backend::Plain, Backend::Serial] {
                brain_jit::with_backend(backend, || {
                    $({
                        let (value, g) = $grad(&m, &v);
                        assert_eq!(value, $name(&m, &v), "{}", stringify!($name));
                        let by_m = differences(&flat(&m), |x| {
                            $name(&x.clone().into_shape_with_order(m.raw_dim()).unwrap(), &v)
                        });
                        close(&flat(&g.$a), &by_m, concat!(stringify!($name), " by the matrix"));
                        close(&g.$b, &differences(&v, |v| $name(&m, v)), concat!(stringify!($name), " by the vector"));
                    })*
                })
            }
        }
    };
}

table! { movements array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]], array![0.2, -0.4, 0.9];
    flips, flips_grad: |m, v| { let a: Array2<f64> = bm::flip_axis(m, 0); let b: Array1<f64> = bm::flip(v); bm::sum(a * b) + bm::sum(bm::square(v)) }
    sides, sides_grad: |m, v| { let a: Array2<f64> = bm::fliplr(m); let b: Array2<f64> = bm::flipud(m); bm::sum(a * b * v) }
    turned, turned_grad: |m, v| { let a: Array2<f64> = bm::rot90(m, 1); bm::sum(bm::square(bm::dot(a, m)) * v) }
    rolled, rolled_grad: |m, v| { let a: Array2<f64> = bm::roll_axis(m, 1, 1); let b: Array1<f64> = bm::roll(v, -1); bm::sum(bm::square(a * v) * b) }
    repeated, repeated_grad: |m, v| { let a: Array2<f64> = bm::repeat_axis(m, 2, 0); let b: Array1<f64> = bm::repeat(v, 2); bm::sum(bm::sin(a) * v) + bm::sum(bm::square(b)) }
    padded, padded_grad: |m, v| { let a: Array2<f64> = bm::pad(m, 1, 0.5); let b: Array1<f64> = bm::pad_mode(v, 2, bm::PadMode::Reflect); bm::sum(bm::exp(a)) + bm::sum(bm::exp(b)) }
    deleted, deleted_grad: |m, v| { let a: Array2<f64> = bm::delete_axis(m, 1, 1); let b: Array1<f64> = bm::delete(v, 0); bm::sum(bm::exp(a) * b) }
    swapped, swapped_grad: |m, v| { let a: Array2<f64> = bm::swapaxes(m, 0, 1); let b: Array2<f64> = bm::moveaxis(m, 0, 1); bm::sum(bm::square(bm::dot(v, a * bm::sin(b)))) }
    shaped, shaped_grad: |m, v| { let a: Array1<f64> = bm::ravel(m); let b: Array2<f64> = bm::reshape(m, (3, 2)); let c: Array1<f64> = bm::flatten(m); bm::sum(a * c) + bm::sum(bm::square(bm::dot(v, b))) }
    resized, resized_grad: |m, v| { let a: Array1<f64> = bm::resize(v, 5); let b: Array2<f64> = bm::broadcast_to(v, (4, 3)); bm::sum(bm::square(a)) + bm::sum(bm::exp(b)) * bm::sum(m) }
    triangles, triangles_grad: |m, v| { let a: Array2<f64> = bm::tril(m, 0); let b: Array2<f64> = bm::triu(m, 1); bm::sum(bm::exp(a) * v) + bm::sum(bm::square(b)) }
    diagonals, diagonals_grad: |m, v| { let a: Array2<f64> = bm::diag(v, 1); let b: Array1<f64> = bm::diagonal(m, 1); let c: Array2<f64> = bm::diagflat(v, 0); bm::sum(bm::exp(a)) + bm::sum(bm::exp(b)) + bm::sum(bm::square(bm::dot(m, c))) }
    taken, taken_grad: |m, v| { let a: Array1<f64> = bm::take(m, &[5, 0, 0]); let i = array![[0, 2, 2], [1, 1, 0]]; let b: Array2<f64> = bm::take_along_axis(m, &i, 1); bm::sum(bm::square(a) * v) + bm::sum(bm::exp(b)) }
    compressed, compressed_grad: |m, v| { let a: Array1<f64> = bm::compress(&[true, false, true], v); let b: Array2<f64> = bm::compress_axis(&[true, false, true], m, 1); bm::sum(bm::exp(a)) + bm::sum(bm::square(b)) }
    extracted, extracted_grad: |m, v| { let keep = bm::greater(m, 0.0); let a: Array1<f64> = bm::extract(&keep, m); bm::sum(bm::exp(a)) * bm::sum(v) }
    stacked, stacked_grad: |m, v| { let a: Array2<f64> = bm::stack(&[v, v], 1); let w = bm::sin(v); let b: Array2<f64> = bm::stack(&[v, &w], 0); bm::sum(bm::square(a)) + bm::sum(bm::exp(b) * m) }
    appended, appended_grad: |m, v| { let a: Array1<f64> = bm::append(m, v); let b: Array2<f64> = bm::append_axis(m, bm::exp(m), 1); let c: Array2<f64> = bm::append_axis(m, m, -2); let d: Array1<f64> = bm::append(v, m); bm::sum(bm::square(&a) * d) + bm::sum(bm::sin(b)) + bm::sum(bm::square(c) * v) }
    inserted, inserted_grad: |m, v| { let a: Array1<f64> = bm::insert(v, 1, m[0]); let w = bm::expand_dims(bm::sin(v[..2]), 1); let b: Array2<f64> = bm::insert_axis(m, [0, 2, 3], &w, 1); let u: Array1<f64> = array![2.0, 1.0]; let c: Array1<f64> = bm::insert(m, [0, 4], &u); bm::sum(bm::square(a)) + bm::sum(bm::exp(b)) + bm::sum(bm::sin(c)) }
    piled, piled_grad: |m, v| { let a: Array2<f64> = bm::vstack(&[v, v]).into_dimensionality().unwrap(); let w = bm::sin(v); let b = bm::hstack(&[v, &w]).into_dimensionality::<ndarray::Ix1>().unwrap(); let c: Array3<f64> = bm::dstack(&[m, m]).into_dimensionality().unwrap(); let d: Array2<f64> = bm::vstack(&[m, m]).into_dimensionality().expect("a matrix"); bm::sum(a * m) + bm::sum(bm::exp(b)) + bm::sum(bm::square(c)) + bm::sum(bm::sin(d) * v) }
    tiled, tiled_grad: |m, v| { let a: Array2<f64> = bm::tile(v, (2, 2)).into_dimensionality().unwrap(); let b: Array2<f64> = bm::tile(m, (2, 1)).into_dimensionality().unwrap(); let c: Array2<f64> = bm::atleast_2d(v).into_dimensionality().unwrap(); let d: Array3<f64> = bm::atleast_3d(m).into_dimensionality().unwrap(); let e: Array1<f64> = bm::atleast_1d(v).into_dimensionality().unwrap(); bm::sum(bm::square(a)) + bm::sum(bm::exp(b) * v) + bm::sum(c * m) + bm::sum(bm::sin(d)) + bm::sum(e * e) }
    columns, columns_grad: |m, v| { let w = bm::exp(v); let a: Array2<f64> = bm::column_stack(&[v, &w]); let b: Array2<f64> = bm::concatenate(&[m, m], 0); bm::sum(bm::square(bm::dot(m, a))) + bm::sum(bm::sin(b)) }
    sorted, sorted_grad: |m, v| { let a: Array2<f64> = bm::sort_axis(m, 0); let b: Array2<f64> = bm::sort(m); let c: Array1<f64> = bm::sort_flat(m); bm::sum(a * v) + bm::sum(bm::square(b) * v) + c[0] * c[1] }
    ordered, ordered_grad: |m, v| { let order: Array1<usize> = bm::argsort(v); let a = v[&order]; let b: Array1<f64> = array![1.0, 2.0, 4.0]; bm::sum(bm::exp(a) * &b) + bm::sum(m) }
    synapses, synapses_grad: |m, v| { let pre = array![0, 2, 2, 1]; let post = array![1, 0, 1, 1]; let s: Array1<f64> = bm::pre2syn(v, &pre); let t: Array1<f64> = bm::syn2post_sum(&s, &post, 2); let u: Array1<f64> = bm::syn2post_mean(&s, &post, 2); let w: Array1<f64> = bm::pre2post_sum(v, 2, &post, &pre); bm::sum(bm::exp(t)) + bm::sum(bm::square(u)) * bm::sum(m) + bm::sum(bm::square(w)) }
}

table! { along_axes array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]], array![0.2, -0.4, 0.9];
    sums, sums_grad: |m, v| { let a: Array2<f64> = bm::cumsum_axis(m, 0); let b: Array2<f64> = bm::cumsum_axis(m, -1); let c: Array1<f64> = bm::cumsum(m); bm::sum(bm::square(a) * v) + bm::sum(bm::exp(b)) + bm::sum(bm::square(c)) }
    products, products_grad: |m, v| { let a: Array2<f64> = bm::cumprod_axis(m, 1); let b: Array1<f64> = bm::cumprod(v); bm::sum(bm::square(a)) + bm::sum(bm::exp(b)) }
    changes, changes_grad: |m, v| { let a: Array2<f64> = bm::diff(m); let b: Array2<f64> = bm::diff_axis(m, 1, 0); let c: Array1<f64> = bm::diff_axis(v, 2, 0); let d: Array1<f64> = bm::ediff1d(v); bm::sum(bm::square(a)) + bm::sum(bm::exp(b)) + bm::sum(bm::square(c)) + bm::sum(bm::exp(d)) }
    slopes, slopes_grad: |m, v| { let a: Array2<f64> = bm::gradient_axis(m, 0.5, 1); let b: Array1<f64> = bm::gradient_axis(v, 1.0, 0); bm::sum(bm::square(a)) + bm::sum(bm::exp(b)) }
    logs, logs_grad: |m, v| { let a: Array1<f64> = bm::logsumexp_axis(m, 1); let b: f64 = bm::logsumexp(v); let c: Array2<f64> = bm::logsumexp_axis_keepdims(m, 0); bm::sum(bm::square(a)) + b + bm::sum(c * v) }
    spans, spans_grad: |m, v| { let a: Array1<f64> = bm::ptp_axis(m, 0); let b: f64 = bm::ptp(v); bm::sum(a * v) + b * b }
    middles, middles_grad: |m, v| { let a: Array1<f64> = bm::median_axis(m, 0); let b: f64 = bm::median(v); let c: f64 = bm::quantile(v, 0.3, bm::Quantile::Linear); let d: Array1<f64> = bm::percentile_axis(m, 1, 25.0, bm::Quantile::Linear); bm::sum(a * v) + b * b + c + bm::sum(bm::square(d)) }
    norms, norms_grad: |m, v| { let a: f64 = bm::reduce_euclidean_norm(v); let b: Array1<f64> = bm::reduce_euclidean_norm_axis(m, 1); a + bm::sum(bm::exp(b)) }
    lists, lists_grad: |m, v| { let a: f64 = bm::sum(bm::square(m)); let b: Array2<f64> = bm::max_keepdims(m); let c: Array1<f64> = bm::std_axis_ddof(m, 0, 1.0); a + bm::sum(b * v) + bm::sum(c) }
    spreads, spreads_grad: |m, v| { let a: Array1<f64> = bm::nanvar_axis(m, 1); let b: f64 = bm::nanstd(v); let c: f64 = bm::nanmean(m); bm::sum(a) + b + c * c }
    gates, gates_grad: |m, v| { let a: Array2<f64> = bm::glu(m, 0); bm::sum(a * v) }
    soft, soft_grad: |m, v| { let a: Array2<f64> = bm::softmin(m, 1); let b: Array2<f64> = bm::normalize(m, -1, 1e-3); let c: Array2<f64> = bm::softmax(m, 0); let d: Array2<f64> = bm::log_softmax(m, -1); let e = bm::matmul(c, d.t()); bm::sum(bm::square(e)) + bm::sum(a * v) + bm::sum(bm::exp(b) * v) }
    convolved, convolved_grad: |m, v| { let row = bm::exp(m[0]); let a: Array1<f64> = bm::convolve(v, &row, bm::Convolution::Full); let b: Array1<f64> = bm::correlate(v, &row, bm::Convolution::Same); let w = v[1..] * 2.0; let c: Array1<f64> = bm::convolve(&row, &w, bm::Convolution::Valid); let d: Array1<f64> = bm::correlate(&w, &row, bm::Convolution::Same); bm::sum(bm::square(a)) + bm::sum(bm::exp(b)) + bm::sum(bm::square(c)) + bm::sum(bm::sin(d)) }
    interpolated, interpolated_grad: |m, v| { let xp = bm::cumsum(bm::exp(v)); let x = 2.0 * bm::abs(m); let a: Array2<f64> = bm::interp(&x, &xp, v); bm::sum(bm::sin(a)) }
    covariances, covariances_grad: |m, v| { let a: Array2<f64> = bm::cov(m); let x = m * v; let b: Array2<f64> = bm::cov_with(&x, bm::Covariance { rowvar: false, ddof: 0.0 }); let c: Array2<f64> = bm::corrcoef(&x); let y = bm::sin(x); let d: Array2<f64> = bm::corrcoef_with(&y.t(), bm::Covariance { rowvar: false, ddof: 1.0 }); bm::sum(bm::sin(a)) + bm::sum(bm::square(b)) + bm::sum(bm::exp(c)) + bm::sum(bm::exp(d) * d) }
    polynomials, polynomials_grad: |m, v| { let x = m[1]; let a: Array1<f64> = bm::polyval(v, &x); bm::sum(bm::square(a)) }
}

// Elementwise, on numbers of both signs.
table! { elementwise array![[0.5, -1.1, 2.0], [1.5, 0.3, -0.7]], array![0.2, -0.4, 0.9];
    angles, angles_grad: |m, v| { let a: Array2<f64> = bm::deg2rad(m); let b: Array1<f64> = bm::rad2deg(v); bm::sum(bm::sin(a)) + bm::sum(bm::square(b)) * 1e-3 }
    sincs, sincs_grad: |m, v| { let a: Array2<f64> = bm::sinc(m); bm::sum(a * v) }
    remainders, remainders_grad: |m, v| { let a: Array2<f64> = bm::fmod(m, v); bm::sum(bm::square(a)) }
    larger, larger_grad: |m, v| { let a: Array2<f64> = bm::fmax(m, v); let b: Array2<f64> = bm::fmin(m, v); bm::sum(bm::square(a) * bm::exp(b)) }
    logs2, logs2_grad: |m, v| { let a: Array2<f64> = bm::logaddexp2(m, v); bm::sum(bm::square(a)) }
    gammas, gammas_grad: |m, v| { let p = bm::exp(m); let a: Array2<f64> = bm::lgamma(&p); bm::sum(a * v) }
    kept, kept_grad: |m, v| { let a: Array2<f64> = bm::nan_to_num(m); let b: Array2<f64> = bm::fabs(m); let c: Array2<f64> = bm::positive(m); bm::sum(a * b * c * v) }
    powers, powers_grad: |m, v| { let p = bm::exp(m); let a: Array2<f64> = bm::float_power(&p, v); bm::sum(bm::sin(a)) }
    averaged, averaged_grad: |m, v| { let w = bm::exp(v); let a: f64 = bm::average(v, &w); a * a * bm::sum(m) }
    losses, losses_grad: |m, v| { let a: f64 = bm::losses::mean_squared_error(m, v); let b: Array2<f64> = bm::losses::huber_loss(m, v, 0.5); let c: Array2<f64> = bm::losses::sigmoid_binary_cross_entropy(m, v); a * a + bm::sum(bm::square(b)) + bm::sum(c) }
    absolute, absolute_grad: |m, v| { let a: f64 = bm::losses::mean_absolute_error(m, v); let b: Array2<f64> = bm::losses::log_cosh_loss(m, v); let c: f64 = bm::losses::l2_norm(m); a + bm::sum(b) + c }
    classes, classes_grad: |m, v| { let a: f64 = bm::losses::cross_entropy_loss(m, &array![2usize, 0]); let u: Array1<f64> = array![1.0, 0.5]; let p = bm::outer(&u, bm::sigmoid(v)); let b: Array1<f64> = bm::losses::softmax_cross_entropy(m, &p); let c: f64 = bm::losses::nll_loss(m, &array![1, 1]); a * a + bm::sum(bm::square(b)) + c }
}

// Square matrices.
table! { linear_algebra array![[0.5, -1.2, 2.0], [1.5, 0.3, -0.7], [0.1, 0.8, 0.4]], array![0.2, -0.4, 0.9];
    contracted, contracted_grad: |m, v| { let a: Array2<f64> = bm::einsum("ij,kj->ik", (m, m)).into_dimensionality().unwrap(); let b: Array1<f64> = bm::einsum("ij,j,ik->k", (m, v, &a)).into_dimensionality().unwrap(); let c: Array1<f64> = bm::einsum("ii->i", m).into_dimensionality::<ndarray::Ix1>().unwrap(); let d: Array1<f64> = bm::linalg::einsum("ij->j", m).into_dimensionality().unwrap(); let e: Array2<f64> = bm::einsum("...j,...->j...", (m, v)).into_dimensionality().unwrap(); bm::sum(bm::sin(b)) + bm::sum(c * v) + bm::sum(bm::square(d)) + bm::sum(bm::exp(e)) }
    summed_axes, summed_axes_grad: |m, v| { let a: Array2<f64> = bm::tensordot(m, m, 1).into_dimensionality().unwrap(); let b: Array1<f64> = bm::tensordot(m, v, ([0], [0])).into_dimensionality().unwrap(); let c: Array3<f64> = bm::linalg::tensordot(m, v, 0).into_dimensionality().unwrap(); bm::sum(bm::sin(a)) + bm::sum(bm::square(b)) + bm::sum(bm::exp(c)) }
    chained, chained_grad: |m, v| { let s = bm::outer(v, v); let a: Array2<f64> = bm::multi_dot(&[m.view(), s.view(), m.view()]); let b: Array2<f64> = bm::linalg::multi_dot(&[m.view(), m.view()]); bm::sum(bm::sin(a)) + bm::sum(bm::square(b)) }
    traces, traces_grad: |m, v| { let t: f64 = bm::trace(m); t * t * bm::sum(v) }
    blocks, blocks_grad: |m, v| { let s = bm::outer(v, v); let k: Array2<f64> = bm::kron(m, &s); bm::sum(bm::sin(k)) }
    inverses, inverses_grad: |m, v| { let a: Array2<f64> = bm::linalg::inv(m).unwrap(); bm::sum(bm::sin(a) * v) }
    pseudo, pseudo_grad: |m, v| { let tall = m[(.., ..2)]; let a: Array2<f64> = bm::linalg::pinv(&tall).unwrap(); bm::sum(bm::sin(a) * v) }
    determinants, determinants_grad: |m, v| { let a: f64 = bm::linalg::det(m).unwrap(); a * a * bm::sum(v) }
    singular, singular_grad: |m, v| { let s = bm::outer(v, v) + bm::outer(m[0], m[1]); let a: f64 = bm::linalg::det(&s).unwrap(); a + bm::sum(v) }
    logarithms, logarithms_grad: |m, v| { let d = bm::linalg::slogdet(m).unwrap(); d.logabsdet * d.logabsdet * bm::sum(v) }
    solutions, solutions_grad: |m, v| { let x: Array1<f64> = bm::linalg::solve(m, v).unwrap(); let y: Array2<f64> = bm::linalg::solve(m, &m.t()).unwrap(); bm::sum(bm::sin(x)) + bm::sum(bm::sin(y)) }
    factors, factors_grad: |m, v| { let eye = bm::eye::<f64>(3); let p = bm::dot(m, m.t()) + &eye; let l: Array2<f64> = bm::linalg::cholesky(&p).unwrap(); bm::sum(bm::sin(l) * v) }
    powers_of, powers_of_grad: |m, v| { let a: Array2<f64> = bm::linalg::matrix_power(m, 3).unwrap(); let b: Array2<f64> = bm::linalg::matrix_power(m, -2).unwrap(); let c: Array2<f64> = bm::linalg::matrix_power(m, 0).unwrap(); bm::sum(bm::sin(a) * v) + bm::sum(bm::sin(b)) + bm::sum(c) }
    exponential, exponential_grad: |m, v| { let a: Array2<f64> = bm::linalg::expm(m).unwrap(); bm::sum(bm::sin(a) * v) }
    symmetric_values, symmetric_values_grad: |m, v| { let s = m + m.t(); let w: Array1<f64> = bm::linalg::eigvalsh(&s).unwrap(); bm::sum(bm::sin(w) * v) }
    symmetric_vectors, symmetric_vectors_grad: |m, v| { let s = m + m.t(); let e = bm::linalg::eigh(&s).unwrap(); let q: Array2<f64> = e.vectors; let w: Array1<f64> = e.values; bm::sum(bm::square(&q) * v) + bm::sum(bm::sin(w)) + bm::sum(bm::square(bm::dot(bm::square(q), v))) }
    by_pattern, by_pattern_grad: |m, v| { let s = m + m.t(); let Eig { values, vectors } = bm::linalg::eigh(&s).unwrap(); let w: Array1<f64> = values; let q: Array2<f64> = vectors; let p = bm::dot(&q * bm::exp(w), q.t()); bm::sum(bm::sin(p) * v) }
    singular_values, singular_values_grad: |m, v| { let s: Array1<f64> = bm::linalg::svdvals(m).unwrap(); bm::sum(bm::square(s) * v) }
    singular_vectors, singular_vectors_grad: |m, v| { let d = bm::linalg::svd(m).unwrap(); let u: Array2<f64> = d.u; let s: Array1<f64> = d.s; let vh: Array2<f64> = d.vh; let p = bm::dot(&u * bm::sin(s), &vh); bm::sum(bm::square(p) * v) + bm::sum(bm::square(&u) * v) + bm::sum(bm::sin(bm::square(&vh)) * v) }
    thin, thin_grad: |m, v| { let tall = m[(.., ..2)]; let d = bm::linalg::svd_with(&tall, false).unwrap(); let u: Array2<f64> = d.u; let s: Array1<f64> = d.s; let vh: Array2<f64> = d.vh; let wide = m[..2]; let right: Array2<f64> = bm::linalg::svd_with(&wide, false).unwrap().vh; bm::sum(bm::exp(bm::dot(&u * bm::sin(s), &vh))) + bm::sum(bm::square(bm::dot(bm::square(u.t()), v))) + bm::sum(bm::square(bm::dot(bm::square(right), v))) }
    orthogonal, orthogonal_grad: |m, v| { let d = bm::linalg::qr(m).unwrap(); let q: Array2<f64> = d.q; let r: Array2<f64> = d.r; let tall = m[(.., ..2)]; let e = bm::linalg::qr(&tall).unwrap(); let p: Array2<f64> = e.q; let t: Array2<f64> = e.r; bm::sum(bm::sin(q) * v) + bm::sum(bm::sin(r) * v) + bm::sum(bm::square(p) * bm::sum(bm::exp(t))) }
    by_field, by_field_grad: |m, v| { let s = m + m.t(); let w: Array1<f64> = bm::linalg::eigh(&s).unwrap().values; bm::sum(bm::sin(w) * v) }
    vector_norms, vector_norms_grad: |m, v| { let a: f64 = bm::linalg::norm(v); let b: f64 = bm::linalg::norm_with(v, 3.0).unwrap(); let c: f64 = bm::linalg::norm_with(v, f64::INFINITY).unwrap(); let d: f64 = bm::linalg::norm_with(v, 1).unwrap(); let e: f64 = bm::linalg::norm_with(v, f64::NEG_INFINITY).unwrap(); a * b + c * d + e + bm::sum(m) }
    matrix_norms, matrix_norms_grad: |m, v| { let a: f64 = bm::linalg::norm(m); let b: f64 = bm::linalg::norm_with(m, "nuc").unwrap(); let c: f64 = bm::linalg::norm_with(m, f64::INFINITY).unwrap(); let d: f64 = bm::linalg::norm_with(m, 1).unwrap(); let e: f64 = bm::linalg::norm_with(m, 2).unwrap(); let f: f64 = bm::linalg::norm_with(m, -2).unwrap(); let g: f64 = bm::linalg::norm_with(m, "fro").unwrap(); let h: f64 = bm::linalg::norm_with(m, -1).unwrap(); a * b + c * d + e * f + g + h + bm::sum(v) }
    axis_norms, axis_norms_grad: |m, v| { let a: Array1<f64> = bm::linalg::norm_axis(m, NormOrder::P(2.0), 1).unwrap(); let b: Array1<f64> = bm::linalg::norm_axis(m, 3.0, 0).unwrap(); bm::sum(a * v) + bm::sum(b * v) }
}

// Units on both sides of their kinks.
table! { units array![[0.5, -1.1, 2.2], [1.5, 0.3, -0.7]], array![0.2, -0.4, 0.9];
    rectified, rectified_grad: |m, v| { let x = 3.0 * m; let a: Array2<f64> = bm::relu6(&x); let b: Array2<f64> = bm::leaky_relu(m); let c: Array2<f64> = bm::leaky_relu_with(m, 0.2); let d: Array2<f64> = bm::prelu(m, 0.3); bm::sum(a * v) + bm::sum(b * c * d) }
    exponential_units, exponential_units_grad: |m, v| { let a: Array2<f64> = bm::elu_with(m, 0.7); let b: Array2<f64> = bm::celu(m, 0.8); let c: Array2<f64> = bm::selu(m); let d: Array2<f64> = bm::elu(m); bm::sum(a * v) + bm::sum(bm::sin(b * c * d)) }
    gaussian_units, gaussian_units_grad: |m, v| { let a: Array2<f64> = bm::gelu_exact(m); let b: Array2<f64> = bm::gelu(m); bm::sum(a * v) + bm::sum(bm::square(b)) }
    smooth_units, smooth_units_grad: |m, v| { let a: Array2<f64> = bm::swish(m); let b: Array2<f64> = bm::log_sigmoid(m); let c: Array2<f64> = bm::soft_sign(m); let d: Array2<f64> = bm::softplus_with(m, 2.0, 2.5); let e: Array2<f64> = bm::silu(m); bm::sum(a * v) + bm::sum(b * c) + bm::sum(bm::square(d) * e) }
    hard_units, hard_units_grad: |m, v| { let x = 1.7 * m; let a: Array2<f64> = bm::hard_sigmoid(&x); let b: Array2<f64> = bm::hard_silu(&x); let c: Array2<f64> = bm::hard_swish(&x); let d: Array2<f64> = bm::hard_tanh(m); let e: Array2<f64> = bm::hard_tanh_with(m, -0.6, 1.8); bm::sum(a * v) + bm::sum(b * c) + bm::sum(bm::exp(d) * e) }
    shrunken, shrunken_grad: |m, v| { let a: Array2<f64> = bm::tanh_shrink(m); let b: Array2<f64> = bm::hard_shrink(m, 0.6); let c: Array2<f64> = bm::soft_shrink(m, 0.6); let d: Array2<f64> = bm::mish(m); let e: Array2<f64> = bm::relu(m); bm::sum(a * v) + bm::sum(bm::sin(b) * c) + bm::sum(d * e) }
    numbers, numbers_grad: |m, v| { let a: Array2<f64> = bm::nan_to_num_with(m, 0.0, 1.0, -1.0); let b: Array1<f64> = bm::radians(v); let c: Array1<f64> = bm::degrees(v); let d: Array2<f64> = bm::ldexp(m, 3); bm::sum(bm::exp(a)) + bm::sum(bm::exp(b)) + bm::sum(bm::sin(c)) + bm::sum(bm::square(d)) }
    copies, copies_grad: |m, v| { let a: Array2<f64> = bm::copy(m); let b: Array2<f64> = bm::array(m); let c: Array1<f64> = bm::asarray(v); bm::sum(a * b * c) }
}

table! { arrangements array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]], array![0.2, -0.4, 0.9];
    axes, axes_grad: |m, v| { let a: Array2<f64> = bm::transpose_axes(m, &[1, 0]); let b: Array2<f64> = bm::rollaxis(m, 1, 0); let c: Array2<f64> = bm::rot90_axes(m, 1, (1, 0)); bm::sum(bm::square(bm::dot(v, a * bm::exp(b)))) + bm::sum(bm::exp(bm::dot(c, m)) * v) }
    lists_of, lists_of_grad: |m, v| { let w = bm::sin(v); let a: Array2<f64> = bm::concat(&[m, m], 0); let b: Array2<f64> = bm::cat(&[m, m], 1); let c: Array1<f64> = bm::concatenate_flat(&[v, &w]); let i: Array1<usize> = array![1, 0, 2, 5, 4, 3]; let d = c[&i]; bm::sum(bm::exp(a) * v) + bm::sum(bm::square(b)) + bm::sum(bm::square(c) * d) }
    shaped_alike, shaped_alike_grad: |m, v| { let y = bm::exp(m); let a: Array2<f64> = bm::reshape(&y, (y.ncols(), y.nrows())); let b: Array2<f64> = bm::broadcast_to(v, (v.len(), 3)); bm::sum(bm::square(bm::dot(v, a))) + bm::sum(bm::sin(b)) }
    off_diagonal, off_diagonal_grad: |m, v| { let q = bm::dot(m.t(), m); let a: Array2<f64> = bm::remove_diag(&q); bm::sum(bm::square(a)) + bm::sum(v) }
    wrapped, wrapped_grad: |m, v| { let a: Array1<f64> = bm::take_mode(m, &[7, -1, 2], bm::OutOfRange::Wrap); let b: Array1<f64> = bm::take_mode(v, &[7, -1], bm::OutOfRange::Clip); bm::sum(bm::exp(a) * v) + bm::sum(bm::square(b)) }
    vectors, vectors_grad: |m, v| { let r = m[0]; let a: Array1<f64> = bm::cross(v, &r); let b: f64 = bm::vdot(v, &r); let c: f64 = bm::linalg::vdot(&r, v); let s = bm::outer(v, &r); let d: f64 = bm::linalg::trace_offset(&s, 1); let e: f64 = bm::linalg::trace(&s); bm::sum(bm::square(a)) + b * b * c + d * e + bm::sum(bm::square(m)) }
    crosses, crosses_grad: |m, v| { let n = bm::sin(m); let a: Array2<f64> = bm::cross(m, &n); bm::sum(bm::square(a) * v) }
    folded, folded_grad: |m, v| { let k: Array2<f64> = bm::linalg::kron(m, m); bm::sum(bm::sin(k)) + bm::sum(v) }
    phases, phases_grad: |m, v| { let x = 3.0 * m; let a: Array2<f64> = bm::unwrap(&x); let b: Array2<f64> = bm::unwrap_period(&x, 4.0, 0); bm::sum(bm::sin(a) * v) + bm::sum(bm::square(b)) }
    present, present_grad: |m, v| { let a: Array2<f64> = bm::nancumsum_axis(m, 1); let b: Array1<f64> = bm::nancumprod(v); let c: Array2<f64> = bm::nancumprod_axis(m, 0); let d: Array1<f64> = bm::nanmin_axis(m, 1); let e: f64 = bm::nanquantile(v, 0.3, bm::Quantile::Linear); let f: Array1<f64> = bm::nanpercentile_axis(m, 1, 40.0, bm::Quantile::Linear); bm::sum(bm::square(a) * v) + bm::sum(bm::exp(b)) + bm::sum(bm::square(c)) + bm::sum(bm::square(d)) + e * e + bm::sum(bm::exp(f)) }
    ends, ends_grad: |m, v| { let a: Array1<f64> = bm::amax_axis(m, 0); let b: f64 = bm::amin(v); let c: f64 = bm::nanmax(m); bm::sum(bm::square(a) * v) + b * b * c }
    segments, segments_grad: |m, v| { let s: Array1<f64> = bm::concatenate_flat(&[v, v]); let ids = array![0, 0, 1, 1, 1, 2]; let a: Array1<f64> = bm::segment_sum(&s, &ids); let b: Array1<f64> = bm::segment_mean(&s, &ids); let c: Array1<f64> = bm::segment_sqrt_n(&s, &ids); bm::sum(bm::exp(a)) + bm::sum(bm::square(b) * c) + bm::sum(m) }
    unsorted_segments, unsorted_segments_grad: |m, v| { let ids = array![2, 0, 2]; let a: Array1<f64> = bm::unsorted_segment_sum(v, &ids, 4); let b: Array1<f64> = bm::unsorted_segment_mean(v, &ids, 4); let c: Array1<f64> = bm::unsorted_segment_sqrt_n(v, &ids, 4); let d: Array1<f64> = bm::syn2post(v, &ids, 4); bm::sum(bm::exp(a)) + bm::sum(bm::square(b) * c) + bm::sum(bm::square(d)) + bm::sum(m) }
}

table! { errors array![[0.5, -0.6, 2.0], [1.5, 0.3, -0.7]], array![0.2, -0.4, 0.9];
    distances, distances_grad: |m, v| { let a: f64 = bm::losses::l1_loss(m, v); let b: Array2<f64> = bm::losses::l2_loss(m, v); let c: f64 = bm::losses::mean_squared_log_error(m, v); a * a + bm::sum(bm::square(b)) + c }
    sizes, sizes_grad: |m, v| { let a: f64 = bm::losses::mean_square(m); let b: f64 = bm::losses::mean_absolute(m); let c: Array1<f64> = bm::losses::log_cosh(v); a * b + bm::sum(c) }
    logistic, logistic_grad: |m, v| { let p = bm::sigmoid(v); let a: Array2<f64> = bm::losses::cross_entropy_sigmoid(m, &p); let b: Array2<f64> = bm::losses::binary_logistic_loss(m, &p); let c: Array1<f64> = bm::losses::smooth_labels(&p, 0.1); bm::sum(bm::square(a)) + bm::sum(b * c) }
    by_class, by_class_grad: |m, v| { let a: Array1<f64> = bm::losses::cross_entropy_sparse(m, &array![2usize, 0]); bm::sum(bm::square(a)) + bm::sum(v) }
}

table! { decompositions array![[0.5, -1.2, 2.0], [1.5, 0.3, -0.7], [0.1, 0.8, 0.4]], array![0.2, -0.4, 0.9];
    upper, upper_grad: |m, v| { let s = m + m.t(); let e = bm::linalg::eigh_with(&s, Triangle::Upper).unwrap(); let q: Array2<f64> = e.vectors; let w: Array1<f64> = bm::linalg::eigvalsh_with(&s, Triangle::Upper).unwrap(); bm::sum(bm::square(q) * v) + bm::sum(bm::sin(w) * v) }
    reduced, reduced_grad: |m, v| { let tall = m[(.., ..2)]; let e = bm::linalg::qr_with(&tall, QrMode::Reduced).unwrap(); let q: Array2<f64> = e.q; let r: Array2<f64> = e.r; bm::sum(bm::square(q) * bm::sum(bm::exp(r))) + bm::sum(v) }
}

#[brain_jit(grad(x))]
fn products_of_zeros(x: &Array1<f64>) -> f64 {
    let c: Array1<f64> = bm::cumprod(x);
    let weights: Array1<f64> = array![1.0, 2.0, 3.0, 4.0, 5.0];
    bm::sum(c * &weights) + bm::prod(x)
}

#[test]
fn zeros_in_products() {
    for x in [
        array![0.5, 0.0, 2.0, -1.0, 3.0],
        array![0.5, 0.0, 2.0, 0.0, 3.0],
        array![0.0, 1.0, 2.0, 3.0, 4.0],
    ] {
        close(
            &products_of_zeros_grad(&x).1.x,
            &differences(&x, products_of_zeros),
            "zeros",
        );
    }
}

#[brain_jit(grad(x))]
fn not_a_number(x: &Array1<f64>) -> f64 {
    let a: f64 = bm::nansum(x);
    let b: f64 = bm::nanmax(x);
    let c: f64 = bm::nanprod(x);
    let d: f64 = bm::nanmedian(x);
    let e: Array1<f64> = bm::nancumsum(x);
    a * a + b + c + d + bm::sum(e)
}

#[test]
fn nan_is_left_out() {
    let x = array![1.0, f64::NAN, 2.0, 5.0];
    let g = not_a_number_grad(&x).1.x;
    assert_eq!(g[1], 0.0);
    // 2 Σ + the maximum's + the product of the others + the median's + how many sums an element is in.
    assert_eq!(
        g,
        array![
            16.0 + 10.0 + 4.0,
            0.0,
            16.0 + 5.0 + 1.0 + 2.0,
            16.0 + 1.0 + 2.0 + 1.0
        ]
    );
}

// Stacks of matrices.
#[brain_jit(grad(a))]
fn of_stack(a: &Array3<f64>) -> f64 {
    let inverse: Array3<f64> = bm::linalg::inv(a).unwrap();
    let determinants: Array1<f64> = bm::linalg::det(a).unwrap();
    let values: Array2<f64> = bm::linalg::svd(a).unwrap().s;
    bm::sum(bm::sin(inverse)) + bm::sum(bm::square(determinants)) + bm::sum(bm::exp(values))
}

#[test]
fn stacks() {
    let a = Array3::from_shape_fn((2, 2, 2), |(i, j, k)| {
        ((3 * i + 2 * j + 7 * k) as f64).sin() + 2.0 * f64::from(j == k)
    });
    let flat: Array1<f64> = a.iter().copied().collect();
    let by = differences(&flat, |x| {
        of_stack(&x.clone().into_shape_with_order((2, 2, 2)).unwrap())
    });
    close(
        &of_stack_grad(&a).1.a.iter().copied().collect(),
        &by,
        "stacks",
    );
}

#[brain_jit(grad(w))]
fn from_zeros(w: &Array1<f64>, m: &Array2<f64>) -> f64 {
    let mut h: Array1<f64> = bm::zeros(w.len());
    for t in 0..m.nrows() {
        h[..] = 0.5 * &h + w * m[t];
    }
    let offsets: Array1<f64> = bm::linspace(0.0, 1.0, w.len());
    bm::sum(bm::square(h - offsets))
}

// What has the length of what is differentiated does not depend on it.
#[test]
fn lengths_are_constants() {
    let (w, m) = (array![1.0, -2.0], array![[1.0, 2.0], [0.5, 3.0]]);
    let (value, grads) = from_zeros_grad(&w, &m);
    assert_eq!(value, from_zeros(&w, &m));
    let factor = array![1.0, 4.0];
    let h = &w * &factor - array![0.0, 1.0];
    assert_eq!(grads.w, h * 2.0 * factor);
}
