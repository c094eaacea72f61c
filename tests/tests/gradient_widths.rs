//! Gradients through lists of layers of different widths.

use brain_jit::prelude::*;
use brain_jit_tests::backends;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array2<f64>,
    #[train_var]
    b: Array1<f64>,
}

#[brain_jit]
impl Layer {
    #[differentiable]
    #[jvp(x)]
    fn update(&self, x: &Array2<f64>) -> Array2<f64> {
        bm::tanh(bm::dot(x, &self.w) + &self.b)
    }
}

#[derive(BrainObject)]
struct Perceptron {
    #[child]
    layers: Vec<Layer>,
}

#[brain_jit]
impl Perceptron {
    #[grad]
    fn walk(&self, x: &Array2<f64>) -> f64 {
        let mut h = x.clone();
        for layer in &self.layers {
            h = layer.update(&h);
        }
        bm::sum(bm::square(&h))
    }

    #[grad]
    fn count(&self, x: &Array2<f64>) -> f64 {
        let mut h = x * 0.5;
        for i in 0..self.layers.len() {
            let y: Array2<f64> = self.layers[i].update(&h);
            h = 0.5 * y;
        }
        bm::mean(bm::square(&h))
    }

    /// The layers' own arrays, and what is scaled between them.
    #[grad(checkpoint = 2)]
    fn written(&self, x: &Array2<f64>) -> f64 {
        let mut h = x.clone();
        let mut penalty = 0.0;
        for layer in self.layers.iter() {
            let w: Array2<f64> = layer.w.clone();
            let b: Array1<f64> = layer.b.clone();
            h = bm::sigmoid(bm::dot(&h, &w) + &b);
            h *= 2.0;
            penalty += bm::sum(bm::square(&w));
        }
        bm::sum(&h) + 0.1 * penalty
    }

    #[jvp(x)]
    fn along(&self, x: &Array2<f64>) -> Array2<f64> {
        let mut h = x.clone();
        for layer in &self.layers {
            h = layer.update(&h);
        }
        h
    }
}

fn perceptron() -> Perceptron {
    let widths = [3, 5, 4, 2];
    let layer = |k: usize| Layer {
        w: Array2::from_shape_fn((widths[k], widths[k + 1]), |(i, j)| {
            ((i + 3 * j + 5 * k) as f64).sin()
        }),
        b: Array1::from_shape_fn(widths[k + 1], |i| 0.1 * i as f64 - 0.2),
    };
    Perceptron {
        layers: (0..3).map(layer).collect(),
    }
}

fn x() -> Array2<f64> {
    Array2::from_shape_fn((6, 3), |(i, j)| ((i * 3 + j) as f64).cos())
}

macro_rules! check {
    ($($f:ident $grad:ident)*) => {$({
        let x = x();
        let (value, g) = perceptron().$grad(&x);
        assert_eq!(value, perceptron().$f(&x));
        let slope = |change: &dyn Fn(&mut Perceptron, f64)| {
            let at = |h: f64| {
                let mut model = perceptron();
                change(&mut model, h);
                model.$f(&x)
            };
            (at(1e-5) - at(-1e-5)) / 2e-5
        };
        for (k, layer) in perceptron().layers.iter().enumerate() {
            for (at, _) in layer.w.indexed_iter() {
                let (d, found) = (slope(&|m, h| m.layers[k].w[at] += h), g.layers[k].w[at]);
                assert!((d - found).abs() < 1e-8 * d.abs().max(1.0), "{} w {k} {at:?}: {d} {found}", stringify!($f));
            }
            for at in 0..layer.b.len() {
                let (d, found) = (slope(&|m, h| m.layers[k].b[at] += h), g.layers[k].b[at]);
                assert!((d - found).abs() < 1e-8 * d.abs().max(1.0), "{} b {k} {at}: {d} {found}", stringify!($f));
            }
        }
    })*};
}

#[test]
fn layers_of_a_list_may_differ_in_width() {
    backends::each(|_| {
        check!(walk walk_grad count count_grad written written_grad);
    });
}

#[test]
fn forward_mode_goes_through_layers_of_different_widths() {
    backends::each(|_| {
        let direction = Array2::from_shape_fn((6, 3), |(i, j)| ((i + 2 * j) as f64).sin());
        let (value, slope) = perceptron().along_jvp(&x(), &direction);
        assert_eq!(value, perceptron().along(&x()));
        let at = |h: f64| perceptron().along(&(x() + &direction * h));
        let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!(
            slope
                .iter()
                .zip(&difference)
                .all(|(a, b)| (a - b).abs() < 1e-8)
        );
    });
}
