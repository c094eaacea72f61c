use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[cfg(all())]
    #[variable]
    v: Array1<f32>,
}

fn main() {}
