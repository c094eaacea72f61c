//! The language inside a compiled method, sentence by sentence, against straightforward loops.
//!
//! One file, since it follows the language in its order.

use brain_jit::prelude::*;
use brain_jit::{bm, with_backend};
use ndarray::{ArrayRef1, Axis, CowArray, Ix1};

fn values(n: usize) -> Array1<f64> {
    Array1::from_shape_fn(n, |i| ((i * 7 + 3) % 11) as f64 / 4.0 - 1.0)
}

fn matrix(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| {
        ((i * 5 + j * 3) % 13) as f64 / 4.0 - 1.25
    })
}

// Types.

#[brain_jit]
fn of_array_ref(x: &ArrayRef1<f64>) -> Array1<f64> {
    x * 2.0 + 1.0
}

#[brain_jit]
fn of_view(x: ArrayView1<f64>) -> Array1<f64> {
    x * 2.0 + 1.0
}

#[brain_jit]
fn of_slice(x: &[f64]) -> Array1<f64> {
    x * 2.0 + 1.0
}

#[brain_jit]
fn of_vec(x: &Vec<f64>) -> Array1<f64> {
    x * 2.0 + 1.0
}

#[brain_jit]
fn of_list(x: &[f64; 3]) -> Array1<f64> {
    x * 2.0 + 1.0
}

#[brain_jit]
fn of_cow(x: &CowArray<'_, f64, Ix1>) -> Array1<f64> {
    x * 2.0 + 1.0
}

#[brain_jit]
fn of_spelled_out(x: &ndarray::Array<f64, ndarray::Ix1>) -> Array1<f64> {
    x * 2.0 + 1.0
}

#[brain_jit]
fn of_owned(x: Array1<f64>) -> Array1<f64> {
    x * 2.0 + 1.0
}

#[test]
fn every_spelling_of_an_array_is_recognised() {
    let x = array![1.0, -2.0, 0.5];
    let expected = array![3.0, -3.0, 2.0];
    assert_eq!(of_array_ref(&x), expected);
    assert_eq!(of_view(x.view()), expected);
    assert_eq!(of_slice(x.as_slice().unwrap()), expected);
    assert_eq!(of_vec(&x.to_vec()), expected);
    assert_eq!(of_list(&[1.0, -2.0, 0.5]), expected);
    assert_eq!(of_cow(&CowArray::from(&x)), expected);
    assert_eq!(of_spelled_out(&x), expected);
    assert_eq!(of_owned(x), expected);
}

#[derive(BrainObject)]
struct Containers {
    scale: [f64; 3],
    offsets: Vec<f64>,
    #[variable]
    list: [f64; 3],
    #[variable]
    vector: Vec<f64>,
}

#[brain_jit]
impl Containers {
    fn step(&mut self, x: &[f64], out: &mut [f64]) {
        self.list[..] = &self.scale * x + &self.offsets;
        self.vector += &self.list;
        self.vector[0] = 100.0;
        out[..] = &self.vector - x;
    }
}

#[test]
fn lists_and_vectors_are_arrays() {
    let mut c = Containers {
        scale: [1.0, 2.0, 3.0],
        offsets: vec![0.5; 3],
        list: [0.0; 3],
        vector: vec![1.0; 3],
    };
    let mut out = [0.0; 3];
    c.step(&[1.0, 1.0, 2.0], &mut out);
    assert_eq!(c.list, [1.5, 2.5, 6.5]);
    assert_eq!(c.vector, [100.0, 3.5, 7.5]);
    assert_eq!(out, [99.0, 2.5, 5.5]);
}

#[brain_jit]
fn dynamic_rank(x: &ArrayD<f64>, y: &ArrayD<f64>) -> ArrayD<f64> {
    let largest = bm::max(x);
    x * y + bm::sum(y) - largest
}

#[test]
fn dynamic_rank_is_elementwise_and_whole_reductions() {
    let x = matrix(3, 4).into_dyn();
    let y = values(4).into_dyn();
    let largest = x.iter().cloned().fold(f64::MIN, f64::max);
    let total: f64 = y.iter().sum();
    assert_eq!(dynamic_rank(&x, &y), &x * &y + total - largest);
}

#[derive(BrainObject)]
struct Generic<T: Real> {
    tau: T,
    #[variable]
    v: Array1<T>,
}

#[brain_jit]
impl<T: Real> Generic<T> {
    fn step(&mut self, x: &Array1<T>, dt: T) {
        self.v += (x * 2 - &self.v + 0.5) * (dt / self.tau);
        self.v[..] = bm::where_(&self.v > 1.0, bm::PI, &self.v);
    }

