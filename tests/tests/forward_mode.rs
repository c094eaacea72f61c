//! Forward mode: each rule against central differences and against the reverse mode; Jacobians and Hessians.
//!
//! One file, since most of it is one table: a row a rule.
use brain_jit::bm::linalg::Eig;
use brain_jit::prelude::*;

fn close(a: f64, b: f64, what: &str) {
    let scale = a.abs().max(b.abs()).max(1.0);
    assert!((a - b).abs() <= 1e-6 * scale, "{what}: {a} is not {b}");
}

fn all_close<D: ndarray::Dimension>(
    a: &ndarray::Array<f64, D>,
    b: &ndarray::Array<f64, D>,
    what: &str,
) {
    assert_eq!(a.shape(), b.shape(), "{what}");
    a.iter().zip(b).for_each(|(x, y)| close(*x, *y, what));
}

fn backends(test: impl Fn()) {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, &test);
    }
}

/// The directional derivative of `f` at `x` by central differences of fourth order.
fn along<T>(x: &Array1<f64>, direction: &Array1<f64>, f: impl Fn(&Array1<f64>) -> T) -> T
where
    T: std::ops::Sub<Output = T> + std::ops::Mul<f64, Output = T> + std::ops::Div<f64, Output = T>,
{
    let h = 1e-4;
    let slope = |h: f64| (f(&(x + h * direction)) - f(&(x - h * direction))) / (2.0 * h);
    (slope(h) * 4.0 - slope(2.0 * h)) / 3.0
}

