//! Traits implemented by compiled blocks: on a struct of the same module, of another one, and of another crate.

use brain_jit::prelude::*;
use brain_jit::with_backend;
use brain_jit_other_crate::{RenamedPair, synapses::Exponential};

const BACKENDS: [Backend; 3] = [Backend::Plain, Backend::Serial, Backend::Parallel];

mod models {
    use brain_jit::prelude::*;

    #[derive(BrainObject)]
    pub struct Cell {
        pub tau: f64,
        #[variable]
        pub v: Array1<f64>,
    }

    #[brain_jit]
    impl Cell {
        pub fn decay(&mut self, dt: f64) {
            self.v *= bm::exp(-dt / self.tau);
        }
    }

    pub mod deep {
        use brain_jit::prelude::*;

        #[derive(BrainObject)]
        pub struct Layer<T: Real> {
            #[variable]
            pub v: Array1<T>,
        }
    }
}

trait Step {
    fn step(&mut self, x: &Array1<f64>);
    fn rates(&self) -> Array1<f64>;
    fn total(&self, k: f64) -> f64;

    fn twice(&mut self, x: &Array1<f64>) {
        self.step(x);
        self.step(x);
    }
}

#[brain_jit]
impl Step for models::Cell {
    fn step(&mut self, x: &Array1<f64>) {
        self.v += x / self.tau;
    }
    fn rates(&self) -> Array1<f64> {
        &self.v * 2.0
    }
    fn total(&self, k: f64) -> f64 {
        bm::sum(self.rates()) * k
    }
}

#[brain_jit]
impl Step for models::deep::Layer<f64> {
    fn step(&mut self, x: &Array1<f64>) {
        self.v += x;
    }
    fn rates(&self) -> Array1<f64> {
        &self.v * 3.0
    }
    fn total(&self, k: f64) -> f64 {
        bm::sum(&self.v) * k
    }
}

#[brain_jit]
impl Step for Exponential<f64> {
    fn step(&mut self, x: &Array1<f64>) {
        self.g += x / self.tau;
    }
    fn rates(&self) -> Array1<f64> {
        &self.g / 2.0
    }
    fn total(&self, mut k: f64) -> f64 {
        k += 1.0;
        bm::sum(&self.g) * k
    }
}

#[brain_jit]
impl<const N: usize> Step for RenamedPair<f64, N> {
    fn step(&mut self, x: &Array1<f64>) {
        self.first.g += x * 2.0;
    }
    fn rates(&self) -> Array1<f64> {
        &self.first.g / 2.0
    }
    fn total(&self, k: f64) -> f64 {
        bm::sum(&self.first.g) * k
    }
}

/// Associated types and constants, type parameters; steps and gradients of methods of a trait.
trait Relax<T> {
    const SCALE: f64;
    type Rates;
    fn scaled(&self, x: T) -> Self::Rates;
    fn loss(&self, x: T) -> T;
    fn dg(&self, g: T, t: T) -> T;
    fn run(&mut self, dt: T);
}

#[brain_jit]
impl<T: Real> Relax<T> for Exponential<T> {
    const SCALE: f64 = 2.0;
    type Rates = Array1<T>;

    fn scaled(&self, x: T) -> Self::Rates {
        let zero = Self::Rates::zeros(self.g.len());
        &self.g * x * T::from_f64(Self::SCALE) + zero
    }
    #[grad(x)]
    fn loss(&self, x: T) -> T {
        bm::sum(&self.g) * x * x
    }
    #[integrate(exp_euler)]
    fn dg(&self, g: T, t: T) -> T {
        -g / self.tau
    }
    fn run(&mut self, dt: T) {
        self.g[..] = self.dg_step(&self.g, 0.0, dt);
    }
}

#[brain_jit]
impl Relax<f64> for models::Cell {
    const SCALE: f64 = 3.0;
    type Rates = Array1<f64>;

    fn scaled(&self, x: f64) -> Self::Rates {
        &self.v * (x * Self::SCALE)
    }
    #[grad(x)]
    fn loss(&self, x: f64) -> f64 {
        bm::sum(&self.v) * x * x
    }
    fn dg(&self, g: f64, t: f64) -> f64 {
        t - g
    }
    fn run(&mut self, dt: f64) {
        self.v -= dt;
    }
}

#[test]
fn traits_on_structs_of_this_crate() {
    for backend in BACKENDS {
        with_backend(backend, || {
            let mut cell = models::Cell {
                tau: 2.0,
                v: array![1.0, 2.0],
            };
            cell.twice(&array![1.0, 1.0]);
            assert_eq!((cell.rates(), cell.total(2.0)), (array![4.0, 6.0], 20.0));
            assert_eq!(cell.rates_plain(), cell.rates());
            assert_eq!(cell.scaled(2.0), array![12.0, 18.0]);
            assert_eq!((cell.loss(3.0), cell.loss_grad(3.0).1.x), (45.0, 30.0));
            assert_eq!(cell.dg(1.0, 3.0), 2.0);
            cell.run(1.0);
            cell.decay(0.0);
            assert_eq!(cell.v, array![1.0, 2.0]);
            let mut layer = models::deep::Layer { v: array![1.0] };
            layer.twice(&array![1.0]);
            let mut models: Vec<Box<dyn Step>> = vec![Box::new(cell), Box::new(layer)];
            models.iter_mut().for_each(|model| model.step(&array![1.0]));
            assert_eq!(models[1].rates(), array![12.0]);
            assert_eq!(models[0].total(1.0), 8.0);
        });
    }
}

#[test]
fn traits_on_structs_of_another_crate() {
    for backend in BACKENDS {
        with_backend(backend, || {
            let mut synapse = Exponential {
                tau: 2.0,
                g: array![1.0, 3.0],
            };
            synapse.twice(&array![1.0, 1.0]);
            assert_eq!(synapse.g, array![2.0, 4.0]);
            assert_eq!(synapse.rates(), array![1.0, 2.0]);
            assert_eq!(synapse.rates_plain(), synapse.rates());
            assert_eq!(synapse.total(1.0), 12.0);
            assert_eq!(synapse.scaled(0.5), synapse.g);
            assert_eq!(synapse.loss_grad(3.0).1.x, 36.0);
            assert!(Exponential::<f64>::step_show_code().contains("fn step_jit"));
            synapse.run(1.0);
            assert!((synapse.g[0] - 2.0 * (-0.5_f64).exp()).abs() < 1e-15);
            let other = Exponential {
                tau: 1.0,
                g: array![0.0],
            };
            let mut pair = RenamedPair {
                first: synapse,
                rest: [other],
                w: [1.0],
            };
            let before = pair.first.g.clone();
            pair.step(&array![1.0, 0.5]);
            assert_eq!(pair.first.g, before + array![2.0, 1.0]);
            assert_eq!(pair.total(2.0), 2.0 * bm::sum(&pair.first.g));
            assert_eq!(pair.rates(), &pair.first.g / 2.0);
        });
    }
}
