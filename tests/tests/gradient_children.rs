//! Gradients through lists of children.

use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Layer {
    #[train_var]
    w: Array2<f64>,
    #[train_var]
    b: Array1<f64>,
    scale: f64,
}

#[brain_jit]
impl Layer {
    #[differentiable]
    fn update(&self, x: &Array2<f64>) -> Array2<f64> {
        bm::tanh(bm::dot(x, &self.w) + &self.b) * self.scale
    }

    /// An argument without a gradient before one that has one.
    #[differentiable]
    fn repeated(&self, times: usize, x: &Array2<f64>) -> Array2<f64> {
        let mut y = x * 1.0;
        for _ in 0..times {
            y = bm::tanh(bm::dot(&y, &self.w));
        }
        y
    }
}

#[derive(BrainObject)]
struct Deep {
    #[child]
    layers: Vec<Layer>,
    #[train_var]
    gain: f64,
}

#[brain_jit]
impl Deep {
    #[grad]
    fn walk(&self, x: &Array2<f64>) -> f64 {
        let mut h = x * self.gain;
        for layer in &self.layers {
            let y: Array2<f64> = layer.update(&h);
            h = y;
        }
        bm::sum(bm::square(&h))
    }

    #[grad]
    fn count(&self, x: &Array2<f64>) -> f64 {
        let mut h = x * self.gain;
        for i in 0..self.layers.len() {
            let y: Array2<f64> = self.layers[i].update(&h);
            h = 0.5 * y + h;
        }
        bm::sum(bm::square(&h))
    }

    #[grad]
    fn numbered(&self, x: &Array2<f64>) -> f64 {
        let mut h = x * self.gain;
        for (i, layer) in self.layers.iter().enumerate() {
            let y: Array2<f64> = layer.update(&h);
            if i > 0 {
                h += y;
            } else {
                h = y;
            }
        }
        bm::sum(bm::square(&h))
    }

    #[grad]
    fn single(&self, x: &Array2<f64>) -> f64 {
        let h: Array2<f64> = self.layers[0].update(x);
        let last = self.layers.len() - 1;
        let y: Array2<f64> = self.layers[last].repeated(2, &h);
        bm::sum(y) * self.gain
    }

    #[grad]
    fn decay(&self, x: &Array2<f64>) -> f64 {
        let mut h = x * self.gain;
        let mut penalty = 0.0;
        for layer in self.layers.iter() {
            let y: Array2<f64> = layer.update(&h);
            let w: Array2<f64> = layer.w.clone();
            penalty += 0.1 * bm::sum(bm::square(&w));
            h = y;
        }
        bm::sum(&h) + penalty
    }

    fn train(&mut self, x: &Array2<f64>) -> f64 {
        let (loss, grads) = self.walk_grad(x);
        *self.gain = self.gain - 0.01 * grads.gain;
        loss
    }
}

fn deep() -> Deep {
    let layer = |k: usize| Layer {
        w: Array2::from_shape_fn((2, 2), |(i, j)| ((i + 3 * j + 5 * k) as f64).sin()),
        b: array![0.1 * k as f64, -0.2],
        scale: 1.0 + 0.1 * k as f64,
    };
    Deep {
        layers: (0..3).map(layer).collect(),
        gain: 0.7,
    }
}

macro_rules! check {
    ($x:expr, $($f:ident $grad:ident)*) => {$({
        let (value, g) = deep().$grad($x);
        assert_eq!(value, deep().$f($x), stringify!($f));
        assert_eq!(g.layers.len(), 3);
        let slope = |change: &dyn Fn(&mut Deep, f64)| {
            let at = |h: f64| {
                let mut model = deep();
                change(&mut model, h);
                model.$f($x)
            };
            (at(1e-6) - at(-1e-6)) / 2e-6
        };
        for k in 0..3 {
            for i in 0..2 {
                for j in 0..2 {
                    let d = slope(&|m, h| m.layers[k].w[(i, j)] += h);
                    let found = g.layers[k].w[(i, j)];
                    assert!((d - found).abs() < 1e-8 * d.abs().max(1.0), "{} {k}: {d} {found}", stringify!($f));
                }
                let d = slope(&|m, h| m.layers[k].b[i] += h);
                assert!((d - g.layers[k].b[i]).abs() < 1e-8 * d.abs().max(1.0));
            }
        }
        let d = slope(&|m, h| m.gain += h);
        assert!((d - g.gain).abs() < 1e-8 * d.abs().max(1.0));
    })*};
}

#[test]
fn against_central_differences() {
    let x = array![[0.3, -0.4], [1.0, 0.2], [-0.6, 0.5]];
    for backend in [Backend::Plain, Backend::Serial] {
        brain_jit::with_backend(backend, || {
            check! { &x, walk walk_grad count count_grad numbered numbered_grad single single_grad decay decay_grad }
        })
    }
}

#[test]
fn optimizers_reach_every_layer() {
    let x = array![[0.3, -0.4], [1.0, 0.2]];
    let mut model = deep();
    let mut optimizer = brain_jit::optim::SGD::new(0.05);
    let (first, grads) = model.walk_grad(&x);
    optimizer.update(&mut model, &grads);
    assert_eq!(
        model.layers[2].w,
        &deep().layers[2].w - &grads.layers[2].w * 0.05
    );
    let mut into = grads;
    for _ in 0..100 {
        model.walk_grad_into(&x, &mut into);
        optimizer.update(&mut model, &into);
    }
    assert!(model.walk(&x) < 0.1 * first);
    let mut model = deep();
    let loss = model.train(&x);
    assert!(model.walk(&x) < loss);
}

#[derive(BrainObject)]
struct Outer {
    #[child]
    first: Layer,
}

#[brain_jit]
impl Outer {
    #[grad]
    fn piled(&self, x: &Array2<f64>) -> f64 {
        let h: Array2<f64> = bm::cumsum_axis(self.first.update(x), 0);
        bm::sum(h)
    }
}

#[test]
fn a_child_in_the_argument_of_a_function() {
    let mut outer = Outer {
        first: Layer {
            w: array![[0.5, -0.2], [0.1, 0.3]],
            b: array![0.1, 0.2],
            scale: 2.0,
        },
    };
    let x = array![[0.3, 0.7], [-0.4, 0.2]];
    let grads = outer.piled_grad(&x).1;
    let h = 1e-6;
    outer.first.w[(0, 1)] += h;
    let up = outer.piled(&x);
    outer.first.w[(0, 1)] -= 2.0 * h;
    let slope = (up - outer.piled(&x)) / (2.0 * h);
    assert!((grads.first.w[(0, 1)] - slope).abs() < 1e-8);
}
