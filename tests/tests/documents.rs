//! The rows of the documents that brain_jit re-does, each a test named after it.

use brain_jit::prelude::*;
use brain_jit::{bm, with_backend};

#[derive(BrainObject)]
struct LogisticRegression {
    dimension: usize,
    #[variable]
    w: Array1<f32>,
}

#[brain_jit]
impl LogisticRegression {
    fn new(dimension: usize) -> Self {
        LogisticRegression {
            dimension,
            w: Array1::from_elem(dimension, 2.0 * 1.0 - 1.3),
        }
    }

    fn call(&mut self, x: &Array2<f32>, y: &Array1<f32>) {
        let u = bm::dot(
            (1.0 / (1.0 + bm::exp(-y * bm::dot(x, &self.w))) - 1.0) * y,
            x,
        );
        self.w[..] = &self.w - u;
    }
}

#[test]
fn logistic_regression() {
    let x = Array2::from_shape_fn((50, 3), |(i, j)| ((i * 7 + j * 3) % 11) as f32 / 11.0);
    let y = Array1::from_shape_fn(50, |i| if i % 3 == 0 { 1.0 } else { -1.0 });
    let mut model = LogisticRegression::new(3);
    assert_eq!(model.dimension, 3);
    let mut expected = model.w.mapv(f64::from);
    let (x64, y64) = (x.mapv(f64::from), y.mapv(f64::from));
    for _ in 0..3 {
        model.call(&x, &y);
        let s = (-&y64 * x64.dot(&expected)).mapv(|v| 1.0 / (1.0 + v.exp()) - 1.0) * &y64;
        expected = &expected - s.dot(&x64);
    }
    for (got, expected) in model.w.iter().zip(&expected) {
        assert!(
            (f64::from(*got) - expected).abs() < 1e-4,
            "{got} {expected}"
        );
    }
    let mut by_hand = LogisticRegression::new(3);
    LogisticRegression::call_jit(&mut by_hand.w, &x, &y);
    let mut plain = LogisticRegression::new(3);
    plain.call_plain(&x, &y);
    for (a, b) in by_hand.w.iter().zip(&plain.w) {
        assert!((a - b).abs() < 1e-5);
    }
}

#[derive(BrainObject)]
struct Demo1 {
    a: f64,
    #[variable]
    last: f64,
}

#[brain_jit]
impl Demo1 {
    fn update(&mut self, b: f64) {
        *self.last = self.a * b;
    }
}

#[test]
fn demo1_nonvariable_is_constant() {
    let mut demo = Demo1 { a: 1.0, last: 0.0 };
    demo.update(2.0);
    assert_eq!((demo.a, demo.last), (1.0, 2.0));
    // The constant is an argument by value of the compiled function, the variable a reference.
    Demo1::update_jit(&mut demo.last, 5.0, 2.0);
    assert_eq!(demo.last, 10.0);
}

#[derive(BrainObject)]
struct Demo3 {
    #[variable]
    a: Array0<f64>,
    #[variable]
    b: f64,
}

#[brain_jit]
impl Demo3 {
    fn update(&mut self, b: f64) {
        self.a[..] = b;
        self.b[..] = b;
    }
}

#[test]
fn demo3_in_place_persists() {
    let mut demo = Demo3 {
        a: ndarray::arr0(1.0),
        b: 1.0,
    };
    demo.update(2.0);
    assert_eq!((demo.a[()], demo.b), (2.0, 2.0));
}

#[derive(BrainObject)]
struct InPlace {
    #[variable]
    v: Array1<i64>,
    #[variable]
    x: Array1<f64>,
}

#[brain_jit]
impl InPlace {
    fn index(&mut self, i: usize, a: i64) {
        self.v[i] = a;
        self.v[-1] = a;
    }

    fn slice(&mut self, b: i64) {
        self.v[1..3] = b;
    }

    fn list(&mut self, c: i64) {
        self.v[[1, 3]] = c;
    }

    fn whole(&mut self, d: &Array1<i64>) {
        self.v[..] = d;
    }

    fn arange(&mut self) {
        self.v[..] = bm::arange(10);
    }

