use brain_jit::prelude::*;

#[derive(BrainObject)]
union Neuron {
    v: f32,
    u: u32,
}

fn main() {}
