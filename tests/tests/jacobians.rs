//! Vector gradients, Jacobians and Hessians against closed forms and central differences.
use brain_jit::prelude::*;
use ndarray::{Array, Dimension};

fn all_close<D: Dimension>(a: &Array<f64, D>, b: &Array<f64, D>, tolerance: f64, what: &str) {
    assert_eq!(a.shape(), b.shape(), "{what}");
    for (x, y) in a.iter().zip(b) {
        let scale = x.abs().max(y.abs()).max(1.0);
        assert!((x - y).abs() <= tolerance * scale, "{what}: {a} is not {b}");
    }
}

fn backends(test: impl Fn()) {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        brain_jit::with_backend(backend, &test);
    }
}

/// A row for each number that `f` gives, by central differences.
fn differences<D: Dimension>(
    x: &Array<f64, D>,
    f: impl Fn(&Array<f64, D>) -> Vec<f64>,
) -> Array2<f64> {
    let h = 1e-5;
    let mut columns = Vec::new();
    let outputs = f(x).len();
    for k in 0..x.len() {
        let moved = |step: f64| {
            let mut x = x.clone();
            if let Some(element) = x.iter_mut().nth(k) {
                *element += step;
            }
            f(&x)
        };
        let (up, down) = (moved(h), moved(-h));
        columns.extend(up.iter().zip(&down).map(|(a, b)| (a - b) / (2.0 * h)));
    }
    Array2::from_shape_vec((x.len(), outputs), columns)
        .unwrap()
        .reversed_axes()
}

/// Second derivatives of a number, by central differences.
fn second_differences(x: &Array1<f64>, f: impl Fn(&Array1<f64>) -> f64) -> Array2<f64> {
    let h = 1e-4;
    Array2::from_shape_fn((x.len(), x.len()), |(i, j)| {
        let at = |a: f64, b: f64| {
            let mut x = x.clone();
            x[i] += a * h;
            x[j] += b * h;
            f(&x)
        };
        (at(1.0, 1.0) - at(1.0, -1.0) - at(-1.0, 1.0) + at(-1.0, -1.0)) / (4.0 * h * h)
    })
}

/// The block as a matrix: the numbers of the result by those of the operand.
fn matrix<D: Dimension>(block: &Array<f64, D>, rows: usize) -> Array2<f64> {
    let columns = block.len() / rows.max(1);
    Array2::from_shape_vec((rows, columns), block.iter().copied().collect()).unwrap()
}

#[brain_jit(jacobian(x), jacrev(x), jacfwd(x))]
fn product(a: &Array2<f64>, x: &Array1<f64>) -> Array1<f64> {
    bm::dot(a, x)
}

#[brain_jit(jacobian(x, s), jacrev(s), jacfwd(x, s))]
fn elementwise(x: &Array1<f64>, s: f64) -> Array1<f64> {
    bm::tanh(x * s)
}

#[brain_jit(jacobian(m, v), jacfwd(m, v))]
fn table(m: &Array2<f64>, v: &Array1<f64>) -> Array2<f64> {
    let mut y = m * v;
    for i in 0..v.len() {
        y[(0, i)] = bm::sum(bm::sin(m[(.., i)])) * v[0];
    }
    bm::exp(y * 0.5)
}

#[brain_jit(jacobian(x), jacfwd(x))]
fn number(x: &Array1<f64>) -> f64 {
    bm::sum(x * x)
}

#[brain_jit(jacobian(x), jacfwd(x), hessian(x))]
fn scalars(x: f64) -> f64 {
    x * x * x
}

#[brain_jit(jacobian(x), jacfwd(x))]
fn by_value(x: Array1<f64>, scale: f64) -> Array1<f64> {
    x * scale
}

#[test]
fn jacobians_of_linear_maps_are_their_matrices() {
    backends(|| {
        let a = array![[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]];
        let x = array![0.3, 0.2, 0.1];
        let (value, jacobian) = product_jacobian(&a, &x);
        assert_eq!(value, product(&a, &x));
        assert_eq!(jacobian.x, a);
        assert_eq!(product_jacrev(&a, &x).1.x, a);
        assert_eq!(product_jacfwd(&a, &x).1.x, a);
        let scaled = array![[2.0, 0.0], [0.0, 2.0]];
        assert_eq!(by_value_jacobian(array![1.0, 3.0], 2.0).1.x, scaled);
        assert_eq!(by_value_jacfwd(array![1.0, 3.0], 2.0).1.x, scaled);
    });
}

