//! Layouts, sizes and threads change nothing; shapes that do not fit change nothing, either, and say so.

use brain_jit::prelude::*;
use brain_jit::{set_num_threads, with_backend};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[brain_jit]
fn mixed(
    a: ArrayView2<f64>,
    b: ArrayView1<f64>,
    out: &mut Array2<f64>,
) -> (Array2<f64>, f64, Array1<f64>) {
    let scaled = bm::exp(-a * a) + b * 0.5;
    out[..] = &scaled - a;
    let total = bm::sum(&scaled);
    let rows = bm::sum_axis(&scaled, 1);
    (scaled, total, rows)
}

fn bits(x: &Array2<f64>) -> Vec<u64> {
    x.iter().map(|v| v.to_bits()).collect()
}

/// The results on these operands and on contiguous copies of them.
fn same_on_copies(a: ArrayView2<f64>, b: ArrayView1<f64>) {
    let (mut out, mut expected_out) = (Array2::zeros(a.dim()), Array2::zeros(a.dim()));
    let got = mixed(a, b, &mut out);
    let (a, b) = (a.as_standard_layout().into_owned(), b.to_owned());
    let expected = mixed(a.view(), b.view(), &mut expected_out);
    assert_eq!(bits(&got.0), bits(&expected.0));
    assert_eq!(bits(&out), bits(&expected_out));
    assert_eq!(got.1.to_bits(), expected.1.to_bits());
    assert_eq!(got.2, expected.2);
    for ((i, j), v) in got.0.indexed_iter() {
        let by_hand = (-a[(i, j)] * a[(i, j)]).exp() + b[j] * 0.5;
        assert!((v - by_hand).abs() < 1e-14);
    }
}

#[test]
fn layouts_change_nothing() {
    let a = Array2::from_shape_fn((60, 44), |(i, j)| {
        ((i * 31 + j * 7) % 97) as f64 / 48.0 - 1.0
    });
    let b = Array1::from_shape_fn(60, |i| i as f64 / 30.0 - 1.0);
    same_on_copies(a.view(), b.slice(s![..44]));
    same_on_copies(a.t(), b.view());
    same_on_copies(a.slice(s![..;3, 1..;2]), b.slice(s![..22]));
    same_on_copies(a.slice(s![..;-1, ..;-2]), b.slice(s![..22;-1]));
    same_on_copies(a.slice(s![.., ..1]), b.slice(s![..1]));
    same_on_copies(a.slice(s![..1, ..]), b.slice(s![..44]));
    same_on_copies(a.slice(s![..0, ..]), b.slice(s![..44]));
    same_on_copies(a.slice(s![.., ..0]), b.slice(s![..0]));
    same_on_copies(
        b.slice(s![..7]).broadcast((5, 7)).unwrap(),
        b.slice(s![..7]),
    );
}

#[brain_jit]
fn zero_axes(a: &Array0<f64>, x: &Array1<f64>) -> (Array1<f64>, f64) {
    let y = x * a + a;
    let s = bm::sum(a) + bm::max(a);
    (y, s)
}

#[test]
fn arrays_without_axes_broadcast() {
    let (y, s) = zero_axes(&ndarray::arr0(2.0), &array![1.0, 3.0]);
    assert_eq!((y, s), (array![4.0, 8.0], 4.0));
}

#[derive(BrainObject, Clone)]
struct State {
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array1<f64>,
    #[variable]
    m: Array2<f64>,
}

#[brain_jit]
impl State {
    fn step(&mut self, x: &Array1<f64>) -> f64 {
        self.v[..] = bm::sin(&self.v) + x;
        self.w += &self.v * 0.5;
        let total = bm::sum(&self.w * x);
        self.m += &self.w;
        let rows = bm::mean_axis(&self.m, 0);
        self.v -= rows;
        total + bm::std(&self.m)
    }
}

#[test]
fn threads_change_nothing() {
    // So large that threads share it.
    let n = 100_003;
    let start = State {
        v: Array1::from_shape_fn(n, |i| (i % 101) as f64 / 50.0),
        w: Array1::from_shape_fn(n, |i| (i % 37) as f64 / 18.0 - 1.0),
        m: Array2::from_shape_fn((5, n), |(i, j)| ((i + j) % 11) as f64),
    };
    let x = Array1::from_shape_fn(n, |i| (i % 13) as f64 / 6.0 - 1.0);
    let run = || {
        let mut state = start.clone();
        let total: Vec<u64> = (0..3).map(|_| state.step(&x).to_bits()).collect();
        (total, state.v, state.w, state.m)
    };
    let serial = with_backend(Backend::Serial, run);
    for threads in [1, 2, 3, 7] {
        set_num_threads(threads);
        let parallel = with_backend(Backend::Parallel, run);
        assert!(parallel == serial, "{threads} threads");
    }
    let plain = with_backend(Backend::Plain, run);
    assert!(plain == serial, "plain");
}

#[test]
fn shapes_that_do_not_fit_panic_before_the_first_write() {
    let mut state = State {
        v: Array1::ones(3),
        w: Array1::ones(3),
        m: Array2::ones((2, 3)),
    };
    let before = state.clone();
    for backend in [Backend::Serial, Backend::Parallel] {
        let panic = catch_unwind(AssertUnwindSafe(|| {
            with_backend(backend, || state.step(&array![1.0, 2.0]))
        }))
        .unwrap_err();
        let text = panic.downcast_ref::<String>().expect("a String");
        for part in ["State::step", "x has shape [2]", "has shape [3]"] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(
            (&state.v, &state.w, &state.m),
            (&before.v, &before.w, &before.m)
        );
    }
}