macro_rules! unary { ($($name:ident, $jvp:ident: |$x:ident| $e:expr, [$($v:expr),*];)*) => {
    $(#[brain_jit(jvp($x))] fn $name($x: &Array1<f64>) -> Array1<f64> { $e })*
    #[test]
    fn elementwise_rules() {
        backends(|| { $(
            let x = array![$($v),*];
            let direction = Array1::from_iter((0..x.len()).map(|k| 0.7 - 0.4 * k as f64));
            let (value, tangent) = $jvp(&x, &direction);
            assert_eq!(value, $name(&x));
            let plain = brain_jit::with_backend(Backend::Plain, || $jvp(&x, &direction).1);
            assert_eq!(tangent, plain, "{}", stringify!($name));
            all_close(&tangent, &along(&x, &direction, $name), stringify!($name));
        )* });
    }
} }

unary! {
    neg, neg_jvp: |x| -x * 2.0, [1.0, -2.0];
    add, add_jvp: |x| x + x * 3.0 - 1.0 / x, [1.0, -2.0];
    abs_of_x, abs_of_x_jvp: |x| bm::abs(x) * x, [1.0, -2.0];
    square, square_jvp: |x| bm::square(x), [1.0, -2.0];
    reciprocal, reciprocal_jvp: |x| bm::reciprocal(x), [1.0, -2.0];
    sqrt, sqrt_jvp: |x| bm::sqrt(x), [1.0, 2.0];
    exp, exp_jvp: |x| bm::exp(x) + x.exp(), [1.0, -2.0];
    exp2, exp2_jvp: |x| bm::exp2(x), [1.0, -2.0];
    expm1, expm1_jvp: |x| bm::expm1(x), [1.0, -2.0];
    log, log_jvp: |x| bm::log(x), [1.0, 2.0];
    log2, log2_jvp: |x| bm::log2(x), [1.0, 2.0];
    log10, log10_jvp: |x| bm::log10(x), [1.0, 2.0];
    log1p, log1p_jvp: |x| bm::log1p(x), [1.0, 2.0];
    sin, sin_jvp: |x| bm::sin(x), [1.0, 2.0];
    cos, cos_jvp: |x| bm::cos(x), [1.0, 2.0];
    tan, tan_jvp: |x| bm::tan(x), [1.0, 0.3];
    arcsin, arcsin_jvp: |x| bm::arcsin(x), [0.3, -0.4];
    arccos, arccos_jvp: |x| bm::arccos(x), [0.3, -0.4];
    arctan, arctan_jvp: |x| bm::arctan(x), [0.3, -0.4];
    sinh, sinh_jvp: |x| bm::sinh(x), [0.3, -0.4];
    cosh, cosh_jvp: |x| bm::cosh(x), [0.3, -0.4];
    tanh, tanh_jvp: |x| bm::tanh(x), [0.3, -0.4];
    arcsinh, arcsinh_jvp: |x| bm::arcsinh(x), [0.3, -0.4];
    arccosh, arccosh_jvp: |x| bm::arccosh(x), [1.3, 2.4];
    arctanh, arctanh_jvp: |x| bm::arctanh(x), [0.3, -0.4];
    sigmoid, sigmoid_jvp: |x| bm::sigmoid(x), [0.3, -0.4];
    softplus, softplus_jvp: |x| bm::softplus(x), [0.3, -0.4];
    erf, erf_jvp: |x| bm::erf(x), [0.3, -0.4];
    erfc, erfc_jvp: |x| bm::erfc(x), [0.3, -0.4];
    cbrt, cbrt_jvp: |x| bm::cbrt(x), [0.3, -0.4];
    exprel, exprel_jvp: |x| bm::exprel(x), [0.3, -0.4, 1e-3, 0.0, 2.0, -3.0];
    powi, powi_jvp: |x| x.powi(3), [0.3, -0.4];
    power, power_jvp: |x| bm::power(x, 2.5) + bm::power(1.5, x) + bm::power(x, x), [0.3, 1.4];
    hypot, hypot_jvp: |x| bm::hypot(x, 2.0 * x + 1.0), [0.3, 1.4];
    arctan2, arctan2_jvp: |x| bm::arctan2(x, 2.0 * x + 1.0), [0.3, 1.4];
    maximum, maximum_jvp: |x| bm::maximum(x, 1.0) * bm::minimum(x, 0.5), [0.3, 1.4];
    clip, clip_jvp: |x| bm::clip(x, -1.0, 1.0) * x, [0.3, 1.4];
    where_of_x, where_of_x_jvp: |x| bm::where_(x > 0.5, x * x, bm::exp(x)), [0.3, 1.4];
    remainder, remainder_jvp: |x| bm::remainder(x, 1.0) * x + bm::floor(x) * x, [0.3, 1.4];
    logaddexp, logaddexp_jvp: |x| bm::logaddexp(x, 2.0 * x), [0.3, 1.4];
    copysign, copysign_jvp: |x| bm::copysign(x, -1.0) * x, [0.3, 1.4];
    sum_of_x, sum_of_x_jvp: |x| x * bm::sum(bm::exp(x)), [0.3, 1.4];
    mean_of_x, mean_of_x_jvp: |x| x * bm::mean(bm::exp(x)), [0.3, 1.4];
    var_of_x, var_of_x_jvp: |x| x * bm::var(bm::exp(x)), [0.3, 1.4, 1.0];
    std_of_x, std_of_x_jvp: |x| x * bm::std(bm::exp(x)), [0.3, 1.4, 1.0];
    max_of_x, max_of_x_jvp: |x| x * bm::max(x) * bm::min(x), [0.3, 1.4, 1.0];
    prod_of_x, prod_of_x_jvp: |x| x * bm::prod(x), [0.3, 1.4, 1.0];
    prod0, prod0_jvp: |x| x + bm::prod(x), [0.3, 0.0, 1.0];
    prod00, prod00_jvp: |x| x + bm::prod(x), [0.0, 0.0, 1.0];
    running, running_jvp: |x| { let y: Array1<f64> = bm::cumsum(x); y * x }, [0.3, -0.4, 1.1];
    sorted, sorted_jvp: |x| { let y: Array1<f64> = bm::sort(x); y * x }, [0.3, -0.4, 1.1];
    flipped, flipped_jvp: |x| { let y: Array1<f64> = bm::flip(x); y * x }, [0.3, -0.4, 1.1];
    joined, joined_jvp: |x| { let y: Array1<f64> = bm::concatenate(&[x, &(x * 2.0)], 0); bm::square(y) }, [0.3, -0.4];
    soft, soft_jvp: |x| { let y: Array1<f64> = bm::softmax(x, 0); y * x }, [0.3, -0.4, 1.1];
    log_soft, log_soft_jvp: |x| { let y: Array1<f64> = bm::log_softmax(x, 0); y * x }, [0.3, -0.4, 1.1];
    activations, activations_jvp: |x| {
        let y: Array1<f64> = bm::gelu(x);
        let y: Array1<f64> = bm::silu(&y);
        let y: Array1<f64> = bm::elu(&y);
        y * 2.0
    }, [0.3, -0.4, 1.1];
    taken, taken_jvp: |x| { let y: Array1<f64> = bm::take(x, &[2, 0, 0]); y * x }, [0.3, -0.4, 1.1];
    raveled, raveled_jvp: |x| { let m = bm::outer(x, x); let y: Array1<f64> = bm::ravel(m); y * 2.0 }, [0.3, -0.4, 1.1];
    larger, larger_jvp: |x| { let y: Array1<f64> = bm::fmax(x, bm::sin(x)); let z: Array1<f64> = bm::fmin(x, bm::exp(-x)); y * z }, [0.3, -0.4, 1.1];
    remainders, remainders_jvp: |x| { let y: Array1<f64> = bm::fmod(x, 2.0 * x * x); y * x }, [0.3, -0.4, 1.1];
    logs2, logs2_jvp: |x| { let y: Array1<f64> = bm::logaddexp2(x, x * x); y * x }, [0.3, -0.4, 1.1];
    float_powers, float_powers_jvp: |x| { let y: Array1<f64> = bm::float_power(x, x * 2.0); y * x }, [0.3, 0.4, 1.1];
    sincs, sincs_jvp: |x| { let y: Array1<f64> = bm::sinc(x); y * x }, [0.0, 1e-3, -0.19, 0.21, 1.1];
    running_products, running_products_jvp: |x| { let y: Array1<f64> = bm::cumprod(x); y * x }, [0.3, 0.0, 1.1, 2.0];
    changes, changes_jvp: |x| { let y: Array1<f64> = bm::diff_axis(x, 2, 0); let z: Array1<f64> = bm::gradient_axis(x, 0.5, 0); bm::concatenate(&[&y, &z], 0) }, [0.3, 0.0, 1.1, 2.0];
    convolved, convolved_jvp: |x| { let y: Array1<f64> = bm::convolve(x, &(x * x), bm::Convolution::Full); y * 2.0 }, [0.3, 0.0, 1.1];
    polynomials, polynomials_jvp: |x| { let y: Array1<f64> = bm::polyval(x, &bm::sin(x)); y * x }, [0.3, 0.7, 1.1];
    spread_scalar, spread_scalar_jvp: |x| { let s = bm::sum(x); let mut y = bm::floor(x) * 0.0; y[..] = s * s; y }, [0.3, -0.4, 1.1];
    shifted, shifted_jvp: |x| bm::floor(x) + bm::sum(x * x), [0.3, -0.4, 1.1];
    either, either_jvp: |x| { if bm::sum(x) > 0.5 { x * x } else { x * 3.0 } }, [0.3, -0.4, 1.1];
    neither, neither_jvp: |x| { if bm::sum(x) > 5.0 { x * x } else { bm::floor(x) } }, [0.3, -0.4, 1.1];
    returned, returned_jvp: |x| { let s = bm::sum(x); if s > 0.5 { return x * s; } x * 3.0 }, [0.3, -0.4, 1.1];
    matched, matched_jvp: |x| { let y = match x.len() { 3 => x * x, _ => x * 2.0 }; y + x }, [0.3, -0.4, 1.1];
    passes, passes_jvp: |x| {
        let mut y = x * 1.0;
        let mut last = bm::floor(x);
        for i in 0..x.len() {
            let kept = y.clone();
            y = &y * x[i] + &last;
            last = kept;
        }
        y
    }, [0.3, -0.4, 1.1];
    falling, falling_jvp: |x| {
        let mut y = x * 1.0;
        let mut s = 0.0;
        while s < 3.0 { s = s + bm::sum(&y * &y); y = y * 1.5; if s > 2.0 { y[0] = s; } }
        y * s
    }, [0.3, -0.4, 1.1];
}

macro_rules! matrix { ($($name:ident, $grad:ident, $jvp:ident: |$m:ident, $v:ident| $body:block;)*) => {
    $(#[brain_jit(grad($m, $v), jvp($m, $v))] fn $name($m: &Array2<f64>, $v: &Array1<f64>) -> f64 $body)*
    #[test]
    fn the_tangent_is_the_product_with_the_gradient() {
        backends(|| { $({
            let m = array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]];
            let v = array![0.2, -0.4, 0.9];
            let (by_m, by_v) = (array![[0.3, 0.1, -0.2], [0.5, -0.6, 0.4]], array![1.0, -0.5, 0.25]);
            let (value, tangent) = $jvp(&m, &v, &by_m, &by_v);
            let (_, grads) = $grad(&m, &v);
            close(value, $name(&m, &v), stringify!($name));
            let plain = brain_jit::with_backend(Backend::Plain, || $jvp(&m, &v, &by_m, &by_v).1);
            assert_eq!(tangent, plain, "{}", stringify!($name));
            close(tangent, (&grads.m * &by_m).sum() + (&grads.v * &by_v).sum(), stringify!($name));
            // By one of the two.
            let (_, tangent) = $jvp(&m, &v, &(&by_m * 0.0), &by_v);
            close(tangent, (&grads.v * &by_v).sum(), stringify!($name));
        })* });
    }
} }