#[test]
fn jacobians_of_elementwise_functions_are_diagonal() {
    backends(|| {
        let (x, s) = (array![0.3, -0.2, 1.0], 1.5);
        let slopes = (&x * s).mapv(|x: f64| 1.0 - x.tanh().powi(2));
        let (_, reverse) = elementwise_jacobian(&x, s);
        let (_, forward) = elementwise_jacfwd(&x, s);
        let expected = Array2::from_diag(&(&slopes * s));
        all_close(&reverse.x, &expected, 1e-14, "reverse");
        all_close(&forward.x, &expected, 1e-14, "forward");
        all_close(&reverse.s, &(&slopes * &x), 1e-14, "by a number");
        assert_eq!(elementwise_jacrev(&x, s).1.s, reverse.s);
        all_close(&forward.s, &(&slopes * &x), 1e-14, "by a number, forward");
    });
}

#[test]
fn jacobians_of_arrays_by_arrays() {
    backends(|| {
        let m = array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]];
        let v = array![0.2, -0.4, 0.9];
        let (value, reverse) = table_jacobian(&m, &v);
        let (again, forward) = table_jacfwd(&m, &v);
        assert_eq!(value, again);
        assert_eq!(reverse.m.shape(), [2, 3, 2, 3]);
        assert_eq!(reverse.v.shape(), [2, 3, 3]);
        all_close(&reverse.m, &forward.m, 1e-13, "the two modes by m");
        all_close(&reverse.v, &forward.v, 1e-13, "the two modes by v");
        let by_m = differences(&m, |m| table(m, &v).iter().copied().collect());
        let by_v = differences(&v, |v| table(&m, v).iter().copied().collect());
        all_close(&matrix(&reverse.m, 6), &by_m, 1e-8, "by m");
        all_close(&matrix(&reverse.v, 6), &by_v, 1e-8, "by v");
    });
}

#[test]
fn jacobians_of_numbers_are_gradients() {
    backends(|| {
        let x = array![1.0, -2.0];
        assert_eq!(number_jacobian(&x).1.x, &x * 2.0);
        assert_eq!(number_jacfwd(&x).1.x, &x * 2.0);
        assert_eq!(scalars_jacobian(2.0).1.x, 12.0);
        assert_eq!(scalars_jacfwd(2.0).1.x, 12.0);
        assert_eq!(scalars_hessian(2.0).1.x.x, 12.0);
        // Nothing to differentiate by.
        assert_eq!(number_jacfwd(&array![]).1.x.len(), 0);
    });
}

#[brain_jit(vector_grad(x))]
fn squares(x: &Array2<f64>) -> Array2<f64> {
    x * x
}

#[derive(BrainObject)]
struct Model {
    #[train_var]
    w: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    gain: f64,
}

#[brain_jit]
impl Model {
    #[vector_grad]
    fn update(&mut self, x: &Array1<f64>) -> Array1<f64> {
        self.v[..] = &self.v * 0.5 + &self.w * x;
        bm::exp(&self.v)
    }

    fn sensitivity(&mut self, x: &Array1<f64>) -> f64 {
        let (_, grads) = self.update_vector_grad(x);
        bm::sum(grads.w)
    }

    #[jacobian(w, gain)]
    #[jacfwd(w, gain)]
    fn response(&self, x: &Array1<f64>) -> Array1<f64> {
        self.gain * self.gain * bm::square(&self.w + x)
    }

    #[hessian]
    fn energy(&self, x: &Array1<f64>) -> f64 {
        0.5 * bm::square(bm::dot(&self.w, x)) + bm::sum(bm::exp(&self.w))
    }

