//! Free functions and closures: parameters of every kind, host code between array code, what panics.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use brain_jit_tests::backends::each;

#[brain_jit]
fn views<'a>(
    a: ArrayView1<'a, f64>,
    b: ArrayView2<'_, f64>,
    c: &mut Array1<f64>,
    d: ArrayViewMut1<f64>,
    e: &[f64],
    f: &mut [f64],
    g: [f64; 2],
    h: &Vec<f64>,
) -> Array1<f64> {
    c += &a;
    *c *= 2.0;
    let mut d = d;
    d += e;
    f[..] = &a + 1.0;
    f[0] = 9.0;
    c[1] = g[0];
    a + bm::dot(b, h) + g + e
}

#[brain_jit]
fn mutslice(f: &mut [f32], n: usize) -> f32 {
    for i in 0..n.min(f.len()) {
        f[i] += 2.0;
        if i % 2 == 0 {
            f[i] += 1.0;
        }
    }
    f.iter().sum::<f32>()
}

#[brain_jit]
fn closure_in(x: &Array1<f64>, k: f64) -> Array1<f64> {
    let scale = |v: f64| v * k + 1.0;
    fn helper(a: f64) -> f64 {
        a.sqrt()
    }
    let y = x.mapv(scale);
    let z = bm::map(helper, &y);
    let total = |a: &Array1<f64>| a.sum();
    z * total(&y)
}

#[brain_jit]
fn boolret(x: &Array1<f64>, y: &Array1<f64>) -> bool {
    bm::all(bm::abs(x - y) < 1e-3) && x.len() == y.len() || bm::any(x > 1e9)
}

#[test]
fn parameters_of_every_kind() {
    each(|_| {
        let a = array![1.0, 2.0];
        let b = array![[1.0, 0.0], [0.0, 1.0]];
        let mut c = array![0.0, 1.0];
        let mut d = array![0.0, 0.0];
        let mut f = [0.0, 0.0];
        let r = views(
            a.view(),
            b.view(),
            &mut c,
            d.view_mut(),
            &[10.0, 20.0],
            &mut f,
            [5.0, 6.0],
            &vec![3.0, 4.0],
        );
        assert_eq!(r, array![1.0 + 3.0 + 5.0 + 10.0, 2.0 + 4.0 + 6.0 + 20.0]);
        assert_eq!(c, array![2.0, 5.0]);
        assert_eq!(d, array![10.0, 20.0]);
        assert_eq!(f, [9.0, 3.0]);
        let mut f = [0.0f32; 5];
        assert_eq!(mutslice(&mut f, 10), 13.0);
        let r = closure_in(&array![1.0, 4.0], 2.0);
        assert!((r[0] - 3f64.sqrt() * 12.0).abs() < 1e-12);
        assert!(boolret(&a, &a));
        assert!(!boolret(&a, &(&a + 1.0)));
    });
}

#[test]
fn closures_that_capture() {
    each(|_| {
        let w = array![[1.0f32, 2.0], [3.0, 4.0]];
        let k = 2.0f32;
        let f = jit!([w: &Array2<f32>] move |x: &Array1<f32>, y: f32| -> Array1<f32> {
            let h = bm::dot(&w, x);
            bm::maximum(h, y) * k
        });
        drop(w);
        assert_eq!(f(&array![1.0, -1.0], -0.5), array![-1.0, -1.0]);
        let mut acc = array![0.0f32, 0.0];
        let mut g = jit!([acc: &mut Array1<f32>] |x: &Array1<f32>| { acc += x; bm::sum(&acc) });
        assert_eq!(g(&array![1.0, 2.0]), 3.0);
        assert_eq!(g(&array![1.0, 2.0]), 6.0);
        assert_eq!(acc, array![2.0, 4.0]);
        let h = jit!(|x: f64| bm::sin(x) + bm::cos(x));
        assert!((h(0.0) - 1.0).abs() < 1e-12);
    });
}