matrix! {
    broadcast, broadcast_grad, broadcast_jvp: |m, v| { bm::sum(bm::square(m + v) * v) };
    matvec, matvec_grad, matvec_jvp: |m, v| { bm::sum(bm::tanh(bm::dot(m, v))) };
    vecmat, vecmat_grad, vecmat_jvp: |m, v| { bm::sum(bm::exp(bm::dot(v, bm::transpose(m)))) };
    matmat, matmat_grad, matmat_jvp: |m, v| { bm::sum(bm::square(bm::dot(m, m.t()))) + bm::dot(v, v) };
    outer, outer_grad, outer_jvp: |m, v| { bm::sum(bm::sin(bm::outer(v, bm::dot(m, v)))) };
    axes, axes_grad, axes_jvp: |m, v| { bm::sum(bm::square(bm::sum_axis(m, 0)) * v) + bm::sum(bm::square(bm::sum_axis(m * v, 1))) };
    means, means_grad, means_jvp: |m, v| { bm::sum(bm::square(bm::mean_axis(m, -1))) + bm::sum(bm::exp(bm::mean_axis(m, 0) * v)) };
    keepdims, keepdims_grad, keepdims_jvp: |m, v| { let e = bm::exp(m - bm::max_axis_keepdims(m, 1)); bm::sum(e / bm::sum_axis_keepdims(e, 1) * v) };
    variances, variances_grad, variances_jvp: |m, v| { bm::sum(bm::var_axis(m, 0) * v) + bm::sum(bm::square(bm::std_axis(m, 1))) };
    maxima, maxima_grad, maxima_jvp: |m, v| { bm::sum(bm::max_axis(m, 0) * v) + bm::sum(bm::square(bm::min_axis(m, 1))) };
    products, products_grad, products_jvp: |m, v| { bm::sum(bm::prod_axis(m, 0) * v) };
    slices, slices_grad, slices_jvp: |m, v| { bm::sum(bm::square(m[(.., 1..)])) + bm::sum(m[0] * v) + m[(1, 2)] * v[0] + bm::sum(v[1..] * m[(1, ..2)]) };
    newaxis, newaxis_grad, newaxis_jvp: |m, v| { bm::sum(bm::square(v[(.., bm::NEWAXIS)] * v)) + bm::sum(bm::square(m)) };
    gather, gather_grad, gather_jvp: |m, v| { bm::sum(bm::square(v[[0, 2, 2]])) + bm::sum(m) };
    mask, mask_grad, mask_jvp: |m, v| { bm::sum(bm::square(v[v > 0.0])) + bm::sum(m[m > 0.0]) };
    scalar, scalar_grad, scalar_jvp: |m, v| { let s = bm::sum(m); let t = s * s + 1.0; let u = t.sqrt() + bm::exp(-s); u * bm::sum(v) };
    branch, branch_grad, branch_jvp: |m, v| { let s = bm::sum(m); if s > 1.0 { bm::sum(v * s) } else { s * s } };
    branch2, branch2_grad, branch2_jvp: |m, v| { let mut y = v * 2.0; if bm::sum(v) > 0.0 { y *= v; } else { y += 1.0; } bm::sum(y) * bm::sum(m) };
    loops, loops_grad, loops_jvp: |m, v| { let mut y = v.clone(); for i in 0..3 { y = bm::tanh(&y * 1.5) + bm::sum(m[(.., i)]); } bm::sum(y) };
    loops2, loops2_grad, loops2_jvp: |m, v| { let mut s = 0.0; for i in 0..v.len() { s += v[i] * v[i] * m[(0, i)]; } s };
    loops3, loops3_grad, loops3_jvp: |m, v| { let mut s = 1.0; let mut k = 0; while k < 4 { s = s * 0.5 + bm::sum(bm::sin(v * s)); k += 1; } s + bm::sum(m) };
    matching, matching_grad, matching_jvp: |m, v| { let k = v.len(); match k { 3 => bm::sum(m) * bm::sum(v), _ => 0.0 } };
    writes, writes_grad, writes_jvp: |m, v| { let mut y = v * 2.0; y[1] = bm::sum(m); y[2..] *= 3.0; y[..] = bm::square(&y); bm::sum(y * v) };
    added, added_grad, added_jvp: |m, v| { let mut y = v * 1.0; bm::add_at(&mut y, [0, 0, 2], 2.0 * v); bm::sum(bm::square(y)) + bm::sum(m) };
    library, library_grad, library_jvp: |m, v| { let c: Array1<f64> = bm::cumsum(v); let s: Array1<f64> = bm::sort(&c); let r: Array1<f64> = bm::reshape(m, 6); bm::sum(s * v) + bm::sum(r.powi(3)) };
    nested, nested_grad, nested_jvp: |m, v| { let mut y = v.clone(); for i in 0..2 { for j in 0..3 { if j == i { continue_(); } else { y = y * bm::cos(m[(i, j)]); } } } bm::sum(y) };
    log_softmaxes, log_softmaxes_grad, log_softmaxes_jvp: |m, v| { let y: Array2<f64> = bm::log_softmax(m, 1); bm::sum(y * v) };
    running_sums, running_sums_grad, running_sums_jvp: |m, v| { let a: Array2<f64> = bm::cumsum_axis(m, 0); let b: Array1<f64> = bm::cumsum(m); let c: Array2<f64> = bm::cumprod_axis(m, 1); let d: Array1<f64> = bm::cumprod(m); bm::sum(bm::square(a) * v) + bm::sum(bm::exp(b) * d) + bm::sum(c * v) };
    sorts, sorts_grad, sorts_jvp: |m, v| { let a: Array2<f64> = bm::sort_axis(m, 0); let b: Array2<f64> = bm::sort(m); let c: Array1<f64> = bm::sort_flat(m); bm::sum(a * v) + bm::sum(bm::square(b) * v) + c[0] * c[1] };
    movements, movements_grad, movements_jvp: |m, v| { let a: Array2<f64> = bm::roll_axis(m, 1, 1); let b: Array2<f64> = bm::pad(m, 1, 0.5); let c: Array2<f64> = bm::tril(m, 0); let d: Array2<f64> = bm::diag(v, 1); let e: Array2<f64> = bm::take(m, &array![[5, 0], [1, 1]]); let f: Array1<f64> = bm::compress(&[true, false, true], v); bm::sum(a * c * v) + bm::sum(bm::exp(b)) + bm::sum(bm::exp(d)) + bm::sum(bm::square(e)) + bm::sum(f) };
    joins, joins_grad, joins_jvp: |m, v| { let w = bm::exp(v); let a: Array2<f64> = bm::column_stack(&[v, &w]); let b: Array2<f64> = bm::stack(&[v, v], 0); let c: Array2<f64> = bm::concatenate(&[m, &b], 0); let d: Array1<f64> = bm::concatenate_flat(&[m, &b]); bm::sum(bm::square(bm::dot(m, a))) + bm::sum(bm::sin(c)) + bm::sum(bm::square(d)) };
    appended, appended_grad, appended_jvp: |m, v| { let a: Array1<f64> = bm::append(m, v); let b: Array2<f64> = bm::append_axis(m, m, 1); let u = v[..2]; let c: Array1<f64> = bm::insert(v, [0, 2], &u); let d: Array2<f64> = bm::insert_axis(m, 1, v, 0); bm::sum(bm::square(a)) + bm::sum(bm::sin(b)) + bm::sum(bm::exp(c)) + bm::sum(bm::square(d)) };
    piled, piled_grad, piled_jvp: |m, v| { let w = bm::sin(v); let a: Array2<f64> = bm::vstack(&[v, &w]).into_dimensionality().unwrap(); let b = bm::tile(v, 2).into_dimensionality::<ndarray::Ix1>().unwrap(); bm::sum(bm::square(a) * m) + bm::sum(bm::exp(b)) };
    contracted, contracted_grad, contracted_jvp: |m, v| { let t = bm::transpose(m) * 1.0; let a: Array2<f64> = bm::einsum("ij,kj->ik", (m, m)).into_dimensionality().unwrap(); let b: Array1<f64> = bm::tensordot(m, v, 1).into_dimensionality().unwrap(); let c: Array2<f64> = bm::multi_dot(&[m.view(), t.view(), m.view()]); bm::sum(bm::sin(a)) + bm::sum(bm::square(b)) + bm::sum(bm::exp(c * 0.1)) };
    covariances, covariances_grad, covariances_jvp: |m, v| { let x = m * v; let a: Array2<f64> = bm::cov(&x); let b: Array2<f64> = bm::cov_with(m, bm::Covariance { rowvar: false, ddof: 0.0 }); let c: Array2<f64> = bm::corrcoef(&x); let d: Array2<f64> = bm::corrcoef_with(&x, bm::Covariance { rowvar: true, ddof: 0.0 }); bm::sum(bm::sin(a)) + bm::sum(bm::square(b)) + bm::sum(bm::exp(c) * d) };
    interpolated, interpolated_grad, interpolated_jvp: |m, v| { let xp = bm::cumsum(bm::exp(v)); let x = 2.0 * bm::abs(m); let a: Array2<f64> = bm::interp(&x, &xp, v); bm::sum(bm::sin(a)) };
    reductions, reductions_grad, reductions_jvp: |m, v| { let a: Array1<f64> = bm::logsumexp_axis(m, 1); let b: f64 = bm::logsumexp(v); let c: Array2<f64> = bm::logsumexp_axis_keepdims(m, 0); let d: Array1<f64> = bm::ptp_axis(m, 0); let e: f64 = bm::median(v); let f: Array1<f64> = bm::std_axis_ddof(m, 0, 1.0); let g: Array2<f64> = bm::max_keepdims(m); let h: f64 = bm::reduce_euclidean_norm(v); bm::sum(bm::square(a)) + b + bm::sum(c * v) + bm::sum(d * v) + e * e + bm::sum(f) + bm::sum(g * v) + h };
    losses, losses_grad, losses_jvp: |m, v| { let a: f64 = bm::losses::mean_squared_error(m, v); let b: Array2<f64> = bm::losses::huber_loss(m, v, 0.5); let c: Array2<f64> = bm::losses::sigmoid_binary_cross_entropy(m, v); let d: f64 = bm::losses::mean_absolute_error(m, v); let e: f64 = bm::losses::l2_norm(m); let w = bm::exp(v); let f: f64 = bm::average(v, &w); a * a + bm::sum(bm::square(b)) + bm::sum(c) + d + e * f };
    classes, classes_grad, classes_jvp: |m, v| { let a: f64 = bm::losses::cross_entropy_loss(m, &array![2usize, 0]); let u: Array1<f64> = array![1.0, 0.5]; let p = bm::outer(&u, bm::sigmoid(v)); let b: Array1<f64> = bm::losses::softmax_cross_entropy(m, &p); let c: f64 = bm::losses::nll_loss(m, &array![1, 1]); let d: Array1<f64> = bm::losses::cross_entropy_sparse(m, &array![1, 2]); a * a + bm::sum(bm::square(b)) + c + bm::sum(bm::square(d)) };
    synapses, synapses_grad, synapses_jvp: |m, v| { let pre = array![0, 2, 2, 1]; let post = array![1, 0, 1, 1]; let s: Array1<f64> = bm::pre2syn(v, &pre); let t: Array1<f64> = bm::syn2post_sum(&s, &post, 2); let u: Array1<f64> = bm::syn2post_mean(&s, &post, 2); let w: Array1<f64> = bm::pre2post_sum(v, 2, &post, &pre); bm::sum(bm::exp(t)) + bm::sum(bm::square(u)) * bm::sum(m) + bm::sum(bm::square(w)) };
    norms, norms_grad, norms_jvp: |m, v| { let a: f64 = bm::linalg::norm_with(v, 3.0).unwrap(); let b: f64 = bm::linalg::norm_with(m, "nuc").unwrap(); let c: Array1<f64> = bm::linalg::norm_axis(m, 3.0, 0).unwrap(); a * b + bm::sum(c * v) };
    pseudo, pseudo_grad, pseudo_jvp: |m, v| { let a: Array2<f64> = bm::linalg::pinv(m).unwrap(); bm::sum(bm::dot(v, bm::sin(a))) };
    spectra, spectra_grad, spectra_jvp: |m, v| { let a = bm::dot(m.t(), m) + bm::outer(v, v); let w: Array1<f64> = bm::linalg::eigvalsh(&a).unwrap(); let s: Array1<f64> = bm::linalg::svdvals(m).unwrap(); bm::sum(bm::sin(w) * v) + bm::sum(bm::square(s) * v[..2]) };
    powers_of, powers_of_grad, powers_of_jvp: |m, v| { let a = bm::dot(m.t(), m) + bm::outer(v, v); let b: Array2<f64> = bm::linalg::matrix_power(&a, 3).unwrap(); let c: Array2<f64> = bm::linalg::matrix_power(&a, -2).unwrap(); let d: Array2<f64> = bm::linalg::expm(&(a * 0.1)).unwrap(); bm::sum(bm::sin(b) * v) + bm::sum(bm::sin(c)) + bm::sum(d * v) };
    symmetric, symmetric_grad, symmetric_jvp: |m, v| { let a = bm::dot(m.t(), m) + bm::outer(v, v); let e = bm::linalg::eigh(&a).unwrap(); let q: Array2<f64> = e.vectors; let w: Array1<f64> = e.values; bm::sum(bm::square(&q) * v) + bm::sum(bm::sin(w)) };
    by_pattern, by_pattern_grad, by_pattern_jvp: |m, v| { let a = bm::dot(m.t(), m) + bm::outer(v, v); let Eig { values, vectors } = bm::linalg::eigh(&a).unwrap(); let w: Array1<f64> = values; let q: Array2<f64> = vectors; let p = bm::dot(&q * bm::exp(w), q.t()); bm::sum(bm::sin(p) * v) };
    wide, wide_grad, wide_jvp: |m, v| { let d = bm::linalg::svd_with(m, false).unwrap(); let u: Array2<f64> = d.u; let s: Array1<f64> = d.s; let vh: Array2<f64> = d.vh; bm::sum(bm::square(&vh) * v) + bm::sum(bm::square(&u) * s) };
    tall, tall_grad, tall_jvp: |m, v| { let w = bm::transpose(m) * 1.0; let d = bm::linalg::svd_with(&w, false).unwrap(); let u: Array2<f64> = d.u; let vh: Array2<f64> = d.vh; let e = bm::linalg::qr(&w).unwrap(); let q: Array2<f64> = e.q; let r: Array2<f64> = e.r; bm::sum(bm::dot(v, bm::square(&u))) + bm::sum(bm::exp(bm::square(&vh))) + bm::sum(bm::dot(v, bm::sin(q))) + bm::sum(bm::exp(r)) };
    logarithms, logarithms_grad, logarithms_jvp: |m, v| { let a = bm::dot(m.t(), m) + bm::outer(v, v); let d = bm::linalg::slogdet(&a).unwrap(); d.logabsdet * d.logabsdet * d.sign };
    traces, traces_grad, traces_jvp: |m, v| { let a = bm::dot(m.t(), m); let b: f64 = bm::trace(&a); let c: Array2<f64> = bm::kron(m, &(m * 2.0)); let d: f64 = bm::vdot(v, &(v * v)); let e: Array1<f64> = bm::cross(v, m[0]); b * d + bm::sum(bm::sin(c)) + bm::sum(e * v) };
    singular, singular_grad, singular_jvp: |m, v| { let a = bm::outer(v, v) + bm::outer(m[0], m[1]); let d: f64 = bm::linalg::det(&a).unwrap(); d + bm::sum(v) };
    softmaxes, softmaxes_grad, softmaxes_jvp: |m, v| { let y: Array2<f64> = bm::softmax(m, -1); bm::sum(y * v) };
    solved, solved_grad, solved_jvp: |m, v| {
        let a = bm::dot(m.t(), m) + bm::outer(v, v);
        let y: Array1<f64> = bm::linalg::solve(&a, v).unwrap();
        bm::sum(y * v)
    };
    solved_many, solved_many_grad, solved_many_jvp: |m, v| {
        let a = bm::dot(m.t(), m) + bm::outer(v, v);
        let y: Array2<f64> = bm::linalg::solve(&a, &m.t()).unwrap();
        bm::sum(bm::square(y))
    };
    inverted, inverted_grad, inverted_jvp: |m, v| {
        let a = bm::dot(m.t(), m) + bm::outer(v, v);
        let y: Array2<f64> = bm::linalg::inv(&a).unwrap();
        bm::sum(bm::sin(y))
    };
    determinants, determinants_grad, determinants_jvp: |m, v| {
        let a = bm::dot(m.t(), m) + bm::outer(v, v);
        let y: f64 = bm::linalg::det(&a).unwrap();
        y * y
    };
    lengths, lengths_grad, lengths_jvp: |m, v| { let y: f64 = bm::linalg::norm(m); y * bm::sum(v) };
    factors, factors_grad, factors_jvp: |m, v| {
        let a = bm::dot(m.t(), m) + bm::outer(v, v);
        let y: Array2<f64> = bm::linalg::cholesky(&a).unwrap();
        bm::sum(bm::square(bm::square(y)))
    };
    shapes, shapes_grad, shapes_jvp: |m, v| { let y: Array2<f64> = bm::reshape(m, (3, 2)); bm::sum(bm::dot(v, y)) };
}