    #[hessian(w, gain, x)]
    #[grad(w, gain, x)]
    fn loss(&self, x: &Array2<f64>) -> f64 {
        let mut s = bm::sum(bm::softplus(bm::dot(x, &self.w) * self.gain));
        let mut y = &self.w * 1.0;
        for t in 0..x.nrows() {
            y = bm::tanh(&y * 0.5 + x[t]) * self.gain;
            if bm::sum(&y) > 0.3 {
                y[0] = y[1] * y[1];
            } else {
                s += self.penalty(bm::sum(&y * &self.w));
            }
        }
        s * bm::mean(bm::square(&y)) + bm::max(&y)
    }

    fn penalty(&self, s: f64) -> f64 {
        s * s * s
    }
}

fn model() -> Model {
    Model {
        w: array![0.3, -0.6, 0.9],
        v: array![0.1, 0.2, 0.3],
        gain: 1.2,
    }
}

#[test]
fn vector_gradients_pull_ones_back() {
    backends(|| {
        let x = array![[1.0, -2.0], [0.5, 4.0]];
        let (value, grads) = squares_vector_grad(&x);
        assert_eq!(value, &x * &x);
        assert_eq!(grads.x, &x * 2.0);
        let x = array![1.0, 2.0, -1.0];
        let (mut a, mut b, mut c) = (model(), model(), model());
        let (value, grads) = a.update_vector_grad(&x);
        assert_eq!(value, b.update(&x));
        assert_eq!(a.v, b.v);
        all_close(&grads.w, &(&value * &x), 1e-14, "by w");
        let mut into = ModelUpdateVectorGrads {
            w: array![9.0, 9.0, 9.0],
        };
        let mut d = model();
        d.update_vector_grad_into(&x, &mut into);
        assert_eq!(into.w, grads.w);
        assert!((c.sensitivity(&x) - grads.w.sum()).abs() < 1e-14);
    });
}

#[test]
fn jacobians_by_variables() {
    backends(|| {
        let (m, x) = (model(), array![1.0, 2.0, -1.0]);
        let slopes = (&m.w + &x) * (2.0 * 1.44);
        let (_, reverse) = m.response_jacobian(&x);
        let (_, forward) = m.response_jacfwd(&x);
        let expected = Array2::from_diag(&slopes);
        all_close(&reverse.w, &expected, 1e-14, "by w");
        all_close(&forward.w, &expected, 1e-14, "by w, forward");
        let by_gain = (&m.w + &x).mapv(|x| 2.4 * x * x);
        all_close(&reverse.gain, &by_gain, 1e-14, "by gain");
        all_close(&forward.gain, &by_gain, 1e-14, "by gain, forward");
    });
}

#[test]
fn hessians_of_closed_form() {
    backends(|| {
        let (m, x) = (model(), array![1.0, 2.0, -1.0]);
        let (value, hessian) = m.energy_hessian(&x);
        assert_eq!(value, m.energy(&x));
        let mut expected = Array2::from_diag(&m.w.mapv(f64::exp));
        for i in 0..3 {
            for j in 0..3 {
                expected[(i, j)] += x[i] * x[j];
            }
        }
        all_close(&hessian.w.w, &expected, 1e-14, "energy");
        // The product with a vector, without the matrix.
        let direction = array![1.0, -1.0, 0.5];
        all_close(
            &m.energy_hvp(&x, &direction),
            &expected.dot(&direction),
            1e-14,
            "product",
        );

        let x = array![-1.2, 1.0];
        let rosenbrock = array![[1200.0 * 1.44 - 400.0 + 2.0, 480.0], [480.0, 200.0]];
        all_close(&valley_hessian(&x).1.x.x, &rosenbrock, 1e-12, "rosenbrock");

        let x = array![0.1, 0.5, -0.3];
        let p = x.mapv(f64::exp) / x.mapv(f64::exp).sum();
        let mut expected = Array2::from_diag(&p);
        for i in 0..3 {
            for j in 0..3 {
                expected[(i, j)] -= p[i] * p[j];
            }
        }
        all_close(
            &log_sum_exp_hessian(&x).1.x.x,
            &expected,
            1e-14,
            "log-sum-exp",
        );
    });
}

