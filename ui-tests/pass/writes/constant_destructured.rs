use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        let rest;
        (*self.tau, rest) = (1.0, 2.0);
        self.v += rest;
    }
}

fn main() {}
