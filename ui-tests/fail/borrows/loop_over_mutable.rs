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
        for value in &mut self.history {
            *value += 1.0;
        }
    }
}

fn main() {}
