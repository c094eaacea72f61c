//! Gradients of functions that mix library, loops, conditions and indices, against central differences.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;
use brain_jit_tests::differences::{close, differences};

#[brain_jit(grad(x, u))]
fn outer_lib(x: &Array1<f64>, u: &Array1<f64>) -> f64 {
    let m = bm::outer(x, u);
    let c: Array2<f64> = bm::cumsum_axis(&m, 0);
    bm::sum(&m * &c) + bm::sum(m)
}
#[brain_jit(grad(x, u))]
fn outer_lib2(x: &Array1<f64>, u: &Array1<f64>) -> f64 {
    let m = bm::outer(x, u);
    let t = bm::trace(&m);
    let y = bm::tanh(&m) * t;
    let d = bm::dot(&y, &m);
    let s: Array2<f64> = bm::sort_axis(&d, 0);
    bm::sum(bm::square(&d)) + bm::sum(s * m)
}
#[derive(BrainObject)]
struct Kid {
    #[train_var]
    w: Array1<f64>,
}
#[brain_jit]
impl Kid {
    #[differentiable]
    #[jvp(x, k, p)]
    fn f(&self, x: &Array1<f64>, k: f64, n: usize, p: f64) -> Array1<f64> {
        x * &self.w * k + n as f64 * p
    }
    #[differentiable]
    #[jvp(x)]
    fn g(&self, x: &Array1<f64>, n: usize) -> f64 {
        bm::sum(x * &self.w) * n as f64
    }
}
#[derive(BrainObject)]
struct Parent {
    #[child]
    kid: Kid,
    scale: f64,
    count: usize,
}
#[brain_jit]
impl Parent {
    #[jvp(x)]
    #[grad(x)]
    fn loss(&self, x: &Array1<f64>, pair: (f64, usize)) -> f64 {
        let mut total = 0.0;
        for i in 0..2 {
            let y: Array1<f64> = self.kid.f(x, pair.0 * 2.0, i + 1, self.scale);
            total += bm::sum(bm::square(&y));
            let z: f64 = self.kid.g(&y, (i + 1));
            total += z;
        }
        let q: Array1<f64> = self.kid.f(x, 2.0, self.count * 2, self.scale + 1.0);
        total + bm::sum(q * x)
    }
}
#[brain_jit(grad(a))]
fn nuclear(a: &Array2<f64>) -> f64 {
    let d = bm::linalg::svd(a).unwrap();
    let s: Array1<f64> = d.s;
    bm::sum(s)
}
#[brain_jit(jvp(a))]
fn nuclear_f(a: &Array2<f64>) -> f64 {
    let d = bm::linalg::svd(a).unwrap();
    let s: Array1<f64> = d.s;
    bm::sum(s)
}
#[brain_jit(grad(x))]
fn whilel(x: &Array1<f64>, limit: f64) -> f64 {
    let mut y = x * 1.0;
    let mut n = 0;
    while bm::sum(&y) < limit && n < 50 {
        y *= 1.0 + bm::mean(bm::square(x));
        n += 1;
    }
    bm::sum(&y) * n as f64
}
#[brain_jit(grad(x))]
fn matched(x: &Array1<f64>, k: i32) -> f64 {
    let y = match k {
        0 => x * 2.0,
        1 | 2 => bm::exp(x),
        n if n < 0 => x * n as f64,
        _ => {
            let z = bm::sin(x);
            z * x
        }
    };
    if bm::sum(&y) > 0.0 {
        return bm::sum(bm::square(&y));
    }
    let y = y * 3.0;
    bm::sum(y) * x[0]
}
#[brain_jit(grad(x, a))]
fn scalars(x: f64, a: &mut Array1<f64>) -> f64 {
    let s = x * x;
    let s = s + x.sin();
    a[..] = &*a * s;
    let mut p = 1.0;
    for i in 0..a.len() {
        p *= a[i] + i as f64;
    }
    p
}
#[brain_jit(grad(x))]
fn aux(x: &Array1<f64>, mask: &Array1<bool>) -> (f64, Array1<f64>) {
    let mut y = x * x;
    y[mask] = 0.5;
    y[[0, 1]] += x[1];
    bm::add_at(&mut y, [0, 0], &x[..2]);
    let z = &y[s![..;-1]] * x;
    (bm::sum(&z), z)
}
#[brain_jit(grad(x))]
fn where_nan(x: &Array1<f64>) -> f64 {
    let safe = bm::where_(x > 0.0, bm::sqrt(x), 0.0);
    let l = bm::where_(x > 0.0, bm::log(x), x * 2.0);
    bm::sum(safe * l)
}
#[brain_jit(grad(x))]
fn bcast(x: &Array1<f64>) -> f64 {
    let m = &x[(.., bm::NEWAXIS)] * &x[(bm::NEWAXIS, ..)];
    let v = bm::var_axis(&m, 0);
    let k = bm::max_axis_keepdims(&m, 1);
    bm::sum(v) + bm::sum(m / (k + 10.0)) + bm::prod(x)
}