    fn integers(&mut self, r: &Array1<i64>) {
        self.v += 1;
        self.v *= 2;
        self.v |= r;
        self.v[..] = &self.v * &self.v;
        self.v >>= 2;
        self.v -= 1;
        self.v %= 7;
        self.v &= 3;
        self.v ^= 1;
        self.v <<= 1;
        self.v[..] = bm::floor_divide(&self.v, 2);
        self.v /= 1;
    }

    fn floats(&mut self, y: f64) {
        self.x += y;
        self.x -= 1.0;
        self.x *= 2.0;
        self.x /= 4.0;
        self.x %= 3.0;
        self.x[..] = bm::floor_divide(&self.x, 0.25);
        self.x[..] = bm::power(&self.x, 2.0);
    }
}

#[test]
fn in_place_operators_keep_the_buffer() {
    let mut m = InPlace {
        v: Array1::zeros(10),
        x: Array1::linspace(1.0, 4.0, 5),
    };
    let address = m.v.as_ptr();
    m.index(0, 5);
    assert_eq!(m.v.to_vec(), [5, 0, 0, 0, 0, 0, 0, 0, 0, 5]);
    m.slice(1);
    assert_eq!(m.v.to_vec(), [5, 1, 1, 0, 0, 0, 0, 0, 0, 5]);
    m.list(2);
    assert_eq!(m.v.to_vec(), [5, 2, 1, 2, 0, 0, 0, 0, 0, 5]);
    m.arange();
    assert_eq!(m.v.to_vec(), (0..10).collect::<Vec<i64>>());
    m.whole(&Array1::from_iter(0..10));
    let r = Array1::from_iter((0..10).map(|i| i % 2));
    m.integers(&r);
    let expected: Vec<i64> = (0..10i64)
        .map(|v| {
            let mut v = (v + 1) * 2;
            v |= (v / 2 % 2) ^ 1;
            v
        })
        .collect();
    let expected: Vec<i64> = expected
        .iter()
        .enumerate()
        .map(|(i, _)| {
            let mut v = (i as i64 + 1) * 2;
            v |= i as i64 % 2;
            v = v * v;
            v >>= 2;
            v -= 1;
            v %= 7;
            v &= 3;
            v ^= 1;
            v <<= 1;
            v.div_euclid(2)
        })
        .collect();
    assert_eq!(m.v.to_vec(), expected);
    assert_eq!(m.v.as_ptr(), address);
    let address = m.x.as_ptr();
    m.floats(0.5);
    let expected: Vec<f64> = [1.0, 1.75, 2.5, 3.25, 4.0]
        .iter()
        .map(|x| {
            let y: f64 = ((x + 0.5 - 1.0) * 2.0 / 4.0) % 3.0;
            (y / 0.25).floor().powi(2)
        })
        .collect();
    assert_eq!(m.x.to_vec(), expected);
    assert_eq!(m.x.as_ptr(), address);
}

#[test]
fn jit_of_a_closure() {
    let f = jit!(|x: &Array1<f32>| bm::sin(x) + bm::cos(x));
    let y = f(&array![0.0, 1.0]);
    assert!((y[0] - 1.0).abs() < 1e-6 && (y[1] - (1f32.sin() + 1f32.cos())).abs() < 1e-6);
    let (alpha, lmbda) = (1.67f32, 1.05f32);
    let selu = jit!(|x: &Array1<f32>| lmbda * bm::where_(x > 0.0, x, alpha * bm::exp(x) - alpha));
    let y = selu(&array![-1.0, 2.0]);
    assert!((y[0] - lmbda * (alpha * (-1f32).exp() - alpha)).abs() < 1e-6);
    assert_eq!(y[1], lmbda * 2.0);
}

#[brain_jit]
fn gelu(x: &Array1<f32>) -> Array1<f32> {
    let sqrt = bm::sqrt(2.0 / bm::PI);
    let cdf = 0.5 * (1.0 + bm::tanh(sqrt * (x + 0.044715 * x.powi(3))));
    let y = x * cdf;
    y
}

