use brain_jit::prelude::*;

#[derive(Clone, BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.v += self.tau.clone();
    }
}

fn main() {}