macro_rules! check {
    ($name:expr, $f:ident, $g:ident, $x:expr $(, $rest:expr)*) => {
        let (value, g) = $g(&$x $(, $rest)*);
        let c = differences(&$x, |x| $f(x $(, $rest)*));
        assert!(close(&g.x, &c), "{} {} {}", $name, g.x, c);
        assert_eq!(value, $f(&$x $(, $rest)*), $name);
    };
}
#[brain_jit(grad(x))]
fn out1(x: &Array1<f64>, u: &Array1<f64>) -> f64 {
    let m = bm::outer(x, u);
    let c = bm::cumsum_axis(&m, 0);
    let n = &m + c;
    bm::sum(n * m)
}
#[brain_jit(grad(x))]
fn out2(x: &Array1<f64>, u: &Array1<f64>) -> f64 {
    let m = bm::outer(x, u);
    let c: Array1<f64> = bm::sort(&bm::ravel(&m));
    let d: Array2<f64> = bm::flip(&m);
    let e: Array2<f64> = bm::concatenate(&[&m, &d], 0);
    let v: Array1<f64> = bm::diagonal(&m, 0);
    bm::sum(bm::square(&c))
        + bm::sum(&d * &m)
        + bm::sum(bm::square(&e))
        + bm::sum(v)
        + bm::sum(bm::exp(&m))
}
#[brain_jit(grad(x))]
fn out3(x: &Array1<f64>, u: &Array1<f64>) -> f64 {
    let m = bm::outer(x, u);
    let i: Array2<f64> = bm::linalg::inv(&(&m + bm::eye::<f64>(3))).unwrap();
    let r = bm::linalg::norm(&m);
    let t: f64 = bm::trace(&m);
    let p = bm::dot(&m, x);
    let q = bm::dot(&m, &i);
    let mm = m;
    bm::sum(q) + r * t + bm::sum(p * u) + bm::sum(&mm)
}
#[brain_jit(grad(x))]
fn out4(x: &Array1<f64>, u: &Array1<f64>) -> f64 {
    let mut total = 0.0;
    for i in 0..3 {
        let m = bm::outer(x, u);
        let c: Array2<f64> = bm::cumsum_axis(&m, 1);
        let s: Array2<f64> = bm::roll(&m, 1);
        total += bm::sum(&c * &m) * x[i] + bm::sum(s * c);
    }
    total
}
#[brain_jit(grad(x))]
fn out5(x: &Array1<f64>, u: &Array1<f64>) -> f64 {
    let m = bm::dot(&x[(.., bm::NEWAXIS)], &u[(bm::NEWAXIS, ..)]);
    let c: Array2<f64> = bm::cumprod_axis(&m, 1);
    let k = if x[0] > 0.0 {
        let q: Array2<f64> = bm::tril(&m, 0);
        q + &m
    } else {
        &m * 1.0
    };
    bm::sum(&c * &m) + bm::sum(k)
}
#[brain_jit(grad(x))]
fn out6(x: &Array1<f64>, u: &Array1<f64>) -> f64 {
    let m = bm::outer(x, u);
    let l = bm::losses::mean_squared_error(&m, &(&m * 0.5));
    let s: Array2<f64> = bm::softmax(&m, -1);
    let g = bm::logsumexp(&m);
    l + bm::sum(s * &m) + g * bm::median(&m)
}

#[brain_jit(grad(x), hessian(x), jacobian(y), jvp(x), vector_grad(x))]
fn scalar_of(x: &Array1<f64>, y: f64) -> f64 {
    let s = bm::sin(x) * y;
    let t = bm::dot(&s, x);
    let mut p = 1.0;
    for i in 0..x.len() {
        p *= x[i] + y;
    }
    t * t + p + bm::sum(bm::exp(-x * x))
}
#[brain_jit(jacobian(x), jacfwd(x), jacrev(x), jvp(x))]
fn vector_of(x: &Array1<f64>, k: usize) -> Array1<f64> {
    let mut y = bm::tanh(x);
    for i in 1..k {
        y[i] += y[i - 1] * x[i];
    }
    let s = bm::sum(&y);
    y * s
}