#[brain_jit]
fn rank0(x: &Array0<f64>, y: &Array1<f64>) -> Array0<f64> {
    x * 2.0 + bm::sum(y)
}
#[brain_jit]
fn rank3(x: &Array3<f32>, w: &Array1<f32>) -> Array3<f32> {
    let m = bm::mean_axis_keepdims(x, -1);
    (x - m) * w + bm::max_axis(x, 0)
}
#[brain_jit]
fn rank4(x: &mut Array4<i32>, k: i32) -> Array2<i64> {
    x[(.., 0, .., ..)] += k;
    x[(.., 1, 0..1, -1)] = 7;
    let s = bm::sum_axis(&*x, 1);
    bm::sum_axis(s, -1)
}
#[brain_jit]
fn generic<T: Real>(x: &Array1<T>, k: T) -> (Array1<T>, T) {
    let y = bm::exp(-x * k) + 2 * x;
    let s = if bm::any(&y > T::from_f64(100.0)) {
        bm::max(&y)
    } else {
        bm::mean(&y)
    };
    (y / s, s)
}
#[brain_jit]
fn nested(x: &Array1<f64>) -> Array1<f64> {
    fn twice(v: f64) -> f64 {
        v * 2.0
    }
    const K: f64 = 3.0;
    let add = |a: &Array1<f64>, b: f64| a + b;
    let y: Array1<f64> = add(x, K);
    let z: Array1<f64> = (0..3).map(|i| y[i % y.len()] * i as f64).collect();
    let w = x.iter().map(|v| twice(*v)).fold(0.0, |a, b| a + b);
    y.mapv(twice) + z + w
}
#[brain_jit]
fn casts(
    x: &Array1<f64>,
    n: &Array1<u8>,
    b: &Array1<bool>,
) -> (Array1<i32>, Array1<u8>, Array1<f32>, Array1<i64>, f64) {
    let i = x as i32;
    let u = &i as u8;
    let f = n as f32 * 0.5 + b as f32;
    let w = n as i64 * 1000 - 1;
    (i, u, f, w, bm::sum(n) as f64 / 2.0)
}
#[brain_jit]
fn empties(x: &Array1<f64>, m: &Array2<f64>) -> (f64, f64, Array1<f64>, Array1<f64>, bool, bool) {
    (
        bm::sum(x),
        bm::prod(x),
        bm::sum_axis(m, 0),
        bm::dot(m, x),
        bm::any(x > 0.0),
        bm::all(x > 0.0),
    )
}
#[brain_jit]
fn loopy(x: &mut Array1<i32>) -> i32 {
    let mut c = 0;
    let n = x.len();
    'a: loop {
        for i in (0..n).rev().step_by(2) {
            x[i] -= 1;
            c += 1;
            if x[i] < 0 {
                break 'a;
            }
        }
        *x *= 2;
        if c > 20 {
            break;
        }
    }
    let v = loop {
        c -= 1;
        if c % 3 == 0 {
            break c * 10;
        }
    };
    v
}
#[brain_jit]
fn whilelet(x: &mut Array1<f64>, todo: &mut Vec<(usize, f64)>) -> usize {
    let mut n = 0;
    while let Some((i, d)) = todo.pop() {
        if i >= x.len() {
            continue;
        }
        x[i] += d;
        x[i..] *= 2.0;
        n += 1;
    }
    let [a, b] = [x[0], x[1]];
    if let (true, k @ 1..=9) = (a > b, n) {
        k * 100
    } else {
        n
    }
}
#[brain_jit]
fn zips(x: &mut Array1<f32>, y: &Array1<f32>, m: &Array2<f32>) -> f32 {
    for (a, b) in x.iter_mut().zip(y.iter()) {
        *a += b * 2.0;
    }
    for (i, row) in m.rows().into_iter().enumerate() {
        x[i] += row.sum();
        let r = &row * 2.0;
        x[i] += r[0];
    }
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}
#[brain_jit]
fn owned(mut x: Array1<f64>, y: Array1<f64>, k: f64) -> Array1<f64> {
    x[0] = 1.0;
    x += &y;
    let z = x * k;
    z + y
}
#[brain_jit]
fn shifts(a: &Array1<i32>, b: &Array1<u32>, c: &mut Array1<u8>) -> Array1<i32> {
    *c <<= 1;
    *c |= 1;
    *c &= 0x0f;
    *c ^= 2;
    *c %= 8;
    let d = a << 33;
    let e = a >> 1;
    (d + e) & (b as i32) | 1 ^ a
}
#[test]
fn ranks_types_and_loops() {
    each(|_| {
        assert_eq!(
            rank0(&Array0::from_elem((), 2.0), &array![1.0, 2.0])[()],
            7.0
        );
        let x = Array3::from_shape_fn((2, 2, 2), |(i, j, k)| (i * 4 + j * 2 + k) as f32);
        let r = rank3(&x, &array![2.0, 4.0]);
        assert_eq!(r[(0, 0, 0)], -0.5 * 2.0 + 4.0);
        assert_eq!(r[(1, 1, 1)], 0.5 * 4.0 + 7.0);
        let mut x = Array4::from_elem((2, 2, 2, 2), 1);
        let s = rank4(&mut x, 10);
        assert_eq!(s, array![[(11 + 1) + (11 + 7), 24], [30, 24]]);
        let (y, s) = generic(&array![0.0f32, 1.0], 0.0);
        assert_eq!((y, s), (array![0.5, 1.5], 2.0));
        let r = nested(&array![1.0, 2.0, 3.0]);
        // y=[4,5,6]; z=[0,5,12]; w=12;
        assert_eq!(r, array![8.0 + 12.0, 10.0 + 5.0 + 12.0, 12.0 + 12.0 + 12.0]);
        let (i, u, f, w, h) = casts(
            &array![-1.5, 300.7, f64::NAN],
            &array![255, 1, 2],
            &array![true, false, true],
        );
        assert_eq!(i, array![-1, 300, 0]);
        assert_eq!(u, array![255, 44, 0]);
        assert_eq!(f, array![128.5, 0.5, 2.0]);
        assert_eq!(w, array![254999, 999, 1999]);
        assert_eq!(h, 129.0);
        let (s, p, ax, d, an, al) = empties(&array![], &Array2::zeros((3, 0)));
        assert_eq!(
            (s, p, ax.len(), d, an, al),
            (0.0, 1.0, 0, array![0.0, 0.0, 0.0], false, true)
        );
        let mut v = array![3, 5];
        // plain rust model
        let model = |x: &mut Vec<i32>| {
            let mut c = 0;
            let n = x.len();
            'a: loop {
                for i in (0..n).rev().step_by(2) {
                    x[i] -= 1;
                    c += 1;
                    if x[i] < 0 {
                        break 'a;
                    }
                }
                for a in x.iter_mut() {
                    *a *= 2;
                }
                if c > 20 {
                    break;
                }
            }
            loop {
                c -= 1;
                if c % 3 == 0 {
                    break c * 10;
                }
            }
        };
        let mut w = vec![3, 5];
        assert_eq!(loopy(&mut v), model(&mut w));
        assert_eq!(v.to_vec(), w);
        let mut x = array![1.0, 1.0, 1.0];
        let mut todo = vec![(9, 1.0), (1, 3.0), (0, 2.0)];
        // (0,2): [3,1,1]*2=[6,2,2]; (1,3): [6,5,2]->[6,10,4]; (9) skip
        assert_eq!(whilelet(&mut x, &mut todo), 2);
        assert_eq!(x, array![6.0, 10.0, 4.0]);
        let mut x = array![1.0, 2.0];
        let s = zips(&mut x, &array![10.0, 20.0], &array![[1.0, 2.0], [3.0, 4.0]]);
        assert_eq!(x, array![21.0 + 3.0 + 2.0, 42.0 + 7.0 + 6.0]);
        assert_eq!(s, 260.0 + 1100.0);
        assert_eq!(
            owned(array![5.0, 1.0], array![1.0, 2.0], 10.0),
            array![21.0, 32.0]
        );
        let mut c = array![0xffu8, 1];
        let r = shifts(&array![5, -7], &array![0xff, 0xffff_ffff], &mut c);
        // c: ff<<1=fe|1=ff&f=f^2=d%8=5 ; 1->2|1=3&f=3^2=1
        assert_eq!(c, array![5, 1]);
        let f = |a: i32, b: u32| ((a.wrapping_shl(33) + (a >> 1)) & (b as i32)) | (1 ^ a);
        assert_eq!(r, array![f(5, 0xff), f(-7, 0xffff_ffff)]);
    });
}