#[test]
fn gelu_matches_its_formula() {
    let x = Array1::linspace(-4.0, 4.0, 101);
    let y = gelu(&x);
    for (x, y) in x.iter().zip(&y) {
        let x = f64::from(*x);
        let expected = x
            * 0.5
            * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh());
        assert!((f64::from(*y) - expected).abs() < 1e-6);
    }
    assert_eq!(gelu_plain(&x), y);
    assert!(gelu_show_code().contains("tanh"), "{}", gelu_show_code());
}

#[brain_jit]
fn selu(x: &Array1<f32>, alpha: f32, lmbda: f32) -> Array1<f32> {
    lmbda * bm::where_(x > 0.0, x, alpha * bm::exp(x) - alpha)
}

#[test]
fn selu_matches_its_formula() {
    let x = Array1::linspace(-4.0, 4.0, 101);
    let y = selu(&x, 1.67, 1.05);
    for (x, y) in x.iter().zip(&y) {
        let expected = 1.05 * if *x > 0.0 { *x } else { 1.67 * x.exp() - 1.67 };
        assert!((y - expected).abs() < 1e-6);
    }
}

#[derive(BrainObject)]
struct Linear {
    #[train_var]
    w: Array2<f64>,
    #[train_var]
    b: Array1<f64>,
}

#[brain_jit]
impl Linear {
    #[brain_jit(dyn_vars(w))]
    fn update(&self, x: &Array1<f64>) -> Array1<f64> {
        bm::dot(x, &self.w) + &self.b
    }
}

#[test]
fn linear_update1_dynamic_b() {
    let mut l = Linear {
        w: Array2::ones((10, 3)),
        b: Array1::zeros(3),
    };
    let x = Array1::zeros(10);
    assert_eq!(l.update(&x), array![0.0, 0.0, 0.0]);
    l.b.fill(1.0);
    assert_eq!(l.update(&x), array![1.0, 1.0, 1.0]);
}

#[test]
fn linear_update2_frozen_b() {
    let mut l = Linear {
        w: Array2::ones((10, 3)),
        b: Array1::ones(3),
    };
    let x = Array1::ones(10);
    let update2 = l.update_frozen();
    l.b.fill(2.0);
    assert_eq!(update2.call(&l, &x), array![11.0, 11.0, 11.0]);
    l.w.fill(2.0);
    assert_eq!(update2.call(&l, &x), array![21.0, 21.0, 21.0]);
}

#[brain_jit]
fn update(w: &mut Array2<f64>, b: &Array1<f64>, x: &Array1<f64>) -> Array1<f64> {
    w += 1.0;
    bm::dot(x, w) + b
}

#[test]
fn function_with_variables_as_arguments() {
    let mut w = Array2::zeros((2, 3));
    let b = array![1.0, 2.0, 3.0];
    let x = array![1.0, 1.0];
    assert_eq!(update(&mut w, &b, &x), array![3.0, 4.0, 5.0]);
    assert_eq!(w, Array2::<f64>::ones((2, 3)));
    let mut b2 = array![0.0, 0.0];
    let m = array![[1.0, 0.0], [0.0, 1.0]];
    let frozen =
        jit!([m: &Array2<f64>, b2: &Array1<f64>] move |x: &Array1<f64>| bm::dot(x, m) + b2);
    b2[0] = 9.0;
    assert_eq!(frozen(&x), array![1.0, 1.0]);
    let borrowed = jit!([m: &Array2<f64>, b2: &Array1<f64>] |x: &Array1<f64>| bm::dot(x, &m) + &b2);
    assert_eq!(borrowed(&x), array![10.0, 1.0]);
}

#[derive(BrainObject)]
struct Static {
    scale: f64,
}

#[brain_jit]
impl Static {
    fn f(&self, x: f64, #[static_arg] small: bool) -> f64 {
        if small {
            return 3.0 * x.powi(2) * self.scale;
        }
        -4.0 * x
    }

    fn activation(
        &self,
        x: &Array1<f64>,
        #[static_arg(values("relu", "tanh"))] kind: &'static str,
    ) -> Array1<f64> {
        if kind == "relu" {
            bm::maximum(x, 0.0)
        } else {
            bm::tanh(x)
        }
    }

