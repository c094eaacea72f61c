//! Models that mix children, generics, static arguments, results, control flow and traits.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;

#[derive(BrainObject)]
struct Syn<T>
where
    T: Real,
{
    tau: T,
    #[variable]
    g: Array1<T>,
}

#[brain_jit]
impl<T> Syn<T>
where
    T: Real,
{
    fn decay(&mut self, dt: T) -> T {
        self.g *= bm::exp(-dt / self.tau);
        bm::sum(&self.g)
    }
    fn current(&self, v: &Array1<T>, #[static_arg] n: usize) -> Array1<T> {
        let mut acc = &self.g * 0.0;
        for k in 0..n {
            acc += v * &self.g;
        }
        acc
    }
}

#[derive(BrainObject)]
struct Net<T>
where
    T: Real,
{
    #[child]
    syns: Vec<Syn<T>>,
    #[child]
    main: Syn<T>,
    #[variable]
    v: Array1<T>,
    #[static_arg(values(1, 2))]
    mode: i32,
}

#[brain_jit]
impl<T> Net<T>
where
    T: Real,
{
    fn step(&mut self, dt: T, #[static_arg] sub: bool) -> T {
        let mut total = self.main.decay(dt);
        for s in self.syns.iter_mut() {
            total += s.decay(dt);
        }
        for i in 0..self.syns.len() {
            self.v += &self.syns[i].g;
        }
        if sub {
            self.v -= &self.main.g;
        }
        if self.mode == 2 {
            self.v *= 2.0;
        }
        let c: Array1<T> = self.main.current::<3>(&self.v);
        self.v += c;
        total
    }
    fn masked(&mut self, which: usize) {
        let m = &self.v > 1.0;
        self.syns[which].g[&m] = 0.5;
        self.syns[which].g[[0, 2]] += 1.0;
        let g = &self.syns[which].g;
        self.v[..] = bm::where_(m, g, &self.v);
    }
}

#[test]
fn generic_children_in_lists() {
    each(|_| {
        let mk = || Net::<f64> {
            syns: vec![
                Syn {
                    tau: 5.0,
                    g: array![1.0, 2.0, 3.0],
                },
                Syn {
                    tau: 2.0,
                    g: array![0.5, 0.5, 1.0],
                },
            ],
            main: Syn {
                tau: 1.0,
                g: array![1.0, 1.0, 2.0],
            },
            v: array![0.1, 0.2, 0.3],
            mode: 2,
        };
        let mut n = mk();
        let t = n.step::<true>(0.1);
        let (e5, e2, e1) = (
            (-0.1f64 / 5.0).exp(),
            (-0.1f64 / 2.0).exp(),
            (-0.1f64).exp(),
        );
        let g5 = array![1.0, 2.0, 3.0] * e5;
        let g2 = array![0.5, 0.5, 1.0] * e2;
        let g1 = array![1.0, 1.0, 2.0] * e1;
        let tt = g5.sum() + g2.sum() + g1.sum();
        assert!((t - tt).abs() < 1e-12, "{t} {tt}");
        let mut v = array![0.1, 0.2, 0.3] + &g5 + &g2 - &g1;
        v *= 2.0;
        let v = &v + &(3.0 * &v * &g1);
        assert!(
            n.v.iter().zip(&v).all(|(a, b)| (a - b).abs() < 1e-12),
            "{} {}",
            n.v,
            v
        );
        n.masked(1);
        let names: Vec<_> = n.vars().iter().map(|v| v.name().to_string()).collect();
        assert_eq!(names, ["syns.0.g", "syns.1.g", "main.g", "v"]);
    });
}

#[derive(BrainObject)]
struct R {
    k: f32,
    names: Vec<String>,
    #[variable]
    v: Array1<f32>,
    #[variable]
    count: usize,
    #[variable]
    log: Vec<f32>,
}

