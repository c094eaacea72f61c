use brain_jit::prelude::*;

fn bump(values: &mut [f32]) {
    values[0] += 1.0;
}

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    history: Vec<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        bump(&mut self.history);
    }
}

fn main() {}