#[test]
fn functions_against_central_differences() {
    each(|_| {
        let x = array![0.3, 0.8, -0.2];
        let u = array![0.5, -1.5, 0.25];
        let (_, g) = outer_lib_grad(&x, &u);
        assert!(close(&g.x, &differences(&x, |x| outer_lib(x, &u))), "a1");
        assert!(close(&g.u, &differences(&u, |u| outer_lib(&x, u))), "a2");
        let (_, g) = outer_lib2_grad(&x, &u);
        assert!(close(&g.x, &differences(&x, |x| outer_lib2(x, &u))), "a3");
        assert!(close(&g.u, &differences(&u, |u| outer_lib2(&x, u))), "a4");
        let p = Parent {
            kid: Kid { w: u.clone() },
            scale: 0.7,
            count: 3,
        };
        let (_, g) = p.loss_grad(&x, (0.3, 4));
        let c = differences(&x, |x| p.loss(x, (0.3, 4)));
        assert!(close(&g.x, &c), "b {:?} {:?}", g.x, c);
        let t = array![1.0, 0.5, -2.0];
        let (_, d) = p.loss_jvp(&x, (0.3, 4), &t);
        assert!((d - (&c * &t).sum()).abs() < 1e-6);
        for shape in [(2, 3), (3, 2), (3, 3)] {
            let a = Array2::from_shape_fn(shape, |(i, j)| {
                ((i * 7 + j * 3) as f64 * 0.37).sin() + (i == j) as u8 as f64
            });
            let flat = Array1::from_iter(a.iter().copied());
            let (_, g) = nuclear_grad(&a);
            let c = differences(&flat, |f| {
                nuclear(&f.clone().into_shape_with_order(shape).unwrap())
            });
            assert!(
                close(&Array1::from_iter(g.a.iter().copied()), &c),
                "svd {shape:?}"
            );
            let (_, d) = nuclear_f_jvp(&a, &(&a * 2.0));
            assert!((d - 2.0 * (&c * &flat).sum()).abs() < 1e-6);
        }
        let (_, g) = whilel_grad(&x, 30.0);
        assert!(close(&g.x, &differences(&x, |x| whilel(x, 30.0))), "while");
        for k in [-2, 0, 1, 2, 5] {
            for x in [x.clone(), -&x] {
                let (_, g) = matched_grad(&x, k);
                assert!(
                    close(&g.x, &differences(&x, |x| matched(x, k))),
                    "match {k}"
                );
            }
        }
        let mut a = u.clone();
        let (_, g) = scalars_grad(0.4, &mut a);
        let c = differences(&array![0.4], |v| scalars(v[0], &mut u.clone()));
        assert!((g.x - c[0]).abs() < 1e-6, "scalars");
        let c = differences(&u, |v| scalars(0.4, &mut v.clone()));
        assert!(close(&g.a, &c), "scalars a {} {}", g.a, c);
        assert_eq!(a, &u * (0.16 + 0.4f64.sin()));
        let mask = array![false, true, true];
        let (_, g) = aux_grad(&x, &mask);
        assert!(close(&g.x, &differences(&x, |x| aux(x, &mask).0)), "aux");
        let (_, g) = where_nan_grad(&x);
        assert!(close(&g.x, &differences(&x, where_nan)), "where {}", g.x);
        let (_, g) = bcast_grad(&x);
        assert!(close(&g.x, &differences(&x, bcast)), "bcast");
    });
}

#[test]
fn products_that_the_library_reads_too() {
    each(|_| {
        let x = array![0.3, 0.8, -0.2];
        let u = array![0.5, -1.5, 0.25];
        check!("out1", out1, out1_grad, x, &u);
        check!("out2", out2, out2_grad, x, &u);
        check!("out3", out3, out3_grad, x, &u);
        check!("out4", out4, out4_grad, x, &u);
        check!("out5", out5, out5_grad, x, &u);
        check!("out6", out6, out6_grad, x, &u);
    });
}

#[test]
fn second_derivatives() {
    each(|_| {
        let x = array![0.3, 0.8, -0.2];
        let (_, g) = scalar_of_grad(&x, 0.7);
        assert!(close(&g.x, &differences(&x, |x| scalar_of(x, 0.7))));
        let (_, h) = scalar_of_hessian(&x, 0.7);
        for i in 0..3 {
            let c = differences(&x, |x| scalar_of_grad(x, 0.7).1.x[i]);
            assert!(
                close(&h.x.x.row(i).to_owned(), &c),
                "{} {}",
                h.x.x.row(i),
                c
            );
        }
        let (_, j) = vector_of_jacobian(&x, 3);
        let (_, f) = vector_of_jacfwd(&x, 3);
        let (_, r) = vector_of_jacrev(&x, 3);
        for i in 0..3 {
            let c = differences(&x, |x| vector_of(x, 3)[i]);
            for m in [&j.x, &f.x, &r.x] {
                assert!(close(&m.row(i).to_owned(), &c));
            }
        }
    });
}