    fn halved(&self) -> Array1<T> {
        0.5 * &self.v
    }
}

#[test]
fn literals_take_the_generic_type() {
    let mut single = Generic {
        tau: 2f32,
        v: array![0f32, 3.0],
    };
    let mut double = Generic {
        tau: 2f64,
        v: array![0f64, 3.0],
    };
    single.step(&array![0.25, 4.0], 0.5);
    double.step(&array![0.25, 4.0], 0.5);
    assert_eq!(single.v, array![0.25, std::f32::consts::PI]);
    assert_eq!(double.v, array![0.25, std::f64::consts::PI]);
    assert_eq!(double.halved(), array![0.125, std::f64::consts::PI / 2.0]);
}

#[brain_jit]
fn literals(x: &Array1<f32>, n: &Array1<i64>) -> (Array1<f32>, Array1<i64>) {
    let y = 2 * x + 1 - bm::E;
    let m = 3 * n - 1;
    (y, m)
}

#[test]
fn an_unsuffixed_number_takes_the_type_of_the_other_operand() {
    let (y, m) = literals(&array![1.0, 2.0], &array![1, 2]);
    assert_eq!(
        y,
        array![3.0 - std::f32::consts::E, 5.0 - std::f32::consts::E]
    );
    assert_eq!(m, array![2, 5]);
}

// Values.

#[derive(BrainObject)]
struct State {
    tau: f64,
    #[variable]
    v: Array1<f64>,
    #[variable]
    w: Array1<f64>,
    #[variable]
    m: Array2<f64>,
    #[variable]
    spike: Array1<bool>,
    #[variable]
    count: Array1<i64>,
    #[variable]
    t: f64,
    #[variable]
    n: usize,
}

impl State {
    fn new(n: usize) -> Self {
        State {
            tau: 4.0,
            v: values(n),
            w: values(n).mapv(|v| 0.5 - v),
            m: matrix(n, n + 1),
            spike: Array1::from_elem(n, false),
            count: Array1::from_iter(0..n as i64),
            t: 0.0,
            n: 0,
        }
    }
}

#[brain_jit]
impl State {
    fn values(&mut self) -> (Array1<f64>, Array1<f64>, Array1<f64>) {
        let last = &self.v + 0.0;
        let copy = self.v.clone();
        let twice = 2.0 * &self.v;
        self.v += 1.0;
        let sum = &last + &self.v;
        self.v[..] = sum;
        (last, copy, twice)
    }

    fn shifted(&mut self) {
        self.v[1..] = &self.v[..-1] + 1.0;
        self.w[..-1] = &self.w[1..] * 2.0;
    }

    fn reversed(&mut self) {
        self.v[..] = &self.v[s![..;-1]];
        self.w += &self.w[s![..;-1]];
    }

    fn exchanged(&mut self) {
        let v = self.v.clone();
        self.v[..] = &self.w;
        self.w[..] = v;
    }

    fn swapped(&mut self) {
        std::mem::swap(&mut self.v, &mut self.w);
        self.v += 1.0;
    }

    fn replaced(&mut self, new: Array1<f64>) -> Array1<f64> {
        let old = std::mem::replace(&mut self.v, new);
        self.v *= 2.0;
        old
    }

    fn borrowed(&mut self) -> f64 {
        let v = &self.v;
        let total = bm::sum(v) + bm::sum(v * v);
        self.v += 1.0;
        total
    }

    fn scalars(&mut self, dt: f64) {
        self.t += dt;
        self.n += 1;
        self.v *= bm::exp(-self.t / self.tau);
        *self.t = self.t * 2.0;
        self.t[..] = self.t + 1.0;
    }

    fn spikes(&mut self) -> usize {
        self.spike[..] = &self.v >= 1.0;
        self.v[&self.spike] = 0.0;
        self.count[&self.spike] += 10;
        bm::sum(&self.spike as usize)
    }

    fn hygiene(&mut self, x: &Array1<f64>) -> f64 {
        let v = x * 3.0;
        let w = &v + &self.v;
        self.w[..] = &w - &self.w;
        self.v[..] = v;
        let m = bm::sum(&w);
        m
    }

    fn printed(&mut self) -> String {
        let v = &self.v * 2.0;
        let first = v[0];
        let text = format!("{v} {first} {:?} {}", self.v, self.tau);
        self.v += 1.0;
        assert!(self.t < 1e9, "t = {}", self.t);
        text
    }

