use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

fn report(neuron: &Neuron) -> f32 {
    neuron.tau
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.v *= report(self);
    }
}

fn main() {}
