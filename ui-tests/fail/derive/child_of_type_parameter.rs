use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron<S> {
    #[child]
    e: S,
}

fn main() {}