fn continue_() {}

#[derive(BrainObject)]
struct Dense {
    #[train_var]
    w: Array2<f64>,
}

#[brain_jit]
impl Dense {
    #[differentiable]
    #[jvp(x)]
    fn update(&self, x: &Array2<f64>) -> Array2<f64> {
        bm::tanh(bm::dot(x, &self.w))
    }
}

#[derive(BrainObject)]
struct Leaky {
    #[train_var]
    w: Array2<f64>,
    #[train_var]
    bias: f64,
    #[variable]
    v: Array1<f64>,
    #[variable]
    count: f64,
    #[variable]
    rng: RandomState,
    decay: f64,
}

#[brain_jit]
impl Leaky {
    #[grad]
    #[jvp]
    fn run(&mut self, input: &Array2<f64>) -> f64 {
        let mut total = 0.0;
        for t in 0..input.nrows() {
            self.step(input, t);
            let spiked = bm::surrogate::sigmoid(&self.v - 1.0, 4.0);
            self.v -= &spiked;
            total += self.cost(bm::sum(&spiked));
            self.count += 1.0;
        }
        total + bm::sum(&self.v) * self.bias
    }

    fn step(&mut self, input: &Array2<f64>, t: usize) {
        let noise: Array1<f64> = self.rng.normal_like(0.0, 0.1, &self.v);
        self.v[..] = self.decay * &self.v + bm::dot(input[t], &self.w) + self.bias + noise;
    }