/// Rosenbrock's function.
#[brain_jit(hessian(x))]
fn valley(x: &Array1<f64>) -> f64 {
    (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
}

#[brain_jit(hessian(x))]
fn log_sum_exp(x: &Array1<f64>) -> f64 {
    let largest = bm::max(x);
    largest + bm::log(bm::sum(bm::exp(x - largest)))
}

#[test]
fn hessians_are_differences_of_gradients() {
    backends(|| {
        let (m, x) = (model(), array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]]);
        let (value, hessian) = m.loss_hessian(&x);
        assert_eq!(value, m.loss(&x));
        let gradient = |model: &Model, x: &Array2<f64>| {
            let (_, grads) = model.loss_grad(x);
            let mut all: Vec<f64> = grads.w.to_vec();
            all.push(grads.gain);
            all.extend(grads.x.iter());
            all
        };
        let by_w = differences(&m.w, |w| {
            gradient(
                &Model {
                    w: w.clone(),
                    ..model()
                },
                &x,
            )
        });
        let by_gain = differences(&array![m.gain], |g| {
            gradient(
                &Model {
                    gain: g[0],
                    ..model()
                },
                &x,
            )
        });
        let by_x = differences(&x, |x| gradient(&m, x));
        let rows = |a: &Array2<f64>, rows: std::ops::Range<usize>| a.slice(s![rows, ..]).to_owned();
        let check = |w: Array2<f64>,
                     gain: Array2<f64>,
                     x: Array2<f64>,
                     expected: &Array2<f64>,
                     what: &str| {
            all_close(&w, &rows(expected, 0..3), 1e-7, what);
            all_close(&gain, &rows(expected, 3..4), 1e-7, what);
            all_close(&x, &rows(expected, 4..10), 1e-7, what);
        };
        let (w, gain, by) = (&hessian.w, &hessian.gain, &hessian.x);
        check(
            matrix(&w.w, 3),
            matrix(&gain.w, 1),
            matrix(&by.w, 6),
            &by_w,
            "by w",
        );
        check(
            matrix(&w.gain, 3),
            array![[gain.gain]],
            matrix(&by.gain, 6),
            &by_gain,
            "by gain",
        );
        check(
            matrix(&w.x, 3),
            matrix(&gain.x, 1),
            matrix(&by.x, 6),
            &by_x,
            "by x",
        );
    });
}

