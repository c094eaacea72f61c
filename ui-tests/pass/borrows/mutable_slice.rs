use brain_jit::prelude::*;

fn bump(values: &mut [f32]) {
    values[0] += 1.0;
}

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    #[variable]
    history: Vec<f32>,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        bump(&mut self.history[1..]);
    }
}

fn main() {}
