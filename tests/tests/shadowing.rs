//! Names that hide others: locals beside fields, in blocks, arms, closures and loops.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;

#[derive(BrainObject)]
struct R {
    k: f32,
    #[variable]
    s: f32,
    #[variable]
    v: Array1<f32>,
}
#[brain_jit]
impl R {
    fn shadow(&self, v: &Array1<f32>) -> Array1<f32> {
        let k = 3.0;
        let v = v * k;
        v * self.k
    }
    fn shadow2(&self, x: &Array1<f32>) -> Array1<f32> {
        let k = 3.0;
        let a = x * k;
        let k = 5.0;
        let b = a * k;
        let k = k + 2.0;
        b * k
    }
    fn closures(&self, x: &Array1<f32>) -> Array1<f32> {
        let k = 3.0;
        let a = x.mapv(|v| v * k);
        let k = 5.0;
        let b = a.mapv(|v| v * k);
        b * self.k
    }
    fn closures2(&self, x: &Array1<f32>) -> Array1<f32> {
        let mut k = 3.0;
        let a = x.mapv(|v| v * k);
        k += 1.0;
        let b = a.mapv(|v| v * k);
        k = 0.0;
        b * self.k + k
    }
    fn closures3(&mut self, x: &Array1<f32>) -> Array1<f32> {
        let a = x.mapv(|v| v * self.s);
        self.s += 1.0;
        let b = a.mapv(|v| v * self.s);
        *self.s = 0.0;
        let c = bm::map(|p: f32, q: f32| p + q + self.s, &a, &b);
        *self.s = 7.0 + self.s;
        c
    }
    fn reduced(&self, x: &Array1<f32>) -> Array1<f32> {
        let s = bm::sum(x);
        let a = x / s;
        let s = 5.0;
        a * s + bm::sum(x)
    }
    fn reduced2(&self, x: &Array1<f32>) -> Array1<f32> {
        let s = bm::sum(x);
        let a = x / s;
        let s = bm::max(x);
        let s = s * bm::sum(x) + bm::max(x);
        a * s
    }
    fn arr(&self, x: &Array1<f32>) -> Array1<f32> {
        let y = bm::cumsum(x);
        let z: Array1<f32> = bm::cumsum(&y);
        let y = &z + 1.0;
        let w: Array1<f32> = bm::cumsum(&y);
        let y = bm::sort(&w);
        y + z
    }
    fn same(&self, x: &Array1<f32>) -> Array1<f32> {
        let y = x + 1.0;
        let w = y;
        let y = &w * 2.0;
        let z = x + 1.0;
        let y = &y - 1.0;
        y + z + w
    }
    fn same2(&self, x: &Array1<f32>) -> (Array1<f32>, String) {
        let y = x + 1.0;
        let mut text = format!("{y}");
        let y = &y * 2.0;
        text += &format!(" {y} {0}", y[0]);
        let z = x + 1.0;
        let y = 3.0;
        text += &format!(" {y} {z} {}", matches!(y as i32, 3));
        let u = x + 1.0;
        let y = u * y;
        (y + z, text)
    }
    fn option(&self, o: Option<f32>, x: &Array1<f32>) -> Array1<f32> {
        let s = bm::sum(x);
        let y = x * s;
        if let Some(s) = o {
            let y = y * s + bm::sum(x);
            return y;
        }
        let Some(s) = o.or(Some(4.0)) else { return y };
        let y = match o {
            Some(y) if y > s => x * y,
            None => y * s,
            Some(s) => x * s,
        };
        let f = |s: f32| s * 2.0 + bm::sum(x);
        let s = f(s);
        y * s
    }
    fn scope(&self, x: &Array1<f32>) -> Array1<f32> {
        let s = 2.0;
        let a = {
            let s = 3.0;
            x * s
        };
        let b = a * s;
        let c: Array1<f32> = if self.k > 0.0 {
            let s = 10.0;
            &b * s
        } else {
            &b * s
        };
        let mut tot = c * s;
        for i in 0..2 {
            let s = i as f32;
            tot += s;
        }
        tot * s
    }
    fn vari(&mut self, x: &Array1<f32>) -> Array1<f32> {
        let s = self.s;
        let a = x * s;
        self.s += 1.0;
        let b = a * self.s;
        *self.s *= 2.0;
        let c = b * self.s + s;
        c
    }
    fn index(&mut self, x: &Array1<f32>) -> f32 {
        let i = 0;
        let a = &x[i..];
        let b = a * 2.0;
        let i = 1;
        let c = &x[i..] * &b[..-1];
        let i = 2;
        c[0] + x[i] + bm::sum(&x[i..])
    }
    fn helper(&self, k: f32, x: &Array1<f32>) -> Array1<f32> {
        let s = k + 1.0;
        x * s * self.k
    }
    fn inl(&self, x: &Array1<f32>) -> Array1<f32> {
        let s = 100.0;
        let k = 7.0;
        let y = self.helper(s, x);
        let x = self.helper(k, &y);
        x * s + k
    }
    fn swap(&mut self, x: &Array1<f32>) -> Array1<f32> {
        let mut a = x * 1.0;
        let mut b = x * 2.0;
        std::mem::swap(&mut a, &mut b);
        let t = &a - &b;
        b += &t;
        let (a, b) = (b, a);
        a * 10.0 + b
    }
    fn loops(&self, x: &Array1<f32>) -> Array1<f32> {
        let mut y = x * 0.0;
        let mut k = 0.0;
        for i in 0..3 {
            y += x * k;
            k += 1.0;
            let k = 100.0;
            y += k;
        }
        let mut n = 0;
        while n < 2 {
            let x = &y + n as f32;
            y[..] = x;
            n += 1;
        }
        y
    }
}

