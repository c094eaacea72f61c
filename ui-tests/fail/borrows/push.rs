use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    history: Vec<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.history.push(1.0);
    }
}

fn main() {}