    fn clamped(&self, x: &Array1<f64>) -> Option<Array1<f64>> {
        if bm::any(x > 100.0) {
            return None;
        }
        Some(bm::clip(x, -0.5, 0.5) * self.tau)
    }

    fn checked(&mut self, x: &Array1<f64>) -> Result<f64, String> {
        let total = bm::sum(x);
        if total.is_nan() {
            return Err(format!("NaN after {}", self.t));
        }
        self.v += total;
        Ok(total)
    }

    fn parsed(&mut self, text: &str) -> Result<f64, std::num::ParseFloatError> {
        let x: f64 = text.parse()?;
        self.v += x;
        Ok(x)
    }

    fn parsed_or_zero(&mut self, text: &str) -> f64 {
        match self.parsed(text) {
            Ok(x) => x,
            Err(_) => 0.0,
        }
    }

    fn first(&self, list: &[f64]) -> Option<f64> {
        let x = list.first()?;
        Some(*x)
    }

    fn first_or_one(&self, list: &[f64]) -> f64 {
        self.first(list).unwrap_or(1.0)
    }

    fn early(&mut self, x: f64) -> f64 {
        if x < 0.0 {
            return -1.0;
        }
        self.v += x;
        x * 2.0
    }

    fn calls_early(&mut self, x: f64) -> f64 {
        let a = self.early(x);
        let b = self.early(-x);
        self.early(1.0);
        a + b
    }

    fn current(&self, x: &Array1<f64>, gain: f64) -> Array1<f64> {
        let scaled = x * gain;
        scaled + &self.w
    }

    fn calls_array(&mut self, x: &Array1<f64>) {
        self.v += self.current(x, 2.0) - self.current(&self.v, 0.5);
        let v = self.current(x, 1.0);
        self.w[..] = v;
    }

    fn softplus(x: f64) -> f64 {
        if x > 0.0 { x } else { 0.0 }
    }

    fn maps(&mut self, x: &Array1<f64>) -> Array1<f64> {
        self.v[..] = Self::softplus(x) + 1.0;
        let k = 3.0;
        let y = bm::map(|a: f64, b: f64| a * k + b, x, &self.w);
        y + x.mapv(|v| v * v)
    }

    fn masked(&mut self, values: &Array1<f64>) -> Array1<f64> {
        let mask = &self.v > 0.0;
        let selected = &self.v[&mask];
        self.v[&mask] = values;
        self.w[mask] *= 2.0;
        selected
    }

    fn listed(&mut self, idx: &Array1<usize>, x: &Array1<f64>) -> Array1<f64> {
        self.v[idx] = x;
        self.v[[0, -1]] += 1.0;
        self.w[idx] += 10.0;
        bm::add_at(&mut self.count, idx, 5);
        self.v[idx] * 2.0
    }

    fn rows(&mut self, i: usize, x: &Array1<f64>) -> f64 {
        self.m[i] = x;
        self.m[(.., 0)] += 1.0;
        self.m[(-1, ..)] *= 2.0;
        self.m[(0, 1)] = 7.0;
        self.m[s![1..;2, ..2]] -= 0.25;
        let column = self.m[(.., 1)] + self.m[(.., -1)];
        self.v[..] = column;
        let row = &self.m[i];
        bm::sum(row) + self.m[(i, 2)] + self.v[-1]
    }

    fn outer_by_new_axis(&self) -> Array2<f64> {
        self.v[(.., bm::NEWAXIS)] * self.w[(bm::NEWAXIS, ..)]
    }
}

#[test]
fn a_let_is_a_value() {
    let mut s = State::new(5);
    let before = s.v.clone();
    let (last, copy, twice) = s.values();
    assert_eq!((&last, &copy, &twice), (&before, &before, &(2.0 * &before)));
    assert_eq!(s.v, &before + (&before + 1.0));
}

#[test]
fn a_right_side_is_complete_before_the_write() {
    let mut s = State::new(6);
    let (v, w) = (s.v.clone(), s.w.clone());
    s.shifted();
    assert_eq!(s.v[0], v[0]);
    assert_eq!(s.w[5], w[5]);
    for i in 0..5 {
        assert_eq!(s.v[i + 1], v[i] + 1.0);
        assert_eq!(s.w[i], w[i + 1] * 2.0);
    }
    let (v, w) = (s.v.clone(), s.w.clone());
    s.reversed();
    for i in 0..6 {
        assert_eq!(s.v[i], v[5 - i]);
        assert_eq!(s.w[i], w[i] + w[5 - i]);
    }
    let (v, w) = (s.v.clone(), s.w.clone());
    s.exchanged();
    assert_eq!((&s.v, &s.w), (&w, &v));
    s.swapped();
    assert_eq!((&s.v, &s.w), (&(&v + 1.0), &w));
    let old = s.replaced(Array1::ones(6));
    assert_eq!((old, s.v), (v + 1.0, Array1::from_elem(6, 2.0)));
}

