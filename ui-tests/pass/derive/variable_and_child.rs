use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Synapse {
    #[variable]
    g: Array1<f32>,
    scale: f32,
}

#[derive(BrainObject)]
struct Neuron {
    #[child]
    e: Synapse,
}

fn main() {}
