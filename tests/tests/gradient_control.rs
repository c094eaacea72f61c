//! Gradients through control flow, writes, inlined methods and host scalars.

use brain_jit::prelude::*;
fn fd(x: &Array1<f64>, f: impl Fn(&Array1<f64>) -> f64) -> Array1<f64> {
    let h = 1e-6;
    (0..x.len())
        .map(|i| {
            let (mut a, mut b) = (x.clone(), x.clone());
            a[i] += h;
            b[i] -= h;
            (f(&a) - f(&b)) / (2.0 * h)
        })
        .collect()
}
#[derive(BrainObject)]
struct M {
    #[train_var]
    w: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    t: f64,
    k: f64,
}
#[brain_jit]
impl M {
    fn helper(&self, y: &mut Array1<f64>, s: f64) {
        *y *= s;
        *y += &self.w;
    }
    fn early(&self, s: f64) -> f64 {
        if s > 10.0 {
            return s * 2.0;
        }
        let q = s * s;
        if q < 0.0 {
            return 0.0;
        }
        q
    }
    #[grad]
    fn names(&self, g: &Array1<f64>, y: &Array1<f64>, a: f64, b: f64) -> f64 {
        let x = g * &self.w + y * a;
        let e = bm::exp(&x * b);
        bm::sum(e * g) + bm::mean(y * &self.w)
    }
    #[grad]
    fn mutable(&self, x: &Array1<f64>) -> f64 {
        let mut y = x * &self.w;
        self.helper(&mut y, 2.0);
        self.helper(&mut y, 3.0);
        bm::sum(bm::square(y))
    }
    #[grad]
    fn returns(&self, x: &Array1<f64>) -> f64 {
        let s = bm::dot(x, &self.w);
        self.early(s) + self.early(s * 100.0)
    }
    #[grad]
    fn swapped(&self, n: usize) -> f64 {
        let mut a = &self.w * 1.0;
        let mut b = &self.w * 2.0;
        for i in 0..n {
            let c = &a * 0.5 + bm::sin(&b);
            a = b.clone();
            b = c;
            if i == 1 {
                a *= 2.0;
            }
        }
        bm::sum(&a) + bm::sum(bm::square(&b))
    }
    #[grad]
    fn chosen(&self, x: &Array1<f64>, mode: usize) -> f64 {
        let y = if mode == 0 {
            x * &self.w
        } else if mode == 1 {
            bm::exp(&self.w)
        } else {
            &self.w * 3.0
        };
        let z = match mode {
            0 => bm::sum(&y),
            1 => bm::sum(bm::square(&y)),
            _ => {
                let q = bm::mean(&y);
                q * q
            }
        };
        z * 2.0
    }
    #[grad]
    fn state(&mut self, n: usize) -> f64 {
        for _ in 0..n {
            self.t += bm::sum(&self.v) * 0.1;
            self.v[..] = bm::tanh(&self.v + &self.w) * self.t;
            self.v[0] = self.v[1] * 2.0;
            let last = self.v.len() - 1;
            self.v[last] += self.t;
        }
        self.t + bm::sum(&self.v)
    }
    #[grad]
    fn nested_loops(&self, n: usize) -> f64 {
        let mut total = 0.0;
        for i in 0..n {
            let mut row = 0.0;
            for j in 0..=i {
                row += self.w[j] * (j as f64 + 1.0);
                if j % 2 == 0 {
                    row = row * row;
                }
            }
            total += row.sin();
        }
        total
    }
    #[grad]
    fn scalars(&self) -> f64 {
        let s = bm::sum(&self.w);
        let mut z = s.exp() + s.powi(3) - s.sqrt().ln() + s.tanh() * self.k;
        z = z.max(0.5) + (s * 0.3).min(2.0);
        z /= 2.0;
        z -= s;
        -z
    }
    #[grad]
    fn stepped(&self) -> f64 {
        let mut s = 0.0;
        for i in (0..self.w.len()).rev() {
            s = s * 0.5 + self.w[i];
        }
        let mut k = 1;
        while k < 3 {
            s = s * s;
            k += 1;
        }
        s
    }
    #[grad(w, v)]
    fn zeros(&self) -> f64 {
        bm::sum(&self.w)
    }
    #[grad]
    fn const_only(&self) -> f64 {
        self.k * 2.0
    }
    #[grad]
    fn sta(&self, #[static_arg] n: usize) -> f64 {
        let mut y = &self.w * 1.0;
        for _ in 0..n {
            y *= &self.w;
        }
        bm::sum(y)
    }
    #[grad]
    fn val(&self, #[static_arg(values(1, 2))] n: i32) -> f64 {
        bm::sum(self.w.powi(n))
    }
}
fn m(w: &Array1<f64>) -> M {
    M {
        w: w.clone(),
        v: array![0.1, -0.2, 0.3],
        t: 0.5,
        k: 1.5,
    }
}
macro_rules! check { ($w:ident, $f:ident, $g:ident ($($a:expr),*)) => {{
    let (value, g) = m(&$w).$g($($a),*);
    assert_eq!(value, m(&$w).$f($($a),*), stringify!($f));
    let d = fd(&$w, |w| m(w).$f($($a),*));
    for (a, b) in g.w.iter().zip(&d) { assert!((a - b).abs() < 1e-6 * b.abs().max(1.0), "{}: {} {}", stringify!($f), g.w, d); }
}} }
#[test]
fn against_central_differences() {
    let w = array![0.4, 0.7, 0.2];
    let x = array![1.0, -0.5, 2.0];
    for b in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(b, || {
            check!(w, names, names_grad(&x, &x, 0.3, 0.7));
            check!(w, mutable, mutable_grad(&x));
            check!(w, returns, returns_grad(&x));
            check!(w, swapped, swapped_grad(4));
            for mode in 0..3 {
                check!(w, chosen, chosen_grad(&x, mode));
            }
            check!(w, state, state_grad(3));
            let mut a = m(&w);
            let mut b = m(&w);
            a.state_grad(3);
            b.state(3);
            assert_eq!(a.v, b.v);
            assert_eq!(a.t, b.t);
            check!(w, nested_loops, nested_loops_grad(3));
            check!(w, scalars, scalars_grad());
            check!(w, stepped, stepped_grad());
            assert_eq!(m(&w).zeros_grad().1.v, array![0.0, 0.0, 0.0]);
            assert_eq!(m(&w).const_only_grad().1.w, array![0.0, 0.0, 0.0]);
            let (v, g) = m(&w).sta_grad::<2>();
            assert_eq!(v, m(&w).sta::<2>());
            assert!((g.w[0] - 3.0 * 0.16).abs() < 1e-12);
            let (_, g) = m(&w).val_grad(2);
            assert_eq!(g.w, &w * 2.0);
        })
    }
}

