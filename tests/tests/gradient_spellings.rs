//! Spellings of ndarray and Rust in differentiated code, against central differences.

use brain_jit::prelude::*;
use brain_jit_tests::differences::{assert_close as close, differences};

macro_rules! table {
    ($($name:ident, $grad:ident: |$x:ident| $body:block)*) => {
        $(#[brain_jit(grad($x))] fn $name($x: &Array1<f64>) -> f64 $body)*

        #[test]
        fn against_central_differences() {
            let x = array![0.3, -0.7, 1.2, 0.9, -0.2, 0.5];
            for backend in [Backend::Plain, Backend::Serial] {
                brain_jit::with_backend(backend, || {
                    $({
                        let (value, g) = $grad(&x);
                        assert!((value - $name(&x)).abs() <= 1e-15 * value.abs(), "{}", stringify!($name));
                        close(&g.$x, &differences(&x, $name), stringify!($name));
                    })*
                })
            }
        }
    };
}

table! {
    elements, elements_grad: |x| { let mut s = 0.0; for v in x { s += v.sin() * *v; } s }
    listed, listed_grad: |x| { let mut s = 1.0; for v in x.iter() { s *= 1.0 + 0.5 * v; } s }
    copied, copied_grad: |x| { let mut s = 0.0; for &v in x { if v > 0.0 { s += v * v; } else { s -= v; } } s }
    numbered, numbered_grad: |x| { let mut s = 0.0; for (i, v) in x.iter().enumerate() { s += v * v * i as f64; } s }
    paired, paired_grad: |x| { let y = array![1.0, 2.0, 3.0]; let z = bm::exp(x); let mut s = 0.0; for (a, b) in x.iter().zip(&y) { s += a * b; } for (i, (a, b)) in x.iter().zip(z.iter()).enumerate() { s += a * b * i as f64; } s }
    rows, rows_grad: |x| { let m: Array2<f64> = bm::reshape(x, (3, 2)); let mut h = bm::zeros::<f64, _>(2); for row in m.rows() { h = bm::tanh(&row + 0.5 * &h); } for row in m.outer_iter() { h += &row; } for row in m.axis_iter(Axis(0)) { h = &h * &row; } bm::sum(&h) }
    views, views_grad: |x| { let m: Array2<f64> = bm::reshape(x, (2, 3)); bm::sum(m.row(1)) * bm::sum(bm::square(m.column(2))) + bm::sum(&x.slice(s![1..4]) * &x.slice(s![..;2])) }
    sliced, sliced_grad: |x| { let m: Array2<f64> = bm::reshape(x, (2, 3)); let a = m.slice(s![.., 1..]); let b = m.slice(s![0, ..2]); bm::sum(bm::square(&a * &b)) }
    means, means_grad: |x| { let m: Array2<f64> = bm::reshape(x, (2, 3)); x.mean().unwrap() * x[0] + bm::sum(bm::square(m.sum_axis(Axis(0)))) + bm::sum(bm::exp(m.mean_axis(Axis(1)).unwrap())) }
    widened, widened_grad: |x| { let a: Array2<f64> = bm::expand_dims(x, 0); let b: Array2<f64> = bm::unsqueeze(x, 1); let c: Array1<f64> = bm::squeeze_axis(&a, 0); bm::sum(bm::square(bm::dot(&b, &a))) + bm::sum(bm::exp(c)) }
    products, products_grad: |x| { let m: Array2<f64> = bm::reshape(x, (2, 3)); let n = bm::sin(&m); let row = 2.0 * m[0]; bm::inner(x, x) + bm::sum(bm::square(bm::inner(&m, &n))) + bm::sum(bm::inner(&m, &row)) }
    clamped, clamped_grad: |x| { x[2].clamp(0.1, 0.5) * x[3].clamp(0.1, 2.0) + bm::sum(bm::square(x.clamp(-0.5, 1.0))) }
    chained, chained_grad: |x| { let mut m = bm::zeros::<f64, _>((2, 3)); for t in 0..2 { for i in 0..3 { m[t][i] = x[t + i] * x[i]; } m[t][1..] *= 2.0; m[t][0] += x[5]; } bm::sum(bm::square(&m)) + m[1][2] * m[(0, 1)] }
    parts, parts_grad: |x| { bm::sum(bm::real(x) * bm::conj(x) + bm::imag(x)) }
}

#[derive(BrainObject)]
struct Tiles {
    #[train_var]
    w: Array1<f64>,
}

#[brain_jit]
impl Tiles {
    fn scaled(&self, factor: f64) -> Array1<f64> {
        let by = factor * 2.0;
        let squares: Array1<f64> = bm::square(&self.w);
        squares * by
    }

    /// The rank that is written stays known while a method that is inlined writes types of its own.
    #[grad]
    fn loss(&self) -> f64 {
        let tiles: Array2<f64> = bm::tile(self.scaled(0.5), (2, 1))
            .into_dimensionality()
            .unwrap();
        bm::sum(tiles)
    }

    fn twice(&self) -> Array1<f64> {
        self.scaled(1.0)
    }

    /// Methods that read what the gradient is asked for, in the argument of a function.
    #[grad]
    fn running(&self) -> f64 {
        let c: Array1<f64> = bm::cumsum(self.twice());
        bm::sum(c) + bm::max(self.scaled(0.5))
    }
}

#[test]
fn a_written_rank_outlives_an_inlined_method() {
    let tiles = Tiles {
        w: array![1.0, -2.0],
    };
    assert_eq!(tiles.loss_grad().1.w, array![4.0, -8.0]);
    assert_eq!(tiles.running_grad().1.w, array![8.0, -8.0 - 4.0]);
}
