//! Each rule against central differences.
use brain_jit::prelude::*;
use brain_jit_tests::differences::{assert_close as close, differences};

macro_rules! unary { ($($name:ident, $grad:ident: |$x:ident| $e:expr, [$($v:expr),*];)*) => {
    $(#[brain_jit(grad($x))] fn $name($x: &Array1<f64>) -> f64 { bm::sum($e) })*
    #[test]
fn unary_rules() { for b in [Backend::Plain, Backend::Serial] { brain_jit::with_backend(b, || { $(
        let x = array![$($v),*];
        let (v, g) = $grad(&x);
        assert_eq!(v, $name(&x));
        close(&g.x, &differences(&x, $name), stringify!($name));
    )* }) } }
} }
unary! {
    neg, neg_grad: |x| -x * 2.0, [1.0, -2.0];
    add, add_grad: |x| x + x * 3.0 - 1.0 / x, [1.0, -2.0];
    abs_of_x, abs_of_x_grad: |x| bm::abs(x) * x, [1.0, -2.0];
    square, square_grad: |x| bm::square(x), [1.0, -2.0];
    reciprocal, reciprocal_grad: |x| bm::reciprocal(x), [1.0, -2.0];
    sqrt, sqrt_grad: |x| bm::sqrt(x), [1.0, 2.0];
    exp, exp_grad: |x| bm::exp(x) + x.exp(), [1.0, -2.0];
    exp2, exp2_grad: |x| bm::exp2(x), [1.0, -2.0];
    expm1, expm1_grad: |x| bm::expm1(x), [1.0, -2.0];
    log, log_grad: |x| bm::log(x), [1.0, 2.0];
    log2, log2_grad: |x| bm::log2(x), [1.0, 2.0];
    log10, log10_grad: |x| bm::log10(x), [1.0, 2.0];
    log1p, log1p_grad: |x| bm::log1p(x), [1.0, 2.0];
    sin, sin_grad: |x| bm::sin(x), [1.0, 2.0];
    cos, cos_grad: |x| bm::cos(x), [1.0, 2.0];
    tan, tan_grad: |x| bm::tan(x), [1.0, 0.3];
    arcsin, arcsin_grad: |x| bm::arcsin(x), [0.3, -0.4];
    arccos, arccos_grad: |x| bm::arccos(x), [0.3, -0.4];
    arctan, arctan_grad: |x| bm::arctan(x), [0.3, -0.4];
    sinh, sinh_grad: |x| bm::sinh(x), [0.3, -0.4];
    cosh, cosh_grad: |x| bm::cosh(x), [0.3, -0.4];
    tanh, tanh_grad: |x| bm::tanh(x), [0.3, -0.4];
    arcsinh, arcsinh_grad: |x| bm::arcsinh(x), [0.3, -0.4];
    arccosh, arccosh_grad: |x| bm::arccosh(x), [1.3, 2.4];
    arctanh, arctanh_grad: |x| bm::arctanh(x), [0.3, -0.4];
    sigmoid, sigmoid_grad: |x| bm::sigmoid(x), [0.3, -0.4];
    softplus, softplus_grad: |x| bm::softplus(x), [0.3, -0.4];
    erf, erf_grad: |x| bm::erf(x), [0.3, -0.4];
    erfc, erfc_grad: |x| bm::erfc(x), [0.3, -0.4];
    cbrt, cbrt_grad: |x| bm::cbrt(x), [0.3, -0.4];
    exprel, exprel_grad: |x| bm::exprel(x), [0.3, -0.4, 1e-3, 0.0, 2.0, -3.0];
    powi, powi_grad: |x| x.powi(3), [0.3, -0.4];
    power, power_grad: |x| bm::power(x, 2.5) + bm::power(1.5, x) + bm::power(x, x), [0.3, 1.4];
    hypot, hypot_grad: |x| bm::hypot(x, 2.0 * x + 1.0), [0.3, 1.4];
    arctan2, arctan2_grad: |x| bm::arctan2(x, 2.0 * x + 1.0), [0.3, 1.4];
    maximum, maximum_grad: |x| bm::maximum(x, 1.0) * bm::minimum(x, 0.5), [0.3, 1.4];
    clip, clip_grad: |x| bm::clip(x, -1.0, 1.0) * x, [0.3, 1.4];
    where_of_x, where_of_x_grad: |x| bm::where_(x > 0.5, x * x, bm::exp(x)), [0.3, 1.4];
    remainder, remainder_grad: |x| bm::remainder(x, 1.0) * x + bm::floor(x) * x, [0.3, 1.4];
    logaddexp, logaddexp_grad: |x| bm::logaddexp(x, 2.0 * x), [0.3, 1.4];
    copysign, copysign_grad: |x| bm::copysign(x, -1.0) * x, [0.3, 1.4];
    sum_of_x, sum_of_x_grad: |x| x * bm::sum(bm::exp(x)), [0.3, 1.4];
    mean_of_x, mean_of_x_grad: |x| x * bm::mean(bm::exp(x)), [0.3, 1.4];
    var_of_x, var_of_x_grad: |x| x * bm::var(bm::exp(x)), [0.3, 1.4, 1.0];
    std_of_x, std_of_x_grad: |x| x * bm::std(bm::exp(x)), [0.3, 1.4, 1.0];
    max_of_x, max_of_x_grad: |x| x * bm::max(x) * bm::min(x), [0.3, 1.4, 1.0];
    prod_of_x, prod_of_x_grad: |x| x * bm::prod(x), [0.3, 1.4, 1.0];
    prod0, prod0_grad: |x| x + bm::prod(x), [0.3, 0.0, 1.0];
    prod00, prod00_grad: |x| x + bm::prod(x), [0.0, 0.0, 1.0];
    cast, cast_grad: |x| ((x as f32) as f64) * 1.0 + x * 2.0, [0.0, 0.0];
}
// Matrices, by the flattened argument.
macro_rules! matrix { ($($name:ident, $grad:ident: |$m:ident, $v:ident| $body:block;)*) => {
    $(#[brain_jit(grad($m, $v))] fn $name($m: &Array2<f64>, $v: &Array1<f64>) -> f64 $body)*
    #[test]
fn matrix_rules() { for b in [Backend::Plain, Backend::Serial] { brain_jit::with_backend(b, || { $({
        let m = array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]];
        let v = array![0.2, -0.4, 0.9];
        let (value, g) = $grad(&m, &v);
        assert_eq!(value, $name(&m, &v));
        let flat: Array1<f64> = m.iter().copied().collect();
        let by_m = differences(&flat, |f| $name(&f.clone().into_shape_with_order((2, 3)).unwrap(), &v));
        close(&g.m.iter().copied().collect(), &by_m, concat!(stringify!($name), " by m"));
        close(&g.v, &differences(&v, |v| $name(&m, v)), concat!(stringify!($name), " by v"));
    })* }) } }
} }
matrix! {
    broadcast, broadcast_grad: |m, v| { bm::sum(bm::square(m + v) * v) };
    matvec, matvec_grad: |m, v| { bm::sum(bm::tanh(bm::dot(m, v))) };
    vecmat, vecmat_grad: |m, v| { bm::sum(bm::exp(bm::dot(v, bm::transpose(m)))) };
    matmat, matmat_grad: |m, v| { bm::sum(bm::square(bm::dot(m, m.t()))) + bm::dot(v, v) };
    outer, outer_grad: |m, v| { bm::sum(bm::sin(bm::outer(v, bm::dot(m, v)))) };
    axes, axes_grad: |m, v| { bm::sum(bm::square(bm::sum_axis(m, 0)) * v) + bm::sum(bm::square(bm::sum_axis(m * v, 1))) };
    means, means_grad: |m, v| { bm::sum(bm::square(bm::mean_axis(m, -1))) + bm::sum(bm::exp(bm::mean_axis(m, 0) * v)) };
    keepdims, keepdims_grad: |m, v| { let e = bm::exp(m - bm::max_axis_keepdims(m, 1)); bm::sum(e / bm::sum_axis_keepdims(e, 1) * v) };
    variances, variances_grad: |m, v| { bm::sum(bm::var_axis(m, 0) * v) + bm::sum(bm::square(bm::std_axis(m, 1))) };
    maxima, maxima_grad: |m, v| { bm::sum(bm::max_axis(m, 0) * v) + bm::sum(bm::square(bm::min_axis(m, 1))) };
    products, products_grad: |m, v| { bm::sum(bm::prod_axis(m, 0) * v) };
    slices, slices_grad: |m, v| { bm::sum(bm::square(m[(.., 1..)])) + bm::sum(m[0] * v) + m[(1, 2)] * v[0] + bm::sum(v[1..] * m[(1, ..2)]) };
    newaxis, newaxis_grad: |m, v| { bm::sum(bm::square(v[(.., bm::NEWAXIS)] * v)) + bm::sum(bm::square(m)) };
    gather, gather_grad: |m, v| { bm::sum(bm::square(v[[0, 2, 2]])) + bm::sum(m) };
    mask, mask_grad: |m, v| { bm::sum(bm::square(v[v > 0.0])) + bm::sum(m[m > 0.0]) };
    scalar, scalar_grad: |m, v| { let s = bm::sum(m); let t = s * s + 1.0; let u = t.sqrt() + bm::exp(-s); u * bm::sum(v) };
    branch, branch_grad: |m, v| { let s = bm::sum(m); if s > 1.0 { bm::sum(v * s) } else { s * s } };
    branch2, branch2_grad: |m, v| { let mut y = v * 2.0; if bm::sum(v) > 0.0 { y *= v; } else { y += 1.0; } bm::sum(y) * bm::sum(m) };
    loops, loops_grad: |m, v| { let mut y = v.clone(); for i in 0..3 { y = bm::tanh(&y * 1.5) + bm::sum(m[(.., i)]); } bm::sum(y) };
    loops2, loops2_grad: |m, v| { let mut s = 0.0; for i in 0..v.len() { s += v[i] * v[i] * m[(0, i)]; } s };
    loops3, loops3_grad: |m, v| { let mut s = 1.0; let mut k = 0; while k < 4 { s = s * 0.5 + bm::sum(bm::sin(v * s)); k += 1; } s + bm::sum(m) };
    matching, matching_grad: |m, v| { let k = v.len(); match k { 3 => bm::sum(m) * bm::sum(v), _ => 0.0 } };
    writes, writes_grad: |m, v| { let mut y = v * 2.0; y[1] = bm::sum(m); y[2..] *= 3.0; y[..] = bm::square(&y); bm::sum(y * v) };
    added, added_grad: |m, v| { let mut y = v * 1.0; bm::add_at(&mut y, [0, 0, 2], 2.0 * v); bm::sum(bm::square(y)) + bm::sum(m) };
    library, library_grad: |m, v| { let c: Array1<f64> = bm::cumsum(v); let s: Array1<f64> = bm::sort(&c); let r: Array1<f64> = bm::reshape(m, 6); bm::sum(s * v) + bm::sum(r.powi(3)) };
    nested, nested_grad: |m, v| { let mut y = v.clone(); for i in 0..2 { for j in 0..3 { if j == i { continue_(); } else { y = y * bm::cos(m[(i, j)]); } } } bm::sum(y) };
}
fn continue_() {}
#[test]
fn dead_side_of_where() {
    let (_, g) = guard_grad(&array![-1.0, 4.0, 0.0]);
    assert_eq!(g.x, array![0.0, 0.25, 0.0]);
}
#[brain_jit(grad(x))]
fn guard(x: &Array1<f64>) -> f64 {
    bm::sum(bm::where_(x > 0.0, bm::sqrt(x), 0.0))
}