    fn cost(&self, spikes: f64) -> f64 {
        if spikes > 1.5 {
            return spikes * spikes;
        }
        spikes
    }

    #[jvp(w, x)]
    fn several(&self, x: &Array1<f64>, scale: f64) -> (Array1<f64>, f64) {
        let y = bm::dot(x, &self.w) * scale;
        let s = bm::sum(&y);
        (y * s, s * s)
    }

    #[jvp(x)]
    fn with_static(&self, #[static_arg] n: usize, x: f64) -> f64 {
        let mut y = x;
        for _ in 0..n {
            y = y * x;
        }
        y
    }

    /// The root of `several`'s sum by Newton's method.
    fn newton(&self, start: f64) -> f64 {
        let mut x = start;
        for _ in 0..20 {
            let (value, slope) = self.cubic_jvp(x, 1.0);
            x -= value / slope;
        }
        x
    }

    #[jvp(x)]
    fn cubic(&self, x: f64) -> f64 {
        x * x * x - self.decay
    }
}

fn leaky() -> Leaky {
    Leaky {
        w: array![[0.4, 0.7, 0.1], [1.1, -0.2, 0.8]],
        bias: 0.1,
        v: array![0.0, 0.2, 0.4],
        count: 0.0,
        rng: RandomState::new(3),
        decay: 0.9,
    }
}

