//! Layers of several types and a recurrent cell, trained inside compiled methods.

use brain_jit::optim::Adam;
use brain_jit::prelude::*;
use brain_jit_tests::backends::each;
use brain_jit_tests::differences::{close, differences};

#[derive(BrainObject)]
struct Dense<T: Real> {
    #[train_var]
    w: Array2<T>,
    #[train_var]
    b: Array1<T>,
    #[static_arg(values("relu", "tanh", "none"))]
    act: &'static str,
}
#[brain_jit]
impl<T: Real> Dense<T> {
    #[differentiable]
    fn forward(&self, x: &Array2<T>) -> Array2<T> {
        let y = bm::dot(x, &self.w) + &self.b;
        if self.act == "relu" {
            bm::relu(y)
        } else if self.act == "tanh" {
            bm::tanh(y)
        } else {
            y
        }
    }
}
#[derive(BrainObject)]
struct Mlp {
    #[child]
    layers: Vec<Dense<f64>>,
    #[child]
    head: Dense<f64>,
    #[variable]
    steps: usize,
    #[variable]
    opt: Adam,
}
#[brain_jit]
impl Mlp {
    #[grad]
    fn loss(&self, x: &Array2<f64>, y: &Array2<f64>) -> (f64, Array2<f64>) {
        let mut h = x + 0.0;
        for layer in self.layers.iter() {
            let out: Array2<f64> = layer.forward(&h);
            h = out;
        }
        let p: Array2<f64> = self.head.forward(&h);
        let l = bm::mean(bm::square(&p - y));
        (l, p)
    }
    fn train(&mut self, x: &Array2<f64>, y: &Array2<f64>, lr: f64) -> f64 {
        let ((l, p), grads) = self.loss_grad(x, y);
        self.head.w -= lr * grads.head.w;
        self.head.b -= lr * grads.head.b;
        for i in 0..self.layers.len() {
            self.layers[i].w -= lr * &grads.layers[i].w;
            self.layers[i].b -= lr * &grads.layers[i].b;
        }
        self.steps += 1;
        assert_eq!(p.nrows(), x.nrows());
        l
    }
}
#[test]
fn layers_in_a_list_with_static_activations() {
    each(|_| {
        let w = |n: usize, m: usize, k: f64| {
            Array2::from_shape_fn((n, m), |(i, j)| {
                ((i * 5 + j * 3) as f64 * 0.7 + k).sin() * 0.6
            })
        };
        let mk = || Mlp {
            layers: vec![
                Dense {
                    w: w(3, 3, 0.1),
                    b: array![0.1, -0.1, 0.2],
                    act: "tanh",
                },
                Dense {
                    w: w(3, 3, 0.2),
                    b: array![0.3, 0.1, 0.2],
                    act: "relu",
                },
            ],
            head: Dense {
                w: w(3, 1, 0.5),
                b: array![0.0],
                act: "none",
            },
            steps: 0,
            opt: Adam::new(0.01),
        };
        let (x, y) = (
            array![[0.5, -1.0, 0.1], [1.0, 0.3, -0.4], [-0.7, 0.2, 0.6]],
            array![[1.0], [0.0], [0.5]],
        );
        let net = mk();
        let (_, g) = net.loss_grad(&x, &y);
        for (i, shape) in [(3, 3), (3, 3)].into_iter().enumerate() {
            let flat = Array1::from_iter(net.layers[i].w.iter().copied());
            let c = differences(&flat, |f| {
                let mut n = mk();
                n.layers[i].w = f.clone().into_shape_with_order(shape).unwrap();
                n.loss(&x, &y).0
            });
            assert!(close(&Array1::from_iter(g.layers[i].w.iter().copied()), &c));
        }
        let c = differences(&net.head.b, |f| {
            let mut n = mk();
            n.head.b = f.clone();
            n.loss(&x, &y).0
        });
        assert!(close(&g.head.b, &c));
        let mut net = mk();
        let first = net.train(&x, &y, 0.1);
        for _ in 0..200 {
            net.train(&x, &y, 0.1);
        }
        assert!(net.train(&x, &y, 0.1) < 0.2 * first);
        assert_eq!(net.steps, 202);
        let mut opt = Adam::new(0.01);
        let mut net = mk();
        for _ in 0..20 {
            let (_, g) = net.loss_grad(&x, &y);
            opt.update(&mut net, &g);
        }
        assert!(net.loss(&x, &y).0 < mk().loss(&x, &y).0);
    });
}

