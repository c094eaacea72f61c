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
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self, other: Synapse) {
        self.e = other;
    }
}

fn main() {}
