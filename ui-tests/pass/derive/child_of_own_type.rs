use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    next: Vec<Neuron>,
    #[variable]
    v: Array1<f32>,
}

fn main() {}