#[derive(BrainObject)]
struct Rnn {
    #[train_var]
    w: Array2<f64>,
    #[train_var]
    tau: f64,
    #[variable]
    v: Array1<f64>,
    #[variable]
    n: usize,
    threshold: f64,
}
#[brain_jit]
impl Rnn {
    fn cell(&mut self, x: &Array1<f64>) -> Array1<f64> {
        let decay = bm::exp(-1.0 / self.tau);
        self.v[..] = decay * &self.v + bm::dot(&self.w, x);
        let z = bm::tanh(&self.v - self.threshold);
        self.v -= 0.3 * &z;
        z
    }
    #[grad]
    fn run(&mut self, xs: &Array2<f64>) -> (f64, Array1<f64>) {
        let mut total = 0.0;
        let mut trace = Array1::<f64>::zeros(2);
        for t in 0..xs.nrows() {
            let z = self.cell(&xs[t]);
            if t % 2 == 0 {
                total += bm::sum(bm::square(&z));
            } else {
                trace = 0.5 * trace + &z;
            }
            self.n += 1;
        }
        (total + bm::sum(&trace), trace)
    }
    #[grad(w, v, checkpoint = 3)]
    fn run2(&mut self, xs: &Array2<f64>) -> f64 {
        let mut total = 0.0;
        for x in xs.rows() {
            let z = self.cell(&x.to_owned());
            total += bm::sum(&z) * bm::sum(&self.v);
        }
        let mut k = 0;
        while k < 4 && total.abs() < 50.0 {
            total = total * 1.1 + bm::sum(&self.v);
            k += 1;
        }
        total
    }
}
#[test]
fn a_recurrent_cell_with_aux_and_checkpoints() {
    each(|_| {
        let mk = || Rnn {
            w: array![[0.3, -0.5], [0.7, 0.2]],
            tau: 3.0,
            v: array![0.1, -0.2],
            n: 0,
            threshold: 0.2,
        };
        let xs = Array2::from_shape_fn((7, 2), |(i, j)| ((i * 3 + j) as f64).sin());
        let mut r = mk();
        let ((l, tr), g) = r.run_grad(&xs);
        let mut q = mk();
        let (l2, tr2) = q.run(&xs);
        assert_eq!((l, &tr), (l2, &tr2));
        assert_eq!(r.v, q.v);
        assert_eq!(r.n, 7);
        let flat = Array1::from_iter(mk().w.iter().copied());
        let c = differences(&flat, |f| {
            let mut n = mk();
            n.w = f.clone().into_shape_with_order((2, 2)).unwrap();
            n.run(&xs).0
        });
        assert!(close(&Array1::from_iter(g.w.iter().copied()), &c));
        let c = differences(&array![3.0], |f| {
            let mut n = mk();
            n.tau = f[0];
            n.run(&xs).0
        });
        assert!((g.tau - c[0]).abs() < 1e-6);
        let mut r = mk();
        let (l, g) = r.run2_grad(&xs);
        assert_eq!(l, mk().run2(&xs));
        let c = differences(&flat, |f| {
            let mut n = mk();
            n.w = f.clone().into_shape_with_order((2, 2)).unwrap();
            n.run2(&xs)
        });
        assert!(close(&Array1::from_iter(g.w.iter().copied()), &c));
        let c = differences(&mk().v, |f| {
            let mut n = mk();
            n.v = f.clone();
            n.run2(&xs)
        });
        assert!(close(&g.v, &c));
    });
}

#[derive(BrainObject)]
struct Unit {
    #[train_var]
    w: Array1<f64>,
    #[train_var]
    b: f64,
}

#[brain_jit]
impl Unit {
    #[differentiable]
    fn loss(&self, x: &Array1<f64>) -> f64 {
        bm::sum(bm::square(&self.w * x + self.b))
    }
}

#[derive(BrainObject)]
struct Units {
    #[child]
    units: Vec<Unit>,
}

#[brain_jit]
impl Units {
    #[grad]
    fn loss(&self, x: &Array1<f64>) -> f64 {
        let mut total = 0.0;
        for i in 0..2 {
            let part: f64 = self.units[i].loss(x);
            total += part;
        }
        total
    }

    /// Names gradients of children where they are not evaluated once, in front of the statement.
    fn named_later(&mut self, x: &Array1<f64>) -> [f64; 4] {
        let (_, grads) = self.loss_grad(x);
        let sum: f64 = (0..2).map(|i| grads.units[i].b).sum();
        let mut count = 0;
        while count < 2 && grads.units[count].b > 0.0 {
            count += 1;
        }
        let chosen = match self.units.len() {
            2 => grads.units[1].b,
            n => grads.units[n].b,
        };
        let guarded = if count < 2 && grads.units[count].b > 0.0 {
            1.0
        } else if count < 2 {
            grads.units[count].b
        } else {
            2.0
        };
        for i in 0..2 {
            self.units[i].w -= 0.5 * &grads.units[i].w;
        }
        [sum, count as f64, chosen, guarded]
    }
}

#[test]
fn gradients_of_children_are_named_where_they_are_evaluated() {
    each(|_| {
        let unit = |b| Unit {
            w: array![1.0, 2.0],
            b,
        };
        let mut model = Units {
            units: vec![unit(0.5), unit(1.5)],
        };
        // 2 (w x + b) summed: 8 and 12.
        assert_eq!(model.named_later(&array![1.0, 1.0]), [20.0, 2.0, 12.0, 2.0]);
        assert_eq!(model.units[1].w, array![-1.5, -1.5]);
    });
}