#[brain_jit]
impl R {
    fn pair(&self, x: &Array1<f32>) -> (Array1<f32>, f32, Array1<bool>) {
        let y = x + &self.v;
        let s = bm::sum(&y);
        (y, s, x > self.k)
    }
    fn opt(&mut self, x: &Array1<f32>) -> Option<Array1<f32>> {
        if bm::any(x < 0.0) {
            return None;
        }
        self.count += 1;
        self.v += x;
        Some(&self.v * 2.0)
    }
    fn res(&mut self, x: &Array1<f32>) -> Result<f32, String> {
        let y = self
            .opt(x)
            .ok_or_else(|| format!("negative for {} at {}", self.names[0], self.count))?;
        Ok(bm::sum(y))
    }
    fn uses(&mut self, x: &Array1<f32>) -> f32 {
        let (y, s, m) = self.pair(x);
        self.v[m] = 0.0;
        self.log.push(s);
        bm::sum(y) - s
    }
    fn early(&mut self, x: &Array2<f32>, limit: f32) -> Option<usize> {
        for i in 0..x.nrows() {
            let row = &x[i] * self.k;
            if bm::sum(&row) > limit {
                return Some(i);
            }
            self.v += row;
        }
        None
    }
    fn matches(&mut self, op: &str, x: &Array1<f32>) -> Array1<f32> {
        match op {
            "a" | "b" if self.k > 1.0 => x * self.k,
            "a" => x + self.k,
            "neg" => -x,
            other if other.len() > 3 => {
                self.v[..] = x;
                self.v.clone()
            }
            _ => x * 0.0,
        }
    }
    fn labelled(&mut self, x: &Array2<f32>) -> f32 {
        let mut total = 0.0;
        'outer: for i in 0..x.nrows() {
            for j in 0..x.ncols() {
                if x[(i, j)] < 0.0 {
                    continue 'outer;
                }
                if x[(i, j)] > 100.0 {
                    break 'outer;
                }
                total += x[(i, j)];
            }
            self.v += &x[i];
        }
        total
    }
    fn mac(&mut self, x: &Array1<f32>) -> Vec<Array1<f32>> {
        println!("{} {:?} {x}", self.v, &self.v + x);
        assert!(bm::all(x > -100.0), "x too small {}", self.k);
        assert_eq!(x.len(), self.v.len());
        let ok = matches!(self.count, 0..=5);
        let q = if ok { x + 1.0 } else { x - 1.0 };
        vec![q, &self.v * 2.0]
    }
    fn iterm(&mut self) {
        for (i, x) in self.v.iter_mut().enumerate() {
            *x += i as f32 * self.k;
        }
        for x in self.log.iter_mut() {
            *x = 1.0;
        }
        let mut i = 0;
        while let Some(l) = self.log.pop() {
            i += 1;
            self.v += l;
            if i > 10 {
                break;
            }
        }
    }
    fn shadow(&self, v: &Array1<f32>) -> Array1<f32> {
        let x = v + 1.0;
        let x = {
            let x = &x * 2.0;
            &x + 1.0
        };
        let v = &self.v + &x;
        let k = 3.0;
        let v = v * k;
        v * self.k
    }
}

