use brain_jit::prelude::*;

#[derive(BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    #[brain_jit]
    fn update(&mut self) {
        self.v += 1.0;
    }
}

fn main() {}
