use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[static_arg(values(false, true))]
    soft: bool,
}

fn main() {}
