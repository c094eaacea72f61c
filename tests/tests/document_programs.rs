//! What the documents say of writes in place, scans, static arguments and broadcasting, in programs of several lines.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;

#[derive(BrainObject)]
struct Hello {
    #[variable]
    a: Array1<f32>,
    #[variable]
    b: Array1<f32>,
    #[variable]
    n: Array1<i32>,
}
#[brain_jit]
impl Hello {
    fn transform(&mut self) {
        self.a *= &self.b;
    }
    fn aug(&mut self) {
        self.n += 1;
        self.n *= 2;
        self.n |= array![1, 0, 1, 0];
        self.n[..] = bm::power(&self.n, 2);
        self.n >>= 2;
        self.n -= 1;
        self.n %= 7;
        self.n &= 0b111;
        self.n ^= 1;
        self.n <<= 1;
        self.n[..] = bm::floor_divide(&self.n, 3);
        self.n /= 1;
    }
    fn index(&mut self, i: usize, j: usize) {
        self.a[i] = 5.0;
        self.a[i..j] = 1.0;
        self.a[[1, 3]] = 2.0;
        self.a[vec![0usize, 1]] += 1.0;
        self.a[i..=j] -= 0.5;
        self.a[..] += &self.b;
        self.a[i + 1] *= self.b[j - 1];
        self.a[-1] = self.a[0] + self.a[-2];
    }
    fn swap(&mut self) -> Array1<f32> {
        std::mem::swap(&mut self.a, &mut self.b);
        std::mem::replace(&mut self.a, Array1::zeros(4))
    }
    fn self_alias(&mut self) {
        self.a[1..] = &self.a[..-1] + 1.0;
        self.a[..] = &self.a[s![..;-1]];
        self.a[..2] += &self.a[2..];
        self.a[[3, 2, 1, 0]] = &self.a;
    }
    fn temps(&mut self) -> f32 {
        let before = self.a.clone();
        let half = &self.a * 0.5;
        self.a += 1.0;
        let diff = &self.a - &before;
        self.a -= &half;
        bm::sum(diff) + bm::sum(&half) + bm::sum(&before)
    }
}
#[test]
fn writes_in_place() {
    each(|_| {
        let mk = || Hello {
            a: array![1.0, 2.0, 3.0, 4.0],
            b: array![10.0, 20.0, 30.0, 40.0],
            n: array![1, 2, 3, 4],
        };
        let mut h = mk();
        h.transform();
        assert_eq!(h.a, array![10.0, 40.0, 90.0, 160.0]);
        let mut h = mk();
        let p = h.n.as_ptr();
        h.aug();
        let f = |i: usize, v: i32| {
            let mut v = (v + 1) * 2;
            v |= [1, 0, 1, 0][i];
            v = v * v;
            v >>= 2;
            v -= 1;
            v %= 7;
            v &= 7;
            v ^= 1;
            v <<= 1;
            v.div_euclid(3)
        };
        assert_eq!(
            h.n,
            Array1::from_iter([1, 2, 3, 4].into_iter().enumerate().map(|(i, v)| f(i, v)))
        );
        assert_eq!(h.n.as_ptr(), p);
        let mut h = mk();
        h.index(1, 3);
        let mut v = [1.0f32, 2.0, 3.0, 4.0];
        let w = [10.0f32, 20.0, 30.0, 40.0];
        v[1] = 5.0;
        v[1] = 1.0;
        v[2] = 1.0;
        v[1] = 2.0;
        v[3] = 2.0;
        v[0] += 1.0;
        v[1] += 1.0;
        for k in 1..=3 {
            v[k] -= 0.5;
        }
        for k in 0..4 {
            v[k] += w[k];
        }
        v[2] *= w[2];
        v[3] = v[0] + v[2];
        assert_eq!(h.a.to_vec(), v.to_vec());
        let mut h = mk();
        assert_eq!(h.swap(), array![10.0, 20.0, 30.0, 40.0]);
        assert_eq!(h.b, array![1.0, 2.0, 3.0, 4.0]);
        assert_eq!(h.a, array![0.0, 0.0, 0.0, 0.0]);
        let mut h = mk();
        h.self_alias();
        // [1,2,3,4] ; rev [4,3,2,1]; [6,4,2,1]; rev [1,2,4,6]
        assert_eq!(h.a, array![1.0, 2.0, 4.0, 6.0]);
        let mut h = mk();
        assert_eq!(h.temps(), 4.0 + 5.0 + 10.0);
        assert_eq!(h.a, array![1.5, 2.0, 2.5, 3.0]);
    });
}
#[brain_jit]
fn f_cond(x: f64) -> f64 {
    if x < 3.0 { 3.0 * x.powi(2) } else { -4.0 * x }
}
#[brain_jit]
fn scan(xs: &Array1<f64>, init: f64) -> (f64, Array1<f64>) {
    let mut carry = init;
    let mut out = Array1::zeros(xs.len());
    for i in 0..xs.len() {
        carry = carry * 0.5 + xs[i];
        out[i] = carry;
    }
    (carry, out)
}
#[brain_jit]
fn scan2(xs: &Array2<f32>, init: &Array1<f32>) -> Array2<f32> {
    let mut h = init.clone();
    let mut out: Array2<f32> = bm::zeros((xs.nrows(), init.len()));
    for (t, x) in xs.rows().into_iter().enumerate() {
        let x: ArrayView1<f32> = x;
        h = bm::tanh(&h + &x);
        out[t] = &h;
    }
    out
}
#[brain_jit]
fn scan3(xs: &Array2<f32>, init: Array1<f32>) -> Vec<Array1<f32>> {
    let mut h = init;
    let mut out = Vec::new();
    for t in 0..xs.nrows() {
        h += &xs[t];
        h *= 0.5;
        out.push(h.clone());
    }
    out.push(h);
    out
}
#[brain_jit]
fn poly(
    x: &Array1<f64>,
    #[static_arg] n: usize,
    #[static_arg] odd: bool,
    #[static_arg(values('a', 'b'))] c: char,
) -> Array1<f64> {
    let mut y = x * 0.0;
    for k in 0..n {
        if odd && k % 2 == 0 {
            continue;
        }
        y += x.mapv(|v| v.powi(k as i32));
    }
    match c {
        'a' => y,
        _ => -y,
    }
}
#[brain_jit]
fn nanf(x: &Array1<f64>) -> (f64, f64, usize, Array1<bool>, f64, f64) {
    (
        bm::max(x),
        bm::min(x),
        bm::argmax(x),
        bm::isnan(x),
        bm::nanmax(x),
        bm::nansum(x),
    )
}
#[brain_jit]
fn broadcasts(a: &Array3<f64>, b: &Array2<f64>, c: &Array1<f64>, d: f64) -> Array4<f64> {
    let e = a * b + c - d;
    &e[(bm::NEWAXIS, .., .., ..)] * array![2.0]
}
#[brain_jit]
fn compare(a: &Array2<i64>, b: &Array1<i64>) -> (Array2<bool>, usize, Array1<i64>) {
    let m = (a >= b) & (a != 3) | !(b < 0);
    let n = bm::sum(&m);
    let w = bm::where_(&m, a, -1);
    (m, n as usize, bm::max_axis(w, 1))
}
#[test]
fn scans_and_broadcasts() {
    each(|_| {
        assert_eq!((f_cond(1.0), f_cond(4.0)), (3.0, -16.0));
        let (c, o) = scan(&array![1.0, 2.0, 3.0], 4.0);
        assert_eq!((c, o), (4.75, array![3.0, 3.5, 4.75]));
        let xs = array![[0.1f32, 0.2], [0.3, 0.4]];
        let o = scan2(&xs, &array![0.0, 1.0]);
        assert_eq!(o[(0, 0)], bm::tanh(0.1f32));
        assert_eq!(o[(1, 1)], bm::tanh(bm::tanh(1.2f32) + 0.4));
        let v = scan3(&array![[2.0f32], [4.0]], array![6.0]);
        assert_eq!(v, vec![array![4.0], array![4.0], array![4.0]]);
        assert_eq!(poly::<4, true>(&array![2.0], 'b'), array![-10.0]);
        assert_eq!(poly::<3, false>(&array![2.0], 'a'), array![7.0]);
        let (mx, mn, am, isn, nm, ns) = nanf(&array![1.0, f64::NAN, 3.0]);
        assert!(mx.is_nan() && mn.is_nan());
        assert_eq!((am, isn, nm, ns), (1, array![false, true, false], 3.0, 4.0));
        let r = broadcasts(
            &Array3::from_elem((2, 1, 3), 2.0),
            &Array2::from_elem((4, 1), 3.0),
            &array![1.0, 2.0, 3.0],
            1.0,
        );
        assert_eq!(r.shape(), [1, 2, 4, 3]);
        assert_eq!(r[(0, 1, 3, 2)], 16.0);
        let (m, n, w) = compare(&array![[1, 3, 5], [0, -2, 7]], &array![1, 2, -6]);
        // a>=b: [t,t,t],[f,f,t]; a!=3 [t,f,t],[t,t,t]; and: [t,f,t],[f,f,t]; !(b<0) = [t,t,f] => [t,t,t],[t,t,t]
        assert_eq!(m, array![[true, true, true], [true, true, true]]);
        assert_eq!((n, w), (6, array![5, 7]));
    });
}