#[test]
fn state_is_written_and_draws_are_constants() {
    backends(|| {
        let input = array![[1.0, 0.5], [0.2, 0.8], [1.0, 1.0], [0.3, 0.9]];
        let (mut a, mut b, mut c) = (leaky(), leaky(), leaky());
        let direction = array![[0.3, -0.2, 0.1], [0.5, 0.4, -0.6]];
        let (value, tangent) = a.run_jvp(&input, &direction, 0.7);
        let (expected, grads) = b.run_grad(&input);
        assert_eq!(value, expected);
        assert_eq!(value, c.run(&input));
        assert_eq!((&a.v, a.count), (&c.v, c.count));
        close(
            tangent,
            (&grads.w * &direction).sum() + grads.bias * 0.7,
            "run",
        );
        // The next numbers are drawn from where the method has left off.
        assert_eq!(
            a.rng.normal::<f64, _>(0.0, 1.0, ()),
            c.rng.normal::<f64, _>(0.0, 1.0, ())
        );
    });
}

#[test]
fn tuples_of_results() {
    backends(|| {
        let model = leaky();
        let x = array![0.3, -0.8];
        let (by_w, by_x) = (&model.w * 0.3, array![1.0, 2.0]);
        let ((y, s), (y_dot, s_dot)) = model.several_jvp(&x, 2.0, &by_w, &by_x);
        let moved = |h: f64| {
            let mut model = leaky();
            model.w += &(&by_w * h);
            model.several(&(&x + &(&by_x * h)), 2.0)
        };
        let (up, down) = (moved(1e-5), moved(-1e-5));
        assert_eq!((y, s), moved(0.0));
        all_close(&y_dot, &((up.0 - down.0) / 2e-5), "array");
        close(s_dot, (up.1 - down.1) / 2e-5, "number");
    });
}