#[test]
fn a_borrow_reads_until_the_write() {
    let mut s = State::new(4);
    let expected = s.v.sum() + (&s.v * &s.v).sum();
    assert_eq!(s.borrowed(), expected);
}

#[test]
fn scalar_variables_are_written_in_place() {
    let mut s = State::new(3);
    let v = s.v.clone();
    s.scalars(0.5);
    assert_eq!((s.t, s.n), (2.0, 1));
    for (new, old) in s.v.iter().zip(&v) {
        assert!((new - old * (-0.125f64).exp()).abs() < 1e-15);
    }
}

#[test]
fn masks_of_variables() {
    let mut s = State::new(8);
    let v = s.v.clone();
    let spikes = s.spikes();
    assert_eq!(spikes, v.iter().filter(|v| **v >= 1.0).count());
    for i in 0..8 {
        let spike = v[i] >= 1.0;
        assert_eq!(s.spike[i], spike);
        assert_eq!(s.v[i], if spike { 0.0 } else { v[i] });
        assert_eq!(s.count[i], i as i64 + if spike { 10 } else { 0 });
    }
    let (v, w) = (s.v.clone(), s.w.clone());
    let chosen: Vec<usize> = (0..8).filter(|i| v[*i] > 0.0).collect();
    let new = Array1::from_iter((0..chosen.len()).map(|k| k as f64 + 0.5));
    let selected = s.masked(&new);
    assert_eq!(selected, v.select(Axis(0), &chosen));
    for i in 0..8 {
        match chosen.iter().position(|c| *c == i) {
            Some(k) => assert_eq!((s.v[i], s.w[i]), (k as f64 + 0.5, w[i] * 2.0)),
            None => assert_eq!((s.v[i], s.w[i]), (v[i], w[i])),
        }
    }
}

#[test]
fn index_lists() {
    let mut s = State::new(5);
    let (v, w) = (s.v.clone(), s.w.clone());
    let y = s.listed(&array![3, 1, 3], &array![10.0, 20.0, 30.0]);
    // With `=` the last of a repeated index wins, with `+=` it counts once, `add_at` accumulates.
    assert_eq!(s.v, array![v[0] + 1.0, 20.0, v[2], 30.0, v[4] + 1.0]);
    assert_eq!(s.w, array![w[0], w[1] + 10.0, w[2], w[3] + 10.0, w[4]]);
    assert_eq!(s.count, array![0, 6, 2, 13, 4]);
    assert_eq!(y, array![60.0, 40.0, 60.0]);
}

#[test]
fn rows_columns_and_elements() {
    let mut s = State::new(4);
    let mut m = s.m.clone();
    let x = values(5);
    let got = s.rows(1, &x);
    for j in 0..5 {
        m[(1, j)] = x[j];
    }
    for i in 0..4 {
        m[(i, 0)] += 1.0;
    }
    for j in 0..5 {
        m[(3, j)] *= 2.0;
    }
    m[(0, 1)] = 7.0;
    for i in [1, 3] {
        for j in 0..2 {
            m[(i, j)] -= 0.25;
        }
    }
    let v = Array1::from_iter((0..4).map(|i| m[(i, 1)] + m[(i, 4)]));
    assert_eq!((&s.m, &s.v), (&m, &v));
    assert!((got - (m.row(1).sum() + m[(1, 2)] + v[3])).abs() < 1e-12);
    let outer = s.outer_by_new_axis();
    for i in 0..4 {
        for j in 0..4 {
            assert_eq!(outer[(i, j)], s.v[i] * s.w[j]);
        }
    }
}

#[test]
fn locals_and_variables_of_one_name() {
    let mut s = State::new(3);
    let (v, w) = (s.v.clone(), s.w.clone());
    let x = array![1.0, 2.0, 3.0];
    let total = s.hygiene(&x);
    let local = &x * 3.0 + &v;
    assert!((total - local.sum()).abs() < 1e-12);
    assert_eq!((s.v, s.w), (&x * 3.0, local - w));
}

#[test]
fn host_macros_see_locals_and_fields() {
    let mut s = State::new(2);
    let v = s.v.clone();
    let text = s.printed();
    assert_eq!(text, format!("{} {} {:?} 4", &v * 2.0, v[0] * 2.0, v));
    assert_eq!(s.v, v + 1.0);
}

