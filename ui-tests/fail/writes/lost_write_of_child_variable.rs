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
    fn update(&mut self, x: &Array1<f32>) {
        self.e.g = x + 1.0;
    }
}

fn main() {}
