use brain_jit::prelude::*;

#[derive(Debug, BrainObject)]
struct Neuron {
    #[variable]
    v: Array1<f32>,
    tau: f32,
}

#[brain_jit]
impl Neuron {
    fn update(&mut self) {
        dbg!(&self);
    }
}

fn main() {}
