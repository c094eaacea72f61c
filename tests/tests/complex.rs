//! Complex arrays in compiled methods.

use brain_jit::prelude::*;
use brain_jit::with_backend;

#[derive(BrainObject)]
struct Wave {
    k: f64,
    w: Complex64,
    #[variable]
    z: Array1<Complex64>,
    #[variable]
    a: Array1<f64>,
}

#[brain_jit]
impl Wave {
    fn expi(&self, x: &Array1<f64>) -> Array1<Complex64> {
        bm::exp(Complex64::new(0.0, 1.0) * x)
    }
    fn modulus(&self) -> Array1<f64> {
        bm::abs(&self.z)
    }
    fn parts(&self) -> Array1<f64> {
        bm::real(&self.z) + 2.0 * bm::imag(&self.z) + bm::angle(&self.z)
    }
    fn power(&self) -> f64 {
        bm::sum(bm::real(bm::conj(&self.z) * &self.z))
    }
    fn mean(&self) -> Complex64 {
        bm::mean(&self.z)
    }
    fn var(&self) -> f64 {
        bm::var(&self.z)
    }
    fn mixed(&mut self) {
        self.z *= &self.a;
        self.z += 2.0;
        self.z[..] = &self.z * self.k + self.w * &self.a;
    }
    fn functions(&self) -> Array1<Complex64> {
        bm::sqrt(&self.z)
            + bm::sin(&self.z) * bm::tanh(&self.z)
            + bm::log(&self.z)
            + bm::power(&self.z, 2.0)
            + bm::reciprocal(&self.z)
    }
    fn isnan(&self) -> Array1<bool> {
        bm::isnan(&self.z)
    }
    fn rank2(&self, m: &Array2<Complex64>) -> Array1<Complex64> {
        bm::sum_axis(m, 0) + bm::mean_axis(m, 1)
    }
    fn write_real(&mut self) {
        self.z[..] = &self.a;
    }
    fn choose(&self) -> Array1<Complex64> {
        bm::where_(&self.a > 1.0, &self.z, 0.0)
    }
    fn matvec(&self, m: &Array2<Complex64>) -> Array1<Complex64> {
        bm::dot(m, &self.z)
    }
}

#[test]
fn complex_arrays() {
    let c64 = Complex64::new;
    let z = array![c64(1.0, 2.0), c64(-0.5, 0.25), c64(3.0, -1.0)];
    let model = || Wave {
        k: 0.5,
        w: c64(1.0, -1.0),
        z: z.clone(),
        a: array![1.0, 2.0, 3.0],
    };
    for b in [Backend::Plain, Backend::Serial] {
        with_backend(b, || {
            let mut c = model();
            let e = c.expi(&array![0.0, 1.0, 2.0]);
            assert!((e[1] - c64(1.0f64.cos(), 1.0f64.sin())).norm() < 1e-15);
            assert_eq!(c.modulus()[0], 5.0f64.sqrt());
            assert_eq!(c.parts()[0], 1.0 + 4.0 + 2.0f64.atan2(1.0));
            assert!((c.power() - z.iter().map(|z| z.norm_sqr()).sum::<f64>()).abs() < 1e-14);
            assert!((c.mean() - z.sum() / 3.0).norm() < 1e-15);
            let m = z.sum() / 3.0;
            assert!(
                (c.var() - z.iter().map(|z| (z - m).norm_sqr()).sum::<f64>() / 3.0).abs() < 1e-14
            );
            assert_eq!(c.isnan(), array![false, false, false]);
            let f = c.functions();
            for (f, z) in f.iter().zip(&z) {
                assert!(
                    (f - (z.sqrt() + z.sin() * z.tanh() + z.ln() + z * z + 1.0 / z)).norm() < 1e-13
                );
            }
            c.mixed();
            assert!((c.z[1] - ((z[1] * 2.0 + 2.0) * 0.5 + c64(2.0, -2.0))).norm() < 1e-14);
            c.write_real();
            assert_eq!(c.z[2], c64(3.0, 0.0));
            assert_eq!(c.choose()[0], c64(0.0, 0.0));
            let m = Array2::from_elem((3, 3), c64(0.0, 1.0));
            c.rank2(&m);
            assert_eq!(c.matvec(&m)[0], c64(0.0, 6.0));
        })
    }
}
