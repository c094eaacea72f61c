use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    t: f32,
    #[variable]
    v: Array1<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.t = 1.0;
    }
}

fn main() {}
