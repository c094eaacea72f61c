use brain_jit::prelude::*;

#[brain_jit]
struct Neuron {
    v: Array1<f32>,
}

fn main() {}
