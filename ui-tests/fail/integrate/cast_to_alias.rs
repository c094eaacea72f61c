use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    tau: f64,
    #[variable]
    v: Array1<f64>,
}

type Float = f64;

#[brain_jit]
impl Neuron {
    #[integrate(exp_euler)]
    fn dv(&self, v: f64, t: f64) -> f64 {
        -(v as Float) / self.tau
    }

    fn update(&mut self, dt: f64) {
        self.v[..] = self.dv_step(&self.v, 0.0, dt);
    }
}

fn main() {}