#[test]
fn options_results_and_early_returns() {
    let mut s = State::new(3);
    assert_eq!(s.clamped(&array![200.0, 1.0]), None);
    assert_eq!(s.clamped(&array![2.0, 0.25]), Some(array![2.0, 1.0]));
    let v = s.v.clone();
    assert_eq!(s.checked(&array![f64::NAN]), Err("NaN after 0".to_string()));
    assert_eq!(s.v, v);
    assert_eq!(s.checked(&array![1.0, 2.0]), Ok(3.0));
    assert_eq!(s.v, &v + 3.0);
    assert_eq!(s.calls_early(0.5), 0.0);
    assert_eq!(s.v, v + 3.0 + 0.5 + 1.0);
}

#[test]
fn a_question_mark_leaves_the_method_that_it_stands_in() {
    let mut s = State::new(3);
    let v = s.v.clone();
    assert_eq!(s.parsed_or_zero("1.5"), 1.5);
    assert_eq!(s.parsed_or_zero("one"), 0.0);
    assert_eq!(s.v, v + 1.5);
    assert_eq!(s.first_or_one(&[2.0]), 2.0);
    assert_eq!(s.first_or_one(&[]), 1.0);
}

#[test]
fn methods_of_the_block_are_inlined() {
    let mut s = State::new(3);
    let (v, w) = (s.v.clone(), s.w.clone());
    let x = array![1.0, 2.0, 3.0];
    s.calls_array(&x);
    let expected = &v + &((&x * 2.0 + &w) - (&v * 0.5 + &w));
    assert_eq!((s.v, s.w), (expected, &x + &w));
}

/// What inlined and unrolled code binds again is another name, as everywhere in Rust.
#[derive(BrainObject)]
struct Names {
    #[variable]
    v: Array1<f64>,
    #[variable]
    t: f64,
}

struct Point {
    x: f64,
    y: f64,
}

#[brain_jit]
impl Names {
    fn array(&self, x: &Array1<f64>) -> Array1<f64> {
        let x = x * 2.0;
        let x = &x + 1.0;
        x + 0.5
    }
    fn mapped(&self, x: &Array1<f64>) -> Array1<f64> {
        bm::map(|x: f64| x * 2.0, x) + x
    }
    fn summed(&self, x: &Array1<f64>) -> f64 {
        let mut sum = 0.0;
        for x in x.iter() {
            sum += *x;
        }
        sum + x.iter().map(|x| x * 3.0).sum::<f64>()
    }
    fn number(&self, a: f64) -> f64 {
        let a = a * 2.0;
        let a = {
            let a = a + 1.0;
            a * 3.0
        };
        a
    }
    fn matched(&self, x: Option<f64>, y: &Array1<f64>) -> f64 {
        let given = match x {
            None => 0.5,
            Some(x) if x > 2.0 => x,
            Some(y) => y * 10.0,
        };
        if let Some(y) = x {
            return y + given;
        }
        given + bm::sum(y)
    }
    fn point(&self, x: f64, y: f64) -> f64 {
        let point = Point { x, y };
        let Point { x, y: z } = point;
        x + 10.0 * z + 100.0 * y
    }
    #[allow(non_snake_case)]
    fn upper(&self, x: &Array1<f64>) -> Array1<f64> {
        let V = x * 2.0;
        V + 1.0
    }
    fn shown(&self, x: f64) -> String {
        let y = x + 1.0;
        let inner = |x: f64| format!("{x} {y} {z}", z = x * 2.0);
        format!("{x} {y:.1} {}", inner(7.0))
    }

    fn arrays(&self) -> (Array1<f64>, Array1<f64>, f64) {
        let (array, mapped) = (self.array(&self.v), self.mapped(&self.v));
        (array, mapped, self.summed(&self.v))
    }
    fn numbers(&self) -> [f64; 6] {
        let none = self.matched(None, &self.v);
        let (large, small) = (
            self.matched(Some(3.0), &self.v),
            self.matched(Some(1.0), &self.v),
        );
        [
            self.number(self.t),
            self.number(2.0),
            none,
            large,
            small,
            self.point(1.0, 2.0),
        ]
    }
    #[allow(non_snake_case)]
    fn uppers(&self) -> Array1<f64> {
        let V = &self.v * 10.0;
        let y = self.upper(&self.v);
        V + y
    }
    fn text(&self) -> String {
        self.shown(2.0)
    }

