//! A loop over written bounds is straight code.

use brain_jit::prelude::*;
use brain_jit::with_backend;
#[derive(BrainObject)]
struct Static {
    scale: f64,
    #[variable]
    v: Array1<f64>,
}
#[brain_jit]
impl Static {
    fn before(&mut self) {
        for i in 0..3 {
            let j = if i == 0 { 2 } else { i - 1 };
            if i > 0 {
                self.v[i - 1] += 1.0;
            }
            self.v[j] += 10.0;
        }
    }

    fn powers(&mut self, x: &Array1<f64>, #[static_arg(values(1, 2, 3))] order: usize) {
        for k in 0..order {
            let term = x * (k as f64 + 1.0);
            self.v += term * self.scale;
        }
    }
    fn series(&mut self, x: &Array1<f64>, #[static_arg] n: usize, #[static_arg] negative: bool) {
        for k in 0..n {
            self.v += x * k as f64;
            if negative {
                self.v *= -1.0;
            } else if n > 2 {
                self.v += 1.0;
            }
            if k > 0 && n >= 2 {
                self.v += 2.0;
            }
        }
    }
    fn fixed(&mut self, x: &Array1<f64>) {
        self.series::<3, true>(x);
        self.powers(x, 2);
        self.v += 1.0;
    }
    fn elements(&mut self) {
        for i in 0..3 {
            self.v[i] = i as f64;
            self.v *= 2.0;
        }
    }
    fn nested(&mut self) {
        for i in 0..2 {
            for j in 0..=1 {
                let k = i * 2 + j;
                self.v += k as f64;
            }
        }
    }
    fn left(&mut self) {
        for i in 0..5 {
            if i == 3 {
                break;
            }
            self.v += 1.0;
        }
    }
    fn shadow(&mut self) -> f64 {
        let i = 10.0;
        for i in 0..3 {
            self.v += i as f64;
        }
        i + self.v[0]
    }
    fn printed(&mut self) {
        for i in 0..2 {
            println!("{i}");
            self.v += 1.0;
        }
    }
    fn scalars(&self) -> f64 {
        let mut s = 0.0;
        for i in 0..4 {
            s += i as f64;
        }
        s
    }
    fn flag(&mut self, #[static_arg] on: bool) {
        if on { self.v += 1.0 } else { self.v -= 1.0 }
    }
    fn outer(&mut self) {
        let mut y = &self.v * 0.0;
        for i in 1..4 {
            y += i as f64;
            let z = &y * 2.0;
            self.v += &z;
        }
    }
    fn empty(&mut self) {
        for _ in 3..3 {
            self.v += 1.0;
        }
        self.v += 0.5;
    }
}
#[test]
fn loops_over_written_bounds_are_straight_code() {
    let code = Static::powers_show_code();
    assert!(
        !code.contains("for k") && code.matches("in every index").count() == 3,
        "{code}"
    );
    let code = Static::fixed_show_code();
    assert!(
        !code.contains("for k")
            && !code.contains("if ")
            && code.matches("in every index").count() == 1,
        "{code}"
    );
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            let m = || Static {
                scale: 2.0,
                v: array![1.0, 2.0, 3.0],
            };
            let x = array![1.0, 1.0, 2.0];
            for (order, sum) in [(1, 1.0), (2, 3.0), (3, 6.0)] {
                let mut s = m();
                s.powers(&x, order);
                assert_eq!(s.v, m().v + &x * 2.0 * sum);
            }
            let (mut s, mut fixed) = (m(), m());
            s.series::<3, true>(&x);
            let first = -1.0 * m().v;
            let second = -1.0 * (first + &x) + 2.0;
            assert_eq!(s.v, -1.0 * (second + 2.0 * &x) + 2.0);
            s.powers(&x, 2);
            fixed.fixed(&x);
            assert_eq!(fixed.v, s.v + 1.0);
            let mut s = m();
            s.elements();
            assert_eq!(s.v, array![0.0, 4.0, 4.0]);
            let mut s = m();
            s.nested();
            assert_eq!(s.v, m().v + 6.0);
            let mut s = m();
            s.left();
            assert_eq!(s.v, m().v + 3.0);
            let mut s = m();
            assert_eq!(s.shadow(), 14.0);
            let mut s = m();
            s.printed();
            assert_eq!(s.v, m().v + 2.0);
            assert_eq!(s.scalars(), 6.0);
            let mut s = m();
            s.flag::<true>();
            s.flag::<false>();
            assert_eq!(s.v, m().v);
            let mut s = m();
            s.before();
            assert_eq!(s.v, m().v + array![11.0, 11.0, 10.0]);
            let mut s = m();
            s.outer();
            assert_eq!(s.v, m().v + 2.0 * (1.0 + 3.0 + 6.0));
            let mut s = m();
            s.empty();
            assert_eq!(s.v, m().v + 0.5);
        })
    }
}
