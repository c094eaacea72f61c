use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable(save)]
    v: Array1<f32>,
}

fn main() {}
