//! Ranges, views, closures and nested indices: what plain Rust says of them holds in compiled code.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;
use std::ops::Range;

#[derive(BrainObject)]
struct Grid {
    window: Range<usize>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    m: Array2<f64>,
    #[variable]
    c: Array3<f64>,
}

fn grid() -> Grid {
    Grid {
        window: 1..3,
        v: array![1.0, 2.0, 3.0, 4.0],
        m: array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
        c: Array3::zeros((2, 2, 2)),
    }
}

fn total(v: ArrayView1<f64>) -> f64 {
    v.sum()
}

#[brain_jit]
impl Grid {
    fn ranges_with_names(&mut self, given: Range<usize>) -> Array1<f64> {
        let first = 0..2;
        self.v[first.clone()] += 10.0;
        self.v[self.window.clone()] *= 2.0;
        let last = 2..;
        let closed = 1..=2;
        let sum = &self.v[first] + &self.v[last];
        self.v[closed] = 0.0;
        sum + &self.v[given]
    }

    fn slices_in_tuples(&mut self) -> Array2<f64> {
        self.m[(s![1..], 0)] = 9.0;
        self.m[(0, s![..;2])] += 1.0;
        self.m[(s![..;-1], s![1..])] * 2.0
    }

    fn counted_from_the_end(&mut self, back: usize, i: i32) -> Array1<f64> {
        self.v[-back..] += 100.0;
        self.v[..i] = 7.0;
        self.v[i..-back].to_owned()
    }

    fn nested_indices(&mut self, k: usize) {
        self.m[0][1] = 20.0;
        self.m[k][1..] *= 2.0;
        self.c[0][1][k] = 1.0;
        self.c[k][0] += 3.0;
        self.c[(0, 0)][..1] -= 1.0;
    }

    fn mapped(&self, x: &Array1<f64>) -> (Array1<f64>, Array1<bool>, usize) {
        let mut calls = 0;
        let counted: Array1<f64> = x.map(|x| {
            calls += 1;
            *x
        });
        let sum = self.v.map(|v| v * 2.0) + x.map(|&x| x.max(0.0)) + counted;
        (sum, x.map(|x| *x > 0.0), calls)
    }

    fn numbers_made_from_arrays(&self, x: &Array1<f64>) -> f64 {
        let mean = bm::mean(&self.v);
        let scaled: Vec<f64> = x.iter().map(|x| x * mean).collect();
        let chosen = if scaled.len() > 9 { x } else { &self.v };
        scaled
            .iter()
            .fold(bm::sum(chosen * 2.0), |sum, x| sum + mean * x)
    }

    fn filled(&self, x: &Array1<f64>, n: usize) -> Array1<f64> {
        let mut weights = Array1::from_elem(n, 1.0 / n as f64);
        weights[1..] += &x[1..];
        weights * &self.v
    }

    fn exchanged(&mut self) -> Array1<f64> {
        let old = std::mem::replace(&mut self.v, Array1::ones(4));
        old * 2.0 + &self.v
    }

    fn view(&self) -> ArrayView1<'_, f64> {
        self.v.view()
    }

    fn transposed(&self) -> ArrayView2<'_, f64> {
        return self.m.t();
    }

    fn column(&self, j: usize) -> ArrayView1<'_, f64> {
        self.m.column(j)
    }

    fn passed(&self) -> f64 {
        total(self.v.view()) + total((&self.v * 2.0).view()) + total(self.m.t().row(0))
    }

    fn inlined(&self) -> Array1<f64> {
        self.view() * 2.0 + self.v.view()
    }
}

#[test]
fn ranges_and_slices() {
    each(|_| {
        let mut g = grid();
        let read = g.ranges_with_names(2..4);
        // v: 11 12 3 4, then 11 24 6 4.
        assert_eq!(read, array![11.0 + 6.0 + 0.0, 24.0 + 4.0 + 4.0]);
        assert_eq!(g.v, array![11.0, 0.0, 0.0, 4.0]);
        let mut g = grid();
        let read = g.slices_in_tuples();
        assert_eq!(g.m, array![[2.0, 2.0, 4.0], [9.0, 5.0, 6.0]]);
        assert_eq!(read, array![[10.0, 12.0], [4.0, 8.0]]);
        let mut g = grid();
        assert_eq!(g.counted_from_the_end(1, 1), array![2.0, 3.0]);
        assert_eq!(g.v, array![7.0, 2.0, 3.0, 104.0]);
    });
}

#[test]
fn nested_indices_write_to_the_array() {
    each(|_| {
        let mut g = grid();
        g.nested_indices(1);
        assert_eq!(g.m, array![[1.0, 20.0, 3.0], [4.0, 10.0, 12.0]]);
        assert_eq!(
            g.c,
            array![[[-1.0, 0.0], [0.0, 1.0]], [[3.0, 3.0], [0.0, 0.0]]]
        );
    });
}

#[test]
fn closures_take_references_and_numbers() {
    each(|_| {
        let g = grid();
        let x = array![1.0, -1.0, 0.5, 0.0];
        let (sum, positive, calls) = g.mapped(&x);
        assert_eq!(sum, array![4.0, 3.0, 7.0, 8.0]);
        assert_eq!(positive, array![true, false, true, false]);
        assert_eq!(calls, 4);
        assert_eq!(g.numbers_made_from_arrays(&x), 20.0 + 0.5 * 2.5 * 2.5);
        assert_eq!(g.filled(&x, 4), array![0.25, -1.5, 2.25, 1.0]);
        assert_eq!(grid().exchanged(), array![3.0, 5.0, 7.0, 9.0]);
    });
}

#[test]
fn views_are_views() {
    each(|_| {
        let g = grid();
        assert_eq!(g.view().as_ptr(), g.v.as_ptr());
        assert_eq!(g.transposed(), g.m.t());
        assert_eq!(g.column(1), g.m.column(1));
        assert_eq!(g.passed(), 10.0 + 20.0 + 5.0);
        assert_eq!(g.inlined(), &g.v * 3.0);
    });
}
