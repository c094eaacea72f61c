use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.v *= self.gain;
    }

    fn gain(&self) -> f32 {
        self.tau
    }
}

fn main() {}