#[test]
fn tangents_in_compiled_methods_and_static_arguments() {
    backends(|| {
        let model = leaky();
        close(model.newton(1.0), 0.9f64.cbrt(), "newton");
        assert_eq!(model.with_static_jvp::<3>(2.0, 1.0), (16.0, 32.0));
    });
}

#[derive(BrainObject)]
struct Scaled {
    #[variable]
    w: Array1<f64>,
}

#[brain_jit]
impl Scaled {
    #[jvp(x, gain, shift)]
    fn update(&self, x: &Array1<f64>, gain: f64, k: usize, shift: f64) -> Array1<f64> {
        bm::sin(x * &self.w) * gain + shift * self.w[k]
    }
}

#[derive(BrainObject)]
struct Layers {
    #[child]
    layers: Vec<Scaled>,
}

#[brain_jit]
impl Layers {
    #[jvp(x)]
    fn total(&self, x: &Array1<f64>, gain: f64) -> f64 {
        let mut h = x * 1.0;
        for layer in &self.layers {
            let y: Array1<f64> = layer.update(&h, -0.5, 1, gain);
            h = y + x;
        }
        for i in 0..2 {
            let strength: f64 = gain.max(0.1);
            let y: Array1<f64> = self.layers[i].update(&h, strength, i, 2.0);
            h = y * x;
        }
        bm::sum(h)
    }
}

#[test]
fn through_a_list_of_children() {
    backends(|| {
        let layers = vec![
            Scaled {
                w: array![0.5, -0.5],
            },
            Scaled {
                w: array![1.5, 0.7],
            },
        ];
        let model = Layers { layers };
        let (x, direction) = (array![0.2, -0.3], array![1.0, 0.5]);
        let (value, tangent) = model.total_jvp(&x, 0.8, &direction);
        assert_eq!(value, model.total(&x, 0.8));
        close(
            tangent,
            along(&x, &direction, |x| model.total(x, 0.8)),
            "layers",
        );
    });
}

#[derive(BrainObject)]
struct Network {
    #[child]
    first: Dense,
    #[child]
    second: Dense,
}

#[brain_jit]
impl Network {
    #[jvp(x, scale)]
    #[grad(x)]
    fn total(&self, x: &Array2<f64>, scale: f64) -> f64 {
        let mut h = x * scale;
        for _ in 0..2 {
            let y: Array2<f64> = self.first.update(&h);
            h = y + x;
        }
        let out: Array2<f64> = self.second.update(&h);
        bm::sum(bm::square(&out))
    }
}

#[test]
fn through_the_methods_of_children() {
    backends(|| {
        let net = Network {
            first: Dense {
                w: array![[0.5, -0.5], [0.2, 0.9]],
            },
            second: Dense {
                w: array![[1.0], [2.0]],
            },
        };
        let (x, direction) = (
            array![[0.2, -0.3], [0.7, 0.1]],
            array![[1.0, 0.5], [-0.2, 0.3]],
        );
        let (value, tangent) = net.total_jvp(&x, 0.5, &direction, 0.0);
        let (expected, grads) = net.total_grad(&x, 0.5);
        assert_eq!(value, expected);
        close(tangent, (&grads.x * &direction).sum(), "by x");
        let (_, by_scale) = net.total_jvp(&x, 0.5, &(&x * 0.0), 1.0);
        let h = 1e-5;
        close(
            by_scale,
            (net.total(&x, 0.5 + h) - net.total(&x, 0.5 - h)) / (2.0 * h),
            "by scale",
        );
    });
}

#[derive(BrainObject)]
struct Generic<T: Real> {
    #[train_var]
    w: Array1<T>,
}

#[brain_jit]
impl<T: Real> Generic<T> {
    #[jvp]
    fn energy(&self, x: &Array1<T>) -> T {
        let s: T = bm::sum(bm::exp(&self.w) * x);
        s * 2.0
    }
}

