use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    tau: f64,
    #[variable]
    v: Array1<f64>,
}

#[brain_jit]
impl Neuron {
    #[integrate(rk4)]
    fn dv(&self, v: f64, t: f64) -> f64 {
        if v > 0.0 {
            return -1.0;
        }
        let leak = -v;
        leak / self.tau
    }

    fn update(&mut self, dt: f64) {
        self.v[..] = self.dv_step(&self.v, 0.0, dt);
    }
}

fn main() {}