    fn unrolled(&mut self) {
        for k in 0..3 {
            self.v += k as f64;
            let k = k * 10;
            self.v += k as f64;
            self.v += bm::map(|k: f64| k * 0.0, &self.v);
        }
    }
    fn listed(&self, x: &Array1<f64>, #[static_arg(values(1, 2))] n: usize) -> Array1<f64> {
        let y = x * n as f64;
        let n = n + 10;
        let z = [1.0, 2.0].map(|n: f64| n * 2.0);
        y + n as f64 + z[1]
    }
}

#[test]
fn names_that_are_bound_again_are_others() {
    for backend in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        with_backend(backend, || {
            let mut names = Names {
                v: array![1.0, 2.0],
                t: 1.0,
            };
            let (array, mapped, sum) = names.arrays();
            assert_eq!((array, mapped), (array![3.5, 5.5], array![3.0, 6.0]));
            assert_eq!(sum, 3.0 + 9.0);
            assert_eq!(names.numbers(), [9.0, 15.0, 3.5, 6.0, 11.0, 221.0]);
            assert_eq!(names.uppers(), array![13.0, 25.0]);
            assert_eq!(names.text(), "2 3.0 7 3 14");
            assert_eq!(names.listed(&array![1.0], 2), array![2.0 + 12.0 + 4.0]);
            names.unrolled();
            assert_eq!(names.v, array![1.0 + 33.0, 2.0 + 33.0]);
        });
    }
}

#[test]
fn scalar_functions_map_over_elements() {
    let mut s = State::new(3);
    let w = s.w.clone();
    let x = array![-1.0, 0.5, 2.0];
    let y = s.maps(&x);
    assert_eq!(s.v, array![1.0, 1.5, 3.0]);
    assert_eq!(y, (&x * 3.0 + &w) + x.mapv(|v| v * v));
}

// Operators.

#[brain_jit]
fn comparisons(x: &Array1<f64>, y: &Array1<f64>) -> (Array1<bool>, Array1<bool>, Array1<bool>) {
    let a = x < y;
    let b = (x >= 0.25) | !(y == 0.5);
    let c = (&a ^ &b) & (x != y);
    (a, b, c)
}

#[brain_jit]
fn bits(x: &Array1<i32>, y: &Array1<i32>) -> Array1<i32> {
    ((x & y) | (x ^ 5)) + (x << 3) - (y >> 1) + !x
}

#[brain_jit]
fn casts(x: &Array1<f64>, flag: &Array1<bool>) -> (Array1<f32>, Array1<i32>, Array1<f64>) {
    let single = x as f32;
    let whole = x as i32;
    let number = flag as f64 * 2.0;
    (single, whole, number)
}

#[brain_jit]
fn broadcast(a: &Array3<f64>, b: &Array2<f64>, c: &Array1<f64>, d: f64) -> Array3<f64> {
    a * b + c - d
}

#[brain_jit]
fn wraps(x: &Array1<u8>, y: &Array1<u8>) -> Array1<u8> {
    x * y + 200 - y
}

#[brain_jit]
fn divides(x: &Array1<i64>, y: &Array1<i64>) -> Array1<i64> {
    x / y
}

#[brain_jit]
fn method_forms(x: &Array1<f64>) -> Array1<f64> {
    let mean = x.mean().unwrap();
    let total = x.sum();
    x.powi(2) + x.exp() * mean - total + x.abs().sqrt()
}

#[test]
fn operators_follow_rust() {
    let (x, y) = (values(7), values(7).mapv(|v| 0.5 - v / 2.0));
    let (a, b, c) = comparisons(&x, &y);
    for i in 0..7 {
        let (p, q) = (x[i], y[i]);
        assert_eq!(a[i], p < q);
        assert_eq!(b[i], (p >= 0.25) | (q != 0.5));
        assert_eq!(c[i], (a[i] ^ b[i]) & (p != q));
    }
    let (x, y) = (array![5, -3, i32::MAX, 0], array![2, 7, -9, i32::MIN]);
    let got = bits(&x, &y);
    for i in 0..4 {
        let (p, q) = (x[i], y[i]);
        assert_eq!(
            got[i],
            ((p & q) | (p ^ 5))
                .wrapping_add(p << 3)
                .wrapping_sub(q >> 1)
                .wrapping_add(!p)
        );
    }
    let (single, whole, number) = casts(&array![1.5, -2.75, 1e12], &array![true, false]);
    assert_eq!(single, array![1.5f32, -2.75, 1e12]);
    assert_eq!(whole, array![1, -2, i32::MAX]);
    assert_eq!(number, array![2.0, 0.0]);
}