#[derive(BrainObject)]
struct Ck {
    #[variable]
    v: Array1<f64>,
    #[variable]
    n: Array1<i32>,
}
#[brain_jit]
impl Ck {
    fn two(&mut self, x: &Array1<f64>, y: &Array1<f64>) {
        self.v += x;
        self.v += y;
    }
    fn div(&mut self, k: i32) {
        self.n /= k;
    }
    fn idx(&mut self, i: usize) -> f64 {
        self.v[i] = 1.0;
        self.v[[0, 7]] = 2.0;
        self.v[0]
    }
    fn mask(&mut self, m: &Array1<bool>, w: &Array1<f64>) {
        self.v[m] = w;
    }
    fn nan(&mut self, x: f64) {
        self.v *= 2.0;
        self.v[..] = bm::log(&self.v - x);
    }
}
fn message(f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let e = std::panic::catch_unwind(f).unwrap_err();
    e.downcast_ref::<String>().cloned().expect("a String")
}
#[test]
fn panics_come_before_the_first_write() {
    for b in [Backend::Plain, Backend::Serial, Backend::Parallel] {
        let mk = || Ck {
            v: array![1.0, 2.0, 3.0],
            n: array![1, 2],
        };
        let m = message(|| {
            with_backend(b, || {
                let mut c = mk();
                let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    c.two(&array![1.0, 1.0, 1.0], &array![1.0, 2.0])
                }));
                assert_eq!(c.v, array![1.0, 2.0, 3.0], "written");
                std::panic::resume_unwind(r.unwrap_err());
            })
        });
        println!("{m}");
        assert!(
            m.contains("Ck::two") && m.contains("self.v") && m.contains("[3]") && m.contains("[2]"),
            "{m}"
        );
        let m = message(|| with_backend(b, || mk().div(0)));
        println!("{m}");
        assert!(m.contains("Ck::div"), "{m}");
        let m = message(|| {
            with_backend(b, || {
                mk().idx(3);
            })
        });
        println!("{m}");
        assert!(m.contains("Ck::idx"), "{m}");
        let m = message(|| {
            with_backend(b, || {
                mk().idx(0);
            })
        });
        println!("{m}");
        assert!(m.contains("Ck::idx") && m.contains('7'), "{m}");
        let m = message(|| with_backend(b, || mk().mask(&array![true, true], &array![1.0, 2.0])));
        println!("{m}");
        assert!(m.contains("Ck::mask"), "{m}");
        let m = message(|| {
            with_backend(b, || {
                mk().mask(&array![true, true, false], &array![1.0, 2.0, 3.0])
            })
        });
        println!("{m}");
        assert!(m.contains("Ck::mask"), "{m}");
    }
}
