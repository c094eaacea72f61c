//! Every element type and rank, slices with steps, broadcasting of what is written.

use brain_jit::prelude::*;
use brain_jit_tests::backends::each;

#[derive(BrainObject)]
struct Zoo {
    #[variable]
    a: Array1<i8>,
    #[variable]
    b: Array1<u8>,
    #[variable]
    c: Array2<usize>,
    #[variable]
    d: Array1<bool>,
    #[variable]
    e: Array1<Complex64>,
    #[variable]
    f: Array3<i16>,
    #[variable]
    g: Array4<f32>,
    #[variable]
    h: Array0<f64>,
    #[variable]
    s: i32,
}

#[brain_jit]
impl Zoo {
    fn ints(&mut self) {
        self.a += 100;
        self.a[..] = self.a.mapv(|x| x.wrapping_add(1));
        self.b <<= 9;
        self.b[..] = bm::floor_divide(&self.b, 3);
        self.c %= 3;
        self.c[(0, ..)] = 7;
        self.d ^= true;
        self.d[..] = !&self.d | (&self.a > 0);
        self.f[(.., 0, ..)] *= 2;
        self.f[(-1, .., 1)] = -3;
        self.g[(0, .., 1.., ..)] += 1.0;
        self.h += 2.0;
        self.s <<= 2;
        self.s |= 1;
    }
    fn cplx(&mut self, x: &Array1<f64>) -> Array1<f64> {
        self.e *= x;
        self.e += Complex64::new(0.0, 1.0);
        bm::abs(&self.e) + bm::real(&self.e)
    }
    fn casts(&self) -> (Array1<f32>, Array1<u8>, Array1<i64>, Array1<f64>) {
        (
            &self.a as f32 * 0.5,
            &self.d as u8,
            (&self.b as f32 - 0.5) as i64,
            &self.d as f64,
        )
    }
    fn sums(&self) -> (i64, u64, usize, bool, Array1<i64>, f64) {
        (
            bm::sum(&self.a),
            bm::sum(&self.b),
            bm::argmax(&self.b),
            bm::any(&self.d),
            bm::sum_axis(&self.c, -1) as i64,
            bm::mean(&self.a),
        )
    }
    fn zero(&mut self) -> f64 {
        let q = &self.h * 3.0 + 1.0;
        self.h[..] = q;
        self.h[()]
    }
}

#[test]
fn arithmetic_of_every_type() {
    each(|_| {
        let mut z = Zoo {
            a: array![100, -100, 27],
            b: array![1, 255, 7],
            c: array![[1, 2, 3], [4, 5, 6]],
            d: array![true, false, true],
            e: array![Complex64::new(1.0, 2.0), Complex64::new(0.0, -1.0)],
            f: Array3::from_elem((2, 2, 2), 5),
            g: Array4::zeros((1, 2, 2, 3)),
            h: Array0::from_elem((), 1.0),
            s: 5,
        };
        z.ints();
        assert_eq!(z.a, array![-55, 1, -128]);
        // shift masks: 9 & 7 = 1
        assert_eq!(z.b, array![0, 84, 4]);
        assert_eq!(z.c, array![[7, 7, 7], [1, 2, 0]]);
        // d: [f,t,f]; !d = [t,f,t] | a>0 [f,t,f]
        assert_eq!(z.d, array![true, true, true]);
        assert_eq!(z.f[(0, 0, 0)], 10);
        assert_eq!(z.f[(1, 0, 1)], -3);
        assert_eq!(z.f[(1, 1, 0)], 5);
        assert_eq!(z.g.sum(), 6.0);
        assert_eq!(z.h[()], 3.0);
        assert_eq!(z.s, 21);
        let r = z.cplx(&array![2.0, 3.0]);
        assert_eq!(
            z.e,
            array![Complex64::new(2.0, 5.0), Complex64::new(0.0, -2.0)]
        );
        assert!((r[0] - (29f64.sqrt() + 2.0)).abs() < 1e-14);
        let (p, q, s, t) = z.casts();
        assert_eq!(p, array![-27.5, 0.5, -64.0]);
        assert_eq!(q, array![1, 1, 1]);
        assert_eq!(s, array![0, 83, 3]);
        assert_eq!(t, array![1.0, 1.0, 1.0]);
        let (s1, s2, am, an, sx, mean) = z.sums();
        assert_eq!((s1, s2, am, an), (-182, 88, 1, true));
        assert_eq!(sx, array![21, 3]);
        assert!((mean + 182.0 / 3.0).abs() < 1e-12);
        assert_eq!(z.zero(), 10.0);
    });
}

