//! An array under another name: views and `&mut` that a `let` hands on.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;

#[brain_jit]
fn mv1(d: ArrayViewMut1<f64>, e: &[f64]) {
    let mut d = d;
    d += e;
}
#[brain_jit]
fn mv2(mut d: ArrayViewMut1<f64>, e: &[f64]) {
    d += e;
    d[0] = 7.0;
}
#[brain_jit]
fn mv3(d: &mut Array1<f64>, e: &[f64]) {
    let w = d;
    *w += e;
    w[1] = 3.0;
}
#[brain_jit]
fn mv4(d: &mut Array2<f64>) {
    for mut row in d.rows_mut() {
        row += 1.0;
    }
    let mut first = d.row_mut(0);
    first[0] = 9.0;
    for (j, mut c) in d.columns_mut().into_iter().enumerate() {
        c[1] = j as f64;
    }
    for x in d.iter_mut() {
        *x *= 2.0;
    }
}
#[brain_jit]
fn mv5(d: &mut Array1<f64>) {
    let v = &mut *d;
    v[1..] = 5.0;
}
#[brain_jit]
fn mv6(d: &mut Array1<f64>, e: &mut [f64], n: &mut i32, k: &mut f64) {
    let mut v = d.view_mut();
    v *= 2.0;
    let s = &mut *e;
    s[0] += 1.0;
    *n += 1;
    let m = k;
    *m += d[0];
}
#[test]
fn parameters_that_a_let_hands_on() {
    each(|b| {
        let mut bad = vec![];
        let mut check = |n: &str, got: Array1<f64>, want: Array1<f64>| {
            if got != want {
                bad.push(format!("{n} {got} {want}"))
            }
        };
        let mut d = array![1.0, 2.0];
        mv1(d.view_mut(), &[10.0, 20.0]);
        check("mv1", d.clone(), array![11.0, 22.0]);
        let mut d = array![1.0, 2.0];
        mv2(d.view_mut(), &[10.0, 20.0]);
        check("mv2", d.clone(), array![7.0, 22.0]);
        let mut d = array![1.0, 2.0];
        mv3(&mut d, &[10.0, 20.0]);
        check("mv3", d.clone(), array![11.0, 3.0]);
        let mut m = array![[1.0, 2.0], [3.0, 4.0]];
        mv4(&mut m);
        check("mv4", m.flatten().to_owned(), array![18.0, 6.0, 0.0, 2.0]);
        let mut d = array![1.0, 2.0];
        mv5(&mut d);
        check("mv5", d.clone(), array![1.0, 5.0]);
        let (mut e, mut n, mut k) = ([1.0, 2.0], 3, 0.5);
        mv6(&mut d, &mut e, &mut n, &mut k);
        check(
            "mv6",
            array![d[0], e[0], n as f64, k],
            array![2.0, 2.0, 4.0, 2.5],
        );
        assert!(bad.is_empty(), "{b:?} {bad:#?}");
    });
}
#[derive(BrainObject)]
struct Al {
    #[variable]
    v: Array1<f64>,
    #[variable]
    m: Array2<f64>,
    #[variable]
    t: f64,
}
#[brain_jit]
impl Al {
    fn alias(&mut self, x: &Array1<f64>) -> f64 {
        let a = bm::sum(&self.v);
        let b = &self.v * 2.0;
        {
            let v = &mut self.v;
            *v += x;
            v[..-1] *= 2.0;
            v[0] += 1.0;
        }
        let c = &self.v * 2.0;
        bm::sum(&self.v) - a + bm::sum(c - b)
    }
    fn alias2(&mut self, x: &Array1<f64>) -> f64 {
        let w: &mut Array1<f64> = &mut self.v;
        *w += 1.0;
        let s = bm::sum(&*w);
        let u = w;
        u[..] = x * s;
        let t = &mut self.t;
        *t += 2.0;
        bm::sum(&self.v) + self.t
    }
    fn alias3(&mut self) -> f64 {
        let before = bm::sum(&self.m);
        let mut m = self.m.view_mut();
        m[(0, ..)] += 10.0;
        let (v, t) = (&mut self.v, &mut self.t);
        *v += 1.0;
        *t = 5.0;
        bm::sum(&self.m) - before + bm::sum(&self.v) + self.t
    }
    fn loc(&self, x: &Array1<f64>) -> Array1<f64> {
        let mut a = x * 2.0;
        let b = &mut a;
        *b += 1.0;
        b[0] = 0.0;
        let c = &a + 1.0;
        let b = &mut a;
        b[..] = &c * 2.0;
        a + c
    }
}
#[test]
fn variables_and_locals_under_another_name() {
    each(|b| {
        let mk = || Al {
            v: array![1.0, 2.0],
            m: array![[1.0, 2.0], [3.0, 4.0]],
            t: 1.0,
        };
        let mut a = mk();
        // v = [2,4] -> [4,4] -> [5,4]; sum 9-3 + (18-6)
        assert_eq!(a.alias(&array![1.0, 2.0]), 18.0, "{b:?}");
        let mut a = mk();
        // v=[2,3] s=5 -> [5,10] +3
        assert_eq!(a.alias2(&array![1.0, 2.0]), 18.0, "{b:?}");
        let mut a = mk();
        assert_eq!(a.alias3(), 20.0 + 5.0 + 5.0);
        // a=[2,4]->[3,5]->[0,5]; c=[1,6]; a=[2,12]
        assert_eq!(mk().loc(&array![1.0, 2.0]), array![3.0, 18.0]);
    });
}