#[test]
fn a_name_stands_for_what_was_bound_last() {
    each(|b| {
        let mk = || R {
            k: 2.0,
            s: 4.0,
            v: array![1.0, 2.0],
        };
        let x = array![1.0f32, 2.0];
        let mut r = mk();
        let mut bad = vec![];
        let mut check = |n: &str, got: Array1<f32>, want: Array1<f32>| {
            if got != want {
                bad.push(format!("{n} {got} {want}"))
            }
        };
        check("shadow", r.shadow(&x), &x * 6.0);
        check("shadow2", r.shadow2(&x), &x * 105.0);
        check("closures", r.closures(&x), &x * 30.0);
        check("closures2", r.closures2(&x), &x * 24.0);
        check("closures3", r.closures3(&x), &x * 24.0);
        check("s", array![r.s], array![7.0]);
        check("reduced", r.reduced(&x), &x / 3.0 * 5.0 + 3.0);
        check("reduced2", r.reduced2(&x), &x / 3.0 * 8.0);
        // y=[1,3] z=[1,4] y=[2,5] w=[2,7] + z
        check("arr", r.arr(&x), array![3.0, 11.0]);
        // y=[2,3] w same; y=[4,6]; z=[2,3]; y=[3,5]
        check("same", r.same(&x), array![7.0, 11.0]);
        let (a, t) = r.same2(&x);
        check("same2", a, array![8.0, 12.0]);
        assert_eq!(t, "[2, 3] [4, 6] 4 3 [2, 3] true");
        check("option", r.option(Some(2.0), &x), &x * 6.0 + 3.0);
        check("option2", r.option(None, &x), &x * 12.0 * 11.0);
        check("scope", r.scope(&x), (&x * 120.0 + 1.0) * 2.0);
        let mut r = mk();
        check("vari", r.vari(&x), &x * 4.0 * 5.0 * 10.0 + 4.0);
        let x3 = array![1.0f32, 2.0, 3.0];
        check("index", array![r.index(&x3)], array![4.0 + 3.0 + 3.0]);
        check("inl", r.inl(&x), &x * 101.0 * 2.0 * 8.0 * 2.0 * 100.0 + 7.0);
        check("swap", r.swap(&x), &x * 22.0);
        check("loops", r.loops(&x), &x * 3.0 + 300.0 + 1.0);
        assert!(bad.is_empty(), "{b:?} {bad:#?}");
    });
}

fn message(f: impl FnOnce()) -> Option<String> {
    let e = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).err()?;
    Some(e.downcast_ref::<String>().cloned().expect("a String"))
}
#[brain_jit]
fn hidden(x: &Array1<f64>, y: &Array1<f64>) -> Array1<f64> {
    let x = x * 2.0;
    let mut x = x * 1.0;
    x += y;
    x
}
#[brain_jit]
fn hidden2(x: &Array1<f64>, y: &Array1<f64>) -> Array1<f64> {
    let x = x * 2.0;
    println!("{x}");
    dbg!(&x);
    assert!(bm::all(&x > -1e9));
    let z = x + y;
    z
}
fn takes(x: Array1<f64>) -> f64 {
    x.sum()
}
#[brain_jit]
fn moved(x: &Array1<f64>) -> Array1<f64> {
    let y = x + 1.0;
    let s = takes(y);
    let z = x + 1.0;
    z * s
}
#[brain_jit]
fn moved2(x: &mut Array1<f64>) -> Array1<f64> {
    let y = &*x + 1.0;
    let w = &*x + 1.0;
    let s = takes(y);
    *x += 1.0;
    w * s
}
#[test]
fn messages_and_moves_of_hidden_names() {
    each(|_| {
        println!(
            "{:?}",
            message(|| {
                hidden(&array![1.0], &array![1.0, 2.0]);
            })
        );
        println!(
            "{:?}",
            message(|| {
                hidden2(&array![1.0, 2.0, 4.0], &array![1.0, 2.0]);
            })
        );
        assert_eq!(moved(&array![1.0, 2.0]), array![10.0, 15.0]);
        assert_eq!(moved2(&mut array![1.0, 2.0]), array![10.0, 15.0]);
    });
}
