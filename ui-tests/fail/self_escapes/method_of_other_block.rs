use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

impl Neuron {
    fn scale(&self) -> f32 {
        self.tau
    }
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        self.v *= self.scale();
    }
}

fn main() {}