#[derive(BrainObject)]
struct Sl {
    #[variable]
    v: Array1<f64>,
    #[variable]
    m: Array2<f64>,
}

#[brain_jit]
impl Sl {
    fn rev(&mut self) -> Array1<f64> {
        let r = &self.v[s![..;-1]] * 1.0;
        self.v[s![..;-1]] = &self.v[..];
        r
    }
    fn rev2(&mut self) {
        self.v[..] = &self.v[s![..;-1]];
    }
    fn step(&mut self) {
        self.v[s![1..;2]] += &self.v[s![..;2]];
        self.m[s![.., ..;-1]] = &self.v;
        self.m[(.., 0)] = array![7.0, 8.0];
        self.m[s![0, ..]] *= 2.0;
    }
    fn bro(&mut self, row: &Array1<f64>, col: &Array2<f64>) {
        self.m[..] = row + col;
        self.m += row;
        self.m *= col;
        self.m[1..] = row;
        self.m[(.., 1..)] -= 1.0;
    }
    fn neg(&mut self) -> f64 {
        self.v[-1] += self.v[-2] * 2.0;
        self.v[..-1] *= 10.0;
        self.v[-2..] = 5.0;
        self.m[(-1, -1)] = 3.0;
        self.v[-1] + self.m[(-1, 0)]
    }
    fn newaxis(&self) -> Array2<f64> {
        &self.v[(.., bm::NEWAXIS)] - &self.v[(bm::NEWAXIS, ..)]
    }
    fn idx(&mut self, i: &Array1<i64>, j: &[usize], k: &Vec<u8>) -> Array1<f64> {
        self.v[i] += 1.0;
        self.v[j] *= 2.0;
        bm::add_at(&mut self.v, k, 10.0);
        let t = &self.v[i] + &self.v[j];
        self.m[i] = 0.0;
        t
    }
    fn mask2(&mut self, lim: f64) -> Array1<f64> {
        let big = &self.m[&self.m > lim];
        self.m[&self.m > lim] = lim;
        self.m[&self.m < 0.0] += 100.0;
        big
    }
}

#[test]
fn views_and_lists_as_targets() {
    each(|_| {
        let mk = || Sl {
            v: array![1.0, 2.0, 3.0, 4.0],
            m: array![[1.0, 2.0, 3.0, 4.0], [-5.0, 6.0, 7.0, 8.0]],
        };
        let mut s = mk();
        assert_eq!(s.rev(), array![4.0, 3.0, 2.0, 1.0]);
        assert_eq!(s.v, array![4.0, 3.0, 2.0, 1.0]);
        s.rev2();
        assert_eq!(s.v, array![1.0, 2.0, 3.0, 4.0]);
        s.step();
        assert_eq!(s.v, array![1.0, 3.0, 3.0, 7.0]);
        assert_eq!(s.m, array![[14.0, 6.0, 6.0, 2.0], [8.0, 3.0, 3.0, 1.0]]);
        let mut s = mk();
        s.bro(&array![1.0, 2.0, 3.0, 4.0], &array![[1.0], [10.0]]);
        assert_eq!(s.m, array![[3.0, 4.0, 6.0, 8.0], [1.0, 1.0, 2.0, 3.0]]);
        let mut s = mk();
        assert_eq!(s.neg(), 0.0);
        assert_eq!(s.v, array![10.0, 20.0, 5.0, 5.0]);
        let s = mk();
        assert_eq!(s.newaxis()[(3, 1)], 2.0);
        let mut s = mk();
        assert_eq!(
            s.idx(&array![0, 1, 1], &[3, 0, 1], &vec![2, 2]),
            array![2.0 * 2.0 + 8.0, 6.0 + 4.0, 12.0]
        );
        assert_eq!(s.v, array![4.0, 6.0, 23.0, 8.0]);
        assert_eq!(s.m.sum(), 0.0);
        let mut s = mk();
        assert_eq!(s.mask2(5.0), array![6.0, 7.0, 8.0]);
        assert_eq!(s.m, array![[1.0, 2.0, 3.0, 4.0], [95.0, 5.0, 5.0, 5.0]]);
        // empty
        let mut s = Sl {
            v: array![],
            m: Array2::zeros((0, 4)),
        };
        s.rev();
        s.rev2();
    });
}