#[test]
fn early_returns_in_blocks() {
    #[brain_jit(grad(x))]
    fn early(x: &Array1<f64>) -> f64 {
        let s = bm::sum(x);
        if s > 10.0 {
            if s > 20.0 {
                return s * s;
            }
            return s;
        }
        {
            if s > 5.0 {
                return 2.0 * s;
            }
            3.0 * s
        }
    }
    for backend in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(backend, || {
            for (x, slope) in [(30.0, 60.0), (15.0, 1.0), (6.0, 2.0), (1.0, 3.0)] {
                let (value, grads) = early_grad(&array![x]);
                assert_eq!(value, early(&array![x]));
                assert_eq!(grads.x, array![slope]);
            }
        });
    }
}

/// A pass that ends with a choice whose arms write something else, or draw.
#[derive(BrainObject)]
struct Ends {
    #[train_var]
    w: Array1<f64>,
    #[variable]
    v: Array1<f64>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Ends {
    #[grad]
    fn by_if(&mut self, x: &Array1<f64>) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            let mut k = 1.0;
            self.v[..] = if bm::sum(&self.v) > 1.0 {
                k = 2.0;
                0.5 * &self.v
            } else {
                &self.v + x[i]
            };
            total += k * bm::sum(bm::square(&self.w));
        }
        total
    }

    #[grad]
    fn by_match(&mut self, x: &Array1<f64>) -> f64 {
        let mut total = 0.0;
        let mut s = 0.0;
        for i in 0..x.len() {
            let mut k = 1.0;
            s = match i % 3 {
                0 => {
                    k = 3.0;
                    s + x[i]
                }
                1 => {
                    let n: Array1<f64> = self.rng.uniform(0.0, 1.0, 2);
                    k = bm::sum(&n);
                    s + k
                }
                _ => 0.5 * s,
            };
            let n: Array1<f64> = self.rng.uniform(0.0, 1.0, 2);
            total += k * s * bm::sum(bm::square(&self.w)) + bm::sum(n * &self.w);
        }
        total
    }
}

#[test]
fn passes_that_end_with_a_choice() {
    let x = array![0.3, 0.9, 0.2, -0.4, 1.1, 0.6, 0.8];
    let ends = |w: &Array1<f64>| Ends {
        w: w.clone(),
        v: array![0.1, 0.2],
        rng: RandomState::new(3),
    };
    let w = array![0.5, -1.5];
    for backend in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(backend, || {
            let (value, g) = ends(&w).by_if_grad(&x);
            assert_eq!(value, ends(&w).by_if(&x));
            let by = fd(&w, |w| ends(w).by_if(&x));
            assert!((&g.w - &by).iter().all(|e| e.abs() < 1e-6), "{} {by}", g.w);
            let (value, g) = ends(&w).by_match_grad(&x);
            assert_eq!(value, ends(&w).by_match(&x));
            let by = fd(&w, |w| ends(w).by_match(&x));
            assert!((&g.w - &by).iter().all(|e| e.abs() < 1e-6), "{} {by}", g.w);
        })
    }
}

/// In a block with a `where_` adjoints that are zero are kept: beside written numbers their type is the result's.
mod written_numbers_beside_where {
    use brain_jit::prelude::*;

    #[brain_jit(grad(w))]
    fn shrunk(w: &Array1<f32>) -> f32 {
        0.1 * bm::sum(bm::where_(w >= 1.0, 0.0, w))
    }

    #[brain_jit(grad(w))]
    fn mean_of<T: Real>(w: &Array1<T>) -> T {
        bm::sum(bm::where_(w >= 1.0, 0.0, w)) / 4.0
    }

    #[brain_jit(grad(w))]
    fn less(w: &Array1<f32>) -> f32 {
        1.0 - bm::mean(bm::square(bm::where_(w >= 1.0, 0.0, w))) * 0.5
    }

    #[test]
    fn their_type_is_the_result_s() {
        let w = array![0.5f32, 2.0];
        assert_eq!(shrunk_grad(&w).1.w, array![0.1, 0.0]);
        assert_eq!(mean_of_grad(&w).1.w, array![0.25, 0.0]);
        assert_eq!(less_grad(&w).1.w, array![-0.25, 0.0]);
    }
}
