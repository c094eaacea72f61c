use brain_jit::prelude::*;

#[derive(BrainObject)]
enum Neuron {
    Lif { v: f32 },
}

fn main() {}
