use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron(Array1<f32>);

fn main() {}