macro_rules! second { ($($name:ident, $grad:ident, $hessian:ident: |$x:ident| $e:expr, [$($v:expr),*];)*) => {
    $(#[brain_jit(grad($x), hessian($x))] fn $name($x: &Array1<f64>) -> f64 { $e })*
    #[test]
    fn second_derivatives_of_rules() {
        backends(|| { $({
            let x = array![$($v),*];
            let (_, hessian) = $hessian(&x);
            let expected = differences(&x, |x| $grad(x).1.x.to_vec());
            all_close(&hessian.x.x, &expected, 1e-6, stringify!($name));
            let plain = brain_jit::with_backend(Backend::Plain, || $hessian(&x).1.x.x);
            assert_eq!(hessian.x.x, plain, "{}", stringify!($name));
        })* });
    }
} }

second! {
    quotient, quotient_grad, quotient_hessian: |x| bm::sum(x / (1.0 + x * x)), [0.3, -0.4];
    roots, roots_grad, roots_hessian: |x| bm::sum(bm::sqrt(x) * bm::log(x) + bm::cbrt(x)), [0.3, 1.4];
    angles, angles_grad, angles_hessian: |x| bm::sum(bm::sin(x) * bm::cos(x) + bm::tan(x) + bm::arctan(x)), [0.3, -0.4];
    hyperbolic, hyperbolic_grad, hyperbolic_hessian: |x| bm::sum(bm::sinh(x) * bm::tanh(x) + bm::arcsinh(x)), [0.3, -0.4];
    powers, powers_grad, powers_hessian: |x| bm::sum(bm::power(x, 2.5) + bm::power(x, x) + x.powi(3)), [0.3, 1.4];
    chosen, chosen_grad, chosen_hessian: |x| bm::sum(bm::where_(x > 0.5, x * x * x, bm::exp(x))), [0.3, 1.4];
    errors, errors_grad, errors_hessian: |x| bm::sum(bm::erf(x) * bm::sigmoid(x) + bm::exprel(x)), [0.3, 1.4];
    spread, spread_grad, spread_hessian: |x| bm::var(bm::exp(x)) + bm::std(x) + bm::prod(x) + bm::max(x * x), [0.3, 1.4, 1.1];
    products, products_grad, products_hessian: |x| bm::sum(bm::square(bm::dot(bm::outer(x, x), x))) + bm::sum(bm::transpose(bm::outer(x, x))[0] * x), [0.3, 1.4];
    parts, parts_grad, parts_hessian: |x| bm::sum(x[1..] * x[..-1]) + x[0] * x[2] + bm::sum(bm::square(x[[0, 0, 2]])) + bm::sum(bm::exp(x[x > 1.0])), [0.3, 1.4, 1.1];
    written, written_grad, written_hessian: |x| { let mut y = x * x; y[1..] *= x[..-1]; y[0] = bm::sum(x); bm::add_at(&mut y, [0, 0, 2], x * x); bm::sum(y * x) }, [0.3, 1.4, 1.1];
    axes, axes_grad, axes_hessian: |x| { let m = bm::outer(x, x); bm::sum(bm::mean_axis(m * x, 0) * x) + bm::sum(bm::max_axis_keepdims(m, 1) * m) }, [0.3, 1.4, 1.1];
    library, library_grad, library_hessian: |x| { let y: Array1<f64> = bm::cumsum(x); let z: Array1<f64> = bm::softmax(&(y * x), 0); bm::sum(z * x) }, [0.3, 1.4, 1.1];
    repeated, repeated_grad, repeated_hessian: |x| { let mut y = x * 1.0; for i in 0..3 { y = bm::sin(&y) * x[i]; } bm::sum(y) }, [0.3, 1.4, 1.1];
    nested, nested_grad, nested_hessian: |x| { let mut s = 0.0; for i in 0..x.len() { for j in 0..i { s += x[i] * x[j] * s + x[j]; } } s * s }, [0.3, 1.4, 1.1];
    during, during_grad, during_hessian: |x| { let mut s = bm::sum(x); let mut k = 0; while k < 4 { s = s * 0.5 + bm::sum(bm::sin(x * s)); k += 1; } s }, [0.3, 1.4];
    either, either_grad, either_hessian: |x| { let s = bm::sum(x); if s > 1.0 { bm::sum(x * s * s) } else { s } }, [0.3, 1.4];
    spikes, spikes_grad, spikes_hessian: |x| bm::sum(x * x * bm::floor(x)), [0.3, 1.4];
    // An adjoint that is zero moves.
    guarded, guarded_grad, guarded_hessian: |x| bm::sum(bm::square(bm::where_(x > 9.0, 0.0, bm::sin(x)))), [0.0, 0.4];
    dead, dead_grad, dead_hessian: |x| bm::sum(bm::square(bm::where_(x > 0.1, bm::sqrt(x - 0.1), 0.0))) + bm::sum(bm::where_(x > 0.1, bm::log(x - 0.1), 0.0)), [-0.1, 0.4, -1.0];
    zero, zero_grad, zero_hessian: |x| bm::prod(x), [0.0, 2.0, 3.0];
    zeros, zeros_grad, zeros_hessian: |x| bm::prod(x) + bm::prod(x + 1.0), [0.0, 0.0, 3.0];
    zeros_along, zeros_along_grad, zeros_along_hessian: |x| { let m = bm::outer(x, x) - x; bm::sum(bm::square(bm::prod_axis(m, 0)) * x) + bm::sum(bm::prod_axis(m, 1)) + bm::sum(bm::prod_axis_keepdims(m, 1) * m) }, [0.0, 1.0, 3.0];
    sincs, sincs_grad, sincs_hessian: |x| { let y: Array1<f64> = bm::sinc(x); bm::sum(y * x) + bm::sum(y) }, [0.0, 1e-3, -0.1, 0.19, 0.21, 0.7];
    exponents, exponents_grad, exponents_hessian: |x| bm::sum(bm::power(x[1..], x[..-1])), [0.0, 0.5, 1.4];
    whole_powers, whole_powers_grad, whole_powers_hessian: |x| { let k = x.len() as i32; bm::sum(x.powi(1) + x.powi(2) + x.powi(0) + x.powi(k - 2) + x.powi(k - 3) * x) }, [0.0, 0.5, -1.4];
    by_norm, by_norm_grad, by_norm_hessian: |x| { let n: f64 = bm::losses::l2_norm(x); let e: f64 = bm::losses::mean_squared_error(bm::square(x), x); n * e }, [0.3, -0.4, 1.1];
    // Places and shapes.
    flips, flips_grad, flips_hessian: |x| { let m = bm::outer(x, x); let a: Array1<f64> = bm::flip(x); let b: Array2<f64> = bm::fliplr(&m); let c: Array2<f64> = bm::flipud(&m); bm::sum(b * c * a) }, [0.3, -0.4, 1.1];
    shapes, shapes_grad, shapes_hessian: |x| { let m = bm::outer(x, x * x); let a: Array2<f64> = bm::reshape(&m, (1, 9)); let b: Array2<f64> = bm::reshape(&a, [3, 3]); let c: Array1<f64> = bm::ravel(&b); let d: Array1<f64> = bm::flatten(&m); bm::sum(bm::square(b) * x) + bm::sum(c * bm::sin(d)) }, [0.3, -0.4, 1.1];
    soft, soft_grad, soft_hessian: |x| { let y: Array1<f64> = bm::log_softmax(x, 0); let m = bm::outer(x, x); let z: Array2<f64> = bm::log_softmax(&m, 1); bm::sum(y * x) + bm::sum(bm::square(z)) }, [0.3, -0.4, 1.1];
    taken, taken_grad, taken_hessian: |x| { let m = bm::outer(x, x); let a: Array1<f64> = bm::take(x, &[0, 2, 2]); let b: Array2<f64> = bm::take(&m, &array![[5, 0], [0, 8]]); bm::sum(a * x * x) + bm::sum(bm::square(b)) }, [0.3, -0.4, 1.1];
    moved, moved_grad, moved_hessian: |x| { let m = bm::outer(x, x); let a: Array2<f64> = bm::roll_axis(&m, 1, 1); let b: Array2<f64> = bm::tril(&m, 0); let c: Array2<f64> = bm::pad(&m, 1, 0.5); let d: Array1<f64> = bm::diagonal(&m, 1); bm::sum(a * b * x) + bm::sum(bm::exp(c)) + bm::sum(bm::square(d)) }, [0.3, -0.4, 1.1];
    joins, joins_grad, joins_hessian: |x| { let y = bm::sin(x); let a: Array1<f64> = bm::concatenate(&[x, &y], 0); let b: Array2<f64> = bm::stack(&[x, &y], 1); bm::sum(bm::square(a) * a) + bm::sum(bm::exp(b)) }, [0.3, -0.4, 1.1];
    sorts, sorts_grad, sorts_hessian: |x| { let a: Array1<f64> = bm::sort(x); let m = bm::outer(x, x); let b: Array2<f64> = bm::sort_axis(&m, 0); bm::sum(a * a * x) + bm::sum(bm::square(b) * x) }, [0.3, -0.4, 1.1];
    sums, sums_grad, sums_hessian: |x| { let m = bm::outer(x, x); let a: Array2<f64> = bm::cumsum_axis(&m, 0); let b: Array1<f64> = bm::diff(x); let c: Array1<f64> = bm::cumsum(&m); bm::sum(bm::square(a) * x) + bm::sum(bm::exp(b)) + bm::sum(bm::square(c)) }, [0.3, -0.4, 1.1];
    vectors, vectors_grad, vectors_hessian: |x| { let a: Array1<f64> = bm::cross(x, &(x * x)); let b: f64 = bm::vdot(x, &(x * x)); let c: Array1<f64> = bm::gradient_axis(x, 0.5, 0); let d: Array1<f64> = bm::ldexp(x, 2); bm::sum(a * x * x) + b * b + bm::sum(bm::square(c) * d * d) }, [0.3, -0.4, 1.1];
    synapses, synapses_grad, synapses_hessian: |x| { let pre = array![0, 2, 2, 1]; let post = array![1, 0, 1, 1]; let a: Array1<f64> = bm::pre2syn(x, &pre); let b: Array1<f64> = bm::pre2post_sum(x, 2, &post, &pre); bm::sum(bm::square(a) * a) + bm::sum(bm::exp(b)) }, [0.3, -0.4, 1.1];
    segments, segments_grad, segments_hessian: |x| { let ids = array![0, 1, 1]; let a: Array1<f64> = bm::segment_sum(x * x, &ids); let b: Array1<f64> = bm::syn2post_mean(x * x, &ids, 2); bm::sum(a * a) + bm::sum(b * a) }, [0.3, -0.4, 1.1];
}

#[test]
fn hessians_undo_broadcasting() {
    #[brain_jit(hessian(row, column))]
    fn table(m: &Array2<f64>, row: &Array2<f64>, column: &Array2<f64>) -> f64 {
        // Uses that broadcast and uses that do not, of what is computed, too.
        let y = bm::sin(row);
        let mut s = bm::sum(y * y) + y[(0, 1)] + bm::sum(y * m);
        for i in 0..2 {
            s += bm::sum(bm::sin(m * row) * m[i]);
        }
        bm::sum(bm::exp(row * column) * m) + bm::sum(bm::square(row + m)) * s
    }
    #[brain_jit(hessian(short))]
    fn vectors(short: &Array1<f64>, long: &Array1<f64>) -> f64 {
        let y = bm::sin(short - long);
        let d: f64 = bm::linalg::norm(&(short * short));
        bm::sum(y * short) * d + short[0] * bm::sum(short * long)
    }
    backends(|| {
        let m = array![[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]];
        let (row, column) = (array![[0.3, -0.2, 0.9]], array![[0.4], [-0.6]]);
        let (_, hessian) = table_hessian(&m, &row, &column);
        let at: Array1<f64> = row.iter().chain(&column).copied().collect();
        let expected = second_differences(&at, |at| {
            let row = at.slice(s![..3]).insert_axis(ndarray::Axis(0)).to_owned();
            let column = at.slice(s![3..]).insert_axis(ndarray::Axis(1)).to_owned();
            table(&m, &row, &column)
        });
        let (by, across) = (&hessian.row, &hessian.column);
        assert_eq!(by.column.shape(), [1, 3, 2, 1]);
        let block = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
            expected.slice(s![rows, columns]).to_owned()
        };
        all_close(&matrix(&by.row, 3), &block(0..3, 0..3), 1e-5, "row, row");
        all_close(
            &matrix(&across.row, 2),
            &block(3..5, 0..3),
            1e-5,
            "column, row",
        );
        all_close(
            &matrix(&by.column, 3),
            &block(0..3, 3..5),
            1e-5,
            "row, column",
        );
        all_close(
            &matrix(&across.column, 2),
            &block(3..5, 3..5),
            1e-5,
            "column, column",
        );
        let (short, long) = (array![0.3], array![0.7, -0.2, 1.1]);
        let (_, hessian) = vectors_hessian(&short, &long);
        let expected = second_differences(&short, |short| vectors(short, &long));
        all_close(&hessian.short.short, &expected, 1e-5, "vectors");
    });
}

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
    #[hessian(w, scale, v)]
    fn current(&self, v: &Array1<f64>) -> f64 {
        let x: Array1<f64> =
            bm::sparse::csrmv_transpose(&self.w, &self.indices, &self.indptr, bm::sin(v), (4, 3));
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
fn hessians_by_sparse_weights() {
    let model = |w: &Array1<f64>, scale: f64| Synapses {
        indices: array![1, 2, 0, 1, 2],
        indptr: array![0, 2, 3, 5, 5],
        w: w.clone(),
        scale,
    };
    backends(|| {
        let (w, scale, v) = (
            array![0.5, -1.0, 2.0, 0.25, 0.75],
            0.7,
            array![0.5, -0.2, 1.0, 0.3],
        );
        let gradient = |at: &Array1<f64>| {
            let (w, v) = (at.slice(s![..5]).to_owned(), at.slice(s![6..]).to_owned());
            let (_, grads) = model(&w, at[5]).current_grad(&v);
            let mut all = grads.w.to_vec();
            all.push(grads.scale);
            all.extend(grads.v.iter());
            all
        };
        let at: Array1<f64> = w
            .iter()
            .copied()
            .chain([scale])
            .chain(v.iter().copied())
            .collect();
        let expected = differences(&at, gradient);
        let (_, h) = model(&w, scale).current_hessian(&v);
        let block = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
            expected.slice(s![rows, columns]).to_owned()
        };
        all_close(&h.w.w, &block(0..5, 0..5), 1e-6, "w, w");
        all_close(&h.w.v, &block(0..5, 6..10), 1e-6, "w, v");
        all_close(&h.v.w, &block(6..10, 0..5), 1e-6, "v, w");
        all_close(&h.v.v, &block(6..10, 6..10), 1e-6, "v, v");
        all_close(&matrix(&h.w.scale, 5), &block(0..5, 5..6), 1e-6, "w, scale");
        all_close(
            &matrix(&h.scale.v, 1),
            &block(5..6, 6..10),
            1e-6,
            "scale, v",
        );
        assert!((h.scale.scale - expected[(5, 5)]).abs() < 1e-6);
    });
}

