use brain_jit::prelude::*;

type Weights = Array1<f32>;

#[derive(BrainObject)]
struct Neuron {
    #[variable(rank = 1)]
    w: Weights,
}

fn main() {}