#[test]
fn broadcasting_is_numpys() {
    let a = Array3::from_shape_fn((2, 3, 4), |(i, j, k)| (i * 12 + j * 4 + k) as f64);
    let b = matrix(3, 1);
    let c = values(4);
    let got = broadcast(&a, &b, &c, 0.5);
    for ((i, j, k), v) in got.indexed_iter() {
        assert_eq!(*v, a[(i, j, k)] * b[(j, 0)] + c[k] - 0.5);
    }
}

#[test]
fn integers_wrap_and_division_by_zero_panics() {
    let got = wraps(&array![16, 255], &array![17, 3]);
    assert_eq!(
        got[0],
        16u8.wrapping_mul(17).wrapping_add(200).wrapping_sub(17)
    );
    assert_eq!(
        got[1],
        255u8.wrapping_mul(3).wrapping_add(200).wrapping_sub(3)
    );
    assert_eq!(divides(&array![7, -7], &array![2, 2]), array![3, -3]);
    let panic = std::panic::catch_unwind(|| divides(&array![1], &array![0])).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("divides"));
}

#[test]
fn method_forms_are_ndarrays() {
    let x = values(5);
    let mean = x.mean().unwrap();
    let total = x.sum();
    for (got, v) in method_forms(&x).iter().zip(&x) {
        assert!((got - (v * v + v.exp() * mean - total + v.abs().sqrt())).abs() < 1e-12);
    }
}

// Reductions.

macro_rules! reductions {
    ($($name:ident $axis:ident $keepdims:ident: $out:ty, $of:expr;)*) => {$(
        mod $axis {
            use super::*;

            #[brain_jit]
            fn whole(x: &Array2<f64>) -> $out {
                bm::$name(x)
            }

            #[brain_jit]
            fn rows(x: &Array2<f64>) -> Array1<$out> {
                bm::$axis(x, 1)
            }

            #[brain_jit]
            fn columns(x: &Array2<f64>, axis: i64) -> Array1<$out> {
                bm::$axis(x, axis)
            }

            #[brain_jit]
            fn kept(x: &Array2<f64>) -> Array2<$out> {
                bm::$keepdims(x, -1)
            }

            #[test]
            fn agrees() {
                let x = matrix(5, 3);
                let of: fn(Vec<f64>) -> $out = $of;
                super::close(&[whole(&x)], &[of(x.iter().copied().collect())]);
                let by_row: Vec<$out> = x.rows().into_iter().map(|r| of(r.to_vec())).collect();
                let by_column: Vec<$out> = x.columns().into_iter().map(|r| of(r.to_vec())).collect();
                super::close(rows(&x).as_slice().unwrap(), &by_row);
                super::close(columns(&x, -2).as_slice().unwrap(), &by_column);
                super::close(columns(&x, 0).as_slice().unwrap(), &by_column);
                let kept = kept(&x);
                assert_eq!(kept.dim(), (5, 1));
                super::close(kept.as_slice().unwrap(), &by_row);
            }
        }
    )*};
}

trait Close {
    fn close(&self, other: &Self) -> bool;
}

impl Close for f64 {
    fn close(&self, other: &f64) -> bool {
        (self - other).abs() < 1e-12
    }
}

impl Close for bool {
    fn close(&self, other: &bool) -> bool {
        self == other
    }
}

impl Close for usize {
    fn close(&self, other: &usize) -> bool {
        self == other
    }
}

fn close<T: Close + std::fmt::Debug>(got: &[T], expected: &[T]) {
    assert!(
        got.len() == expected.len() && got.iter().zip(expected).all(|(a, b)| a.close(b)),
        "{got:?} {expected:?}"
    );
}