/// Slopes that are no numbers on the side that is not chosen.
macro_rules! dead {
    ($($name:ident, $grad:ident: |$x:ident| $body:block)*) => {
        $(#[brain_jit(grad($x))] fn $name($x: &Array1<f64>) -> f64 $body)*

        #[test]
        fn dead_side_of_library_functions() {
            let x = array![-1.0, 4.0, 0.0, f64::NAN];
            for backend in [Backend::Plain, Backend::Serial] {
                brain_jit::with_backend(backend, || {
                    $({
                        let (value, g) = $grad(&x);
                        let name = stringify!($name);
                        assert!(value.is_finite() && g.x[1].is_finite() && g.x[1] != 0.0, "{name}: {value} {}", g.x);
                        assert_eq!((g.x[0], g.x[2], g.x[3]), (0.0, 0.0, 0.0), "{name}");
                    })*
                })
            }
        }
    };
}
dead! {
    dead_power, dead_power_grad: |x| { let p: Array1<f64> = bm::float_power(x, 0.5); bm::sum(bm::where_(x > 0.0, p, 0.0)) }
    dead_gamma, dead_gamma_grad: |x| { let p: Array1<f64> = bm::lgamma(x); bm::sum(bm::where_(x > 0.0, p, 0.0)) }
    dead_mish, dead_mish_grad: |x| { let p: Array1<f64> = bm::mish(x); bm::sum(bm::where_(x > 0.0, p, 0.0)) }
    dead_spread, dead_spread_grad: |x| { let u: Array1<f64> = array![1.0, 2.0]; let m = bm::outer(x, u); let p = bm::std_axis(&m, 1) + bm::max_axis(&m, 1); bm::sum(bm::where_(x > 0.0, p, 0.0)) }
    dead_ddof, dead_ddof_grad: |x| { let u: Array1<f64> = array![1.0, 2.0]; let m: Array2<f64> = bm::outer(x, u); let p: Array1<f64> = bm::std_axis_ddof(&m, 1, 1.0); bm::sum(bm::where_(x > 0.0, p, 0.0)) }
    dead_constant, dead_constant_grad: |x| { let u: Array1<f64> = array![1.0, 1.0]; let m = bm::outer(bm::maximum(x, 0.0), u) * bm::sqrt(x[(.., bm::NEWAXIS)]); let p = bm::prod_axis(m, 1); bm::sum(bm::where_(x > 0.0, p, 0.0)) }
}
#[derive(BrainObject)]
struct Chosen {
    k: f64,
}
#[brain_jit]
impl Chosen {
    #[custom_grad(slope)]
    fn root(x: f64) -> f64 {
        x.sqrt()
    }
    fn slope(x: f64) -> f64 {
        0.5 / x.sqrt()
    }
    #[grad(x)]
    fn dead_custom(&self, x: &Array1<f64>) -> f64 {
        self.k * bm::sum(bm::where_(x > 0.0, Self::root(x), 0.0))
    }
}
#[test]
fn dead_side_of_custom_gradients() {
    let (_, g) = Chosen { k: 1.0 }.dead_custom_grad(&array![-1.0, 4.0, 0.0]);
    assert_eq!(g.x, array![0.0, 0.25, 0.0]);
}