    fn f_loop(&self, x: f64, #[static_arg] n: usize) -> f64 {
        let mut y = 0.0;
        for _ in 0..n {
            y += x;
        }
        y
    }

    fn run_time_loop(&self, x: f64, n: usize) -> f64 {
        let mut y = 0.0;
        for _ in 0..n {
            y = y + x;
        }
        y
    }
}

#[test]
fn static_condition() {
    let s = Static { scale: 1.0 };
    assert_eq!(s.f::<true>(1.0), 3.0);
    assert_eq!(s.f::<false>(1.0), -4.0);
}

#[test]
fn string_static_argument() {
    let s = Static { scale: 1.0 };
    let x = array![-1.0, 2.0];
    assert_eq!(s.activation(&x, "relu"), array![0.0, 2.0]);
    assert!((s.activation(&x, "tanh")[1] - 2f64.tanh()).abs() < 1e-15);
    let panic = std::panic::catch_unwind(|| s.activation(&x, "gelu")).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(
        text.contains("gelu")
            && text.contains("relu")
            && text.contains("tanh")
            && text.contains("Static::activation")
    );
}

#[test]
fn fixed_trip_loop() {
    assert_eq!(Static { scale: 1.0 }.f_loop::<10>(2.0), 20.0);
}

#[test]
fn run_time_trip_loop() {
    assert_eq!(Static { scale: 1.0 }.run_time_loop(2.0, 11), 22.0);
}

#[brain_jit]
fn native_loop(arr: &mut Array1<f64>) {
    for i in 0..arr.len() {
        arr[i] += 2.0;
        if i % 2 == 0 {
            arr[i] += 1.0;
        }
    }
}

#[test]
fn numba_style_native_loop() {
    let mut arr = Array1::zeros(5);
    native_loop(&mut arr);
    assert_eq!(arr, array![3.0, 2.0, 3.0, 2.0, 3.0]);
}

#[brain_jit]
fn switch(x: &Array1<f64>, which: usize) -> Array1<f64> {
    match which {
        0 => x + 1.0,
        1 => x * 2.0,
        _ => -x,
    }
}

#[test]
fn switch_as_match() {
    let x = array![1.0, 2.0];
    assert_eq!(switch(&x, 0), array![2.0, 3.0]);
    assert_eq!(switch(&x, 1), array![2.0, 4.0]);
    assert_eq!(switch(&x, 7), array![-1.0, -2.0]);
}

#[brain_jit]
fn scan(h0: &Array1<f64>, xs: &Array2<f64>, out: &mut Array2<f64>) -> Array1<f64> {
    let mut h = h0.clone();
    for t in 0..xs.nrows() {
        h[..] = 0.5 * &h + &xs[t];
        out[t] = &h;
    }
    h
}

#[test]
fn scan_as_for() {
    let xs = array![[1.0, 2.0], [3.0, 4.0]];
    let mut out = Array2::zeros((2, 2));
    let last = scan(&Array1::zeros(2), &xs, &mut out);
    assert_eq!(last, array![3.5, 5.0]);
    assert_eq!(out, array![[1.0, 2.0], [3.5, 5.0]]);
}

#[brain_jit]
fn sum_up_to(x: i64) -> i64 {
    let mut s = 0;
    let mut n = 1;
    while n <= x {
        s = s + n;
        n = n + 1;
    }
    s
}

#[test]
fn while_loop_sum_up_to() {
    assert_eq!(sum_up_to(10), 55);
}

#[brain_jit]
fn absolute(x: f64) -> f64 {
    if x > 0.0 { x } else { -x }
}

#[test]
fn my_abs() {
    assert_eq!(absolute(-2.0), 2.0);
}

#[derive(BrainObject)]
struct Effects {
    #[variable]
    calls: usize,
    #[variable]
    log: Vec<String>,
}

#[brain_jit]
impl Effects {
    fn f(&mut self, x: &Array1<f64>) -> Array1<f64> {
        self.calls += 1;
        self.log.push(format!("call {}", self.calls));
        bm::sin(x) + bm::cos(x) + x
    }
}