fn mean_of(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

fn variance_of(x: &[f64]) -> f64 {
    let mean = mean_of(x);
    mean_of(
        &x.iter()
            .map(|v| (v - mean) * (v - mean))
            .collect::<Vec<_>>(),
    )
}

fn first_where(x: &[f64], best: fn(f64, f64) -> bool) -> usize {
    (1..x.len()).fold(0, |k, i| if best(x[i], x[k]) { i } else { k })
}

reductions! {
    sum sum_axis sum_axis_keepdims: f64, |x| x.iter().sum();
    prod prod_axis prod_axis_keepdims: f64, |x| x.iter().product();
    mean mean_axis mean_axis_keepdims: f64, |x| mean_of(&x);
    var var_axis var_axis_keepdims: f64, |x| variance_of(&x);
    std std_axis std_axis_keepdims: f64, |x| variance_of(&x).sqrt();
    max max_axis max_axis_keepdims: f64, |x| x.into_iter().fold(f64::MIN, f64::max);
    min min_axis min_axis_keepdims: f64, |x| x.into_iter().fold(f64::MAX, f64::min);
    argmax argmax_axis argmax_axis_keepdims: usize, |x| first_where(&x, |a, b| a > b);
    argmin argmin_axis argmin_axis_keepdims: usize, |x| first_where(&x, |a, b| a < b);
    any any_axis any_axis_keepdims: bool, |x| x.iter().any(|v| *v != 0.0);
    all all_axis all_axis_keepdims: bool, |x| x.iter().all(|v| *v != 0.0);
}

// `&mut` parameters.

#[brain_jit]
fn mutable(w: &mut Array1<f64>, v: &mut Array2<f64>, x: &Array1<f64>) {
    w += 1.0;
    *w *= x;
    w[..] = &*w - 0.5;
    v[0] = &*w;
    v[(.., -1)] += 2.0;
}

#[test]
fn mutable_parameters_are_written_in_place() {
    let mut w = array![1.0, 2.0];
    let mut v = Array2::zeros((2, 2));
    mutable(&mut w, &mut v, &array![2.0, 3.0]);
    assert_eq!(w, array![3.5, 8.5]);
    assert_eq!(v, array![[3.5, 10.5], [0.0, 2.0]]);
}

#[brain_jit]
fn local_arrays(x: &Array1<f64>, n: usize) -> Array1<f64> {
    let mut y = x * 2.0;
    y[0] = 9.0;
    y[1..] += 1.0;
    for i in 0..n {
        y[..] = &y * 0.5 + x;
        if bm::max(&y) > 3.0 {
            y -= 0.25;
        } else {
            y[i] += 1.0;
        }
    }
    let mut k = 0;
    while bm::sum(&y) > 1.0 && k < 3 {
        y /= 2.0;
        k += 1;
    }
    y
}

#[test]
fn control_flow_around_array_code() {
    let x = array![0.5, -1.0, 2.0];
    let mut y = &x * 2.0;
    y[0] = 9.0;
    y[1] += 1.0;
    y[2] += 1.0;
    for i in 0..3 {
        y = &y * 0.5 + &x;
        if y.iter().cloned().fold(f64::MIN, f64::max) > 3.0 {
            y -= 0.25;
        } else {
            y[i] += 1.0;
        }
    }
    let mut k = 0;
    while y.sum() > 1.0 && k < 3 {
        y /= 2.0;
        k += 1;
    }
    assert_eq!(local_arrays(&x, 3), y);
}

mod several_blocks {
    use brain_jit::prelude::*;

    #[derive(BrainObject)]
    struct Cell {
        tau: f64,
        #[variable]
        v: Array1<f64>,
    }

    #[brain_jit]
    impl Cell {
        fn decay(&mut self, dt: f64) -> f64 {
            self.v *= 1.0 - dt / self.tau;
            bm::sum(&self.v)
        }
    }

    #[brain_jit]
    impl Cell {
        fn update(&mut self, x: &Array1<f64>) -> f64 {
            self.v += x;
            let total = Self::decay_jit(&mut self.v, self.tau, 0.5);
            self.v -= 1.0;
            total
        }
    }

    #[test]
    fn a_method_of_another_block_is_called_with_its_fields() {
        let cell = || Cell {
            tau: 1.0,
            v: array![1.0, 3.0],
        };
        let (mut fused, mut plain) = (cell(), cell());
        assert_eq!(fused.update(&array![1.0, 1.0]), 3.0);
        assert_eq!(fused.v, array![0.0, 1.0]);
        assert_eq!(plain.update_plain(&array![1.0, 1.0]), 3.0);
        assert_eq!(plain.v, fused.v);
    }

    #[brain_jit]
    fn shifted(v: &mut Array1<f64>, i: f64, j: f64) {
        v *= i + j;
    }

    #[brain_jit]
    fn halved(v: &mut Array1<f64>) {
        v *= 0.5;
    }

    #[test]
    fn the_index_of_a_listing_is_no_variable() {
        let mut v = array![2.0];
        shifted(&mut v, 1.0, 2.0);
        halved(&mut v);
        assert_eq!(v, array![3.0]);
        let (taken, free) = (shifted_show_code(), halved_show_code());
        assert!(
            taken.contains("for k in every index") && taken.contains("v[k]"),
            "{taken}"
        );
        assert!(
            free.contains("for i in every index") && free.contains("v[i]"),
            "{free}"
        );
    }
}