#[test]
fn second_derivatives_of_decompositions() {
    #[brain_jit(grad(x), hessian(x))]
    fn decomposed(x: &Array1<f64>) -> f64 {
        let e: Array2<f64> = bm::eye::<f64>(3);
        let a = bm::outer(x, x) + e * bm::sum(x * x);
        let y: Array1<f64> = bm::linalg::solve(&a, x).unwrap();
        let i: Array2<f64> = bm::linalg::inv(&a).unwrap();
        let d: f64 = bm::linalg::det(&a).unwrap();
        let n: f64 = bm::linalg::norm(x);
        let l: Array2<f64> = bm::linalg::cholesky(&a).unwrap();
        let z: Array2<f64> = bm::linalg::solve(&a, &bm::outer(x, bm::sin(x))).unwrap();
        let t: f64 = bm::trace(&bm::dot(&a, &z));
        bm::sum(y * x)
            + bm::sum(bm::sin(i))
            + d * d
            + n
            + bm::sum(bm::sin(l) * x)
            + bm::sum(bm::square(z))
            + t * t
    }
    // A singular matrix has a determinant's Hessian, too.
    #[brain_jit(grad(x), hessian(x))]
    fn singular(x: &Array1<f64>) -> f64 {
        let a = bm::outer(x, x) + bm::outer(bm::sin(x), x * x);
        let d: f64 = bm::linalg::det(&a).unwrap();
        d * x[0] + d
    }
    #[brain_jit(hessian(a))]
    fn determinant(a: &Array2<f64>) -> f64 {
        let d: f64 = bm::linalg::det(a).unwrap();
        d
    }
    backends(|| {
        let x = array![0.7, 0.4, 1.1];
        let (_, hessian) = decomposed_hessian(&x);
        let expected = differences(&x, |x| decomposed_grad(x).1.x.to_vec());
        all_close(&hessian.x.x, &expected, 1e-6, "decompositions");
        let (_, hessian) = singular_hessian(&x);
        let expected = differences(&x, |x| singular_grad(x).1.x.to_vec());
        all_close(&hessian.x.x, &expected, 1e-6, "singular");
        // a d - b c
        let (_, hessian) = determinant_hessian(&array![[1.0, 2.0], [2.0, 4.0]]);
        let mut expected = Array2::zeros((4, 4));
        for (at, value) in [((0, 3), 1.0), ((3, 0), 1.0), ((1, 2), -1.0), ((2, 1), -1.0)] {
            expected[at] = value;
        }
        all_close(&matrix(&hessian.a.a, 4), &expected, 1e-14, "determinant");
    });
}