#[test]
fn side_effect_prints_every_call() {
    let mut e = Effects {
        calls: 0,
        log: Vec::new(),
    };
    e.f(&array![2.0]);
    let y = e.f(&array![2.0]);
    assert!((y[0] - (2f64.sin() + 2f64.cos() + 2.0)).abs() < 1e-14);
    assert_eq!(e.log, ["call 1", "call 2"]);
}

#[derive(BrainObject)]
struct Hello {
    #[variable]
    a: f64,
    #[variable]
    b: f64,
}

#[brain_jit]
impl Hello {
    fn transform(&mut self) {
        self.a *= self.b;
    }
}

#[test]
fn hello_transform() {
    let mut test = Hello { a: 10.0, b: 2.0 };
    test.transform();
    assert_eq!(test.a, 20.0);
    Hello::transform_jit(&mut test.a, &test.b);
    assert_eq!(test.a, 40.0);
}

#[test]
fn show_code_prints_function_and_namespace() {
    let code = Hello::transform_show_code();
    assert!(
        code.contains("fn transform_jit(a: &mut f64, b: &f64)"),
        "{code}"
    );
    assert!(code.contains("// self.a *= self.b"), "{code}");
    let hello = Hello { a: 10.0, b: 2.0 };
    let namespace = hello.transform_show_namespace();
    assert!(
        namespace.contains("a = 10.0") && namespace.contains("b = 2.0"),
        "{namespace}"
    );
    let code = LogisticRegression::call_show_code();
    assert!(
        code.contains("fn call_jit(w: &mut Array1<f32>, x: &Array2<f32>, y: &Array1<f32>)"),
        "{code}"
    );
}

#[test]
fn backend_switch() {
    let x = Array1::linspace(-2.0, 2.0, 33);
    let results: Vec<Array1<f32>> = ["plain", "serial", "parallel"]
        .into_iter()
        .map(|name| {
            bm::use_backend(name);
            assert_eq!(bm::get_backend_name(), name);
            gelu(&x)
        })
        .collect();
    assert_eq!(results[0], results[1]);
    assert_eq!(results[1], results[2]);
    with_backend(Backend::Plain, || {
        assert_eq!(bm::get_backend_name(), "plain")
    });
    assert_eq!(bm::get_backend_name(), "parallel");
}

#[derive(BrainObject)]
struct Synapse {
    tau: f64,
    #[variable]
    g: Array1<f64>,
}

#[brain_jit]
impl Synapse {
    fn decay(&mut self, dt: f64) {
        self.g *= bm::exp(-dt / self.tau);
    }

    fn current(&self, v: &Array1<f64>) -> Array1<f64> {
        &self.g * (0.0 - v)
    }
}

#[derive(BrainObject)]
struct Network {
    #[child]
    e: Synapse,
    #[child]
    rest: Vec<Synapse>,
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Network {
    fn step(&mut self, dt: f64) {
        self.e.decay(dt);
        for synapse in &mut self.rest {
            synapse.decay(dt);
        }
        let i: Array1<f64> = self.e.current(&self.v);
        self.v += (&self.e.g + i) * dt;
        self.e.g += 1.0;
    }
}

#[test]
fn vars_collects_nested() {
    let synapse = |n| Synapse {
        tau: 5.0,
        g: Array1::ones(n),
    };
    let mut network = Network {
        e: synapse(3),
        rest: vec![synapse(2), synapse(1)],
        v: Array1::zeros(3),
    };
    let names: Vec<String> = network
        .vars()
        .iter()
        .map(|v| v.name().to_string())
        .collect();
    assert_eq!(names, ["e.g", "rest.0.g", "rest.1.g", "v"]);
    network.step(0.1);
    let g = (-0.1f64 / 5.0).exp();
    assert!((network.e.g[0] - (g + 1.0)).abs() < 1e-15);
    assert!((network.rest[1].g[0] - g).abs() < 1e-15);
    assert!((network.v[0] - g * 0.1).abs() < 1e-15);
    Network::step_jit(&mut network.e, &mut network.rest, &mut network.v, 0.1);
}
