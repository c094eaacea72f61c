use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Noisy {
    #[train_var]
    w: Array1<f64>,
    #[variable]
    rng: RandomState,
}

#[brain_jit]
impl Noisy {
    #[grad]
    fn noisy(&mut self, n: usize) -> f64 {
        let mut s = 0.0;
        for _ in 0..n {
            let k: Array1<f64> = self.rng.normal(0.0, 1.0, 3);
            s = 0.5 * s * s + bm::sum(k * &self.w);
        }
        s
    }
}

fn main() {}
