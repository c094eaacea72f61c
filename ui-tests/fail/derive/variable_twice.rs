use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    #[variable]
    v: Array1<f32>,
}

fn main() {}