#[test]
fn generic_models() {
    backends(|| {
        let model = Generic {
            w: array![0.0f32, 0.0],
        };
        let (value, tangent) = model.energy_jvp(&array![1.0, 2.0], &array![1.0, 0.5]);
        assert_eq!((value, tangent), (6.0, 4.0));
    });
}

#[derive(BrainObject)]
struct Custom {
    gain: f64,
}

#[brain_jit]
impl Custom {
    #[custom_grad(slope, zero)]
    fn step(x: f64, sharp: f64) -> f64 {
        if x > 0.0 { sharp * 0.0 + 1.0 } else { 0.0 }
    }

    fn slope(x: f64, sharp: f64) -> f64 {
        1.0 / (1.0 + sharp * x.abs())
    }

    fn zero(_x: f64, _sharp: f64) -> f64 {
        0.0
    }

    #[jvp(x)]
    fn spikes(&self, x: &Array1<f64>) -> Array1<f64> {
        self.gain * Self::step(x - 1.0, 3.0)
    }
}

#[test]
fn custom_derivatives() {
    backends(|| {
        let (spikes, tangent) =
            Custom { gain: 2.0 }.spikes_jvp(&array![0.0, 2.0], &array![1.0, -2.0]);
        assert_eq!(spikes, array![0.0, 2.0]);
        assert_eq!(tangent, array![0.5, -1.0]);
    });
}

#[test]
fn the_dead_side_of_where_has_no_tangent() {
    #[brain_jit(jvp(x))]
    fn root(x: &Array1<f64>) -> Array1<f64> {
        bm::where_(x > 0.0, bm::sqrt(x), 0.0)
    }
    backends(|| {
        let (_, tangent) = root_jvp(&array![4.0, 0.0, -1.0], &array![1.0, 1.0, 1.0]);
        assert_eq!(tangent, array![0.25, 0.0, 0.0]);
    });
}

#[test]
fn surrogates() {
    #[brain_jit(jvp(x))]
    fn spikes(x: &Array1<f64>) -> Array1<f64> {
        x * bm::surrogate::sigmoid(x - 0.5, 4.0)
    }
    backends(|| {
        let (x, direction) = (array![0.3, -0.4, 1.1], array![1.0, -2.0, 0.5]);
        let (value, tangent) = spikes_jvp(&x, &direction);
        assert_eq!(value, array![0.0, 0.0, 1.1]);
        let slope = |x: f64| {
            let s = 1.0 / (1.0 + (-4.0 * (x - 0.5)).exp());
            f64::from(x >= 0.5) + x * 4.0 * s * (1.0 - s)
        };
        all_close(&tangent, &(x.mapv(slope) * direction), "spikes");
    });
}

#[test]
fn tangents_of_stacks() {
    #[brain_jit(grad(a), jvp(a))]
    fn of_stack(a: &Array3<f64>) -> f64 {
        let inverse: Array3<f64> = bm::linalg::inv(a).unwrap();
        let determinants: Array1<f64> = bm::linalg::det(a).unwrap();
        let values: Array2<f64> = bm::linalg::svdvals(a).unwrap();
        let powers: Array3<f64> = bm::linalg::matrix_power(a, 2).unwrap();
        bm::sum(bm::sin(inverse))
            + bm::sum(bm::square(determinants))
            + bm::sum(bm::exp(values))
            + bm::sum(bm::sin(powers))
    }
    backends(|| {
        let stack = |f: fn(f64) -> f64| {
            Array3::from_shape_fn((2, 2, 2), |(i, j, k)| {
                f((3 * i + 2 * j + 7 * k) as f64) + 2.0 * f64::from(j == k)
            })
        };
        let (a, direction) = (stack(f64::sin), stack(f64::cos));
        let (value, tangent) = of_stack_jvp(&a, &direction);
        let (expected, grads) = of_stack_grad(&a);
        assert_eq!(value, expected);
        close(tangent, (&grads.a * &direction).sum(), "stacks");
    });
}

/// 3 neurons on 4 inputs.
#[derive(BrainObject)]
struct Synapses {
    indices: Array1<u32>,
    indptr: Array1<usize>,
    #[train_var]
    w: Array1<f64>,
    #[train_var]
    scale: f64,
}

#[brain_jit]
impl Synapses {
    #[grad(w, scale, v)]
    #[jvp(w, scale, v)]
    fn current(&self, v: &Array1<f64>) -> f64 {
        let spike = bm::surrogate::sigmoid(v, 2.0);
        let x: Array1<f64> =
            bm::event::csrmv_transpose(&self.w, &self.indices, &self.indptr, &spike, (4, 3));
        let y: Array1<f64> = bm::sparse::csrmv(
            self.scale,
            &self.indices,
            &self.indptr,
            bm::tanh(&x),
            (4, 3),
        );
        bm::sum(bm::square(y) * v)
    }
}

#[test]
fn sparse_products() {
    backends(|| {
        let model = Synapses {
            indices: array![1, 2, 0, 1, 2],
            indptr: array![0, 2, 3, 5, 5],
            w: array![0.5, -1.0, 2.0, 0.25, 0.75],
            scale: 0.7,
        };
        let v = array![0.5, -0.2, 1.0, 0.3];
        let (by_w, by_v) = (
            array![0.1, -0.3, 0.2, 0.5, 0.4],
            array![1.0, 0.5, -0.5, 2.0],
        );
        let (value, tangent) = model.current_jvp(&v, &by_w, 0.3, &by_v);
        let (expected, grads) = model.current_grad(&v);
        assert_eq!(value, expected);
        let product = (&grads.w * &by_w).sum() + grads.scale * 0.3 + (&grads.v * &by_v).sum();
        close(tangent, product, "current");
    });
}