#[test]
fn results_and_control_flow() {
    each(|_| {
        let mk = || R {
            k: 2.0,
            names: vec!["q".into()],
            v: array![1.0, 2.0],
            count: 0,
            log: vec![],
        };
        let mut r = mk();
        let (y, s, m) = r.pair(&array![1.0, 5.0]);
        assert_eq!((y, s, m), (array![2.0, 7.0], 9.0, array![false, true]));
        assert_eq!(r.opt(&array![-1.0, 1.0]), None);
        assert_eq!(r.opt(&array![1.0, 1.0]), Some(array![4.0, 6.0]));
        assert_eq!(
            r.res(&array![-1.0, 0.0]),
            Err("negative for q at 1".to_string())
        );
        assert_eq!(r.res(&array![1.0, 0.0]), Ok(12.0));
        assert_eq!(r.count, 2);
        assert_eq!(r.uses(&array![1.0, 5.0]), 0.0);
        assert_eq!(r.v, array![3.0, 0.0]);
        assert_eq!(r.log, vec![12.0]);
        let mut r = mk();
        assert_eq!(
            r.early(&array![[1.0, 1.0], [2.0, 2.0], [9.0, 9.0]], 10.0),
            Some(2)
        );
        assert_eq!(r.v, array![7.0, 8.0]);
        assert_eq!(r.early(&array![[1.0, 1.0]], 10.0), None);
        let mut r = mk();
        assert_eq!(r.matches("a", &array![1.0, 2.0]), array![2.0, 4.0]);
        assert_eq!(r.matches("neg", &array![1.0, 2.0]), array![-1.0, -2.0]);
        assert_eq!(r.matches("zzzz", &array![4.0, 5.0]), array![4.0, 5.0]);
        assert_eq!(r.v, array![4.0, 5.0]);
        r.k = 0.5;
        assert_eq!(r.matches("a", &array![1.0, 2.0]), array![1.5, 2.5]);
        assert_eq!(r.matches("b", &array![1.0, 2.0]), array![0.0, 0.0]);
        let mut r = mk();
        assert_eq!(
            r.labelled(&array![[1.0, 2.0], [3.0, -1.0], [4.0, 5.0], [101.0, 1.0]]),
            15.0
        );
        assert_eq!(r.v, array![6.0, 9.0]);
        let mut r = mk();
        assert_eq!(
            r.mac(&array![1.0, 2.0]),
            vec![array![2.0, 3.0], array![2.0, 4.0]]
        );
        r.log = vec![3.0, 4.0];
        r.iterm();
        assert_eq!(r.v, array![3.0, 6.0]);
        assert!(r.log.is_empty());
        let r = mk();
        println!("{}", R::shadow_show_code());
        // x=[2,3]->[5,7]; v=[6,9]*3*2
        assert_eq!(r.shadow(&array![1.0, 2.0]), array![36.0, 54.0]);
    });
}

trait Dyn {
    fn step(&mut self, x: &Array1<f64>) -> f64;
    fn reset(&mut self) {
        let _ = 1;
    }
    fn twice(&mut self, x: &Array1<f64>) -> f64 {
        self.step(x) + self.step(x)
    }
}

#[derive(BrainObject)]
struct D {
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Dyn for D {
    fn step(&mut self, x: &Array1<f64>) -> f64 {
        self.v += x;
        bm::sum(&self.v)
    }
    fn reset(&mut self) {
        self.v[..] = 0.0;
    }
}

#[test]
fn a_trait_with_default_methods() {
    each(|_| {
        let mut d = D {
            v: array![1.0, 1.0],
        };
        assert_eq!(d.twice(&array![1.0, 2.0]), 5.0 + 8.0);
        d.reset();
        assert_eq!(d.v, array![0.0, 0.0]);
        let b: &mut dyn Dyn = &mut d;
        assert_eq!(b.step(&array![1.0, 1.0]), 2.0);
    });
}

#[derive(BrainObject)]
struct Fz {
    k: f64,
    #[train_var]
    w: Array2<f64>,
    #[variable]
    b: Array1<f64>,
    #[variable]
    n: i32,
}
#[brain_jit]
impl Fz {
    #[brain_jit(dyn_vars(w, n))]
    fn f(&mut self, x: &Array1<f64>, #[static_arg] neg: bool) -> Array1<f64> {
        self.n += 1;
        let y = bm::dot(x, &self.w) * self.k + &self.b;
        if neg { -y } else { y }
    }
    #[brain_jit(dyn_vars())]
    fn g(&self, x: f64) -> f64 {
        x * bm::sum(&self.b) + self.n as f64
    }
}
#[test]
fn frozen_with_static_arguments() {
    each(|_| {
        let mut z = Fz {
            k: 2.0,
            w: array![[1.0, 0.0], [0.0, 1.0]],
            b: array![1.0, 2.0],
            n: 0,
        };
        let fr = z.f_frozen();
        let g = z.g_frozen();
        z.b.fill(100.0);
        z.n = 50;
        z.w *= 3.0;
        assert_eq!(
            fr.call::<true>(&mut z, &array![1.0, 1.0]),
            array![-7.0, -8.0]
        );
        assert_eq!(z.n, 51);
        assert_eq!(g.call(&z, 2.0), 6.0);
    });
}
