use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

trait Step {
    fn step(&mut self, n: usize);
}

#[brain_jit]
impl Step for Neuron {
    fn step(&mut self, #[static_arg] n: usize) {
        for _ in 0..n {
            self.v += 1.0;
        }
    }
}

fn main() {}
